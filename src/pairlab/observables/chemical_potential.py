"""The chemical potential at fixed density."""

from typing import Any

import xarray as xr

from pairlab.errors import InputError
from pairlab.observables.axes import Values
from pairlab.observables.gap import gap
from pairlab.observables.registry import TEMPERATURE, Observable, require
from pairlab.pairing.problem import Critical, GapSolver


def chemical_potential(
    mechanism: Any, temperature: Values = 0.0, *, throw: bool = True
) -> xr.Dataset:
    """mu(T) where the mechanism fixes the density; above Tc that of the normal state.

    Arguments and errors as for `gap`. Returns: chemical_potential (temperature) in meV.
    """
    solver = require(mechanism, GapSolver, "chemical potential")
    data = gap(mechanism, temperature, throw=throw)
    if "chemical_potential" not in data or not solver.holds_density:
        raise InputError(
            what=f"{mechanism.key}: chemical potential",
            why="this mechanism, as it is set, does not fix the density",
            remedy='choose fixed = "density", or give a density of states, where the mechanism '
            "offers it",
        )
    return data[["chemical_potential", "chemical_potential_error", "result_code"]]


OBSERVABLE = Observable(
    "chemical_potential", "chemical potential", chemical_potential, (Critical, GapSolver),
    (TEMPERATURE,), order=12,
)  # fmt: skip
