"""The one rule by which a printed statement is judged.

A statement is an interval: the printed number or range, widened by its tolerance. What was computed
is an interval too: the value and its error estimate, over all admissible readings of what the paper
omits. Then

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
    """A recomputed number, or a range (low to high), with its numerical error; or a label."""

    low: float
    high: float
    error: float = 0.0
    label: str = ""


@dataclass(frozen=True)
class Statement:
    """A printed number (low = high) or range with the tolerance it is judged by; or a label.

    of_paper: what it is compared with follows from another printed statement, not from a model
        whose inputs the paper leaves open.
    """

    low: float
    high: float
    tolerance: float = 0.0
    label: str = ""
    of_paper: bool = False


def computed(value: float, error: float = 0.0) -> Computed:
    """A single number."""
    return Computed(float(value), float(value), float(error))


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
    lower, upper = statement.low - statement.tolerance, statement.high + statement.tolerance
    if lower <= low and high <= upper:
        return REPRODUCED
    return apart if high < lower or low > upper else UNDER_DETERMINED
