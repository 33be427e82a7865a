"""The superfluid density of constant bands."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from pairlab.observables.common import CODE_ATTRIBUTES, attributes, refuse_any
from pairlab.observables.critical_temperature import as_kelvin
from pairlab.observables.gap import checked_temperatures
from pairlab.observables.thermodynamics import judged, solved
from pairlab.pairing.problem import OffersConstantBands, require

METHOD = "Yosida function of each band, graded Gauss-Legendre"


def stiffness(
    mechanism: Any, temperature: float | Sequence[float] | np.ndarray = 0.0, *, throw: bool = True
) -> xr.Dataset:
    """rho_s(T)/rho_s(0) of each band, clean and in the London limit.

        rho_s(T)/rho_s(0) = 1 - Int dxi sech^2(E/2kT)/(4kT)

    The velocity is taken as constant within a band. The stiffness of the whole is the sum over
    bands weighted with density of states times mean squared velocity; velocities are not part of a
    mechanism with constant bands, so that only the bands are given, each relative to itself.

    Args:
        mechanism: any mechanism with constant bands.
        temperature: K, at least 0.
        throw: raise where a number cannot be trusted; otherwise its code says so.

    Returns: superfluid_density and superfluid_density_error (temperature, the mechanism's band
    dimension if it has one), dimensionless; result_code (temperature); critical_temperature in K.
    At and above Tc, and without superconductivity, the superfluid density is 0.

    Raises: InputError, CapabilityError, SolverError.

    Source: Bardeen, Cooper, Schrieffer, Phys. Rev. 108, 1175 (1957), Sec. V; the integral is
    1 - Y(T) with the function of Yosida, Phys. Rev. 110, 769 (1958).
    """
    require(mechanism, OffersConstantBands, "stiffness")
    kelvin = checked_temperatures(temperature)
    critical, value, error, code = solved(mechanism, kelvin, throw=throw)
    grid = mechanism.gap_grid()
    # A point of the grid of constant bands belongs to the band whose mode is not zero there.
    band = np.abs(grid.form).sum(-1).argmax(-1)
    dims = ("temperature", *grid.dims)
    label = "superfluid density over that at T = 0"
    data = xr.Dataset(
        {
            "superfluid_density": (
                dims,
                value.superfluid[:, band],
                {"units": "1", "long_name": label},
            ),
            "superfluid_density_error": (
                dims,
                error.superfluid[:, band],
                {"units": "1", "long_name": f"error of {label}"},
            ),
        },
        {"temperature": kelvin, **grid.coords},
    )
    data.temperature.attrs.update(units="K", long_name="temperature")
    code = judged(code, error.superfluid.max(-1))
    if throw:
        refuse_any(code, f"stiffness of {mechanism.key}")
    tc, tc_error, _ = as_kelvin(critical)
    data["result_code"] = ("temperature", code, CODE_ATTRIBUTES)
    data["critical_temperature"] = ((), tc, {"units": "K", "long_name": "critical temperature"})
    data["critical_temperature_error"] = ((), tc_error, {"units": "K", "long_name": "its error"})
    return data.assign_attrs(attributes(mechanism, METHOD))
