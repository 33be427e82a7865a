"""The command line. No physics here: verbs read, ask the library, and show.

Each verb imports what it needs when it runs, so that `pairlab --help` and typos cost nothing.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cyclopts import App, Parameter
from cyclopts.exceptions import CycloptsError, UnknownOptionError, UnusedCliTokensError

from pairlab.commandline import parameters as options
from pairlab.commandline import session
from pairlab.commandline.catalogue import catalogue, key_of
from pairlab.commandline.compare import compare
from pairlab.commandline.option_types import (
    Axes,
    Flag,
    InitOutput,
    OfMechanism,
    Output,
    Plot,
    Temperatures,
)
from pairlab.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from pairlab.mechanisms._fields.base import Mechanism


def main(tokens: Sequence[str] | None = None) -> int:
    """Run one command. Returns: the exit code.

    0: every number asked for is good; 1: one is not; 2: the input cannot be used; 130: Ctrl-C.
    """
    words = list(sys.argv[1:] if tokens is None else tokens)
    return session.guarded(lambda: _dispatch(words))


def _dispatch(words: list[str]) -> int | None:
    verb = next((word for word in words if not word.startswith("-")), None)
    after = words[words.index(verb) + 1 :] if verb else []
    source = options.source_in(after) if verb in _WITH_PARAMETERS else None
    chosen = options.mechanism_in(after) if verb in _WITH_PARAMETERS else None
    if chosen is not None and key_of("", chosen) is None:
        raise InputError(
            what=f'--mechanism {chosen}',
            why="there is no mechanism of that name",
            remedy=did_you_mean(chosen, catalogue()),
        )
    key = key_of(source, chosen) if source else None
    wants_help = any(word in ("--help", "-h") for word in words)
    if source and key is None and not wants_help:
        _mechanism(source, {})  # says what is wrong with it, before any option is judged
    try:
        return _app(key, source)(words, exit_on_error=False, print_error=False, help_on_error=False,
                         result_action="return_value")  # fmt: skip
    except CycloptsError as error:
        raise _sentence(error, verb) from None


def _app(key: str | None, source: str | None) -> App:
    """The verbs, those that take a mechanism with its parameters as options."""
    from importlib.metadata import version

    app = App(
        name="pairlab",
        help="A workbench for superconducting pairing mechanisms.",
        help_epilogue="Help on a verb: pairlab tc --help. " + _EPILOGUE.format(verb="tc"),
        help_flags=["--help", "-h"],
        version=lambda: version("pairlab"),
        suppress_keyboard_interrupt=False,  # `session.guarded` says what became of the files
        default_parameter=Parameter(show_env_var=False),
    )
    for name, verb in _VERBS.items():
        shown = name in _WITH_PARAMETERS and key is None
        epilogue = _EPILOGUE.format(verb=name) if shown else ""
        app.command(options.with_parameters(verb, key, source), name=name, help_epilogue=epilogue)
    return app


def _sentence(error: CycloptsError, verb: str | None) -> InputError:
    """A parsing error in three clauses."""
    error.verbose = False
    program = f"pairlab {verb}" if verb in _VERBS else "pairlab"
    if isinstance(error, UnknownOptionError):
        word = (error.token.keyword or error.token.value).split("=")[0]
        known = {name for argument in error.argument_collection for name in argument.names}
        return InputError(
            what=f"{program} has no option {word}",
            why="a misspelt option would otherwise be ignored in silence",
            remedy=did_you_mean(word, known),
        )
    if verb is not None and verb not in _VERBS:
        return InputError(
            what=f'pairlab has no verb "{verb}"',
            why="the first word says what to do",
            remedy=did_you_mean(verb, _VERBS),
        )
    if isinstance(error, UnusedCliTokensError):
        return InputError(
            what=f"{program} does not take {' '.join(map(repr, error.unused_tokens or []))}",
            why="there is one word too many for this verb",
            remedy="put a value with spaces in quotes; see `" + program + " --help`",
        )
    text = str(error).strip().rstrip(".")
    return InputError(
        what=f"{program} cannot be run like this",
        why=text[:1].lower() + text[1:],
        remedy=f"see `{program} --help`",
    )


def _mechanism(
    source: str,
    given: dict[str, str | None],
    more: Mapping[str, Any] | None = None,
    *,
    of: str | None = None,
) -> "Mechanism":
    """The mechanism of FILE, PRESET or MECHANISM, with the values on the line and `more`.

    of: the mechanism whose main input FILE is.
    """
    session.prepare()
    from pairlab.io.config import read_mechanism

    changes = {**options.changes(source, given, of), **(more or {})}
    return read_mechanism(source, changes, mechanism=of)


def list_(mechanism: str | None = None, /, *, json: Flag = False) -> None:
    """Mechanisms and presets; with a name, the parameters of that mechanism.

    Parameters
    ----------
    mechanism
        A mechanism, a preset or a run file.
    json
        Print JSON.
    """
    from pairlab.commandline import listing

    listing.listing(mechanism, as_json=json)


def init(
    name: str,
    /,
    *,
    output: InitOutput = None,
    force: Flag = False,
) -> None:
    """Write a commented run file to start from.

    Parameters
    ----------
    name
        A mechanism or a preset.
    output
        Where to [NAME.toml]; "-" prints it.
    force
        Replace a file that exists.
    """
    from pairlab.commandline import listing

    listing.init(name, output=output, force=force)


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
    from pairlab.commandline import calculations

    made = _mechanism(source, parameters, of=mechanism)
    return calculations.run(made, source, output=output, draw=not no_plot, as_json=json)


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
    from pairlab.commandline import calculations

    made = _mechanism(source, parameters, of=mechanism)
    return calculations.tc(made, source, draw=plot, output=output, as_json=json)


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
    from pairlab.commandline import calculations

    made = _mechanism(source, parameters, of=mechanism)
    return calculations.gap(
        made, source, temperature=temperature, draw=plot, output=output, as_json=json
    )


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
    from pairlab.commandline import calculations

    axes = calculations.axes_of(key_of(source, mechanism), axis, parameters)
    made = calculations.starting_point(
        lambda more: _mechanism(source, parameters, more, of=mechanism), axes
    )
    return calculations.sweep(
        made, source, axes=axes, observables=observable, output=output, draw=plot, as_json=json
    )


def reproduce(
    paper: str,
    /,
    *,
    output: Output = None,
    no_plot: Flag = False,
    json: Flag = False,
) -> int:
    """Recalculate what a paper printed, number by number, with a verdict and why.

    Parameters
    ----------
    paper
        Its key, for example mazziotti2021.
    output
        Path without ending of the result file and of the folder of figures [PAPER].
    no_plot
        Draw no counterparts of its figures.
    json
        Print JSON.
    """
    from pairlab.commandline import calculations

    return calculations.reproduce(paper, output=output, draw=not no_plot, as_json=json)


def plot(file: str, /, *, output: Output = None) -> None:
    """Draw a result file.

    Parameters
    ----------
    file
        A result file (.nc).
    output
        The figure [FILE.png]; its ending chooses the format: png, pdf, svg.
    """
    from pairlab.commandline import files

    files.plot_file(file, output=output)


def show(file: str, /, *, json: Flag = False) -> int:
    """Show what a result file holds: numbers, units, result codes, status.

    Parameters
    ----------
    file
        A result file (.nc).
    json
        Print JSON, with all numbers.
    """
    from pairlab.commandline import files

    return files.show_file(file, as_json=json)


def cite(source: str, /, *, json: Flag = False) -> None:
    """What to cite, the status of the claim, and the run file that gives the result back.

    Parameters
    ----------
    source
        A result file (.nc), a run file, a preset or a mechanism.
    json
        Print JSON.
    """
    from pairlab.commandline import files

    files.cite(source, read=lambda name: _mechanism(name, {}), as_json=json)


_VERBS: dict[str, Callable[..., Any]] = {
    "list": list_,
    "init": init,
    "run": run,
    "tc": tc,
    "gap": gap,
    "sweep": sweep,
    "compare": compare,
    "reproduce": reproduce,
    "plot": plot,
    "show": show,
    "cite": cite,
}
_EPILOGUE = "With the parameters of a mechanism as options: pairlab {verb} h3s --help."
_WITH_PARAMETERS = ("run", "tc", "gap", "sweep")
