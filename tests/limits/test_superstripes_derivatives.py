"""Derivatives of Tc: isotope coefficient and gradients, against differences and an edge formula."""

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pairlab as pl
from pairlab.electrons.carriers import at_potential
from pairlab.numerics.quadrature import FINE
from pairlab.observables.critical_temperature import solve_critical
from pairlab.pairing.critical import critical_point
from pairlab.pairing.problem import GapEquation, cutoff_scaled

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
    carriers, point = equation.carriers, solve_critical(equation)
    kt, gap = float(np.exp(point.log_kt)), np.asarray(point.gap)
    pairs = carriers.pair_density(FINE)
    factor = 1 / np.cosh(np.minimum(np.abs(pairs.energy) / (2 * kt), 300.0)) ** 2 / (4 * kt)
    slope = np.einsum(
        "ni,nim,nmac,na,nc->", factor, pairs.density, pairs.product, gap, gap, optimize=True
    )
    cutoff, edges = float(carriers.cutoff), np.asarray(carriers.edges)
    shares = []
    for end in (-cutoff, cutoff):
        energy = carriers.chemical_potential + end
        above_top = (energy - edges[:, 1:]) / np.asarray(carriers.half_width)[:, None]
        measure, form = carriers.contour.states(jnp.asarray(above_top), 64)
        size = np.einsum("nil,nila,na->nil", measure, form, gap)
        density = np.einsum("nil,nila,na->n", size, form, gap) * float(carriers.scale)
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


@eqx.filter_jit
def _value_and_gradients(equation):
    def log_kt(potential, cutoff, kernel):
        carriers = at_potential(equation.carriers, potential)
        carriers = eqx.tree_at(lambda c: c.cutoff, carriers, cutoff)
        return critical_point(GapEquation(kernel, carriers)).log_kt

    carriers = equation.carriers
    numbers = (carriers.chemical_potential, carriers.cutoff, equation.kernel)
    return jax.value_and_grad(log_kt, argnums=(0, 1, 2))(*map(jnp.asarray, numbers))


@cache
def gradients(eta):
    return _value_and_gradients(at(eta).gap_equation())[1]


def changed(equation, *, potential=0.0, cutoff=1.0, kernel=0.0):
    carriers = equation.carriers
    carriers = at_potential(carriers, carriers.chemical_potential + potential)
    moved = GapEquation(np.asarray(equation.kernel + kernel), carriers, equation.fix_density)
    return float(solve_critical(cutoff_scaled(moved, np.float64(cutoff))).log_kt)


@pytest.mark.parametrize("eta", [-0.34, 0.0, 1.0])
def test_gradient_by_chemical_potential(eta):
    equation, step = at(eta).gap_equation(), 1e-3  # meV
    low, high = (changed(equation, potential=s) for s in (-step, step))
    assert float(gradients(eta)[0]) == pytest.approx((high - low) / (2 * step), rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("eta", [-0.34, 0.0, 1.0])
def test_gradient_by_cutoff(eta):
    equation, step = at(eta).gap_equation(), 1e-5
    low, high = (changed(equation, cutoff=float(np.exp(s))) for s in (-step, step))
    found = float(gradients(eta)[1]) * float(equation.carriers.cutoff)
    assert found == pytest.approx((high - low) / (2 * step), rel=1e-5)
    assert found == pytest.approx(2 * alpha(eta), rel=1e-10)


@pytest.mark.parametrize("eta", [-0.34, 0.0, 1.0])
def test_gradient_by_kernel(eta):
    equation = at(eta).gap_equation()
    random = np.random.default_rng(3).normal(size=(3, 3))
    # A change of the couplings g_nn', symmetric, of any sign.
    direction = (random + random.T)[:, None, :, None] * at(eta).solved_subbands().overlap
    step = 1e-6
    low, high = (changed(equation, kernel=s * direction) for s in (-step, step))
    found = float(jnp.vdot(gradients(eta)[2], direction))
    assert found == pytest.approx((high - low) / (2 * step), rel=1e-5)
