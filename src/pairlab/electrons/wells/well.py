"""A one-dimensional well of any shape between two hard walls, and overlaps of confined states.

    -(hbar^2/2m) phi'' + U(z) phi = E phi,    phi(0) = phi(width) = 0,    Int phi^2 dz = 1

A soft well is one whose states have decayed before they reach the wall (`open_start`, `open_end`).
The integrals further down take any `ConfinedStates`, those of a closed form too.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.polynomial import legendre
from scipy.integrate import quad_vec
from scipy.linalg import eigh
from scipy.optimize import brentq

from pairlab.electrons.arguments import require_index, require_positive
from pairlab.errors import InputError, SolverError
from pairlab.units import HBAR2_OVER_2M

# Gauss-Lobatto elements: hard walls are exact, weights come with the nodes, and convergence is
# exponential wherever U is smooth. Sines would converge only algebraically, as U'(0) != 0 bends
# the odd continuation of a state through the wall.
_DEGREE = 16
_ELEMENTS = 4  # in the first of the meshes, each twice as fine as the one before
_MESHES = 5
_LARGEST, _MOST = 2000, 60  # nodes; states, so that two meshes hold four times as many nodes
_VISIBLE = 1e-6  # of the largest amplitude: where the sign of a state is certain
_EPSILON = np.finfo(float).eps
_ROUNDING = 4 * _EPSILON
_LEVEL_ROUNDING = _DEGREE * _EPSILON  # slopes of a polynomial lose digits with its degree
_QUADRATURE = 1e-12  # wanted relative error of an integral ...
_TRUSTED = 1e-10  # ... and the largest that is handed out


@dataclass(frozen=True)
class Well:
    """A particle in the potential U(z) between hard walls at z = 0 and z = width.

    potential: U(z), meV, of an array of z in nm, elementwise; it is not evaluated at a hard wall.
    width: nm. mass: electron masses. steps: rising positions in nm, strictly inside the well, where
    U jumps or has a kink; the side of a step is told by z < step or z > step. open_start, open_end:
    the wall at z = 0 or z = width is only the end of the grid, and states must decay before it.

    Raises:
        InputError: width or mass not positive, or steps outside the well or not rising.
    """

    potential: Callable[[np.ndarray], Any]
    width: float
    mass: float
    steps: tuple[float, ...] = ()
    open_start: bool = False
    open_end: bool = False

    def __post_init__(self) -> None:
        require_positive("width", self.width, "nm")
        require_positive("mass", self.mass, "m_e")
        marks = np.array([0.0, *self.steps, self.width])
        if not np.all(np.diff(marks) > 0):
            raise InputError(
                what=f"steps = {self.steps}",
                why=f"steps divide the well from 0 to {self.width:g} nm into pieces",
                remedy="give rising positions strictly inside the well",
            )

    @property
    def kinetic_scale(self) -> float:
        """hbar^2/2m, meV nm^2."""
        return HBAR2_OVER_2M / self.mass


@runtime_checkable
class ConfinedStates(Protocol):
    """Normalised real states along one direction, known at any z."""

    @property
    def breakpoints(self) -> np.ndarray:
        """Rising positions [nm], first and last the ends of the states: smooth, without a node in
        between."""
        ...

    def wavefunctions(self, z: np.ndarray) -> np.ndarray:
        """phi_i(z), nm^(-1/2), z [nm] of any shape, result of shape (state, *shape of z)."""
        ...


@dataclass(frozen=True)
class WellStates:
    """The lowest states of a well; each is positive in its outermost lobe, toward the far wall.

    levels, kinetic: (state,), energies and kinetic energies, meV. slopes: (2, state), phi' at both
    ends, nm^(-3/2). z, weights: (node,), nm, quadrature over the well. amplitudes: (state, node),
    phi on the nodes, nm^(-1/2). edges: (element + 1,), nm, and series: (power, state, element), the
    Legendre series of phi on each element. level_errors: (state,), meV: the change from a mesh half
    as fine, what an open end may shift, and rounding. wavefunction_errors: (state,), the same for
    phi, the root of Int (change of phi)^2 dz.
    """

    levels: np.ndarray
    kinetic: np.ndarray
    slopes: np.ndarray
    z: np.ndarray
    weights: np.ndarray
    amplitudes: np.ndarray
    edges: np.ndarray
    series: np.ndarray
    level_errors: np.ndarray
    wavefunction_errors: np.ndarray

    def wavefunctions(self, z: np.ndarray) -> np.ndarray:
        """phi_i(z), nm^(-1/2), zero outside the walls; z [nm] of any shape, (state, *shape)."""
        return _evaluate(self.edges, self.series, np.asarray(z, float))

    def wavefunction(self, index: int, z: np.ndarray) -> np.ndarray:
        """phi of one state, counted from 1, nm^(-1/2), in the shape of z [nm]; InputError where
        there is no such state."""
        require_index("index", index, len(self.levels))
        return self.wavefunctions(z)[index - 1]

    @property
    def breakpoints(self) -> np.ndarray:
        """The ends of the elements and every node of a state where its sign is certain, nm."""
        nodes = [zero for state in range(len(self.levels)) for zero in self._zeros(state)]
        return np.unique(np.concatenate([self.edges, nodes]))

    def _zeros(self, state: int) -> list[float]:
        def value(z: float) -> float:
            return float(_evaluate(self.edges, self.series[:, [state]], np.asarray(z))[0])

        phi = self.amplitudes[state]
        certain = np.flatnonzero(np.abs(phi) > _VISIBLE * np.abs(phi).max())
        sides = [(self.z[a], self.z[b]) for a, b in pairwise(certain) if phi[a] * phi[b] < 0]
        zeros: Any = [brentq(value, left, right, rtol=_ROUNDING) for left, right in sides]
        return zeros


def solve(well: Well, count: int, *, tolerance: float = 1e-9) -> WellStates:
    """The lowest `count` states of a well, by diagonalisation on finer and finer meshes.

    Args:
        tolerance: largest change of a level, relative to its kinetic energy, and of a wavefunction
            (root of the integrated square) between the last mesh and one half as fine. The last
            one is far better where U is smooth between the steps.

    Raises:
        InputError: count below 1 or above 60; a potential that is not a finite number for each z;
            states that do not converge, or that have not decayed at an open end.
    """
    if not 1 <= count <= _MOST:
        raise InputError(
            what=f"count = {count}",
            why="states are counted from the lowest one, and a mesh must resolve the highest",
            remedy=f"ask for 1 to {_MOST} states",
        )
    coarse, change = None, np.full((2, count), np.inf)
    for refinement in range(_MESHES):
        edges = _mesh(well, refinement)
        size = (len(edges) - 1) * _DEGREE - 1
        if size < 4 * count:
            continue
        if size > _LARGEST and refinement > 1:
            break
        fine = _diagonalise(well, count, edges)
        if coarse is not None:
            change = _changes(coarse, fine)
            if np.all(change <= tolerance):
                shifts, tails = _end_effects(well, fine, tolerance)
                return replace(
                    fine,
                    level_errors=fine.level_errors + change[0] * fine.kinetic + shifts,
                    wavefunction_errors=fine.wavefunction_errors + change[1] + tails,
                )
        coarse = fine
    worst = int(np.argmax(change.max(axis=0))) + 1
    raise InputError(
        what=f"state {worst} of the well has not converged",
        why=f"it changes by {change.max():.1g} on the finest mesh, more than {tolerance:.1g}; U is "
        "not smooth, varies too fast for the width, or has levels that coincide",
        remedy="give the positions of jumps and kinks as steps, a smaller width or fewer states",
    )


@lru_cache
def _element() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Gauss-Lobatto nodes and weights on [-1, 1], slopes there of the nodal basis, and the matrix
    from values on the nodes to a Legendre series."""
    inner = legendre.legroots(legendre.legder(np.eye(_DEGREE + 1)[_DEGREE]))
    nodes = np.concatenate([[-1.0], inner, [1.0]])
    values = legendre.legvander(nodes, _DEGREE)
    to_series = np.linalg.inv(values)
    weights = 2 / (_DEGREE * (_DEGREE + 1) * values[:, _DEGREE] ** 2)
    slopes = legendre.legval(nodes, legendre.legder(np.eye(_DEGREE + 1))).T @ to_series
    return nodes, weights, slopes, to_series


def _mesh(well: Well, refinement: int) -> np.ndarray:
    """Ends of the elements, nm: at each step, and twice as many at each refinement."""
    parts = []
    for left, right in pairwise([0.0, *well.steps, well.width]):
        pieces = max(1, round(_ELEMENTS * (right - left) / well.width)) * 2**refinement
        parts.append(np.linspace(left, right, pieces + 1)[:-1])
    return np.concatenate([*parts, [well.width]])


def _potential_at(well: Well, z: np.ndarray) -> np.ndarray:
    """U on positions of any shape, meV, or the error that says what is wrong with it."""
    u = np.asarray(well.potential(z), float)
    if u.shape not in ((), z.shape):
        what = f"the potential has shape {u.shape} for positions of shape {z.shape}"
    elif np.all(np.isfinite(u)):
        return np.broadcast_to(u, z.shape)
    else:
        what = f"the potential is not finite at z = {z[np.argmin(np.isfinite(u))]:g} nm"
    raise InputError(
        what=what,
        why="inside the walls each position has one finite energy in meV",
        remedy="return an array like z, and end the well where U becomes infinite",
    )


def _diagonalise(well: Well, count: int, edges: np.ndarray) -> WellStates:
    """The lowest states on one mesh: H is symmetric in the nodal values times root(weight).

    Their errors are those of rounding. H is known to epsilon |H|, which turns a state by that over
    the distance to the next level; two meshes may agree better, by chance.
    """
    nodes, node_weights, slopes, to_series = _element()
    half = np.diff(edges) / 2
    z = edges[:-1, None] + half[:, None] * (nodes + 1)
    # The ends of an element belong to it: a potential that jumps there is asked from inside.
    asked = z.copy()
    asked[:, 0] = np.nextafter(edges[:-1], edges[1:])
    asked[:, -1] = np.nextafter(edges[1:], edges[:-1])
    u = np.zeros(z.size)
    u[1:-1] = _potential_at(well, asked.ravel()[1:-1])
    place = np.arange(len(half))[:, None] * _DEGREE + np.arange(_DEGREE + 1)
    size = place[-1, -1] + 1
    stiffness, weights, energy = np.zeros((size, size)), np.zeros(size), np.zeros(size)
    block = well.kinetic_scale * (slopes.T * node_weights) @ slopes
    for rows, length, inside in zip(place, half, u.reshape(z.shape), strict=True):
        stiffness[np.ix_(rows, rows)] += block / length
        weights[rows] += length * node_weights
        energy[rows] += length * node_weights * inside
    root = np.sqrt(weights)
    hamiltonian = (stiffness + np.diag(energy)) / root[:, None] / root
    inner = hamiltonian[1:-1, 1:-1]
    values, vectors = eigh(inner, subset_by_index=[0, count])  # one more, for its distance
    apart = np.diff(values, prepend=-np.inf)
    with np.errstate(divide="ignore"):
        turned = _EPSILON * np.abs(inner).sum(axis=1).max() / np.minimum(apart[:-1], apart[1:])
    phi = np.zeros((count, size))
    phi[:, 1:-1] = vectors.T[:count] / root[1:-1]
    phi *= _outermost_sign(phi)[:, None] / np.sqrt(phi**2 @ weights)[:, None]
    steepness = (phi[:, place] @ slopes.T) / half[:, None]
    # A sum of squares and quadratic in the error of phi: more digits than the eigenvalue itself.
    kinetic = well.kinetic_scale * np.einsum("nep,p,e->n", steepness**2, node_weights, half)
    return WellStates(
        levels=kinetic + phi**2 @ energy,
        kinetic=kinetic,
        slopes=np.stack([steepness[:, 0, 0], steepness[:, -1, -1]]),
        z=np.append(z[:, :-1].ravel(), edges[-1]),
        weights=weights,
        amplitudes=phi,
        edges=edges,
        series=np.moveaxis(phi[:, place] @ to_series.T, -1, 0),
        level_errors=_LEVEL_ROUNDING * (kinetic + phi**2 @ np.abs(energy)),
        wavefunction_errors=turned,
    )


def _outermost_sign(phi: np.ndarray) -> np.ndarray:
    """The sign of each state where it is last visible, seen along z."""
    visible = np.abs(phi) > _VISIBLE * np.abs(phi).max(axis=1, keepdims=True)
    last = phi.shape[1] - 1 - np.argmax(visible[:, ::-1], axis=1)
    return np.sign(phi[np.arange(len(phi)), last])


def _changes(coarse: WellStates, fine: WellStates) -> np.ndarray:
    """Changes of levels over their kinetic energies, and of wavefunctions: (2, state)."""
    before = _evaluate(coarse.edges, coarse.series, fine.z)
    after = fine.amplitudes
    before = before * np.sign((before * after) @ fine.weights)[:, None]
    moved = np.sqrt((before - after) ** 2 @ fine.weights)
    return np.stack([np.abs(fine.levels - coarse.levels) / fine.kinetic, moved])


def _end_effects(well: Well, found: WellStates, tolerance: float) -> tuple[np.ndarray, np.ndarray]:
    """What the ends of the grid may do to each state of a soft well: shapes (state,).

    dE/d(width) = -(hbar^2/2m) phi'(width)^2, and phi' decays as exp(-kappa z) beyond, so the wall
    lifts the level by (hbar^2/2m) phi'^2/(2 kappa), meV, kappa^2 = (U - E)/(hbar^2/2m). It takes
    phi'/(2 kappa) exp(-kappa |z - end|) from the state on either side.
    """
    lifted, lost = np.zeros_like(found.levels), np.zeros_like(found.levels)
    ends = ((well.open_start, 0.0, well.width), (well.open_end, well.width, 0.0))
    for slopes, (is_open, end, other) in zip(found.slopes, ends, strict=True):
        if not is_open:
            continue
        u = _potential_at(well, np.array([np.nextafter(end, other)]))[0]
        decay = np.sqrt(np.maximum(u - found.levels, 0.0) / well.kinetic_scale)
        with np.errstate(divide="ignore"):
            shift = well.kinetic_scale * slopes**2 / (2 * decay)
        late = np.flatnonzero(~(shift <= tolerance * found.kinetic))
        if len(late):
            state = int(late[0])
            raise InputError(
                what=f"state {state + 1} of the well has not decayed at z = {end:g} nm",
                why=f"its level is {found.levels[state]:.6g} meV, the potential there {u:.6g} meV, "
                "and the end of the grid would shift it",
                remedy="give more room on that side, a potential that rises, or fewer states",
            )
        lifted += shift
        lost += slopes**2 / (4 * decay**3)
    return lifted, np.sqrt(lost)


def _evaluate(edges: np.ndarray, series: np.ndarray, z: np.ndarray) -> np.ndarray:
    element = np.clip(np.searchsorted(edges, z, side="right") - 1, 0, len(edges) - 2)
    x = 2 * (z - edges[element]) / (edges[element + 1] - edges[element]) - 1
    inside = (z >= edges[0]) & (z <= edges[-1])
    values = legendre.legval(np.where(inside, x, 0.0), series[:, :, element], tensor=False)
    return np.where(inside, values, 0.0)


@dataclass(frozen=True)
class Integral:
    """Integrals over z, shape (state, state) or as the integrand's, and the error of the worst.

    The error is that of the quadrature; errors of the states themselves come on top.
    """

    value: np.ndarray
    error: float


def integral(
    states: ConfinedStates, integrand: Callable[[float, np.ndarray], np.ndarray]
) -> Integral:
    """Int f(z, phi(z)) dz over the whole well, by Gauss-Kronrod rules between the breakpoints.

    Args:
        integrand: f of z [nm] and all wavefunctions there [nm^(-1/2)], shape (state,); an array of
            any one shape, smooth where no state changes its sign.

    Raises:
        SolverError: the integral is not known to 1e-10 of its largest component.
    """
    points = states.breakpoints

    def at(z: float) -> np.ndarray:
        return integrand(z, states.wavefunctions(np.asarray(z)))

    found: Any = quad_vec(
        at, points[0], points[-1], points=points[1:-1], norm="max", epsabs=0.0, epsrel=_QUADRATURE,
        limit=4 * len(points) + 200,
    )  # fmt: skip
    value, error = np.asarray(found[0]), float(found[1])
    if not error <= _TRUSTED * np.max(np.abs(value)):
        raise SolverError(
            what=f"an integral over the well is known to {error:.1g} only",
            why="the integrand is not smooth between the nodes of the states",
            remedy="give the positions of jumps and kinks as steps of the well",
        )
    return Integral(value, error)


def matrix_elements(states: ConfinedStates, operator: Callable[[float], float]) -> Integral:
    """<i|f(z)|j> for all pairs of states, shape (state, state); f takes z in nm."""
    return integral(states, lambda z, phi: operator(z) * np.outer(phi, phi))


def orthonormality(states: ConfinedStates) -> Integral:
    """<i|j>, the unit matrix for correct states, shape (state, state)."""
    return matrix_elements(states, lambda _: 1.0)


def position_elements(states: ConfinedStates) -> Integral:
    """<i|z|j>, nm, shape (state, state)."""
    return matrix_elements(states, lambda z: z)


def modulus_overlap(states: ConfinedStates) -> Integral:
    """Int |phi_i| |phi_j| dz, between 0 and 1, shape (state, state)."""
    return integral(states, lambda _, phi: np.abs(np.outer(phi, phi)))


def density_overlap(states: ConfinedStates) -> Integral:
    """Int phi_i^2 phi_j^2 dz, 1/nm, shape (state, state)."""
    return integral(states, lambda _, phi: np.outer(phi, phi) ** 2)
