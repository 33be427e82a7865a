"""The leading eigenpair of a product V X of a symmetric matrix and a positive one.

V is (*point, band, mode, band, mode), X is (*point, band, mode, mode): its blocks are the bands.
"""

import numpy as np
from jaxtyping import Float
from scipy import linalg
from scipy.sparse.linalg import eigsh

Kernel = Float[np.ndarray, "*point band mode band mode"]
Blocks = Float[np.ndarray, "*point band mode mode"]
Vector = Float[np.ndarray, "*point band mode"]
Square = Float[np.ndarray, "*point n n"]

_DENSE = 24  # sizes up to which all eigenvectors cost no more than one
_SPARSE = 400  # beyond, a few products cost less than a factorisation
_FLOOR = 1e-10


def times_blocks(v: Kernel, x: Blocks) -> Square:
    """V X as one matrix; X is never filled up with the zeros between its blocks."""
    *point, bands, modes = v.shape[:-2]
    size = bands * modes
    blocks = np.moveaxis(v.reshape(*point, size, bands, modes), -2, -3) @ x
    return np.moveaxis(blocks, -3, -2).reshape(*point, size, size)


def symmetrised(v: Kernel, x: Blocks) -> tuple[Blocks, Square]:
    """The lower-triangular L with X = L L^T in each band, and S = L^T V L, which has the
    eigenvalues of V X.

    X gets a relative 1e-10 on its diagonal so that empty bands (zero blocks) factorise; what is
    computed from S is therefore good to 1e-10, and `leading_eigenpair` improves on it.
    """
    factor = _factor(x)
    half = times_blocks(v, factor)
    *point, bands, modes = v.shape[:-2]
    size = bands * modes
    rows = half.reshape(*point, bands, modes, size)
    return factor, (np.swapaxes(factor, -1, -2) @ rows).reshape(*point, size, size)


def _factor(x: Blocks) -> Blocks:
    if x.shape[-1] == 1:
        return np.sqrt(x + _floor(x))
    return np.linalg.cholesky(x + _floor(x) * np.eye(x.shape[-1]))


def _floor(x: Blocks) -> np.ndarray:
    return _FLOOR * np.max(np.abs(x), axis=(-3, -2, -1), keepdims=True) + 1e-300


def leading_eigenpair(v: Kernel, x: Blocks) -> tuple[Float[np.ndarray, "*point"], Vector]:
    """The largest real eigenvalue of V X and its eigenvector: largest component 1, any sign.

    nan where the product overflows.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        factor, s = symmetrised(v, x)
    lost = ~np.all(np.isfinite(s), axis=(-2, -1))
    if np.any(lost):
        return _without(lost, v, x)
    *point, bands, modes, _ = x.shape
    size = bands * modes
    if size <= _DENSE:
        last = np.linalg.eigh(s)[1][..., -1]
    else:
        last = np.reshape(
            [_last_eigenvector(one) for one in s.reshape(-1, size, size)], (*point, size)
        )
    weighted = np.einsum("...nab,...nb->...na", factor, last.reshape(*point, bands, modes))
    image = v.reshape(*point, size, size) @ weighted.reshape(*point, size, 1)
    largest = np.maximum(np.abs(image).max(axis=-2, keepdims=True), 1e-300)
    r = (image / largest).reshape(*point, bands, modes)
    return rayleigh_quotient(v, x, r), r


def _without(
    lost: np.ndarray, v: Kernel, x: Blocks
) -> tuple[Float[np.ndarray, "*point"], Vector]:
    """The eigenpairs of the points whose product does not overflow, nan for the others."""
    kept = [np.where(lost[(..., *[None] * (y.ndim - lost.ndim))], 0.0, y) for y in (v, x)]
    value, r = leading_eigenpair(*kept)
    return np.where(lost, np.nan, value), r


def _last_eigenvector(s: Float[np.ndarray, "n n"]) -> Float[np.ndarray, " n"]:
    size = len(s)
    if size <= _SPARSE:
        place = (size - 1, size - 1)
        return linalg.eigh(s, subset_by_index=place, check_finite=False)[1][:, 0]
    # No symmetry of the problem can make a random vector orthogonal to the eigenvector.
    start = np.random.default_rng(size).normal(size=size)
    largest = np.abs(s).max()
    if largest == 0:
        return start / np.linalg.norm(start)
    return eigsh(s / largest, k=1, which="LA", v0=start)[1][:, 0]


def rayleigh_quotient(v: Kernel, x: Blocks, r: Vector) -> Float[np.ndarray, "*point"]:
    """r^T X V X r/(r^T X r): at an eigenvector r of V X its eigenvalue, and stationary there.

    At fixed r its derivatives with respect to V and X are therefore those of the eigenvalue, and no
    derivative of an eigenvector (which diverges at a degeneracy) is ever formed.
    """
    pair = np.einsum("...nac,...nc->...na", x, r)
    *point, bands, modes = pair.shape
    size = bands * modes
    flat = pair.reshape(*point, size)
    image = (v.reshape(*v.shape[:-4], size, size) @ flat[..., None])[..., 0]
    norm = np.sum(r * pair, axis=(-2, -1))
    return np.asarray(np.sum(flat * image, axis=-1) / np.where(norm == 0, 1.0, norm))


def quotient_slope(
    value: Float[np.ndarray, "*point"], x: Blocks, x_slope: Blocks, r: Vector
) -> Float[np.ndarray, "*point"]:
    """The derivative of an eigenvalue along a change of X: lambda r^T X' r/(r^T X r)."""
    moved, norm = (np.einsum("...na,...nac,...nc->...", r, y, r) for y in (x_slope, x))
    return np.asarray(value * moved / np.where(norm == 0, 1.0, norm))


def exceeds_one(
    v: Float[np.ndarray, "band mode band mode"], x: Float[np.ndarray, "band mode mode"]
) -> bool:
    """Whether the largest real eigenvalue of V X is above 1: 1 - S is not positive definite."""
    _, s = symmetrised(v, x)
    try:
        np.linalg.cholesky(np.eye(len(s)) - s)
    except np.linalg.LinAlgError:
        return True
    return False
