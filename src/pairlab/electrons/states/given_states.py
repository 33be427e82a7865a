"""Electrons with a density of states N(E) that varies on the scale of what binds them.

    I0(W, xi) = (1/pi) Int dE [N(E)/N(E_F)] W/((E - xi)^2 + W^2)
    I1(W, xi) = (1/pi) Int dE [N(E)/N(E_F)] (E - xi)/((E - xi)^2 + W^2)

are what Eliashberg theory takes of it: 1 and 0 where N is constant. N is linear between its points
and zero outside, so that both are sums of arcs and logarithms.

Source: W. E. Pickett, Phys. Rev. B 26, 1186 (1982).
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from pairlab.electrons.states.density_table import DensityTable
from pairlab.errors import InputError

_LOGARITHMIC = np.polynomial.legendre.leggauss(40)


@dataclass(frozen=True)
class GivenStates:
    """N(E), energies from E_F [meV] and values over that at E_F, rising energies, each (point,)."""

    energy: tuple[float, ...]
    ratio: tuple[float, ...]

    @classmethod
    def of(cls, table: DensityTable) -> "GivenStates":
        """The curve of a file. Raises: InputError without a Fermi energy or states there."""
        fermi = table.fermi_energy
        if fermi is None:
            raise InputError(
                what=f"density of states{f' {table.name}' if table.name else ''}: no Fermi energy",
                why="which states bind depends on where the Fermi level lies",
                remedy="write it into the file, # fermi_energy = 5.3 eV",
            )
        energy, states = np.array(table.energy) - fermi, np.array(table.states)
        there = float(np.interp(0.0, energy, states))
        if not there > 1e-6 * states.max():
            raise InputError(
                what=f"density of states: {there:.3g} 1/meV at the Fermi energy",
                why="lambda and mu* are per state at the Fermi level, and there are none",
                remedy="give the density of states of a metal",
            )
        return cls(tuple(energy.tolist()), tuple((states / there).tolist()))

    def averages(self, width: np.ndarray, level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """I0 and I1. Args: width: W > 0, meV; level: xi, meV, both (node,).

        Of each piece N = N_a + s (E - a) the parts with s are as small as its rise, however far it
        lies: a continuation of N to the level would lose the digits of semicore states.
        """
        energy, ratio = np.array(self.energy), np.array(self.ratio)
        length, slope, low = np.diff(energy), np.diff(ratio) / np.diff(energy), ratio[:-1]
        away, w = energy - level[:, None], width[:, None]
        square = away**2 + w**2
        here, there = away[:, :-1], away[:, 1:]
        arc = np.arctan2(w * length, w**2 + here * there)
        relative = length * (here + there) / square[:, :-1]
        near = np.abs(relative) < 0.5
        logarithm = 0.5 * np.where(
            near, np.log1p(np.where(near, relative, 0.0)), np.log(square[:, 1:] / square[:, :-1])
        )
        lorentz = np.sum(low * arc + slope * (w * logarithm - here * arc), axis=1)
        shift = np.sum(low * logarithm + slope * (length - w * arc - here * logarithm), axis=1)
        return lorentz / np.pi, shift / np.pi

    def logarithm(self, low: float, high: float) -> float:
        """Int_low^high I0(w, 0) dw/w, ln(high/low) for constant states; meV."""
        x, weight = _LOGARITHMIC
        half = np.log(high / low) / 2
        place = low * np.exp(half * (x + 1))
        return float(half * weight @ self.averages(place, np.zeros(len(x)))[0])

    def added(self, kt: float, level: float) -> float:
        """Int [f((E - level)/kT) - f(E/0)] N/N(E_F) dE, meV: electrons above E_F less holes below.

        Nothing is counted that is filled or empty anyway, so that deep states cost no digits. With
        F = -kT ln(1 + e^-y), the integral of f, and y = (E - level)/kT, that of a piece of slope s
        is the difference of N F + s (kT)^2 Li2(-e^-y); holes are electrons of the mirrored curve.
        """
        energy, ratio = np.array(self.energy), np.array(self.ratio)
        start = np.searchsorted(energy, 0.0)
        after, before = slice(np.searchsorted(energy, 0.0, side="right"), None), slice(start)
        electrons = np.append(0.0, energy[after]), np.append(self.at(0.0), ratio[after])
        holes = np.append(0.0, -energy[before][::-1]), np.append(self.at(0.0), ratio[before][::-1])
        return _occupied(*electrons, kt, level) - _occupied(*holes, kt, -level)

    def at(self, level: float) -> float:
        """N(level)/N(E_F)."""
        return float(np.interp(level, self.energy, self.ratio))


def _occupied(energy: np.ndarray, ratio: np.ndarray, kt: float, level: float) -> float:
    y = (energy - level) / kt
    filled = -kt * np.logaddexp(0.0, -y)
    slope = np.diff(ratio) / np.diff(energy)
    return float(np.sum(np.diff(ratio * filled) + slope * kt**2 * np.diff(_dilogarithm(y))))


def _dilogarithm(y: np.ndarray) -> np.ndarray:
    """Li2(-e^-y); below zero by Li2(-x) + Li2(-1/x) = -pi^2/6 - ln(x)^2/2."""
    small = special.spence(1 + np.exp(-np.abs(y)))
    return np.where(y >= 0, small, -(np.pi**2) / 6 - y**2 / 2 - small)
