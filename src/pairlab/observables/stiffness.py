"""The superfluid density, clean and in the London limit."""

from typing import Any

import numpy as np
import xarray as xr

from pairlab.observables.axes import Values, checked_temperatures
from pairlab.observables.datasets import (
    CODE_ATTRIBUTES,
    attributes,
    curves,
    judged,
    of_critical,
    refuse,
    refuse_any,
)
from pairlab.observables.registry import TEMPERATURE, Observable, Report, require
from pairlab.pairing.problem import Critical, StiffnessSolver


def stiffness(mechanism: Any, temperature: Values = 0.0, *, throw: bool = True) -> xr.Dataset:
    """rho_s(T)/rho_s(0) of each band, clean and in the London limit.

        rho_s(T)/rho_s(0) = 1 - Int dxi sech^2(E/2kT)/(4kT)

    The velocity is taken as constant within a band. The stiffness of the whole is the sum over
    bands weighted with density of states times mean squared velocity; velocities are not part of a
    mechanism with constant bands, so that only the bands are given, each relative to itself.

    Args:
        mechanism: any mechanism with constant bands or with Eliashberg equations, which have
            rho_s ~ pi k T Sum_n Delta_n^2/(Z_n (w_n^2 + Delta_n^2)^(3/2)).
        temperature: K, at least 0.
        throw: raise where a number cannot be trusted; otherwise its code says so.

    Returns: superfluid_density and superfluid_density_error (temperature, the mechanism's band
    dimension if it has one), dimensionless; result_code (temperature); critical_temperature in K.
    At and above Tc, and without superconductivity, the superfluid density is 0.

    Raises: InputError, CapabilityError, SolverError.

    Source: Bardeen, Cooper, Schrieffer, Phys. Rev. 108, 1175 (1957), Sec. V; the integral is
    1 - Y(T) with the function of Yosida, Phys. Rev. 110, 769 (1958).
    """
    kelvin = checked_temperatures(temperature)
    solver = require(mechanism, StiffnessSolver, "stiffness")
    critical = require(mechanism, Critical, "stiffness")
    if throw:
        refuse(critical.result, f"critical temperature of {mechanism.key}")
    value, error, code = solver.superfluid(kelvin)
    layout = solver.layout
    over = ("temperature", *layout.dims)
    label = "superfluid density over that at T = 0"
    data = xr.Dataset(
        {
            "superfluid_density": (over, value, {"units": "1", "long_name": label}),
            "superfluid_density_error": (
                over, error, {"units": "1", "long_name": f"error of {label}"}
            ),
        },
        {"temperature": kelvin, **layout.coords},
    )  # fmt: skip
    data.temperature.attrs.update(units="K", long_name="temperature")
    code = judged(code, np.max(error.reshape(len(kelvin), -1), axis=1))
    if throw:
        refuse_any(code, f"stiffness of {mechanism.key}")
    data["result_code"] = ("temperature", code, CODE_ATTRIBUTES)
    data.update(of_critical(critical))
    return data.assign_attrs(attributes(mechanism, solver.method))


def _in_report(mechanism: Any, report: Report) -> xr.Dataset:
    part = stiffness(mechanism, report.kelvin, throw=False)
    return curves(part).rename(result_code="superfluid_density_result_code")


OBSERVABLE = Observable(
    "stiffness", "superfluid density", stiffness, (Critical, StiffnessSolver), (TEMPERATURE,),
    in_report=_in_report, order=60,
)  # fmt: skip
