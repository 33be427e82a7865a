"""A dataset of any observable as a person reads it: numbers, then a table for each axis."""

import numpy as np
import xarray as xr
from rich.console import Console
from rich.text import Text

from pairlab.cli import tables
from pairlab.solution import CODES

_ROWS = 40  # of an axis that are listed; the others are in the result file
_COLUMNS = 7
_BANDS = 6  # points of the second dimension that become columns of their own


def show(out: Console, dataset: xr.Dataset, *, title: str) -> None:
    """Everything that a terminal can hold; what is left out is said.

    An axis of one point is a number of its own, and a table runs over the longest axis.
    """
    dataset = dataset.squeeze()
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
    columns = [column for name in names for column in _columns(dataset, name)]
    codes = dataset.get("result_code")
    if codes is not None and codes.dims == (axis,) and np.any(codes.values > 1):
        names_of = np.array([CODES[int(code)].name for code in codes.values])
        columns.insert(_COLUMNS - 1, ("code", names_of, np.full(len(names_of), np.nan)))
    unit = str(dataset[axis].attrs.get("units", "1")) if axis in dataset.coords else "1"
    shown, left = columns[:_COLUMNS], columns[_COLUMNS:]
    heading = axis.replace("_", " ") + ("" if unit == "1" else f" [{unit}]")
    table = tables.grid((heading, "right"), *((text, "right") for text, _, _ in shown), title=title)
    size = dataset.sizes[axis]
    rows = np.unique(np.round(np.linspace(0, size - 1, min(size, _ROWS))).astype(int))
    labels = dataset[axis].values if axis in dataset.coords else np.arange(1, size + 1)
    for i in rows:
        table.add_row(
            tables.plain(labels[i].item()), *(_value(v[i], float(e[i])) for _, v, e in shown)
        )
    out.print(table)
    hidden = [text for text, _, _ in left] + [
        name for name in names if not _columns(dataset, name)
    ]
    if len(rows) < size:
        out.print(Text(f"{len(rows)} of {size} rows; -o NAME.nc keeps all.", style="dim"))
    if hidden:
        out.print(Text(f"not shown: {', '.join(hidden)}; -o NAME.nc keeps them.", style="dim"))


def _columns(dataset: xr.Dataset, name: str) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Heading, values and errors of a variable, one for each point of its second dimension; none
    for what has more."""
    axis = _longest(dataset[name])
    array = dataset[name].transpose(axis, ...)
    rest = array.dims[1:]
    if len(rest) > 1 or (rest and array.sizes[rest[0]] > _BANDS):
        return []
    error = dataset.get(f"{name}_error")
    errors = xr.full_like(array, np.nan, dtype=float)
    if error is not None:
        errors = error.broadcast_like(array).transpose(*array.dims)
    unit = str(array.attrs.get("units", "1"))
    heading = name.replace("_", " ") + ("" if unit == "1" else f" [{unit}]")
    if not rest:
        return [(heading, array.values, errors.values)]
    points = array[rest[0]].values if rest[0] in array.coords else np.arange(array.sizes[rest[0]])
    return [
        (f"{heading} {rest[0]} {point}", array.values[:, k], errors.values[:, k])
        for k, point in enumerate(points)
    ]


def _value(value: object, error: float) -> str:
    if isinstance(value, str | np.str_):
        return str(value)
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
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
