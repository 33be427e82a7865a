"""Isotropic Migdal-Eliashberg theory with a constant density of states: the conventional baseline.

Eliashberg, Sov. Phys. JETP 11, 696 (1960); Allen and Dynes, Phys. Rev. B 12, 905 (1975):

    Z_n = 1 + (pi k T/w_n) Sum_m lambda(n - m) w_m/sqrt(w_m^2 + Delta_m^2)
    Z_n Delta_n = pi k T Sum_m [lambda(n - m) - mu] Delta_m/sqrt(w_m^2 + Delta_m^2)
    lambda(n - m) = 2 Int a2F(w) w/(w^2 + (w_n - w_m)^2) dw

mu* always carries its convention: a frequency, and whether it is rescaled or sharp; see
`pairing.matsubara.coulomb` and docs/mu_star.md.
"""

from typing import ClassVar, Self, final

import pydantic

from pairlab.electrons.states.density_table import DensityTable
from pairlab.electrons.states.given_states import GivenStates
from pairlab.mechanisms._fields import phonon_fields as fields
from pairlab.mechanisms._fields.base import Mechanism, param
from pairlab.mechanisms._fields.normal_state import density_of_states
from pairlab.pairing.matsubara.coulomb import Scheme
from pairlab.pairing.matsubara.equations import Electrons
from pairlab.pairing.matsubara.problem import Matsubara
from pairlab.pairing.phonons.coupling import PhononCoupling
from pairlab.pairing.phonons.spectrum import PhononSpectrum


@final
class Eliashberg(Mechanism):
    """Phonons and a Coulomb pseudopotential with its convention, on the imaginary axis."""

    key: ClassVar = "eliashberg"
    title: ClassVar = "Migdal-Eliashberg theory, isotropic"
    cite: ClassVar = ("doi:10.1103/PhysRevB.12.905", "doi:10.1103/RevModPhys.62.1027")
    status: ClassVar = "established where phonons are slow compared with electrons"
    presets: ClassVar = {
        "eliashberg_mode": {
            "coupling": 1.0, "phonon_energy": 20.0, "mu_star": 0.1, "mu_star_frequency": "w2",
            "mu_star_scheme": "rescaled",
        }
    }  # fmt: skip
    report_axes: ClassVar = fields.report_axes()

    spectrum: PhononSpectrum | None = fields.spectrum()
    coupling: float | None = fields.coupling()
    phonon_energy: float | None = fields.phonon_energy()
    mu_star: float = fields.mu_star()
    mu_star_frequency: float | fields.Moment | None = fields.mu_star_frequency()
    mu_star_scheme: Scheme | None = fields.mu_star_scheme()
    matsubara_cutoff: float | None = fields.matsubara_cutoff()
    electron_states: DensityTable | None = param(
        None,
        symbol="N(E)",
        doc="the electrons' density of states, from a file; constant by default",
    )
    density_of_states: float | None = density_of_states()

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Self:
        self.electrons()
        return self

    def phonons(self) -> PhononCoupling:
        """The spectrum or the mode."""
        return fields.phonons_of(self.key, self.spectrum, self.coupling, self.phonon_energy)

    def problem(self) -> Matsubara:
        """The Eliashberg equations."""
        return Matsubara(self.electrons(), self.phonons(), self.density_of_states)

    def electrons(self) -> Electrons:
        """Phonons and repulsion."""
        phonons = self.phonons()
        if self.matsubara_cutoff is not None:
            fields.check_energy(self.key, "matsubara_cutoff", self.matsubara_cutoff)
        return Electrons(
            ((phonons,),),
            coulomb=fields.pseudopotential_of(
                self.key, self.mu_star, self.mu_star_frequency, self.mu_star_scheme, phonons
            ),
            cutoff=self.matsubara_cutoff,
            states=self.electron_states and GivenStates.of(self.electron_states),
        )
