"""Ticks and their labels, as plain text: matplotlib's own mathtext is slow to set."""

import re
from typing import Any, Literal

import numpy as np
from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.markers import TICKDOWN, TICKLEFT, TICKRIGHT, TICKUP
from matplotlib.ticker import (
    AutoMinorLocator,
    Formatter,
    LogFormatterSciNotation,
    MaxNLocator,
    ScalarFormatter,
)

from pairlab.plot import description as d

Side = Literal["x", "y"]

_RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")


class PlainText(Formatter):
    """Another formatter's labels without markup: "10⁻³" in place of "$10^{-3}$"."""

    def __init__(self, inner: Formatter) -> None:
        self.inner = inner

    def set_axis(self, axis: Any) -> None:
        """As matplotlib asks of a formatter; so are the others."""
        self.axis = axis
        self.inner.set_axis(axis)

    def set_locs(self, locs: Any) -> None:
        """Where the ticks are."""
        self.inner.set_locs(locs)

    def get_offset(self) -> str:
        """What all labels are multiplied by: "×10⁵", or "" for nothing."""
        return without_markup(self.inner.get_offset())

    def __call__(self, x: float, pos: int | None = None) -> str:
        """The label of one tick."""
        return without_markup(self.inner(x, pos))


def without_markup(label: str) -> str:
    """A tick label in mathtext as plain text."""
    label = label.replace("$", "").replace(r"\times", "×")
    label = re.sub(r"\^\{([^{}]*)\}", lambda power: power[1].translate(_RAISED), label)
    return re.sub(r"\\mathdefault\{([^{}]*)\}", r"\1", label)


class MinorTicks(Artist):
    """Small ticks between the others on both sides of a linear axis, drawn as one thing.

    matplotlib makes seven objects for each of them, which takes longer than all other drawing.
    """

    def __init__(self, axes: Axes, side: Side) -> None:
        Artist.__init__(self)
        self.across = side == "y"
        if side == "x":
            self.axis, self.places = axes.xaxis, axes.get_xaxis_transform()
            self.markers = TICKUP, TICKDOWN
            self.size = rcParams["xtick.minor.size"], rcParams["xtick.minor.width"]
        else:
            self.axis, self.places = axes.yaxis, axes.get_yaxis_transform()
            self.markers = TICKRIGHT, TICKLEFT
            self.size = rcParams["ytick.minor.size"], rcParams["ytick.minor.width"]
        self.locator = AutoMinorLocator()
        self.locator.set_axis(self.axis)
        self.set_in_layout(False)
        self.set_zorder(self.axis.get_zorder())

    def draw(self, renderer: Any) -> None:
        """As matplotlib asks of whatever it draws."""
        low, high = sorted(self.axis.get_view_interval())
        along = np.asarray(self.locator())
        along = along[(along >= low) & (along <= high)]
        for end, marker in enumerate(self.markers):
            across = np.full(len(along), float(end))
            ticks = Line2D(
                *((across, along) if self.across else (along, across)),
                linestyle="none",
                marker=marker,  # type: ignore[arg-type]
                markersize=self.size[0],
                markeredgewidth=self.size[1],
                markeredgecolor=self.axis.get_tick_params(which="minor").get("color", "black"),
                transform=self.places,
            )
            ticks.set_figure(self.axis.figure)  # type: ignore[arg-type]
            ticks.draw(renderer)


def plain_numbers() -> PlainText:
    """Labels of a linear axis."""
    return PlainText(ScalarFormatter())


def set_ticks(axes: Axes, side: Side, axis: d.Axis) -> None:
    """The scale of an axis with the ticks that go with it."""
    drawn = getattr(axes, f"{side}axis")
    if axis.scale == "log":
        axes.set(**{f"{side}scale": "log"})
        drawn.set_major_formatter(PlainText(LogFormatterSciNotation()))
        drawn.set_minor_formatter(PlainText(LogFormatterSciNotation()))
        return
    if axis.categories:
        drawn.set_ticks(range(len(axis.categories)), axis.categories)
        drawn.set_tick_params(which="both", length=0)
        return
    drawn.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))  # labels do not touch
    axes.add_artist(MinorTicks(axes, side))
    drawn.set_major_formatter(plain_numbers())


def make_ticks(axes: Axes) -> None:
    """The ticks as they are styled now: matplotlib makes them when they are first drawn."""
    for axis in (axes.xaxis, axes.yaxis):
        axis.get_major_ticks()
        axis.get_minor_ticks()
