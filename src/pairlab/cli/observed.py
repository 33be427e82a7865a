"""A dataset of any observable as a person reads it: numbers, then a table for each axis."""

import numpy as np
import xarray as xr
from rich.console import Console
from rich.text import Text

from pairlab.cli import tables
from pairlab.cli.tables import Column
from pairlab.solution import CODES

_ROWS = 40  # of an axis that are listed; the others are in the result file
_COLUMNS = 12
_BANDS = 6  # points of further dimensions that become columns of their own
_HEADING = 32  # characters of a description that may head a column
_TEXT = 24  # characters of the longest text in a column; longer ones stand below the table


def show(out: Console, dataset: xr.Dataset, *, title: str) -> None:
    """Everything that a terminal can hold; what is left out is said.

    An axis of one point is a number of its own, unless it names its point, and a table runs over
    the longest axis.
    """
    single = [dim for dim, size in dataset.sizes.items() if size == 1]
    dataset = dataset.squeeze([dim for dim in single if dataset[dim].dtype.kind != "U"])
    names = [str(name) for name in dataset.data_vars if not _belongs(dataset, str(name))]
    held = [str(name) for name, values in dataset.coords.items() if not values.ndim]
    scalars = [*held, *(name for name in names if not dataset[name].ndim)]
    if scalars:
        table = tables.grid(("quantity", "left"), ("value", "right"), ("numerical error", "right"))
        for name in scalars:
            table.add_row(_label(dataset[name]), _cell(dataset, name), _error(dataset, name))
        out.print(table)
    over = {name: _longest(dataset[name]) for name in names if dataset[name].ndim}
    for axis in dict.fromkeys(over.values()):
        _table(out, dataset, axis, [name for name in over if over[name] == axis], title)


def _longest(array: xr.DataArray) -> str:
    return max(map(str, array.dims), key=lambda dim: array.sizes[dim])


def _belongs(dataset: xr.Dataset, name: str) -> bool:
    """Whether a variable stands beside another one: its error or its code."""
    if name == "result_code" or name.endswith("_result_code"):
        return True
    return name.endswith("_error") and name.removesuffix("_error") in dataset


def _table(out: Console, dataset: xr.Dataset, axis: str, names: list[str], title: str) -> None:
    units = _units_by_row(dataset, names)
    texts = {name for name in names if name not in units and _is_long_text(dataset[name])}
    kept = [name for name in names if name not in texts and name not in units]
    columns = [column for name in kept for column in _columns(dataset, name, units)]
    codes = dataset.get("result_code")
    if codes is not None and codes.dims == (axis,) and np.any(codes.values > 1):
        written = [CODES[int(code)].name for code in codes.values]
        columns.insert(0, Column("code", written, "left"))
    shown, left = columns[:_COLUMNS], columns[_COLUMNS:]
    size = dataset.sizes[axis]
    rows = np.unique(np.round(np.linspace(0, size - 1, min(size, _ROWS))).astype(int))
    tables.columns(out, _labels(dataset, axis), shown, rows=rows, title=title)
    if len(rows) < size and shown:
        out.print(Text(f"{len(rows)} of {size} rows; -o NAME.nc keeps all.", style="dim"))
    hidden = [column.heading for column in left]
    hidden += [name for name in kept if not _columns(dataset, name, units)]
    if hidden:
        out.print(Text(f"not shown: {', '.join(hidden)}; -o NAME.nc keeps them.", style="dim"))
    for name in sorted(texts):
        _below(out, dataset, axis, name)


def _labels(dataset: xr.Dataset, axis: str) -> Column:
    """The axis itself."""
    if axis not in dataset.coords:
        return Column(axis.replace("_", " "), [str(i + 1) for i in range(dataset.sizes[axis])])
    along = dataset[axis]
    unit = str(along.attrs.get("units", "1"))
    heading = axis.replace("_", " ") + ("" if unit == "1" else f" [{unit}]")
    justify = "left" if along.dtype.kind == "U" else "right"
    return Column(heading, [tables.plain(value.item()) for value in along.values], justify)


def _units_by_row(dataset: xr.Dataset, names: list[str]) -> dict[str, list[str]]:
    """Variables that hold the unit of others, row by row."""
    used = " ".join(str(dataset[name].attrs.get("units", "")) for name in names).split()
    return {
        name: dataset[name].values.astype(str).tolist() for name in names
        if name in used and dataset[name].dtype.kind == "U"
    }  # fmt: skip


def _is_long_text(array: xr.DataArray) -> bool:
    is_text = array.dtype.kind == "U" and array.ndim == 1
    return is_text and max(map(len, array.values)) > _TEXT


def _below(out: Console, dataset: xr.Dataset, axis: str, name: str) -> None:
    """Long texts, each once, behind the points that they belong to."""
    texts = dataset[name].values.astype(str)
    labels = np.array(_labels(dataset, axis).cells)
    rows = []
    for text in dict.fromkeys(texts):
        where = labels[texts == text]
        whole = len(where) == len(texts) > 1
        more = "; ..." if len(where) > _ROWS // 4 else ""
        rows.append(("all" if whole else "; ".join(where[: _ROWS // 4]) + more, text))
    tables.labelled(out, rows)


def _columns(dataset: xr.Dataset, name: str, units: dict[str, list[str]]) -> list[Column]:
    """A variable, one column for each point of its further dimensions; none where these are many.
    """
    axis = _longest(dataset[name])
    array = dataset[name].transpose(axis, ...)
    rest = [str(dim) for dim in array.dims[1:]]
    if np.prod([array.sizes[dim] for dim in rest], initial=1) > _BANDS:
        return []
    error = dataset.get(f"{name}_error")
    errors = xr.full_like(array, np.nan, dtype=float) if error is None else error
    errors = errors.broadcast_like(array).transpose(*array.dims)
    words, by_row = _unit(array, units)
    columns = []
    for place in np.ndindex(*(array.sizes[dim] for dim in rest)):
        at = dict(zip(rest, place, strict=True))
        heading = " ".join([words, *(_point(array, dim, i) for dim, i in at.items())])
        one, known = array.isel(at).values, errors.isel(at).values
        cells = [_value(value, float(e)) for value, e in zip(one, known, strict=True)]
        if by_row:
            cells = [f"{cell} {unit}".strip() for cell, unit in zip(cells, by_row, strict=True)]
        justify = "left" if by_row or array.dtype.kind == "U" else "right"
        columns.append(Column(heading, cells, justify))
    return columns


def _point(array: xr.DataArray, dim: str, place: int) -> str:
    known = array[dim].values[place].item() if dim in array.coords else place
    unit = str(array[dim].attrs.get("units", "1")) if dim in array.coords else "1"
    words = f"{dim.replace('_', ' ')} {tables.plain(known)}"
    return words if unit == "1" else f"{words} {unit}"


def _unit(array: xr.DataArray, units: dict[str, list[str]]) -> tuple[str, list[str]]:
    """The heading of a variable with its unit, or the unit of each row."""
    name, said = str(array.name).replace("_", " "), str(array.attrs.get("long_name", ""))
    words = said if 0 < len(said) <= max(len(name), _HEADING) else name
    unit = str(array.attrs.get("units", "1"))
    for variable, each in units.items():
        if variable in unit.split():
            before = unit.removesuffix(variable).removesuffix(" over ")
            return words, [_ratio(before, one) for one in each]
    return words + ("" if unit == "1" else f" [{unit}]"), []


def _ratio(above: str, below: str) -> str:
    if not above:
        return "" if below == "1" else below
    return above if below == "1" else f"{above}/{below}"


def _value(value: object, error: float) -> str:
    if isinstance(value, str | np.str_):
        return str(value)
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return str(value)
    known = float(error) if np.isfinite(error) and error > 0 else 0.0
    return tables.shown(float(value), known)  # type: ignore[arg-type]


def _label(array: xr.DataArray) -> str:
    return str(array.attrs.get("long_name", "")) or str(array.name).replace("_", " ")


def _cell(dataset: xr.Dataset, name: str) -> str:
    error = dataset.get(f"{name}_error")
    text = _value(dataset[name].item(), float("nan") if error is None else float(error))
    unit = str(dataset[name].attrs.get("units", "1"))
    return text if unit == "1" else f"{text} {unit}"


def _error(dataset: xr.Dataset, name: str) -> str:
    error = dataset.get(f"{name}_error")
    return "" if error is None else tables.shown_error(float(error))
