"""Values that no mechanism takes are refused from schema.json, before anything is calculated with.

A mechanism says the same in the same words once it is made, and more: what its parameters must be
together. Making one takes NumPy and SciPy, which are slow to import.
"""

import math
from collections.abc import Mapping
from typing import Any

from pairlab.errors import InputError, did_you_mean
from pairlab.io.catalogue import described

_FLOATS = 10**308  # no integer beyond it is a float
_NUMBERS = ("number", "integer")


def refuse_flags(key: str, values: Mapping[str, Any]) -> None:
    """Raises InputError for true and false where they are no value: true would become 1.0."""
    fields = described(key)["fields"]
    for name, value in values.items():
        if isinstance(value, bool) and name in fields and fields[name]["type"] != "flag":
            raise InputError(
                what=f"{key}: {name} = {str(value).lower()}",
                why=f"{name} is {fields[name]['doc']}, not true or false",
                remedy="give a value of that kind",
            )


def refuse_values(key: str, values: Mapping[str, Any]) -> None:
    """Raises InputError for the first value that its field alone shows to be wrong.

    values: all that are given, by parameter; text such as "330 meV" stands for a number.
    """
    fields = described(key)["fields"]
    unknown = sorted(set(values) - set(fields))
    if unknown:
        raise InputError(
            what=f'{key} has no parameter "{unknown[0]}"',
            why="a misspelt parameter would otherwise be ignored in silence",
            remedy=did_you_mean(unknown[0], fields),
        )
    numbers = {
        name: _number(key, name, value)
        for name, value in values.items()
        if fields[name]["type"] in _NUMBERS and value is not None
    }
    for name, field in fields.items():
        if name not in values and field["required"]:
            raise InputError(
                what=f"{key}: {name} is missing",
                why=f"{field['doc']}; it has no default",
                remedy=f"give {name}" + (f" in {field['unit']}" if field["unit"] else ""),
            )
        if name in numbers:
            _refuse_number(key, name, numbers[name])
        elif field["type"] == "choice" and isinstance(values.get(name), str):
            _refuse_word(key, name, values[name])


def _number(key: str, name: str, value: Any) -> Any:
    """The number that text stands for; any other value as it is."""
    if not isinstance(value, str):
        return value
    from pairlab.units import parse

    field = described(key)["fields"][name]
    return parse(value, unit=field["unit"], field=name, example=_example(key, name))[0]


def _example(key: str, name: str) -> float:
    """A number that the field takes: a preset's, its default, or one within its bounds."""
    one = described(key)
    field = one["fields"][name]
    for value in (*(preset.get(name) for preset in one["presets"].values()), field["default"]):
        if isinstance(value, int | float):
            return float(value)
    limits = field["bounds"]
    lowest = max(limits.get("ge", -math.inf), limits.get("gt", -math.inf))
    highest = min(limits.get("le", math.inf), limits.get("lt", math.inf))
    if lowest < 1.0 < highest:
        return 1.0
    return lowest + 1.0 if math.isinf(highest) else (max(lowest, highest - 2.0) + highest) / 2


def _refuse_number(key: str, name: str, value: Any) -> None:
    field = described(key)["fields"][name]
    too_long = isinstance(value, int) and abs(value) > _FLOATS
    if isinstance(value, bool) or not isinstance(value, int | float) or too_long:
        return  # the mechanism says what is wrong with it
    why = ""
    if not math.isfinite(value):
        why = "it is not a finite number"
    elif field["type"] == "integer" and value != int(value):
        why = "input should be a valid integer, got a number with a fractional part"
    else:
        tests = {
            "gt": ("greater than", value > field["bounds"].get("gt", -math.inf)),
            "ge": ("greater than or equal to", value >= field["bounds"].get("ge", -math.inf)),
            "lt": ("less than", value < field["bounds"].get("lt", math.inf)),
            "le": ("less than or equal to", value <= field["bounds"].get("le", math.inf)),
        }
        failed = next((bound for bound, (_, holds) in tests.items() if not holds), "")
        if failed:
            why = f"input should be {tests[failed][0]} {_decimal(field['bounds'][failed])}"
    if why:
        unit = f" {field['unit']}" if field["unit"] else ""
        raise InputError(
            what=f"{key}: {name} = {value!r}{unit}",
            why=why,
            remedy=f"{name} is {field['doc']}: {_range(field)}",
        )


def _decimal(value: float) -> str:
    """Without an exponent: 0.000001."""
    from decimal import Decimal

    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _range(field: Mapping[str, Any]) -> str:
    words = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
    limits = " and ".join(f"{words[k]} {v:g}" for k, v in field["bounds"].items())
    return f"give a value {limits}".rstrip() + (f", in {field['unit']}" if field["unit"] else "")


def _refuse_word(key: str, name: str, value: str) -> None:
    choices = described(key)["fields"][name]["choices"]
    if value in choices:
        return
    listed = [repr(word) for word in choices]
    several = ", ".join(listed[:-1]) + f" or {listed[-1]}" if len(listed) > 1 else listed[0]
    raise InputError(
        what=f"{key}: {name} = {value}",
        why=f"input should be {several}",
        remedy=did_you_mean(value, choices).rstrip("."),
    )
