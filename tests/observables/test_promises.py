"""What docs/numerics.md promises about the gap close to Tc and the chemical potential."""

import numpy as np
import pytest

import pairlab as pl
from pairlab.pairing.modes.branches import PROMISED_ACCURACY
from pairlab.units import BOLTZMANN

H3S = pl.preset("h3s")
TC = pl.critical_temperature(H3S).value


@pytest.mark.parametrize(("distance", "beyond"), [(1e-2, False), (1e-3, False), (1e-6, True)])
def test_what_the_gap_inherits_from_tc_is_in_its_error_and_not_in_its_code(distance, beyond):
    data = pl.gap(H3S, TC * (1 - distance))
    assert data.result_code == pl.Result.SUCCESS.code
    assert (float(data.gap_error[0]) > PROMISED_ACCURACY * BOLTZMANN * TC) == beyond


def test_thermal_energies_beyond_the_kept_bands_are_reported():
    data = pl.gap(H3S, [300.0, 1e4, 1e6], throw=False)
    codes = [pl.Result.SUCCESS.code, pl.Result.INACCURATE.code, pl.Result.INACCURATE.code]
    assert data.result_code.values.tolist() == codes
    assert float(data.chemical_potential_error[0]) < 1e-6
    # Three more subbands change mu by no more than its error says.
    more = pl.gap(H3S.replace(subbands=6), [300.0, 1e4], throw=False)
    change = np.abs(more.chemical_potential - data.chemical_potential)
    assert np.all(change <= data.chemical_potential_error + 1e-4)
    with pytest.raises(pl.SolverError, match="exceeds the promised accuracy"):
        pl.gap(H3S, 1e6)


def test_held_chemical_potentials_need_no_more_bands():
    fixed = pl.gap(H3S.replace(fixed="chemical_potential"), 1e6)
    assert fixed.result_code == pl.Result.SUCCESS.code


def test_empty_bands_have_the_chemical_potential_they_are_given():
    empty = H3S.replace(lifshitz=-20.0)
    data = pl.gap(empty, [0.0, 1.0, 1e5], throw=False)
    none = pl.Result.NO_SUPERCONDUCTIVITY.code
    assert data.chemical_potential.values[:2].tolist() == [empty.chemical_potential] * 2
    # At 1e5 K no chemical potential keeps them empty, and the code says that there is no number.
    assert data.result_code.values.tolist() == [none, none, pl.Result.NOT_CONVERGED.code]
    assert np.isnan(data.chemical_potential[2])
