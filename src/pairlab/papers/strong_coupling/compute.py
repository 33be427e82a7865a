"""What the entries of `ledger.toml` are computed by: what strong coupling does to ratios.

With x = kTc/w_log the formulas of Mitrovic, Zarate and Carbotte and of Marsiglio and Carbotte are

    2 Delta(0)/kTc          = 3.53 [1 + 12.5 x^2 ln(1/2x)]
    (C_s - C_n)/(gamma Tc)  = 1.43 [1 + 53 x^2 ln(1/3x)]
    gamma Tc^2/Hc(0)^2      = 0.168 [1 - 12.2 x^2 ln(1/3x)]     (Gaussian units)

They are compared with Eliashberg theory at the lambda that gives a spectrum the same x. gamma is
that of the normal state, with its factor 1 + lambda.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import xarray as xr
from scipy import optimize

from pairlab.mechanisms.eliashberg import Eliashberg
from pairlab.observables.critical_temperature import critical_temperature
from pairlab.observables.thermodynamics import thermodynamics
from pairlab.papers import phonon_shapes as shapes
from pairlab.papers.questions import number
from pairlab.papers.verdict import Computed, computed
from pairlab.units import BOLTZMANN

FORMULAS: dict[str, tuple[float, float, float]] = {
    "gap_ratio": (3.53, 12.5, 2.0),
    "jump": (1.43, 53.0, 3.0),
    "field_ratio": (0.168, -12.2, 3.0),
}
"""Value of BCS theory, coefficient, and c of ln(1/(c x))."""

_COUPLINGS = (0.15, 12.0)  # lambda is looked for between
_LARGEST = 0.3
"""x up to here when it is read off a ratio: beyond, the logarithms pull the formulas back."""

_ROOT = 1e-10  # of ln lambda, or of x


def formula(ratio: str, x: float) -> float:
    """The formula of a ratio at x = kTc/w_log."""
    weak, coefficient, inside = FORMULAS[ratio]
    return weak * (1 + coefficient * x**2 * np.log(1 / (inside * x)))


def _mechanism(shape: str, coupling: float, mu_star: float) -> Eliashberg:
    return shapes.eliashberg(shape, coupling, mu_star, "w_max")


@cache
def _moment(shape: str) -> float:
    """w_log in meV; it does not depend on lambda."""
    return shapes.allen_dynes(shape, 1.0).phonons().log_frequency


@cache
def coupling_at(x: float, shape: str, mu_star: float) -> float:
    """lambda at which kTc = x w_log."""

    def excess(log_coupling: float) -> float:
        mechanism = _mechanism(shape, float(np.exp(log_coupling)), mu_star)
        found = critical_temperature(mechanism, throw=False).value * BOLTZMANN
        return found / _moment(shape) - x

    return float(np.exp(_root(excess, np.log(_COUPLINGS[0]), np.log(_COUPLINGS[1]))))


def at_reduced_tc(*, x: float, shape: str, mu_star: float = 0.1) -> Eliashberg:
    """Eliashberg theory of a shape of the spectrum at kTc = x w_log."""
    return _mechanism(shape, coupling_at(x, shape, mu_star), mu_star)


def field_ratio(found: xr.Dataset) -> Computed:
    """gamma Tc^2/Hc(0)^2 of what `thermodynamics` gives at T = 0: Hc^2/8 pi = F_n - F_s."""
    energy = number(found, "free_energy_difference")
    normal = float(found.specific_heat_constant) * float(found.critical_temperature) ** 2
    value = normal / (8 * np.pi * abs(energy.low))
    return computed(value, abs(energy.error / energy.low) * value)


def largest_jump(*, couplings: list[float], mu_star: float) -> Computed:
    """The largest (C_s - C_n)/(gamma Tc) of one mode over lambda."""
    grid = np.linspace(couplings[0], couplings[1], 11)
    modes = [_mechanism("one mode", float(x), mu_star) for x in grid]
    found = [number(thermodynamics(one, throw=False), "specific_heat_jump") for one in modes]
    values = np.array([one.low for one in found])
    place = int(np.clip(np.argmax(values), 1, len(grid) - 2))
    near = slice(place - 1, place + 2)
    curve = np.polyfit(grid[near] - grid[place], values[near], 2)
    top = np.polyval(curve, -curve[1] / (2 * curve[0]))
    return computed(top, found[place].error + abs(top - values[place]))


def implied(*, of: str, low: float, high: float, ratio: str) -> Computed:
    """A ratio by its formula where the formula of another one has a value between low and high."""
    ends = [formula(ratio, _parameter(of, value)) for value in (low, high)]
    return Computed(min(ends), max(ends), 1e-9)


def _parameter(ratio: str, value: float) -> float:
    """x at which a formula has a value; up to _LARGEST, or to where the formula turns back."""
    weak, coefficient, inside = FORMULAS[ratio]
    turn = min(_LARGEST, np.exp(-0.5) / inside)
    wanted = (value / weak - 1) / coefficient
    return _root(lambda x: x**2 * np.log(1 / (inside * x)) - wanted, 1e-4, turn)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    found = optimize.root_scalar(function, bracket=(low, high), method="brentq", xtol=_ROOT)
    return float(found.root)


COMPUTED: dict[str, Callable[..., Computed]] = {"largest_jump": largest_jump, "implied": implied}
MECHANISMS: dict[str, Callable[..., Eliashberg]] = {"at_reduced_tc": at_reduced_tc}
REDUCTIONS: dict[str, Callable[[xr.Dataset], Computed]] = {"field_ratio": field_ratio}
