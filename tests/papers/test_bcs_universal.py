"""Universal numbers of BCS theory: against closed forms and an oracle of many digits."""

import math
import tomllib

import mpmath
import numpy as np
import pytest
from mpmath import mp
from oracle.universal_gap import reduced_gap

from pairlab.papers import ledger
from pairlab.papers.bcs_universal import compute as paper
from pairlab.papers.bcs_universal.figures import figure_data

FILE = ledger.FOLDER / "bcs_universal" / ledger.LEDGER
KNOWN = ledger.read_paper(FILE)
RAW = {entry["key"]: entry for entry in tomllib.loads(FILE.read_text())["entry"]}

EULER = float(mp.euler)
ZETA3 = float(mpmath.zeta(3))
RATIO = math.pi * math.exp(-EULER)  # Delta(0)/kTc


@pytest.fixture(scope="module")
def data():
    found = ledger.reproduce("bcs_universal")
    return found.assign_coords(entry=found.key.values)


def value(data, key):
    return float(data.computed_value.sel(entry=key))


def verdict(data, key):
    return str(data.verdict.sel(entry=key).values)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("prefactor", 2 * math.exp(EULER) / math.pi),
        ("gap_ratio", 2 * RATIO),
        ("gap_over_tc", RATIO),
        ("jump", 12 / (7 * ZETA3)),
        ("field_ratio", math.pi / (6 * RATIO**2)),
        ("gap_slope", math.sqrt(8 * math.pi**2 / (7 * ZETA3)) / RATIO),
        ("gap_slope_kt", math.sqrt(8 * math.pi**2 / (7 * ZETA3))),
        ("field_curvature", math.pi**2 / (3 * RATIO**2)),
    ],
)
def test_closed_forms(data, key, expected):
    error = float(data.error.sel(entry=key))
    assert value(data, key) == pytest.approx(expected, abs=error)
    assert error < 2e-3 * expected


def test_the_slope_of_the_critical_field_is_that_of_jump_and_condensation_energy(data):
    """(dHc/dT)^2/4 pi = (C_s - C_n)/Tc."""
    jump, ratio = value(data, "jump"), value(data, "field_ratio")
    expected = math.sqrt(4 * math.pi * jump * ratio)
    assert value(data, "field_slope") == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("percent", [30, 50, 80, 96])
def test_the_table_against_the_gap_equation(data, percent):
    exact = reduced_gap(percent / 100)
    assert value(data, f"table_{percent}") == pytest.approx(exact, abs=2e-8)
    assert RAW[f"table_{percent}"]["value"] == round(exact, 4)


def test_the_whole_table_is_right_and_a_wrong_digit_would_show():
    given = RAW["table_all"]["arguments"]
    assert len(given["table"]) == 42
    assert paper.wrong_digits(**given).low == 0
    table = list(given["table"])
    table[20] += 1e-4
    assert paper.wrong_digits(**{**given, "table": table}).low == 1
    assert {RAW[k]["value"] for k in RAW if k[6:].isdigit() and "table" in k} <= set(given["table"])


def test_verdicts(data):
    wrong = {"prefactor_1957", "gap_ratio_1957", "jump_1957", "field_ratio_1957", "gap_ratio_352"}
    for key in RAW:
        assert verdict(data, key) == ("not reproduced" if key in wrong else "reproduced"), key


def test_the_field_falls_short_of_the_parabola_by_most_in_the_middle(data):
    assert value(data, "field_deviation") == pytest.approx(-3.68, abs=0.01)
    figure = figure_data()["curves"]
    t = figure.reduced_temperature.values
    off = figure.critical_field.values - (1 - t**2)
    assert 0.6 < t[np.argmin(off)] < 0.75
    assert 100 * off.min() == pytest.approx(value(data, "field_deviation"), abs=0.01)
