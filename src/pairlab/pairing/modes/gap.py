"""One solution of the gap equation below Tc, at fixed chemical potential or at fixed density.

    Delta = K . X(T, Delta) . Delta,      X_ac = Sum_states w phi_a phi_c tanh(E/2kT)/(2E)
    n     = Sum_states w [1 - (xi/E) tanh(E/2kT)]      (both spins; Delta = 0 outside the cutoff)

Newton's method for the mode amplitudes and the chemical potential together, with the Jacobian in
closed form. Which of several solutions is the state of the electrons is decided in `branches`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Inexact

from pairlab.electrons.carriers import Carriers, DensityCarriers, PairStates
from pairlab.numerics.eigen import exceeds_one, rayleigh_quotient, times_blocks
from pairlab.numerics.quadrature import GAP_COARSE, GAP_FINE, Rule, gauss_legendre
from pairlab.numerics.safe import pair_factor, tanh_half
from pairlab.pairing.modes.critical import CriticalPoint
from pairlab.pairing.modes.equation import GapEquation
from pairlab.pairing.modes.thermal import condensation, curvature

_TOLERANCE = 1e-9  # of the unknowns, in units of kTc
_STEPS = 60
_NARROWEST = 0.02  # of kTc: no structure of the integrands is narrower, gaps below aside
_OF_SMALLEST = 0.2  # of the smallest gap or of kT, whichever is wider
_SMALLEST_SCALE = 1e-12  # of kTc: gaps below are not resolved
_STABLE = 1e-6  # of an eigenvalue of 1, which rounding and the coarse rule may move
_VANISHED = 1e-9  # in kTc

Gap = Inexact[np.ndarray, "band mode"]
Unknown = Inexact[np.ndarray, " unknown"]
"""Complex where time reversal is broken."""


class PairSums(NamedTuple):
    """Sums over states at one gap.

    amplitude: (band, mode) X Delta; amplitude_by_gap (band, mode, mode) and amplitude_by_potential
    (band, mode): its derivatives. moved: the change of density by pairing; moved_by_gap: (band,
    mode). density_by_potential: derivative of the whole density.
    The derivatives by the chemical potential are those at a window that moves with the states: what
    enters and leaves at the cutoff is left out, which costs Newton's method a step or two.
    """

    amplitude: Gap
    amplitude_by_gap: Float[np.ndarray, "band mode mode"]
    amplitude_by_potential: Gap
    moved: float
    moved_by_gap: Gap
    density_by_potential: float


def pair_sums(states: PairStates, gap: Gap, kt: float, *, with_density: bool = True) -> PairSums:
    """The sums of the gap and density equations, with their derivatives in closed form."""
    xi = states.energy[..., None]
    delta = states.on(gap)
    square = xi**2 + delta**2
    # A node on the Fermi level has no weight.
    square = np.where(square > 0, square, 1.0)
    factor = pair_factor(np.sqrt(square), kt)
    slope = 2 * curvature(square, kt)  # d/dE of the factor, over E
    by_gap = states.products(factor + delta**2 * slope)
    amplitude = states.moments(factor * delta)
    if not with_density:
        zero = np.zeros_like(gap)
        return PairSums(amplitude, by_gap, zero, 0.0, zero, 1.0)
    weight = states.weight
    return PairSums(
        amplitude=amplitude,
        amplitude_by_gap=by_gap,
        amplitude_by_potential=-states.moments(xi * slope * delta),
        moved=float(np.sum(weight * (tanh_half(xi, kt) - 2 * xi * factor))),
        moved_by_gap=-states.moments(2 * xi * slope * delta),
        density_by_potential=float(np.sum(weight * 2 * (factor + xi**2 * slope))),
    )


@dataclass(frozen=True, eq=False)
class GapProblem:
    """The gap and density equations of one mechanism below Tc: what does not depend on T.

    start: (band, mode) shape of the gap to start from, of size 1. unit: kTc, meV.
    tc_error: relative. calibration: for the fine and the coarse rule, the leading eigenvalue at Tc;
    the kernel is divided by it, so that the gap closes at Tc on either rule and keeps its relative
    accuracy there. density: what is held, N0 meV (0 where the chemical potential is held).
    """

    equation: GapEquation
    start: Gap
    unit: float
    tc_error: float
    calibration: tuple[float, float]
    density: float

    @property
    def potential_unit(self) -> float:
        """Unit of the shift of mu, meV; it stays above the rounding of mu where Tc is tiny."""
        return max(self.unit, 1e-3 * float(self.equation.carriers.cutoff))

    def carriers(self, unknown: Unknown) -> Carriers:
        """The carriers at the chemical potential of a vector of unknowns."""
        carriers = self.equation.carriers
        if not self.equation.fix_density:
            return carriers
        assert isinstance(carriers, DensityCarriers)
        shift = float(unknown[-1]) * self.potential_unit
        return carriers.at_potential(float(carriers.chemical_potential) + shift)

    def gap(self, unknown: Unknown) -> Gap:
        """The mode amplitudes, meV, of a vector of unknowns.

        The unknowns are the amplitudes in kTc and, at fixed density, the shift of mu.
        """
        return unknown[: self.start.size].reshape(self.start.shape) * self.unit

    def kernel(self, rule: Rule) -> np.ndarray:
        """K on a rule, (band, mode, band, mode)."""
        return self.equation.kernel / self.calibration[0 if rule is GAP_FINE else 1]

    def narrowest(self, unknown: Unknown, kt: float) -> float:
        """The width of the narrowest structure of the integrands, meV: that of a band with a tiny
        gap, at low temperature, lies far below kTc."""
        sizes = np.abs(unknown[: self.start.size].reshape(self.start.shape)).max(axis=1)
        smallest = max(kt / self.unit, float(sizes.min()), _SMALLEST_SCALE)
        return min(_NARROWEST, _OF_SMALLEST * smallest) * self.unit


class Equations:
    """The equations of a problem at one temperature, on states that are made once where they do
    not move with the chemical potential."""

    def __init__(self, problem: GapProblem, kt: float, scale: float) -> None:
        self.problem, self.kt, self.scale = problem, kt, scale
        self._states: dict[Rule, PairStates] = {}

    def states(self, unknown: Unknown, rule: Rule) -> PairStates:
        """The states at a vector of unknowns."""
        if self.problem.equation.fix_density:
            return self.problem.carriers(unknown).pair_states(rule, self.scale)
        if rule not in self._states:
            made = self.problem.equation.carriers.pair_states(rule, self.scale)
            self._states[rule] = made
        return self._states[rule]

    def susceptibility(self, unknown: Unknown) -> np.ndarray:
        """X(T, |Delta|) at a vector of real unknowns, (band, mode, mode)."""
        states = self.states(unknown, GAP_FINE)
        gap = self.problem.gap(unknown)
        energy = np.sqrt(states.energy[..., None] ** 2 + states.on(gap) ** 2)
        return states.products(pair_factor(np.where(energy > 0, energy, 1.0), self.kt))

    def linearised(self, unknown: Unknown, rule: Rule) -> tuple[Unknown, np.ndarray, PairSums]:
        """Value and Jacobian of the equations, and the sums they are made of."""
        problem, kt = self.problem, self.kt
        size, fixed = problem.start.size, problem.equation.fix_density
        blocks = problem.kernel(rule)
        kernel = blocks.reshape(size, size)
        sums = pair_sums(self.states(unknown, rule), problem.gap(unknown), kt, with_density=fixed)
        rows = times_blocks(blocks, sums.amplitude_by_gap) - np.eye(size)
        residual = kernel @ sums.amplitude.ravel() / problem.unit - unknown[:size]
        if not fixed:
            return residual, rows, sums
        carriers = problem.carriers(unknown)
        assert isinstance(carriers, DensityCarriers)
        shift_unit = problem.potential_unit
        excess = carriers.normal_density(kt) + sums.moved - problem.density
        jacobian = np.empty((size + 1, size + 1))
        jacobian[:size, :size] = rows
        jacobian[:size, size] = kernel @ sums.amplitude_by_potential.ravel()
        jacobian[:size, size] *= shift_unit / problem.unit
        jacobian[size, :size] = sums.moved_by_gap.ravel() * problem.unit / shift_unit
        jacobian[size, size] = sums.density_by_potential
        return np.append(residual, excess / shift_unit), jacobian, sums


class Stationary(NamedTuple):
    """A solution of the gap equation at one temperature.

    unknown: see `GapProblem.gap`. converged: whether it is a solution, not zero, and a minimum of
    the free energy among real gaps. error, inherited: estimated errors in kTc, of the gap itself
    and through Tc. shift_error: of the chemical potential, meV. scale: the narrowest structure.
    """

    unknown: Unknown
    converged: bool
    error: float
    inherited: float
    shift_error: float
    scale: float


def gap_problem(equation: GapEquation, critical: CriticalPoint) -> GapProblem:
    """What all temperatures share.

    A fixed density is that of the normal state at Tc and the chemical potential of the equation:
    then Tc is the same whatever is held, and the chemical potential is continuous there.
    """
    carriers, unit = equation.carriers, critical.kt

    def eigenvalue(rule: Rule) -> float:
        pairs = carriers.pair_states(rule, _NARROWEST * unit).susceptibility(unit)
        return float(rayleigh_quotient(equation.kernel, pairs, critical.gap))

    return GapProblem(
        equation=equation,
        start=_uniform_over_bands(critical),
        unit=unit,
        tc_error=critical.error,
        calibration=(eigenvalue(GAP_FINE), eigenvalue(GAP_COARSE)),
        density=held_density(equation, critical),
    )


def held_density(equation: GapEquation, critical: CriticalPoint) -> float:
    """The density that is held, N0 meV; 0 where the chemical potential is."""
    if not equation.fix_density:
        return 0.0
    assert isinstance(equation.carriers, DensityCarriers)
    return equation.carriers.normal_density(critical.kt)


def _uniform_over_bands(critical: CriticalPoint) -> Gap:
    """The linear eigenvector with every band brought to the size of the largest.

    Below the true gap of a weakly coupled band Newton's method runs off to another branch, and
    from above it descends; a band that the eigenvector leaves out gets its first mode.
    """
    gap, weight = critical.gap, critical.pair_weight
    # The quartic mean is what saturates the gap in the expansion around Tc.
    mean = np.sqrt(np.sum(weight * gap**4) / np.sum(weight * gap**2))
    size = np.abs(gap).max(axis=1, keepdims=True)
    empty = size <= 1e-12 * size.max()
    first = np.zeros_like(gap)
    first[:, 0] = 1.0
    shape = np.where(empty, first, gap / np.where(empty, 1.0, size))
    return shape * size.max() / mean


def from_above(problem: GapProblem, kt: float, signs: np.ndarray | None = None) -> Unknown:
    """Unknowns to start from: a little more than the isotropic gap, Delta(0) = 1.76 kTc, and its
    square root toward Tc, with the signs (band,) of a pattern."""
    shape = problem.start if signs is None else signs[:, None] * problem.start
    start = (1.9 * _closing(problem, kt) * shape).ravel()
    return np.append(start, 0.0) if problem.equation.fix_density else start


def from_neighbour(problem: GapProblem, kt: float, other_kt: float, unknown: Unknown) -> Unknown:
    """Unknowns to start from: the solution at another temperature, as large as it may be at kt."""
    start = unknown.copy()
    start[: problem.start.size] *= _closing(problem, kt) / _closing(problem, other_kt)
    return start


def _closing(problem: GapProblem, kt: float) -> float:
    """The size of an isotropic gap over that at T = 0."""
    return float(np.tanh(1.74 * np.sqrt(problem.unit / max(kt, 1e-3 * problem.unit) - 1)))


def newton(equations: Equations, start: Unknown) -> tuple[Unknown, bool]:
    """The solution that Newton's method reaches, and whether it did."""
    unknown = start
    for _ in range(_STEPS):
        residual, jacobian, _ = equations.linearised(unknown, GAP_FINE)
        try:
            step = np.linalg.solve(jacobian, residual)
        except np.linalg.LinAlgError:
            return unknown, False
        unknown = unknown - step
        if not np.all(np.isfinite(unknown)):
            return unknown, False
        if np.all(np.abs(step) <= _TOLERANCE * (1 + np.abs(unknown))):
            return unknown, True
    return unknown, False


def stationary(problem: GapProblem, kt: float, start: Unknown) -> Stationary:
    """The solution that Newton's method reaches from a start at kt [meV], 0 <= kt < kTc."""
    scale = _NARROWEST * problem.unit
    while True:
        equations = Equations(problem, kt, scale)
        unknown, settled = newton(equations, start)
        needed = problem.narrowest(unknown, kt) if settled else scale
        if needed >= 0.5 * scale:
            break
        # A band with a tiny gap: once more on nodes that resolve it, and from above again, because
        # what the coarse nodes give may be too small.
        scale = needed
    size = float(np.abs(unknown[: problem.start.size]).max())
    lost = Stationary(unknown, False, np.nan, np.nan, np.nan, scale)
    if not settled:
        return lost
    coarse, jacobian, sums = equations.linearised(unknown, GAP_COARSE)
    try:
        correction = np.linalg.solve(jacobian, coarse)
    except np.linalg.LinAlgError:
        return lost
    accuracy = 5 * problem.equation.carriers.accuracy
    error = np.abs(correction[: problem.start.size]).max() + accuracy * size
    shift_error = (abs(correction[-1]) + accuracy * size) * problem.potential_unit
    # What an error of Tc does to a gap that closes there as a square root.
    relative, left = problem.tc_error, 1 - kt / problem.unit
    root = np.sqrt(left) * (np.sqrt(left + relative) + np.sqrt(left))
    inherited = relative * size * (1 + 1 / max(root, 1e-300))
    # At a minimum of the free energy no direction grows under iteration of the gap equation.
    kernel = problem.kernel(GAP_COARSE) * (1 - _STABLE)
    converged = size > _VANISHED and not exceeds_one(kernel, sums.amplitude_by_gap)
    return Stationary(
        unknown, converged, float(error), float(inherited), float(shift_error), scale
    )


def free_energy(problem: GapProblem, kt: float, unknown: Unknown, scale: float) -> float:
    """F_s - F_n of a solution, real or complex amplitudes, meV^2 N0, at what is held.

    At fixed density the normal state has its own chemical potential; F + mu n changes along it by
    Int (n - n(mu)) dmu.
    """
    equations = Equations(problem, kt, scale)
    states = equations.states(np.real(unknown), GAP_FINE)
    xi = np.abs(states.energy)[..., None]
    size = np.abs(states.on(problem.gap(unknown)))
    paired = np.sum(states.weight * condensation(xi, size, np.sqrt(xi**2 + size**2), kt))
    return float(paired) + _compressed(problem, kt, unknown)


def _compressed(problem: GapProblem, kt: float, unknown: Unknown) -> float:
    """Int (n - n(mu)) dmu from the chemical potential of the equation to that of the unknowns; the
    normal state's own is the same for all solutions."""
    if not problem.equation.fix_density:
        return 0.0
    shift = float(np.real(unknown[-1])) * problem.potential_unit
    x, w = gauss_legendre(5)
    reference = problem.equation.carriers
    assert isinstance(reference, DensityCarriers)
    held = float(reference.chemical_potential)
    total = 0.0
    for place, weight in zip(x, w, strict=True):
        density = reference.at_potential(held + place * shift).normal_density(kt)
        total += weight * (problem.density - density)
    return total * shift
