"""Entries that ask an observable: their answers, and the sentences for what cannot be asked."""

import math
import sys
import types

import pytest
import tomli_w
import xarray as xr

from pairlab.errors import CapabilityError, InputError
from pairlab.mechanisms.bcs import Bcs
from pairlab.observables.gap import gap
from pairlab.observables.gap_ratio import gap_ratio
from pairlab.papers import ledger
from pairlab.papers.questions import Functions, Question, answer, number
from pairlab.papers.verdict import Computed, computed

RATIO = 2 * math.pi * math.exp(-0.5772156649015329)  # of BCS theory at weak coupling

STATED = {"where": "p. 1", "quantity": "a number", "printed": "3.53", "reason": "two digits"}
ENTRY = {
    "key": "ratio", **STATED, "value": 3.53, "tolerance": 0.005,
    "observable": "gap_ratio", "mechanism": "bcs", "changes": {"coupling": 0.2, "cutoff": 30.0},
}  # fmt: skip
FORMULA = {"coupling": 1.0, "phonon_energy": 20.0, "mu_star": 0.1}
READING = {"name": "stronger", "why": "left out", "changes": {"coupling": 0.8}}


@pytest.fixture
def reproduced(tmp_path, monkeypatch):
    """Writes a ledger without any function, and reproduces it."""
    monkeypatch.setattr(ledger, "FOLDER", tmp_path)
    (tmp_path / "asked1900").mkdir()

    def reproduce(*entries, readings=()):
        head = {"title": "Asked", "cite": ["nobody (1900)"], "status": "invented"}
        table = {**head, "reading": list(readings), "entry": list(entries)}
        (tmp_path / "asked1900" / "ledger.toml").write_text(tomli_w.dumps(table))
        return ledger.reproduce("asked1900")

    return reproduce


def asked(functions=None, changes=None, **question):
    return answer(Question(**question), functions or Functions(), changes or {})


def test_a_ledger_needs_no_function_and_no_figure(reproduced):
    data = reproduced(ENTRY)
    assert data.verdict.values.tolist() == ["reproduced"]
    assert float(data.computed_value[0]) == pytest.approx(RATIO, rel=1e-4)
    assert 0 < float(data.error[0]) < 1e-3
    assert ledger.figure_data("asked1900") == {}


def test_changes_of_a_reading_stand_in_place_of_those_of_the_entry(reproduced):
    data = reproduced(ENTRY, readings=[READING])
    expected = float(gap_ratio(Bcs(coupling=0.8, cutoff=30.0)).gap_ratio)
    assert expected > RATIO + 0.1
    assert float(data.computed_value[0]) == pytest.approx(expected)
    assert data.verdict.values.tolist() == ["not reproduced"]


def test_one_number_of_many():
    changes = {"coupling": 0.25, "cutoff": 30.0}
    data = gap(Bcs(**changes), [0.0, 5.0])
    question = {"observable": "gap", "mechanism": "bcs", "changes": changes}
    found = asked(**question, axes={"temperature": [0.0, 5.0]}, select={"temperature": 5.0},
                  variable="fermi_gap")  # fmt: skip
    assert found.low == float(data.fermi_gap[1].squeeze())
    assert found.error == float(data.gap_error[1])
    tc = asked(observable="critical_temperature", preset="textbook", changes={"coupling": 0.25})
    assert tc.low > 0
    assert tc.error < 1e-6 * tc.low


def test_functions_of_the_paper_make_the_mechanism_and_the_number():
    functions = Functions(
        mechanisms={"half": lambda *, twice: Bcs(coupling=twice / 2, cutoff=30.0)},
        reductions={"squared": lambda data: computed(float(data.gap_ratio.squeeze()) ** 2)},
    )
    found = asked(
        functions, {"twice": 0.4}, observable="gap_ratio", mechanism="half", reduction="squared"
    )
    assert found.low == pytest.approx(RATIO**2, rel=1e-4)


def test_a_number_without_a_good_code_decides_nothing():
    data = xr.Dataset({"x": 1.0, "x_error": 0.1, "result_code": 4})
    assert math.isnan(number(data, "x").low)
    assert number(data.assign(result_code=0), "x") == Computed(1.0, 1.0, 0.1)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"observable": "gap_rato"}, 'Did you mean "gap_ratio"'),
        ({"mechanism": "bsc"}, 'Did you mean "bcs"'),
        ({"mechanism": None}, "one preset or of one mechanism"),
        ({"preset": "textbook"}, "one preset or of one mechanism"),
        ({"mechanism": None, "preset": "textbok"}, 'Did you mean "textbook"'),
        ({"changes": {"cuopling": 0.2, "cutoff": 30.0}}, "coupling"),
        ({"changes": 0.2}, "changes: it is a table"),
        ({"observable": ""}, "observable: it is a name"),
        ({"observable": None}, "no observable is asked"),
        ({"compute": "length"}, '"compute" beside an observable'),
        ({"axes": {"temperature": 0.0}}, "gap_ratio has no such axis"),
        ({"variable": "gap_ration"}, 'Did you mean "gap_ratio"'),
        ({"select": {"bond": 1}}, "it is no dimension"),
        ({"reduction": "half"}, "Write that reduction in compute.py"),
        ({"mechanism": "mcmillan", "changes": FORMULA}, "mcmillan has no gap"),
        ({"mechanism": None, "preset": "two_band", "changes": {}}, "2 numbers are left, over band"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence_that_names_the_entry(reproduced, change, fault):
    entry = {k: v for k, v in {**ENTRY, **change}.items() if v is not None}
    with pytest.raises(InputError, match=r"asked1900/ledger\.toml, entry \"ratio\"") as caught:
        reproduced(entry)
    assert fault in str(caught.value)


def test_a_reading_of_an_observable_has_changes_only(reproduced):
    with pytest.raises(InputError, match="an observable takes changes only"):
        reproduced(ENTRY, readings=[{"name": "more", "why": "left out", "coupling": 0.3}])


def test_arguments_that_a_function_does_not_take_are_a_sentence(reproduced, monkeypatch):
    module = types.ModuleType("compute")
    module.COMPUTED = {"twice": lambda *, x: computed(2 * x)}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pairlab.papers.asked1900.compute", module)
    entry = {"key": "ratio", **STATED, "value": 2.0, "tolerance": 0.0, "compute": "twice"}
    data = reproduced({**entry, "arguments": {"x": 1.0}})
    assert data.verdict.values.tolist() == ["reproduced"]
    with pytest.raises(InputError, match=r'entry "ratio".*It takes x'):
        reproduced({**entry, "arguments": {"y": 1.0}})


def test_an_error_inside_a_module_of_a_paper_is_not_hidden(monkeypatch):
    def broken(name):
        raise ModuleNotFoundError("No module named 'pandas'", name="pandas")

    monkeypatch.setattr(ledger, "import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="pandas"):
        ledger.functions_of("cao2023")


def test_a_refusal_names_the_mechanism():
    with pytest.raises(CapabilityError, match="mcmillan"):
        asked(observable="gap", mechanism="mcmillan", changes=FORMULA)
