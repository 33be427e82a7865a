"""Functions that stay finite, in value and in gradient, where their textbook form divides by zero.

A `where` alone is not enough: the derivative of the branch not taken still enters as 0 * inf = NaN.
Each function therefore replaces the argument of the dangerous branch first.
"""

from types import ModuleType
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from pairlab.numerics.arrays import Array

# Any number of array libraries may call these two; annotations stop at "array".
Numeric = Any


def namespace(value: Numeric) -> ModuleType:
    """NumPy for NumPy's numbers and Python's, JAX's NumPy otherwise."""
    return np if isinstance(value, np.ndarray | np.generic | float | int) else jnp


def cosh_sqrt(u: Numeric) -> Numeric:
    """cosh(sqrt(u)) continued to cos(sqrt(-u)) for u < 0: an entire function of u."""
    xp = namespace(u)
    small = xp.abs(u) < 1e-6
    positive = xp.sqrt(xp.where((u > 0) & ~small, u, 1.0))
    negative = xp.sqrt(xp.where((u < 0) & ~small, -u, 1.0))
    series = 1 + u / 2 + u**2 / 24
    value = xp.where(u > 0, xp.cosh(positive), xp.cos(negative))
    return xp.where(small, series, value)


def sinhc_sqrt(u: Numeric) -> Numeric:
    """sinh(sqrt(u))/sqrt(u), for u < 0 sin(sqrt(-u))/sqrt(-u): an entire function of u."""
    xp = namespace(u)
    small = xp.abs(u) < 1e-6
    positive = xp.sqrt(xp.where((u > 0) & ~small, u, 1.0))
    negative = xp.sqrt(xp.where((u < 0) & ~small, -u, 1.0))
    series = 1 + u / 6 + u**2 / 120
    value = xp.where(u > 0, xp.sinh(positive) / positive, xp.sin(negative) / negative)
    return xp.where(small, series, value)


def safe_sqrt(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """sqrt(x) for x > 0 and 0 with gradient 0 elsewhere: an empty band contributes nothing."""
    inside = x > 0
    return jnp.where(inside, jnp.sqrt(jnp.where(inside, x, 1.0)), 0.0)


def safe_divide(a: Float[Array, "..."], b: Float[Array, "..."]) -> Float[Array, "..."]:
    """a/b, and 0 with gradient 0 where b = 0."""
    nonzero = b != 0
    return jnp.where(nonzero, a / jnp.where(nonzero, b, 1.0), 0.0)


def tanh_half(energy: Float[Array, "..."], kt: Float[Array, "..."]) -> Float[Array, "..."]:
    """tanh(energy/2kT); sign(energy) at kT = 0, with gradient 0 there."""
    warm = kt > 0
    return jnp.where(warm, jnp.tanh(energy / (2 * jnp.where(warm, kt, 1.0))), jnp.sign(energy))


def pair_factor(energy: Float[Array, "..."], kt: Float[Array, "..."]) -> Float[Array, "..."]:
    """tanh(E/2kT)/(2E) for energies of either sign; 1/(4kT) at E = 0 for kT > 0.

    E = 0 together with kT = 0 is a true singularity and gives inf.
    """
    small = jnp.abs(energy) <= 1e-7 * kt
    regular = jnp.where(small, 1.0, energy)
    series = 1 / (4 * jnp.where(small, jnp.where(kt > 0, kt, 0.0), 1.0))
    return jnp.where(small, series, tanh_half(regular, kt) / (2 * regular))
