"""All observables: each is one file here, or is announced by an installed package.

`run`, `compare`, `sweep`, the command line and `schema.json` are made from what is listed here, so
that a new observable is one file: a function and its `Observable`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Literal

import numpy as np

from pairlab.errors import CapabilityError, InputError, did_you_mean
from pairlab.pairing.problem import Critical, Part, Problem, Refusal

_INFRASTRUCTURE = {"axes", "datasets", "registry"}

ENTRY_POINT_GROUP = "pairlab.observables"


@dataclass(frozen=True)
class Axis:
    """What an observable runs over: an argument of its function, and an option of its verb.

    unit: of numbers, "" for a count or words. default: as on the command line; "" leaves it to the
    function. many: whether it takes several. required: whether it has no default.
    """

    name: str
    unit: str
    doc: str
    default: str = ""
    many: bool = True
    required: bool = False
    kind: Literal["number", "count", "word"] = "number"


TEMPERATURE = Axis("temperature", "K", "temperatures: 0,10,20 or first:last:count", "0")
FIELD = Axis("field", "T", "magnetic fields: 0,1 or first:last:count", "0")
ENERGY = Axis("energy", "meV", "energies: 0,1 or first:last:count")


@dataclass(frozen=True)
class Compared:
    """What a comparison takes from an observable.

    function: called with a mechanism and an array for each axis by name; returns a dataset with
    each quantity, its `_error` and `_result_code` (or one `result_code`). resolution: quantity of
    `quantities` -> the error that a measurement is taken to have where none is given, as a share of
    the value, or of the largest value of a curve; these are conventions. over: the axes. Over any
    other dimension, such as bands, the largest value counts. order: of the rows of a table.
    """

    function: Callable[..., Any]
    resolution: Mapping[str, float]
    over: tuple[str, ...] = ()
    order: int = 100


@dataclass(frozen=True)
class Report:
    """What a report has found when it asks an observable.

    critical_temperature: K, 0 without superconductivity. kelvin: the axis of all curves.
    """

    critical_temperature: float
    kelvin: np.ndarray


@dataclass(frozen=True)
class Observable:
    """One thing that can be asked of a mechanism.

    function: function(mechanism, <axes>, throw=...) -> Solution or Dataset, public as
    pairlab.<name>; its docstring says what it is. title: in words. needs: classes of parts of the
    problem; `Critical` stands for the critical point. cost: of one call: "quick" where nothing is
    solved, "solve", or "slow" for what takes seconds. sweeps: whether its values have one shape for
    all mechanisms of a kind, so that a sweep can gather them. in_report: what of it a standard
    report holds, None for nothing; order: where it stands there. compares: what a comparison takes.
    """

    name: str
    title: str
    function: Callable[..., Any]
    needs: tuple[type, ...]
    axes: tuple[Axis, ...] = ()
    cost: Literal["quick", "solve", "slow"] = "solve"
    sweeps: bool = False
    in_report: Callable[[Any, Report], Any] | None = None
    compares: tuple[Compared, ...] = ()
    order: int = 100

    @property
    def verb(self) -> str:
        """Its verb on the command line."""
        return _VERBS.get(self.name, self.name.replace("_", "-"))

    def missing(self, problem: Problem) -> Refusal | None:
        """Why a problem cannot answer; None where it can."""
        parts = [
            problem.critical() if kind is Critical else problem.part(kind) for kind in self.needs
        ]
        refusals = [part for part in parts if isinstance(part, Refusal)]
        # What no value of a field would bring is said first.
        return min(refusals, key=lambda one: bool(one.remedy), default=None)


_VERBS = {"critical_temperature": "tc", "tunnelling_spectrum": "tunnelling"}


@cache
def observables() -> Mapping[str, Observable]:
    """Every observable by name, in the order of a report.

    Raises: InputError where an installed package announces what is none, or a name that is taken.
    """
    here = iter_modules([str(Path(__file__).parent)])
    names = [module.name for module in here if module.name not in _INFRASTRUCTURE]
    every = [import_module(f"pairlab.observables.{name}").OBSERVABLE for name in names]
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        announced = entry.load()
        if not isinstance(announced, Observable):
            raise InputError(
                what=f'the installed package announces "{entry.name}" as an observable',
                why=f"{entry.value} is no pairlab.observables.registry.Observable",
                remedy="fix or uninstall that package",
            )
        if any(announced.name == known.name for known in every):
            raise InputError(
                what=f'two observables have the name "{announced.name}"',
                why=f"{entry.value} repeats it",
                remedy="rename it in that package",
            )
        every.append(announced)
    return {one.name: one for one in sorted(every, key=lambda one: (one.order, one.name))}


def observable(name: str) -> Observable:
    """The observable of a name. Raises: InputError with a suggestion."""
    known = observables()
    if name not in known:
        raise InputError(
            what=f'there is no observable "{name}"',
            why="observables are known by the name of their function",
            remedy=did_you_mean(str(name), known),
        )
    return known[name]


def offers(mechanism: Any) -> list[str]:
    """The public functions that work on a mechanism, by name."""
    return [one.name for one in _offered(mechanism)]


def _offered(mechanism: Any) -> list[Observable]:
    problem = problem_of(mechanism, "observable")
    return [one for one in observables().values() if one.missing(problem) is None]


def problem_of(mechanism: Any, asked: str) -> Problem:
    """The problem of a mechanism, made once. Raises: CapabilityError for what is no mechanism."""
    if isinstance(mechanism, str | type):
        is_name = isinstance(mechanism, str)
        raise CapabilityError(
            what=f'"{mechanism}" is no mechanism' if is_name else f"{mechanism} is no mechanism",
            why="it is a name" if is_name else "it is a class, without parameters",
            remedy=f'make one of it with pairlab.preset("{mechanism}")'
            if is_name
            else "give it parameters, or begin with a preset",
        )
    posed = getattr(mechanism, "posed", None)
    if not isinstance(posed, Problem):
        raise CapabilityError(
            what=f"{type(mechanism).__name__} has no {asked}",
            why="it is no mechanism that hands over a problem",
            remedy="begin with a preset, for example pairlab.preset(\"textbook\")",
        )
    return posed


def require(mechanism: Any, kind: type[Part], asked: str) -> Part:
    """The part of a mechanism's problem.

    Raises: CapabilityError that says why it has none, or names what the mechanism offers.
    """
    problem = problem_of(mechanism, asked)
    part = problem.critical() if kind is Critical else problem.part(kind)
    if isinstance(part, Refusal):
        raise refusal(mechanism, part, asked)
    return part  # type: ignore[return-value]


def refusal(
    mechanism: Any, part: Refusal, asked: str, *, verbs: bool = False
) -> CapabilityError:
    """A refusal as an error. verbs: whether it names verbs in place of functions."""
    every = [] if part.remedy else _offered(mechanism)
    offered = ", ".join(one.verb if verbs else one.name for one in every)
    return CapabilityError(
        what=f"{mechanism.key} has no {asked}",
        why=part.why,
        remedy=part.remedy or "it offers: " + (offered or "nothing that pairlab knows"),
    )
