"""Several mechanisms side by side, with measured points if there are any.

A comparison never stops at one mechanism: what it does not offer, or what fails, is nan with a code
and, where there is one, a sentence.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from pairlab.errors import InputError, PairlabError
from pairlab.io.config import is_path, read_mechanism
from pairlab.io.readers.curves import checked_curves, read_curves
from pairlab.mechanisms._fields.base import Mechanism
from pairlab.observables.axes import checked_fields, checked_temperatures
from pairlab.observables.critical_temperature import critical_temperature
from pairlab.observables.datasets import attributes
from pairlab.observables.registry import observables
from pairlab.quantities import ABSCISSAS, QUANTITIES
from pairlab.study.compared import (
    AXES,
    CODE_ATTRIBUTES,
    NOT_OFFERED,
    Answer,
    Numbers,
    Row,
    ask,
    may_offer,
    rows_of,
)
from pairlab.study.deviation import deviations
from pairlab.study.separation import best_for_all, caption, separations
from pairlab.study.sweep import Progress

Values = float | Sequence[float] | np.ndarray

_SHARES = np.concatenate([np.linspace(0.0, 0.9, 19), [0.93, 0.96, 0.98, 0.99, 0.999, 1.0]])
"""Of the temperature axis, in the Tc of each mechanism: denser where its gap closes."""

_FIELDS = 41
"""Fields from zero to the largest measured one."""


def compare(
    mechanisms: Sequence[Mechanism | str] | Mapping[str, Mechanism | str],
    *,
    data: str | Path | xr.Dataset | None = None,
    temperature: Values | None = None,
    field: Values | None = None,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Predictions of several mechanisms, what tells them apart, and how far each is from data.

    Args:
        mechanisms: mechanisms, presets or run files; with a mapping, the labels are its keys.
        data: measured points, a CSV file or what `pairlab.io.readers.curves.read_curves` returns.
        temperature: K, of the curves; by default from 0 to the highest Tc.
        field: T, of what depends on it; by default zero, and up to the largest measured field.
        progress: called with (functions asked, functions in all).

    Returns, over `mechanism` (and temperature or field), each with `_error` (numerical) and
    `_result_code` (-1: not offered), as far as one mechanism offers it: the quantities of
    each observable's `compares`. What no mechanism offers is left out.
    With two or more mechanisms `separation` and `best_observable`: differences in units of an
    error. That is the measured error where data are given, and otherwise an assumed resolution that
    `error_used` states; numerical errors alone, which are far below what any experiment
    resolves, would make every difference look decisive.
    With data, for each measured quantity that a mechanism offers: measured_<name> (point),
    <name>_at_measured (mechanism, point), calculated at the measured abscissas, and
    <name>_deviation (mechanism), the weighted root-mean-square difference, with
    <name>_chi_squared_per_point where errors were measured. The parameters are not fitted.
    Texts: config, status and failure of each mechanism.

    Raises: InputError for labels that repeat, for data or axes that cannot be used.
    """
    named = labelled(mechanisms)
    points = _measured(data)
    axes = _axes(named, points, temperature, field)
    rows = [
        row for row in rows_of(observables()) if any(may_offer(row, one) for one in named.values())
    ]
    if not rows:  # then none has a critical temperature either, and the error says what it needs
        critical_temperature(next(iter(named.values())))
    tasks = list(_tasks(rows, points, axes))
    answers: list[list[Answer]] = []
    for mechanism in named.values():
        answers.append([])
        for task in tasks:
            answers[-1].append(task.answer(mechanism))
            if progress is not None:
                progress(sum(map(len, answers)), len(named) * len(tasks))
    result = _described(named, answers, points)
    for place, task in enumerate(tasks):
        _put(result, task, [found[place] for found in answers], axes)
    if "smallest_gap_at_measured" not in result and _one_gap(result):
        result = result.drop_vars([n for n in result.data_vars if str(n).startswith("smallest_")])
    if points is not None:
        measured = {f"measured_{name}": values for name, values in points.data_vars.items()}
        result = deviations(result.assign(measured))
    if len(named) > 1:
        resolution = {name: share for row in rows for name, share in row.resolution.items()}
        result = result.merge(separations(result, resolution))
        result.attrs["tells_all_apart"] = best_for_all(result.separation)
        result.attrs["caption"] = caption(result)
    return result


def _one_gap(data: xr.Dataset) -> bool:
    """Whether every mechanism has one gap only: its smallest is its largest."""
    if "smallest_gap" not in data:
        return False
    return bool(np.all((data.gap == data.smallest_gap) | data.gap.isnull()))


def labelled(
    mechanisms: Sequence[Mechanism | str] | Mapping[str, Mechanism | str],
) -> dict[str, Mechanism]:
    """Mechanisms by unique labels: the caller's own, a preset's or file's name, or else the key.

    Mechanisms with the same key are told apart by the parameters in which they differ.

    Raises: InputError where two labels are the same or there is nothing to compare.
    """
    if isinstance(mechanisms, Mapping):
        pairs = list(mechanisms.items())
    else:
        if isinstance(mechanisms, str | Mechanism):
            mechanisms = [mechanisms]
        names = short_names([m for m in mechanisms if isinstance(m, str)])
        pairs = [(names[m] if isinstance(m, str) else "", m) for m in mechanisms]
    if not pairs:
        raise InputError(
            what="there is nothing to compare",
            why="no mechanism was given",
            remedy="give two or more, as mechanisms, presets or run files",
        )
    read = [(label, read_mechanism(m) if isinstance(m, str) else m) for label, m in pairs]
    unnamed = [m for label, m in read if not label]
    found = [(label or _own_label(m, unnamed), m) for label, m in read]
    labels = [label for label, _ in found]
    for label in labels:
        if labels.count(label) > 1:
            raise InputError(
                what=f'"{label}" is compared twice',
                why="each mechanism needs a label of its own",
                remedy="leave one out, or give labels: compare({label: mechanism, ...})",
            )
    return dict(found)


def short_names(sources: Sequence[str]) -> dict[str, str]:
    """Presets as they stand, run files without folder and ending where that leaves them unique."""
    short = {s: Path(s).stem if is_path(s) else s for s in sources}
    taken = list(short.values())
    return {s: name if taken.count(name) == 1 else s for s, name in short.items()}


def _own_label(mechanism: Mechanism, others: Sequence[Mechanism]) -> str:
    """The key, with the parameters in which mechanisms of that key differ."""
    alike = [m.parameters() for m in others if m.key == mechanism.key]
    own = mechanism.parameters()
    differ = [name for name in own if any(p.get(name) != own[name] for p in alike)]
    words = [f"{name}={_short(own[name])}" for name in differ]
    return " ".join([mechanism.key, *words])


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).replace(" ", "")


def _measured(data: str | Path | xr.Dataset | None) -> xr.Dataset | None:
    if data is None:
        return None
    return checked_curves(data) if isinstance(data, xr.Dataset) else read_curves(data)


def _axes(
    named: Mapping[str, Mechanism],
    points: xr.Dataset | None,
    temperature: Values | None,
    field: Values | None,
) -> dict[str, np.ndarray]:
    """The axes of the curves. Raises: InputError."""
    seen = {} if points is None else {n: np.unique(points[n]) for n in AXES if n in points}
    if field is not None:
        tesla = np.unique(checked_fields(field))
    elif "field" in seen:
        tesla = np.union1d(np.linspace(0.0, np.abs(seen["field"]).max(), _FIELDS), seen["field"])
    else:
        tesla = np.zeros(1)
    if temperature is not None:
        return {"temperature": np.unique(checked_temperatures(temperature)), "field": tesla}
    kelvin = [np.zeros(1), *(_tc(mechanism) * _SHARES for mechanism in named.values())]
    if "field" in seen and "temperature" in seen:
        kelvin.append(seen["temperature"])  # the curves over the field belong to one of them
    # Rounded, so that the points of two mechanisms with one Tc are the same points.
    merged = [float(f"{value:.8g}") for value in np.concatenate(kelvin)]
    return {"temperature": np.unique(merged), "field": np.unique(tesla)}


def _tc(mechanism: Mechanism) -> float:
    """Tc, 0 where there is none to be had; the row that asks for it says why."""
    try:
        solution = critical_temperature(mechanism, throw=False)
    except (PairlabError, ArithmeticError, RuntimeError, ValueError):
        return 0.0
    return solution.value if solution.result.is_good else 0.0


@dataclass(frozen=True, eq=False)
class _Task:
    """One row on the axes of the curves, or at the measured points."""

    row: Row
    axes: Mapping[str, np.ndarray]
    measured: str = ""
    """The measured quantity, where the row is asked for at the measured points."""
    points: int = 0

    def answer(self, mechanism: Mechanism) -> Answer:
        """What the mechanism says."""
        if not self.measured:
            return ask(self.row, mechanism, self.axes)
        return _at_points(self.row, self.measured, mechanism, self.axes, size=self.points)


def _tasks(
    rows: Sequence[Row], points: xr.Dataset | None, axes: Mapping[str, np.ndarray]
) -> Iterator[_Task]:
    for row in rows:
        yield _Task(row, axes)
    if points is None:
        return
    for row in rows:
        for name in row.resolution:
            if name in points:
                where = _abscissas(row, name, points, axes)
                yield _Task(row, where, name, points.sizes["point"])


def _abscissas(
    row: Row, name: str, points: xr.Dataset, axes: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Where the row is asked for at each point; what the file lacks, the axes have to say.

    Raises: InputError where neither says it, or where the points differ in what no mechanism knows.
    """
    found = {}
    for axis in ABSCISSAS:
        values = points.get(axis)
        if axis in row.over and values is None and len(axes[axis]) == 1:
            values = xr.full_like(points[name], axes[axis][0])
        if axis in row.over and values is None:
            unit = ABSCISSAS[axis].unit
            raise InputError(
                what=f"the measured {name} has no {axis}",
                why=f"{QUANTITIES[name].label} depends on it, and the file does not say it",
                remedy=f"add the column {axis} [{unit}], or give one {axis} for all points",
            )
        if axis not in row.over and values is not None:
            here = values.values[np.isfinite(points[name].values)]
            if axis == "field":
                here = np.append(here, 0.0)  # without a field is what such a row calculates
            if here.size and np.ptp(here) > 0:
                raise InputError(
                    what=f"the measured {name} is given at several values of the {axis}"
                    + (" or not at zero" if axis == "field" else ""),
                    why=f"what is calculated does not depend on the {axis}",
                    remedy=f"keep the points of one {axis}, or give the quantity without it",
                )
        if axis in row.over and values is not None:
            found[axis] = values.values
    return found


def _at_points(
    row: Row, name: str, mechanism: Mechanism, where: Mapping[str, np.ndarray], *, size: int
) -> Answer:
    """A quantity at each of `size` points: one call for each value of the axes but the last."""
    over = row.over
    if not over:
        answer = ask(row, mechanism, {})
        one = answer.numbers[name]
        same = (np.full(size, part) for part in (one.value, one.error, one.code))
        return Answer({name: Numbers(*same)}, answer.failure)
    numbers = Numbers(np.full(size, np.nan), np.full(size, np.nan), np.full(size, NOT_OFFERED))
    failure = ""
    places = [np.unique(where[axis]) for axis in over[:-1]]
    for held in itertools.product(*places):
        here = np.ones(size, bool)
        for axis, value in zip(over, held, strict=False):
            here &= where[axis] == value
        if not here.any():
            continue
        last, back = np.unique(where[over[-1]][here], return_inverse=True)
        fixed = {axis: np.array([value]) for axis, value in zip(over, held, strict=False)}
        answer = ask(row, mechanism, {**fixed, over[-1]: last})
        found = answer.numbers[name]
        for whole, part in ((numbers.value, found.value), (numbers.error, found.error),
                            (numbers.code, found.code)):  # fmt: skip
            whole[here] = part.reshape(-1)[back]
        failure = failure or answer.failure
    return Answer({name: numbers}, failure)


def _described(
    named: Mapping[str, Mechanism], answers: Sequence[Sequence[Answer]], points: xr.Dataset | None
) -> xr.Dataset:
    """A dataset without numbers: labels, texts, attributes."""
    source = [attributes(mechanism, "comparison") for mechanism in named.values()]
    failures = ["; ".join(dict.fromkeys(a.failure for a in one if a.failure)) for one in answers]
    texts = {
        "mechanism_key": ([one["mechanism"] for one in source], "key of the mechanism"),
        "config": ([one["config"] for one in source], "run file"),
        "status": ([one["status"] for one in source], "status"),
        "failure": (failures, "what failed"),
    }
    data = xr.Dataset(
        {name: ("mechanism", np.array(x, str), {"long_name": y}) for name, (x, y) in texts.items()},
        {"mechanism": list(named)},
    )
    cite = dict.fromkeys(text for one in source for text in one["cite"])
    measured = {} if points is None else points.attrs
    return data.assign_attrs(
        mechanism=", ".join(dict.fromkeys(one["mechanism"] for one in source)),
        title="Comparison of " + ", ".join(named),
        cite=list(cite),
        config="\n".join(f"# {label}.toml\n{m.to_toml()}" for label, m in named.items()),
        status="; ".join(f"{', '.join(names)}: {text}" for text, names in statuses(data).items()),
        pairlab_version=source[0]["pairlab_version"],
        method="comparison of mechanisms; each number as its own function calculates it",
        **{name: value for name, value in measured.items() if str(name) in _MEASURED_ATTRIBUTES},
    )


_MEASURED_ATTRIBUTES = ("measured_file", "measured_sha256", "notes")


def statuses(data: xr.Dataset) -> dict[str, list[str]]:
    """The labels of the mechanisms that have each status."""
    found: dict[str, list[str]] = {}
    for label, text in zip(data.mechanism.values, data.status.values, strict=True):
        found.setdefault(str(text), []).append(str(label))
    return found


def _put(
    data: xr.Dataset, task: _Task, answers: Sequence[Answer], axes: Mapping[str, np.ndarray]
) -> None:
    """The numbers of one task, mechanism by mechanism."""
    for name in [task.measured] if task.measured else task.row.resolution:
        numbers = [answer.numbers[name] for answer in answers]
        if all(np.all(one.code == NOT_OFFERED) for one in numbers):
            continue
        unit, label, _ = QUANTITIES[name]
        dims: tuple[str, ...] = ("mechanism", *task.row.over)
        full = f"{name}_at_measured" if task.measured else name
        if task.measured:
            dims, label = ("mechanism", "point"), f"{label} at the measured points"
        else:
            for axis in task.row.over:
                about = {"units": ABSCISSAS[axis].unit, "long_name": ABSCISSAS[axis].label}
                data.coords[axis] = (axis, axes[axis], about)
        about = {"units": unit, "long_name": label}
        error = about | {"long_name": f"error of the {label}"}
        data[full] = (dims, np.stack([one.value for one in numbers]), about)
        data[f"{full}_error"] = (dims, np.stack([one.error for one in numbers]), error)
        codes = np.stack([one.code for one in numbers])
        data[f"{full}_result_code"] = (dims, codes, CODE_ATTRIBUTES)
