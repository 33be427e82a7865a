"""The triangular well against mpmath, closed forms, sum rules and scaling laws."""

from functools import cache

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from pairlab.electrons.wells.triangular import (
    TriangularWell,
    airy_zeros,
    field_gradient_of,
    mass_of,
    squared_gradient_per_mass,
)
from pairlab.electrons.wells.well import (
    ConfinedStates,
    density_overlap,
    matrix_elements,
    modulus_overlap,
    orthonormality,
    position_elements,
)
from pairlab.errors import InputError
from pairlab.units import HBAR2_OVER_2M

WELL = TriangularWell(8.0, 0.15)
PUBLISHED_LEVELS = [16.87, 29.50, 39.84]  # meV
positive = st.floats(1e-3, 1e3)


with mpmath.workdps(25):
    ZEROS = [mpmath.airyaizero(i) for i in (1, 2, 3)]
    SLOPES = [abs(mpmath.airyai(a, derivative=1)) for a in ZEROS]


@cache  # every integral is sampled at the same points
def exact_states(x):
    """The lowest three states with all digits, for l = 1."""
    return [mpmath.airyai(x + a) / s for a, s in zip(ZEROS, SLOPES, strict=True)]


@mpmath.workdps(25)
def exact_matrix(integrand):
    """Int_0^inf f(x, phi_i, phi_j) dx for l = 1, by mpmath."""
    nodes = sorted({a - b for a in ZEROS for b in ZEROS if a > b})
    points = [mpmath.mpf(0), *nodes, nodes[-1] + 3, nodes[-1] + 8, nodes[-1] + 25]

    def element(i, j):
        return mpmath.quad(lambda x: integrand(x, exact_states(x)[i], exact_states(x)[j]), points)

    return np.array([[float(element(i, j)) for j in range(3)] for i in range(3)])


def test_zeros_carry_all_digits():
    for index, zero in enumerate(airy_zeros(60), 1):
        assert zero == pytest.approx(float(mpmath.airyaizero(index)), rel=1e-15)


def test_levels_are_those_of_the_airy_zeros():
    energy = (HBAR2_OVER_2M * 8.0**2 / 0.15) ** (1 / 3)
    zeros = [float(mpmath.airyaizero(i)) for i in range(1, 6)]
    assert WELL.levels(5) == pytest.approx(-np.array(zeros) * energy, rel=1e-14)
    assert WELL.levels(5)[:2] == pytest.approx(WELL.levels(2), rel=1e-15)


@given(field=positive, mass=positive, factor=st.floats(0.1, 10.0))
def test_levels_scale_with_the_cube_root_of_the_squared_field_over_the_mass(field, mass, factor):
    well = TriangularWell(field, mass)
    harder = TriangularWell(factor * field, mass / factor)
    assert harder.levels(4) == pytest.approx(factor * well.levels(4), rel=1e-13)
    same = TriangularWell(factor * field, factor**2 * mass)  # equal F^2/m: equal levels ...
    assert same.levels(4) == pytest.approx(well.levels(4), rel=1e-13)
    assert same.length == pytest.approx(well.length / factor, rel=1e-13)  # ... of another size


@given(field=positive, mass=positive)
def test_integrals_scale_with_the_length(field, mass):
    well = TriangularWell(field, mass)
    unit = TriangularWell(HBAR2_OVER_2M, 1.0)
    assert unit.length == pytest.approx(1.0, rel=1e-15)
    length, states = well.length, well.states(3)
    overlap = modulus_overlap(states)
    assert overlap.value == pytest.approx(unit.modulus_overlap(3).value, rel=1e-11)
    assert well.density_overlap(3).value * length == pytest.approx(
        unit.density_overlap(3).value, rel=1e-14
    )
    assert density_overlap(states).value == pytest.approx(well.density_overlap(3).value, rel=1e-11)
    assert well.position_elements(3) == pytest.approx(unit.position_elements(3) * length, rel=1e-14)


@pytest.mark.parametrize("index", [1, 2, 3, 12])
def test_wavefunctions_agree_with_mpmath(index):
    z = np.linspace(0.0, 60.0, 83)
    length = mpmath.cbrt(mpmath.mpf(HBAR2_OVER_2M) / mpmath.mpf("0.15") / 8)
    zero = mpmath.airyaizero(index)
    scale = mpmath.sqrt(length) * abs(mpmath.airyai(zero, derivative=1))
    wanted = np.array([float(mpmath.airyai(x / length + zero) / scale) for x in z])
    assert WELL.wavefunction(index, z) == pytest.approx(wanted, abs=1e-14)


def test_wavefunctions_vanish_behind_the_wall_and_are_positive_far_out():
    z = np.array([[-3.0, 0.0], [1.0, 30.0]])
    for index in range(1, 6):
        phi = WELL.wavefunction(index, z)
        assert phi.shape == (2, 2)
        assert np.all(phi[0] == 0.0)
        assert phi[1, 1] > 0
        line = WELL.wavefunction(index, np.linspace(1e-6, 40.0, 4001))
        assert np.sum(line[:-1] * line[1:] < 0) == index - 1
    assert WELL.states(3).wavefunctions(np.asarray(2.0)).shape == (3,)


@pytest.mark.parametrize("count", [1, 3, 12])
def test_states_are_orthonormal(count):
    for found in (WELL.orthonormality(count), orthonormality(WELL.states(count))):
        assert found.value == pytest.approx(np.eye(count), abs=1e-13)
        assert found.error < 1e-11


def test_position_elements_agree_with_quadrature_in_size_and_sign():
    closed = WELL.position_elements(6)
    found = position_elements(WELL.states(6))
    assert closed == pytest.approx(found.value, abs=1e-11)
    assert np.max(np.abs(closed - found.value)) <= found.error
    unit = exact_matrix(lambda x, one, other: x * one * other)
    assert closed[:3, :3] == pytest.approx(unit * WELL.length, rel=1e-13)
    assert np.diag(closed) == pytest.approx(2 * WELL.levels(6) / (3 * WELL.field_gradient))
    assert WELL.position_element(1, 2) == closed[0, 1] > 0 > WELL.position_element(3, 1)
    assert WELL.position_element(3, 3) == pytest.approx(closed[2, 2], rel=1e-15)


def test_overlap_of_moduli_agrees_with_mpmath():
    exact = exact_matrix(lambda _, one, other: abs(one * other))
    found = WELL.modulus_overlap(3)
    assert found.value == pytest.approx(exact, abs=1e-13)
    assert np.max(np.abs(found.value - exact)) <= found.error < 1e-11
    assert np.all(found.value <= 1 + 1e-14)


def test_overlap_of_densities_agrees_with_mpmath():
    exact = exact_matrix(lambda _, one, other: (one * other) ** 2) / WELL.length
    found = WELL.density_overlap(3)
    assert found.value == pytest.approx(exact, rel=1e-13)
    assert np.max(np.abs(found.value - exact)) <= found.error < 1e-11


def test_integrals_of_many_states_contain_those_of_few():
    assert WELL.modulus_overlap(9).value[:3, :3] == pytest.approx(
        WELL.modulus_overlap(3).value, abs=1e-12
    )
    assert WELL.density_overlap(9).value[:3, :3] == pytest.approx(
        WELL.density_overlap(3).value, abs=1e-12
    )


def test_the_oscillator_strengths_of_the_lowest_state_add_up_to_one():
    # Sum_j (2m/hbar^2)(E_j - E_1) <j|z|1>^2 = 1; beyond the last term zeros have the density
    # sqrt(|a|)/pi.
    count = 400
    energy, zeros = WELL.levels(count), -airy_zeros(count + 1)
    strength = (
        WELL.mass / HBAR2_OVER_2M * (energy - energy[0]) * WELL.position_elements(count)[0] ** 2
    )
    last = (zeros[-2] + zeros[-1]) / 2
    tail = quad(lambda a: 4 / (a - zeros[0]) ** 3 * np.sqrt(a) / np.pi, last, np.inf)[0]
    assert tail < 5e-4
    assert strength.sum() + tail == pytest.approx(1.0, abs=1e-8)


def test_states_are_complete():
    # Sum_j <1|z|j>^2 = <1|z^2|1> = (8/15) a_1^2 l^2
    square = 8 / 15 * airy_zeros(1)[0] ** 2 * WELL.length**2
    direct = matrix_elements(WELL.states(2), lambda z: z**2)
    assert direct.value[0, 0] == pytest.approx(square, rel=1e-13)
    assert np.sum(WELL.position_elements(300)[0] ** 2) == pytest.approx(square, rel=2e-6)


def test_published_levels_give_one_squared_field_over_mass():
    each = squared_gradient_per_mass(PUBLISHED_LEVELS)
    assert each == pytest.approx(9.86, abs=0.005)
    assert field_gradient_of(PUBLISHED_LEVELS, 1.0) ** 2 == pytest.approx(9.86, abs=0.005)
    well = TriangularWell(field_gradient_of(PUBLISHED_LEVELS, 0.7), 0.7)
    assert well.levels(3) == pytest.approx(PUBLISHED_LEVELS, abs=0.006)  # printed to 0.01 meV


@given(field=positive, mass=positive)
def test_field_and_mass_follow_from_the_levels_and_each_other(field, mass):
    levels = TriangularWell(field, mass).levels(4)
    assert squared_gradient_per_mass(levels) == pytest.approx(field**2 / mass, rel=1e-12)
    assert field_gradient_of(levels, mass) == pytest.approx(field, rel=1e-12)
    assert mass_of(levels, field) == pytest.approx(mass, rel=1e-12)
    assert field_gradient_of(levels[:1], mass) == pytest.approx(field, rel=1e-12)


def test_states_can_be_handed_to_any_integral():
    assert isinstance(WELL.states(2), ConfinedStates)
    points = WELL.states(3).breakpoints
    assert points[0] == 0.0
    assert np.all(np.diff(points) > 0)
    assert WELL.states(3).wavefunctions(points[-1:]) == pytest.approx(0.0, abs=1e-18)


def test_cached_numbers_cannot_be_overwritten():
    for array in (airy_zeros(3), WELL.modulus_overlap(3).value, WELL.orthonormality(3).value):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0.0


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (
            lambda: TriangularWell(0.0, 1.0),
            "field_gradient = 0 meV/nm: a positive number is needed",
        ),
        (lambda: TriangularWell(8.0, -1.0), "mass = -1 m_e: a positive number is needed"),
        (lambda: TriangularWell(float("nan"), 1.0), "field_gradient = nan meV/nm"),
        (lambda: TriangularWell(8.0, float("inf")), "mass = inf m_e"),
        (lambda: WELL.levels(0), "count = 0: states are counted from the lowest one"),
        (lambda: WELL.modulus_overlap(-1), "count = -1: states are counted"),
        (lambda: WELL.wavefunction(0, np.zeros(2)), "index = 0: states are counted from 1"),
        (lambda: WELL.position_element(2, 0), "second = 0: states are counted from 1"),
        (lambda: field_gradient_of([16.87, 39.84], 1.0), "do not belong to one triangular well"),
        (lambda: field_gradient_of(PUBLISHED_LEVELS, 0.0), "mass = 0 m_e"),
        (lambda: mass_of(PUBLISHED_LEVELS, -8.0), "field_gradient = -8 meV/nm"),
        (lambda: mass_of([], 8.0), r"levels = \[\]: the levels of a well are positive and rising"),
        (lambda: mass_of([3.0, 2.0], 8.0), "positive and rising"),
        (lambda: mass_of([-3.0, 2.0], 8.0), "positive and rising"),
        (lambda: mass_of([3.0, float("nan")], 8.0), "positive and rising"),
    ],
)
def test_bad_input_says_what_is_wrong(action, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        action()
    assert caught.value.remedy
