"""Results as a person reads them on the terminal."""

import math
from collections.abc import Iterable

import numpy as np
import xarray as xr
from rich.console import Console
from rich.text import Text

from pairlab.commandline import tables

_BANDS = 24  # gap ratios listed one by one
_ROWS = 60  # points of a sweep listed one by one


def gaps(out: Console, dataset: xr.Dataset) -> None:
    """The gap of each band by temperature."""
    mean = dataset.fermi_gap
    labels = band_labels(mean)
    columns = [(f"gap {label} [meV]".replace("  ", " "), "right") for label in labels]
    potential = "chemical_potential" in dataset
    extra = [("mu [meV]", "right")] if potential else []
    table = tables.grid(("T [K]", "right"), *columns, ("error [meV]", "right"), *extra)
    values = np.asarray(mean.values).reshape(mean.sizes["temperature"], -1)
    for i, row in enumerate(values):
        error = float(dataset.gap_error[i])
        cells = [tables.shown(float(x), error) for x in row]
        mu = [tables.shown(float(dataset.chemical_potential[i]))] if potential else []
        table.add_row(f"{float(dataset.temperature[i]):g}", *cells, tables.shown_error(error), *mu)
    out.print(table)
    if mean.long_name != "gap":
        out.print(Text(f"{mean.long_name.capitalize()}.", style="dim"))
    if np.any(dataset.gap_changes_sign):
        out.print("The gap changes sign.")


def band_labels(array: xr.DataArray) -> list[str]:
    """"subband 1", ... for every point of the dimensions after the first."""
    names = [""]
    for dim in array.dims[1:]:
        points = array[dim].values if dim in array.coords else np.arange(1, array.sizes[dim] + 1)
        names = [f"{name} {dim} {point}".strip() for name in names for point in points]
    return names


def report(out: Console, dataset: xr.Dataset) -> None:
    """The numbers of a standard report."""
    table = tables.grid(("quantity", "left"), ("value", "right"), ("numerical error", "right"))
    for label, value, error, unit in _scalars(dataset):
        text = f"{tables.shown(value, error)} {unit}".rstrip()
        table.add_row(label, text, tables.shown_error(error))
    if table.row_count:
        out.print(table)
    if "critical_temperature" in dataset and np.all(dataset.critical_temperature == 0):
        out.print("No superconductivity: Tc is below 1e-6 K.")
    if "dome_critical_temperature" in dataset:
        _highest(out, dataset.dome_critical_temperature)
    if dataset.sizes.get("measurement", 0):
        _measured(out, dataset)


def _scalars(dataset: xr.Dataset) -> Iterable[tuple[str, float, float, str]]:
    """(label, value, error, unit) of Tc, isotope coefficient and gap ratios, of one point."""
    for name, label, unit in (
        ("critical_temperature", "critical temperature Tc", "K"),
        ("isotope_coefficient", "isotope coefficient", ""),
    ):
        if name in dataset and not dataset[name].ndim:
            error = float(dataset.get(f"{name}_error", np.nan))
            yield (label, float(dataset[name]), error, unit)
    if "gap_ratio" not in dataset or dataset.gap_ratio.size > _BANDS:
        return
    ratio = dataset.gap_ratio
    labels = band_labels(ratio.expand_dims("first")) if ratio.ndim else [""]
    errors = np.broadcast_to(dataset.gap_ratio_error, ratio.shape).ravel()
    for label, value, error in zip(labels, ratio.values.ravel(), errors, strict=True):
        yield (f"2 Delta(0)/(k Tc) {label}".rstrip(), float(value), float(error), "")


def sweep(out: Console, dataset: xr.Dataset) -> None:
    """A sweep: every point of a short axis, else the highest Tc along the last axis."""
    tc = dataset.get("critical_temperature")
    if tc is not None and tc.ndim == 1 and tc.size <= _ROWS:
        axis = str(tc.dims[0])
        names = [n for n in ("critical_temperature", "isotope_coefficient") if n in dataset]
        units = dataset[axis].attrs.get("units", "1")
        heading = axis if units == "1" else f"{axis} [{units}]"
        table = tables.grid(
            (heading, "right"),
            *((text, "right") for text in ("Tc [K]", "isotope coefficient")[: len(names)]),
        )
        for i in range(tc.size):
            cells = [
                tables.shown(float(dataset[n][i]), float(dataset[f"{n}_error"][i])) for n in names
            ]
            table.add_row(tables.plain(dataset[axis].values[i]), *cells)
        out.print(table)
    elif tc is not None and tc.ndim:
        _highest(out, tc)


def _highest(out: Console, dome: xr.DataArray) -> None:
    """The highest Tc along the last axis, one row for each value of the axes before it."""
    *rest, along = (str(dim) for dim in dome.dims)
    names = [dim.removeprefix("dome_") for dim in (*rest, along)]
    table = tables.grid(*((name, "right") for name in names[:-1]), (f"at {names[-1]}", "right"),
                 ("highest Tc [K]", "right"), title=f"Highest Tc along {names[-1]}")  # fmt: skip
    for index in np.ndindex(*dome.shape[:-1]):
        line = dome.isel(dict(zip(rest, index, strict=True)))
        if not np.isfinite(line).any():
            continue
        best = line.isel({along: int(line.argmax(along, skipna=True))})
        cells = [tables.plain(best[dim].item()) for dim in (*rest, along)]
        table.add_row(*cells, f"{float(best):.6g}")
    out.print(table)


def _measured(out: Console, dataset: xr.Dataset) -> None:
    """Measured facts with source and status."""
    table = tables.grid(
        ("measured", "left"), ("Tc [K]", "right"), ("P [GPa]", "right"),
        ("source and status", "left"), title="Measured, for comparison",
    )  # fmt: skip
    for i in range(dataset.sizes["measurement"]):
        row = dataset.isel(measurement=i)
        table.add_row(
            _text(row, "measured_label"),
            _plain(row, "measured_critical_temperature"),
            _plain(row, "measured_pressure"),
            ": ".join(filter(None, (_text(row, "measured_source"), _text(row, "measured_status")))),
        )
    out.print(table)


def _text(row: xr.Dataset, name: str) -> str:
    return str(row[name].item()) if name in row else ""


def _plain(row: xr.Dataset, name: str) -> str:
    value = float(row[name]) if name in row else math.nan
    return f"{value:g}" if math.isfinite(value) else ""
