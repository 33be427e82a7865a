"""What every mechanism's fields and every observable say, as plain data: `schema.json`.

Command-line options, completion and forms are made from that file, so that asking for help imports
nothing heavy. After a change of a built-in one: `python -m pairlab.mechanisms._fields.schema`.
"""

import dataclasses
import inspect
import json
import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pairlab.mechanisms._fields import registry
from pairlab.mechanisms._fields.base import Mechanism, bounds, field_extra
from pairlab.observables.registry import Observable, observables

PATH = Path(__file__).resolve().parents[2] / "schema.json"

_PLAIN = {float: "number", int: "integer", str: "text", bool: "flag"}


def schema() -> dict[str, Any]:
    """The built-in mechanisms by key, and observables by name."""
    known = registry.mechanisms()
    return {
        "mechanisms": {key: describe(known[key]) for key in registry.BUILT_IN},
        "observables": {
            name: describe_observable(one)
            for name, one in observables().items()
            if one.function.__module__.startswith("pairlab.")
        },
    }


def describe_observable(one: Observable) -> dict[str, Any]:
    """One observable: its verb, what it is, its axes, and whether it sweeps."""
    text = inspect.getdoc(one.function) or one.title
    axes = [dataclasses.asdict(axis) for axis in one.axes]
    return _plain(
        {
            "verb": one.verb,
            "title": one.title,
            "doc": text.partition("\n")[0].partition(". Raises")[0].rstrip(".") + ".",
            "axes": axes,
            "sweeps": one.sweeps,
        }
    )


def describe(cls: type[Mechanism]) -> dict[str, Any]:
    """One mechanism: title, cite, status, presets and its fields in their order."""
    return _plain(
        {
            "title": cls.title,
            "cite": cls.cite,
            "status": cls.status,
            "presets": cls.presets,
            "fields": {name: _field(cls, name) for name in cls.model_fields},
        }
    )


def _field(cls: type[Mechanism], name: str) -> dict[str, Any]:
    declared = cls.model_fields[name]
    inner = _without_none(declared.annotation)
    return {
        "type": _kind(inner),
        "unit": field_extra(cls, name)["unit"],
        "symbol": field_extra(cls, name)["symbol"],
        "doc": declared.description or "",
        "source": field_extra(cls, name)["source"],
        "required": declared.is_required(),
        "default": None if declared.is_required() else declared.get_default(),
        "optional": inner is not declared.annotation,
        "bounds": bounds(cls, name),
        "choices": get_args(inner) if get_origin(inner) is Literal else (),
    }


def _without_none(annotation: Any) -> Any:
    """X of `X | None`, and anything else as it is."""
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [part for part in get_args(annotation) if part is not types.NoneType]
        if len(rest) == 1:
            return rest[0]
    return annotation


def _kind(annotation: Any) -> str:
    """number, integer, text, flag, choice, list or matrix."""
    origin = get_origin(annotation)
    if origin is Literal:
        return "choice"
    if origin in (tuple, list):
        return "matrix" if get_origin(get_args(annotation)[0]) in (tuple, list) else "list"
    return _PLAIN.get(annotation, "text")


def _plain(value: Any) -> Any:
    """As JSON gives it back: no tuples, no other mappings than dict."""
    return json.loads(json.dumps(value, default=dict, allow_nan=False))


if __name__ == "__main__":
    PATH.write_text(json.dumps(schema(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
