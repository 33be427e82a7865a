"""The superfluid density of constant bands (references: tests/oracle/conventional.py)."""

import numpy as np
import pytest
from mpmath import mp, mpf
from oracle import conventional as oracle

from pairlab import (
    Bcs,
    CapabilityError,
    InputError,
    Multiband,
    Superstripes,
    critical_temperature,
    stiffness,
)

CUTOFF = 30.0
BOLTZMANN = float(oracle.BOLTZMANN)
SUHL = ((0.35, 0.05), (0.05, 0.20))


def coupling_for(kelvin):
    """The coupling that gives this Tc."""
    return float(1 / oracle.pair_integral(0, mpf(kelvin) * oracle.BOLTZMANN, CUTOFF))


def seven(temperatures):
    """Seven temperatures: those given, over again."""
    return np.resize(np.asarray(temperatures, float), 7)


def one_band(coupling, reduced):
    """Superfluid density at temperatures in units of the oracle's Tc."""
    kt = float(oracle.critical(oracle.one_band(coupling, CUTOFF)))
    temperatures = kt / BOLTZMANN * np.asarray(reduced)
    data = stiffness(Bcs(coupling=coupling, cutoff=CUTOFF), seven(temperatures))
    assert np.all(data.result_code == 0)
    assert data.superfluid_density.dims == ("temperature",)
    return data.isel(temperature=slice(len(temperatures)))


@pytest.mark.parametrize("coupling", [0.1, coupling_for(1e-3), coupling_for(1e-5)])
def test_universal_curve(coupling):
    reduced = np.array([0.2, 0.5, 0.8, 0.9, 0.95, 0.99])
    data = one_band(coupling, reduced)
    exact = [float(oracle.universal_superfluid_density(t)) for t in reduced]
    assert data.superfluid_density.values == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize("coupling", [0.25, 1.0, 5.0])
def test_finite_cutoff(coupling):
    """States beyond the cutoff are normal in both states."""
    data = one_band(coupling, [0.1, 0.3, 0.6, 0.9, 0.99, 1 - 1e-6])
    start = float(CUTOFF / mp.sinh(1 / mpf(coupling)))
    for t, value, error in zip(
        data.temperature.values,
        data.superfluid_density.values,
        data.superfluid_density_error.values,
        strict=True,
    ):
        kt = mpf(float(t)) * oracle.BOLTZMANN
        near = max(1 - float(kt / oracle.critical(oracle.one_band(coupling, CUTOFF))), 1e-7)
        guess = start * np.tanh(1.74 * np.sqrt(near / (1 - near)))
        gap = oracle.gaps(oracle.one_band(coupling, CUTOFF), kt, (float(guess),))[0]
        exact = float(oracle.superfluid_density(gap, kt, CUTOFF))
        assert value == pytest.approx(exact, rel=1e-6)
        assert abs(value - exact) <= max(error, 1e-8 * exact)


def test_two_bands():
    bands = oracle.Bands(SUHL, CUTOFF, (1.0, 1.0))
    tc = float(oracle.critical(bands)) / BOLTZMANN
    reduced = np.array([0.05, 0.2, 0.5, 0.8, 0.95, 0.999])
    data = stiffness(Multiband(couplings=SUHL, cutoff=CUTOFF), seven(tc * reduced)).isel(
        temperature=slice(6)
    )
    assert data.superfluid_density.dims == ("temperature", "band")
    assert list(data.band) == [1, 2]
    gap = (4.3, 1.9)
    for i, t in enumerate(data.temperature.values):
        kt = mpf(float(t)) * oracle.BOLTZMANN
        gap = tuple(float(x) for x in oracle.gaps(bands, kt, gap))
        exact = [float(oracle.superfluid_density(mpf(d), kt, CUTOFF)) for d in gap]
        assert data.superfluid_density.values[i] == pytest.approx(exact, rel=1e-7)
    # The band with the smaller gap loses its superfluid first.
    assert np.all(data.superfluid_density[:, 1] < data.superfluid_density[:, 0])


def test_close_to_the_critical_temperature():
    """rho_s(T)/rho_s(0) = 2 (1 - T/Tc) at weak coupling."""
    distance = np.array([1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 1e-6])
    data = one_band(0.15, 1 - distance)
    slope = float(oracle.universal_constants()["superfluid_slope"])
    ratio = data.superfluid_density.values / distance
    assert np.all(np.abs(ratio / slope - 1) < 2 * distance + 1e-7 / distance**0.5)


def test_low_temperatures():
    """1 - rho_s = 2 (Delta/kT) K_1(Delta/kT) to order e^(-2 Delta/kT), and 1 at T = 0."""
    coupling = 0.3
    zero = float(CUTOFF / mp.sinh(1 / mpf(coupling)))
    kt = np.array([0.0, zero * 1e-9, zero * 1e-3, zero / 25, zero / 20, zero / 16])
    data = stiffness(Bcs(coupling=coupling, cutoff=CUTOFF), seven(kt / BOLTZMANN))
    x = zero / kt[3:]
    law = [float(2 * r * mp.besselk(1, r)) for r in x]
    assert 1 - data.superfluid_density.values[3:6] == pytest.approx(law, rel=1e-5)
    assert data.superfluid_density.values[:3] == pytest.approx(np.ones(3), abs=1e-14)


@pytest.mark.parametrize("kelvin", [1e-3, 1e-5])
def test_tiny_critical_temperatures_at_low_temperature(kelvin):
    data = one_band(coupling_for(kelvin), [0.0, 1e-9, 1e-6, 1e-3, 1e-2, 2e-2])
    assert data.superfluid_density.values == pytest.approx(np.ones(6), abs=1e-8)


def test_normal_state():
    mechanism = Bcs(coupling=0.3, cutoff=CUTOFF)
    tc = critical_temperature(mechanism).value
    data = stiffness(mechanism, seven(tc * np.array([1.0, 1 + 1e-9, 1.001, 1.5, 10.0, 1e4])))
    assert np.all(data.result_code == 0)
    assert np.all(data.superfluid_density == 0)
    assert np.all(data.superfluid_density_error == 0)


@pytest.mark.parametrize(
    "mechanism",
    [Bcs(coupling=0.02, cutoff=30.0), Multiband(couplings=((-0.3, 0.1), (0.1, -0.2)), cutoff=30.0)],
)
def test_no_superconductivity(mechanism):
    data = stiffness(mechanism, seven([0.0, 1e-7, 1.0, 2.0, 3.0, 4.0]))
    assert np.all(data.superfluid_density == 0)
    assert np.all(data.result_code == 0)


def test_refusals():
    with pytest.raises(CapabilityError, match="stiffness"):
        stiffness(Superstripes.preset("h3s", coupling=0.3, lifshitz=1.0))
    with pytest.raises(InputError, match="temperature"):
        stiffness(Bcs(coupling=0.3, cutoff=30.0), -1.0)
