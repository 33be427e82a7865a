"""Wells by diagonalisation against exactly solvable ones and an independent shooting method."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import eval_hermite, factorial

from pairlab.electrons.wells.triangular import TriangularWell
from pairlab.electrons.wells.well import (
    ConfinedStates,
    Well,
    density_overlap,
    integral,
    matrix_elements,
    modulus_overlap,
    orthonormality,
    position_elements,
    solve,
)
from pairlab.errors import InputError, SolverError
from pairlab.units import HBAR2_OVER_2M

OPEN = {"open_start": True, "open_end": True}


def box(width, mass):
    return Well(lambda z: np.zeros_like(z), width, mass)


def oscillator(spring=50.0, mass=0.3, centre=8.0, width=16.0):
    return Well(lambda z: spring * (z - centre) ** 2, width, mass, **OPEN)


def bumpy(z):
    """A potential without any symmetry, meV."""
    return 30.0 * z + 400.0 * np.exp(-(((z - 4.0) / 1.5) ** 2)) + 60.0 * np.sin(z)


def shooting_level(potential, width, mass, guess, spread):
    """The level in guess +- spread from the zero of phi(width), phi(0) = 0 and phi'(0) = 1."""

    def end(energy):
        def slope(z, y):
            return [y[1], (potential(z) - energy) * mass / HBAR2_OVER_2M * y[0]]

        path = solve_ivp(slope, (0.0, width), [0.0, 1.0], method="DOP853", rtol=1e-12, atol=1e-14)
        return path.y[0, -1]

    return brentq(end, guess - spread, guess + spread, xtol=1e-11, rtol=1e-14)


@pytest.mark.parametrize("count", [1, 5, 60])
def test_box_has_its_textbook_levels_and_states(count):
    width, mass = 7.0, 0.3
    n = np.arange(1, count + 1)
    exact = HBAR2_OVER_2M / mass * (np.pi * n / width) ** 2
    found = solve(box(width, mass), count)
    assert found.levels == pytest.approx(exact, rel=1e-12)
    assert found.kinetic == pytest.approx(exact, rel=1e-12)
    z = np.linspace(0.0, width, 57)
    wanted = np.sqrt(2 / width) * np.sin(np.pi * np.outer(n, z) / width)
    wanted *= (-1.0) ** (n[:, None] + 1)  # positive toward the far wall
    assert found.wavefunctions(z) == pytest.approx(wanted, abs=1e-10)
    assert np.abs(found.slopes) == pytest.approx(
        np.tile(np.sqrt(2 / width) * np.pi * n / width, (2, 1)), rel=1e-8
    )


class BoxStates:
    """The states of a box in closed form, as `ConfinedStates`."""

    def __init__(self, width, count):
        self.width, self.n = width, np.arange(1, count + 1)

    @property
    def breakpoints(self):
        return np.unique([self.width * i / n for n in self.n for i in range(n + 1)])

    def wavefunctions(self, z):
        phase = np.pi * np.multiply.outer(self.n, z) / self.width
        return np.sqrt(2 / self.width) * np.sin(phase)


def box_integrals(states):
    """Integrals of three states of a box, what they are, and the largest factor beside phi phi'."""
    width, n, unit = 7.0, np.arange(1, 4), np.eye(3)
    square = width**2 * (1 / 3 - 1 / (2 * np.pi**2 * n**2))
    position = np.abs(position_elements(states).value)  # signs of states differ
    modulus = modulus_overlap(states).value
    return [
        (orthonormality(states).value, unit, 1.0),
        (density_overlap(states).value, (1 + unit / 2) / width, 2 / width),
        (position[0, 1], 16 * width / (9 * np.pi**2), width),
        (np.diag(position), np.full(3, width / 2), width),
        (np.diag(matrix_elements(states, lambda z: z**2).value), square, width**2),
        (modulus[0, 1], 8 / (3 * np.pi), 1.0),  # 4 Int_0^1 s^2 ds (2/pi)
        (np.diag(modulus), np.ones(3), 1.0),
    ]


def test_integrals_of_the_box_are_exact():
    for value, exact, _ in box_integrals(BoxStates(7.0, 3)):
        assert value == pytest.approx(exact, rel=1e-12, abs=1e-13)


def test_integrals_of_the_box_found_are_as_good_as_its_states():
    """An error e of each state changes an integral over two by 2 e at most, over four by 4 e."""
    found = solve(box(7.0, 0.3), 3)
    allowed = 4 * found.wavefunction_errors.max() + 1e-12
    assert allowed < 1e-10
    for value, exact, largest in box_integrals(found):
        assert value == pytest.approx(exact, rel=0, abs=allowed * largest)


def test_harmonic_oscillator_is_exact():
    spring, mass = 50.0, 0.3
    quantum = 2 * np.sqrt(spring * HBAR2_OVER_2M / mass)
    size = np.sqrt(np.sqrt(HBAR2_OVER_2M / mass / spring))
    found = solve(oscillator(spring, mass), 4)
    assert found.levels == pytest.approx(quantum * (np.arange(4) + 0.5), rel=1e-12)
    assert np.all(np.abs(found.levels / quantum - np.arange(4) - 0.5) < 1e-9)
    elements = matrix_elements(found, lambda z: (z - 8.0) / size).value
    ladder = np.diag(np.sqrt(np.arange(1, 4) / 2), 1)
    assert elements == pytest.approx(ladder + ladder.T, abs=1e-9)
    assert modulus_overlap(found).value[0, 1] == pytest.approx(np.sqrt(2 / np.pi), abs=1e-11)
    assert density_overlap(found).value[0, 0] == pytest.approx(
        1 / (np.sqrt(2 * np.pi) * size), rel=1e-11
    )


@pytest.mark.parametrize(("field", "mass", "width"), [(8.0, 0.15, 60.0), (40.0, 3.0, 14.0)])
def test_a_triangle_has_the_airy_levels_and_overlaps(field, mass, width):
    exact = TriangularWell(field, mass)
    found = solve(Well(lambda z: field * z, width, mass, open_end=True), 4)
    assert found.levels == pytest.approx(exact.levels(4), rel=1e-13)
    assert np.all(found.level_errors < 1e-10 * found.levels)
    z = np.linspace(0.0, width, 101)
    assert found.wavefunctions(z) == pytest.approx(exact.states(4).wavefunctions(z), abs=1e-11)
    for function in (orthonormality, modulus_overlap, density_overlap, position_elements):
        assert function(found).value == pytest.approx(function(exact.states(4)).value, abs=1e-10)


def test_an_image_charge_at_the_wall_has_the_hydrogen_levels():
    # U = -A/z: E_n = -A^2/(4 hbar^2/2m n^2), as for electrons on liquid helium
    strength, mass = 100.0, 0.5
    scale = HBAR2_OVER_2M / mass
    found = solve(Well(lambda z: -strength / z, 200.0, mass, open_end=True), 3)
    n = np.arange(1, 4)
    assert found.levels == pytest.approx(-(strength**2) / (4 * scale * n**2), rel=1e-12)
    radius = 2 * scale / strength
    assert np.diag(position_elements(found).value) == pytest.approx(1.5 * radius * n**2, rel=1e-9)


def test_a_finite_square_well_solves_its_matching_condition():
    depth, width, mass = 300.0, 3.0, 0.5
    scale = HBAR2_OVER_2M / mass

    def mismatch(energy):  # odd states of the full well of twice the width: phi(0) = 0
        k, kappa = np.sqrt(energy / scale), np.sqrt((depth - energy) / scale)
        return k * np.cos(k * width) + kappa * np.sin(k * width)

    grid = np.linspace(1e-3, depth - 1e-3, 2000)
    values = [mismatch(e) for e in grid]
    exact = [
        brentq(mismatch, a, b, xtol=1e-12)
        for (a, b), (x, y) in zip(pairwise(grid), pairwise(values), strict=True)
        if x * y < 0
    ]
    well = Well(
        lambda z: np.where(z < width, 0.0, depth), 24.0, mass, steps=(width,), open_end=True
    )
    found = solve(well, len(exact))
    assert len(exact) >= 2
    assert found.levels == pytest.approx(exact, rel=1e-11)
    assert orthonormality(found).value == pytest.approx(np.eye(len(exact)), abs=1e-12)
    with pytest.raises(InputError, match="the end of the grid would shift it"):
        solve(well, len(exact) + 1)  # the next one is not bound
    with pytest.raises(InputError, match="has not converged"):
        solve(Well(lambda z: np.where(z < np.e, 0.0, depth), 24.0, mass, open_end=True), 2)


def test_a_well_without_symmetry_agrees_with_shooting():
    found = solve(Well(bumpy, 12.0, 0.4), 5)
    for level in found.levels:
        exact = shooting_level(bumpy, 12.0, 0.4, level, 0.3)
        assert level == pytest.approx(exact, rel=1e-9)


def test_oscillator_strengths_add_up_to_one():
    soft = solve(oscillator(), 2)
    element = position_elements(soft).value[0, 1]
    strength = 0.3 / HBAR2_OVER_2M * (soft.levels[1] - soft.levels[0]) * element**2
    assert strength == pytest.approx(1.0, rel=1e-9)
    hard = solve(Well(bumpy, 12.0, 0.4), 60)
    elements = (hard.amplitudes * hard.weights * hard.z) @ hard.amplitudes[0]
    strengths = 0.4 / HBAR2_OVER_2M * (hard.levels - hard.levels[0]) * elements**2
    assert strengths.sum() == pytest.approx(1.0, abs=3e-4)


def test_forces_balance():
    # (E_i - E_j)^2 <i|z|j> = (hbar^2/m) [<i|U'|j> + (hbar^2/2m) phi_i' phi_j' between the walls]
    found = solve(Well(bumpy, 12.0, 0.4), 5)
    scale = found.levels[-1]
    kinetic = HBAR2_OVER_2M / 0.4

    def force(z):
        hill = 400.0 * np.exp(-(((z - 4.0) / 1.5) ** 2))
        return 30.0 - 2 * (z - 4.0) / 1.5**2 * hill + 60.0 * np.cos(z)

    start, end = (np.outer(slope, slope) for slope in found.slopes)
    right = 2 * kinetic * (matrix_elements(found, force).value + kinetic * (end - start))
    left = np.subtract.outer(found.levels, found.levels) ** 2 * position_elements(found).value
    assert left == pytest.approx(right, abs=1e-9 * scale**2)


@given(mass=st.floats(0.05, 5.0), width=st.floats(0.5, 50.0))
def test_levels_scale_with_mass_and_width(mass, width):
    scale = HBAR2_OVER_2M / (mass * width**2)
    well = Well(lambda z: scale * bumpy(12.0 * z / width), width, mass)
    unit = Well(lambda z: HBAR2_OVER_2M * bumpy(12.0 * z), 1.0, 1.0)
    found, wanted = solve(well, 3), solve(unit, 3)
    assert found.levels / scale == pytest.approx(wanted.levels / HBAR2_OVER_2M, rel=1e-10)


def test_grid_and_functions_are_the_same_states():
    found = solve(Well(bumpy, 12.0, 0.4), 5)
    assert isinstance(found, ConfinedStates)
    assert found.weights.sum() == pytest.approx(12.0, rel=1e-13)
    assert found.wavefunctions(found.z) == pytest.approx(found.amplitudes, abs=1e-12)
    assert (found.amplitudes * found.weights) @ found.amplitudes.T == pytest.approx(
        np.eye(5), abs=1e-12
    )
    assert found.wavefunction(2, found.z) == pytest.approx(found.amplitudes[1], abs=1e-12)
    assert np.all(found.wavefunctions(np.array([-1.0, 12.5])) == 0.0)
    nodes = sorted(set(found.breakpoints) - set(found.edges))
    assert len(nodes) == 0 + 1 + 2 + 3 + 4
    assert np.min(np.abs(found.wavefunctions(np.array(nodes))), axis=0) == pytest.approx(
        0.0, abs=1e-12
    )


def test_error_estimates_cover_the_errors():
    kinked = Well(lambda z: 100 * np.abs(z - np.e), 9.0, 0.4)
    rough = solve(kinked, 4, tolerance=1e-3)
    exact = solve(Well(kinked.potential, 9.0, 0.4, steps=(float(np.e),)), 4)
    error = np.abs(rough.levels - exact.levels)
    assert np.all(error <= rough.level_errors)
    assert np.max(error) > 1e3 * np.max(exact.level_errors)
    moved = rough.wavefunctions(exact.z) - exact.amplitudes
    assert np.all(np.sqrt(moved**2 @ exact.weights) <= rough.wavefunction_errors)


def oscillator_states(size, centre, count):
    def states(z):
        x = (z - centre) / size
        rows = [eval_hermite(n, x) / np.sqrt(2.0**n * factorial(n)) for n in range(count)]
        return np.array(rows) * np.exp(-(x**2) / 2) / np.sqrt(np.sqrt(np.pi) * size)

    return states


@pytest.mark.parametrize(
    ("well", "exact", "largest"),
    [
        (box(7.0, 0.3), BoxStates(7.0, 6).wavefunctions, 3e-11),
        (box(2.0, 1.0), BoxStates(2.0, 1).wavefunctions, 3e-11),
        (
            Well(lambda z: 8.0 * z, 60.0, 0.15, open_end=True),
            TriangularWell(8.0, 0.15).states(4).wavefunctions,
            3e-11,
        ),
        (
            oscillator(),
            oscillator_states(np.sqrt(np.sqrt(HBAR2_OVER_2M / 0.3 / 50.0)), 8.0, 4),
            1e-6,
        ),
    ],
    ids=["box", "one state", "triangle", "oscillator that the ends cut"],
)
def test_errors_of_states_cover_rounding_and_open_ends(well, exact, largest):
    count = len(exact(np.zeros(1)))
    found = solve(well, count)
    wanted = exact(found.z)
    wanted *= np.sign((wanted * found.amplitudes) @ found.weights)[:, None]
    moved = np.sqrt((found.amplitudes - wanted) ** 2 @ found.weights)
    assert np.all(moved <= found.wavefunction_errors)
    assert np.max(found.wavefunction_errors) < largest


def test_the_shift_by_the_end_of_the_grid_is_estimated():
    exact = TriangularWell(8.0, 0.15).levels(2)
    cut = solve(Well(lambda z: 8.0 * z, 24.0, 0.15, open_end=True), 2, tolerance=1e-2)
    lifted = cut.levels - exact
    assert np.all(lifted > 0)
    assert cut.level_errors == pytest.approx(lifted, rel=0.3)
    with pytest.raises(InputError, match=r"state 1 of the well has not decayed at z = 24 nm"):
        solve(Well(lambda z: 8.0 * z, 24.0, 0.15, open_end=True), 2)
    with pytest.raises(InputError, match=r"has not decayed at z = 0 nm"):
        solve(Well(lambda z: 8.0 * (24.0 - z), 24.0, 0.15, open_start=True), 2)


def test_mirrored_wells_have_the_same_levels():
    here = solve(Well(bumpy, 12.0, 0.4), 4)
    there = solve(Well(lambda z: bumpy(12.0 - z), 12.0, 0.4), 4)
    assert there.levels == pytest.approx(here.levels, rel=1e-12)
    assert np.abs(there.wavefunctions(12.0 - here.z)) == pytest.approx(
        np.abs(here.amplitudes), abs=1e-10
    )


def test_a_constant_added_to_the_potential_is_added_to_the_levels():
    here = solve(Well(bumpy, 12.0, 0.4), 3)
    lifted = solve(Well(lambda z: bumpy(z) - 5000.0, 12.0, 0.4), 3)
    assert lifted.levels + 5000.0 == pytest.approx(here.levels, rel=1e-12)
    flat = solve(Well(lambda z: 25.0, 7.0, 0.3), 2)
    assert flat.levels == pytest.approx(solve(box(7.0, 0.3), 2).levels + 25.0, rel=1e-12)


def test_levels_that_coincide_are_refused():
    # Two identical wells: the tunnel splitting lies far below rounding, and the states of each
    # mesh are arbitrary mixtures.
    def barrier(z):
        return 1e5 * np.exp(-(((z - 10.0) / 3.0) ** 2)) + np.where(z < 10.0, 0.0, 1e-13)

    with pytest.raises(InputError, match="levels that coincide"):
        solve(Well(barrier, 20.0, 0.5, steps=(10.0,)), 2)


def test_an_integrand_that_is_not_integrable_is_refused():
    found = solve(box(7.0, 0.3), 1)
    with pytest.raises(SolverError, match="is known to"):
        integral(found, lambda z, phi: phi / np.abs(z - np.e))


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (lambda: box(0.0, 1.0), "width = 0 nm: a positive number is needed. Give width in nm"),
        (lambda: box(float("inf"), 1.0), "width = inf nm"),
        (lambda: box(5.0, -0.1), "mass = -0.1 m_e: a positive number is needed"),
        (lambda: Well(bumpy, 5.0, 1.0, steps=(3.0, 2.0)), r"steps = \(3.0, 2.0\): steps divide"),
        (lambda: Well(bumpy, 5.0, 1.0, steps=(5.0,)), "strictly inside the well"),
        (lambda: Well(bumpy, 5.0, 1.0, steps=(float("nan"),)), "strictly inside the well"),
        (lambda: solve(box(5.0, 1.0), 0), "count = 0: states are counted"),
        (lambda: solve(box(5.0, 1.0), 61), "Ask for 1 to 60 states"),
        (lambda: solve(Well(lambda z: z[:3], 5.0, 1.0), 1), r"the potential has shape \(3,\)"),
        (
            lambda: solve(Well(lambda z: np.where(z > 2.5, np.inf, 0.0), 5.0, 1.0), 1),
            r"the potential is not finite at z = 2\.\d+ nm: inside the walls",
        ),
        (lambda: solve(Well(lambda z: np.nan * z, 5.0, 1.0), 1), "the potential is not finite"),
        (lambda: solve(Well(lambda z: np.inf, 5.0, 1.0), 1), "the potential is not finite"),
        (lambda: solve(Well(bumpy, 12.0, 0.4), 2).wavefunction(3, np.zeros(1)), "from 1 to 2"),
        (lambda: solve(Well(bumpy, 12.0, 0.4), 2).wavefunction(0, np.zeros(1)), "index = 0"),
        (
            lambda: solve(Well(lambda z: 0.0, 5.0, 1.0, open_end=True), 1),
            "state 1 of the well has not decayed at z = 5 nm: its level is",
        ),
    ],
)
def test_bad_input_says_what_is_wrong(action, sentence):
    with pytest.raises(InputError, match=sentence) as caught:
        action()
    assert caught.value.remedy
