"""The standard report."""

import numpy as np
import pytest

import pairlab as pl
from pairlab.solution import Result


@pytest.mark.parametrize("name", ["textbook", "two_band"])
def test_a_report_holds_what_its_method_lists(name):
    data = pl.run(pl.preset(name))
    listed = data.attrs["method"].removeprefix("standard report: ").split(", ")
    held = {"thermodynamics": "specific_heat", "stiffness": "superfluid_density",
            "tunnelling_spectrum": "tunnelling_density_of_states"}  # fmt: skip
    for asked in listed:
        assert held.get(asked, asked) in data, asked
    cold, warm = (data.superfluid_density.isel(temperature=i).values for i in (0, -1))
    np.testing.assert_allclose(cold, 1.0)
    np.testing.assert_allclose(warm, 0.0, atol=1e-12)
    assert np.all(data.superfluid_density_result_code == Result.SUCCESS.code)
    assert np.isfinite(data.gap).all()  # one temperature axis for all parts


def test_an_entropy_is_drawn_through_enough_points_to_look_smooth():
    data = pl.run(pl.preset("textbook"))
    entropy = data.entropy_difference
    turns = np.abs(np.diff(entropy.diff("temperature") / np.diff(entropy.temperature)))
    inner = turns[(entropy.temperature[1:-1] < 0.9 * entropy.temperature[-1]).values]
    slope = np.abs(np.diff(entropy) / np.diff(entropy.temperature)).max()
    assert inner.max() < 0.1 * slope
