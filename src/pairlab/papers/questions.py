"""Entries that ask an observable of a mechanism: which one, of what, and which of its numbers."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr

from pairlab.errors import InputError, did_you_mean
from pairlab.mechanisms._fields import registry
from pairlab.mechanisms._fields.base import Mechanism
from pairlab.observables.registry import observable
from pairlab.papers.verdict import Computed, computed
from pairlab.solution import CODES, Result, Solution

Wrong = Callable[[str, str, str], InputError]
"""Makes the error of an entry from what, why and remedy."""

_NAMES = ("observable", "preset", "mechanism", "variable", "reduction")
_TABLES = ("changes", "axes", "select")
KEYS = frozenset((*_NAMES, *_TABLES))
"""What an entry may hold in place of `compute` and `arguments`."""

_KEPT = 128
"""Answers: entries often take several numbers of one."""


@dataclass(frozen=True)
class Question:
    """An observable of one mechanism, and the number that is taken from the answer.

    preset, mechanism: one of them; a mechanism is known by its key, or is a function of the paper.
    changes: parameters in place of the preset's or of the defaults, or that function's arguments.
    axes: what the observable runs over, for example temperature in K. variable: of the answer; ""
    is the observable's own name. select: values of coordinates. reduction: a function of the paper
    that makes a number of the whole answer.
    """

    observable: str
    preset: str = ""
    mechanism: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    axes: Mapping[str, Any] = field(default_factory=dict)
    variable: str = ""
    select: Mapping[str, Any] = field(default_factory=dict)
    reduction: str = ""


@dataclass(frozen=True)
class Functions:
    """What a paper's `compute.py` has, by name: COMPUTED, MECHANISMS and REDUCTIONS."""

    computed: Mapping[str, Callable[..., Computed]] = field(default_factory=dict)
    mechanisms: Mapping[str, Callable[..., Mechanism]] = field(default_factory=dict)
    reductions: Mapping[str, Callable[[xr.Dataset], Computed]] = field(default_factory=dict)


def question_of(item: Mapping[str, Any], wrong: Wrong) -> Question | None:
    """What an entry asks; None where it names a function. Raises: what `wrong` makes."""
    given = {name: value for name, value in item.items() if name in KEYS}
    if not given:
        return None
    for name, value in given.items():
        if not (isinstance(value, dict) if name in _TABLES else isinstance(value, str) and value):
            kind = "a table" if name in _TABLES else "a name"
            raise wrong(name, f"it is {kind}", f"correct {name}")
    if "observable" not in given:
        remedy = 'add an observable, for example observable = "gap_ratio"'
        raise wrong(f'"{next(iter(given))}"', "no observable is asked", remedy)
    for name in ("compute", "arguments"):
        if name in item:
            why = "an entry asks an observable or names a function"
            raise wrong(f'"{name}" beside an observable', why, "keep one of them")
    if ("preset" in given) == ("mechanism" in given):
        remedy = 'give one, for example preset = "h3s" or mechanism = "bcs"'
        raise wrong("observable", "it is asked of one preset or of one mechanism", remedy)
    return Question(**given)


def answer(question: Question, functions: Functions, changes: Mapping[str, Any]) -> Computed:
    """The number that a question asks for, with the changes of a reading beside its own.

    Raises: InputError, CapabilityError.
    """
    name = question.observable
    axes = [axis.name for axis in observable(name).axes]
    for axis in question.axes:
        if axis not in axes:
            remedy = did_you_mean(axis, axes) if axes else "leave axes out"
            raise InputError(what=f'axis "{axis}"', why=f"{name} has no such axis", remedy=remedy)
    mechanism: Any = _mechanism(question, functions, {**question.changes, **changes})
    data = _answer(name, mechanism, tuple((k, _frozen(v)) for k, v in question.axes.items()))
    if question.reduction:
        return named(functions.reductions, question.reduction, "reduction")(data)
    variable = question.variable or name
    own = f"{variable}_error"
    error = own if own in data else f"{name}_error"
    return number(data, variable, error=error, select=question.select)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _mechanism(
    question: Question, functions: Functions, parameters: Mapping[str, Any]
) -> Mechanism:
    if question.preset:
        return registry.preset(question.preset, **parameters)
    if question.mechanism in functions.mechanisms:
        return called(functions.mechanisms[question.mechanism], parameters)
    known = {**registry.mechanisms(), **functions.mechanisms}
    return named(known, question.mechanism, "mechanism")(**parameters)


@lru_cache(maxsize=_KEPT)
def _answer(name: str, mechanism: Mechanism, axes: tuple[tuple[str, Any], ...]) -> xr.Dataset:
    found = observable(name).function(mechanism, **dict(axes), throw=False)
    if isinstance(found, Solution):
        numbers = {name: found.value, f"{name}_error": found.error}
        return xr.Dataset({**numbers, "result_code": found.result.code})
    return found


def number(
    data: xr.Dataset, variable: str, *, error: str = "", select: Mapping[str, Any] | None = None
) -> Computed:
    """One number of a Dataset with its error; nan where its code says that there is none.

    An inaccurate number has an error that says so, which the verdict counts.

    Args:
        error: the variable with the error, by default `<variable>_error`. select: values of
            coordinates, until one number is left.

    Raises: InputError.
    """
    error = error or f"{variable}_error"
    for name in (variable, error):
        if name not in data:
            remedy = did_you_mean(name, map(str, data.data_vars))
            raise InputError(what=f'variable "{name}"', why="the answer has none", remedy=remedy)
    for name, at in (select or {}).items():
        data = _selected(data, name, at)
    left = data[variable]
    if left.size != 1:
        raise InputError(
            what=f'variable "{variable}"',
            why=f"{left.size} numbers are left, over {' and '.join(map(str, left.dims))}",
            remedy="choose one with select, for example select = { band = 1 }",
        )
    codes = np.ravel(data.result_code.values) if "result_code" in data else []
    kinds = [CODES[int(code)] for code in codes]
    if not all(kind.is_good or kind is Result.INACCURATE for kind in kinds):
        return computed(np.nan)
    return computed(float(left.squeeze()), float(data[error].squeeze()))


def _selected(data: xr.Dataset, name: str, at: Any) -> xr.Dataset:
    if name not in data.dims:
        remedy = did_you_mean(name, map(str, data.dims)) if data.dims else "leave select out"
        raise InputError(what=f'select: "{name}"', why="it is no dimension", remedy=remedy)
    places = data[name].values.tolist()
    if at not in places:
        shown = ", ".join(map(str, places[:8])) + (", ..." if len(places) > 8 else "")
        raise InputError(
            what=f"select: {name} = {at}", why="there is no such value", remedy=f"known are {shown}"
        )
    return data.isel({name: places.index(at)})


def named(known: Mapping[str, Any], name: str, kind: str) -> Any:
    """What is known by a name. Raises: InputError with a suggestion."""
    if name not in known:
        remedy = did_you_mean(name, known) if known else f"write that {kind} in compute.py"
        raise InputError(what=f'{kind} = "{name}"', why="there is none of that name", remedy=remedy)
    return known[name]


def called(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """What a function of a paper gives. Raises: InputError where it takes other arguments."""
    signature = inspect.signature(function)
    try:
        signature.bind(**arguments)
    except TypeError as error:
        name, takes = getattr(function, "__name__", "the function"), ", ".join(signature.parameters)
        raise InputError(
            what=f"the arguments of {name}",
            why=str(error),
            remedy=f"it takes {takes}" if takes else "it takes none",
        ) from None
    return function(**arguments)
