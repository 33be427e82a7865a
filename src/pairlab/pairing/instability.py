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

_STEPS = 12
_TIGHT = 1e-10  # of ln x by bracketing, where a leading value has no slope to speak of
_CLOSE = 1e-5  # of a leading value that counts as zero
_LIFT = 1.0  # of ln x, by which a bound that does not hold is raised


class Instability(abc.ABC):
    """The leading values of linear problems.

    lowest, highest: (point,) ln x; the leading value is not positive at the highest, or further up
    by `lift` at most. guess: where to start, between them. beside: how far from it secants have
    their second point. close: of ln x; a step as short is the last one, and taken: Newton's method
    leaves its square.
    """

    lowest: Points
    highest: Points
    guess: Points
    lift: float = 0.0
    beside: float = -0.03
    close: float = 5e-3

    @abc.abstractmethod
    def leading(self, log_x: Points) -> tuple[Points, Points | None]:
        """The leading value of each point at its own ln x, positive where it is unstable, and its
        slope; None where slopes cost as much as values, of one point only."""


class Onset(NamedTuple):
    """Where the leading value vanishes.

    log_x: (point,) ln x. exists: whether there is such a place. highest: (point,) the bound, raised
    where it did not hold. seen: ln x and leading values, (evaluation, point) each, of every one
    that was asked for.
    """

    log_x: Points
    exists: np.ndarray
    highest: Points
    seen: tuple[np.ndarray, np.ndarray]

    @property
    def evaluations(self) -> int:
        """How often the leading values were asked for."""
        return len(self.seen[0])


class _Asked:
    """The leading values of an instability; SciPy asks for value and slope one after the other."""

    def __init__(self, instability: Instability) -> None:
        self._instability = instability
        self._place: np.ndarray | None = None
        self._known: tuple[Points, Points | None] = (np.zeros(0), None)
        self._seen: list[tuple[Points, Points]] = []
        self.highest = instability.highest

    def _at(self, log_x: np.ndarray | float) -> tuple[Points, Points | None]:
        place = np.array(log_x, ndmin=1)
        if self._place is None or not np.array_equal(place, self._place):
            inside = np.clip(place, self._instability.lowest, self.highest)
            self._place, self._known = place, self._instability.leading(inside)
            self._seen.append((inside, self._known[0]))
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

    def raised(self) -> Points:
        """The bounds, raised until they hold or `lift` is spent."""
        last = self.highest + self._instability.lift
        while np.any(self.highest < last):
            short = np.asarray(self.value(self.highest)) > 0
            if not np.any(short):
                break
            self.highest = np.where(short, np.minimum(self.highest + _LIFT, last), self.highest)
        return self.highest

    def seen(self) -> tuple[np.ndarray, np.ndarray]:
        places, values = zip(*self._seen, strict=True)
        return np.array(places), np.array(values)


def onset(instability: Instability) -> Onset:
    """ln x of every point by Newton's method or secants, in a bracket where these leave it.

    The leading value is nearly linear in ln T, so that a few steps from anywhere are enough; where
    it has a plateau (carriers that are only thermally excited) the bracket decides.
    """
    low = instability.lowest
    asked = _Asked(instability)
    log_x, settled = _open(asked, instability)
    settled &= (log_x > low) & (log_x < asked.highest)
    if np.all(settled):
        return Onset(log_x, settled, asked.highest, asked.seen())
    exists = settled | (asked.value(low) > 0)
    doubtful = exists & ~settled
    if np.any(doubtful):
        high = asked.raised()
        tight = {"xatol": _TIGHT, "xrtol": 0.0, "fatol": 0.0}
        points = np.arange(len(low))
        found = elementwise.find_root(
            partial(asked.of_points, low), (low, high), args=(points,), tolerances=tight
        )
        # A bracket without a change of sign is none: its end is no onset, and is judged so.
        log_x = np.where(doubtful, np.where(np.isfinite(found.x), found.x, high), log_x)
    return Onset(np.where(exists, log_x, low), exists, asked.highest, asked.seen())


def _open(asked: _Asked, instability: Instability) -> tuple[Points, np.ndarray]:
    """Newton's or the secant method, and where it settled."""
    guess = instability.guess
    slope = asked.slope if asked.knows_slopes(guess) else None
    many = len(guess) > 1
    start = guess if many else float(guess[0])
    beside = None if many or slope is not None else start + instability.beside
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of two steps to the same bound
        found: Any = optimize.newton(
            asked.value, start, slope, x1=beside, tol=instability.close, maxiter=_STEPS,
            full_output=True, disp=False,
        )  # fmt: skip
    if many:
        root, converged, flat = found
        return np.asarray(root), np.asarray(converged & ~flat)
    root, report = found
    return np.array([root]), np.array([report.converged])


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
