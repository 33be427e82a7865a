"""`run`, `tc`, `gap`, `sweep` and `reproduce`: ask the library and show what it says."""

from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pairlab.commandline import places, session
from pairlab.commandline.machine import of_dataset, of_solution, print_json
from pairlab.commandline.places import Files, stem
from pairlab.commandline.session import GOOD, NOT_GOOD, complain, console, note
from pairlab.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

    from pairlab.mechanisms._fields.base import Mechanism
    from pairlab.solution import Solution


def tc(
    mechanism: "Mechanism", source: str, *, draw: bool, output: str | None, as_json: bool
) -> int:
    """The critical temperature; the exit code says whether it is good."""
    from pairlab.observables.critical_temperature import critical_temperature
    from pairlab.solution import Result

    files = places.figure_files(output, f"{stem(source)}-tc", draw=draw, data=False)
    solution = critical_temperature(mechanism, throw=False)
    good = solution.result.is_good
    if as_json:
        print_json({"critical_temperature": of_solution(solution), **_origin(mechanism)})
    else:
        from pairlab.commandline import tables

        out = console()
        tables.title(out, mechanism.key, mechanism.title)
        none = solution.result is Result.NO_SUPERCONDUCTIVITY
        tables.critical_temperature(out, solution.value, solution.error, none=none)
        tables.labelled(out, [("status", mechanism.status)])
    if not good:
        complain(f"critical temperature: {solution.result.name}: {solution.result.value}")
    if files.figure:
        _draw_along_axis(mechanism, solution, files, quiet=as_json)
    return GOOD if good else NOT_GOOD


def _draw_along_axis(
    mechanism: "Mechanism", solution: "Solution", files: Files, *, quiet: bool
) -> None:
    """Tc along the last of the axes that the mechanism names for its report, and its own Tc."""
    if not mechanism.report_axes:
        note(f"{mechanism.key} names no axis to draw Tc along; use `pairlab sweep`")
        return
    from pairlab.commandline.files import draw
    from pairlab.study.sweep import sweep

    name, values = list(mechanism.report_axes.items())[-1]
    with session.progress(f"Tc along {name}") as progress:
        dataset = sweep(mechanism, {name: values}, progress=progress)
    # As in a report, so that the point asked for is marked among the others.
    dataset = dataset.rename({n: f"dome_{n}" for n in (*dataset.data_vars, *dataset.coords)})
    dataset["critical_temperature"] = ((), solution.value, {"units": "K"})
    dataset["critical_temperature_result_code"] = ((), solution.result.code)
    draw(dataset, files.figure)
    if not quiet:
        console().print(files.sentence(), soft_wrap=True)


def gap(
    mechanism: "Mechanism", source: str, *, temperature: str, draw: bool, output: str | None,
    as_json: bool,
) -> int:  # fmt: skip
    """The gap by temperature; the exit code says whether every number is good."""
    from pairlab.commandline.judgement import problems
    from pairlab.observables.gap import MOST_TEMPERATURES
    from pairlab.observables.gap import gap as calculate

    kelvin = numbers(temperature, unit="K", field="temperature", most=MOST_TEMPERATURES)
    files = places.figure_files(output, f"{stem(source)}-gap", draw=draw, data=True)
    dataset = calculate(mechanism, kelvin, throw=False)
    bad = problems(dataset)
    _write(dataset, files, source)
    if as_json:
        written = {"files": files.names} if files.names else {}
        print_json({**of_dataset(dataset), "good": not bad, "problems": bad, **written})
    else:
        from pairlab.commandline import readable, tables

        out = console()
        value = float(dataset.critical_temperature)
        error = float(dataset.critical_temperature_error)
        tables.title(out, mechanism.key, mechanism.title)
        tables.critical_temperature(out, value, error, none=value == 0)
        readable.gaps(out, dataset)
        tables.labelled(out, [("status", mechanism.status)])
        if files.names:
            out.print(files.sentence(), soft_wrap=True)
    return _verdict(bad)


def _write(dataset: "xr.Dataset", files: Files, source: str) -> None:
    """The result file and the figure, as far as they are wanted."""
    if files.data:
        from pairlab.io.results import save

        save(dataset, files.data, input_file=source if Path(source).is_file() else None)
    if files.figure:
        from pairlab.commandline.files import draw

        draw(dataset, files.figure)


def run(
    mechanism: "Mechanism", source: str, *, output: str | None, draw: bool, as_json: bool
) -> int:
    """The standard report, its file and its figure."""
    files = places.report_files(output, stem(source), draw=draw)
    from pairlab.study.report import run as report

    with session.progress(f"{mechanism.key}: report") as progress:
        dataset = report(mechanism, progress=progress)
    return _deliver(dataset, mechanism, source, files, as_json=as_json, show="report")


def axes_of(
    key: str | None, texts: list[str], given: Mapping[str, str | None]
) -> dict[str, list[Any]]:
    """The axes of a sweep by field name of a mechanism. Raises: InputError."""
    from pairlab.mechanisms._fields.registry import mechanism_class

    if key is None:
        return {}  # whoever reads the source says what is wrong with it
    found = [_axis(mechanism_class(key), text) for text in texts]
    places.refuse_repeated(
        [name for name, _ in found], [name for name, value in given.items() if value is not None]
    )
    return dict(found)


def starting_point(
    read: Callable[[Mapping[str, Any]], "Mechanism"], axes: Mapping[str, list[Any]]
) -> "Mechanism":
    """The mechanism that axes start from; what it needs and only an axis gives is taken from there.

    Raises: InputError.
    """
    try:
        return read({})
    except InputError:
        return read({name: values[0] for name, values in axes.items()})


def sweep(
    mechanism: "Mechanism", source: str, *, axes: Mapping[str, list[Any]],
    observables: list[str] | None, output: str | None, draw: bool, as_json: bool,
) -> int:  # fmt: skip
    """Observables over named axes, and their file."""
    files = places.report_files(output, f"{stem(source)}-sweep", draw=draw or None)
    from pairlab.study.sweep import sweep as calculate

    with session.progress("sweep") as progress:
        dataset = calculate(
            mechanism, axes, observables or ["critical_temperature"], progress=progress
        )
    return _deliver(dataset, mechanism, source, files, as_json=as_json, show="sweep")


def _deliver(
    dataset: "xr.Dataset", mechanism: "Mechanism", source: str, files: Files, *, as_json: bool,
    show: str,
) -> int:  # fmt: skip
    """Save, draw, show and judge."""
    from pairlab.commandline.judgement import problems, refused_point

    _write(dataset, files, source)
    bad = [*problems(dataset), *refused_point(dataset, mechanism)]
    if as_json:
        print_json({**of_dataset(dataset), "good": not bad, "problems": bad, "files": files.names})
        return NOT_GOOD if bad else GOOD
    from pairlab.commandline import readable, tables

    out = console()
    tables.title(out, mechanism.key, mechanism.title)
    axes = dataset.dims if show == "sweep" else ()
    parameters = ", ".join(_shown_parameters(mechanism, axes=axes))
    tables.labelled(out, [("status", mechanism.status), ("parameters", parameters)])
    readable.sweep(out, dataset) if show == "sweep" else readable.report(out, dataset)
    out.print(files.sentence(), soft_wrap=True)
    return _verdict(bad)


def reproduce(paper: str, *, output: str | None, draw: bool, as_json: bool) -> int:
    """The ledger of a paper."""
    from pairlab.commandline import ledger

    # The folder of that name is where an earlier call put its figures.
    base = places.base(output, paper, into_folders=False)
    return ledger.reproduce(paper, base=base, draw=draw, as_json=as_json)


def _verdict(bad: list[str]) -> int:
    """The exit code, and what is not good on stderr."""
    for sentence in bad:
        complain(sentence)
    return NOT_GOOD if bad else GOOD


def _origin(mechanism: "Mechanism") -> dict[str, Any]:
    from pairlab.observables.datasets import attributes

    return {**attributes(mechanism, ""), "parameters": mechanism.parameters()}


def _shown_parameters(mechanism: "Mechanism", *, axes: Container[Any]) -> list[str]:
    """Every parameter with its unit, but those that are swept."""
    from pairlab.commandline.catalogue import show_value
    from pairlab.mechanisms._fields.base import field_extra

    return [
        f"{name} {show_value(value)} {unit if isinstance(value, int | float) else ''}".rstrip()
        for name, value in mechanism.parameters().items()
        for unit in [field_extra(type(mechanism), name)["unit"]]
        if value != "" and name not in axes
    ]


def numbers(text: str, *, unit: str, field: str, most: int) -> list[float]:
    """ "0,10,20" or "first:last:count" as at most `most` numbers in `unit`. Raises: InputError."""
    from pairlab.units import notify, parse

    def read(item: str) -> float:
        number, remark = parse(item, unit=unit, field=field)
        if remark:
            notify(remark)
        return number

    parts = text.split(":")
    if len(parts) == 1:
        return [read(item) for item in text.split(",")]
    count = parts[2].strip() if len(parts) == 3 else ""
    if not count.isdecimal() or not count.strip("0"):
        raise InputError(
            what=f"{field} = {text!r}",
            why="a range is first:last:count with a count of at least 1",
            remedy=f"write for example {field} = 0:100:11",
        )
    if len(count) > 18 or int(count) > most:
        raise InputError(
            what=f"{field} = {text!r}",
            why=f"it has more than {most} values, the largest number that is taken",
            remedy="ask for fewer values, or for a part of the range at a time",
        )
    import numpy as np

    first, last = (read(item) for item in parts[:2])
    # Rounded, so that -1:2:61 contains 0.05 and not 0.050000000000000044.
    return np.round(np.linspace(first, last, int(count)), 12).tolist()


def _axis(cls: "type[Mechanism]", text: str) -> tuple[str, list[Any]]:
    """NAME=VALUES as a field and its values. Raises: InputError."""
    from pairlab.errors import did_you_mean
    from pairlab.mechanisms._fields.base import field_extra, is_numeric
    from pairlab.study.sweep import MOST_POINTS

    name, equals, values = text.partition("=")
    name = name.strip().replace("-", "_")
    if not equals or name not in cls.model_fields:
        raise InputError(
            what=f"--axis {text}",
            why=f"{cls.key} has no parameter {name!r}" if equals else "it holds no =",
            remedy=did_you_mean(name, cls.model_fields)
            if equals
            else "write for example --axis coupling=0.1,0.2",
        )
    if not is_numeric(cls, name):
        return name, [item.strip() for item in values.split(",")]
    return name, numbers(values, unit=field_extra(cls, name)["unit"], field=name, most=MOST_POINTS)
