"""Stated errors against what finer sums change, over random inputs, where a small error of a
solution is multiplied.
"""

import numpy as np
import pytest

import pairlab as pl
from pairlab.pairing.matsubara import solution

RANDOM = np.random.default_rng(11)
CASES = [
    (3.0, 0.3, 0.005, 0.0),
    (2.5, 0.1, 0.005, 0.0),
    *(
        (RANDOM.uniform(0.4, 3), RANDOM.uniform(0.05, 0.95), 10 ** RANDOM.uniform(-2.5, -1), mu)
        for mu in (0.0, 0.1, 0.1, 0.15, 0.05, 0.0, 0.1)
    ),
]


@pytest.mark.parametrize(("coupling", "reduced", "broadening", "mu"), CASES)
def test_a_tunnelling_spectrum_at_the_edge(coupling, reduced, broadening, mu, monkeypatch):
    """There the density of states multiplies an error of the gap by its height over the width."""
    m = pl.Eliashberg(coupling=coupling, phonon_energy=20.0, mu_star=mu, mu_star_frequency=20.0,
                      mu_star_scheme="rescaled")  # fmt: skip
    kelvin = reduced * float(pl.critical_temperature(m))
    gap = float(np.abs(pl.imaginary_gap(m, kelvin, frequencies=1).imaginary_gap[0, 0]))
    asked = {"broadening": broadening * 20.0, "energy": np.linspace(0.85, 1.1, 301) * gap}
    found = pl.tunnelling_spectrum(m, kelvin, **asked, throw=False)
    monkeypatch.setattr(solution, "_SPECTRAL", (32, 24))
    finer = pl.tunnelling_spectrum(m.replace(), kelvin, **asked, throw=False)
    stated = float(found.tunnelling_density_of_states_error[0])
    for name in ("tunnelling_density_of_states", "conductance"):
        assert float(np.abs(found[name] - finer[name]).max()) <= stated
    assert stated < 1e-4
