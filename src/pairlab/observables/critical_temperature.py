"""The critical temperature."""

from typing import Any

from pairlab.observables.datasets import provenance, put_solution, refuse
from pairlab.observables.registry import Compared, Observable, Report, problem_of, require
from pairlab.pairing.problem import Critical
from pairlab.solution import Solution


def critical_temperature(mechanism: Any, *, throw: bool = True) -> Solution:
    """Tc: the temperature at which the normal state becomes unstable.

    For a gap equation the leading eigenvalue of K . X(T, 0) reaches 1 there; in Eliashberg theory
    it is the eigenvalue of the equations on the imaginary axis; other mechanisms bring a condition
    of their own.

    Args:
        mechanism: any mechanism.
        throw: raise where the number cannot be trusted; otherwise the result code says so.

    Returns: value and error in K. Below 1e-6 K the value is 0 with that error and the result is
    NO_SUPERCONDUCTIVITY, which is a good result.

    Raises: CapabilityError, SolverError.
    """
    critical = require(mechanism, Critical, "critical temperature")
    if throw:
        refuse(critical.result, f"critical temperature of {mechanism.key}")
    return Solution(
        value=critical.value,
        error=critical.error,
        unit=critical.unit,
        result=critical.result,
        stats=dict(critical.stats),
        provenance=provenance(mechanism, problem_of(mechanism, "critical temperature").method),
    )


def _in_report(mechanism: Any, _: Report | None = None) -> Any:
    return put_solution("critical_temperature", critical_temperature(mechanism, throw=False))


OBSERVABLE = Observable(
    "critical_temperature", "critical temperature", critical_temperature, (Critical,),
    sweeps=True, in_report=_in_report,
    compares=(Compared(_in_report, {"critical_temperature": 0.01}, order=0),), order=0,
)  # fmt: skip
