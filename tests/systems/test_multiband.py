"""The solvers on several bands with constant couplings, where Tc is that of one effective band.

All bands share J(0, kT), so Tc belongs to lambda, the largest eigenvalue of g_ij nu_j, and
d ln kTc = d lambda/(lambda^2 tanh(wc/2kTc)). References: tests/oracle/conventional.py.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf
from oracle import conventional as oracle

from pairlab import Bcs, Multiband, Result, critical_temperature, gap, gap_ratio, sensitivity
from pairlab.solution import CODES

CUTOFF = 30.0
BOLTZMANN = float(oracle.BOLTZMANN)
SUHL = ((0.35, 0.05), (0.05, 0.20))
REDUCED = np.array([0.0, 0.2, 0.5, 0.8, 0.95, 0.999])
# Relative accuracy of gaps that close at a Tc which is itself good to 3e-8, and the part of kTc
# below which an error estimate is not held to account: a tenth of what is promised.
LIMITED_BY_TC = 3e-8 * (1 + 1 / (1 - REDUCED))[:, None]
NEGLIGIBLE = 1e-6


def mechanism(couplings, densities=None):
    return Multiband(couplings=couplings, cutoff=CUTOFF, densities=densities)


def bands(couplings, densities=None):
    size = len(couplings)
    couplings = tuple(tuple(float(x) for x in row) for row in couplings)
    return oracle.Bands(couplings, CUTOFF, tuple(densities or (1.0,) * size))


def exact_tc(couplings, densities=None):
    return float(oracle.critical(bands(couplings, densities)) / oracle.BOLTZMANN)


def continued(couplings, kelvin, start, densities=None):
    """The gaps at each temperature, upward, each solved from the last one."""
    found = []
    for t in kelvin:
        start = oracle.gaps(
            bands(couplings, densities), mpf(t) * oracle.BOLTZMANN, tuple(float(x) for x in start)
        )
        found.append([float(x) for x in start])
    return np.array(found)


def zero_gap(coupling):
    return float(CUTOFF / mp.sinh(1 / mpf(coupling)))


# Name: (couplings, densities).
SETS = {
    "suhl_matthias_walker": (SUHL, None),
    "repulsive_between": (((0.35, -0.05), (-0.05, 0.20)), None),
    "repulsive_within": (((-0.1, 0.4), (0.4, -0.2)), None),
    "s_plus_minus": (((-0.1, -0.4), (-0.4, -0.2)), None),
    "large_negative_eigenvalue": (((0.3, 0.01), (0.01, -5.0)), None),
    "negative_by_mixing": (((-2.0, 0.5), (0.5, 0.3)), None),
    "densities": (((0.25, 0.1), (0.1, 0.25)), (0.5, 2.0)),
    "empty_beside_full": (((0.25, 0.1), (0.1, 0.25)), (1e-6, 1.0)),
    "strong": (((4.0, 1.0), (1.0, 2.0)), None),
    "tiny": (((0.0700, 0.0010), (0.0010, 0.06)), None),
}


@pytest.mark.parametrize("name", SETS)
def test_critical_temperature(name):
    couplings, densities = SETS[name]
    solution = critical_temperature(mechanism(couplings, densities))
    assert solution.result is Result.SUCCESS
    assert solution.value == pytest.approx(exact_tc(couplings, densities), rel=1e-7)


@pytest.mark.parametrize(
    "couplings",
    [
        ((-0.3, 0.1), (0.1, -0.3)),
        ((-0.3, -0.1), (-0.1, -0.3)),
        ((-5.0, 0.0), (0.0, -1.0)),
        ((0.0, 0.0), (0.0, 0.0)),
        ((0.03, 0.01), (0.01, 0.02)),
        ((-1.0, 0.3), (0.3, -0.1)),
        # A leading eigenvalue that is positive and drowns in rounding.
        ((-0.5, 1e-290), (1e-290, 1e-226)),
    ],
)
def test_no_superconductivity(couplings):
    solution = critical_temperature(mechanism(couplings))
    assert solution.result is Result.NO_SUPERCONDUCTIVITY
    assert solution.value == 0.0
    data = gap(mechanism(couplings), REDUCED)
    assert np.all(data.gap == 0)
    assert np.all(data.result_code == CODES.index(Result.NO_SUPERCONDUCTIVITY))


def test_one_band_of_several_is_bcs():
    """Through the other mechanism, and with the density in place of the coupling."""
    expected = critical_temperature(Bcs(coupling=0.25, cutoff=CUTOFF)).value
    for couplings, densities in ((((0.25,),), None), (((0.5,),), (0.5,))):
        assert critical_temperature(mechanism(couplings, densities)).value == pytest.approx(
            expected, rel=1e-12
        )


def test_three_frustrated_bands():
    """Equal repulsion between three bands: a leading eigenvalue that is twice degenerate."""
    couplings = ((0.1, -0.2, -0.2), (-0.2, 0.1, -0.2), (-0.2, -0.2, 0.1))
    solution = critical_temperature(mechanism(couplings))
    assert solution.result is Result.SUCCESS
    expected = exact_tc(((0.3,),))
    assert solution.value == pytest.approx(expected, rel=1e-7)


# --- derivatives of Tc


def slopes(couplings, densities=None, *, throw=True):
    """d ln kTc by g_ij (half of that of the pair g_ij = g_ji), by the densities and by ln wc."""
    size = len(couplings)
    one = mechanism(couplings, densities or (1.0,) * size)
    data = sensitivity(one, fields=["couplings", "densities", "cutoff"], throw=throw)
    tc = float(one.posed.critical().value) or np.nan
    by = dict(zip(data.field.values.tolist(), data.derivative.values / tc, strict=True))
    by_coupling = np.empty((size, size))
    for i in range(size):
        for j in range(i, size):
            pair = by[f"couplings[{i}][{j}]"]
            by_coupling[i, j] = by_coupling[j, i] = pair if i == j else pair / 2
    by_density = np.array([by[f"densities[{i}]"] for i in range(size)])
    return by_coupling, by_density, by["cutoff"] * CUTOFF, data


@pytest.mark.parametrize("name", SETS)
def test_slopes_of_the_critical_temperature(name):
    """d lambda = Sum_ij s_i dg_ij s_j with s = nu^(1/2) r, r^T nu r = 1; and by the densities."""
    couplings, densities = SETS[name]
    g, nu = np.array(couplings), np.array(densities or (1.0, 1.0))
    root = np.sqrt(nu)
    values, vectors = np.linalg.eigh(root[:, None] * g * root)
    s = root * vectors[:, -1]
    kt = exact_tc(couplings, densities) * BOLTZMANN
    scale = 1 / (values[-1] ** 2 * np.tanh(CUTOFF / (2 * kt)))
    by_coupling, by_density, by_cutoff, data = slopes(couplings, densities)
    assert np.all(data.result_code == 0)
    assert by_coupling == pytest.approx(scale * np.outer(s, s), rel=1e-5, abs=1e-8 * scale)
    # lambda = v^T nu^(1/2) g nu^(1/2) v, so d lambda/d nu_i = lambda v_i^2/nu_i.
    exact = scale * values[-1] * vectors[:, -1] ** 2 / nu
    assert by_density == pytest.approx(exact, rel=1e-5, abs=1e-8 * scale)
    assert by_cutoff == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("couplings", [((0.3, 0.0), (0.0, 0.3)), ((3.0, 0.0), (0.0, 3.0))])
def test_slopes_at_a_degenerate_eigenvalue(couplings):
    """Two equal bands: any unit vector gives a subgradient, of trace dlambda/dg = 1.

    Tc has a kink there: both one-sided derivatives lie within the error, and the code says so.
    """
    expected, _ = (
        float(x) for x in oracle.critical_slopes(oracle.one_band(couplings[0][0], CUTOFF))
    )
    by_coupling, by_density, by_cutoff, data = slopes(couplings, throw=False)
    assert np.all(np.isfinite(by_coupling))
    assert np.all(np.isfinite(by_density))
    assert np.trace(by_coupling) == pytest.approx(expected, rel=1e-6)
    assert np.all(np.linalg.eigvalsh(by_coupling) >= -1e-9 * expected)
    assert by_cutoff == pytest.approx(1.0, abs=1e-9)
    tc = exact_tc(couplings)
    assert tc == pytest.approx(critical_temperature(mechanism(couplings)).value, rel=1e-7)
    kinks = data.sel(field=[f"couplings[{i}][{i}]" for i in range(2)])
    for one_sided in (0.0, expected * tc):
        assert np.all(np.abs(kinks.derivative - one_sided) <= kinks.derivative_error * (1 + 1e-6))
    assert np.all(kinks.result_code == Result.INACCURATE.code)
    assert data.sel(field="cutoff").result_code == Result.SUCCESS.code


@pytest.mark.parametrize("couplings", [((-0.3, 0.1), (0.1, -0.3)), ((0.0, 0.0), (0.0, 0.0))])
def test_there_are_no_slopes_without_superconductivity(couplings):
    by_coupling, by_density, by_cutoff, data = slopes(couplings)
    assert np.all(data.result_code == Result.NO_SUPERCONDUCTIVITY.code)
    assert all(np.all(np.isnan(x)) for x in (by_coupling, by_density, by_cutoff))


# --- gaps


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("suhl_matthias_walker", (4.3, 1.9)),
        ("repulsive_between", (4.3, -1.9)),
        ("densities", (5.1, 9.5)),
        ("strong", (130.0, 90.0)),
        ("empty_beside_full", (0.4, 1.1)),
    ],
)
def test_gaps(name, start):
    couplings, densities = SETS[name]
    tc = exact_tc(couplings, densities)
    data = gap(mechanism(couplings, densities), REDUCED * tc)
    assert np.all(data.result_code == 0)
    assert data.gap.dims == ("temperature", "band")
    exact = continued(couplings, data.temperature.values, start, densities)
    exact = exact * np.sign(exact[:, [np.abs(exact[0]).argmax()]])
    assert np.all(np.abs(data.gap.values / exact - 1) < 1e-6 + LIMITED_BY_TC)
    allowed = np.maximum(data.gap_error.values[:, None], NEGLIGIBLE * tc * BOLTZMANN)
    assert np.all(np.abs(data.gap.values - exact) <= allowed)


def test_suhl_matthias_walker_at_zero_temperature():
    """Gaps in units of the cutoff, from the two closed equations at T = 0."""
    data = gap(mechanism(SUHL), 0.0).gap.values[0] / CUTOFF
    left = np.array(SUHL) @ (data * np.arcsinh(1 / data))
    assert left == pytest.approx(data, rel=1e-7)
    assert np.all(data > 0)


def test_the_sign_of_the_interband_coupling():
    """It leaves Tc and the sizes as they are and flips the relative sign."""
    attractive, repulsive = (
        mechanism(SETS[n][0]) for n in ("suhl_matthias_walker", "repulsive_between")
    )
    tc = critical_temperature(attractive).value
    assert critical_temperature(repulsive).value == pytest.approx(tc, rel=1e-12)
    first, second = (gap(m, REDUCED * tc).gap.values for m in (attractive, repulsive))
    assert second == pytest.approx(first * [1, -1], rel=1e-9)


@pytest.mark.parametrize("between", [0.4, -0.4])
def test_repulsive_bands_with_a_strong_coupling_between(between):
    """s++ or s+-: two equal bands have lambda = |g12| + g11 and the BCS gap of that lambda."""
    couplings = ((-0.1, between), (between, -0.1))
    tc = exact_tc(((0.3,),))
    data = gap(mechanism(couplings), REDUCED * tc)
    values = data.gap.values
    assert values[0, 0] * values[0, 1] * between > 0
    assert np.abs(values[0]) == pytest.approx([zero_gap(0.3)] * 2, rel=1e-7)
    one = gap(Bcs(coupling=0.3, cutoff=CUTOFF), REDUCED * tc).gap.values
    assert np.abs(values) == pytest.approx(np.stack([one, one], 1), rel=1e-6)


@pytest.mark.parametrize("name", ["large_negative_eigenvalue", "negative_by_mixing"])
def test_gaps_with_a_large_negative_eigenvalue(name):
    """One band is driven by the other against a strong repulsion within itself."""
    couplings, _ = SETS[name]
    tc = exact_tc(couplings)
    data = gap(mechanism(couplings), REDUCED * tc)
    exact = continued(couplings, data.temperature.values, tuple(data.gap.values[0]))
    # One gap is down to 1e-3 of kTc, and what is promised is a fraction of kTc.
    scale = NEGLIGIBLE * tc * BOLTZMANN + LIMITED_BY_TC * np.abs(exact)
    assert np.all(np.abs(data.gap.values - exact) < scale)
    assert np.all(np.diff(np.abs(data.gap.values).max(1)) < 0)


def test_two_equal_decoupled_bands():
    """Both bands have the BCS gap, whichever eigenvector the degenerate eigenvalue brought."""
    data = gap(mechanism(((0.3, 0.0), (0.0, 0.3))), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0])
    one = gap(Bcs(coupling=0.3, cutoff=CUTOFF), data.temperature.values).gap.values
    assert np.abs(data.gap.values) == pytest.approx(np.stack([one, one], 1), rel=1e-6)


def test_two_decoupled_bands():
    """Band 2 has its own gap below its own Tc, of which the linear problem at Tc knows nothing."""
    data = gap(mechanism(((0.35, 0.0), (0.0, 0.2))), [0.0, 0.5, 1.0, 2.0, 5.0, 10.0])
    for band, coupling in enumerate((0.35, 0.2)):
        one = gap(Bcs(coupling=coupling, cutoff=CUTOFF), data.temperature.values).gap.values
        assert np.abs(data.gap.values[:, band]) == pytest.approx(one, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("between", [1e-6, 1e-4, 1e-3, 1e-2, -1e-3])
def test_weakly_coupled_bands(between):
    """The relative sign is that of the coupling at every T, and Delta_2 grows below its own Tc.

    The other solutions of the equations, of the wrong sign or nearly 0, have a higher free energy.
    """
    couplings = ((0.35, between), (between, 0.2))
    tc = exact_tc(couplings)
    data = gap(mechanism(couplings), REDUCED * tc)
    start = (zero_gap(0.35), np.sign(between) * zero_gap(0.2))
    exact = continued(couplings, data.temperature.values[:1], start)[0]
    assert data.gap.values[0] == pytest.approx(exact, rel=1e-6)
    assert np.all(data.gap.values[:, 0] * data.gap.values[:, 1] * between > 0)
    assert np.all(np.diff(np.abs(data.gap.values), axis=0) < 0)


def test_gap_ratios_lie_on_either_side_of_the_universal_one():
    data = gap_ratio(mechanism(SUHL)).gap_ratio
    kt = exact_tc(SUHL) * BOLTZMANN
    exact = oracle.gaps(bands(SUHL), mpf(0), (4.3, 1.9))
    assert data.values == pytest.approx([2 * float(x) / kt for x in exact], rel=1e-7)
    assert data.values[0] > 3.53 > data.values[1]


# --- properties

numbers = st.floats(-0.5, 0.5).map(lambda x: round(x, 6))
positive = st.floats(0.1, 2.0)


@given(numbers, numbers, numbers, positive, positive)
def test_any_two_bands(first, between, second, density, other):
    """Tc is that of the largest real eigenvalue, whatever the signs."""
    g = np.array([[first, between], [between, second]])
    root = np.sqrt([density, other])
    coupling = np.linalg.eigvalsh(root[:, None] * g * root)[-1]
    solution = critical_temperature(mechanism(g.tolist(), (density, other)), throw=False)
    expected = exact_tc(((coupling,),)) if coupling > 0.04 else 0.0
    if expected > 1.0001e-6:
        assert solution.value == pytest.approx(expected, rel=1e-6)
        assert solution.result is Result.SUCCESS
    elif expected < 0.9999e-6:
        assert solution.value == 0.0
        assert solution.result is Result.NO_SUPERCONDUCTIVITY


@given(st.floats(0.15, 0.5), st.floats(0.05, 0.3), st.floats(0.1, 0.5), st.floats(0.1, 10.0))
def test_scale_and_order_of_the_bands(first, between, second, scale):
    """Tc and gaps scale with the cutoff; exchanging the bands exchanges the gaps."""
    couplings, swapped = (
        [[first, between], [between, second]],
        [[second, between], [between, first]],
    )
    one = mechanism(couplings)
    tc = critical_temperature(one).value
    wide = one.replace(cutoff=scale * CUTOFF)
    assert critical_temperature(wide).value == pytest.approx(scale * tc, rel=1e-9)
    values = gap(one, REDUCED * tc).gap.values
    assert gap(wide, REDUCED * tc * scale).gap.values == pytest.approx(scale * values, rel=1e-5)
    assert gap(mechanism(swapped), REDUCED * tc).gap.values[:, ::-1] == pytest.approx(
        values, rel=1e-5
    )


@given(st.floats(0.1, 0.5), st.floats(0.01, 0.3), st.floats(0.1, 0.5), st.floats(1e-3, 0.3))
def test_every_attraction_raises_the_critical_temperature(first, between, second, more):
    tc = critical_temperature(mechanism([[first, between], [between, second]])).value
    for i, j in ((0, 0), (0, 1), (1, 1)):
        g = np.array([[first, between], [between, second]])
        g[i, j] += more
        g[j, i] = g[i, j]
        assert critical_temperature(mechanism(g.tolist())).value > tc
