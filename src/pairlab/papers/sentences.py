"""The sentence that says why a verdict is what it is, made from the numbers."""

import math
from collections.abc import Mapping

from pairlab.papers.verdict import REPRODUCED, UNDER_DETERMINED, Computed, Statement, hull


def why(
    statement: Statement,
    readings: Mapping[str, Computed],
    verdict: str,
    *,
    unit: str,
    reason: str,
    against: str,
) -> str:
    """The sentence of a verdict; the arguments are those of an entry of the ledger."""
    first = next(iter(readings.values()))
    source = f"{against}; hence " if against else ""
    if statement.label:
        other = f'but printed here: "{statement.label}"'
        relation = "as printed" if verdict == REPRODUCED else other
        return f'{source}"{first.label}", {relation}.'
    low, high = hull(list(readings.values()))
    if math.isnan(low) or math.isnan(high):
        return "No number could be computed, so nothing is decided."
    # As many digits as show on which side of the edge a number lies.
    digits = telling((first.low, first.high, low, high), statement.interval)
    allowed = ranged(*statement.interval, unit, digits)
    found = f"{source}{ranged(first.low, first.high, unit, digits)}"
    if len(readings) > 1:
        every = ranged(low, high, unit, digits)
        found += f", and {every} over the readings of what the paper omits"
        if verdict == UNDER_DETERMINED:
            found += f" ({_each(readings)})"
    where = {REPRODUCED: "inside", UNDER_DETERMINED: "only partly inside"}.get(verdict, "outside")
    tolerance = ranged(statement.tolerance, statement.tolerance, unit)
    width = "That range" if statement.allowed else f"Tolerance {tolerance}"
    return f"{found}: {where} {allowed}{_deviation(statement, first)}. {width}: {reason}."


def telling(found: tuple[float, ...], edges: tuple[float, float]) -> int:
    """The fewest digits, from four on, at which no number looks equal to an edge it is not at."""
    for digits in range(4, 8):
        if all(
            abs(x - edge) <= 1e-9 * abs(edge) or f"{x:.{digits}g}" != f"{edge:.{digits}g}"
            for x in found
            for edge in edges
        ):
            return digits
    return 8


def _each(readings: Mapping[str, Computed]) -> str:
    return ", ".join(f"{name}: {ranged(one.low, one.high, '')}" for name, one in readings.items())


def _deviation(statement: Statement, found: Computed) -> str:
    """How far the first reading lies from what is printed, where the two do not meet."""
    if found.low <= statement.high and found.high >= statement.low:
        return ""
    below = found.high < statement.low
    value, nearest = (found.high, statement.low) if below else (found.low, statement.high)
    if not math.isfinite(nearest):
        return ""
    if nearest == 0:
        return f" (off by {value - nearest:+.3g})"
    percent = (value - nearest) / abs(nearest) * 100
    shown = f"{percent:+.0f}" if abs(percent) >= 100 else f"{percent:+.2g}"
    return f" ({shown} % from what is printed)"


def ranged(low: float, high: float, unit: str, least: int = 4) -> str:
    """A number or a range in words; least: significant digits."""
    digits = max(_digits(low, high), least)
    rounding = 1e-12 * max((abs(x) for x in (low, high) if math.isfinite(x)), default=0.0)
    a, b = (f"{0.0 if abs(x) <= rounding else x:.{digits}g}" for x in (low, high))
    after = f" {unit}" if unit else ""
    if math.isinf(low) or math.isinf(high):
        return f"at most {b}{after}" if math.isinf(low) else f"at least {a}{after}"
    return f"{a}{after}" if a == b else f"{a} to {b}{after}"


def _digits(low: float, high: float) -> int:
    """Four significant digits, or as many as tell a narrow range from a point."""
    span, size = abs(high - low), max(abs(low), abs(high))
    if not (0 < span < math.inf) or span < 1e-6 * size:
        return 4
    return max(4, min(8, 1 + math.ceil(math.log10(size / span))))
