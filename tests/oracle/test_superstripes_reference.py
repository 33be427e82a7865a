"""The superstripes mechanism against reference values of an adaptive, independent integration.

superstripes_reference.toml says how its values were obtained; they cover the top of the dome, both
sides of band edges and of cutoffs, and the antiresonance, where Tc is 1e-3 K and uniform grids fail
by factors.
"""

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import pairlab as pl

REFERENCE = tomllib.loads(
    Path(__file__).with_name("superstripes_reference.toml").read_text(encoding="utf-8")
)
FIELDS = {
    "dispersion": "transverse_dispersion",
    "weak": "weak_coupling",
    "exchange": "exchange_coupling",
    "bands": "subbands",
}
"""Names of the reference where they are not those of the mechanism."""

MODES = 2e-8
"""What the error estimate does not cover: modes below 2e-8 of the largest one are left out."""


def by_label(table):
    return pytest.mark.parametrize("entry", REFERENCE[table], ids=lambda entry: entry["label"])


@cache
def _solved(label, table):
    entry = next(e for e in REFERENCE[table] if e["label"] == label)
    return pl.critical_temperature(mechanism_of(entry))


def mechanism_of(entry, **changes):
    numbers = REFERENCE["defaults"] | entry["options"]
    values = {FIELDS.get(name, name): value for name, value in numbers.items()}
    values["softening"] = "migdal" if values["softening"] else "none"
    values |= {"lifshitz": entry["eta"], "coupling": entry["g"], **changes}
    return pl.Superstripes(**values)


@by_label("point")
def test_barrier_height(entry):
    found = mechanism_of(entry).lattice().barrier_height
    assert found == pytest.approx(entry["barrier_height"], rel=1e-9)


@by_label("point")
def test_critical_temperature(entry):
    wanted = entry["critical_temperature"]
    assert _solved(entry["label"], "point").value == pytest.approx(wanted, rel=1e-6)


@by_label("point")
def test_the_reported_error_covers_the_difference(entry):
    solution, wanted = _solved(entry["label"], "point"), entry["critical_temperature"]
    # d ln Tc = d lambda/|d lambda/d ln T|: the modes left out change lambda = 1 by at most MODES.
    modes = MODES / abs(solution.stats["eigenvalue_slope"])
    assert abs(solution.value - wanted) <= solution.error + wanted * (entry["uncertainty"] + modes)


@by_label("gap")
def test_gap_at_zero_temperature(entry):
    found = pl.gap(mechanism_of(entry, fixed="chemical_potential"), 0.0)
    wanted = np.array(entry["gaps"])
    averaged = found.gap.isel(temperature=0).mean("kz").values
    assert averaged == pytest.approx(wanted, rel=1e-6 + entry["uncertainty"])
    # The error of a gap is quoted for the largest one; a mean over kz cannot be worse.
    allowed = float(found.gap_error[0]) + np.max(wanted) * (entry["uncertainty"] + 10 * MODES)
    assert np.max(np.abs(averaged - wanted)) <= allowed


def test_the_points_reach_the_hard_places():
    temperatures = [point["critical_temperature"] for point in REFERENCE["point"]]
    assert min(temperatures) < 1e-3
    assert max(temperatures) > 300
    assert sum(point["eta"] < 0 for point in REFERENCE["point"]) >= 8
