"""Quasiparticles of a gap that does not depend on energy: N(z) = z/sqrt(z^2 - Delta^2).

Bardeen, Cooper, Schrieffer, Phys. Rev. 108, 1175 (1957), Eq. 3.26; with z = E + i G the density of
states of R. C. Dynes, V. Narayanamurti, J. P. Garno, Phys. Rev. Lett. 41, 1509 (1978).
"""

import numpy as np

from pairlab.pairing.matsubara.frequencies import graded_frequencies

_ORDER = 20
_COLD = 1e-15  # of the largest energy: no smearing that a double could show
_REACH = 1e4  # of the largest energy: there the sum ends


def density(z: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """N(z) above the real axis, complex; its real part is N_s/N_n."""
    # The principal root of this form has a positive real part, as densities have.
    return 1 / np.sqrt(1 - (gap / z) ** 2)


def slope(z: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """dN/dz = -(Delta^2/z^3) N^3."""
    return -(gap**2) / z**3 * density(z, gap) ** 3


def sensitivity(z: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """dN/dDelta = (Delta/z^2) N^3."""
    return gap / z**2 * density(z, gap) ** 3


def conductance(z: np.ndarray, gap: np.ndarray, kt: float) -> np.ndarray:
    """Int dE Re N(E + i Im z) (-df/dE)(E - Re z), f at kT; z and gap of shapes that go together.

    The integral closes above the real axis around the double poles of df/dE at the Matsubara
    frequencies, and is 1 + Re(-2 pi i kT Sum_m N'(z + i w_m)).
    """
    largest = max(float(np.max(np.abs(z))), float(np.max(np.abs(gap))), 10 * kt)
    if kt <= _COLD * largest:
        return np.real(density(z, gap))
    count = int(np.ceil(_REACH * largest / (2 * np.pi * kt)))
    n, weight = graded_frequencies(count, order=_ORDER)
    total = np.zeros(np.broadcast(z, gap).shape, complex)
    for number, times in zip(n, weight, strict=True):
        total += times * slope(z + 1j * np.pi * kt * (2 * number + 1), gap)
    # What comes after the end falls as 1/w^3, and is beyond 1e-8.
    return 1 + (-2j * np.pi * kt * total).real
