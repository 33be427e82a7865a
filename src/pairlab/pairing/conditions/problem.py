"""A problem whose critical temperature is a condition of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import final

import numpy as np

from pairlab.pairing.problem import Critical, Displacement, Parts, Problem, Refusal, Scale


@final
@dataclass(frozen=True, eq=False)
class Conditions(Problem):
    """Tc by `solve`, or why there is none to ask for; and what else is known.

    more_scales: temperatures beside Tc.
    """

    method: str
    solve: Callable[[], Critical] | Refusal
    more: Parts = field(default_factory=dict)
    more_scales: Callable[[], tuple[Scale, ...]] = tuple

    @cached_property
    def _critical(self) -> Critical | Refusal:
        return self.solve if isinstance(self.solve, Refusal) else self.solve()

    def critical(self) -> Critical | Refusal:
        """Tc, K."""
        return self._critical

    def displacement(self, moved: Problem) -> Displacement:
        """The difference itself: a condition is solved to rounding."""
        here, there = self.critical(), moved.critical()
        assert isinstance(here, Critical)
        assert isinstance(there, Critical)
        value = float(np.log(there.value / here.value))
        return Displacement(value, value, here.error / here.value)

    def parts(self) -> Parts:
        return self.more

    def scales(self) -> tuple[Scale, ...]:
        """Tc, and what the mechanism adds."""
        return (*Problem.scales(self), *self.more_scales())
