"""Finds a place for a legend where it hides no data, and makes room where there is none."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.patches import Patch

from pairlab.plot import description as d

Entries = list[tuple[Any, str]]
"""What a legend shows: drawn things and their words."""

_PLACES = {
    "upper right": (1.0, 1.0),
    "upper left": (0.0, 1.0),
    "lower right": (1.0, 0.0),
    "lower left": (0.0, 0.0),
    "center right": (1.0, 0.5),
    "center left": (0.0, 0.5),
    "upper center": (0.5, 1.0),
    "lower center": (0.5, 0.0),
}
"""Name of a place and the corner of the panel that it leans on."""

_GAP = 0.02
"""Free room around a legend, in units of the panel."""

_SYMBOL = 0.03
"""Half the size of a symbol, in the same units."""

_MOST_COLUMNS = 3


def place_legend(axes: Axes, panel: d.Panel, entries: Entries) -> Legend | None:
    """Put legend and note of a panel into `axes`, whose size must be final.

    Args:
        axes: drawn already.
        panel: its description.
        entries: what the legend shows.

    Returns: the legend, or None where there is nothing to say.
    """
    shown = entries if panel.legend == "auto" else []
    if not shown and not panel.note:
        return None
    handles, labels = [h for h, _ in shown], [label for _, label in shown]
    if panel.note:
        handles, labels = [*handles, Patch(alpha=0.0)], [*labels, panel.note]

    def make(columns: int) -> Legend:
        return axes.legend(
            handles,
            labels,
            loc="upper right",
            ncols=columns,
            title=panel.legend_title or None,
            facecolor="white",
            edgecolor="none",
            framealpha=0.85,
            fancybox=False,
            borderpad=0.25,
            borderaxespad=0.45,
            handlelength=1.8,
            handletextpad=0.5,
            columnspacing=0.9,
            labelspacing=0.3,
            alignment="left",
        )

    data, marks = _occupied(axes, panel), _marks(axes, panel)
    sizes: dict[int, np.ndarray] = {}
    hidden: dict[tuple[str, int], tuple[int, int]] = {}
    made = 0
    for columns in range(1, min(len(handles), _MOST_COLUMNS) + 1):
        size, made = _size(axes, make(columns)), columns
        if columns > 1 and size[0] > 1:
            continue
        sizes[columns] = size
        for place, corner in _PLACES.items():
            box = _box(corner, size)
            hidden[place, columns] = _covered(data, box), _covered(marks, box)
        if min(hidden.values()) == (0, 0):
            break  # more columns cannot do better
    place, columns = _choose(axes, panel, data, sizes, hidden)
    legend = axes.get_legend() if columns == made else make(columns)
    assert legend is not None
    legend.set_loc(place)  # type: ignore[arg-type]
    legend.set_zorder(4)
    return legend


def _choose(
    axes: Axes,
    panel: d.Panel,
    data: np.ndarray,
    sizes: dict[int, np.ndarray],
    hidden: dict[tuple[str, int], tuple[int, int]],
) -> tuple[str, int]:
    """The place and the number of columns that hide least; makes room where each hides data."""
    best = min(hidden, key=lambda choice: hidden[choice])
    if not hidden[best][0] or any(isinstance(series, d.Map) for series in panel.series):
        return best
    marked = any(isinstance(series, d.EdgeMarks) for series in panel.series)
    return _make_room(axes, data, sizes, downward=panel.y.scale == "log" and not marked)


def _size(axes: Axes, legend: Legend) -> np.ndarray:
    """Width and height of a legend in units of the panel, with the gap around it."""
    extent = legend.get_window_extent(axes.figure.canvas.get_renderer())  # type: ignore[union-attr]
    return np.array([extent.width / axes.bbox.width, extent.height / axes.bbox.height]) + 2 * _GAP


def _box(corner: tuple[float, float], size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    low = np.array(corner) * (1 - size)
    return low, low + size


def _covered(data: np.ndarray, box: tuple[np.ndarray, np.ndarray]) -> int:
    return int(np.sum(np.all((data >= box[0]) & (data <= box[1]), axis=1)))


def _make_room(
    axes: Axes, data: np.ndarray, sizes: dict[int, np.ndarray], *, downward: bool
) -> tuple[str, int]:
    """Move one limit of y until the place that needs least is free; returns that place.

    The upper limit can always rise; the lower one can fall where the axis does not begin at zero.
    """
    best, shrink, rising = ("upper right", min(sizes)), 0.0, True
    for columns, size in sizes.items():
        for place, corner in _PLACES.items():
            low, high = _box(corner, size)
            here = data[(data[:, 0] >= low[0]) & (data[:, 0] <= high[0]), 1]
            here = here[(here >= 0) & (here <= 1)]
            if corner[1] == 1:
                factor = low[1] / max(here.max(initial=0.0), 1e-3)
            elif corner[1] == 0 and downward:
                factor = (1 - high[1]) / max(1 - here.min(initial=1.0), 1e-3)
            else:
                continue
            if factor > shrink:
                best, shrink, rising = (place, columns), factor, corner[1] == 1
    if 0 < shrink < 1:
        to_data = (axes.transAxes + axes.transData.inverted()).transform
        limit = float(to_data((0.0, 1 / shrink if rising else 1 - 1 / shrink))[1])
        if rising:
            axes.set_ylim(top=limit)
        else:
            axes.set_ylim(bottom=limit)
    return best


def _occupied(axes: Axes, panel: d.Panel) -> np.ndarray:
    """Points that a legend must not hide, in units of the panel; marks across it do not count."""
    clouds = [np.empty((0, 2))]
    for series in panel.series:
        if isinstance(series, d.Line):
            clouds.append(_dense(axes, series.x, series.y))
        elif isinstance(series, d.Points):
            clouds.extend(_with_errors(axes, series))
        elif isinstance(series, d.Band):
            clouds += [_dense(axes, series.x, series.low), _dense(axes, series.x, series.high)]
        elif isinstance(series, d.Bars):
            for share in np.linspace(0, 1, 21):
                for side in (-0.5, 0.0, 0.5):
                    x = series.x + side * series.width
                    clouds.append(_inside(axes, x, share * series.height))
        elif isinstance(series, d.EdgeMarks):
            x = _inside(axes, series.x, np.full(len(series.x), np.mean(axes.get_ylim())))[:, 0]
            clouds.append(np.column_stack([x, np.full(len(x), 0.03)]))
    return np.vstack(clouds)


def _marks(axes: Axes, panel: d.Panel) -> np.ndarray:
    """Points on the straight lines across the panel."""
    along = np.linspace(0, 1, 51)
    clouds = [np.empty((0, 2))]
    for mark in panel.series:
        if isinstance(mark, d.Mark):
            middle = np.mean(axes.get_xlim()), np.mean(axes.get_ylim())
            x, y = (mark.value, middle[1]) if mark.across == "x" else (middle[0], mark.value)
            for point in _inside(axes, np.array([x]), np.array([y])):
                fixed = np.full(51, point[0 if mark.across == "x" else 1])
                pair = (fixed, along) if mark.across == "x" else (along, fixed)
                clouds.append(np.column_stack(pair))
    return np.vstack(clouds)


def _inside(axes: Axes, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Data points in units of the panel, without those that cannot be drawn."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    drawable = np.isfinite(x) & np.isfinite(y)
    drawable &= (x > 0) | (axes.get_xscale() != "log")
    drawable &= (y > 0) | (axes.get_yscale() != "log")
    to_panel = (axes.transData + axes.transAxes.inverted()).transform
    return to_panel(np.column_stack([x[drawable], y[drawable]]).reshape(-1, 2))


def _dense(axes: Axes, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A curve as points so close that no legend fits between two of them."""
    points = _inside(axes, x, y)
    if len(points) < 2:
        return points
    share = np.linspace(0, 1, 21)[:, None, None]
    return ((1 - share) * points[:-1] + share * points[1:]).reshape(-1, 2)


def _with_errors(axes: Axes, series: d.Points) -> list[np.ndarray]:
    centres = _inside(axes, series.x, series.y)
    clouds = [centres + _SYMBOL * np.array(side) for side in ((-1, 0), (1, 0), (0, -1), (0, 1))]
    for sign in (-1, -0.5, 0.5, 1):
        if series.y_error is not None:
            clouds.append(_inside(axes, series.x, series.y + sign * np.nan_to_num(series.y_error)))
        if series.x_error is not None:
            clouds.append(_inside(axes, series.x + sign * np.nan_to_num(series.x_error), series.y))
    return clouds
