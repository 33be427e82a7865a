"""Not timed: the baselines and pairlab give the same numbers, so that a baseline cannot be sloppy.

Benchmarks ask for the fixture `checked`, which repeats the hardest of these comparisons, because
`--benchmark-only` skips this file.
"""

import baselines
import numpy as np
import pytest
from baselines import ACCURACY
from plain import gaps

import pairlab as pl
from pairlab.units import BOLTZMANN

POINTS = [
    (1.0, 0.4),
    (0.55, 0.33),
    (0.0, 0.25),
    (-0.27, 0.3),
    (-0.34, 0.1),
    (-1.0, 0.49),
    (2.0, 0.15),
]


@pytest.mark.parametrize(("lifshitz", "coupling"), POINTS)
def test_the_baseline_gives_the_critical_temperature_of_pairlab(lifshitz, coupling):
    mechanism = pl.preset("h3s").replace(lifshitz=lifshitz, coupling=coupling)
    wanted = float(pl.critical_temperature(mechanism))
    plain = baselines.plain_tc(baselines.plain_problem(mechanism))
    np.testing.assert_allclose(plain, wanted, rtol=ACCURACY)


def test_the_plain_version_gives_every_reference_value():
    for point, mechanism in baselines.reference_points():
        problem = baselines.plain_problem(mechanism, 3)
        if "critical_temperature" in point:
            tc = baselines.plain_tc(problem)
            np.testing.assert_allclose(tc, point["critical_temperature"], rtol=ACCURACY)


def test_the_plain_gaps_at_fixed_potential_give_the_reference_values():
    compared = 0
    for point, mechanism in baselines.reference_points():
        if "gaps" not in point:
            continue
        solved, arguments = baselines.plain_problem(mechanism, 3)
        tc = baselines.plain_tc((solved, arguments))
        found = gaps.zero_temperature(solved, **arguments, tc=tc, fixed_density=False)
        # A subband without states within the cutoff is left out of the plain version.
        wanted = np.array(point["gaps"])[found.active]
        np.testing.assert_allclose(found.average, wanted, rtol=ACCURACY)
        compared += 1
    assert compared > 0


@pytest.mark.parametrize(("lifshitz", "coupling"), [(1.0, 0.4), (0.6, 0.2), (-0.3, 0.25)])
def test_the_plain_gaps_at_fixed_density_give_those_of_pairlab(lifshitz, coupling):
    mechanism = pl.preset("h3s").replace(lifshitz=lifshitz, coupling=coupling)
    found = baselines.plain_gaps(baselines.plain_problem(mechanism))
    wanted = pl.gap(mechanism, 0.0).isel(temperature=0)
    average = wanted.gap.mean("kz").values[found.active]
    np.testing.assert_allclose(found.average, average, rtol=ACCURACY)
    unit = float(wanted.critical_temperature) * BOLTZMANN
    assert abs(found.potential - wanted.chemical_potential) < 1e-4 * unit
