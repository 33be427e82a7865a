"""Below Tc: the density equation by brute force, continuity at Tc, the law of the square root."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from spectral_elements import BOLTZMANN, KINETIC, Cell, bloch

import pairlab as pl

H3S = pl.Superstripes.preset("h3s", coupling=0.4, subbands=3)
ETAS = [-0.3, 0.0, 1.0]


@cache
def at(eta):
    return H3S.replace(lifshitz=eta)


@cache
def tc(eta):
    return pl.critical_temperature(at(eta)).value


def cosine_series(values):
    """Coefficients in cos(m theta) of columns given at midpoints of (0, pi)."""
    count = len(values)
    theta = np.pi * (np.arange(count) + 0.5) / count
    series = 2 / count * np.cos(np.arange(count)[:, None] * theta) @ values
    series[0] /= 2
    return series


@cache
def energies():
    """Series of E_n(theta), meV, from spectral elements."""
    lattice = H3S.lattice()
    cell = Cell(0.85, 0.55, lattice.barrier_height, 0.86, 1.0)
    theta = np.pi * (np.arange(40) + 0.5) / 40
    series = cosine_series(np.array([bloch(cell, float(t), 3).energy for t in theta]))
    assert np.max(np.abs(series[-6:])) < 1e-9 * np.max(np.abs(series))
    return series


def on(series, theta):
    return np.polynomial.chebyshev.chebval(np.cos(theta), series)


def panels(points, order=24):
    """Gauss nodes between neighbours, quadratically dense toward both."""
    x, w = np.polynomial.legendre.leggauss(order)
    u, weight = (x + 1) / 2, w / 2
    nodes = [a + (b - a) * u**2 * (3 - 2 * u) for a, b in pairwise(points)]
    weights = [(b - a) * weight * 6 * u * (1 - u) for a, b in pairwise(points)]
    return np.concatenate(nodes), np.concatenate(weights)


def crossings(series, energy):
    """theta where a monotone E(theta) passes an energy."""
    grid = np.linspace(0, np.pi, 20001)
    values = on(series, grid) - energy
    hits = np.flatnonzero(values[1:] * values[:-1] < 0)
    return grid[hits] - values[hits] * (grid[1] - grid[0]) / (values[hits + 1] - values[hits])


def carriers_per_area(potential, kt, cutoff, gaps=None):
    """(1/d) Int_0^pi dtheta/pi Int dkx/(2 pi) Sum_n (1 - (xi/E) tanh(E/2kT)), 1/nm^2.

    gaps: series of Delta_n(theta), meV; they act within the cutoff.
    """
    lattice, total = H3S.lattice(), 0.0
    for band, series in enumerate(energies().T):
        marks = [crossings(series, potential + x) for x in (-cutoff, 0.0, cutoff)]
        theta, outer = panels(np.unique(np.concatenate([[0.0, np.pi], *marks])), 40)
        bottom = on(series, theta)
        delta = np.zeros_like(theta) if gaps is None else on(gaps[:, band], theta)
        for angle_weight, foot, gap in zip(outer, bottom - potential, delta, strict=True):
            # q = hbar kx/sqrt(2 m), xi = foot + q^2; structures are as wide as kT and Delta.
            scales = [s * w for w in (0, 1, 3, 10, 30) for s in (-kt, kt, -gap, gap)]
            marks = np.array([-cutoff, 0.0, cutoff, 40 * kt, *scales])
            marks = np.unique(np.clip(marks, None, max(40 * kt, cutoff)) - foot)
            if not np.any(marks > 0):
                continue  # no state at this kz that is occupied
            q, weight = panels(np.sqrt(np.concatenate([[0.0], marks[marks > 0]])), 12)
            xi = foot + q**2
            pair = np.where(np.abs(xi) < cutoff, np.hypot(xi, gap), np.abs(xi))
            occupied = 1 - xi / np.maximum(pair, 1e-300) * np.tanh(pair / (2 * kt))
            total += 2 * angle_weight * np.sum(weight * occupied)
    return total * np.sqrt(H3S.wire_mass / KINETIC) / (lattice.period * 2 * np.pi**2)


@pytest.mark.parametrize(("eta", "fraction"), [(1.0, 0.5), (1.0, 0.05), (0.0, 0.5)])
def test_density_is_that_of_the_normal_state_at_tc(eta, fraction):
    m, kelvin = at(eta), fraction * tc(eta)
    found = pl.gap(m, kelvin).isel(temperature=0)
    gaps = cosine_series(found.gap.transpose("kz", "subband").values)
    assert np.max(np.abs(gaps[-8:])) < 1e-7 * np.max(np.abs(gaps))
    potential, kt = float(found.chemical_potential), kelvin * BOLTZMANN
    wanted = carriers_per_area(m.chemical_potential, tc(eta) * BOLTZMANN, m.cutoff)
    paired = carriers_per_area(potential, kt, m.cutoff, gaps)
    unpaired = carriers_per_area(potential, kt, m.cutoff)
    # What pairing and temperature move is the scale on which the equation is tested.
    moved = max(abs(unpaired - wanted), abs(paired - unpaired))
    assert moved > 1e-5 * wanted
    assert abs(paired - wanted) < 1e-4 * moved


@pytest.mark.parametrize("eta", ETAS)
def test_chemical_potential_is_continuous_at_tc(eta):
    m = at(eta)
    below = np.array([1e-2, 1e-3, 1e-4, 1e-6])
    kelvin = tc(eta) * np.concatenate([1 - below, [1.0, 1 + 1e-6]])
    found = pl.chemical_potential(m, kelvin, throw=False).chemical_potential.values
    shift = found - m.chemical_potential
    # Linear in 1 - T/Tc below Tc, down to rounding of mu.
    rounding = 1e-11
    assert abs(shift[2] - shift[1] / 10) < 0.02 * abs(shift[1] / 10) + rounding
    assert abs(shift[3] - shift[2] / 100) < 0.02 * abs(shift[2] / 100) + rounding
    assert abs(shift[4]) < 1e-9
    assert abs(shift[5]) < 1e-5 * tc(eta) * BOLTZMANN + rounding


@pytest.mark.parametrize("held", ["chemical_potential", "density"])
@pytest.mark.parametrize("eta", ETAS)
def test_gap_closes_as_a_square_root(eta, held):
    below = np.array([1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7])
    found = pl.gap(at(eta).replace(fixed=held), tc(eta) * (1 - below), throw=False)
    scaled = found.gap.values / np.sqrt(below)[:, None, None]
    error = found.gap_error.values / np.sqrt(below)
    # Delta/sqrt(1 - T/Tc) = C (1 + c (1 - T/Tc)) with c of order 1. At fixed density the shift of
    # mu moves the quadrature nodes: there the error that is reported has to cover the rest.
    law = scaled[1] + (scaled[1] - scaled[0]) / 9
    for distance, value, reported in zip(below, scaled, error, strict=True):
        allowed = 3 * distance * law.max() + (reported if held == "density" else 1e-5 * law.max())
        assert np.max(np.abs(value - law)) <= allowed
    assert scaled.max() > 0.5 * tc(eta) * BOLTZMANN


@pytest.mark.parametrize("held", ["chemical_potential", "density"])
@pytest.mark.parametrize("eta", ETAS)
@pytest.mark.parametrize("below", [1e-3, 1e-5, 1e-7])
def test_gap_is_good_however_close_to_tc(eta, held, below):
    found = pl.gap(at(eta).replace(fixed=held), tc(eta) * (1 - below), throw=False)
    assert int(found.result_code[0]) == 0
    # Tc is good to 1e-7, so that 1 - T/Tc, and with it the gap, is known to 1e-7/(1 - T/Tc).
    largest = float(found.gap.max())
    assert 0 < largest < 4 * np.sqrt(below) * tc(eta) * BOLTZMANN
    assert float(found.gap_error[0]) < largest * 1e-7 / below + 1e-5 * tc(eta) * BOLTZMANN


@pytest.mark.parametrize("eta", ETAS)
def test_no_gap_at_and_above_tc(eta):
    found = pl.gap(at(eta), tc(eta) * np.array([1.0 + 1e-9, 1.5]))
    assert np.all(found.gap == 0.0)


@pytest.mark.parametrize("held", ["chemical_potential", "density"])
@pytest.mark.parametrize("eta", ETAS)
def test_a_grid_of_temperatures_equals_single_ones(eta, held):
    m = at(eta).replace(fixed=held)
    kelvin = tc(eta) * np.array([0.9, 0.0, 0.5, 0.999, 1.2])
    grid = pl.gap(m, kelvin)
    for index, one in enumerate(kelvin):
        alone = pl.gap(m, one).isel(temperature=0)
        assert grid.gap.values[index] == pytest.approx(alone.gap.values, rel=1e-8, abs=1e-12)
        assert float(grid.chemical_potential[index]) == pytest.approx(
            float(alone.chemical_potential), rel=1e-12
        )


@pytest.mark.parametrize("eta", ETAS)
def test_what_is_held_does_not_change_tc(eta):
    held = at(eta).replace(fixed="chemical_potential")
    assert pl.critical_temperature(held).value == tc(eta)
