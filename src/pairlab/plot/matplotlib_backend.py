"""Draws a figure description with matplotlib, at the size at which it is printed.

pyplot is not used and no global setting is changed: a figure is an object of its own, and drawing
one needs no display.
"""

import io
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from pairlab.errors import InputError, did_you_mean
from pairlab.io.atomic import replacing
from pairlab.plot import description as d
from pairlab.plot import layout, style, text
from pairlab.plot.frame import frame_panel, frame_texts, letter, set_title, wrapped
from pairlab.plot.layout import place_panels
from pairlab.plot.legend import Entries, place_legend
from pairlab.plot.ticks import make_ticks, plain_numbers

_MARKERS = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle": "^",
    "star": "*",
    "cross": "x",
    "below": "v",
}
_SETTINGS = {
    "font.family": text.FONT,
    "mathtext.fontset": "dejavusans",
    "axes.linewidth": style.AXIS_LINE_WIDTH,
    "axes.labelsize": style.TYPE_SIZE["label"],
    "axes.titlesize": style.TYPE_SIZE["title"],
    "axes.labelpad": layout.LABEL_PAD,
    "axes.titlepad": layout.TITLE_PAD,
    "xtick.major.pad": layout.TICK_PAD,
    "ytick.major.pad": layout.TICK_PAD,
    "axes.formatter.use_mathtext": True,
    "axes.formatter.limits": (-3, 5),
    "axes.formatter.useoffset": False,
    "xtick.labelsize": style.TYPE_SIZE["tick"],
    "ytick.labelsize": style.TYPE_SIZE["tick"],
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.major.width": style.AXIS_LINE_WIDTH,
    "ytick.major.width": style.AXIS_LINE_WIDTH,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.minor.size": 1.4,
    "ytick.minor.size": 1.4,
    "legend.fontsize": style.TYPE_SIZE["legend"],
    "legend.title_fontsize": style.TYPE_SIZE["legend"],
    "hatch.linewidth": 0.4,
    "svg.hashsalt": "pairlab",  # the same figure gives the same file
    "svg.fonttype": "none",
    "pdf.fonttype": 42,  # text stays text in a journal's editor
}
_WRITING: dict[str, dict[str, Any]] = {
    # A file that is a tenth larger, packed in three quarters of the time.
    "png": {"metadata": {"Software": "pairlab"}, "pil_kwargs": {"compress_level": 3}},
    "pdf": {"metadata": {"CreationDate": None}},
    "svg": {"metadata": {"Date": None}},
}
_BAR_ROOM = 34.0  # points beside a map for its colour bar, with ticks and label


def render(figure: d.Figure) -> Figure:
    """The figure, drawn; its size in inches is the printed size.

    Args:
        figure: what to show.

    Returns: a matplotlib figure that belongs to no window and to no global state.
    """
    rows = -(-len(figure.panels) // figure.columns)
    footer = wrapped(figure.footer, figure.width)
    below = 72 * style.MILLIMETRE + len(footer) * 1.25 * style.TYPE_SIZE["footer"]
    above = 1.9 * style.TYPE_SIZE["headline"] if figure.title else 0.0
    height = rows * figure.row_height * style.MILLIMETRE + (below + above) / 72
    with _settings():
        drawn = Figure(figsize=(figure.width * style.MILLIMETRE, height), dpi=style.RESOLUTION)
        FigureCanvasAgg(drawn)
        axes = [drawn.add_subplot(rows, figure.columns, n + 1) for n in range(len(figure.panels))]
        frame_texts(drawn, figure, footer, height)
        room = figure.width / figure.columns, figure.row_height
        handles = []
        for number, (place, panel) in enumerate(zip(axes, figure.panels, strict=True)):
            frame_panel(place, panel, room)
            handles.append(_draw_panel(place, panel))
            set_title(place, panel.title, letter(number, len(axes)), room[0])
        _arrange(axes, figure, handles, below=below, above=above)
    return drawn


def _arrange(
    axes: Sequence[Axes],
    figure: d.Figure,
    handles: Sequence[Entries],
    *,
    below: float,
    above: float,
) -> None:
    """Panels to their places, legends into them and colour bars beside them.

    below, above: points at the foot and the head of the figure.
    """
    maps = [
        next((s for s in panel.series if isinstance(s, d.Map) and not s.write_values), None)
        for panel in figure.panels
    ]
    beside = [_BAR_ROOM if drawn else 0.0 for drawn in maps]
    place = partial(
        place_panels, axes, columns=figure.columns, below=below, above=above, beside=beside
    )
    place()
    for panel_axes, panel, entries in zip(axes, figure.panels, handles, strict=True):
        place_legend(panel_axes, panel, entries)
    place()  # a legend may have moved a limit, and with it the labels
    for panel_axes, drawn in zip(axes, maps, strict=True):
        if drawn:
            _colour_bar(panel_axes, drawn.label)
        make_ticks(panel_axes)


def save(figure: Figure, path: str | Path) -> Path:
    """Write a figure; the kind of file follows from the extension. An old file survives a failure.

    Args:
        figure: from `render`.
        path: ends in .png (300 dots per inch), .pdf, .svg or another kind that matplotlib writes.

    Raises: InputError for an unknown extension, OutputError where nothing can be written.
    """
    path = Path(path)
    known = FigureCanvasAgg.get_supported_filetypes()
    kind = path.suffix.lower().removeprefix(".")
    if kind not in known:
        raise InputError(
            what=f"cannot write a figure to {path}",
            why=f'the extension "{path.suffix}" names no kind of figure',
            remedy="end the name in .png, .pdf or .svg" if not kind else did_you_mean(kind, known),
        )
    content = io.BytesIO()
    with _settings():
        figure.savefig(
            content,
            format=kind,
            dpi=style.RESOLUTION,
            **_WRITING.get(kind, {}),
            facecolor="white",
        )
    with replacing(path) as temporary:
        temporary.write_bytes(content.getvalue())
    return path


def _settings() -> AbstractContextManager[None]:
    """The style over matplotlib's own defaults, whatever a user's matplotlibrc says."""
    defaults = {
        key: value for key, value in matplotlib.rcParamsDefault.items() if "backend" not in key
    }
    return matplotlib.rc_context({**defaults, **_SETTINGS})  # type: ignore[arg-type]


def _draw_panel(axes: Axes, panel: d.Panel) -> Entries:
    """Draws all series; returns what the legend shows: curves, then marks, then failures."""
    found: dict[str, tuple[int, Any]] = {}
    for series in panel.series:
        handle = _DRAW[type(series)](axes, series)
        label = "no result" if isinstance(series, d.Map) else series.label
        if label and handle is not None:
            rank = _rank(series)
            found.setdefault(label, (rank, handle))
    axes.set_xlim(*panel.x.limits)
    axes.set_ylim(*panel.y.limits)
    ordered = sorted(found.items(), key=lambda item: item[1][0])
    return [(handle, label) for label, (_, handle) in ordered]


def _rank(series: d.Series) -> int:
    """Place in the legend: what was calculated, then marks, then what failed."""
    failed = isinstance(series, d.Points) and series.marker == "cross"
    if failed or isinstance(series, d.Map | d.EdgeMarks):
        return 2
    return 1 if isinstance(series, d.Mark) else 0


def _line(axes: Axes, series: d.Line) -> Any:
    return axes.plot(
        series.x,
        series.y,
        color=style.colour_code(series.colour),
        linestyle=series.dash,
        linewidth=style.HEAVY_LINE_WIDTH if series.heavy else style.LINE_WIDTH,
        zorder=2.6 if series.heavy else 2.4,
        solid_joinstyle="round",
    )[0]


def _points(axes: Axes, series: d.Points) -> Any:
    colour = style.colour_code(series.colour)
    size = {True: style.SMALL_MARKER_SIZE, False: style.MARKER_SIZE}[series.small]
    if series.marker == "star":
        size = style.STAR_SIZE
    drawn = axes.errorbar(
        series.x,
        series.y,
        xerr=series.x_error,
        yerr=series.y_error,
        linestyle="none",
        marker=_MARKERS[series.marker],
        markersize=size,
        color=colour,
        elinewidth=0.7,
        capsize=1.5,
        capthick=0.7,
        markeredgewidth=0.9,
        zorder=3,
        markerfacecolor=colour if series.filled else "white",
        markeredgecolor="black" if series.marker == "star" else colour,
    )
    symbols = drawn.lines[0]
    if series.marker == "star" and symbols is not None:
        symbols.set_markeredgewidth(0.5)
    return symbols


def _edge_marks(axes: Axes, series: d.EdgeMarks) -> Any:
    return axes.plot(
        series.x,
        np.full(len(series.x), 0.03),
        transform=axes.get_xaxis_transform(),
        linestyle="none",
        marker=_MARKERS[series.marker],
        markersize=3.5,
        markeredgewidth=0.9,
        color=style.colour_code(series.colour),
        markerfacecolor="white",
        zorder=3,
    )[0]


def _band(axes: Axes, series: d.Band) -> Any:
    return axes.fill_between(
        series.x,
        series.low,
        series.high,
        color=style.colour_code(series.colour),
        alpha=0.25,
        linewidth=0,
        zorder=1.5,
    )


def _bars(axes: Axes, series: d.Bars) -> Any:
    return axes.bar(
        series.x,
        series.height,
        width=series.width,
        yerr=series.error,
        color=style.colour_code(series.colour),
        capsize=2,
        error_kw={"elinewidth": 0.7},
        zorder=2,
    )


def _mark(axes: Axes, series: d.Mark) -> Any:
    draw = axes.axvline if series.across == "x" else axes.axhline
    return draw(
        series.value,
        color=style.colour_code(series.colour),
        linestyle=series.dash,
        linewidth=style.LINE_WIDTH,
        zorder=2.2,
    )


def _map(axes: Axes, series: d.Map) -> Any:
    """Colours and contour lines; returns the patch for the legend where a value is missing."""
    z = np.ma.masked_invalid(series.z)
    image = axes.pcolormesh(
        series.x,
        series.y,
        z,
        cmap=style.COLOUR_MAP,
        shading="nearest" if series.write_values or np.ma.is_masked(z) else "gouraud",
        rasterized=True,
        vmin=series.limits[0],
        vmax=series.limits[1],
        zorder=1,
    )
    axes.tick_params(which="both", color="white")
    if series.levels:
        colours = [_on_colour(image, level) for level in series.levels]
        lines = axes.contour(
            series.x, series.y, z, levels=series.levels, colors=colours, linewidths=0.6
        )
        axes.clabel(lines, fontsize=style.TYPE_SIZE["footer"], fmt="%g", inline_spacing=2)
    if series.write_values:
        for (row, column), value in np.ndenumerate(series.z):
            if np.isfinite(value):
                axes.text(
                    float(series.x[column]),
                    float(series.y[row]),
                    f"{value:.3g}",
                    ha="center",
                    va="center",
                    fontsize=style.TYPE_SIZE["tick"],
                    color=_on_colour(image, value),
                )
        axes.set_xticks(series.x, [f"{value:g}" for value in series.x])
        axes.set_yticks(series.y, [f"{value:g}" for value in series.y])
        axes.tick_params(which="both", length=0)
    if not np.ma.is_masked(z):
        return None
    hatch = {"facecolor": style.NO_VALUE_COLOUR, "edgecolor": "grey", "hatch": style.NO_VALUE_HATCH}
    axes.add_patch(
        Rectangle((0, 0), 1, 1, transform=axes.transAxes, linewidth=0, zorder=0.5, **hatch)  # type: ignore[arg-type]
    )
    return Patch(linewidth=0.4, **hatch)  # type: ignore[arg-type]


def _colour_bar(axes: Axes, label: str) -> None:
    """A colour bar in the room that the map leaves to it."""
    figure = axes.figure
    place = axes.get_position()
    points = 72 * float(figure.get_size_inches()[0])  # type: ignore[union-attr]
    beside = figure.add_axes((place.x1 + 3 / points, place.y0, 6 / points, place.height))
    bar = figure.colorbar(axes.collections[0], cax=beside, format=plain_numbers())  # type: ignore[union-attr]
    bar.set_label(label, labelpad=2)
    beside.tick_params(which="both", direction="in", pad=1.5)
    make_ticks(beside)


def _on_colour(image: Any, value: float) -> str:
    """Black or white, whichever is better seen on the colour of a value."""
    code = to_hex(image.to_rgba(value))
    return max(("#000000", "#ffffff"), key=lambda ink: style.contrast(ink, code))


_DRAW: dict[type, Any] = {
    d.Line: _line,
    d.Points: _points,
    d.EdgeMarks: _edge_marks,
    d.Band: _band,
    d.Bars: _bars,
    d.Mark: _mark,
    d.Map: _map,
}
