"""Tc and Delta(xi, T) of a three-step kernel, warm, beside fixed-point iteration in plain NumPy.

The plain version samples the jumps of the kernel instead of integrating them, so that its error
falls off as slowly as its node spacing: it is asked for 1e-3 only, and has a few hundred nodes.
"""

import numpy as np
import pytest
from plain import steps

import pairlab as pl

PRESET = "lk99"
KELVIN = np.linspace(0.0, 340.0, 40)
TC = "exciton_phonon: one warm Tc"
GAPS = "exciton_phonon: Delta(xi, T) at 40 temperatures"
ACCURACY_OF_PLAIN = 1e-3


@pytest.fixture(scope="module")
def mechanism():
    return pl.preset(PRESET)


@pytest.fixture(scope="module")
def line(mechanism):
    return steps.Line(mechanism.step_ends(), mechanism.heights(), mechanism.cutoff)


def test_tc_pairlab(benchmark, record, mechanism):
    benchmark.group = TC
    benchmark(lambda: pl.critical_temperature(mechanism.replace()))
    record(TC, "pairlab", benchmark, target="4 ms")


def test_tc_plain(benchmark, record, mechanism, line):
    benchmark.group = TC
    found = benchmark(line.critical_temperature)
    assert found == pytest.approx(float(pl.critical_temperature(mechanism)), rel=ACCURACY_OF_PLAIN)
    record(TC, "plain NumPy", benchmark, remark=f"plain: {line.xi.size} nodes, 1e-3")


def test_gaps_pairlab(benchmark, record, mechanism):
    benchmark.group = GAPS
    benchmark(lambda: pl.gap(mechanism.replace(), KELVIN))
    record(GAPS, "pairlab", benchmark, target="50 ms")


def test_gaps_plain(benchmark, record, mechanism, line):
    benchmark.group = GAPS
    found = benchmark.pedantic(steps.gaps, args=(line, KELVIN), rounds=3)
    wanted = pl.gap(mechanism, KELVIN).fermi_gap.values
    np.testing.assert_allclose(found, wanted, atol=2e-3 * wanted[0])
    record(GAPS, "plain NumPy", benchmark, remark="plain: 1e-3 of Delta(0)")
