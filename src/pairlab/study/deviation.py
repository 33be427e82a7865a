"""How far calculated curves lie from measured points; nothing is interpolated, nothing fitted."""

import numpy as np
import xarray as xr

from pairlab.quantities import QUANTITIES
from pairlab.solution import CODES, Result
from pairlab.study.compared import CODE_ATTRIBUTES, NOT_OFFERED


def deviations(data: xr.Dataset) -> xr.Dataset:
    """The dataset with the deviation of each mechanism from each measured quantity.

        deviation = sqrt(Sum w (calculated - measured)^2 / Sum w),  w = 1/measured_error^2 or 1
        chi^2 per point = (1/n) Sum ((calculated - measured)/measured_error)^2

    Args:
        data: measured_<name> (point), <name>_at_measured (mechanism, point) with errors and codes.

    Returns: with <name>_deviation (mechanism), <name>_chi_squared_per_point (mechanism) where
    errors were measured, their numerical errors and codes, and <name>_points, the number of points.
    A mechanism without a number at one of the points has nan and the code of that point.
    """
    for name in QUANTITIES:
        if f"measured_{name}" in data and f"{name}_at_measured" in data:
            data = data.assign(_of(data, name))
    return data


def _of(data: xr.Dataset, name: str) -> dict[str, tuple]:
    label, unit = f"deviation of the {QUANTITIES[name].label}", QUANTITIES[name].unit
    measured = data[f"measured_{name}"].values
    here = np.isfinite(measured)
    known = data.get(f"measured_{name}_error")
    sigma = np.ones(here.sum()) if known is None else known.values[here]
    calculated, error, code = (
        data[f"{name}_at_measured{part}"].transpose("mechanism", "point").values[:, here]
        for part in ("", "_error", "_result_code")
    )
    codes = np.array([_worst(row) for row in code])
    weight = 1 / sigma**2
    square = (weight * (calculated - measured[here]) ** 2).sum(1)
    # The change of the sum where each calculated value moves by its error, all in one sense.
    shift = (weight * (2 * np.abs(calculated - measured[here]) + error) * error).sum(1)
    deviation = np.sqrt(square / weight.sum())
    moved = np.sqrt((square + shift) / weight.sum()) - deviation
    result: dict[str, tuple] = {}

    def add(end: str, values: np.ndarray, errors: np.ndarray, unit: str, label: str) -> None:
        full = f"{name}_{end}"
        about = {"units": unit, "long_name": label}
        result[full] = ("mechanism", values, about)
        result[f"{full}_error"] = ("mechanism", errors, {**about, "long_name": f"error of {label}"})
        result[f"{full}_result_code"] = ("mechanism", codes, CODE_ATTRIBUTES)

    add("deviation", deviation, moved, unit, label)
    if known is not None:
        count = max(int(here.sum()), 1)
        label = f"chi^2 per point of the {QUANTITIES[name].label}"
        add("chi_squared_per_point", square / count, shift / count, "1", label)
    result[f"{name}_points"] = ((), int(here.sum()), {"long_name": "measured points"})
    return result


def _worst(codes: np.ndarray) -> int:
    """One code for all points: the first that is not good."""
    for code in codes:
        if code == NOT_OFFERED or not CODES[code].is_good:
            return int(code)
    return Result.SUCCESS.code
