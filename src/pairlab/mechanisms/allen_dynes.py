"""The formula of Allen and Dynes for the critical temperature.

Allen and Dynes, Phys. Rev. B 12, 905 (1975):

    Tc = (f1 f2 w_log/1.2) exp(-1.04 (1 + lambda)/(lambda - mu* (1 + 0.62 lambda)))

with the strong-coupling factor f1 and the shape factor f2 of `pairing.conditions.formulas`, which
let Tc grow as sqrt(lambda) w2 where McMillan's formula saturates.
"""

from typing import ClassVar, Self, final

import pydantic

from pairlab.mechanisms._fields import phonon_fields as fields
from pairlab.mechanisms._fields.base import Mechanism
from pairlab.pairing.conditions.formulas import allen_dynes, formula_problem
from pairlab.pairing.conditions.problem import Conditions
from pairlab.pairing.phonons.coupling import PhononCoupling
from pairlab.pairing.phonons.spectrum import PhononSpectrum


@final
class AllenDynes(Mechanism):
    """Phonons and a Coulomb pseudopotential, by the formula of Allen and Dynes."""

    key: ClassVar = "allen_dynes"
    title: ClassVar = "The formula of Allen and Dynes"
    cite: ClassVar = ("doi:10.1103/PhysRevB.12.905",)
    status: ClassVar = "a fit to solutions of the Eliashberg equations, up to lambda of about 10"
    presets: ClassVar = {
        "allen_dynes_mode": {"coupling": 1.0, "phonon_energy": 20.0, "mu_star": 0.1}
    }
    report_axes: ClassVar = fields.report_axes()

    spectrum: PhononSpectrum | None = fields.spectrum()
    coupling: float | None = fields.coupling()
    phonon_energy: float | None = fields.phonon_energy()
    mu_star: float = fields.mu_star()

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Self:
        self.phonons()
        return self

    def phonons(self) -> PhononCoupling:
        """The spectrum or the mode."""
        return fields.phonons_of(self.key, self.spectrum, self.coupling, self.phonon_energy)

    def problem(self) -> Conditions:
        """Tc and the isotope coefficient in closed form."""
        return formula_problem(allen_dynes, self.phonons(), self.mu_star)
