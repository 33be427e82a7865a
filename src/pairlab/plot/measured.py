"""Measured facts as a panel of their own: no model curve is drawn over a pressure axis."""

import re

import numpy as np
import xarray as xr

from pairlab.plot import description as d
from pairlab.plot.labels import axis_label
from pairlab.plot.series import only_good
from pairlab.plot.style import SEQUENCE

_WARNINGS = ("retracted", "withdrawn", "disputed")
"""Words of a status that a reader must see, the gravest first."""

_SETTLED = ("", "published", "established", "undisputed", "reproduced")
"""A status that needs no warning: a filled symbol. Any other is open and says so in the legend."""

_SHAPES: tuple[d.Marker, ...] = ("circle", "square", "diamond", "triangle")


def measured_panels(dataset: xr.Dataset) -> list[d.Panel]:
    """Measured critical temperatures against pressure, one symbol for each source and status."""
    prefix = "measured_" if "measured_critical_temperature" in dataset else ""
    kelvin = dataset.get(f"{prefix}critical_temperature")
    pressure = dataset.get(f"{prefix}pressure")
    if kelvin is None or pressure is None or not kelvin.size:
        return []
    status, source = (_words(dataset, prefix + name) for name in ("status", "source"))
    groups = list(dict.fromkeys(zip(source, status, strict=True)))
    series: list[d.Series] = []
    for number, group in enumerate(groups):
        here = np.array([pair == group for pair in zip(source, status, strict=True)])
        series += _group(dataset, prefix, here, number, _legend(*group))
    levels = _model(dataset) if prefix else []
    highest = max([float(kelvin.max()), *(level.value for level in levels)])
    return [
        d.Panel(
            d.Axis(axis_label(pressure)),
            d.Axis(axis_label(kelvin), limits=(0.0, 1.12 * highest)),
            (*series, *levels),
            title="Measured",
        )
    ]


def _group(
    dataset: xr.Dataset, prefix: str, here: np.ndarray, number: int, label: str
) -> list[d.Series]:
    kelvin, pressure = (
        dataset[prefix + name].values.astype(float) for name in ("critical_temperature", "pressure")
    )
    errors = [
        None if (prefix + name) not in dataset else dataset[prefix + name].values.astype(float)
        for name in ("critical_temperature_error", "pressure_error")
    ]
    y_error, x_error = (None if e is None or not np.isfinite(e).any() else e[here] for e in errors)
    colour, marker = SEQUENCE[number % len(SEQUENCE)], _SHAPES[number % len(_SHAPES)]
    filled = ":" not in label
    drawn = d.Points(
        pressure[here],
        kelvin[here],
        label,
        colour,
        marker,
        filled,
        x_error=x_error,
        y_error=y_error,
    )
    without = here & ~np.isfinite(kelvin) & np.isfinite(pressure)
    series: list[d.Series] = [drawn] if np.isfinite(kelvin[here]).any() else []
    if without.any():
        series.append(d.EdgeMarks(pressure[without], "superconductivity begins", colour, "below"))
    return series


def _model(dataset: xr.Dataset) -> list[d.Mark]:
    """The calculated Tc as a level: it can be compared, though not placed at a pressure."""
    tc = dataset.get("critical_temperature")
    if tc is None or tc.ndim:
        return []
    value = only_good(dataset, "critical_temperature")
    # A level at zero lies on the frame; the headline says that there is no superconductivity.
    return [d.Mark(float(value), "calculated, this run", "y")] if value > 0 else []


def _words(dataset: xr.Dataset, name: str) -> list[str]:
    if name not in dataset:
        return [""] * dataset.sizes["measurement"]
    return [str(value) for value in dataset[name].values]


def _legend(source: str, status: str) -> str:
    """Source, and the status where a reader must know it."""
    found = re.match(r"\s*([^\s,]+).*?\(?(\d{4})", source)
    name = f"{found[1]} {found[2]}" if found else source.strip() or "measured"
    warning = next((word for word in _WARNINGS if word in status.lower()), "")
    first = status.split(";")[0].split(":")[0].split("(")[0].strip()
    if not warning and first.lower() not in _SETTLED:
        warning = first
    return f"{name}: {warning}" if warning else name
