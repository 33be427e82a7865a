"""A mechanism of another package: attraction less repulsion, in one band of constant density.

    1 = (a - r) Int_0^wc dxi tanh(xi/2kT)/xi        kTc = (2 e^gamma/pi) wc exp(-1/(a - r))

It uses what pairlab documents for mechanisms, and nothing else.
"""

import math
from typing import ClassVar, Self, final

import numpy as np
import pydantic

from pairlab.electrons.bands.constant import ConstantBands
from pairlab.errors import InputError
from pairlab.mechanisms._fields.base import Mechanism, param
from pairlab.pairing.modes.equation import GapEquation, single_gap
from pairlab.pairing.modes.problem import Modes


@final
class Toy(Mechanism):
    """One band with an attraction and a repulsion up to one cutoff."""

    key: ClassVar = "toy"
    title: ClassVar = "Toy pairing of another package"
    cite: ClassVar = ("doi:10.1000/toy",)
    status: ClassVar = "invented for a test"
    presets: ClassVar = {"toy_metal": {"attraction": 0.3, "repulsion": 0.1, "cutoff": 40.0}}
    report_axes: ClassVar = {"attraction": (0.2, 0.3, 0.4)}

    attraction: float = param(gt=0, le=1, symbol="a", doc="the attraction")
    repulsion: float = param(0.0, ge=0, symbol="r", doc="the repulsion")
    cutoff: float = param(unit="meV", gt=0, symbol="w_c", doc="the energy up to which both act")

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.repulsion > self.attraction:
            raise InputError(
                what=f"toy: repulsion = {self.repulsion:g}",
                why="it is stronger than the attraction, and nothing binds",
                remedy="give a repulsion below the attraction",
            )
        return self

    def problem(self) -> Modes:
        """Delta = (a - r) X Delta; the cutoff is a phonon energy."""
        equation = GapEquation(
            kernel=np.full((1, 1, 1, 1), self.attraction - self.repulsion),
            carriers=ConstantBands(self.cutoff, np.ones(1)),
        )
        return Modes(
            equation,
            single_gap,
            stiffened=lambda h: self.replace(cutoff=self.cutoff * math.exp(h)).problem(),
        )
