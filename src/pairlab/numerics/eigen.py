"""The leading eigenpair of a product V X of a symmetric matrix and a positive one."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
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
    size = x.shape[0] * x.shape[1]
    factor = block_diag(*_factor(x))
    flat = v.reshape(size, size)
    return flat, factor, factor.T @ flat @ factor


def times_blocks(
    v: Float[Array, "band mode band mode"], x: Float[Array, "band mode mode"]
) -> Float[Array, "n n"]:
    """V X as one matrix; X is never filled up with the zeros between its blocks."""
    size = x.shape[0] * x.shape[1]
    return jnp.einsum("manb,nbc->manc", v, x).reshape(size, size)


def _factor(x: Float[Array, "band mode mode"]) -> Float[Array, "band mode mode"]:
    """The lower-triangular L of each band."""
    floor = 1e-10 * jnp.max(jnp.abs(x)) + 1e-300
    return jnp.linalg.cholesky(x + floor * jnp.eye(x.shape[1]))


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
    held_v, held_x = jax.lax.stop_gradient((v, x))
    size = x.shape[0] * x.shape[1]
    if size <= _DENSE:
        flat, factor, s = symmetrised(held_v, held_x)
        r = flat @ (factor @ jnp.linalg.eigh(s)[1][:, -1])
    else:
        flat, factor = held_v.reshape(size, size), _factor(held_x)

        def weighted(vector: Array) -> Array:
            return flat @ jnp.einsum("nab,nb->na", factor, vector.reshape(x.shape[:2])).ravel()

        def product(vector: Array) -> Array:
            image = weighted(vector).reshape(x.shape[:2])
            return jnp.einsum("nab,na->nb", factor, image).ravel()

        r = weighted(largest_eigenvector(product, size))
    r = r / jnp.maximum(jnp.abs(r).max(), 1e-300)
    r = jax.lax.stop_gradient(r.reshape(x.shape[:2]))
    return rayleigh_quotient(v, x, r), r


_DENSE = 24  # sizes up to which all eigenvectors cost no more than one
_KRYLOV = 12
_RESTARTS = 40
_RESIDUAL = 1e-13  # of the norm


def largest_eigenvector(
    product: Callable[[Float[Array, " n"]], Float[Array, " n"]], size: int
) -> Float[Array, " n"]:
    """The unit eigenvector of the largest (not the largest in modulus) eigenvalue of a symmetric
    matrix that is told by its product with a vector.

    Lanczos' method, restarted from the vector that it found until the residual is that of rounding;
    spectra of pairing kernels fall off fast, so that a few products are enough.
    """
    # No symmetry of the problem can make a random vector orthogonal to the eigenvector.
    start = jnp.asarray(np.random.default_rng(size).normal(size=size))

    def unfinished(state: tuple[Array, Array, Array]) -> Array:
        _, residual, count = state
        return (residual > _RESIDUAL) & (count < _RESTARTS)

    def restarted(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        vector, norm = _lanczos(product, state[0])
        image = product(vector)
        residual = jnp.linalg.norm(image - (vector @ image) * vector)
        return vector, residual / jnp.where(norm > 0, norm, 1.0), state[2] + 1

    first = (start / jnp.linalg.norm(start), jnp.asarray(jnp.inf), jnp.asarray(0))
    return jax.lax.while_loop(unfinished, restarted, first)[0]


def _lanczos(
    product: Callable[[Float[Array, " n"]], Float[Array, " n"]], start: Float[Array, " n"]
) -> tuple[Float[Array, " n"], Float[Array, ""]]:
    """The best approximation to the largest eigenvector in the Krylov space of a unit vector, and
    the norm of the matrix in that space."""

    def step(index: Array, state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        basis, projected, vector = state
        basis = basis.at[index].set(vector)
        image = product(vector)
        overlap = basis @ image
        image = image - overlap @ basis
        image = image - (basis @ image) @ basis  # once more: rounding spoils orthogonality
        norm = jnp.linalg.norm(image)
        # Where the space is exhausted the rest of the basis is zero and counts for nothing.
        following = jnp.where(norm > 1e-14 * jnp.linalg.norm(overlap), image / norm, 0.0)
        return basis, projected.at[index].set(overlap), following

    empty = jnp.zeros((_KRYLOV, len(start))), jnp.zeros((_KRYLOV, _KRYLOV)), start
    basis, projected, _ = jax.lax.fori_loop(0, _KRYLOV, step, empty)
    full = jnp.tril(projected) + jnp.tril(projected, -1).T
    norm = jnp.linalg.norm(full)
    # A zero basis vector has a zero row: it must not win over a negative eigenvalue.
    used = jnp.linalg.norm(basis, axis=1) > 0.5
    full = jnp.where(used, full, 0.0) + jnp.diag(jnp.where(used, 0.0, -1.0 - 2.0 * norm))
    found = jnp.linalg.eigh(full)[1][:, -1] @ basis
    return found / jnp.linalg.norm(found), norm
