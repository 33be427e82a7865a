"""What a crystal has to be, and the sentences for what is none.

Lengths are in nm, `cell` holds the lattice vectors in rows, and `positions` are in units of them.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pydantic

from pairlab.errors import InputError, did_you_mean

_CLOSEST = 0.01  # nm, a fifth of the Bohr radius: no two nuclei are nearer
_FLATTEST = 1e-6  # volume over the product of the edges, below which a cell is no cell
_LONGEST = 1e6  # nm
_ROUNDING = 1e-9
_FULL = 1e-6  # by how much a full site may miss the occupancy 1, for its number in binary

_PERIODS = """H He
Li Be B C N O F Ne
Na Mg Al Si P S Cl Ar
K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr
Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe
Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn
Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og"""

SYMBOLS = tuple(_PERIODS.split())
"""The elements by atomic number, from 1."""


def check_atoms(symbols: Sequence[str], positions: Sequence[Sequence[float]]) -> None:
    """Nothing, where there are atoms, of known elements, each with a position.

    Raises: InputError.
    """
    if len(symbols) != len(positions):
        raise InputError(
            what=f"crystal: {len(symbols)} symbols and {len(positions)} positions",
            why="each atom has an element and a position",
            remedy="give as many symbols as positions",
        )
    if not symbols:
        raise InputError(
            what="crystal without atoms",
            why="lattice points are told by the atoms that repeat",
            remedy='give at least one, for example symbols = ["Li"], positions = [[0, 0, 0]]',
        )
    for symbol in symbols:
        if symbol not in SYMBOLS:
            close = did_you_mean(symbol, SYMBOLS)
            raise InputError(
                what=f'crystal: "{symbol}" is not an element',
                why="symbols are those of the periodic table, without a charge or a number",
                remedy=close if close.startswith("did") else 'write for example "Li"',
            )


def check_cell(cell: np.ndarray) -> None:
    """Nothing, where three lattice vectors span a volume.

    Raises: InputError.
    """
    if not np.all(abs(cell) < _LONGEST):
        raise InputError(
            what=f"crystal: the cell {listed(cell)} nm",
            why=f"a lattice vector is not finite, or longer than {_LONGEST:g} nm",
            remedy="give the cell in nm (1 angstrom is 0.1 nm)",
        )
    edges = float(np.prod(np.linalg.norm(cell, axis=1)))
    if abs(float(np.linalg.det(cell))) <= _FLATTEST * edges:
        raise no_lattice(f"crystal: the cell {listed(cell)} nm has no volume")


def no_lattice(what: str) -> InputError:
    """The error for a structure that does not repeat in three directions."""
    return InputError(
        what=what,
        why="a crystal repeats along three independent vectors; a molecule has no lattice",
        remedy="give three lattice vectors that do not lie in one plane (a slab: with its vacuum)",
    )


def check_distances(cell: np.ndarray, symbols: Sequence[str], positions: np.ndarray) -> None:
    """Nothing, where no two atoms are on the same place, periodic images included.

    Raises: InputError for two atoms that are less than 0.01 nm apart.
    """
    reduced = reduced_cell(cell)
    nearest = float(np.linalg.norm(reduced, axis=1).min())
    if nearest < _CLOSEST:
        raise InputError(
            what=f"crystal: its lattice repeats after {nearest:.2g} nm",
            why="an atom would lie on its own image",
            remedy="give the cell in nm (1 angstrom is 0.1 nm)",
        )
    # In a reduced cell the nearest image is the one with the smallest coordinates.
    coordinates = positions @ cell @ np.linalg.inv(reduced)
    for one in range(len(positions) - 1):
        apart = coordinates[one + 1 :] - coordinates[one]
        distance = np.linalg.norm((apart - np.rint(apart)) @ reduced, axis=1)
        if distance.min() < _CLOSEST:
            other = one + 1 + int(distance.argmin())
            raise InputError(
                what=f"crystal: atoms {one + 1} ({symbols[one]}) and {other + 1} "
                f"({symbols[other]}) are {distance.min():.2g} nm apart",
                why="two atoms cannot be on the same place, periodic images included",
                remedy="remove one of them, or give cell in nm and positions in units of the cell",
            )


def reduced_cell(cell: np.ndarray) -> np.ndarray:
    """Lattice vectors of the same lattice, none of which the others can make shorter, (3, 3)."""
    cell, steps, changed = cell.copy(), np.array(list(product((-1, 0, 1), repeat=2))), True
    while changed:
        changed = False
        for row in range(3):
            others = np.delete(cell, row, axis=0)
            nearest = np.rint(np.linalg.lstsq(others.T, cell[row], rcond=None)[0])
            candidates = cell[row] - (nearest + steps) @ others
            lengths = np.linalg.norm(candidates, axis=1)
            if lengths.min() < np.linalg.norm(cell[row]) * (1 - _ROUNDING):
                cell[row], changed = candidates[lengths.argmin()], True
    return cell


def check_occupancy(atoms: Any) -> None:
    """Nothing, where every site of an ASE Atoms object is filled by one element.

    Raises: InputError that names the site, from info["occupancy"], where ASE's CIF reader keeps
    the occupancies by kind of site.
    """
    occupancy = atoms.info.get("occupancy") or {}
    positions = atoms.get_scaled_positions(wrap=False)
    kinds = list(map(str, atoms.arrays.get("spacegroup_kinds", range(len(positions)))))
    for kind, elements in occupancy.items():
        if len(elements) == 1 and abs(sum(elements.values()) - 1) < _FULL:
            continue
        filling = ", ".join(f"{symbol} {share:g}" for symbol, share in elements.items())
        place = f" at {listed(positions[kinds.index(kind)])}" if kind in kinds else ""
        raise InputError(
            what=f"the site{place} is occupied by {filling}",
            why="a crystal with vacancies or mixed sites does not repeat exactly",
            remedy="give an ordered structure: one element with occupancy 1 on each site",
        )


def listed(numbers: Any) -> str:
    """Numbers of any nesting in brackets, with four digits."""
    return "(" + ", ".join(listed(x) if np.ndim(x) else f"{x:.4g}" for x in numbers) + ")"


def sentence(error: pydantic.ValidationError, known: Sequence[str]) -> InputError:
    """The first problem that validation of a crystal found; known: the names of its fields."""
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, InputError):
        return cause
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "missing" and name in known:
        return InputError(
            what=f"crystal: {name} is missing",
            why="a crystal has a cell, symbols and positions",
            remedy=f"give {name}",
        )
    if first["type"] == "extra_forbidden":
        return InputError(
            what=f'crystal has no "{name}"',
            why="a misspelt name would otherwise be ignored in silence",
            remedy=did_you_mean(name, known),
        )
    return InputError(
        what=f"crystal: {name} = {first['input']!r}",
        why=first["msg"][:1].lower() + first["msg"][1:],
        remedy="give cell in nm (three rows of three), positions in units of the cell (three for "
        "each atom) and symbols as text",
    )
