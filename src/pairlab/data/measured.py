"""Measured facts: one CSV with units in its header for each source, and a TOML file beside it.

The CSV has the columns `label`, `kind` ("onset", "maximum" or "value") and numbers with units, as
in `pressure [GPa]`; an empty cell is a number that the source does not give. The TOML file names
material, source, DOI, where the numbers stand, how they were read, their errors and their status. A
`class` of materials adds the status that `classes.toml` gives that class.
"""

import csv
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from pairlab.errors import InputError, did_you_mean

FOLDER = Path(__file__).parent

UNITS = {
    "pressure": "GPa",
    "pressure_error": "GPa",
    "critical_temperature": "K",
    "critical_temperature_error": "K",
    "dome_half_width": "GPa",
    "phonon_energy": "meV",
    "phonon_energy_error": "meV",
}
"""The columns of numbers that a data file may have, with the one unit of each."""

KINDS = ("onset", "maximum", "value")
_TEXTS = ("label", "kind")
_REQUIRED = ("material", "quantity", "source", "doi", "where", "method", "errors", "status")
_SHOWN = ("source", "doi", "where", "method", "errors", "status")


def measured(material: str, *, quantity: str = "critical_temperature") -> xr.Dataset:
    """The measured facts of a material, one per entry of the dimension `measurement`.

    Args:
        material: as in `materials()`; the case of letters does not matter.
        quantity: which data sets to take, "critical_temperature" or "phonon_energy".

    Returns: measured_label, measured_kind, measured_source, measured_doi, measured_where,
    measured_method, measured_errors and measured_status (text), and measured_<quantity>,
    measured_pressure and their errors where a source gives them (nan elsewhere). Empty for a
    material of which nothing is held.

    Raises: InputError for a malformed data file, naming file and line.
    """
    return _collect(FOLDER, material, quantity)


def materials() -> tuple[str, ...]:
    """The materials of which measured facts are held. Raises: InputError as `measured`."""
    return tuple(sorted({entry["material"] for _, entry in _described(FOLDER)}))


def _collect(folder: Path, material: str, quantity: str) -> xr.Dataset:
    rows: list[dict[str, Any]] = []
    for path, entry in _described(folder):
        if entry["material"].lower() == material.lower() and entry["quantity"] == quantity:
            texts = {name: entry[name] for name in _SHOWN}
            rows += [{**row, **texts} for row in read_rows(path.with_suffix(".csv"))]
    data = xr.Dataset()
    for name in (*_TEXTS, *_SHOWN):
        data[f"measured_{name}"] = ("measurement", np.array([row[name] for row in rows], str))
        data[f"measured_{name}"].attrs["long_name"] = name
    numbers = {"pressure", quantity} | {name for row in rows for name in row if name in UNITS}
    for name in UNITS:
        if name in numbers:
            values = np.array([row.get(name, np.nan) for row in rows], float)
            attrs = {"units": UNITS[name], "long_name": "measured " + name.replace("_", " ")}
            data[f"measured_{name}"] = ("measurement", values, attrs)
    return data


@cache
def _described(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Every data set's TOML file, with its class's status added, sorted by material and name."""
    classes = _toml(folder / "classes.toml")
    found = []
    for path in sorted(folder.glob("*.toml")):
        if path.name != "classes.toml":
            found.append((path, _description(path, classes)))
    return found


def _description(path: Path, classes: dict[str, Any]) -> dict[str, Any]:
    entry = _toml(path)
    for key in _REQUIRED:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise InputError(
                what=f"{path.name}: {key} is missing",
                why="a measured number is of use only with its source and its status",
                remedy=f'add the line {key} = "..."',
            )
    quantity = entry["quantity"]
    if quantity not in UNITS:
        raise InputError(
            what=f'{path.name}, line {_line_of(path, "quantity")}: quantity = "{quantity}"',
            why="no column of that name can be in a data file",
            remedy=did_you_mean(quantity, UNITS),
        )
    group = entry.get("class")
    if group is not None:
        if group not in classes:
            raise InputError(
                what=f'{path.name}, line {_line_of(path, "class")}: class = "{group}"',
                why="classes.toml has no table of that name",
                remedy=did_you_mean(str(group), classes),
            )
        entry["status"] = f"{entry['status']}; {classes[group]['status']}"
    return entry


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at (line \d+)", str(error))
        raise InputError(
            what=path.name + (f", {place[1]}" if place else ", at its end"),
            why=f"it is not TOML ({str(error).partition(' (at')[0].lower()})",
            remedy="correct that line",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            what=path.name, why=f"it cannot be read ({error})", remedy="restore the file"
        ) from None


def _line_of(path: Path, key: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((i for i, line in enumerate(lines, 1) if line.split("=")[0].strip() == key), 1)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a data file: texts as they are, numbers by column name.

    Raises: InputError that names the file and the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            what=path.name,
            why=f"it cannot be read ({error})",
            remedy="put the data file beside its TOML file",
        ) from None
    reader = csv.reader(lines, strict=True)
    try:
        header = next(reader, [])
        columns = _columns(path, header)
        rows = [_row(path, reader.line_num, columns, cells) for cells in reader if cells]
    except csv.Error as error:
        raise _bad(path, reader.line_num, str(error), "correct the quotes in that line") from None
    if not rows:
        raise _bad(path, 1, "there is no row of data below it", "add one, or remove the file")
    return rows


def _bad(path: Path, line: int, why: str, remedy: str) -> InputError:
    return InputError(what=f"{path.name}, line {line}", why=why, remedy=remedy)


def _columns(path: Path, header: list[str]) -> list[str]:
    """Column names; the units that stand beside them are checked and dropped."""
    names: list[str] = []
    for cell in header:
        match = re.fullmatch(r"\s*(\w+)\s*(?:\[(.*)\])?\s*", cell)
        name, unit = (match[1], match[2] or "") if match else (cell.strip(), "")
        known = {**UNITS, **dict.fromkeys(_TEXTS, "")}
        if name not in known:
            raise _bad(path, 1, f'the column "{cell}" is not known', did_you_mean(name, known))
        if unit != known[name]:
            wanted = f"{name} [{known[name]}]" if known[name] else name
            raise _bad(path, 1, f'the column "{cell}" has another unit', f'write "{wanted}"')
        if name in names:
            raise _bad(path, 1, f'the column "{name}" stands there twice', "remove one of them")
        names.append(name)
    for name in (*_TEXTS, "pressure"):
        if name not in names:
            raise _bad(path, 1, f'the column "{name}" is missing', "add it")
    return names


def _row(path: Path, line: int, columns: list[str], cells: list[str]) -> dict[str, Any]:
    if len(cells) != len(columns):
        counts = f"it has {len(cells)} cells where the header has {len(columns)}"
        raise _bad(path, line, counts, "give one cell for each column (empty for no number)")
    row: dict[str, Any] = {}
    for name, cell in zip(columns, cells, strict=True):
        row[name] = cell.strip() if name in _TEXTS else _number(path, line, name, cell.strip())
    if row["kind"] not in KINDS:
        raise _bad(path, line, f'kind = "{row["kind"]}"', "write one of " + ", ".join(KINDS))
    return row


def _number(path: Path, line: int, name: str, cell: str) -> float:
    if not cell:
        return np.nan
    try:
        value = float(cell)
    except ValueError:
        value = np.nan
    if not np.isfinite(value) or value < 0:
        raise _bad(
            path, line, f'{name} = "{cell}" is not a finite number of {UNITS[name]}, at least 0',
            "correct that cell, or leave it empty",
        )  # fmt: skip
    return value
