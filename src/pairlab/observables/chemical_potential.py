"""The chemical potential at fixed density."""

from typing import Any

import xarray as xr

from pairlab.observables.axes import Values
from pairlab.observables.gap import gap
from pairlab.observables.registry import TEMPERATURE, Observable, require
from pairlab.pairing.problem import Critical, HeldDensity


def chemical_potential(
    mechanism: Any, temperature: Values = 0.0, *, throw: bool = True
) -> xr.Dataset:
    """mu(T) where the mechanism fixes the density; above Tc that of the normal state.

    Arguments and errors as for `gap`. Returns: chemical_potential (temperature) in meV.
    """
    require(mechanism, HeldDensity, "chemical potential")
    data = gap(mechanism, temperature, throw=throw)
    return data[["chemical_potential", "chemical_potential_error", "result_code"]]


OBSERVABLE = Observable(
    "chemical_potential", "chemical potential", chemical_potential, (Critical, HeldDensity),
    (TEMPERATURE,), order=12,
)  # fmt: skip
