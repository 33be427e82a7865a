"""Which solution of the gap equation is the state of the electrons: the one of lowest free energy.

Where attraction and repulsion between three or more bands cannot all be satisfied by any choice of
signs, the gap equation has several stable solutions, told apart by the signs of the gaps, and their
free energies may cross as the temperature changes: a first-order change. Where no choice of signs
is stable against relative phases, the gaps are complex and time reversal is broken.

Where signs s_n exist with s_n s_m K_nm >= 0 for all bands, all couplings attract once the gaps are
counted with these signs, and by the theorem of Perron and Frobenius the solution with these signs,
which is that of the eigenvector at Tc, is the only one without a node: nothing else is sought.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import optimize

from pairlab.numerics.eigen import leading_value
from pairlab.numerics.quadrature import GAP_FINE
from pairlab.numerics.safe import pair_factor
from pairlab.pairing.modes.complex_gap import complex_stationary
from pairlab.pairing.modes.equation import GapEquation
from pairlab.pairing.modes.gap import (
    Equations,
    GapProblem,
    Stationary,
    Unknown,
    free_energy,
    from_above,
    stationary,
)
from pairlab.solution import Result

PROMISED_ACCURACY = 1e-5
"""In kTc; a gap with a larger error estimate is reported as inaccurate."""

_NORMAL = 1e-11  # of Tc: closer to it the gap is reported as 0
_LANDAU = 3.07  # Delta/(kTc sqrt(1 - T/Tc)) near Tc in weak coupling
_ALL_SIGNS = 5  # bands up to which every pattern of signs is tried
_SAME = 1e-4  # in kTc: solutions that differ by less are one
_LOWER = 1e-9  # of the free energies: what decides between two solutions
_PHASES = 1e-6  # of the second eigenvalue that a real solution may exceed 1 by
_PARTS = 8  # steps in which a branch is followed from one temperature to the next
_CHANGE = 1e-6  # of kTc, of the temperature of a change of branch


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


@dataclass(frozen=True, eq=False)
class Branches:
    """All solutions of a problem below Tc, by temperature."""

    problem: GapProblem
    _known: dict[float, GapState] = field(default_factory=dict)

    @cached_property
    def patterns(self) -> list[np.ndarray]:
        """The signs (band,) to start from; one pattern where no other can lie lower."""
        count = len(self.problem.start)
        one = np.ones(count)
        if not is_frustrated(self.problem.equation, self.problem.start):
            return [one]
        flips = _flips(count)
        return [np.where(np.isin(np.arange(count), flip), -1.0, 1.0) for flip in flips]

    def lowest(self, kt: float, near: Unknown | None = None) -> Stationary:
        """The solution of lowest free energy at kt, complex where the real ones are not stable.

        near: a solution at a neighbouring temperature, to start from as well.
        """
        starts = [from_above(self.problem, kt, signs) for signs in self.patterns]
        if near is not None and len(self.patterns) > 1:
            starts.append(near)
        found: list[Stationary] = []
        for start in starts:
            one = stationary(self.problem, kt, start)
            if one.converged and not any(_same(self.problem, one, other) for other in found):
                found.append(one)
        if not found:
            return stationary(self.problem, kt, starts[0])
        if len(found) == 1:
            return found[0]
        # Of states that symmetry makes degenerate the neighbour's, or always the same one.
        energies = [self.energy(one, kt) for one in found]
        enough = min(energies) + _LOWER * abs(min(energies))
        lowest = [one for one, energy in zip(found, energies, strict=True) if energy <= enough]
        if near is None:
            return lowest[0]
        return min(lowest, key=lambda one: _distance(self.problem, one.unknown, near))

    def energy(self, solution: Stationary, kt: float) -> float:
        """F_s - F_n, meV^2 N0."""
        return free_energy(self.problem, kt, solution.unknown, solution.scale)

    def state(self, kt: float, last: Stationary | None = None) -> GapState:
        """The gap at kt [meV]; last: the solution at a neighbouring temperature.

        At and above Tc it is zero, with success; within 1e-11 below it is reported as zero too,
        with the error that this makes.
        """
        problem, unit = self.problem, self.problem.unit
        carriers = problem.equation.carriers
        held = float(getattr(carriers, "chemical_potential", 0.0))
        if kt >= unit * (1 - _NORMAL):
            sliver = _LANDAU * np.sqrt(_NORMAL) if kt < unit else 0.0
            zero = np.zeros(problem.start.shape)
            return GapState(zero, held, 0.0, sliver, Result.SUCCESS, None)
        near = None if last is None or np.iscomplexobj(last.unknown) else last.unknown
        real = self.lowest(kt, near)
        if not real.converged:
            return _lost(problem, Result.NOT_CONVERGED)
        solution, result = real, Result.SUCCESS
        if len(self.patterns) > 1 and not stands_phases(problem, kt, real):
            solution = complex_stationary(problem, kt, real)
            if not solution.converged or self.energy(solution, kt) > self.energy(real, kt):
                return _lost(problem, Result.NOT_THE_LOWEST)
            solution = _as_before(problem, solution, last)
        error = solution.error + solution.inherited
        if not np.isfinite(error):
            return _lost(problem, Result.NOT_FINITE)
        if solution.error > PROMISED_ACCURACY:
            result = Result.INACCURATE
        mu, mu_error = held, 0.0
        if problem.equation.fix_density:
            mu = held + float(solution.unknown[-1].real) * problem.potential_unit
            mu_error = solution.shift_error
        gap = problem.gap(solution.unknown)
        return GapState(gap, mu, mu_error, error, result, solution)

    def states(self, kts: Sequence[float]) -> list[GapState]:
        """The gaps at several temperatures, each followed from the one below."""
        found = self._known  # observables ask for the same temperatures
        last = None
        for kt in sorted(set(kts)):
            if kt not in found:
                found[kt] = self.state(kt, last)
            last = found[kt].solution
        return [found[kt] for kt in kts]

    def changes(self, kts: Sequence[float], states: Sequence[GapState]) -> list[float]:
        """kT, meV, at which the gap jumps from one branch to another between the temperatures."""
        if len(self.patterns) == 1:
            return []
        rows = sorted(zip(kts, states, strict=True), key=lambda row: row[0])
        real = [
            (kt, state.solution) for kt, state in rows
            if state.solution is not None and not np.iscomplexobj(state.solution.unknown)
        ]
        found = [
            self._change(low, below, high, above)
            for (low, below), (high, above) in itertools.pairwise(real)
            if high > low
        ]
        return [kt for kt in found if kt is not None]

    def _change(
        self, low: float, below: Stationary, high: float, above: Stationary
    ) -> float | None:
        """Where the free energies of the branch from below and of that from above cross; None where
        they are one branch."""
        rising = self._followed(below, low, high)
        if rising is None or _same(self.problem, rising, above):
            return None
        falling = self._followed(above, high, low)
        if falling is None or _same(self.problem, falling, below):
            return None

        def difference(kt: float) -> float:
            one, other = (self._followed(s, at, kt) for s, at in ((below, low), (above, high)))
            if one is None or other is None:
                return np.nan
            return self.energy(one, kt) - self.energy(other, kt)

        if not difference(low) * difference(high) < 0:
            return None  # degenerate by symmetry
        tolerance = _CHANGE * self.problem.unit
        root = optimize.root_scalar(
            difference, bracket=(low, high), method="brentq", xtol=tolerance
        )
        return float(root.root)

    def _followed(self, solution: Stationary, start: float, end: float) -> Stationary | None:
        """The same branch at another temperature; None where it ends on the way."""
        here: Stationary | None = solution
        for kt in np.linspace(start, end, _PARTS + 1)[1:]:
            assert here is not None
            here = stationary(self.problem, float(kt), here.unknown)
            if not here.converged:
                return None
        return here


def _lost(problem: GapProblem, result: Result) -> GapState:
    blank = np.full(problem.start.shape, np.nan)
    return GapState(blank, np.nan, np.nan, np.nan, result, None)


def _flips(count: int) -> Iterator[tuple[int, ...]]:
    """The bands whose sign is turned, one choice for each pattern up to the sign of the whole; of
    many bands, at most two of them."""
    most = count if count <= _ALL_SIGNS else 2
    for size in range(most + 1):
        for flip in itertools.combinations(range(count), size):
            if count > _ALL_SIGNS or 0 not in flip:
                yield flip


def _same(problem: GapProblem, one: Stationary, other: Stationary) -> bool:
    """Whether two solutions are one, up to the sign of the whole."""
    size = float(np.abs(one.unknown[: problem.start.size]).max())
    return _distance(problem, one.unknown, other.unknown) < _SAME * size


def _distance(problem: GapProblem, one: Unknown, other: Unknown) -> float:
    """The largest difference of the gaps, in kTc, up to the sign of the whole."""
    size = problem.start.size
    a, b = one[:size], other[:size]
    return float(min(np.abs(a - b).max(), np.abs(a + b).max()))


def _as_before(problem: GapProblem, solution: Stationary, last: Stationary | None) -> Stationary:
    """Of a complex solution and its time-reversed partner the one that continues the last."""
    if last is None or not np.iscomplexobj(last.unknown):
        return solution
    size = problem.start.size
    before, gap = last.unknown[:size], solution.unknown[:size]
    if abs(np.vdot(before, gap)) >= abs(np.vdot(before, np.conj(gap))):
        return solution
    return solution._replace(unknown=np.conj(solution.unknown))


def is_frustrated(equation: GapEquation, start: np.ndarray) -> bool:
    """Whether no choice of signs of the bands makes all couplings between them attractive.

    Along a tree of the couplings signs can be chosen at will; a loop with an odd number of
    repulsive couplings cannot be satisfied.
    """
    if equation.carriers.one_band:
        return False
    # Which signs the start itself has does not matter: every loop passes each band twice.
    coupling = np.einsum("na,namb,mb->nm", start, equation.kernel, start)
    signs = np.zeros(len(start))
    for root in range(len(start)):
        if signs[root] == 0:
            signs[root] = 1.0
            queue = [root]
            while queue:
                n = queue.pop()
                for m in np.flatnonzero(coupling[n] * (np.arange(len(start)) != n)):
                    wanted = signs[n] * np.sign(coupling[n, m])
                    if signs[m] == 0:
                        signs[m] = wanted
                        queue.append(int(m))
                    elif signs[m] != wanted:
                        return True
    return False


def stands_phases(problem: GapProblem, kt: float, solution: Stationary) -> bool:
    """Whether a real solution is stable against relative phases of the bands.

    A phase that all bands share costs nothing: K X has the eigenvalue 1 with the gap itself. Where
    it has one above 1, the free energy falls as the gaps turn against each other.
    """
    equations = Equations(problem, kt, solution.scale)
    states = equations.states(solution.unknown, GAP_FINE)
    delta = states.on(problem.gap(solution.unknown))
    energy = np.sqrt(states.energy[..., None] ** 2 + delta**2)
    x = states.products(pair_factor(np.where(energy > 0, energy, 1.0), kt))
    return float(leading_value(problem.kernel(GAP_FINE), x)) < 1 + _PHASES
