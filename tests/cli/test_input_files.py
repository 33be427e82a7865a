"""Files as input: `pairlab run structure.cif --mechanism standing_wave`."""

import json

import numpy as np
import pytest
from ase.build import bulk

import pairlab as pl
from pairlab.cli import main


@pytest.fixture(autouse=True)
def crystals(tmp_path, monkeypatch):
    """A folder with lithium, and with a density of states of free electrons."""
    monkeypatch.chdir(tmp_path)
    bulk("Li", "bcc", a=3.49).write("li.cif")
    energy = np.linspace(0, 1, 400) ** 2 * 8
    rows = [f"{e:.9f} {6.812 * np.sqrt(e):.9f}" for e in energy]
    header = "# energy [eV]  density_of_states [1/(eV nm^3)]"
    (tmp_path / "dos.dat").write_text("\n".join([header, *rows]), encoding="utf-8")


def test_a_structure_is_run(capsys):
    assert main(["run", "li.cif", "--mechanism", "standing_wave", "--no-plot"]) == 0
    out = capsys.readouterr().out
    assert "E_F = 4.752" in out
    assert "0.3022" in out
    data = pl.open_result("li.nc")
    assert data.wave.values[0] == "111"
    assert "SHA-256" in data.attrs["config"]  # of the structure, which the result holds


def test_the_result_gives_the_mechanism_back(capsys, tmp_path):
    assert main(["run", "li.cif", "--mechanism=standing_wave", "--no-plot"]) == 0
    (tmp_path / "again.toml").write_text(pl.open_result("li.nc").attrs["config"], encoding="utf-8")
    (tmp_path / "li.cif").unlink()
    assert main(["run", "again.toml", "--no-plot"]) == 0


def test_options_stand_beside_the_file(capsys):
    words = ["tc", "li.cif", "--mechanism", "standing_wave", "--pairing-energy", "0.7 eV", "--json"]
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)["critical_temperature"]
    wanted = pl.StandingWave(structure=pl.read_structure("li.cif"), pairing_energy=700.0)
    assert found["value"] == float(pl.critical_temperature(wanted))


def test_a_sweep_from_a_structure(capsys):
    words = ["sweep", "li.cif", "--mechanism", "standing_wave", "--pairing-energy", "700",
             "--axis", "doping=-0.1:0.1:3"]  # fmt: skip
    assert main(words) == 0
    assert pl.open_result("li-sweep.nc").critical_temperature.shape == (3,)


def test_paths_count_from_the_run_file(tmp_path):
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "li.cif").rename(folder / "metal.cif")
    (folder / "run.toml").write_text(
        'mechanism = "standing_wave"\n[parameters]\nstructure = "metal.cif"\nelectrons = 1\n',
        encoding="utf-8",
    )
    m = pl.load(folder / "run.toml")
    assert m.structure.symbols == ("Li",)


def test_a_density_of_states_from_the_command_line(capsys):
    words = ["run", "li.cif", "--mechanism", "standing_wave", "--density-of-states", "dos.dat",
             "--fermi-energy", "3.2 eV", "--pairing-energy", "250", "--no-plot"]  # fmt: skip
    assert main(words) == 0
    tc = float(pl.open_result("li.nc").critical_temperature)
    free = pl.StandingWave.preset("li", pairing_energy=250.0)
    # C depends on S through its logarithm, and that of a table of 400 points is close.
    assert tc == pytest.approx(float(pl.critical_temperature(free)), rel=1e-3)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["run", "li.cif"], "--mechanism standing_wave"),
        (["run", "li.cif", "--mechanism", "standing_waves"], 'Did you mean "standing_wave"'),
        (["run", "li.cif", "--mechanism", "bcs"], "no parameter of it is read from a file"),
        (["run", "li", "--mechanism", "standing_wave"], "leave --mechanism out"),
        (["run", "missing.cif", "--mechanism", "standing_wave"], "missing.cif"),
        (["run", "dos.dat", "--mechanism", "standing_wave"], "dos.dat"),
        (["run", "li.cif", "--mechanism", "standing_wave", "--structure", "li.cif"], "twice"),
        (["tc", "li.cif", "--mechanism", "standing_wave"], "pairing_energy"),
        (["run", "li", "--density-of-states", "li.cif"], "li.cif"),
        (["compare", "li", "na"], "pairing_energy"),
    ],
)
def test_what_cannot_be_used_is_a_sentence(words, says, capsys):
    assert main(words) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert says.lower() in error.lower()
    assert "Traceback" not in error
