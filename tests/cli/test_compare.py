"""`pairlab compare`: table, files, JSON, and one sentence for what cannot be used."""

import json
from dataclasses import replace

import numpy as np
import pytest

from pairlab.cli import main
from pairlab.io.results import open_result
from pairlab.mechanisms.bcs import Bcs
from pairlab.observables import registry
from pairlab.observables.critical_temperature import critical_temperature
from pairlab.observables.gap import gap

POINTS = "# Sample 3\ntemperature [K], gap [ueV], gap_error [ueV]\n1, 1100, 20\n6, 600, 30\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "strong.toml").write_text(Bcs(coupling=0.3, cutoff=30.0).to_toml())
    (tmp_path / "points.csv").write_text(POINTS)
    return tmp_path


def made(folder):
    return {path.name for path in folder.iterdir()} - {"strong.toml", "points.csv"}


def test_table_figure_and_file(capsys, folder):
    line = "compare textbook two_band strong.toml --data points.csv -p"
    assert main(line.split()) == 0
    out, err = capsys.readouterr()
    assert err == ""
    base = "textbook-two_band-strong-compare"
    assert made(folder) == {f"{base}.nc", f"{base}.png"}
    assert (folder / f"{base}.png").read_bytes().startswith(b"\x89PNG")
    data = open_result(folder / f"{base}.nc")
    assert data.mechanism.values.tolist() == ["textbook", "two_band", "strong"]
    assert data.attrs["measured_file"] == "points.csv"
    tc = critical_temperature(Bcs(coupling=0.3, cutoff=30.0)).value
    for word in (f"{tc:.5f}", "critical temperature", "largest gap, chi^2 per point", "Sample 3",
                 "What tells them apart", "assumed, 1 % of the value", "measured (gap)",
                 "status of textbook, two_band, strong: established",
                 f"wrote {base}.nc"):  # fmt: skip
        assert word in out
    for verb in ("show", "cite"):
        assert main([verb, f"{base}.nc"]) == 0
        assert "status" in capsys.readouterr().out
    assert main(["plot", f"{base}.nc", "-o", "again.svg"]) == 0


def test_json_and_what_is_not_offered(capsys, folder):
    line = "compare textbook h3s --temperature 0,6 --data points.csv -o x.nc --json"
    assert main(line.split()) == 0
    found = json.loads(capsys.readouterr().out)
    assert made(folder) == {"x.nc"}
    assert found["files"] == ["x.nc"]
    assert found["good"] is True
    assert found["variables"]["specific_heat_jump"]["values"][1] is None
    assert found["variables"]["specific_heat_jump_result_code"]["values"] == [0, -1]
    model = gap(Bcs.preset("textbook"), [1.0, 6.0]).gap.values
    chi = np.mean(((model - [1.1, 0.6]) / [0.02, 0.03]) ** 2)
    values = found["variables"]["gap_chi_squared_per_point"]["values"]
    assert values[0] == pytest.approx(chi, rel=1e-9)
    assert main(["compare", "textbook", "h3s", "-T", "4", "-o", "x"]) == 0
    out = capsys.readouterr().out
    assert "not offered" in out
    assert "largest gap at 4 K [meV]" in out
    assert "disputed" in out
    assert main(["show", "x.nc"]) == 0
    assert "1 NOT_OFFERED, 1 SUCCESS" in " ".join(capsys.readouterr().out.split())


def test_a_failure_is_code_1_and_the_others_are_shown(capsys, monkeypatch):
    def broken(mechanism, **_):
        if mechanism.coupling > 0.28:
            raise ArithmeticError("it does not converge")
        return whole.compares[0].function(mechanism)

    whole = registry.observable("isotope_coefficient")
    row = replace(whole, compares=(replace(whole.compares[0], function=broken),))
    known = {**registry.observables(), "isotope_coefficient": row}
    monkeypatch.setattr("pairlab.study.compare.observables", lambda: known)
    assert main(["compare", "textbook", "strong.toml", "-o", "x"]) == 1
    out, err = capsys.readouterr()
    assert "not converged" in out
    assert "0.5000000" in out
    assert "error: strong: isotope coefficient: it does not converge" in err
    assert "NOT_CONVERGED" in err


CASES = [
    ("compare", ["nothing to compare"]),
    ("compare textbook textbook", ['"textbook" is compared twice']),
    ("compare textbook h3d", ['"h3d" is not known', 'did you mean "h3s"']),
    ("compare textbook none.toml", ["no file none.toml"]),
    ("compare textbook bcs", ["coupling is missing"]),
    ("compare textbook two_band --data none.csv", ["no file none.csv", "points.csv"]),
    ("compare textbook two_band --data strong.toml", ["strong.toml, line 1", "is not known"]),
    ("compare textbook two_band --temperature ten", ["'ten'", "not a number"]),
    ("compare textbook two_band --temperature=-1", ["temperature"]),
    ("compare textbook two_band --field=-1", ["field", "at least 0"]),
    ("compare textbook two_band -o no/x", ["no folder"]),
    ("compare textbook --coupling 0.3", ["no option --coupling"]),
    ("compare textbook two_band --dta points.csv", ['did you mean "--data"']),
]


@pytest.mark.parametrize(("line", "words"), CASES, ids=[line for line, _ in CASES])
def test_bad_input_is_one_sentence_and_code_2(line, words, capsys, folder):
    refused(line, words, capsys, folder)


TABLES = {
    "temperature [K],gap [meV]\n1,2\n3\n": ["bad.csv, line 3", "1 cells"],
    "temperature [K],gap\n1,2\n": ["bad.csv, line 1", "no unit", 'write "gap [meV]"'],
    "temperature [K],gap [K]\n1,2\n": ["bad.csv, line 1", "a temperature is not an energy"],
    "temperature [K],gop [meV]\n1,2\n": ["bad.csv, line 1", 'did you mean "gap"'],
    "temperature [K],gap [meV]\n1,two\n": ["bad.csv, line 2", '"two" is not a finite number'],
    "": ["bad.csv", "no table"],
    "gap [meV]\n1\n": ["the measured gap has no temperature", "add the column temperature [K]"],
}


@pytest.mark.parametrize("text", TABLES, ids=range(len(TABLES)))
def test_bad_data_is_one_sentence_and_code_2(text, capsys, folder):
    (folder / "bad.csv").write_text(text)
    refused("compare textbook two_band --data bad.csv -p", TABLES[text], capsys, folder)


def refused(line, words, capsys, folder):
    assert main(line.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    for word in words:
        assert word.lower() in err.lower()
    assert made(folder) <= {"bad.csv"}
