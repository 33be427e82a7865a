"""The leading eigenpair of a product V X of a symmetric matrix and a positive one."""

import jax
import jax.numpy as jnp
from jax.scipy.linalg import block_diag
from jaxtyping import Bool, Float

from pairlab.numerics.arrays import Array


def symmetrised(
    v: Float[Array, "band mode band mode"], x: Float[Array, "band mode mode"]
) -> tuple[Float[Array, "n n"], Float[Array, "n n"], Float[Array, "n n"]]:
    """V, a lower-triangular L with X = L L^T, and S = L^T V L, which has the eigenvalues of V X.

    X gets a relative 1e-10 on its diagonal so that empty bands (zero blocks) factorise; what is
    computed from S is therefore good to 1e-10, and `leading_eigenpair` improves on it.
    """
    bands, modes = x.shape[0], x.shape[1]
    size = bands * modes
    floor = 1e-10 * jnp.max(jnp.abs(x)) + 1e-300
    factor = block_diag(*jnp.linalg.cholesky(x + floor * jnp.eye(modes)))
    flat = v.reshape(size, size)
    return flat, factor, factor.T @ flat @ factor


def exceeds_one(
    v: Float[Array, "band mode band mode"], x: Float[Array, "band mode mode"]
) -> Bool[Array, ""]:
    """Whether the largest real eigenvalue of V X is above 1: 1 - S is not positive definite."""
    _, _, s = symmetrised(v, x)
    return jnp.any(jnp.isnan(jnp.linalg.cholesky(jnp.eye(len(s)) - s)))


def rayleigh_quotient(
    v: Float[Array, "band mode band mode"],
    x: Float[Array, "band mode mode"],
    r: Float[Array, "band mode"],
) -> Float[Array, ""]:
    """r^T X V X r/(r^T X r): at an eigenvector r of V X its eigenvalue, and stationary there.

    At fixed r its derivatives with respect to V and X are therefore those of the eigenvalue, and no
    derivative of an eigenvector (which diverges at a degeneracy) is ever formed.
    """
    pair = jnp.einsum("nac,nc->na", x, r)
    size = r.size
    flat = pair.reshape(size)
    norm = jnp.vdot(r, pair)
    return flat @ v.reshape(size, size) @ flat / jnp.where(norm == 0, 1.0, norm)


def leading_eigenpair(
    v: Float[Array, "band mode band mode"], x: Float[Array, "band mode mode"]
) -> tuple[Float[Array, ""], Float[Array, "band mode"]]:
    """The largest real eigenvalue of V X and its eigenvector: largest component 1, any sign.

    The eigenvalue carries derivatives with respect to V and X (see `rayleigh_quotient`); the
    eigenvector does not.
    """
    flat, factor, s = symmetrised(*jax.lax.stop_gradient((v, x)))
    _, vectors = jnp.linalg.eigh(s)
    r = flat @ (factor @ vectors[:, -1])
    r = r / jnp.maximum(jnp.abs(r).max(), 1e-300)
    r = jax.lax.stop_gradient(r.reshape(x.shape[:2]))
    return rayleigh_quotient(v, x, r), r
