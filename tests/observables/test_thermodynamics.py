"""Thermodynamics of constant bands against textbook forms at 30 digits (oracle/conventional.py).

The oracle integrates logarithms and Fermi functions and differentiates numerically; the package
uses other forms, in which nothing cancels, and closed derivatives.
"""

import numpy as np
import pytest
import xarray as xr
from mpmath import mp, mpf
from oracle import conventional as oracle
from scipy import constants

from pairlab import (
    Bcs,
    CapabilityError,
    InputError,
    Multiband,
    SolverError,
    Superstripes,
    critical_temperature,
    thermodynamics,
)
from pairlab.pairing.modes import free_energy
from pairlab.pairing.modes.branches import GapState
from pairlab.solution import CODES, Result

CUTOFF = 30.0
BOLTZMANN = float(oracle.BOLTZMANN)
DIFFERENCES = (
    "free_energy_difference",
    "entropy_difference",
    "thermodynamic_critical_field_ratio",
)
# Couplings, densities, gaps at T = 0 from which the oracle starts.
TWO_BANDS = {
    "suhl_matthias_walker": (((0.35, 0.05), (0.05, 0.20)), (1.0, 1.0), (4.3, 1.9)),
    "repulsive_between": (((0.35, -0.05), (-0.05, 0.20)), (1.0, 1.0), (4.3, -1.9)),
    "repulsive_within": (((-0.1, 0.4), (0.4, -0.2)), (1.0, 1.0), (2.0, 1.8)),
    "densities": (((0.25, 0.1), (0.1, 0.25)), (0.5, 2.0), (5.1, 9.5)),
}


def bands(name):
    couplings, densities, start = TWO_BANDS[name]
    mechanism = Multiband(couplings=couplings, cutoff=CUTOFF, densities=densities)
    return mechanism, oracle.Bands(couplings, CUTOFF, densities), start


def one_band(coupling):
    start = (float(CUTOFF / mp.sinh(1 / mpf(coupling))),)
    return Bcs(coupling=coupling, cutoff=CUTOFF), oracle.one_band(coupling, CUTOFF), start


def kelvin(bands, reduced):
    """Temperatures by the oracle's Tc, six of them."""
    tc = float(oracle.critical(bands)) / BOLTZMANN
    return tc, tc * np.resize(np.asarray(reduced, float), 6)


def landau_jump(bands, start):
    """(C_s - C_n)/(gamma Tc) from F_s - F_n = -(C_s - C_n) (Tc - T)^2/(2 Tc) as T -> Tc."""
    kt = oracle.critical(bands)

    def at(distance):
        gap = oracle.gaps(bands, kt * (1 - distance), start(distance))
        free = oracle.free_energy(bands, kt * (1 - distance), gap)
        return -2 * free / (kt * distance) ** 2 / oracle.sommerfeld(bands)

    with mp.workdps(35):
        x = mpf(10) ** -5
        return float(2 * at(x) - at(2 * x))


@pytest.mark.parametrize("coupling", [0.09, 0.1])
def test_universal_curves(coupling):
    """At weak coupling everything is a universal function of T/Tc."""
    mechanism, reference, _ = one_band(coupling)
    reduced = np.array([0.2, 0.5, 0.8, 0.9, 0.95, 0.98])
    tc, temperatures = kelvin(reference, reduced)
    data = thermodynamics(mechanism, temperatures)
    fields = [float(oracle.universal_critical_field(t)) for t in reduced]
    assert data.thermodynamic_critical_field_ratio.values == pytest.approx(fields, rel=3e-6)
    difference = (data.specific_heat - data.normal_specific_heat).values / tc
    heats = [float(oracle.universal_specific_heat(t)) for t in reduced[1::2]]
    assert difference[1::2] == pytest.approx(heats, rel=1e-6, abs=3e-7)
    jump = float(oracle.universal_constants()["specific_heat_jump"])
    assert float(data.specific_heat_jump) == pytest.approx(jump, rel=3e-7)
    assert abs(float(data.specific_heat_jump) - jump) <= float(data.specific_heat_jump_error) + 1e-7


CASES = [("bcs", 0.25), ("bcs", 1.0), ("bcs", 5.0), *(("multiband", name) for name in TWO_BANDS)]


@pytest.mark.parametrize(("kind", "which"), CASES)
def test_against_textbook_forms(kind, which):
    mechanism, reference, start = one_band(which) if kind == "bcs" else bands(which)
    tc, temperatures = kelvin(reference, [0.0, 0.15, 0.4, 0.7, 0.9, 0.97])
    data = thermodynamics(mechanism, temperatures)
    assert np.all(data.result_code == 0)
    zero = oracle.free_energy(reference, mpf(0), oracle.gaps(reference, mpf(0), start))
    gamma = oracle.sommerfeld(reference)
    for i, t in enumerate(temperatures):
        kt = mpf(float(t)) * oracle.BOLTZMANN
        gap = oracle.gaps(reference, kt, start)
        free = oracle.free_energy(reference, kt, gap)
        assert float(data.free_energy_difference[i]) == pytest.approx(float(free), rel=1e-8)
        field = float(mp.sqrt(free / zero))
        assert float(data.thermodynamic_critical_field_ratio[i]) == pytest.approx(field, rel=1e-8)
        entropy = float(oracle.entropy(reference, kt, gap) * oracle.BOLTZMANN) if t else 0.0
        assert float(data.entropy_difference[i]) == pytest.approx(entropy, rel=1e-8)
        if i == 3:
            heat = float(oracle.specific_heat(reference, kt, start) / gamma / oracle.BOLTZMANN)
            found = float(data.specific_heat[i] - data.normal_specific_heat[i])
            assert found == pytest.approx(heat, rel=1e-7, abs=1e-7 * tc)
    assert data.normal_specific_heat.values == pytest.approx(temperatures)
    assert float(data.specific_heat[0]) == 0.0
    expected = float(gamma * oracle.BOLTZMANN**2)
    assert float(data.specific_heat_constant) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("kind", "which"), [("bcs", 0.25), ("bcs", 5.0), *CASES[3:]])
def test_specific_heat_jump(kind, which):
    """Against the curvature of the oracle's free energy, which knows no eigenvector."""
    mechanism, reference, start = one_band(which) if kind == "bcs" else bands(which)
    _, temperatures = kelvin(reference, [1 - 1e-6])
    data = thermodynamics(mechanism, temperatures)
    if kind == "bcs":
        kt = float(oracle.critical(reference))
        size = 2.0 if which > 1 else 3.06
        near = lambda x: (size * kt * float(x) ** 0.5,)  # noqa: E731
    else:
        matrix = np.sqrt(reference.densities)[:, None] * np.array(reference.couplings)
        vector = np.linalg.eigh(matrix * np.sqrt(reference.densities))[1][:, -1]
        vector = vector / np.sqrt(reference.densities)
        vector *= np.sign(vector[0]) * np.sign(start[0])
        density = np.array(reference.densities)
        # The Landau expansion with equal pair integrals in all bands.
        mean = np.sqrt(density @ vector**2 / (density @ vector**4))
        unit = 3.06 * float(oracle.critical(reference)) * mean
        near = lambda x: tuple(unit * vector * float(x) ** 0.5)  # noqa: E731
    exact = landau_jump(reference, near)
    assert float(data.specific_heat_jump) == pytest.approx(exact, rel=1e-6)
    # The curve itself reaches the jump.
    assert np.all(data.result_code == 0)
    height = (data.specific_heat - data.normal_specific_heat) / data.critical_temperature
    assert height.values == pytest.approx(np.full(6, exact), rel=1e-4)


def test_third_law():
    """Int_0^Tc (C_s - C_n)/T dT = 0: the entropies are equal at 0 and at Tc."""
    mechanism, reference, _ = one_band(0.3)
    x, w = np.polynomial.legendre.leggauss(30)
    tc, _ = kelvin(reference, [1.0])
    temperatures = tc * (x + 1) / 2
    parts = [thermodynamics(mechanism, six) for six in temperatures.reshape(5, 6)]
    data = xr.concat(parts, "temperature", data_vars="minimal", coords="minimal", compat="override")
    difference = (data.specific_heat - data.normal_specific_heat).values / temperatures
    assert w @ difference / 2 == pytest.approx(0.0, abs=1e-6)
    # And the entropy released on the way to T = 0 is the free energy at T = 0.
    lost = w @ data.entropy_difference.values * tc / 2
    zero = float(thermodynamics(mechanism, [0.0] * 6).free_energy_difference[0])
    assert lost == pytest.approx(zero, rel=1e-9)


@pytest.mark.parametrize("coupling", [0.1, 0.25, 5.0])
def test_close_to_the_critical_temperature(coupling):
    """F_s - F_n is of order (1 - T/Tc)^2, 1e-12 of its terms; its digits survive."""
    mechanism, reference, start = one_band(coupling)
    distance = np.array([1e-2, 1e-3, 1e-4, 1e-5, 3e-6, 1e-6])
    _, temperatures = kelvin(reference, 1 - distance)
    data = thermodynamics(mechanism, temperatures)
    assert np.all(data.result_code == 0)
    for i, x in enumerate(distance):
        kt = mpf(float(temperatures[i])) * oracle.BOLTZMANN
        gap = oracle.gaps(reference, kt, (start[0] * 1.74 * x**0.5,))
        free, entropy = oracle.free_energy(reference, kt, gap), oracle.entropy(reference, kt, gap)
        assert float(data.free_energy_difference[i]) == pytest.approx(float(free), rel=1e-6)
        exact = float(entropy * oracle.BOLTZMANN)
        assert float(data.entropy_difference[i]) == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize("coupling", [0.0775, 0.25, 5.0])
def test_low_temperatures(coupling):
    """C_s, e^(-Delta/kT), is nothing; S_s - S_n = -gamma T; F_s - F_n = F(0) + gamma T^2/2."""
    mechanism, reference, start = one_band(coupling)
    reduced = np.array([0.0, 1e-9, 1e-6, 1e-4, 1e-3, 0.02])
    tc, temperatures = kelvin(reference, reduced)
    data = thermodynamics(mechanism, temperatures)
    assert np.all(data.result_code == 0)
    gamma = float(data.specific_heat_constant)
    # At the strongest coupling 0.02 Tc is 1/20 of the cutoff, beyond which nothing changes.
    assert data.entropy_difference.values == pytest.approx(-gamma * temperatures, rel=2e-6)
    assert np.all(np.abs(data.specific_heat) < 1e-6 * tc)
    zero = float(oracle.free_energy(reference, mpf(0), start))
    expected = zero + gamma * temperatures**2 / 2
    assert data.free_energy_difference.values == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("kelvins", [1e-3, 1e-5])
def test_tiny_critical_temperatures(kelvins):
    """The universal curves again, with Tc at 1e-3 K and 1e-5 K beside a cutoff of 348 K."""
    coupling = float(1 / oracle.pair_integral(0, mpf(kelvins) * oracle.BOLTZMANN, CUTOFF))
    reduced = np.array([0.0, 0.01, 0.2, 0.5, 0.8, 0.98])
    data = thermodynamics(Bcs(coupling=coupling, cutoff=CUTOFF), kelvins * reduced)
    assert np.all(data.result_code == 0)
    fields = [float(oracle.universal_critical_field(t)) for t in reduced[2:]]
    assert data.thermodynamic_critical_field_ratio.values[2:] == pytest.approx(fields, rel=3e-6)
    difference = (data.specific_heat - data.normal_specific_heat).values[3::2] / kelvins
    heats = [float(oracle.universal_specific_heat(t)) for t in reduced[3::2]]
    assert difference == pytest.approx(heats, rel=1e-6, abs=3e-7)


def test_absolute_fields():
    """Bc(0)^2/(2 mu0) = N(0) Delta(0)^2/2 (1 + ...), in SI units throughout."""
    mechanism = Bcs(coupling=0.2, cutoff=CUTOFF, density_of_states=0.02)
    tc = critical_temperature(mechanism).value
    data = thermodynamics(mechanism, tc * np.array([0.0, 0.3, 0.6, 0.9, 0.99, 2.0]))
    per_joule_and_cube = 0.02 / (1e-3 * constants.e * 1e-27)
    cutoff = CUTOFF * 1e-3 * constants.e
    gap = cutoff / np.sinh(5.0)
    # -F(0)/N(0) = wc sqrt(wc^2 + Delta^2) - wc^2, exactly, with wc/Delta = sinh 5.
    energy = per_joule_and_cube * gap**2 / (1 + np.sqrt(1 + (gap / cutoff) ** 2))
    tesla = np.sqrt(2 * constants.mu_0 * energy)
    assert float(data.thermodynamic_critical_field[0]) == pytest.approx(tesla, rel=1e-9)
    density = float(data.free_energy_density_difference[0]) * 1e-3 * constants.e * 1e27
    assert density == pytest.approx(-energy, rel=1e-9)
    ratio = data.thermodynamic_critical_field / tesla
    assert data.thermodynamic_critical_field_ratio.values == pytest.approx(ratio.values, rel=1e-9)
    assert data.thermodynamic_critical_field.units == "T"
    assert "thermodynamic_critical_field" not in thermodynamics(one_band(0.2)[0], [0.0] * 6)


def test_normal_state():
    mechanism = Bcs(coupling=0.3, cutoff=CUTOFF)
    tc = critical_temperature(mechanism).value
    data = thermodynamics(mechanism, tc * np.array([1.0, 1 + 1e-9, 1.001, 1.5, 10.0, 1e4]))
    assert np.all(data.result_code == 0)
    for name in DIFFERENCES:
        assert np.all(data[name] == 0)
        assert np.all(data[f"{name}_error"] == 0)
    assert data.specific_heat.values == pytest.approx(data.temperature.values)


@pytest.mark.parametrize(
    "mechanism",
    [Bcs(coupling=0.02, cutoff=30.0), Multiband(couplings=((-0.3, 0.1), (0.1, -0.2)), cutoff=30.0)],
)
def test_no_superconductivity(mechanism):
    data = thermodynamics(mechanism, [0.0, 1e-7, 1.0, 2.0, 3.0, 4.0])
    assert np.all(data.result_code == 0)
    assert np.all(data.free_energy_difference == 0)
    assert np.all(data.entropy_difference == 0)
    assert data.specific_heat.values == pytest.approx(data.temperature.values)
    assert np.all(np.isnan(data.thermodynamic_critical_field_ratio))
    assert np.isnan(data.specific_heat_jump)
    assert float(data.critical_temperature) == 0.0


def test_degenerate_bands_have_no_jump_of_one_eigenvector():
    """Two equal decoupled bands: the eigenvector is arbitrary, so no number is made of it."""
    mechanism = Multiband(couplings=((0.3, 0.0), (0.0, 0.3)), cutoff=30.0)
    assert np.isnan(thermodynamics(mechanism, [0.0] * 6, throw=False).specific_heat_jump)


def test_equal_decoupled_bands_are_twice_one_band():
    mechanism = Multiband(couplings=((0.3, 0.0), (0.0, 0.3)), cutoff=30.0)
    temperatures = [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    both = thermodynamics(mechanism, temperatures).free_energy_difference
    one = thermodynamics(Bcs(coupling=0.3, cutoff=30.0), temperatures).free_energy_difference
    assert both.values == pytest.approx(2 * one.values, rel=1e-6)


def test_a_saddle_of_the_free_energy_is_not_a_result():
    """Decoupled bands of which one is left normal solve the gap equation, but not the problem."""
    modes = Multiband(couplings=((0.35, 0.0), (0.0, 0.2)), cutoff=CUTOFF).posed

    def result_of(gap):
        state = GapState(gap, 0.0, 0.0, 0.0, Result.SUCCESS, None)
        return free_energy.condensate(modes.branches.problem, modes.point, state, 0.0)[2]

    gaps = np.array([[CUTOFF / np.sinh(1 / 0.35)], [CUTOFF / np.sinh(1 / 0.2)]])
    for factor, result in (
        (1.0, Result.SUCCESS),
        (0.0, Result.NOT_CONVERGED),
        (-1.0, Result.SUCCESS),
    ):
        assert result_of(gaps * np.array([[1.0], [factor]])) is result


def test_every_number_says_its_unit_and_error():
    data = thermodynamics(Bcs(coupling=0.3, cutoff=30.0, density_of_states=0.01), [0.0] * 6)
    for name, variable in data.data_vars.items():
        if name != "result_code":
            assert variable.attrs["units"], name
            assert variable.attrs["long_name"], name
    for name in (*DIFFERENCES, "specific_heat", "thermodynamic_critical_field"):
        assert np.all(data[f"{name}_error"] >= 0)
        assert data[f"{name}_error"].units == data[name].units
    assert data.attrs["mechanism"] == "bcs"


def test_refusals():
    with pytest.raises(CapabilityError, match="thermodynamics"):
        thermodynamics(Superstripes.preset("h3s", coupling=0.3, lifshitz=1.0))
    for bad in (-1.0, np.nan, np.inf, "cold", [[1.0]]):
        with pytest.raises(InputError, match="temperature"):
            thermodynamics(Bcs(coupling=0.3, cutoff=30.0), bad)


def test_a_bad_number_is_an_error_or_a_code(monkeypatch):
    """With an accuracy that nothing reaches, every temperature below Tc is refused."""
    monkeypatch.setattr("pairlab.observables.datasets.ACCURACY", 1e-30)
    mechanism = Bcs(coupling=0.06, cutoff=30.0)
    with pytest.raises(SolverError):
        thermodynamics(mechanism, [1e-6] * 6)
    data = thermodynamics(mechanism, [1e-6] * 5 + [1.0], throw=False)
    assert CODES[int(data.result_code[0])] is Result.INACCURATE
