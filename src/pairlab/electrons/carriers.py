"""The electrons of a gap equation: which states lie within the cutoff, seen in two ways.

For the linear problem the states enter as a density of pairs over energy, which does not depend on
temperature; for the gap itself they enter one by one.
"""

import abc
from typing import ClassVar

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Float

from pairlab.numerics.arrays import Array
from pairlab.numerics.quadrature import Rule
from pairlab.numerics.safe import pair_factor


class PairDensity(eqx.Module):
    """Density of pairs over energy, the input of the linear problem.

        X_ac(T) = Sum_i tanh(xi_i/2kT)/(2 xi_i) Sum_j density_ij product_jac

    energy: (band, node) xi = eps - mu, meV. density: (band, node, moment), quadrature weight
    included. product: (band, moment, mode, mode).
    """

    energy: Float[Array, "band node"]
    density: Float[Array, "band node moment"]
    product: Float[Array, "band moment mode mode"]

    def susceptibility(self, kt: Float[Array, ""]) -> Float[Array, "band mode mode"]:
        """X(T, 0) of each band at thermal energy kt [meV]."""
        return self._contract(pair_factor(self.energy, kt))

    def bound(self) -> Float[Array, "band mode mode"]:
        """The matrix Y with X(T, 0) <= Y/(4 kT) in every band, since tanh(x)/x <= 1."""
        return self._contract(jnp.ones_like(self.energy))

    def _contract(self, factor: Float[Array, "band node"]) -> Float[Array, "band mode mode"]:
        moments = factor[:, None, :] @ self.density
        bands, count, modes, _ = self.product.shape
        flat = moments @ self.product.reshape(bands, count, modes * modes)
        return flat.reshape(bands, modes, modes)


class PairStates(eqx.Module):
    """The states within the cutoff, one by one: the input of the nonlinear problem.

    energy: (band, node) xi, meV. weight: (band, node, point), quadrature weight included.
    form: (band, node, point, mode), the modes phi_na at each state.
    """

    energy: Float[Array, "band node"]
    weight: Float[Array, "band node point"]
    form: Float[Array, "band node point mode"]

    def on(self, gap: Float[Array, "band mode"]) -> Float[Array, "band node point"]:
        """Delta at each state: Sum_a phi_na Delta_na."""
        return jnp.einsum("nila,na->nil", self.form, gap)

    def moments(self, values: Float[Array, "band node #point"]) -> Float[Array, "band mode"]:
        """Sum_states w values phi_a."""
        return jnp.einsum("nil,nila->na", self.weight * values, self.form)

    def products(self, values: Float[Array, "band node #point"]) -> Float[Array, "band mode mode"]:
        """Sum_states w values phi_a phi_c."""
        return jnp.einsum("nil,nila,nilc->nac", self.weight * values, self.form, self.form)

    def susceptibility(self, kt: Float[Array, ""]) -> Float[Array, "band mode mode"]:
        """X(T, 0) of each band at thermal energy kt [meV]."""
        return self.products(pair_factor(self.energy, kt)[..., None])


class Carriers(eqx.Module):
    """The electrons of a gap equation, not yet discretised.

    accuracy: relative accuracy of sums over their states that a finer rule does not improve
    (tables, series, contours close to a van Hove point); no error estimate is smaller.
    """

    accuracy: ClassVar[float]

    cutoff: eqx.AbstractVar[Float[Array, ""]]

    @abc.abstractmethod
    def pair_density(self, rule: Rule) -> PairDensity:
        """The states within the cutoff as a density over energy."""

    @abc.abstractmethod
    def pair_states(self, rule: Rule, scale: Float[Array, ""]) -> PairStates:
        """The states within the cutoff one by one; no structure is narrower than `scale` [meV]."""


class DensityCarriers(Carriers):
    """Carriers whose density can be held fixed, so that it determines the chemical potential."""

    chemical_potential: eqx.AbstractVar[Float[Array, ""]]

    def left_out_above(self) -> float:
        """The energy, meV, from which on states exist that these carriers leave out."""
        return float("inf")

    @abc.abstractmethod
    def normal_density(self, kt: Float[Array, ""]) -> Float[Array, ""]:
        """Density of carriers of both spins in the normal state at kt, in N0 meV.

        N0 is the density of states per spin in which the weights of the states are expressed.
        """


def at_potential(
    carriers: DensityCarriers, chemical_potential: Float[Array, ""]
) -> DensityCarriers:
    """The same carriers at another chemical potential [meV]."""
    return eqx.tree_at(lambda c: c.chemical_potential, carriers, chemical_potential)
