"""The condensate of a solved gap equation: free energy, entropy, specific heat, superfluid density.

With u = xi^2 + Delta^2 = E^2 and f(u) = 2 kT ln 2cosh(E/2kT), the mean-field free energy is

    F_s - F_n = Delta.X.Delta - Sum_states w [f(xi^2 + Delta^2) - f(xi^2)]

Bardeen, Cooper, Schrieffer, Phys. Rev. 108, 1175 (1957), Sec. III, with Delta.K^-1.Delta
written as Delta.X.Delta, which needs no inverse of K. It is stationary in the gap, so that

    S_s - S_n = Sum w [s(E) - s(xi)],     s = 2k [ln(1 + e^(-E/kT)) + (E/kT)/(e^(E/kT) + 1)]
    C_s - C_n = Sum w {(2/T) [h(E) E^2 - h(xi) xi^2] - h(E) dDelta^2/dT},   h = sech^2(E/2kT)/(4kT)

States beyond the cutoff have no gap and cancel. Sums are per N0 (the density of states per spin in
which the weights are expressed), temperatures are energies kT, entropies are in units of k.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from pairlab.electrons.carriers import PairStates
from pairlab.numerics.eigen import (
    exceeds_one,
    leading_eigenpair,
    rayleigh_quotient,
    symmetrised,
    times_blocks,
)
from pairlab.numerics.quadrature import Rule
from pairlab.numerics.safe import pair_factor, safe_divide, safe_sqrt
from pairlab.pairing.modes.branches import GapState
from pairlab.pairing.modes.critical import CriticalPoint
from pairlab.pairing.modes.equation import GapEquation
from pairlab.pairing.modes.gap import GapProblem
from pairlab.pairing.modes.thermal import condensation, curvature, entropy, occupation_slope
from pairlab.solution import Result

FINE = Rule(panels=20, order=10, contour=20)
COARSE = Rule(panels=17, order=8, contour=16, dropped_modes=2)
"""Constant bands cost little, so the sums are finer than those of the gap equation in general."""

_NARROWEST = 0.02  # of kTc, as in the gap equation
_NARROWEST_THERMAL = 0.2  # of kT: the normal state that is subtracted has only this scale
_REFINEMENTS = 4
_SETTLED = 1e-7  # of the gap: Newton's method squares it
_COLD = 0.05  # of kTc
_MARGIN = 1e-8
_DEGENERATE = 1e-7  # relative distance of eigenvalues

Gap = Float[np.ndarray, "band mode"]


class Condensate(NamedTuple):
    """What pairing changes at one temperature, per N0; or the errors of that.

    gap: (band, mode) meV. free_energy: F_s - F_n, meV^2. entropy: (S_s - S_n)/k, meV.
    specific_heat: (C_s - C_n)/k, meV. superfluid: (band,) rho_s(T)/rho_s(0) of each band.
    """

    gap: np.ndarray
    free_energy: float
    entropy: float
    specific_heat: float
    superfluid: np.ndarray


def condensate(
    problem: GapProblem, critical: CriticalPoint, state: GapState, kt: float
) -> tuple[Condensate, Condensate, Result]:
    """The condensate at thermal energy kt [meV], its error estimates, and what became of the gap.

    state: the gap at kt, which is refined on the finer quadrature. The errors are the changes on a
    coarser quadrature, the gap's own change included. All differences are 0 at and above Tc. A gap
    that is no minimum of the free energy is reported as not converged.
    """
    equation, unit = problem.equation, problem.unit
    scale = min(_NARROWEST * unit, _NARROWEST_THERMAL * kt if kt > 0 else np.inf)
    if state.solution is not None:
        scale = min(scale, state.solution.scale)
    states = equation.carriers.pair_states(FINE, scale)
    closing = _closing(equation, critical, states)
    if not np.all(np.isfinite(state.gap)):
        return _blank(problem, np.nan), _blank(problem, np.nan), state.result
    if np.iscomplexobj(state.gap):
        return _blank(problem, np.nan), _blank(problem, np.nan), Result.NOT_THE_LOWEST
    if kt >= closing or kt >= unit:
        return _blank(problem, 0.0), _blank(problem, 0.0), Result.SUCCESS
    gap, here = _refined(equation, states, state.gap * _rescaled(kt, unit, closing), kt)
    coarse_states = equation.carriers.pair_states(COARSE, scale)
    there = _response(equation, coarse_states, gap, kt)
    coarse_gap = gap + np.linalg.solve(there.stability, there.residual).reshape(gap.shape)
    cold = bool(kt < _COLD * unit and kt < float(equation.carriers.cutoff) / 80)
    fine = _sums(equation, states, gap, here.stability, kt, cold=cold)
    coarse = _sums(equation, coarse_states, coarse_gap, there.stability, kt, cold=cold)
    changes: list[Any] = [np.abs(x - y) for x, y in zip(fine, coarse, strict=True)]
    error = Condensate(*changes)
    # Whether the gap is accurate is judged anew, from the errors of the refined one.
    result = Result.SUCCESS if state.result is Result.INACCURATE else state.result
    # A solution with an eigenvalue of K A above 1 is a saddle of the free energy: another one, with
    # the gap of some band larger or of the other sign, lies lower. The margin keeps rounding very
    # close to Tc, where the eigenvalue is 1 itself, from deciding.
    saddle = bool(np.any(gap != 0)) and exceeds_one(equation.kernel * (1 - _MARGIN), here.slopes)
    return fine, error, Result.NOT_CONVERGED if saddle and result is Result.SUCCESS else result


def _blank(problem: GapProblem, value: float) -> Condensate:
    bands = np.full(len(problem.start), value)
    return Condensate(np.full(problem.start.shape, value), value, value, value, bands)


def _closing(equation: GapEquation, critical: CriticalPoint, states: PairStates) -> float:
    """kT at which the gap closes on these states: kTc but for the error of its quadrature."""
    kt = critical.kt
    value = rayleigh_quotient(equation.kernel, states.susceptibility(kt), critical.gap)
    return float(kt * np.exp(safe_divide(1 - value, critical.slope)))


def _rescaled(kt: float, unit: float, closing: float) -> float:
    """The ratio of gaps that close at `closing` and at `unit`: it matters very close to Tc only."""
    if not 0.5 * unit < kt < min(unit, closing):
        return 1.0
    return float(safe_sqrt((closing - kt) / (unit - kt)))


def specific_heat_jump(
    equation: GapEquation, critical: CriticalPoint, rule: Rule
) -> tuple[float, bool]:
    """(C_s - C_n)/k at Tc in meV per N0, and whether the leading eigenvalue is degenerate.

        C_s - C_n = -T (Sum w r^2 df'/dT)^2 / Sum w r^4 f''

    r is the eigenvector at Tc: the gap equation projected on it gives d(Delta^2)/dT, and the rest
    is the Landau expansion. A degenerate eigenvector is arbitrary, and so would the jump be.
    """
    kt = critical.kt
    states = equation.carriers.pair_states(rule, _NARROWEST * kt)
    pairs = states.susceptibility(kt)
    delta = states.on(leading_eigenpair(equation.kernel, pairs)[1])
    xi = np.abs(states.energy)[..., None]
    quadratic = np.sum(states.weight * delta**2 * -occupation_slope(xi, kt) / kt)
    quartic = np.sum(states.weight * delta**4 * curvature(xi**2, kt))
    _, matrix = symmetrised(equation.kernel, pairs)
    levels = np.linalg.eigvalsh(matrix)
    degenerate = len(levels) > 1 and bool(levels[-2] > 1 - _DEGENERATE)
    return float(-kt * safe_divide(quadratic**2, quartic)), degenerate


def normal_specific_heat(equation: GapEquation) -> float:
    """C_n/(k^2 T) per N0 of constant bands without end: (2 pi^2/3) Sum nu, both spins counted."""
    cutoff = float(equation.carriers.cutoff)
    weight = equation.carriers.pair_states(COARSE, 0.1 * cutoff).weight
    return float(2 * np.pi**2 / 3 * np.sum(weight) / (2 * cutoff))


@dataclass(frozen=True, eq=False)
class _Response:
    """The linearised gap equation: K X Delta - Delta, A = d(X Delta)/dDelta, and 1 - K A."""

    residual: np.ndarray
    slopes: np.ndarray
    stability: np.ndarray


def _response(equation: GapEquation, states: PairStates, gap: Gap, kt: float) -> _Response:
    """With f of `thermal`, X is a sum of f'(E^2) and A one of f'(E^2) + 2 Delta^2 f''."""
    kernel = equation.kernel
    delta = states.on(gap)
    square = states.energy[..., None] ** 2 + delta**2
    factor = pair_factor(np.sqrt(square), kt)
    amplitude = states.moments(factor * delta)
    bent = np.where(delta == 0, 0.0, curvature(np.where(square > 0, square, 1.0), kt))
    slopes = states.products(factor + 2 * delta**2 * bent)
    return _Response(
        residual=kernel.reshape(gap.size, gap.size) @ amplitude.ravel() - gap.ravel(),
        slopes=slopes,
        stability=np.eye(gap.size) - times_blocks(kernel, slopes),
    )


def _refined(
    equation: GapEquation, states: PairStates, gap: Gap, kt: float
) -> tuple[Gap, _Response]:
    """The gap that solves the gap equation on these states, and the equation linearised there."""
    here = _response(equation, states, gap, kt)
    for _ in range(_REFINEMENTS):
        step = np.linalg.solve(here.stability, here.residual).reshape(gap.shape)
        gap = gap + step
        here = _response(equation, states, gap, kt)
        if np.abs(step).max() <= _SETTLED * np.abs(gap).max():
            break  # the next one would be the square of it
    return gap, here


def _sums(
    equation: GapEquation,
    states: PairStates,
    gap: Gap,
    stability: np.ndarray,
    kt: float,
    *,
    cold: bool,
) -> Condensate:
    delta = states.on(gap)
    xi = np.abs(states.energy)[..., None]
    energy = np.sqrt(xi**2 + delta**2)
    weight = states.weight
    paired = occupation_slope(energy, kt)
    slope = _gap_slope(equation, states, delta, energy, stability, kt)
    moments = _thermal_moments(weight, energy, kt)
    changes = moments - _normal_moments(equation, weight, xi, kt, cold=cold)
    density = np.sum(weight, axis=(1, 2)) / (2 * float(equation.carriers.cutoff))
    paired_at_zero = np.any(delta != 0, axis=(1, 2)).astype(float)
    heat = np.sum(changes[1]) - np.sum(weight * paired * 2 * delta * states.on(slope))
    return Condensate(
        gap=gap,
        free_energy=float(np.sum(weight * condensation(xi, np.abs(delta), energy, kt))),
        entropy=float(np.sum(changes[0])),
        specific_heat=float(heat),
        superfluid=-changes[2] / density if kt > 0 else paired_at_zero,
    )


def _thermal_moments(weight: np.ndarray, energy: np.ndarray, kt: float) -> np.ndarray:
    """Sums of s(E)/k, of (2/T) h E^2 and of h in each band, (3, band)."""
    occupation = occupation_slope(energy, kt)
    heat = safe_divide(2 * occupation * energy**2, kt)
    return np.sum(weight * np.stack([entropy(energy, kt), heat, occupation]), axis=(2, 3))


def _normal_moments(
    equation: GapEquation, weight: np.ndarray, xi: np.ndarray, kt: float, *, cold: bool
) -> np.ndarray:
    """`_thermal_moments` of the normal state within the cutoff.

    They are summed on the same nodes, so that a small difference keeps its digits. Where it is cold
    the nodes may fail to resolve kT, and the sums are those of bands without end.
    """
    if not cold:
        return _thermal_moments(weight, xi, kt)
    density = np.sum(weight, axis=(1, 2)) / (2 * float(equation.carriers.cutoff))
    heat = 2 * np.pi**2 / 3 * kt
    return np.array([heat, heat, 1.0])[:, None] * density


def _gap_slope(
    equation: GapEquation,
    states: PairStates,
    delta: np.ndarray,
    energy: np.ndarray,
    stability: np.ndarray,
    kt: float,
) -> Gap:
    """dDelta/d(kT) from the gap equation, differentiated: (1 - K A) dDelta/dT = K (dX/dT) Delta."""
    bands, modes = equation.kernel.shape[:2]
    if not kt > 0:
        return np.zeros((bands, modes))
    # d/dT of tanh(E/2kT)/(2E) is -h(E)/T.
    cooled = states.moments(delta * -occupation_slope(energy, kt) / kt)
    source = equation.kernel.reshape(len(stability), -1) @ cooled.ravel()
    return np.linalg.solve(stability, source).reshape(bands, modes)
