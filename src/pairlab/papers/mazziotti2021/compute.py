"""What the entries of `ledger.toml` are computed by.

Mazziotti, Raimondi, Valletta, Campi, Bianconi (2021), "the paper"; its case A is the preset "h3s",
its case B "cshx". `changes` are parameters of the model that the paper omits (a reading of it).
Every function returns a number or a range with its numerical error; curves are computed once and
shared (`curves`).
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from pairlab.electrons.wires.kronig_penney import band_edges
from pairlab.mechanisms.superstripes import RESONANT
from pairlab.papers.mazziotti2021 import curves
from pairlab.papers.statements import quoted
from pairlab.papers.verdict import Computed, computed, quotient

Changes = Mapping[str, Any]
_NONE: Changes = {}


def quoted_label(*, label: str) -> Computed:
    """A label that the paper prints elsewhere."""
    return Computed(np.nan, np.nan, label=label, quoted=True)


def softened_phonon_energy(*, bare: float, coupling: list[float]) -> Computed:
    """w0~ = w0 sqrt(1 - 2 g) (Eq. 1), meV, over a range of g."""
    values = [bare * np.sqrt(1 - 2 * g) for g in coupling]
    return Computed(float(min(values)), float(max(values)))


def coupling_of_softening(*, bare: float, softened: float) -> Computed:
    """The g that softens w0 to w0~, Eq. 1 solved for g."""
    return computed((1 - (softened / bare) ** 2) / 2)


def pair_coupling_of_reduced(*, coupling: float) -> Computed:
    """lambda from g = lambda/(1 + lambda) (Fig. 10, caption)."""
    return computed(coupling / (1 - coupling))


def lattice_ratio_of_strain(*, strain: float) -> Computed:
    """a/a0 from epsilon = 100 (a - a0)/a0."""
    return computed(1 + strain / 100)


def transverse_dispersion(*, preset: str, barrier_height: float) -> Computed:
    """The width of subband 3, meV, for a barrier height in meV (Eqs. 2 and 4)."""
    model = curves.model(preset, transverse_dispersion=None, barrier_height=barrier_height)
    bottom, top = band_edges(model.lattice(), RESONANT)[-1]
    return computed(top - bottom, 1e-9 * top)


def barrier_height(*, preset: str, changes: Changes = _NONE) -> Computed:
    """The barrier height V, meV, that gives the preset's transverse dispersion."""
    return computed(curves.model(preset, **changes).lattice().barrier_height, 1e-6)


def dome_top(*, preset: str, part: str, changes: Changes = _NONE) -> Computed:
    """The highest Tc over (eta, g), K, or its place: part = temperature, lifshitz or coupling."""
    return getattr(curves.dome_top(preset, curves.frozen(changes)), part)


def dome_top_ratio(*, presets: list[str], changes: Changes = _NONE) -> Computed:
    """The highest Tc of the first preset over that of the second."""
    first, second = (dome_top(preset=p, part="temperature", changes=changes) for p in presets)
    return quotient(first, second)


def dome_top_at_fitted_mass(
    *, preset: str, fitted: str, temperature: float, bracket: list[float]
) -> Computed:
    """The highest Tc of one case, K, with the mass m_w = m_x that puts the other at a given Tc.

    Args:
        fitted: the case whose top is put at `temperature` [K]. bracket: masses to look between.
    """

    def top(case: str, mass: float) -> Computed:
        changes = curves.frozen({"well_mass": mass, "wire_mass": mass})
        return curves.dome_top(case, changes).temperature

    width = 1e-3
    mass = float(np.asarray(brentq(
        lambda m: top(fitted, float(m)).low - temperature, bracket[0], bracket[1], xtol=width
    )))  # fmt: skip
    found = top(preset, mass)
    per_mass = (top(preset, mass + width).low - found.low) / width
    return computed(found.low, found.error + abs(per_mass) * 2 * width)


def coupling_from_which_tc_falls(*, preset: str, changes: Changes = _NONE) -> Computed:
    """The highest g in the model's range up to which the top over eta still rises with g."""
    grid = curves.dome(preset, curves.frozen(changes))
    top = grid.critical_temperature.max("lifshitz").values
    couplings = grid.coupling.values
    rising = np.flatnonzero(np.diff(top) > 0)
    step = couplings[1] - couplings[0]
    return computed(couplings[rising[-1] + 1] if len(rising) else couplings[0], step)


def antiresonance(*, preset: str, coupling: list[float], changes: Changes = _NONE) -> Computed:
    """eta of the minimum of Tc(eta) at eta < 0: its range over the given couplings."""
    places = [curves.antiresonance(preset, g, curves.frozen(changes)) for g in coupling]
    values = [place.low for place in places]
    return Computed(min(values), max(values), max(place.error for place in places))


def rising_with_coupling_from(*, preset: str, changes: Changes = _NONE) -> Computed:
    """The lowest eta in (-1, 0) at which Tc rises with g anywhere in 0.1..0.4; 0 if at none."""
    eta, step, log_tc = curves.coupling_steps(preset, -1.0, 0.0, curves.frozen(changes))
    rising = eta[(np.diff(log_tc, axis=1) > 0).any(axis=1)]
    return computed(rising.min() if len(rising) else 0.0, step)


def falling_with_coupling_up_to(*, preset: str, changes: Changes = _NONE) -> Computed:
    """The highest eta in (0, 2) at which Tc falls with g anywhere in 0.1..0.4; 0 if at none."""
    eta, step, log_tc = curves.coupling_steps(preset, 0.0, 2.0, curves.frozen(changes))
    falling = eta[(np.diff(log_tc, axis=1) < 0).any(axis=1)]
    return computed(falling.max() if len(falling) else 0.0, step)


def density_peak(*, preset: str, changes: Changes = _NONE) -> Computed:
    """eta of the highest density of states of subband 3."""
    data = curves.states(preset, np.linspace(-0.5, 2.0, 2501), changes)
    density = data.subband_density_of_states.sel(subband=RESONANT).values
    return computed(data.energy_lifshitz.values[np.argmax(density)], 1e-3)


def gap_ratio_over(
    *, preset: str, coupling: float, lifshitz: list[float], subband: int, part: str,
    changes: Changes = _NONE,
) -> Computed:  # fmt: skip
    """The lowest value, or the range, of 2 Delta_n(0)/(k Tc) over a range of eta."""
    grid = curves.gap_ratios(preset, coupling, curves.LIFSHITZ, curves.frozen(changes))
    data = grid.sel(lifshitz=slice(lifshitz[0] - 1e-9, lifshitz[1] + 1e-9), subband=subband)
    values = data.gap_ratio.values
    error = float(data.gap_ratio_error.max()) + curves.extremum_error(values)
    low = float(values.min())
    return Computed(low, low if part == "lowest" else float(values.max()), error)


def gap_anisotropy(
    *, preset: str, coupling: float, part: str, changes: Changes = _NONE
) -> Computed:
    """Delta_3/Delta_2 over eta at fixed g.

    part: "at the highest Tc", "largest", or "alignment": the first over the second.
    """
    given = curves.frozen(changes)
    grid = curves.gap_ratios(preset, coupling, curves.LIFSHITZ, given)
    place = curves.best_lifshitz(preset, coupling, given)
    values = _anisotropy(grid)
    top = float(_anisotropy(curves.gap_ratio_at(preset, coupling, place, given)))
    relative = float((grid.gap_ratio_error / grid.gap_ratio).max())
    error = quotient(computed(top, relative * top), computed(1.0, relative)).error
    largest, found = max(values.max(), top), error + curves.extremum_error(values)
    return {
        "at the highest Tc": computed(top, error),
        "largest": computed(largest, found),
        "alignment": quotient(computed(top, error), computed(largest, found)),
    }[part]


def isotope_extreme(
    *, preset: str, coupling: float, part: str, changes: Changes = _NONE
) -> Computed:
    """eta of the highest or the lowest isotope coefficient in -1 <= eta <= 1.

    Left out are the logarithmic spikes of the sharp cutoff at eta = 1 +- w0~/DeltaE, where the
    coefficient is infinite and a grid would find it by chance.
    """
    data = curves.isotope(preset, coupling, curves.frozen(changes))
    values, eta = data.isotope_coefficient.values, data.lifshitz.values
    step = eta[1] - eta[0]
    mechanism = curves.model(preset, coupling=coupling, **changes)
    reach = mechanism.cutoff / mechanism.solved_subbands().width(RESONANT)
    spike = np.minimum(abs(eta - 1 - reach), abs(eta - 1 + reach)) < 2 * step
    values = np.where(spike | (eta > 1), np.nan, values)
    find = np.nanargmax if part == "highest" else np.nanargmin
    return computed(eta[find(values)], step)


def _anisotropy(grid: xr.Dataset) -> np.ndarray:
    ratio = grid.gap_ratio
    return (ratio.sel(subband=RESONANT) / ratio.sel(subband=2)).values


COMPUTED: dict[str, Callable[..., Computed]] = {
    function.__name__: function
    for function in (
        quoted, quoted_label, softened_phonon_energy, coupling_of_softening,
        pair_coupling_of_reduced, lattice_ratio_of_strain, transverse_dispersion, barrier_height,
        dome_top, dome_top_ratio, dome_top_at_fitted_mass, coupling_from_which_tc_falls,
        antiresonance, rising_with_coupling_from, falling_with_coupling_up_to, density_peak,
        gap_ratio_over, gap_anisotropy, isotope_extreme,
    )
}  # fmt: skip
"""The functions that an entry may name."""
