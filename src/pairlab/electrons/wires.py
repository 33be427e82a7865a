"""Carriers of a superlattice of quantum wires: the states of all subbands within the cutoff.

The weight of a state, in units of the density of states N0 = m_x/(2 pi hbar^2) of free electrons in
two dimensions per spin and area, is (Mazziotti et al. 2021, Eq. 8, with N0 divided out)

    (1/N0) (1/d) Int_0^pi dtheta/pi Int dkx/(2 pi)
        = Int dxi (2 sqrt(A)/(pi d)) Int dtheta/sqrt(mu + xi - E_n(theta)),    A = hbar^2/(2 m_x)
"""

from functools import lru_cache
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from pairlab.electrons.carriers import DensityCarriers, PairDensity, PairStates
from pairlab.electrons.contour import Contour, contour_of
from pairlab.electrons.kronig_penney import band_edges
from pairlab.electrons.subbands import Subbands
from pairlab.errors import SolverError
from pairlab.numerics.arrays import Array
from pairlab.numerics.quadrature import FINE, Rule, between
from pairlab.numerics.safe import tanh_half
from pairlab.numerics.table import LogTable, coefficients, sample_points
from pairlab.units import HBAR2_OVER_2M

_TABLE_POINTS = 48
_THERMAL_TAIL = 40.0  # kT above mu, where the Fermi function is below rounding
_TABLE_PART = 56
_TABLE_TAIL = 1e-12
_SUM_RULE = 1e-6


class PairTable(eqx.Module):
    """The density of pairs Sum_contour phi_a phi_c of every band against energy, tabulated.

    density: columns are a few functions D_m, in meV^(-1/2); product: (band, m, mode, mode) such
    that the density of phi_a phi_c is Sum_m D_m product_mac; states: (band, m) likewise for the
    density of states itself.
    """

    density: LogTable
    product: Float[Array, "band moment mode mode"]
    states: Float[Array, "band moment"]


class WireCarriers(DensityCarriers):
    """Electrons in the subbands of a superlattice of wires.

    chemical_potential, cutoff: meV. edges: (band, 2) and half_width: (band,), meV.
    scale: 2 sqrt(A)/(pi d), meV^(1/2). next_bottom: of the lowest subband that is left out, meV.
    """

    accuracy: ClassVar[float] = 1e-7

    chemical_potential: Float[Array, ""]
    cutoff: Float[Array, ""]
    scale: Float[Array, ""]
    edges: Float[Array, "band 2"]
    half_width: Float[Array, " band"]
    next_bottom: Float[Array, ""]
    contour: Contour
    table: PairTable

    def left_out_above(self) -> float:
        """The bottom of the lowest subband that is left out."""
        return float(self.next_bottom)

    def pair_density(self, rule: Rule) -> PairDensity:
        """The tabulated density of pairs at nodes within the cutoff."""
        energy, weight, above_top = self._window(self.cutoff, rule, 0.0)
        density = self._tabulated(above_top) * (weight * self.scale)[..., None]
        return PairDensity(energy, density, self.table.product)

    def pair_states(self, rule: Rule, scale: Float[Array, ""]) -> PairStates:
        """The states on the contour of every energy node, with the modes at each."""
        energy, weight, above_top = self._window(self.cutoff, rule, scale)
        measure, form = self.contour.states(above_top, rule.contour)
        return PairStates(energy, measure * (weight * self.scale)[..., None], form)

    def density_of_states(self, energy: Float[Array, " node"]) -> Float[Array, "band node"]:
        """Density of states per band and spin at energies [meV], in units of N0.

        (2 sqrt(A)/(pi d)) Int dtheta/sqrt(energy - E_n(theta)); zero below the band, and
        logarithmically infinite at its top.
        """
        above_top = (energy - self.edges[:, 1:]) / self.half_width[:, None]
        density = jnp.einsum("nim,nm->ni", self._tabulated(above_top), self.table.states)
        return jnp.where(above_top >= -2.0, self.scale * density, 0.0)

    def normal_density(self, kt: Float[Array, ""]) -> Float[Array, ""]:
        """Int d(eps) N(eps) [1 - tanh((eps - mu)/2kT)], both spins, in N0 meV."""
        bottom, top = self.edges[:, 0], self.edges[:, 1]
        mu = self.chemical_potential
        upper = jnp.broadcast_to(_THERMAL_TAIL * kt, bottom.shape)
        energy, weight, above_top = between(
            jnp.minimum(bottom - mu, upper), jnp.zeros_like(bottom), top - mu, upper, FINE,
            at_lower=self.contour.sharp_foot,
        )  # fmt: skip
        density = jnp.einsum(
            "nim,nm->ni", self._tabulated(above_top / self.half_width[:, None]), self.table.states
        )
        return self.scale * jnp.sum(weight * density * (1 - tanh_half(energy, kt)))

    def _window(
        self, window: Float[Array, ""], rule: Rule, scale: Float[Array, ""] | float
    ) -> tuple[Array, Array, Array]:
        """Nodes xi within +-window of mu, weights, and distances above the band top over h."""
        bottom, top = self.edges[:, 0], self.edges[:, 1]
        mu = self.chemical_potential
        lower = jnp.maximum(bottom - mu, -window)
        upper = jnp.broadcast_to(window, lower.shape)
        energy, weight, above_top = between(
            lower, jnp.zeros_like(lower), top - mu, upper, rule,
            scale=scale, at_lower=self.contour.sharp_foot,
        )  # fmt: skip
        return energy, weight, above_top / self.half_width[:, None]

    def _tabulated(self, above_top: Float[Array, "band node"]) -> Float[Array, "band node moment"]:
        return self.table.density(above_top) * _falloff(above_top)[..., None]


def _falloff(above_top: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """What is left out of the table: the 1/sqrt(energy) of a one-dimensional band far above it."""
    return 1 / jnp.sqrt(jnp.maximum(1 + above_top / 2, 1.0))


@lru_cache(maxsize=256)
def _wire_parts(bands: Subbands) -> tuple[Contour, PairTable]:
    contour = contour_of(bands)
    return contour, _pair_table(contour, bands)


@eqx.filter_jit
def _sampled_density(contour: Contour, above_top: Float[Array, " node"]) -> tuple[Array, Array]:
    """Density of pairs and of states of every band, (band, node, column), and what is left out."""
    bands = contour.bands
    rows, columns = np.triu_indices(contour.modes)

    def part(some: Float[Array, " node"]) -> Array:
        measure, form = contour.states(jnp.tile(some, (bands, 1)), _TABLE_POINTS)
        pairs = jnp.einsum("nila,nilc->niac", form * measure[..., None], form)
        return jnp.concatenate([pairs[..., rows, columns], measure.sum(-1)[..., None]], -1)

    # In parts: all nodes at once would set the memory that the whole program needs.
    parts = jax.lax.map(part, above_top.reshape(-1, _TABLE_PART))
    sampled = jnp.moveaxis(parts, 0, 1).reshape(bands, len(above_top), -1)
    return sampled, _falloff(above_top)


def _pair_table(contour: Contour, bands: Subbands) -> PairTable:
    points = sample_points()
    padded = np.append(points, np.full(-len(points) % _TABLE_PART, points[-1]))
    sampled, falloff = (np.asarray(x) for x in _sampled_density(contour, padded))
    sampled = sampled[:, : len(points)] / falloff[: len(points), None]
    _check_sum_rule(sampled, bands)
    # A few combinations of the columns carry all of them (each mode is a polynomial of y).
    _, values, vectors = np.linalg.svd(sampled, full_matrices=False)
    keep = max(int(np.sum(v > _TABLE_TAIL * v[0])) for v in values)
    keep = min(-4 * (-keep // 4), values.shape[1])  # few different shapes, few compilations
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
        chemical_potential=np.float64(chemical_potential),
        cutoff=np.float64(cutoff),
        scale=np.float64(2 * np.sqrt(free) / (np.pi * bands.lattice.period)),
        edges=bands.edges,
        half_width=bands.half_width,
        next_bottom=np.float64(band_edges(bands.lattice, bands.count + 1)[-1, 0]),
        contour=contour,
        table=table,
    )
