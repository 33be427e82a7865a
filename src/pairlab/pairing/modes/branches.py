"""Which solution of the gap equation is the state of the electrons.

Several bands with repulsion between them can have several solutions, told apart by the signs of the
gaps, and states in which the gaps have complex relative phases (time reversal is broken). A
solution Delta is the state of lowest free energy of all, real or complex, where

    K X(T, |Delta|)  has no eigenvalue above 1,

which is 1 itself, for the phase of the whole. Proof: F is a sum over pairs of states (k, -k) of a
convex function of a pseudospin S_k, in which the energy of pairing is -S.K.S. The part that is not
pairing depends on |S_k| through a convex function of its square, so that it lies above its tangent,

    F(S') - F(S) >= (S' - S).[1/X - K].(S' - S)

with the X_k = tanh(E/2kT)/(2E) of the solution, since there its gradient vanishes. At fixed density
the same holds at the chemical potential of the solution. So one eigenvalue tells that nothing else
has to be looked for; and two real branches of different signs are parted by an interval of
temperatures with complex gaps, whose ends are changes of second order, unless the gap of a band
passes zero between them. (A pairing window that moves with the chemical potential is held at that
of the solution.)
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import optimize

from pairlab.numerics.eigen import symmetrised
from pairlab.numerics.quadrature import GAP_FINE
from pairlab.pairing.modes.complex_gap import complex_stationary
from pairlab.pairing.modes.gap import (
    Equations,
    GapProblem,
    Stationary,
    Unknown,
    free_energy,
    from_above,
    from_neighbour,
    stationary,
)
from pairlab.solution import Result

PROMISED_ACCURACY = 1e-5
"""In kTc; a gap with a larger error estimate is reported as inaccurate."""

_NORMAL = 1e-11  # of Tc: closer to it the gap is reported as 0
_LANDAU = 3.07  # Delta/(kTc sqrt(1 - T/Tc)) near Tc in weak coupling
_ALL_SIGNS = 5  # bands up to which every pattern of signs is tried
_LOWEST = 1e-6  # by which the largest eigenvalue of K X may exceed 1
_SAME = 1e-3  # of the largest gap: solutions that differ by less are one branch
_HALVINGS = 12  # of an interval between two real branches, to find the complex gaps between
_NEARER = 12  # halvings of an interval with real gaps at one end and complex ones at the other
_CHANGE = 1e-8  # of kTc, of the temperature of a change
_CLOSE_BY = 1e-3  # of kTc, from the place that bisection finds
_BISECTED = 1e-7  # of kTc, of one that is found by bisection alone
_BELOW = 1e-4  # of Tc: where the state is looked at that emerges there


class GapState(NamedTuple):
    """The gap at one temperature.

    gap: (band, mode) amplitudes, meV, complex where time reversal is broken; nan where there is
    none to trust. chemical_potential and its error: meV; 0 where the carriers have none. error:
    estimated error of the gap in kTc, what it inherits from Tc included. result: it judges the gap
    at the Tc that was found. solution: None in the normal state.
    """

    gap: np.ndarray
    chemical_potential: float
    chemical_potential_error: float
    error: float
    result: Result
    solution: Stationary | None

    @property
    def is_real(self) -> bool:
        """Whether all phases are 0 or pi."""
        return not np.iscomplexobj(self.gap)


@dataclass(frozen=True, eq=False)
class Branches:
    """The states of a problem below Tc, by temperature."""

    problem: GapProblem
    _known: dict[float, GapState] = field(default_factory=dict)

    @cached_property
    def patterns(self) -> list[np.ndarray]:
        """The signs (band,) to start from where the eigenvector's own lead to no lowest state."""
        count = len(self.problem.start)
        if self.problem.equation.carriers.one_band:
            return [np.ones(count)]
        flips = _flips(count)
        return [np.where(np.isin(np.arange(count), flip), -1.0, 1.0) for flip in flips]

    def lowest(self, kt: float, near: Unknown | None = None) -> tuple[Stationary, bool]:
        """A real solution at kt, and whether no state lies lower: the best that was found.

        near: where to start first, such as a solution at a neighbouring temperature.
        """
        starts: Iterator[Unknown] = itertools.chain(
            [] if near is None else [near],
            (from_above(self.problem, kt, signs) for signs in self.patterns),
        )
        found: list[Stationary] = []
        for start in starts:
            one = stationary(self.problem, kt, start)
            if one.converged and self.excess(kt, one) < _LOWEST:
                return one, True
            found.append(one)
        converged = [one for one in found if one.converged]
        if not converged:
            return found[0], False
        return min(converged, key=lambda one: self.energy(one, kt)), False

    def excess(self, kt: float, solution: Stationary) -> float:
        """The largest eigenvalue of K X less 1, that of the phase of the whole left out: a state
        with other phases lies lower where it is positive."""
        problem = self.problem
        if problem.start.size == 1:
            return -1.0
        gap = problem.gap(solution.unknown)
        x = Equations(problem, kt, solution.scale).susceptibility(solution.unknown)
        factor, matrix = symmetrised(problem.kernel(GAP_FINE), x)
        # In the basis of the symmetric matrix the gap is L^T Delta.
        phase = np.einsum("nab,na->nb", factor, gap).ravel()
        phase = phase / np.linalg.norm(phase)
        size = np.abs(matrix).max()
        return float(np.linalg.eigvalsh(matrix - 2 * size * np.outer(phase, phase))[-1]) - 1.0

    def energy(self, solution: Stationary, kt: float) -> float:
        """F_s - F_n, meV^2 N0."""
        return free_energy(self.problem, kt, solution.unknown, solution.scale)

    def state(self, kt: float, near: Unknown | None = None) -> GapState:
        """The gap at kt [meV].

        At and above Tc it is zero, with success; within 1e-11 below it is reported as zero too,
        with the error that this makes.
        """
        problem, unit = self.problem, self.problem.unit
        held = float(getattr(problem.equation.carriers, "chemical_potential", 0.0))
        if kt >= unit * (1 - _NORMAL):
            sliver = _LANDAU * np.sqrt(_NORMAL) if kt < unit else 0.0
            zero = np.zeros(problem.start.shape)
            return GapState(zero, held, 0.0, sliver, Result.SUCCESS, None)
        solution, is_lowest = self.lowest(kt, near)
        if not solution.converged:
            return _lost(problem, Result.NOT_CONVERGED)
        if not is_lowest:
            real = solution
            solution = complex_stationary(problem, kt, real)
            if not solution.converged or self.energy(solution, kt) > self.energy(real, kt):
                return _lost(problem, Result.NOT_THE_LOWEST)
        return self._judged(solution, held)

    def _judged(self, solution: Stationary, held: float) -> GapState:
        problem = self.problem
        error = solution.error + solution.inherited
        if not np.isfinite(error):
            return _lost(problem, Result.NOT_FINITE)
        accurate = solution.error <= PROMISED_ACCURACY
        mu, mu_error = held, 0.0
        if problem.equation.fix_density:
            mu = held + float(solution.unknown[-1].real) * problem.potential_unit
            mu_error = solution.shift_error
        result = Result.SUCCESS if accurate else Result.INACCURATE
        return GapState(problem.gap(solution.unknown), mu, mu_error, error, result, solution)

    def states(self, kts: Sequence[float]) -> list[GapState]:
        """The gaps at several temperatures, in rising order each with the one below as a start."""
        known = self._known  # observables ask for the same temperatures
        below: tuple[float, Unknown] | None = None
        for kt in sorted(set(kts)):
            if kt not in known:
                near = None
                if below is not None and kt < self.problem.unit:
                    near = from_neighbour(self.problem, kt, *below)
                known[kt] = self.state(kt, near)
            state = known[kt]
            usable = state.solution if state.is_real else None
            below = None if usable is None else (kt, usable.unknown)
        return [known[kt] for kt in kts]

    def changes(self, kts: Sequence[float]) -> list[float]:
        """kT, meV, rising, between the temperatures, where real gaps become complex or complex ones
        real; two real branches of different signs have such a pair between them."""
        asked, unit = sorted(set(kts)), self.problem.unit
        if asked and asked[0] < unit <= asked[-1] and self.problem.start.size > 1:
            asked = [*(kt for kt in asked if kt < unit * (1 - _BELOW)), unit * (1 - _BELOW)]
            self.states(asked)
        usable = [kt for kt in asked if kt in self._known and self._known[kt].solution]
        return [
            change
            for low, high in itertools.pairwise(usable)
            for change in self._between(low, high, _HALVINGS)
        ]

    def _between(self, low: float, high: float, halvings: int) -> list[float]:
        below, above = self._known[low], self._known[high]
        if below.is_real != above.is_real:
            return self._end(low, high) if below.is_real else self._end(high, low)
        if not below.is_real or self._is_one_branch(below, above, low, high) or not halvings:
            return []
        middle = (low + high) / 2
        self._known[middle] = self.state(middle)
        if self._known[middle].solution is None:
            return []
        return [
            *self._between(low, middle, halvings - 1), *self._between(middle, high, halvings - 1)
        ]

    def _is_one_branch(self, below: GapState, above: GapState, low: float, high: float) -> bool:
        """Whether every band keeps its sign, or Newton's method leads from the one solution to the
        other."""
        assert below.solution is not None
        assert above.solution is not None
        signs = np.sign(np.sum(below.gap * above.gap, axis=1))
        if abs(np.sum(signs)) == len(signs):
            return True
        followed = stationary(self.problem, high, below.solution.unknown)
        a, b = (x[: self.problem.start.size] for x in (followed.unknown, above.solution.unknown))
        return bool(min(np.abs(a - b).max(), np.abs(a + b).max()) < _SAME * np.abs(b).max())

    def _end(self, real: float, other: float) -> list[float]:
        """Where the real gap ceases to be the lowest state, between a temperature where it is and
        one where it is not; none where it cannot be told.

        Bisection on the states brings the ends so near that Newton's method leads from the real
        solution of the one to that of the other, stable against phases or not; where it does not,
        bisection goes on.
        """
        unit = self.problem.unit
        near = self._halved(real, other, abs(real - other) / 2**_NEARER)
        if near is None:
            return []
        real, other = near
        solution = self._known[real].solution
        assert solution is not None
        start = solution.unknown

        def excess(kt: float) -> float:
            followed = stationary(self.problem, kt, start)
            return self.excess(kt, followed) if followed.converged else np.nan

        if excess(real) < 0 < excess(other):
            found = optimize.root_scalar(
                excess, bracket=(real, other), method="brentq", xtol=_CHANGE * unit
            )
            return [float(found.root)]
        near = self._halved(real, other, _BISECTED * unit)
        if near is None:
            return []
        # The states change where the eigenvalue exceeds 1 by what rounding needs: a little off.
        found = optimize.root_scalar(
            excess, x0=near[0], x1=near[0] + (near[0] - near[1]), method="secant",
            xtol=_CHANGE * unit, maxiter=20,
        )  # fmt: skip
        close = found.converged and abs(found.root - near[0]) < _CLOSE_BY * unit
        return [float(found.root) if close else sum(near) / 2]

    def _halved(self, real: float, other: float, width: float) -> tuple[float, float] | None:
        """The ends brought as near as `width`; None where a state between them is lost."""
        while abs(real - other) > width:
            middle = (real + other) / 2
            self._known[middle] = self.state(middle)
            if self._known[middle].solution is None:
                return None
            real, other = (middle, other) if self._known[middle].is_real else (real, middle)
        return real, other


def _lost(problem: GapProblem, result: Result) -> GapState:
    blank = np.full(problem.start.shape, np.nan)
    return GapState(blank, np.nan, np.nan, np.nan, result, None)


def _flips(count: int) -> Iterator[tuple[int, ...]]:
    """The bands whose sign is turned, none first, one choice for each pattern up to the sign of the
    whole; of many bands, at most two of them."""
    most = count if count <= _ALL_SIGNS else 2
    for size in range(most + 1):
        for flip in itertools.combinations(range(count), size):
            if count > _ALL_SIGNS or 0 not in flip:
                yield flip
