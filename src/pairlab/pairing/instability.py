"""Where the normal state becomes unstable: one search and one judgement for every linear problem.

A linear problem has a leading value that falls through zero as ln x grows, x being what decides
(kT of a thermal instability). The point axis comes first; one point is a batch of one.
"""

import abc
import warnings
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from scipy import optimize
from scipy.optimize import elementwise

from pairlab.solution import LOWEST_TEMPERATURE, PROMISED_ACCURACY, Result
from pairlab.units import BOLTZMANN

LOWEST_LOG = float(np.log(LOWEST_TEMPERATURE * BOLTZMANN))
"""ln(kT/meV) below which there is no superconductivity to speak of."""

Points = Float[np.ndarray, " point"]

_ROOT = 1e-5  # of ln x by secants: the last step, with the slope, squares it
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
    def leading(self, log_x: Points) -> Points:
        """The leading value of each point at its own ln x, positive where it is unstable."""


class Onset(NamedTuple):
    """Where the leading value vanishes: ln x, (point,), whether there is such a place, and how
    often the leading values were asked for."""

    log_x: Points
    exists: np.ndarray
    evaluations: int


def onset(instability: Instability) -> Onset:
    """ln x of every point by secants, in a bracket where these leave it.

    The leading value is nearly linear in ln T, so that secants from anywhere take about five steps;
    where it has a plateau (carriers that are only thermally excited) the bracket decides.
    """
    low, high = instability.lowest, instability.highest
    count = 0

    def leading(log_x: np.ndarray | float) -> np.ndarray:
        nonlocal count
        count += 1
        inside = np.clip(np.atleast_1d(log_x), low, high)
        return instability.leading(inside).reshape(np.shape(log_x))

    log_x, settled = _secants(leading, instability.guess)
    settled &= (log_x > low) & (log_x < high)
    if np.all(settled):
        return Onset(log_x, settled, count)
    exists = settled | (leading(low) > 0)
    doubtful = exists & ~settled
    if np.any(doubtful):
        found = elementwise.find_root(
            leading, (low, high), tolerances={"xatol": _TIGHT, "xrtol": 0.0, "fatol": 0.0}
        )
        log_x = np.where(doubtful, found.x, log_x)
    return Onset(np.where(exists, log_x, low), exists, count)


def _secants(leading, guess: Points) -> tuple[Points, np.ndarray]:
    """SciPy's secant method, and where it settled."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of two steps to the same bound
        start = guess if len(guess) > 1 else float(guess[0])
        found = optimize.newton(
            leading, start, tol=_ROOT, maxiter=_STEPS, full_output=True, disp=False
        )
    if len(guess) > 1:
        root, converged, flat = found
        return np.asarray(root), np.asarray(converged & ~flat)
    root, report = found
    value = float(leading(root)) if report.converged else np.inf
    return np.array([root]), np.array([report.converged and abs(value) < _CLOSE])


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
