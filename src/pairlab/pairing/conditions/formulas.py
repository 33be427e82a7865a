"""Closed formulas for the critical temperature of phonon-mediated superconductors."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from pairlab.pairing.conditions.problem import Conditions
from pairlab.pairing.phonons.coupling import PhononCoupling
from pairlab.pairing.problem import Critical, IsotopeEffect
from pairlab.solution import LOWEST_TEMPERATURE, Result
from pairlab.units import BOLTZMANN


class Formula(NamedTuple):
    """ln kTc (kT in meV), -inf without superconductivity; and its derivative by mu*."""

    log_kt: float
    by_mu: float


_NONE = Formula(-np.inf, 0.0)


def mcmillan(phonons: PhononCoupling, mu_star: float) -> Formula:
    """ln kTc = ln(w_log/1.2) - 1.04 (1 + lambda)/(lambda - mu* (1 + 0.62 lambda)).

    There is no superconductivity where the denominator is not positive.
    """
    coupling = phonons.coupling
    attraction = coupling - mu_star * (1 + 0.62 * coupling)
    if attraction <= 0:
        return _NONE
    exponent = 1.04 * (1 + coupling) / attraction
    return Formula(
        float(np.log(phonons.log_frequency / 1.2) - exponent),
        -exponent * (1 + 0.62 * coupling) / attraction,
    )


def allen_dynes(phonons: PhononCoupling, mu_star: float) -> Formula:
    """McMillan's formula times f1 f2 (Allen and Dynes, Phys. Rev. B 12, 905 (1975), Eqs. 36-38).

    f1 = (1 + (lambda/L1)^(3/2))^(1/3), L1 = 2.46 (1 + 3.8 mu*)
    f2 = 1 + (w2/w_log - 1) lambda^2/(lambda^2 + L2^2), L2 = 1.82 (1 + 6.3 mu*) w2/w_log
    """
    plain = mcmillan(phonons, mu_star)
    if plain is _NONE:
        return _NONE
    coupling = phonons.coupling
    ratio = phonons.second_frequency / phonons.log_frequency
    first, by_first = 2.46 * (1 + 3.8 * mu_star), 2.46 * 3.8
    power = (coupling / first) ** 1.5
    second, by_second = 1.82 * (1 + 6.3 * mu_star) * ratio, 1.82 * 6.3 * ratio
    share = coupling**2 / (coupling**2 + second**2)
    strong, shape = (1 + power) ** (1 / 3), 1 + (ratio - 1) * share
    by_strong = -0.5 * power / (1 + power) * by_first / first  # of ln f1
    by_shape = -(ratio - 1) * share * 2 * second * by_second / (coupling**2 + second**2) / shape
    return Formula(plain.log_kt + float(np.log(strong * shape)), plain.by_mu + by_strong + by_shape)


def formula_problem(
    formula: Callable[[PhononCoupling, float], Formula], phonons: PhononCoupling, mu_star: float
) -> Conditions:
    """Tc by a formula, and alpha = (1/2) (1 + mu*^2 d ln Tc/d mu*).

    For harder phonons d mu*/d ln w = mu*^2: every phonon frequency goes as M^(-1/2), the repulsion
    at a fixed energy stays.
    """
    found = formula(phonons, mu_star)
    critical = _temperature(found)

    def coefficient() -> tuple[float, float, Result]:
        return 0.5 * (1 + mu_star**2 * found.by_mu), 1e-14, critical.result

    more = {IsotopeEffect: IsotopeEffect(coefficient=coefficient), PhononCoupling: phonons}
    return Conditions("a closed formula", lambda: critical, more)


def _temperature(formula: Formula) -> Critical:
    """Tc in K; a formula has no numerical error but rounding."""
    kelvin = float(np.exp(formula.log_kt)) / BOLTZMANN
    none = kelvin < LOWEST_TEMPERATURE
    return Critical.thermal(kelvin, 1e-14, Result.NO_SUPERCONDUCTIVITY if none else Result.SUCCESS)
