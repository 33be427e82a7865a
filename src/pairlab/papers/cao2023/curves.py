"""Gaps, fields and currents that several entries and figures of `cao2023` share, computed once."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import constants, optimize

from pairlab.mechanisms._fields.base import Mechanism
from pairlab.mechanisms.br_bcs import BrBcs
from pairlab.mechanisms.exciton_phonon import ExcitonPhonon
from pairlab.observables import critical_temperature as observed
from pairlab.observables.gap import gap
from pairlab.papers.verdict import Computed, computed
from pairlab.solution import CODES, Result

Frozen = tuple[tuple[str, Any], ...]

OWN, BR_BCS, BCS = "this model", "BR-BCS", "BCS"
NAMES = (OWN, BR_BCS, BCS)
PRESETS: Mapping[str, str] = {OWN: "lk99", BR_BCS: "lk99_brbcs", BCS: "lk99_bcs"}

PUBLISHED_CURRENT = 300.0
"""mA at 290 K: the one point to which the cross-section of the sample is fitted."""
FITTED_AT = 290.0

_COARSE, _WIDTH = 9, 1e-3  # temperatures to look for a crossing of two gaps between, and K

_MEV = constants.e * 1e-3
_PER_NM3 = 1e27


def frozen(changes: Mapping[str, Any]) -> Frozen:
    """Changes as a key of a cache."""
    return tuple(sorted(changes.items()))


def model(name: str, changes: Frozen = ()) -> Mechanism:
    """One of the three models; changes are readings of the paper's own."""
    if name == BR_BCS:
        return BrBcs.preset(PRESETS[name])
    own = dict(changes) if name == OWN else {}
    return ExcitonPhonon.preset(PRESETS[name], **own)


@lru_cache(maxsize=64)
def critical_temperature(name: str, changes: Frozen = ()) -> Computed:
    """Tc, K."""
    found = observed.critical_temperature(model(name, changes))
    return computed(found.value, found.error)


@lru_cache(maxsize=256)
def gaps(name: str, temperatures: tuple[float, ...], changes: Frozen = ()) -> np.ndarray:
    """Delta at the Fermi level at each temperature [K] and its error, meV, shape (2, temperature);
    0 above Tc."""
    return gaps_of(model(name, changes), np.array(temperatures))


def gaps_of(mechanism: Mechanism, temperatures: np.ndarray) -> np.ndarray:
    """As `gaps`, for any mechanism with one gap at the Fermi level.

    A number that misses its promised accuracy is kept, as verdicts count its error; one without a
    meaningful error is nan.
    """
    found = gap(mechanism, temperatures, throw=False)
    kinds = [CODES[code] for code in found.result_code.values]
    known = np.array([kind.is_good or kind is Result.INACCURATE for kind in kinds])
    value = np.abs(found.fermi_gap.values).reshape(-1)
    return np.where(known, [value, found.gap_error.values], np.nan)


def gap_at(name: str, temperature: float, changes: Frozen = ()) -> Computed:
    """Delta at the Fermi level, meV."""
    value, error = gaps(name, (float(temperature),), changes)[:, 0]
    return computed(value, error)


def field_of(delta: np.ndarray | float, density: float) -> np.ndarray:
    """Bc = sqrt(mu0 N(0)) Delta, T: Eq. 2 with consistent units.

    Args:
        delta: meV. density: N(0), 1/(meV nm^3).
    """
    per_joule = density * _PER_NM3 / _MEV
    return np.sqrt(constants.mu_0 * per_joule) * np.asarray(delta) * _MEV


def current_of(delta: np.ndarray | float, power: float, changes: Frozen = ()) -> np.ndarray:
    """Ic, mA, proportional to a power of Delta: 1 as Eq. 3 is printed, 2 with consistent units.

    The cross-section is the one at which this model carries 300 mA at 290 K, for all models.
    """
    scale = gap_at(OWN, FITTED_AT, changes).low
    return PUBLISHED_CURRENT * (np.asarray(delta) / scale) ** power


@lru_cache(maxsize=16)
def lowest_gap_up_to(changes: Frozen = ()) -> Computed:
    """The temperature up to which this model has the smallest gap of the three, K."""

    def excess(kelvin: tuple[float, ...]) -> np.ndarray:
        own, *others = (gaps(name, kelvin, changes if name == OWN else ())[0] for name in NAMES)
        return np.min(others, axis=0) - own

    grid = np.linspace(0.0, critical_temperature(BR_BCS).low, _COARSE)
    after = int(np.argmax(excess(tuple(grid.tolist())) <= 0))  # the gap of BR-BCS ends first
    if after == 0:
        return computed(0.0)
    found: Any = optimize.brentq(
        lambda t: float(excess((float(t),))[0]), grid[after - 1], grid[after], xtol=_WIDTH
    )
    return computed(float(found), 2 * _WIDTH)
