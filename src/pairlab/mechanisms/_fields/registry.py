"""All mechanisms: the built-in ones and those that installed packages announce."""

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from pairlab.errors import InputError, did_you_mean
from pairlab.mechanisms._fields.base import Mechanism

BUILT_IN = tuple(
    sorted(
        module.name
        for module in iter_modules([str(Path(__file__).parents[1])])
        if not module.ispkg
    )
)
"""Keys of the mechanisms in the folder above: the names of its files."""

ENTRY_POINT_GROUP = "pairlab.mechanisms"


@cache
def mechanisms() -> dict[str, type[Mechanism]]:
    """Every mechanism class by its key: built-in, then from the entry-point group.

    Raises: InputError where an installed package announces something that is not a mechanism, or a
    key that is taken.
    """
    found: dict[str, type[Mechanism]] = {key: _built_in(key) for key in BUILT_IN}
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        cls = entry.load()
        if not (isinstance(cls, type) and issubclass(cls, Mechanism)):
            raise InputError(
                what=f'the installed package announces "{entry.name}" as a mechanism',
                why=f"{entry.value} is not a subclass of pairlab.mechanisms._fields.base.Mechanism",
                remedy="fix or uninstall that package",
            )
        if cls.key in found:
            raise InputError(
                what=f'two mechanisms have the key "{cls.key}"',
                why=f"{entry.value} repeats it",
                remedy="rename the key in that package",
            )
        found[cls.key] = cls
    return found


def mechanism_class(key: str) -> type[Mechanism]:
    """The class of a key. Raises: InputError with a suggestion."""
    if key in BUILT_IN:  # without importing the others
        return _built_in(key)
    known = mechanisms()
    if key not in known:
        raise InputError(
            what=f'there is no mechanism "{key}"',
            why="mechanisms are known by their key",
            remedy=did_you_mean(key, known),
        )
    return known[key]


def _built_in(key: str) -> type[Mechanism]:
    """The mechanism that the file of that name defines."""
    module = import_module(f"pairlab.mechanisms.{key}")
    return next(
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Mechanism)
        and vars(value).get("key") == key
    )


def preset(name: str, **changes: Any) -> Mechanism:
    """The mechanism of a preset, by the preset's name alone (names are unique), with changes.

    Raises: InputError with a suggestion.
    """
    every = {name: cls for cls in mechanisms().values() for name in cls.presets}
    if name not in every:
        raise InputError(
            what=f'there is no preset "{name}"',
            why="presets are named parameter sets",
            remedy=did_you_mean(name, every),
        )
    return every[name].preset(name, **changes)
