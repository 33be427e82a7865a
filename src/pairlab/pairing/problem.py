"""The gap equation as an object, and the capabilities that a mechanism can offer.

    Delta = K . X(T, Delta) . Delta          Tc: the leading eigenvalue of K . X(T, 0) reaches 1

The gap is a sum over modes, Delta_n(k) = Sum_a phi_na(k) Delta_na, in each band n; `kernel` is K in
mode space, and the carriers give the pair susceptibility X.

A capability is a method. An observable asks whether the mechanism has it and never which mechanism
it is; `require` turns a missing one into a sentence that says what the mechanism does offer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Protocol,
    TypeVar,
    cast,
    runtime_checkable,
)

import equinox as eqx
import numpy as np
from jaxtyping import Float

from pairlab.electrons.carriers import Carriers, DensityCarriers
from pairlab.errors import CapabilityError
from pairlab.numerics.arrays import Array
from pairlab.pairing.eliashberg import Electrons
from pairlab.pairing.phonons import PhononCoupling
from pairlab.pairing.solved import SolvedCondensate, SolvedGap, SolvedTunnelling
from pairlab.pairing.standing_waves import StandingWaves
from pairlab.solution import Solution

if TYPE_CHECKING:
    import xarray as xr  # slow to import, and needed by some observables only


class GapEquation(eqx.Module):
    """A kernel in mode space and the carriers it acts on.

    kernel: (band, mode, band, mode), symmetric under exchange of its index pairs, in the inverse
    unit of X (both are dimensionless in the built-in mechanisms). fix_density: below Tc the density
    is held and the chemical potential follows; otherwise the chemical potential is held.
    kernel_slope: d kernel/d ln(phonon energy), where the kernel depends on it beyond the cutoff.
    """

    kernel: Float[Array, "band mode band mode"]
    carriers: Carriers
    fix_density: bool = eqx.field(static=True, default=False)
    kernel_slope: Float[Array, "band mode band mode"] | None = None

    def __check_init__(self) -> None:
        if self.fix_density and not isinstance(self.carriers, DensityCarriers):
            raise TypeError(f"{type(self.carriers).__name__} have no density that can be held")


def cutoff_scaled(equation: GapEquation, scale: Array) -> GapEquation:
    """The equation with its cutoff multiplied by `scale`: what mechanisms mean by a heavier isotope
    whose cutoff is a phonon energy."""
    return eqx.tree_at(lambda e: e.carriers.cutoff, equation, equation.carriers.cutoff * scale)


@dataclass(frozen=True)
class GapGrid:
    """Where a mechanism shows its gap.

    dims and coords: xarray's, of the points; form: (*dims, band, mode), the modes at each point, so
    that Delta(point) = Sum form Delta_na. average: dims that an average over the band runs over.
    at: the coordinate of the Fermi level where the gap depends on energy: there gap ratios and what
    else is made of one gap are taken.
    """

    dims: tuple[str, ...]
    coords: Mapping[str, Any]
    form: np.ndarray
    average: tuple[str, ...] = ()
    at: Mapping[str, float] = field(default_factory=dict)


@runtime_checkable
class OffersGapEquation(Protocol):
    """critical_temperature, gap, gap_ratio"""

    def gap_equation(self) -> GapEquation: ...
    def gap_grid(self) -> GapGrid: ...


@runtime_checkable
class OffersPhononScale(Protocol):
    """isotope_coefficient"""

    @staticmethod
    def phonon_scaled(equation: GapEquation, scale: Array) -> GapEquation:
        """The equation with every phonon energy multiplied by `scale`; traceable in it."""
        ...


@runtime_checkable
class OffersCriticalTemperature(Protocol):
    """critical_temperature"""

    critical_temperature_needs: ClassVar[tuple[str, ...]]
    method: ClassVar[str]

    def solved_critical_temperature(self) -> Solution:
        """Tc, K, by a condition of the mechanism's own in place of a gap equation."""
        ...


@runtime_checkable
class OffersIsotopeCoefficient(Protocol):
    """isotope_coefficient"""

    isotope_coefficient_needs: ClassVar[tuple[str, ...]]
    method: ClassVar[str]

    def solved_isotope_coefficient(self) -> Solution:
        """-d ln Tc/d ln M of a mechanism without a gap equation."""
        ...


@runtime_checkable
class OffersStandingWaves(Protocol):
    """standing_waves"""

    def waves(self) -> StandingWaves: ...


@runtime_checkable
class OffersPhononSpectrum(Protocol):
    """phonon_spectrum"""

    def phonons(self) -> PhononCoupling: ...


@runtime_checkable
class OffersGap(OffersCriticalTemperature, Protocol):
    """gap, gap_ratio"""

    def solved_gap(self, temperature: np.ndarray, critical_temperature: float) -> SolvedGap:
        """The gap at temperatures [K], of a mechanism without a gap equation in mode space."""
        ...


@runtime_checkable
class OffersCondensate(OffersCriticalTemperature, Protocol):
    """thermodynamics, stiffness"""

    key: ClassVar[str]

    @property
    def has_constant_states(self) -> bool: ...
    def solved_condensate(
        self, temperature: np.ndarray, critical_temperature: float
    ) -> SolvedCondensate:
        """What pairing changes at temperatures [K], of a mechanism that finds it by itself."""
        ...


@runtime_checkable
class OffersImaginaryAxis(Protocol):
    """imaginary_gap, isotope_by_mode"""

    def electrons(self) -> Electrons: ...


@runtime_checkable
class OffersTunnelling(OffersCriticalTemperature, Protocol):
    """tunnelling_spectrum"""

    key: ClassVar[str]

    def solved_tunnelling(
        self, temperature: np.ndarray, critical_temperature: float, *,
        broadening: float, energy: np.ndarray,
    ) -> SolvedTunnelling:  # fmt: skip
        """The density of states at energies [meV], with a Lorentzian of half width [meV]."""
        ...


@runtime_checkable
class OffersDensityOfStates(Protocol):
    """density_of_states"""

    def states(self, energy: np.ndarray | None) -> "xr.Dataset": ...


@runtime_checkable
class OffersFermiSurface(Protocol):
    """fermi_surface"""

    def fermi_contours(self) -> "xr.Dataset": ...


@runtime_checkable
class OffersOverlap(Protocol):
    """overlap_integrals"""

    def pair_overlap(self) -> "xr.Dataset": ...


@runtime_checkable
class OffersFreeEnergy(Protocol):
    """thermodynamics"""

    has_free_energy: ClassVar[bool]


@runtime_checkable
class OffersConstantBands(Protocol):
    """stiffness, tunnelling_spectrum"""

    has_constant_bands: ClassVar[bool]


@runtime_checkable
class OffersDensityPerVolume(Protocol):
    """What absolute fields need; no function of its own."""

    @property
    def density_of_states(self) -> float | None: ...


@runtime_checkable
class OffersCriticalField(OffersGapEquation, Protocol):
    """critical_field"""

    @property
    def density_of_states(self) -> float | None: ...


@runtime_checkable
class OffersCriticalCurrent(OffersCriticalField, Protocol):
    """critical_current"""

    @property
    def fermi_wavevector(self) -> float | None: ...
    @property
    def cross_section(self) -> float | None: ...


CAPABILITIES = (
    OffersGapEquation,
    OffersPhononScale,
    OffersCriticalTemperature,
    OffersIsotopeCoefficient,
    OffersStandingWaves,
    OffersPhononSpectrum,
    OffersImaginaryAxis,
    OffersGap,
    OffersCondensate,
    OffersTunnelling,
    OffersDensityOfStates,
    OffersFermiSurface,
    OffersOverlap,
    OffersFreeEnergy,
    OffersConstantBands,
    OffersCriticalField,
    OffersCriticalCurrent,
)

_SWITCHES = {
    OffersCondensate: ("has_constant_states",),
    OffersTunnelling: ("has_constant_states",),
    OffersFreeEnergy: ("has_free_energy",),
    OffersConstantBands: ("has_constant_bands",),
    OffersCriticalField: ("density_of_states",),
    OffersCriticalCurrent: ("density_of_states", "fermi_wavevector"),
}
"""Attributes without which a mechanism of the right kind does not offer a capability after all."""

_NEEDS = {
    OffersCriticalTemperature: "critical_temperature_needs",
    OffersIsotopeCoefficient: "isotope_coefficient_needs",
}
"""Where a mechanism itself names such attributes."""

Capability = TypeVar("Capability")


def offers_capability(mechanism: object, capability: type) -> bool:
    """Whether a mechanism has what a capability asks for; a flag has to be true, a number given."""
    return isinstance(mechanism, capability) and not _unset(mechanism, capability)


def _unset(mechanism: object, capability: type) -> list[str]:
    own = getattr(mechanism, _NEEDS[capability]) if capability in _NEEDS else ()
    return [
        *(name for name in _SWITCHES.get(capability, ()) if not getattr(mechanism, name)),
        *(name for name in own if getattr(mechanism, name) is None),  # 0 is a value
    ]


def offers(mechanism: object) -> list[str]:
    """The public functions that work on a mechanism, by name."""
    found = [c.__doc__ or "" for c in CAPABILITIES if offers_capability(mechanism, c)]
    return ", ".join(found).split(", ") if found else []


def require(mechanism: object, capability: type[Capability], asked: str) -> Capability:
    """The mechanism, known to have a capability.

    Raises: CapabilityError that names what the mechanism offers.
    """
    if not isinstance(mechanism, type) and offers_capability(mechanism, capability):
        return cast(Capability, mechanism)
    if isinstance(mechanism, str | type):
        is_name = isinstance(mechanism, str)
        raise CapabilityError(
            what=f'"{mechanism}" is no mechanism' if is_name else f"{mechanism} is no mechanism",
            why="it is a name" if is_name else "it is a class, without parameters",
            remedy=f'make one of it with pairlab.preset("{mechanism}")' if is_name
            else "give it parameters, or begin with a preset",
        )  # fmt: skip
    name = getattr(mechanism, "key", type(mechanism).__name__)
    offered = offers(mechanism)
    if isinstance(mechanism, capability):
        missing = " and ".join(_unset(mechanism, capability))
        raise CapabilityError(
            what=f"{name} has no {asked}",
            why=f"it needs {missing}, and no value is set",
            remedy=f"give {missing}",
        )
    raise CapabilityError(
        what=f"{name} has no {asked}",
        why="the mechanism does not define what this observable needs",
        remedy="it offers: " + (", ".join(offered) or "nothing that pairlab knows"),
    )
