"""Bloch states of a superlattice by spectral elements: a reference independent of pairlab.

Polynomials of high degree on a few elements in well and barrier, Bloch's condition at the cell
boundary, one Hermitian eigenproblem for each wavevector. With A = hbar^2/(2 m_e):

    psi and psi' continuous:      -psi'' + (m V/A) psi = E (m/A) psi
    psi and psi'/m continuous:    -A (psi'/m)' + V psi = E psi

Energies in meV, lengths in nm, masses in electron masses.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import constants, linalg

KINETIC = constants.hbar**2 / (2 * constants.m_e) / (1e-3 * constants.e) * 1e18
BOLTZMANN = constants.k / (1e-3 * constants.e)
FREE_DENSITY = 1 / (4 * np.pi * KINETIC)
"""N0 of mass 1: states per spin, area and energy, 1/(meV nm^2)."""


class Cell(NamedTuple):
    """A well from -L/2 to L/2 and a barrier of width W behind it."""

    well_width: float
    barrier_width: float
    barrier_height: float
    well_mass: float
    barrier_mass: float
    matching: str = "psi_prime"

    @property
    def period(self):
        return self.well_width + self.barrier_width


class Bloch(NamedTuple):
    """energy: (band,). z, weight: nodes over the cell from -L/2. density: (band, z), |psi|^2."""

    energy: np.ndarray
    z: np.ndarray
    weight: np.ndarray
    density: np.ndarray


@lru_cache
def _element(degree):
    """Gauss nodes and weights on [-1, 1], and the nodal basis and its slopes there."""
    legendre = np.polynomial.legendre
    inner = legendre.Legendre.basis(degree).deriv().roots()
    nodes = np.concatenate([[-1.0], np.real(inner), [1.0]])
    x, w = legendre.leggauss(2 * degree + 2)
    inverse = np.linalg.inv(legendre.legvander(nodes, degree))
    slopes = np.stack([legendre.legval(x, legendre.legder(row)) for row in np.eye(degree + 1)], -1)
    return x, w, legendre.legvander(x, degree) @ inverse, slopes @ inverse


@lru_cache(maxsize=4096)
def bloch(cell, theta, bands, *, degree=16, pieces=2):
    """The lowest Bloch states at theta = k d."""
    x, w, basis, slopes = _element(degree)
    widths = [cell.well_width / pieces] * pieces + [cell.barrier_width / pieces] * pieces
    size = 2 * pieces * degree + 1
    stiff, mass = np.zeros((size, size)), np.zeros((size, size))
    z, weight, start = [], [], -cell.well_width / 2
    for index, width in enumerate(widths):
        in_well = index < pieces
        m = cell.well_mass if in_well else cell.barrier_mass
        height = 0.0 if in_well else cell.barrier_height
        factor = KINETIC / m
        kinetic, inertia = (1.0, 1 / factor) if cell.matching == "psi_prime" else (factor, 1.0)
        rows = slice(index * degree, (index + 1) * degree + 1)
        square = (basis.T * w) @ basis * width / 2 * inertia
        stiff[rows, rows] += kinetic * (slopes.T * w) @ slopes * 2 / width + height * square
        mass[rows, rows] += square
        z.append(start + width * (x + 1) / 2)
        weight.append(width / 2 * w)
        start += width
    fold = np.eye(size, size - 1, dtype=complex)
    fold[-1, 0] = np.exp(1j * theta)
    energy, vectors = linalg.eigh(
        fold.conj().T @ stiff @ fold, fold.conj().T @ mass @ fold, subset_by_index=[0, bands - 1]
    )
    values = fold @ vectors
    psi = np.concatenate(
        [basis @ values[i * degree : (i + 1) * degree + 1] for i in range(2 * pieces)]
    )
    z, weight = np.concatenate(z), np.concatenate(weight)
    density = np.abs(psi.T) ** 2
    return Bloch(energy, z, weight, density / (density @ weight)[:, None])


def overlap(cell, band, theta, other_band, other_theta, **accuracy):
    """I = d Int_cell |psi|^2 |psi'|^2 dz; the three lowest bands count from 0."""
    one, other = (bloch(cell, float(t), 3, **accuracy) for t in (theta, other_theta))
    return cell.period * float(np.sum(one.weight * one.density[band] * other.density[other_band]))
