"""The gaps at T = 0 with the density equation, warm. Both sides calculate Tc first."""

import baselines
import numpy as np
import pytest
from baselines import ACCURACY

import pairlab as pl

TARGET = "20 ms"
POINTS = {
    "gaps at T = 0, top of the dome": {"lifshitz": 1.0, "coupling": 0.4},
    "gaps at T = 0, antiresonance": {"lifshitz": -0.27, "coupling": 0.3},
}


@pytest.fixture(params=POINTS)
def point(request):
    """The row of the table, and the mechanism."""
    return request.param, pl.preset("h3s").replace(**POINTS[request.param], fixed="density")


def test_pairlab(benchmark, record, point):
    row, mechanism = point
    benchmark.group = row
    benchmark(lambda: pl.gap(mechanism.replace(), 0.0))
    record(row, "pairlab", benchmark, target=TARGET)


@pytest.mark.usefixtures("checked")
def test_plain(benchmark, record, point):
    row, mechanism = point
    benchmark.group = row
    found = benchmark(baselines.plain_gaps, baselines.plain_problem(mechanism))
    wanted = pl.gap(mechanism, 0.0).gap.isel(temperature=0).mean("kz").values
    np.testing.assert_allclose(found.average, wanted[found.active], rtol=ACCURACY)
    record(row, "plain NumPy", benchmark)
