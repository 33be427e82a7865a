"""Densities of states from files: VASP, Quantum ESPRESSO, or two columns with their units.

    DOSCAR        the total density of states; E_F, volume and number of atoms are in its head
    *.dos         dos.x of Quantum ESPRESSO:  #  E (eV)   dos(E)     Int dos(E) EFermi =  6.1 eV
    two columns   # fermi_energy = 5.3 eV                (optional, as is: # volume = 0.03 nm^3)
                  # energy [eV]  density_of_states [1/(eV nm^3)]         (or [states/eV/cell])

Both spins are added. The format is told by the content, units are converted here, at the edge, and
what a file does not say is asked for and never guessed.
"""

import hashlib
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from pairlab import units
from pairlab.electrons.states.density_table import DensityTable
from pairlab.errors import InputError
from pairlab.io.readers.fortran import NUMBER, bad
from pairlab.io.readers.fortran import numbers as fortran_numbers
from pairlab.io.reading import reading

_EV = 1e3  # meV
# Of the maximum: in the smearing of Methfessel and Paxton (first order) a single level reaches
# -0.055 of its peak at its sides.
_SMEARING = 0.06
_FEWEST = 4
_HEAD = 6  # lines of a DOSCAR before the first energy
_ESPRESSO = re.compile(r"#?\s*E\s*\(eV\)\s+dos(up|)\(E\)", re.IGNORECASE)
_COLUMNS = re.compile(r"#?\s*([^\[\]]*)\[([^\[\]]*)\][\s,;]*([^\[\]]*)\[([^\[\]]*)\]\s*")
_REMARK = re.compile(r"#\s*([\w\s-]+?)\s*[=:]\s*(.*)")
_CELL = re.compile(r"\b(?:unit[\s_-]?)?cell\b", re.IGNORECASE)
_HEADER = '"# energy [eV]  density_of_states [1/(eV nm^3)]" (or [states/eV/cell])'


class _Curve(NamedTuple):
    """Energies [meV], values [1/meV, per cell or nm^3] and what else a file says."""

    energy: np.ndarray
    states: np.ndarray
    lines: Sequence[int]
    per: Literal["cell", "nm^3"]
    fermi_energy: float | None = None
    volume: float | None = None
    atoms: int | None = None


def read_density_of_states(path: str | Path) -> DensityTable:
    """S(E) from a file, both spins together, on the energy scale of the file.

    Args:
        path: a DOSCAR of VASP, a .dos file of Quantum ESPRESSO, or two columns with a header line
            that names both units.

    Returns: energies in meV, S in 1/meV per cell or per nm^3, E_F and the volume of the cell where
    the file has them; in the notes, how many values below zero were set to zero.

    Raises: InputError that names the file, the line and the remedy.
    """
    path = Path(path)
    content, lines = _text(path)
    first = next(line for line in lines if line.strip())
    if _ESPRESSO.match(first):
        curve = _espresso(path, lines)
    elif "DOSCAR" in path.name or (len(lines) > 3 and lines[3].strip() == "CAR"):
        curve = _doscar(path, lines)
    else:
        curve = _table(path, lines)
    states, notes = _checked(path, curve)
    try:
        return DensityTable(
            name=path.name,
            energy=tuple(curve.energy.tolist()),
            states=tuple(states.tolist()),
            per=curve.per,
            fermi_energy=curve.fermi_energy,
            volume=curve.volume,
            atoms=curve.atoms,
            notes=notes,
            source=f"{path.name}, SHA-256 {hashlib.sha256(content).hexdigest()}",
        )
    except InputError as error:
        raise InputError(what=f"{path}: {error.what}", why=error.why, remedy=error.remedy) from None


def _text(path: Path) -> tuple[bytes, list[str]]:
    """What is in the file, and its lines."""
    remedy = "give a DOSCAR, a .dos file of Quantum ESPRESSO, or two columns with units"
    with reading(path, "a density of states was expected", remedy=remedy):
        content = path.read_bytes()
        lines = content.decode("utf-8-sig").splitlines()
    if not content.strip():
        raise InputError(
            what=f"{path} is empty", why="a density of states was expected in it", remedy=remedy
        )
    return content, lines


def _doscar(path: Path, lines: list[str]) -> _Curve:
    """The total density of states of VASP: states/(eV cell), and up and down apart with spins.

    Head: atoms in line 1, the volume per atom [angstrom^3] and the lengths of the lattice vectors
    [m] in line 2, and E_max, E_min, the number of points and E_F [eV] in line 6.
    """
    if len(lines) < _HEAD:
        raise bad(path, len(lines), "the head of a DOSCAR ends here", "copy the file again")
    for number, line in enumerate(lines[:2], 1):
        if len(line.split()) < 4:
            raise bad(path, number, "it has fewer than four numbers", "copy the file again")
    _, atoms, *_ = fortran_numbers(path, 1, lines[0].split()[:2])
    volume, *edges = fortran_numbers(path, 2, lines[1].split()[:4])
    # Written in columns of 16, 16, 5 and 16 characters, which may touch.
    parts = lines[5].split()[:4]
    if len(parts) < 4 or not parts[2].isdigit():
        parts = [lines[5][i:j].strip() for i, j in ((0, 16), (16, 32), (32, 37), (37, 53))]
    highest, lowest, points, fermi = fortran_numbers(path, _HEAD, parts)
    count = int(points)
    rows, numbers = _rows(path, lines, _HEAD, count)
    if rows.shape[1] not in (3, 5):
        raise bad(
            path, numbers[0], f"it has {rows.shape[1]} columns", "a DOSCAR has the energy, S and "
            "its integral, or S and its integral for each spin",
        )  # fmt: skip
    spins = (rows.shape[1] - 1) // 2
    energy = rows[:, 0]
    # The energies have three decimals, so that close ones look equal; the head has eight.
    grid = np.linspace(lowest, highest, count)
    if np.all(abs(grid - energy) < 0.6e-3):
        energy = grid
    electrons = float(np.interp(fermi, energy, rows[:, 1 + spins :].sum(axis=1)))
    if electrons < atoms / 2 and energy[0] < fermi < energy[-1]:
        raise bad(
            path, _HEAD, f"{atoms:g} atoms have {electrons:.3g} electrons up to the Fermi energy, "
            "as in the average over the steps of a relaxation",
            "calculate the density of states in a run without steps (NSW = 0)",
        )  # fmt: skip
    # The manual calls it the volume of the cell; then it could exceed what a box with these edges
    # holds, and it is not used.
    fits = 0 < volume * atoms <= math.prod(edges) * 1e30 * (1 + 1e-5)
    return _Curve(
        energy=energy * _EV,
        states=rows[:, 1 : 1 + spins].sum(axis=1) / _EV,
        lines=numbers,
        per="cell",
        fermi_energy=fermi * _EV,
        volume=volume * atoms * 1e-3 if fits else None,
        atoms=int(atoms),
    )


def _espresso(path: Path, lines: list[str]) -> _Curve:
    """What dos.x writes: states/(eV cell), up and down apart in a run with spins."""
    start = next(n for n, line in enumerate(lines) if line.strip())
    found = re.search(r"EFermi\s*=\s*(.*?)\s*eV", lines[start])
    energies = fortran_numbers(path, start + 1, found[1].split()) if found else []
    if len(energies) > 1:
        raise bad(
            path, start + 1, "it has a Fermi energy for each spin",
            "calculate it without a fixed magnetisation",
        )  # fmt: skip
    rows, numbers = _rows(path, lines, start + 1)
    spins = 2 if "dosup" in lines[start].lower() else 1
    if rows.shape[1] != 2 + spins:
        raise bad(
            path, numbers[0], f"it has {rows.shape[1]} columns where the header has {2 + spins}",
            "copy the file again",
        )  # fmt: skip
    return _Curve(
        energy=rows[:, 0] * _EV,
        states=rows[:, 1 : 1 + spins].sum(axis=1) / _EV,
        lines=numbers,
        per="cell",
        fermi_energy=energies[0] * _EV if energies else None,
    )


def _table(path: Path, lines: list[str]) -> _Curve:
    """Two columns below a header with units."""
    header = next(
        (n for n, line in enumerate(lines) if _COLUMNS.fullmatch(line.strip())), len(lines)
    )
    first = next((n for n, line in enumerate(lines) if _is_row(line)), len(lines))
    if header > first or header == len(lines):
        raise bad(
            path, min(first + 1, len(lines)), "no header line names the two columns and units",
            f"write it above the numbers: {_HEADER}",
        )  # fmt: skip
    match = _COLUMNS.fullmatch(lines[header].strip())
    assert match is not None
    energy_scale, scale, per = _scales(path, header + 1, match[2], match[4])
    rows, numbers = _rows(path, lines, header + 1)
    if rows.shape[1] != 2:
        raise bad(
            path, numbers[0], f"it has {rows.shape[1]} columns where the header has 2",
            "give the energy and the density of states, both spins added",
        )  # fmt: skip
    known = _remarks(path, lines)
    return _Curve(rows[:, 0] * energy_scale, rows[:, 1] * scale, numbers, per, **known)


def _scales(
    path: Path, line: int, energy: str, states: str
) -> tuple[float, float, Literal["cell", "nm^3"]]:
    """What turns both columns into meV and 1/meV, and what S is counted in."""
    per_cell = _CELL.search(states) is not None
    # To the units library states and cells are counts, pure numbers.
    plain = _CELL.sub("count", re.sub(r"\b(?:states|electrons)\b", "count", states))
    other = re.search(r"\b(atom|spin|f\.?\s?u|formula)", states, re.IGNORECASE)
    if other or not states.strip():
        raise bad(
            path, line, f'the unit "{states}" of the density of states '
            + (f"counts it per {other[1]}" if other else "is empty"),
            "give it for both spins and per cell or volume: 1/(eV nm^3) or states/eV/cell",
        )  # fmt: skip
    wanted = "1/meV" if per_cell else "1/(meV nm^3)"
    try:
        energy_scale, note = _parsed(f"1 {energy}", "meV", "energy")
        scale, other_note = _parsed(f"1 {plain}", wanted, "density_of_states")
    except InputError as error:
        raise bad(
            path, line, error.why.replace(plain, states),
            f"name both units, as in {_HEADER}",
        ) from None  # fmt: skip
    for text in (note, other_note):
        if text:
            units.notify(f"{path}, line {line}: {text}")
    if not energy.strip():
        raise bad(path, line, "the energy has no unit", f"name both units, as in {_HEADER}")
    return energy_scale, scale, "cell" if per_cell else "nm^3"


def _parsed(text: str, unit: str, field: str) -> tuple[float, str | None]:
    """A number in `unit`, above or below zero but not infinite, and a note on its spelling."""
    number, note = units.parse(text, unit=unit, field=field)
    if not math.isfinite(number):
        raise InputError(
            what=f"{field} = {text}",
            why=f"{text.removeprefix('1 ')!r} does not convert to {unit}",
            remedy=f"give {field} in {unit}",
        )
    return number, note


def _remarks(path: Path, lines: list[str]) -> dict[str, Any]:
    """The Fermi energy and the volume of the cell, where a line with # gives them."""
    names = {"fermienergy": ("fermi_energy", "meV"), "efermi": ("fermi_energy", "meV"),
             "fermilevel": ("fermi_energy", "meV"), "volume": ("volume", "nm^3"),
             "cellvolume": ("volume", "nm^3")}  # fmt: skip
    found = {}
    for number, line in enumerate(lines, 1):
        match = _REMARK.fullmatch(line.strip())
        name = re.sub(r"[\s_-]", "", match[1]).lower() if match else ""
        if match is None or name not in names:
            continue
        field, unit = names[name]
        if not re.search(r"[A-Za-z]", re.sub(NUMBER, "", match[2])):
            raise bad(path, number, f"{field} has no unit", f"write it as {field} = ... {unit}")
        try:
            found[field], _ = _parsed(match[2], unit, field)
        except InputError as error:
            raise bad(path, number, error.why, error.remedy) from None
    return found


def _is_row(line: str) -> bool:
    words = re.split(r"[\s,;]+", line.strip())
    return NUMBER.fullmatch(words[0]) is not None


def _rows(
    path: Path, lines: list[str], start: int, count: int | None = None
) -> tuple[np.ndarray, list[int]]:
    """The numbers below line `start`, shape (row, column), and the line of each row.

    Args:
        count: how many there have to be; without it, all that follow, comments left out.
    """
    numbered = [
        (number, line)
        for number, line in enumerate(lines[start:], start + 1)
        if line.strip() and (count is not None or not line.lstrip().startswith("#"))
    ][:count]
    rows = [re.split(r"[\s,;]+", line.strip()) for _, line in numbered]
    numbers = [number for number, _ in numbered]
    missing = len(rows) < (_FEWEST if count is None else count)
    width = len(rows[0]) if rows else 0
    for number, row in zip(numbers, rows, strict=True):
        if len(row) != width:
            raise bad(
                path, number, f"it has {len(row)} numbers where the lines before have {width}",
                "complete the line, or copy the file again",
            )  # fmt: skip
    if missing or not rows:
        wanted = f"at least {_FEWEST}" if count is None else f"{count}"
        raise bad(
            path, max(len(lines), 1), f"the file ends after {len(rows)} energies of {wanted}",
            "copy the file again, or complete it",
        )  # fmt: skip
    try:
        return np.array(rows, dtype=float), numbers
    except ValueError:  # Fortran leaves the E out where an exponent has three digits
        lines_and_words = zip(numbers, rows, strict=True)
        parsed = [fortran_numbers(path, number, row) for number, row in lines_and_words]
        return np.array(parsed), numbers


def _checked(path: Path, curve: _Curve) -> tuple[np.ndarray, tuple[str, ...]]:
    """The values without those below zero that smearing explains, and a note on them."""
    energy, states, lines = curve.energy, curve.states, curve.lines
    for name, values in (("energy", energy), ("density of states", states)):
        wrong = np.flatnonzero(~np.isfinite(values))
        if wrong.size:
            raise bad(path, lines[wrong[0]], f"the {name} is not a finite number", "correct it")
    falls = np.flatnonzero(np.diff(energy) <= 0)
    if falls.size:
        here = falls[0] + 1
        raise bad(
            path, lines[here],
            f"the energy {energy[here]:.10g} meV follows {energy[here - 1]:.10g} meV",
            "sort the lines by energy, and write energies with more digits or in wider steps",
        )  # fmt: skip
    lowest = float(states.min())
    if lowest < -_SMEARING * states.max():
        raise bad(
            path, lines[int(states.argmin())], f"the density of states is {lowest:.4g} 1/meV, too "
            "far below zero for the smearing of Methfessel and Paxton", "correct it",
        )  # fmt: skip
    fermi = curve.fermi_energy
    if fermi is not None and not energy[0] < fermi < energy[-1]:
        raise InputError(
            what=f"{path}: the density of states does not reach E_F",
            why=f"it goes from {energy[0]:.6g} to {energy[-1]:.6g} meV, and E_F is {fermi:.6g} meV",
            remedy="calculate it over a wider range of energies",
        )
    below = int(np.sum(states < 0))
    if not below:
        return states, ()
    note = f"{below} values below zero, down to {lowest:.3g} 1/meV, were set to zero"
    return np.maximum(states, 0.0), (note,)
