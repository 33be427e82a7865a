"""McMillan's formula for the critical temperature.

McMillan, Phys. Rev. 167, 331 (1968), with the prefactor w_log/1.2 (Allen and Dynes, Phys. Rev. B
12, 905 (1975)):

    Tc = (w_log/1.2) exp(-1.04 (1 + lambda)/(lambda - mu* (1 + 0.62 lambda)))

It is a fit to solutions of the Eliashberg equations with lambda below about 1.5, and saturates at
large lambda where the equations do not.
"""

from typing import ClassVar, Self, final

import pydantic

from pairlab.mechanisms._fields import phonon_fields as fields
from pairlab.mechanisms._fields.base import Mechanism
from pairlab.pairing.conditions.formulas import formula_problem, mcmillan
from pairlab.pairing.conditions.problem import Conditions
from pairlab.pairing.phonons.coupling import PhononCoupling
from pairlab.pairing.phonons.spectrum import PhononSpectrum


@final
class McMillan(Mechanism):
    """Phonons and a Coulomb pseudopotential, by McMillan's formula."""

    key: ClassVar = "mcmillan"
    title: ClassVar = "McMillan's formula"
    cite: ClassVar = ("doi:10.1103/PhysRev.167.331", "doi:10.1103/PhysRevB.12.905")
    status: ClassVar = "a fit to solutions of the Eliashberg equations, for lambda below about 1.5"
    presets: ClassVar = {
        "mcmillan_mode": {"coupling": 1.0, "phonon_energy": 20.0, "mu_star": 0.1}
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
        return formula_problem(mcmillan, self.phonons(), self.mu_star)
