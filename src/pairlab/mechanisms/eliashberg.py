"""Isotropic Migdal-Eliashberg theory with a constant density of states: the conventional baseline.

Eliashberg, Sov. Phys. JETP 11, 696 (1960); Allen and Dynes, Phys. Rev. B 12, 905 (1975):

    Z_n = 1 + (pi k T/w_n) Sum_m lambda(n - m) w_m/sqrt(w_m^2 + Delta_m^2)
    Z_n Delta_n = pi k T Sum_m [lambda(n - m) - mu] Delta_m/sqrt(w_m^2 + Delta_m^2)
    lambda(n - m) = 2 Int a2F(w) w/(w^2 + (w_n - w_m)^2) dw

mu* always carries its convention: a frequency, and whether it is rescaled or sharp; see
`pairing.coulomb` and docs/mu_star.md.
"""

from typing import ClassVar, Self, final

import numpy as np
import pydantic

from pairlab.mechanisms import phonon_fields as fields
from pairlab.mechanisms.base import Mechanism, param
from pairlab.pairing.coulomb import Scheme
from pairlab.pairing.eliashberg import Electrons, critical_kt, isotope_exponent
from pairlab.pairing.eliashberg_gap import Edge, gap_edge, imaginary_gap
from pairlab.pairing.phonons import PhononCoupling
from pairlab.pairing.problem import SolvedGap
from pairlab.pairing.spectrum import PhononSpectrum
from pairlab.solution import LOWEST_TEMPERATURE, Result, Solution
from pairlab.units import BOLTZMANN


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
    critical_temperature_needs: ClassVar = ()
    isotope_coefficient_needs: ClassVar = ()
    report_axes: ClassVar = fields.report_axes()
    method: ClassVar = "leading eigenvalue on graded Matsubara frequencies"

    spectrum: PhononSpectrum | None = fields.spectrum()
    coupling: float | None = fields.coupling()
    phonon_energy: float | None = fields.phonon_energy()
    mu_star: float = fields.mu_star()
    mu_star_frequency: float | fields.Moment | None = param(
        None, unit="meV", symbol="w_ref", doc="the frequency that mu* belongs to: w2, w_log, w_max "
        "or a number",
    )  # fmt: skip
    mu_star_scheme: Scheme | None = param(
        None, doc="rescaled from that frequency to the end of the sums, or sharp: cut there"
    )

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Self:
        self.electrons()
        return self

    def phonons(self) -> PhononCoupling:
        """The spectrum or the mode."""
        return fields.phonons_of(self.key, self.spectrum, self.coupling, self.phonon_energy)

    def electrons(self) -> Electrons:
        """Phonons and repulsion."""
        phonons = self.phonons()
        return Electrons(
            phonons,
            fields.pseudopotential_of(
                self.key, self.mu_star, self.mu_star_frequency, self.mu_star_scheme, phonons
            ),
        )

    def solved_critical_temperature(self) -> Solution:
        """Tc."""
        found = critical_kt(self.electrons())
        kelvin = found.kt / BOLTZMANN
        if found.result is Result.NO_SUPERCONDUCTIVITY:
            return Solution(0.0, LOWEST_TEMPERATURE, "K", found.result)
        return Solution(kelvin, kelvin * found.error, "K", found.result)

    def solved_gap(self, temperature: np.ndarray, critical_temperature: float) -> SolvedGap:
        """The edge of the spectrum, Re Delta(w) = w."""
        electrons, tc = self.electrons(), critical_temperature * BOLTZMANN
        edges = []
        for kt in temperature * BOLTZMANN:
            if not kt < tc:
                normal = Result.NO_SUPERCONDUCTIVITY if tc == 0 else Result.SUCCESS
                edges.append(Edge(0.0, 0.0, normal))
                continue
            # Below 0.05 Tc nothing changes: excitations are rarer than exp(-30).
            below = imaginary_gap(electrons, max(kt, 0.05 * tc), tc)
            edges.append(gap_edge(electrons, below, tc))
        values, errors, results = zip(*edges, strict=True)
        return SolvedGap(
            np.array(values), np.array(errors), np.array([one.code for one in results])
        )

    def solved_isotope_coefficient(self) -> Solution:
        """alpha = -d ln Tc/d ln M with every phonon frequency as M^(-1/2)."""
        electrons = self.electrons()
        found = critical_kt(electrons)
        if found.result is Result.NO_SUPERCONDUCTIVITY:
            return Solution(np.nan, np.nan, "", found.result)
        alpha = isotope_exponent(electrons, found.kt)
        # The derivative is taken with few points, which change ln Tc by less than 1e-4.
        return Solution(alpha, max(found.error, 1e-5 * abs(alpha)), "", found.result)
