"""Formulas for Tc: written once more, against full Matsubara sums."""

import math
import tomllib

import numpy as np
import pytest
from oracle import full_matsubara

from pairlab.errors import InputError
from pairlab.papers import ledger, phonon_shapes
from pairlab.papers.tc_formulas import compute as paper
from pairlab.papers.tc_formulas.figures import figure_data

FILE = ledger.FOLDER / "tc_formulas" / ledger.LEDGER
KNOWN = ledger.read_paper(FILE)
RAW = {entry["key"]: entry for entry in tomllib.loads(FILE.read_text())["entry"]}


@pytest.fixture(scope="module")
def data():
    found = ledger.reproduce("tc_formulas")
    return found.assign_coords(entry=found.key.values)


def value(data, key):
    return float(data.computed_value.sel(entry=key))


def mcmillan(lam, mu):
    return math.exp(-1.04 * (1 + lam) / (lam - mu * (1 + 0.62 * lam))) / 1.2


def allen_dynes(lam, mu):
    """Of one mode: f2 = 1."""
    return mcmillan(lam, mu) * (1 + (lam / (2.46 * (1 + 3.8 * mu))) ** 1.5) ** (1 / 3)


def exact(lam, mu, guess):
    """kTc/w; the repulsion is rescaled from w."""
    return full_matsubara.critical_kt(lam, 1.0, 300, guess, mu=mu)


@pytest.mark.parametrize(("lam", "mu"), [(0.7, 0.0), (1.0, 0.1), (1.5, 0.2), (5.0, 0.1)])
@pytest.mark.parametrize("formula", ["McMillan", "Allen-Dynes"])
def test_deviations_of_one_mode(formula, lam, mu):
    found = {"McMillan": mcmillan, "Allen-Dynes": allen_dynes}[formula](lam, mu)
    expected = 100 * (found / exact(lam, mu, allen_dynes(lam, mu)) - 1)
    assert paper.deviation(formula, lam, mu) == pytest.approx(expected, abs=0.02)


def test_largest_deviations_are_those_of_the_ends_where_they_grow(data):
    for key, lam, mu in (("mcmillan_00", 0.5, 0.0), ("allen_dynes_10_weak", 0.5, 0.1)):
        ends = [paper.deviation(RAW[key]["arguments"]["formula"], x, mu) for x in (lam, 1.5)]
        assert abs(value(data, key)) >= max(map(abs, ends)) - 1e-9
    assert value(data, "mcmillan_strong") == pytest.approx(
        100 * (mcmillan(10, 0.1) / exact(10, 0.1, 0.46) - 1), abs=0.05
    )


def test_limits(data):
    """One Matsubara frequency alone gives 1/(2 pi), from below."""
    assert value(data, "strong_limit") == pytest.approx(0.1827262477, abs=5e-9)
    assert value(data, "strong_limit") > 1 / (2 * math.pi)
    assert value(data, "weak_limit") == pytest.approx(math.exp(-0.5), abs=4e-4)
    formula = (math.exp(-1.04) / 1.2) / math.sqrt(2.46)
    assert value(data, "allen_dynes_limit") == pytest.approx(formula, rel=1e-6)


def test_bounds(data):
    lam = value(data, "lower_bound_begins")
    assert exact(lam, 0.0, 0.26) == pytest.approx(math.sqrt(lam) / (2 * math.pi), rel=1e-4)
    over_area = [2 * exact(x, 0.0, 0.13) / x for x in (1.0, 1.15, 1.3)]
    assert over_area[0] < over_area[1] > over_area[2]
    assert value(data, "area_bound") == pytest.approx(over_area[1], rel=1e-4)
    # A bound that one mode at lambda = 2 exceeds is told apart.
    arguments = {**RAW["upper_bound"]["arguments"], "factor": 0.14}
    assert paper.upper_bound(**arguments).label == "not below"
    assert paper.lower_bound(couplings=[1.0], factor=1 / (2 * math.pi)).label == "not above"


def test_where_mcmillan_saturates(data):
    """d/d lambda of lambda^(-1/2) exp(-1.04 (1 + lambda)/lambda) vanishes at 2.08."""
    assert value(data, "mcmillan_maximum") == pytest.approx(2 * 1.04, abs=1e-3)
    assert paper.saturation(theory="McMillan", couplings=[0.5, 1.0, 1.5]).label == "no maximum"


def test_kresin(data):
    off = [
        100 * (0.25 / math.sqrt(math.expm1(2 / x)) / exact(x, 0.0, guess) - 1)
        for x, guess in ((0.7, 0.07), (1.0, 0.115))
    ]
    assert value(data, "kresin") < min(off) + 0.1
    assert value(data, "kresin") == pytest.approx(min(off), abs=0.6)


def test_isotope_coefficients(data):
    """(1/2) d ln Tc/d ln w with mu* that stays where it is, by differences."""
    lam, mu, step = 1.0, 0.1, 1e-3
    formula = 0.5 * (
        1 - 1.04 * (1 + lam) * (1 + 0.62 * lam) * mu**2 / (lam - mu * (1 + 0.62 * lam)) ** 2
    )
    log = []
    for side in (1, -1):
        # Harder phonons at a fixed reference: the reference in units of w falls.
        moved = full_matsubara.critical_kt(
            lam, 1.0, 300, 0.0721, mu=mu, reference=math.exp(-side * step)
        )
        log.append(math.log(moved) + side * step)
    alpha = 0.5 * (log[0] - log[1]) / (2 * step)
    assert value(data, "isotope_10_10") == pytest.approx(formula - alpha, abs=2e-5)


def test_shapes():
    spreads = {
        "one mode": 1.0,
        "Debye": math.sqrt(0.5) * math.exp(0.5),
        "two modes": math.sqrt(5 / 3),
        "hydride": math.sqrt(0.3 + 0.7 * 64) / 8**0.7,
    }
    assert set(spreads) == set(phonon_shapes.SHAPES)
    for shape, spread in spreads.items():
        phonons = phonon_shapes.allen_dynes(shape, 1.3).phonons()
        assert phonons.coupling == pytest.approx(1.3, rel=1e-3)
        found = phonons.second_frequency / phonons.log_frequency
        assert found == pytest.approx(spread, rel=2e-3)
    with pytest.raises(InputError, match="Debye"):
        phonon_shapes.spectrum("Debey", 1.0)


def test_verdicts(data):
    verdicts = data.verdict.values.tolist()
    counts = {one: verdicts.count(one) for one in set(verdicts)}
    assert counts == {"reproduced": 27, "not reproduced": 14, "under-determined": 1}
    assert str(data.verdict.sel(entry="allen_dynes_debye").values) == "under-determined"
    for key in ("exact_saturates", "mcmillan_00", "allen_dynes_20_weak", "allen_dynes_hydride",
                "allen_dynes_hydride_00", "kresin", "isotope_10_20"):  # fmt: skip
        assert str(data.verdict.sel(entry=key).values) == "not reproduced", key
    assert {entry.compute for entry in KNOWN.entries} == set(paper.COMPUTED)
    assert np.all(np.isfinite(data.computed_value.values[np.isfinite(data.printed_value.values)]))


def test_figures():
    figures = figure_data()
    curves = figures["critical_temperature"].critical_temperature
    last = curves.isel(coupling=-1)
    assert float(last.sel(theory="McMillan")) == pytest.approx(mcmillan(10.0, 0.1), rel=1e-6)
    assert float(last.sel(theory="Eliashberg")) == pytest.approx(exact(10.0, 0.1, 0.46), rel=1e-3)
    assert set(figures) == {"critical_temperature", "deviations"}
