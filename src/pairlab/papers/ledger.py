"""The ledger: what a paper printed, recomputed and judged.

Every paper is known by the name of its TOML file in this folder. Verdicts follow from the printed
number, the tolerance stated with it and what is computed, by the rule of `papers.verdict`.
"""

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import xarray as xr

from pairlab.errors import InputError, did_you_mean
from pairlab.observables.datasets import program_version
from pairlab.papers.verdict import (
    REPRODUCED,
    UNDER_DETERMINED,
    Computed,
    Statement,
    hull,
    judge,
)

FOLDER = Path(__file__).parent
_TEXTS = ("key", "where", "quantity", "printed", "compute", "reason")
_KNOWN = {*_TEXTS, "unit", "value", "low", "high", "label", "tolerance", "arguments", "against",
          "readings", "ratio"}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One printed statement and how it is recomputed.

    readings: names of the readings of omitted inputs it is computed for.
    against: the other printed statement that the computed number follows from, where there is one.
    """

    key: str
    where: str
    quantity: str
    printed: str
    statement: Statement
    unit: str
    reason: str
    compute: str
    arguments: Mapping[str, Any]
    against: str
    readings: tuple[str, ...]


@dataclass(frozen=True)
class Paper:
    """The ledger of one paper as its file states it; readings are arguments by name."""

    key: str
    title: str
    cite: tuple[str, ...]
    status: str
    readings: Mapping[str, Mapping[str, Any]]
    entries: tuple[Entry, ...]


def papers() -> tuple[str, ...]:
    """The keys of all papers in the ledger."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def module_of(key: str) -> ModuleType:
    """The module with a paper's functions. Raises: InputError with a suggestion."""
    if key not in papers():
        raise InputError(
            what=f'there is no paper "{key}" in the ledger',
            why="papers are known by first author and year, sets of formulas by a name",
            remedy=did_you_mean(key, papers()),
        )
    return import_module(f"pairlab.papers.{key}")


def figure_data(key: str) -> dict[str, xr.Dataset]:
    """The data of the counterparts of a paper's figures, by name, with its sources and status.

    Raises: InputError.
    """
    found = module_of(key).figure_data()
    origin = _origin(read_paper(FOLDER / f"{key}.toml"))
    return {name: data.assign_attrs({**origin, **data.attrs}) for name, data in found.items()}


def _origin(paper: Paper) -> dict[str, Any]:
    return {
        "paper": paper.key,
        "cite": list(paper.cite),
        "status": paper.status,
        "pairlab_version": program_version(),
    }


def reproduce(key: str, *, progress: Callable[[int, int], None] | None = None) -> xr.Dataset:
    """Recompute every entry of a paper's ledger and judge it.

    Args:
        key: the paper, for example "mazziotti2021".
        progress: called with (entries done, entries in all).

    Returns: by `entry`: where, quantity, printed (text), printed_value (the middle of a range),
    printed_low, printed_high, unit, computed_value (of the first reading), computed_low and
    computed_high (over all readings), computed_text, computed_how ("quoted" where it stands
    elsewhere in the paper), error (numerical), tolerance, allowed_low and allowed_high (what the
    verdict compares with), tolerance_reason, verdict, why.

    Raises: InputError for an unknown key, with a suggestion.
    """
    compute = module_of(key).COMPUTED
    paper = read_paper(FOLDER / f"{key}.toml")
    rows = []
    for number, entry in enumerate(paper.entries, 1):
        rows.append(_row(entry, evaluate(paper, entry, compute)))
        if progress is not None:
            progress(number, len(paper.entries))
    return _dataset(paper, rows)


def evaluate(
    paper: Paper, entry: Entry, compute: Mapping[str, Callable[..., Computed]]
) -> dict[str, Computed]:
    """What an entry's function gives, for each of its readings.

    Raises: InputError where the function is not known.
    """
    if entry.compute not in compute:
        raise InputError(
            what=f'{paper.key}.toml, entry "{entry.key}": compute = "{entry.compute}"',
            why="the paper's module has no such function",
            remedy=did_you_mean(entry.compute, compute),
        )
    function = compute[entry.compute]
    if not entry.readings:
        return {"": function(**entry.arguments)}
    return {
        name: function(**{**entry.arguments, **paper.readings[name]}) for name in entry.readings
    }


def read_paper(path: Path) -> Paper:
    """The ledger in a file. Raises: InputError that names the file and the entry."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            what=path.name, why=f"it is not TOML ({error})", remedy="correct that line"
        ) from None
    readings = {
        one["name"]: {k: v for k, v in one.items() if k not in ("name", "why")}
        for one in table.get("reading", [])
    }
    return Paper(
        key=path.stem,
        title=table["title"],
        cite=tuple(table["cite"]),
        status=table["status"],
        readings=readings,
        entries=tuple(_entry(path, item, readings) for item in table.get("entry", [])),
    )


def _entry(path: Path, item: dict[str, Any], readings: Mapping[str, Any]) -> Entry:
    name = f'{path.name}, entry "{item.get("key", "?")}"'

    def wrong(what: str, why: str, remedy: str) -> InputError:
        return InputError(what=f"{name}: {what}", why=why, remedy=remedy)

    for text in _TEXTS:
        if not isinstance(item.get(text), str) or not item[text]:
            raise wrong(f"{text} is missing", "an entry states all of it", f"add {text}")
    for text in item:
        if text not in _KNOWN:
            raise wrong(f'"{text}" is not known', "it would be ignored", did_you_mean(text, _KNOWN))
    against = item.get("against", "")
    chosen = item.get("readings", [] if against else list(readings))
    for text in chosen:
        if text not in readings:
            raise wrong(f'reading "{text}"', "there is none", did_you_mean(text, readings))
    return Entry(
        key=item["key"], where=item["where"], quantity=item["quantity"], printed=item["printed"],
        statement=_statement(item, wrong), unit=item.get("unit", ""), reason=item["reason"],
        compute=item["compute"], arguments=item.get("arguments", {}), against=against,
        readings=tuple(chosen),
    )  # fmt: skip


def _statement(item: dict[str, Any], wrong: Callable[[str, str, str], InputError]) -> Statement:
    of_paper = bool(item.get("against"))
    if "label" in item:
        return Statement(math.nan, math.nan, label=item["label"], of_paper=of_paper)
    low = item.get("low", item.get("value"))
    high = item.get("high", item.get("value"))
    tolerance = item.get("tolerance")
    if low is None or high is None or not low <= high:
        raise wrong("no number", "a statement is a value, or low and high, or a label", "add it")
    if "ratio" in item:
        allowed = _ratio(item["ratio"], low, high, wrong)
        half = max(low - allowed[0], allowed[1] - high)
        return Statement(float(low), float(high), half, of_paper=of_paper, allowed=allowed)
    if tolerance is None or not tolerance >= 0:
        raise wrong("tolerance is missing", "a verdict needs one, at least 0", "add tolerance")
    return Statement(float(low), float(high), float(tolerance), of_paper=of_paper)


def _ratio(
    given: Any, low: float, high: float, wrong: Callable[[str, str, str], InputError]
) -> tuple[float, float]:
    """The interval of a ratio whose parts lie in two ranges: no tolerance is symmetric about it."""
    parts: list[Any] = [given.get(name) for name in ("of", "to")] if isinstance(given, dict) else []
    if len(parts) != 2 or not all(
        isinstance(part, list) and len(part) == 2 and 0 < part[0] <= part[1] for part in parts
    ):
        raise wrong("ratio", "it has two ranges of positive numbers", "ratio = { of = [1.5, 2.5], "
                    "to = [3.5, 4.5] }")  # fmt: skip
    allowed = (given["of"][0] / given["to"][1], given["of"][1] / given["to"][0])
    if not allowed[0] <= low <= high <= allowed[1]:
        raise wrong("ratio", "what is printed lies outside of it", "correct the ranges")
    return allowed


def _row(entry: Entry, readings: dict[str, Computed]) -> dict[str, Any]:
    every = list(readings.values())
    first, statement = every[0], entry.statement
    low, high = hull(every)
    verdict = judge(statement, every)
    return {
        "key": entry.key,
        "where": entry.where,
        "quantity": entry.quantity,
        "printed": entry.printed,
        "printed_value": (statement.low + statement.high) / 2,
        "printed_low": statement.low,
        "printed_high": statement.high,
        "unit": entry.unit,
        "computed_value": (first.low + first.high) / 2,
        "computed_low": low,
        "computed_high": high,
        "computed_text": first.label or _range(first.low, first.high, entry.unit),
        "computed_how": "quoted" if first.quoted else "calculated",
        "error": first.error,
        "tolerance": statement.tolerance,
        "allowed_low": statement.interval[0],
        "allowed_high": statement.interval[1],
        "tolerance_reason": entry.reason,
        "verdict": verdict,
        "why": _why(entry, readings, verdict),
    }


def _why(entry: Entry, readings: dict[str, Computed], verdict: str) -> str:
    """A sentence made from the numbers."""
    statement = entry.statement
    first = next(iter(readings.values()))
    source = f"{entry.against}; hence " if entry.against else ""
    if statement.label:
        other = f'but printed here: "{statement.label}"'
        relation = "as printed" if verdict == REPRODUCED else other
        return f'{source}"{first.label}", {relation}.'
    low, high = hull(list(readings.values()))
    if math.isnan(low) or math.isnan(high):
        return "No number could be computed, so nothing is decided."
    # As many digits as show on which side of the edge a number lies.
    digits = _telling((first.low, first.high, low, high), statement.interval)
    allowed = _range(*statement.interval, entry.unit, digits)
    found = f"{source}{_range(first.low, first.high, entry.unit, digits)}"
    if len(readings) > 1:
        every = _range(low, high, entry.unit, digits)
        found += f", and {every} over the readings of what the paper omits"
        if verdict == UNDER_DETERMINED:
            found += f" ({_each(readings)})"
    where = {REPRODUCED: "inside", UNDER_DETERMINED: "only partly inside"}.get(verdict, "outside")
    tolerance = _range(statement.tolerance, statement.tolerance, entry.unit)
    width = "That range" if statement.allowed else f"Tolerance {tolerance}"
    return f"{found}: {where} {allowed}{_deviation(statement, first)}. {width}: {entry.reason}."


def _telling(found: tuple[float, ...], edges: tuple[float, float]) -> int:
    """The fewest digits, from four on, at which no number looks equal to an edge it is not at."""
    for digits in range(4, 8):
        if all(
            abs(x - edge) <= 1e-9 * abs(edge) or f"{x:.{digits}g}" != f"{edge:.{digits}g}"
            for x in found
            for edge in edges
        ):
            return digits
    return 8


def _each(readings: dict[str, Computed]) -> str:
    return ", ".join(f"{name}: {_range(one.low, one.high, '')}" for name, one in readings.items())


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


def _range(low: float, high: float, unit: str, least: int = 4) -> str:
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


_NUMBERS = {
    "printed_value": "printed value (the middle of a range)",
    "printed_low": "lowest printed value",
    "printed_high": "highest printed value",
    "computed_value": "computed value",
    "computed_low": "lowest computed value over all readings, errors included",
    "computed_high": "highest computed value over all readings, errors included",
    "error": "numerical error of the computed value",
    "tolerance": "stated tolerance; of a ratio the larger distance to the end of its range",
    "allowed_low": "lowest number that counts as reproduced",
    "allowed_high": "highest number that counts as reproduced",
}


def _dataset(paper: Paper, rows: list[dict[str, Any]]) -> xr.Dataset:
    data = xr.Dataset()
    for name in rows[0]:
        values = [row[name] for row in rows]
        label = _NUMBERS.get(name)
        array = np.array(values, float if label else str)
        attrs = {"long_name": label or name.replace("_", " ")}
        if label:
            attrs["units"] = "as in `unit`"
        data[name] = ("entry", array, attrs)
    return data.assign_attrs(
        {
            **_origin(paper),
            "title": paper.title,
            "method": "verdicts follow from the stated tolerances by the rule of papers.verdict",
            "readings": [f"{name}: {dict(given)}" for name, given in paper.readings.items()],
        }
    )
