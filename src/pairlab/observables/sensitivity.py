"""Derivatives of Tc by the fields of a mechanism."""

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from pairlab.errors import InputError, PairlabError, did_you_mean
from pairlab.observables.datasets import CODE_ATTRIBUTES, attributes, refuse, refuse_any
from pairlab.observables.registry import Axis, Observable, require
from pairlab.pairing.problem import Critical, Problem
from pairlab.pairing.sensitivity import STEP, log_slope
from pairlab.solution import Result

METHOD = "implicit derivative of the leading value, central differences on both sides of a field"

ACCURACY = 1e-3
"""Of d ln Tc/d ln field; a larger error estimate is reported as inaccurate."""

_QUANTITIES = ("critical_temperature",)


def sensitivity(
    mechanism: Any,
    quantity: str = "critical_temperature",
    *,
    fields: Sequence[str] | None = None,
    throw: bool = True,
) -> xr.Dataset:
    """d ln Tc/d ln field and dTc/d field, by every number that the mechanism is made of.

        d ln Tc/d p = -(d lambda/d p)/(d lambda/d ln T)

    lambda is the leading value of the linear problem that has the field moved a little, taken at
    the Tc of the one that has not, so that no Tc is solved again; a formula or a condition for Tc
    is evaluated anew.

    Args:
        mechanism: any mechanism with a critical temperature.
        quantity: "critical_temperature".
        fields: names of numeric fields, "couplings[0][1]" for one number of several; by default
            all that have a value. Off-diagonal numbers of a symmetric matrix move together.
        throw: raise where a number cannot be trusted; otherwise its code says so.

    Returns, over `field`: logarithmic_derivative (dimensionless) and derivative (K over the unit of
    the field), each with `_error`; field_value and field_unit; result_code. A field that is 0 has
    no logarithm: its derivative is meant, and the logarithmic one is 0. All are nan without
    superconductivity. At a bound of a field the derivative is that on the allowed side.

    Raises: InputError for an unknown field, CapabilityError, SolverError.
    """
    if quantity not in _QUANTITIES:
        raise InputError(
            what=f'cannot differentiate "{quantity}"',
            why="derivatives are those of what a critical point decides",
            remedy=did_you_mean(str(quantity), _QUANTITIES),
        )
    critical = require(mechanism, Critical, "sensitivity")
    if throw:
        refuse(critical.result, f"critical temperature of {mechanism.key}")
    places, rows = [], []
    for place in _chosen(mechanism, fields):
        at = _moved(mechanism, place)
        sided = _allowed(at, max(STEP, mechanism.posed.ripple))
        if fields is None and sided is None and _allowed(at, STEP) is None:
            continue  # some numbers cannot move without others, which are not given
        places.append(place)
        rows.append(_row(mechanism.posed, critical, place, at, sided))
    if throw:
        refuse_any([row.code for row in rows], f"sensitivity of {mechanism.key}")
    data = xr.Dataset(coords={"field": ("field", [place.name for place in places])})
    for name, label, units in (
        ("logarithmic_derivative", "d ln Tc/d ln field", "1"),
        ("logarithmic_derivative_error", "error of d ln Tc/d ln field", "1"),
        ("derivative", "dTc/d field", "K over field_unit"),
        ("derivative_error", "error of dTc/d field", "K over field_unit"),
    ):
        values = np.array([getattr(row, name) for row in rows], float)
        data[name] = ("field", values, {"units": units, "long_name": label})
    about = {"units": "field_unit", "long_name": "value of the field"}
    data["field_value"] = ("field", np.array([place.value for place in places], float), about)
    units = np.array([_unit(mechanism, place.field) for place in places], str)
    data["field_unit"] = ("field", units, {"long_name": "unit of the field"})
    data["result_code"] = ("field", np.array([row.code for row in rows], int), CODE_ATTRIBUTES)
    return data.assign_attrs(attributes(mechanism, METHOD))


@dataclass(frozen=True)
class _Place:
    """One number of a mechanism: its field, and where in a list or a matrix it stands."""

    field: str
    index: tuple[int, ...]
    value: float

    @property
    def name(self) -> str:
        return self.field + "".join(f"[{i}]" for i in self.index)

    def replaced(self, mechanism: Any, value: float, *, mirrored: bool) -> Any:
        """The mechanism with another number here, and at the mirror place of a matrix."""
        if not self.index:
            return mechanism.replace(**{self.field: value})
        whole = copy.deepcopy(mechanism.parameters()[self.field])
        for index in {self.index, self.index[::-1]} if mirrored else {self.index}:
            row = whole
            for i in index[:-1]:
                row = row[i]
            row[index[-1]] = value
        return mechanism.replace(**{self.field: whole})


@dataclass(frozen=True)
class _Row:
    logarithmic_derivative: float
    logarithmic_derivative_error: float
    derivative: float
    derivative_error: float
    code: int


def _numbers(name: str, value: Any, index: tuple[int, ...] = ()) -> Iterator[_Place]:
    """Every real number of a field; counts and texts have no derivative."""
    if isinstance(value, float):
        yield _Place(name, index, value)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _numbers(name, item, (*index, i))


def _chosen(mechanism: Any, fields: Sequence[str] | None) -> list[_Place]:
    """The places of the fields asked for. Raises: InputError."""
    every = [
        place
        for name, value in mechanism.parameters().items()
        for place in _numbers(name, value)
        if len(place.index) < 2 or place.index[0] <= place.index[1] or not _symmetric(value)
    ]
    if fields is None:
        return every
    if isinstance(fields, str):
        fields = [fields]
    chosen = []
    for name in fields:
        found = [place for place in every if name in (place.field, place.name)]
        if not found:
            raise InputError(
                what=f'{mechanism.key} has no number "{name}"',
                why="derivatives are by numeric fields that have a value",
                remedy=did_you_mean(str(name), [place.name for place in every]),
            )
        chosen += found
    return chosen


def _symmetric(value: Any) -> bool:
    matrix = np.array(value, float)
    square = matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1]
    return square and bool(np.all(matrix == matrix.T))


def _unit(mechanism: Any, field: str) -> str:
    extra = type(mechanism).model_fields[field].json_schema_extra
    unit = extra.get("unit", "") if isinstance(extra, dict) else ""
    return str(unit) or "1"


def _row(
    problem: Problem,
    critical: Critical,
    place: _Place,
    at: Callable[[float], Problem],
    sided: int | None,
) -> _Row:
    """at: the problem with the number here moved; sided: which ways it may, as `_allowed` says."""
    lost = math.nan
    if not critical.result.is_superconducting:
        return _Row(lost, lost, lost, lost, critical.result.code)
    if sided is None:
        return _Row(lost, lost, lost, lost, Result.INVALID_INPUT.code)
    slope = log_slope(problem, at, sided=sided)
    scale = critical.value / place.value if place.value else critical.value
    logarithmic = place.value != 0
    code = Result.SUCCESS
    if not np.isfinite(slope.value) or not np.isfinite(slope.error):
        code = Result.NOT_FINITE
    elif slope.error > ACCURACY * max(abs(slope.value), 1.0):
        code = Result.INACCURATE
    return _Row(
        slope.value if logarithmic else 0.0,
        slope.error if logarithmic else 0.0,
        slope.value * scale,
        slope.error * abs(scale),
        code.code,
    )


def _moved(mechanism: Any, place: _Place) -> Callable[[float], Problem]:
    """The problem with ln(field), or a field that is 0, moved by h."""
    whole = mechanism.parameters()[place.field]
    mirrored = len(place.index) == 2 and _symmetric(whole)

    def at(h: float) -> Problem:
        value = place.value * math.exp(h) if place.value else h
        return place.replaced(mechanism, value, mirrored=mirrored).posed

    return at


def _allowed(at: Callable[[float], Problem], step: float) -> int | None:
    """0 where the field may move both ways, 1 or -1 where only one; None where it may not."""
    open_sides = []
    for side in (1, -1):
        try:
            at(side * 3 * step)
        except PairlabError:
            continue
        open_sides.append(side)
    if not open_sides:
        return None
    return 0 if len(open_sides) == 2 else open_sides[0]


OBSERVABLE = Observable(
    "sensitivity", "sensitivity of Tc", sensitivity, (Critical,),
    (Axis("fields", "", "numeric fields: coupling,cutoff; all by default", kind="word"),),
    cost="slow", order=80,
)  # fmt: skip
