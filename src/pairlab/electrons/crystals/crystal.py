"""Crystals, and the distances after which they repeat.

A standing wave along a lattice direction obeys the Bragg condition n lambda = 2 R (Dolgopolov,
Eq. 3.1), where R is the distance between neighbouring equivalent points of the lattice along that
direction: R_100 = a and R_111 = a sqrt(3)/2 of a bcc crystal. This is the paper's choice. Bragg's
law for planes has their spacing in its place, which is a/2 for the (100) planes of bcc.
"""

import math
import warnings
from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pydantic

from pairlab.electrons.crystals.checks import (
    SYMBOLS,
    check_atoms,
    check_cell,
    check_distances,
    check_occupancy,
    no_lattice,
    sentence,
)
from pairlab.errors import InputError

Vector = tuple[float, float, float]

SYMMETRY_TOLERANCE = 1e-4
"""nm. Coordinates in files have four digits or more, which is 0.5e-4 of 1 nm at worst; distortions
that lower the symmetry of a crystal (Peierls, ferroelectric) are above 1e-3 nm."""

_MOST_TRANSLATIONS = 200_000
_SIXTHS = 6  # the points that centre a cell lie at halves and thirds
_ROUNDING = 1e-9  # relative: a distance equal to the cutoff belongs to the list


class Crystal(pydantic.BaseModel, frozen=True):
    """A crystal: its lattice vectors, and the atoms of one cell.

    name: as it is shown, for example "Li, bcc, a = 0.349 nm". cell: the lattice vectors in rows,
    nm. symbols: the element of each atom. positions: of each atom in units of the lattice vectors.
    source: the file that it was read from, and its SHA-256.

    Raises:
        InputError: a cell without volume, no atoms, positions and symbols of different number, an
            unknown element, or two atoms on the same place.
    """

    model_config = pydantic.ConfigDict(extra="forbid", allow_inf_nan=False)
    read_with: ClassVar = "pairlab.read_structure"

    name: str = ""
    cell: tuple[Vector, Vector, Vector]
    symbols: tuple[str, ...]
    positions: tuple[Vector, ...]
    source: str = ""

    def __init__(self, **values: Any) -> None:
        try:
            pydantic.BaseModel.__init__(self, **values)
        except pydantic.ValidationError as error:
            raise sentence(error, list(type(self).model_fields)) from None

    @pydantic.model_validator(mode="after")
    def _check(self) -> "Crystal":
        cell = np.array(self.cell)
        check_atoms(self.symbols, self.positions)
        check_cell(cell)
        check_distances(cell, self.symbols, np.array(self.positions))
        return self

    @classmethod
    def from_ase(cls, atoms: Any, *, name: str = "", source: str = "") -> "Crystal":
        """The crystal that an ASE Atoms object describes; lengths there are in angstrom.

        Raises:
            InputError: not periodic in all three directions, a site that is occupied in part or
                by several elements, or anything that `Crystal` refuses.
        """
        try:
            periodic, cell = np.asarray(atoms.pbc, bool), np.asarray(atoms.cell, float) / 10
            symbols = atoms.get_chemical_symbols()
        except AttributeError:
            raise InputError(
                what=f"{type(atoms).__name__} is no structure",
                why="the Atoms of ASE were expected, with a cell and elements",
                remedy="read the structure with pairlab, or give Crystal(cell=..., symbols=..., "
                "positions=...)",
            ) from None
        if not periodic.all():
            along = [axis for axis, repeats in zip("abc", periodic, strict=True) if repeats]
            raise no_lattice(
                f"{''.join(symbols) if 0 < len(symbols) < 9 else name or 'the structure'} repeats "
                + (f"along {' and '.join(along)} only" if along else "in no direction")
            )
        check_cell(cell)
        check_occupancy(atoms)
        positions = atoms.get_scaled_positions(wrap=False)
        found = cls(
            name=name,
            cell=_rows(cell),
            symbols=tuple(symbols),
            positions=_rows(positions),
            source=source,
        )
        return found if name else found.model_copy(update={"name": found.formula})

    @property
    def volume(self) -> float:
        """Of the cell as it is given, nm^3."""
        return abs(float(np.linalg.det(np.array(self.cell))))

    @property
    def density(self) -> float:
        """Atoms per volume, 1/nm^3."""
        return len(self.symbols) / self.volume

    @property
    def formula(self) -> str:
        """Reduced, for example "BaPb3", with the elements in the order of the atoms."""
        counts = Counter(self.symbols)
        units = math.gcd(*counts.values())
        return "".join(
            symbol + (str(count // units) if count > units else "")
            for symbol, count in counts.items()
        )

    def scaled(self, factor: float) -> "Crystal":
        """The crystal with all lengths times `factor`, as under hydrostatic pressure.

        Raises:
            InputError: a factor that is not positive, or one that presses atoms into each other.
        """
        if not (math.isfinite(factor) and factor > 0):
            raise InputError(
                what=f"factor = {factor}",
                why="lengths are multiplied by it",
                remedy="give a positive number, for example 0.98",
            )
        # The name may state a lattice constant.
        name = f"{self.name}, lengths times {factor:g}" if self.name and factor != 1 else self.name
        return type(self)(
            name=name,
            cell=_rows(np.array(self.cell) * factor),
            symbols=self.symbols,
            positions=self.positions,
            source=self.source,
        )


@dataclass(frozen=True, eq=False)
class RepeatDistances:
    """The distances after which a crystal repeats, one row for each family of directions.

    label: shape (n,), the direction [uvw] in the conventional cell, "100", "1-10", with commas
    ("10,1,0") where an index has two digits. indices: shape (n, 3), u, v, w. distance: shape (n,),
    nm, rising. multiplicity: shape (n,), equivalent lattice vectors, both senses counted.
    """

    label: np.ndarray
    indices: np.ndarray
    distance: np.ndarray
    multiplicity: np.ndarray

    def __len__(self) -> int:
        return len(self.distance)


def repeat_distances(
    crystal: Crystal, cutoff: float, *, tolerance: float = SYMMETRY_TOLERANCE
) -> RepeatDistances:
    """The shortest lattice translation R along each direction, up to `cutoff`, in families.

        R_uvw = min { |t| : t in the lattice of the crystal, t parallel to [uvw] }

    The lattice is the true one, whatever supercell or centred cell the crystal is given in. The
    directions of a family are equivalent under the point group of the crystal and inversion; its
    name is the one with the fewest negative indices, then the smallest sum of |indices|, then the
    first in descending order. Indices refer to the standardised conventional cell (International
    Tables; hexagonal axes for rhombohedral crystals, the Niggli cell for triclinic ones) with its
    edges and angles as symmetry makes them equal, so that a family has one distance.

    Args:
        crystal: the crystal. cutoff: nm. tolerance: nm, by how much atoms may miss the places that
            symmetry demands; see SYMMETRY_TOLERANCE.

    Returns: the families in the order of rising distance; none where the cutoff is below all.

    Raises:
        InputError: a cutoff or tolerance that is not positive, more than 200 000 translations, no
            symmetry found, or spglib not installed.

    Source: Dolgopolov, Eq. 3.1; symmetry by spglib (Togo, Shinohara and Tanaka, Sci. Technol. Adv.
    Mater. Meth. 4, 2384822 (2024)).
    """
    for name, value in (("cutoff", cutoff), ("tolerance", tolerance)):
        if not (math.isfinite(value) and value > 0):
            raise InputError(
                what=f"{name} = {value} nm",
                why="it is a length",
                remedy=f"give a positive {name} in nm",
            )
    lattice = _lattice(crystal, tolerance)
    directions, shortest = _directions(lattice, cutoff)
    families, members, multiplicity = np.unique(
        _representatives(directions, lattice.rotations),
        axis=0,
        return_inverse=True,
        return_counts=True,
    )
    steps = np.zeros(len(families), int)
    steps[members.reshape(-1)] = shortest
    distance = np.linalg.norm(families @ lattice.cell, axis=1) * steps / _SIXTHS
    order = [n for n in _order(families, distance) if distance[n] <= cutoff * (1 + _ROUNDING)]
    found = RepeatDistances(
        label=np.array([_label(families[n]) for n in order], str),
        indices=families[order],
        distance=distance[order],
        multiplicity=multiplicity[order],
    )
    for array in (found.label, found.indices, found.distance, found.multiplicity):
        array.setflags(write=False)
    return found


class _Lattice(NamedTuple):
    """The conventional cell [nm, in rows], the points that centre it [sixths of its edges, shape
    (points, 3)], and the point group with inversion, of integer matrices on columns."""

    cell: np.ndarray
    centrings: np.ndarray
    rotations: np.ndarray


def _lattice(crystal: Crystal, tolerance: float) -> _Lattice:
    try:
        import spglib  # an extra: needed for structures only
    except ImportError:
        raise InputError(
            what="the symmetry of a crystal cannot be found",
            why="spglib is not installed",
            remedy='run: pip install "pairlab[structures]"',
        ) from None
    numbers = [SYMBOLS.index(symbol) + 1 for symbol in crystal.symbols]
    # In angstrom: spglib compares volumes too with the tolerance, and was tried in these units.
    cell: Any = (10 * np.array(crystal.cell), np.array(crystal.positions), numbers)
    with warnings.catch_warnings():
        # Versions from 2.7 on warn at every call that a failure will not be None but an error.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            found = spglib.get_symmetry_dataset(cell, symprec=10 * tolerance)
            group = found and spglib.get_symmetry_from_database(int(found.hall_number))
        except Exception as error:
            raise _no_symmetry(crystal, tolerance, str(error)) from None
    if not found or not group:
        raise _no_symmetry(crystal, tolerance, "the search ended without a space group")
    one = np.eye(3, dtype=int)
    pure = np.all(group["rotations"] == one, axis=(1, 2))
    centrings = np.unique(np.rint(_SIXTHS * group["translations"][pure]).astype(int), axis=0)
    rotations = np.asarray(group["rotations"], int)
    standard = np.asarray(found.std_lattice) / 10
    # Two ways to count the lattice points of a volume: a supercell whose copies differ by about
    # the tolerance may have a translation counted and its multiple not.
    points = np.sum(np.all(found.rotations == one, axis=(1, 2))) / crystal.volume
    if not math.isclose(len(centrings) / abs(np.linalg.det(standard)), points, rel_tol=0.1):
        raise _no_symmetry(crystal, tolerance, "the translations that were found are no lattice")
    return _Lattice(standard, centrings, np.unique(np.concatenate([rotations, -rotations]), axis=0))


def _directions(lattice: _Lattice, cutoff: float) -> tuple[np.ndarray, np.ndarray]:
    """Coprime directions, shape (n, 3), and the shortest translation along each, in sixths."""
    cell, centrings, _ = lattice
    reach = cutoff * (1 + 2 * _ROUNDING)
    expected = 4 * math.pi / 3 * reach**3 * len(centrings) / abs(np.linalg.det(cell))
    if expected > _MOST_TRANSLATIONS:
        largest = cutoff * (_MOST_TRANSLATIONS / expected) ** (1 / 3)
        raise InputError(
            what=f"cutoff = {cutoff:g} nm",
            why=f"about {expected:.2g} lattice translations are shorter than that",
            remedy=f"give a cutoff below {0.99 * largest:.3g} nm",
        )
    edges = np.floor(reach * np.linalg.norm(np.linalg.inv(cell), axis=0)).astype(int) + 1
    grid = np.stack(np.meshgrid(*(np.arange(-n, n + 1) for n in edges)), -1).reshape(-1, 1, 3)
    points = (_SIXTHS * grid + centrings).reshape(-1, 3)
    length = np.linalg.norm(points @ cell, axis=1) / _SIXTHS
    points = points[(length <= reach) & np.any(points != 0, axis=1)]
    steps = np.gcd.reduce(points, axis=1)
    directions, along = np.unique(points // steps[:, None], axis=0, return_inverse=True)
    shortest = np.full(len(directions), np.iinfo(int).max)
    np.minimum.at(shortest, along.reshape(-1), steps)
    return directions, shortest


def _representatives(directions: np.ndarray, rotations: np.ndarray) -> np.ndarray:
    """Of each direction the preferred one among its equivalents, shape (n, 3)."""
    best = directions
    for rotation in rotations:
        image = directions @ rotation.T
        difference = _preference(image) - _preference(best)
        first = np.argmax(difference != 0, axis=0)[None]
        better = np.take_along_axis(difference, first, axis=0)[0] < 0
        best = np.where(better[:, None], image, best)
    return best


def _preference(indices: np.ndarray) -> np.ndarray:
    """What decides between equivalent directions, the weightiest first, smaller is better."""
    return np.stack([np.sum(indices < 0, axis=1), np.sum(abs(indices), axis=1), *-indices.T])


def _order(families: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """By distance, and by name among those that are equal but for rounding (cubic 510 and 431)."""
    order = np.argsort(distance, kind="stable")
    rises = np.diff(distance[order], prepend=0.0) > _ROUNDING * distance[order]
    rank = np.empty(len(order), int)
    rank[order] = np.cumsum(rises)
    return np.lexsort((*_preference(families)[::-1], rank))


def _label(indices: np.ndarray) -> str:
    return ("," if np.max(abs(indices)) > 9 else "").join(map(str, indices.tolist()))


def _rows(array: np.ndarray) -> Any:
    return tuple(map(tuple, array.tolist()))


def _no_symmetry(crystal: Crystal, tolerance: float, why: str) -> InputError:
    return InputError(
        what=f"the symmetry of {crystal.name or crystal.formula} was not found",
        why=f"{why.strip().lower()}, with a tolerance of {tolerance:g} nm",
        remedy="correct the positions, or try a smaller tolerance",
    )
