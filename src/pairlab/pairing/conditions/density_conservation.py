"""The temperature at which single electrons fill a gap, from the conservation of their density.

Dolgopolov, "Formation of Cooper Pairs as a Consequence of Exchange Interaction", "the paper": with
the bottom E_1 of the gap, the pairing level E_l and the density of states S(E) of single electrons

    Int_0^E1 S dE = Int_0^El S(E) f((E - E_1)/kTc) dE,     C = (E_l - E_1)/(kTc)     (3.11)

Both sides differ by little where kTc << E_1. With u = |E - E_1|/kTc and f(u) = 1/(e^u + 1) it is

    Int_0^C [S(E_1 + kTc u) - S(E_1 - kTc u)] f(u) du = Int_C^(E1/kTc) S(E_1 - kTc u) f(u) du

whose terms are all small themselves: what rises into the gap equals what it leaves open below. Any
two of E_1, E_l and Tc give the third.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy import optimize, special

from pairlab.electrons.states.dos import DensityOfStates, DifferentiableDensity
from pairlab.numerics.quadrature import gauss_legendre
from pairlab.solution import Result

ACCURACY = 1e-8
"""A relative error above this is reported as inaccurate."""

_ORDERS = (24, 16)  # Gauss-Legendre points of a panel, and those that the error is judged by
_DEEPEST = 690.0  # exp(-C) is a normal number up to there
_SHALLOWEST = 1e-3
_REACH = 60.0  # f(60) = 1e-26
_ROOT = 4 * float(np.finfo(float).eps)
_PANELS = 2.0 ** np.arange(6)  # corners of panels in u
_TOWARDS = 4.0 ** -np.arange(15)  # of them towards the bottom of the band, where S has a root
_SCAN = 160  # values of C at which the sign is looked at where there may be several solutions


class Balance(NamedTuple):
    """A solution of Eq. 3.11, energies in meV: the bottom E_1, the height E_l - E_1 of the level
    above it, and kTc, with the relative error of the one that was asked for.

    The height is held, and not E_l, which has no digits left for it where the gap is narrow.
    """

    bottom: float
    height: float
    kt: float
    error: float
    result: Result

    @property
    def depth(self) -> float:
        """C = (E_l - E_1)/(kTc)."""
        return self.height / self.kt

    @property
    def level(self) -> float:
        """E_l, meV."""
        return self.bottom + self.height


@dataclass(frozen=True)
class Derivatives:
    """d ln Tc by the bottom E_1 and by the depth E_l - E_1, 1/meV, each at a fixed other one."""

    by_bottom: float
    by_depth: float


def level_at(states: DensityOfStates, *, bottom: float, kt: float) -> Balance:
    """E_l from E_1 and Tc; the error is that of C.

    The left side grows with C and the right side falls, so that there is at most one solution.
    There is none where S falls at E_1: there is no room then for all that rise.
    """
    deepest = min(_DEEPEST, (states.top - bottom) / kt)

    def missing(depth: float) -> float:
        return _missing(states, bottom, depth, kt)

    if not (bottom > 0 and kt > 0 and deepest > 0) or missing(deepest) <= 0:
        return Balance(bottom, np.nan, kt, np.nan, Result.NO_SOLUTION)
    lowest = min(_SHALLOWEST, deepest / 2)
    if missing(lowest) >= 0:
        return Balance(bottom, np.nan, kt, np.nan, Result.NO_SOLUTION)
    depth = _between(missing, lowest, deepest)
    slope = float(states(bottom + kt * depth)) * special.expit(-depth)
    error = _uncertainty(states, bottom, depth, kt) / (slope * depth)
    return _judged(bottom, depth * kt, kt, error)


@lru_cache(maxsize=256)  # along an axis of doping, levels above E_F keep their gap
def temperature_at(states: DensityOfStates, *, bottom: float, height: float) -> Balance:
    """kTc from E_1 and E_l - E_1: where the gap is filled for the first time as T rises.

    kTc is inf where it never is: below E_l there is room for all at every temperature. There is no
    solution where S falls at E_1, so that room is missing from T = 0 on.
    """
    if not (bottom > 0 and height > 0 and bottom + height <= states.top):
        return Balance(bottom, height, np.nan, np.nan, Result.NO_SOLUTION)
    # One sign change where S rises throughout; a table may have more, and the coldest one counts.
    several = states.breaks(max(bottom - height, 0.0), bottom + height).size > 0
    grid = np.geomspace(_DEEPEST, _SHALLOWEST, _SCAN if several else 2)

    def missing(depth: float) -> float:
        return _missing(states, bottom, depth, height / depth)

    if missing(_DEEPEST) <= 0:
        return Balance(bottom, height, np.nan, np.nan, Result.NO_SOLUTION)
    depth = _root(missing, grid)
    if depth is None:
        return Balance(bottom, height, np.inf, 0.0, Result.SUCCESS)
    kt = height / depth
    slope = _by_temperature(states, bottom, depth, kt)  # of the difference over kT, by ln kT
    error = _uncertainty(states, bottom, depth, kt) / abs(slope)
    return _judged(bottom, height, kt, error)


def bottom_at(states: DensityOfStates, *, level: float, kt: float) -> Balance:
    """E_1 from E_l and Tc: the shallowest gap that is filled at that temperature; the error is
    that of the depth E_l - E_1."""
    if not (kt > 0 and 0 < level <= states.top):
        return Balance(np.nan, np.nan, kt, np.nan, Result.NO_SOLUTION)
    reach = min(_DEEPEST, level / kt * (1 - 1e-9))

    def missing(depth: float) -> float:
        return _missing(states, level - depth * kt, depth, kt)

    above = reach > _SHALLOWEST
    depth = _root(missing, np.geomspace(_SHALLOWEST, reach, _SCAN)) if above else None
    if depth is None:
        return Balance(np.nan, np.nan, kt, np.nan, Result.NO_SOLUTION)
    bottom = level - depth * kt
    step = 1e-4 * depth
    more, less = (
        _parts(states, level - c * kt, c, kt, _ORDERS[0]) for c in (depth + step, depth - step)
    )
    slope = ((more[0] - more[1]) - (less[0] - less[1])) / (2 * step)
    error = _uncertainty(states, bottom, depth, kt) / abs(slope * depth)
    return _judged(bottom, depth * kt, kt, error)


def derivatives(states: DifferentiableDensity, balance: Balance) -> Derivatives:
    """The implicit derivatives of ln Tc at a solution, S(E) held fixed."""
    bottom, depth, kt = balance.bottom, balance.depth, balance.kt
    inner, outer = _nodes(states, bottom, depth, kt, _ORDERS[0])
    rising = states.slope_difference(bottom, kt * inner.u) * special.expit(-inner.u)
    left = states(bottom - kt * outer.u) * _spread(outer.u)
    end = min(depth, bottom / kt)
    below = float(states(bottom - kt * end)) * special.expit(-end)
    by_bottom = kt * np.sum(inner.weight * rising) - below + np.sum(outer.weight * left)
    by_depth = float(states(bottom + kt * depth)) * special.expit(-depth)
    scale = -kt * _by_temperature(states, bottom, depth, kt)
    return Derivatives(by_bottom=float(by_bottom / scale), by_depth=float(by_depth / scale))


class _Nodes(NamedTuple):
    u: np.ndarray
    weight: np.ndarray


def _nodes(
    states: DensityOfStates, bottom: float, depth: float, kt: float, order: int
) -> tuple[_Nodes, _Nodes]:
    """Nodes in u = |E - E_1|/kT from 0 to C, and from C to the bottom of the band."""
    foot = bottom / kt
    breaks = states.breaks(max(bottom - (depth + _REACH) * kt, 0.0), bottom + _REACH * kt)
    corners = np.concatenate([
        _PANELS, np.abs(breaks - bottom) / kt, foot * (1 - _TOWARDS), foot * (1 + _TOWARDS)
    ])  # fmt: skip
    inner = _panels(0.0, min(depth, _REACH), corners, order)
    return inner, _panels(depth, min(foot, depth + _REACH), corners, order)


def _panels(low: float, high: float, corners: np.ndarray, order: int) -> _Nodes:
    inside = corners[(corners > low) & (corners < high)]
    edges = np.unique(np.concatenate([[low], inside, [max(low, high)]]))
    x, w = gauss_legendre(order)
    width = np.diff(edges)[:, None]
    return _Nodes((edges[:-1, None] + width * x).ravel(), (width * w).ravel())


def _parts(
    states: DensityOfStates, bottom: float, depth: float, kt: float, order: int
) -> tuple[float, float]:
    """Both sides of the equation above, over kT."""
    inner, outer = _nodes(states, bottom, depth, kt, order)
    rise = states.difference(bottom, kt * inner.u) * special.expit(-inner.u)
    left = states(bottom - kt * outer.u) * special.expit(-outer.u)
    return float(np.sum(inner.weight * rise)), float(np.sum(outer.weight * left))


def _missing(states: DensityOfStates, bottom: float, depth: float, kt: float) -> float:
    """Left minus right, as a share of both, so that no scale underflows."""
    rise, left = _parts(states, bottom, depth, kt, _ORDERS[0])
    return (rise - left) / (abs(rise) + left) if rise or left else 0.0


def _uncertainty(states: DensityOfStates, bottom: float, depth: float, kt: float) -> float:
    """What quadrature and rounding leave open in left minus right."""
    fine, coarse = (_parts(states, bottom, depth, kt, order) for order in _ORDERS)
    rounding = states.rounding * float(states(bottom)) + 1e-15 * (abs(fine[0]) + fine[1])
    return abs((fine[0] - fine[1]) - (coarse[0] - coarse[1])) + rounding


def _by_temperature(states: DensityOfStates, bottom: float, depth: float, kt: float) -> float:
    """The derivative of left minus right, over kT, by ln kT at fixed E_1 and E_l, at a solution."""
    inner, outer = _nodes(states, bottom, depth, kt, _ORDERS[0])
    rise = states.difference(bottom, kt * inner.u) * inner.u * _spread(inner.u)
    left = states(bottom - kt * outer.u) * outer.u * _spread(outer.u)
    return float(np.sum(inner.weight * rise) - np.sum(outer.weight * left))


def _spread(u: np.ndarray) -> np.ndarray:
    """-df/du."""
    return special.expit(-u) * special.expit(u)


def _root(missing: Callable[[float], float], grid: np.ndarray) -> float | None:
    """The first root along a grid where the sign changes; None without one."""
    before = missing(float(grid[0]))
    for low, high in pairwise(grid.tolist()):
        after = missing(high)
        if before * after <= 0 and before != after:
            return _between(missing, low, high)
        before = after
    return None


def _between(missing: Callable[[float], float], low: float, high: float) -> float:
    found = optimize.root_scalar(
        missing, bracket=(low, high), method="brentq", xtol=1e-15, rtol=_ROOT
    )
    return float(found.root)


def _judged(bottom: float, height: float, kt: float, error: float) -> Balance:
    good = error <= ACCURACY
    return Balance(bottom, height, kt, error, Result.SUCCESS if good else Result.INACCURATE)
