"""Critical currents of a mechanism whose normal state is known in absolute units."""

from typing import Any

import numpy as np
import xarray as xr

from pairlab.observables.axes import Values, checked_fields
from pairlab.observables.critical_field import critical_field
from pairlab.observables.datasets import attributes
from pairlab.observables.registry import (
    FIELD,
    TEMPERATURE,
    Compared,
    Observable,
    Report,
    require,
)
from pairlab.pairing.problem import Conductor, Critical, GapField, GapSolver
from pairlab.units import CHARGE_OVER_HBAR

METHOD = "pair breaking by a drift velocity of Delta/(hbar k_F)"

_PER_CM2 = 1e14  # nm^2 in a cm^2


def critical_current(
    mechanism: Any,
    temperature: Values = 0.0,
    field: Values = 0.0,
    *,
    throw: bool = True,
) -> xr.Dataset:
    """The critical current density, and the current through the sample's cross-section.

        jc(T) = e N(0) Delta(T)^2/(hbar k_F)              critical_current_density
        jc(T) = e n Delta(T)/(hbar k_F), n = k_F^3/(3 pi^2)       landau_critical_current_density
        jc(T, B) = jc(T) (1 - B/Bc(T)) below Bc, 0 above,    Bc(T) = sqrt(mu0 N(0)) Delta(T)

    The source prints e N(0) Delta/(hbar k_F). With N(0) the density of states that is no current
    density; the first is its form with consistent units, the second reads N(0) as the density n of
    carriers, and is Landau's criterion for n carriers in a sphere. How the field enters is not
    printed; the straight line is what its figures look like, an assumption.

    Args:
        mechanism: any mechanism with a gap equation, a density_of_states and a fermi_wavevector.
        temperature: K, at least 0. field: T, at least 0.
        throw: raise where a number cannot be trusted; otherwise its code says so.

    Returns, over (temperature, field) and each with `_error`: critical_current_density and
    landau_critical_current_density in A/cm^2; critical_current in A where the mechanism has a
    cross_section (from the first of both); over temperature critical_field in T and result_code.

    Raises: InputError, CapabilityError, SolverError.

    Source: Eq. 3 of Cao and Kavokin, Mater. Today Commun. 37, 107293 (2023).
    """
    conductor = require(mechanism, Conductor, "critical current")
    density = require(mechanism, GapField, "critical current").density_of_states
    wavevector = conductor.fermi_wavevector
    tesla = checked_fields(field)
    found = critical_field(mechanism, temperature, throw=throw)
    delta, bound = np.abs(found.fermi_gap), found.critical_field
    # Bc is proportional to Delta, and so is its error.
    delta_error = found.critical_field_error * (delta / bound.where(bound > 0, np.inf))
    applied = xr.DataArray(tesla, dims="field", coords={"field": tesla})
    left = (1 - applied / bound.where(bound > 0, 1e-300)).clip(min=0.0)
    unit = CHARGE_OVER_HBAR / wavevector * _PER_CM2
    electrons = wavevector**3 / (3 * np.pi**2)
    # jc is quadratic and linear in Delta, minus terms of one order less times B.
    by_states = unit * density * delta**2 * left
    by_states_error = unit * density * delta * delta_error * (1 + left) * (left > 0)
    by_electrons = unit * electrons * delta * left
    by_electrons_error = unit * electrons * delta_error * (left > 0)
    data = xr.Dataset()
    _add(data, "critical_current_density", by_states, by_states_error, "A/cm^2")
    _add(data, "landau_critical_current_density", by_electrons, by_electrons_error, "A/cm^2")
    if conductor.cross_section is not None:
        area = conductor.cross_section / _PER_CM2
        _add(data, "critical_current", by_states * area, by_states_error * area, "A")
    for name in ("critical_field", "critical_field_error", "result_code"):
        data[name] = found[name]
    data["critical_temperature"] = found.critical_temperature
    data["critical_temperature_error"] = found.critical_temperature_error
    data.field.attrs.update(units="T", long_name="magnetic field")
    return data.assign_attrs(attributes(mechanism, METHOD))


_LABELS = {
    "critical_current_density": "critical current density e N(0) Delta^2/(hbar k_F)",
    "landau_critical_current_density": "critical current density e n Delta/(hbar k_F)",
    "critical_current": "critical current",
}


def _add(data: xr.Dataset, name: str, value: xr.DataArray, error: xr.DataArray, unit: str) -> None:
    order = ("temperature", "field", ...)
    data[name] = value.transpose(*order).assign_attrs(units=unit, long_name=_LABELS[name])
    label = f"error of the {_LABELS[name]}"
    data[f"{name}_error"] = error.transpose(*order).assign_attrs(units=unit, long_name=label)


def _in_report(mechanism: Any, report: Report) -> xr.Dataset:
    part = critical_current(mechanism, report.kelvin, throw=False)
    kept = [n for n in ("critical_current", "critical_current_density") if n in part]
    names = [name for one in kept for name in (one, f"{one}_error")]
    return (
        part[[*names, "result_code"]]
        .isel(field=0, drop=True)
        .rename(result_code=f"{kept[0]}_result_code")
    )


def _along(mechanism: Any, temperature: np.ndarray, field: np.ndarray) -> xr.Dataset:
    return critical_current(mechanism, temperature, field, throw=False)


_CURRENTS = {
    "critical_current": 0.05,
    "critical_current_density": 0.05,
    "landau_critical_current_density": 0.05,
}

OBSERVABLE = Observable(
    "critical_current", "critical current", critical_current,
    (Critical, GapSolver, Conductor, GapField), (TEMPERATURE, FIELD), in_report=_in_report,
    compares=(Compared(_along, _CURRENTS, ("temperature", "field"), order=7),), order=51,
)  # fmt: skip
