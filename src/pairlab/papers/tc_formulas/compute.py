"""What the entries of `ledger.toml` are computed by: formulas for Tc and the exact theory.

Energies are over that of the mode, w, in what is printed: kTc/w. Spectra are those of
`phonon_shapes`; mu* is rescaled from the end of the spectrum unless a reading says otherwise.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from scipy import optimize

from pairlab.observables.critical_temperature import critical_temperature
from pairlab.observables.isotope_coefficient import isotope_coefficient
from pairlab.papers import phonon_shapes as shapes
from pairlab.papers.bcs_universal.compute import prefactor
from pairlab.papers.statements import labelled
from pairlab.papers.verdict import Computed, computed
from pairlab.solution import Result, Solution
from pairlab.units import BOLTZMANN

FORMULAS = {"McMillan": shapes.mcmillan, "Allen-Dynes": shapes.allen_dynes}
ONE_MODE = "one mode"
_STEPS = 17  # of lambda in a range
_WEAK = (0.07, 0.1, 0.15)  # lambda, for the limit of weak coupling
_STRONG = (1e5, 1e6)
_LOWEST = 1e-3  # kTc/w_log: below, Tc depends exponentially on everything


@cache
def exact_tc(
    coupling: float, mu_star: float = 0.0, shape: str = ONE_MODE, reference: str = "w_max"
) -> Solution:
    """Tc of Eliashberg theory for a shape of the spectrum."""
    mechanism = shapes.eliashberg(shape, coupling, mu_star, reference)
    return critical_temperature(mechanism, throw=False)


@cache
def moments(shape: str) -> tuple[float, float]:
    """w_log and w_2 of a shape, meV; they do not depend on lambda."""
    phonons = shapes.allen_dynes(shape, 1.0).phonons()
    return phonons.log_frequency, phonons.second_frequency


def _ratio(coupling: float, mu_star: float = 0.0, shape: str = ONE_MODE) -> tuple[float, float]:
    """kTc/w_2 and its error."""
    found = exact_tc(coupling, mu_star, shape)
    unit = moments(shape)[1] / BOLTZMANN
    good = found.result is Result.SUCCESS
    return (found.value / unit, found.error / unit) if good else (np.nan, np.nan)


# ---- Limits and bounds


def strong_limit() -> Computed:
    """kTc/(w sqrt(lambda)) as lambda grows, without repulsion; it goes with 1/lambda."""
    values = [_ratio(x)[0] / np.sqrt(x) for x in _STRONG]
    limit = (_STRONG[1] * values[1] - _STRONG[0] * values[0]) / (_STRONG[1] - _STRONG[0])
    relative = max(error / value for value, error in map(_ratio, _STRONG))
    return computed(limit, 2 * relative * limit)


def formula_limit(*, formula: str) -> Computed:
    """The same of a formula."""
    found = [critical_temperature(FORMULAS[formula](ONE_MODE, x)).value for x in (1e8, 4e8)]
    values = np.array(found) * BOLTZMANN / moments(ONE_MODE)[1] / np.sqrt([1e8, 4e8])
    return computed(values[1], abs(values[1] - values[0]))


def weak_limit() -> Computed:
    """kTc exp((1 + lambda)/lambda)/w over kTc exp(1/lambda)/w_c of BCS, as lambda vanishes."""
    x = np.array(_WEAK)
    y = np.array([_ratio(one)[0] * np.exp((1 + one) / one) for one in _WEAK]) / prefactor().low
    parabola, line = (np.polyfit(x[: n + 1], y[: n + 1], n)[-1] for n in (2, 1))
    return computed(parabola, abs(parabola - line))


def upper_bound(*, couplings: list[float], factor: float) -> Computed:
    """Whether kTc < factor w_2 sqrt(lambda) for all shapes, with and without repulsion."""
    below = [
        _ratio(x, mu, shape)[0] < factor * np.sqrt(x)
        for x in couplings
        for mu in (0.0, 0.1)
        for shape in shapes.SHAPES
    ]
    return labelled("below" if all(below) else "not below")


def lower_bound(*, couplings: list[float], factor: float) -> Computed:
    """Whether kTc > factor w sqrt(lambda) for one mode without repulsion."""
    above = [_ratio(x)[0] > factor * np.sqrt(x) for x in couplings]
    return labelled("above" if all(above) else "not above")


def crossing(*, factor: float) -> Computed:
    """lambda at which kTc = factor w sqrt(lambda) for one mode without repulsion."""
    found = optimize.root_scalar(
        lambda x: _ratio(x)[0] - factor * np.sqrt(x), bracket=(0.5, 20.0), method="brentq",
        xtol=1e-8,
    )  # fmt: skip
    return computed(found.root, 1e-6)


def largest_over_area() -> Computed:
    """The largest kTc/Int a2F dw of one mode, for which the area is lambda w/2."""
    value = _maximum(lambda x: 2 * _ratio(x)[0] / x, 0.5, 3.0)[1]
    return computed(value, 1e-7)


def saturation(*, theory: str, couplings: list[float]) -> Computed:
    """Whether Tc at a fixed lambda w^2 has a maximum over lambda, without repulsion."""
    values = [_at_fixed_force(theory, x) for x in couplings]
    return labelled("no maximum" if np.all(np.diff(values) > 0) else "a maximum")


def place_of_maximum() -> Computed:
    """lambda at which McMillan's formula has its largest Tc at a fixed lambda w^2, mu* = 0."""
    place = _maximum(lambda x: _at_fixed_force("McMillan", x), 0.5, 6.0)[0]
    return computed(place, 1e-4)


def _maximum(function: Callable[[float], float], low: float, high: float) -> tuple[float, float]:
    """Where a smooth function is largest, and how large."""
    found: Any = optimize.minimize_scalar(
        lambda x: -function(float(x)), bounds=(low, high), method="bounded"
    )
    return float(found.x), -float(found.fun)


def _at_fixed_force(theory: str, coupling: float) -> float:
    if theory == "Eliashberg":
        kelvin = exact_tc(coupling).value
    else:
        kelvin = critical_temperature(FORMULAS[theory](ONE_MODE, coupling)).value
    return kelvin / np.sqrt(coupling)


# ---- Formulas over lambda and mu*


def deviation(
    formula: str, coupling: float, mu_star: float, shape: str = ONE_MODE, reference: str = "w_max"
) -> float:
    """Tc of a formula over the exact one, minus 1, in per cent; nan where Tc is tiny."""
    exact = exact_tc(coupling, mu_star, shape, reference)
    scale = moments(shape)[0] / BOLTZMANN
    if exact.result is not Result.SUCCESS or exact.value < _LOWEST * scale:
        return np.nan
    found = critical_temperature(FORMULAS[formula](shape, coupling, mu_star), throw=False)
    return 100 * (found.value / exact.value - 1)


def largest_deviation(
    *, formula: str, couplings: Sequence[float], repulsions: Sequence[float], shape: str = ONE_MODE,
    reference: str = "w_max",
) -> Computed:  # fmt: skip
    """The deviation of largest modulus, with its sign: a range of lambda, a list of mu*."""
    grid = np.geomspace(couplings[0], couplings[1], _STEPS)
    found = np.array(
        [[deviation(formula, float(x), mu, shape, reference) for x in grid] for mu in repulsions]
    )
    value, coarse = (_signed(one) for one in (found, found[:, ::2]))
    return computed(value, abs(value - coarse) + 1e-3)


def _signed(found: np.ndarray) -> float:
    known = found[np.isfinite(found)]
    return float(known[np.argmax(np.abs(known))])


def sign_of_deviation(
    *, formula: str, couplings: list[float], mu_star: float, shape: str, reference: str = "w_max"
) -> Computed:
    """Whether a formula lies below Eliashberg theory at each lambda."""
    found = [deviation(formula, x, mu_star, shape, reference) for x in couplings]
    return labelled("below" if max(found) < 0 else "not below")


def kresin_deviation(*, couplings: list[float]) -> Computed:
    """The largest deviation of kTc = 0.25 w/sqrt(exp(2/lambda) - 1), mu* = 0, in per cent."""
    grid = np.geomspace(couplings[0], couplings[1], _STEPS)
    exact = np.array([_ratio(float(x))[0] for x in grid])
    found = 100 * (0.25 / np.sqrt(np.expm1(2 / grid)) / exact - 1)
    return computed(_signed(found), abs(_signed(found) - _signed(found[::2])) + 1e-3)


def isotope_deviation(*, coupling: float, mu_star: float) -> Computed:
    """alpha of McMillan's formula minus that of Eliashberg theory, one mode."""
    formula = isotope_coefficient(shapes.mcmillan(ONE_MODE, coupling, mu_star))
    exact = isotope_coefficient(shapes.eliashberg(ONE_MODE, coupling, mu_star))
    return computed(formula.value - exact.value, formula.error + exact.error)


COMPUTED: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        strong_limit, formula_limit, weak_limit, upper_bound, lower_bound, crossing,
        largest_over_area, saturation, place_of_maximum, largest_deviation, sign_of_deviation,
        kresin_deviation, isotope_deviation,
    )
}  # fmt: skip
