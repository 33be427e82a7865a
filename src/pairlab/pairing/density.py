"""The chemical potential of the normal state at fixed density."""

import jax
import jax.numpy as jnp
import numpy as np
import optimistix
from jaxtyping import Bool, Float

from pairlab.electrons.carriers import DensityCarriers, at_potential
from pairlab.numerics.arrays import Array

LEFT_OUT = 1e-5
"""Share of the density in states that are left out beyond which mu is reported as inaccurate."""


def left_out(carriers: DensityCarriers, mu: float, kt: float) -> tuple[float, float]:
    """The share of the density, and the error of mu [meV], in states that the carriers leave out.

    They are taken as free electrons in two dimensions, N0 per spin: 2 kT ln(1 + e^((mu - E)/kT))
    from their lowest energy E on.
    """
    distance = carriers.left_out_above() - mu
    if kt <= 0 or not np.isfinite(distance):
        return 0.0, 0.0
    missing = 2 * kt * float(np.logaddexp(0.0, -distance / kt))
    if missing == 0:
        return 0.0, 0.0

    def density(potential: Array) -> Array:
        return at_potential(carriers, potential).normal_density(jnp.asarray(kt))

    kept, slope = (float(x) for x in jax.value_and_grad(density)(jnp.asarray(mu)))
    return missing / max(kept, 1e-300), missing / max(slope, 1e-300)


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
