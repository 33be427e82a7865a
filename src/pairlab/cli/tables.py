"""Tables and numbers as a person reads them on the terminal."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_BETWEEN = 3  # characters between columns
_DIGITS = 7  # significant digits at most; --json and files have them all


def shown(value: float, error: float = 0.0) -> str:
    """A number with the digits that its error leaves, at most 7 significant ones."""
    if not math.isfinite(value):
        return "-"
    if value == 0:
        return "0"
    digits = _DIGITS
    if math.isfinite(error) and error > 0:
        digits = 1 + math.floor(math.log10(abs(value))) - math.floor(math.log10(error))
    digits = min(max(digits, 1), _DIGITS)
    if 1e-4 <= abs(value) < 1e7:
        decimals = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
        return f"{value:.{decimals}f}"
    return f"{value:.{digits - 1}e}"


def shown_error(error: float) -> str:
    """An error estimate with two digits."""
    return f"{error:.1e}" if math.isfinite(error) else "-"


def grid(*columns: tuple[str, str], title: str = "") -> Table:
    """A light table; columns are (heading, "left" or "right")."""
    table = Table(
        box=box.SIMPLE, title=title or None, title_justify="left", title_style="bold",
        pad_edge=False, padding=(0, 1),
    )  # fmt: skip
    for heading, justify in columns:
        table.add_column(heading, justify="right" if justify == "right" else "left",
                         overflow="fold")  # fmt: skip
    return table


class Column(NamedTuple):
    """What a table has of one quantity: a heading, and cells as they are printed."""

    heading: str
    cells: list[str]
    justify: str = "right"

    @property
    def width(self) -> int:
        """Characters that it takes at least: words are not broken."""
        return max(map(len, [*self.heading.split(), *self.cells]))


def columns(
    out: Console, first: Column, rest: Sequence[Column], *, rows: Iterable[int] | None = None,
    title: str = "",
) -> None:  # fmt: skip
    """Columns beside the first one, in as many tables as fit the width of the terminal.

    rows: those that are printed, all by default.
    """
    rows = list(range(len(first.cells)) if rows is None else rows)
    parts: list[list[Column]] = []
    left = 0
    for column in rest:
        if column.width + _BETWEEN > left or not parts:
            parts.append([])
            left = out.width - first.width - _BETWEEN
        parts[-1].append(column)
        left -= column.width + _BETWEEN
    for part in parts:
        out.print(_fitted([first, *part], rows, title, out.width))


def _fitted(part: Sequence[Column], rows: Iterable[int], title: str, width: int) -> Table:
    table = grid(*((one.heading, one.justify) for one in part), title=title)
    # Headings share what the cells leave of the width, so that they break into few lines.
    spare = width - sum(one.width + _BETWEEN for one in part)
    for k, (drawn, column) in enumerate(zip(table.columns, part, strict=True)):
        more = max(min(len(column.heading) - column.width, spare // (len(part) - k)), 0)
        drawn.width, spare = column.width + more, spare - more
    for i in rows:
        table.add_row(*(one.cells[i] for one in part))
    return table


def labelled(out: Console, rows: Iterable[tuple[str, str]]) -> None:
    """Short labels in front of texts that may run over several lines."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in rows:
        if text:
            table.add_row(label, Text(text))
    out.print(table)


def title(out: Console, key: str, text: str) -> None:
    """A key and what it stands for."""
    out.print(Text.assemble((key, "bold cyan"), "  ", (text, "bold")))


def critical_temperature(out: Console, value: float, error: float, *, none: bool) -> None:
    """Tc = ... K, with its numerical error."""
    if none:
        out.print("Tc = 0 K: no superconductivity (Tc is below 1e-6 K)")
    else:
        number, uncertainty = shown(value, error), shown_error(error)
        out.print(f"Tc = {number} K   (numerical error {uncertainty} K)")


def plain(value: object) -> str:
    """A coordinate: six digits of a number, or a text as it is."""
    return f"{value:g}" if isinstance(value, float) else str(value)
