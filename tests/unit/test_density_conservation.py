"""The temperature at which single electrons fill a gap (Dolgopolov, Eq. 3.11)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle.arb_standing_wave import depth_bracketed
from scipy import integrate, special

from pairlab.electrons.states.dos import CallableDensity, PowerLaw, Tabulated
from pairlab.pairing.conditions.density_conservation import (
    bottom_at,
    derivatives,
    level_at,
    temperature_at,
)
from pairlab.solution import Result

ENERGY = np.linspace(0.0, 10.0, 201)
WAVY = Tabulated(ENERGY, np.sqrt(ENERGY) * (1 + 0.3 * np.sin(ENERGY)))


@pytest.mark.parametrize("power", [0.5, 1.0, 2.5])
@pytest.mark.parametrize("temperature", [1e-8, 1e-6, 1e-4, 1e-2, 0.03, 0.1, 0.3])
def test_c_is_good_to_1e_10_against_interval_arithmetic(power, temperature):
    """The sign of Eq. 3.11 as printed is certain, and changes, within 1e-10 of C."""
    found = level_at(PowerLaw(power), bottom=1.0, kt=temperature)
    assert found.result is Result.SUCCESS
    assert found.error < 1e-12
    low, high = found.depth * (1 - 1e-10), found.depth * (1 + 1e-10)
    assert depth_bracketed(power, temperature, low, high)


@pytest.mark.parametrize("power", [0.5, 1.0, 3.0])
def test_c_follows_its_closed_form_where_kt_is_small(power):
    """e^-C = p (pi^2/6) kT/E_1 [1 - (C + 1) p kT/E_1 + ...], from Sommerfeld's expansion."""
    x = 1e-7
    depth = level_at(PowerLaw(power), bottom=1.0, kt=x).depth
    leading = -np.log(power * np.pi**2 / 6 * x)
    assert depth == pytest.approx(leading, abs=3 * power * x * (leading + 1))
    if power == 0.5:
        assert leading == pytest.approx(np.log(12 / (np.pi**2 * x)), rel=1e-14)


@given(exponent=st.floats(-8.0, -0.6), scale=st.floats(1e-3, 1e6), power=st.floats(0.1, 4.0))
def test_each_of_the_three_gives_back_the_others(exponent, scale, power):
    states, kt = PowerLaw(power), scale * 10**exponent
    level = level_at(states, bottom=scale, kt=kt)
    assert level.result is Result.SUCCESS
    kelvin = temperature_at(states, bottom=scale, height=level.height)
    assert kelvin.kt == pytest.approx(kt, rel=1e-12)
    bottom = bottom_at(states, level=level.level, kt=kt)
    # A level that is held as one number has no more digits of its height than this.
    assert bottom.height == pytest.approx(level.height, rel=1e-12 + 1e-15 * scale / level.height)
    unit = level_at(states, bottom=1.0, kt=kt / scale)
    assert level.depth == pytest.approx(unit.depth, rel=1e-12)


@given(factor=st.floats(1e-6, 1e6))
def test_the_amplitude_of_s_does_not_matter(factor):
    one = level_at(PowerLaw(0.5), bottom=3.0, kt=1e-3)
    assert level_at(PowerLaw(0.5, factor), bottom=3.0, kt=1e-3).depth == pytest.approx(
        one.depth, rel=1e-13
    )


@pytest.mark.parametrize(("bottom", "kt"), [(1.0, 0.01), (1.013, 0.05), (0.9, 0.2)])
def test_a_table_obeys_the_equation_as_it_is_printed(bottom, kt):
    """Both sides of Eq. 3.11 by adaptive quadrature."""
    found = level_at(WAVY, bottom=bottom, kt=kt)
    assert found.result is Result.SUCCESS

    def density(energy):
        return float(WAVY(energy))

    knots = ENERGY[(ENERGY > 0) & (found.level > ENERGY)]
    left, _ = integrate.quad(density, 0, bottom, points=knots[knots < bottom], limit=400,
                             epsabs=1e-13)  # fmt: skip
    right, _ = integrate.quad(
        lambda e: density(e) * special.expit((bottom - e) / kt), 0, found.level,
        points=[*knots, bottom], limit=800, epsabs=1e-13,
    )  # fmt: skip
    slope = density(found.level) * special.expit(-found.depth) * kt  # of the right side, by C
    assert abs(left - right) / slope < 1e-8


@pytest.mark.parametrize("bottom", [1.0, 1.0137])
@pytest.mark.parametrize("kt", [1e-8, 1e-6, 1e-3])
def test_a_fine_table_of_a_power_is_that_power(bottom, kt):
    """At E_1 the interpolant has the slope of sqrt(E) to 1e-6 or so; C follows its logarithm."""
    energy = np.linspace(0.0, 2.0, 4001) ** 2
    table = Tabulated(energy, np.sqrt(energy))
    found = level_at(table, bottom=bottom, kt=kt)
    exact = level_at(PowerLaw(0.5), bottom=bottom, kt=kt)
    assert found.depth == pytest.approx(exact.depth, rel=1e-6)
    assert found.error < 1e-8


def test_a_plain_function_says_how_much_it_lost():
    """sqrt given as a function: the true error is below the estimate, which grows as kT falls."""
    for kt in (1e-3, 1e-6, 1e-8):
        found = level_at(CallableDensity(np.sqrt), bottom=1.0, kt=kt)
        exact = level_at(PowerLaw(0.5), bottom=1.0, kt=kt)
        assert abs(found.depth / exact.depth - 1) <= found.error + 1e-14
    poor = level_at(CallableDensity(np.sqrt), bottom=1.0, kt=1e-10)
    assert poor.result is Result.INACCURATE


# ---- Where there is no solution


def test_a_falling_density_leaves_no_room():
    falling = CallableDensity(lambda e: 1 / (1 + e))
    assert level_at(falling, bottom=1.0, kt=0.01).result is Result.NO_SOLUTION
    found = temperature_at(falling, bottom=1.0, height=0.1)
    assert found.result is Result.NO_SOLUTION
    assert np.isnan(found.kt)


def test_a_constant_density_is_balanced_by_the_bottom_of_its_band_alone():
    """S = 1: ln(1 + e^-C) = ln(1 + e^(-E_1/kT)), hence E_l = 2 E_1 at every temperature."""
    found = level_at(PowerLaw(0.0), bottom=1.0, kt=0.1)
    assert found.result is Result.SUCCESS
    assert found.level == pytest.approx(2.0, rel=1e-10)
    assert level_at(PowerLaw(0.0), bottom=1.0, kt=0.5).level == pytest.approx(2.0, rel=1e-10)


def test_a_gap_deeper_than_the_room_above_it_is_never_filled():
    """As T rises f -> 1/2, and Int_0^El S < 2 Int_0^E1 S is what fills it at last."""
    edge = 2 ** (2 / 3) - 1  # of E_l - E_1 over E_1, for S ~ sqrt(E)
    assert np.isfinite(temperature_at(PowerLaw(0.5), bottom=1.0, height=0.95 * edge).kt)
    never = temperature_at(PowerLaw(0.5), bottom=1.0, height=1.05 * edge)
    assert never.kt == np.inf
    assert never.result is Result.SUCCESS


@pytest.mark.parametrize("bottom", [0.0, -1.0])
def test_a_bottom_below_the_band_has_no_solution(bottom):
    assert level_at(PowerLaw(0.5), bottom=bottom, kt=0.1).result is Result.NO_SOLUTION
    assert temperature_at(PowerLaw(0.5), bottom=bottom, height=0.1).result is Result.NO_SOLUTION


def test_a_table_that_ends_too_early_has_no_solution():
    assert temperature_at(WAVY, bottom=9.99, height=1.0).result is Result.NO_SOLUTION
    assert level_at(WAVY, bottom=10.5, kt=0.1).result is Result.NO_SOLUTION
    assert bottom_at(WAVY, level=10.5, kt=0.1).result is Result.NO_SOLUTION


def test_the_coldest_of_several_temperatures_counts():
    """With peaks of S on both sides of E_1 the level that is reached falls again as T rises."""
    energy = np.linspace(0.0, 4.0, 161)
    peaks = (1 + 1.09 * np.exp(-(((energy - 1.32) / 0.04) ** 2))) * (
        1 + 4.21 * np.exp(-(((energy - 0.68) / 0.04) ** 2))
    )
    peaked = Tabulated(energy, np.sqrt(energy) * peaks)

    def height(kt):
        return level_at(peaked, bottom=1.0, kt=kt).height

    assert height(0.1) < 0.71 < height(0.18)
    assert height(0.3) < 0.71  # so that there is a second temperature, between these
    found = temperature_at(peaked, bottom=1.0, height=0.71)
    assert 0.1 < found.kt < 0.18
    assert height(found.kt) == pytest.approx(0.71, rel=1e-10)


# ---- Derivatives


@pytest.mark.parametrize(
    "states", [PowerLaw(0.5), PowerLaw(2.0), WAVY], ids=["sqrt", "square", "table"]
)
@pytest.mark.parametrize("kt", [1e-7, 1e-4, 1e-2, 0.1])
def test_derivatives_against_differences(states, kt):
    bottom = 1.013
    found = level_at(states, bottom=bottom, kt=kt)
    by = derivatives(states, found)

    def log_temperature(bottom, height):
        return np.log(temperature_at(states, bottom=bottom, height=height).kt)

    step = 1e-4 if isinstance(states, PowerLaw) else 1e-6
    up, down = (log_temperature(bottom + s, found.height) for s in (step, -step))
    # Rounding of ln T, whose size is 1e-16 ln T over the step, next to the truncation.
    assert by.by_bottom == pytest.approx((up - down) / (2 * step), rel=2e-5, abs=2e-7)
    step = 1e-5 * found.height
    up, down = (log_temperature(bottom, found.height + s) for s in (step, -step))
    assert by.by_depth == pytest.approx((up - down) / (2 * step), rel=1e-6)


@given(exponent=st.floats(-8.0, -0.6), power=st.floats(0.2, 3.0))
def test_all_energies_of_a_power_scale_together(exponent, power):
    """Tc(s E_1, s (E_l - E_1)) = s Tc: E_1 d + (E_l - E_1) d of ln Tc is 1."""
    found = level_at(PowerLaw(power), bottom=2.0, kt=2.0 * 10**exponent)
    by = derivatives(PowerLaw(power), found)
    assert 2.0 * by.by_bottom + found.height * by.by_depth == pytest.approx(1.0, rel=1e-6)
