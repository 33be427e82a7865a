"""Errors that say what happened, why, and what to change."""

import difflib
from collections.abc import Iterable
from typing import Any


class PairlabError(Exception):
    """Base of every error that pairlab raises on purpose; its text is three clauses in one line."""

    def __init__(self, *, what: str, why: str, remedy: str) -> None:
        self.what, self.why, self.remedy = what, why, remedy
        Exception.__init__(self, f"{what}: {why}. {_as_sentence(remedy)}")

    def __reduce__(self) -> tuple:
        return (_rebuild, (type(self), self.what, self.why, self.remedy))


def _as_sentence(remedy: str) -> str:
    """Capitalised, unless it starts with the name of a parameter, and with a full stop or a ?."""
    first = remedy.split(" ", 1)[0]
    start = remedy if "_" in first else remedy[:1].upper() + remedy[1:]
    return start if start.endswith(("?", ".")) else start + "."


def _rebuild(kind: type[PairlabError], what: str, why: str, remedy: str) -> PairlabError:
    return kind(what=what, why=why, remedy=remedy)


class InputError(PairlabError, ValueError):
    """The input cannot be used: a wrong value, unit, key or file."""


class CapabilityError(PairlabError, TypeError):
    """The mechanism does not offer what was asked for."""


class SolverError(PairlabError, ArithmeticError):
    """A number was asked for that cannot be trusted."""


class OutputError(PairlabError, OSError):
    """A result could not be written; nothing that existed was changed."""

    def __str__(self) -> str:
        return Exception.__str__(self)


def of_validation(error: Any, *, kind: str, remedy: str) -> InputError:
    """The first problem that pydantic found in a value that is no mechanism, as a sentence.

    error: pydantic's ValidationError, which is slow to import. kind: what the value is.
    """
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, InputError):
        return cause
    return InputError(
        what=f"{kind}: {'.'.join(map(str, first['loc']))}",
        why=first["msg"][:1].lower() + first["msg"][1:],
        remedy=remedy,
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """'did you mean "x"' for the closest known word, or the list of known words."""
    known = sorted(known)
    lowered = {name.lower(): name for name in reversed(known)}
    # As it is written first: names may differ in case alone.
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6) or [
        lowered[name] for name in difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    ]
    if close:
        return f'did you mean "{close[0]}"?'
    return "known are: " + ", ".join(known)
