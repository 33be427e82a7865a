"""Eliashberg Tc, warm, beside the full Matsubara sum with a dense matrix in plain NumPy.

The plain version takes as many frequencies as 15 phonon energies have, which leaves 1e-3 of Tc; at
low Tc that is what makes it slow.
"""

import numpy as np
import pytest
from plain import matsubara

import pairlab as pl
from pairlab.pairing.matsubara.critical import critical_kt
from pairlab.pairing.matsubara.solution import _condensates
from pairlab.pairing.phonons.spectrum import PhononSpectrum
from pairlab.units import BOLTZMANN

EINSTEIN = "eliashberg: one mode, lambda = 1, mu* = 0.1"
SPECTRUM = "eliashberg: a spectrum of 2000 points"
WEAK = "eliashberg: lambda = 0.42, mu* = 0.15, Tc = 0.6 K"
MAP = "eliashberg: map of Tc, 25 lambda x 40 mu*"
GAPS = "eliashberg: edge of the spectrum at 40 temperatures"
BELOW = "eliashberg: thermodynamics at 20 temperatures"
CONVENTION = {"mu_star_frequency": "w2", "mu_star_scheme": "rescaled"}


def tc(mechanism):
    """Tc, calculated anew."""
    critical_kt.cache_clear()
    return pl.critical_temperature(mechanism.replace())


@pytest.fixture(scope="module")
def spectrum():
    w = np.linspace(0.02, 40.0, 2000)
    a2f = 0.8 * (w / 30) ** 2 * np.exp(-(((w - 25) / 8) ** 2))
    return PhononSpectrum(frequency=tuple(w.tolist()), coupling_function=tuple(a2f.tolist()))


def test_einstein_pairlab(benchmark, record):
    benchmark.group = EINSTEIN
    benchmark(tc, pl.preset("eliashberg_mode"))
    record(EINSTEIN, "pairlab", benchmark, target="2 ms")


def test_einstein_plain(benchmark, record):
    benchmark.group = EINSTEIN
    found = benchmark(matsubara.critical_kt, 1.0, 20.0, mu=0.1, cutoff=300.0)
    wanted = float(pl.critical_temperature(pl.preset("eliashberg_mode"))) * BOLTZMANN
    assert found == pytest.approx(wanted, rel=5e-3)
    record(EINSTEIN, "plain NumPy", benchmark, remark="plain: cutoff 15 w, 5e-3")


def test_spectrum_pairlab(benchmark, record, spectrum):
    benchmark.group = SPECTRUM
    m = pl.Eliashberg(spectrum=spectrum, mu_star=0.1, **CONVENTION)
    benchmark(tc, m)
    record(SPECTRUM, "pairlab", benchmark, target="3 ms")


def test_weak_pairlab(benchmark, record):
    benchmark.group = WEAK
    m = pl.Eliashberg(coupling=0.42, phonon_energy=40.0, mu_star=0.15, **CONVENTION)
    benchmark(tc, m)
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


def test_map_pairlab(benchmark, record):
    benchmark.group = MAP
    axes = {"coupling": np.linspace(0.4, 3.0, 25), "mu_star": np.linspace(0.0, 0.2, 40)}

    def swept():
        critical_kt.cache_clear()
        return pl.sweep(pl.preset("eliashberg_mode"), axes)

    found = benchmark.pedantic(swept, rounds=3)
    assert found.critical_temperature.size == 1000
    record(MAP, "pairlab", benchmark, target="0.2 s")


def test_map_plain(benchmark, record):
    """Of the thousand points, ten; the time of all is a hundred times that."""
    benchmark.group = MAP
    lambdas = np.linspace(0.6, 3.0, 10)
    benchmark.pedantic(
        lambda: [matsubara.critical_kt(x, 20.0, mu=0.1, cutoff=300.0) for x in lambdas], rounds=2
    )
    record(MAP, "plain NumPy", benchmark, remark="plain: 10 of the 1000 points, 5e-3")


def test_gaps_pairlab(benchmark, record):
    benchmark.group = GAPS
    m = pl.preset("eliashberg_mode")
    kelvin = np.linspace(0.0, 0.99, 40) * float(tc(m))
    benchmark(lambda: pl.gap(m.replace(), kelvin))
    record(GAPS, "pairlab", benchmark, target="0.2 s")


def test_gaps_plain(benchmark, record):
    """Delta(i w_n) alone, by iteration over 300 frequencies."""
    benchmark.group = GAPS
    kelvin = np.linspace(0.1, 0.99, 40) * float(tc(pl.preset("eliashberg_mode")))

    def iterated():
        return [matsubara.gap(1.0, 20.0, t * BOLTZMANN, mu=0.1, count=300) for t in kelvin]

    benchmark.pedantic(iterated, rounds=1)
    record(GAPS, "plain NumPy", benchmark, remark="plain: Delta(i w_n), without an edge")


def test_thermodynamics_pairlab(benchmark, record):
    benchmark.group = BELOW
    m = pl.preset("eliashberg_mode")
    kelvin = np.linspace(0.05, 0.99, 20) * float(tc(m))

    def anew():
        _condensates.cache_clear()
        return pl.thermodynamics(m.replace(), kelvin)

    benchmark.pedantic(anew, rounds=3)
    record(BELOW, "pairlab", benchmark)
