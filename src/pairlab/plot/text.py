"""Text that fits: widths are those of the font that figures are set in."""

from functools import cache

from matplotlib.font_manager import FontProperties, findfont, get_font

FONT = "DejaVu Sans"
"""matplotlib brings it along: the same look on every machine."""

_MEASURED = 100.0
_LINE = 1.2


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of one line in points at a type size in points."""
    return sum(_advance(character, "bold" if bold else "normal") for character in text) * size


def height(text: str, size: float) -> float:
    """The height of its lines in points, the space between them included."""
    lines = text.count("\n") + 1
    return size if lines == 1 else _LINE * lines * size


def wrap(text: str, size: float, room: float) -> list[str]:
    """Lines no wider than `room` points, broken between words; line breaks in the text stay."""
    lines: list[str] = []
    for part in text.splitlines():
        line = ""
        for word in part.split(" "):
            longer = f"{line} {word}".strip()
            if line and width(longer, size) > room:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


@cache
def _advance(character: str, weight: str) -> float:
    """Advance width of a character in units of the type size."""
    font = get_font(findfont(FontProperties(family=FONT, weight=weight)))
    font.set_size(_MEASURED, 72)
    return font.load_char(ord(character)).linearHoriAdvance / 65536 / _MEASURED
