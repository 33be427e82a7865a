"""Tables of run files as text, without anything that is slow to import."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import tomli_w


def is_table(value: Any) -> bool:
    """Whether a parameter is a table, such as a crystal, or a list of them, such as spectra."""
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(one, Mapping) for one in value)
    return isinstance(value, Mapping)


def toml_line(name: str, value: Any) -> str:
    """A parameter that is not a table; a list or a matrix as one writes it, in one line."""
    if isinstance(value, list):
        return f"{name} = {json.dumps(value)}"
    return tomli_w.dumps({name: value}, multiline_strings=False).strip()


def toml_table(name: str, value: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str:
    """A parameter that is a table, or a list of them, as it stands at the end of a run file."""
    if isinstance(value, Mapping):
        return "\n".join([f"[parameters.{name}]", *_lines(value)])
    tables = ("\n".join([f"[[parameters.{name}]]", *_lines(one)]) for one in value)
    return "\n\n".join(tables)


def _lines(value: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_rows(item)}" for key, item in value.items() if item is not None]


def _rows(value: Any) -> str:
    """A value in TOML, a list of lists with a line for each: a cell as one writes it."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return "[\n" + "".join(f"    {json.dumps(row)},\n" for row in value) + "]"
    return json.dumps(value)  # numbers, texts and lists of them are the same in JSON and TOML
