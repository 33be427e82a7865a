"""From words to a verb: which mechanism's parameters are its options, and what cannot be run."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from cyclopts import App, Parameter
from cyclopts.exceptions import CycloptsError, UnknownOptionError, UnusedCliTokensError

from pairlab.cli import parameters as options
from pairlab.cli import session
from pairlab.cli.calculate import gap, run, sweep, tc
from pairlab.cli.compare import compare
from pairlab.cli.files import cite, plot, show
from pairlab.cli.listing import init, list_
from pairlab.cli.observe import verb_of
from pairlab.cli.reproduce import reproduce
from pairlab.cli.source import mechanism_of
from pairlab.errors import InputError, did_you_mean
from pairlab.io.catalogue import catalogue, key_of, observables


def main(tokens: Sequence[str] | None = None) -> int:
    """Run one command. Returns: the exit code.

    0: every number asked for is good; 1: one is not; 2: the input cannot be used; 130: Ctrl-C.
    """
    words = list(sys.argv[1:] if tokens is None else tokens)
    for name in _THREADS:  # matrices are small: threads of BLAS that wait for each other cost more
        os.environ.setdefault(name, "1")
    return session.guarded(lambda: _dispatch(words))


def _dispatch(words: list[str]) -> int | None:
    verb = next((word for word in words if not word.startswith("-")), None)
    after = words[words.index(verb) + 1 :] if verb else []
    takes = verb is not None and (verb in _WITH_PARAMETERS or verb in _observed())
    source = options.source_in(after) if takes else None
    chosen = options.mechanism_in(after) if takes else None
    if chosen is not None and key_of("", chosen) is None:
        raise InputError(
            what=f"--mechanism {chosen}",
            why="there is no mechanism of that name",
            remedy=did_you_mean(chosen, catalogue()),
        )
    key = key_of(source, chosen) if source else None
    wants_help = any(word in ("--help", "-h") for word in words)
    if source and key is None and not wants_help:
        mechanism_of(source, {})  # says what is wrong with it, before any option is judged
    try:
        return _app(key, source)(words, exit_on_error=False, print_error=False, help_on_error=False,
                         result_action="return_value")  # fmt: skip
    except CycloptsError as error:
        raise _sentence(error, verb) from None


def _app(key: str | None, source: str | None) -> App:
    """The verbs, those that take a mechanism with its parameters as options."""
    app = App(
        name="pairlab",
        help="A workbench for superconducting pairing mechanisms.",
        help_epilogue="Help on a verb: pairlab tc --help. " + _EPILOGUE.format(verb="tc"),
        help_flags=["--help", "-h"],
        help_format="plaintext",  # Markdown takes longer to import than all the rest
        version=lambda: import_module("importlib.metadata").version("pairlab"),
        suppress_keyboard_interrupt=False,  # `session.guarded` says what became of the files
        default_parameter=Parameter(show_env_var=False),
    )
    for name, verb in verbs().items():
        shown = key is None and (name in _WITH_PARAMETERS or name in _observed())
        epilogue = _EPILOGUE.format(verb=name) if shown else ""
        app.command(options.with_parameters(verb, key, source), name=name, help_epilogue=epilogue)
    return app


def _sentence(error: CycloptsError, verb: str | None) -> InputError:
    """A parsing error in three clauses."""
    error.verbose = False
    program = f"pairlab {verb}" if verb in verbs() else "pairlab"
    if isinstance(error, UnknownOptionError):
        word = (error.token.keyword or error.token.value).split("=")[0]
        known = {name for argument in error.argument_collection for name in argument.names}
        return InputError(
            what=f"{program} has no option {word}",
            why="a misspelt option would otherwise be ignored in silence",
            remedy=did_you_mean(word, known),
        )
    if verb is not None and verb not in verbs():
        return InputError(
            what=f'pairlab has no verb "{verb}"',
            why="the first word says what to do",
            remedy=_suggested(verb),
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


def _suggested(word: str) -> str:
    """The verb of an observable whose name it is, or the closest one."""
    named = {name.replace("_", "-"): one["verb"] for name, one in observables().items()}
    verb = named.get(word.replace("_", "-"))
    return f'did you mean "{verb}"?' if verb else did_you_mean(word, verbs())


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
_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
"""Read by NumPy at its import. A value that the user has set wins."""


@cache
def verbs() -> Mapping[str, Callable[..., Any]]:
    """Every verb by name: those above, then one for each observable that has none of them."""
    return {**_VERBS, **{verb: verb_of(name, one) for verb, (name, one) in _observed().items()}}


@cache
def _observed() -> dict[str, tuple[str, dict[str, Any]]]:
    """The observables with a verb of their own, by it: name and description."""
    every = {one["verb"]: (name, one) for name, one in observables().items()}
    return {verb: found for verb, found in every.items() if verb not in _VERBS}
