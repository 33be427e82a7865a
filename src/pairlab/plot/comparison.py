"""Comparisons: one colour for a mechanism in every panel, measured points in black."""

import textwrap

import numpy as np
import xarray as xr

from pairlab.plot import description as d
from pairlab.plot.labels import axis_label, describe_name, printed, value_text
from pairlab.plot.series import curve, errors, trusted
from pairlab.plot.style import DASHES
from pairlab.quantities import ABSCISSAS, QUANTITIES
from pairlab.solution import CODES, Result

_COLOURS = ("blue", "vermillion", "green", "purple", "orange", "sky")
"""Of mechanisms; black is for what was measured."""

_REFERENCES = {
    "gap_ratio": 3.52775398, "isotope_coefficient": 0.5, "specific_heat_jump": 1.42613,
    "critical_field_ratio": 0.16829144,
}  # fmt: skip
"""Weak coupling, one band: 2 pi/e^gamma, 1/2 and 12/(7 zeta(3))."""

_INSIDE = ("zero_temperature_gap", "smallest_gap")
"""Shown within the panel of the gap."""

_INSTEAD = {
    "critical_current_density": "critical_current",
    "landau_critical_current_density": "critical_current_density",
}
"""Not shown beside another quantity, unless it was measured."""

MOST_PANELS = 12
"""More do not fit one page; all numbers are in the result."""

_WIDE = 10.0
"""Curves whose ranges differ by more than this factor are drawn on logarithmic scales."""

_NAME_WIDTH = 17
_MANY = 25
"""More measured points than these are drawn small."""

_WORDS = {
    Result.INACCURATE: "inaccurate",
    Result.NO_SUPERCONDUCTIVITY: "no superconductivity",
}


def is_comparison(dataset: xr.Dataset) -> bool:
    """Whether a dataset came from `compare`."""
    return "mechanism" in dataset.dims and "mechanism_key" in dataset


def comparison_panels(dataset: xr.Dataset) -> list[d.Panel]:
    """Curves, then single numbers, measured ones first, then what tells the mechanisms apart."""
    shown = [name for name in QUANTITIES if name in dataset and _is_shown(dataset, name)]
    shown.sort(key=lambda name: f"measured_{name}" not in dataset)
    curves = [
        (name, str(axis))
        for name in shown
        for axis in dataset[name].dims[1:]
        if dataset.sizes[axis] > 1
    ]
    panels = [_curves(dataset, *one, named=one == curves[0]) for one in curves]
    panels += [_numbers(dataset, name) for name in shown if dataset[name].ndim == 1]
    if "separation" in dataset and np.isfinite(dataset.separation).any():
        panels = [*panels[: MOST_PANELS - 1], _separations(dataset)]
    return panels[:MOST_PANELS]


def _is_shown(dataset: xr.Dataset, name: str) -> bool:
    """Whether a quantity has a panel of its own: not where it repeats another one."""
    if name in _INSIDE:
        return False
    better = _INSTEAD.get(name)
    return better not in dataset or f"measured_{name}" in dataset


def _appearance(number: int) -> tuple[str, d.Dash]:
    cycle, place = divmod(number, len(_COLOURS))
    return _COLOURS[place], DASHES[cycle % len(DASHES)]


def _curves(dataset: xr.Dataset, name: str, axis: str, *, named: bool) -> d.Panel:
    """One quantity along one axis, with measured points; other axes are held."""
    held = {dim: _held(dataset, str(dim)) for dim in dataset[name].dims[1:] if dim != axis}
    part = dataset.sel(held)
    points = _measured_points(dataset, name, axis, held)
    log = not points and axis == "temperature" and _is_wide(part[name])
    if log:
        part = part.sel({axis: part[axis] > 0})
    series: list[d.Series] = []
    for number, label in enumerate(dataset.mechanism.values):
        colour, dash = _appearance(number)
        one = part.isel(mechanism=number)
        series += _one_curve(one, name, axis, log=log, label=str(label) if named else "",
                             colour=colour, dash=dash)  # fmt: skip
        if name == "gap" and _has_own_smallest(one):
            smallest = _one_curve(one, "smallest_gap", axis, log=log, colour=colour, dash="dotted")
            series += smallest
    if any(isinstance(s, d.Line) and s.dash == "dotted" for s in series):
        series.append(d.Line(np.zeros(0), np.zeros(0), "smallest gap", "grey", "dotted"))
    where = ", ".join(f"{value_text(v, ABSCISSAS[str(k)].unit)}" for k, v in held.items())
    scale: d.Scale = "log" if log else "linear"
    low = 0.03 * float(part[name].max(axis).where(lambda x: x > 0).min()) if log else 0.0
    return d.Panel(
        d.Axis(axis_label(part[axis]), scale, limits=(None if log else _left(points), None)),
        d.Axis(axis_label(part[name]), scale, limits=(low, None)),
        (*series, *points),
        title=f"{describe_name(part[name])} at {where}" if where else "",
        note=_note(dataset, name),
    )


def _held(dataset: xr.Dataset, axis: str) -> float:
    """Where an axis is held: the value with most measured points, or else the lowest."""
    measured = dataset.get(f"measured_{axis}")
    if measured is not None:
        values, counts = np.unique(measured.values, return_counts=True)
        for value in values[np.argsort(-counts, kind="stable")]:
            if value in dataset[axis].values:
                return float(value)
    return float(dataset[axis].min())


def _is_wide(values: xr.DataArray) -> bool:
    """Whether the curves differ so much in height that a linear scale would hide the lowest."""
    heights = values.max([dim for dim in values.dims if dim != "mechanism"])
    heights = heights.where(heights > 0)
    return bool(heights.max() > _WIDE * heights.min())


def _has_own_smallest(one: xr.Dataset) -> bool:
    if "smallest_gap" not in one:
        return False
    return bool((one.gap - one.smallest_gap).max() > 1e-3 * one.gap.max())


def _one_curve(
    one: xr.Dataset, name: str, axis: str, *, log: bool, colour: str, dash: d.Dash, label: str = ""
) -> tuple[d.Series, ...]:
    """The curve of one mechanism, up to where it has come down to zero."""
    codes = one[f"{name}_result_code"].values
    if np.all(codes < 0):  # not offered
        return ()
    values = one[name].values
    after = (values == 0) & (np.append(1.0, values[:-1]) == 0)
    one = one.isel({axis: ~after})
    return curve(
        one[axis].values,
        one[name].values,
        trusted(one, name),
        error=errors(one, name),
        label=label,
        colour=colour,
        dash=dash,
        log=log,
    )


def _measured_points(dataset: xr.Dataset, name: str, axis: str, held: dict) -> tuple[d.Series, ...]:
    x, y = dataset.get(f"measured_{axis}"), dataset.get(f"measured_{name}")
    if x is None or y is None:
        return ()
    here = np.isfinite(y.values)
    for other, value in held.items():
        at = dataset.get(f"measured_{other}")
        here &= True if at is None else np.isclose(at.values, value, rtol=1e-6)
    if not here.any():
        return ()
    error = dataset.get(f"measured_{name}_error")
    bars = None if error is None else error.values[here]
    return (
        d.Points(
            x.values[here], y.values[here], "measured", small=here.sum() > _MANY, y_error=bars
        ),
    )


def _left(points: tuple[d.Series, ...]) -> float:
    """Where an axis begins: at zero, or below it where a point lies on zero."""
    x = np.concatenate([p.x for p in points if isinstance(p, d.Points)] or [np.ones(1)])
    return -0.03 * float(x.max()) if x.min() == 0 else 0.0


def _note(dataset: xr.Dataset, name: str) -> str:
    """Which mechanisms have nothing to show, and why."""
    lines = []
    codes = dataset[f"{name}_result_code"]
    for number, label in enumerate(dataset.mechanism.values):
        own = np.unique(codes.isel(mechanism=number).values)
        if np.all(own < 0):
            lines.append(f"{label}: not offered")
        elif dataset[name].ndim == 1 and own[0] != Result.SUCCESS.code:
            lines.append(f"{label}: {_WORDS.get(CODES[own[0]], 'no result')}")
    return "\n".join(lines)


def _numbers(dataset: xr.Dataset, name: str) -> d.Panel:
    """One number for each mechanism: a point on a stem, and the weak-coupling value as a line."""
    series: list[d.Series] = []
    values = dataset[name]
    names = [_broken(str(label)) for label in dataset.mechanism.values]
    for number, (value, code) in enumerate(
        zip(values.values, dataset[f"{name}_result_code"].values, strict=True)
    ):
        if np.isfinite(value):
            colour, dash = _appearance(number)
            good = code >= 0 and CODES[code].is_good
            series += _stem(float(value), number, colour, dash=dash, filled=good)
    measured = dataset.get(f"measured_{name}")
    if measured is not None:
        here = np.isfinite(measured.values)
        error = dataset.get(f"measured_{name}_error")
        bars = None if error is None else error.values[here]
        x, y = measured.values[here], np.full(here.sum(), float(len(names)))
        series.append(d.Points(x, y, x_error=bars))
        names.append("measured")
    note = [_note(dataset, name)]
    if name in _REFERENCES:
        series.append(d.Mark(_REFERENCES[name]))
        note.append(f"dashed: weak coupling, {_REFERENCES[name]:.3g}")
    low = 0.0 if not (values < 0).any() else None
    return d.Panel(
        d.Axis(axis_label(values), limits=(low, None)),
        d.Axis("", limits=(len(names) - 0.5, -0.5), categories=tuple(names)),
        tuple(series),
        legend="none",
        note="\n".join(filter(None, note)),
    )


def _stem(
    value: float, row: int, colour: str, *, dash: d.Dash = "solid", filled: bool = True
) -> tuple[d.Series, ...]:
    x, y = np.array([0.0, value]), np.array([float(row), float(row)])
    return d.Line(x, y, "", colour, dash), d.Points(x[1:], y[1:], "", colour, filled=filled)


def _separations(dataset: xr.Dataset) -> d.Panel:
    """Differences in units of an error, of the only pair or of the closest and the farthest."""
    values = dataset.separation
    pairs = values.where(values.mechanism != values.other_mechanism)
    closest, farthest = (
        getattr(pairs, end)(("mechanism", "other_mechanism")).values for end in ("min", "max")
    )
    rows = [i for i in range(values.sizes["observable"]) if np.isfinite(farthest[i])]
    symbols = [QUANTITIES[str(values.observable.values[i])].symbol for i in rows]
    names = tuple(_broken(printed(symbol)) for symbol in symbols)
    y = np.arange(len(rows), dtype=float)
    several = dataset.sizes["mechanism"] > 2
    series: list[d.Series] = []
    for row, i in enumerate(rows):
        ends = np.array([closest[i] if several else 0.0, farthest[i]])
        series.append(d.Line(ends, np.full(2, float(row)), "", "grey"))
    label = "farthest pair" if several else ""
    series.append(d.Points(farthest[rows], y, label, "black", filled=not several))
    if several:
        series.append(d.Points(closest[rows], y, "closest pair", "black"))
    return d.Panel(
        d.Axis(
            "Largest difference, in errors", limits=(-0.04 * float(np.max(farthest[rows])), None)
        ),
        d.Axis("", limits=(len(rows) - 0.5, -0.5), categories=names),
        tuple(series),
        title="What tells them apart",
    )


def _broken(name: str) -> str:
    """A name in lines short enough to stand beside a panel."""
    return "\n".join(textwrap.wrap(name.replace("_", "_\u200b"), _NAME_WIDTH)).replace("\u200b", "")
