"""An observable of another package: twice the critical temperature.

It uses what pairlab documents for observables, and nothing else.
"""

from dataclasses import replace
from typing import Any

from pairlab.observables.critical_temperature import critical_temperature
from pairlab.observables.datasets import put_solution
from pairlab.observables.registry import Observable, Report
from pairlab.pairing.problem import Critical
from pairlab.solution import Solution


def toy_doubled_tc(mechanism: Any, *, throw: bool = True) -> Solution:
    """2 Tc, with twice its error.

    Args:
        mechanism: any mechanism.
        throw: raise where the number cannot be trusted; otherwise the result code says so.

    Returns: value and error in K.

    Raises: CapabilityError, SolverError.
    """
    single = critical_temperature(mechanism, throw=throw)
    return replace(single, value=2 * single.value, error=2 * single.error)


def _in_report(mechanism: Any, _: Report) -> Any:
    return put_solution("toy_doubled_tc", toy_doubled_tc(mechanism, throw=False))


OBSERVABLE = Observable(
    "toy_doubled_tc", "doubled Tc", toy_doubled_tc, (Critical,), sweeps=True, in_report=_in_report
)
