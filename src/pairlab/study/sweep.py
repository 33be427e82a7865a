"""Sweeps: named axes over any fields of a mechanism.

Points are solved in blocks, a thread for each core: NumPy's loops over a block run outside Python's
lock. BLAS keeps to one thread in each.
"""

import itertools
import math
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from threadpoolctl import threadpool_limits

from pairlab.errors import InputError, PairlabError, did_you_mean
from pairlab.mechanisms._fields.base import Mechanism, field_extra, is_numeric, read_with
from pairlab.observables.datasets import CODE_ATTRIBUTES, attributes
from pairlab.observables.registry import Observable, problem_of, refusal
from pairlab.observables.registry import observables as known_observables
from pairlab.pairing.problem import Critical, Problem
from pairlab.solution import Result, Solution

MOST_POINTS = 10_000_000
"""Points of one sweep: its results, and the time it takes, stay within one machine."""

BLOCK = 128
"""Points of one task."""

Progress = Callable[[int, int], None]

_INVALID = Result.INVALID_INPUT.code
_TC = "critical_temperature"


def sweep(
    mechanism: Mechanism,
    axes: Mapping[str, Sequence[Any] | np.ndarray],
    observables: Sequence[str] = ("critical_temperature",),
    *,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Observables on the product of named axes.

    Args:
        mechanism: the starting point; each axis replaces one of its fields.
        axes: field name -> values; the order is the order of the dimensions.
        observables: names of the registry that gather in a sweep, such as critical_temperature,
            isotope_coefficient, gap_ratio.
        progress: called with (points done, points in all).

    Returns: for each observable its value, `_error` and `_result_code`. A point that fails carries
    its code and nan, and the sweep goes on. The attributes `axes` and `observables` say what was
    asked for, as on the command line.

    Raises: InputError for an unknown field or observable, CapabilityError.
    """
    chosen = _check(mechanism, axes, observables)
    arrays = {name: np.asarray(values) for name, values in axes.items()}
    points = _Points(mechanism, arrays)
    answers = _answers(points, chosen, progress)
    data = xr.Dataset(coords=dict(arrays))
    for name in arrays:
        data[name].attrs.update(
            units=field_extra(type(mechanism), name)["unit"] or "1",
            long_name=name.replace("_", " "),
        )
    for place, one in enumerate(chosen):
        data = data.merge(_gathered(one, [answer[place] for answer in answers], arrays))
    return data.assign_attrs(
        attributes(mechanism, "sweep over " + ", ".join(axes)),
        axes=[f"{name}={_written(values)}" for name, values in arrays.items()],
        observables=list(observables),
    )


def _written(values: np.ndarray) -> str:
    """An axis as the command line takes it: first:last:count where that gives it back."""
    if values.dtype.kind in "fi" and values.size > 2:
        first, last = float(values[0]), float(values[-1])
        if np.array_equal(np.round(np.linspace(first, last, values.size), 12), values):
            return f"{first!r}:{last!r}:{values.size}"
    return ",".join(map(str, values.tolist()))


def _check(
    mechanism: Mechanism, axes: Mapping[str, Any], observables: Sequence[str]
) -> list[Observable]:
    problem_of(mechanism, "critical temperature to sweep")
    if not isinstance(axes, Mapping) or not axes:
        raise InputError(
            what=f"axes = {axes!r}",
            why="a sweep runs over at least one named axis",
            remedy='give a mapping, for example {"coupling": [0.1, 0.2]}',
        )
    for name, values in axes.items():
        _check_axis(mechanism, name, values)
    count = math.prod(len(values) for values in axes.values())
    if count > MOST_POINTS:
        raise InputError(
            what=f"a sweep over {count:.6g} points",
            why=f"one sweep takes at most {MOST_POINTS}",
            remedy="give fewer values, or sweep a part of the axes at a time",
        )
    known = {name: one for name, one in known_observables().items() if one.sweeps}
    if isinstance(observables, str) or len(observables) == 0:
        raise InputError(
            what=f"observables = {observables!r}",
            why="they are a list of at least one name",
            remedy='write for example ["critical_temperature"]; known are: ' + ", ".join(known),
        )
    for name in observables:
        if name not in known:
            raise InputError(
                what=f'cannot sweep the observable "{name}"',
                why="a sweep collects numbers that each point has in the same shape",
                remedy=did_you_mean(str(name), known),
            )
    chosen = [known[name] for name in observables]
    _refuse(mechanism, axes, chosen)
    return chosen


def _refuse(mechanism: Mechanism, axes: Mapping[str, Any], chosen: list[Observable]) -> None:
    """Raises: CapabilityError where the first point that is allowed has no such observable."""
    arrays = {name: np.asarray(values) for name, values in axes.items()}
    first = next((point for point in _Points(mechanism, arrays) if point is not None), mechanism)
    for one in chosen:
        missing = one.missing(first.posed)
        if missing is not None:
            raise refusal(first, missing, one.title)


def _check_axis(mechanism: Mechanism, name: str, values: Any) -> None:
    fields = type(mechanism).model_fields
    if name not in fields:
        raise InputError(
            what=f'cannot sweep "{name}"',
            why=f"{mechanism.key} has no such parameter",
            remedy=did_you_mean(str(name), fields),
        )
    if read_with(type(mechanism), name):
        raise InputError(
            what=f"cannot sweep {name}",
            why="an axis holds numbers or words, and this parameter is the content of a file",
            remedy="calculate one after the other, or compare them",
        )
    numbers = is_numeric(type(mechanism), name)
    try:
        array = np.asarray(values, float if numbers else None)
        usable = array.ndim == 1 and array.size > 0 and not isinstance(values, str)
        usable = usable and (not numbers or bool(np.all(np.isfinite(array))))
    except (TypeError, ValueError):
        usable = False
    if not usable:
        shown = list(values)[:5] if isinstance(values, list | tuple | np.ndarray) else values
        kind = "finite value" if numbers else "value"
        raise InputError(
            what=f"cannot sweep {name} over {shown!r}",
            why=f"an axis is a list of at least one {kind}, each a single "
            + ("number" if numbers else "text"),
            remedy="give its values, for example "
            + ("from numpy.linspace" if numbers else f'{{"{name}": ["..."]}}'),
        )


@dataclass(frozen=True)
class _Points:
    """The points of a product of axes, made when asked for: a large map is never held whole."""

    mechanism: Mechanism
    axes: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        return math.prod(len(values) for values in self.axes.values())

    def __iter__(self) -> Iterator[Mechanism | None]:
        """The mechanism at each point; None where its parameters are not allowed."""
        for values in itertools.product(*(values.tolist() for values in self.axes.values())):
            try:
                yield self.mechanism.replace(**dict(zip(self.axes, values, strict=True)))
            except PairlabError:
                yield None


@dataclass(frozen=True)
class _Number:
    """A number with its error, code and unit; what a point without any has are nan."""

    value: float
    error: float
    code: int
    unit: str = ""


_NONE = _Number(math.nan, math.nan, _INVALID)
_Answer = _Number | xr.Dataset | None


def _answers(
    points: _Points, chosen: list[Observable], progress: Progress | None
) -> list[list[_Answer]]:
    """What each point says of each observable; a few blocks are under way at any time."""
    workers = os.cpu_count() or 1
    total, done = len(points) * len(chosen), 0
    answers: list[list[_Answer]] = []

    def collect(job: Future[list[list[_Answer]]]) -> None:
        nonlocal done
        some = job.result()
        answers.extend(some)
        done += len(some) * len(chosen)
        if progress is not None:
            progress(done, total)

    pool = ThreadPoolExecutor(workers)
    under_way: deque[Future[list[list[_Answer]]]] = deque()
    try:
        with threadpool_limits(limits=1, user_api="blas"):
            for block in _blocks(points, workers):
                under_way.append(pool.submit(_solve_block, block, chosen))
                if len(under_way) > 2 * workers:
                    collect(under_way.popleft())
            while under_way:
                collect(under_way.popleft())
    finally:
        pool.shutdown(cancel_futures=True)  # an interrupt does not wait for the rest
    return answers


def _blocks(points: _Points, workers: int) -> Iterator[list[Mechanism | None]]:
    size = min(BLOCK, -(-len(points) // workers))
    every = iter(points)
    while block := list(itertools.islice(every, size)):
        yield block


def _solve_block(
    block: list[Mechanism | None], chosen: list[Observable]
) -> list[list[_Answer]]:
    """All observables at some points; critical points are solved together."""
    problems = [_problem(point) for point in block]
    posed = [problem for problem in problems if problem is not None]
    for kind in dict.fromkeys(type(problem) for problem in posed):
        kind.critical_many([problem for problem in posed if type(problem) is kind])
    return [
        [None if problem is None else _ask(one, point) for one in chosen]
        for point, problem in zip(block, problems, strict=True)
    ]


def _problem(point: Mechanism | None) -> Problem | None:
    try:
        return None if point is None else point.posed
    except PairlabError:
        return None


def _ask(one: Observable, point: Mechanism | None) -> _Answer:
    if one.name == _TC:  # without what a Solution says of its origin
        assert point is not None
        critical = point.posed.critical()
        if isinstance(critical, Critical):
            return _Number(critical.value, critical.error, critical.result.code, critical.unit)
    try:
        answer = one.function(point, throw=False)
    except InputError:
        return None
    if isinstance(answer, Solution):
        return _Number(answer.value, answer.error, answer.result.code, answer.unit)
    return answer


def _gathered(
    one: Observable, answers: list[_Answer], axes: Mapping[str, np.ndarray]
) -> xr.Dataset:
    """The answers of all points over the axes; a point without one has nan and a code."""
    first = next((answer for answer in answers if answer is not None), _NONE)
    if isinstance(first, xr.Dataset):
        return _stacked(one, answers, first, axes)
    shape = tuple(len(values) for values in axes.values())
    numbers = [answer if isinstance(answer, _Number) else _NONE for answer in answers]
    none = "K" if one.name == _TC else "1"
    units = next((number.unit for number in numbers if number.unit), none)
    data = xr.Dataset()
    for end, part, label in (("", "value", ""), ("_error", "error", "error of the ")):
        values = np.array([getattr(number, part) for number in numbers]).reshape(shape)
        about = {"units": units, "long_name": label + one.title}
        data[one.name + end] = (tuple(axes), values, about)
    codes = np.array([number.code for number in numbers]).reshape(shape)
    data[f"{one.name}_result_code"] = (tuple(axes), codes, CODE_ATTRIBUTES)
    return data


def _stacked(
    one: Observable, answers: list[_Answer], first: xr.Dataset, axes: Mapping[str, np.ndarray]
) -> xr.Dataset:
    """Datasets of one shape, a point after another."""
    code = f"{one.name}_result_code"
    template = first.rename(result_code=code)
    blank = xr.full_like(template.astype(float), np.nan)
    blank[code] = xr.full_like(template[code], _INVALID)
    named = [
        answer.rename(result_code=code) if isinstance(answer, xr.Dataset) else blank
        for answer in answers
    ]
    stacked = xr.concat(named, dim="point", coords="minimal", compat="override", join="outer")
    stacked.attrs.clear()
    shape = tuple(len(values) for values in axes.values())
    result = xr.Dataset()
    for variable, values in stacked.data_vars.items():
        rest = [dim for dim in values.dims if dim != "point"]
        array = values.transpose("point", *rest).values
        origin = "result_code" if variable == code else variable
        about = dict(first[origin].attrs)
        result[variable] = ((*axes, *rest), array.reshape(*shape, *array.shape[1:]), about)
    return result.assign_coords({dim: stacked[dim] for dim in stacked.dims if dim != "point"})
