"""Tables of run files as text, without anything that is slow to import."""

import json
from collections.abc import Mapping
from typing import Any


def toml_table(name: str, value: Mapping[str, Any]) -> str:
    """A parameter that is a table, such as a crystal, as it stands at the end of a run file."""
    known = {key: item for key, item in value.items() if item is not None}
    return "\n".join([f"[parameters.{name}]", *(f"{k} = {_rows(v)}" for k, v in known.items())])


def _rows(value: Any) -> str:
    """A value in TOML, a list of lists with a line for each: a cell as one writes it."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return "[\n" + "".join(f"    {json.dumps(row)},\n" for row in value) + "]"
    return json.dumps(value)  # numbers, texts and lists of them are the same in JSON and TOML
