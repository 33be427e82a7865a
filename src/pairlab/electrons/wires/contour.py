"""Integrals over one contour of constant energy of a wire superlattice.

At energy eps the states of band n satisfy hbar^2 kx^2/(2 m_x) = eps - E_n(kz), and an integral over
them is Int dtheta g(theta)/sqrt(eps - E_n(theta)) with theta = kz d in [0, pi]. Two ways to do it:

SeriesContour: with y = (E_n - centre)/h, e = (eps - centre)/h and g a smooth function of y this is

    Int_{-1}^{min(1, e)} dy (dtheta/dphi) g(y) / (sqrt(1 - y^2) sqrt(h) sqrt(e - y))

an elliptic integral with a logarithm at e = 1, where the contour opens (the van Hove singularity).
Jacobi's substitution y = -1 + 2 min(kappa, 1) sn^2(u), kappa = (1 + e)/2, makes the integrand a
smooth periodic function of u, for which the midpoint rule converges exponentially.

DirectContour: where gaps between bands are much narrower than the bands (weak barriers), theta and
the wavefunctions turn sharply at the band edges; they are evaluated node by node on panels graded
toward both edges.
"""

import abc
import dataclasses
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from jaxtyping import Bool, Float

from pairlab.electrons.wires.kronig_penney import (
    Matching,
    Superlattice,
    density_on_nodes,
    tan2_half_phase,
)
from pairlab.electrons.wires.subbands import Subbands, half_cell_nodes
from pairlab.numerics.quadrature import graded
from pairlab.numerics.safe import complex_step

_AGM_STEPS = 6
_EDGE = 1e-10  # of the half width
_THETA_TERMS = 9


class Contour(abc.ABC):
    """States on contours of constant energy in every band.

    sharp_foot: the density of states may turn within the narrow gap below a band, so that
    integrals over energy must be graded toward its bottom.
    """

    sharp_foot: ClassVar[bool]

    @property
    @abc.abstractmethod
    def bands(self) -> int:
        """How many bands there are."""

    @property
    @abc.abstractmethod
    def modes(self) -> int:
        """How many modes each band has."""

    @abc.abstractmethod
    def states(
        self, above_top: Float[np.ndarray, "band node"], points: int
    ) -> tuple[Float[np.ndarray, "band node point"], Float[np.ndarray, "band node point mode"]]:
        """Weights dtheta/sqrt(eps - E_n), meV^(-1/2), and modes phi_na at the contour nodes.

        Args:
            above_top: eps minus the top of the band over the half width of the band; below -2
                the contour is empty and its weights are 0.
            points: nodes wanted on each contour; an implementation may use more.
        """


@final
@dataclass(frozen=True, eq=False)
class SeriesContour(Contour):
    """Contours of bands whose wavefunctions are smooth Chebyshev series: see `Subbands`."""

    sharp_foot: ClassVar[bool] = False

    half_width: Float[np.ndarray, " band"]
    phase_density: Float[np.ndarray, "band series"]
    forms: Float[np.ndarray, "band mode series"]

    @property
    def bands(self) -> int:
        """How many bands there are."""
        return self.forms.shape[0]

    @property
    def modes(self) -> int:
        """How many modes each band has."""
        return self.forms.shape[1]

    def states(
        self, above_top: Float[np.ndarray, "band node"], points: int
    ) -> tuple[Float[np.ndarray, "band node point"], Float[np.ndarray, "band node point mode"]]:
        """Weights and modes on an elliptic midpoint rule."""
        y, weight = contour_nodes(above_top, max(points, points * self.forms.shape[-1] // 16))
        weight = weight / np.sqrt(self.half_width)[:, None]
        density, form = self.evaluate(y)
        return density * weight[..., None], form

    def evaluate(
        self, y: Float[np.ndarray, "band node point"]
    ) -> tuple[Float[np.ndarray, "band node point"], Float[np.ndarray, "band node point mode"]]:
        """d theta/d phi and the modes at positions y in the bands."""
        # One matrix product for all functions: cheaper than a Clenshaw recurrence for each.
        basis = _chebyshev_basis(y, self.forms.shape[-1])
        functions = np.concatenate([self.phase_density[:, None], self.forms], axis=1)
        values = basis @ np.swapaxes(functions, 1, 2)[:, None]
        return values[..., 0], values[..., 1:]


@final
@dataclass(frozen=True, eq=False)
class DirectContour(Contour):
    """Contours of bands whose wavefunctions are evaluated from the superlattice at each node.

    numbers: the five numbers of the `Superlattice`, in its order. well, barrier: z nodes of the
    half cell, nm; mode_shapes and weight: see `Subbands` and `half_cell_nodes`. Bands that are
    smooth (deeper in the same superlattice) are taken from their `series` instead.
    """

    sharp_foot: ClassVar[bool] = True

    numbers: Float[np.ndarray, " 5"]
    matching: Matching
    edges: Float[np.ndarray, "band 2"]
    well: Float[np.ndarray, " half"]
    barrier: Float[np.ndarray, " half"]
    weight: Float[np.ndarray, " z"]
    mode_shapes: Float[np.ndarray, "band mode z"]
    smooth: Bool[np.ndarray, " band"]
    series: SeriesContour

    @property
    def bands(self) -> int:
        """How many bands there are."""
        return self.series.bands

    @property
    def modes(self) -> int:
        """How many modes each band has."""
        return self.series.modes

    def states(
        self, above_top: Float[np.ndarray, "band node"], points: int
    ) -> tuple[Float[np.ndarray, "band node point"], Float[np.ndarray, "band node point mode"]]:
        """Weights and modes on panels graded toward the lower and the upper end of the contour."""
        t, w = graded(10, max(6, points // 4))
        from_bottom = np.concatenate([t, 2 - t]) / 2
        from_end = np.concatenate([2 - t, t]) / 2
        length = 2 + np.minimum(above_top, 0.0)
        exists = length > 0
        half_width = self.series.half_width[:, None, None]
        length = np.where(exists, length, 1.0)[..., None] * half_width
        above_top = above_top[..., None] * half_width
        rise = length * from_bottom
        energy_left = np.maximum(above_top, 0.0) + length * from_end  # eps - E, for kx
        to_top = np.maximum(-above_top, 0.0) + length * from_end
        # Closer to an edge than this the energy has lost the digits of the distance; what
        # multiplies the inverse roots is evaluated there at that distance.
        inside = np.clip(rise, _EDGE * half_width, (2 - _EDGE) * half_width)
        regular, form = self._evaluate(inside)
        measure = length * np.concatenate([w, w]) / 2 * regular / np.sqrt(rise * to_top)
        return np.where(exists[..., None], measure / np.sqrt(energy_left), 0.0), form

    @property
    def lattice(self) -> Superlattice:
        return Superlattice(*tuple(self.numbers), matching=self.matching)

    def _evaluate(self, rise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """d theta/dE times the root of the distances to both edges, and the modes."""
        half_width = self.series.half_width[:, None, None]
        regular, form = self.series.evaluate(rise / half_width - 1)
        sharp = ~self.smooth
        regular[sharp], form[sharp] = self._direct(rise[sharp], sharp)
        return regular, form

    def _direct(self, rise: np.ndarray, sharp: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same of some bands, from the superlattice itself."""
        half_width = self.series.half_width[sharp, None, None]
        energy = self.edges[sharp, :1, None] + rise
        value, slope = complex_step(lambda e: tan2_half_phase(self.lattice, e), energy)
        value = np.maximum(value, 1e-300)
        direct = np.abs(slope) / (np.sqrt(value) * (1 + value))
        direct = direct * np.sqrt(rise * (2 * half_width - rise))
        density = density_on_nodes(self.lattice, energy[..., None], self.well, self.barrier)
        density = density / (density @ self.weight)[..., None]
        scaled = density * np.sqrt(self.weight * self.lattice.period)
        return direct, np.einsum("nilz,naz->nila", scaled, self.mode_shapes[sharp])


def contour_of(bands: Subbands) -> Contour:
    """The contour integrator that suits these subbands."""
    series = SeriesContour(bands.half_width, bands.phase_density, bands.forms)
    if np.all(bands.smooth):
        return series
    well, barrier, weight = half_cell_nodes(bands.lattice)
    return DirectContour(
        numbers=np.array([*dataclasses.astuple(bands.lattice)[:5]]),
        matching=bands.lattice.matching,
        edges=bands.edges,
        well=well,
        barrier=barrier,
        weight=weight,
        mode_shapes=bands.mode_shapes,
        smooth=bands.smooth,
        series=series,
    )


def contour_nodes(
    above_top: Float[np.ndarray, "*shape"], count: int
) -> tuple[Float[np.ndarray, "*shape count"], Float[np.ndarray, "*shape"]]:
    """Nodes y and their common weight w: Int dy g/(sqrt(1 - y^2) sqrt(e - y)) = w Sum_l g(y_l).

    Exact to rounding for polynomials g of degree below 2 * count far from the van Hove energy;
    toward it the error grows like q^(2 * count), q the nome.
    """
    exists = above_top > -2.0
    safe = np.where(exists, above_top, -1.0)
    # kappa and 1 - kappa, without cancellation on either side of the van Hove energy.
    kappa = np.maximum(1 + safe / 2, 1e-300)
    larger = np.maximum(kappa, 1.0)
    complement = np.maximum(np.abs(safe) / 2 / larger, 1e-24)
    modulus2 = np.maximum(np.minimum(kappa, 1 / kappa), 1e-24)
    mean = _arithmetic_geometric_mean(np.sqrt(complement))
    log_nome = -np.pi * mean / _arithmetic_geometric_mean(np.sqrt(modulus2))
    y = -1 + 2 * np.minimum(kappa, 1.0)[..., None] * _sn_squared(log_nome, count)
    weight = np.sqrt(2 / larger) * (np.pi / 2 / mean) / count
    return y, np.where(exists, weight, 0.0)


def _arithmetic_geometric_mean(b: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """agm(1, b); six steps reach rounding for b > 1e-12."""
    a = np.ones_like(b)
    for _ in range(_AGM_STEPS):
        a, b = (a + b) / 2, np.sqrt(a * b)
    return a


def _sn_squared(
    log_nome: Float[np.ndarray, "*shape"], count: int
) -> Float[np.ndarray, "*shape count"]:
    """sn^2(u, k) at u = (l + 1/2) K/count from theta series in the nome q = exp(-pi K'/K).

    sn = theta_3 theta_1(z)/(theta_2 theta_4(z)), z = pi u/(2K) (DLMF 22.2.4).
    """
    n = np.arange(_THETA_TERMS)
    z = np.pi * (np.arange(count) + 0.5) / (2 * count)
    sign = (-1.0) ** n
    odd = np.exp(log_nome[..., None] * (n * (n + 1)))
    even = np.exp(log_nome[..., None] * n**2) * np.where(n == 0, 1.0, 2.0)
    theta_1 = odd @ (sign[:, None] * np.sin((2 * n + 1)[:, None] * z))
    theta_2 = odd.sum(-1, keepdims=True)
    theta_3 = even.sum(-1, keepdims=True)
    theta_4 = even @ (sign[:, None] * np.cos(2 * n[:, None] * z))
    return np.clip((theta_3 * theta_1 / (theta_2 * theta_4)) ** 2, 0.0, 1.0)


def _chebyshev_basis(
    y: Float[np.ndarray, "band node point"], count: int
) -> Float[np.ndarray, "band node point {count}"]:
    """T_j(y) for j < count."""
    basis = np.empty((count, *y.shape))
    basis[0], basis[1:2] = 1.0, y
    for j in range(2, count):
        np.multiply(2 * y, basis[j - 1], out=basis[j])
        basis[j] -= basis[j - 2]
    return np.moveaxis(basis, 0, -1)
