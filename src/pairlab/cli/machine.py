"""Results as JSON: no literal that JSON does not have, null where there is no number."""

import json
import math
import sys
from typing import TYPE_CHECKING, Any

from pairlab.solution import Solution

if TYPE_CHECKING:
    import xarray as xr


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    json.dump(plain(value), sys.stdout, allow_nan=False, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def plain(value: Any) -> Any:
    """Dicts, lists, text, numbers and null."""
    if hasattr(value, "tolist"):  # an array or a number of NumPy, which need not be imported here
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def of_solution(solution: Solution) -> dict[str, Any]:
    """Value, error, unit and what became of it."""
    return {
        "value": solution.value,
        "error": solution.error,
        "unit": solution.unit,
        "result": solution.result.name,
        "good": solution.result.is_good,
        "stats": solution.stats,
    }


def of_dataset(dataset: "xr.Dataset") -> dict[str, Any]:
    """Attributes, coordinates and variables with their dimensions and units."""
    return {
        "attributes": dict(dataset.attrs),
        "coordinates": {str(name): _variable(dataset[name]) for name in dataset.coords},
        "variables": {str(name): _variable(dataset[name]) for name in dataset.data_vars},
    }


def _variable(array: "xr.DataArray") -> dict[str, Any]:
    return {
        "dims": [str(dim) for dim in array.dims],
        "units": array.attrs.get("units", ""),
        "values": array.values,
    }
