"""The temperatures that a mechanism knows, side by side."""

from typing import Any

import numpy as np
import xarray as xr

from pairlab.observables.datasets import CODE_ATTRIBUTES, attributes, refuse_any
from pairlab.observables.registry import Observable, problem_of, require
from pairlab.pairing.problem import Critical


def scales(mechanism: Any, *, throw: bool = True) -> xr.Dataset:
    """Every temperature that the mechanism knows, with its definition; Tc is the first.

    Args:
        mechanism: any mechanism with a critical temperature.
        throw: raise where a number cannot be trusted; otherwise its code says so.

    Returns, over `scale` (its name): temperature and temperature_error in K, result_code, and
    definition (text). What does not exist is nan.

    Raises: CapabilityError, SolverError.
    """
    require(mechanism, Critical, "temperature scales")
    problem = problem_of(mechanism, "temperature scales")
    found = problem.scales()
    data = xr.Dataset(coords={"scale": ("scale", [one.name for one in found])})
    for name, values, label in (
        ("temperature", [one.value for one in found], "temperature"),
        ("temperature_error", [one.error for one in found], "error of the temperature"),
    ):
        data[name] = ("scale", np.array(values, float), {"units": "K", "long_name": label})
    codes = [one.result.code for one in found]
    if throw:
        refuse_any(codes, f"temperature scales of {mechanism.key}")
    data["result_code"] = ("scale", np.array(codes), CODE_ATTRIBUTES)
    texts = np.array([one.definition for one in found], str)
    data["definition"] = ("scale", texts, {"long_name": "definition"})
    return data.assign_attrs(attributes(mechanism, problem.method))


OBSERVABLE = Observable("scales", "temperature scales", scales, (Critical,), order=5)
