"""Critical fields of a mechanism whose density of states is known in absolute units."""

from typing import Any

import numpy as np
import xarray as xr
from scipy import constants

from pairlab.observables.axes import Values
from pairlab.observables.datasets import CODE_ATTRIBUTES, attributes, worst
from pairlab.observables.gap import gap
from pairlab.observables.registry import TEMPERATURE, Compared, Observable, Report, require
from pairlab.observables.thermodynamics import thermodynamics
from pairlab.pairing.problem import CondensateSolver, Critical, GapField, GapSolver

METHOD = "sqrt(mu0 N(0)) Delta, beside the field of the condensation energy"

_TESLA = np.sqrt(constants.mu_0 / (constants.e * 1e-3) * 1e27) * constants.e * 1e-3
"""sqrt(mu0 N) Delta in T, N in 1/(meV nm^3), Delta in meV."""


def critical_field(mechanism: Any, temperature: Values = 0.0, *, throw: bool = True) -> xr.Dataset:
    """The critical field by the gap, and by the condensation energy: two different things.

        Bc(T) = sqrt(mu0 N(0)) Delta(T)                              critical_field
        Bc(T) = sqrt(2 mu0 (F_n - F_s))                              thermodynamic_critical_field

    Both agree at T = 0 for weak coupling and a constant gap, F_n - F_s = N(0) Delta^2/2. Above, the
    first follows the gap (a square root at Tc) and the second the free energy (linear at Tc).

    Args:
        mechanism: any mechanism with a gap equation and a density_of_states.
        temperature: K, at least 0.
        throw: raise where a number cannot be trusted; otherwise its code says so.

    Returns, over temperature: critical_field in T with its error; fermi_gap in meV; where the
    mechanism has a free energy, thermodynamic_critical_field in T with its error; result_code.
    Bands of different gaps have a critical_field each.

    Raises: InputError, CapabilityError, SolverError.

    Source: the first is Eq. 2 of Cao and Kavokin, Mater. Today Commun. 37, 107293 (2023), in its
    consistent reading: as printed, sqrt(mu0 N(0) Delta), it is not a field.
    """
    density = require(mechanism, GapField, "critical field").density_of_states
    found = gap(mechanism, temperature, throw=throw)
    scale = _TESLA * np.sqrt(density)
    data = xr.Dataset(
        {
            "critical_field": np.abs(found.fermi_gap) * scale,
            "critical_field_error": found.gap_error * scale,
            "fermi_gap": found.fermi_gap,
        }
    )
    data.critical_field.attrs = {"units": "T", "long_name": "critical field sqrt(mu0 N(0)) Delta"}
    data.critical_field_error.attrs = {"units": "T", "long_name": "error of the critical field"}
    code = found.result_code.values
    if isinstance(mechanism.posed.part(CondensateSolver), CondensateSolver):
        energy = thermodynamics(mechanism, temperature, throw=throw)
        for name in ("thermodynamic_critical_field", "thermodynamic_critical_field_error"):
            data[name] = energy[name]
        code = worst(code, energy.result_code.values)
    data["result_code"] = ("temperature", code, CODE_ATTRIBUTES)
    data["critical_temperature"] = found.critical_temperature
    data["critical_temperature_error"] = found.critical_temperature_error
    return data.assign_attrs(attributes(mechanism, METHOD))


def _in_report(mechanism: Any, report: Report) -> xr.Dataset:
    part = critical_field(mechanism, report.kelvin, throw=False)
    kept = part[["critical_field", "critical_field_error", "result_code"]]
    return kept.rename(result_code="critical_field_result_code")


def _along(mechanism: Any, temperature: np.ndarray) -> xr.Dataset:
    return critical_field(mechanism, temperature, throw=False)


OBSERVABLE = Observable(
    "critical_field", "critical field", critical_field, (Critical, GapSolver, GapField),
    (TEMPERATURE,), in_report=_in_report,
    compares=(Compared(_along, {"critical_field": 0.05}, ("temperature",), order=6),), order=50,
)  # fmt: skip
