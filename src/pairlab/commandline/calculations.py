"""`run`, `tc`, `gap`, `sweep` and `reproduce`: ask the library and show what it says."""

import os
from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pairlab.commandline import session
from pairlab.commandline.machine import of_dataset, of_solution, print_json
from pairlab.commandline.session import GOOD, NOT_GOOD, complain, console, note
from pairlab.errors import InputError
from pairlab.io.atomic import check_writable

if TYPE_CHECKING:
    import xarray as xr

    from pairlab.mechanisms.base import Mechanism


def tc(
    mechanism: "Mechanism", source: str, *, draw: bool, output: str | None, as_json: bool
) -> int:
    """The critical temperature; the exit code says whether it is good."""
    from pairlab.observables.critical_temperature import critical_temperature
    from pairlab.solution import Result

    figure = output or f"{stem(source)}-tc.png"
    if draw:
        check_writable(figure)
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
    if draw:
        _draw_along_axis(mechanism, figure, quiet=as_json)
    return GOOD if good else NOT_GOOD


def _draw_along_axis(mechanism: "Mechanism", path: str, *, quiet: bool) -> None:
    """Tc along the last of the axes that the mechanism names for its report."""
    if not mechanism.report_axes:
        note(f"{mechanism.key} names no axis to draw Tc along; use `pairlab sweep`")
        return
    from pairlab.commandline.files import draw
    from pairlab.study.sweep import sweep

    name, values = list(mechanism.report_axes.items())[-1]
    with session.progress(f"Tc along {name}") as progress:
        dataset = sweep(mechanism, {name: values}, progress=progress)
    draw(dataset, path)
    if not quiet:
        console().print(f"wrote {path}", soft_wrap=True)


def gap(
    mechanism: "Mechanism", source: str, *, temperature: str, draw: bool, output: str | None,
    as_json: bool,
) -> int:  # fmt: skip
    """The gap by temperature; the exit code says whether every number is good."""
    from pairlab.commandline.judgement import problems
    from pairlab.observables.gap import gap as calculate

    kelvin = numbers(temperature, unit="K", field="temperature")
    figure = output or f"{stem(source)}-gap.png"
    if draw:
        check_writable(figure)
    dataset = calculate(mechanism, kelvin, throw=False)
    bad = problems(dataset)
    if as_json:
        print_json({**of_dataset(dataset), "good": not bad, "problems": bad})
    else:
        from pairlab.commandline import readable, tables

        out = console()
        value = float(dataset.critical_temperature)
        error = float(dataset.critical_temperature_error)
        tables.title(out, mechanism.key, mechanism.title)
        tables.critical_temperature(out, value, error, none=value == 0)
        readable.gaps(out, dataset)
        tables.labelled(out, [("status", mechanism.status)])
    if draw:
        from pairlab.commandline.files import draw as draw_file

        draw_file(dataset, figure)
        if not as_json:
            console().print(f"wrote {figure}", soft_wrap=True)
    return _verdict(bad)


def run(
    mechanism: "Mechanism", source: str, *, output: str | None, draw: bool, as_json: bool
) -> int:
    """The standard report, its file and its figure."""
    base = _base(output) or stem(source)
    files = [f"{base}.nc", *([f"{base}.png"] if draw else [])]
    for path in files:
        check_writable(path)
    from pairlab.study.report import run as report

    with session.progress(f"{mechanism.key}: report") as progress:
        dataset = report(mechanism, progress=progress)
    return _deliver(dataset, mechanism, source, files, as_json=as_json, show="report")


def sweep(
    mechanism: "Mechanism", source: str, *, axes: list[str], observables: list[str] | None,
    output: str | None, draw: bool, as_json: bool,
) -> int:  # fmt: skip
    """Observables over named axes, and their file."""
    values = dict(_axis(mechanism, text) for text in axes)
    base = _base(output) or f"{stem(source)}-sweep"
    files = [f"{base}.nc", *([f"{base}.png"] if draw else [])]
    for path in files:
        check_writable(path)
    from pairlab.study.sweep import sweep as calculate

    with session.progress("sweep") as progress:
        dataset = calculate(
            mechanism, values, observables or ["critical_temperature"], progress=progress
        )
    return _deliver(dataset, mechanism, source, files, as_json=as_json, show="sweep")


def _deliver(
    dataset: "xr.Dataset", mechanism: "Mechanism", source: str, files: list[str], *, as_json: bool,
    show: str,
) -> int:  # fmt: skip
    """Save, draw, show and judge."""
    from pairlab.commandline.files import draw
    from pairlab.commandline.judgement import problems
    from pairlab.io.results import save

    save(dataset, files[0], input_file=source if Path(source).is_file() else None)
    for figure in files[1:]:
        draw(dataset, figure)
    bad = problems(dataset)
    if as_json:
        print_json({**of_dataset(dataset), "good": not bad, "problems": bad, "files": files})
        return NOT_GOOD if bad else GOOD
    from pairlab.commandline import readable, tables

    out = console()
    tables.title(out, mechanism.key, mechanism.title)
    axes = dataset.dims if show == "sweep" else ()
    parameters = ", ".join(_shown_parameters(mechanism, axes=axes))
    tables.labelled(out, [("status", mechanism.status), ("parameters", parameters)])
    readable.sweep(out, dataset) if show == "sweep" else readable.report(out, dataset)
    out.print("wrote " + " and ".join(files), soft_wrap=True)
    return _verdict(bad)


def reproduce(paper: str, *, output: str | None, draw: bool, as_json: bool) -> int:
    """The ledger of a paper."""
    from pairlab.commandline import ledger

    return ledger.reproduce(paper, base=_base(output) or paper, draw=draw, as_json=as_json)


def _verdict(bad: list[str]) -> int:
    """The exit code, and what is not good on stderr."""
    for sentence in bad:
        complain(sentence)
    return NOT_GOOD if bad else GOOD


def _origin(mechanism: "Mechanism") -> dict[str, Any]:
    from pairlab.observables.common import attributes

    return {**attributes(mechanism, ""), "parameters": mechanism.parameters()}


def _shown_parameters(mechanism: "Mechanism", *, axes: Container[Any]) -> list[str]:
    """Every parameter with its unit, but those that are swept."""
    from pairlab.commandline.catalogue import show_value
    from pairlab.mechanisms.base import field_extra

    return [
        f"{name} {show_value(value)} {field_extra(type(mechanism), name)['unit']}".rstrip()
        for name, value in mechanism.parameters().items()
        if value != "" and name not in axes
    ]


def stem(source: str) -> str:
    """NAME for files: a preset's or mechanism's name, a run file's name without its ending."""
    return Path(source).stem if source.endswith(".toml") or os.sep in source else source


def _base(output: str | None) -> str | None:
    """A path without its ending .nc or .png; other dots belong to the name."""
    if output is None or Path(output).suffix not in (".nc", ".png"):
        return output
    return str(Path(output).with_suffix(""))


def numbers(text: str, *, unit: str, field: str) -> list[float]:
    """ "0,10,20" or "first:last:count" as numbers in `unit`. Raises: InputError."""
    from pairlab.units import notify, parse

    def read(item: str) -> float:
        number, remark = parse(item, unit=unit, field=field)
        if remark:
            notify(remark)
        return number

    parts = text.split(":")
    if len(parts) == 1:
        return [read(item) for item in text.split(",")]
    if len(parts) != 3 or not parts[2].strip().isdigit() or int(parts[2]) < 1:
        raise InputError(
            what=f"{field} = {text!r}",
            why="a range is first:last:count with a count of at least 1",
            remedy=f"write for example {field} = 0:100:11",
        )
    import numpy as np

    first, last = (read(item) for item in parts[:2])
    # Rounded, so that -1:2:61 contains 0.05 and not 0.050000000000000044.
    return np.round(np.linspace(first, last, int(parts[2])), 12).tolist()


def _axis(mechanism: "Mechanism", text: str) -> tuple[str, list[Any]]:
    """NAME=VALUES as a field and its values. Raises: InputError."""
    from pairlab.errors import did_you_mean
    from pairlab.mechanisms.base import field_extra, is_numeric

    name, equals, values = text.partition("=")
    name = name.strip().replace("-", "_")
    if not equals or name not in type(mechanism).model_fields:
        raise InputError(
            what=f"--axis {text}",
            why=f"{mechanism.key} has no parameter {name!r}" if equals else "it holds no =",
            remedy=did_you_mean(name, type(mechanism).model_fields)
            if equals
            else "write for example --axis coupling=0.1,0.2",
        )
    if not is_numeric(type(mechanism), name):
        return name, [item.strip() for item in values.split(",")]
    return name, numbers(values, unit=field_extra(type(mechanism), name)["unit"], field=name)
