"""The one rule by which a printed statement is judged.

A statement is an interval: the printed number or range, widened by its tolerance, or, for a ratio
of two printed numbers, from the smallest to the largest ratio of what they may stand for. What was
computed is an interval too: the value and its error estimate, over all admissible readings of what
the paper omits. Then

    computed inside the statement          -> reproduced
    computed and statement do not meet     -> not reproduced; or, where what was computed comes from
                                              another statement of the same paper alone, through its
                                              own equations: contradicts itself
    they meet, neither inside              -> under-determined

and what could not be computed decides nothing: under-determined. A label (the name of a panel) is
an interval of one point.
"""

import math
from dataclasses import dataclass

REPRODUCED = "reproduced"
NOT_REPRODUCED = "not reproduced"
CONTRADICTS = "contradicts itself"
UNDER_DETERMINED = "under-determined"


@dataclass(frozen=True)
class Computed:
    """A recomputed number, or a range (low to high), with its numerical error; or a label.

    quoted: it is printed elsewhere, and nothing was calculated.
    """

    low: float
    high: float
    error: float = 0.0
    label: str = ""
    quoted: bool = False


@dataclass(frozen=True)
class Statement:
    """A printed number (low = high) or range with the tolerance it is judged by; or a label.

    of_paper: what it is compared with follows from another printed statement, not from a model
        whose inputs the paper leaves open. allowed: the interval where it is not the number or
        range widened by one tolerance.
    """

    low: float
    high: float
    tolerance: float = 0.0
    label: str = ""
    of_paper: bool = False
    allowed: tuple[float, float] | None = None

    @property
    def interval(self) -> tuple[float, float]:
        """What a computed number must lie in."""
        return self.allowed or (self.low - self.tolerance, self.high + self.tolerance)


def computed(value: float, error: float = 0.0) -> Computed:
    """A single number."""
    return Computed(float(value), float(value), float(error))


def quotient(first: Computed, second: Computed) -> Computed:
    """One number over another, both positive; the error is the larger distance to the ends of the
    interval of ratios."""
    ratio = first.low / second.low
    highest = (first.low + first.error) / (second.low - second.error)
    lowest = (first.low - first.error) / (second.low + second.error)
    return computed(ratio, max(highest - ratio, ratio - lowest))


def hull(readings: list[Computed]) -> tuple[float, float]:
    """The interval that all readings span, errors included; nan where one is not known."""
    edges = [(one.low - one.error, one.high + one.error) for one in readings]
    if not edges or any(math.isnan(edge) for pair in edges for edge in pair):
        return math.nan, math.nan
    return min(low for low, _ in edges), max(high for _, high in edges)


def judge(statement: Statement, readings: list[Computed]) -> str:
    """The verdict, by the rule above."""
    apart = CONTRADICTS if statement.of_paper else NOT_REPRODUCED
    if statement.label:
        return REPRODUCED if all(r.label == statement.label for r in readings) else apart
    low, high = hull(readings)
    if math.isnan(low) or math.isnan(high):
        return UNDER_DETERMINED
    lower, upper = statement.interval
    if lower <= low and high <= upper:
        return REPRODUCED
    return apart if high < lower or low > upper else UNDER_DETERMINED
