"""`list` and `init`: what there is, from schema.json alone."""

import sys
from pathlib import Path
from typing import Any

from pairlab.cli.machine import print_json
from pairlab.cli.option_types import Flag, InitOutput
from pairlab.cli.runfile import run_file
from pairlab.cli.session import console
from pairlab.errors import InputError, OutputError, did_you_mean
from pairlab.io.catalogue import (
    catalogue,
    describe_bounds,
    key_of,
    names,
    observables,
    show_value,
)


def list_(mechanism: str | None = None, /, *, json: Flag = False) -> None:
    """Mechanisms and presets; with a name, the parameters of that mechanism.

    Parameters
    ----------
    mechanism
        A mechanism, a preset or a run file.
    json
        Print JSON.
    """
    if mechanism is None:
        print_json({"mechanisms": catalogue(), "observables": observables()}) if json else _all()
        return
    key = known(mechanism)
    print_json({"key": key, **catalogue()[key]}) if json else _one(key, catalogue()[key])


def known(name: str) -> str:
    """The mechanism that a name belongs to. Raises: InputError with a suggestion."""
    key = key_of(name)
    if key is None:
        raise InputError(
            what=f'there is no mechanism or preset "{name}"',
            why="`pairlab list` shows those that exist",
            remedy=did_you_mean(name, names()),
        )
    return key


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
    text = run_file(name, known(name))
    if output == "-":
        sys.stdout.write(text)
        return
    path = Path(output or f"{name}.toml")
    if path.exists() and not force:
        raise OutputError(
            what=f"{path} is not written",
            why="it exists already",
            remedy="choose another name with -o, or replace it with --force",
        )
    from pairlab.io.atomic import write_text

    write_text(path, text)
    console().print(f"wrote {path}; calculate it with: pairlab run {path}", soft_wrap=True)


_COLUMNS = 4  # presets that fit side by side


def _all() -> None:
    from pairlab.cli.tables import labelled, title

    out = console()
    for key, one in catalogue().items():
        title(out, key, one["title"])
        presets = ", ".join(one["presets"])
        labelled(out, [("  presets", presets), ("  status", one["status"])])
        out.print()
    title(out, "observables", "each a verb: pairlab VERB SOURCE")
    labelled(out, [(f"  {one['verb']}", one["title"]) for one in observables().values()])
    out.print()
    labelled(out, [("parameters of one", "pairlab list superstripes"),
                   ("calculate one", "pairlab run h3s")])  # fmt: skip


def _one(key: str, one: dict[str, Any]) -> None:
    from rich.text import Text

    from pairlab.cli.tables import grid, labelled, title

    out = console()
    title(out, key, one["title"])
    sources = [("source" if i == 0 else "", text) for i, text in enumerate(one["cite"])]
    labelled(out, [("status", one["status"]), *sources])
    table = grid(("parameter", "left"), ("default", "right"), ("unit", "left"), ("meaning", "left"))
    for name, field in one["fields"].items():
        default = "required" if field["required"] else show_value(field["default"])
        limits = describe_bounds(field)
        symbol = f" ({field['symbol']})" if field["symbol"] else ""
        text = field["doc"] + symbol + (f"; {limits}" if limits else "")
        table.add_row(name, default, field["unit"], text)
    out.print(table)
    if len(one["presets"]) > _COLUMNS:
        out.print(Text("Presets", style="bold"))
        for preset, values in one["presets"].items():
            parts = [f"{n} {show_value(v)} {one['fields'][n]['unit']}".strip()
                     for n, v in values.items()]  # fmt: skip
            labelled(out, [(preset, "; ".join(parts))])
    elif one["presets"]:
        table = grid(("parameter", "left"), *((preset, "right") for preset in one["presets"]),
                     ("unit", "left"), title="Presets")  # fmt: skip
        for name, field in one["fields"].items():
            values = [preset.get(name) for preset in one["presets"].values()]
            if any(value is not None for value in values):
                cells = ["" if value is None else show_value(value) for value in values]
                table.add_row(name, *cells, field["unit"])
        out.print(table)
