"""Panels for any variable on named axes: curves, families of curves, bars and maps."""

import dataclasses
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from pairlab.plot import description as d
from pairlab.plot.labels import (
    SPACE,
    axis_label,
    describe_name,
    parameters,
    plain_name,
    unit_text,
    value_text,
    words_for,
)
from pairlab.plot.series import bars, curve, errors, only_good, result_codes, trusted
from pairlab.plot.style import appearance, band_appearance

BANDS = ("subband", "band")
"""Dimensions that number bands: they name curves and are never an axis if there is another."""

CURVES = 5
"""At most this many curves of a family are drawn, evenly spread over it."""

_WIDE = 300.0
"""Values that span more than this factor are drawn on a logarithmic scale too."""

_LINEAR = ("temperature", "phonon_frequency")
"""Axes over which a quantity that falls to zero is no reason for a logarithmic scale."""

_DENSE = 8
"""A map needs this many points on both axes."""

_MAP_ALONE = 30
"""With this many on both, the map says it all, and a choice of curves would be arbitrary."""

_MOST_ENTRIES = 8
"""A legend with more curves is not repeated in the next panel."""

_SHORT = 3
"""A name of a case as short as this needs the word before it."""

_OTHER = "other_"


@dataclass(frozen=True)
class _View:
    """How a variable is shown: its x axis, what names curves, and what the panel stands for."""

    horizontal: str
    family: str
    where: str
    curves: int


def grid_panels(dataset: xr.Dataset, name: str, *, curves: int = CURVES) -> list[d.Panel]:
    """Every panel that shows `dataset[name]`.

    The longest numeric dimension becomes the x axis, bands or the next longest become a family of
    at most `curves` curves, and each combination of all others gets panels of its own. A pair of
    dimensions such as (kz, other_kz) becomes a map. A variable whose attribute `against` names
    another one of the same dimensions is drawn over the values of that one.
    """
    values = dataset[name]
    pair = _pair(values)
    horizontal = pair[0] if pair else _horizontal(values)
    free = [str(dim) for dim in values.dims if dim not in (horizontal, *pair)]
    family = "" if pair else _family(values, free)
    panels = []
    for where, part in separately(dataset, [dim for dim in free if dim != family]):
        view = _View(horizontal, family, where, curves)
        if pair:
            panels.append(map_panel(part, name, horizontal=pair[0], vertical=pair[1], where=where))
        elif values.attrs.get("against") in dataset:
            panels.append(_path(part, name, view))
        else:
            panels += _curve_panels(part, name, view)
    return panels


def separately(dataset: xr.Dataset, dims: list[str]) -> Iterator[tuple[str, xr.Dataset]]:
    """Each combination of places along some dimensions, with the words that tell it apart."""
    choices: Iterable[tuple[int, ...]]
    if len(dims) == 2 and dims == _bands_of(dims):
        count = dataset.sizes[dims[0]]  # a matrix between bands is symmetric: each pair once
        choices = [(i, j) for i in range(count) for j in range(i, count)]
    else:
        choices = itertools.product(*(selected(dataset, dim) for dim in dims))
    for choice in choices:
        yield _where(dataset, dims, choice), dataset.isel(dict(zip(dims, choice, strict=True)))


def scaled(values: xr.DataArray) -> tuple[float, str]:
    """A power of ten that brings values to a readable size, and the axis label that says so."""
    largest = float(np.abs(values.where(np.isfinite(values))).max())
    if not np.isfinite(largest) or largest == 0 or 0.1 <= largest < 1e5:
        return 1.0, axis_label(values)
    power = 3 * int(np.floor(np.log10(largest) / 3))
    unit = unit_text(str(values.attrs.get("units", "")))
    ten = unit_text(f"10^{power}")
    return 10.0**-power, f"{describe_name(values)} ({ten}{SPACE + unit if unit else ''})"


def map_panel(
    dataset: xr.Dataset, name: str, *, horizontal: str, vertical: str, where: str = ""
) -> d.Panel:
    """A map of one variable over two dimensions; failures are left out of it."""
    values = only_good(dataset, name).transpose(vertical, horizontal)
    values = values.sortby([vertical, horizontal])
    factor, label = scaled(values)
    z = values.values * factor
    cells = z.size <= 64
    drawn = d.Map(
        values[horizontal].values,
        values[vertical].values,
        z,
        label,
        levels=() if cells else round_levels(z),
        write_values=cells,
    )
    return d.Panel(
        _axis_of_band(dataset, horizontal),
        _axis_of_band(dataset, vertical),
        (drawn, *_present_point(dataset, name, horizontal=horizontal, vertical=vertical)),
        title=_title(values, where),
        legend="auto" if np.isnan(z).any() else "none",
    )


def round_levels(values: np.ndarray, count: int = 6) -> tuple[float, ...]:
    """About `count` round numbers inside the range of the values, none at its ends."""
    if not np.isfinite(values).any():
        return ()
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if not high > low:
        return ()
    raw = (high - low) / count
    size = 10.0 ** np.floor(np.log10(raw))
    step = min((m * size for m in (1, 2, 2.5, 5, 10)), key=lambda s: abs(np.log(s / raw)))
    first, last = np.floor(low / step) + 1, np.ceil(high / step) - 1
    return tuple(float(f"{k * step:.10g}") for k in np.arange(first, last + 1))


def _curve_panels(dataset: xr.Dataset, name: str, view: _View) -> list[d.Panel]:
    """Curves on a linear scale, on a logarithmic one where the values call for it, and a map."""
    if dataset[view.horizontal].dtype.kind not in "fiu" or view.horizontal in BANDS:
        return [_bar_panel(dataset, name, view)]
    shortest = min(dataset.sizes[view.horizontal], dataset.sizes.get(view.family, 0))
    if shortest >= _MAP_ALONE:
        panels, view = [], dataclasses.replace(view, curves=CURVES)
    else:
        panels = [_curves(dataset, name, view, scale="linear")]
    if _is_wide(dataset, name) and view.horizontal not in _LINEAR:
        logarithmic = _curves(dataset, name, view, scale="log")
        panels.append(_explained_before(logarithmic) if panels else logarithmic)
    if view.family and dataset[view.family].dtype.kind in "fiu" and shortest >= _DENSE:
        drawn = map_panel(
            dataset, name, horizontal=view.horizontal, vertical=view.family, where=view.where
        )
        panels.insert(0 if shortest >= _MAP_ALONE else len(panels), drawn)
    return panels


def _explained_before(panel: d.Panel) -> d.Panel:
    """A panel whose curves have the colours of the panel before, without a second long legend."""
    labels = [series.label for series in panel.series if isinstance(series, d.Line)]
    if len(labels) <= _MOST_ENTRIES:
        return panel
    series = tuple(
        dataclasses.replace(series, label="") if isinstance(series, d.Line) else series
        for series in panel.series
    )
    return dataclasses.replace(panel, series=series, legend_title="", note="curves as before")


def _is_wide(dataset: xr.Dataset, name: str) -> bool:
    """Whether values are positive and span decades; points without superconductivity may be 0."""
    values = only_good(dataset, name).values
    values = values[np.isfinite(values)]
    positive = values[values > 0]
    zeros_mean_something = result_codes(dataset, name) is not None and bool((values >= 0).all())
    if positive.size < 3 or not (zeros_mean_something or positive.size == values.size):
        return False
    return bool(positive.max() > _WIDE * positive.min())


def _curves(dataset: xr.Dataset, name: str, view: _View, *, scale: d.Scale) -> d.Panel:
    factor, label = scaled(dataset[name])
    dataset = dataset.sortby(view.horizontal)
    series: list[d.Series] = []
    for part, text, appear in _members(dataset, view):
        error = errors(part, name)
        series += curve(
            part[view.horizontal].values,
            part[name].values * factor,
            trusted(part, name),
            error=None if error is None else error * factor,
            label=text,
            log=scale == "log",
            **appear,
        )
    title = _title(dataset[name], view.where)
    return d.Panel(
        _axis(dataset[view.horizontal]),
        d.Axis(label, scale, _floor(only_good(dataset, name), scale)),
        (*series, *_present_point(dataset, name, horizontal=view.horizontal, log=scale == "log")),
        title=title + (", log" if scale == "log" else ""),
        legend_title=describe_name(dataset[view.family]) if view.family else "",
    )


def _members(dataset: xr.Dataset, view: _View) -> Iterator[tuple[xr.Dataset, str, dict[str, Any]]]:
    """Each curve of a family: its data, its words in the legend, its colour, dash and weight."""
    if not view.family:
        yield dataset, "", {"colour": "blue"}
        return
    present = parameters(dataset).get(plain_name(view.family))
    for number, index in enumerate(selected(dataset, view.family, most=view.curves)):
        part = dataset.isel({view.family: index})
        colour, dash = (band_appearance if view.family in BANDS else appearance)(number)
        own = part[view.family].values[()]
        text = value_text(own, str(part[view.family].attrs.get("units", "")))
        yield part, text, {"colour": colour, "dash": dash, "heavy": bool(own == present)}


def _path(dataset: xr.Dataset, name: str, view: _View) -> d.Panel:
    """One variable over another one, along a third; the first point of the path is marked."""
    other = str(dataset[name].attrs["against"])
    dataset = dataset.sortby(view.horizontal)
    series: list[d.Series] = []
    starts: list[d.Series] = []
    for part, text, appear in _members(dataset, view):
        x, y = only_good(part, other).values, only_good(part, name).values
        series.append(d.Line(x, y, text, **appear))
        series.append(d.Points(x, y, "", appear["colour"], small=True))
        first = np.flatnonzero(np.isfinite(x) & np.isfinite(y))[:1]
        begin = value_text(part[view.horizontal].values[first[0]]) if first.size else ""
        text = f"start, {words_for(part[view.horizontal])} = {begin}"
        # One colour for all curves: the legend shows the mark once.
        starts.append(d.Points(x[first], y[first], text, "black", "square", False))
    return d.Panel(
        d.Axis(axis_label(dataset[other])),
        d.Axis(axis_label(dataset[name]), limits=_floor(only_good(dataset, name), "linear")),
        (*series, *starts),
        title=_title(dataset[name], view.where),
        legend_title=describe_name(dataset[view.family]) if view.family else "",
    )


def _bar_panel(dataset: xr.Dataset, name: str, view: _View) -> d.Panel:
    """Bars over bands or named choices; one group of bars for each member of a family."""
    factor, label = scaled(dataset[name])
    names = tuple(value_text(v) for v in dataset[view.horizontal].values)
    members = list(_members(dataset, view))
    width = 0.7 / len(members)
    series: list[d.Series] = []
    for number, (part, text, appear) in enumerate(members):
        x = np.arange(len(names)) + width * (number - (len(members) - 1) / 2)
        colour = appear["colour"]
        series += bars(part, name, x, factor=factor, label=text, colour=colour, width=width)
    return d.Panel(
        d.Axis(axis_label(dataset[view.horizontal]), categories=names),
        d.Axis(label),
        tuple(series),
        title=_title(dataset[name], view.where),
        legend_title=describe_name(dataset[view.family]) if view.family else "",
    )


def _present_point(
    dataset: xr.Dataset, name: str, *, horizontal: str, vertical: str = "", log: bool = False
) -> tuple[d.Series, ...]:
    """The parameter set of the dataset itself, where its own value of the quantity is known."""
    if vertical and plain_name(vertical) not in parameters(dataset):
        return ()
    quantity = plain_name(name)
    at = parameters(dataset).get(plain_name(horizontal))
    if quantity == name or quantity not in dataset or not isinstance(at, int | float):
        return ()
    value = only_good(dataset, quantity)
    if value.ndim or not np.isfinite(value) or (log and value <= 0):
        return ()
    within = [(horizontal, at)]
    if vertical:
        within.append((vertical, parameters(dataset)[plain_name(vertical)]))
    if any(not dataset[dim].min() <= place <= dataset[dim].max() for dim, place in within):
        return ()  # outside of the panel, where a legend would promise it
    height = float(value) if not vertical else float(parameters(dataset)[plain_name(vertical)])
    return (d.Points(np.array([at]), np.array([height]), "this run", "orange", "star"),)


def _pair(values: xr.DataArray) -> tuple[str, ...]:
    """Two dimensions that belong together, such as (kz, other_kz); the longest such pair."""
    dims = [str(dim) for dim in values.dims]
    pairs = [(dim, _OTHER + dim) for dim in dims if _OTHER + dim in dims]
    return max(pairs, key=lambda pair: values.sizes[pair[0]], default=())


def _horizontal(values: xr.DataArray) -> str:
    def rank(dim: str) -> tuple[bool, bool, int, int]:
        numeric = values[dim].dtype.kind in "fiu"
        return numeric, dim not in BANDS, values.sizes[dim], values.dims.index(dim)

    return max((str(dim) for dim in values.dims), key=rank)


def _family(values: xr.DataArray, free: list[str]) -> str:
    """The dimension that names curves: the longest numeric one, or else bands, or else any."""

    def rank(dim: str) -> tuple[bool, bool, int]:
        return values[dim].dtype.kind in "fiu", dim not in BANDS, values.sizes[dim]

    return max(free, key=rank, default="")


def _bands_of(dims: list[str]) -> list[str]:
    return [dim for dim in dims if dim.removeprefix(_OTHER) in BANDS]


def selected(dataset: xr.Dataset, dim: str, *, most: int = CURVES) -> list[int]:
    """At most `most` places along a dimension, evenly spread; the dataset's own value is kept."""
    count = dataset.sizes[dim]
    if count <= most or dataset[dim].dtype.kind not in "fiu":
        return list(range(count))
    places = sorted({round(p) for p in np.linspace(0, count - 1, most)})
    present = parameters(dataset).get(plain_name(dim))
    if isinstance(present, int | float):
        nearest = int(np.abs(dataset[dim].values - present).argmin())
        inner = min(places[1:-1], key=lambda p: abs(p - nearest))
        if np.isclose(dataset[dim].values[nearest], present):
            places = sorted({*places, nearest} - {inner}) if nearest not in places else places
    return places


def _floor(values: xr.DataArray, scale: d.Scale) -> tuple[float | None, None]:
    """A linear axis of a quantity that is never negative starts at zero, if zero is not far off."""
    if scale == "log":
        return None, None
    low, high = float(values.min()), float(values.max())
    return (0.0 if 0 <= low < 0.5 * high else None), None


def _axis(coordinate: xr.DataArray) -> d.Axis:
    values = coordinate.values
    if values.dtype.kind not in "fiu" or values.size < 2:
        return d.Axis(axis_label(coordinate))
    if values.size <= 8 and str(coordinate.name).removeprefix(_OTHER) in BANDS:
        return d.Axis(axis_label(coordinate), limits=(values.min() - 0.5, values.max() + 0.5))
    if coordinate.name == "temperature":  # what happens at Tc must not lie on the frame
        return d.Axis(axis_label(coordinate), limits=(float(values.min()), None))
    return d.Axis(axis_label(coordinate), limits=(float(values.min()), float(values.max())))


def _axis_of_band(dataset: xr.Dataset, dim: str) -> d.Axis:
    """An axis of a map between two bands says which of them it belongs to."""
    axis, other = _axis(dataset[dim]), _OTHER if dim.startswith(_OTHER) else ""
    for band in BANDS:
        pair = [dataset.get(name) for name in (band, _OTHER + band)]
        if any(one is None or one.ndim for one in pair) or dim.removeprefix(_OTHER) == band:
            continue
        own = dataset[other + band]
        # With one band on both axes the word "other" is all that tells them apart.
        same = int(dataset[band]) == int(dataset[_OTHER + band])
        source = dataset[dim if same else dim.removeprefix(_OTHER)]
        name = f"{describe_name(source)}, {words_for(dataset[band])}{SPACE}{int(own)}"
        label = axis_label(source).replace(describe_name(source), name)
        return dataclasses.replace(axis, label=label)
    return axis


def _at(coordinate: xr.DataArray, index: int) -> str:
    """'subband 3', 'coupling = 0.4', 'case A', or a longer name as it stands."""
    value: Any = coordinate.values[index]
    name = words_for(coordinate)
    if coordinate.dtype.kind not in "fiu":
        return f"{name} {value}" if len(str(value)) <= _SHORT else str(value)
    between = " " if str(coordinate.name) in BANDS else " = "
    return name + between + value_text(value, str(coordinate.attrs.get("units", "")))


def _where(dataset: xr.Dataset, dims: list[str], places: tuple[int, ...]) -> str:
    """What sets a panel apart from its neighbours: "case A", "subbands 1, 2"."""
    if len(dims) == 2 and dims == _bands_of(dims):
        first, second = (dataset[dim].values[i] for dim, i in zip(dims, places, strict=True))
        return f"{words_for(dataset[dims[0]])}s {first}, {second}"
    return ", ".join(_at(dataset[dim], i) for dim, i in zip(dims, places, strict=True))


def _title(values: xr.DataArray, where: str) -> str:
    return describe_name(values) + (f", {where}" if where else "")
