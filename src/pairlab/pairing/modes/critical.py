"""The critical temperature: where the leading eigenvalue of K . X(T, 0) reaches 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from pairlab.electrons.carriers import PairDensity
from pairlab.numerics.eigen import (
    leading_eigenpair,
    quotient_slope,
    rayleigh_quotient,
)
from pairlab.numerics.quadrature import COARSE, FINE, Rule
from pairlab.pairing.instability import LOWEST_LOG, Instability, Onset, Points, judged, onset
from pairlab.pairing.modes.equation import GapEquation
from pairlab.units import BOLTZMANN

_MORE = 2  # Newton steps at most after the search, before the last one
_NEAR = 1e-5  # of ln x: the step after one as short changes 1e-10
_STRIDE = 1e-2  # of ln x, the longest of these steps


@dataclass(frozen=True, eq=False)
class CriticalPoint:
    """The linear problem solved at Tc.

    log_kt: ln(kTc/meV). error: estimated relative error of Tc. slope: d lambda/d ln T at Tc.
    gap: (band, mode) the eigenvector. pair_weight: (band, mode) the diagonal of X at Tc.
    code: index into `solution.CODES`. steps: evaluations of the leading eigenvalue.
    """

    log_kt: float
    error: float
    slope: float
    gap: Float[np.ndarray, "band mode"]
    pair_weight: Float[np.ndarray, "band mode"]
    code: int
    steps: int

    @property
    def kt(self) -> float:
        """kTc, meV."""
        return float(np.exp(self.log_kt))


@dataclass(frozen=True, eq=False)
class _PairInstability(Instability):
    """The leading eigenvalue of K . X(T, 0), less 1, of many points of one kind."""

    kernel: Float[np.ndarray, "point band mode band mode"]
    pairs: PairDensity
    lowest: Points
    highest: Points
    guess: Points

    @classmethod
    def of(cls, kernel: np.ndarray, pairs: PairDensity) -> "_PairInstability":
        # lambda <= |V| |Y|/(4 kT) in Frobenius norms bounds Tc from above.
        with np.errstate(over="ignore"):
            norms = [np.linalg.norm(x.reshape(len(x), -1), axis=1) for x in (kernel, pairs.bound())]
        bound = sum(np.log(np.maximum(norm, 1e-300)) for norm in norms) - np.log(4)
        # A little more: far above the cutoff the bound is reached.
        highest = np.maximum(bound + 1e-6, LOWEST_LOG + 1.0)
        guess = np.minimum(np.log(BOLTZMANN), highest - 0.5)
        return cls(kernel, pairs, np.full(len(kernel), LOWEST_LOG), highest, guess)

    def leading(self, log_x: Points) -> tuple[Points, Points]:
        x, x_slope = self.pairs.with_slope(np.exp(log_x))
        value, gap = leading_eigenpair(self.kernel, x)
        return value - 1.0, quotient_slope(value, x, x_slope, gap)


@np.errstate(over="ignore", invalid="ignore")  # the codes say it
def critical_points(equations: Sequence[GapEquation]) -> list[CriticalPoint]:
    """Tc of equations of one kind, with error estimates.

    The error estimate is the change of the eigenvalue on a coarser quadrature over its slope.
    """
    kernel = np.stack([one.kernel for one in equations])
    carriers = type(equations[0].carriers).batch([one.carriers for one in equations])
    pairs = carriers.pair_density(FINE)
    place = onset(_PairInstability.of(kernel, pairs))
    last = _last_steps(kernel, pairs, place)
    coarse = rayleigh_quotient(
        kernel, carriers.pair_density(COARSE).susceptibility(np.exp(last.log_x)), last.gap
    )
    discretised = np.abs((coarse - 1.0 - last.residual) / last.safe_slope)
    error = discretised + last.ahead**2 + carriers.accuracy
    code = judged(
        exists=place.exists, residual=last.residual, error=error, log_x=last.log_x,
        highest=place.highest,
    )
    log_kt = np.where(place.exists, last.log_x + last.ahead, last.log_x)
    weight = np.diagonal(last.x, axis1=-2, axis2=-1)
    return [
        CriticalPoint(
            log_kt=float(log_kt[i]), error=float(error[i]), slope=float(last.slope[i]),
            gap=last.gap[i], pair_weight=weight[i], code=int(code[i]), steps=last.steps,
        )
        for i in range(len(equations))
    ]


class _Last(NamedTuple):
    """The linear problems close to their onsets: ln x, what is left of lambda - 1, d lambda/d ln x,
    eigenvectors, X, and how often they were solved."""

    log_x: Points
    residual: Points
    slope: Points
    gap: np.ndarray
    x: np.ndarray
    steps: int

    @property
    def safe_slope(self) -> Points:
        return np.where(self.slope < 0, self.slope, -1.0)

    @property
    def ahead(self) -> Points:
        """The next Newton step, with the slope of Hellmann and Feynman."""
        return np.where(self.slope < 0, -self.residual / self.safe_slope, 0.0)


def _last_steps(kernel: np.ndarray, pairs: PairDensity, place: Onset) -> _Last:
    """Newton steps until the next one, which the caller makes, changes no digit."""

    def at(log_x: Points, steps: int) -> _Last:
        x, x_slope = pairs.with_slope(np.exp(log_x))
        value, gap = leading_eigenpair(kernel, x)
        return _Last(log_x, value - 1.0, quotient_slope(value, x, x_slope, gap), gap, x, steps)

    last = at(place.log_x, place.evaluations + 1)
    for _ in range(_MORE):
        far = place.exists & (np.abs(last.ahead) > _NEAR)
        if not np.any(far):
            break
        step = np.clip(last.ahead, -_STRIDE, _STRIDE)
        log_x = np.where(far, np.minimum(last.log_x + step, place.highest), last.log_x)
        last = at(log_x, last.steps + 1)
    return last


class Leading(NamedTuple):
    """The leading eigenvalue of K . X(T, 0) at a temperature, and its slope by ln T."""

    value: float
    slope: float


def leading_at(equation: GapEquation, log_kt: float, rule: Rule) -> Leading:
    """The leading eigenvalue at ln(kT/meV), on a rule."""
    pairs = equation.carriers.pair_density(rule)
    kt = float(np.exp(log_kt))
    x, x_slope = pairs.with_slope(kt)
    value, gap = leading_eigenpair(equation.kernel, x)
    slope = quotient_slope(value, x, x_slope, gap)
    return Leading(float(value), float(slope))
