"""A subband that the pairing leaves out, with the Fermi level on its edge."""

import numpy as np

from pairlab import Superstripes, gap


def test_gap_of_the_others_is_finite_with_the_fermi_level_on_a_band_edge():
    mechanism = Superstripes.preset(
        "h3s",
        coupling=0,
        weak_coupling=0.3,
        exchange_coupling=0,
        lifshitz=0,
        fixed="chemical_potential",
    )
    data = gap(mechanism, [0.0, 1.0])
    assert np.all(np.isfinite(data.gap))
    assert np.all(np.abs(data.gap.sel(subband=3)) < 1e-12)
    assert np.all(np.abs(data.gap.sel(subband=2)) > 0.1)
