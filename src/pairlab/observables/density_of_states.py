"""The density of states of the normal state."""

from typing import Any

import xarray as xr

from pairlab.observables.axes import Values, checked_energies
from pairlab.observables.datasets import attributes
from pairlab.observables.registry import ENERGY, Observable, Report, require
from pairlab.pairing.normal_state import DensityOfStates


def density_of_states(mechanism: Any, energy: Values | None = None) -> xr.Dataset:
    """Density of states in the normal state, in total and, where there are any, by subband.

    Args:
        mechanism: any mechanism whose carriers have one.
        energy: meV, on the mechanism's own scale, one or several; a range around the interesting
            one by default.

    Returns: density_of_states (energy) and subband_density_of_states (subband, energy); units and
    long_name say for which spins and per what.

    Raises: InputError, CapabilityError.
    """
    source = require(mechanism, DensityOfStates, "density of states")
    data = source.states(None if energy is None else checked_energies(energy))
    if "density_of_states" not in data:
        data["density_of_states"] = data.subband_density_of_states.sum("subband", keep_attrs=True)
    data.energy.attrs.update(units="meV", long_name="energy")
    return data.assign_attrs(attributes(mechanism, "density of states of the normal state"))


def _in_report(mechanism: Any, _: Report) -> xr.Dataset:
    return density_of_states(mechanism)


OBSERVABLE = Observable(
    "density_of_states", "density of states", density_of_states, (DensityOfStates,), (ENERGY,),
    cost="quick", in_report=_in_report, order=30,
)  # fmt: skip
