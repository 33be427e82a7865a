"""The crystal that a CIF file describes: a cell, a few sites, and the symmetry that repeats them.

The operations come from the file. Where it lists none, they are those of the space group that it
names, from the tables of ASE, unless number and name leave open which origin or axes are meant.
"""

import math
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pairlab.electrons.crystals.checks import SYMBOLS
from pairlab.electrons.crystals.crystal import Crystal
from pairlab.errors import InputError
from pairlab.io.readers.cif import Block, Word, bad, blocks_of

_LENGTHS = ("_cell_length_a", "_cell_length_b", "_cell_length_c")
_ANGLES = ("_cell_angle_alpha", "_cell_angle_beta", "_cell_angle_gamma")
_PLACES = ("_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z")
_LABEL, _ELEMENT = "_atom_site_label", "_atom_site_type_symbol"
_OPERATIONS = (
    "_space_group_symop_operation_xyz",
    "_space_group_symop.operation_xyz",
    "_symmetry_equiv_pos_as_xyz",
)
_NAMES = ("_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m")
_NUMBERS = ("_space_group_it_number", "_symmetry_int_tables_number")
_SETTING = "_symmetry_space_group_setting"
_SETTINGS = {"": 1, "1": 1, "2": 2, "h": 1, "r": 2}  # origins; hexagonal or rhombohedral axes
_LIST = "list the operations as _space_group_symop_operation_xyz"

# A number, with its standard uncertainty in brackets.
_NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?:\(\d+\))?")
_TERM = re.compile(r"([-+]?)(?:([xyz])|(\d+(?:\.\d*)?|\.\d+)(?:/(\d+))?)")
_COSINES = {60.0: 0.5, 90.0: 0.0, 120.0: -0.5}  # exactly, as rounding would lower the symmetry
_FULL = 1e-6  # by how much a full site may miss the occupancy 1
_SAME = 0.01  # nm: images of a site that are closer are one atom on a symmetry element
_METRIC = 1e-3  # relative change of a cell under its own symmetry; files have four digits or more

Operations = tuple[np.ndarray, np.ndarray]
"""Matrices (n, 3, 3) and shifts (n, 3) on coordinates in units of the cell."""


class _Site(NamedTuple):
    label: str
    line: int
    symbol: str
    place: np.ndarray


def crystal_from_cif(path: Path, text: str) -> Crystal:
    """The crystal in the text of a CIF file, with every atom of the cell.

    Raises:
        InputError: broken syntax, no block with atoms or several, a cell or position that is not a
            number, sites that are filled in part, no symmetry, or one that fits the cell badly or
            leaves a choice; with the line where there is one.
    """
    blocks = [block for block in blocks_of(path, text) if _PLACES[0] in block.values]
    blocks = [block for block in blocks if block.column(_PLACES[0])] or blocks
    if len(blocks) != 1:
        found = ", ".join(f"{block.name} (line {block.line})" for block in blocks)
        raise InputError(
            what=f"{path} holds "
            + (f"{len(blocks)} structures" if blocks else "no positions of atoms"),
            why=f"they are {found}" if blocks else f"no block has {_PLACES[0]}",
            remedy="keep the data block of one structure",
        )
    (block,) = blocks
    cell = _cell(path, block)
    sites = _sites(path, block)
    rotations, shifts = _operations(path, block, cell)
    symbols: list[str] = []
    places: list[np.ndarray] = []
    filled: list[_Site] = []
    for site in sites:
        orbit = _orbit(site.place, rotations, shifts, cell)
        taken = _distances(np.reshape(places, (-1, 3)) - orbit[0], cell) < _SAME
        if taken.any():
            other = filled[int(taken.argmax())]
            raise bad(
                path, site.line,
                f"the site {site.label} is on the same place as {other.label} (line {other.line}) "
                "or an image of it",
                "keep one of them: each site of the list stands for all its images",
            )  # fmt: skip
        symbols += [site.symbol] * len(orbit)
        places += list(orbit)
        filled += [site] * len(orbit)
    return Crystal(
        cell=tuple(map(tuple, cell.tolist())),
        symbols=tuple(symbols),
        positions=tuple(tuple(place.tolist()) for place in places),
    )


def _cell(path: Path, block: Block) -> np.ndarray:
    """The lattice vectors in rows, nm: a along x, b in the plane of x and y."""
    numbers = []
    for tag in (*_LENGTHS, *_ANGLES):
        if tag not in block.values:
            raise bad(
                path, block.line, f"the data block {block.name} has no {tag}",
                "give all six parameters of the cell; a molecule has no lattice",
            )  # fmt: skip
        word = block.values[tag][0]
        number = _number(word)
        if number is None or number <= 0 or (tag in _ANGLES and number >= 180):
            wanted = "an angle between 0 and 180 degrees" if tag in _ANGLES else "a length above 0"
            raise bad(path, word.line, f"{tag} = {word.text} is not {wanted}", "correct it")
        numbers.append(number)
    a, b, c = (length / 10 for length in numbers[:3])
    alpha, beta, gamma = (_COSINES.get(x, math.cos(math.radians(x))) for x in numbers[3:])
    sine = math.sqrt(1 - gamma**2)
    along = (alpha - beta * gamma) / sine
    rest = 1 - beta**2 - along**2
    if rest <= 0:
        raise bad(
            path, block.values[_ANGLES[0]][0].line, "three edges cannot enclose these angles",
            "correct the angles of the cell",
        )  # fmt: skip
    rows = [[a, 0, 0], [b * gamma, b * sine, 0], [c * beta, c * along, c * math.sqrt(rest)]]
    return np.array(rows, float)


def _sites(path: Path, block: Block) -> list[_Site]:
    columns = [block.values.get(tag, []) for tag in _PLACES]
    labels, shares = block.column(_LABEL, _ELEMENT), block.values.get("_atom_site_occupancy", [])
    sites = []
    for row, first in enumerate(columns[0]):
        label = labels[row].text if row < len(labels) else f"number {row + 1}"
        place = []
        for tag, column in zip(_PLACES, columns, strict=True):
            number = _number(column[row]) if row < len(column) else None
            if number is None:
                given = column[row].text if row < len(column) else "nothing"
                raise bad(
                    path, first.line, f"{tag} of {label} = {given} is not a number",
                    "give the position of every atom, or remove its line",
                )  # fmt: skip
            place.append(number)
        if row < len(shares) and shares[row].known:  # 1 is the default
            share = _number(shares[row])
            if share is None or abs(share - 1) > _FULL:
                raise bad(
                    path, first.line,
                    f"the site {label} has the occupancy {shares[row].text}; a crystal with "
                    "vacancies or mixed sites does not repeat exactly",
                    "give an ordered structure: one element with occupancy 1 on each site",
                )  # fmt: skip
        sites.append(_Site(label, first.line, _element(path, block, row), np.array(place)))
    return sites


def _element(path: Path, block: Block, row: int) -> str:
    """From a type symbol, "Pb2+", or from a label, "Pb1" or "PbT".

    A label may go on with capitals: "OW" is oxygen, while "CA" could be carbon or calcium.
    """
    typed = block.column(_ELEMENT)
    column = typed or block.column(_LABEL)
    text = column[row].text if row < len(column) else ""
    match = re.match(r"[A-Za-z]+" if typed else r"[A-Z][a-z]?(?![a-z])", text)
    symbol = match[0].capitalize() if match else ""
    symbol = "H" if symbol == "D" else symbol  # deuterium
    two = text[1:2].isupper() and text[:2].capitalize() in SYMBOLS
    if symbol in SYMBOLS and (typed or not two):
        return symbol
    raise bad(
        path, column[row].line if row < len(column) else block.line,
        f'"{text}" does not tell one element', f"give {_ELEMENT}, for example Pb",
    )  # fmt: skip


def _number(word: Word) -> float | None:
    match = _NUMBER.fullmatch(word.text)
    number = float(match[1]) if match else math.nan
    return number if math.isfinite(number) else None


def _distances(apart: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """Lengths of differences of positions, nm, to the nearest image."""
    return np.linalg.norm((apart - np.rint(apart)) @ cell, axis=-1)


def _orbit(
    place: np.ndarray, rotations: np.ndarray, shifts: np.ndarray, cell: np.ndarray
) -> np.ndarray:
    """The different images of a site, shape (n, 3); the mean of those that are one atom.

    The mean is on the symmetry element itself, from which digits that the file leaves out (0.3333)
    take a site away.
    """
    images = rotations @ place + shifts
    orbit = []
    while len(images):
        apart = images - images[0]
        same = _distances(apart, cell) < _SAME
        orbit.append(images[0] + np.mean((apart - np.rint(apart))[same], axis=0))
        images = images[~same]
    return np.mod(orbit, 1.0)


def _operations(path: Path, block: Block, cell: np.ndarray) -> Operations:
    words = block.column(*_OPERATIONS)
    if not words:
        return _named_operations(path, block, cell)
    found = [_operation(path, word) for word in words]
    rotations, shifts = np.array([r for r, _ in found]), np.array([s for _, s in found])
    for word, rotation in zip(words, rotations, strict=True):
        if not _fits(rotation[None], cell):
            raise bad(
                path, word.line, f'the operation "{word.text}" changes the lengths or angles of '
                "the cell", "correct the cell, or give the operations for its axes",
            )  # fmt: skip
    missing = _missing_product(rotations, shifts)
    if missing is not None:
        one, other = (words[n].text for n in missing)
        raise bad(
            path, words[0].line, "the list of operations is not complete: it lacks the product of "
            f'"{one}" and "{other}"', "list every operation, lattice centrings included",
        )  # fmt: skip
    return rotations, shifts


def _missing_product(rotations: np.ndarray, shifts: np.ndarray) -> tuple[int, int] | None:
    """Two operations of a list whose product it lacks: without it, atoms would be missing.

    Shifts are compared as multiples of 1/24, which they are in every standard setting; lists with
    others, of supercells, are taken as they are.
    """
    grid = np.rint(24 * shifts)
    if np.any(abs(24 * shifts - grid) > 0.05):
        return None

    # A number for each operation: entries of products of matrices that are no group stay below 4.
    weights = np.concatenate([8.0 ** np.arange(9), 8.0**9 * 24.0 ** np.arange(3)])

    def code(rotations: np.ndarray, grid: np.ndarray) -> np.ndarray:
        parts = [rotations.reshape(-1, 9) + 4, np.mod(grid, 24).reshape(-1, 3)]
        return np.concatenate(parts, axis=1) @ weights

    products = np.einsum("iab,jbc->ijac", rotations, rotations)
    moved = np.einsum("iab,jb->ija", rotations, grid) + grid[:, None]
    found = np.isin(code(products, moved), code(rotations, grid))
    if found.all():
        return None
    one, other = divmod(int(np.argmin(found)), len(rotations))
    return one, other


def _operation(path: Path, word: Word) -> tuple[np.ndarray, np.ndarray]:
    """x - y, x + 1/2, -z as a matrix and a shift."""
    rotation, shift = np.zeros((3, 3)), np.zeros(3)
    parts = word.text.lower().replace(" ", "").split(",")
    terms = [list(_TERM.finditer(part)) for part in parts]
    whole = all(
        "".join(term[0] for term in row) == part and all(term[1] for term in row[1:])
        for row, part in zip(terms, parts, strict=True)
    )
    if len(parts) == 3 and whole:
        for row, matches in enumerate(terms):
            for sign, axis, number, below in (match.groups() for match in matches):
                factor = -1.0 if sign == "-" else 1.0
                if axis:
                    rotation[row, "xyz".index(axis)] += factor
                else:
                    shift[row] += factor * float(number) / float(below or 1)
    if abs(np.linalg.det(rotation)) != 1:
        raise bad(
            path, word.line, f'"{word.text}" is not a symmetry operation',
            'write it as in "x-y, x+1/2, -z"',
        )  # fmt: skip
    return rotation, shift


def _named_operations(path: Path, block: Block, cell: np.ndarray) -> Operations:
    """Those of a space group without a list of its operations.

    Raises: InputError where there is no such group, or the file can mean several.
    """
    from ase.spacegroup import Spacegroup
    from ase.spacegroup.spacegroup import SpacegroupError

    numbers, names = block.column(*_NUMBERS), block.column(*_NAMES)
    name, _, choice = names[0].text.partition(":") if names else ("", "", "")
    stated = choice or next((word.text for word in block.column(_SETTING)), "")
    if not numbers and not names:
        raise bad(
            path, block.line, f"the data block {block.name} has no symmetry",
            _LIST + " (x,y,z alone where every atom of the cell is given)",
        )  # fmt: skip
    given = (numbers or names)[0]
    try:
        setting = _SETTINGS[stated.strip().lower()]
        group = Spacegroup(int(given.text) if numbers else name.strip(), setting)
    except (SpacegroupError, KeyError, ValueError):
        raise bad(path, given.line, f"the space group {given.text} is not known", _LIST) from None
    if names and not _spellings(name) & _spellings(group.symbol):
        raise bad(
            path, names[0].line,
            f"the space group {names[0].text} is not the standard setting, {group.symbol}", _LIST,
        )  # fmt: skip
    if not _fits(group.get_rotations(), cell):
        raise bad(
            path, given.line, f"the space group {group.symbol} does not fit the cell: its "
            "operations change the lengths or angles", _LIST + " for the axes of the cell",
        )  # fmt: skip
    try:
        other = Spacegroup(group.no, 3 - setting)
    except SpacegroupError:
        other = None
    named_apart = other is not None and bool(names) and other.symbol != group.symbol
    if other is not None and _fits(other.get_rotations(), cell) and not (stated or named_apart):
        raise bad(
            path, given.line, f"the space group {group.symbol} (number {group.no}) has two settings"
            ", and the file does not tell which one its positions refer to", _LIST,
        )  # fmt: skip
    rotations, shifts = group.get_op()
    return np.asarray(rotations, float), np.asarray(shifts, float)


def _fits(rotations: np.ndarray, cell: np.ndarray) -> bool:
    """Whether operations leave the lengths and angles of a cell alone."""
    metric = cell @ cell.T
    changed = np.einsum("nia,ij,njb->nab", rotations, metric, rotations)
    edges = np.linalg.norm(cell, axis=1)
    return bool(np.all(abs(changed - metric) < _METRIC * np.outer(edges, edges)))


def _spellings(name: str) -> set[str]:
    """P 1 21/c 1 and P 21/c are one name, and blanks do not matter."""
    joined = "".join(name.lower().replace("_", " ").split())
    return {joined, re.sub(r"^([a-z])1(.+)1$", r"\1\2", joined)}
