"""The chemical potential of the normal state at fixed density."""

import jax.numpy as jnp
import optimistix
from jaxtyping import Bool, Float

from pairlab.electrons.carriers import DensityCarriers, at_potential
from pairlab.numerics.arrays import Array


def normal_potential(
    carriers: DensityCarriers, density: Float[Array, ""], kt: Float[Array, ""]
) -> tuple[Float[Array, ""], Bool[Array, ""]]:
    """mu at which the normal state holds `density` [N0 meV] at kt [meV], and whether it was found.

    The density rises monotonically with mu, so the root is unique.
    """

    def excess(mu: Array, _: None) -> Array:
        return at_potential(carriers, mu).normal_density(kt) / density - 1.0

    found = optimistix.root_find(
        excess,
        optimistix.Newton(rtol=1e-12, atol=1e-12),
        jnp.asarray(carriers.chemical_potential),
        max_steps=50,
        throw=False,
    )
    return found.value, jnp.abs(excess(found.value, None)) < 1e-10
