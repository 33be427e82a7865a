"""Carriers of a superlattice of quantum wires: the states of all subbands within the cutoff.

The weight of a state, in units of the density of states N0 = m_x/(2 pi hbar^2) of free electrons in
two dimensions per spin and area, is (Mazziotti et al. 2021, Eq. 8, with N0 divided out)

    (1/N0) (1/d) Int_0^pi dtheta/pi Int dkx/(2 pi)
        = Int dxi (2 sqrt(A)/(pi d)) Int dtheta/sqrt(mu + xi - E_n(theta)),    A = hbar^2/(2 m_x)
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, final

import numpy as np
from jaxtyping import Float

from pairlab.electrons.carriers import DensityCarriers, Numbers, PairDensity, PairStates
from pairlab.electrons.wires.contour import Contour, contour_of
from pairlab.electrons.wires.kronig_penney import band_edges
from pairlab.electrons.wires.subbands import Subbands
from pairlab.errors import SolverError
from pairlab.numerics.quadrature import FINE, Rule, between
from pairlab.numerics.safe import tanh_half
from pairlab.numerics.table import LogTable, coefficients, sample_points
from pairlab.units import HBAR2_OVER_2M

_TABLE_POINTS = 48
_THERMAL_TAIL = 40.0  # kT above mu, where the Fermi function is below rounding
_TABLE_PART = 56
_TABLE_TAIL = 1e-12
_SUM_RULE = 1e-6


@dataclass(frozen=True, eq=False)
class PairTable:
    """The density of pairs Sum_contour phi_a phi_c of every band against energy, tabulated.

    density: columns are a few functions D_m, in meV^(-1/2); product: (band, m, mode, mode) such
    that the density of phi_a phi_c is Sum_m D_m product_mac; states: (band, m) likewise for the
    density of states itself.
    """

    density: LogTable
    product: Float[np.ndarray, "band moment mode mode"]
    states: Float[np.ndarray, "band moment"]


@final
@dataclass(frozen=True, eq=False)
class WireCarriers(DensityCarriers):
    """Electrons in the subbands of a superlattice of wires.

    chemical_potential, cutoff: (*point,) meV. scale: (*point,) 2 sqrt(A)/(pi d), meV^(1/2). Of the
    superlattice, the same at all points: edges (band, 2) and half_width (band,), meV; next_bottom,
    of the lowest subband that is left out, meV; contours and the table.
    """

    accuracy: ClassVar[float] = 1e-7

    chemical_potential: Numbers
    cutoff: Numbers
    scale: Numbers
    edges: Float[np.ndarray, "band 2"]
    half_width: Float[np.ndarray, " band"]
    next_bottom: float
    contour: Contour
    table: PairTable

    @property
    def kind(self) -> Hashable:
        """The superlattice, by its table."""
        return id(self.table)

    @classmethod
    def batch(cls, points: Sequence[Any]) -> "WireCarriers":
        """All points of one superlattice as one."""
        names = ("chemical_potential", "cutoff", "scale")
        columns = {name: np.array([getattr(one, name) for one in points]) for name in names}
        return replace(points[0], **columns)

    def at_potential(self, chemical_potential: float) -> "WireCarriers":
        """The same carriers at another chemical potential, meV."""
        return replace(self, chemical_potential=chemical_potential)

    def left_out_above(self) -> float:
        """The bottom of the lowest subband that is left out."""
        return self.next_bottom

    def pair_density(self, rule: Rule) -> PairDensity:
        """The tabulated density of pairs at nodes within the cutoff."""
        energy, weight, above_top = self._window(rule, 0.0)
        scale = np.asarray(self.scale)[..., None, None]
        density = self._tabulated(above_top) * (weight * scale)[..., None]
        return PairDensity(energy, density, self.table.product)

    def pair_states(self, rule: Rule, scale: float) -> PairStates:
        """The states on the contour of every energy node, with the modes at each."""
        energy, weight, above_top = self._window(rule, scale)
        measure, form = self.contour.states(above_top, rule.contour)
        return PairStates(energy, measure * (weight * self.scale)[..., None], form)

    def density_of_states(self, energy: Float[np.ndarray, " node"]) -> np.ndarray:
        """Density of states per band and spin at energies [meV], in units of N0, (band, node).

        (2 sqrt(A)/(pi d)) Int dtheta/sqrt(energy - E_n(theta)); zero below the band, and
        logarithmically infinite at its top.
        """
        above_top = (energy - self.edges[:, 1:]) / self.half_width[:, None]
        density = self._states(above_top)
        return np.where(above_top >= -2.0, self.scale * density, 0.0)

    def normal_density(self, kt: float) -> float:
        """Int d(eps) N(eps) [1 - tanh((eps - mu)/2kT)], both spins, in N0 meV."""
        energy, weight = self._filled(kt)
        return float(np.sum(weight * (1 - tanh_half(energy, kt))))

    def density_slope(self, kt: float) -> float:
        """Int d(eps) N(eps) sech^2((eps - mu)/2kT)/(2kT); 2 N(mu) at kT = 0."""
        if not kt > 0:
            return float(2 * np.sum(self.density_of_states(np.array([self.chemical_potential]))))
        energy, weight = self._filled(kt)
        decay = np.exp(-np.abs(energy) / kt)
        return float(np.sum(weight * 2 * decay / ((1 + decay) ** 2 * kt)))

    def _filled(self, kt: float) -> tuple[np.ndarray, np.ndarray]:
        """Energies from mu of all states that can be filled, and their weights, (band, node)."""
        bottom, top = self.edges[:, 0], self.edges[:, 1]
        mu = self.chemical_potential
        upper = np.full(bottom.shape, _THERMAL_TAIL * kt)
        energy, weight, above_top = between(
            np.minimum(bottom - mu, upper),
            np.zeros_like(bottom),
            top - mu,
            upper,
            FINE,
            at_lower=self.contour.sharp_foot,
        )
        return energy, self.scale * weight * self._states(above_top / self.half_width[:, None])

    def _window(self, rule: Rule, scale: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Nodes xi within the cutoff of mu, weights, and distances above the band top over h."""
        bottom, top = self.edges[:, 0], self.edges[:, 1]
        mu, window = (np.asarray(x)[..., None] for x in (self.chemical_potential, self.cutoff))
        lower = np.maximum(bottom - mu, -window)
        energy, weight, above_top = between(
            lower,
            np.zeros_like(lower),
            top - mu,
            np.broadcast_to(window, lower.shape),
            rule,
            scale=scale,
            at_lower=self.contour.sharp_foot,
        )
        return energy, weight, above_top / self.half_width[:, None]

    def _tabulated(self, above_top: np.ndarray) -> np.ndarray:
        """Columns of the table, (*point, band, node, moment)."""
        return self.table.density(above_top) * _falloff(above_top)[..., None]

    def _states(self, above_top: np.ndarray) -> np.ndarray:
        """Density of states, (*point, band, node)."""
        return (self._tabulated(above_top) @ self.table.states[:, :, None])[..., 0]


def _falloff(above_top: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """What is left out of the table: the 1/sqrt(energy) of a one-dimensional band far above it."""
    return 1 / np.sqrt(np.maximum(1 + above_top / 2, 1.0))


@lru_cache(maxsize=256)
def _wire_parts(bands: Subbands) -> tuple[Contour, PairTable]:
    contour = contour_of(bands)
    return contour, _pair_table(contour, bands)


def _sampled_density(contour: Contour, above_top: Float[np.ndarray, " node"]) -> np.ndarray:
    """Density of pairs and of states of every band, (band, node, column)."""
    rows, columns = np.triu_indices(contour.modes)

    def part(some: np.ndarray) -> np.ndarray:
        measure, form = contour.states(np.tile(some, (contour.bands, 1)), _TABLE_POINTS)
        pairs = np.swapaxes(form * measure[..., None], -1, -2) @ form
        return np.concatenate([pairs[..., rows, columns], measure.sum(-1)[..., None]], -1)

    # In parts: all nodes at once would set the memory that the whole program needs.
    count = -(-len(above_top) // _TABLE_PART)
    return np.concatenate([part(some) for some in np.array_split(above_top, count)], axis=1)


def _pair_table(contour: Contour, bands: Subbands) -> PairTable:
    points = sample_points()
    sampled = _sampled_density(contour, points) / _falloff(points)[:, None]
    _check_sum_rule(sampled, bands)
    # A few combinations of the columns carry all of them (each mode is a polynomial of y).
    _, values, vectors = np.linalg.svd(sampled, full_matrices=False)
    keep = max(int(np.sum(v > _TABLE_TAIL * v[0])) for v in values)
    basis = vectors[:, :keep]
    reduced = np.einsum("npc,nmc->npm", sampled, basis)
    modes = bands.forms.shape[1]
    rows, columns = np.triu_indices(modes)
    product = np.zeros((bands.count, keep, modes, modes))
    product[:, :, rows, columns] = product[:, :, columns, rows] = basis[:, :, :-1]
    return PairTable(LogTable(coefficients(reduced)), product, basis[:, :, -1])


def _check_sum_rule(sampled: np.ndarray, bands: Subbands) -> None:
    """Far above a band every theta counts alike: sqrt(eps - E) Int dtheta/sqrt(eps - E) = pi."""
    total = sampled[:, -1, -1] * np.sqrt(2 * bands.half_width) / np.pi
    if not np.all(np.isfinite(sampled)) or np.any(np.abs(total - 1) > _SUM_RULE):
        raise SolverError(
            what="the states of the superlattice could not be counted",
            why=f"the subbands hold {', '.join(f'{t:.9g}' for t in total)} states each, not 1",
            remedy="change the barrier slightly (two subbands may touch), and report it",
        )


def wire_carriers(
    bands: Subbands, *, chemical_potential: float, cutoff: float, wire_mass: float
) -> WireCarriers:
    """The carriers of solved subbands at a chemical potential and pairing cutoff, both in meV."""
    contour, table = _wire_parts(bands)
    free = HBAR2_OVER_2M / wire_mass
    return WireCarriers(
        chemical_potential=chemical_potential,
        cutoff=cutoff,
        scale=float(2 * np.sqrt(free) / (np.pi * bands.lattice.period)),
        edges=bands.edges,
        half_width=bands.half_width,
        next_bottom=float(band_edges(bands.lattice, bands.count + 1)[-1, 0]),
        contour=contour,
        table=table,
    )
