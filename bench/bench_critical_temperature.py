"""One warm Tc: everything of the structure is solved, the point is new."""

import baselines
import numpy as np
import pytest
from baselines import ACCURACY

import pairlab as pl

TARGET = "2 ms"
POINTS = {
    "one warm Tc, top of the dome": {"lifshitz": 1.0, "coupling": 0.4},
    "one warm Tc, antiresonance": {"lifshitz": -0.27, "coupling": 0.3},
}


@pytest.fixture(params=POINTS)
def point(request):
    """The row of the table, and the mechanism."""
    return request.param, pl.preset("h3s").replace(**POINTS[request.param])


def test_pairlab(benchmark, record, point):
    row, mechanism = point
    benchmark.group = row
    solution = benchmark(lambda: pl.critical_temperature(mechanism.replace()))
    assert solution.error < ACCURACY * solution.value
    record(row, "pairlab", benchmark, target=TARGET)


@pytest.mark.usefixtures("checked")
def test_plain(benchmark, record, point):
    row, mechanism = point
    benchmark.group = row
    tc = benchmark(baselines.plain_tc, baselines.plain_problem(mechanism))
    np.testing.assert_allclose(tc, float(pl.critical_temperature(mechanism)), rtol=ACCURACY)
    record(row, "plain NumPy", benchmark)
