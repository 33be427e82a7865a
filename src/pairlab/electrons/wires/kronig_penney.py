"""The Kronig-Penney superlattice: wells and barriers that alternate along one direction.

The cell is symmetric about the well centre z = 0: well for |z| < L/2, barrier out to |z| = d/2,
d = L + W. With c(z), s(z) the even and odd solutions (c = 1, c' = 0; s = 0, s' = 1 at z = 0) and
their values at z = d/2 (Mazziotti et al. 2021, after Eq. 4; the classic dispersion follows)

    cos(k d) = 2 c s' - 1 = 1 + 2 c' s
    |psi_k(z)|^2 ~ c(z)^2 + t^2 s(z)^2,      t^2 = -c c'/(s s')

so every band edge is a zero of exactly one of c', s (k d = 0) or c, s' (k d = pi), and everything
inside a band is an explicit function of the energy: the energy, not k, is the variable used here.

Matching of psi' at the interfaces: "psi_prime" keeps psi' continuous (what the authors did),
"bendaniel_duke" keeps psi'/m continuous (current conserving).
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from scipy.optimize import brentq

from pairlab.numerics.safe import cosh_sqrt, sinhc_sqrt
from pairlab.units import HBAR2_OVER_2M

Matching = Literal["psi_prime", "bendaniel_duke"]
_HIGHEST_BARRIER = 1e7  # meV

Numeric = Any  # a float or an array, complex where a derivative is taken: the formulas are the same


@dataclass(frozen=True)
class Superlattice:
    """A periodic array of wells (width L, mass m_w) and barriers (width W, height V, mass m_b).

    Widths in nm, masses in electron masses, height in meV. Only the direction of the
    superlattice is described here; motion along the wires is free.
    """

    well_width: Numeric
    barrier_width: Numeric
    barrier_height: Numeric
    well_mass: Numeric
    barrier_mass: Numeric
    matching: Matching = "psi_prime"

    @property
    def period(self) -> Numeric:
        """d = L + W, nm."""
        return self.well_width + self.barrier_width

    @property
    def derivative_ratio(self) -> Numeric:
        """psi'(barrier side)/psi'(well side) at an interface."""
        return 1.0 if self.matching == "psi_prime" else self.barrier_mass / self.well_mass

    def squared_wavevectors(self, energy: Numeric) -> tuple[Numeric, Numeric]:
        """psi''/psi in the well (= -a^2) and in the barrier (= b^2, negative above the barrier)."""
        well = -self.well_mass * energy / HBAR2_OVER_2M
        barrier = self.barrier_mass * (self.barrier_height - energy) / HBAR2_OVER_2M
        return well, barrier


def solutions_at_cell_edge(
    lattice: Superlattice, energy: Numeric
) -> tuple[Numeric, Numeric, Numeric, Numeric]:
    """c, c', s, s' at the barrier centre, times exp(-Re(b) W/2) so that they never overflow.

    The derivatives are the conserved ones (divided by `derivative_ratio`), so c s' - c' s = 1
    before scaling. Shapes follow `energy` [meV].
    """
    well, barrier = lattice.squared_wavevectors(energy)
    half_well, half_barrier = lattice.well_width / 2, lattice.barrier_width / 2
    u = barrier * half_barrier**2
    cosh, sinhc = _scaled_hyperbolic(u)
    length = half_barrier * sinhc
    ratio = lattice.derivative_ratio
    cos, sinc = cosh_sqrt(well * half_well**2), sinhc_sqrt(well * half_well**2) * half_well
    even = cos * cosh + ratio * (well * sinc) * length
    even_slope = cos * barrier * length / ratio + (well * sinc) * cosh
    odd = sinc * cosh + ratio * cos * length
    odd_slope = sinc * barrier * length / ratio + cos * cosh
    return even, even_slope, odd, odd_slope


def _scaled_hyperbolic(u: Numeric) -> tuple[Numeric, Numeric]:
    """exp(-sqrt(u)) times cosh(sqrt(u)) and sinh(sqrt(u))/sqrt(u); unscaled for u < 0."""
    large = np.real(u) > 100.0
    moderate = np.where(large, 1.0, u)
    root = np.sqrt(np.where(np.real(u) > 0, u, 1.0))
    scale = np.where(np.real(u) > 0, np.exp(-root), 1.0)
    tail = np.exp(-2 * root)
    cosh = np.where(large, (1 + tail) / 2, cosh_sqrt(moderate) * scale)
    sinhc = np.where(large, (1 - tail) / (2 * root), sinhc_sqrt(moderate) * scale)
    return cosh, sinhc


def phase(lattice: Superlattice, energy: float, *, odd: bool) -> float:
    """The Pruefer phase of the even or odd solution at the cell edge, rising in energy.

    psi = R cos(phase): psi vanishes at phase = (j + 1/2) pi and psi' at phase = j pi. At E = V it
    jumps within its quadrant (its unit of slope changes), which moves neither.
    """
    well, barrier = lattice.squared_wavevectors(energy)
    a = np.sqrt(-well)
    start = a * lattice.well_width / 2 - (np.pi / 2 if odd else 0.0)
    half_barrier = lattice.barrier_width / 2
    if barrier < 0:
        beta = np.sqrt(-barrier)
        squeeze = a * lattice.derivative_ratio / beta
        turn = np.arctan2(
            (squeeze - 1) * np.sin(start) * np.cos(start),
            np.cos(start) ** 2 + squeeze * np.sin(start) ** 2,
        )
        return start + turn + beta * half_barrier
    cosh, sinhc = _scaled_hyperbolic(np.float64(barrier * half_barrier**2))
    length = half_barrier * sinhc
    psi, slope = np.cos(start), -a * np.sin(start)
    ratio = lattice.derivative_ratio
    new_psi = psi * cosh + ratio * slope * length
    new_slope = psi * barrier * length / ratio + slope * cosh
    # An evanescent stretch never reverses (psi, -psi'/a): the principal angle of the turn is right.
    x0, y0, x1, y1 = psi, -slope / a, new_psi, -new_slope / a
    return start + np.arctan2(x0 * y1 - y0 * x1, x0 * x1 + y0 * y1)


def _level(lattice: Superlattice, *, odd: bool, target: float) -> float:
    """The energy at which the phase reaches `target`, meV."""
    lower = 1e-12 * HBAR2_OVER_2M / (lattice.well_mass * lattice.well_width**2)
    if phase(lattice, lower, odd=odd) >= target:
        return 0.0
    upper = lattice.barrier_height + HBAR2_OVER_2M / lattice.well_mass / lattice.period**2
    while phase(lattice, upper, odd=odd) < target:
        upper *= 2.0
    return _root(lambda energy: phase(lattice, energy, odd=odd) - target, lower, upper, 1e-300)


def _root(function: Callable[[float], float], lower: float, upper: float, xtol: float) -> float:
    """The root in a bracket, to rounding or xtol."""
    root: Any = brentq(function, lower, upper, xtol=xtol, rtol=4 * np.finfo(float).eps)
    return float(root)


@lru_cache(maxsize=4096)
def band_edges(lattice: Superlattice, count: int) -> np.ndarray:
    """Bottom and top of the lowest `count` bands, meV, shape (count, 2).

    Each edge is bracketed by the Pruefer phase, so none is missed however narrow its band or gap.
    """
    half = count // 2 + 1
    half_pi = np.pi / 2
    zone_centre = [_level(lattice, odd=False, target=0.0)]
    zone_boundary: list[float] = []
    for j in range(half):
        odd_psi, even_psi = (
            _level(lattice, odd=odd, target=(2 * j + 1) * half_pi) for odd in (True, False)
        )
        odd_slope = _level(lattice, odd=True, target=2 * j * half_pi)
        even_slope = _level(lattice, odd=False, target=(2 * j + 2) * half_pi)
        zone_centre += sorted([odd_psi, even_slope])
        zone_boundary += sorted([even_psi, odd_slope])
    edges = np.sort(np.stack([zone_centre[:count], zone_boundary[:count]], axis=1), axis=1)
    edges.setflags(write=False)  # the cache hands out this very array
    return edges


def decay_exponent(lattice: Superlattice, energy: float) -> float:
    """b W, the exponent by which a state at this energy decays across a barrier; 0 above it."""
    _, barrier = lattice.squared_wavevectors(energy)
    return float(np.sqrt(max(barrier, 0.0)) * lattice.barrier_width)


def tan2_half_phase(lattice: Superlattice, energy: Numeric) -> Numeric:
    """tan^2(k d/2) = -c' s/(c s') inside a band: accurate at both band edges, unlike arccos."""
    even, even_slope, odd, odd_slope = solutions_at_cell_edge(lattice, energy)
    return -even_slope * odd / (even * odd_slope)


def density_on_nodes(
    lattice: Superlattice,
    energy: Numeric,
    well_nodes: Numeric,
    barrier_nodes: Numeric,
    *,
    odd_weight: Numeric | None = None,
) -> Numeric:
    """c(z)^2 + t^2 s(z)^2 on nodes of the half cell, not normalised.

    Args:
        energy: shape (..., 1), meV, inside a band.
        well_nodes: distances from the well centre, nm, shape (p,), at most L/2.
        barrier_nodes: distances from the interface, nm, shape (q,), at most W/2.
        odd_weight: t^2 where it is known better, shape of `energy`.

    Returns: shape (..., p + q).
    """
    if odd_weight is None:
        even, even_slope, odd, odd_slope = solutions_at_cell_edge(lattice, energy)
        odd_weight = -even * even_slope / (odd * odd_slope)
    well, barrier = lattice.squared_wavevectors(energy)
    ratio, half = lattice.derivative_ratio, lattice.well_width / 2

    def in_well(z: Numeric) -> tuple[Numeric, Numeric]:
        return cosh_sqrt(well * z**2), sinhc_sqrt(well * z**2) * z

    cos, sin = in_well(well_nodes)
    edge_cos, edge_sin = in_well(half)
    cosh = cosh_sqrt(barrier * barrier_nodes**2)
    sinh = sinhc_sqrt(barrier * barrier_nodes**2) * barrier_nodes
    even_z = np.concatenate([cos, edge_cos * cosh + ratio * well * edge_sin * sinh], axis=-1)
    odd_z = np.concatenate([sin, edge_sin * cosh + ratio * edge_cos * sinh], axis=-1)
    return even_z**2 + odd_weight * odd_z**2


def barrier_height_for(lattice: Superlattice, *, band: int, width: float) -> float | None:
    """The barrier height [meV] at which a band (from 1) is `width` meV wide; None if none is.

    The height in `lattice` is ignored. The width falls from its free-electron value at V = 0 to 0.
    """

    def excess(height: float) -> float:
        edges = band_edges(dataclasses.replace(lattice, barrier_height=height), band)
        return float(edges[-1, 1] - edges[-1, 0]) - width

    lower, upper = 0.0, HBAR2_OVER_2M / (lattice.well_mass * lattice.period**2)
    if excess(lower) < 0:
        return None
    while excess(upper) > 0:
        lower, upper = upper, 2 * upper
        if upper > _HIGHEST_BARRIER:
            return None
    return _root(excess, lower, upper, 1e-12)


def band_energies(lattice: Superlattice, edges: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """E(theta) of one band with edges (bottom, top), meV; theta = k d strictly inside (0, pi)."""
    bottom, top = (float(edge) for edge in edges)
    span = top - bottom

    def solve(angle: float) -> float:
        wanted = np.tan(angle / 2) ** 2

        def excess(fraction: float) -> float:
            value = max(float(tan2_half_phase(lattice, bottom + fraction * span)), 1e-300)
            return float(np.log(value) - np.log(wanted))

        return bottom + span * _root(excess, 1e-13, 1 - 1e-13, 1e-14)

    return np.array([solve(angle) for angle in theta])
