"""Gradients are finite wherever the mechanism may be put, and Tc is monotone."""

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pairlab.pairing.critical import critical_point
from pairlab.pairing.gap import gap_problem, solve_gap

import pairlab as pl
from pairlab.electrons.carriers import at_potential
from pairlab.observables.critical_temperature import solve_critical
from pairlab.pairing.problem import GapEquation
from pairlab.solution import CODES, Result

H3S = pl.Superstripes.preset("h3s", coupling=0.25, subbands=3, softening="none")


@cache
def equation():
    return jax.tree.map(jnp.asarray, H3S.gap_equation())


EDGES = np.asarray(equation().carriers.edges)
BOTTOM = float(EDGES[0, 0])


def moved(potential, cutoff=230.0, kernel=None):
    carriers = at_potential(equation().carriers, jnp.asarray(potential))
    carriers = eqx.tree_at(lambda c: c.cutoff, carriers, jnp.asarray(cutoff))
    kernel = jnp.asarray(equation().kernel if kernel is None else kernel)
    return GapEquation(kernel, carriers, equation().fix_density)


@eqx.filter_jit
def value_and_gradients(numbers):
    def log_kt(numbers):
        point = critical_point(moved(*numbers))
        return point.log_kt, point.code

    return jax.value_and_grad(log_kt, has_aux=True)(numbers)


def check(potential, cutoff, kernel):
    numbers = (jnp.asarray(potential), jnp.asarray(cutoff), jnp.asarray(kernel))
    (value, code), gradients = value_and_gradients(numbers)
    assert np.isfinite(value)
    for gradient in gradients:
        assert np.all(np.isfinite(gradient))
    return CODES[int(code)], gradients


energies = st.one_of(
    st.floats(1.0, float(EDGES[2, 1]) + 800.0), st.sampled_from(EDGES.ravel().tolist())
)


@given(energies, st.floats(20.0, 600.0))
@example(BOTTOM / 2, BOTTOM / 4)  # below all bands: nothing within the cutoff
@example(BOTTOM - 50.0, 50.0)  # the window ends at the bottom of the first band
@example(float(EDGES[2, 1]), 600.0)
def test_gradients_of_tc_are_finite(potential, cutoff):
    check(potential, cutoff, equation().kernel)


def test_empty_bands_do_not_superconduct():
    result, gradients = check(BOTTOM / 2, BOTTOM / 4, equation().kernel)
    assert result is Result.NO_SUPERCONDUCTIVITY
    assert float(gradients[0]) == 0.0
    assert np.all(np.asarray(gradients[2]) == 0.0)
    eta = (BOTTOM / 2 - EDGES[2, 0]) / (EDGES[2, 1] - EDGES[2, 0])
    found = pl.critical_temperature(H3S.replace(lifshitz=eta, phonon_energy=BOTTOM / 4))
    assert (found.value, found.result) == (0.0, Result.NO_SUPERCONDUCTIVITY)


@pytest.mark.parametrize("factor", [0.0, -1.0])
def test_without_attraction_gradients_are_finite(factor):
    result, _ = check(float(EDGES[2, 0]) + 100.0, 230.0, factor * equation().kernel)
    assert result is Result.NO_SUPERCONDUCTIVITY


@eqx.filter_jit
def mean_gap_and_slope(potential, reduced):
    def mean(potential):
        problem_equation = moved(potential)
        point = critical_point(problem_equation)
        solution = solve_gap(gap_problem(problem_equation, point), reduced * jnp.exp(point.log_kt))
        return jnp.sum(solution.gap**2), solution.code

    return jax.value_and_grad(mean, has_aux=True)(potential)


@given(st.floats(float(EDGES[2, 0]) - 200.0, float(EDGES[2, 1]) + 200.0), st.floats(0.0, 1.2))
@example(float(EDGES[2, 0]), 0.5)
@example(float(EDGES[2, 1]), 1.0)
def test_gap_and_its_gradients_are_finite(potential, reduced):
    (value, code), slope = mean_gap_and_slope(jnp.asarray(potential), jnp.asarray(reduced))
    assert CODES[int(code)] in (Result.SUCCESS, Result.INACCURATE)
    assert np.isfinite(value)
    assert np.isfinite(slope)


@given(st.floats(-1.5, 2.5), st.floats(0.0, 0.8), st.floats(1e-3, 0.5))
@example(0.0, 0.25, 1e-3)
@example(-0.34, 0.25, 0.1)
def test_tc_rises_with_the_coupling_at_fixed_cutoff(eta, coupling, more):
    low, high = (
        float(solve_critical(H3S.replace(lifshitz=eta, coupling=g).gap_equation()).log_kt)
        for g in (coupling, coupling + more)
    )
    # Band 3 outside the window does not count: equal then, to the accuracy of the root.
    assert high >= low - 1e-9
    window = H3S.replace(lifshitz=eta).chemical_potential + H3S.cutoff
    if window > EDGES[2, 0] + 1.0:
        assert high > low


couplings = st.floats(-0.5, 1.0)


@given(couplings, couplings, couplings, st.floats(0.1, 10.0))
@example(0.3, 0.0, 0.3, 1.0)  # two bands with one Tc: the eigenvector is arbitrary
@example(0.0, 0.0, 0.0, 1.0)
@example(-0.2, 0.3, -0.2, 1.0)
def test_gradients_of_two_bands_are_finite(first, exchange, second, ratio):
    problem = pl.Multiband(
        couplings=[[first, exchange], [exchange, second]], cutoff=30.0, densities=[1.0, ratio]
    ).gap_equation()
    value, gradient = two_bands(problem)
    assert np.isfinite(value)
    assert all(np.all(np.isfinite(leaf)) for leaf in jax.tree.leaves(gradient))


@eqx.filter_jit
def two_bands(problem):
    numbers, rest = eqx.partition(problem, eqx.is_array)
    numbers = jax.tree.map(jnp.asarray, numbers)
    return jax.value_and_grad(lambda n: critical_point(eqx.combine(n, rest)).log_kt)(numbers)
