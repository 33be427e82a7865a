"""The look of every figure: colours, sizes, type. No drawing library is needed to read it."""

from pairlab.plot.description import Dash

LINE_COLOURS = {
    "black": "#000000",
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "grey": "#6B6B6B",
}
"""Okabe and Ito's colours, which remain distinct in the common forms of colour blindness, and a
grey. Their yellow is left out: it cannot be seen on white."""

SEQUENCE = ("blue", "vermillion", "green", "black", "purple")
"""The order in which curves take colours: those that stand out well enough on white paper."""

DASHES: tuple[Dash, ...] = ("solid", "dashed", "dotted", "dashdot")
"""A family with more curves than colours starts again with the next dash."""

COLOUR_MAP = "cividis"
NO_VALUE_COLOUR = "#FFFFFF"
NO_VALUE_HATCH = "//////"
BAD_COLOUR = "black"
"""Of crosses at points that failed; no curve is marked with crosses."""

TYPE_SIZE = {"label": 7.5, "title": 7.5, "tick": 7.0, "legend": 6.5, "headline": 9.0, "footer": 6.0}
"""Points, at the size at which the figure is printed."""

LINE_WIDTH, HEAVY_LINE_WIDTH, AXIS_LINE_WIDTH = 0.9, 1.6, 0.6
MARKER_SIZE, SMALL_MARKER_SIZE, STAR_SIZE = 4.5, 2.0, 8.0
RESOLUTION = 300
"""Dots per inch of bitmap files."""

MILLIMETRE = 1 / 25.4
"""In inches."""


def colour_code(name: str) -> str:
    """The hexadecimal code of a colour by name."""
    return LINE_COLOURS[name]


def appearance(index: int) -> tuple[str, Dash]:
    """Colour name and dash of the curve with this number in a family."""
    cycle, place = divmod(index, len(SEQUENCE))
    return SEQUENCE[place], DASHES[cycle % len(DASHES)]


def band_appearance(index: int) -> tuple[str, Dash]:
    """Colour and dash of a band: the dash tells apart bands whose curves nearly coincide."""
    dashes: tuple[Dash, ...] = ("solid", "dashed", "dashdot", "dotted")
    return SEQUENCE[index % len(SEQUENCE)], dashes[index % len(dashes)]


def contrast(first: str, second: str) -> float:
    """The ratio of luminances of two hexadecimal colours, 1 to 21 (WCAG 2)."""
    light = sorted((luminance(first), luminance(second)))
    return (light[1] + 0.05) / (light[0] + 0.05)


def luminance(code: str) -> float:
    """Relative luminance of a hexadecimal colour, 0 to 1."""
    channels = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
