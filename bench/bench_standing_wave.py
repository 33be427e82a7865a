"""Tc of standing waves, warm, beside adaptive quadrature of Eq. 3.11 as it is printed.

The plain version subtracts both sides, so that it has fewer digits the colder it gets: here kT/E_1
is 2e-3, where it still has eight.
"""

import numpy as np
import pytest
from plain import conservation

import pairlab as pl
from pairlab.electrons.crystals.crystal import repeat_distances
from pairlab.pairing.conditions.density_conservation import temperature_at

TC = "standing_wave: one warm Tc"
SWEEP = "standing_wave: Tc over 201 dopings"
DISTANCES = "repeat distances of bismuth up to 4.2 nm"


@pytest.fixture(scope="module")
def mechanism():
    return pl.StandingWave.preset("li", pairing_energy=150.0)


def test_tc_pairlab(benchmark, record, mechanism):
    benchmark.group = TC

    def solved():
        temperature_at.cache_clear()
        return pl.critical_temperature(mechanism.replace())  # a problem keeps its Tc

    benchmark(solved)
    record(TC, "pairlab", benchmark)


def test_tc_plain(benchmark, record, mechanism):
    benchmark.group = TC
    wave = pl.standing_waves(mechanism).isel(wave=0)
    found = benchmark(
        conservation.temperature, float(wave.gap_bottom), float(wave.standing_wave_energy)
    )
    assert found == pytest.approx(float(pl.critical_temperature(mechanism)), rel=1e-5)
    record(TC, "plain NumPy", benchmark, remark="plain: SciPy's quad and brentq")


def test_sweep_pairlab(benchmark, record, mechanism):
    benchmark.group = SWEEP
    benchmark.pedantic(
        pl.sweep, args=(mechanism, {"doping": np.linspace(-0.15, 0.05, 201)}), rounds=3
    )
    record(SWEEP, "pairlab", benchmark)


def test_distances_pairlab(benchmark, record):
    benchmark.group = DISTANCES
    crystal = pl.StandingWave.preset("bi").structure
    benchmark(repeat_distances, crystal, 4.2)
    record(DISTANCES, "pairlab", benchmark)
