"""Values of slow oracle functions, stored under their arguments in conventional_values.json.

A function marked `stored` looks its arguments up there and computes what it does not find, so a
test may ask for anything: what was asked before costs nothing. The file is made by

    python tests/oracle/stored.py

which runs the tests of USERS without stored values and writes what they asked for.
test_stored_values.py computes a part of them anew.
"""

import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mpmath import mp, mpf

FILE = Path(__file__).with_name("conventional_values.json")
USERS = (
    "systems/test_bcs.py",
    "systems/test_multiband.py",
    "observables/test_thermodynamics.py",
    "observables/test_stiffness.py",
)
DIGITS = 28

Tables = dict[str, dict[str, Any]]
values: Tables = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
"""Function, arguments, value."""
asked: Tables = {}
"""What was computed since the start, by calls that no other stored function made."""
functions: dict[str, Callable] = {}
_running: list[str] = []


def text(value: Any, digits: int = 40) -> Any:
    """Nested tuples of numbers as nested lists of decimal numbers; 40 digits tell all mpf apart."""
    if isinstance(value, tuple):
        return [text(part, digits) for part in value]
    with mp.workdps(45):
        return mp.nstr(mpf(value), digits)


def numbers(value: Any) -> Any:
    """The opposite of `text`."""
    if isinstance(value, list):
        return tuple(numbers(part) for part in value)
    with mp.workdps(45):
        return mpf(value)


def stored(function: Callable) -> Callable:
    """A function of numbers and tuples of them that looks its value up before it computes it."""
    name = function.__name__
    functions[name] = function

    @functools.wraps(function)
    def looked_up(*arguments: Any) -> Any:
        key = json.dumps(text(arguments))
        known = values.get(name, {}).get(key)
        if known is not None:
            return numbers(known)
        _running.append(name)
        try:
            value = text(function(*arguments), DIGITS)
        finally:
            _running.pop()
        if not _running:
            asked.setdefault(name, {})[key] = value
        # Rounded as if it had been stored: it may be an argument of the next one.
        return numbers(value)

    return looked_up


def write() -> None:
    """Run the tests that use stored values without any, and store what they asked for."""
    import pytest
    from oracle import stored as used  # the module that the tests import, not this script

    used.values.clear()
    tests = [str(FILE.parents[1] / name) for name in USERS]
    if pytest.main(["-q", "-p", "no:randomly", *tests]):
        raise SystemExit("a test failed: nothing is written")
    tables = {name: dict(sorted(table.items())) for name, table in sorted(used.asked.items())}
    FILE.write_text(json.dumps(tables, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(FILE.parents[1]))
    write()
