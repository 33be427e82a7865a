"""Safe functions against mpmath, and their slopes where the textbook form divides by zero."""

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pairlab.electrons.carriers import PairDensity
from pairlab.numerics.safe import (
    complex_step,
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
def test_entire_functions_agree_with_mpmath_for_floats_and_arrays(function, exact, u):
    wanted = float(exact(u))
    # Relative to the envelope: near its zeros an oscillating function loses relative digits.
    tolerance = 4e-15 * max(1.0, abs(wanted))
    assert abs(float(function(u)) - wanted) <= tolerance
    assert abs(function(np.array([u]))[0] - wanted) <= tolerance
    assert abs(function(np.array([u + 0j]))[0] - wanted) <= tolerance


@pytest.mark.parametrize("function", [cosh_sqrt, sinhc_sqrt])
def test_entire_functions_of_an_array_are_those_of_its_numbers(function):
    together = function(np.array(ARGUMENTS))
    np.testing.assert_array_equal(together, [float(function(u)) for u in ARGUMENTS])


@pytest.mark.parametrize("u", ARGUMENTS)
def test_slopes_of_entire_functions_by_a_complex_step(u):
    # d cosh(sqrt u)/du = sinhc/2; d sinhc/du = (cosh - sinhc)/(2u), which is 1/6 at 0.
    value, slope = complex_step(cosh_sqrt, np.array(u))
    assert float(value) == float(cosh_sqrt(u))
    assert float(slope) == pytest.approx(float(exact_sinhc_sqrt(u) / 2), rel=1e-9)
    with mpmath.workdps(400):
        by_mpmath = (
            mpmath.mpf(1) / 6
            if u == 0
            else (exact_cosh_sqrt(u) - exact_sinhc_sqrt(u)) / (2 * mpmath.mpf(u))
        )
    # Just outside the series, |u| = 1e-6, the closed form loses 1e-16/|u| to cancellation.
    _, slope = complex_step(sinhc_sqrt, np.array(u))
    assert float(slope) == pytest.approx(float(by_mpmath), rel=2e-9)


@given(st.floats(-1e4, 1e4))
@example(0.0)
@example(1e-6)
@example(-1e-6)
@settings(max_examples=20)
def test_slopes_of_entire_functions_are_finite(u):
    for function in (cosh_sqrt, sinhc_sqrt):
        assert np.isfinite(complex_step(function, np.array(u))[1])


@pytest.mark.parametrize("x", [0.0, 1e-12, 0.3, -2.0, 50.0])
def test_a_complex_step_keeps_all_digits(x):
    value, slope = complex_step(lambda z: np.exp(z) * np.sin(z), np.array(x))
    assert float(value) == pytest.approx(np.exp(x) * np.sin(x), rel=1e-15)
    assert float(slope) == pytest.approx(np.exp(x) * (np.sin(x) + np.cos(x)), rel=1e-14)


@given(st.floats(-1e3, 1e3))
@example(0.0)
@example(-0.0)
@example(5e-324)
@settings(max_examples=50)
def test_safe_sqrt_and_divide(x):
    if x != 0 and abs(x) < 1e-290:
        return  # 1/x and 1/(2 sqrt x) themselves leave the range of float64
    assert safe_sqrt(x) == (np.sqrt(x) if x > 0 else 0.0)
    for number in (x, np.array(x), np.array([x])):
        assert safe_divide(2.0, number) == (pytest.approx(2.0 / x) if x != 0 else 0.0)


@pytest.mark.parametrize("energy", [1e-12, -1e-12, 1e-3, 0.2, -0.2, 30.0, 400.0])
@pytest.mark.parametrize("kt", [1e-10, 1e-3, 1.0, 25.0])
def test_pair_factor_agrees_with_mpmath(energy, kt):
    x = mpmath.mpf(energy)
    wanted = mpmath.tanh(x / (2 * mpmath.mpf(kt))) / (2 * x)
    assert float(pair_factor(np.array(energy), kt)) == pytest.approx(float(wanted), rel=1e-13)
    assert float(tanh_half(np.array(energy), kt)) == pytest.approx(
        float(2 * x * wanted), rel=1e-14
    )


def test_pair_factor_at_the_fermi_level_and_at_zero_temperature():
    zero, one = np.array(0.0), np.array(1.0)
    assert pair_factor(zero, 2.0) == 0.125
    assert pair_factor(np.array(3.0), 0.0) == pytest.approx(1 / 6, rel=1e-15)
    assert pair_factor(np.array(-3.0), 0.0) == pytest.approx(1 / 6, rel=1e-15)
    assert np.isinf(pair_factor(zero, 0.0))
    assert tanh_half(one, 0.0) == 1.0
    assert tanh_half(-one, 0.0) == -1.0


def test_pair_factor_takes_a_temperature_for_each_energy():
    energy = np.array([0.0, 1e-12, -0.2, 3.0, 0.0, -3.0])
    kt = np.array([1.0, 1e-3, 1e-10, 0.0, 0.0, 25.0])
    for function in (tanh_half, pair_factor):
        single = [float(function(np.array(e), t)) for e, t in zip(energy, kt, strict=True)]
        np.testing.assert_allclose(function(energy, kt), single, rtol=1e-15)


@given(st.floats(-50.0, 50.0), st.floats(1e-8, 50.0))
@example(0.0, 1.0)
@example(1e-7, 1.0)
@example(0.0, 1e-8)
@settings(max_examples=50)
def test_slope_of_the_pair_factor_by_temperature(energy, kt):
    # T d/dT of tanh(E/2T)/(2E) = -sech^2(E/2T)/(4 T), which has no singular point.
    pairs = PairDensity(np.array([[energy]]), np.ones((1, 1, 1)), np.ones((1, 1, 1, 1)))
    value, slope = (float(x[0, 0, 0]) for x in pairs.with_slope(kt))
    assert value == pytest.approx(float(pair_factor(energy, kt)), rel=1e-14)
    sech = mpmath.sech(mpmath.mpf(energy) / (2 * mpmath.mpf(kt)))
    wanted = float(-(sech**2) / (4 * mpmath.mpf(kt)))
    # tanh is good to two units in its last place, so that 1 - tanh^2 is known to 9e-16.
    assert slope == pytest.approx(wanted, rel=1e-11, abs=2.3e-16 / kt)


@pytest.mark.parametrize("kt", [1e-6, 1e-2, 1.0])
def test_susceptibility_slope_is_a_central_difference(kt):
    random = np.random.default_rng(8)
    energy = random.normal(size=(2, 30)) * np.geomspace(1e-6, 10.0, 30)
    pairs = PairDensity(energy, random.uniform(size=(2, 30, 3)), random.normal(size=(2, 3, 4, 4)))
    step = 1e-4
    low, high = (pairs.susceptibility(kt * np.exp(s)) for s in (-step, step))
    value, slope = pairs.with_slope(kt)
    np.testing.assert_allclose(value, pairs.susceptibility(kt), rtol=1e-12)
    # The step leaves 1e-8, and X loses to its own slope what it gains by ln(E/T).
    scale = np.abs(pairs.susceptibility(kt)).max()
    np.testing.assert_allclose(slope, (high - low) / (2 * step), rtol=1e-6, atol=1e-7 * scale)


def test_susceptibilities_of_a_batch_are_those_of_its_points():
    random = np.random.default_rng(9)
    energy, density = random.normal(size=(5, 2, 30)), random.uniform(size=(5, 2, 30, 3))
    product, kt = random.normal(size=(2, 3, 4, 4)), np.geomspace(1e-6, 10.0, 5)
    together = PairDensity(energy, density, product)
    for i in range(5):
        single = PairDensity(energy[i], density[i], product)
        own = float(kt[i])
        np.testing.assert_allclose(
            together.susceptibility(kt)[i], single.susceptibility(own), rtol=1e-12
        )
        for whole, part in zip(together.with_slope(kt), single.with_slope(own), strict=True):
            np.testing.assert_allclose(whole[i], part, rtol=1e-12)
        np.testing.assert_allclose(together.bound()[i], single.bound(), rtol=1e-13)


def test_the_pair_factor_is_even_and_flat_at_the_fermi_level():
    energy = np.geomspace(1e-12, 1e-3, 10)
    np.testing.assert_array_equal(pair_factor(energy, 1.0), pair_factor(-energy, 1.0))
    # tanh(x)/x = 1 - x^2/3: no first order.
    assert pair_factor(energy, 1.0) == pytest.approx((1 - energy**2 / 12) / 4, rel=1e-12)
