"""Bands with a constant density of states throughout the pairing window."""

from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Float

from pairlab.electrons.carriers import Carriers, PairDensity, PairStates
from pairlab.numerics.arrays import Array
from pairlab.numerics.quadrature import SMALLEST, Rule, graded


class ConstantBands(Carriers):
    """Bands of constant density within |xi| < cutoff: the textbook pairing problem.

    cutoff: meV. densities: (band,), in units of a common N0.
    """

    accuracy: ClassVar[float] = 1e-12

    cutoff: Float[Array, ""]
    densities: Float[Array, " band"]

    def pair_density(self, rule: Rule) -> PairDensity:
        """One column per band; both signs of xi are counted on the positive side."""
        energy, weight = self._nodes(rule, 0.0)
        bands = self.densities.shape[0]
        return PairDensity(energy, weight[..., None], jnp.ones((bands, 1, 1, 1)))

    def pair_states(self, rule: Rule, scale: Float[Array, ""]) -> PairStates:
        """One point per energy; the single mode of a band is 1."""
        energy, weight = self._nodes(rule, scale)
        return PairStates(energy, weight[..., None], jnp.ones((*energy.shape, 1, 1)))

    def _nodes(self, rule: Rule, scale: Float[Array, ""] | float) -> tuple[Array, Array]:
        # One-dimensional sums cost little: three times the panels of a general rule, to any scale.
        smallest = jnp.where(scale > 0, jnp.clip(scale / self.cutoff, 1e-18, 0.1), SMALLEST / 1e4)
        t, w = graded(3 * rule.panels, rule.order, smallest)
        energy = jnp.broadcast_to(self.cutoff * t, (self.densities.shape[0], t.shape[0]))
        return energy, 2 * self.cutoff * w * jnp.asarray(self.densities)[:, None]
