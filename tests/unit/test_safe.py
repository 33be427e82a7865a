"""Safe functions against mpmath, and their gradients where the textbook form divides by zero."""

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pairlab.numerics.safe import (
    cosh_sqrt,
    pair_factor,
    safe_divide,
    safe_sqrt,
    sinhc_sqrt,
    tanh_half,
)

mpmath.mp.dps = 40

ARGUMENTS = [0.0, 1e-300, -1e-300, 1e-12, -1e-12, 9.9e-7, 1.01e-6, -9.9e-7, -1.01e-6, 1e-3, -1e-3]
ARGUMENTS += [1.0, -1.0, 37.0, -37.0, 400.0, -400.0]


def exact_cosh_sqrt(u):
    return mpmath.re(mpmath.cosh(mpmath.sqrt(mpmath.mpf(u))))


def exact_sinhc_sqrt(u):
    if u == 0:
        return mpmath.mpf(1)
    root = mpmath.sqrt(mpmath.mpf(u))
    return mpmath.re(mpmath.sinh(root) / root)


@pytest.mark.parametrize("u", ARGUMENTS)
@pytest.mark.parametrize(
    ("function", "exact"), [(cosh_sqrt, exact_cosh_sqrt), (sinhc_sqrt, exact_sinhc_sqrt)]
)
def test_entire_functions_agree_with_mpmath_for_floats_numpy_and_jax(function, exact, u):
    wanted = float(exact(u))
    # Relative to the envelope: near its zeros an oscillating function loses relative digits.
    tolerance = 4e-15 * max(1.0, abs(wanted))
    assert abs(float(function(u)) - wanted) <= tolerance
    assert abs(function(np.array([u]))[0] - wanted) <= tolerance
    assert abs(float(function(jnp.asarray(u))) - wanted) <= tolerance


@pytest.mark.parametrize("u", ARGUMENTS)
def test_gradients_of_entire_functions(u):
    # d cosh(sqrt u)/du = sinhc/2; d sinhc/du = (cosh - sinhc)/(2u), which is 1/6 at 0.
    assert float(jax.grad(cosh_sqrt)(u)) == pytest.approx(float(exact_sinhc_sqrt(u) / 2), rel=1e-9)
    with mpmath.workdps(400):
        by_mpmath = (
            mpmath.mpf(1) / 6
            if u == 0
            else (exact_cosh_sqrt(u) - exact_sinhc_sqrt(u)) / (2 * mpmath.mpf(u))
        )
    # Just outside the series, |u| = 1e-6, the closed form loses 1e-16/|u| to cancellation.
    assert float(jax.grad(sinhc_sqrt)(u)) == pytest.approx(float(by_mpmath), rel=2e-9)


@given(st.floats(-1e4, 1e4))
@example(0.0)
@example(1e-6)
@example(-1e-6)
@settings(max_examples=20)
def test_gradients_of_entire_functions_are_finite(u):
    for function in (cosh_sqrt, sinhc_sqrt):
        assert np.isfinite(jax.grad(function)(u))
        assert np.isfinite(jax.grad(jax.grad(function))(u))


@given(st.floats(-1e3, 1e3))
@example(0.0)
@example(-0.0)
@example(5e-324)
@settings(max_examples=50)
def test_safe_sqrt_and_divide_have_finite_gradients(x):
    if x != 0 and abs(x) < 1e-290:
        return  # 1/x and 1/(2 sqrt x) themselves leave the range of float64
    value, slope = jax.value_and_grad(safe_sqrt)(jnp.asarray(x))
    assert value == (np.sqrt(x) if x > 0 else 0.0)
    assert slope == (pytest.approx(0.5 / np.sqrt(x)) if x > 0 else 0.0)
    quotient, by_b = jax.value_and_grad(safe_divide, argnums=1)(jnp.asarray(2.0), jnp.asarray(x))
    assert quotient == (pytest.approx(2.0 / x) if x != 0 else 0.0)
    assert np.isfinite(by_b) or abs(x) < 1e-150
    by_a = jax.grad(safe_divide)(jnp.asarray(2.0), jnp.asarray(x))
    assert by_a == (pytest.approx(1.0 / x) if x != 0 else 0.0)


@pytest.mark.parametrize("energy", [1e-12, -1e-12, 1e-3, 0.2, -0.2, 30.0, 400.0])
@pytest.mark.parametrize("kt", [1e-10, 1e-3, 1.0, 25.0])
def test_pair_factor_agrees_with_mpmath(energy, kt):
    x = mpmath.mpf(energy)
    wanted = mpmath.tanh(x / (2 * mpmath.mpf(kt))) / (2 * x)
    assert float(pair_factor(jnp.asarray(energy), jnp.asarray(kt))) == pytest.approx(
        float(wanted), rel=1e-13
    )
    assert float(tanh_half(jnp.asarray(energy), jnp.asarray(kt))) == pytest.approx(
        float(2 * x * wanted), rel=1e-14
    )


def test_pair_factor_at_the_fermi_level_and_at_zero_temperature():
    zero, one = jnp.asarray(0.0), jnp.asarray(1.0)
    assert pair_factor(zero, jnp.asarray(2.0)) == 0.125
    assert pair_factor(jnp.asarray(3.0), zero) == pytest.approx(1 / 6, rel=1e-15)
    assert pair_factor(jnp.asarray(-3.0), zero) == pytest.approx(1 / 6, rel=1e-15)
    assert np.isinf(pair_factor(zero, zero))
    assert tanh_half(one, zero) == 1.0
    assert tanh_half(-one, zero) == -1.0


@given(st.floats(-50.0, 50.0), st.floats(1e-8, 50.0))
@example(0.0, 1.0)
@example(1e-7, 1.0)
@example(0.0, 1e-8)
@settings(max_examples=50)
def test_pair_factor_gradients_are_finite_and_right(energy, kt):
    by_energy, by_kt = jax.grad(pair_factor, argnums=(0, 1))(jnp.asarray(energy), jnp.asarray(kt))
    assert np.isfinite(by_energy)
    # d/dT of tanh(E/2T)/(2E) = -sech^2(E/2T)/(4 T^2), which has no singular point.
    sech = mpmath.sech(mpmath.mpf(energy) / (2 * mpmath.mpf(kt)))
    wanted = -(sech**2) / (4 * mpmath.mpf(kt) ** 2)
    # XLA's tanh is good to two units in its last place, so that 1 - tanh^2 is known to 9e-16.
    assert float(by_kt) == pytest.approx(float(wanted), rel=1e-11, abs=2.3e-16 / kt**2)


def test_gradients_by_energy_vanish_at_the_fermi_level_and_by_temperature_at_zero():
    slope = jax.grad(pair_factor)(jnp.asarray(0.0), jnp.asarray(1.0))
    assert slope == 0.0  # an even function of the energy
    for function in (pair_factor, tanh_half):
        assert jax.grad(function, argnums=1)(jnp.asarray(1.0), jnp.asarray(0.0)) == 0.0
