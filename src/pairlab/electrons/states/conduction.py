"""Free conduction electrons: how many there are, and how high they fill a crystal or a thin plate.

    E_F = (hbar^2/2m) (3 pi^2 n)^(2/3) = (h^2/8m) (3 n/pi)^(2/3)        (Dolgopolov, Eq. 3.12)

In a plate between hard walls a distance d apart the levels across it are eps_j, and each carries a
band of free motion along it:

    eps_j = (hbar^2/2m) (pi j/d)^2,    n d = (m/(pi hbar^2)) Sum_{j <= J} (E_F - eps_j)

with both spins, and J the number of levels below E_F. That the Fermi energy of a plate lies above
the one of the bulk is the idea of Dymnikov, Physics of the Solid State 53, 901 (2011).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pairlab.errors import InputError
from pairlab.units import HBAR2_OVER_2M

Numbers = float | int | Sequence[Any] | np.ndarray

CONDUCTION_ELECTRONS = {
    **dict.fromkeys(("Li", "Na", "K", "Rb", "Cs", "Cu", "Ag", "Au", "Nb"), 1),
    **dict.fromkeys(("Be", "Mg", "Ca", "Sr", "Ba", "Fe", "Mn", "Zn", "Cd", "Hg"), 2),
    **dict.fromkeys(("Al", "Ga", "In", "Tl"), 3),
    **dict.fromkeys(("Sn", "Pb"), 4),
    **dict.fromkeys(("Bi", "Sb"), 5),
}
"""Conduction electrons per atom (Ashcroft and Mermin, Solid State Physics, 1976, Table 1.1)."""


def conduction_electrons(symbols: Sequence[str]) -> float:
    """Conduction electrons per atom of an elemental crystal, from CONDUCTION_ELECTRONS.

    Args:
        symbols: the element of each atom of a cell.

    Raises:
        InputError: a compound, or an element that the table does not hold.
    """
    elements = sorted(set(symbols))
    if len(elements) != 1:
        raise InputError(
            what=f"conduction electrons of {'-'.join(elements) or 'nothing'}",
            why="the table holds elements; in a compound it depends on the bonds",
            remedy="give electrons, the number of conduction electrons per atom",
        )
    if elements[0] not in CONDUCTION_ELECTRONS:
        raise InputError(
            what=f"conduction electrons of {elements[0]}",
            why="the table of free-electron metals (Ashcroft and Mermin, Table 1.1) does not hold "
            "it",
            remedy="give electrons, the number of conduction electrons per atom",
        )
    return float(CONDUCTION_ELECTRONS[elements[0]])


def free_electron_fermi_energy(density: Numbers, mass: Numbers) -> np.ndarray | float:
    """E_F = (hbar^2/2m) (3 pi^2 n)^(2/3), meV, in the common shape of the arguments.

    Args:
        density: n, electrons of both spins, 1/nm^3.
        mass: m, electron masses.

    Raises:
        InputError: an argument that is not positive.

    Source: Dolgopolov, Eq. 3.12.
    """
    density, mass = _positive("density", density, "1/nm^3"), _positive("mass", mass, "m_e")
    return HBAR2_OVER_2M / mass * np.cbrt(3 * np.pi**2 * density) ** 2


def free_electron_density(fermi_energy: Numbers, mass: Numbers) -> np.ndarray | float:
    """n = (2 m E_F/hbar^2)^(3/2)/(3 pi^2), 1/nm^3: the inverse of `free_electron_fermi_energy`.

    Args:
        fermi_energy: E_F from the bottom of the band, meV.
        mass: electron masses.

    Raises:
        InputError: an argument that is not positive.
    """
    energy = _positive("fermi_energy", fermi_energy, "meV")
    return (energy * _positive("mass", mass, "m_e") / HBAR2_OVER_2M) ** 1.5 / (3 * np.pi**2)


def plate_fermi_energy(
    density: Numbers, mass: Numbers, *, thickness: Numbers
) -> np.ndarray | float:
    """E_F of free electrons between hard walls at a fixed density, meV, in the common shape.

        E_F/eps_1 = s/J + (J + 1)(2J + 1)/6,    s = 2 n d^3/pi,
        J the largest integer with J (J - 1)(4J + 1)/6 <= s

    from the sum above with Sum j^2 = J (J + 1)(2J + 1)/6; level J begins to fill at E_F = eps_J. It
    is continuous in d, with a kink wherever a level begins to fill, lies above the bulk value for
    every d, since the sum over j >= 1 of a falling function is below its integral from 0, and
    approaches it as

        E_F = E_bulk (1 + pi/(2 k_F d) + O(1/(k_F d)^2)),    k_F = (3 pi^2 n)^(1/3)

    for the Euler-Maclaurin correction to the integral is minus half the term j = 0, which acts as
    k_F -> k_F + pi/(4d). The correction of second order oscillates.

    Args:
        density: n, electrons of both spins per volume of the plate, 1/nm^3.
        mass: electron masses.
        thickness: d, the distance of the walls, nm.

    Returns: measured from the bottom of the band in the bulk, as for `free_electron_fermi_energy`.

    Raises:
        InputError: an argument that is not positive.
    """
    density, mass = _positive("density", density, "1/nm^3"), _positive("mass", mass, "m_e")
    width = _positive("thickness", thickness, "nm")
    electrons = 2 * density * width**3 / np.pi
    # The cubic holds at J = (3 s/2)^(1/3) + 1/4 + O(1/J), so this guess is at most one off. A
    # rounding that takes a level too many or too few at its very onset does no harm: E_F is the
    # same there.
    levels = np.maximum(np.floor(np.cbrt(1.5 * electrons) + 0.25), 1.0)
    levels = np.where(_onset(levels + 1) <= electrons, levels + 1, levels)
    levels = np.where(_onset(levels) > electrons, levels - 1, levels)
    lowest = HBAR2_OVER_2M / mass * (np.pi / width) ** 2
    return lowest * (electrons / levels + (levels + 1) * (2 * levels + 1) / 6)


def _onset(level: Any) -> Any:
    """s = 2 n d^3/pi at which a level begins to fill."""
    return level * (level - 1) * (4 * level + 1) / 6


def _positive(name: str, value: Numbers, unit: str) -> np.ndarray:
    array = np.asarray(value, float)
    wrong = ~(np.isfinite(array) & (array > 0))
    if wrong.any():
        raise InputError(
            what=f"{name} = {array[wrong].flat[0]:g} {unit}",
            why=f"free electrons need a positive {name}",
            remedy=f"give {name} in {unit}, above 0",
        )
    return array
