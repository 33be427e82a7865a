"""Results as a person reads them on the terminal."""

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import xarray as xr
from rich.console import Console
from rich.text import Text

from pairlab.cli import tables, waves
from pairlab.cli.tables import Column

_BANDS = 24  # gap ratios listed one by one
_ROWS = 60  # points of a sweep listed one by one


def gaps(out: Console, dataset: xr.Dataset) -> None:
    """The gap of each band by temperature."""
    mean = dataset.fermi_gap
    labels = band_labels(mean)
    errors = dataset.gap_error.values.tolist()
    values = np.asarray(mean.values).reshape(mean.sizes["temperature"], -1)
    columns = [
        Column(
            f"gap {label} [meV]".replace("  ", " "),
            [tables.shown(float(x), error) for x, error in zip(row, errors, strict=True)],
        )
        for label, row in zip(labels, values.T, strict=True)
    ]  # fmt: skip
    columns.append(Column("error [meV]", [tables.shown_error(error) for error in errors]))
    if "chemical_potential" in dataset:
        rows = (dataset.isel(temperature=i) for i in range(len(errors)))
        cells = [cell for row in rows for cell in _with_error(row, "chemical_potential")]
        columns.append(Column("mu [meV]", cells))
    kelvin = Column("T [K]", [f"{t:g}" for t in dataset.temperature.values.tolist()])
    tables.columns(out, kelvin, columns)
    if mean.long_name != "gap":
        out.print(Text(f"{mean.long_name[:1].upper()}{mean.long_name[1:]}.", style="dim"))
    if np.any(dataset.gap_changes_sign):
        out.print("The gap changes sign.")
    if "gap_phase" in dataset:
        _phases(out, dataset, labels)
    for kelvin in np.atleast_1d(dataset.get("branch_change_temperature", [])):
        out.print(f"Complex phases begin or end at {float(kelvin):.6g} K.")


def _phases(out: Console, dataset: xr.Dataset, labels: list[str]) -> None:
    """Phases of gaps that break time reversal, where there is one for each band."""
    out.print("The gaps have relative phases (time reversal is broken): above are their sizes.")
    if dataset.gap_phase.shape != dataset.fermi_gap.shape:
        return
    columns = [(f"phase {label} [rad]", "right") for label in labels]
    table = tables.grid(("T [K]", "right"), *columns)
    phases = dataset.gap_phase.values.reshape(dataset.sizes["temperature"], -1)
    for kelvin, row in zip(dataset.temperature.values, phases, strict=True):
        table.add_row(f"{kelvin:g}", *(f"{phase:.4f}" for phase in row))
    out.print(table)


def _with_error(row: xr.Dataset, name: str) -> list[str]:
    """One cell: a number with the digits that its error leaves."""
    return [tables.shown(float(row[name]), float(row.get(f"{name}_error", np.nan)))]


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
    if "standing_wave_energy" in dataset:
        waves.show(out, dataset)
    if "dome_critical_temperature" in dataset:
        dome, errors = (dataset[f"dome_critical_temperature{part}"] for part in ("", "_error"))
        _along(out, [_Column(_HEADINGS["critical_temperature"], dome, errors)])
    if dataset.sizes.get("measurement", 0):
        _measured(out, dataset)


def _scalars(dataset: xr.Dataset) -> Iterable[tuple[str, float, float, str]]:
    """(label, value, error, unit) of what is one number, and of gap ratios, of one point."""
    for name, label, unit in (
        ("critical_temperature", "critical temperature Tc", "K"),
        ("isotope_coefficient", "isotope coefficient", ""),
        ("electron_phonon_coupling", "coupling lambda", ""),
        ("log_frequency", "phonon frequency w_log", "meV"),
        ("second_frequency", "phonon frequency w2", "meV"),
        ("specific_heat_jump", "specific-heat jump/(gamma Tc)", ""),
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
    """A sweep: every point of a short axis, else what is found along the longest axis."""
    columns = _swept(dataset)
    if not columns:
        return
    first = columns[0].values
    if first.ndim > 1 or first.size > _ROWS:
        _along(out, columns)
        return
    axis = str(first.dims[0])
    units = dataset[axis].attrs.get("units", "1")
    heading = axis if units == "1" else f"{axis} [{units}]"
    table = tables.grid((heading, "right"), *((column.heading, "right") for column in columns))
    for i in range(first.size):
        cells = [tables.shown(float(c.values[i]), float(c.errors[i])) for c in columns]
        table.add_row(tables.plain(dataset[axis].values[i]), *cells)
    out.print(table)


@dataclass(frozen=True)
class _Column:
    """One number for each point of a sweep: its heading, values and errors over the axes."""

    heading: str
    values: xr.DataArray
    errors: xr.DataArray


_HEADINGS = {
    "critical_temperature": "Tc [K]",
    "isotope_coefficient": "isotope coefficient",
    "gap_ratio": "2 Delta(0)/(k Tc)",
}


def _swept(dataset: xr.Dataset) -> list[_Column]:
    """The observables of a sweep; what a dataset holds of one point has codes without axes."""
    columns = []
    for name, heading in _HEADINGS.items():
        codes = dataset.get(f"{name}_result_code")
        if name not in dataset or codes is None or not codes.ndim:
            continue
        values, errors = xr.broadcast(dataset[name], dataset[f"{name}_error"])
        bands = [dim for dim in values.dims if dim not in codes.dims]
        for index in np.ndindex(*(values.sizes[dim] for dim in bands)):
            at = dict(zip(bands, index, strict=True))
            words = " ".join(f"{dim} {values[dim].values[i]}" for dim, i in at.items())
            order = tuple(map(str, codes.dims))
            columns.append(_Column(
                f"{heading} {words}".strip(),
                values.isel(at).transpose(*order), errors.isel(at).transpose(*order),
            ))  # fmt: skip
    return columns


def _along(out: Console, columns: list[_Column]) -> None:
    """Along the longest axis, one row for each value of the others: the highest Tc and where it is,
    and the range of what else was calculated. A grid has no more than its points."""
    dims = [str(dim) for dim in columns[0].values.dims]
    along = max(reversed(dims), key=lambda dim: columns[0].values.sizes[dim])
    rest = [dim for dim in dims if dim != along]
    names = [dim.removeprefix("dome_") for dim in (*rest, along)]
    has_tc = columns[0].heading == _HEADINGS["critical_temperature"]
    others = columns[1:] if has_tc else columns
    top = [(f"at {names[-1]}", "right"), ("highest Tc [K]", "right"), ("", "left")]
    table = tables.grid(
        *((name, "right") for name in names[:-1]), *(top if has_tc else []),
        *((f"{column.heading}, range", "right") for column in others),
        title=("Highest Tc on this grid" if has_tc else "On this grid") + f" along {names[-1]}",
    )  # fmt: skip
    sizes = [columns[0].values.sizes[dim] for dim in rest]
    for row in itertools.islice(np.ndindex(*sizes), _ROWS):
        at = dict(zip(rest, row, strict=True))
        cells = [tables.plain(columns[0].values[dim].values[i].item()) for dim, i in at.items()]
        cells += _top(columns[0], at, along) if has_tc else []
        table.add_row(*cells, *(_extent(column, at) for column in others))
    out.print(table)
    left = math.prod(sizes) - _ROWS
    if left > 0:
        out.print(Text(f"{left} more rows are in the result file.", style="dim"))


def _top(column: _Column, at: dict[str, int], along: str) -> list[str]:
    """Where the highest value is, the value, and whether the axis ends there."""
    line, errors = column.values.isel(at), column.errors.isel(at)
    if not np.isfinite(line).any():
        return ["-", "-", ""]
    best = int(line.argmax(along, skipna=True))
    place = tables.plain(line[along].values[best].item())
    numeric = line[along].dtype.kind in "fiu"
    # Of an axis that ends while Tc rises nothing is known but that.
    end = numeric and line.size > 1 and best in (0, line.size - 1)
    if float(line[best]) == 0:
        return ["-", "0", "no superconductivity"]
    number = tables.shown(float(line[best]), float(errors[best]))
    return [place, number, "at the end of the axis" if end else ""]


def _extent(column: _Column, at: dict[str, int]) -> str:
    values = column.values.isel(at).values
    values = values[np.isfinite(values)]
    if not values.size:
        return "-"
    low, high = (tables.shown(float(x), 1e-4 * abs(float(x))) for x in (values.min(), values.max()))
    return low if low == high else f"{low} to {high}"


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
