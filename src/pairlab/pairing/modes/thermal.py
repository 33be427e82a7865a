"""Functions of one quasiparticle energy in thermal equilibrium, per pair of states.

With u = xi^2 + |Delta|^2 = E^2, f(u) = 2 kT ln 2cosh(E/2kT) is what a pair of states adds to the
free energy, f' = tanh(E/2kT)/(2E) pairs, and f'' says how the pairing saturates.
"""

import numpy as np

from pairlab.numerics.quadrature import gauss_legendre
from pairlab.numerics.safe import pair_factor, safe_divide

_SMALL_GAP = 1.0  # in kT; below it f is expanded under the integral sign
_COLDEST = 1e-100  # meV; f'' is that at kT = 0 below, and the powers of kT stay in range above
_NEAR = 0.03  # of E/2kT, below which f'' is a series


def condensation(xi: np.ndarray, size: np.ndarray, energy: np.ndarray, kt: float) -> np.ndarray:
    """|Delta|^2 f'(E^2) - f(E^2) + f(xi^2) = Int_0^D s f''(xi^2+s) ds, the summand of F_s - F_n.

    size: |Delta|, and D its square. Near Tc the terms of the first form cancel to fourth order in
    Delta; the integral does not.
    """
    pairing = size**2 * pair_factor(energy, kt)
    gain = safe_divide(size**2, energy + xi)
    if not kt > 0:
        return pairing - gain
    hot = np.log1p(np.exp(-energy / kt)) - np.log1p(np.exp(-xi / kt))
    plain = pairing - gain - 2 * kt * hot
    expand = size < _SMALL_GAP * kt
    if not np.any(expand):
        return plain
    x, w = gauss_legendre(10)
    small = np.where(expand, size, 0.0)
    inner = sum(
        one * weight * small**4 * curvature(xi**2 + one * small**2, kt)
        for one, weight in zip(x, w, strict=True)
    )
    return np.where(expand, inner, plain)


def curvature(square: np.ndarray, kt: float) -> np.ndarray:
    """f''(u) = d/du tanh(sqrt(u)/2kT)/(2 sqrt(u)); -u^(-3/2)/4 at kT = 0."""
    if not kt > _COLDEST:
        with np.errstate(divide="ignore"):
            return -(square**-1.5) / 4
    x = np.sqrt(square) / (2 * kt)
    near = x < _NEAR
    regular = np.where(near, 1.0, x)
    decay = np.exp(-2 * regular)
    turned = 4 * decay / (1 + decay) ** 2 - np.tanh(regular) / regular
    value = turned / (8 * kt * np.where(near, 1.0, square))
    if not np.any(near):
        return value
    y = np.where(near, x, 0.0) ** 2
    series = -1 / 3 + y * (4 / 15 + y * (-17 / 105 + y * (248 / 2835 - y * 1382 / 31185)))
    return np.where(near, series / (16 * kt**3), value)


def occupation_slope(energy: np.ndarray, kt: float) -> np.ndarray:
    """h = -df/dE = sech^2(E/2kT)/(4kT) for E >= 0; 0 at kT = 0."""
    if not kt > 0:
        return np.zeros_like(energy)
    decay = np.exp(-energy / kt)
    return decay / (1 + decay) ** 2 / kt


def entropy(energy: np.ndarray, kt: float) -> np.ndarray:
    """Entropy over k of a pair of states at E >= 0: 2 [ln(1 + e^-x) + x/(e^x + 1)], x = E/kT."""
    if not kt > 0:
        return np.zeros_like(energy)
    x = energy / kt
    decay = np.exp(-x)
    return 2 * (np.log1p(decay) + x * decay / (1 + decay))
