"""The problem of the family of Matsubara sums: Eliashberg theory of one or several bands."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, final

import numpy as np

from pairlab.pairing.matsubara import solution
from pairlab.pairing.matsubara.critical import (
    CriticalKt,
    UnstablePairs,
    critical_kt,
    ripple,
    smooth_equivalent,
    unstable_pairs,
    vanishing,
)
from pairlab.pairing.matsubara.equations import Electrons, system_at
from pairlab.pairing.phonons.coupling import PhononCoupling, ScaledPhonons
from pairlab.pairing.problem import (
    HELD_NOTHING,
    CondensateSolver,
    Critical,
    Displacement,
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
from pairlab.pairing.solved import SolvedCondensate, SolvedTunnelling
from pairlab.units import BOLTZMANN

_ACCURACY = 2e-6  # of derivatives of Tc: against differences of Tc
_FINEST = 1e-3  # of the highest phonon energy: a finer broadening takes minutes

_CONSTANT_ONLY = Refusal(
    "the one that pairlab knows is that of a constant density of states",
    "leave electron_states out, or ask for Tc and the gap",
)
_SMOOTH_ONLY = Refusal(
    "a cutoff or a sharp mu* ends within one Matsubara frequency, which moves with T, and no "
    "rescaled mu* has the same Tc",
    "leave matsubara_cutoff out, or give a rescaled mu*",
)


@final
@dataclass(frozen=True, eq=False)
class Matsubara(Problem):
    """Eliashberg equations. phonons: the alpha^2F of all electrons."""

    method = solution.METHOD

    electrons: Electrons
    phonons: PhononCoupling
    density_of_states: float | None = None
    more: Parts = field(default_factory=dict)

    @cached_property
    def critical_kt(self) -> CriticalKt:
        """kTc in meV."""
        return critical_kt(self.electrons)

    @property
    def kelvin(self) -> float:
        """Tc, K; 0 without superconductivity."""
        critical = self.critical()
        return critical.value if np.isfinite(critical.value) else np.nan

    def critical(self) -> Critical:
        """Tc, K. stats: `residual`, what the sums on few frequencies miss of the full ones, of
        Tc."""
        found = self.critical_kt
        stats = {"residual": float(found.residual)} if found.result.is_superconducting else {}
        return Critical.thermal(found.kt / BOLTZMANN, float(found.error), found.result, stats)

    @property
    def ripple(self) -> float:
        """That of a cutoff or a sharp mu*, see `critical.ripple`."""
        return ripple(self.electrons, self.critical_kt.kt)

    def displacement(self, moved: Problem) -> Displacement:
        """By the eigenvalue that vanishes at Tc, at a temperature that follows w2: on the same
        frequencies."""
        assert isinstance(moved, Matsubara)
        kt = self.critical_kt.kt
        if not (self.electrons.is_smooth and moved.electrons.is_smooth):
            there = moved.critical_kt
            value = float(np.log(there.kt / kt))
            return Displacement(value, value, self.critical_kt.error)
        held = self._unstable
        scale = moved.electrons.second_frequency / self.electrons.second_frequency
        # Not at a held vector: the channels of a repulsion that is the same in bands may turn.
        there = system_at(moved.electrons, kt * scale, order=10, grid=held.system.grid)
        value = np.log(scale) + (vanishing(there) - vanishing(held.system)) / -held.slope
        return Displacement(value, value, _ACCURACY)

    def stiffened(self, h: float) -> "Matsubara":
        """Every phonon frequency times e^h, at a repulsion that stays."""
        factor = float(np.exp(h))
        return replace(
            self, electrons=self.electrons.stiffened(factor),
            phonons=ScaledPhonons(self.phonons, stiffness=factor),
        )  # fmt: skip

    @cached_property
    def _unstable(self) -> UnstablePairs:
        return unstable_pairs(self.electrons, self.critical_kt.kt)

    @cached_property
    def _parts(self) -> dict[type, Any]:
        constant = self.electrons.states is None
        energy = self._energy_refused()
        volume = self.density_of_states
        layout = band_layout(len(self.electrons.phonons))
        return {
            GapSolver: MatsubaraGap(self),
            HeldDensity: HELD_NOTHING if constant else HeldDensity(),
            IsotopeEffect: self._isotope(),
            CondensateSolver: energy or MatsubaraCondensate(self),
            StiffnessSolver: energy or MatsubaraStiffness(self, layout),
            SpectrumSolver: MatsubaraSpectrum(self, layout) if constant else _CONSTANT_ONLY,
            Volume: Refusal.unset("density_of_states") if volume is None else Volume(volume),
            Electrons: self.electrons,
            PhononCoupling: self.phonons,
            **self.more,
        }

    def _isotope(self) -> IsotopeEffect:
        """Exactly 1/2 where phonons are the only energies; else by stiffer ones."""
        electrons = self.electrons
        if electrons.coulomb is None and electrons.cutoff is None and electrons.states is None:
            found = self.critical_kt
            return IsotopeEffect(coefficient=lambda: (0.5, found.error, found.result))
        return IsotopeEffect(self.stiffened)

    def _energy_refused(self) -> Refusal | None:
        """Why there is no free energy; None where there is one."""
        if self.electrons.states is not None:
            return _CONSTANT_ONLY
        smooth = self.electrons.is_smooth or smooth_equivalent(self.electrons) is not None
        return None if smooth else _SMOOTH_ONLY

    def parts(self) -> Parts:
        return self._parts


def band_layout(bands: int) -> Layout:
    """A dimension for bands where there are several."""
    return Layout() if bands == 1 else Layout(("band",), {"band": np.arange(1, bands + 1)})


@final
class MatsubaraGap(GapSolver):
    """The edge of the spectrum of each band, Re Delta(w) = w."""

    method: ClassVar = solution.METHOD

    def __init__(self, problem: Matsubara) -> None:
        self._problem = problem

    def gaps(self, kelvin: np.ndarray) -> Gaps:
        problem = self._problem
        found = solution.solved_gap(problem.electrons, kelvin, problem.kelvin)
        unsure = None
        if found.chemical_potential is not None:
            # Against full sums it is good to 1e-5 of itself, and of pi k T where it is zero.
            unsure = 1e-5 * (np.abs(found.chemical_potential) + np.pi * BOLTZMANN * kelvin)
        return Gaps(
            band_layout(1 if found.gap.ndim == 1 else found.gap.shape[1]),
            found.gap, found.error, found.code, found.chemical_potential, unsure,
            tuple(found.branch_changes.tolist()),
        )  # fmt: skip


@final
class MatsubaraCondensate(CondensateSolver):
    """The free energy of Bardeen and Stephen."""

    method: ClassVar = solution.METHOD

    def __init__(self, problem: Matsubara) -> None:
        self._problem = problem

    def condensate(self, kelvin: np.ndarray) -> SolvedCondensate:
        return solution.solved_condensate(self._problem.electrons, kelvin, self._problem.kelvin)


@final
class MatsubaraStiffness(StiffnessSolver):
    """The superfluid density of each band."""

    method: ClassVar = solution.METHOD

    def __init__(self, problem: Matsubara, layout: Layout) -> None:
        self._problem, self.layout = problem, layout

    def superfluid(self, kelvin: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        # As thermodynamics asks, which needs T = 0 beside: what is solved serves both.
        asked = np.append(kelvin, 0.0)
        found = solution.solved_condensate(self._problem.electrons, asked, self._problem.kelvin)
        value, error = found.value.superfluid[:-1], found.error.superfluid[:-1]
        if not self.layout.dims:
            value, error = value[:, 0], error[:, 0]
        return value, error, found.code[:-1]


@final
class MatsubaraSpectrum(SpectrumSolver):
    """The equations on a line above the real axis."""

    method: ClassVar = "Eliashberg equations on a line above the real axis, Fourier transforms"

    def __init__(self, problem: Matsubara, layout: Layout) -> None:
        self._problem, self.layout = problem, layout
        self.max_frequency = problem.phonons.max_frequency
        self.finest = _FINEST * self.max_frequency

    def spectrum(
        self, kelvin: np.ndarray, *, broadening: float, energy: np.ndarray
    ) -> SolvedTunnelling:
        problem = self._problem
        return solution.solved_tunnelling(
            problem.electrons, kelvin, problem.kelvin, broadening=broadening, energy=energy
        )
