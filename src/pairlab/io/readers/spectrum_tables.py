"""alpha^2F as programs write it in text, with frequencies in meV and the rest as it stands.

    a2F.dosN       matdyn.x of Quantum ESPRESSO: Ry; the total and the modes; lambda at the end
    alpha2F.dat    lambda.x of Quantum ESPRESSO: THz; a column for each smearing of the electrons
    *.a2f          EPW: meV; a column for each smearing of the phonons, then lambda(w); lambda below
    ALPHA2F.OUT    Elk: Hartree, without a header
    columns        # frequency [meV]  alpha2F          (a line "lambda = 0.43" may stand below)

Sources: the lines that write them (a2Fdos in matdyn.f90 and lambda.f90; a2f_main and
evaluate_a2f_lambda of EPW; alpha2f.f90 of Elk).
"""

import math
import re
from collections.abc import Sequence
from itertools import dropwhile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import constants

from pairlab import units
from pairlab.errors import InputError
from pairlab.io.readers.fortran import NUMBER, bad
from pairlab.io.readers.fortran import numbers as fortran_numbers

ENERGIES = {
    "meV": 1.0,
    "eV": 1e3,
    "THz": constants.h / constants.e * 1e15,
    "cm^-1": constants.h * constants.c / constants.e * 1e5,
    "K": units.BOLTZMANN,
    "Ry": constants.value("Rydberg constant times hc in eV") * 1e3,
    "Ha": constants.value("Hartree energy in eV") * 1e3,
}
"""What a frequency may be given in, and its value in meV: h nu, h c/(wavelength), k T."""

HEADER = '"# frequency [meV]  alpha2F"'
_ALIASES = {"cm-1": "cm^-1", "1/cm": "cm^-1", "cm**-1": "cm^-1", "cm^{-1}": "cm^-1",
            "cm⁻¹": "cm^-1", "kelvin": "K", "ryd": "Ry", "rydberg": "Ry",
            "hartree": "Ha"}  # fmt: skip
_LAMBDA = re.compile(
    r"\s*#?\s*lambda(?:_int)?\s*[=:]\s*(\S+)\s*(?:Delta\s*=\s*(\S+)|lambda_sum\s*=.*)?\s*"
)
_MATDYN = re.compile(r"frequencies in Rydberg")
_LAMBDA_X = re.compile(r"\s*#?\s*E\s*\(THz\)(.*)")
_EPW = re.compile(r"\s*w\[meV\] a2f .*smearing values")
_INTEGRATED, _SMEARING = "Integrated el-ph coupling", "Phonon smearing (meV)"
_UNIT = re.compile(r"[^\[\]]*?\[([^\[\]]*)\](.*)")
_RESOLUTION = 0.5e-6  # Ry: matdyn.x once wrote six decimals
_FEWEST = 4


class Table(NamedTuple):
    """frequency: (point,) meV. values: (column, point). names, printed: of the columns, with the
    lambdas that the program printed. default: the column that the program itself uses. lines: of
    the points, where there are lines. notes: what was done."""

    frequency: np.ndarray
    values: np.ndarray
    names: tuple[str, ...] = ("",)
    printed: tuple[float | None, ...] = (None,)
    default: int | None = 0
    lines: Sequence[int] = ()
    notes: tuple[str, ...] = ()


def text_table(path: Path, lines: list[str], unit: str | None) -> Table:
    """What a text file holds. unit: of the columns of a file that may have any.

    Raises: InputError that names the line.
    """
    head = lines[:20]
    if "a2f_tr" in path.name.lower():
        raise InputError(
            what=f"{path} is a transport spectral function",
            why="by its name it weighs scattering by the change of velocity, and pairing does not",
            remedy="give the file *.a2f",
        )
    own = None
    if any(map(_MATDYN.search, head)):
        own = _matdyn
    elif any(map(_LAMBDA_X.fullmatch, head)):
        own = _lambda_x
    elif any(map(_EPW.match, head)) or any(line.strip() == _INTEGRATED for line in lines):
        own = _epw
    if own is None:
        return _columns(path, lines, unit)
    if unit is not None:
        raise InputError(
            what=f"{path} with the unit {unit}",
            why="the file is of a program that writes frequencies in a unit of its own",
            remedy="leave out unit",
        )
    return own(path, lines)


def energy_unit(unit: str, *, where: str) -> float:
    """A unit of frequency in meV. Raises: InputError for an unknown one."""
    text = unit.strip().replace("−", "-")
    name = _ALIASES.get(text, _ALIASES.get(text.lower(), text))
    if name in ENERGIES:
        return ENERGIES[name]
    # A million of eV is not a thousandth of one.
    close = [known for known in ENERGIES if known.lower() == name.lower() and name[:1] != "M"]
    if close:
        units.notify(f"{where}: {unit!r} was read as {close[0]!r}")
        return ENERGIES[close[0]]
    raise InputError(
        what=f'{where}: the unit "{unit}" of the frequency '
        + ("is not known" if text else "is empty"),
        why="known are " + ", ".join(ENERGIES),
        remedy=f"name one of them, as in {HEADER}, or give unit=",
    )


def _matdyn(path: Path, lines: list[str]) -> Table:
    """The total of a2F.dosN, whose lines once were a frequency and the total, then the modes."""
    end = next((n for n, line in enumerate(lines) if _LAMBDA.fullmatch(line)), None)
    if end is None:
        raise bad(
            path, len(lines), "the line with lambda that ends a2F.dos is missing",
            "copy the file again",
        )  # fmt: skip
    numbered = _numbered(lines, stop=end)
    counts = [len(words) for _, words in numbered]
    old = counts[:1] == [2]
    record = next((n for n, c in enumerate(counts[1:], 1) if c == 2), len(counts)) if old else 1
    rows, numbers = _rows(path, numbered, counts[:record])
    match = _LAMBDA.fullmatch(lines[end])
    assert match is not None
    printed, *step = fortran_numbers(path, end + 1, [word for word in match.groups() if word])
    frequency = rows[:, 0]
    if old and step:
        frequency = _regular(frequency, step[0])
    return Table(frequency * ENERGIES["Ry"], rows[:, 1][None], printed=(printed,), lines=numbers)


def _regular(written: np.ndarray, step: float) -> np.ndarray:
    """Frequencies in equal steps, written with six decimals, from their step, which has all."""
    steps = step * np.arange(len(written))
    low = float(np.max(written - steps)) - _RESOLUTION * 1.001
    high = float(np.min(written - steps)) + _RESOLUTION * 1.001
    if low > high:
        return written
    # Without imaginary modes the first of them is the middle of the first step from zero.
    return steps + (step / 2 if low <= step / 2 <= high else (low + high) / 2)


def _lambda_x(path: Path, lines: list[str]) -> Table:
    """alpha2F.dat: ten smearings in a line, more of them in lines below, header and rows alike."""
    start = next(n for n, line in enumerate(lines) if _LAMBDA_X.fullmatch(line))
    match = _LAMBDA_X.fullmatch(lines[start])
    assert match is not None
    smearings = match[1].split()
    numbered = _numbered(lines, start=start + 1)
    while numbered and len(numbered[0][1]) <= len(smearings[:10]) and len(smearings) >= 10:
        smearings += numbered.pop(0)[1]
    rows, numbers = _rows(path, numbered, _record(numbered, len(smearings) + 1))
    return Table(
        rows[:, 0] * ENERGIES["THz"],
        rows[:, 1:].T,
        names=tuple(f"electron smearing {word} Ry" for word in smearings),
        printed=(None,) * len(smearings),
        default=0 if len(smearings) == 1 else None,
        lines=numbers,
    )


def _epw(path: Path, lines: list[str]) -> Table:
    """The spectra of EPW, which reads the first of them itself.

    Its header may count smearings that are not there; the lambdas at the end are one for each.
    """
    end = next((n for n, line in enumerate(lines) if line.strip() == _INTEGRATED), None)
    if end is None:
        raise bad(
            path, len(lines), f'the end, from "{_INTEGRATED}" on, is missing', "copy the file again"
        )
    printed = _remark(path, lines, end)
    place = next((n for n, line in enumerate(lines) if line.strip() == _SMEARING), None)
    smearings = _remark(path, lines, place) if place is not None else []
    names = [f"phonon smearing {value:g} meV" for value in smearings]
    if not printed or len(names) not in (0, len(printed)):
        raise bad(
            path, end + 2, f"it has {len(printed)} lambdas for {len(names)} smearings",
            "copy the file again",
        )  # fmt: skip
    cumulative = any("integrated 2*a2f/w" in line for line in lines[:3])
    numbered = _numbered(lines, stop=end)
    rows, numbers = _rows(path, numbered, _record(numbered, (1 + cumulative) * len(printed) + 1))
    return Table(
        rows[:, 0],
        rows[:, 1 : 1 + len(printed)].T,
        names=tuple(names) or ("",) * len(printed),
        printed=tuple(printed),
        lines=numbers,
    )


def _remark(path: Path, lines: list[str], title: int) -> list[float]:
    """The numbers in the lines with # below a title."""
    found: list[float] = []
    for number, line in enumerate(lines[title + 1 :], title + 2):
        if not line.lstrip().startswith("#"):
            break
        found += fortran_numbers(path, number, line.replace("#", " ").split())
    return found


def _columns(path: Path, lines: list[str], unit: str | None) -> Table:
    """Columns below a header with the unit of the first; those of Elk have neither."""
    numbered = _numbered(lines)
    first = numbered[0][0] if numbered else len(lines) + 1
    headers = [
        (number, match[1].strip(), match[2])
        for number, line in enumerate(lines[: first - 1], 1)
        if (match := _UNIT.fullmatch(line))
    ]
    # Brackets farther above may hold something else.
    header, stated, rest = headers[-1] if headers else (None, None, "")
    notes = ()
    if header is not None:
        _unitless(path, header, rest)
        if unit not in (None, stated):
            notes = (f"the unit {unit} was given, in place of {stated} in the header",)
    elif unit is None and path.name == "ALPHA2F.OUT":
        stated = "Ha"
    elif unit is None:
        raise bad(
            path, min(first, len(lines)), "no header line names the unit of the frequency",
            f"write it above the numbers, as in {HEADER}, or give unit=",
        )  # fmt: skip
    scale = energy_unit(unit or stated or "", where=f"{path}" + f", line {header}" * bool(header))
    remarks = {n: match for n, line in enumerate(lines, 1) if (match := _LAMBDA.fullmatch(line))}
    printed = [fortran_numbers(path, n, [match[1]])[0] for n, match in remarks.items()]
    numbered = [(n, words) for n, words in numbered if n not in remarks]
    rows, numbers = _rows(path, numbered, [len(words) for _, words in numbered[:1]])
    count = rows.shape[1] - 1
    if count < 1:
        raise bad(path, numbers[0], "it has one number", "give the frequency and alpha^2F")
    # "Frequency[Ry], a2F, DOS[Ry] ..." of alpha2f.x and "w[meV] a2f a2f_modeproj" of EPW.
    named = re.match(r"[\s,;]*(?:a2f|alpha\^?2f)\b", rest, re.IGNORECASE) is not None
    return Table(
        rows[:, 0] * scale,
        rows[:, 1:].T,
        names=("",) * count,
        printed=(*printed[:1], *(None,) * count)[:count],
        default=0 if count == 1 or named else None,
        lines=numbers,
        notes=notes,
    )


def _unitless(path: Path, line: int, rest: str) -> None:
    """Raises: InputError where the second column has a unit."""
    found = re.match(r"[\s,;]*[^\s,;\[\]]+\s*\[([^\[\]]*)\]", rest)
    if found and found[1].strip() not in ("", "1", "-", "dimensionless"):
        raise bad(
            path, line, f'alpha^2F is given the unit "{found[1]}" and is a pure number',
            "give alpha^2F as it is in lambda = 2 Int a2F/w dw",
        )  # fmt: skip


def _numbered(
    lines: list[str], start: int = 0, stop: int | None = None
) -> list[tuple[int, list[str]]]:
    """The lines from the first number on, without comments, by their numbers, in words."""
    found = [
        (number, re.split(r"[\s,;]+", line.strip()))
        for number, line in enumerate(lines[start:stop], start + 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    return list(dropwhile(lambda numbered: not NUMBER.fullmatch(numbered[1][0]), found))


def _record(numbered: list[tuple[int, list[str]]], width: int) -> list[int]:
    """How many words the lines of one row have, which Fortran continues on further lines."""
    counts = [len(words) for _, words in numbered[:2]] or [width]
    pattern = [min(counts[0], width)]
    while sum(pattern) < width:
        pattern.append(min(counts[-1], width - sum(pattern)))
    return pattern


def _rows(
    path: Path, numbered: list[tuple[int, list[str]]], pattern: list[int]
) -> tuple[np.ndarray, list[int]]:
    """The numbers, (row, column), and the first line of each row. pattern: words in its lines."""
    for place, (number, words) in enumerate(numbered):
        wanted = pattern[place % len(pattern)]
        if len(words) != wanted:
            raise bad(
                path, number, f"it has {len(words)} numbers where {wanted} were expected",
                "complete the line, or copy the file again",
            )  # fmt: skip
    count, left = divmod(len(numbered), max(1, len(pattern)))
    if left or count < _FEWEST:
        raise bad(
            path, numbered[-1][0] if numbered else 1,
            f"the file ends after {count} points"
            + (" and a part of another" if left else f" of at least {_FEWEST}"),
            "copy the file again, or complete it",
        )  # fmt: skip
    try:
        flat = np.array([word for _, words in numbered for word in words], dtype=float)
    except ValueError:  # Fortran leaves the E out where an exponent has three digits
        flat = np.array([math.nan])
    if not np.all(np.isfinite(flat)):
        flat = np.concatenate([fortran_numbers(path, number, words) for number, words in numbered])
    numbers = [number for number, _ in numbered[:: len(pattern)]]
    return flat.reshape(count, -1), numbers
