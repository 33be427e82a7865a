"""Figures of results: the variables of a dataset choose the panels, never its mechanism."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from pairlab.errors import InputError
from pairlab.plot import description as d
from pairlab.plot.comparison import comparison_panels, is_comparison
from pairlab.plot.grid import BANDS, CURVES, grid_panels, scaled, separately
from pairlab.plot.labels import (
    axis_label,
    footer,
    headline,
    is_normal,
    words_for,
)
from pairlab.plot.measured import measured_panels
from pairlab.plot.phonons import phonon_panels
from pairlab.plot.series import curve, errors, only_good, trusted
from pairlab.plot.standing_waves import wave_panels
from pairlab.plot.style import band_appearance
from pairlab.plot.tunnelling import conductance_panels, tunnelling_panels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_PANELS = 9
"""More than this do not fit one page; the others can be drawn from their own variables."""

_WEAK_COUPLING_RATIO = 3.52775398  # 2 pi / e^gamma

_NORMAL = "normal_"

_TABLES = {"measurement", "wave"}
"""Dimensions that only count rows, whose variables no panel shows one by one."""

_CRUMBS = ("_error", "_result_code")
_SUPPORT = ("result_code", "fermi_gap", "subband_density_of_states", "chemical_potential",
            "cumulative_coupling")  # fmt: skip
"""Variables that are drawn within the panel of another one."""


def plot(dataset: xr.Dataset, path: str | Path | None = None) -> "Figure":
    """Draw a result of pairlab: a report, a sweep, gaps, spectra, measured facts.

    Args:
        dataset: from `run`, `sweep`, `gap`, `density_of_states`, ... or read from a result file.
        path: where to save it, if anywhere: .png (300 dots per inch), .pdf or .svg.

    Returns: a matplotlib figure at its printed size, bound to no window.

    Raises: InputError where there is nothing to draw or the extension is unknown; OutputError where
    the file cannot be written (an old file is then still there).
    """
    from pairlab.plot.matplotlib_backend import render, save

    figure = render(describe(dataset))
    if path is not None:
        save(figure, path)
    return figure


def describe(dataset: xr.Dataset, *, curves: int = CURVES) -> d.Figure:
    """What the figure of a dataset shows, for any drawing library.

    Args:
        dataset: as for `plot`.
        curves: at most this many curves of a family are drawn, evenly spread over it.

    Raises: InputError where the dataset holds no variable over an axis.
    """
    if not isinstance(dataset, xr.Dataset):
        raise InputError(
            what=f"cannot draw a {type(dataset).__name__}",
            why="figures are drawn from datasets: values over axes, with units",
            remedy="pass what run, sweep, gap or density_of_states returns",
        )
    if "verdict" in dataset:
        raise InputError(
            what="there is nothing to draw",
            why="the ledger of a paper holds verdicts, not curves",
            remedy="draw the counterparts of its figures with `pairlab reproduce "
            f"{dataset.attrs.get('paper', 'PAPER')}`",
        )
    panels = _panels(dataset, curves)
    if not panels:
        raise InputError(
            what="there is nothing to draw",
            why="the dataset has no variable over an axis; it holds "
            + (", ".join(map(str, dataset.variables)) or "nothing"),
            remedy="pass a result over temperatures, energies or swept parameters",
        )
    return arranged(panels, title=headline(dataset), footer=footer(dataset))


_LONG = 14
"""Letters of a label beyond which a third of a page is too narrow for a legend."""


def arranged(panels: list[d.Panel], *, title: str, footer: str) -> d.Figure:
    """Panels on one page: one column of a journal for a single panel, else both columns."""
    count = len(panels)
    if count == 1:
        return d.Figure(tuple(panels), title, footer, d.ONE_COLUMN, columns=1, row_height=62.0)
    labels = (getattr(one, "label", "") for panel in panels for one in panel.series)
    longest = max(map(len, labels), default=0)
    columns = 2 if count in (2, 4) or longest > _LONG else 3
    height = 62.0 if columns == 2 else 52.0
    return d.Figure(tuple(panels), title, footer, d.TWO_COLUMNS, columns, height)


def _panels(dataset: xr.Dataset, curves: int) -> list[d.Panel]:
    """As many panels as fit a page: the most telling variables first, measured facts last."""
    if is_comparison(dataset):
        return comparison_panels(dataset)
    silent = _says_nothing(dataset)
    chosen = {n: recipe for n, recipe in _SPECIAL.items() if n in dataset and n not in silent}
    rest = [
        str(name)
        for name, values in dataset.data_vars.items()
        if name not in _SPECIAL
        and name not in silent
        and name not in _SUPPORT
        and not str(name).endswith(_CRUMBS)
        and not _TABLES & {*values.dims}
        and not (str(name).startswith(_NORMAL) and str(name)[len(_NORMAL) :] in dataset)
        and values.ndim
        and values.dtype.kind in "fiu"
    ]
    first = [name for name in rest if str(name).startswith("dome_")]
    last = [name for name in rest if name not in first]
    if _varies(dataset, "chemical_potential"):
        last.append("chemical_potential")
    main = [panel for name in first for panel in grid_panels(dataset, name, curves=curves)]
    main += [panel for recipe in chosen.values() for panel in recipe(dataset)]
    facts = measured_panels(dataset) if "measurement" in dataset.dims else []
    for name in last:
        main += _with_normal_state(dataset, name, grid_panels(dataset, name, curves=curves))
    return main[: MOST_PANELS - len(facts)] + facts


def _says_nothing(dataset: xr.Dataset) -> set[str]:
    """Without superconductivity: what is zero, not defined or one point; unless nothing is left."""
    if not is_normal(dataset):
        return set()
    shown = {str(n): v for n, v in dataset.data_vars.items() if v.ndim and v.dtype.kind in "fiu"}
    shown = {n: v for n, v in shown.items() if not n.endswith((*_CRUMBS, *_SUPPORT))}
    silent = {
        name
        for name, values in shown.items()
        if not bool((np.nan_to_num(values) != 0).any())
        or (values.dims == ("temperature",) and values.size == 1)
    }
    return silent if silent != set(shown) else set()


def _with_normal_state(dataset: xr.Dataset, name: str, panels: list[d.Panel]) -> list[d.Panel]:
    """The panel of a quantity with that of the normal state in it, where there is one."""
    normal = dataset.get(_NORMAL + name)
    if normal is None or normal.dims != dataset[name].dims or normal.ndim != 1:
        return panels
    values = only_good(dataset, _NORMAL + name) * scaled(dataset[name])[0]
    line = d.Line(values[normal.dims[0]].values, values.values, "normal state", "grey", "dashed")
    return [dataclasses.replace(panel, series=(*panel.series, line)) for panel in panels]


def _varies(dataset: xr.Dataset, name: str) -> bool:
    """Whether a quantity is a curve and not one number written many times."""
    if name not in dataset or not dataset[name].ndim:
        return False
    values = only_good(dataset, name)
    return bool(values.max() - values.min() > 1e-6 * np.abs(values).max())


def _states(dataset: xr.Dataset) -> list[d.Panel]:
    """Density of states, in total and by band, with the chemical potential where it is known."""
    if "standing_wave_energy" in dataset:
        return []  # it is drawn with the levels
    total = dataset.density_of_states
    energy = max((str(dim) for dim in total.dims), key=lambda dim: total.sizes[dim])
    apart = [str(dim) for dim in total.dims if dim != energy]
    return [_states_panel(part, energy, where) for where, part in separately(dataset, apart)]


def _states_panel(dataset: xr.Dataset, dim: str, where: str) -> d.Panel:
    total, parts = dataset.density_of_states, dataset.get("subband_density_of_states")
    scales = [dataset[c] for c in total.coords if str(c).startswith(f"{dim}_")]
    energy = scales[0] if scales else dataset[dim]
    factor, label = scaled(total)
    series: list[d.Series] = [d.Line(energy.values, total.values * factor, "total", heavy=True)]
    if parts is not None:
        band = next(str(name) for name in parts.dims if name != dim)
        for number, value in enumerate(parts[band].values):
            colour, dash = band_appearance(number)
            values = parts.isel({band: number}).values * factor
            name = f"{words_for(parts[band])} {value}"
            series.append(d.Line(energy.values, values, name, colour, dash))
    potential = _scalar_potential(dataset)
    if potential is not None:
        at = float(np.interp(potential, dataset.energy.values, energy.values))
        series.append(d.Mark(at, "μ"))
    return d.Panel(
        d.Axis(axis_label(energy), limits=(float(energy.min()), float(energy.max()))),
        d.Axis(label, limits=(0.0, None)),
        tuple(series),
        title="Density of states" + (f", {where}" if where else ""),
    )


def _scalar_potential(dataset: xr.Dataset) -> float | None:
    """The chemical potential at the lowest temperature, if it lies within the energies drawn."""
    if "chemical_potential" not in dataset or "energy" not in dataset:
        return None
    values = dataset.chemical_potential
    if values.dims == ("temperature",):
        values = values.sortby("temperature").isel(temperature=0)
    if values.ndim or not dataset.energy.min() <= values <= dataset.energy.max():
        return None
    return float(values)


def _gaps(dataset: xr.Dataset) -> list[d.Panel]:
    """The gap of each band against temperature, and along any further axis at the lowest one."""
    values = dataset.gap
    if "temperature" not in values.dims:
        return grid_panels(dataset, "gap")
    band = next((str(dim) for dim in values.dims if dim in BANDS), None)
    further = [str(dim) for dim in values.dims if dim not in ("temperature", band)]
    panels = []
    names = [n for n in ("gap", "gap_error", "gap_result_code", "result_code") if n in dataset]
    mean = dataset[names]
    # A file of another program may hold the gap alone.
    label = "gap" + (", mean over " + " and ".join(further) if further else "")
    averaged = values.mean(further).assign_attrs(values.attrs, long_name=label)
    mean["gap"] = dataset.get("fermi_gap", averaged)
    if values.sizes["temperature"] > 1:
        panels.append(_gap_of_temperature(mean, band))
    elif not further and band:
        panels += grid_panels(mean.isel(temperature=0, drop=True), "gap")
    cold = dataset[names].sortby("temperature").isel(temperature=0)
    for dim in further:
        rest = [name for name in further if name != dim]
        along = cold.mean(rest, keep_attrs=True) if rest else cold
        panels.append(_gap_along(along, band, dim))
    return panels


def _gap_of_temperature(mean: xr.Dataset, band: str | None) -> d.Panel:
    mean = mean.sortby("temperature")
    return d.Panel(
        d.Axis(axis_label(mean.temperature), limits=(0.0, None)),
        d.Axis(axis_label(mean.gap), limits=_from_zero(mean)),
        _by_band(mean, band, "temperature"),
        title="Gap against temperature",
    )


def _gap_along(cold: xr.Dataset, band: str | None, dim: str) -> d.Panel:
    temperature = float(cold.temperature)
    return d.Panel(
        d.Axis(axis_label(cold[dim]), limits=_zone(cold[dim])),
        d.Axis(axis_label(cold.gap), limits=_from_zero(cold)),
        _by_band(cold, band, dim),
        title=f"Gap at {temperature:.3g} K",
    )


def _zone(coordinate: xr.DataArray) -> tuple[float, float]:
    """The range of a coordinate; a wavevector in units of the zone boundary ends there."""
    if coordinate.attrs.get("units") == "pi/d" and coordinate.min() >= 0:
        return 0.0, 1.0
    return float(coordinate.min()), float(coordinate.max())


def _by_band(dataset: xr.Dataset, band: str | None, dim: str) -> tuple[d.Series, ...]:
    series: list[d.Series] = []
    for number in range(dataset.sizes[band] if band else 1):
        part = dataset.isel({band: number}) if band else dataset
        colour, dash = band_appearance(number)
        series += curve(
            part[dim].values,
            part.gap.values,
            trusted(part, "gap"),
            colour=colour,
            dash=dash,
            error=errors(part, "gap"),
            label=f"{str(band).replace('_', ' ')} {part[band].values}" if band else "",
        )
    return tuple(series)


def _from_zero(dataset: xr.Dataset) -> tuple[float | None, None]:
    """Gaps are drawn from zero; a gap that changes sign shows it."""
    return (0.0 if bool(only_good(dataset, "gap").min() >= 0) else None), None


def _fermi(dataset: xr.Dataset) -> list[d.Panel]:
    """Fermi contours, one quarter of the zone; the others follow by reflection."""
    values = dataset.fermi_wavevector
    band = next((str(dim) for dim in values.dims if dim in BANDS), None)
    others = [str(dim) for dim in values.dims if dim != band]
    along = max(others, key=lambda dim: values.sizes[dim])
    apart = [dim for dim in others if dim != along]
    panels = [
        _fermi_panel(part.fermi_wavevector, band, along=along, where=where)
        for where, part in separately(dataset, apart)
    ]
    return [panel for panel in panels if panel.series]


def _fermi_panel(values: xr.DataArray, band: str | None, *, along: str, where: str) -> d.Panel:
    series = []
    for number in range(values.sizes[band] if band else 1):
        part = values.isel({band: number}) if band else values
        if part.notnull().any():
            colour, dash = band_appearance(number)
            label = f"{band} {part[band].values}" if band else ""
            series.append(d.Line(part[along].values, part.values, label, colour, dash))
    return d.Panel(
        d.Axis(axis_label(values[along]), limits=_zone(values[along])),
        d.Axis(axis_label(values), limits=(0.0, None)),
        tuple(series),
        title="Fermi contours" + (f", {where}" if where else ""),
    )


def _ratios(dataset: xr.Dataset) -> list[d.Panel]:
    """Gap ratios; where they are single numbers for each band, beside the weak-coupling value."""
    panels = grid_panels(dataset, "gap_ratio") if dataset.gap_ratio.ndim else []
    if set(dataset.gap_ratio.dims) <= set(BANDS):
        mark = d.Mark(_WEAK_COUPLING_RATIO, "BCS, 3.53", "y")
        panels = [
            dataclasses.replace(panel, series=(*panel.series, mark), title="Gap ratio")
            for panel in panels
        ]
    return panels


_SPECIAL: dict[str, Callable[[xr.Dataset], list[d.Panel]]] = {
    "alpha2f": phonon_panels,
    "standing_wave_energy": wave_panels,
    "density_of_states": _states,
    "tunnelling_density_of_states": tunnelling_panels,
    "conductance": conductance_panels,
    "gap": _gaps,
    "fermi_wavevector": _fermi,
    "gap_ratio": _ratios,
}
