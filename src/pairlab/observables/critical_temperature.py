"""The critical temperature and its derivative by the phonon energy."""

from dataclasses import replace
from typing import Any

import equinox as eqx
import numpy as np

from pairlab.observables.common import provenance, refuse
from pairlab.pairing.critical import (
    CriticalPoint,
    critical_point,
    phonon_exponent,
)
from pairlab.pairing.problem import (
    OffersCriticalTemperature,
    OffersGapEquation,
    OffersIsotopeCoefficient,
    OffersPhononScale,
    require,
)
from pairlab.solution import CODES, LOWEST_TEMPERATURE, Result, Solution
from pairlab.units import BOLTZMANN

METHOD = "leading eigenvalue of the linear gap equation, Newton in ln T, graded Gauss-Legendre"

solve_critical = eqx.filter_jit(critical_point)
"""`critical_point`, compiled."""

solve_phonon_exponent = eqx.filter_jit(phonon_exponent)
"""`phonon_exponent`, compiled."""

ISOTOPE_ACCURACY = 1e-3
"""An isotope coefficient with a larger error estimate is reported as inaccurate."""


def critical_temperature(mechanism: Any, *, throw: bool = True) -> Solution:
    """Tc: the temperature at which the leading eigenvalue of K . X(T, 0) reaches 1.

    A mechanism without such an equation brings its own condition; in Eliashberg theory it is the
    eigenvalue of the equations on the imaginary axis, `pairlab.pairing.eliashberg_critical`.

    Args:
        mechanism: any mechanism with a gap equation, or with a condition of its own for Tc.
        throw: raise where the number cannot be trusted; otherwise the result code says so.

    Returns: value and error in K. Below 1e-6 K the value is 0 with that error and the result is
    NO_SUPERCONDUCTIVITY, which is a good result.

    Raises: CapabilityError, SolverError.
    """
    if isinstance(mechanism, OffersCriticalTemperature):
        own = require(mechanism, OffersCriticalTemperature, "critical temperature")
        return _own(mechanism, own.solved_critical_temperature(), "critical temperature", throw)
    equation = require(mechanism, OffersGapEquation, "critical temperature").gap_equation()
    point = solve_critical(equation)
    value, error, code = as_kelvin(point)
    result = CODES[int(code)]
    if throw:
        refuse(result, f"critical temperature of {mechanism.key}")
    return Solution(
        value=float(value),
        error=float(error),
        unit="K",
        result=result,
        stats={"iterations": float(point.steps), "eigenvalue_slope": float(point.slope)},
        provenance=provenance(mechanism, METHOD),
    )


def _own(mechanism: Any, solution: Solution, what: str, throw: bool) -> Solution:
    """What a mechanism found by itself, judged and with its origin."""
    if throw:
        refuse(solution.result, f"{what} of {mechanism.key}")
    return replace(solution, provenance=provenance(mechanism, mechanism.method))


def as_kelvin(point: CriticalPoint) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tc and its error in K, and the code, of one critical point or a batch."""
    code = np.asarray(point.code)
    none = code == Result.NO_SUPERCONDUCTIVITY.code
    value = np.exp(np.minimum(np.asarray(point.log_kt), 700.0)) / BOLTZMANN
    error = np.where(none, LOWEST_TEMPERATURE, np.asarray(point.error) * value)
    bad = ~none & (code != Result.SUCCESS.code) & (code != Result.INACCURATE.code)
    return np.where(bad, np.nan, np.where(none, 0.0, value)), np.where(bad, np.nan, error), code


def as_solution(point: CriticalPoint) -> Solution:
    """Tc of one critical point."""
    value, error, code = as_kelvin(point)
    return Solution(float(value), float(error), "K", CODES[int(code)])


def judged_isotope(
    code: np.ndarray, alpha: np.ndarray | float, error: np.ndarray | float
) -> np.ndarray:
    """The code of an isotope coefficient: that of Tc, unless Tc is good and alpha is not."""
    good = code == Result.SUCCESS.code
    poor = np.where(np.isfinite(alpha), Result.INACCURATE.code, Result.NOT_FINITE.code)
    return np.where(good & ~(np.asarray(error) <= ISOTOPE_ACCURACY), poor, code)


def isotope_coefficient(mechanism: Any, *, throw: bool = True) -> Solution:
    """alpha = -d ln Tc/d ln M = (1/2) d ln Tc/d ln w, w the phonon energy, all else fixed.

    A mechanism without a gap equation says itself what the mass of the ions moves: in Eliashberg
    theory every phonon frequency, at a mu* that keeps its value and its frequency in meV.

    Args:
        mechanism: any mechanism that says how its phonon energies enter, or its coefficient.
        throw: raise where the number cannot be trusted; otherwise the result code says so.

    Returns: value and error, dimensionless; nan where there is no superconductivity.

    Raises: CapabilityError, SolverError.
    """
    if isinstance(mechanism, OffersIsotopeCoefficient):
        own = require(mechanism, OffersIsotopeCoefficient, "isotope coefficient")
        found = own.solved_isotope_coefficient()
        code = judged_isotope(np.asarray(found.result.code), found.value, found.error)
        found = replace(found, result=CODES[int(code)])
        return _own(mechanism, found, "isotope coefficient", throw)
    require(mechanism, OffersGapEquation, "critical temperature")
    scaled = require(mechanism, OffersPhononScale, "isotope coefficient").phonon_scaled
    equation = mechanism.gap_equation()
    point = solve_critical(equation)
    value, error = (float(x) / 2 for x in solve_phonon_exponent(equation, point, scaled))
    result = CODES[int(judged_isotope(np.asarray(point.code), value, error))]
    if throw:
        refuse(result, f"isotope coefficient of {mechanism.key}")
    usable = result in (Result.SUCCESS, Result.INACCURATE)
    return Solution(
        value=value if usable else np.nan,
        error=error if usable else np.nan,
        unit="",
        result=result,
        provenance=provenance(mechanism, "implicit derivative of the leading eigenvalue"),
    )
