"""Step kernels against collocation on a finer mesh that shares no code with the package."""

from functools import cache

import numpy as np
import pytest
from oracle.brute_exciton_phonon import Line

import pairlab as pl
from pairlab.electrons.bands.energy_line import legendre

BOLTZMANN = 1.380649e-23 / 1.602176634e-19 * 1e3
DEBYE = 500 * BOLTZMANN
CUMULATIVE = (12.63, 22.97, DEBYE)
LK99 = (4.0, 2.98, 0.30)
# What it is, the parameters of the package, and steps, heights, cutoff, symmetric, kTc in between.
CASES = {
    "lk99": ({}, CUMULATIVE, LK99, DEBYE, False),
    "high cutoff": ({"integration_cutoff": 4 * DEBYE}, CUMULATIVE, LK99, 4 * DEBYE, False),
    "symmetric": ({"domain": "symmetric"}, CUMULATIVE, LK99, DEBYE, True),
    "absolute": ({"reading": "absolute"}, (12.63, DEBYE), (4.0, 0.30), DEBYE, False),
    "added": ({"reading": "added"}, CUMULATIVE, (7.28, 3.28, 0.30), DEBYE, False),
    "weak": ({"couplings": [0.5, 0.3, 0.1]}, CUMULATIVE, (0.5, 0.3, 0.1), DEBYE, False),
    "millikelvin": (
        {"couplings": [0.16, 0.15, 0.14], "domain": "half_line"},
        CUMULATIVE, (0.16, 0.15, 0.14), DEBYE, False,
    ),
    "weak symmetric": (
        {"couplings": [0.15, 0.12, 0.1], "domain": "symmetric"},
        CUMULATIVE, (0.15, 0.12, 0.1), DEBYE, True,
    ),
    "repulsive far": ({"couplings": [4.0, -2.0, 0.3]}, CUMULATIVE, (4.0, -2.0, 0.3), DEBYE, False),
    "repulsive near": ({"couplings": [-1.0, 3.0, 1.0]}, CUMULATIVE, (-1.0, 3.0, 1.0), DEBYE, False),
}  # fmt: skip


def model(name):
    return pl.ExcitonPhonon.preset("lk99", **CASES[name][0])


@cache
def oracle(name):
    _, steps, heights, cutoff, symmetric = CASES[name]
    kt = BOLTZMANN * pl.critical_temperature(model(name)).value  # only tells where to refine
    return Line(steps, heights, cutoff, symmetric=symmetric, smallest=min(kt, 5.0))


@cache
def critical_kt(name):
    kt = BOLTZMANN * pl.critical_temperature(model(name)).value
    return oracle(name).critical_kt(0.5 * kt, 2 * kt)


@pytest.mark.parametrize("name", CASES)
def test_critical_temperature(name):
    found = pl.critical_temperature(model(name))
    wanted = critical_kt(name) / BOLTZMANN
    assert found.value == pytest.approx(wanted, rel=1e-10)
    assert abs(found.value - wanted) < found.error


@pytest.mark.parametrize(
    ("name", "reduced"),
    [
        (name, reduced)
        for name in CASES
        for reduced in (0.0, 0.5, 0.999)
        if reduced > 0.9 or name != "repulsive far"  # complex: see below
    ],
)
def test_gap(name, reduced):
    line, kt = oracle(name), reduced * critical_kt(name)
    found = pl.gap(model(name), kt / BOLTZMANN, throw=False).isel(temperature=0)
    start = np.interp(line.xi, found.energy, found.gap)  # which of the solutions, not how good
    wanted = line.gap(kt, start)
    energies = found.energy.values[:-1]
    difference = np.abs(line.on(wanted, energies) - found.gap.values[:-1])
    size = np.max(np.abs(wanted))
    # Toward Tc the gap is known as well as the distance to it.
    close = 1.0 if reduced < 0.99 else 10.0
    assert difference[0] < 1e-8 * close * size
    assert np.max(difference) < 5e-6 * close * size
    # At kinks of the second derivative the estimate misses up to a factor of ten.
    assert np.max(difference) < 12 * float(found.gap_error)
    assert int(found.result_code) == 0 or float(found.gap_error) > 1e-5 * critical_kt(name)
    assert bool(found.gap_changes_sign) == (wanted.min() < -1e-6 * size)


@pytest.mark.parametrize("reduced", [0.0, 0.5])
def test_a_kernel_that_repels_far_away_has_a_complex_gap_when_it_is_cold(reduced):
    """It solves the equation of the oracle, and lies below the real gap with the same signs."""
    line, kt = oracle("repulsive far"), reduced * critical_kt("repulsive far")
    problem = model("repulsive far").posed
    state = problem.branches.state(kt)
    edges = problem.equation.carriers.edges * line.cutoff
    panel = np.clip(np.searchsorted(edges, line.xi, side="right") - 1, 0, len(edges) - 2)
    place = (line.xi - edges[panel]) / np.diff(edges)[panel]
    delta = np.sum(legendre(place, state.gap.shape[1]) * state.gap[panel], axis=-1)
    pulled = line.matrix @ (line.factor(np.abs(delta), kt) * delta)
    assert np.max(np.abs(pulled - delta)) < 5e-6 * np.max(np.abs(delta))
    assert np.max(np.abs(np.imag(delta))) > 0.1 * np.max(np.abs(delta))
    if reduced:
        return
    weight = line.integral(np.array([line.cutoff]))[0]

    def energy(size):
        """Int dxi [|Delta|^2/(2E) - (E - xi)], at T = 0."""
        full = np.sqrt(line.xi**2 + size**2)
        return weight @ (size**2 / (2 * full) - size**2 / (full + line.xi))

    real = line.gap(0.0, np.real(delta))
    assert energy(np.abs(delta)) < 1.05 * energy(np.abs(real)) < 0


def test_the_millikelvin_case_is_one():
    assert 1e-4 < critical_kt("millikelvin") / BOLTZMANN < 1e-2


def test_a_repulsive_step_changes_the_sign():
    assert pl.gap(model("repulsive near")).gap_changes_sign.all()


@pytest.mark.parametrize("name", ["lk99", "symmetric", "absolute", "weak", "high cutoff"])
def test_few_unknowns_are_enough(name):
    kernel = model(name).gap_equation().kernel
    assert kernel.shape[0] * kernel.shape[1] <= 200
