"""Measured points: a CSV file with one header line that names quantities and their units.

    # Tunnelling, sample 3                        (a comment: kept as a note)
    temperature [K], gap [meV], gap_error [meV]
    1.5, 1.21, 0.03
    4.2, 1.08, 0.03

An empty cell is no number. Units are converted here, at the edge, to those of `QUANTITIES`.
"""

import csv
import hashlib
import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from pairlab import units
from pairlab.errors import InputError, did_you_mean
from pairlab.io.reading import listed, reading
from pairlab.quantities import ABSCISSAS, QUANTITIES

ERROR = "_error"


_KNOWN = {**ABSCISSAS, **QUANTITIES}


@dataclass(frozen=True)
class _Column:
    """A column: its name, its heading as it stands there, and value = offset + scale cell."""

    name: str
    heading: str
    scale: float = 1.0
    offset: float = 0.0

    @property
    def quantity(self) -> str:
        return self.name.removesuffix(ERROR)

    @property
    def is_error(self) -> bool:
        return self.name.endswith(ERROR)


def read_curves(path: str | Path) -> xr.Dataset:
    """Measured points from a CSV file, in pairlab's units.

    Args:
        path: one header line of `name [unit]`, then one line for each point. Names are those of
            ABSCISSAS and QUANTITIES and, for one standard deviation, `<quantity>_error`. Lines that
            start with # are notes; empty lines are skipped; an empty cell is no number.

    Returns: one variable for each column over the dimension `point`, nan where a cell is empty, and
    the attributes measured_file, measured_sha256 and notes.

    Raises: InputError that names the file, the line and the remedy.
    """
    path = Path(path)
    text = _text(path)
    notes: list[str] = []
    lines: list[tuple[int, list[str]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            notes.append(line.lstrip().lstrip("#").strip())
        elif line.strip():
            lines.append((number, _cells(path, number, line)))
    if not lines:
        raise InputError(
            what=f"{path} holds no table",
            why="it has neither a header nor points",
            remedy='begin with a header such as "temperature [K], gap [meV]"',
        )
    columns = _header(path, *lines[0])
    rows = [_row(path, number, columns, cells) for number, cells in lines[1:]]
    if not rows:
        raise _bad(path, lines[0][0], "no point follows the header", "add a line for each point")
    data = xr.Dataset()
    for column, values in zip(columns, np.array(rows).T, strict=True):
        if not np.isfinite(values).any():
            what = f'the column "{column.heading}" holds no number'
            raise _bad(path, lines[0][0], what, "fill it in, or remove it")
        unit, label, _ = _KNOWN[column.quantity]
        label = f"error of the measured {label}" if column.is_error else f"measured {label}"
        data[column.name] = ("point", values, {"units": unit, "long_name": label})
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return data.assign_attrs(measured_file=path.name, measured_sha256=digest, notes=notes)


def checked_curves(points: xr.Dataset) -> xr.Dataset:
    """A dataset of measured points that did not come from a file, known to have the form of one.

    Raises: InputError for an unknown variable, another dimension, or a unit that is not stated.
    """
    for name, values in points.data_vars.items():
        quantity = str(name).removesuffix(ERROR)
        if quantity not in _KNOWN:
            raise InputError(
                what=f'measured points with the variable "{name}"',
                why="no measured quantity has that name",
                remedy=did_you_mean(str(name), _names()),
            )
        unit = _KNOWN[quantity].unit
        if values.dims != ("point",) or values.attrs.get("units", "1") != unit:
            raise InputError(
                what=f"measured points: {name} over {values.dims} in {values.attrs.get('units')}",
                why="measured points have the one dimension point and pairlab's units",
                remedy=f'give ("point", values, {{"units": "{unit}"}})',
            )
    if not any(str(name) in QUANTITIES for name in points.data_vars):
        raise InputError(
            what="measured points without a measured quantity",
            why="the variables are " + (", ".join(map(str, points.data_vars)) or "none"),
            remedy="add one of " + ", ".join(QUANTITIES),
        )
    return points


def _names() -> list[str]:
    return [*_KNOWN, *(name + ERROR for name in QUANTITIES)]


def _text(path: Path) -> str:
    def missing() -> str:
        others = sorted(str(other) for other in path.parent.glob("*.csv"))
        otherwise = "give a CSV file with units in its header"
        return listed("CSV files", others, otherwise=otherwise)

    with reading(
        path,
        "measured points were expected",
        remedy="give a readable CSV file",
        not_text="save the table as CSV in UTF-8",
        missing=missing,
    ):
        return path.read_text(encoding="utf-8-sig")


def _cells(path: Path, number: int, line: str) -> list[str]:
    try:
        (cells,) = csv.reader([line], skipinitialspace=True, strict=True)
    except csv.Error as error:
        raise _bad(path, number, str(error), "correct the quotation marks in that line") from None
    return [cell.strip() for cell in cells]


def _header(path: Path, line: int, cells: list[str]) -> list[_Column]:
    columns: list[_Column] = []
    for cell in cells:
        column = _column(path, line, cell)
        if column.name in [other.name for other in columns]:
            raise _bad(
                path, line, f'the column "{column.name}" stands there twice', "remove one of them"
            )
        columns.append(column)
    names = [column.name for column in columns]
    for column in columns:
        if column.is_error and column.quantity not in names:
            raise _bad(
                path, line, f'"{column.name}" has no column "{column.quantity}"',
                f"add the column {column.quantity}, or remove its error",
            )  # fmt: skip
    if not any(name in QUANTITIES for name in names):
        raise _bad(
            path, line, "no column holds a measured quantity",
            "add one, for example gap [meV]; known are: " + ", ".join(QUANTITIES),
        )  # fmt: skip
    return columns


def _column(path: Path, line: int, cell: str) -> _Column:
    match = re.fullmatch(r"([^\[\]]*?)\s*(?:\[([^\[\]]*)\])?", cell)
    name = re.sub(r"[\s-]+", "_", match[1].strip().lower()) if match else cell
    quantity = name.removesuffix(ERROR)
    if not match or name not in _names():
        if not name or _is_number(cell):
            raise _bad(
                path, line, f'"{cell}" is no heading',
                'begin with a header such as "temperature [K], gap [meV]", cells between commas',
            )  # fmt: skip
        raise _bad(
            path, line, f'the column "{cell}" is not known',
            did_you_mean(name, _names()).rstrip("."),
        )  # fmt: skip
    unit = _KNOWN[quantity].unit
    given = (match[2] or "").strip()
    if not given and unit != "1":
        raise _bad(path, line, f'the column "{cell}" has no unit', f'write "{name} [{unit}]"')
    try:
        (zero, note), (one, _) = (
            units.parse(f"{number} {given or unit}", unit=unit, field=name) for number in (0, 1)
        )
    except InputError as error:
        raise _bad(
            path, line, f'the column "{cell}" has the wrong unit ({error.why})',
            f"give {name} in a unit that converts to {unit}",
        ) from None  # fmt: skip
    if note:
        units.notify(f"{path}, line {line}: {note}")
    return _Column(name, cell, one - zero, 0.0 if name.endswith(ERROR) else zero)


def _row(path: Path, line: int, columns: list[_Column], cells: list[str]) -> list[float]:
    if len(cells) != len(columns):
        counts = f"it has {len(cells)} cells where the header has {len(columns)}"
        raise _bad(path, line, counts, "give one cell for each column (empty for no number)")
    row = {
        column.name: _number(path, line, column, cell)
        for column, cell in zip(columns, cells, strict=True)
    }
    for column in columns:
        name = column.quantity
        if column.is_error and math.isnan(row[column.name]) and math.isfinite(row[name]):
            raise _bad(path, line, f"{name} has no error", "give the error of every point, or none")
    return list(row.values())


def _number(path: Path, line: int, column: _Column, cell: str) -> float:
    if not cell and column.name not in ABSCISSAS:
        return math.nan
    if not _is_number(cell):
        what = f'{column.name} = "{cell}" is not a finite number'
        raise _bad(path, line, what, "correct that cell")
    value = column.offset + column.scale * float(cell)
    if column.is_error and value <= 0:
        raise _bad(
            path, line, f"{column.name} = {cell} is not above 0", "give one standard deviation"
        )
    if column.name in ABSCISSAS and value < 0:
        raise _bad(path, line, f"{column.name} = {cell} is negative", "correct that cell")
    return value


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell)) and "_" not in cell
    except ValueError:
        return False


def _bad(path: Path, line: int, why: str, remedy: str) -> InputError:
    return InputError(what=f"{path}, line {line}", why=why, remedy=remedy)
