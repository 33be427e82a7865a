"""A comparison as a person reads it on the terminal."""

import itertools

import numpy as np
import xarray as xr
from rich.console import Console
from rich.text import Text

from pairlab.cli import tables
from pairlab.quantities import ABSCISSAS, QUANTITIES
from pairlab.solution import CODES, Result
from pairlab.study.compare import statuses

_BEST = 3
"""Observables shown for each pair of mechanisms, where there are at most as many pairs."""

_ALREADY = ("gap", "thermodynamic_critical_field_ratio")
"""Curves whose value at T = 0 is another row of the table, or 1."""


def failures(result: xr.Dataset) -> list[str]:
    """What each mechanism raised, in sentences."""
    pairs = zip(result.mechanism.values, result.failure.values, strict=True)
    return [f"{label}: {text}" for label, text in pairs if text]


def show(out: Console, result: xr.Dataset) -> None:
    """The table of a comparison, deviations from data, what tells the mechanisms apart, status."""
    out.print(Text(str(result.attrs.get("title", "")), style="bold"))
    _numbers(out, result)
    _deviations(out, result)
    if "separation" in result:
        _separations(out, result)
    notes = [("note", text) for text in result.attrs.get("notes", []) if text]
    status = [(f"status of {', '.join(names)}", text) for text, names in statuses(result).items()]
    tables.labelled(out, notes)
    for label, text in status:
        out.print(Text(f"{label}: {text}"))


def _numbers(out: Console, result: xr.Dataset) -> None:
    """Every number, and every curve at its lowest temperature and field."""
    labels = [str(label) for label in result.mechanism.values]
    table = tables.grid(
        ("", "left"), *((label, "right") for label in labels), ("numerical error", "right")
    )
    for name, (unit, label, _) in QUANTITIES.items():
        if name not in result:
            continue
        part = result[[name, f"{name}_error", f"{name}_result_code"]]
        axes = [str(dim) for dim in part[name].dims if dim != "mechanism"]
        part = part.isel(dict.fromkeys(axes, 0))
        if axes and name in _ALREADY and float(part[axes[0]]) == 0:
            continue
        at = " and ".join(f"{float(part[axis]):g} {ABSCISSAS[axis].unit}" for axis in axes)
        heading = label + (f" at {at}" if at else "") + ("" if unit == "1" else f" [{unit}]")
        errors = part[f"{name}_error"].values
        cells = [
            _cell(*one)
            for one in zip(part[name].values, errors, part[f"{name}_result_code"].values,
                           strict=True)
        ]  # fmt: skip
        largest = float(np.nanmax(errors)) if np.isfinite(errors).any() else np.nan
        table.add_row(heading, *cells, tables.shown_error(largest))
    out.print(table)


def _cell(value: float, error: float, code: int) -> str:
    """A number, or why there is none."""
    if code < 0:
        return "not offered"
    result = CODES[code]
    if result.is_good or result is Result.INACCURATE:
        mark = "" if result.is_good else " ?"
        return tables.shown(float(value), float(error)) + mark
    return result.name.lower().replace("_", " ")


def _deviations(out: Console, result: xr.Dataset) -> None:
    """How far each mechanism is from each measured quantity."""
    measured = [name for name in QUANTITIES if f"measured_{name}" in result]
    if not measured:
        return
    labels = [str(label) for label in result.mechanism.values]
    file = result.attrs.get("measured_file", "the measured points")
    table = tables.grid(
        ("", "left"), ("points", "right"), *((label, "right") for label in labels),
        title=f"Deviation from {file}",
    )  # fmt: skip
    for name in measured:
        unit, label, _ = QUANTITIES[name]
        weighted = f"{name}_chi_squared_per_point" in result
        kind = "weighted rms" if weighted else "rms"
        ends = {"deviation": kind + ("" if unit == "1" else f" [{unit}]"),
                "chi_squared_per_point": "chi^2 per point"}  # fmt: skip
        for end, words in ends.items():
            full = f"{name}_{end}"
            if full in result:
                codes = result[f"{full}_result_code"].values
                pairs = zip(result[full].values, codes, strict=True)
                cells = [f"{v:.4g}" if np.isfinite(v) else _cell(v, 0.0, c) for v, c in pairs]
                table.add_row(f"{label}, {words}", str(int(result[f"{name}_points"])), *cells)
    if table.row_count:
        out.print(table)
    missing = [name for name in measured if f"{name}_deviation" not in result]
    if missing:
        out.print(f"Not compared, since no mechanism offers it: {', '.join(missing)}.")


def _separations(out: Console, result: xr.Dataset) -> None:
    """For each pair the observables that differ most, in units of their errors."""
    table = tables.grid(
        ("pair", "left"), ("observable", "left"), ("values", "right"),
        ("difference/error", "right"), title="What tells them apart",
    )  # fmt: skip
    pairs = list(itertools.combinations(range(result.sizes["mechanism"]), 2))
    count = _BEST if len(pairs) <= _BEST else 1
    for i, j in pairs:
        sizes = result.separation.values[:, i, j]
        order = [k for k in np.argsort(-np.nan_to_num(sizes, nan=-1.0), kind="stable")[:count]
                 if sizes[k] > 0]  # fmt: skip
        names = ", ".join(str(result.mechanism.values[k]) for k in (i, j))
        for row, k in enumerate(order):
            table.add_row("" if row else names, *_difference(result, k, i, j))
        if not order:
            table.add_row(names, "nothing that both offer", "", "")
    out.print(table)
    if len(pairs) > 1 and result.attrs.get("tells_all_apart"):
        best = str(result.attrs["tells_all_apart"]).replace("_", " ")
        out.print(f"Best for telling all of them apart: {best}.")
    if result.attrs.get("caption"):
        out.print(str(result.attrs["caption"]))


def _difference(result: xr.Dataset, k: int, i: int, j: int) -> tuple[str, str, str]:
    """Observable with its place, both values, and the difference over the error."""
    unit, _, symbol = QUANTITIES[str(result.observable.values[k])]
    place = str(result.separation_place.values[k, i, j])
    values = [f"{float(result.separation_value.values[k, a, b]):.4g}" for a, b in ((i, j), (j, i))]
    text = ", ".join(values) + ("" if unit == "1" else f" {unit}")
    size = f"{float(result.separation.values[k, i, j]):.3g}"
    return f"{symbol} {place}".strip(), text, size
