"""The edge of the spectrum of Eliashberg theory: the real frequency w with Re Delta(w) = w."""

import warnings

import numpy as np
from scipy import optimize
from scipy.interpolate import AAA, BarycentricInterpolator

from pairlab.pairing.matsubara.equations import Electrons
from pairlab.pairing.matsubara.gap import ImaginaryGap
from pairlab.pairing.real_frequencies.edge import SpectralEdge, spectral_edge
from pairlab.solution import Result

_EACH, _FARTHER = 24, 24  # Matsubara frequencies one by one, and farther ones
_CONTINUED = 3.0  # w2: Matsubara frequencies up to there are continued to the real axis
_EDGE = 1e-4  # of kTc: a gap with a larger error is reported as inaccurate
_LINE = 0.06  # pi kT: how low the line of `spectral_edge` lies
_RATIONAL, _POLYNOMIAL, _FIXED = 8, 12, 20
_TALLEST = 1000.0  # kT: of higher phonons a line as low as that would be too long
_CERTAIN = 5e-6  # of kTc: a continuation with a larger error is not taken
_NORMAL = 1e-9  # of kTc: a band with less is normal beside others that pair


def gap_edge(
    electrons: Electrons, found: ImaginaryGap, critical_kt: float
) -> tuple[SpectralEdge, ...]:
    """The frequency w of each band at which Re Delta(w) = w.

    Delta at Matsubara frequencies is continued by the rational function (AAA) that agrees with it
    to a tolerance, and from the lowest of them. Where three tolerances, or both ways, do not give
    one edge, as with thermal phonons that damp it, it is found at real frequencies.
    """
    if not found.result.is_superconducting:
        unknown = SpectralEdge(np.nan, np.nan, found.result)
        return (unknown,) * len(electrons.phonons)
    lowest = found.at_first(electrons)
    certain = _CERTAIN * critical_kt
    edges = _near_edges(electrons, found)
    closed = len(electrons.modes.frequency) == 1 and electrons.states is None
    if not closed and _worst(edges) > certain:
        edges = _better(edges, _wide_edges(electrons, found))
    highest = max(one.max_frequency for row in electrons.phonons for one in row)
    # Real frequencies know constant densities of states only.
    possible = electrons.states is None and highest < _TALLEST * found.kt
    if _worst(edges) > certain and (closed or possible):
        real = list(spectral_edge(found.axis(electrons, _LINE * np.pi * found.kt)))
        edges = real if closed else _better(edges, real)
    return tuple(
        SpectralEdge(0.0, found.error, found.result) if abs(gap) <= _NORMAL * critical_kt
        else _judged(edge, np.sign(gap), found.error, critical_kt)
        for edge, gap in zip(edges, lowest, strict=True)
    )  # fmt: skip


def _judged(edge: SpectralEdge, sign: float, error: float, critical_kt: float) -> SpectralEdge:
    """With the sign and the error of the gap on the imaginary axis, and the code of both."""
    if edge.result is Result.NO_SOLUTION:
        return edge
    if not np.isfinite(edge.value):
        return SpectralEdge(np.nan, np.nan, Result.NOT_CONVERGED)
    error = edge.error + error
    good = np.isfinite(error) and error <= _EDGE * critical_kt
    return SpectralEdge(sign * edge.value, error, Result.SUCCESS if good else Result.INACCURATE)


def _worst(edges: list[SpectralEdge]) -> float:
    return max(edge.error for edge in edges)


def _better(one: list[SpectralEdge], other: list[SpectralEdge]) -> list[SpectralEdge]:
    """Of each band the edge that is known better; that there is none counts as known."""
    return [
        new if new.result is Result.NO_SOLUTION or not new.error > old.error else old
        for old, new in zip(one, other, strict=True)
    ]


def _wide_edges(electrons: Electrons, found: ImaginaryGap) -> list[SpectralEdge]:
    """From Matsubara frequencies up to 3 w2: every one where they are few, and then as many for
    each factor, since Delta goes with ln w. The spread over three tolerances is a tenth of the
    error: they agree by chance."""
    reach = max(_CONTINUED * electrons.second_frequency / (2 * np.pi * found.kt), 24.0)
    farther = np.geomspace(_EACH, reach, _FARTHER) if reach > _EACH else np.zeros(0)
    number = np.unique(np.round(np.concatenate([np.arange(min(_EACH, reach)), farther])))
    axis = 1j * np.pi * found.kt * (2 * number + 1)
    edges = []
    for delta in np.abs(found.at(electrons, number)[0]):
        places = [_edge(axis, delta, tolerance) for tolerance in (1e-12, 1e-10, 1e-8)]
        edges.append(SpectralEdge(places[0], _ten_times(np.ptp(places)), Result.SUCCESS))
    return edges


def _near_edges(electrons: Electrons, found: ImaginaryGap) -> list[SpectralEdge]:
    """From the lowest Matsubara frequencies alone: a rational function of 8 of them, and a
    polynomial in z^2 through 12; where phonons lie far above the gap they agree."""
    number = np.arange(_POLYNOMIAL, dtype=float)
    axis = 1j * np.pi * found.kt * (2 * number + 1)
    squares = np.real(axis**2)
    edges = []
    for delta in np.abs(found.at(electrons, number)[0]):
        rational = _edge(axis[:_RATIONAL], delta[:_RATIONAL], 1e-10)
        through = BarycentricInterpolator(squares / -squares[-1], delta)
        place = delta[0]
        for _ in range(_FIXED):
            place = float(through(place**2 / -squares[-1]))
        edges.append(SpectralEdge(place, _ten_times(abs(place - rational)), Result.SUCCESS))
    return edges


def _ten_times(spread: float) -> float:
    return float(np.nan_to_num(10 * spread, nan=np.inf))


def _edge(axis: np.ndarray, delta: np.ndarray, tolerance: float) -> float:
    """By a rational function through an even Delta; the root nearest to its lowest value, nan
    without one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of a tolerance that is not reached
        continued = AAA(
            np.concatenate([axis, -axis]), np.tile(delta, 2).astype(complex), rtol=tolerance
        )

    def excess(energy: np.ndarray) -> np.ndarray:
        return energy - np.real(continued(energy + 0j))

    lowest = delta[0]
    grid = lowest * np.linspace(0.5, 2.0, 61)
    signs = np.sign(excess(grid))
    crossings = np.flatnonzero((signs[:-1] < 0) & (signs[1:] >= 0))
    if not crossings.size:
        return np.nan
    place = crossings[np.argmin(np.abs(grid[crossings] - lowest))]
    root = optimize.root_scalar(
        lambda energy: float(excess(np.array([energy]))[0]),
        bracket=(grid[place], grid[place + 1]), method="brentq",
    )  # fmt: skip
    return float(root.root)
