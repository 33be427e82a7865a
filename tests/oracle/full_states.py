"""Eliashberg theory with a density of states by full sums: every frequency, convolutions by FFT,
and the integrals over energy piece by piece in extended precision. Nothing of pairlab is used.
"""

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh


def averages(energy, ratio, width, level):
    """(1/pi) Int N(E) (W, E - xi)/((E - xi)^2 + W^2) dE, N linear between points."""
    energy, ratio = energy.astype(np.longdouble), ratio.astype(np.longdouble)
    lorentz, shift = np.zeros((2, len(width)), np.longdouble)
    for k, slope in enumerate(np.diff(ratio) / np.diff(energy)):
        low, high = energy[k] - level, energy[k + 1] - level
        arc = np.arctan2(width * (high - low), width**2 + low * high)
        logarithm = np.log((high**2 + width**2) / (low**2 + width**2)) / 2
        there = ratio[k] - slope * low  # the piece, continued to the level
        lorentz += there * arc + slope * width * logarithm
        shift += there * logarithm + slope * (high - low - width * arc)
    return (lorentz / np.pi).astype(float), (shift / np.pi).astype(float)


def leading(energy, ratio, coupling, phonon, kt, count):
    """The largest eigenvalue of the linear gap equation of one mode without repulsion."""
    n = np.arange(-count, count)
    bare = np.pi * kt * (2 * n + 1)
    apart = np.arange(-2 * count + 1, 2 * count)
    size = 1 << int(np.ceil(np.log2(6 * count)))
    pull = np.fft.rfft(coupling / (1 + (2 * np.pi * kt * apart / phonon) ** 2), size)

    def summed(values):
        """pi kT Sum_m lambda(n - m) values_m."""
        whole = np.fft.irfft(np.fft.rfft(values, size) * pull, size)
        return np.pi * kt * whole[2 * count - 1 : 4 * count - 1]

    near = kt / 200 * (np.arange(-12000, 12000) + 0.5)  # a midpoint rule around E_F
    states = np.interp(near, energy, ratio) * kt / 200
    width, shift, mu = bare.copy(), np.zeros(2 * count), 0.0
    for _ in range(400):
        lorentz, turned = averages(energy, ratio, np.abs(width), mu - shift)
        unshifted = averages(energy, ratio, np.abs(bare), np.full(2 * count, mu))[1]
        added = states @ (1 / (1 + np.exp((near - mu) / kt)) - (near < 0))
        added -= np.pi * kt * np.sum(turned - unshifted)
        new, moved = bare + summed(np.sign(width) * lorentz), -summed(turned)
        change = max(np.max(np.abs(new - width)), np.max(np.abs(moved - shift)), abs(added))
        width, shift, mu = new, (shift + moved) / 2, mu - added / 2
        if change < 1e-8 * kt:
            break
    lorentz = averages(energy, ratio, np.abs(width), mu - shift)[0]
    root = np.sqrt(lorentz / np.abs(width))
    kernel = LinearOperator(
        (2 * count, 2 * count), matvec=lambda v: root * summed(root * np.ravel(v)), dtype=float
    )
    return float(eigsh(kernel, k=1, which="LA", tol=1e-11, v0=root)[0][0])


def critical_kt(energy, ratio, coupling, phonon, guess, count, width=1e-3):
    """kTc by interpolation between two temperatures around a guess."""
    places = np.array([1 - width, 1 + width]) * guess
    below, above = (leading(energy, ratio, coupling, phonon, kt, count) for kt in places)
    return places[0] + (places[1] - places[0]) * (below - 1) / (below - above)
