"""Numbers as programs in Fortran write them, and errors that name a line."""

import math
import re
from collections.abc import Sequence
from pathlib import Path

from pairlab.errors import InputError

NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))(?:[eEdD]?([-+]\d+)|[eEdD](\d+))?")


def numbers(path: Path, line: int, words: Sequence[str]) -> list[float]:
    """The words of a line as numbers, those without the E of an exponent too.

    Raises: InputError that names the line.
    """
    found = []
    for word in words:
        match = NUMBER.fullmatch(word)
        number = float(f"{match[1]}e{match[2] or match[3] or 0}") if match else math.nan
        if not math.isfinite(number):
            raise bad(path, line, f'"{word}" is not a finite number', "correct it")
        found.append(number)
    return found


def bad(path: Path, line: int, why: str, remedy: str) -> InputError:
    """The error that names a line."""
    return InputError(what=f"{path}, line {line}", why=why, remedy=remedy)
