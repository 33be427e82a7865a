"""The isotope coefficient: the derivative of Tc by the mass of the ions."""

from typing import Any

import numpy as np

from pairlab.observables.datasets import provenance, put_solution, refuse
from pairlab.observables.registry import Compared, Observable, Report, require
from pairlab.pairing.problem import Critical, IsotopeEffect
from pairlab.pairing.sensitivity import log_slope
from pairlab.solution import CODES, Result, Solution

METHOD = "implicit derivative of the leading eigenvalue"

ISOTOPE_ACCURACY = 1e-3
"""An isotope coefficient with a larger error estimate is reported as inaccurate."""


def isotope_coefficient(mechanism: Any, *, throw: bool = True) -> Solution:
    """alpha = -d ln Tc/d ln M = (1/2) d ln Tc/d ln w, w the phonon energy, all else fixed.

    A mechanism says itself what the mass of the ions moves: in Eliashberg theory every phonon
    frequency, at a mu* that keeps its value and its frequency in meV.

    Args:
        mechanism: any mechanism that says how its phonon energies enter, or its coefficient.
        throw: raise where the number cannot be trusted; otherwise the result code says so.

    Returns: value and error, dimensionless; nan where there is no superconductivity.

    Raises: CapabilityError, SolverError.
    """
    critical = require(mechanism, Critical, "critical temperature")
    effect = require(mechanism, IsotopeEffect, "isotope coefficient")
    value = error = np.nan
    result = critical.result
    if result.is_superconducting:
        if effect.coefficient is not None:
            value, error, result = effect.coefficient()
        elif effect.stiffened is not None:
            slope = log_slope(mechanism.posed, effect.stiffened)
            value, error = slope.value / 2, slope.error / 2
    result = CODES[int(judged_isotope(np.asarray(result.code), value, error))]
    if throw:
        refuse(result, f"isotope coefficient of {mechanism.key}")
    usable = result.is_superconducting
    return Solution(
        value=value if usable else np.nan,
        error=error if usable else np.nan,
        unit="",
        result=result,
        provenance=provenance(mechanism, METHOD),
    )


def judged_isotope(
    code: np.ndarray, alpha: np.ndarray | float, error: np.ndarray | float
) -> np.ndarray:
    """The code of an isotope coefficient: that of Tc, unless Tc is good and alpha is not."""
    good = code == Result.SUCCESS.code
    poor = np.where(np.isfinite(alpha), Result.INACCURATE.code, Result.NOT_FINITE.code)
    return np.where(good & ~(np.asarray(error) <= ISOTOPE_ACCURACY), poor, code)


def _in_report(mechanism: Any, _: Report | None = None) -> Any:
    return put_solution("isotope_coefficient", isotope_coefficient(mechanism, throw=False))


OBSERVABLE = Observable(
    "isotope_coefficient", "isotope coefficient", isotope_coefficient, (Critical, IsotopeEffect),
    sweeps=True, in_report=_in_report,
    compares=(Compared(_in_report, {"isotope_coefficient": 0.1}, order=2),), order=1,
)  # fmt: skip
