"""Tc of a superlattice of quantum wires in plain NumPy, as a careful scientist would write it.

Everything that depends on the structure alone is computed once in `Wires`: subband energies E_n and
densities |psi_n|^2 as series in cos(m theta), theta = kz d, and the overlaps of the harmonics. For
each chemical potential and cutoff theta is split where E_n = mu and mu +- w0~, with tanh-sinh nodes
on each piece. For each temperature the integral over kx is done with sinh-spaced nodes around the
Fermi point, and Tc is the root in ln T of (largest eigenvalue) - 1.

Energies in meV, lengths in nm, masses in m_e. Densities of states in units of m_x/(2 pi hbar^2).
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy import constants
from scipy.optimize import brentq

BOLTZMANN = constants.k / constants.e * 1e3
KINETIC = constants.hbar**2 / (2 * constants.m_e) / constants.e * 1e21  # hbar^2/2 m_e, meV nm^2

Z_NODES = 16  # in the half well, and as many in the half barrier
SAMPLES = 64  # of theta, for the series
ENERGY_HARMONICS = 28
HARMONICS = 9
THETA_STEP, THETA_STEPS = 0.07, 34  # tanh-sinh: step and number of steps to either side
KX_NODES = 24  # on either side of the Fermi point
COLDEST = 1e-6  # K


class States(NamedTuple):
    """Nodes in theta with states within the cutoff, all subbands in one row.

    foot: E_n(theta) - mu. weight: of dtheta, prefactor included. cosines: (node, harmonic).
    first: (active + 1,) where the nodes of each active subband start. active: its numbers.
    """

    foot: np.ndarray
    weight: np.ndarray
    cosines: np.ndarray
    first: np.ndarray
    active: list[int]


class Wires:
    """A superlattice solved once: its lowest `bands` subbands as harmonics in theta."""

    def __init__(
        self,
        *,
        well_width: float,
        barrier_width: float,
        barrier_height: float,
        well_mass: float,
        barrier_mass: float,
        wire_mass: float,
        psi_prime_ratio: float = 1.0,
        bands: int = 3,
        harmonics: int = HARMONICS,
    ) -> None:
        self.well, self.barrier, self.height = well_width, barrier_width, barrier_height
        self.well_mass, self.barrier_mass = well_mass, barrier_mass
        self.ratio = psi_prime_ratio
        self.bands, self.harmonics = bands, harmonics
        self.period = well_width + barrier_width
        self.scale = 2 * np.sqrt(KINETIC / wire_mass) / (np.pi * self.period)
        self.edges = self._band_edges()
        theta = np.pi * (np.arange(SAMPLES) + 0.5) / SAMPLES
        order = np.arange(SAMPLES)
        self._to_series = 2 / SAMPLES * np.cos(order[:, None] * theta)
        self._to_series[0] /= 2
        energies = [[self._energy(n, t) for t in theta] for n in range(bands)]
        self.energy_series = [(self._to_series @ e)[:ENERGY_HARMONICS] for e in energies]
        self.overlap = self._overlap(np.array(energies))

    def solutions(self, energy, z):
        """Even and odd solutions about the well centre at z >= 0, and their derivatives."""
        well = np.sqrt(self.well_mass * energy / KINETIC + 0j)
        barrier = np.sqrt(self.barrier_mass * (energy - self.height) / KINETIC + 0j)

        def step(k, length):
            cosine = np.cos(k * length).real
            sine = (np.sin(k * length) / k).real
            return cosine, sine, (-k * np.sin(k * length)).real, cosine

        inside = np.minimum(z, self.well / 2)
        c, s, dc, ds = step(well, inside)
        beyond = np.maximum(z - self.well / 2, 0.0)
        cb, sb, dcb, dsb = step(barrier, beyond)
        crossing = np.where(beyond > 0, self.ratio, 1.0)
        even, odd = c * cb + crossing * dc * sb, s * cb + crossing * ds * sb
        return even, odd, c * dcb + crossing * dc * dsb, s * dcb + crossing * ds * dsb

    def _at_edge(self, energy):
        return self.solutions(np.asarray(energy, float), np.asarray(self.period / 2))

    def _band_edges(self) -> np.ndarray:
        """Energies at theta = 0 (zeros of c', s) and at theta = pi (zeros of c, s'): (band, 2)."""
        zeros = ([], [])
        top = 2 * KINETIC / self.well_mass * (np.pi * (self.bands + 1) / self.well) ** 2
        grid = np.linspace(1e-6, top, 40000)
        for which, at_pi in ((0, 1), (1, 0), (2, 0), (3, 1)):
            sign = np.sign(self._at_edge(grid)[which])
            for i in np.flatnonzero(sign[:-1] != sign[1:]):
                zeros[at_pi].append(
                    brentq(lambda e, w=which: self._at_edge(e)[w], grid[i], grid[i + 1], xtol=1e-12)
                )
        return np.array([sorted(z)[: self.bands] for z in zeros]).T

    def phase(self, energy: float) -> float:
        """theta at an energy inside a band."""
        c, s, dc, ds = self._at_edge(energy)
        return float(2 * np.arctan2(np.sqrt(np.abs(dc * s)), np.sqrt(np.abs(c * ds))))

    def _energy(self, band: int, theta: float) -> float:
        low, high = np.sort(self.edges[band])
        margin = 1e-13 * high
        return brentq(
            lambda e: self.phase(e) - theta, low + margin, high - margin, xtol=1e-12, rtol=1e-15
        )

    def _overlap(self, energies: np.ndarray) -> np.ndarray:
        """B such that I_nn'(theta, theta') = Sum cos(m theta) B_nm,n'm' cos(m' theta')."""
        x, w = np.polynomial.legendre.leggauss(Z_NODES)
        x, w = (x + 1) / 2, w
        z = np.concatenate([x * self.well / 2, self.well / 2 + x * self.barrier / 2])
        weight = np.concatenate([w * self.well / 2, w * self.barrier / 2])
        shapes = []
        for levels in energies:
            c, s, dc, ds = self._at_edge(levels)
            even, odd, _, _ = self.solutions(levels[:, None], z)
            density = even**2 - (c * dc / (s * ds))[:, None] * odd**2
            density /= (density @ weight)[:, None]
            shapes.append((self._to_series @ density)[: self.harmonics])
        flat = np.concatenate(shapes) * np.sqrt(weight * self.period)
        return flat @ flat.T

    def states(self, mu: float, cutoff: float) -> States:
        """Theta nodes of every subband that has states within the cutoff."""
        feet, weights, cosines, first, active = [], [], [], [0], []
        for band in range(self.bands):
            pieces = self._pieces(band, mu, cutoff)
            if not pieces:
                continue
            theta = np.concatenate([a + (b - a) * TANH_SINH[0] for a, b in pieces])
            weight = np.concatenate([(b - a) * TANH_SINH[1] for a, b in pieces])
            waves = np.cos(np.outer(theta, np.arange(ENERGY_HARMONICS)))
            feet.append(waves @ self.energy_series[band] - mu)
            weights.append(weight * self.scale)
            cosines.append(waves[:, : self.harmonics])
            first.append(first[-1] + len(theta))
            active.append(band)
        if not active:
            empty = np.zeros(0)
            return States(empty, empty, np.zeros((0, self.harmonics)), np.array(first), [])
        return States(
            np.concatenate(feet), np.concatenate(weights), np.concatenate(cosines), np.array(first),
            active,
        )  # fmt: skip

    def _pieces(self, band: int, mu: float, cutoff: float) -> list[tuple[float, float]]:
        """Intervals of theta between the points where E_n = mu, mu +- cutoff; E_n < mu + cutoff."""
        at_zero, at_pi = self.edges[band]
        low, high = min(at_zero, at_pi), max(at_zero, at_pi)
        inner = sorted(e for e in (mu - cutoff, mu, mu + cutoff) if low < e < high)
        levels = [low, *inner, high]
        ends = [0.0, *(self.phase(e) for e in inner), np.pi]
        if at_zero > at_pi:
            ends = [np.pi, *ends[1:-1], 0.0]
        middle = [(a + b) / 2 for a, b in pairwise(levels)]
        pairs = pairwise(ends)
        return [tuple(sorted(p)) for p, e in zip(pairs, middle, strict=True) if e < mu + cutoff]

    def kernel(self, couplings: np.ndarray, active: list[int]) -> np.ndarray:
        """g_nn' B_nm,n'm' of the active subbands as one matrix."""
        m = self.harmonics
        full = self.overlap.reshape(self.bands, m, self.bands, m) * couplings[:, None, :, None]
        return full[np.ix_(active, range(m), active, range(m))].reshape(len(active) * m, -1)

    def per_band(self, states: States, weight: np.ndarray) -> list[np.ndarray]:
        """Sum_theta weight cos(m theta) cos(m' theta) of each active subband."""
        blocks = []
        for start, stop in pairwise(states.first):
            waves = states.cosines[start:stop]
            blocks.append(waves.T @ (waves * weight[start:stop, None]))
        return blocks


def _tanh_sinh() -> tuple[np.ndarray, np.ndarray]:
    t = THETA_STEP * np.arange(-THETA_STEPS, THETA_STEPS + 1)
    u = np.pi / 2 * np.sinh(t)
    weight = THETA_STEP * np.pi / 4 * np.cosh(t) / np.cosh(u) ** 2
    return 1 / (1 + np.exp(-2 * u)), weight


def _legendre(count: int) -> tuple[np.ndarray, np.ndarray]:
    x, w = np.polynomial.legendre.leggauss(count)
    return (x + 1) / 2, w / 2


TANH_SINH = _tanh_sinh()
KX = _legendre(KX_NODES)


def kx_nodes(foot, cutoff: float, scale) -> tuple[np.ndarray, np.ndarray]:
    """xi and the weights of dxi/sqrt(xi - foot) on foot, -cutoff < xi < cutoff, for each theta.

    The variable is q = sqrt(xi - foot), proportional to kx, which has no singularity at the bottom
    of the band. Around the Fermi point, q = q0 +- s sinh(v), s being the distance from q0 at
    which xi reaches `scale` (kT, or the gap): that resolves the Fermi surface at any temperature.
    """
    fermi = np.sqrt(np.maximum(-foot, 0.0))
    spread = np.where(
        foot < 0, scale / (fermi + np.sqrt(fermi**2 + scale)), np.sqrt(np.maximum(foot, scale))
    )
    lowest = np.sqrt(np.maximum(-cutoff - foot, 0.0))
    highest = np.sqrt(np.maximum(cutoff - foot, 0.0))
    x, w = KX
    xis, weights = [], []
    for span, side in ((highest - fermi, 1.0), (fermi - lowest, -1.0)):
        if side < 0 and not np.any(span > 0):
            continue
        reach = np.arcsinh(span / spread)[:, None]
        grow = np.exp(reach * x)
        sinh, cosh = (grow - 1 / grow) / 2, (grow + 1 / grow) / 2
        offset = side * spread[:, None] * sinh
        # xi = q^2 + foot without cancellation: (q - q0)(q + q0), q0 = 0 above the Fermi energy.
        xi = offset * (offset + 2 * fermi[:, None]) + np.maximum(foot, 0.0)[:, None]
        xis.append(xi)
        weights.append(2 * spread[:, None] * reach * w * cosh)
    return np.concatenate(xis, axis=1), np.concatenate(weights, axis=1)


def pair_integral(foot: np.ndarray, cutoff: float, kt: float) -> np.ndarray:
    """Int dxi tanh(xi/2kT)/(2 xi) / sqrt(xi - foot) for each theta."""
    xi, weight = kx_nodes(foot, cutoff, kt)
    xi = np.where(xi == 0, 1e-9 * kt, xi)
    return np.einsum("ij,ij->i", weight, np.tanh(xi / (2 * kt)) / (2 * xi))


def leading(wires: Wires, states: States, kernel, cutoff: float, kt: float, *, vector=False):
    """The largest eigenvalue of K X at kT, with its eigenvector if wanted."""
    pairs = pair_integral(states.foot, cutoff, kt)
    m = wires.harmonics
    factor = np.zeros_like(kernel)
    for i, block in enumerate(wires.per_band(states, states.weight * pairs)):
        floor = 1e-13 * np.trace(block) * np.eye(m)
        part = slice(i * m, (i + 1) * m)
        factor[part, part] = np.linalg.cholesky(block + floor)
    matrix = factor.T @ kernel @ factor
    if not vector:
        return np.linalg.eigvalsh(matrix)[-1]
    values, vectors = np.linalg.eigh(matrix)
    return values[-1], kernel @ (factor @ vectors[:, -1]), pairs


def critical_temperature(wires: Wires, *, mu: float, cutoff: float, couplings: np.ndarray) -> float:
    """Tc in K; 0 where it is below 1e-6 K.

    Args: mu and cutoff in meV; couplings: (bands, bands), the matrix g_nn'.
    """
    states = wires.states(mu, cutoff)
    if not states.active:
        return 0.0
    kernel = wires.kernel(couplings, states.active)

    def excess(log_kt: float) -> float:
        return leading(wires, states, kernel, cutoff, np.exp(log_kt)) - 1

    coldest = np.log(COLDEST * BOLTZMANN)
    if excess(coldest) < 0:
        return 0.0
    return float(np.exp(brentq(excess, coldest, np.log(cutoff), xtol=1e-7)) / BOLTZMANN)
