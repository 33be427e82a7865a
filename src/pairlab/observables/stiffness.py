"""The superfluid density, clean and in the London limit."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from pairlab.observables.common import CODE_ATTRIBUTES, attributes, refuse_any
from pairlab.observables.critical_temperature import as_solution
from pairlab.observables.gap import checked_temperatures, own_bands
from pairlab.observables.thermodynamics import judged, own_condensate, solved
from pairlab.pairing.problem import OffersCondensate, OffersConstantBands, require

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
    dims: tuple[str, ...]
    if isinstance(mechanism, OffersCondensate):
        tc, found = own_condensate(mechanism, kelvin, throw=throw)
        value, error, code = found.value.superfluid, found.error.superfluid, found.code
        dims, coords = own_bands(value)
        value, error = (x if dims else x[:, 0] for x in (value, error))
        method, judged_by = mechanism.method, found.error.superfluid
    else:
        require(mechanism, OffersConstantBands, "stiffness")
        critical, condensate, errors, code = solved(mechanism, kelvin, throw=throw)
        tc = as_solution(critical)
        grid = mechanism.gap_grid()
        # A point of the grid of constant bands belongs to the band whose mode is not zero there.
        band = np.abs(grid.form).sum(-1).argmax(-1)
        value, error = condensate.superfluid[:, band], errors.superfluid[:, band]
        dims, coords, method, judged_by = grid.dims, grid.coords, METHOD, errors.superfluid
    over = ("temperature", *dims)
    label = "superfluid density over that at T = 0"
    about = ({"units": "1", "long_name": text} for text in (label, f"error of {label}"))
    data = xr.Dataset(
        {
            "superfluid_density": (over, value, next(about)),
            "superfluid_density_error": (over, error, next(about)),
        },
        {"temperature": kelvin, **coords},
    )
    data.temperature.attrs.update(units="K", long_name="temperature")
    code = judged(code, judged_by.max(-1))
    if throw:
        refuse_any(code, f"stiffness of {mechanism.key}")
    data["result_code"] = ("temperature", code, CODE_ATTRIBUTES)
    about_tc = {"units": "K", "long_name": "critical temperature"}
    data["critical_temperature"] = ((), tc.value, about_tc)
    data["critical_temperature_error"] = ((), tc.error, {"units": "K", "long_name": "its error"})
    return data.assign_attrs(attributes(mechanism, method))
