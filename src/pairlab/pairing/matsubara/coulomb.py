"""The Coulomb pseudopotential, which is a number together with what it means.

Programs mean different things by mu*: with the same alpha^2F of aluminium and "mu* = 0.15" they
print critical temperatures from 0.44 to 0.83 K. So a pseudopotential carries its frequency and its
scheme here, and is converted explicitly.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Scheme = Literal["rescaled", "sharp"]


@dataclass(frozen=True)
class CoulombPseudopotential:
    """mu* with its convention.

    value: mu*, for several bands its matrix. frequency: w_ref, meV. scheme: "rescaled": mu* belongs
    to a band that ends at w_ref, and a sum over frequencies up to w_c takes 1/mu(w_c) = 1/mu* -
    ln(w_c/w_ref) (Morel and Anderson; of matrices, the inverse); "sharp": mu* as it stands acts
    between frequencies below w_ref.
    """

    value: float | tuple[tuple[float, ...], ...]
    frequency: float
    scheme: Scheme

    def moved_to(self, frequency: float) -> "CoulombPseudopotential":
        """The same repulsion with its pseudopotential at another frequency.

        For frequencies well above those of the phonons both schemes mean the same, so that a sharp
        one is moved by the same rule.
        """
        matrix = np.atleast_2d(self.value)
        logarithm = np.log(frequency / self.frequency)
        moved = np.linalg.solve(np.eye(len(matrix)) - logarithm * matrix, matrix)
        one = not isinstance(self.value, tuple)
        value = float(moved[0, 0]) if one else tuple(tuple(row) for row in moved.tolist())
        return CoulombPseudopotential(value, frequency, self.scheme)
