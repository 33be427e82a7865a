"""The parameters of the chosen mechanism as options of a verb.

A verb is written as a function with `**parameters: str`; before it is bound, that catch-all is
replaced by one option for each parameter of the mechanism, so that `--help` shows them and a typo
is refused with a suggestion.
"""

import ast
import inspect
import tomllib
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import zip_longest
from typing import Annotated, Any

from cyclopts import Group, Parameter

from pairlab.errors import InputError
from pairlab.io.catalogue import describe_bounds, described, key_of, show_value

FLAGS = ("--help", "-h", "--json", "--plot", "-p", "--no-plot", "--force")
"""Options that take no value: what follows one of them may be the source."""


def source_in(tokens: Sequence[str]) -> str | None:
    """The first word that is neither an option nor the value of one."""
    skip = False
    for token in tokens:
        if skip:
            skip = False
        elif not token.startswith("-"):
            return token
        elif token not in FLAGS and "=" not in token:
            skip = True
    return None


def mechanism_in(tokens: Sequence[str]) -> str | None:
    """The value of --mechanism, if it is there."""
    for token, after in zip_longest(tokens, tokens[1:], fillvalue=""):
        if token == "--mechanism":
            return after
        if token.startswith("--mechanism="):
            return token.partition("=")[2]
    return None


def with_parameters(
    verb: Callable[..., Any], key: str | None, source: str | None = None
) -> Callable[..., Any]:
    """The verb with the parameters of a mechanism in place of its catch-all.

    key: the mechanism; source: what was named on the line, whose values `--help` shows if it is a
    preset.
    """
    signature = inspect.signature(verb)
    kept = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    if len(kept) == len(signature.parameters):
        return verb
    taken = {parameter.name for parameter in kept}
    one = described(key) if key else {"fields": {}, "presets": {}}
    preset = one["presets"].get(source, {})
    group = Group(f"Parameters of {key}", sort_key=1)
    added = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=_option(field, group, source, preset.get(name)),
        )
        for name, field in one["fields"].items()
        if name not in taken
    ]

    def bound(*arguments: Any, **options: Any) -> Any:
        return verb(*arguments, **options)

    bound.__name__, bound.__doc__ = verb.__name__, verb.__doc__
    every = [*kept, *added]
    bound.__signature__ = signature.replace(parameters=every)  # type: ignore[attr-defined]
    bound.__annotations__ = {parameter.name: parameter.annotation for parameter in every}
    return bound


def _option(field: dict[str, Any], group: Group, source: str | None, current: Any) -> Any:
    unit = f" [{field['unit']}]" if field["unit"] else ""
    limits = describe_bounds(field)
    if current is not None:
        default = f" ({source}: {show_value(current)})"
    elif field["default"] in (None, ""):
        default = ""
    else:
        default = f" (default: {show_value(field['default'])})"
    symbol = f" ({field['symbol']})" if field["symbol"] else ""
    text = f"{field['doc']}{symbol}{unit}{f'; {limits}' if limits else ''}{default}"
    return Annotated[
        str | None,
        Parameter(
            help=text,
            metavar="VALUE",
            group=group,
            allow_leading_hyphen=True,
            show_default=False,
            negative="",
        ),
    ]


def changes(
    source: str, given: dict[str, str | None], mechanism: str | None = None
) -> dict[str, Any]:
    """The values given on the line, ready to go over those of a file or preset."""
    key = key_of(source, mechanism)
    fields = described(key)["fields"] if key else {}
    return {
        name: _value(name, text, fields.get(name, {}))
        for name, text in given.items()
        if text is not None
    }


def _value(name: str, text: str, field: dict[str, Any]) -> Any:
    kind = field.get("type", "text")
    if field.get("optional") and text.strip().lower() == "none":
        return None
    if kind in ("list", "matrix"):
        return _several(name, text, kind)
    if kind == "flag" and text.strip().lower() in ("true", "false"):
        return text.strip().lower() == "true"
    return text


def _several(name: str, text: str, kind: str) -> Any:
    """A list "1, 2" or a matrix "1, 2; 3, 4"; both may be written as in TOML or in Python.

    Raises: InputError.
    """
    if not text.strip().startswith("["):
        rows = [[item.strip() for item in row.split(",")] for row in text.split(";")]
        return rows if kind == "matrix" else [item for row in rows for item in row]
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        with suppress(ValueError, SyntaxError, MemoryError, RecursionError):
            return list(ast.literal_eval(text))  # a number may begin or end with its point
        example = '"0.35, 0.05; 0.05, 0.2"' if kind == "matrix" else '"1, 0.5"'
        raise InputError(
            what=f"--{name.replace('_', '-')} {text}",
            why="the brackets do not close or something in them is not a number",
            remedy=f"write for example --{name.replace('_', '-')} {example}",
        ) from None
