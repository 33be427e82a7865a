"""Curves and maps that several entries and figures of `mazziotti2021` share, each computed once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr

from pairlab.mechanisms.superstripes import RESONANT, Superstripes
from pairlab.observables.density_of_states import density_of_states
from pairlab.observables.gap_ratio import gap_ratio
from pairlab.papers.verdict import Computed, computed
from pairlab.study.sweep import sweep

Frozen = tuple[tuple[str, Any], ...]

LIFSHITZ = tuple(np.round(np.linspace(0.0, 2.0, 21), 10))
"""eta at which gaps are compared."""

_ZOOMS = 4  # each narrows the grid spacing of a maximum fourfold
_ZOOM_POINTS = 5


def frozen(changes: Mapping[str, Any]) -> Frozen:
    """Changes as a key of a cache."""
    return tuple(sorted(changes.items()))


def model(preset: str, **changes: Any) -> Superstripes:
    """A case of the paper with some parameters changed."""
    return Superstripes.preset(preset, **changes)


def tc(mechanism: Superstripes, axes: Mapping[str, Sequence[float] | np.ndarray]) -> xr.Dataset:
    """Tc on axes; nan where it cannot be trusted."""
    data = sweep(mechanism, axes)
    good = data.critical_temperature_result_code == 0
    return data.assign(critical_temperature=data.critical_temperature.where(good))


@dataclass(frozen=True)
class DomeTop:
    """The highest Tc over (eta, g) and where it is."""

    temperature: Computed
    lifshitz: Computed
    coupling: Computed


@lru_cache(maxsize=64)
def dome(preset: str, changes: Frozen = ()) -> xr.Dataset:
    """Tc(eta, g) over the dome, 0 <= eta <= 2, 0.10 <= g <= 0.49."""
    axes = {"lifshitz": np.linspace(0, 2, 41), "coupling": np.linspace(0.1, 0.49, 40)}
    return tc(model(preset, **dict(changes)), {k: np.round(v, 10) for k, v in axes.items()})


@lru_cache(maxsize=64)
def dome_top(preset: str, changes: Frozen = ()) -> DomeTop:
    """The highest Tc: a coarse grid, then finer ones around its best point.

    The place is known to the last spacing; Tc to what it changes by in the last cell around it.
    """
    mechanism = model(preset, **dict(changes))
    best = _best_of_grid(mechanism, (1.0, 0.33), (0.8, 0.16))
    for _ in range(_ZOOMS):
        best = _best_of_grid(
            mechanism,
            (best.lifshitz.low, best.coupling.low),
            (best.lifshitz.error, best.coupling.error),
        )
    return best


def _best_of_grid(
    mechanism: Superstripes, centre: tuple[float, float], reach: tuple[float, float]
) -> DomeTop:
    """The highest Tc on a grid of (eta, g)."""
    eta, g = (
        np.round(c + r * np.linspace(-1, 1, 2 * _ZOOM_POINTS - 1), 12)
        for c, r in zip(centre, reach, strict=True)
    )
    grid = tc(mechanism, {"lifshitz": eta, "coupling": g})
    values = grid.critical_temperature.values
    i, j = np.unravel_index(np.nanargmax(values), values.shape)
    cell = values[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2]
    numerical = float(grid.critical_temperature_error.values[i, j])
    return DomeTop(
        computed(values[i, j], numerical + float(values[i, j] - np.nanmin(cell))),
        computed(eta[i], eta[1] - eta[0]),
        computed(g[j], g[1] - g[0]),
    )


@lru_cache(maxsize=256)
def best_lifshitz(preset: str, coupling: float, changes: Frozen = ()) -> float:
    """eta of the highest Tc at fixed g, to about 1e-4."""
    return _extreme(preset, coupling, changes, (0.05, 2.0), lowest=False)[0]


@lru_cache(maxsize=256)
def antiresonance(preset: str, coupling: float, changes: Frozen = ()) -> Computed:
    """eta of the lowest Tc in -0.9 < eta < -0.02 at fixed g; nan where Tc has no minimum inside."""
    place, step = _extreme(preset, coupling, changes, (-0.9, -0.02), lowest=True)
    inside = -0.9 + 2 * step < place < -0.02 - 2 * step
    return computed(place if inside else np.nan, step)


def _extreme(
    preset: str, coupling: float, changes: Frozen, between: tuple[float, float], *, lowest: bool
) -> tuple[float, float]:
    """eta of the extreme Tc between two values, and the spacing to which it is known."""
    mechanism = model(preset, **dict(changes), coupling=coupling)
    place, (lower, upper) = np.nan, between
    for _ in range(3):
        eta = np.linspace(lower, upper, 32)
        values = tc(mechanism, {"lifshitz": eta}).critical_temperature.values
        best = int(np.nanargmin(values) if lowest else np.nanargmax(values))
        place = float(eta[best])
        lower, upper = float(eta[max(best - 1, 0)]), float(eta[min(best + 1, len(eta) - 1)])
    return place, (upper - lower) / 2


@lru_cache(maxsize=64)
def coupling_steps(
    preset: str, lower: float, upper: float, changes: Frozen = ()
) -> tuple[np.ndarray, float, np.ndarray]:
    """eta between two values, its spacing, and ln Tc (eta, g) for g = 0.10, 0.15 .. 0.40."""
    eta, g = np.linspace(lower, upper, 101), np.linspace(0.1, 0.4, 7)
    axes = {"lifshitz": np.round(eta[1:-1], 10), "coupling": np.round(g, 10)}
    data = tc(model(preset, **dict(changes)), axes)
    return eta[1:-1], float(eta[1] - eta[0]), np.log(data.critical_temperature.values)


@lru_cache(maxsize=512)
def gap_ratios(
    preset: str, coupling: float, lifshitz: tuple[float, ...], changes: Frozen = ()
) -> xr.Dataset:
    """2 Delta_n(0)/(k Tc) of every subband against eta at fixed g, with Tc."""
    data = sweep(
        model(preset, **dict(changes), coupling=coupling),
        {"lifshitz": lifshitz},
        ["critical_temperature", "gap_ratio"],
    )
    return data.assign(gap_ratio=data.gap_ratio.where(data.gap_ratio_result_code == 0))


@lru_cache(maxsize=512)
def gap_ratio_at(preset: str, coupling: float, lifshitz: float, changes: Frozen = ()) -> xr.Dataset:
    """2 Delta_n(0)/(k Tc) of every subband at one point; nan where it cannot be trusted."""
    mechanism = model(preset, **dict(changes), coupling=coupling, lifshitz=lifshitz)
    data = gap_ratio(mechanism, throw=False)
    return data.assign(gap_ratio=data.gap_ratio.where(data.result_code == 0))


def extremum_error(values: np.ndarray) -> float:
    """How far an extremum between grid points may lie beyond the best of them.

    For a smooth curve an eighth of the second difference there; none at an end of the range.
    """
    second = np.abs(np.diff(values, 2)) / 8
    ends = np.r_[0.0, second, 0.0]
    return float(max(ends[np.argmin(values)], ends[np.argmax(values)])) if len(values) > 2 else 0.0


@lru_cache(maxsize=64)
def isotope(preset: str, coupling: float, changes: Frozen = ()) -> xr.Dataset:
    """The isotope coefficient against eta from -1 to 2 at fixed g."""
    data = sweep(
        model(preset, **dict(changes), coupling=coupling),
        {"lifshitz": np.round(np.linspace(-1, 2, 241), 10)},
        ["isotope_coefficient"],
    )
    good = data.isotope_coefficient_result_code == 0
    return data.assign(isotope_coefficient=data.isotope_coefficient.where(good))


def states(preset: str, lifshitz: np.ndarray, changes: Mapping[str, Any]) -> xr.Dataset:
    """Densities of states at energies given by eta."""
    mechanism = model(preset, **changes)
    bands = mechanism.solved_subbands()
    return density_of_states(mechanism, bands.bottom(RESONANT) + lifshitz * bands.width(RESONANT))
