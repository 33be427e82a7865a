"""Pairing by excitons and phonons in a quantum well: Cao and Kavokin, Mater. Today Commun. 37,
107293 (2023), "the paper".

    Delta(xi, T) = Int_0^Omega U0(xi - xi') Delta(xi') tanh(E/2kT)/(2E) dxi'               Eq. 1
    E = sqrt(xi'^2 + Delta(xi')^2)

U0 is a staircase (its Fig. 2b): eta_1 by scattering of excitons within the first subband, eta_2
into the second, eta_0 by phonons up to the Debye energy. The steps are differences of levels of a
triangular well, E_i = |a_i| (hbar^2 F^2/2m)^(1/3), a_i the zeros of Ai (its Eq. 4).
"""

import math
from itertools import pairwise
from typing import ClassVar, Literal, Self, final

import numpy as np
import pydantic

from pairlab.electrons.bands.energy_line import EnergyLine, legendre
from pairlab.electrons.wells.triangular import TriangularWell
from pairlab.errors import InputError
from pairlab.mechanisms._fields.base import Mechanism, param
from pairlab.mechanisms._fields.normal_state import (
    cross_section,
    density_of_states,
    fermi_wavevector,
)
from pairlab.pairing.modes.equation import GapEquation, GapGrid
from pairlab.pairing.modes.kernels import panel_edges, rough_critical_scale, step_kernel
from pairlab.pairing.modes.problem import Modes, per_volume
from pairlab.units import BOLTZMANN, CHARGE2_OVER_EPSILON0, HBAR2_OVER_2M

_PAPER = "Cao and Kavokin 2023"
_MODES = 8  # Legendre polynomials on each panel
_MODES_OF_LOGARITHMS = 10  # where kTc is small and the gap has logarithms at the steps
_POINTS = 8  # of the energy axis on each panel
_FADED = 16  # reaches of the kernel
_LONGEST = 60  # reaches of the kernel on an energy line
_LOWEST = 1e-6 * BOLTZMANN  # meV: below this Tc nothing is resolved
_STRONGEST = 1e6  # of couplings
_NARROWEST = 1e-30  # step, of k_B T_D
_NEGLIGIBLE = 1e-3  # a coupling of which exp(-2/coupling) is zero

LAYER_DENSITY = 1 / (2 * np.pi * HBAR2_OVER_2M)
"""m_e/(pi hbar^2), the density of states of a two-dimensional electron gas, 1/(meV nm^2)."""

# Our inference, not the paper's: its N(0) per area over the 7 nm that its text gives for d. Of the
# current only cross_section/k_F matters: k_F is nominal, and the cross-section is the one at which
# the model carries the 300 mA that the paper prints for 290 K.
LK99_SAMPLE = {
    "debye_temperature": 500.0,
    "density_of_states": LAYER_DENSITY / 7.0,
    "fermi_wavevector": 1.0,
    "cross_section": 2.626172e6,
}
"""What the paper leaves open of the sample, for all of its models."""


@final
class ExcitonPhonon(Mechanism):
    """Electrons of a quantum well paired by a staircase of exciton and phonon attraction."""

    key: ClassVar = "exciton_phonon"
    title: ClassVar = "Excitons and phonons in a quantum well"
    cite: ClassVar = ("doi:10.1016/j.mtcomm.2023.107293", "doi:10.1103/PhysRevLett.120.107001")
    status: ClassVar = (
        "a model of a hypothesis: LK-99 was not confirmed as a superconductor "
        "(Nature news 2023, doi:10.1038/d41586-023-02585-7)"
    )
    presets: ClassVar = {
        "lk99": {**LK99_SAMPLE, "couplings": [4.0, 2.98, 0.30], "steps": [12.63, 10.34]},
        "lk99_bcs": {**LK99_SAMPLE, "couplings": [3.2], "steps": []},
        "lk99_bcs_realistic": {**LK99_SAMPLE, "couplings": [0.25], "steps": []},
    }
    report_axes: ClassVar = {"debye_temperature": tuple(np.linspace(300.0, 900.0, 31))}

    couplings: tuple[float, ...] = param(
        symbol="eta_1, eta_2, eta_0",
        doc="the heights of the steps from small to large energy transfer, the last by phonons; "
        "negative ones repel",
        source=_PAPER,
    )
    steps: tuple[float, ...] | None = param(
        None,
        unit="meV",
        symbol="Delta_1, Delta_2",
        doc="the widths of all steps but the last (default: differences of the well's levels)",
        source=_PAPER,
    )
    field_gradient: float | None = param(
        None, unit="meV/nm", ge=1e-6, le=1e9, symbol="F", doc="the slope of the triangular well",
        source=_PAPER,
    )
    mass: float = param(
        1.0, unit="m_e", ge=1e-4, le=1e4, symbol="m", doc="the mass across the well"
    )
    debye_temperature: float = param(
        unit="K", gt=0, le=1e8, symbol="T_D", doc="the phonons act up to k_B T_D", source=_PAPER
    )
    integration_cutoff: float | None = param(
        None, unit="meV", gt=0, symbol="Omega", doc="the upper end of Eq. 1 (default: k_B T_D)"
    )
    reading: Literal["cumulative", "absolute", "added"] = param(
        "cumulative",
        doc="how the staircase is read: widths one after another, each as an energy by itself, or "
        "widths one after another with every coupling added to those beyond it",
    )
    domain: Literal["half_line", "symmetric"] = param(
        "half_line",
        doc="the integral of Eq. 1 as printed, or from -Omega to Omega with an even gap",
    )
    density_of_states: float | None = density_of_states(
        "m_e/(pi hbar^2) per area over 7 nm; both spins, as the paper puts it into Eq. 2"
    )
    fermi_wavevector: float | None = fermi_wavevector("nominal")
    cross_section: float | None = cross_section("fitted to 300 mA at 290 K")

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.couplings or not np.any(np.array(self.couplings)):
            raise InputError(
                what=f"exciton_phonon: couplings = {list(self.couplings)}",
                why="without any coupling nothing pairs",
                remedy="give the heights of the steps, for example [4.0, 2.98, 0.30]",
            )
        if max(map(abs, self.couplings)) > _STRONGEST:
            raise InputError(
                what=f"exciton_phonon: couplings = {list(self.couplings)}",
                why=f"one is larger than {_STRONGEST:g}, and so strong a kernel is not resolved",
                remedy="give dimensionless couplings; those of metals are below 10",
            )
        if self.steps is not None and self.field_gradient is not None:
            raise InputError(
                what="exciton_phonon: steps and field_gradient are both given",
                why="each determines the steps",
                remedy="give exactly one of them",
            )
        if self.steps is None and self.field_gradient is None and len(self.couplings) > 1:
            raise InputError(
                what="exciton_phonon: neither steps nor field_gradient is given",
                why=f"{len(self.couplings)} couplings need {len(self.couplings) - 1} widths",
                remedy="give steps in meV, or the field_gradient of the well in meV/nm",
            )
        if self.steps is not None and len(self.steps) != len(self.couplings) - 1:
            raise InputError(
                what=f"exciton_phonon: {len(self.couplings)} couplings and {len(self.steps)} steps",
                why="every coupling but the last, whose step ends at k_B T_D, has a width",
                remedy="give one width fewer than couplings",
            )
        self._check_order()
        return self

    def _check_order(self) -> None:
        widths = self.step_widths()
        debye = BOLTZMANN * self.debye_temperature
        if any(width <= 0 for width in widths):
            raise InputError(
                what=f"exciton_phonon: steps = {list(widths)} meV",
                why="steps are widths of the staircase, above 0",
                remedy="give positive widths; a repulsive step has a negative coupling",
            )
        if any(width < _NARROWEST * debye for width in widths):
            raise InputError(
                what=f"exciton_phonon: steps = {list(widths)} meV",
                why=f"a step narrower than {_NARROWEST:g} of k_B T_D = {debye:.6g} meV pairs "
                "nothing",
                remedy="leave that step and its coupling out",
            )
        ends = self.step_ends()
        if any(upper < lower for lower, upper in pairwise(ends)):
            raise InputError(
                what=f"exciton_phonon: the steps end at {_listed(ends)} meV",
                why=f"steps are out of order: the last one ends at k_B T_D = {debye:.6g} meV, and "
                "none may end before the one inside it",
                remedy="give smaller steps or a higher debye_temperature",
            )
        if self.cutoff > _LONGEST * debye:
            raise InputError(
                what=f"exciton_phonon: integration_cutoff = {self.integration_cutoff:g} meV with "
                f"couplings up to {max(map(abs, self.heights())):g}",
                why="so strong a kernel binds electrons up to the cutoff, "
                f"{self.cutoff / debye:.3g} times as far as it reaches, and that is more than can "
                "be resolved",
                remedy=f"give at most {_LONGEST * debye:.4g} meV, or smaller couplings",
            )
        if self.integration_cutoff is not None and self.integration_cutoff < ends[-1] * (1 - 1e-9):
            raise InputError(
                what=f"exciton_phonon: integration_cutoff = {self.integration_cutoff:g} meV",
                why=f"the last step ends at {ends[-1]:.6g} meV, and part of it would be lost",
                remedy="give at least that, or leave it out (default: k_B T_D)",
            )

    def step_widths(self) -> tuple[float, ...]:
        """Widths of all steps but the last, meV: E_2 - E_1, E_3 - E_2, ... of a well."""
        if self.steps is not None:
            return self.steps
        if self.field_gradient is None:
            return ()
        well = TriangularWell(field_gradient=self.field_gradient, mass=self.mass)
        return tuple(float(x) for x in np.diff(well.levels(len(self.couplings))))

    def step_ends(self) -> tuple[float, ...]:
        """The energy transfers at which the steps end, meV; the last is k_B T_D.

        Cumulative and added: Delta_1, Delta_1 + Delta_2, ...; absolute: Delta_1, Delta_2, ..., and
        a step that would end inside the one before has no width.
        """
        widths = self.step_widths()
        ends = np.maximum.accumulate(widths) if self.reading == "absolute" else np.cumsum(widths)
        return (*(float(end) for end in ends), BOLTZMANN * self.debye_temperature)

    def heights(self) -> tuple[float, ...]:
        """U0 on each step: the couplings, or their sums from the last where they are added."""
        if self.reading == "added":
            return tuple(float(x) for x in np.cumsum(self.couplings[::-1])[::-1])
        return self.couplings

    @property
    def cutoff(self) -> float:
        """Omega, meV, or where the gap has faded long before.

        From one reach c of the kernel to the next, k to k + 1, the gap falls by U0/(4 k): what lies
        beyond _FADED of them, counted from where that is 1, is below rounding.
        """
        debye = BOLTZMANN * self.debye_temperature
        if self.integration_cutoff is None:
            return debye
        strongest = max(abs(height) for height in self.heights())
        return min(self.integration_cutoff, (_FADED + strongest) * debye)

    def panels(self) -> tuple[np.ndarray, int]:
        """Edges of the panels of the energy axis, in units of Omega, and the modes on each."""
        shortest = min(end for end in self.step_ends() if end > 0)
        decades = max(int(np.ceil(np.log10(shortest) - np.log10(self._lowest_scale()))), 0)
        smallest = shortest / 10.0**decades  # rounded: neighbours have the same panels
        edges = panel_edges(self.step_ends(), self.cutoff, both_sides=self._even, smallest=smallest)
        return edges, _MODES if decades == 0 else _MODES_OF_LOGARITHMS

    @property
    def _even(self) -> bool:
        return self.domain == "symmetric"

    def _lowest_scale(self) -> float:
        """A lower bound of kTc, meV, or an estimate where repulsion leaves no bound.

        On 0 < xi, xi' < c_i the kernel is at least its minimum m_i there, so that where U0 attracts
        elsewhere, a constant trial gap gives kTc >= 1.1338 c_i exp(-2/m_i).
        """
        heights, ends = self.heights(), self.step_ends()
        if min(heights) < 0:
            return rough_critical_scale(
                ends, heights, self.cutoff, both_sides=self._even, lowest=_LOWEST
            )
        bounds = [
            1.13 * end * math.exp(-2 / max(float(least), _NEGLIGIBLE))
            for least, end in zip(np.minimum.accumulate(heights), ends, strict=True)
            if least > 0
        ]
        return max(*bounds, _LOWEST)

    def problem(self) -> Modes:
        """Delta(xi), with the Debye energy as that of the phonons and the exciton steps fixed."""
        debye = self.debye_temperature
        return Modes(
            self.gap_equation(),
            self.gap_grid,
            stiffened=lambda h: self._stiffened(debye * math.exp(h)).problem(),
            has_free_energy=True,
            more=per_volume(self.density_of_states, self.fermi_wavevector, self.cross_section),
        )

    def _stiffened(self, debye_temperature: float) -> Self:
        """Other phonons; a line that ends above k_B T_D ends there still."""
        changes = {"debye_temperature": debye_temperature, "steps": self.step_widths() or None,
                   "field_gradient": None}
        if self.integration_cutoff is not None:
            last = BOLTZMANN * debye_temperature
            changes["integration_cutoff"] = max(self.integration_cutoff, last)
        return self.replace(**changes)

    def gap_equation(self) -> GapEquation:
        """Eq. 1 in Legendre modes, its steps integrated exactly."""
        (edges, modes), cutoff = self.panels(), self.cutoff
        ends = tuple(end / cutoff for end in self.step_ends())
        kernel = step_kernel(edges, modes, ends, self.heights(), both_sides=self._even)
        return GapEquation(kernel, EnergyLine(cutoff, edges, modes))

    def gap_grid(self) -> GapGrid:
        """Delta(xi) at points of each panel, from the Fermi level to Omega."""
        edges, modes = self.panels()
        position = np.arange(_POINTS) / _POINTS
        count = len(edges) - 1
        xi = (edges[:-1, None] + np.diff(edges)[:, None] * position).ravel()
        form = np.zeros((count, _POINTS, count, modes))
        form[np.arange(count), :, np.arange(count)] = legendre(position, modes)
        last = np.zeros((1, count, modes))
        last[0, -1] = 1.0  # every P_a is 1 at the upper end
        values = np.append(xi, edges[-1]) * self.cutoff
        energy = ("energy", values, {"units": "meV", "long_name": "energy"})
        flat = np.concatenate([form.reshape(-1, count, modes), last])
        return GapGrid(("energy",), {"energy": energy}, flat, at={"energy": 0.0})


def _listed(numbers: tuple[float, ...]) -> str:
    return ", ".join(f"{x:.6g}" for x in numbers)


def exciton_coupling(
    *,
    spacing: float,
    dipole_length: float,
    exciton_density: float,
    permittivity: float,
    interaction: float,
    density_of_states: float = LAYER_DENSITY,
    hopfield: float = 1.0,
) -> float:
    """eta_1 = X^4 L^2 d^2 e^4 n_p^2 A N(0)/(g0 eps^2), the coupling to excitons of one subband.

    Args:
        spacing: L, between electrons and excitons, nm. dipole_length: d, of an exciton, nm.
        exciton_density: n_p, 1/nm^2. permittivity: eps, in units of the vacuum's.
        interaction: g0/A, meV. density_of_states: N(0), 1/(meV nm^2). hopfield: X.

    Source: the paper, Sec. 2, from Skopelitis et al., Phys. Rev. Lett. 120, 107001 (2018). Only
    with n_p squared is it a pure number.
    """
    charge = CHARGE2_OVER_EPSILON0 / permittivity
    energy = hopfield**2 * spacing * dipole_length * charge * exciton_density
    return energy**2 * density_of_states / interaction
