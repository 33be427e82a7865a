"""Where the normal state becomes unstable: one search and one judgement for every linear problem.

A linear problem has a leading value that falls through zero as ln x grows, x being what decides
(kT of a thermal instability). The point axis comes first; one point is a batch of one.
"""

import abc
import warnings
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int
from scipy import optimize
from scipy.optimize import elementwise

from pairlab.solution import LOWEST_TEMPERATURE, PROMISED_ACCURACY, Result
from pairlab.units import BOLTZMANN

LOWEST_LOG = float(np.log(LOWEST_TEMPERATURE * BOLTZMANN))
"""ln(kT/meV) below which there is no superconductivity to speak of."""

Points = Float[np.ndarray, " point"]

_ROOT = 1e-5  # of ln x: the last step, which the caller makes, squares it
_STEPS = 12
_TIGHT = 1e-10  # of ln x by bracketing, where a leading value has no slope to speak of
_CLOSE = 1e-5  # of a leading value that counts as zero


class Instability(abc.ABC):
    """The leading values of linear problems.

    lowest, highest: (point,) ln x; the leading value is not positive at the highest. guess: where
    to start, between them.
    """

    lowest: Points
    highest: Points
    guess: Points

    @abc.abstractmethod
    def leading(self, log_x: Points) -> tuple[Points, Points | None]:
        """The leading value of each point at its own ln x, positive where it is unstable, and its
        slope where that costs little more."""


class Onset(NamedTuple):
    """Where the leading value vanishes: ln x, (point,), whether there is such a place, and how
    often the leading values were asked for."""

    log_x: Points
    exists: np.ndarray
    evaluations: int


class _Asked:
    """The leading values of an instability; SciPy asks for value and slope one after the other."""

    def __init__(self, instability: Instability) -> None:
        self._instability = instability
        self._place: np.ndarray | None = None
        self._known: tuple[Points, Points | None] = (np.zeros(0), None)
        self.count = 0

    def _at(self, log_x: np.ndarray | float) -> tuple[Points, Points | None]:
        place = np.array(log_x, ndmin=1)
        if self._place is None or not np.array_equal(place, self._place):
            inside = np.clip(place, self._instability.lowest, self._instability.highest)
            self._place, self._known = place, self._instability.leading(inside)
            self.count += 1
        return self._known

    def value(self, log_x: np.ndarray | float) -> np.ndarray | float:
        """The leading value, in the shape of log_x."""
        found = self._at(log_x)[0]
        return found if np.ndim(log_x) else float(found[0])

    def slope(self, log_x: np.ndarray | float) -> np.ndarray | float:
        """Its slope."""
        found = self._at(log_x)[1]
        assert found is not None
        return found if np.ndim(log_x) else float(found[0])

    def of_points(self, others: Points, log_x: np.ndarray, points: np.ndarray) -> np.ndarray:
        """The leading values of some points, as those that are found are not asked again."""
        every = np.array(others)
        every[points] = log_x
        return np.asarray(self.value(every))[points]

    def knows_slopes(self, log_x: Points) -> bool:
        return self._at(log_x)[1] is not None


def onset(instability: Instability) -> Onset:
    """ln x of every point by Newton's method or secants, in a bracket where these leave it.

    The leading value is nearly linear in ln T, so that a few steps from anywhere are enough; where
    it has a plateau (carriers that are only thermally excited) the bracket decides.
    """
    low, high = instability.lowest, instability.highest
    asked = _Asked(instability)
    log_x, settled = _open(asked, instability.guess)
    settled &= (log_x > low) & (log_x < high)
    if np.all(settled):
        return Onset(log_x, settled, asked.count)
    exists = settled | (asked.value(low) > 0)
    doubtful = exists & ~settled
    if np.any(doubtful):
        tight = {"xatol": _TIGHT, "xrtol": 0.0, "fatol": 0.0}
        points = np.arange(len(low))
        found = elementwise.find_root(
            partial(asked.of_points, low), (low, high), args=(points,), tolerances=tight
        )
        log_x = np.where(doubtful, found.x, log_x)
    return Onset(np.where(exists, log_x, low), exists, asked.count)


def _open(asked: _Asked, guess: Points) -> tuple[Points, np.ndarray]:
    """Newton's or the secant method, and where it settled."""
    slope = asked.slope if asked.knows_slopes(guess) else None
    start = guess if len(guess) > 1 else float(guess[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of two steps to the same bound
        found: Any = optimize.newton(
            asked.value, start, slope, tol=_ROOT, maxiter=_STEPS, full_output=True, disp=False
        )
    if len(guess) > 1:
        root, converged, flat = found
        return np.asarray(root), np.asarray(converged & ~flat)
    root, report = found
    settled = report.converged and abs(asked.value(root)) < _CLOSE
    return np.array([root]), np.array([settled])


def judged(
    *, exists: np.ndarray, residual: Points, error: Points, log_x: Points, highest: Points
) -> Int[np.ndarray, " point"]:
    """The result codes of a search.

    residual: the leading value that is left at log_x. error: relative, of the critical point.
    """
    code = np.where(error <= PROMISED_ACCURACY, Result.SUCCESS.code, Result.INACCURATE.code)
    solved = (np.abs(residual) < _CLOSE) & (log_x < highest - 1e-12)
    code = np.where(solved, code, Result.NOT_CONVERGED.code)
    code = np.where(exists, code, Result.NO_SUPERCONDUCTIVITY.code)
    finite = np.isfinite(residual) & np.isfinite(log_x)
    return np.where(finite, code, Result.NOT_FINITE.code)
