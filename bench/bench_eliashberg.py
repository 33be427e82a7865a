"""Eliashberg Tc, warm, beside the full Matsubara sum with a dense matrix in plain NumPy.

The plain version takes as many frequencies as 15 phonon energies have, which leaves 1e-3 of Tc; at
low Tc that is what makes it slow.
"""

import numpy as np
import pytest
from plain import matsubara

import pairlab as pl
from pairlab.pairing.spectrum import PhononSpectrum
from pairlab.units import BOLTZMANN

EINSTEIN = "eliashberg: one mode, lambda = 1, mu* = 0.1"
SPECTRUM = "eliashberg: a spectrum of 2000 points"
WEAK = "eliashberg: lambda = 0.42, mu* = 0.15, Tc = 0.6 K"
CONVENTION = {"mu_star_frequency": "w2", "mu_star_scheme": "rescaled"}


@pytest.fixture(scope="module")
def spectrum():
    w = np.linspace(0.02, 40.0, 2000)
    a2f = 0.8 * (w / 30) ** 2 * np.exp(-(((w - 25) / 8) ** 2))
    return PhononSpectrum(frequency=tuple(w.tolist()), coupling_function=tuple(a2f.tolist()))


def test_einstein_pairlab(benchmark, record):
    benchmark.group = EINSTEIN
    benchmark(pl.critical_temperature, pl.preset("eliashberg_mode"))
    record(EINSTEIN, "pairlab", benchmark, target="1 ms")


def test_einstein_plain(benchmark, record):
    benchmark.group = EINSTEIN
    found = benchmark(matsubara.critical_kt, 1.0, 20.0, mu=0.1, cutoff=300.0)
    wanted = float(pl.critical_temperature(pl.preset("eliashberg_mode"))) * BOLTZMANN
    assert found == pytest.approx(wanted, rel=5e-3)
    record(EINSTEIN, "plain NumPy", benchmark, remark="plain: cutoff 15 w, 5e-3")


def test_spectrum_pairlab(benchmark, record, spectrum):
    benchmark.group = SPECTRUM
    m = pl.Eliashberg(spectrum=spectrum, mu_star=0.1, **CONVENTION)
    benchmark(pl.critical_temperature, m)
    record(SPECTRUM, "pairlab", benchmark, target="3 ms")


def test_weak_pairlab(benchmark, record):
    benchmark.group = WEAK
    m = pl.Eliashberg(coupling=0.42, phonon_energy=40.0, mu_star=0.15, **CONVENTION)
    benchmark(pl.critical_temperature, m)
    record(WEAK, "pairlab", benchmark, target="20 ms")


def test_weak_plain(benchmark, record):
    benchmark.group = WEAK
    m = pl.Eliashberg(coupling=0.42, phonon_energy=40.0, mu_star=0.15, **CONVENTION)
    arguments = {"mu": 0.15, "cutoff": 400.0}
    found = benchmark.pedantic(
        matsubara.critical_kt, args=(0.42, 40.0), kwargs=arguments, rounds=2
    )
    assert found == pytest.approx(float(pl.critical_temperature(m)) * BOLTZMANN, rel=3e-2)
    record(WEAK, "plain NumPy", benchmark, remark="plain: cutoff 10 w, 3e-2")
