"""The commented run file that `pairlab init` writes."""

import textwrap
from typing import Any

from pairlab.io.catalogue import catalogue, describe_bounds
from pairlab.mechanisms._fields.toml_text import is_table, toml_line, toml_table


def run_file(name: str, key: str) -> str:
    """A run file with every parameter of a mechanism, its unit, meaning and range.

    Values are those of the preset `name`, or of the mechanism's first preset, but for the material
    of that: measured facts of it do not belong to a structure of one's own.
    """
    one = catalogue()[key]
    preset = name if name in one["presets"] else next(iter(one["presets"]), None)
    values = dict(one["presets"].get(preset, {}))
    if name != preset:
        values.pop("material", None)
    about = [one["title"], *one["cite"], f"Status: {one['status']}."]
    lines = [line for text in about for line in _comment(text)] + ["#"]
    if preset:
        lines.append(f'# The values are those of the preset "{preset}".')
    lines += [
        '# A number is in the unit behind it; "330 meV" or "0.33 eV" names its own.',
        "",
        f'mechanism = "{key}"',
        "",
        "[parameters]",
    ]
    fields = one["fields"]
    tables = [name for name in fields if is_table(values.get(name))]
    for field_name in [*(name for name in fields if name not in tables), *tables]:
        lines += _field(field_name, fields[field_name], values)
    return "\n".join(lines) + "\n"


def _field(name: str, field: dict[str, Any], values: dict[str, Any]) -> list[str]:
    about = [field["doc"], field["symbol"], describe_bounds(field), field["source"]]
    comment = _comment("; ".join(part for part in about if part))
    unit = f"  # {field['unit']}" if field["unit"] else ""
    value = values.get(name, field["default"])
    if is_table(value):
        return [*comment, toml_table(name, value), ""]
    if value is not None:
        return [*comment, toml_line(name, value) + unit, ""]
    why = "to be given: it has no default" if field["required"] else "not set"
    return [*comment, f"# {name} = ...{unit or '  #'} ({why})", ""]


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        text, 98, initial_indent="# ", subsequent_indent="#   ", break_long_words=False
    )
