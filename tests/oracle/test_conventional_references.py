"""The oracle of the conventional references against closed forms, proofs and other quadratures."""

import pytest
from flint import arb
from mpmath import mp, mpf
from oracle import conventional as oracle
from oracle import stored

TWO_BANDS = oracle.Bands(((0.35, 0.05), (0.05, 0.20)), 1.0, (1.0, 1.0))
UNEQUAL = oracle.Bands(((0.9, -0.3), (-0.3, 0.4)), 2.0, (1.0, 0.5))


@pytest.fixture(autouse=True)
def _computed_at_full_precision(monkeypatch):
    monkeypatch.setattr(stored, "values", {})
    with mp.workdps(35):
        yield


def close(value, reference, relative):
    return abs(mpf(value) / mpf(reference) - 1) < mpf(relative)


@pytest.mark.parametrize("coupling", [0.05, 0.0625, 0.25, 1.0, 3.0, 20.0])
def test_critical_temperature_is_enclosed(coupling):
    kt = oracle.critical(oracle.one_band(coupling, 30.0))
    assert oracle.encloses_critical(coupling, 30.0, kt, "1e-28")
    assert not oracle.encloses_critical(coupling, 30.0, kt * (1 + mpf(10) ** -20), "1e-28")


@pytest.mark.parametrize("reduced", ["0.2", "0.5", "0.8", "0.9", "0.95"])
def test_universal_gap_is_enclosed(reduced):
    with mp.workdps(35):
        gap = oracle.universal_gap(mpf(reduced))
    assert oracle.enclosed_universal_gap(reduced, gap, "1e-27")


def test_universal_gap_agrees_with_the_published_table():
    # Muehlschlegel, Z. Phys. 155, 313 (1959), table 1, four digits.
    table = {0.96: 0.3416, 0.9: 0.5263, 0.8: 0.7110, 0.5: 0.9569, 0.3: 0.9971, 0.2: 0.9999}
    for reduced, printed in table.items():
        assert abs(oracle.universal_gap(reduced) - printed) < 0.51e-4


def test_weak_coupling_limit_of_the_finite_cutoff():
    """At 1/lambda = 20 the finite problem is the universal one to e^-40 and 1/(wc/kTc)^2."""
    constants = oracle.universal_constants()
    bands = oracle.one_band(0.05, 1.0)
    kt = oracle.critical(bands)
    prefactor = kt * mp.exp(1 / mpf(0.05))
    assert close(prefactor, constants["critical_prefactor"].str(30, radius=False), "1e-15")
    zero = bands.cutoff / mp.sinh(1 / mpf(0.05))
    assert close(2 * zero / kt, constants["gap_ratio"].str(30, radius=False), "1e-15")
    half = oracle.gaps(bands, kt / 2, (float(zero),))[0]
    assert close(half / zero, oracle.universal_gap(0.5), "1e-14")
    free = oracle.free_energy(bands, kt / 2, (half,)) / (zero**2 / 2)
    assert close(mp.sqrt(-free), oracle.universal_critical_field(0.5), "1e-12")


@pytest.mark.parametrize(("bands", "start"), [(TWO_BANDS, (0.14, 0.06)), (UNEQUAL, (0.8, -0.4))])
def test_two_gaps_solve_the_equations_in_another_quadrature(bands, start):
    """tanh-sinh in xi itself, where the solver used Gauss-Legendre in asinh xi."""
    kt = oracle.critical(bands) * mpf("0.6")
    gap = oracle.gaps(bands, kt, start)
    assert all(g * s > 0 for g, s in zip(gap, start, strict=True))
    with mp.workdps(30):
        for i, row in enumerate(bands.couplings):
            right = mpf(0)
            for g, nu, d in zip(row, bands.densities, gap, strict=True):

                def pair(xi, d=d):
                    energy = mp.sqrt(xi**2 + d**2)
                    return mp.tanh(energy / (2 * kt)) / energy

                points = [0, abs(d) / 2, abs(d), 2 * abs(d), bands.cutoff]
                right += mpf(g) * mpf(nu) * d * mp.quad(pair, points)
            assert close(right, gap[i], "1e-22")


def test_two_bands_at_zero_temperature():
    """Suhl, Matthias, Walker at T = 0 in closed form: Delta = g Delta asinh(wc/Delta)."""
    first, second = oracle.gaps(TWO_BANDS, mpf(0), (0.14, 0.06))
    right = mpf(0.35) * first * mp.asinh(1 / first) + mpf(0.05) * second * mp.asinh(1 / second)
    assert close(right, first, "1e-14")
    expected = (mpf("0.55") + mp.sqrt(mpf("0.15") ** 2 + mpf("0.1") ** 2)) / 2
    assert close(oracle.leading_coupling(TWO_BANDS), expected, "1e-15")
    eigenvalue = (arb("0.55") + (arb("0.0325")).sqrt()) / 2
    kt = oracle.critical(TWO_BANDS)
    assert oracle.encloses_critical(eigenvalue, 1.0, kt, "1e-15")


@pytest.mark.parametrize(
    ("bands", "start"), [(oracle.one_band(0.8, 2.0), (1.4,)), (UNEQUAL, (0.8, -0.4))]
)
def test_entropy_is_the_slope_of_the_free_energy(bands, start):
    kt = oracle.critical(bands) * mpf("0.5")
    slope = oracle.slope(lambda t: oracle.free_energy(bands, t, oracle.gaps(bands, t, start)), kt)
    assert close(-slope, oracle.entropy(bands, kt, oracle.gaps(bands, kt, start)), "1e-13")


def test_universal_free_energy_and_specific_heat_are_consistent():
    kt = oracle.UNIVERSAL_KTC * mpf("0.7")
    gamma = 2 * mp.pi**2 / 3 * oracle.UNIVERSAL_KTC
    h = kt / 1000
    weights = {1: mpf(3) / 2, 2: mpf(-3) / 20, 3: mpf(1) / 90}
    curvature = -mpf(49) / 18 * oracle.universal_free_energy(kt)
    for n, weight in weights.items():
        for t in (kt - n * h, kt + n * h):
            curvature += weight * oracle.universal_free_energy(t)
    expected = oracle.universal_specific_heat(mpf("0.7"))
    assert close(-kt * curvature / h**2 / gamma, expected, "1e-12")


def test_universal_numbers_near_the_critical_temperature():
    constants = {k: float(v) for k, v in oracle.universal_constants().items()}
    reduced = 1 - 1e-5
    gap = oracle.universal_gap(reduced) / oracle.UNIVERSAL_KTC
    assert close(gap / mp.sqrt(1 - mpf(reduced)), constants["gap_near_tc"], "1e-5")
    density = oracle.universal_superfluid_density(reduced)
    assert close(density / (1 - mpf(reduced)), constants["superfluid_slope"], "5e-5")
    # F_s - F_n = -(C_s - C_n) (Tc - T)^2/(2 Tc) fixes the jump.
    unit = oracle.UNIVERSAL_KTC
    free = oracle.universal_free_energy(mpf(reduced) * unit)
    jump = -2 * free / (unit * (1 - mpf(reduced))) ** 2 / (2 * mp.pi**2 / 3)
    assert close(jump, constants["specific_heat_jump"], "5e-5")
