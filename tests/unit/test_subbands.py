"""Subbands against explicitly built Bloch functions, and the limits of their representation."""

import tomllib

import mpmath
import numpy as np
import pytest
from oracle import counted_states
from oracle.counted_states import NUMBERS
from spectral_elements import FREE_DENSITY, KINETIC, Cell, overlap

from pairlab.electrons.wires import subbands as module
from pairlab.electrons.wires.carriers import wire_carriers
from pairlab.electrons.wires.kronig_penney import Superlattice
from pairlab.electrons.wires.subbands import half_cell_nodes, on_phase_grid, subbands

COUNTED = tomllib.loads(counted_states.REFERENCE.read_text(encoding="utf-8"))
RULES = ["psi_prime", "bendaniel_duke"]
THETA = np.array([0.05, 0.8, np.pi / 2, 2.2, 3.1])


def overlaps(solved, theta):
    _, modes = on_phase_grid(solved, theta)
    return np.einsum("nka,namb,mqb->nmkq", modes, solved.overlap, modes)


@pytest.mark.parametrize("matching", RULES)
@pytest.mark.parametrize("height", [20.0, 900.0, 3260.0])
def test_overlap_against_bloch_functions(height, matching):
    numbers = (0.85, 0.55, height, 0.86, 1.0)
    found = overlaps(subbands(Superlattice(*numbers, matching), 3), THETA)
    cell = Cell(*numbers, matching)
    wanted = np.array(
        [
            [[[overlap(cell, n, k, m, q) for q in THETA] for k in THETA] for m in range(3)]
            for n in range(3)
        ]
    )
    assert np.max(np.abs(found - wanted)) < 1e-8


def test_overlap_of_plane_waves_is_one():
    found = overlaps(subbands(Superlattice(0.85, 0.55, 1e-9, 0.86, 0.86), 3), THETA[1:4])
    assert found == pytest.approx(1.0, abs=1e-7)


@pytest.mark.parametrize("height", [0.0, 20.0, 3260.0, 1e6])
def test_states_are_normalised(height):
    # The mean of d |psi|^2 over the cell is 1 for every band and wavevector.
    lattice = Superlattice(0.85, 0.55, height, 0.86, 1.0)
    solved = subbands(lattice, 4)
    _, modes = on_phase_grid(solved, THETA)
    _, _, weight = half_cell_nodes(lattice)
    assert weight.sum() == pytest.approx(lattice.period, rel=1e-13)
    charge = solved.mode_shapes @ np.sqrt(weight / lattice.period)
    assert np.einsum("nka,na->nk", modes, charge) == pytest.approx(1.0, abs=2e-9)


@pytest.mark.parametrize("matching", RULES)
def test_series_for_the_phase_is_the_derivative_of_the_dispersion(matching):
    cell = Cell(*NUMBERS, matching)
    solved = subbands(Superlattice(*NUMBERS, matching), 3)
    phi = np.array([0.1, 0.9, 1.7, 2.6, 3.0])
    for band in range(3):
        bottom, top = (mpmath.mpf(float(e)) for e in solved.edges[band])

        def theta_of(angle, bottom=bottom, top=top):
            energy = (bottom + top) / 2 - (top - bottom) / 2 * mpmath.cos(angle)
            return mpmath.acos(mpmath.re(_right_hand_side(cell, energy)))

        with mpmath.workdps(40):
            wanted = [float(abs(mpmath.diff(theta_of, mpmath.mpf(p)))) for p in phi]
        series = np.polynomial.chebyshev.chebval(-np.cos(phi), solved.phase_density[band])
        assert series == pytest.approx(np.array(wanted), rel=1e-8)


def _right_hand_side(cell, energy):
    """cos(k d) of the physics page."""
    free = mpmath.mpf(KINETIC)
    a = mpmath.sqrt(cell.well_mass * energy / free)
    b = mpmath.sqrt(cell.barrier_mass * (cell.barrier_height - energy) / free)
    x = b / a
    if cell.matching == "bendaniel_duke":
        x = (b / mpmath.mpf(cell.barrier_mass)) / (a / mpmath.mpf(cell.well_mass))
    al, bw = a * mpmath.mpf(cell.well_width), b * mpmath.mpf(cell.barrier_width)
    value = mpmath.cos(al) * mpmath.cosh(bw)
    return value + (x - 1 / x) / 2 * mpmath.sin(al) * mpmath.sinh(bw)


@pytest.mark.parametrize("matching", RULES)
@pytest.mark.parametrize("height", [3e4, 1e5])
def test_widths_of_flat_bands(height, matching):
    # top - bottom has no digits left in float64: 120 digits by mpmath.
    cell = Cell(0.85, 0.55, height, 0.86, 1.0, matching)
    solved = subbands(Superlattice(*cell), 3)
    for band in range(3):
        with mpmath.workdps(120):
            level = mpmath.mpf(float(solved.edges[band].mean()))
            nearby = mpmath.mpf(10) ** -12
            energies = [
                mpmath.findroot(
                    lambda e, t=target: (
                        mpmath.re(_right_hand_side(cell, e) - t)
                        * mpmath.exp(-mpmath.sqrt(height / KINETIC) * cell.barrier_width)
                    ),
                    (level * (1 - nearby), level * (1 + nearby)),
                    solver="anderson",
                    tol=mpmath.mpf(10) ** -90,
                )
                for target in (-1, 1)
            ]
            wanted = float(abs(mpmath.re(energies[1] - energies[0])))
        assert solved.width(band + 1) == pytest.approx(wanted, rel=1e-6)


def test_levels_and_overlaps_of_isolated_wells():
    # L I/d -> 3/2 and 1; psi = sqrt(2/(L + 2/kappa)) sin(...): corrections of order 1/(kappa L).
    lattice = Superlattice(0.85, 0.55, 1e6, 0.86, 1.0)
    solved = subbands(lattice, 3)
    found = overlaps(solved, THETA).mean((-1, -2)) * 0.85 / lattice.period
    kappa = np.sqrt(1e6 / KINETIC)
    wanted = np.where(np.eye(3) > 0, 1.5, 1.0)
    assert found == pytest.approx(wanted, rel=3 / (kappa * 0.85))
    deeper = subbands(Superlattice(0.85, 0.55, 1e8, 0.86, 1.0), 3)
    closer = overlaps(deeper, THETA).mean((-1, -2)) * 0.85 / lattice.period
    # Ten times larger kappa: a tenth of the correction.
    assert closer - wanted == pytest.approx((found - wanted) / 10, rel=0.05)


def mode_overlaps(solved):
    """I at the same y in all bands, from the series rather than from kz."""
    y = np.array([-0.9, -0.2, 0.6])
    modes = np.polynomial.chebyshev.chebval(y, np.moveaxis(solved.forms, -1, 0))
    return np.einsum("nak,namb,mbq->nmkq", modes, solved.overlap, modes)


def test_no_jump_where_bands_are_declared_flat(monkeypatch):
    # b W is just above 18 in band 1 and just below in the others: treat them both ways.
    lattice = Superlattice(0.85, 0.55, 43000.0, 0.86, 1.0)

    def solved(threshold):
        monkeypatch.setattr(module, "FLAT_EXPONENT", threshold)
        return subbands.__wrapped__(lattice, 3)

    series, flat = solved(1e9), solved(10.0)
    assert np.max(np.abs(mode_overlaps(series) - mode_overlaps(flat))) < 1e-7
    assert flat.half_width == pytest.approx(series.half_width, rel=1e-6)
    assert flat.edges == pytest.approx(series.edges, rel=1e-14)


@pytest.mark.parametrize("height", [6e3, 7e3, 9e3, 15e3, 25e3, 40e3, 43e3, 60e3])
def test_narrow_bands_are_smooth_series(height):
    # The narrower a band, the simpler: theta -> phi and |psi|^2 no longer depends on theta.
    lattice = Superlattice(0.85, 0.55, height, 0.86, 1.0)
    solved = subbands(lattice, 3)
    assert solved.smooth.all()
    assert solved.phase_density.shape[1] <= 32
    bound = 4 * np.exp(-module.decay_exponent(lattice, solved.edges[2, 1]))
    y = np.linspace(-1, 1, 9)
    slope = np.array([np.polynomial.chebyshev.chebval(y, row) for row in solved.phase_density])
    assert slope == pytest.approx(1.0, abs=max(10 * bound, 1e-8))


@pytest.mark.parametrize("height", [6e3, 7e3, 9e3, 15e3, 25e3, 40e3, 43e3, 60e3])
def test_energies_and_modes_of_narrow_bands_on_a_phase_grid(height):
    solved = subbands(Superlattice(0.85, 0.55, height, 0.86, 1.0), 3)
    energies, modes = on_phase_grid(solved, THETA)
    # Tight binding: E = centre -+ h cos(theta), corrections of relative order h/E.
    sign = np.array([-1.0, 1.0, -1.0])[:, None]
    centre, half = solved.edges.mean(1)[:, None], solved.half_width[:, None]
    wanted = centre + sign * half * np.cos(THETA)
    assert np.max(np.abs(energies - wanted) / half) < 0.1
    assert np.all(np.isfinite(modes))


# Densities of the normal state.


def carriers_of(mass, potential):
    solved = subbands(Superlattice(*NUMBERS), 3)
    return solved, wire_carriers(solved, chemical_potential=potential, cutoff=100.0, wire_mass=mass)


def density_id(entry):
    return f"{entry['place']}, mass {entry['mass']}, kt {entry['kt']}"


@pytest.mark.parametrize("entry", COUNTED["density"], ids=density_id)
def test_density_is_the_number_of_occupied_states(entry):
    _, carriers = carriers_of(entry["mass"], entry["chemical_potential"])
    found = float(carriers.normal_density(np.float64(entry["kt"])))
    assert found == pytest.approx(entry["density"], rel=1e-8)


@pytest.mark.parametrize("entry", COUNTED["density_of_states"], ids=lambda e: f"{e['energy']:.0f}")
def test_density_of_states_is_the_derivative_of_the_number_of_states(entry):
    _, carriers = carriers_of(entry["mass"], 0.0)
    found = np.asarray(carriers.density_of_states(np.array([entry["energy"]]))).sum()
    assert found == pytest.approx(entry["density_of_states"], rel=1e-6)


def test_stored_densities_are_those_of_the_oracle():
    cell = Cell(*NUMBERS)
    temperatures = sorted({entry["kt"] for entry in COUNTED["density"]})
    assert temperatures == [0.0, 1e-3, 1.0, 25.0, 400.0]
    for entry in COUNTED["density"]:
        # All at zero temperature; above, between two bands, where the sum takes no search.
        if entry["kt"] == 0.0 or (entry["kt"] == 1.0 and entry["chemical_potential"] < 2850):
            found = counted_states.density(
                cell, entry["mass"], entry["chemical_potential"], entry["kt"]
            )
            assert found == pytest.approx(entry["density"], rel=1e-10)
    for entry in COUNTED["density_of_states"][:2]:
        found = counted_states.density_of_states(cell, entry["mass"], entry["energy"])
        assert found == pytest.approx(entry["density_of_states"], rel=1e-9)


def test_density_of_states_below_at_and_far_above_a_band():
    solved, carriers = carriers_of(0.86, 0.0)
    bottom, top = solved.edges[0]
    at = np.asarray(carriers.density_of_states(np.array([bottom - 1e-6, top, top + 1e6])))[0]
    assert at[0] == 0.0
    assert np.isfinite(at[1])  # a logarithm, cut off at rounding
    # Far above, one dimension: sqrt(m/A)/(pi d)/(2 sqrt(E) N0) per spin, both signs of kx.
    wanted = np.sqrt(0.86 / KINETIC) / (2 * np.pi * 1.4) / np.sqrt(1e6 + (top - bottom) / 2)
    assert at[2] == pytest.approx(wanted / (FREE_DENSITY * 0.86), rel=1e-5)


@pytest.mark.parametrize("kt", [0.0, 1e-3, 5.0, 400.0])
@pytest.mark.parametrize("place", ["below every band", "in a band", "at a bottom", "at a top"])
def test_slope_of_the_density_is_finite(kt, place):
    edges = subbands(Superlattice(*NUMBERS), 3).edges
    potential = {
        "below every band": 10.0,
        "in a band": 250.0,
        "at a bottom": float(edges[2, 0]),
        "at a top": float(edges[2, 1]),
    }[place]
    _, carriers = carriers_of(0.86, potential)
    slope = carriers.density_slope(kt)
    assert np.isfinite(slope)
    assert slope >= 0.0


@pytest.mark.parametrize("kt", [0.0, 1e-2, 5.0, 400.0])
@pytest.mark.parametrize("offset", [-60.0, 40.0, 90.0])
def test_slope_of_the_density_is_a_central_difference(kt, offset):
    potential = subbands(Superlattice(*NUMBERS), 3).bottom(3) + offset
    _, carriers = carriers_of(0.86, potential)
    step = 0.5 if kt == 0 else 0.05 * kt
    at = [
        carriers.at_potential(potential + k * step).normal_density(kt) for k in (-2, -1, 1, 2)
    ]
    quotient = (8 * (at[2] - at[1]) - (at[3] - at[0])) / (12 * step)
    assert carriers.density_slope(kt) == pytest.approx(quotient, rel=2e-6)
