"""The verbs, in process."""

import json
import math
import tomllib
from importlib.metadata import EntryPoint, EntryPoints
from typing import ClassVar, final

import numpy as np
import pytest
import xarray as xr

import pairlab.io.catalogue as catalogue
import pairlab.observables.critical_temperature as observable
from pairlab.cli import main, parameters
from pairlab.cli.machine import plain
from pairlab.io.config import load, read_mechanism
from pairlab.io.results import open_result, save
from pairlab.mechanisms._fields import registry
from pairlab.mechanisms._fields.base import Mechanism, param
from pairlab.mechanisms.bcs import Bcs
from pairlab.observables.gap import gap
from pairlab.solution import CODES, Result, Solution


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def strict_json(text: str) -> dict:
    """JSON in which NaN and Infinity are errors."""

    def refuse(name):
        raise AssertionError(f"{name} is not JSON")

    return json.loads(text, parse_constant=refuse)


def answer(capsys, *words: str, code: int = 0) -> dict:
    assert main([*words, "--json"]) == code
    return strict_json(capsys.readouterr().out)


def weak_coupling_tc(coupling: float, cutoff: float) -> float:
    """kTc = (2 e^gamma/pi) wc e^(-1/lambda) for Tc far below the cutoff, K."""
    return 2 * math.exp(np.euler_gamma) / math.pi * cutoff * math.exp(-1 / coupling) / 0.08617333262


def test_tc_and_its_json(capsys):
    found = answer(capsys, "tc", "textbook", "--coupling", "0.15")["critical_temperature"]
    assert found["value"] == pytest.approx(weak_coupling_tc(0.15, 30.0), rel=1e-5)
    assert found["unit"] == "K"
    assert found["good"] is True
    assert main(["tc", "textbook", "--coupling", "0.15"]) == 0
    out = capsys.readouterr().out
    assert f"Tc = {found['value']:.4f}"[:9] in out
    assert "established weak-coupling theory" in out


def test_the_line_wins_over_the_file_and_units_are_read(capsys, folder):
    (folder / "run.toml").write_text('preset = "textbook"\n[parameters]\ncoupling = 0.2\n')
    found = answer(capsys, "tc", "run.toml", "--cutoff", "0.02 eV")
    assert found["parameters"] == {"coupling": 0.2, "cutoff": 20.0}
    found = answer(capsys, "tc", "run.toml", "--cutoff", "0.02 eV", "--coupling", "0.3")
    assert found["parameters"] == {"coupling": 0.3, "cutoff": 20.0}
    assert tomllib.loads(found["config"])["parameters"] == found["parameters"]


def test_a_mechanism_without_presets_values_from_the_line(capsys):
    found = answer(capsys, "tc", "multiband", "--couplings", "0.2, 0.1; 0.1, 0.3", "--cutoff", "9")
    assert found["parameters"]["couplings"] == [[0.2, 0.1], [0.1, 0.3]]
    same = answer(capsys, "tc", "two_band", "--couplings", "[[0.2, 0.1], [0.1, 0.3]]", "--cutoff=9",
                  "--densities", "1,1")  # fmt: skip
    assert same["parameters"]["densities"] == [1.0, 1.0]
    assert same["critical_temperature"]["value"] == found["critical_temperature"]["value"]


def test_misspelt_unit_is_a_note_on_stderr(capsys):
    assert main(["tc", "textbook", "--cutoff", "30 mev"]) == 0
    assert capsys.readouterr().err == "note: cutoff: 'mev' was read as 'meV'\n"


def test_no_superconductivity_is_a_good_result(capsys):
    found = answer(capsys, "tc", "textbook", "--coupling", "0.02")["critical_temperature"]
    assert (found["value"], found["error"]) == (0.0, 1e-6)
    assert found["result"] == "NO_SUPERCONDUCTIVITY"
    assert main(["tc", "textbook", "--coupling", "0.02"]) == 0
    assert "no superconductivity" in capsys.readouterr().out


@pytest.mark.parametrize("result", [r for r in Result if not r.is_good])
def test_a_number_that_is_not_good_is_code_1(capsys, monkeypatch, result):
    bad = Solution(value=math.nan, error=math.nan, unit="K", result=result)
    monkeypatch.setattr(observable, "critical_temperature", lambda *_, **__: bad)
    assert main(["tc", "textbook", "--json"]) == 1
    out, err = capsys.readouterr()
    assert strict_json(out)["critical_temperature"]["value"] is None
    assert result.name in err
    assert main(["tc", "textbook"]) == 1
    assert "Tc = -" in capsys.readouterr().out


def test_gap_at_temperatures_and_ranges(capsys):
    listed = answer(capsys, "gap", "textbook", "-T", "0,2,4")["variables"]["gap"]
    ranged = answer(capsys, "gap", "textbook", "--temperature", "0:4:3")["variables"]["gap"]
    assert listed == ranged
    assert listed["units"] == "meV"
    # Delta(0) = wc/sinh(1/lambda), exactly, for a constant attraction up to wc.
    assert listed["values"][0] == pytest.approx(30 / math.sinh(4), rel=1e-9)
    assert main(["gap", "textbook", "-T", "0,2,4"]) == 0
    assert f"{30 / math.sinh(4):.6f}" in capsys.readouterr().out
    assert main(["gap", "two_band"]) == 0
    assert "band 2" in capsys.readouterr().out


def test_init_writes_what_the_preset_is(capsys, folder):
    for key, cls in registry.mechanisms().items():
        for name in cls.presets:
            assert main(["init", name]) == 0
            assert load(folder / f"{name}.toml") == cls.preset(name)
        assert main(["init", key, "-o", "m.toml", "--force"]) == 0
        # The numbers of the first preset; its material belongs to the preset alone.
        unnamed = {"material": ""} if "material" in cls.model_fields else {}
        assert load(folder / "m.toml") == cls.preset(next(iter(cls.presets)), **unnamed)
    capsys.readouterr()
    assert main(["init", "h3s", "-o", "-"]) == 0
    text = capsys.readouterr().out
    assert "phonon_energy = 330.0  # meV" in text
    for name in registry.mechanisms()["superstripes"].model_fields:
        assert name in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_list(capsys):
    assert set(answer(capsys, "list")["mechanisms"]) == set(registry.mechanisms())
    assert main(["list"]) == 0
    out = capsys.readouterr().out
    for word in ("superstripes", "h3s", "disputed", "textbook"):
        assert word in out
    assert main(["list", "cshx"]) == 0
    assert "well_width" in capsys.readouterr().out


@pytest.fixture
def result(folder):
    data = gap(Bcs.preset("textbook"), [0.0, 1.0])
    save(data, folder / "r.nc")
    return data


def test_show_and_cite_a_result(capsys, result):
    assert main(["show", "r.nc"]) == 0
    out = capsys.readouterr().out
    for word in ("bcs", "established", "gap", "meV", "2 SUCCESS", "critical temperature Tc"):
        assert word in out
    shown = answer(capsys, "show", "r.nc")
    assert shown["variables"]["gap"]["values"] == result.gap.values.tolist()
    assert shown["good"] is True
    cited = answer(capsys, "cite", "r.nc")
    assert cited["cite"] == list(Bcs.cite)
    assert cited["config"] == Bcs.preset("textbook").to_toml()
    assert main(["cite", "r.nc"]) == 0
    assert "doi:10.1103/PhysRev.108.1175" in capsys.readouterr().out


def test_what_cite_prints_gives_the_mechanism_back(capsys, folder):
    config = answer(capsys, "cite", "h3s")["config"]
    (folder / "again.toml").write_text(config)
    assert load(folder / "again.toml") == read_mechanism("h3s")
    assert main(["cite", "h3s"]) == 0
    assert config.strip() in capsys.readouterr().out
    assert answer(capsys, "cite", "superstripes")["config"] == ""


def test_show_judges_every_code(capsys, folder, result):
    codes = [CODES.index(Result.SUCCESS), CODES.index(Result.NOT_CONVERGED)]
    save(result.assign(result_code=("temperature", codes)), folder / "bad.nc")
    assert main(["show", "bad.nc"]) == 1
    err = capsys.readouterr().err
    assert "NOT_CONVERGED" in err
    assert "1 of 2 points" in err
    assert "temperature = 1" in err


def test_json_has_null_for_what_is_no_number():
    values = {"a": np.array([1.0, np.nan]), "b": -math.inf, "c": [np.float64("inf"), np.int64(3)],
              "d": np.array(["x"]), "e": np.bool_(True), "f": None}  # fmt: skip
    assert plain(values) == {"a": [1.0, None], "b": None, "c": [None, 3], "d": ["x"], "e": True,
                             "f": None}  # fmt: skip


def test_run_writes_its_files_and_table(capsys, folder):
    (folder / "mine.v2.toml").write_text('preset = "textbook"\n')
    code = main(["run", "mine.v2.toml"])
    out, err = capsys.readouterr()
    data = open_result(folder / "mine.v2.nc")
    assert (folder / "mine.v2.png").read_bytes().startswith(b"\x89PNG")
    assert data.attrs["input_file"] == "mine.v2.toml"
    assert load(write(folder, data.attrs["config"])) == Bcs.preset("textbook")
    bad = [n for n in data.data_vars if str(n).endswith("result_code") and data[n].max() > 1]
    assert (code, bool(err)) == ((1, True) if bad else (0, False))
    assert f"{float(data.critical_temperature):.6f}" in out
    for word in ("isotope coefficient", "2 Delta(0)/(k Tc)", "mine.v2.nc and mine.v2.png"):
        assert word in out
    assert main(["show", "mine.v2.nc"]) == code


def write(folder, text):
    path = folder / "config.toml"
    path.write_text(text)
    return path


def test_run_writes_no_figure_when_told_so_and_prints_json(capsys, folder):
    code = main(["run", "textbook", "--no-plot", "-o", "x.nc", "--coupling", "0.2", "--json"])
    found = strict_json(capsys.readouterr().out)
    assert found["files"] == ["x.nc"]
    assert found["good"] == (code == 0)
    tc = found["variables"]["critical_temperature"]["values"]
    assert tc == pytest.approx(weak_coupling_tc(0.2, 30.0), rel=1e-3)
    assert [path.name for path in folder.iterdir()] == ["x.nc"]


def test_figures_of_tc_gap_and_a_result_file(capsys, folder, result):
    assert main(["tc", "textbook", "-p"]) == 0
    assert main(["gap", "textbook", "-T", "0:7:15", "-p", "-o", "g.pdf"]) == 0
    save(gap(Bcs.preset("textbook"), np.linspace(0, 7, 15)), folder / "t.nc")
    assert main(["plot", "t.nc", "-o", "t.svg"]) == 0
    assert "wrote t.svg" in capsys.readouterr().out
    for name, start in (("textbook-tc.png", b"\x89PNG"), ("g.pdf", b"%PDF"), ("t.svg", b"<?xml")):
        assert (folder / name).read_bytes().startswith(start)


def test_sweep_writes_its_axes_in_order(capsys, folder):
    line = "sweep textbook --axis coupling=0.2,0.3 --axis cutoff=10:30:3 -o s.nc"
    answer(capsys, *line.split())
    data = open_result(folder / "s.nc")
    assert data.critical_temperature.dims == ("coupling", "cutoff")
    assert data.cutoff.values.tolist() == [10.0, 20.0, 30.0]
    exact = weak_coupling_tc(0.2, 20.0)
    assert float(data.critical_temperature[0, 1]) == pytest.approx(exact, rel=1e-3)
    assert main(line.split()) == 0
    assert "s.nc" in capsys.readouterr().out


def test_an_image_named_with_o_is_drawn_and_a_result_is_saved(capsys, folder):
    assert main(["tc", "textbook", "-o", "tc.pdf"]) == 0
    assert "wrote tc.pdf" in capsys.readouterr().out
    assert main(["gap", "textbook", "-T", "0:7:5", "-o", "gap.svg"]) == 0
    assert main(["gap", "textbook", "-T", "0:7:5", "-o", "gap.nc"]) == 0
    assert open_result(folder / "gap.nc").gap.sizes == {"temperature": 5}
    assert main(["sweep", "textbook", "--axis", "coupling=0.2,0.3", "-o", "s.png"]) == 0
    assert "wrote s.nc and s.png" in capsys.readouterr().out
    assert {"tc.pdf", "gap.svg", "gap.nc", "s.nc", "s.png"} == {p.name for p in folder.iterdir()}


def test_a_folder_takes_the_files_and_what_was_there_is_said_to_be_replaced(capsys, folder):
    (folder / "out").mkdir()
    line = ["sweep", "textbook", "--axis", "coupling=0.2,0.3", "-o", "out"]
    assert main(line) == 0
    assert "wrote out/textbook-sweep.nc" in capsys.readouterr().out
    assert main([*line, "-p"]) == 0
    out = capsys.readouterr().out
    assert "wrote out/textbook-sweep.png, replaced out/textbook-sweep.nc" in out
    assert not (folder / "out.nc").exists()


def test_what_a_mechanism_needs_may_come_from_the_axis_alone(capsys, folder):
    found = answer(capsys, "sweep", "bcs", "--axis", "coupling=0.2,0.3", "--cutoff", "30")
    same = answer(capsys, "sweep", "textbook", "--axis", "coupling=0.2,0.3")
    assert found["variables"]["critical_temperature"] == same["variables"]["critical_temperature"]


def test_points_that_are_not_allowed_come_with_the_sentence_of_the_mechanism(capsys, folder):
    assert main(["sweep", "h3s", "--axis", "barrier_height=1000,2000"]) == 1
    err = capsys.readouterr().err
    assert "INVALID_INPUT" in err
    assert "unset the other" in err


def test_flags_are_those_of_the_verbs():
    """The search for the source must know which options take no value."""
    import inspect

    from pairlab.cli.main import verbs

    for verb in verbs().values():
        for name, parameter in inspect.signature(verb).parameters.items():
            if parameter.default is False:
                assert f"--{name.replace('_', '-')}" in parameters.FLAGS


@final
class Toy(Mechanism):
    """A mechanism of another package."""

    key: ClassVar = "toy"
    title: ClassVar = "A toy"
    cite: ClassVar = ("nobody",)
    status: ClassVar = "invented"
    presets: ClassVar = {"plaything": {"strength": 0.25}}

    strength: float = param(gt=0, unit="meV", doc="how strong it is")

    def problem(self):
        return Bcs(coupling=self.strength, cutoff=30.0).problem()


def test_mechanisms_of_other_packages_have_options_too(capsys, monkeypatch):
    announced = EntryPoint("toy", f"{__name__}:Toy", "pairlab.mechanisms")
    monkeypatch.setattr(EntryPoint, "load", lambda self: Toy)
    for module in (catalogue, registry):
        monkeypatch.setattr(module, "entry_points", lambda group: EntryPoints([announced]))
    for cached in (catalogue.catalogue, registry.mechanisms):
        cached.cache_clear()
    try:
        assert main(["list"]) == 0
        assert "plaything" in capsys.readouterr().out
        assert main(["tc", "plaything", "--help"]) == 0
        assert "how strong it is" in capsys.readouterr().out
        found = answer(capsys, "tc", "plaything", "--strength", "0.3 meV")
        assert found["mechanism"] == "toy"
        same = answer(capsys, "tc", "textbook", "--coupling", "0.3")
        assert found["critical_temperature"] == same["critical_temperature"]
        assert main(["tc", "toy", "--strngth", "1"]) == 2
        assert '"--strength"' in capsys.readouterr().err
    finally:
        for cached in (catalogue.catalogue, registry.mechanisms):
            cached.cache_clear()


def test_cite_gives_a_sweep_back(capsys, folder):
    line = ["sweep", "textbook", "--axis", "coupling=0.2:0.3:3", "--axis", "cutoff=10,30"]
    observed = ["--observable", "isotope_coefficient"]
    answer(capsys, *line, *observed, "-o", "s.nc")
    found = answer(capsys, "cite", "s.nc")
    (folder / "again.toml").write_text(found["config"])
    words = found["command"].replace("FILE", "again.toml").split()[1:]
    assert "pairlab sweep FILE --axis coupling=0.2:0.3:3" in found["command"]
    answer(capsys, *words, "-o", "t.nc")
    first, second = (open_result(folder / name) for name in ("s.nc", "t.nc"))
    assert first.isotope_coefficient.identical(second.isotope_coefficient)
    assert main(["cite", "s.nc"]) == 0
    assert found["command"] in capsys.readouterr().out.replace("\n", " ")
    assert main(["show", "s.nc"]) == 0
    assert "coupling=0.2:0.3:3" in capsys.readouterr().out
    assert answer(capsys, "cite", "textbook")["command"] == "pairlab run FILE"


def test_tables_of_sweeps_show_every_observable(capsys, folder):
    names = ["--observable", "isotope_coefficient", "--observable", "gap_ratio"]
    assert main(["sweep", "two_band", "--axis", "cutoff=10:30:3", *names]) == 0
    out = capsys.readouterr().out
    assert "0.5000000" in out
    assert "3.905070" in out
    assert "band 2" in out


def test_several_axes_show_the_highest_along_the_longest_of_them(capsys, folder):
    line = ["sweep", "textbook", "--axis", "coupling=0.1:0.3:5", "--axis", "cutoff=10,30"]
    assert main(line) == 0
    out = capsys.readouterr().out
    assert "Highest Tc on this grid along coupling" in out
    rows = [text.split() for text in out.splitlines() if text.strip().startswith(("10 ", "30 "))]
    assert [row[:2] for row in rows] == [["10", "0.3"], ["30", "0.3"]]
    assert out.count("at the end of the axis") == 2


def test_a_material_that_is_not_named_is_not_written(capsys, folder):
    assert main(["init", "superstripes", "-o", "mine.toml"]) == 0
    assert "H3S" not in (folder / "mine.toml").read_text()
    capsys.readouterr()
    assert "material" not in answer(capsys, "cite", "mine.toml")["config"]
    assert load(write(folder, answer(capsys, "cite", "mine.toml")["config"])).material == ""


def test_a_ledger_is_not_drawn_as_a_curve(capsys, folder):
    verdicts = xr.Dataset({"verdict": ("entry", ["reproduced"]), "error": ("entry", [1.0])})
    save(verdicts.assign_attrs(paper="mazziotti2021", pairlab_version="0"), folder / "m.nc")
    assert main(["plot", "m.nc"]) == 2
    assert "pairlab reproduce mazziotti2021" in capsys.readouterr().err
    assert not (folder / "m.png").exists()


def test_temperatures_beyond_the_bands_that_are_kept_are_code_1(capsys):
    assert main(["gap", "h3s", "-T", "300,1e6"]) == 1
    assert "INACCURATE" in capsys.readouterr().err
    assert main(["gap", "h3s", "--lifshitz", "-20", "-T", "0,1"]) == 0
    rows = [text for text in capsys.readouterr().out.splitlines() if "-2614.850" in text]
    assert len(rows) == 2


# ---- Verbs of observables


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("thermodynamics textbook -T 0,3,6", ["specific heat", "1.427571", "-0.6040354"]),
        ("stiffness two_band -T 0:20:3", ["superfluid density band 1", "density band 2"]),
        ("tunnelling textbook --broadening .05 --energy 0,1.2", ["0.05000000 meV", "energy [meV]"]),
        ("critical-field lk99 --temperature 0,100", ["critical field", "[T]", "0.465915"]),
        ("critical-current lk99_brbcs -T 0 --field 0,0.1", ["field [T]", "[A/cm^2]", "1.169331"]),
        ("isotope-coefficient textbook", ["isotope coefficient = 0.5000000"]),
        ("scales li --pairing-energy 1600", ["T_BEC", "T*"]),
        ("sensitivity textbook --fields coupling", ["coupling", "4.000000"]),
        ("imaginary-gap eliashberg_mode -T 5 --frequencies 3", ["[meV]", "renormalisation"]),
        ("density-of-states h3s --energy 3000,3100", ["density of states"]),
    ],
)
def test_each_observable_is_a_verb(line, words, capsys):
    assert main(line.split()) == 0
    out = " ".join(capsys.readouterr().out.split())
    for word in words:
        assert word in out


def test_an_observable_writes_its_file_and_json(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["thermodynamics", "textbook", "-T", "0,3", "-o", "x.nc"]) == 0
    assert "wrote x.nc" in capsys.readouterr().out
    assert main(["thermodynamics", "textbook", "-T", "0,3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["good"] is True
    assert found["coordinates"]["temperature"]["values"] == [0.0, 3.0]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("stifness textbook", 'did you mean "stiffness"'),
        ("stiffness h3s", "superstripes has no stiffness"),
        ("tunnelling textbook --broadening 1,2", "it takes one value"),
        ("tunnelling textbook --broadening wide", "not a number"),
        ("thermodynamics textbook -T=-1", "at least 0"),
        ("thermodynamics textbook --feild 1", "has no option --feild"),
        ("imaginary-gap eliashberg_mode -T 5 --frequencies 0.5", "Matsubara frequencies"),
        ("sensitivity textbook --fields cuplng", 'has no number "cuplng"'),
    ],
)
def test_what_an_observable_cannot_use_is_a_sentence(line, words, capsys):
    assert main(line.split()) == 2
    err = capsys.readouterr().err
    assert words.lower() in err.lower()
    assert err.count("\n") == 1


def test_an_isotope_coefficient_without_superconductivity_says_so(capsys):
    assert main(["isotope-coefficient", "bcs", "--coupling", "0.02", "--cutoff", "30"]) == 0
    assert "no superconductivity" in capsys.readouterr().out


def test_what_is_offered_is_not_refused(capsys):
    """A verb that no value would bring is refused at once, not after the field that it needs."""
    assert main(["stiffness", "h3s"]) == 2
    said = capsys.readouterr().err
    assert "isotope-coefficient" in said
    assert "chemical-potential" in said
    assert main(["stiffness", "li"]) == 2
    assert "pairing_energy" not in capsys.readouterr().err
    assert main(["gap", "li", "--pairing-energy", "150"]) == 2
    assert "chemical-potential" not in capsys.readouterr().err
    assert main(["chemical-potential", "textbook"]) == 2
    assert "does not fix the density" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "verb"),
    [("critical-temperature", "tc"), ("tunnelling_spectrum", "tunnelling"), ("gapp", "gap")],
)
def test_a_name_that_is_no_verb_leads_to_one(word, verb, capsys):
    assert main([word, "h3s"]) == 2
    assert f'did you mean "{verb}"?' in capsys.readouterr().err.lower()
