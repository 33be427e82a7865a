"""What is written around panels: title and footer of a figure, labels and titles of its panels."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from pairlab.plot import description as d
from pairlab.plot import layout, style, text
from pairlab.plot.ticks import Side, set_ticks

_MARGIN = 0.012
_LABEL_SHARE = {"x": 0.9, "y": 0.72}  # of a panel's place that an axis label may take


def letter(number: int, count: int) -> str:
    """Of the panel with this number; a single panel has none."""
    return f"({chr(ord('a') + number)})" if count > 1 else ""


def wrapped(footer: str, width: float) -> list[str]:
    """Lines of the footer at a width in mm."""
    room = width * style.MILLIMETRE * 72 * (1 - 2 * _MARGIN)
    return text.wrap(footer, style.TYPE_SIZE["footer"], room)


def frame_texts(drawn: Figure, figure: d.Figure, footer: list[str], height: float) -> None:
    """Title above, footer below; both keep out of the room that the layout gives to panels."""
    if figure.title:
        drawn.text(
            _MARGIN,
            1 - 0.35 * style.TYPE_SIZE["headline"] / 72 / height,
            figure.title,
            fontsize=style.TYPE_SIZE["headline"],
            fontweight="bold",
            va="top",
            in_layout=False,
        )
    if footer:
        drawn.text(
            _MARGIN,
            0.03 / height,
            "\n".join(footer),
            fontsize=style.TYPE_SIZE["footer"],
            va="bottom",
            linespacing=1.15,
            color=style.colour_code("black"),
            in_layout=False,
        )


def frame_panel(axes: Axes, panel: d.Panel, room: tuple[float, float]) -> None:
    """Labels, scales and ticks; labels are broken into lines where the room (mm) demands it."""
    sides: tuple[tuple[Side, d.Axis, float], ...] = (
        ("x", panel.x, room[0]),
        ("y", panel.y, room[1]),
    )
    for side, axis, extent in sides:
        points = extent * style.MILLIMETRE * 72 * _LABEL_SHARE[side]
        label = "\n".join(text.wrap(axis.label, style.TYPE_SIZE["label"], points))
        axes.set(**{f"{side}label": label})
        set_ticks(axes, side, axis)


def set_title(axes: Axes, title: str, letter: str, room: float) -> None:
    """The letter of a panel in bold type and its title beside it; room: of the panel, mm."""
    size = style.TYPE_SIZE["title"]
    lines = text.wrap(title, size, room * style.MILLIMETRE * 72 * 0.75 - 14)
    # Given a height, the title is not moved; a power of ten above the axis has to move it.
    height = None if layout.offset_of(axes.yaxis) else 1.0
    words = axes.set_title("\n".join(lines), loc="center", x=0.0, y=height, ha="left")
    if letter:
        first = letter + "\n" * (len(lines) - 1)
        axes.set_title(first, loc="left", y=height, fontweight="bold")
        indent = text.width(f"{letter} ", size, bold=True)
        inches = axes.figure.dpi_scale_trans  # type: ignore[union-attr]
        shift = ScaledTranslation(indent / 72, layout.TITLE_PAD / 72, inches)
        words.set_transform(axes.transAxes + shift)
