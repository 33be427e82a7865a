"""Free electrons in bulk and between walls, against printed tables, plain sums and mpmath."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import constants
from scipy.optimize import brentq

from pairlab.electrons.states.conduction import (
    CONDUCTION_ELECTRONS,
    conduction_electrons,
    free_electron_density,
    free_electron_fermi_energy,
    plate_fermi_energy,
)
from pairlab.errors import InputError
from pairlab.units import HBAR2_OVER_2M

# Ashcroft and Mermin: electrons per volume, 1e22/cm^3 (Table 1.1), and E_F, eV (Table 2.1).
PRINTED = {
    "Li": (4.70, 4.74), "Na": (2.65, 3.24), "K": (1.40, 2.12), "Rb": (1.15, 1.85),
    "Cs": (0.91, 1.59), "Cu": (8.47, 7.00), "Ag": (5.86, 5.49), "Au": (5.90, 5.53),
    "Be": (24.7, 14.3), "Mg": (8.61, 7.08), "Ca": (4.61, 4.69), "Sr": (3.55, 3.93),
    "Ba": (3.15, 3.64), "Nb": (5.56, 5.32), "Fe": (17.0, 11.1), "Mn": (16.5, 10.9),
    "Zn": (13.2, 9.47), "Cd": (9.27, 7.47), "Hg": (8.65, 7.13), "Al": (18.1, 11.7),
    "Ga": (15.4, 10.4), "In": (11.5, 8.63), "Tl": (10.5, 8.15), "Sn": (14.8, 10.2),
    "Pb": (13.2, 9.47), "Bi": (14.1, 9.90), "Sb": (16.5, 10.9),
}  # fmt: skip

# Atoms in a cubic cell and its edge, angstrom (Ashcroft and Mermin, Tables 4.1 and 4.2; alkali
# metals at low temperature, as in Table 1.1).
CUBIC = {
    "Li": (2, 3.49), "Na": (2, 4.23), "K": (2, 5.23), "Rb": (2, 5.59), "Cs": (2, 6.05),
    "Ba": (2, 5.02), "Nb": (2, 3.30), "Fe": (2, 2.87), "Cu": (4, 3.61), "Ag": (4, 4.09),
    "Au": (4, 4.08), "Ca": (4, 5.58), "Sr": (4, 6.08), "Al": (4, 4.05), "Pb": (4, 4.95),
}  # fmt: skip


def test_the_table_holds_the_metals_of_the_source():
    assert CONDUCTION_ELECTRONS.keys() == PRINTED.keys()


@pytest.mark.parametrize("element", CUBIC)
def test_electrons_per_atom_give_the_printed_density(element):
    atoms, edge = CUBIC[element]
    density = conduction_electrons([element]) * atoms / (edge / 10) ** 3
    # Three digits are printed of the edge, which enters with its third power.
    assert density == pytest.approx(10 * PRINTED[element][0], rel=3 * 0.005 / edge + 0.006)


@pytest.mark.parametrize("element", PRINTED)
def test_printed_fermi_energies(element):
    density, energy = PRINTED[element]
    digits = 0.005 / density if density < 10 else 0.05 / density
    rounding = (0.005 if energy < 10 else 0.05) / energy
    # The book has E_F from the radius of a sphere per electron, which it gives to 0.01 Bohr radii.
    radius = (3 / (4 * math.pi * 10 * density)) ** (1 / 3) / 0.0529177
    found = free_electron_fermi_energy(10 * density, 1.0)
    assert found == pytest.approx(1e3 * energy, rel=2 / 3 * digits + 2 * 0.005 / radius + rounding)


def test_the_formula_of_the_paper():
    # Eq. 3.12 in SI units.
    electrons, mass = 4.7e28, 1.7
    joule = constants.h**2 / (8 * mass * constants.m_e) * (3 * electrons / math.pi) ** (2 / 3)
    found = free_electron_fermi_energy(47.0, mass)
    assert found == pytest.approx(joule / constants.e * 1e3, rel=1e-13)
    assert free_electron_density(found, mass) == pytest.approx(47.0, rel=1e-13)


def test_arguments_are_broadcast():
    found = free_electron_fermi_energy([1.0, 8.0], [[1.0], [2.0]])
    np.testing.assert_allclose(found[0, 1] / found[0, 0], 4, rtol=1e-14)
    np.testing.assert_allclose(found[1], found[0] / 2, rtol=1e-14)
    assert plate_fermi_energy([1.0, 2.0], 1.0, thickness=[[1.0], [2.0], [3.0]]).shape == (3, 2)


def test_elements_only():
    assert conduction_electrons(("Li",)) == 1
    assert conduction_electrons(["Al"] * 4) == 3
    with pytest.raises(InputError, match=r"of B-Mg: .* a compound .* Give electrons, the number"):
        conduction_electrons(("Mg", "B", "B"))
    with pytest.raises(InputError, match=r"of Po: .*Table 1\.1\) does not hold it"):
        conduction_electrons(("Po",))
    with pytest.raises(InputError, match="of nothing"):
        conduction_electrons(())


# ------------------------------------------------------------------------------------ a thin plate


def filled(energy, mass, thickness):
    """Electrons per area below an energy, from the sum over the levels, 1/nm^2."""
    scale = HBAR2_OVER_2M / mass
    levels = np.arange(1, int(math.sqrt(energy / scale) * thickness / math.pi) + 2)
    below = energy - scale * (math.pi * levels / thickness) ** 2
    return below[below > 0].sum() / (2 * math.pi * scale)


@given(
    density=st.floats(1e-3, 200),
    mass=st.floats(0.01, 20),
    thickness=st.floats(0.05, 60),
)
def test_the_plate_holds_its_electrons(density, mass, thickness):
    energy = float(plate_fermi_energy(density, mass, thickness=thickness))
    assert filled(energy, mass, thickness) == pytest.approx(density * thickness, rel=1e-11)


@pytest.mark.parametrize("thickness", [0.1, 0.7, 1.0, 3.3, 12.0])
def test_a_root_finder_agrees(thickness):
    density, mass = 47.0, 1.3
    lowest = HBAR2_OVER_2M / mass * (math.pi / thickness) ** 2
    wanted = density * thickness
    root = brentq(
        lambda energy: filled(energy, mass, thickness) / wanted - 1, 1.0000001 * lowest, 1e7,
        rtol=1e-14, xtol=1e-9,
    )  # fmt: skip
    assert plate_fermi_energy(density, mass, thickness=thickness) == pytest.approx(root, rel=1e-11)


@pytest.mark.parametrize("thickness", [1e-3, 0.4, 5.0, 1e3, 2e5])
def test_fifty_digits(thickness):
    # E_F in units of the lowest level, from the condition itself; 2e5 nm hold 7e5 levels.
    with mpmath.workdps(50):
        density, width = mpmath.mpf(47), mpmath.mpf(thickness)
        electrons = 2 * density * width**3 / mpmath.pi

        def at(level):
            return (electrons + mpmath.mpf(level) * (level + 1) * (2 * level + 1) / 6) / level

        low, high = 1, 1 << 60
        while high - low > 1:  # the last level below its own Fermi energy
            middle = (low + high) // 2
            low, high = (middle, high) if at(middle) > middle**2 else (low, middle)
        exact = at(low) * mpmath.mpf(HBAR2_OVER_2M) * (mpmath.pi / width) ** 2
        found = mpmath.mpf(float(plate_fermi_energy(47.0, 1.0, thickness=thickness)))
        assert abs(found / exact - 1) < 1e-14


def test_one_level():
    # n d = m E/(pi hbar^2) above the lowest level, and nothing else, in a thin plate.
    density, thickness = 1.0, 0.3
    scale = HBAR2_OVER_2M
    energy = 2 * math.pi * scale * density * thickness + scale * (math.pi / thickness) ** 2
    assert energy < 4 * scale * (math.pi / thickness) ** 2
    found = plate_fermi_energy(density, 1.0, thickness=thickness)
    assert found == pytest.approx(energy, rel=1e-14)


def test_continuous_where_a_level_begins_to_fill():
    density = 47.0
    for level in (2, 3, 17, 4000):
        electrons = level * (level - 1) * (4 * level + 1) / 6  # filled below level J at E = eps_J
        thickness = (electrons * math.pi / (2 * density)) ** (1 / 3)
        around = plate_fermi_energy(
            density, 1.0, thickness=thickness * np.array([1 - 1e-9, 1.0, 1 + 1e-9])
        )
        np.testing.assert_allclose(around, around[1], rtol=1e-8)
        lowest = HBAR2_OVER_2M * (math.pi / thickness) ** 2
        assert around[1] == pytest.approx(level**2 * lowest, rel=1e-12)


def test_the_bulk_is_approached_from_above():
    density, mass = 47.0, 1.4
    bulk = free_electron_fermi_energy(density, mass)
    wave_number = (3 * math.pi**2 * density) ** (1 / 3)
    thickness = np.geomspace(0.01, 1e5, 4001)
    excess = plate_fermi_energy(density, mass, thickness=thickness) / bulk - 1
    assert np.all(excess > 0)
    reach = wave_number * thickness
    # The remainder of pi/(2 k_F d) stays within a multiple of 1/(k_F d)^2 over five decades.
    rest = (excess - math.pi / (2 * reach))[reach > 10] * reach[reach > 10] ** 2
    assert np.all(abs(rest[reach[reach > 10] < 1e5]) < 4)
    np.testing.assert_allclose(excess[-1], math.pi / (2 * reach[-1]), rtol=1e-5)


def test_a_thick_plate_is_quick():
    thickness = np.geomspace(1.0, 3e6, 100_000)  # up to 1e7 levels
    found = plate_fermi_energy(47.0, 1.0, thickness=thickness)
    assert np.all(np.isfinite(found))
    assert found[-1] == pytest.approx(free_electron_fermi_energy(47.0, 1.0), rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((0.0, 1.0, 1.0), r"density = 0 1/nm\^3: free electrons need a positive density"),
        ((1.0, -1.0, 1.0), r"mass = -1 m_e"),
        ((1.0, 1.0, math.inf), r"thickness = inf nm: .* Give thickness in nm, above 0"),
        ((1.0, 1.0, [1.0, math.nan]), r"thickness = nan nm"),
    ],
)
def test_what_cannot_be_filled(arguments, sentence):
    density, mass, thickness = arguments
    with pytest.raises(InputError, match=sentence):
        plate_fermi_energy(density, mass, thickness=thickness)


def test_no_density_without_energy():
    with pytest.raises(InputError, match="fermi_energy = 0 meV"):
        free_electron_density(0.0, 1.0)
