"""What a figure shows, without saying how it is drawn.

A `Figure` holds panels, a `Panel` holds axes and series; all are frozen and hold arrays, numbers
and text only. Colours are names in `style.LINE_COLOURS` (or "grey"), sizes are millimetres.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Scale = Literal["linear", "log"]
Dash = Literal["solid", "dashed", "dotted", "dashdot"]
Marker = Literal["circle", "square", "diamond", "triangle", "star", "cross", "below"]

ONE_COLUMN = 86.0
"""Width of a figure in one journal column, mm."""

TWO_COLUMNS = 178.0
"""Width of a figure across both columns, mm."""


@dataclass(frozen=True, eq=False)
class Axis:
    """One axis: label with its unit, scale and, where the data do not decide them, limits.

    categories: names for the positions 0, 1, 2, ... where the axis is not a number.
    """

    label: str
    scale: Scale = "linear"
    limits: tuple[float | None, float | None] = (None, None)
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Line:
    """A curve; it is broken where y is nan."""

    x: np.ndarray
    y: np.ndarray
    label: str = ""
    colour: str = "black"
    dash: Dash = "solid"
    heavy: bool = False


@dataclass(frozen=True, eq=False)
class Points:
    """Separate points; an open marker says that a reader must not take the point as established."""

    x: np.ndarray
    y: np.ndarray
    label: str = ""
    colour: str = "black"
    marker: Marker = "circle"
    filled: bool = True
    small: bool = False
    x_error: np.ndarray | None = None
    y_error: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class EdgeMarks:
    """Places on the x axis where there is no value to draw; marked at the foot of the panel."""

    x: np.ndarray
    label: str
    colour: str = "black"
    marker: Marker = "cross"


@dataclass(frozen=True, eq=False)
class Band:
    """The area between two curves."""

    x: np.ndarray
    low: np.ndarray
    high: np.ndarray
    label: str = ""
    colour: str = "black"


@dataclass(frozen=True, eq=False)
class Bars:
    """Heights at positions, with error bars where they are known."""

    x: np.ndarray
    height: np.ndarray
    label: str = ""
    colour: str = "blue"
    error: np.ndarray | None = None
    width: float = 0.7


@dataclass(frozen=True, eq=False)
class Map:
    """z (x, y) as colours; nan is hatched.

    label: of the colour bar. levels: contour lines. write_values: print each cell's number in it.
    limits: of the colours, where several maps share them.
    """

    x: np.ndarray
    y: np.ndarray
    z: np.ndarray
    label: str
    levels: tuple[float, ...] = ()
    write_values: bool = False
    limits: tuple[float | None, float | None] = (None, None)


@dataclass(frozen=True, eq=False)
class Mark:
    """A straight line across the panel at one value of x or y."""

    value: float
    label: str = ""
    across: Literal["x", "y"] = "x"
    colour: str = "grey"
    dash: Dash = "dashed"


Series = Line | Points | EdgeMarks | Band | Bars | Map | Mark


@dataclass(frozen=True, eq=False)
class Panel:
    """One pair of axes.

    legend: "auto" finds a place inside that hides no data and makes room if there is none; "none".
    note: a short text in a free corner.
    """

    x: Axis
    y: Axis
    series: tuple[Series, ...]
    title: str = ""
    legend: Literal["auto", "none"] = "auto"
    legend_title: str = ""
    note: str = ""


@dataclass(frozen=True, eq=False)
class Figure:
    """Panels in rows of `columns`, a title above and a footer in small type below."""

    panels: tuple[Panel, ...]
    title: str = ""
    footer: str = ""
    width: float = TWO_COLUMNS
    columns: int = 2
    row_height: float = 58.0
