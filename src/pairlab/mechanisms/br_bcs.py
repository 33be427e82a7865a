"""BCS with Brinkman-Rice renormalisation: Kim, Sci. Rep. 11, 10329 (2021), as used in Appendix A of
Cao and Kavokin, Mater. Today Commun. 37, 107293 (2023), "the paper".

    A = rho^(1/3)/(1 - kappa rho^4),   lambda* = A lambda,   T_D* = rho^(1/3) T_D
    Delta = lambda* Int_0^{k T_D*} dxi Delta tanh(E/2kT)/E

The paper prints Tc = C(z) T_D* exp(-coth z/lambda*), C(z) = (1/2) exp(-coth z Int_0^z ln x/cosh^2 x
dx). Integrating tanh(x)/x by parts shows that with z = T_D*/2Tc this is the equation above at
Delta = 0, solved for the Tc in front. With z = T_D/2Tc, as printed, it differs by the factor
rho^(1/3) in z alone; `printed_critical_temperature` solves that.
"""

import math
from typing import ClassVar, Self, final

import numpy as np
import pydantic
from scipy import integrate, optimize

from pairlab.electrons.bands.constant import ConstantBands
from pairlab.errors import InputError
from pairlab.mechanisms._fields.base import Mechanism, param
from pairlab.mechanisms._fields.normal_state import (
    cross_section,
    density_of_states,
    fermi_wavevector,
)
from pairlab.mechanisms.exciton_phonon import LK99_SAMPLE
from pairlab.pairing.modes.equation import GapEquation, single_gap
from pairlab.pairing.modes.problem import Modes, per_volume
from pairlab.units import BOLTZMANN

_PAPER = "Cao and Kavokin 2023, Appendix A"


@final
class BrBcs(Mechanism):
    """One band whose coupling and Debye temperature are enhanced near a Mott transition."""

    key: ClassVar = "br_bcs"
    title: ClassVar = "BR-BCS: BCS with Brinkman-Rice renormalisation"
    cite: ClassVar = ("doi:10.1038/s41598-021-88937-7", "doi:10.1016/j.mtcomm.2023.107293")
    status: ClassVar = (
        "a proposal for LK-99, which was not confirmed as a superconductor "
        "(Nature news 2023, doi:10.1038/d41586-023-02585-7)"
    )
    presets: ClassVar = {"lk99_brbcs": {**LK99_SAMPLE, "coupling": 0.035, "enhancement": 40.0}}

    coupling: float = param(gt=0, symbol="lambda", doc="the bare coupling", source=_PAPER)
    debye_temperature: float = param(
        unit="K", gt=0, symbol="T_D", doc="the bare Debye temperature", source=_PAPER
    )
    enhancement: float | None = param(
        None, gt=0, symbol="A", doc="the enhancement of the density of states", source=_PAPER
    )
    filling: float | None = param(
        None, gt=0, le=1, symbol="rho", doc="the band filling, which gives the enhancement"
    )
    correlation: float = param(
        1.0,
        ge=0,
        le=1,
        symbol="kappa",
        doc="the strength of correlation, U over its value at the Mott transition",
        source=_PAPER,
    )
    density_of_states: float | None = density_of_states()
    fermi_wavevector: float | None = fermi_wavevector()
    cross_section: float | None = cross_section()

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.enhancement is None) == (self.filling is None):
            raise InputError(
                what="br_bcs: enhancement and filling are "
                + ("both given" if self.filling else "both missing"),
                why="each determines the other, A = rho^(1/3)/(1 - kappa rho^4)",
                remedy="give exactly one of them",
            )
        if self.filling is not None and self.correlation * self.filling**4 >= 1:
            raise InputError(
                what=f"br_bcs: filling = {self.filling:g} with correlation {self.correlation:g}",
                why="at kappa rho^4 = 1 the enhancement diverges: the band is an insulator",
                remedy="give a smaller filling or correlation",
            )
        if self.enhancement is not None and self._excess(1.0) < 0:
            raise InputError(
                what=f"br_bcs: enhancement = {self.enhancement:g}",
                why=f"with correlation {self.correlation:g} no filling up to 1 gives more than "
                f"{1 / (1 - self.correlation):.6g}",
                remedy="give a smaller enhancement or a correlation closer to 1",
            )
        return self

    def _excess(self, rho: float) -> float:
        """rho^(1/3) - A (1 - kappa rho^4), which rises with rho."""
        assert self.enhancement is not None
        return rho ** (1 / 3) - self.enhancement * (1 - self.correlation * rho**4)

    def band_filling(self) -> float:
        """rho: given, or solved from the enhancement."""
        if self.filling is not None:
            return self.filling
        if self._excess(1.0) == 0:
            return 1.0
        found = optimize.root_scalar(self._excess, bracket=(0.0, 1.0), method="brentq", xtol=1e-15)
        return float(found.root)

    def effective_coupling(self) -> float:
        """lambda* = A lambda."""
        rho = self.band_filling()
        enhancement = self.enhancement or rho ** (1 / 3) / (1 - self.correlation * rho**4)
        return enhancement * self.coupling

    def effective_debye_temperature(self) -> float:
        """T_D* = rho^(1/3) T_D, K."""
        return self.band_filling() ** (1 / 3) * self.debye_temperature

    def gap_equation(self) -> GapEquation:
        """That of one band, with lambda* and k T_D*."""
        cutoff = BOLTZMANN * self.effective_debye_temperature()
        return GapEquation(
            kernel=np.full((1, 1, 1, 1), self.effective_coupling()),
            carriers=ConstantBands(cutoff, np.ones(1)),
        )

    def problem(self) -> Modes:
        """A single gap; the Debye temperature is that of the phonons."""
        debye = self.debye_temperature
        return Modes(
            self.gap_equation(),
            single_gap,
            stiffened=lambda h: self.replace(debye_temperature=debye * math.exp(h)).problem(),
            has_free_energy=True,
            constant_bands=True,
            more=per_volume(self.density_of_states, self.fermi_wavevector, self.cross_section),
        )


def prefactor(z: float) -> float:
    """C(z) = (1/2) exp(-coth z Int_0^z ln x/cosh^2 x dx); 2 e^gamma/pi = 1.1339 at z -> infinity.

    The paper prints x as the upper limit of the integral; it is z, by the derivation above.
    """
    # Past 20 the integrand is below 1e-16; at 0 the logarithm is integrable.
    end = min(z, 20.0)
    cuts = [x for x in (1e-6, 1e-3, 0.1) if x < end]
    value, _ = integrate.quad(
        lambda x: np.log(x) / np.cosh(x) ** 2, 0.0, end, points=cuts, epsabs=1e-13, limit=200
    )
    return float(0.5 * np.exp(-value / np.tanh(z)))


def printed_critical_temperature(
    mechanism: BrBcs, *, prefactor_value: float | None = None
) -> float:
    """Tc of the formula as printed, K, with z = T_D/2Tc found together with it.

    Args:
        prefactor_value: C to use instead of C(z), such as the number that is printed.
    """
    debye, coupling = mechanism.debye_temperature, mechanism.effective_coupling()
    scale = mechanism.effective_debye_temperature()

    def excess(log_tc: float) -> float:
        z = debye / (2 * np.exp(log_tc))
        c = prefactor(z) if prefactor_value is None else prefactor_value
        return float(np.log(c * scale) - 1 / np.tanh(z) / coupling - log_tc)

    highest = np.log(scale * max(coupling, 1.0)) + 1.0
    lowest = np.log(scale) - 1 / coupling - 3.0
    found = optimize.root_scalar(excess, bracket=(lowest, highest), method="brentq", xtol=1e-14)
    return float(np.exp(found.root))
