"""What is known of mechanisms without importing them: schema.json and entry points."""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).resolve().parents[1] / "schema.json"
ENTRY_POINT_GROUP = "pairlab.mechanisms"


def entry_points(*, group: str) -> Any:
    """What installed packages announce, from importlib.metadata, which is slow to import."""
    from importlib import metadata

    return metadata.entry_points(group=group)


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Every mechanism's description by its key, as `pairlab.mechanisms._fields.schema` gives it.

    Mechanisms of other packages are in no file: where some are announced, they are imported.
    """
    known = built_in()
    if not entry_points(group=ENTRY_POINT_GROUP):
        return known
    from pairlab.mechanisms._fields.registry import mechanisms
    from pairlab.mechanisms._fields.schema import describe

    others = {key: describe(cls) for key, cls in mechanisms().items() if key not in known}
    return {**known, **others}


@cache
def built_in() -> dict[str, dict[str, Any]]:
    """The mechanisms that pairlab ships, from schema.json."""
    return json.loads(SCHEMA.read_text(encoding="utf-8"))["mechanisms"]


@cache
def observables() -> dict[str, dict[str, Any]]:
    """Every observable's description by its name; those of other packages are imported."""
    known = json.loads(SCHEMA.read_text(encoding="utf-8"))["observables"]
    if not entry_points(group="pairlab.observables"):
        return known
    from pairlab.mechanisms._fields.schema import describe_observable
    from pairlab.observables.registry import observables as registered

    others = {n: describe_observable(o) for n, o in registered().items() if n not in known}
    return {**known, **others}


def described(key: str) -> dict[str, Any]:
    """The description of a mechanism that exists."""
    return built_in().get(key) or catalogue()[key]


def key_of(source: str, mechanism: str | None = None) -> str | None:
    """The mechanism that a preset, a key or a run file names, or that was named beside a file; None
    where that cannot be told."""
    if mechanism is not None:
        return mechanism if mechanism in catalogue() else None
    found = owner(source)
    if found is not None:
        return found
    if not Path(source).is_file():
        return None
    try:
        table = tomllib.loads(Path(source).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    name = table.get("mechanism", table.get("preset"))
    return owner(name) if isinstance(name, str) else None


def owner(name: str) -> str | None:
    """The mechanism that a preset or a key names, None where there is none."""
    return _owner(name, built_in()) or _owner(name, catalogue())


def _owner(name: str, known: dict[str, dict[str, Any]]) -> str | None:
    if name in known:
        return name
    return next((key for key, one in known.items() if name in one["presets"]), None)


def names() -> list[str]:
    """Every preset and mechanism that can stand where a source is asked for."""
    known = catalogue()
    return [preset for one in known.values() for preset in one["presets"]] + [*known]


def describe_bounds(field: dict[str, Any]) -> str:
    """The range or the choices of a field in words, "" for none."""
    if field["choices"]:
        return " | ".join(field["choices"])
    words = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
    return ", ".join(f"{words[name]} {value:g}" for name, value in field["bounds"].items())


def show_value(value: Any) -> str:
    """A parameter's value as it can be typed on the command line."""
    if value is None:
        return "none"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict) and value.get("name"):
        return str(value["name"])  # a crystal or a curve, too long for a line
    return str(value) if isinstance(value, str | int) else json.dumps(value)
