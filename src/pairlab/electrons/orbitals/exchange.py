"""Exchange energy of two electrons in two given orbitals on a real-space grid.

    H = h(1) + h(2) + e^2/(4 pi eps_0 eps_r r12),    h = -hbar^2/(2m) nabla^2 + V
    D = <12|H|12> = h_11 + h_22 + (11|22)                          Eq. 2.3
    J = <12|H|21> = 2 Re(S* h_12) + (12|21),    S = <1|2>          Eq. 2.4
    singlet (D + J)/(1 + |S|^2),    triplet (D - J)/(1 - |S|^2)

(Dolgopolov, "Formation of Cooper Pairs as a Consequence of Exchange Interaction". Its Eqs. 2.1 and
2.2 leave out 1 + |S|^2, which is right for orthogonal orbitals alone; the norm is in Heitler and
London 1927, Z. Phys. 44, 455. Both are given here.)

The kernel 1/r is cut off at R_c, half the shortest edge of the box, without zero padding: charges
closer than R_c are exact, others are lost or misplaced. How many these are is part of the error,
and more than one in a thousand are an `InputError`: a box twice as wide as what it holds will do.
Orbitals may have cusps at nuclei, on grid points or between them. The method is described in
`pairlab.electrons.orbitals.integrals`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi

import numpy as np

from pairlab.electrons.arguments import require_positive
from pairlab.electrons.orbitals.integrals import (
    PAIRS,
    Integrals,
    Samples,
    beyond_reach,
    faces,
    integrals,
    margins,
)
from pairlab.errors import InputError
from pairlab.units import CHARGE2_OVER_EPSILON0, HBAR2_OVER_2M

COULOMB = CHARGE2_OVER_EPSILON0 / (4 * pi)
"""e^2/(4 pi eps_0), meV nm."""

_FEWEST = 16  # points along an axis, so that the sub-grid has eight
_AT_FACES = 1e-6  # largest density on the faces of the box, relative to the largest of all
_FAR = 1e-3  # largest probability that two charges are farther apart than the kernel reaches
_SUB_GRIDS = ((0, 0, 0), (1, 1, 1), (1, 0, 0), (0, 1, 1))  # nuclei lie differently in each
_PARALLEL = 1e-8  # 1 - |S|^2 below which both orbitals are one, and no triplet exists


@dataclass(frozen=True)
class Grid:
    """A uniform grid with cubic cells; its box is points * spacing along each axis.

    points: of each axis, even. spacing: nm. origin: of the first point, nm.

    Raises:
        InputError: an odd number of points or fewer than 16, a spacing that is not positive, or
            an origin that is not finite.
    """

    points: tuple[int, int, int]
    spacing: float
    origin: tuple[float, float, float]

    def __post_init__(self) -> None:
        require_positive("spacing", self.spacing, "nm")
        if any(n < _FEWEST or n % 2 for n in self.points):
            raise InputError(
                what=f"points = {self.points}",
                why=f"each axis needs an even number of points, at least {_FEWEST}, since every "
                "second point is used to estimate the error",
                remedy="give even numbers",
            )
        if not np.all(np.isfinite(self.origin)):
            raise InputError(
                what=f"origin = {self.origin}",
                why="the first point of the grid has a finite position",
                remedy="give three numbers in nm",
            )

    @classmethod
    def centred(cls, points: int, spacing: float) -> "Grid":
        """A cube of points^3 with a grid point at (0, 0, 0), as close to its centre as any."""
        first = -spacing * (points // 2)
        return cls((points, points, points), spacing, (first, first, first))

    @property
    def axes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Coordinates x, y and z, nm, with shapes (n, 1, 1), (1, n, 1) and (1, 1, n)."""
        x, y, z = (
            start + self.spacing * np.arange(n)
            for start, n in zip(self.origin, self.points, strict=True)
        )
        return x[:, None, None], y[None, :, None], z[None, None, :]

    @property
    def reach(self) -> float:
        """R_c, half the shortest edge of the box, nm."""
        return self.spacing * min(self.points) / 2

    def distance(self, position: Sequence[float] | np.ndarray) -> np.ndarray:
        """|r - position| at every grid point, nm; position: three numbers, nm."""
        x, y, z = (axis - at for axis, at in zip(self.axes, position, strict=True))
        return np.sqrt(x**2 + y**2 + z**2)


@dataclass(frozen=True, eq=False)
class Nuclei:
    """Point charges. charges: Z, shape (A,). positions: nm, shape (A, 3).

    Raises:
        InputError: wrong shapes, none at all, or values that are not finite.
    """

    charges: Sequence[float] | np.ndarray
    positions: Sequence[Sequence[float]] | np.ndarray

    def __post_init__(self) -> None:
        charges, positions = np.asarray(self.charges, float), np.asarray(self.positions, float)
        fit = charges.ndim == 1 and charges.size > 0 and positions.shape == (*charges.shape, 3)
        if not (fit and np.all(np.isfinite(charges)) and np.all(np.isfinite(positions))):
            raise InputError(
                what=f"charges and positions, of shapes {charges.shape} and {positions.shape}",
                why="each nucleus has one charge and three coordinates, all of them finite",
                remedy="give finite numbers with the shapes (A,) and (A, 3), A > 0",
            )


@dataclass(frozen=True)
class Parts:
    """What D or J consists of, meV."""

    kinetic: float
    external: float
    repulsion: float

    @property
    def total(self) -> float:
        """The sum, meV."""
        return self.kinetic + self.external + self.repulsion


@dataclass(frozen=True)
class Errors:
    """Estimates of numerical errors, meV (overlap: a number).

    Each integral contributes a seventh of its largest change on four sub-grids of every second
    point, since errors fall as spacing^3 or faster, what the kernel's reach may lose, and what lies
    close to the faces of the box; all are added up without regard to sign. distant: the second
    share in `direct`, meV.
    """

    overlap: float
    direct: float
    exchange: float
    distant: float


@dataclass(frozen=True)
class ExchangeEnergies:
    """Energies of two electrons in two normalised orbitals, meV, without nuclear repulsion.

    overlap: |S|. direct: D. exchange: J, both with their parts. What begins with `paper` follows
    Eqs. 2.1 and 2.2, which leave out the norm 1 + |S|^2 of the singlet.
    """

    overlap: float
    direct: Parts
    exchange: Parts
    errors: Errors

    @property
    def singlet(self) -> float:
        """(D + J)/(1 + |S|^2), meV."""
        return self.paper_singlet / (1 + self.overlap**2)

    @property
    def triplet(self) -> float:
        """(D - J)/(1 - |S|^2), meV; nan where 1 - |S|^2 <= 1e-8: equal orbitals have no triplet."""
        rest = 1 - self.overlap**2
        return self.paper_triplet / rest if rest > _PARALLEL else np.nan

    @property
    def singlet_error(self) -> float:
        """Estimate of the numerical error of `singlet`, meV."""
        return self._error(self.singlet, 1 + self.overlap**2)

    @property
    def triplet_error(self) -> float:
        """The same for `triplet`, meV; it grows as 1/(1 - |S|^2), nan where there is no triplet."""
        return self._error(self.triplet, 1 - self.overlap**2)

    def _error(self, energy: float, norm: float) -> float:
        of_norm = 2 * self.overlap * self.errors.overlap * abs(energy)
        return (self.errors.direct + self.errors.exchange + of_norm) / norm if norm else np.nan

    @property
    def splitting(self) -> float:
        """Triplet minus singlet, meV: positive where the singlet lies lower; nan as `triplet`."""
        return self.triplet - self.singlet

    @property
    def binding(self) -> float:
        """D minus singlet = (|S|^2 D - J)/(1 + |S|^2), meV: what symmetrising gains."""
        return self.direct.total - self.singlet

    @property
    def paper_singlet(self) -> float:
        """D + J, meV, Eq. 2.2."""
        return self.direct.total + self.exchange.total

    @property
    def paper_triplet(self) -> float:
        """D - J, meV."""
        return self.direct.total - self.exchange.total

    @property
    def paper_splitting(self) -> float:
        """-2 J, meV."""
        return -2 * self.exchange.total

    @property
    def paper_binding(self) -> float:
        """-J, meV."""
        return -self.exchange.total


def exchange_energies(
    grid: Grid,
    orbitals: Sequence[np.ndarray],
    *,
    nuclei: Nuclei | None = None,
    potential: np.ndarray | None = None,
    mass: float = 1.0,
    relative_permittivity: float = 1.0,
) -> ExchangeEnergies:
    """D, J, S and the energies of singlet and triplet of two electrons in two orbitals.

    D = h_11 + h_22 + (11|22), J = 2 Re(S* h_12) + (12|21), h = -hbar^2/(2m) nabla^2 + V.

    Args:
        grid: the points on which orbitals and potential are sampled.
        orbitals: two arrays, real or complex, shape grid.points; any norm, any phase.
        nuclei: point charges that attract the electrons. Orbitals may have cusps there.
        potential: a further external potential, meV, shape grid.points; smooth on the grid.
        mass: electron masses.
        relative_permittivity: divides the repulsion of the electrons, not the nuclei's attraction.

    Raises:
        InputError: arrays of another shape or not finite; an orbital that vanishes everywhere, or
            does not at the faces of the box; charges farther apart than half the shortest edge with
            a probability above 1e-3; nuclei outside the box, or closer together than one spacing;
            mass or permittivity not positive.

    Source: Dolgopolov, Eqs. 2.1-2.4 and 2.10; Heitler and London 1927 for the norm.
    """
    require_positive("mass", mass, "m_e")
    require_positive("relative_permittivity", relative_permittivity, "no unit")
    if len(orbitals) != 2:
        raise InputError(
            what=f"{len(orbitals)} orbitals",
            why="each of two electrons has one, be it the same",
            remedy="give two arrays",
        )
    charges, sites = _sites(grid, nuclei)
    coulomb = COULOMB / grid.spacing
    samples = Samples(
        orbitals=tuple(_orbital(grid, values, name) for name, values in enumerate(orbitals, 1)),
        potential=None if potential is None else _potential(grid, potential),
        charges=charges,
        sites=sites,
        kinetic=HBAR2_OVER_2M / mass / grid.spacing**2,
        attraction=coulomb,
        repulsion=coulomb / relative_permittivity,
    )
    far = _far(samples)
    found = integrals(samples)
    direct = [of[0].real + of[1].real for of in (found.kinetic, found.external)]
    exchange = [2 * (np.conj(found.overlap) * of[2]).real for of in (found.kinetic, found.external)]
    return ExchangeEnergies(
        overlap=min(abs(found.overlap), 1.0),
        direct=Parts(float(direct[0]), float(direct[1]), float(found.repulsion[0])),
        exchange=Parts(float(exchange[0]), float(exchange[1]), float(found.repulsion[1])),
        errors=_errors(samples, found, far),
    )


def _errors(samples: Samples, found: Integrals, far: np.ndarray) -> Errors:
    """Errors of all integrals, added up; far: probabilities of `_far`."""
    coarse = [integrals(samples.halved(first)) for first in _SUB_GRIDS]
    overlap, kinetic, external, repulsion = (
        np.max([abs(fine - rough) for rough in roughs], axis=0) / 7
        for fine, *roughs in zip(found, *coarse, strict=True)
    )
    reach = min(samples.orbitals[0].shape) / 2
    distant = far * [samples.repulsion / reach, *[samples.attraction / reach] * 3]
    edges = np.array([margins(orbital) for orbital in samples.orbitals]).T
    shell, jumps = (np.array([np.sqrt(of[i] * of[j]) for i, j in PAIRS]) for of in edges)

    overlap += shell[2]
    kinetic += shell * abs(found.kinetic) + jumps * samples.kinetic
    external += shell * abs(found.external) + distant[1:]
    repulsion += (shell[0] + shell[1]) * found.repulsion + distant[0]
    transfer = abs(found.overlap) * (kinetic[2] + external[2])
    transfer += abs(found.kinetic[2] + found.external[2]) * overlap
    return Errors(
        overlap=float(overlap),
        direct=float(kinetic[:2].sum() + external[:2].sum() + repulsion[0]),
        exchange=float(2 * transfer + repulsion[1]),
        distant=float(distant[:3].sum()),
    )


def _far(samples: Samples) -> np.ndarray:
    """Probabilities beyond R_c: of both electrons, and of `PAIRS` and nuclei, by their charges.

    The one of a product of orbitals is bounded by the geometric mean of both.

    Raises:
        InputError: one of them exceeds 1e-3.
    """
    electrons, nuclei = beyond_reach(samples)
    largest = max(electrons, nuclei.max(initial=0.0))
    if largest > _FAR:
        raise InputError(
            what=f"charges are farther apart than half the box with a probability of {largest:.1e}",
            why="their energy is lost or counted at a wrong distance",
            remedy="make the shortest edge of the box twice as long as what it holds",
        )
    one, two = nuclei @ abs(samples.charges)
    return np.array([electrons, one, two, np.sqrt(one * two)])


def _sites(grid: Grid, nuclei: Nuclei | None) -> tuple[np.ndarray, np.ndarray]:
    """Charges (A,) and positions (A, 3) in spacings from the first grid point."""
    if nuclei is None:
        return np.zeros(0), np.zeros((0, 3))
    sites = (np.asarray(nuclei.positions, float) - grid.origin) / grid.spacing
    if np.any(sites < 0) or np.any(sites > np.array(grid.points) - 1):
        raise InputError(
            what="a nucleus lies outside the box",
            why="its field inside the box would be that of a periodic copy",
            remedy="make the box larger, or add its field to `potential`",
        )
    apart = np.linalg.norm(sites[:, None] - sites, axis=-1)
    if np.any(apart[np.triu_indices(len(sites), 1)] < 1):
        raise InputError(
            what=f"two nuclei are closer together than the spacing of {grid.spacing:g} nm",
            why="the grid cannot tell them apart",
            remedy="use a finer grid, or one nucleus with both charges",
        )
    return np.asarray(nuclei.charges, float), sites


def _finite(grid: Grid, values: np.ndarray, name: str) -> np.ndarray:
    values = np.asarray(values)
    if values.shape != grid.points:
        raise InputError(
            what=f"{name} has the shape {values.shape}",
            why=f"the grid has {grid.points} points",
            remedy="sample it on `grid.axes`",
        )
    if not np.all(np.isfinite(values)):
        raise InputError(
            what=f"{name} is not finite everywhere",
            why="every grid point enters the sums",
            remedy="give finite values; a point charge belongs into `nuclei`",
        )
    return values


def _potential(grid: Grid, values: np.ndarray) -> np.ndarray:
    values = _finite(grid, values, "the potential")
    if np.iscomplexobj(values):
        raise InputError(
            what="the potential is complex", why="energies are real", remedy="give its real part"
        )
    return values.astype(float)


def _orbital(grid: Grid, values: np.ndarray, number: int) -> np.ndarray:
    """Samples with Sum |psi|^2 = 1."""
    name = f"orbital {number}"
    values = _finite(grid, values, name)
    values = values.astype(complex if np.iscomplexobj(values) else float)
    largest = abs(values).max()
    if largest == 0:
        raise InputError(
            what=f"{name} is zero everywhere",
            why="it has no norm",
            remedy="give an orbital that lies on the grid",
        )
    values /= largest
    density = max(float(face.max()) for face in faces(abs(values) ** 2))
    if density > _AT_FACES:
        raise InputError(
            what=f"the density of {name} on a face of the box is {density:.1e} of its largest",
            why=f"what lies outside the box would be missing; at most {_AT_FACES:g} is allowed",
            remedy="use a larger box",
        )
    return values / np.sqrt(np.sum(abs(values) ** 2))
