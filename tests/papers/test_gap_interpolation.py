"""Interpolations of the BCS gap: their formulas written once more, against the gap equation."""

import math
import tomllib

import numpy as np
import pytest
from oracle.universal_gap import reduced_gap

from pairlab.errors import InputError
from pairlab.papers import ledger
from pairlab.papers.gap_interpolation import compute as paper

FILE = ledger.FOLDER / "gap_interpolation" / ledger.LEDGER
RAW = {entry["key"]: entry for entry in tomllib.loads(FILE.read_text())["entry"]}

FORMS = {
    "carrington": lambda t: math.tanh(1.82 * (1.018 * (1 / t - 1)) ** 0.51),
    "tanh": lambda t: math.tanh(1.74 * math.sqrt(1 / t - 1)),
    "cosine": lambda t: math.sqrt(math.cos(math.pi * t**2 / 2)),
    "einzel": lambda t: math.tanh(
        math.pi / 1.764
        * math.sqrt(2 / 3 * 1.426 * (1 - t) / t * (1 + 0.1916 * (1 - t) + 0.2065 * (1 - t) ** 2))
    ),
}  # fmt: skip
PLACES = {"carrington": 0.934, "tanh": 0.604, "cosine": 0.861, "einzel": 0.458}


@pytest.fixture(scope="module")
def data():
    found = ledger.reproduce("gap_interpolation")
    return found.assign_coords(entry=found.key.values)


@pytest.mark.parametrize("name", FORMS)
def test_largest_deviations(data, name):
    """At its place and, smaller, beside it."""
    off = [
        100 * (FORMS[name](t) / reduced_gap(t) - 1)
        for t in PLACES[name] + np.array([0, -0.04, 0.04])
    ]
    found = float(data.computed_value.sel(entry=f"{name}_deviation"))
    assert found == pytest.approx(off[0], abs=1e-3)
    assert abs(off[1]) < abs(found) > abs(off[2])


def test_the_other_end_of_the_most_used_one():
    form = RAW["carrington_deviation"]["arguments"]["form"]
    t, off = paper.deviations(form)
    assert off[t < 0.98].min() == pytest.approx(
        100 * (FORMS["carrington"](0.45) / reduced_gap(0.45) - 1), abs=1e-3
    )
    assert off[-1] < -1  # at t = 0.999: the relative deviation grows without end towards Tc


@pytest.mark.parametrize("name", FORMS)
def test_how_they_vanish_at_tc(data, name):
    t = 1 - np.array([1e-8, 1e-9])
    values = np.log([FORMS[name](x) for x in t])
    exponent = np.diff(values)[0] / np.diff(np.log(1 - t))[0]
    assert float(data.computed_value.sel(entry=f"{name}_exponent")) == pytest.approx(
        exponent, abs=1e-4
    )


def test_verdicts(data):
    good = {key for key in RAW if key.startswith("einzel")}
    good |= {"tanh_exponent", "tanh_slope", "cosine_exponent"}
    for key in RAW:
        found = str(data.verdict.sel(entry=key).values)
        assert found == ("reproduced" if key in good else "not reproduced"), key


def test_an_unknown_form_gets_a_suggestion():
    with pytest.raises(InputError, match="Einzel"):
        paper.largest_deviation(form="Einzle")
