"""The triangular well: a hard wall at z = 0 and a constant force toward it.

    H = p^2/(2m) + F z,    z > 0;    l = (hbar^2/(2 m F))^(1/3)
    E_i = |a_i| F l = |a_i| (hbar^2 F^2/(2m))^(1/3)
    phi_i(z) = Ai(z/l + a_i)/(sqrt(l) |Ai'(a_i)|)

with a_i the zeros of the Airy function, counted from 1 (Stern 1972, Phys. Rev. B 5, 4891; Ando,
Fowler and Stern 1982, Rev. Mod. Phys. 54, 437). Every phi is positive toward large z.

Field and mass enter only through l and F l, so all integrals are pure numbers times a power of l:
they are computed once, for l = 1, and levels alone tell F^2/m but neither F nor m.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ai_zeros, airy

from pairlab.electrons.arguments import require_index, require_positive
from pairlab.electrons.wells.well import (
    Integral,
    density_overlap,
    modulus_overlap,
    orthonormality,
)
from pairlab.errors import InputError
from pairlab.units import HBAR2_OVER_2M

_REACH = 17.0  # lengths l beyond the classical turning point, where Ai is below 1e-20


@dataclass(frozen=True)
class TriangularWell:
    """An electron pushed against a hard wall by a constant force.

    field_gradient: F = dU/dz, meV/nm (1 mV/nm on a charge e gives 1 meV/nm). mass: electron masses,
    of the motion along z. States are counted from 1.

    Raises:
        InputError: field gradient or mass not positive.
    """

    field_gradient: float
    mass: float

    def __post_init__(self) -> None:
        require_positive("field_gradient", self.field_gradient, "meV/nm")
        require_positive("mass", self.mass, "m_e")

    @property
    def length(self) -> float:
        """l = (hbar^2/(2 m F))^(1/3), nm."""
        return float(np.cbrt(HBAR2_OVER_2M / self.mass / self.field_gradient))

    def levels(self, count: int) -> np.ndarray:
        """E_i = |a_i| F l of the lowest states, meV, shape (count,)."""
        return -airy_zeros(count) * self.field_gradient * self.length

    def states(self, count: int) -> "AiryStates":
        """The lowest states as functions of z, for integrals of any kind."""
        return AiryStates(airy_zeros(count), self.length)

    def wavefunction(self, index: int, z: np.ndarray) -> np.ndarray:
        """phi_index(z), nm^(-1/2), zero behind the wall; shape of z [nm]."""
        require_index("index", index)
        return self.states(index).wavefunctions(z)[-1]

    def position_element(self, first: int, second: int) -> float:
        """<first|z|second>, nm: 2 E_i/(3F), or -2 (-1)^(i+j) l/(a_i - a_j)^2 between two states.

        The second follows from [H, [H, z]] = -(hbar^2/m) F and the slopes of both states at the
        wall, phi'(0) = (-1)^(i+1) l^(-3/2); the first from the virial theorem.
        """
        require_index("first", first)
        require_index("second", second)
        return float(self.position_elements(max(first, second))[first - 1, second - 1])

    def position_elements(self, count: int) -> np.ndarray:
        """<i|z|j> of the lowest states, nm, shape (count, count); see `position_element`."""
        zeros = airy_zeros(count)
        distance = zeros[:, None] - zeros + np.eye(count)
        sign = (-1.0) ** np.arange(count)
        elements = -2 * np.outer(sign, sign) / distance**2
        np.fill_diagonal(elements, -2 * zeros / 3)
        return elements * self.length

    def orthonormality(self, count: int) -> Integral:
        """<i|j> by quadrature, the unit matrix up to the error, shape (count, count)."""
        return _orthonormality(count)

    def modulus_overlap(self, count: int) -> Integral:
        """Int |phi_i| |phi_j| dz, the same for every field and mass, shape (count, count)."""
        return _modulus_overlap(count)

    def density_overlap(self, count: int) -> Integral:
        """Int phi_i^2 phi_j^2 dz, 1/nm, inverse in l, shape (count, count)."""
        unit = _density_overlap(count)
        return Integral(unit.value / self.length, unit.error / self.length)


@dataclass(frozen=True)
class AiryStates:
    """The lowest states of a triangular well: zeros a_i, shape (state,), and the length l [nm]."""

    zeros: np.ndarray
    length: float

    @property
    def breakpoints(self) -> np.ndarray:
        """The wall, every node of a state, and where all have died out, nm."""
        nodes = self.zeros[:, None] - self.zeros
        end = _REACH - self.zeros[-1]
        return self.length * np.unique([0.0, *nodes[nodes > 0], end])

    def wavefunctions(self, z: np.ndarray) -> np.ndarray:
        """phi_i(z), nm^(-1/2), z [nm] of any shape, result of shape (state, *shape of z)."""
        z = np.asarray(z, float)
        zeros = self.zeros.reshape(-1, *[1] * z.ndim)
        inside = np.where(z > 0, z, 0.0) / self.length
        slope = np.abs(airy(zeros)[1]) * np.sqrt(self.length)
        return np.where(z > 0, airy(inside + zeros)[0] / slope, 0.0)


@lru_cache
def airy_zeros(count: int) -> np.ndarray:
    """a_1 > a_2 > ..., the lowest zeros of Ai, all negative, shape (count,).

    Raises:
        InputError: count < 1.
    """
    if count < 1:
        raise InputError(
            what=f"count = {count}",
            why="states are counted from the lowest one",
            remedy="ask for at least one",
        )
    zeros = ai_zeros(count)[0]
    value, slope, _, _ = airy(zeros)
    zeros = zeros - value / slope  # one Newton step: the library's zeros are good to 1e-12 only
    zeros.setflags(write=False)  # the cache hands out this very array
    return zeros


def squared_gradient_per_mass(levels: Sequence[float] | np.ndarray) -> np.ndarray:
    """F^2/m that each of the lowest levels needs: (E_i/|a_i|)^3/(hbar^2/2m_e).

    Args:
        levels: E_1, E_2, ... [meV], none left out, measured from the bottom of the well.

    Returns: shape of `levels`, (meV/nm)^2/m_e; all equal for a triangular well.

    Raises:
        InputError: no levels, or levels that are not positive and rising.
    """
    energies = np.asarray(levels, float)
    if energies.ndim != 1 or energies.size == 0 or not np.all(np.diff(energies, prepend=0.0) > 0):
        raise InputError(
            what=f"levels = {energies.tolist()}",
            why="the levels of a well are positive and rising",
            remedy="give E_1, E_2, ... in meV, from the bottom of the well",
        )
    return (energies / -airy_zeros(energies.size)) ** 3 / HBAR2_OVER_2M


def field_gradient_of(
    levels: Sequence[float] | np.ndarray, mass: float, *, tolerance: float = 1e-3
) -> float:
    """F [meV/nm] of the triangular well with these levels and this mass, least squares in E.

    Args:
        levels: E_1, E_2, ... [meV], none left out.
        mass: electron masses.
        tolerance: largest deviation of a level from the fit, relative.

    Raises:
        InputError: the levels are not those of one triangular well, or a mass is not positive.
    """
    require_positive("mass", mass, "m_e")
    return float(np.sqrt(_common(levels, tolerance) * mass))


def mass_of(
    levels: Sequence[float] | np.ndarray, field_gradient: float, *, tolerance: float = 1e-3
) -> float:
    """Mass [m_e] of the triangular well with these levels and this field gradient [meV/nm].

    Arguments and errors are those of `field_gradient_of`.
    """
    require_positive("field_gradient", field_gradient, "meV/nm")
    return field_gradient**2 / _common(levels, tolerance)


def _common(levels: Sequence[float] | np.ndarray, tolerance: float) -> float:
    """The F^2/m of all levels together, (meV/nm)^2/m_e."""
    each = squared_gradient_per_mass(levels)
    energies, zeros = np.asarray(levels, float), -airy_zeros(len(each))
    scale = energies @ zeros / (zeros @ zeros)
    deviation = energies / (scale * zeros) - 1
    if np.max(np.abs(deviation)) > tolerance:
        raise InputError(
            what=f"levels = {energies.tolist()} meV do not belong to one triangular well",
            why=f"their ratios differ from those of the Airy zeros by {np.abs(deviation).max():.2g}"
            f", more than {tolerance:.2g}",
            remedy="measure them from the bottom of the well, leave none out, or try another shape",
        )
    return float(scale**3 / HBAR2_OVER_2M)


@lru_cache
def _orthonormality(count: int) -> Integral:
    return _read_only(orthonormality(AiryStates(airy_zeros(count), 1.0)))


@lru_cache
def _modulus_overlap(count: int) -> Integral:
    return _read_only(modulus_overlap(AiryStates(airy_zeros(count), 1.0)))


@lru_cache
def _density_overlap(count: int) -> Integral:
    return _read_only(density_overlap(AiryStates(airy_zeros(count), 1.0)))


def _read_only(found: Integral) -> Integral:
    """The cache hands out this very array."""
    found.value.setflags(write=False)
    return found
