"""Derivatives of what the critical point decides, by anything that a problem depends on.

    d ln x_c/d h = -(d lambda/d h)/(d lambda/d ln x)

By the implicit function theorem: the leading value of a problem that is moved a little, at the
critical point of the one that is not, over its slope there. Central differences with two steps;
what they differ by is in the error, as is the change on a coarser quadrature.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pairlab.pairing.problem import Problem

STEP = 1e-3
"""Of ln(field): the error of fourth order is 1e-12, and rounding is divided by it."""


@dataclass(frozen=True)
class Slope:
    """A derivative and its error."""

    value: float
    error: float


def log_slope(
    problem: Problem, moved: Callable[[float], Problem], *, step: float = STEP, sided: int = 0
) -> Slope:
    """d ln(critical value)/d h of the problems moved(h) at h = 0.

    Args:
        problem: moved(0), with a critical point. step: of h. sided: 1 or -1 where h may only go
            there from 0; 0 for both sides.
    """
    places = np.array([1, 2, 3]) * sided if sided else np.array([-2, -1, 1, 2])
    shifts = [problem.displacement(moved(float(place * step))) for place in places]
    values, coarse = (
        np.array([getattr(shift, name) for shift in shifts]) for name in ("value", "coarse")
    )
    lower, higher = _ONE_SIDED if sided else _CENTRAL
    unit = step * (sided or 1)
    slope, cheaper, rougher = (
        float(weights @ row) / unit
        for weights, row in ((higher, values), (lower, values), (higher, coarse))
    )
    error = abs(slope - cheaper) / (1 if sided else 3) + abs(slope - rougher)
    return Slope(slope, error + max(shift.accuracy for shift in shifts))


_CENTRAL = np.array([[0, -1 / 2, 1 / 2, 0], [1 / 12, -2 / 3, 2 / 3, -1 / 12]])
_ONE_SIDED = np.array([[2, -1 / 2, 0], [3, -3 / 2, 1 / 3]])
"""Weights of differences, of lower and of higher order."""
