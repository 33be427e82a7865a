"""What the entries of `ledger.toml` are computed by: BCS theory at weak coupling.

All numbers are those of one `Bcs` mechanism whose coupling is so weak that the corrections, of the
order exp(-2/lambda), stay below 1e-8.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import xarray as xr

from pairlab.mechanisms.bcs import Bcs
from pairlab.observables.critical_temperature import critical_temperature
from pairlab.observables.gap import gap
from pairlab.observables.gap_ratio import gap_ratio
from pairlab.observables.thermodynamics import thermodynamics
from pairlab.papers.verdict import Computed, computed
from pairlab.units import BOLTZMANN

COUPLING, CUTOFF = 0.1, 1e3  # lambda, and meV
LEFT_OUT = 1e-8
"""What is left out of a universal number at that coupling, relative."""

_NEAR = (1e-4, 2e-4)  # 1 - t, for what goes as a power of it at Tc
_HALF_A_DIGIT = 5e-5  # of the printed table


@cache
def weak_coupling() -> Bcs:
    """The mechanism."""
    return Bcs(coupling=COUPLING, cutoff=CUTOFF)


@cache
def critical_kelvin() -> float:
    """Tc."""
    return float(critical_temperature(weak_coupling()))


@cache
def reduced_gap(reduced: tuple[float, ...]) -> np.ndarray:
    """Delta(T)/Delta(0) at reduced temperatures T/Tc below 1."""
    kelvin = np.array([0.0, *reduced]) * critical_kelvin()
    values = gap(weak_coupling(), kelvin).gap.values.reshape(len(kelvin))
    return values[1:] / values[0]


@cache
def thermodynamics_at(reduced: tuple[float, ...] = (0.0,)) -> xr.Dataset:
    """Thermodynamics at reduced temperatures T/Tc."""
    return thermodynamics(weak_coupling(), np.array(reduced) * critical_kelvin())


def prefactor() -> Computed:
    """kTc/w_c exp(1/lambda)."""
    value = critical_kelvin() * BOLTZMANN / CUTOFF * np.exp(1 / COUPLING)
    return computed(value, LEFT_OUT * value)


def gap_over_tc(*, factor: float = 2.0) -> Computed:
    """`factor` Delta(0)/kTc."""
    value = float(gap_ratio(weak_coupling()).gap_ratio) * factor / 2
    return computed(value, LEFT_OUT * value)


def jump() -> Computed:
    """(C_s - C_n)/(gamma Tc) at Tc."""
    value = float(thermodynamics_at().specific_heat_jump)
    return computed(value, LEFT_OUT * value)


def field_ratio() -> Computed:
    """gamma Tc^2/Hc(0)^2 in Gaussian units: Hc^2/8 pi = F_n - F_s."""
    data = thermodynamics_at()
    energy = -float(data.free_energy_difference[0])
    value = float(data.specific_heat_constant) * critical_kelvin() ** 2 / (8 * np.pi * energy)
    return computed(value, LEFT_OUT * value)


def _at_tc(values: np.ndarray) -> Computed:
    """The limit at Tc of what is linear in 1 - t there, from two distances of ratio 2."""
    limit = 2 * values[0] - values[1]
    return computed(limit, abs(values[0] - values[1]))


def gap_slope(*, over: str) -> Computed:
    """Delta(T)/sqrt(1 - t) at Tc over Delta(0) ("gap") or over kTc ("temperature")."""
    distance = np.array(_NEAR)
    values = reduced_gap(tuple(1 - distance)) / np.sqrt(distance)
    scale = gap_over_tc(factor=1.0).low if over == "temperature" else 1.0
    return _at_tc(values * scale)


def field_slope() -> Computed:
    """Hc(T)/(Hc(0) (1 - t)) at Tc."""
    distance = np.array(_NEAR)
    field = thermodynamics_at(tuple(1 - distance)).thermodynamic_critical_field_ratio.values
    return _at_tc(field / distance)


def field_curvature() -> Computed:
    """c of Hc(T) = Hc(0) (1 - c t^2) at low temperature."""
    reduced = np.array([0.02, 0.04])
    field = thermodynamics_at(tuple(reduced)).thermodynamic_critical_field_ratio.values
    c = (1 - field) / reduced**2
    limit = (4 * c[0] - c[1]) / 3
    return computed(limit, abs(c[0] - c[1]))


def largest_deviation() -> Computed:
    """The smallest Hc(T)/Hc(0) - (1 - t^2), in per cent."""
    grid = np.linspace(0.3, 0.9, 121)
    found = thermodynamics_at(tuple(grid)).thermodynamic_critical_field_ratio.values
    deviation = 100 * (found - (1 - grid**2))
    return computed(deviation.min(), float(np.ptp(np.sort(deviation)[:2])))


def tabulated_gap(*, reduced: float) -> Computed:
    """Delta(T)/Delta(0) at a tabulated temperature."""
    return computed(float(reduced_gap((reduced,))[0]), LEFT_OUT)


def wrong_digits(*, first: float, last: float, table: list[float]) -> Computed:
    """How many numbers of a table at equal steps of t differ from Delta(T)/Delta(0), rounded."""
    reduced = np.linspace(first, last, len(table))
    below = reduced < 1
    exact = np.zeros(len(table))
    exact[below] = reduced_gap(tuple(np.round(reduced[below], 10)))
    return computed(float(np.sum(np.abs(exact - table) > _HALF_A_DIGIT + LEFT_OUT)))


COMPUTED: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        prefactor, gap_over_tc, jump, field_ratio, gap_slope, field_slope, field_curvature,
        largest_deviation, tabulated_gap, wrong_digits,
    )
}  # fmt: skip
