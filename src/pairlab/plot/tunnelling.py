"""What a tunnel junction shows, against energy: one curve for each temperature or band."""

import numpy as np
import xarray as xr

from pairlab.plot import description as d
from pairlab.plot.labels import axis_label
from pairlab.plot.series import trusted
from pairlab.plot.style import BAD_COLOUR, appearance, band_appearance

_MOST = 6  # temperatures in one panel

_LABELS = {
    "tunnelling_density_of_states": ("Density of states", "Nₛ/Nₙ"),
    "conductance": ("Conductance", "(dI/dV)ₛ/(dI/dV)ₙ"),
}


def tunnelling_panels(dataset: xr.Dataset) -> list[d.Panel]:
    """The density of states: in a panel for each band, or for one temperature in a single one."""
    return _panels(dataset, "tunnelling_density_of_states")


def conductance_panels(dataset: xr.Dataset) -> list[d.Panel]:
    """dI/dV; nothing without temperatures above 0, where it is the density of states."""
    dims = dataset.conductance.dims
    if "temperature" not in dims or float(dataset.temperature.max()) == 0:
        return []
    return _panels(dataset, "conductance")


def _panels(dataset: xr.Dataset, name: str) -> list[d.Panel]:
    """Energy is the last dimension; a report has one temperature only, and no dimension for it."""
    values = dataset[name]
    band = next((str(dim) for dim in values.dims[:-1] if dim != "temperature"), None)
    several = "temperature" in values.dims
    if several and values.sizes["temperature"] == 1:
        dataset, several = dataset.isel(temperature=0), False
    if not several:
        cold = "temperature" in dataset[name].coords
        where = f", {float(dataset.temperature):.3g} K" if cold else ""
        return [_of_bands(dataset, name, band, where)]
    if band is None:
        return [_of_temperatures(dataset, name, "")]
    return [
        _of_temperatures(dataset.isel({band: k}), name, f", {band} {label}")
        for k, label in enumerate(dataset[band].values)
    ]


def _of_temperatures(dataset: xr.Dataset, name: str, where: str) -> d.Panel:
    dataset = dataset.sortby("temperature")
    count = dataset.sizes["temperature"]
    shown = np.unique(np.linspace(0, count - 1, min(count, _MOST)).round().astype(int))
    series: list[d.Series] = []
    for number, place in enumerate(shown):
        one = dataset.isel(temperature=int(place))
        series += _curve(one, name, f"{float(one.temperature):.3g} K", appearance(number))
    return _panel(dataset, name, where, series)


def _of_bands(dataset: xr.Dataset, name: str, band: str | None, where: str) -> d.Panel:
    series: list[d.Series] = []
    for number in range(dataset.sizes[band] if band else 1):
        one = dataset.isel({band: number}) if band else dataset
        label = f"{band} {one[band].values}" if band else ""
        series += _curve(one, name, label, band_appearance(number))
    return _panel(dataset, name, where, series)


def _curve(
    one: xr.Dataset, name: str, label: str, look: tuple[str, d.Dash]
) -> list[d.Series]:
    """A line where the numbers can be trusted, and otherwise a dotted one that says so."""
    x, y = one[one[name].dims[-1]].values, one[name].values
    if bool(trusted(one, name).good.all()):
        return [d.Line(x, y, label, *look)]
    if np.isfinite(y).any():
        return [d.Line(x, y, f"{label} inaccurate".strip(), BAD_COLOUR, "dotted")]
    return [d.EdgeMarks(x[:1], f"{label} no result".strip(), BAD_COLOUR, "cross")]


def _panel(dataset: xr.Dataset, name: str, where: str, series: list[d.Series]) -> d.Panel:
    energy = dataset[dataset[name].dims[-1]]
    title, label = _LABELS[name]
    one = d.Mark(1.0, "", "y", dash="dotted")
    return d.Panel(
        d.Axis(axis_label(energy), limits=(float(energy.min()), float(energy.max()))),
        d.Axis(label, limits=(0.0, None)),
        (*series, one),
        title=title + where,
    )
