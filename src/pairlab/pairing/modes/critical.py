"""The critical temperature: where the leading eigenvalue of K . X(T, 0) reaches 1."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from pairlab.electrons.carriers import PairDensity
from pairlab.numerics.eigen import (
    leading_eigenpair,
    quotient_slope,
    rayleigh_quotient,
)
from pairlab.numerics.quadrature import COARSE, FINE, Rule
from pairlab.pairing.instability import LOWEST_LOG, Instability, Points, judged, onset
from pairlab.pairing.modes.equation import GapEquation
from pairlab.units import BOLTZMANN


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
        kt = np.exp(log_x)
        x = self.pairs.susceptibility(kt)
        value, gap = leading_eigenpair(self.kernel, x)
        return value - 1.0, quotient_slope(value, x, self.pairs.susceptibility_slope(kt), gap)


def critical_points(equations: Sequence[GapEquation]) -> list[CriticalPoint]:
    """Tc of equations of one kind, with error estimates.

    The error estimate is the change of the eigenvalue on a coarser quadrature over its slope.
    """
    kernel = np.stack([one.kernel for one in equations])
    carriers = type(equations[0].carriers).batch([one.carriers for one in equations])
    pairs = carriers.pair_density(FINE)
    instability = _PairInstability.of(kernel, pairs)
    place = onset(instability)
    kt = np.exp(place.log_x)
    x = pairs.susceptibility(kt)
    value, gap = leading_eigenpair(kernel, x)
    slope = quotient_slope(value, x, pairs.susceptibility_slope(kt), gap)
    safe = np.where(slope < 0, slope, -1.0)
    # One more Newton step, with the slope of Hellmann and Feynman: it squares the residual.
    log_kt = np.where(place.exists, place.log_x - (value - 1.0) / safe, place.log_x)
    coarse = rayleigh_quotient(kernel, carriers.pair_density(COARSE).susceptibility(kt), gap)
    error = np.abs((coarse - value) / safe) + carriers.accuracy
    code = judged(
        exists=place.exists, residual=value - 1.0, error=error, log_x=place.log_x,
        highest=instability.highest,
    )
    weight = np.diagonal(x, axis1=-2, axis2=-1)
    return [
        CriticalPoint(
            log_kt=float(log_kt[i]), error=float(error[i]), slope=float(slope[i]), gap=gap[i],
            pair_weight=weight[i], code=int(code[i]), steps=place.evaluations,
        )
        for i in range(len(equations))
    ]


def leading_at(equation: GapEquation, log_kt: float, rule: Rule) -> float:
    """The leading eigenvalue of K . X(T, 0) at a temperature, on a rule."""
    pairs = equation.carriers.pair_density(rule)
    return float(leading_eigenpair(equation.kernel, pairs.susceptibility(float(np.exp(log_kt))))[0])
