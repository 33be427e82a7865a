"""Which numbers of a dataset are not good, and why, in sentences."""

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from pairlab.errors import PairlabError
from pairlab.solution import CODES, Result

if TYPE_CHECKING:
    from pairlab.mechanisms._fields.base import Mechanism

_SHOWN = 3


def problems(dataset: xr.Dataset) -> list[str]:
    """One sentence for each kind of failure in each variable; empty where every number is good."""
    found = []
    for name in dataset.data_vars:
        text = str(name)
        if text == "result_code" or text.endswith("_result_code"):
            label = text.removesuffix("result_code").strip("_").replace("_", " ")
            found += _of_codes(dataset[name], label or "result")
    tc = dataset.get("critical_temperature")
    if tc is not None and tc.ndim == 0 and not np.isfinite(tc) and not found:
        found.append("critical temperature: no number")
    return found


def refused_point(dataset: xr.Dataset, mechanism: "Mechanism") -> list[str]:
    """Why the first point of a sweep whose parameters are not allowed is refused, if there is one.

    The sentence that the mechanism itself gives holds the remedy.
    """
    for name, codes in dataset.data_vars.items():
        if str(name).endswith("_result_code"):
            from pairlab.observables.critical_temperature import critical_temperature

            for index in np.argwhere(codes.values == Result.INVALID_INPUT.code)[:1]:
                at = {str(dim): int(i) for dim, i in zip(codes.dims, index, strict=True)}
                point = {
                    dim.removeprefix("dome_"): codes[dim].values[i].item() for dim, i in at.items()
                }
                try:
                    critical_temperature(mechanism.replace(**point), throw=False)
                except PairlabError as error:
                    return [f"the first of these points: {error}"]
    return []


def _of_codes(codes: xr.DataArray, label: str) -> list[str]:
    values = np.asarray(codes.values, int)
    sentences = []
    for number, result in enumerate(CODES):
        count = int(np.sum(values == number))
        if count and not result.is_good:
            of = f" at {count} of {values.size} points" if values.ndim else ""
            where = _places(codes, values == number)
            sentences.append(f"{label}{of}: {_lower(result)}{where}")
    return sentences


def _places(codes: xr.DataArray, bad: np.ndarray) -> str:
    """The coordinates of the first few points, " (T = 3; ...)"."""
    if not codes.ndim:
        return ""
    texts = []
    for index in np.argwhere(bad)[:_SHOWN]:
        at = zip(codes.dims, index, strict=True)
        texts.append(", ".join(f"{dim} = {_coordinate(codes, str(dim), i)}" for dim, i in at))
    more = "; ..." if bad.sum() > _SHOWN else ""
    return f" ({'; '.join(texts)}{more})"


def _coordinate(codes: xr.DataArray, dim: str, index: int) -> str:
    if dim not in codes.coords:
        return f"number {index + 1}"
    value = codes[dim].values[index]
    return f"{value:g}" if isinstance(value, np.number) else str(value)


def _lower(result: Result) -> str:
    return f"{result.name}: {result.value[:1].lower()}{result.value[1:]}"
