"""Subbands of a superlattice of quantum wires, reduced to what pairing needs.

Wires run along x (free motion, mass m_x); the superlattice is along z:

    eps_n(kx, kz) = hbar^2 kx^2/(2 m_x) + E_n(kz)          (Mazziotti et al. 2021, Eq. 4)

The pair overlap (their Eq. 5) is an integral over z of a product, one factor for each state, so it
is a sum over a few modes:

    I^{nn'}_{kk'} = d Int_cell |psi_nk|^2 |psi_n'k'|^2 dz = Sum_ab phi_na(k) B^{nn'}_ab phi_n'b(k')

The modes come from a singular value decomposition of |psi_nk(z)|^2 over k; six to ten of them
reproduce I to 1e-9. Inside a band the coordinate is y = (E - centre)/(half width) in [-1, 1] and
not k: wavefunctions are explicit in E, and k d = theta is a smooth function of phi = arccos(-y).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.polynomial import chebyshev
from scipy.optimize import elementwise

from pairlab.electrons.wires.kronig_penney import (
    Superlattice,
    band_edges,
    band_energies,
    decay_exponent,
    density_on_nodes,
    solutions_at_cell_edge,
    tan2_half_phase,
)
from pairlab.numerics.quadrature import gauss_legendre

Z_NODES = 16
"""Gauss-Legendre nodes in half a well and in half a barrier."""

SAMPLES = 192
SERIES_SIZES = (16, 32, 64, 96)
SERIES_TAIL = 1e-10
MODE_COUNTS = (6, 8, 10, 12)
MODE_TAIL = 2e-8
FLAT_EXPONENT = 18.0
"""Beyond exp(-b W) = 1e-8 a band is flat to 1e-8 and its wavefunctions do not depend on k."""

_NARROW = 0.01  # half width over gap below which differences of band-edge energies lose digits


@dataclass(frozen=True, eq=False)  # compared and hashed by identity: `subbands` is cached
class Subbands:
    """What pairing needs to know of the lowest bands of a superlattice.

    edges: (band, 2) bottoms and tops, meV.
    half_width: (band,) half widths, meV; accurate also where top - bottom has lost its digits.
    phase_density: (band, series) Chebyshev coefficients in y of d theta/d phi.
    forms: (band, mode, series) Chebyshev coefficients in y of phi_na.
    mode_shapes: (band, mode, z) the modes on the z nodes (weights included).
    overlap: (band, mode, band, mode) the matrix B.
    smooth: (band,) whether the Chebyshev series reach SERIES_TAIL. Otherwise (gaps between bands
        much smaller than the bands: weak barriers) wavefunctions are evaluated node by node.
    """

    lattice: Superlattice
    edges: np.ndarray
    half_width: np.ndarray
    phase_density: np.ndarray
    forms: np.ndarray
    mode_shapes: np.ndarray
    overlap: np.ndarray
    smooth: np.ndarray

    @property
    def count(self) -> int:
        """Number of bands."""
        return len(self.edges)

    def width(self, band: int) -> float:
        """The transverse dispersion of a band, meV (band counts from 1, as in the paper)."""
        return float(2 * self.half_width[band - 1])

    def bottom(self, band: int) -> float:
        """The bottom of a band, meV (band counts from 1)."""
        return float(self.edges[band - 1, 0])


@lru_cache(maxsize=256)
def subbands(lattice: Superlattice, count: int) -> Subbands:
    """Solve the superlattice for its lowest `count` bands."""
    edges = band_edges(lattice, count + 1)
    samples = [_sample(lattice, band, edges) for band in range(count)]
    singular = [np.linalg.svd(sample.density, full_matrices=False) for sample in samples]
    modes = _smallest(MODE_COUNTS, max(_rank(values) for _, values, _ in singular))
    shapes = np.stack([vectors[:modes] for _, _, vectors in singular])
    forms = [_chebyshev(s.density @ v.T) for s, v in zip(samples, shapes, strict=True)]
    densities = [_phase_density(sample.theta) for sample in samples]
    tails = np.array([
        max(_series_length(form / np.abs(form).max()), _series_length(density[:, None]))
        for form, density in zip(forms, densities, strict=True)
    ])  # fmt: skip
    half_width = np.array([sample.half_width for sample in samples])
    # Edges of a flat band differ by rounding, which may be far more than its width.
    centre = edges[:count].mean(axis=1)
    flat = np.array([decay_exponent(lattice, energy) > FLAT_EXPONENT for energy in centre])
    own = np.stack([centre - half_width, centre + half_width], axis=1)
    smooth = tails <= SERIES_SIZES[-1]
    size = _smallest(SERIES_SIZES, int(tails[smooth].max(initial=1)))
    return Subbands(
        lattice=lattice,
        edges=np.where(flat[:, None], own, edges[:count]),
        half_width=half_width,
        phase_density=np.stack([density[:size] for density in densities]),
        forms=np.stack([form[:size].T for form in forms]),
        mode_shapes=shapes,
        overlap=np.einsum("naz,mbz->namb", shapes, shapes),
        smooth=smooth,
    )


def on_phase_grid(bands: Subbands, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Energies (band, theta), meV, and modes (band, theta, mode) at theta = kz d in (0, pi)."""
    grids = [
        _on_series(bands, band, theta) if bands.smooth[band] else _on_lattice(bands, band, theta)
        for band in range(bands.count)
    ]
    return np.stack([energy for energy, _ in grids]), np.stack([form for _, form in grids])


def _on_series(bands: Subbands, band: int, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    density = bands.phase_density[band]
    order = np.arange(1, len(density))
    wanted = theta if _rises(band) else np.pi - theta

    def excess(phi: np.ndarray, angle: np.ndarray) -> np.ndarray:
        wave = np.sin(order * phi[..., None]) @ (density[1:] * (-1.0) ** order / order)
        return phi + wave - angle

    bracket = (np.zeros_like(wanted), np.full_like(wanted, np.pi))
    phi = elementwise.find_root(excess, bracket, args=(wanted,)).x
    y = -np.cos(phi)
    centre = bands.edges[band].mean()
    return centre + bands.half_width[band] * y, chebyshev.chebval(y, bands.forms[band].T).T


def _on_lattice(bands: Subbands, band: int, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    well, barrier, weight = half_cell_nodes(bands.lattice)
    energy = band_energies(bands.lattice, bands.edges[band], theta)
    density = density_on_nodes(bands.lattice, energy[:, None], well, barrier)
    scaled = density / (density @ weight)[:, None] * np.sqrt(weight * bands.lattice.period)
    return energy, scaled @ bands.mode_shapes[band].T


def half_cell_nodes(lattice: Superlattice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes z in the well, nodes beyond the interface, and weights of twice the half cell, nm."""
    x, w = gauss_legendre(Z_NODES)
    half_well, half_barrier = lattice.well_width / 2, lattice.barrier_width / 2
    return x * half_well, x * half_barrier, np.concatenate([w * half_well, w * half_barrier]) * 2


@dataclass(frozen=True)
class _Sample:
    """theta (rising with energy) and |psi|^2 (times the root of d and of the z weights) at the
    Chebyshev nodes of a band."""

    half_width: float
    theta: np.ndarray
    density: np.ndarray


def chebyshev_nodes(count: int) -> np.ndarray:
    """phi = arccos(-y) at the Chebyshev points of the first kind: rising, no band edge in it."""
    return np.pi * (np.arange(count) + 0.5) / count


def _rises(band: int) -> bool:
    """Whether the energy rises with theta: it does in the first band, and bands alternate."""
    return band % 2 == 0


def _sample(lattice: Superlattice, band: int, edges: np.ndarray) -> _Sample:
    phi = chebyshev_nodes(SAMPLES)
    bottom, top = edges[band]
    half_width, centre = (top - bottom) / 2, (bottom + top) / 2
    below = edges[band - 1, 1] if band else 0.0
    gap = min(bottom - below, edges[band + 1, 0] - top)
    well, barrier, weight = half_cell_nodes(lattice)
    if decay_exponent(lattice, centre) > FLAT_EXPONENT:
        half_width = _flat_half_width(lattice, centre, odd=not _rises(band))
        theta = phi
        density = np.tile(_bound_state(lattice, centre, odd=not _rises(band)), (SAMPLES, 1))
    elif half_width < _NARROW * gap and top < lattice.barrier_height:
        theta = _narrow_theta(lattice, band, centre, half_width, gap)
        energy = centre - half_width * np.cos(phi)
        mixing = _narrow_mixing(lattice, energy, theta, odd=not _rises(band))
        density = density_on_nodes(
            lattice, energy[:, None], well, barrier, odd_weight=mixing[:, None]
        )
    else:
        energy = centre - half_width * np.cos(phi)
        theta = 2 * np.arctan(np.sqrt(tan2_half_phase(lattice, energy)))
        theta = theta if _rises(band) else np.pi - theta
        density = density_on_nodes(lattice, energy[:, None], well, barrier)
    density = density / (density @ weight)[:, None]
    return _Sample(half_width, theta, density * np.sqrt(weight * lattice.period))


def _narrow_theta(
    lattice: Superlattice, band: int, centre: float, half_width: float, gap: float
) -> np.ndarray:
    """theta at the Chebyshev nodes of a band much narrower than the gaps beside it.

    tan^2(theta/2) = R(E) [(E - bottom)/(top - E)]^(+-1) with R smooth on the scale of the gap. R is
    taken from energies outside the band, where nothing cancels, and interpolated into it.
    """
    points = -np.cos(chebyshev_nodes(12))
    offset = 0.1 * gap * points
    ratio = (half_width + offset) / (half_width - offset)
    power = 1 if _rises(band) else -1
    smooth = np.log(tan2_half_phase(lattice, centre + offset) * ratio**-power)
    series = chebyshev.chebfit(points, smooth, len(points) - 1)
    phi = chebyshev_nodes(SAMPLES)
    log_ratio = chebyshev.chebval(-half_width * np.cos(phi) / (0.1 * gap), series)
    return 2 * np.arctan(np.exp(power * log_ratio / 2) * np.tan(phi / 2))


def _narrow_mixing(
    lattice: Superlattice, energy: np.ndarray, theta: np.ndarray, *, odd: bool
) -> np.ndarray:
    """t^2 = -c c'/(s s') without the factors that vanish at the edges of a bound-state band.

    From c s' = cos^2(theta/2) and c' s = -sin^2(theta/2): t^2 = sin^2(theta)/(2 s s')^2 where c and
    c' vanish (even bound states), and (2 c c')^2/sin^2(theta) where s and s' do (odd ones).
    """
    even, even_slope, odd_value, odd_slope = solutions_at_cell_edge(lattice, energy)
    _, barrier = lattice.squared_wavevectors(energy)
    unscaled = np.exp(np.sqrt(barrier) * lattice.barrier_width)
    if odd:
        return (2 * even * even_slope * unscaled / np.sin(theta)) ** 2
    return (np.sin(theta) / (2 * odd_value * odd_slope * unscaled)) ** 2


def _bound_state(lattice: Superlattice, energy: float, *, odd: bool) -> np.ndarray:
    """|psi|^2 of one well with decaying tails on both sides, on the nodes of the half cell."""
    well, barrier, _ = half_cell_nodes(lattice)
    a2, b2 = lattice.squared_wavevectors(energy)
    a, b = np.sqrt(-a2), np.sqrt(b2)
    shape = np.sin if odd else np.cos
    tail = shape(a * lattice.well_width / 2) * np.exp(-b * barrier)
    return np.concatenate([shape(a * well), tail]) ** 2


def _flat_half_width(lattice: Superlattice, energy: float, *, odd: bool) -> float:
    """Half the tunnel splitting of a deep level, where top - bottom has no digits left, meV.

    In the barrier psi = G exp(b x) + F exp(-b x); the band edges are at G(E) = -+F exp(-b W), so
    the half width is |F/G'(E)| exp(-b W).
    """
    step = 1e-20j  # complex step: an exact derivative of the analytic G(E)

    def growing_and_decaying(e: complex) -> tuple[complex, complex]:
        a2, b2 = lattice.squared_wavevectors(e)
        a, b = np.sqrt(-a2), np.sqrt(b2)
        angle = a * lattice.well_width / 2
        psi, slope = (
            (np.sin(angle), a * np.cos(angle)) if odd else (np.cos(angle), -a * np.sin(angle))
        )
        slope = lattice.derivative_ratio * slope / b
        return (psi + slope) / 2, (psi - slope) / 2

    growing, decaying = growing_and_decaying(energy + step)
    return float(
        abs(decaying.real / (growing.imag / step.imag)) * np.exp(-decay_exponent(lattice, energy))
    )


def _chebyshev(values: np.ndarray) -> np.ndarray:
    """Chebyshev coefficients in y of functions sampled at `chebyshev_nodes` (axis 0)."""
    count = len(values)
    phi = chebyshev_nodes(count)
    order = np.arange(count)
    basis = np.cos(order[:, None] * (np.pi - phi))  # T_j(y), y = -cos(phi)
    coefficients = 2 / count * basis @ values
    coefficients[0] /= 2
    return coefficients


def _phase_density(theta: np.ndarray) -> np.ndarray:
    """Chebyshev coefficients of d theta/d phi from the sine series of theta - phi."""
    count = len(theta)
    phi = chebyshev_nodes(count)
    order = np.arange(1, count)
    sine = 2 / count * np.sin(order[:, None] * phi) @ (theta - phi)
    density = np.concatenate([[1.0], order * sine * (-1.0) ** order])
    return np.where(np.abs(density) < 1e-13 * order.max(), 0.0, density)


def _series_length(coefficients: np.ndarray) -> int:
    """Number of leading coefficients beyond which all are below SERIES_TAIL."""
    large = np.flatnonzero(np.abs(coefficients).max(axis=1) > SERIES_TAIL)
    return int(large[-1]) + 1 if len(large) else 1


def _rank(singular_values: np.ndarray) -> int:
    return int(np.sum(singular_values > MODE_TAIL * singular_values[0]))


def _smallest(sizes: tuple[int, ...], needed: int) -> int:
    return next((size for size in sizes if size >= needed), sizes[-1])
