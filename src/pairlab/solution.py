"""Solutions: a value, what is known of its error, how it was reached and where it came from."""

import enum
from dataclasses import dataclass, field
from typing import Any

LOWEST_TEMPERATURE = 1e-6
"""Kelvin; a critical temperature below it is reported as no superconductivity."""

PROMISED_ACCURACY = 1e-5
"""Relative; a Tc with a larger error estimate is reported as inaccurate."""


class Result(enum.Enum):
    """What became of a calculation; every value is a sentence with the remedy where one exists."""

    SUCCESS = "The result is good to its error estimate."
    NO_SUPERCONDUCTIVITY = (
        "No superconductivity: the critical temperature is below 1e-6 K, so 0 K is reported with "
        "that error."
    )
    NOT_CONVERGED = (
        "The solver did not reach its tolerance; the value is not to be used. Move slightly away "
        "from this point (a degenerate band edge, for instance) or report it."
    )
    INACCURATE = (
        "The error estimate exceeds the promised accuracy; the value is only as good as its error "
        "says."
    )
    NOT_FINITE = "The calculation met a value that is not finite; check the inputs for extremes."
    INVALID_INPUT = (
        "The mechanism does not allow these parameters; ask for the point alone to learn why."
    )
    NO_SOLUTION = (
        "The equation of this mechanism has no solution here, so there is no number to report."
    )
    NOT_THE_LOWEST = (
        "A state in which the gaps have complex relative phases (broken time reversal) lies lower, "
        "and this is calculated for real gaps. Ask for what does not need it, or change the "
        "couplings between the bands."
    )

    @property
    def is_good(self) -> bool:
        """Whether the number can be used."""
        return self in (Result.SUCCESS, Result.NO_SUPERCONDUCTIVITY)

    @property
    def is_superconducting(self) -> bool:
        """Whether there is a number other than zero, be it only as good as its error says."""
        return self in (Result.SUCCESS, Result.INACCURATE)

    @property
    def code(self) -> int:
        """The integer that maps and files store."""
        return CODES.index(self)


CODES = tuple(Result)
"""Results by the integer code that maps and files store."""


@dataclass(frozen=True)
class Provenance:
    """Where a number comes from: mechanism, its parameters, sources, status, program version."""

    mechanism: str
    parameters: dict[str, Any]
    cite: tuple[str, ...]
    status: str
    version: str
    method: str


@dataclass(frozen=True)
class Solution:
    """A number that can be used, or a code that says why not.

    value and error carry `unit`; `error` is an estimate of the numerical error alone, not of the
    model's. `float(solution)` is the value.
    """

    value: float
    error: float
    unit: str
    result: Result
    stats: dict[str, float] = field(default_factory=dict)
    provenance: Provenance | None = None

    def __float__(self) -> float:
        return self.value
