"""Strong-coupling ratios: formulas written once more, solutions against full Matsubara sums."""

import math
import tomllib
from dataclasses import replace

import numpy as np
import pytest
from oracle import full_matsubara, full_thermodynamics

from pairlab.papers import ledger
from pairlab.papers.questions import Question, answer
from pairlab.papers.strong_coupling import compute as paper

FILE = ledger.FOLDER / "strong_coupling" / ledger.LEDGER
KNOWN = ledger.read_paper(FILE)
RAW = {entry["key"]: entry for entry in tomllib.loads(FILE.read_text())["entry"]}

FORMULAS = {
    "gap_ratio": lambda x: 3.53 * (1 + 12.5 * x**2 * math.log(1 / (2 * x))),
    "jump": lambda x: 1.43 * (1 + 53 * x**2 * math.log(1 / (3 * x))),
    "field_ratio": lambda x: 0.168 * (1 - 12.2 * x**2 * math.log(1 / (3 * x))),
}
QUESTIONS = {
    "gap_ratio": Question("gap_ratio", mechanism="at_reduced_tc"),
    "jump": Question("thermodynamics", mechanism="at_reduced_tc", variable="specific_heat_jump"),
    "field_ratio": Question("thermodynamics", mechanism="at_reduced_tc", reduction="field_ratio"),
}
AT_X = [entry for entry in KNOWN.entries if entry.question]


def ratio_of(entry):
    """Which of the three ratios an entry asks for."""
    asked = replace(entry.question, changes={})
    return next(name for name, question in QUESTIONS.items() if question == asked)


def ratio_at(ratio, **changes):
    return answer(QUESTIONS[ratio], ledger.functions_of("strong_coupling"), changes)


def found(key):
    (entry,) = (one for one in KNOWN.entries if one.key == key)
    return ledger.evaluate(KNOWN, entry)


def verdict_of(key):
    (entry,) = (one for one in KNOWN.entries if one.key == key)
    return ledger._row(entry, found(key))["verdict"]


@pytest.mark.parametrize("entry", AT_X, ids=lambda entry: entry.key)
def test_what_is_printed_is_the_formula_at_its_x(entry):
    ratio, x = ratio_of(entry), entry.question.changes["x"]
    assert entry.key.startswith(ratio)
    expected = FORMULAS[ratio](x)
    assert entry.statement.low == pytest.approx(expected, rel=5e-5)
    share = 0.01 if x == 0.005 else 0.05
    assert entry.statement.tolerance == pytest.approx(share * expected, rel=5e-3)


def test_entries_cover_the_three_formulas_and_name_every_function():
    assert len(AT_X) == 39
    assert len(KNOWN.entries) == 47
    assert {entry.compute for entry in KNOWN.entries if not entry.question} == set(paper.COMPUTED)


def test_counts_of_verdicts():
    verdicts = ledger.reproduce("strong_coupling").verdict.values.tolist()
    counts = {one: verdicts.count(one) for one in set(verdicts)}
    assert counts == {"reproduced": 22, "under-determined": 15, "not reproduced": 10}


@pytest.mark.parametrize("x", [0.05, 0.16])
def test_the_coupling_gives_the_x_that_is_asked_for(x):
    lam = paper.coupling_at(x, "one mode", 0.0)
    assert full_matsubara.critical_kt(lam, 1.0, 300, x) == pytest.approx(x, rel=1e-4)


@pytest.mark.parametrize(("lam", "x"), [(1.0, 0.1146195), (2.0, 0.2117412)])
def test_thermodynamic_ratios_against_full_sums(lam, x):
    jump, field = full_thermodynamics.ratios(lam, x)
    assert paper.coupling_at(x, "one mode", 0.0) == pytest.approx(lam, rel=1e-5)
    for name, expected in (("jump", jump), ("field_ratio", field)):
        one = ratio_at(name, x=x, shape="one mode", mu_star=0.0)
        assert one.low == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("ratio", FORMULAS)
def test_at_weak_coupling_the_limits_are_those_of_bcs_theory(ratio):
    limit = {"gap_ratio": 3.528, "jump": 1.426, "field_ratio": 0.1683}[ratio]
    for one in found(f"{ratio}_005").values():
        assert one.low == pytest.approx(limit, rel=0.02)
    assert verdict_of(f"{ratio}_005") == "reproduced"


def test_gap_ratios_hold_for_metals_up_to_a_tenth_and_not_for_hydrides():
    for x in ("020", "050", "080", "100"):
        assert verdict_of(f"gap_ratio_{x}") == "reproduced"
    for x in ("160", "200", "250"):
        assert verdict_of(f"gap_ratio_{x}") == "under-determined"
    for x in ("160", "200"):
        assert verdict_of(f"gap_ratio_hydride_{x}") == "not reproduced"


def test_the_formulas_hold_for_a_debye_spectrum_where_they_were_fitted():
    for name, largest in (("gap_ratio", 0.03), ("jump", 0.03), ("field_ratio", 0.03)):
        for x in (0.05, 0.1, 0.13, 0.16):
            one = ratio_at(name, x=x, shape="Debye")
            assert abs(one.low / FORMULAS[name](x) - 1) < largest


def test_what_decides_on_the_jump_is_the_shape():
    jumps = {name: one.low for name, one in found("jump_160").items()}
    assert jumps["one mode"] > 1.1 * jumps["Debye"] > 1.1 * jumps["two modes"]
    assert verdict_of("jump_160") == "under-determined"
    assert verdict_of("jump_hydride_160") == "not reproduced"
    assert found("jump_hydride_160")[""].low < 0.75 * RAW["jump_hydride_160"]["value"]


def test_the_largest_jump_needs_a_repulsion():
    largest = {name: one.low for name, one in found("largest_jump").items()}
    expected = max(
        full_thermodynamics.ratios(lam, kt)[0] for lam, kt in ((2.0, 0.2117412), (2.2, 0.226746))
    )
    assert largest["mu* = 0"] == pytest.approx(expected, rel=3e-3)
    assert largest["mu* = 0.1"] == pytest.approx(3.75, abs=0.02)


def test_published_solutions_through_the_formulas():
    for key, entry in RAW.items():
        if entry.get("compute") != "implied":
            continue
        given = entry["arguments"]
        (one,) = found(key).values()
        grid = np.linspace(1e-3, 0.2, 20001)
        source = np.array([FORMULAS[given["of"]](x) for x in grid])
        target = np.array([FORMULAS[given["ratio"]](x) for x in grid])
        inside = target[(source >= given["low"] - 1e-3) & (source <= given["high"] + 1e-3)]
        assert (one.low, one.high) == pytest.approx((inside.min(), inside.max()), rel=2e-3)
    assert verdict_of("geh4_jump_10") == verdict_of("geh4_jump_30") == "not reproduced"
    assert verdict_of("geh4_field_10") == verdict_of("lead_field") == "reproduced"
    assert verdict_of("sulphur_jump") == "under-determined"
