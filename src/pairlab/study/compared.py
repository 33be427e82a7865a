"""What a comparison asks of a mechanism: rows made from the registry of observables."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from pairlab.errors import CapabilityError, InputError, PairlabError
from pairlab.mechanisms._fields.base import Mechanism
from pairlab.observables.registry import Compared, Observable, observable
from pairlab.solution import CODES, Result

NOT_OFFERED = -1
"""The code of a quantity that the mechanism does not offer, beside those of `Result`."""

CODE_ATTRIBUTES = {
    "long_name": "result code",
    "flag_values": np.array([NOT_OFFERED, *range(len(CODES))]),
    "flag_meanings": " ".join(["NOT_OFFERED", *(code.name for code in CODES)]),
}

AXES = ("temperature", "field")
"""The axes that rows may run over."""

_FAILURES = (PairlabError, ArithmeticError, RuntimeError, ValueError)
"""What a mechanism may raise without stopping the others; anything else is a mistake in code."""


@dataclass(frozen=True)
class Row:
    """One thing that a comparison takes from an observable, by name."""

    observable: str
    compared: Compared

    @property
    def resolution(self) -> Mapping[str, float]:
        """Quantity -> assumed error of a measurement."""
        return self.compared.resolution

    @property
    def over(self) -> tuple[str, ...]:
        """The axes."""
        return self.compared.over


def rows_of(known: Mapping[str, Observable]) -> list[Row]:
    """All rows, in the order of a table."""
    rows = [Row(name, one) for name, asked in known.items() for one in asked.compares]
    return sorted(rows, key=lambda row: row.compared.order)


def may_offer(row: Row, mechanism: Mechanism) -> bool:
    """Whether a mechanism offers a row; one that fails is asked, so that its failure is said."""
    try:
        return observable(row.observable).missing(mechanism.posed) is None
    except _FAILURES:
        return True


@dataclass(frozen=True)
class Numbers:
    """Values, numerical errors and result codes of one quantity, in the shape of its axes."""

    value: np.ndarray
    error: np.ndarray
    code: np.ndarray


@dataclass(frozen=True)
class Answer:
    """What one function said of one mechanism; `failure` is a sentence where it raised."""

    numbers: Mapping[str, Numbers]
    failure: str = ""


def ask(row: Row, mechanism: Mechanism, axes: Mapping[str, np.ndarray]) -> Answer:
    """The quantities of a row; what is not offered or fails is nan with a code.

    Args:
        row: one of `rows_of`. axes: the values of every axis of the row, by name.
    """
    shape = tuple(len(axes[name]) for name in row.over)
    try:
        if observable(row.observable).missing(mechanism.posed) is not None:
            return _nothing(row, shape, NOT_OFFERED)
        part = row.compared.function(mechanism, **{name: axes[name] for name in row.over})
    except CapabilityError:  # offered in general, but not with these parameters
        return _nothing(row, shape, NOT_OFFERED)
    except _FAILURES as error:
        invalid = isinstance(error, InputError)
        code = (Result.INVALID_INPUT if invalid else Result.NOT_CONVERGED).code
        return _nothing(row, shape, code, f"{row.observable.replace('_', ' ')}: {error}")
    return Answer({name: _taken(part, name, row.over, shape) for name in row.resolution})


def _nothing(row: Row, shape: tuple[int, ...], code: int, failure: str = "") -> Answer:
    blank = np.full(shape, np.nan)
    numbers = Numbers(blank, blank, np.full(shape, code))
    return Answer(dict.fromkeys(row.resolution, numbers), failure)


def _taken(part: xr.Dataset, name: str, over: tuple[str, ...], shape: tuple[int, ...]) -> Numbers:
    """One quantity of a dataset; a nan always has a code that says why."""
    if name not in part:
        blank = np.full(shape, np.nan)
        return Numbers(blank, blank, np.full(shape, NOT_OFFERED))
    value = _largest(part[name], over).transpose(*over)

    def alike(values: xr.DataArray) -> np.ndarray:
        return _largest(values, over).broadcast_like(value).transpose(*over).values

    error = alike(part[f"{name}_error"]).astype(float)
    own = f"{name}_result_code"
    code = alike(part[own if own in part else "result_code"]).astype(int)
    none = float(part.get("critical_temperature", np.nan)) == 0
    why = (Result.NO_SUPERCONDUCTIVITY if none else Result.NOT_FINITE).code
    lost = ~np.isfinite(value.values) & (code == Result.SUCCESS.code)
    return Numbers(value.values.astype(float), error, np.where(lost, why, code))


def _largest(values: xr.DataArray, over: tuple[str, ...]) -> xr.DataArray:
    return values.max([dim for dim in values.dims if dim not in over])
