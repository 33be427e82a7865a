"""A verb for each observable of the registry, with its axes as options."""

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from pairlab.cli import places
from pairlab.cli.axes import numbers, words
from pairlab.cli.calculate import origin, print_judged, verdict, write
from pairlab.cli.machine import of_solution, print_json
from pairlab.cli.option_types import Flag, OfMechanism, Output, Plot
from pairlab.cli.places import stem
from pairlab.cli.session import GOOD, NOT_GOOD, complain, console
from pairlab.cli.source import mechanism_of, offered
from pairlab.errors import InputError

if TYPE_CHECKING:
    from pairlab.mechanisms._fields.base import Mechanism
    from pairlab.observables.registry import Axis

_HELP = """{doc}

Parameters
----------
source
    A run file, a preset or a mechanism; with --mechanism, a file that it takes.
mechanism
    The mechanism for such a file: --mechanism standing_wave for a structure.
plot
    Draw it.
output
    The figure's path [NAME-{verb}.png], or a result file (.nc).
json
    Print JSON.
"""


def verb_of(name: str, described: Mapping[str, Any]) -> Callable[..., int]:
    """The verb of an observable, as `schema.json` describes it."""
    axes = [axis["name"] for axis in described["axes"]]

    def verb(
        source: str,
        /,
        *,
        mechanism: OfMechanism = None,
        plot: Plot = False,
        output: Output = None,
        json: Flag = False,
        **parameters: str | None,
    ) -> int:
        options = {axis: parameters.pop(axis, None) for axis in axes}
        made = mechanism_of(source, parameters, of=mechanism)
        return observe(
            made, source, name, options=options, draw=plot, output=output, as_json=json
        )

    signature = inspect.signature(verb)
    *kept, catch_all = signature.parameters.values()
    added = [
        inspect.Parameter(
            axis["name"], inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_option(axis)
        )
        for axis in described["axes"]
    ]
    verb.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*kept, *added, catch_all]
    )
    verb.__name__ = described["verb"].replace("-", "_")
    verb.__doc__ = _HELP.format(doc=described["doc"], verb=described["verb"])
    verb.__annotations__ |= {one.name: one.annotation for one in added}
    return verb


def _option(axis: Mapping[str, Any]) -> Any:
    unit = f" [{axis['unit']}]" if axis["unit"] else ""
    default = f" (default: {axis['default']})" if axis["default"] else ""
    default = " (required)" if axis["required"] else default
    names = [f"--{axis['name'].replace('_', '-')}"]
    names += ["-T"] if axis["name"] == "temperature" else []
    parameter = Parameter(
        name=names, help=f"{axis['doc']}{unit}{default}", metavar="VALUES", show_default=False,
        allow_leading_hyphen=True, negative="",
    )  # fmt: skip
    return Annotated[str | None, parameter]


def observe(
    mechanism: "Mechanism",
    source: str,
    name: str,
    *,
    options: Mapping[str, str | None],
    draw: bool,
    output: str | None,
    as_json: bool,
) -> int:
    """What an observable says of a mechanism; the exit code says whether every number is good.

    options: the axes of the observable as text.
    """
    from pairlab.cli.judgement import problems
    from pairlab.solution import Solution

    asked = offered(mechanism, name)
    given = {axis.name: _read(axis, options.get(axis.name)) for axis in asked.axes}
    files = places.figure_files(output, f"{stem(source)}-{asked.verb}", draw=draw, data=True)
    known = {axis: value for axis, value in given.items() if value is not None}
    found = asked.function(mechanism, **known, throw=False)
    if isinstance(found, Solution):
        return _solution(mechanism, asked.title, name, found, as_json=as_json)
    bad = problems(found)
    write(found, files, source)
    if as_json:
        print_judged(found, bad, files)
        return NOT_GOOD if bad else GOOD
    from pairlab.cli import observed, tables

    out = console()
    tables.title(out, mechanism.key, mechanism.title)
    observed.show(out, found, title=asked.title)
    tables.labelled(out, [("status", mechanism.status)])
    if files.names:
        out.print(files.sentence(), soft_wrap=True)
    return verdict(bad)


def _read(axis: "Axis", text: str | None) -> Any:
    """The values of an axis; None leaves them to the function. Raises: InputError."""
    from pairlab.observables.axes import MOST_TEMPERATURES

    text = axis.default if text is None else text
    if not text and axis.required:
        raise InputError(
            what=f"--{axis.name} is missing",
            why=f"it has no default: {axis.doc.partition(':')[0]}",
            remedy=f"give --{axis.name}" + (f" in {axis.unit}" if axis.unit else ""),
        )
    if not text:
        return None
    if axis.kind == "word":
        return words(text)
    values = numbers(text, unit=axis.unit, field=axis.name, most=MOST_TEMPERATURES)
    if axis.many:
        return values
    if len(values) != 1:
        raise InputError(
            what=f"--{axis.name} {text}",
            why="it takes one value",
            remedy=f"give a single number{f' of {axis.unit}' if axis.unit else ''}",
        )
    return int(values[0]) if axis.kind == "count" and values[0] == int(values[0]) else values[0]


def _solution(
    mechanism: "Mechanism", title: str, name: str, solution: Any, *, as_json: bool
) -> int:
    """A single number."""
    import numpy as np

    from pairlab.solution import Result

    good = solution.result.is_good
    if as_json:
        print_json({name: of_solution(solution), **origin(mechanism)})
    else:
        from pairlab.cli import tables

        out = console()
        tables.title(out, mechanism.key, mechanism.title)
        number = tables.shown(solution.value, solution.error)
        error = tables.shown_error(solution.error)
        unit = f" {solution.unit}" if solution.unit else ""
        if solution.result is Result.NO_SUPERCONDUCTIVITY and not np.isfinite(solution.value):
            out.print(f"{title}: none, since there is no superconductivity (Tc is below 1e-6 K)")
        else:
            out.print(f"{title} = {number}{unit}   (numerical error {error}{unit})")
        tables.labelled(out, [("status", mechanism.status)])
    if not good:
        complain(f"{title}: {solution.result.name}: {solution.result.value}")
    return GOOD if good else NOT_GOOD
