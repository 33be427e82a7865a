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
    """dI/dV; nothing at T = 0 alone, where it is the density of states."""
    if dataset.conductance.dims[-1:] != ("energy",) or float(dataset.temperature.max()) == 0:
        return []
    return _panels(dataset, "conductance")


def _panels(dataset: xr.Dataset, name: str) -> list[d.Panel]:
    values = dataset[name]
    band = next((str(dim) for dim in values.dims if dim not in ("temperature", "energy")), None)
    if band is None:
        return [_of_temperatures(dataset, name, "")]
    if values.sizes["temperature"] == 1:
        return [_of_bands(dataset.isel(temperature=0), name, band)]
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


def _of_bands(dataset: xr.Dataset, name: str, band: str) -> d.Panel:
    series: list[d.Series] = []
    for number, label in enumerate(dataset[band].values):
        one = dataset.isel({band: number})
        series += _curve(one, name, f"{band} {label}", band_appearance(number))
    return _panel(dataset, name, f", {float(dataset.temperature):.3g} K", series)


def _curve(
    one: xr.Dataset, name: str, label: str, look: tuple[str, d.Dash]
) -> list[d.Series]:
    """A line where the numbers can be trusted, and otherwise a dotted one that says so."""
    x, y = one.energy.values, one[name].values
    if bool(trusted(one, name).good.all()):
        return [d.Line(x, y, label, *look)]
    if np.isfinite(y).any():
        return [d.Line(x, y, f"{label}, inaccurate", BAD_COLOUR, "dotted")]
    return [d.EdgeMarks(x[:1], f"{label}: no result", BAD_COLOUR, "cross")]


def _panel(dataset: xr.Dataset, name: str, where: str, series: list[d.Series]) -> d.Panel:
    energy = dataset.energy
    title, label = _LABELS[name]
    one = d.Mark(1.0, "", "y", dash="dotted")
    return d.Panel(
        d.Axis(axis_label(energy), limits=(float(energy.min()), float(energy.max()))),
        d.Axis(label, limits=(0.0, None)),
        (*series, one),
        title=title + where,
    )
