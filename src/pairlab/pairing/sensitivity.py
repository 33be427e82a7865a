"""Derivatives of what the critical point decides, by anything that a problem depends on.

    d ln x_c/d h = -(d lambda/d h)/(d lambda/d ln x)

By the implicit function theorem: the leading value of a problem that is moved a little, at the
critical point of the one that is not, over its slope there. Central differences with two steps;
what they differ by is in the error, as is the change on a coarser quadrature. Where the critical
value has a ripple, the slope is the mean over it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pairlab.pairing.problem import Problem

STEP = 1e-3
"""Of ln(field): the error of fourth order is 1e-12, and rounding is divided by it."""

_FINER = tuple(30.0**-power for power in range(5))
"""Of a step, smaller ones for slopes that change within it: where an end of a pairing window passes
a band edge Tc has a kink, and beside a van Hove singularity its slope is a logarithm."""

_WIDTHS = (1.0, 0.85, 1.2, 1.5, 2.0)
"""Of a step, over which a ripple is averaged: two means may agree by chance."""

_GOOD = 1e-6  # of a slope, or of 1: no smaller step is tried


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
        problem: moved(0), with a critical point. step: of h, the largest that is taken. sided: 1 or
            -1 where h may only go there from 0; 0 for both sides.
    """
    if problem.ripple:
        return _averaged(problem, moved, step=max(problem.ripple, step), sided=sided)
    slopes = []
    for finer in _FINER:
        slope, differences = _difference(problem, moved, step=step * finer, sided=sided)
        slopes.append(slope)
        # Smaller steps do not mend what the discretisation leaves.
        if differences <= max(_GOOD * max(abs(slope.value), 1.0), slope.error - differences):
            break
    return min(slopes, key=lambda slope: slope.error)


def _averaged(
    problem: Problem, moved: Callable[[float], Problem], *, step: float, sided: int
) -> Slope:
    """The mean slope over a step to both sides; its error is what other steps differ by."""

    def at(h: float) -> float:
        return problem.displacement(moved(h)).value

    def mean(width: float) -> float:
        if sided:
            return (at(sided * width) - at(0.0)) / (sided * width)
        return (at(width) - at(-width)) / (2 * width)

    slopes = np.array([mean(part * step) for part in _WIDTHS])
    return Slope(float(slopes[0]), float(np.max(np.abs(slopes[1:] - slopes[0]))))


def _difference(
    problem: Problem, moved: Callable[[float], Problem], *, step: float, sided: int
) -> tuple[Slope, float]:
    """The slope by differences of one step, and the part of its error that these make."""
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
    differences = abs(slope - cheaper) / (1 if sided else 3)
    if not sided:  # where leading values cross, the slopes of the two sides differ
        differences += abs(float(_KINK @ values)) / step
    accuracy = max(shift.accuracy for shift in shifts)
    rest = abs(slope - rougher) + accuracy * (1 + abs(slope))
    return Slope(slope, differences + rest), differences


_CENTRAL = np.array([[0, -1 / 2, 1 / 2, 0], [1 / 12, -2 / 3, 2 / 3, -1 / 12]])
_KINK = np.array([-1 / 4, 1, 1, -1 / 4])
_ONE_SIDED = np.array([[2, -1 / 2, 0], [3, -3 / 2, 1 / 3]])
"""Weights of differences, of lower and of higher order; of half the difference of the slopes of the
two sides, without what curvature adds to it."""
