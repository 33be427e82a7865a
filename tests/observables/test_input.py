"""What the observables refuse, in sentences."""

import numpy as np
import pytest

import pairlab as pl
from pairlab.observables.axes import MOST_TEMPERATURES

BCS = pl.Bcs.preset("textbook")


@pytest.mark.parametrize("temperature", [[], [[1.0]], -1.0, np.nan, "warm", None])
def test_temperatures_that_are_none(temperature):
    for observable in (pl.gap, pl.thermodynamics, pl.stiffness):
        with pytest.raises(pl.InputError, match="temperatures are finite"):
            observable(BCS, temperature=temperature)


def test_more_temperatures_than_are_held():
    with pytest.raises(pl.InputError, match=f"at most {MOST_TEMPERATURES}"):
        pl.gap(BCS, np.zeros(MOST_TEMPERATURES + 1))


def test_energies():
    h3s = pl.preset("h3s")
    one = pl.density_of_states(h3s, energy=3139.0)
    assert one.density_of_states.sizes == {"energy": 1}
    assert one.density_of_states == pl.density_of_states(h3s, energy=[3139.0]).density_of_states
    for energy in ([np.nan], [], [[1.0]], "high"):
        with pytest.raises(pl.InputError, match="energies are finite"):
            pl.density_of_states(h3s, energy=energy)


def test_a_name_or_a_class_is_no_mechanism():
    with pytest.raises(pl.CapabilityError, match=r'pairlab\.preset\("h3s"\)'):
        pl.critical_temperature("h3s")
    with pytest.raises(pl.CapabilityError, match="Give it parameters"):
        pl.critical_temperature(pl.Superstripes)


def test_parameters_are_given_by_name_and_never_changed():
    with pytest.raises(pl.InputError, match=r"replace\(coupling=3\)"):
        BCS.coupling = 3  # type: ignore[misc]
    with pytest.raises(pl.InputError, match="cannot be set"):
        del BCS.coupling
    with pytest.raises(pl.InputError, match="by name"):
        pl.Superstripes(1, 2)
