"""`tc`, `gap`, `run` and `sweep`: ask the library and show what it says."""

from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pairlab.cli import places, session
from pairlab.cli.axes import numbers
from pairlab.cli.machine import of_dataset, of_solution, print_json
from pairlab.cli.option_types import Axes, Flag, OfMechanism, Output, Plot, Temperatures
from pairlab.cli.places import Files, stem
from pairlab.cli.session import GOOD, NOT_GOOD, complain, console, note
from pairlab.cli.source import mechanism_of, offered
from pairlab.errors import InputError
from pairlab.io.catalogue import key_of

if TYPE_CHECKING:
    import xarray as xr

    from pairlab.mechanisms._fields.base import Mechanism
    from pairlab.solution import Solution


def tc(
    source: str,
    /,
    *,
    mechanism: OfMechanism = None,
    plot: Plot = False,
    output: Output = None,
    json: Flag = False,
    **parameters: str | None,
) -> int:
    """Calculate the critical temperature.

    Parameters
    ----------
    source
        A run file, a preset or a mechanism; with --mechanism, a file that it takes.
    mechanism
        The mechanism for such a file: --mechanism standing_wave for a structure.
    plot
        Draw Tc along the mechanism's own axis.
    output
        The figure's path [NAME-tc.png]; its ending chooses the format: png, pdf, svg.
    json
        Print JSON.
    """
    made = mechanism_of(source, parameters, of=mechanism)
    from pairlab.observables.critical_temperature import critical_temperature
    from pairlab.solution import Result

    files = places.figure_files(output, f"{stem(source)}-tc", draw=plot, data=False)
    solution = critical_temperature(made, throw=False)
    good = solution.result.is_good
    if json:
        print_json({"critical_temperature": of_solution(solution), **origin(made)})
    else:
        from pairlab.cli import tables

        out = console()
        tables.title(out, made.key, made.title)
        none = solution.result is Result.NO_SUPERCONDUCTIVITY
        tables.critical_temperature(out, solution.value, solution.error, none=none)
        tables.labelled(out, [("status", made.status)])
    if not good:
        complain(f"critical temperature: {solution.result.name}: {solution.result.value}")
    if files.figure:
        _draw_along_axis(made, solution, files, quiet=json)
    return GOOD if good else NOT_GOOD


def _draw_along_axis(
    mechanism: "Mechanism", solution: "Solution", files: Files, *, quiet: bool
) -> None:
    """Tc along the last of the axes that the mechanism names for its report, and its own Tc."""
    if not mechanism.report_axes:
        note(f"{mechanism.key} names no axis to draw Tc along; use `pairlab sweep`")
        return
    from pairlab.cli.files import draw
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
    source: str,
    /,
    *,
    mechanism: OfMechanism = None,
    temperature: Temperatures = "0",
    plot: Plot = False,
    output: Output = None,
    json: Flag = False,
    **parameters: str | None,
) -> int:
    """Calculate the gap at one or more temperatures.

    Parameters
    ----------
    source
        A run file, a preset or a mechanism; with --mechanism, a file that it takes.
    mechanism
        The mechanism for such a file: --mechanism standing_wave for a structure.
    temperature
        In K: 0,10,20 or first:last:count.
    plot
        Draw the gap.
    output
        The figure's path [NAME-gap.png], or a result file (.nc).
    json
        Print JSON.
    """
    made = mechanism_of(source, parameters, of=mechanism)
    from pairlab.cli.judgement import problems
    from pairlab.observables.axes import MOST_TEMPERATURES
    from pairlab.observables.gap import gap as calculate

    offered(made, "gap")
    kelvin = numbers(temperature, unit="K", field="temperature", most=MOST_TEMPERATURES)
    files = places.figure_files(output, f"{stem(source)}-gap", draw=plot, data=True)
    dataset = calculate(made, kelvin, throw=False)
    bad = problems(dataset)
    write(dataset, files, source)
    if json:
        print_judged(dataset, bad, files)
        return verdict(bad)
    from pairlab.cli import readable, tables

    out = console()
    value = float(dataset.critical_temperature)
    error = float(dataset.critical_temperature_error)
    tables.title(out, made.key, made.title)
    tables.critical_temperature(out, value, error, none=value == 0)
    readable.gaps(out, dataset)
    tables.labelled(out, [("status", made.status)])
    if files.names:
        out.print(files.sentence(), soft_wrap=True)
    return verdict(bad)


def write(dataset: "xr.Dataset", files: Files, source: str) -> None:
    """The result file and the figure, as far as they are wanted."""
    if files.data:
        from pairlab.io.results import save

        save(dataset, files.data, input_file=source if Path(source).is_file() else None)
    if files.figure:
        from pairlab.cli.files import draw

        draw(dataset, files.figure)


def run(
    source: str,
    /,
    *,
    mechanism: OfMechanism = None,
    output: Output = None,
    no_plot: Flag = False,
    json: Flag = False,
    **parameters: str | None,
) -> int:
    """Calculate a mechanism's standard report; write NAME.nc and NAME.png.

    Parameters
    ----------
    source
        A run file, a preset or a mechanism; with --mechanism, a file that it takes.
    mechanism
        The mechanism for such a file: --mechanism standing_wave for a structure.
    output
        A path instead of NAME in this folder; the ending of an image chooses its format.
    no_plot
        Write no figure.
    json
        Print JSON instead of tables.
    """
    made = mechanism_of(source, parameters, of=mechanism)
    files = places.report_files(output, stem(source), draw=not no_plot)
    from pairlab.study.report import run as report

    with session.progress(f"{made.key}: report") as progress:
        dataset = report(made, progress=progress)
    return _deliver(dataset, made, source, files, as_json=json, show="report")


def axes_of(
    key: str | None, texts: list[str], given: Mapping[str, str | None]
) -> dict[str, list[Any]]:
    """The axes of a sweep by field name of a mechanism. Raises: InputError."""
    if key is None:
        return {}  # whoever reads the source says what is wrong with it
    found = [_axis(key, text) for text in texts]
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
    source: str,
    /,
    *,
    mechanism: OfMechanism = None,
    axis: Axes,
    observable: Axes | None = None,
    output: Output = None,
    plot: Plot = False,
    json: Flag = False,
    **parameters: str | None,
) -> int:
    """Calculate the critical temperature, or other observables, over one or more parameters.

    Parameters
    ----------
    source
        A run file, a preset or a mechanism; with --mechanism, a file that it takes.
    mechanism
        The mechanism for such a file: --mechanism standing_wave for a structure.
    axis
        lifshitz=-1:2:61 (first:last:count) or coupling=0.1,0.2; once for each axis.
    observable
        critical_temperature (default), isotope_coefficient or gap_ratio; may be repeated.
    output
        The result file [NAME-sweep.nc]; the ending of an image asks for the figure too.
    plot
        Draw it, into a .png beside the result file.
    json
        Print JSON.
    """
    axes = axes_of(key_of(source, mechanism), axis, parameters)
    made = starting_point(
        lambda more: mechanism_of(source, parameters, more, of=mechanism), axes
    )
    files = places.report_files(output, f"{stem(source)}-sweep", draw=plot or None)
    from pairlab.study.sweep import sweep as calculate

    with session.progress("sweep") as progress:
        dataset = calculate(
            made, axes, observable or ["critical_temperature"], progress=progress
        )
    return _deliver(dataset, made, source, files, as_json=json, show="sweep")


def _deliver(
    dataset: "xr.Dataset", mechanism: "Mechanism", source: str, files: Files, *, as_json: bool,
    show: str,
) -> int:  # fmt: skip
    """Save, draw, show and judge."""
    from pairlab.cli.judgement import problems, refused_point

    write(dataset, files, source)
    bad = [*problems(dataset), *refused_point(dataset, mechanism)]
    if as_json:
        print_judged(dataset, bad, files)
        return NOT_GOOD if bad else GOOD
    from pairlab.cli import readable, tables

    out = console()
    tables.title(out, mechanism.key, mechanism.title)
    axes = dataset.dims if show == "sweep" else ()
    parameters = ", ".join(_shown_parameters(mechanism, axes=axes))
    tables.labelled(out, [("status", mechanism.status), ("parameters", parameters)])
    readable.sweep(out, dataset) if show == "sweep" else readable.report(out, dataset)
    out.print(files.sentence(), soft_wrap=True)
    return verdict(bad)


def print_judged(dataset: "xr.Dataset", bad: list[str], files: Files) -> None:
    """A dataset as JSON, with what is not good and the files that were written."""
    written = {"files": files.names} if files.names else {}
    print_json({**of_dataset(dataset), "good": not bad, "problems": bad, **written})


def verdict(bad: list[str]) -> int:
    """The exit code, and what is not good on stderr."""
    for sentence in bad:
        complain(sentence)
    return NOT_GOOD if bad else GOOD


def origin(mechanism: "Mechanism") -> dict[str, Any]:
    """What a single number in JSON comes from."""
    from pairlab.observables.datasets import attributes

    return {**attributes(mechanism, ""), "parameters": mechanism.parameters()}


def _shown_parameters(mechanism: "Mechanism", *, axes: Container[Any]) -> list[str]:
    """Every parameter with its unit, but those that are swept."""
    from pairlab.io.catalogue import show_value
    from pairlab.mechanisms._fields.base import field_extra

    return [
        f"{name} {show_value(value)} {unit if isinstance(value, int | float) else ''}".rstrip()
        for name, value in mechanism.parameters().items()
        for unit in [field_extra(type(mechanism), name)["unit"]]
        if value != "" and name not in axes
    ]


def _axis(key: str, text: str) -> tuple[str, list[Any]]:
    """NAME=VALUES as a field and its values. Raises: InputError."""
    from pairlab.errors import did_you_mean
    from pairlab.io.catalogue import described

    fields = described(key)["fields"]
    name, equals, values = text.partition("=")
    name = name.strip().replace("-", "_")
    if not equals or name not in fields:
        raise InputError(
            what=f"--axis {text}",
            why=f"{key} has no parameter {name!r}" if equals else "it holds no =",
            remedy=did_you_mean(name, fields)
            if equals
            else "write for example --axis coupling=0.1,0.2",
        )
    from pairlab.mechanisms._fields.base import is_numeric
    from pairlab.mechanisms._fields.registry import mechanism_class
    from pairlab.study.sweep import MOST_POINTS

    if not is_numeric(mechanism_class(key), name):
        return name, [item.strip() for item in values.split(",")]
    return name, numbers(values, unit=fields[name]["unit"], field=name, most=MOST_POINTS)
