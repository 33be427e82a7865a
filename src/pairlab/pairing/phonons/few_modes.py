"""Few phonons that bind as many do.

lambda(i nu) = Sum_k c_k w_k^2/(w_k^2 + nu^2) is asked for at ten thousands of differences of
frequencies for each temperature. Gauss quadrature over ln w with the weights c_k replaces thousands
of phonons by a dozen with positive couplings: as a function of ln w the summand is a step of width
1, with poles at a distance of pi/2 from the real axis, so that each phonon more gains the same
factor.
"""

from functools import lru_cache

import numpy as np
from scipy import linalg

from pairlab.pairing.phonons.coupling import Modes, PhononCoupling, ScaledPhonons

_COUNTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 24, 28, 32, 40, 48)
_ENOUGH = 1e-8  # of lambda, at every frequency
_PARTS = 256
_TESTED = 200  # frequencies at which the few are compared with the many


@lru_cache(maxsize=64)
def few_modes(phonons: PhononCoupling) -> Modes:
    """As few phonons as give lambda(i nu) to 1e-8 of lambda at every nu."""
    if isinstance(phonons, ScaledPhonons):  # at the very frequencies of the others of that shape
        return phonons.scaled(few_modes(phonons.shape))
    many = phonons.modes()
    if len(many.frequency) == 1:
        return many
    squares = np.square(
        np.geomspace(many.frequency.min() / 10, 30 * many.frequency.max(), _TESTED)[:, None]
    )
    wanted = _matsubara(many, squares)
    points, couplings = _gauss(np.log(many.frequency), many.coupling, _COUNTS[-1])
    few = Modes(np.zeros(0), np.zeros(0))
    for count in _COUNTS:
        nodes, vectors = linalg.eigh_tridiagonal(points[:count], couplings[: count - 1])
        total = many.coupling.sum()
        few = Modes(np.exp(nodes), total * vectors[0] ** 2)
        if np.max(np.abs(_matsubara(few, squares) - wanted)) <= _ENOUGH * total:
            break
    return few


def _matsubara(modes: Modes, squares: np.ndarray) -> np.ndarray:
    place = modes.frequency**2
    return (place / (place + squares)) @ modes.coupling


def _gauss(x: np.ndarray, weight: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Diagonal and side diagonal of the Jacobi matrix of a discrete weight, by Lanczos.

    With every vector made orthogonal to all before it twice, or the rule would lose its digits.
    """
    basis = np.zeros((count, len(x)))
    basis[0] = np.sqrt(weight / weight.sum())
    diagonal, beside = np.zeros(count), np.zeros(count)
    for k in range(count):
        ahead = x * basis[k]
        diagonal[k] = basis[k] @ ahead
        for _ in range(2):
            ahead = ahead - basis[: k + 1].T @ (basis[: k + 1] @ ahead)
        beside[k] = np.sqrt(ahead @ ahead)
        if k + 1 == count:
            break
        if beside[k] < 1e-14 * np.ptp(x):  # no more phonons than these
            return diagonal[: k + 1], beside[: k + 1]
        basis[k + 1] = ahead / beside[k]
    return diagonal, beside


def lumped_modes(phonons: PhononCoupling, width: float) -> Modes:
    """Phonons for sums over what is no narrower than `width`, meV; relative errors are below 1e-6.

    Those of each fourth of the width at most become two, with the same moments up to the third.
    """
    parts = 2 ** int(np.ceil(np.log2(max(4 * phonons.max_frequency / width, _PARTS))))
    return _lumped(phonons, parts)


@lru_cache(maxsize=64)
def _lumped(phonons: PhononCoupling, parts: int) -> Modes:
    many = phonons.modes()
    if len(many.frequency) <= 2 * parts:
        return many
    part = many.frequency.max() / parts
    where = np.minimum((many.frequency / part).astype(int), parts - 1)
    away = many.frequency - (where + 0.5) * part
    moments = [np.bincount(where, many.coupling * away**k, parts) for k in range(4)]
    used = moments[0] > 0
    whole, first, second, third = (m[used] for m in moments)
    mean = first / whole
    variance = np.maximum(second / whole - mean**2, (1e-9 * part) ** 2)
    skew = (third / whole - 3 * mean * second / whole + 2 * mean**3) / variance
    half = np.sqrt(variance + skew**2 / 4)
    middle = (np.arange(parts)[used] + 0.5) * part + mean + skew / 2
    return Modes(
        np.concatenate([middle + half, middle - half]),
        np.concatenate([whole / 2 * (1 - skew / 2 / half), whole / 2 * (1 + skew / 2 / half)]),
    )
