"""Derivatives of Tc: isotope coefficient and sensitivities, against differences and an edge formula."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import pairlab as pl
from pairlab.numerics.quadrature import FINE
from pairlab.pairing.modes.critical import critical_points
from pairlab.pairing.modes.equation import GapEquation
from pairlab.pairing.sensitivity import log_slope

H3S = pl.Superstripes.preset("h3s", coupling=0.25, subbands=3)
STEP = H3S.cutoff / 274.0
"""|eta| at which an end of the pairing window meets the bottom of band 3."""


def at(eta):
    return H3S.replace(lifshitz=float(eta))


def alpha(eta):
    return pl.isotope_coefficient(at(eta)).value


def shares_of_the_ends(eta):
    """What each band at each end of the window, -w0~ and w0~, adds to alpha; (end, band).

    d lambda/d ln w0~ = (1/2) tanh(w0~/2kT) Sum_ends <r|n(end)|r>/<r|X|r> with n_ac the density of
    pairs at the end, and d lambda/d ln T = -Sum <r|sech^2(xi/2kT)/(4kT)|r>/<r|X|r>.
    """
    equation = at(eta).gap_equation()
    carriers, point = equation.carriers, critical_points([equation])[0]
    kt, gap = point.kt, point.gap
    pairs = carriers.pair_density(FINE)
    factor = 1 / np.cosh(np.minimum(np.abs(pairs.energy) / (2 * kt), 300.0)) ** 2 / (4 * kt)
    slope = np.einsum(
        "ni,nim,nmac,na,nc->", factor, pairs.density, pairs.product, gap, gap, optimize=True
    )
    cutoff, edges = carriers.cutoff, carriers.edges
    shares = []
    for end in (-cutoff, cutoff):
        energy = carriers.chemical_potential + end
        above_top = (energy - edges[:, 1:]) / carriers.half_width[:, None]
        measure, form = carriers.contour.states(above_top, 64)
        size = np.einsum("nil,nila,na->nil", measure, form, gap)
        density = np.einsum("nil,nila,na->n", size, form, gap) * carriers.scale
        shares.append(np.tanh(cutoff / (2 * kt)) / 2 * density / slope / 2)
    return np.array(shares)


ETAS = [-0.34, 0.0, 0.25, 0.9, 1.0, 1.5]


@pytest.mark.parametrize("eta", ETAS)
def test_isotope_coefficient_is_a_central_difference(eta):
    m, step = at(eta), 1e-4
    low, high = (
        pl.critical_temperature(m.replace(phonon_energy=330.0 * np.exp(s))).value
        for s in (-step, step)
    )
    assert alpha(eta) == pytest.approx(np.log(high / low) / (4 * step), rel=2e-5, abs=2e-6)


@pytest.mark.parametrize("eta", ETAS)
def test_isotope_coefficient_is_a_sum_over_the_ends_of_the_window(eta):
    assert alpha(eta) == pytest.approx(shares_of_the_ends(eta).sum(), rel=1e-5)


@pytest.mark.parametrize(("sign", "end"), [(1, 0), (-1, 1)])
def test_steps_where_an_end_of_the_window_meets_the_bottom_of_band_3(sign, end):
    # The end of the window lies in band 3 on the side of larger eta.
    above, below = sign * STEP + 1e-7, sign * STEP - 1e-7
    with_band, without = alpha(above), alpha(below)
    share = shares_of_the_ends(above)[end, 2]
    assert shares_of_the_ends(below)[end, 2] == 0.0
    assert share > 1e-3
    assert with_band - without == pytest.approx(share, rel=1e-3)
    # A step, not a steep rise: nothing more changes within a thousand times that distance.
    assert alpha(above + 1e-4) == pytest.approx(with_band, abs=0.02 * share)
    assert alpha(below - 1e-4) == pytest.approx(without, abs=0.02 * share)


@pytest.mark.parametrize("sign", [1, -1])
def test_logarithmic_spikes_where_an_end_meets_the_top_of_band_3(sign):
    place = 1 + sign * STEP
    values = np.array([alpha(place + distance) for distance in (1e-3, 1e-5, 1e-7)])
    steps = np.diff(values)
    assert np.all(steps > 0)
    assert steps[1] == pytest.approx(steps[0], rel=0.05)  # equal ratios, equal steps: a logarithm


def changed(problem, *, potential=0.0, cutoff=1.0, kernel=0.0):
    """The problem at another chemical potential [meV], cutoff (by a factor) and kernel."""
    equation = problem.equation
    carriers = equation.carriers.at_potential(equation.carriers.chemical_potential + potential)
    carriers = replace(carriers, cutoff=carriers.cutoff * cutoff)
    moved = GapEquation(equation.kernel + kernel, carriers, equation.fix_density)
    return replace(problem, equation=moved)


def difference(problem, step, **changes):
    """(ln Tc at +step - ln Tc at -step)/(2 step), each Tc solved anew."""
    low, high = (
        changed(problem, **{name: of(s) for name, of in changes.items()}).point.log_kt
        for s in (-step, step)
    )
    return (high - low) / (2 * step)


@cache
def posed(eta):
    return at(eta).problem()


@pytest.mark.parametrize("eta", [-0.34, 0.0, 1.0])
def test_slope_by_chemical_potential(eta):
    found = log_slope(posed(eta), lambda s: changed(posed(eta), potential=s), step=1e-3)  # meV
    wanted = difference(posed(eta), 1e-3, potential=lambda s: s)
    assert found.value == pytest.approx(wanted, rel=1e-4, abs=1e-7)
    # Of mu alone, all else fixed: eta counts it in widths of band 3.
    by_eta = pl.sensitivity(at(eta), fields=["lifshitz"]).derivative.values[0]
    scale = pl.critical_temperature(at(eta)).value * 274.0
    assert by_eta / scale == pytest.approx(wanted, rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("eta", [-0.34, 0.0, 1.0])
def test_slope_by_cutoff(eta):
    found = log_slope(posed(eta), lambda s: changed(posed(eta), cutoff=np.exp(s))).value
    assert found == pytest.approx(difference(posed(eta), 1e-5, cutoff=np.exp), rel=1e-5)
    # Rounding of an eigenvalue, 1e-15, over the step, 1e-3.
    assert found == pytest.approx(2 * alpha(eta), rel=1e-10)
    soft = pl.sensitivity(at(eta), fields=["phonon_energy"])
    assert soft.logarithmic_derivative.values[0] == pytest.approx(found, rel=1e-10)


@pytest.mark.parametrize("eta", [-0.34, 0.0, 1.0])
def test_slope_by_kernel(eta):
    random = np.random.default_rng(3).normal(size=(3, 3))
    # A change of the couplings g_nn', symmetric, of any sign.
    direction = (random + random.T)[:, None, :, None] * at(eta).solved_subbands().overlap
    found = log_slope(posed(eta), lambda s: changed(posed(eta), kernel=s * direction)).value
    wanted = difference(posed(eta), 1e-6, kernel=lambda s: s * direction)
    assert found == pytest.approx(wanted, rel=1e-5)


GEOMETRY = ["well_width", "barrier_width", "transverse_dispersion", "well_mass", "barrier_mass",
            "wire_mass", "coupling", "weak_coupling", "exchange_coupling"]  # fmt: skip


@pytest.mark.parametrize("eta", [-0.34, 0.25, 1.0])
def test_sensitivities_are_central_differences(eta):
    found = pl.sensitivity(at(eta), fields=GEOMETRY)
    for name, value, error in zip(
        GEOMETRY,
        found.logarithmic_derivative.values,
        found.logarithmic_derivative_error.values,
        strict=True,
    ):
        m, step = at(eta), 1e-4
        low, high = (
            pl.critical_temperature(m.replace(**{name: getattr(m, name) * np.exp(s)})).value
            for s in (-step, step)
        )
        wanted = np.log(high / low) / (2 * step)
        # The difference: 1e-11 of Tc over the step, and its third derivative times step squared.
        assert value == pytest.approx(wanted, rel=2e-5, abs=2e-6)
        assert abs(value - wanted) < 2 * error + 2e-5 * abs(wanted) + 1e-6
