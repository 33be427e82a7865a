"""The ledger: what a paper printed, recomputed and judged.

Every paper is known by the name of its folder. Verdicts follow from the printed number, the
tolerance stated with it and what is computed, by the rule of `papers.verdict`.
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

from pairlab.errors import CapabilityError, InputError, did_you_mean
from pairlab.observables.datasets import program_version
from pairlab.papers.questions import (
    KEYS,
    Functions,
    Question,
    Wrong,
    answer,
    called,
    named,
    question_of,
)
from pairlab.papers.sentences import ranged, why
from pairlab.papers.verdict import Computed, Statement, hull, judge

FOLDER = Path(__file__).parent
LEDGER = "ledger.toml"
_TEXTS = ("key", "where", "quantity", "printed", "reason")
_JUDGED = ("unit", "value", "low", "high", "label", "tolerance", "ratio", "against", "readings")
_KNOWN = {*_TEXTS, *_JUDGED, "compute", "arguments", *KEYS}


@dataclass(frozen=True)
class Entry:
    """One printed statement and how it is recomputed: by a function, or by asking an observable.

    compute: the function, "" where a question is asked. readings: names of the readings of omitted
    inputs it is computed for. against: the other printed statement that the computed number follows
    from, where there is one.
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
    question: Question | None
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
    return tuple(sorted(path.parent.name for path in FOLDER.glob(f"*/{LEDGER}")))


def folder_of(key: str) -> Path:
    """The folder of a paper. Raises: InputError with a suggestion."""
    if key not in papers():
        raise InputError(
            what=f'there is no paper "{key}" in the ledger',
            why="papers are known by first author and year, sets of formulas by a name",
            remedy=did_you_mean(key, papers()),
        )
    return FOLDER / key


def _module(key: str, name: str) -> ModuleType | None:
    """A module of a paper's folder, where there is one."""
    whole = f"pairlab.papers.{key}.{name}"
    try:
        return import_module(whole)
    except ModuleNotFoundError as error:
        if not whole.startswith(str(error.name)):
            raise
        return None


def functions_of(key: str) -> Functions:
    """The functions of a paper, none where its ledger asks observables only."""
    module = _module(key, "compute")
    return Functions(
        computed=getattr(module, "COMPUTED", {}),
        mechanisms=getattr(module, "MECHANISMS", {}),
        reductions=getattr(module, "REDUCTIONS", {}),
    )


def figure_data(key: str) -> dict[str, xr.Dataset]:
    """The data of the counterparts of a paper's figures, by name, with its sources and status.

    None where its folder has no `figures.py`. Raises: InputError.
    """
    origin = _origin(read_paper(folder_of(key) / LEDGER))
    figures = _module(key, "figures")
    found = figures.figure_data() if figures else {}
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
    return recompute(read_paper(folder_of(key) / LEDGER), progress=progress)


def recompute(paper: Paper, *, progress: Callable[[int, int], None] | None = None) -> xr.Dataset:
    """As `reproduce`, for a ledger that was read from any file."""
    rows = []
    for number, entry in enumerate(paper.entries, 1):
        rows.append(_row(entry, evaluate(paper, entry)))
        if progress is not None:
            progress(number, len(paper.entries))
    return _dataset(paper, rows)


def evaluate(paper: Paper, entry: Entry) -> dict[str, Computed]:
    """What an entry's function gives, or the observable that it asks, for each of its readings.

    Raises: InputError that names the file and the entry.
    """
    functions = functions_of(paper.key)
    readings = {name: paper.readings[name] for name in entry.readings} or {"": {}}
    try:
        if entry.question:
            return {
                name: answer(entry.question, functions, reading.get("changes", {}))
                for name, reading in readings.items()
            }
        function = named(functions.computed, entry.compute, "compute")
        return {
            name: called(function, {**entry.arguments, **reading})
            for name, reading in readings.items()
        }
    except (InputError, CapabilityError) as error:
        raise InputError(
            what=f'{paper.key}/{LEDGER}, entry "{entry.key}": {error.what}',
            why=error.why,
            remedy=error.remedy,
        ) from error


def read_paper(path: Path) -> Paper:
    """The ledger in a file. Raises: InputError that names the file and the entry."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            what=_name(path), why=f"it is not TOML ({error})", remedy="correct that line"
        ) from None
    readings = {
        one["name"]: {k: v for k, v in one.items() if k not in ("name", "why")}
        for one in table.get("reading", [])
    }
    return Paper(
        key=path.parent.name,
        title=table["title"],
        cite=tuple(table["cite"]),
        status=table["status"],
        readings=readings,
        entries=tuple(_entry(path, item, readings) for item in table.get("entry", [])),
    )


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _entry(path: Path, item: dict[str, Any], readings: Mapping[str, Any]) -> Entry:
    name = f'{_name(path)}, entry "{item.get("key", "?")}"'

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
    question = question_of(item, wrong)
    _can_be_computed(item, question, {text: readings[text] for text in chosen}, wrong)
    return Entry(
        key=item["key"],
        where=item["where"],
        quantity=item["quantity"],
        printed=item["printed"],
        statement=_statement(item, wrong),
        unit=item.get("unit", ""),
        reason=item["reason"],
        compute=item.get("compute", ""),
        arguments=item.get("arguments", {}),
        question=question,
        against=against,
        readings=tuple(chosen),
    )


def _can_be_computed(
    item: dict[str, Any], question: Question | None, readings: Mapping[str, Any], wrong: Wrong
) -> None:
    """An entry names a function, or asks an observable; then readings change parameters only."""
    if question is None:
        if not isinstance(item.get("compute"), str) or not item["compute"]:
            why = "an entry names a function or asks an observable"
            raise wrong("compute is missing", why, "add compute or observable")
        return
    for name, reading in readings.items():
        for key in set(reading) - {"changes"}:
            remedy = f"write changes = {{ {key} = ... }} in that reading"
            raise wrong(f'reading "{name}": {key}', "an observable takes changes only", remedy)


def _statement(item: dict[str, Any], wrong: Wrong) -> Statement:
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


def _ratio(given: Any, low: float, high: float, wrong: Wrong) -> tuple[float, float]:
    """The interval of a ratio whose parts lie in two ranges: no tolerance is symmetric about it."""
    parts: list[Any] = [given.get(name) for name in ("of", "to")] if isinstance(given, dict) else []
    if len(parts) != 2 or not all(
        isinstance(part, list) and len(part) == 2 and 0 < part[0] <= part[1] for part in parts
    ):
        raise wrong(
            "ratio",
            "it has two ranges of positive numbers",
            "ratio = { of = [1.5, 2.5], to = [3.5, 4.5] }",
        )
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
        "computed_text": first.label or ranged(first.low, first.high, entry.unit),
        "computed_how": "quoted" if first.quoted else "calculated",
        "error": first.error,
        "tolerance": statement.tolerance,
        "allowed_low": statement.interval[0],
        "allowed_high": statement.interval[1],
        "tolerance_reason": entry.reason,
        "verdict": verdict,
        "why": why(
            statement,
            readings,
            verdict,
            unit=entry.unit,
            reason=entry.reason,
            against=entry.against,
        ),
    }


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
