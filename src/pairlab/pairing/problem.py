"""The middle of the house: what a mechanism hands over, and all that an observable talks to.

    Mechanism (fields, units, no grid)  ->  Problem (discretised, immutable; answers)  ->  Dataset

A problem has one critical point, solved once, and parts. A part is a solver, or a fact of the
normal state, under its class; what is missing is a `Refusal`, a sentence with a remedy. An
observable names the classes of the parts that it needs and never asks which mechanism it has: a new
mechanism hands over parts that exist, and a new kind of part is a class in a file of its own, so
that nothing here changes.
"""

import abc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

import numpy as np

from pairlab.pairing.solved import SolvedCondensate, SolvedTunnelling
from pairlab.solution import LOWEST_TEMPERATURE, Result


@dataclass(frozen=True)
class Refusal:
    """Why a problem lacks a part, and what to change; the empty text says what it has instead."""

    why: str = "the mechanism does not define what this observable needs"
    remedy: str = ""

    @classmethod
    def unset(cls, *fields: str) -> "Refusal":
        """The part needs fields of the mechanism that have no value."""
        names = " and ".join(fields)
        return cls(f"it needs {names}, and no value is set", f"give {names}")


@dataclass(frozen=True)
class Critical:
    """Where the normal state ends.

    of: what decides there, "temperature" in thermal equilibrium. value and error: in `unit`.
    """

    of: str
    value: float
    error: float
    unit: str
    result: Result
    stats: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def thermal(
        cls, kelvin: float, error: float, result: Result, stats: Mapping[str, float] | None = None
    ) -> "Critical":
        """Tc and its relative error; 0 without superconductivity, nan where the number is not to
        be used."""
        if result is Result.NO_SUPERCONDUCTIVITY:
            value, absolute = 0.0, LOWEST_TEMPERATURE
        elif result.is_superconducting:
            value, absolute = kelvin, error * kelvin
        else:
            value = absolute = np.nan
        return cls("temperature", value, absolute, "K", result, stats or {})


@dataclass(frozen=True)
class Displacement:
    """By how much ln(critical value) moves to a problem that differs a little.

    coarse: the same on a coarser discretisation. accuracy: of its derivatives, which a finer one
    does not improve.
    """

    value: float
    coarse: float
    accuracy: float = 0.0


@dataclass(frozen=True)
class Scale:
    """A temperature of the problem, K, with its error and what it is."""

    name: str
    value: float
    error: float
    result: Result
    definition: str


@dataclass(frozen=True, eq=False)
class Layout:
    """Where a gap is shown: xarray's dims and coords. average: dims that an average over a band
    runs over. at: the coordinate of the Fermi level, where the gap depends on energy."""

    dims: tuple[str, ...] = ()
    coords: Mapping[str, Any] = field(default_factory=dict)
    average: tuple[str, ...] = ()
    at: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Gaps:
    """The gap along temperature.

    gap: (temperature, *layout.dims) meV, complex where time reversal is broken. error, meV, and
    code: (temperature,). chemical_potential and its error: (temperature,) meV, None where there is
    none. changes: K, where between the temperatures complex phases of the gap begin or end.
    """

    layout: Layout
    gap: np.ndarray
    error: np.ndarray
    code: np.ndarray
    chemical_potential: np.ndarray | None = None
    chemical_potential_error: np.ndarray | None = None
    changes: tuple[float, ...] = ()


class GapSolver(abc.ABC):
    """The gap below Tc."""

    method: ClassVar[str]

    @abc.abstractmethod
    def gaps(self, kelvin: np.ndarray) -> Gaps:
        """The gap at temperatures, (temperature,) K."""


@dataclass(frozen=True)
class HeldDensity:
    """The density of electrons is held, and a chemical potential follows."""


HELD_NOTHING = Refusal(
    "this mechanism, as it is set, does not fix the density",
    'choose fixed = "density", or give a density of states, where the mechanism takes one',
)


class CondensateSolver(abc.ABC):
    """Free energy, entropy, specific heat and superfluid density."""

    method: ClassVar[str]

    @abc.abstractmethod
    def condensate(self, kelvin: np.ndarray) -> SolvedCondensate:
        """What pairing changes at temperatures, (temperature,) K."""


class StiffnessSolver(abc.ABC):
    """The superfluid density of each band over that at T = 0."""

    method: ClassVar[str]
    layout: Layout

    @abc.abstractmethod
    def superfluid(self, kelvin: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Values and errors, (temperature, *layout.dims), and codes, (temperature,)."""


class SpectrumSolver(abc.ABC):
    """What a tunnel junction shows. layout: of the bands. max_frequency: meV, of the bosons that
    bind, nan where these do not show. finest: meV, the smallest broadening that is taken unasked.
    """

    method: ClassVar[str]
    layout: Layout
    max_frequency: float = np.nan
    finest: float = 0.0

    @abc.abstractmethod
    def spectrum(
        self, kelvin: np.ndarray, *, broadening: float, energy: np.ndarray
    ) -> SolvedTunnelling:
        """The density of states at energies [meV], with a Lorentzian of half width [meV]."""


@dataclass(frozen=True)
class IsotopeEffect:
    """How the mass M of the ions moves the problem: by one of the two.

    stiffened: the problem with every phonon energy multiplied by e^h; phonons go as M^(-1/2).
    coefficient: -d ln Tc/d ln M, its error and what became of it, in closed form.
    """

    stiffened: Callable[[float], "Problem"] | None = None
    coefficient: Callable[[], tuple[float, float, Result]] | None = None


@dataclass(frozen=True)
class Volume:
    """density_of_states: per spin and volume, 1/(meV nm^3), for what is absolute."""

    density_of_states: float


@dataclass(frozen=True)
class GapField:
    """Weak coupling with a known density_of_states, 1/(meV nm^3): Bc = sqrt(mu0 N(0)) Delta."""

    density_of_states: float


@dataclass(frozen=True)
class Conductor:
    """fermi_wavevector: 1/nm. cross_section: nm^2, None where it is not known."""

    fermi_wavevector: float
    cross_section: float | None


Part = TypeVar("Part")
Parts = Mapping[type, Any]
"""Parts by their class, or refusals in their place."""


class Problem(abc.ABC):
    """One pairing problem. Its families are final; each has a folder of its own."""

    method: str
    """How the critical point is found, in one clause."""

    @property
    def ripple(self) -> float:
        """Of a logarithm: over how much derivatives are averaged where the critical value has a
        ripple; 0 where it has none."""
        return 0.0

    @abc.abstractmethod
    def critical(self) -> Critical | Refusal:
        """Where the normal state ends; solved at the first call."""

    @abc.abstractmethod
    def displacement(self, moved: "Problem") -> Displacement:
        """By how much ln(critical value) differs in a problem that is a little different.

        To first order: what matters is its derivative. The critical point exists.
        """

    @abc.abstractmethod
    def parts(self) -> Parts:
        """Everything else that this problem has, made at the first call."""

    def part(self, kind: type[Part]) -> Part | Refusal:
        """The part of a class."""
        return self.parts().get(kind, Refusal())

    def scales(self) -> tuple[Scale, ...]:
        """The temperatures that this problem knows, the critical one first."""
        critical = self.critical()
        if isinstance(critical, Refusal):
            return ()
        return (
            Scale(
                "Tc", critical.value, critical.error, critical.result,
                "critical temperature: " + self.method,
            ),
        )  # fmt: skip

    @classmethod
    def critical_many(cls, problems: Sequence[Any]) -> list[Critical | Refusal]:
        """The critical points of many problems; a family that can solves them at once."""
        return [problem.critical() for problem in problems]
