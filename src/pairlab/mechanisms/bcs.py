"""BCS: one band, one constant attraction within a cutoff.

    Delta = lambda Int_0^wc dxi Delta tanh(E/2kT)/E,     E = sqrt(xi^2 + Delta^2)

Bardeen, Cooper, Schrieffer, Phys. Rev. 108, 1175 (1957), Eq. 3.27 with N(0)V = lambda.
"""

import math
from typing import ClassVar, final

import numpy as np

from pairlab.electrons.bands.constant import ConstantBands
from pairlab.mechanisms._fields.base import Mechanism, param
from pairlab.mechanisms._fields.normal_state import (
    cross_section,
    density_of_states,
    fermi_wavevector,
)
from pairlab.pairing.modes.equation import GapEquation, single_gap
from pairlab.pairing.modes.problem import Modes, per_volume


@final
class Bcs(Mechanism):
    """One band with a constant density of states and a constant attraction up to a cutoff."""

    key: ClassVar = "bcs"
    title: ClassVar = "BCS theory, one band"
    cite: ClassVar = ("doi:10.1103/PhysRev.108.1175",)
    status: ClassVar = "established weak-coupling theory"
    presets: ClassVar = {"textbook": {"coupling": 0.25, "cutoff": 30.0}}
    report_axes: ClassVar = {"coupling": tuple(np.round(np.linspace(0.1, 0.5, 41), 10))}

    coupling: float = param(gt=0, symbol="lambda = N(0)V", doc="the dimensionless attraction")
    cutoff: float = param(unit="meV", gt=0, symbol="w_c", doc="the energy up to which it acts")
    density_of_states: float | None = density_of_states()
    fermi_wavevector: float | None = fermi_wavevector()
    cross_section: float | None = cross_section()

    def gap_equation(self) -> GapEquation:
        """Delta = lambda X Delta with X in units of N(0)."""
        return GapEquation(
            kernel=np.full((1, 1, 1, 1), self.coupling),
            carriers=ConstantBands(self.cutoff, np.ones(1)),
        )

    def problem(self) -> Modes:
        """A single gap; the cutoff is a phonon energy."""
        return Modes(
            self.gap_equation(),
            single_gap,
            stiffened=lambda h: self.replace(cutoff=self.cutoff * math.exp(h)).problem(),
            has_free_energy=True,
            constant_bands=True,
            more=per_volume(self.density_of_states, self.fermi_wavevector, self.cross_section),
        )
