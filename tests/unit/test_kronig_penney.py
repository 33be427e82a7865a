"""Band edges and dispersions against spectral elements, mpmath and closed forms."""

import dataclasses

import mpmath
import numpy as np
import pytest
from spectral_elements import KINETIC, Cell, bloch

from pairlab.electrons.wires.kronig_penney import (
    Superlattice,
    band_edges,
    band_energies,
    barrier_height_for,
    decay_exponent,
    density_on_nodes,
    phase,
    solutions_at_cell_edge,
    tan2_half_phase,
)
from pairlab.numerics.safe import complex_step
from pairlab.units import HBAR2_OVER_2M

RULES = ["psi_prime", "bendaniel_duke"]
H3S_LIKE = (0.85, 0.55, 3260.0, 0.86, 1.0)
STRUCTURES = [
    H3S_LIKE,
    (0.85, 0.55, 300.0, 0.86, 1.0),  # the third band lies above the barrier
    (0.4, 1.3, 900.0, 2.5, 0.3),
    (0.85, 0.55, 8.0, 0.86, 1.0),  # gaps much narrower than the bands
]
THETA = np.array([1e-3, 0.3, 1.0, np.pi / 2, 2.5, np.pi - 1e-3])


def exact_levels(cell, theta, guesses, digits=60):
    """Roots of cos(theta) = f(E), with `digits` digits (page, "The model").

    Each is bracketed within 1e-9 of its guess: f changes its sign there, or the guess is wrong.
    """
    with mpmath.workdps(digits):
        free = mpmath.mpf(KINETIC)
        ratio = mpmath.mpf(cell.barrier_mass) / mpmath.mpf(cell.well_mass)
        if cell.matching == "psi_prime":
            ratio = mpmath.mpf(1)

        def excess(energy):
            a = mpmath.sqrt(cell.well_mass * energy / free)
            b = mpmath.sqrt(cell.barrier_mass * (cell.barrier_height - energy) / free)
            x = b / a / ratio
            al, bw = a * mpmath.mpf(cell.well_width), b * mpmath.mpf(cell.barrier_width)
            value = mpmath.cos(al) * mpmath.cosh(bw)
            value += (x - 1 / x) / 2 * mpmath.sin(al) * mpmath.sinh(bw)
            return mpmath.re((value - mpmath.cos(theta)) / mpmath.cosh(bw))

        nearby = mpmath.mpf(10) ** -9
        brackets = [(g * (1 - nearby), g * (1 + nearby)) for g in guesses]
        assert all(excess(low) * excess(high) < 0 for low, high in brackets)
        return [mpmath.findroot(excess, ends, solver="anderson") for ends in brackets]


def sorted_edges(cell, bands, **accuracy):
    edges = [bloch(cell, theta, bands, **accuracy).energy for theta in (0.0, np.pi)]
    return np.sort(np.stack(edges, -1), -1)


@pytest.mark.parametrize("matching", RULES)
@pytest.mark.parametrize("numbers", STRUCTURES)
def test_edges_and_dispersion_agree_with_spectral_elements(numbers, matching):
    cell, lattice = Cell(*numbers, matching), Superlattice(*numbers, matching)
    edges = band_edges(lattice, 5)
    assert edges == pytest.approx(sorted_edges(cell, 5), rel=1e-9)
    for band in range(5):
        wanted = np.array([bloch(cell, angle, 5).energy[band] for angle in THETA])
        found = band_energies(lattice, edges[band], THETA)
        assert found == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("matching", RULES)
def test_both_edges_carry_all_digits(matching):
    cell = Cell(*H3S_LIKE, matching)
    edges = band_edges(Superlattice(*cell), 3)
    for band in range(3):
        at_zero, at_pi = edges[band] if band % 2 == 0 else edges[band][::-1]
        for energy, theta in ((at_zero, 0), (at_pi, mpmath.pi)):
            exact = exact_levels(cell, theta, [energy])[0]
            assert abs(float((exact - energy) / exact)) < 1e-14


def test_the_matching_rules_differ_and_agree_for_equal_masses():
    different = [band_edges(Superlattice(*H3S_LIKE, rule), 3) for rule in RULES]
    assert np.max(np.abs(different[0] - different[1])) > 1.0
    equal = (0.85, 0.55, 3260.0, 0.86, 0.86)
    same = [band_edges(Superlattice(*equal, rule), 3) for rule in RULES]
    assert same[0] == pytest.approx(same[1], rel=1e-14)


@pytest.mark.parametrize("matching", RULES)
def test_energy_at_the_barrier_top_is_a_removable_singularity(matching):
    lattice = Superlattice(*H3S_LIKE, matching)
    height = lattice.barrier_height

    def both(energy):
        return tan2_half_phase(lattice, energy), solutions_at_cell_edge(lattice, energy)[0]

    steps = np.array([-2.0, -1e-5, -1e-9, 0.0, 1e-9, 1e-5, 2.0])
    values = np.array([float(both(height + step)[0]) for step in steps])
    assert np.all(np.isfinite(values))
    assert values[1:-1] == pytest.approx(values[3], rel=1e-5)
    by_complex_step = complex_step(lambda e: tan2_half_phase(lattice, e), height + steps)
    assert by_complex_step[0] == pytest.approx(values, rel=1e-13)
    slopes = by_complex_step[1]
    difference = (values[-1] - values[0]) / 4.0
    assert slopes == pytest.approx(difference, rel=5e-2)
    assert slopes[1:-1] == pytest.approx(slopes[3], rel=1e-5)
    for odd in (False, True):
        # The unit of psi' changes at the barrier top, and no level is gained or lost by that.
        quadrants = [phase(lattice, height + step, odd=odd) // (np.pi / 2) for step in steps]
        assert len(set(quadrants)) == 1


def test_energy_zero_is_a_removable_singularity():
    lattice = Superlattice(*H3S_LIKE)
    values = [solutions_at_cell_edge(lattice, e) for e in (-1e-7, 0.0, 1e-7)]
    assert np.array(values[0]) == pytest.approx(np.array(values[2]), rel=1e-8)
    assert np.array(values[1]) == pytest.approx(np.array(values[2]), rel=1e-8)
    _, slope = complex_step(lambda e: solutions_at_cell_edge(lattice, e)[3], np.array(0.0))
    quotient = (
        float(solutions_at_cell_edge(lattice, 1e-2)[3])
        - float(solutions_at_cell_edge(lattice, -1e-2)[3])
    ) / 2e-2
    assert float(slope) == pytest.approx(quotient, rel=1e-6)


@pytest.mark.parametrize("energy", [-40.0, 10.0, 700.0, 3260.0, 3300.0, 9000.0])
@pytest.mark.parametrize("matching", RULES)
def test_wronskian_is_conserved(energy, matching):
    lattice = Superlattice(*H3S_LIKE, matching)
    even, even_slope, odd, odd_slope = solutions_at_cell_edge(lattice, energy)
    scale = np.exp(-decay_exponent(lattice, energy))  # each solution carries its root
    assert even * odd_slope - even_slope * odd == pytest.approx(scale, rel=1e-9)


@pytest.mark.parametrize("matching", RULES)
def test_deep_barriers_where_a_transfer_matrix_overflows(matching):
    # cosh(b W) = 1e38: bands are levels whose widths lie 1e-38 below them.
    cell = Cell(0.85, 0.55, 1e6, 0.86, 1.0, matching)
    edges = band_edges(Superlattice(*cell), 3)
    assert edges == pytest.approx(sorted_edges(cell, 3, degree=40), rel=1e-9)
    assert np.all(edges[:, 1] - edges[:, 0] <= 1e-12 * edges[:, 1])
    exact = [float(e) for e in exact_levels(cell, 1, edges[:, 0], digits=120)]
    assert edges[:, 0] == pytest.approx(exact, rel=1e-13)


@pytest.mark.parametrize("height", [1e4, 1e5, 1e6])
def test_first_correction_of_deep_wells(height):
    # E_n = hbar^2 pi^2 n^2/(2 m (L + 2/kappa)^2) to first order in 1/(kappa L), kappa at V - E.
    lattice = Superlattice(0.85, 0.55, height, 0.86, 0.86)
    for n, (bottom, _) in enumerate(band_edges(lattice, 3), start=1):
        kappa = np.sqrt(0.86 * (height - bottom) / KINETIC)
        free = KINETIC * np.pi**2 * n**2 / 0.86
        order = 1 / (kappa * 0.85)
        # The next term, from tan(a L/2) = kappa/a, is (4/3) (n pi)^2/(kappa L)^3.
        tolerance = 2 * (np.pi * n) ** 2 * order**3
        assert bottom == pytest.approx(free / (0.85 + 2 / kappa) ** 2, rel=tolerance)
        assert abs(bottom / (free / 0.85**2) - 1) > order  # the correction itself is seen


@pytest.mark.parametrize("mass", [1.0, 0.3])
def test_free_electrons(mass):
    lattice = Superlattice(0.85, 0.55, 0.0, mass, mass)
    edges = band_edges(lattice, 4)
    free = KINETIC / mass * (np.pi * np.arange(5) / 1.4) ** 2
    assert edges[:, 0] == pytest.approx(free[:-1], rel=1e-13, abs=1e-9)
    assert edges[:, 1] == pytest.approx(free[1:], rel=1e-13)
    theta = np.array([0.2, 1.5, 3.0])
    for band in range(4):
        wavevector = (band * np.pi + (theta if band % 2 == 0 else np.pi - theta)) / 1.4
        found = band_energies(lattice, edges[band], theta)
        assert found == pytest.approx(KINETIC / mass * wavevector**2, rel=1e-9)


@pytest.mark.parametrize("strength", [0.5, 6.0, 40.0])
def test_delta_barriers(strength):
    # W -> 0 with V W d m/hbar^2 = P: cos(k d) = cos(a d) + P sin(a d)/(a d); errors fall like W.
    period, theta = 1.4, np.array([0.4, 1.6, 2.8])
    errors = []
    for width in (1e-4, 1e-5, 1e-6):
        height = strength * 2 * KINETIC / (width * period)
        lattice = Superlattice(period - width, width, height, 1.0, 1.0)
        edges = band_edges(lattice, 3)
        worst = 0.0
        for band in range(3):
            energies = band_energies(lattice, edges[band], theta)
            ad = np.sqrt(energies / KINETIC) * period
            residual = np.cos(ad) + strength * np.sin(ad) / ad - np.cos(theta)
            worst = max(worst, np.max(np.abs(residual)))
        errors.append(worst)
    assert errors[2] < 1e-4 * (1 + strength)
    assert errors[1] == pytest.approx(errors[0] / 10, rel=0.1)
    assert errors[2] == pytest.approx(errors[1] / 10, rel=0.1)


def test_bands_alternate_and_do_not_cross():
    for numbers in STRUCTURES:
        edges = band_edges(Superlattice(*numbers), 6)
        assert np.all(edges[:, 1] > edges[:, 0])
        assert np.all(edges[1:, 0] > edges[:-1, 1])


@pytest.mark.parametrize("matching", RULES)
def test_density_on_nodes_is_the_bloch_density(matching):
    cell, lattice = Cell(*H3S_LIKE, matching), Superlattice(*H3S_LIKE, matching)
    state = bloch(cell, 1.1, 3)
    half_well, half_barrier = 0.85 / 2, 0.55 / 2
    for band in range(3):
        # The cell is symmetric: |z| in the well, distance from the nearer interface in the barrier.
        in_well = state.z < half_well
        z = np.abs(state.z[in_well])
        y = half_barrier - np.abs(state.z[~in_well] - half_well - half_barrier)
        found = density_on_nodes(lattice, state.energy[band : band + 1, None], z, y)[0]
        found = found / np.sum(state.weight * found)
        assert found == pytest.approx(state.density[band], rel=1e-7, abs=1e-9)


def test_densities_of_many_energies_are_those_of_each():
    lattice = Superlattice(*H3S_LIKE)
    energy = np.array([[250.0], [900.0], [3260.0], [5000.0]])
    nodes = np.linspace(0.01, 0.27, 5)
    together = density_on_nodes(lattice, energy, nodes, nodes)
    single = [density_on_nodes(lattice, one[None], nodes, nodes)[0] for one in energy]
    assert together == pytest.approx(np.array(single), rel=1e-13)


@pytest.mark.parametrize("matching", RULES)
@pytest.mark.parametrize("numbers", STRUCTURES)
def test_slope_of_the_phase_by_a_complex_step(numbers, matching):
    # Inside every band, against differences of fourth order; also where a band is narrow.
    lattice = Superlattice(*numbers, matching)
    for bottom, top in band_edges(lattice, 4):
        energy = bottom + (top - bottom) * np.array([0.05, 0.3, 0.7, 0.95])
        value, slope = complex_step(lambda e: tan2_half_phase(lattice, e), energy)
        assert value == pytest.approx(tan2_half_phase(lattice, energy), rel=1e-12)
        step = 1e-3 * (top - bottom)
        at = [tan2_half_phase(lattice, energy + k * step) for k in (-2, -1, 1, 2)]
        quotient = (8 * (at[2] - at[1]) - (at[3] - at[0])) / (12 * step)
        assert slope == pytest.approx(quotient, rel=1e-5)


@pytest.mark.parametrize("width", [274.0, 145.0, 142.0, 1e-6, 900.0])
def test_barrier_height_for_gives_that_width(width):
    height = barrier_height_for(Superlattice(0.85, 0.55, 0.0, 0.86, 1.0), band=3, width=width)
    assert height is not None
    cell = Cell(0.85, 0.55, height, 0.86, 1.0)
    edges = band_edges(Superlattice(*cell), 3)
    top, bottom = (
        exact_levels(cell, theta, [energy])[0]
        for theta, energy in ((mpmath.pi, edges[2, 1]), (0, edges[2, 0]))
    )
    assert float(top - bottom) == pytest.approx(width, rel=1e-12, abs=1e-11)


def test_barriers_of_the_paper():
    # The page: about 3.26 eV and 4.134 eV, and 4.16 eV in the companion paper.
    wires = Superlattice(0.85, 0.55, 0.0, 0.86, 1.0)
    for width, height in ((274.0, 3260.0), (145.0, 4134.0), (142.0, 4160.0)):
        assert barrier_height_for(wires, band=3, width=width) == pytest.approx(height, rel=2e-3)


def test_no_barrier_gives_more_than_the_free_width():
    free = Superlattice(0.85, 0.55, 0.0, 0.86, 1.0)
    widest = np.diff(band_edges(free, 3)[2])[0]
    assert barrier_height_for(free, band=3, width=widest * 1.001) is None
    almost = barrier_height_for(free, band=3, width=widest * 0.999)
    assert almost is not None
    assert almost > 0


@pytest.mark.parametrize("matching", RULES)
def test_energies_scale(matching):
    lattice = Superlattice(*H3S_LIKE, matching)
    scaled = dataclasses.replace(
        lattice, well_width=0.85 / 2, barrier_width=0.55 / 2, barrier_height=4 * 3260.0
    )
    assert band_edges(scaled, 4) == pytest.approx(4 * band_edges(lattice, 4), rel=1e-14)


def test_constant_of_nature():
    assert pytest.approx(KINETIC, rel=1e-14) == HBAR2_OVER_2M
    assert pytest.approx(38.0998212, rel=5e-9) == HBAR2_OVER_2M
