"""The dome as a map: Tc on 200 x 50 values of (lifshitz, coupling), all to 1e-5.

pairlab uses every core; a baseline uses one, on a random subset of the same points, and its time is
extrapolated to all of them. That such a baseline could be run once for each core is for the reader
to divide by: the summary says how many workers pairlab had.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import baselines
import map_process
import numpy as np
import pytest
from baselines import ACCURACY

import pairlab as pl


@pytest.fixture(scope="module")
def size(request):
    """Values of (lifshitz, coupling)."""
    return tuple(int(n) for n in request.config.getoption("--map").split("x"))


@pytest.fixture(scope="module")
def row(size):
    """The row of the summary."""
    return f"{size[0]} x {size[1]} map"


@pytest.fixture(scope="module")
def solved(size):
    """The map, calculated once before anything is timed."""
    return pl.sweep(pl.preset("h3s"), map_process.axes(*size))


@pytest.fixture(scope="module")
def subset(request, solved):
    """Random points of the map: the mechanisms and their Tc."""
    lifshitz, coupling = solved.lifshitz.values, solved.coupling.values
    count = min(request.config.getoption("--map-subset"), solved.critical_temperature.size)
    flat = np.random.default_rng(0).choice(solved.critical_temperature.size, count, replace=False)
    i, j = np.unravel_index(flat, solved.critical_temperature.shape)
    preset = pl.preset("h3s")
    mechanisms = [
        preset.replace(lifshitz=float(lifshitz[a]), coupling=float(coupling[b]))
        for a, b in zip(i, j, strict=True)
    ]
    return mechanisms, solved.critical_temperature.values[i, j]


def test_pairlab(benchmark, record, size, row, solved):
    benchmark.group = row
    axes = map_process.axes(*size)
    data = benchmark.pedantic(pl.sweep, args=(pl.preset("h3s"), axes), rounds=3)
    error = float((data.critical_temperature_error / data.critical_temperature).max())
    assert int(data.critical_temperature_result_code.max()) == 0
    assert error < ACCURACY
    remark = f"{os.cpu_count()} threads, largest error estimate {error:.0e}"
    record(row, "pairlab", benchmark, target="1 s", remark=remark)


@pytest.mark.usefixtures("checked")
def test_plain(benchmark, record, row, solved, subset):
    benchmark.group = f"{row}: random points of it"
    mechanisms, wanted = subset
    problems = [baselines.plain_problem(m) for m in mechanisms]
    found = benchmark.pedantic(lambda: [baselines.plain_tc(p) for p in problems], rounds=3)
    np.testing.assert_allclose(found, wanted, rtol=ACCURACY)
    scale = solved.critical_temperature.size / len(problems)
    record(row, "plain NumPy", benchmark, scale=scale)


def test_fresh_process(benchmark, record, size, row):
    """The same map in a new process: with imports, and the peak of its memory."""
    script = Path(map_process.__file__)

    def run() -> dict[str, float]:
        command = [sys.executable, str(script), *map(str, size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return json.loads(done.stdout)

    told = benchmark.pedantic(run, rounds=1)
    benchmark.extra_info.update(told)
    record(
        f"{row}, fresh process", "pairlab", benchmark, target="400 MB",
        remark=f"peak {told['peak_MB']:.0f} MB; sweep alone {told['first_sweep_s']:.1f} s, "
        f"again {told['second_sweep_s']:.1f} s",
    )  # fmt: skip
