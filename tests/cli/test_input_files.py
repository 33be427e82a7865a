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


@pytest.fixture
def spectra(tmp_path):
    """alpha^2F_ij of two bands with N_2 = 2 N_1, as four files."""
    w = np.linspace(1, 24, 80)
    for name, height in {"ss": 0.5, "sp": 0.1, "ps": 0.05, "pp": 0.3}.items():
        values = height * (w / 24) ** 2 * (1 - ((w - 12) / 12.1) ** 2) * 4
        rows = [f"{a:.9f} {b:.9f}" for a, b in zip(w, values, strict=True)]
        text = "\n".join(["# frequency [meV]  alpha2F", *rows])
        (tmp_path / f"{name}.a2f").write_text(text, encoding="utf-8")
    return ["ss.a2f", "sp.a2f", "ps.a2f", "pp.a2f"]


def test_a_list_of_files_on_the_command_line_and_back(spectra, capsys, tmp_path):
    """The result holds the spectra: the files are not needed any more, through cite either."""
    words = ["tc", "multiband_eliashberg", "--spectra", ", ".join(spectra), "--json", "--mu-star",
             "0.1, 0.04; 0.02, 0.1", "--mu-star-frequency", "w2", "--mu-star-scheme",
             "rescaled"]  # fmt: skip
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)["critical_temperature"]["value"]
    wanted = pl.MultibandEliashberg(
        spectra=[pl.read_spectrum(name) for name in spectra], mu_star=[[0.1, 0.04], [0.02, 0.1]],
        mu_star_frequency="w2", mu_star_scheme="rescaled",
    )  # fmt: skip
    assert found == float(pl.critical_temperature(wanted))
    pl.save(pl.gap(wanted, 1.0), "kept.nc")
    for name in spectra:
        (tmp_path / name).unlink()
    capsys.readouterr()
    assert main(["cite", "kept.nc", "--json"]) == 0
    config = json.loads(capsys.readouterr().out)["config"]
    assert config.count("[[parameters.spectra]]") == 4
    (tmp_path / "again.toml").write_text(config, encoding="utf-8")
    assert pl.load("again.toml") == wanted


def test_a_list_of_paths_counts_from_the_run_file(spectra, tmp_path):
    folder = tmp_path / "inner"
    folder.mkdir()
    for name in spectra:
        (tmp_path / name).rename(folder / name)
    (folder / "run.toml").write_text(
        'mechanism = "multiband_eliashberg"\n[parameters]\n'
        f"spectra = {json.dumps(spectra)}\nmu_star = [[0, 0], [0, 0]]\n",
        encoding="utf-8",
    )
    m = pl.load(folder / "run.toml")
    assert len(m.spectra) == 4
    assert m.electrons().shares == pytest.approx([1 / 3, 2 / 3], rel=1e-6)


def test_one_file_is_the_shape_of_all(spectra, capsys):
    words = ["tc", "ss.a2f", "--mechanism", "multiband_eliashberg", "--couplings",
             "1, 0.2; 0.1, 0.5", "--mu-star", "0, 0; 0, 0", "--json"]  # fmt: skip
    assert main(words) == 0
    value = json.loads(capsys.readouterr().out)["critical_temperature"]["value"]
    rest = {"couplings": [[1, 0.2], [0.1, 0.5]], "mu_star": [[0, 0], [0, 0]]}
    wanted = pl.MultibandEliashberg(spectrum=pl.read_spectrum("ss.a2f"), **rest)
    assert value == float(pl.critical_temperature(wanted))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--spectra", "ss.a2f, sp.a2f, ps.a2f"], "spectra of 3 files"),
        (["--spectra", "ss.a2f, sp.a2f, ps.a2f, qq.a2f"], "qq.a2f"),
        (["--spectra", "ss.a2f, ps.a2f, sp.a2f, pp.a2f", "--densities", "1, 2"],
         "Check the order of rows"),
        (["--spectra", "ss.a2f", "--couplings", "1"], "couplings are given beside spectra"),
    ],
)  # fmt: skip
def test_lists_of_files_that_cannot_be_used(spectra, words, says, capsys):
    zeros = "0" if "ss.a2f" in words else "0, 0; 0, 0"
    assert main(["tc", "multiband_eliashberg", *words, "--mu-star", zeros]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert "Traceback" not in error


def test_one_path_is_not_a_list_and_a_list_not_one_path(spectra, tmp_path):
    head = 'mechanism = "multiband_eliashberg"\n[parameters]\nmu_star = [[0]]\n'
    (tmp_path / "one.toml").write_text(head + 'spectra = "ss.a2f"\n', encoding="utf-8")
    with pytest.raises(pl.InputError, match=r"line 4.*Give a list of paths"):
        pl.load("one.toml")
    (tmp_path / "two.toml").write_text(
        head + 'couplings = [[1]]\nspectrum = ["ss.a2f"]\n', encoding="utf-8"
    )
    with pytest.raises(pl.InputError, match="read from one file"):
        pl.load("two.toml")


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
