"""Electrons with a density of states N(E) that varies on the scale of what binds them.

    I0(W, xi) = (1/pi) Int dE [N(E)/N(E_F)] W/((E - xi)^2 + W^2)
    I1(W, xi) = (1/pi) Int dE [N(E)/N(E_F)] (E - xi)/((E - xi)^2 + W^2)

are what Eliashberg theory takes of it: 1 and 0 where N is constant. N is linear between its points
and zero outside, so that both are sums of arcs and logarithms.

Source: W. E. Pickett, Phys. Rev. B 26, 1186 (1982).
"""

from dataclasses import dataclass
from functools import cached_property

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
        """I0 and I1. Args: width: W > 0, meV; level: xi, meV, both (node,)."""
        energy, ratio = np.array(self.energy), np.array(self.ratio)
        slope = np.diff(ratio) / np.diff(energy)
        away = energy - level[:, None]
        arc = np.arctan2(away, width[:, None])
        # Of the distance over that of the lowest point, so that far levels lose no digits.
        logarithm = 0.5 * np.log(
            (away**2 + width[:, None] ** 2) / (away[:, :1] ** 2 + width[:, None] ** 2)
        )
        at_level = ratio[:-1] - slope * away[:, :-1]
        arcs, logarithms = np.diff(arc), np.diff(logarithm)
        lorentz = np.sum(at_level * arcs + slope * width[:, None] * logarithms, axis=1)
        shift = np.sum(
            at_level * logarithms + slope * (np.diff(energy) - width[:, None] * arcs), axis=1
        )
        return lorentz / np.pi, shift / np.pi

    def logarithm(self, low: float, high: float) -> float:
        """Int_low^high I0(w, 0) dw/w, ln(high/low) for constant states; meV."""
        x, weight = _LOGARITHMIC
        half = np.log(high / low) / 2
        place = low * np.exp(half * (x + 1))
        return float(half * weight @ self.averages(place, np.zeros(len(x)))[0])

    @cached_property
    def _filled(self) -> np.ndarray:
        """Int N/N(E_F) up to each point, meV."""
        energy, ratio = np.array(self.energy), np.array(self.ratio)
        steps = np.diff(energy) * (ratio[1:] + ratio[:-1]) / 2
        return np.concatenate([[0.0], np.cumsum(steps)])

    def below(self, level: np.ndarray) -> np.ndarray:
        """Int N/N(E_F) up to levels, meV."""
        energy, ratio = np.array(self.energy), np.array(self.ratio)
        inside = np.clip(level, energy[0], energy[-1])
        place = np.clip(np.searchsorted(energy, inside) - 1, 0, len(energy) - 2)
        here = np.interp(inside, energy, ratio)
        return self._filled[place] + (inside - energy[place]) * (ratio[place] + here) / 2

    def occupied(self, kt: float, level: float) -> float:
        """Int f((E - level)/kT) N/N(E_F) dE, meV.

        With F = -kT ln(1 + e^-y), the integral of f, and y = (E - level)/kT: on each piece of slope
        s it is the difference of N F + s (kT)^2 Li2(-e^-y).
        """
        energy, ratio = np.array(self.energy), np.array(self.ratio)
        y = (energy - level) / kt
        filled = -kt * np.logaddexp(0.0, -y)
        slope = np.diff(ratio) / np.diff(energy)
        return float(np.sum(np.diff(ratio * filled) + slope * kt**2 * np.diff(_dilogarithm(y))))

    def at(self, level: float) -> float:
        """N(level)/N(E_F)."""
        return float(np.interp(level, self.energy, self.ratio))


def _dilogarithm(y: np.ndarray) -> np.ndarray:
    """Li2(-e^-y); below zero by Li2(-x) + Li2(-1/x) = -pi^2/6 - ln(x)^2/2."""
    small = special.spence(1 + np.exp(-np.abs(y)))
    return np.where(y >= 0, small, -(np.pi**2) / 6 - y**2 / 2 - small)
