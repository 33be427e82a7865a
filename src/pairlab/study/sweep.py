"""Sweeps: named axes over any fields of a mechanism.

Points whose gap equations have the same shape are solved together, in batches small enough to stay
in the cache, by one thread for each core (compiled code runs outside Python's lock).
"""

import itertools
import math
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import numpy as np
import xarray as xr

from pairlab.errors import InputError, PairlabError, did_you_mean
from pairlab.mechanisms.base import Mechanism, field_extra, is_numeric, read_with
from pairlab.numerics import WORKERS
from pairlab.numerics.arrays import Array
from pairlab.observables.common import CODE_ATTRIBUTES, attributes
from pairlab.observables.critical_temperature import (
    as_kelvin,
    critical_temperature,
    isotope_coefficient,
    judged_isotope,
)
from pairlab.observables.gap import gap_ratio
from pairlab.pairing.critical import critical_point, phonon_exponent
from pairlab.pairing.problem import (
    GapEquation,
    OffersCriticalTemperature,
    OffersGapEquation,
    OffersPhononScale,
    require,
)
from pairlab.solution import Result

MOST_POINTS = 10_000_000
"""Points of one sweep: its results, and the time it takes, stay within one machine."""

BATCH = 16
"""Points solved by one call of compiled code."""

_LARGE = 256  # numbers in an array

Progress = Callable[[int, int], None]
Columns = dict[str, np.ndarray]

_INVALID = Result.INVALID_INPUT.code
_SCALARS = {
    "critical_temperature": critical_temperature,
    "isotope_coefficient": isotope_coefficient,
}
_POINTWISE = {"gap_ratio": gap_ratio}
_LABELS = {
    "critical_temperature": ("K", "critical temperature"),
    "isotope_coefficient": ("1", "isotope coefficient"),
}


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
        observables: any of critical_temperature, isotope_coefficient, gap_ratio.
        progress: called with (points done, points in all).

    Returns: for each observable its value, `_error` and `_result_code`. A point that fails carries
    its code and nan, and the sweep goes on. The attributes `axes` and `observables` say what was
    asked for, as on the command line.

    Raises: InputError for an unknown field or observable, CapabilityError.
    """
    _check(mechanism, axes, observables)
    axes = {name: np.asarray(values) for name, values in axes.items()}
    shape = tuple(len(values) for values in axes.values())
    points = _Points(mechanism, axes)
    meter = _Meter(len(points) * len(observables), progress)
    data = xr.Dataset(coords={name: values for name, values in axes.items()})
    for name in axes:
        data[name].attrs.update(
            units=field_extra(type(mechanism), name)["unit"] or "1",
            long_name=name.replace("_", " "),
        )
    scalars = [name for name in observables if name in _SCALARS]
    if scalars:
        solve = _linear if isinstance(mechanism, OffersGapEquation) else _one_by_one
        for name, values in solve(mechanism, points, scalars, meter).items():
            data[name] = (tuple(axes), values.reshape(shape))
        for name in scalars:
            units, label = _LABELS[name]
            data[name].attrs.update(units=units, long_name=label)
            data[f"{name}_error"].attrs.update(units=units, long_name=f"error of the {label}")
            data[f"{name}_result_code"].attrs.update(CODE_ATTRIBUTES)
    for name in observables:
        if name in _POINTWISE:
            data = data.merge(_pointwise(_POINTWISE[name], name, points, axes, meter))
    return data.assign_attrs(
        attributes(mechanism, "sweep over " + ", ".join(axes)),
        axes=[f"{name}={_written(values)}" for name, values in axes.items()],
        observables=list(observables),
    )


def _written(values: np.ndarray) -> str:
    """An axis as the command line takes it: first:last:count where that gives it back."""
    if values.dtype.kind in "fi" and values.size > 2:
        first, last = float(values[0]), float(values[-1])
        if np.array_equal(np.round(np.linspace(first, last, values.size), 12), values):
            return f"{first!r}:{last!r}:{values.size}"
    return ",".join(map(str, values.tolist()))


def _check(mechanism: Mechanism, axes: Mapping[str, Any], observables: Sequence[str]) -> None:
    if not isinstance(mechanism, OffersCriticalTemperature):
        require(mechanism, OffersGapEquation, "critical temperature to sweep")
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
    known = (*_SCALARS, *_POINTWISE)
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


class _Meter:
    """Counts finished points for a progress callback."""

    def __init__(self, total: int, report: Progress | None) -> None:
        self.total, self.done, self.report = total, 0, report

    def add(self, count: int) -> None:
        self.done += count
        if self.report is not None:
            self.report(self.done, self.total)


def _blank(points: _Points, observables: list[str]) -> Columns:
    """Columns as they stay where the parameters of a point are not allowed."""
    columns = {f"{o}{part}": np.full(len(points), np.nan) for o in observables for part in _PARTS}
    for name in observables:
        columns[f"{name}_result_code"] = np.full(len(points), _INVALID)
    return columns


def _one_by_one(
    _: Mechanism, points: _Points, observables: list[str], meter: _Meter
) -> Columns:
    """Observables of a mechanism without a gap equation, asked for at each point."""
    columns = _blank(points, observables)
    for place, point in enumerate(points):
        for name in observables:
            meter.add(1)
            try:
                found = None if point is None else _SCALARS[name](point, throw=False)
            except InputError:
                found = None
            if found is not None:
                columns[name][place] = found.value
                columns[f"{name}_error"][place] = found.error
                columns[f"{name}_result_code"][place] = found.result.code
    return columns


def _linear(
    mechanism: Mechanism, points: _Points, observables: list[str], meter: _Meter
) -> Columns:
    """Observables of the linear problem, batched; a few batches are under way at any time."""
    scaled = None
    if "isotope_coefficient" in observables:
        scaled = require(mechanism, OffersPhononScale, "isotope coefficient").phonon_scaled
    columns = _blank(points, observables)

    def collect(where: list[int], job: Future[Columns]) -> None:
        for name, values in job.result().items():
            if name in columns:
                columns[name][where] = values[: len(where)]
        meter.add(len(where) * len(observables))

    pool = ThreadPoolExecutor(WORKERS)
    under_way: deque[tuple[list[int], Future[Columns]]] = deque()
    try:
        for batch in _batches(points):
            under_way.append((batch.where, pool.submit(_solve_batch, batch, scaled)))
            if len(under_way) > 4 * WORKERS:
                collect(*under_way.popleft())
        while under_way:
            collect(*under_way.popleft())
    finally:
        pool.shutdown(cancel_futures=True)  # an interrupt does not wait for the rest
    return columns


_PARTS = ("", "_error", "_result_code")


@dataclass(frozen=True)
class _Batch:
    """Gap equations of one shape: where their results go, their leaves, and their tree."""

    where: list[int]
    leaves: list[list[Any]]
    tree: Any


def _batches(points: _Points) -> Iterator[_Batch]:
    """The gap equations of all points, gathered by shape; a point without one is left out."""
    groups: dict[Any, list[tuple[int, list[Any]]]] = defaultdict(list)

    def batch(tree: Any, members: list[tuple[int, list[Any]]]) -> _Batch:
        return _Batch([index for index, _ in members], [leaves for _, leaves in members], tree)

    for index, point in enumerate(points):
        try:
            equation = point.gap_equation() if isinstance(point, OffersGapEquation) else None
        except PairlabError:
            equation = None
        if equation is None:
            continue
        leaves, tree = jax.tree.flatten(equation)
        kind = tree, tuple(leaf.shape for leaf in leaves)
        groups[kind].append((index, leaves))
        if len(groups[kind]) == BATCH:
            yield batch(tree, groups.pop(kind))
    for (tree, _), members in groups.items():
        yield batch(tree, members)


def _solve_batch(
    batch: _Batch, phonon_scaled: Callable[[GapEquation, Array], GapEquation] | None
) -> Columns:
    """Tc (and the isotope coefficient) of one batch, padded to full size."""
    rows = batch.leaves + batch.leaves[-1:] * (BATCH - len(batch.leaves))
    columns = list(zip(*rows, strict=True))
    # The tables of a solved superlattice are large and often one object: they are passed once.
    shared = tuple(
        column[0].size > _LARGE and all(leaf is column[0] for leaf in column) for column in columns
    )
    leaves = [
        column[0] if s else np.stack(column) for column, s in zip(columns, shared, strict=True)
    ]
    point, exponent, exponent_error = _compiled(leaves, batch.tree, shared, phonon_scaled)
    value, error, code = as_kelvin(point)
    alpha, alpha_error = np.asarray(exponent) / 2, np.asarray(exponent_error) / 2
    usable = np.isfinite(value) & (value > 0)
    return {
        "critical_temperature": value,
        "critical_temperature_error": error,
        "critical_temperature_result_code": code,
        "isotope_coefficient": np.where(usable, alpha, np.nan),
        "isotope_coefficient_error": np.where(usable, alpha_error, np.nan),
        "isotope_coefficient_result_code": judged_isotope(code, alpha, alpha_error),
    }


@partial(jax.jit, static_argnums=(1, 2, 3))
def _compiled(leaves: list[Array], tree: Any, shared: tuple[bool, ...], phonon_scaled: Any) -> Any:
    axes = [None if s else 0 for s in shared]

    def one(leaves: list[Array]) -> Any:
        equation = jax.tree.unflatten(tree, leaves)
        point = critical_point(equation)
        if phonon_scaled is None:
            return point, point.error, point.error
        return (point, *phonon_exponent(equation, point, phonon_scaled))

    return jax.vmap(one, in_axes=(axes,), axis_size=BATCH)(leaves)


def _pointwise(
    observe: Callable[..., xr.Dataset],
    name: str,
    points: _Points,
    axes: Mapping[str, np.ndarray],
    meter: _Meter,
) -> xr.Dataset:
    """An observable asked for at one point after another."""
    results: list[xr.Dataset | None] = []
    for point in points:
        results.append(None if point is None else observe(point, throw=False))
        meter.add(1)
    good = next((r for r in results if r is not None), None)
    if good is None:
        return xr.Dataset()
    template = good.rename(result_code=f"{name}_result_code")
    blank = xr.full_like(template.astype(float), np.nan)
    blank[f"{name}_result_code"] = xr.full_like(template[f"{name}_result_code"], _INVALID)
    named = [blank if r is None else r.rename(result_code=f"{name}_result_code") for r in results]
    stacked = xr.concat(named, dim="point", coords="minimal", compat="override", join="outer")
    stacked.attrs.clear()
    shape = tuple(len(values) for values in axes.values())
    result = xr.Dataset()
    for variable, values in stacked.data_vars.items():
        rest = [dim for dim in values.dims if dim != "point"]
        array = values.transpose("point", *rest).values
        result[variable] = (
            (*axes, *rest),
            array.reshape(*shape, *array.shape[1:]),
            good_attrs(good, variable, name),
        )
    return result.assign_coords({dim: stacked[dim] for dim in stacked.dims if dim != "point"})


def good_attrs(source: xr.Dataset, variable: Any, name: str) -> dict[str, Any]:
    """The attributes that a variable had at a single point."""
    origin = "result_code" if variable == f"{name}_result_code" else variable
    return dict(source[origin].attrs)
