"""The problem of the family of modes: a gap equation, and what follows from it."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, final

import numpy as np

from pairlab.electrons.carriers import DensityCarriers
from pairlab.numerics.quadrature import COARSE, FINE
from pairlab.pairing import quasiparticles
from pairlab.pairing.modes import free_energy
from pairlab.pairing.modes.branches import Branches, GapState
from pairlab.pairing.modes.critical import CriticalPoint, Leading, critical_points, leading_at
from pairlab.pairing.modes.density import LEFT_OUT, left_out, normal_potential
from pairlab.pairing.modes.equation import GapEquation, GapGrid
from pairlab.pairing.modes.gap import gap_problem, held_density
from pairlab.pairing.problem import (
    HELD_NOTHING,
    CondensateSolver,
    Conductor,
    Critical,
    Displacement,
    GapField,
    Gaps,
    GapSolver,
    HeldDensity,
    IsotopeEffect,
    Layout,
    Parts,
    Problem,
    Refusal,
    SpectrumSolver,
    StiffnessSolver,
    Volume,
)
from pairlab.pairing.solved import Changes, SolvedCondensate, SolvedTunnelling
from pairlab.solution import CODES, Result
from pairlab.units import BOLTZMANN

BATCH = 64
"""Problems of one kind that are solved at once: their arrays stay in the cache."""


@final
@dataclass(frozen=True, eq=False)
class Modes(Problem):
    """A gap equation, and the grid on which its gap is shown.

    stiffened: the problem with every phonon energy multiplied by e^h. constant_bands: whether the
    density of states and the gap of each band are constant, so that bands have a superfluid density
    and a tunnelling spectrum each. has_free_energy: whether the states beyond the cutoff cancel.
    more: further parts.
    """

    method = "leading eigenvalue of the linear gap equation, Newton in ln T, graded Gauss-Legendre"

    equation: GapEquation
    gap_grid: Callable[[], GapGrid]
    stiffened: Callable[[float], Problem] | None = None
    has_free_energy: bool = False
    constant_bands: bool = False
    more: Parts = field(default_factory=dict)

    @cached_property
    def grid(self) -> GapGrid:
        """Where the gap is shown."""
        return self.gap_grid()

    @cached_property
    def point(self) -> CriticalPoint:
        """The linear problem solved at Tc."""
        return critical_points([self.equation])[0]

    @cached_property
    def branches(self) -> Branches:
        """All solutions below Tc."""
        return Branches(gap_problem(self.equation, self.point))

    def critical(self) -> Critical:
        """Tc, K."""
        return as_critical(self.point)

    @cached_property
    def _leading(self) -> tuple[Leading, Leading]:
        """At Tc, on the fine and on the coarse rule."""
        fine, coarse = (leading_at(self.equation, self.point.log_kt, r) for r in (FINE, COARSE))
        return fine, coarse

    def displacement(self, moved: Problem) -> Displacement:
        """-(change of the leading eigenvalue at Tc)/(its slope): the implicit function theorem."""
        assert isinstance(moved, Modes)
        slope = self._leading[0].slope
        fine, coarse = (
            (leading_at(moved.equation, self.point.log_kt, rule).value - here.value) / -slope
            for rule, here in zip((FINE, COARSE), self._leading, strict=True)
        )
        return Displacement(fine, coarse, self.equation.carriers.accuracy)

    @cached_property
    def _parts(self) -> dict[type, Any]:
        held = HeldDensity() if self.equation.fix_density else HELD_NOTHING
        parts: dict[type, Any] = {GapSolver: ModesGap(self), HeldDensity: held}
        if self.stiffened is not None:
            parts[IsotopeEffect] = IsotopeEffect(self.stiffened)
        if self.has_free_energy:
            parts[CondensateSolver] = ModesCondensate(self)
        if self.constant_bands:
            parts[StiffnessSolver] = ModesStiffness(self)
            parts[SpectrumSolver] = ModesSpectrum(self)
        return {**parts, **self.more}

    def parts(self) -> Parts:
        return self._parts

    @classmethod
    def critical_many(cls, problems: Sequence[Any]) -> list[Critical | Refusal]:
        """All at once, those of one kind together."""
        groups: dict[Any, list[int]] = defaultdict(list)
        for place, problem in enumerate(problems):
            carriers = problem.equation.carriers
            kind = type(carriers), carriers.kind, problem.equation.kernel.shape
            groups[kind].append(place)
        found: dict[int, CriticalPoint] = {}
        for places in groups.values():
            for first in range(0, len(places), BATCH):
                some = places[first : first + BATCH]
                points = critical_points([problems[i].equation for i in some])
                for i, point in zip(some, points, strict=True):
                    vars(problems[i])["point"] = point  # as `cached_property` keeps it
                    found[i] = point
        return [as_critical(found[i]) for i in range(len(problems))]


def as_critical(point: CriticalPoint) -> Critical:
    """Tc and its error in K."""
    stats = {"iterations": float(point.steps), "eigenvalue_slope": point.slope}
    kelvin = float(np.exp(min(point.log_kt, 700.0))) / BOLTZMANN
    return Critical.thermal(kelvin, point.error, CODES[point.code], stats)


def per_volume(
    density_of_states: float | None, fermi_wavevector: float | None, cross_section: float | None
) -> dict[type, Any]:
    """What absolute fields and currents need of the normal state, as far as it is given."""
    missing = [
        name
        for name, value in (
            ("density_of_states", density_of_states),
            ("fermi_wavevector", fermi_wavevector),
        )
        if value is None
    ]
    parts: dict[type, Any] = {}
    if density_of_states is None:
        parts[Volume] = parts[GapField] = Refusal.unset("density_of_states")
    else:
        parts[Volume] = Volume(density_of_states)
        parts[GapField] = GapField(density_of_states)
    if missing or fermi_wavevector is None:
        parts[Conductor] = Refusal.unset(*missing)
    else:
        parts[Conductor] = Conductor(fermi_wavevector, cross_section)
    return parts


@final
class ModesGap(GapSolver):
    """Gaps by Newton's method on the branch of lowest free energy."""

    method: ClassVar = (
        "nonlinear gap equation, Newton with analytic Jacobian, graded Gauss-Legendre"
    )

    def __init__(self, problem: Modes) -> None:
        self._problem = problem

    def gaps(self, kelvin: np.ndarray) -> Gaps:
        """The gap at temperatures, (temperature,) K; without superconductivity that of the normal
        state."""
        problem = self._problem
        grid, carriers = problem.grid, problem.equation.carriers
        critical = problem.critical()
        states = solved_states(problem, kelvin)
        kts = kelvin * BOLTZMANN
        amplitudes = np.array([state.gap for state in states])
        gap = np.einsum("...na,tna->t...", grid.form, amplitudes)
        error = np.array([state.error for state in states]) * problem.point.kt
        code = np.array([state.result.code for state in states])
        changes: tuple[float, ...] = ()
        if critical.result.is_superconducting:
            found = problem.branches.changes(kts.tolist())
            changes = tuple(kt / BOLTZMANN for kt in found)
        if critical.result is Result.NO_SUPERCONDUCTIVITY:
            error = np.zeros(len(kelvin))
        potential = potential_error = None
        if isinstance(carriers, DensityCarriers):
            potential = np.array([state.chemical_potential for state in states])
            potential_error = np.array([state.chemical_potential_error for state in states])
        if problem.equation.fix_density and np.isfinite(critical.value):
            rows = [
                _potential(problem, kt, state) for kt, state in zip(kts, states, strict=True)
            ]
            potential, potential_error, code = (np.array(x) for x in zip(*rows, strict=True))
        return Gaps(grid.layout, gap, error, code, potential, potential_error, changes)


def solved_states(problem: Modes, kelvin: np.ndarray) -> list[GapState]:
    """The gaps at temperatures; zero without superconductivity, nan without a critical point."""
    result = problem.critical().result
    shape = problem.equation.kernel.shape[:2]
    if result is Result.NO_SUPERCONDUCTIVITY:
        held = float(getattr(problem.equation.carriers, "chemical_potential", 0.0))
        none = GapState(np.zeros(shape), held, 0.0, 0.0, result, None)
        return [none] * len(kelvin)
    if not result.is_superconducting:
        lost = GapState(np.full(shape, np.nan), np.nan, np.nan, np.nan, result, None)
        return [lost] * len(kelvin)
    return problem.branches.states((kelvin * BOLTZMANN).tolist())


def _potential(problem: Modes, kt: float, state: GapState) -> tuple[float, float, int]:
    """mu, its error and the code at fixed density."""
    carriers, scale = problem.equation.carriers, problem.point.kt
    assert isinstance(carriers, DensityCarriers)
    mu, error, code = state.chemical_potential, state.chemical_potential_error, state.result.code
    is_normal = kt >= scale
    density = held_density(problem.equation, problem.point)
    if is_normal and density > 0:
        mu, good = normal_potential(carriers, density, kt)
        code = code if good else Result.NOT_CONVERGED.code
    elif is_normal and carriers.normal_density(kt) > 0:
        # Nothing is held, and no chemical potential keeps every band empty at this temperature.
        return np.nan, np.nan, Result.NOT_CONVERGED.code
    share, more = left_out(carriers, mu, kt) if np.isfinite(mu) else (0.0, 0.0)
    if share > LEFT_OUT and CODES[code].is_good:
        code = Result.INACCURATE.code
    return mu, error + more, code


@final
class ModesCondensate(CondensateSolver):
    """The mean-field free energy and its derivatives in closed form."""

    method: ClassVar = (
        "mean-field free energy and its derivatives in closed form, graded Gauss-Legendre"
    )

    def __init__(self, problem: Modes) -> None:
        self._problem = problem
        self._known: dict[float, Any] = {}

    def condensate(self, kelvin: np.ndarray) -> SolvedCondensate:
        """What pairing changes at temperatures, (temperature,) K."""
        problem = self._problem
        value, error, code = self._rows(kelvin)
        point, equation = problem.point, problem.equation
        gamma = free_energy.normal_specific_heat(equation)
        critical = problem.critical()
        if not (np.isfinite(critical.value) and critical.value > 0):
            return SolvedCondensate(value, error, code, gamma, np.nan, np.nan)
        jump, degenerate = free_energy.specific_heat_jump(equation, point, free_energy.FINE)
        coarse, _ = free_energy.specific_heat_jump(equation, point, free_energy.COARSE)
        normal = gamma * point.kt
        # The sums carry the error of Tc in first order only.
        jump_error = (abs(jump - coarse) + point.error * jump) / normal
        jump = np.nan if degenerate else jump / normal
        return SolvedCondensate(value, error, code, gamma, jump, jump_error)

    def _rows(self, kelvin: np.ndarray) -> tuple[Changes, Changes, np.ndarray]:
        problem = self._problem
        result = problem.critical().result
        bands = problem.equation.kernel.shape[0]
        if not result.is_superconducting:
            none = result is Result.NO_SUPERCONDUCTIVITY
            row = np.full(len(kelvin), 0.0 if none else np.nan)
            blank = Changes(row, row, row, np.repeat(row[:, None], bands, axis=1))
            code = np.full(len(kelvin), 0 if none else result.code)
            return blank, blank, code
        new = [t for t in np.unique(kelvin) if t not in self._known]
        states = solved_states(problem, np.array(new))
        for t, state in zip(new, states, strict=True):
            self._known[t] = free_energy.condensate(
                problem.branches.problem, problem.point, state, t * BOLTZMANN
            )
        rows = [self._known[t] for t in kelvin]
        value, error = (_stacked([row[place] for row in rows]) for place in (0, 1))
        return value, error, np.array([row[2].code for row in rows])


def _stacked(rows: Sequence[free_energy.Condensate]) -> Changes:
    return Changes(
        np.array([row.free_energy for row in rows]),
        np.array([row.entropy for row in rows]),
        np.array([row.specific_heat for row in rows]),
        np.array([row.superfluid for row in rows]),
    )


@final
class ModesStiffness(StiffnessSolver):
    """The Yosida function of each constant band."""

    method: ClassVar = "Yosida function of each band, graded Gauss-Legendre"

    def __init__(self, problem: Modes) -> None:
        self._problem = problem
        self.layout = problem.grid.layout

    def superfluid(self, kelvin: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        solved = self._problem.part(CondensateSolver)
        assert isinstance(solved, CondensateSolver)
        found = solved.condensate(kelvin)
        # A point of the grid of constant bands belongs to the band whose mode is not zero there.
        band = np.abs(self._problem.grid.form).sum(-1).argmax(-1)
        return found.value.superfluid[:, band], found.error.superfluid[:, band], found.code


@final
class ModesSpectrum(SpectrumSolver):
    """Of gaps that do not depend on energy."""

    method: ClassVar = "z/sqrt(z^2 - Delta^2) with the gap of the gap equation"

    def __init__(self, problem: Modes) -> None:
        self._problem = problem
        layout = problem.grid.layout
        self.layout = Layout(layout.dims, layout.coords)

    def spectrum(
        self, kelvin: np.ndarray, *, broadening: float, energy: np.ndarray
    ) -> SolvedTunnelling:
        found = ModesGap(self._problem).gaps(kelvin)
        gaps = np.abs(found.gap).reshape(len(kelvin), -1, 1)
        z = energy + 1j * broadening
        error = np.abs(quasiparticles.sensitivity(z, gaps)).max(-1) * found.error[:, None]
        conductance = np.stack(
            [
                quasiparticles.conductance(z, one, BOLTZMANN * t)
                for one, t in zip(gaps, kelvin, strict=True)
            ]
        )
        states = np.real(quasiparticles.density(z, gaps))
        return SolvedTunnelling(states, conductance, error, found.code)
