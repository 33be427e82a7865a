"""The solvers on one band, where Tc, T = 0 gaps and all derivatives are known in closed form.

References: tests/oracle/conventional.py. The cutoff is 30 meV unless varied.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf
from oracle import conventional as oracle

from pairlab import (
    Bcs,
    Result,
    critical_temperature,
    gap,
    gap_ratio,
    isotope_coefficient,
    sensitivity,
)
from pairlab.electrons.bands.constant import ConstantBands
from pairlab.numerics.eigen import leading_eigenpair
from pairlab.numerics.quadrature import FINE

CUTOFF = 30.0
BOLTZMANN = float(oracle.BOLTZMANN)
# An error estimate may be beaten by chance, where two quadratures cross, but not above a tenth of
# the accuracy that is promised, 1e-5 of kTc.
NEGLIGIBLE = 1e-6


def limited_by_tc(reduced):
    """Relative accuracy of a gap that closes at a Tc which is itself good to 3e-8."""
    return 3e-8 * (1 + 1 / (1 - np.asarray(reduced)))


def exact_kt(coupling, cutoff=CUTOFF):
    return oracle.critical(oracle.one_band(coupling, cutoff))


def coupling_for(kelvin, cutoff=CUTOFF):
    """The coupling that gives this Tc, from 1/lambda = Int_0^wc tanh(xi/2kT)/xi."""
    return float(1 / oracle.pair_integral(0, mpf(kelvin) * oracle.BOLTZMANN, cutoff))


def exact_gap(coupling, kt):
    return float(oracle.gap_of_one_band(oracle.one_band(coupling, CUTOFF), mpf(kt)))


def exact_gap_just_below(coupling, kt):
    """Where Delta^2 is linear in T, to the distance from Tc: there its slope is all that counts."""
    tc, step = exact_kt(coupling), mpf(10) ** -8
    distance = 1 - mpf(kt) / tc
    assert distance < 1e-6
    return exact_gap(coupling, tc * (1 - step)) * float(mp.sqrt(max(distance, 0) / step))


# Tc from 1.1e-6 K, the lowest that counts, to far above the cutoff scale of 348 K.
COUPLINGS = [coupling_for(1.1e-6), coupling_for(1e-3), 0.068, 0.1, 0.25, 0.6, 1.0, 5.0, 100.0]


@pytest.mark.parametrize("coupling", COUPLINGS)
def test_critical_temperature(coupling):
    solution = critical_temperature(Bcs(coupling=coupling, cutoff=CUTOFF))
    exact = float(exact_kt(coupling) / oracle.BOLTZMANN)
    assert solution.result is Result.SUCCESS
    assert solution.unit == "K"
    assert abs(solution.value - exact) < 1e-7 * exact
    # Two quadratures may cross: where they agree by chance, a hundredth of the promise is allowed.
    assert abs(solution.value - exact) <= max(solution.error, 1e-7 * exact)
    assert solution.error < 1e-5 * exact


def test_weak_coupling_prefactor():
    exact = float(oracle.universal_constants()["critical_prefactor"])
    value = critical_temperature(Bcs(coupling=0.1, cutoff=CUTOFF)).value * BOLTZMANN / CUTOFF
    assert value * np.exp(10.0) == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize("coupling", [1e-4, 0.01, 0.05, coupling_for(0.9e-6)])
def test_no_superconductivity_is_a_result(coupling):
    mechanism = Bcs(coupling=coupling, cutoff=CUTOFF)
    solution = critical_temperature(mechanism)
    assert solution.result is Result.NO_SUPERCONDUCTIVITY
    assert (solution.value, solution.error) == (0.0, 1e-6)
    assert np.all(gap(mechanism, [0.0, 1e-7, 1.0, 2.0, 3.0, 4.0]).gap == 0)
    assert np.isnan(isotope_coefficient(mechanism).value)


# --- derivatives


@pytest.mark.parametrize("coupling", COUPLINGS)
@pytest.mark.parametrize("cutoff", [0.2, CUTOFF])
def test_slopes_of_the_critical_temperature(coupling, cutoff):
    """d ln kTc/d lambda = 1/(lambda^2 tanh(wc/2kTc)) and d ln kTc/d ln wc = 1."""
    # Where the small cutoff puts Tc below the limit, a larger coupling is taken.
    coupling = max(coupling, coupling_for(1.1e-6, cutoff))
    data = sensitivity(Bcs(coupling=coupling, cutoff=cutoff), fields=["coupling", "cutoff"])
    by_coupling, by_cutoff = data.logarithmic_derivative.values
    exact, one = (float(x) for x in oracle.critical_slopes(oracle.one_band(coupling, cutoff)))
    assert by_coupling / coupling == pytest.approx(exact, rel=2e-6)
    assert by_cutoff == pytest.approx(one, abs=1e-9)
    errors = data.logarithmic_derivative_error.values
    assert abs(by_coupling - coupling * exact) <= max(errors[0], 2e-7 * coupling * exact)
    tc = float(exact_kt(coupling, cutoff) / oracle.BOLTZMANN)
    assert data.derivative.values == pytest.approx([exact * tc, tc / cutoff], rel=2e-6)


def test_there_are_no_slopes_without_superconductivity():
    data = sensitivity(Bcs(coupling=0.01, cutoff=CUTOFF), fields=["coupling", "cutoff"])
    assert np.all(data.result_code == Result.NO_SUPERCONDUCTIVITY.code)
    assert np.all(np.isnan(data.logarithmic_derivative))
    assert np.all(np.isnan(data.derivative))


@pytest.mark.parametrize("coupling", COUPLINGS)
def test_isotope_coefficient_is_one_half(coupling):
    solution = isotope_coefficient(Bcs(coupling=coupling, cutoff=CUTOFF))
    assert solution.result is Result.SUCCESS
    assert solution.value == pytest.approx(0.5, abs=1e-9)


# --- the gap


@pytest.mark.parametrize("coupling", COUPLINGS)
def test_gap_at_zero_temperature(coupling):
    """Delta(0) = wc/sinh(1/lambda), and the same at temperatures far below Tc."""
    mechanism = Bcs(coupling=coupling, cutoff=CUTOFF)
    tc = float(exact_kt(coupling) / oracle.BOLTZMANN)
    data = gap(mechanism, tc * np.array([0.0, 1e-9, 1e-6, 1e-3, 1e-2, 2e-2]))
    exact = float(CUTOFF / mp.sinh(1 / mpf(coupling)))
    assert np.all(data.result_code == 0)
    assert data.gap.values == pytest.approx(np.full(6, exact), rel=1e-6)
    allowed = np.maximum(data.gap_error, NEGLIGIBLE * tc * BOLTZMANN)
    assert np.all(np.abs(data.gap - exact) <= allowed)


@pytest.mark.parametrize("coupling", [coupling_for(1e-3), 0.1, 0.25, 1.0, 5.0])
def test_gap_at_finite_temperature(coupling):
    mechanism = Bcs(coupling=coupling, cutoff=CUTOFF)
    tc = float(exact_kt(coupling) / oracle.BOLTZMANN)
    reduced = np.array([0.2, 0.5, 0.8, 0.9, 0.95, 0.99])
    data = gap(mechanism, tc * reduced)
    assert np.all(data.result_code == 0)
    for kelvin, value, error in zip(
        data.temperature.values, data.gap.values, data.gap_error.values, strict=True
    ):
        exact = exact_gap(coupling, kelvin * oracle.BOLTZMANN)
        assert value == pytest.approx(exact, rel=1e-5)
        assert abs(value - exact) <= max(error, NEGLIGIBLE * tc * BOLTZMANN)


def test_universal_curve():
    """At lambda = 0.1 the cutoff is felt at e^-20 only: Delta(T)/Delta(0) is universal."""
    tc = float(exact_kt(0.1) / oracle.BOLTZMANN)
    reduced = np.array([0.0, 0.2, 0.5, 0.8, 0.9, 0.95])
    data = gap(Bcs(coupling=0.1, cutoff=CUTOFF), tc * reduced).gap.values
    exact = [1.0] + [float(oracle.universal_gap(t)) for t in reduced[1:]]
    assert np.all(np.abs(data / data[0] / exact - 1) < limited_by_tc(reduced))


def test_gap_near_the_critical_temperature():
    """Delta = kTc pi sqrt(8/(7 zeta(3))) sqrt(1 - T/Tc), with T/Tc taken from the exact Tc."""
    law = float(oracle.universal_constants()["gap_near_tc"])
    kt = float(exact_kt(0.15))
    distance = np.array([1e-2, 1e-3, 1e-4, 1e-5, 3e-6, 1e-6])
    data = gap(Bcs(coupling=0.15, cutoff=CUTOFF), kt * (1 - distance) / BOLTZMANN, throw=False)
    ratio = data.gap.values / (kt * np.sqrt(distance))
    # The next term of the expansion is of order 1 - T/Tc; the quadrature's own Tc adds 1e-8.
    assert np.all(np.abs(ratio / law - 1) < 0.5 * distance + 2e-8 / distance)
    for value, x in zip(data.gap.values, distance, strict=True):
        exact = exact_gap(0.15, mpf(kt * (1 - x) / BOLTZMANN) * oracle.BOLTZMANN)
        assert value == pytest.approx(exact, rel=limited_by_tc(1 - x))


def test_gap_is_exponentially_flat_at_low_temperature():
    """1 - Delta(T)/Delta(0) = coth(1/lambda) 2 K_0(Delta/kT), the modified Bessel function.

    coth(1/lambda) is 1 for a wide cutoff; the corrections are of relative order e^(-Delta/kT).
    """
    zero = float(CUTOFF / mp.sinh(1 / mpf(0.3)))
    x = np.array([np.inf, 22.0, 20.0, 18.0, 16.0, 14.0])
    data = gap(Bcs(coupling=0.3, cutoff=CUTOFF), zero / x / BOLTZMANN).gap.values
    law = [float(mp.coth(1 / mpf(0.3)) * 2 * mp.besselk(0, ratio)) for ratio in x[1:]]
    assert 1 - data[1:] / data[0] == pytest.approx(law, rel=1e-4, abs=1e-14)


def test_cold_start_equals_continuation():
    """The oracle follows the gap upward from T = 0, each temperature starting from the last."""
    bands = oracle.one_band(0.4, CUTOFF)
    kt = float(oracle.critical(bands))
    temperatures = kt * np.array([0.0, 0.3, 0.6, 0.9, 0.97, 0.995])
    cold = gap(Bcs(coupling=0.4, cutoff=CUTOFF), temperatures / BOLTZMANN).gap.values
    last = float(CUTOFF / mp.sinh(1 / mpf(0.4)))
    for t, value in zip(temperatures, cold, strict=True):
        last = last if t == 0 else float(oracle.gaps(bands, mpf(t), (last,))[0])
        assert value == pytest.approx(last, rel=limited_by_tc(t / kt))


@pytest.mark.parametrize("coupling", [0.06, 0.1, 0.25, 1.0, 5.0])
def test_gap_at_and_above_the_critical_temperature(coupling):
    mechanism = Bcs(coupling=coupling, cutoff=CUTOFF)
    tc = critical_temperature(mechanism).value
    data = gap(mechanism, tc * np.array([1.0, 1 + 1e-12, 1 + 1e-6, 1.1, 2.0, 1e3]))
    assert np.all(data.result_code == 0)
    assert np.all(data.gap.values[1:] == 0)
    assert data.gap.values[0] <= data.gap_error.values[0]


@pytest.mark.parametrize("coupling", [0.06, 0.1, 0.25, 1.0, 5.0])
def test_gap_just_below_the_critical_temperature(coupling):
    """Within the error of Tc itself the gap is some number below its own error, not a failure."""
    mechanism = Bcs(coupling=coupling, cutoff=CUTOFF)
    tc = critical_temperature(mechanism).value
    distance = np.array([1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7])
    data = gap(mechanism, tc * (1 - distance), throw=False)
    codes = [list(Result)[code] for code in data.result_code.values]
    assert set(codes) <= {Result.SUCCESS, Result.INACCURATE}
    for kelvin, value, error in zip(
        data.temperature.values, data.gap.values, data.gap_error.values, strict=True
    ):
        exact = exact_gap_just_below(coupling, mpf(kelvin) * oracle.BOLTZMANN)
        assert abs(value - exact) <= max(error, 1e-5 * tc * BOLTZMANN)


@pytest.mark.parametrize("coupling", COUPLINGS)
def test_gap_ratio(coupling):
    data = gap_ratio(Bcs(coupling=coupling, cutoff=CUTOFF))
    exact = float(2 * CUTOFF / mp.sinh(1 / mpf(coupling)) / exact_kt(coupling))
    assert float(data.gap_ratio) == pytest.approx(exact, rel=1e-6)
    assert abs(float(data.gap_ratio) - exact) <= max(float(data.gap_ratio_error), 1e-7 * exact)


def test_universal_gap_ratio():
    exact = float(oracle.universal_constants()["gap_ratio"])
    data = gap_ratio(Bcs(coupling=0.1, cutoff=CUTOFF))
    assert float(data.gap_ratio) == pytest.approx(exact, rel=1e-7)


# --- properties

couplings = st.floats(0.08, 3.0)


@given(couplings, st.floats(1e-3, 1e3), st.floats(0.1, 0.9))
def test_the_cutoff_is_the_only_scale(coupling, scale, reduced):
    one, other = (Bcs(coupling=coupling, cutoff=c) for c in (CUTOFF, CUTOFF * scale))
    tc = critical_temperature(one).value
    assert critical_temperature(other).value == pytest.approx(scale * tc, rel=1e-9)
    temperatures = tc * reduced * np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    first, second = gap(one, temperatures), gap(other, scale * temperatures)
    assert second.gap.values == pytest.approx(scale * first.gap.values, rel=1e-8)


@given(couplings, st.floats(1.001, 2.0))
def test_a_stronger_coupling_has_a_higher_critical_temperature(coupling, factor):
    weak, strong = (Bcs(coupling=c, cutoff=CUTOFF) for c in (coupling, coupling * factor))
    assert critical_temperature(strong).value > critical_temperature(weak).value
    assert float(gap(strong, [0.0] * 6).gap[0]) > float(gap(weak, [0.0] * 6).gap[0])


@given(couplings, st.floats(-8.0, 3.0), st.floats(0.01, 1.0))
def test_the_eigenvalue_falls_with_temperature(coupling, log_kt, step):
    pairs = ConstantBands(CUTOFF, np.ones(1)).pair_density(FINE)
    kernel = np.full((1, 1, 1, 1), coupling)
    low, high = (
        leading_eigenpair(kernel, pairs.susceptibility(float(np.exp(x))))[0]
        for x in (log_kt, log_kt + step)
    )
    assert 0 < high < low
    exact = coupling * oracle.pair_integral(0, mp.exp(log_kt), CUTOFF)
    assert float(low) == pytest.approx(float(exact), rel=1e-7)


@given(couplings)
def test_the_gap_falls_with_temperature(coupling):
    mechanism = Bcs(coupling=coupling, cutoff=CUTOFF)
    tc = critical_temperature(mechanism).value
    values = gap(mechanism, tc * np.array([0.0, 0.2, 0.4, 0.6, 0.8, 0.99])).gap.values
    assert np.all(np.diff(values) < 0)
    assert values[-1] > 0
