"""Bad input: exit code 2, one sentence on stderr, nothing on stdout, no file."""

import pytest

from pairlab.cli import main


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


CASES = [
    ("tc h3s --coupling nan", ["coupling = 'nan'", "not a number", "coupling = 0.4"]),
    ("tc h3s --coupling inf", ["coupling = 'inf'", "not a number"]),
    ("tc h3s --coupling=-0.1", ["coupling = -0.1", "at least 0"]),
    ("tc h3s --coupling 0.5", ["coupling = 0.5", "below 0.5"]),
    ("tc h3s --well-width -1", ["well_width = -1.0 nm", "above 0"]),
    ("tc h3s --well-width 1e-30", ["well_width = 1e-30 nm", "0.1 nm to 10 nm"]),
    ("tc h3s --barrier-width 0", ["barrier_width = 0.0 nm", "above 0"]),
    ("tc h3s --wire-mass -1", ["wire_mass = -1.0 m_e", "at least 0.0001"]),
    ("tc h3s --phonon-energy|330 K", ["330 K", "a temperature is not an energy"]),
    ("tc h3s --phonon-energy|330 nm", ["330 nm", "give phonon_energy in meV"]),
    ("tc h3s --barrier-height 100", ["both given", "exactly one"]),
    ("tc h3s --transverse-dispersion none", ["neither", "exactly one"]),
    ("tc h3s --transverse-dispersion 1e6", ["cannot be reached", "smaller dispersion"]),
    ("tc h3s --subbands 4.5", ["subbands = 4.5"]),
    ("tc h3s --matching bendaniel", ['did you mean "bendaniel_duke"']),
    ("tc h3s --lifshits 3", ["no option --lifshits", 'did you mean "--lifshitz"']),
    ("tc h3s --lifshits=3", ["no option --lifshits", 'did you mean "--lifshitz"']),
    ("tc --cupling 0.3 h3s", ["no option --cupling", 'did you mean "--coupling"']),
    ("tc two_band --lifshitz 3", ["no option --lifshitz"]),
    ("tc h3s --coupling", ["--coupling requires an argument"]),
    ("tc two_band --couplings [[1", ["--couplings [[1"]),
    ("tc two_band --couplings 1,2", ["couplings", "square matrix"]),
    ("tc bcs", ["coupling is missing"]),
    ("tc h3d", ['"h3d" is not known', 'did you mean "h3s"']),
    ("tc h3d --coupling 0.3", ['"h3d" is not known', 'did you mean "h3s"']),
    ("tc nofile.toml", ["no file nofile.toml"]),
    ("tc", ["SOURCE"]),
    ("tc h3s h4s", ["'h4s'", "one word too many"]),
    ("tx h3s", ['no verb "tx"', "tc"]),
    ("--jsn", ["--jsn"]),
    ("gap h3s -T -1", ["temperature"]),
    ("gap h3s -T 0,ten", ["'ten'", "not a number"]),
    ("gap h3s -T 0:10", ["first:last:count"]),
    ("gap h3s -T 0:10:0", ["first:last:count"]),
    ("gap h3s -T|10 meV", ["10 meV", "give temperature in K"]),
    ("sweep h3s --axis lifshits=0:1:3", ["lifshits", 'did you mean "lifshitz"']),
    ("sweep h3s --axis lifshitz", ["it holds no ="]),
    ("sweep h3s --axis lifshitz=0:1", ["first:last:count"]),
    ("sweep h3s", ["--axis"]),
    ("sweep h3s --axis lifshitz=0:1:99999999999999", ["more than 10000000 values"]),
    ("sweep h3s --axis lifshitz=0:1:²", ["first:last:count"]),
    ("sweep h3s --axis lifshitz=0:1:100000 --axis coupling=0.1:0.2:100000", ["1e+10 points"]),
    ("gap h3s -T 0:100:1000000000000", ["more than 100000 values"]),
    ("gap h3s -T 0:100:" + 30 * "9", ["more than 100000 values"]),
    ("sweep h3s --axis lifshitz=0,1 --axis lifshitz=2,3", ["--axis lifshitz is given twice"]),
    ("sweep h3s --axis lifshitz=0,1 --lifshitz 3", ["--lifshitz and --axis lifshitz", "leave out"]),
    ("sweep bcs --axis coupling=0.1,0.2", ["cutoff is missing"]),
    ("tc textbook -o x.nc", ["-o x.nc", ".png, .pdf or .svg"]),
    ("tc textbook -o x.txt", ["-o x.txt", ".png, .pdf or .svg"]),
    ("gap textbook -o x.txt -p", ["-o x.txt", ".nc, .png, .pdf or .svg"]),
    ("run textbook -o x.png --no-plot", ["-o x.png with --no-plot"]),
    ("tc H3S", ['did you mean "h3s"']),
    ("run h3s -o no/h3s", ["no folder"]),
    ("run h3s -o /proc/h3s", ["cannot be written"]),
    ("init h3d", ['did you mean "h3s"']),
    ("init h3s -o no/x.toml", ["no folder"]),
    ("list superstrips", ['did you mean "superstripes"']),
    ("show missing.nc", ["no file missing.nc"]),
    ("plot missing.nc", ["no file missing.nc"]),
    ("cite missing.nc", ["no file missing.nc"]),
    ("cite h3d", ['did you mean "h3s"']),
    ("reproduce nobody1900", ["nobody1900"]),
]


@pytest.mark.parametrize(("line", "words"), CASES, ids=[line for line, _ in CASES])
def test_bad_input_is_one_sentence_and_code_2(line, words, capsys, folder):
    head, *rest = line.split("|")
    assert main([*head.split(), *rest]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    for word in words:
        assert word.lower() in err.lower()
    assert list(folder.iterdir()) == []


def test_error_in_a_file_names_its_line(capsys, folder):
    (folder / "run.toml").write_text('preset = "h3s"\n[parameters]\ncuopling = 0.3\n')
    assert main(["tc", "run.toml"]) == 2
    assert "run.toml, line 3" in capsys.readouterr().err


def test_broken_file_is_named_before_its_options_are_judged(capsys, folder):
    (folder / "run.toml").write_text('preset = "h3s\n')
    assert main(["tc", "run.toml", "--coupling", "0.3"]) == 2
    assert "run.toml, line 1: not valid TOML" in capsys.readouterr().err


def test_damaged_results_are_refused(capsys, folder):
    (folder / "r.nc").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(50))
    for verb in ("show", "plot", "cite"):
        assert main([verb, "r.nc"]) == 2
        assert "truncated or damaged" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["r.nc"]


def test_a_run_file_is_not_replaced_by_accident(capsys, folder):
    (folder / "h3s.toml").write_text("mine")
    assert main(["init", "h3s"]) == 2
    assert "--force" in capsys.readouterr().err
    assert (folder / "h3s.toml").read_text() == "mine"
    assert main(["init", "h3s", "--force"]) == 0
    assert (folder / "h3s.toml").read_text() != "mine"
