"""Sums over Matsubara frequencies on few of them.

A summand that is a polynomial of degree 2q - 1 on the frequencies a, ..., a + M - 1 is summed
exactly with q points and weights: Gauss quadrature for the sum in place of an integral, whose
orthogonal polynomials are those of Gram (discrete Chebyshev). Panels that double in length, as the
frequencies themselves do, sum what falls off as a power of w: each decade costs as much as any
other, so that a temperature of 0.1 K costs little more than one of 10 K.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import special


class Frequencies(NamedTuple):
    """Numbers n of w_n = (2 n + 1) pi k T, which need not be integers, and how many each is."""

    number: np.ndarray
    weight: np.ndarray


@lru_cache(maxsize=512)
def gram_rule(count: int, order: int) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights for Sum_{m=0}^{count-1} p(m), exact for degrees up to 2 order - 1.

    Where `order` points are no fewer than `count`, the sum itself. The recurrence of the Gram
    polynomials, b_k = k^2 (M^2 - k^2)/(4 (4 k^2 - 1)), gives the rule (Golub and Welsch).
    """
    if count <= order:
        return np.arange(count, dtype=float), np.ones(count)
    k = np.arange(1, order, dtype=float)
    beside = np.sqrt(k**2 * (float(count) ** 2 - k**2) / (4 * (4 * k**2 - 1)))
    matrix = np.diag(np.full(order, (count - 1) / 2)) + np.diag(beside, 1) + np.diag(beside, -1)
    points, vectors = np.linalg.eigh(matrix)
    return points, count * vectors[0] ** 2


def graded_frequencies(
    count: int, *, order: int, start: int = 0, breaks: Iterable[int] = (),
    longest: float = np.inf, until: float = 0.0,
) -> Frequencies:  # fmt: skip
    """The frequencies start, ..., count - 1: the first `order` ones, then panels that double.

    Args:
        count: the first frequency that is left out. order: points in a panel.
        start: where to begin. breaks: numbers at which a panel has to end, such as a cutoff.
        longest: the length of a panel at most, up to the frequency `until`.
    """
    ends = sorted({count, *(b for b in breaks if start < b < count)})
    points, weights, low = [], [], start
    for end in ends:
        while low < end:
            most = max(longest, order) if low < until else np.inf
            panel = int(min(max(low, order), end - low, most))
            x, w = gram_rule(panel, order)
            points.append(low + x)
            weights.append(w)
            low += panel
    if not points:
        return Frequencies(np.zeros(0), np.zeros(0))
    return Frequencies(np.concatenate(points), np.concatenate(weights))


def tail_sum(width: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Sum_{l >= 0} b^2/((l + start)^2 + b^2) = b Im psi(start + i b), (width, start)."""
    b = width[:, None]
    return b * special.psi(start + 1j * b).imag


def ladder_sum(width: np.ndarray, number: np.ndarray, end: int) -> np.ndarray:
    """Sum_{m=0}^{end-1} b^2/((n - m)^2 + b^2) at frequencies n, (width, n)."""
    below, above = tail_sum(width, number + 1), tail_sum(width, end - number)
    return 1 + 2 * tail_sum(width, np.ones(1)) - below - above
