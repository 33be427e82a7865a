"""Functions that stay finite where their textbook form divides by zero.

Each replaces the argument of the dangerous branch before it evaluates it: a `where` alone would
compute, and warn of, what it then drops.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Values = Any
"""Numbers with any axes, or one; complex ones where a derivative is taken by a complex step."""


def cosh_sqrt(u: Values) -> Values:
    """cosh(sqrt(u)) continued to cos(sqrt(-u)) for u < 0: an entire function of u."""
    return _of_either_sign(u, np.cosh, np.cos, lambda x: 1 + x / 2 + x**2 / 24)


def sinhc_sqrt(u: Values) -> Values:
    """sinh(sqrt(u))/sqrt(u), for u < 0 sin(sqrt(-u))/sqrt(-u): an entire function of u."""
    return _of_either_sign(
        u, lambda x: np.sinh(x) / x, lambda x: np.sin(x) / x, lambda x: 1 + x / 6 + x**2 / 120
    )


def _of_either_sign(
    u: Values, above: Callable[[Values], Values], below: Callable[[Values], Values],
    series: Callable[[Values], Values],
) -> Values:  # fmt: skip
    """above(sqrt(u)) for u > 0, below(sqrt(-u)) for u < 0, and the series around zero."""
    small = np.abs(u) < 1e-6
    positive, negative = (np.real(u) > 0) & ~small, (np.real(u) < 0) & ~small
    if np.all(positive):
        return above(np.sqrt(u))
    if np.all(negative):
        return below(np.sqrt(-u))
    value = np.where(
        positive, above(np.sqrt(np.where(positive, u, 1.0))),
        below(np.sqrt(np.where(negative, -u, 1.0))),
    )  # fmt: skip
    return np.where(small, series(u), value)


def complex_step(function: Callable[[Values], Values], x: np.ndarray) -> tuple[Values, Values]:
    """f(x) and f'(x) of an analytic function that is real on the real axis: Im f(x + ih)/h.

    No difference is formed, so that h may be as small as it likes and the slope keeps all digits.
    """
    step = 1e-30 * np.maximum(np.abs(x), 1.0)
    value = function(x + 1j * step)
    return value.real, value.imag / step


def safe_sqrt(x: Values) -> np.ndarray:
    """sqrt(x) for x > 0, and 0 elsewhere: an empty band contributes nothing."""
    return np.asarray(np.sqrt(np.maximum(x, 0.0)))


def safe_divide(a: Values, b: Values) -> np.ndarray:
    """a/b, and 0 where b = 0."""
    nonzero = b != 0
    return np.where(nonzero, a / np.where(nonzero, b, 1.0), 0.0)


def tanh_half(energy: Values, kt: Values) -> np.ndarray:
    """tanh(energy/2kT); sign(energy) at kT = 0."""
    warm = np.asarray(kt) > 0
    if np.all(warm):
        return np.asarray(np.tanh(energy / (2 * kt)))
    return np.where(warm, np.tanh(energy / (2 * np.where(warm, kt, 1.0))), np.sign(energy))


def pair_factor(energy: Values, kt: Values) -> np.ndarray:
    """tanh(E/2kT)/(2E) for energies of either sign; 1/(4kT) at E = 0 for kT > 0.

    E = 0 together with kT = 0 is a true singularity and gives inf.
    """
    small = np.abs(energy) <= 1e-7 * kt
    if not np.any(small):
        return np.asarray(tanh_half(energy, kt) / (2 * energy))
    regular = np.where(small, 1.0, energy)
    with np.errstate(divide="ignore"):
        series = 1 / (4 * np.where(small, np.maximum(kt, 0.0), 1.0))
    return np.where(small, series, tanh_half(regular, kt) / (2 * regular))
