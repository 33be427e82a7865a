"""Several bands with constant couplings: Suhl, Matthias, Walker, Phys. Rev. Lett. 3, 552 (1959).

    Delta_i = Sum_j g_ij nu_j Int_0^wc dxi Delta_j tanh(E_j/2kT)/E_j,    nu_j = N_j/N0

With nu = 1 the coupling matrix is their lambda_ij. Moskalenko 1959 has the same equations.
"""

import math
from typing import ClassVar, Self, final

import numpy as np
import pydantic

from pairlab.electrons.bands.constant import ConstantBands
from pairlab.errors import InputError
from pairlab.mechanisms._fields.base import Mechanism, param
from pairlab.pairing.modes.equation import GapEquation, GapGrid
from pairlab.pairing.modes.problem import Modes


@final
class Multiband(Mechanism):
    """Bands with constant densities of states, coupled by a symmetric matrix up to one cutoff."""

    key: ClassVar = "multiband"
    title: ClassVar = "Suhl-Matthias-Walker, several bands"
    cite: ClassVar = ("doi:10.1103/PhysRevLett.3.552",)
    status: ClassVar = "established weak-coupling theory"
    presets: ClassVar = {
        "two_band": {"couplings": [[0.35, 0.05], [0.05, 0.20]], "cutoff": 30.0},
    }

    couplings: tuple[tuple[float, ...], ...] = param(
        symbol="g_ij", doc="the symmetric matrix of dimensionless couplings, n rows of n"
    )
    cutoff: float = param(unit="meV", gt=0, symbol="w_c", doc="the energy up to which they act")
    densities: tuple[float, ...] | None = param(
        None, symbol="nu_j", doc="the densities of states of the bands over a common N0 (default 1)"
    )

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Self:
        size = len(self.couplings)
        if size == 0 or any(len(row) != size for row in self.couplings):
            raise InputError(
                what=f"multiband: couplings has rows of {[len(r) for r in self.couplings]} numbers",
                why="the couplings of n bands are n rows of n numbers",
                remedy="give a square matrix, for example [[0.35, 0.05], [0.05, 0.2]]",
            )
        matrix = np.array(self.couplings)
        if not np.allclose(matrix, matrix.T, rtol=1e-12, atol=0):
            raise InputError(
                what="multiband: couplings is not symmetric",
                why="the attraction of two bands is one number, and densities enter separately",
                remedy="give g_ij = g_ji, and different densities of states through densities",
            )
        if self.densities is not None and (len(self.densities) != size or min(self.densities) <= 0):
            raise InputError(
                what=f"multiband: densities = {list(self.densities)}",
                why=f"{size} bands need {size} positive densities",
                remedy="give one positive number for each band",
            )
        return self

    def gap_equation(self) -> GapEquation:
        """Delta_i = Sum_j g_ij X_j Delta_j with X_j in units of N0."""
        matrix = np.array(self.couplings)
        densities = np.array(self.densities or np.ones(len(matrix)))
        return GapEquation(
            kernel=matrix[:, None, :, None],
            carriers=ConstantBands(self.cutoff, densities),
        )

    def gap_grid(self) -> GapGrid:
        """One gap for each band."""
        size = len(self.couplings)
        return GapGrid(("band",), {"band": np.arange(1, size + 1)}, np.eye(size)[..., None])

    def problem(self) -> Modes:
        """A gap for each band; the cutoff is a phonon energy."""
        return Modes(
            self.gap_equation(),
            self.gap_grid,
            stiffened=lambda h: self.replace(cutoff=self.cutoff * math.exp(h)).problem(),
            has_free_energy=True,
            constant_bands=True,
        )
