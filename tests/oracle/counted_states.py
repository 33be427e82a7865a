"""Carriers in the wires of a superlattice by counting states of explicit Bloch functions.

Shares no code with the package: energies are those of `spectral_elements`. Densities are over N0 of
the mass along the wires. `python tests/oracle/counted_states.py` rewrites the reference values.
"""

import sys
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from spectral_elements import FREE_DENSITY, KINETIC, Cell, bloch

REFERENCE = Path(__file__).with_name("counted_states_reference.toml")
NUMBERS = (0.85, 0.55, 3260.0, 0.86, 1.0)
MASSES = (0.86, 0.3)
TEMPERATURES = (1e-3, 1.0, 25.0, 400.0)


@lru_cache
def band_series(cell, bands):
    """Coefficients of E_n in cos(m theta), from Bloch states on midpoints."""
    count = 40
    theta = np.pi * (np.arange(count) + 0.5) / count
    energies = np.array([bloch(cell, float(t), bands).energy for t in theta])
    series = 2 / count * np.cos(np.arange(count)[:, None] * theta) @ energies
    series[0] /= 2
    assert np.max(np.abs(series[-6:])) < 1e-10 * np.max(np.abs(series))
    return series


def energies_at(cell, band, theta):
    """E_n(theta), meV."""
    return np.polynomial.chebyshev.chebval(np.cos(theta), band_series(cell, 3)[:, band])


def edges(cell):
    """Bottom and top of each band, meV, shape (3, 2)."""
    ends = np.array([0.0, np.pi])
    return np.sort([energies_at(cell, band, ends) for band in range(3)], axis=1)


def states_below(cell, mass, energy, bands=3):
    """Number of states per spin and area below an energy, over N0 of this mass, meV.

    (1/d) Int_0^pi dtheta/pi Int dkx/(2 pi) = (1/d) Int dtheta/pi kF/pi.
    """
    x, w = np.polynomial.legendre.leggauss(60)
    u, weight = (x + 1) / 2, w / 2
    total = 0.0
    for band in range(bands):
        bottom, top = np.sort(energies_at(cell, band, np.array([0.0, np.pi])))
        if energy <= bottom:
            continue
        # From the bottom of the band, at theta = 0 or pi, up to the Fermi contour.
        start = 0.0 if band % 2 == 0 else np.pi
        stop = np.pi - start
        if energy < top:
            stop = brentq(lambda t, n=band: energies_at(cell, n, t) - energy, 0, np.pi, xtol=1e-15)
        # theta = stop + (start - stop) u^2: the Fermi wavevector is smooth in u at its zero.
        theta = stop + (start - stop) * u**2
        excess = np.maximum(energy - energies_at(cell, band, theta), 0.0)
        fermi = np.sqrt(excess * mass / KINETIC)
        total += np.sum(abs(start - stop) * 2 * u * weight * fermi) / np.pi**2 / cell.period
    return total / (FREE_DENSITY * mass)


def density(cell, mass, potential, kt):
    """2 Int N(E) f(E) dE = Int 2 n(E) (-df/dE) dE, n(E) the number of states below E; meV."""
    if kt == 0.0:
        return 2 * states_below(cell, mass, potential)

    def thermal(x):
        number = 2 * states_below(cell, mass, potential + kt * x)
        return number / (4 * np.cosh(x / 2) ** 2)

    breaks = (edges(cell).ravel() - potential) / kt
    breaks = [-36.0, *np.sort(breaks[np.abs(breaks) < 36]), 36.0]
    return sum(
        quad(thermal, low, high, epsrel=1e-10, limit=100)[0] for low, high in pairwise(breaks)
    )


def density_of_states(cell, mass, energy):
    """dn/dE by differences of fourth order, a number: the density over N0 of this mass."""
    step = 0.5
    counts = [states_below(cell, mass, energy + k * step) for k in (-2, -1, 1, 2)]
    return (8 * (counts[2] - counts[1]) - (counts[3] - counts[0])) / (12 * step)


HEADER = """\
# Densities of carriers by counting states of explicit Bloch functions: no code of the package.
# `python tests/oracle/counted_states.py` rewrites this file.
#
# chemical_potential, energy, kt: meV. density: meV, both spins over N0 of the mass along the wires.
# density_of_states: one spin, over the same N0. Wells of 0.85 nm and mass 0.86, barriers of
# 0.55 nm, 3260 meV and mass 1, psi' continuous.
"""


def write_reference():
    """Recompute every value."""
    cell = Cell(*NUMBERS)
    first, second, third = edges(cell)
    places = {
        "in band 1": first.mean(),
        "between": (second[1] + third[0]) / 2,
        "in band 3": third[0] + 0.3 * (third[1] - third[0]),
        "above": third[1] + 300.0,
    }
    asked = [(mass, place, at, 0.0) for mass in MASSES for place, at in places.items()]
    asked += [
        (0.86, f"bottom of band 3 {offset:+g} meV", third[0] + offset, kt)
        for offset in (-60.0, 0.0, 90.0)
        for kt in TEMPERATURES
    ]
    text = HEADER
    for mass, place, potential, kt in asked:
        value = density(cell, mass, potential, kt)
        text += f'\n[[density]]\nplace = "{place}"\nmass = {mass}\nkt = {kt}\n'
        text += f"chemical_potential = {float(potential)!r}\ndensity = {float(value)!r}\n"
    bottom, top = third
    for energy in (bottom - 5.0, bottom + 40.0, top - 20.0, top + 15.0, top + 400.0):
        value = density_of_states(cell, 0.86, energy)
        text += f"\n[[density_of_states]]\nmass = 0.86\nenergy = {float(energy)!r}\n"
        text += f"density_of_states = {float(value)!r}\n"
    REFERENCE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_reference()
