"""Solved cases of Eliashberg theory, and its equations at real frequencies as they are printed."""

from typing import NamedTuple

import numpy as np

import pairlab as pl
from pairlab.pairing.matsubara.gap import imaginary_gap
from pairlab.pairing.phonons.spectrum import PhononSpectrum
from pairlab.pairing.real_frequencies.axis import ImaginaryAxis
from pairlab.units import BOLTZMANN

W = 20.0


class Case(NamedTuple):
    electrons: object
    kt: float
    critical_kt: float
    imaginary: object
    axis: ImaginaryAxis


def case(share, coupling=1.0, mu=0.1, spectrum=None):
    phonons = {"coupling": coupling, "phonon_energy": W} if spectrum is None else {
        "spectrum": spectrum
    }  # fmt: skip
    m = pl.Eliashberg(
        **phonons, mu_star=mu, mu_star_frequency="w2", mu_star_scheme="rescaled"
    )
    electrons = m.electrons()
    tc = float(pl.critical_temperature(m)) * BOLTZMANN
    found = imaginary_gap(electrons, share * tc, tc)
    return Case(electrons, share * tc, tc, found, found.axis(electrons, 1e-3))


def two_peaks(strength=1.0):
    w = np.linspace(0.5, 30.0, 60)
    shape = 0.5 * (w / 10) ** 2 * np.exp(-(((w - 15) / 6) ** 2)) + np.exp(-(((w - 24) / 1.5) ** 2))
    shape[-1] = 0.0
    return PhononSpectrum(frequency=tuple(w), coupling_function=tuple(strength * shape))


def right_sides(case, z, gap_at):
    """zZ and Z Delta at one z by the equations as they are printed, from any Delta near the axis.

    Every sum and every mode one by one; lambda(z) = Sum_k lambda_k O_k^2/(O_k^2 - z^2).
    """
    axis, kt = case.axis, case.kt
    modes, w = axis.modes[0][0], axis.frequency
    root = np.hypot(w, axis.gap[0])

    def coupling(y):
        y = np.atleast_1d(y)
        poles = modes.frequency[:, None] ** 2
        return np.sum(modes.coupling[:, None] * poles / (poles - y**2), 0)

    ahead, behind = coupling(z - 1j * w), coupling(z + 1j * w)
    odd = 1j * np.pi * kt * np.sum(axis.weight * (ahead - behind) * w / root)
    even = np.pi * kt * np.sum(axis.weight * (ahead + behind) * axis.gap[0] / root)
    for frequency, share in zip(modes.frequency, modes.coupling, strict=True):
        for sign in (1, -1):
            o = sign * frequency
            n, f = 1 / np.expm1(o / kt), 1 / (np.exp((o - z) / kt) + 1)
            gap = gap_at(z - o)
            density = 1 / np.sqrt(1 - (gap / (z - o)) ** 2)
            weight = 1j * np.pi * sign * share * frequency / 2 * (n + f) * density
            odd, even = odd + weight, even + weight * gap / (z - o)
    return z + odd, even + axis.pull[0]
