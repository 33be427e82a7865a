"""Where panels stand: all of one size, with room between them for what is written around each.

The room follows from labels and type alone, so that nothing has to be drawn to find it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from pairlab.plot import style, text

LABEL_PAD, TITLE_PAD, TICK_PAD = 2.5, 4.0, 3.5
"""Points between an axis and its tick labels, these and the axis label, a panel and its title."""

BETWEEN = 3.6
"""Points on each side of a panel with what belongs to it."""


@dataclass(frozen=True)
class Room:
    """Points that labels and title take around a panel."""

    left: float
    right: float
    below: float
    above: float


def place_panels(
    panels: Sequence[Axes], *, columns: int, below: float, above: float, beside: Sequence[float]
) -> None:
    """Move panels to their places, row by row; their limits and about their sizes must be known.

    Args:
        panels: of one figure. columns: panels in a row.
        below, above: points at the foot and the head of the figure that are not theirs.
        beside: points of its own width that each panel leaves to a colour bar.
    """
    figure = panels[0].get_figure(root=True)
    assert isinstance(figure, Figure)
    width, height = (72.0 * float(inches) for inches in figure.get_size_inches())
    rows = -(-len(panels) // columns)
    rooms = [_room(axes, width * axes.get_position().width) for axes in panels]
    by_column = [rooms[n::columns] for n in range(columns)]
    by_row = [rooms[n * columns : (n + 1) * columns] for n in range(rows)]
    left, right = ([_widest(part, side) for part in by_column] for side in ("left", "right"))
    head, foot = ([_widest(part, side) for part in by_row] for side in ("above", "below"))
    free = width - sum(left) - sum(right) - 2 * BETWEEN * columns
    tall = height - below - above - sum(head) - sum(foot) - 2 * BETWEEN * rows
    one, high = free / columns, tall / rows
    for number, (axes, own) in enumerate(zip(panels, beside, strict=True)):
        row, column = divmod(number, columns)
        before = sum(left[: column + 1]) + sum(right[:column])
        x = before + column * one + (2 * column + 1) * BETWEEN
        over = sum(head[: row + 1]) + sum(foot[:row])
        y = height - above - over - (row + 1) * high - (2 * row + 1) * BETWEEN
        axes.set_position((x / width, y / height, (one - own) / width, high / height))


def _widest(rooms: Sequence[Room], side: str) -> float:
    return max((getattr(room, side) for room in rooms), default=0.0)


def _room(axes: Axes, width: float) -> Room:
    """width: of the panel, which decides how far the words below it stand out at its sides."""
    size = style.TYPE_SIZE["tick"]
    x_ticks, y_ticks = labelled_ticks(axes.xaxis), labelled_ticks(axes.yaxis)
    middles = [(place * width, text.width(label, size)) for place, label in x_ticks]
    for line in axes.get_xlabel().splitlines():
        middles.append((width / 2, text.width(line, style.TYPE_SIZE["label"])))
    titles = [title for loc in ("left", "center") if (title := axes.get_title(loc=loc))]
    heights = [TITLE_PAD + text.height(title, style.TYPE_SIZE["title"]) for title in titles]
    beside = max((TICK_PAD + text.width(label, size) for _, label in y_ticks), default=0.0)
    raised = size + TICK_PAD if offset_of(axes.yaxis) else 0.0
    return Room(
        left=max([beside + _label_room(axes.get_ylabel()), *(w / 2 - x for x, w in middles)]),
        right=max([0.0, *(x + w / 2 - width for x, w in middles)]),
        below=(TICK_PAD + size if x_ticks else 0.0) + _label_room(axes.get_xlabel()),
        above=max(heights, default=size / 2) + raised,
    )


def _label_room(label: str) -> float:
    return LABEL_PAD + text.height(label, style.TYPE_SIZE["label"]) if label else 0.0


def labelled_ticks(axis: Any) -> list[tuple[float, str]]:
    """Place along an axis, 0 to 1, and text of each of its labels that is in view."""
    found = []
    ends = axis.get_transform().transform(axis.get_view_interval())
    for locate, formatter in (
        (axis.get_majorticklocs, axis.get_major_formatter()),
        (axis.get_minorticklocs, axis.get_minor_formatter()),
    ):
        if isinstance(formatter, NullFormatter):
            continue
        locations = locate()
        labels = formatter.format_ticks(locations)
        places = (axis.get_transform().transform(locations) - ends[0]) / (ends[1] - ends[0])
        found += [
            (float(place), label)
            for place, label in zip(places, labels, strict=True)
            if label and -1e-9 <= place <= 1 + 1e-9
        ]
    return found


def offset_of(axis: Any) -> str:
    """What the labels of an axis are multiplied by, "" for nothing."""
    formatter = axis.get_major_formatter()
    formatter.format_ticks(axis.get_majorticklocs())  # it is known only then
    return formatter.get_offset()
