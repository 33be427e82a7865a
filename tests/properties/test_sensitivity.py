"""Sensitivities of Tc are finite and right wherever a mechanism may be put; Tc is monotone."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import pairlab as pl
from pairlab.pairing.modes.equation import GapEquation
from pairlab.pairing.problem import GapSolver
from pairlab.pairing.sensitivity import log_slope
from pairlab.solution import CODES, Result
from pairlab.units import BOLTZMANN

H3S = pl.Superstripes.preset("h3s", coupling=0.25, subbands=3, softening="none")
GOOD = (Result.SUCCESS, Result.INACCURATE)


@cache
def problem():
    return H3S.problem()


EDGES = problem().equation.carriers.edges
BOTTOM = float(EDGES[0, 0])
WIDTH = float(EDGES[2, 1] - EDGES[2, 0])


def moved(potential, cutoff=230.0, factor=1.0):
    """The problem at another chemical potential and cutoff, meV, its kernel times a factor."""
    carriers = problem().equation.carriers.at_potential(potential)
    carriers = replace(carriers, cutoff=cutoff)
    equation = GapEquation(factor * problem().equation.kernel, carriers, True)
    return replace(problem(), equation=equation)


def slopes(potential, cutoff, factor=1.0):
    """d ln Tc by the chemical potential, the logarithm of the cutoff and that of the kernel."""
    here = moved(potential, cutoff, factor)
    return [
        log_slope(here, lambda s: moved(potential + s, cutoff, factor)),
        log_slope(here, lambda s: moved(potential, cutoff * np.exp(s), factor)),
        log_slope(here, lambda s: moved(potential, cutoff, factor * np.exp(s))),
    ]


def quotient(at, step):
    """(ln Tc at +step - ln Tc at -step)/(2 step)."""
    return (at(step).point.log_kt - at(-step).point.log_kt) / (2 * step)


energies = st.one_of(
    st.floats(1.0, float(EDGES[2, 1]) + 800.0), st.sampled_from(EDGES.ravel().tolist())
)


@given(energies, st.floats(20.0, 600.0))
@example(BOTTOM / 2, BOTTOM / 4)  # below all bands: nothing within the cutoff
@example(BOTTOM - 50.0, 50.0)  # the window ends at the bottom of the first band
@example(float(EDGES[2, 1]), 600.0)
def test_slopes_of_tc_are_finite_and_right(potential, cutoff):
    critical = moved(potential, cutoff).critical()
    assert np.isfinite(critical.value)
    assert critical.result in (*GOOD, Result.NO_SUPERCONDUCTIVITY)
    if critical.result not in GOOD:
        return
    by_potential, by_cutoff, by_kernel = slopes(potential, cutoff)
    for slope in (by_potential, by_cutoff, by_kernel):
        assert np.isfinite(slope.value)
        assert np.isfinite(slope.error)
    assert by_cutoff.value > 0  # more states, all of them attracting
    assert by_kernel.value > 0
    for slope, at, step in (
        (by_potential, lambda s: moved(potential + s, cutoff), 1e-3),
        (by_cutoff, lambda s: moved(potential, cutoff * np.exp(s)), 1e-5),
        (by_kernel, lambda s: moved(potential, cutoff, np.exp(s)), 1e-5),
    ):
        wanted = quotient(at, step)
        # Of the difference: rounding, and what differences of two steps differ by at a kink.
        rough = abs(wanted - quotient(at, 3 * step)) + 1e-10 / step
        assert abs(slope.value - wanted) <= 3 * slope.error + rough + 1e-5 * abs(wanted)


def test_empty_bands_do_not_superconduct():
    eta = (BOTTOM / 2 - EDGES[2, 0]) / WIDTH
    m = H3S.replace(lifshitz=eta, phonon_energy=BOTTOM / 4)
    found = pl.critical_temperature(m)
    assert (found.value, found.result) == (0.0, Result.NO_SUPERCONDUCTIVITY)
    assert moved(BOTTOM / 2, BOTTOM / 4).critical().result is Result.NO_SUPERCONDUCTIVITY
    without = pl.sensitivity(m, fields=["lifshitz", "coupling"], throw=False)
    assert np.all(without.result_code == Result.NO_SUPERCONDUCTIVITY.code)
    assert np.all(np.isnan(without.logarithmic_derivative))
    assert np.all(np.isnan(without.derivative))


@pytest.mark.parametrize("factor", [0.0, -1.0])
def test_without_attraction_there_is_no_tc(factor):
    here = moved(float(EDGES[2, 0]) + 100.0, 230.0, factor)
    critical = here.critical()
    assert (critical.value, critical.result) == (0.0, Result.NO_SUPERCONDUCTIVITY)
    assert np.all(np.isfinite(here.point.gap))
    assert np.isfinite(here.point.slope)


@given(st.floats(float(EDGES[2, 0]) - 200.0, float(EDGES[2, 1]) + 200.0), st.floats(0.0, 1.2))
@example(float(EDGES[2, 0]), 0.5)
@example(float(EDGES[2, 1]), 1.0)
def test_the_gap_is_finite_and_continuous(potential, reduced):
    reduced_gaps = []
    for shift in (0.0, 1e-3):
        here = moved(potential + shift)
        kelvin = np.array([reduced * here.critical().value])
        found = here.part(GapSolver).gaps(kelvin)
        assert CODES[found.code[0]] in GOOD
        assert np.all(np.isfinite(found.gap))
        assert found.gap.shape == (1, 3, 32)
        reduced_gaps.append(found.gap[0] / here.point.kt)
    assert np.abs(reduced_gaps[1] - reduced_gaps[0]).max() < 1e-2


@given(st.floats(-1.5, 2.5), st.floats(0.0, 0.8), st.floats(1e-3, 0.5))
@example(0.0, 0.25, 1e-3)
@example(-0.34, 0.25, 0.1)
def test_tc_rises_with_the_coupling_at_fixed_cutoff(eta, coupling, more):
    low, high = (
        H3S.replace(lifshitz=eta, coupling=g).problem().point.log_kt
        for g in (coupling, coupling + more)
    )
    # Band 3 outside the window does not count: equal then, to the accuracy of the root.
    assert high >= low - 1e-9
    window = H3S.replace(lifshitz=eta).chemical_potential + H3S.cutoff
    if window > EDGES[2, 0] + 1.0:
        assert high > low


couplings = st.floats(-0.5, 1.0)


def two_bands(first, exchange, second, ratio):
    return pl.Multiband(
        couplings=[[first, exchange], [exchange, second]], cutoff=30.0, densities=[1.0, ratio]
    )


@given(couplings, couplings, couplings, st.floats(0.1, 10.0))
@example(0.3, 0.0, 0.3, 1.0)  # two bands with one Tc: the eigenvector is arbitrary
@example(0.0, 0.0, 0.0, 1.0)
@example(-0.2, 0.3, -0.2, 1.0)
def test_sensitivities_of_two_bands(first, exchange, second, ratio):
    """Against the closed form: all bands share X(T) = Int_0^w tanh(x/2kT)/x dx.

    With mu = 1/X(Tc) the largest eigenvalue of nu^(1/2) g nu^(1/2) and u its unit vector,
    d ln Tc/dp = (u^T d(nu^(1/2) g nu^(1/2))/dp u)/(mu^2 tanh(w/2kTc)).
    """
    m = two_bands(first, exchange, second, ratio)
    found = pl.sensitivity(m, throw=False)
    codes = [CODES[code] for code in found.result_code.values]
    if pl.critical_temperature(m).result is Result.NO_SUPERCONDUCTIVITY:
        assert set(codes) == {Result.NO_SUPERCONDUCTIVITY}
        assert np.all(np.isnan(found.derivative))
        return
    assert set(codes) <= set(GOOD)
    for name in ("logarithmic_derivative", "derivative"):
        assert np.all(np.isfinite(found[name]))
        assert np.all(np.isfinite(found[name + "_error"]))
    root = np.sqrt([1.0, ratio])
    matrix = root[:, None] * np.array([[first, exchange], [exchange, second]]) * root
    values, vectors = np.linalg.eigh(matrix)
    if values[1] - values[0] < 1e-2 * values[1]:
        return  # a kink, or all but one: the derivative of either side is right
    tc = pl.critical_temperature(m).value
    scale = tc / (values[1] ** 2 * np.tanh(30.0 / (2 * BOLTZMANN * tc)))
    u = vectors[:, 1] * root
    wanted = {
        "couplings[0][0]": u[0] ** 2,
        "couplings[0][1]": 2 * u[0] * u[1],
        "couplings[1][1]": u[1] ** 2,
        # nu^(1/2) on both sides of its row: u_n (nu^(1/2) g nu^(1/2) u)_n/nu_n = mu u_n^2/nu_n
        "densities[0]": values[1] * vectors[0, 1] ** 2,
        "densities[1]": values[1] * vectors[1, 1] ** 2 / ratio,
    }
    for name, slope in wanted.items():
        row = found.sel(field=name)
        tolerance = 3 * float(row.derivative_error) + 1e-6 * scale * np.abs(u).max() ** 2
        assert abs(float(row.derivative) - scale * slope) <= tolerance
    assert float(found.sel(field="cutoff").logarithmic_derivative) == pytest.approx(1.0, abs=1e-6)
    cutoff = found.sel(field="cutoff")
    assert float(cutoff.derivative) == pytest.approx(tc / 30.0, rel=1e-6)


def test_where_two_bands_have_one_tc_the_error_says_so():
    # ln Tc as a function of g_11 has slopes 0 and 1/(g^2 tanh(w/2kTc)) on the two sides of g_22.
    m = two_bands(0.3, 0.0, 0.3, 1.0)
    row = pl.sensitivity(m, fields=["couplings[0][0]"], throw=False).squeeze()
    jump = 1 / 0.3**2 / np.tanh(30.0 / (2 * BOLTZMANN * pl.critical_temperature(m).value)) * 0.3
    assert CODES[int(row.result_code)] is Result.INACCURATE
    assert 0 <= float(row.logarithmic_derivative) <= jump
    assert float(row.logarithmic_derivative_error) >= 0.4 * jump


def test_sensitivities_of_eliashberg_bands_with_a_repulsion_in_each():
    couplings = np.array([[0.8, 0.1, 0.1], [0.1, 0.6, 0.1], [0.1, 0.1, 0.5]])

    def mechanism(moved, step):
        given = {"couplings": couplings.copy(), "mu_star": 0.1 * np.eye(3)}
        name, row, column = moved
        given[name][row, column] += step
        given[name][column, row] = given[name][row, column]
        return pl.MultibandEliashberg(
            couplings=given["couplings"].tolist(),
            phonon_energy=30.0,
            mu_star=given["mu_star"].tolist(),
            mu_star_frequency=300.0,
            mu_star_scheme="rescaled",
        )

    places = [("couplings", 0, 2), ("mu_star", 0, 0), ("mu_star", 1, 1), ("mu_star", 2, 2)]
    found = pl.sensitivity(mechanism(places[0], 0.0), "critical_temperature")
    step = 2e-3
    for place in places:
        tc = [
            mechanism(place, sign * step).problem().critical().value
            for sign in (-2, -1, 1, 2)
        ]
        difference = (8 * (tc[2] - tc[1]) - (tc[3] - tc[0])) / (12 * step)
        row = found.sel(field=f"{place[0]}[{place[1]}][{place[2]}]")
        assert row.result_code == 0
        assert float(row.derivative) == pytest.approx(difference, rel=1e-4)
