"""Exchange pairing of standing waves.

Dolgopolov, "Formation of Cooper Pairs as a Consequence of Exchange Interaction", arXiv:1501.04978,
"the paper"; equation numbers are its own. Energies are measured from the bottom of the band.

    n lambda = 2 R,   E_l = n^2 h^2/(8 m R^2)                                     (3.1), (3.2)
    N_s = Int_E1^EF S dE                                                          (3.3)
    Tc = 0                    where |Delta| < |E_F - E_l|                         (3.4)
    E_1 = E_l - |Delta|       where E_l >= E_F                                    (3.5), (3.7)
    E_1 = E_F - |Delta|       where E_l < E_F                                     (3.6), (3.8)
    Int_0^E1 S dE = Int_0^El S f((E - E_1)/kTc) dE,   C = (E_l - E_1)/(kTc)       (3.9)-(3.11)
    E_F = (h^2/8m*) (3N/pi)^(2/3)                                                 (3.12)
    k T_BEC = 3.3125 hbar^2 (N_s/2)^(2/3)/(2 m),   k T* = |Delta|/3.5             above (3.13)

Tc is the smallest of the temperature of Eq. 3.11, T_BEC and T*. The paper has "at most" in
Eqs. 3.5 and 3.6; both are taken as equalities, as its Eqs. 3.7 and 3.8 do. Eq. 3.11 is solved in
`pairing.conditions`; repeat distances R are found in `electrons.crystals`. This file puts them
together: which R, which E_F, and what moves them (doping, pressure, isotopes, thickness).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self, final

import numpy as np
import pydantic

from pairlab.electrons.crystals.crystal import Crystal
from pairlab.electrons.crystals.distances import distances_up_to, several_distances
from pairlab.electrons.crystals.prototypes import arsenic_type, bcc, fcc
from pairlab.electrons.states.conduction import plate_fermi_energy
from pairlab.electrons.states.conduction_band import reference_band
from pairlab.electrons.states.density_table import DensityTable
from pairlab.electrons.states.dos import DifferentiableDensity, free_electrons
from pairlab.errors import InputError
from pairlab.mechanisms._fields.base import Mechanism, param
from pairlab.pairing.conditions.bose_gas import condensing_density
from pairlab.pairing.conditions.problem import Conditions
from pairlab.pairing.conditions.standing_waves import (
    Level,
    Pairing,
    StandingWaves,
    Wave,
    WaveLevels,
    best_wave,
    standing_wave,
    stretching_exponent,
    wave_scales,
)
from pairlab.pairing.normal_state import DensityOfStates
from pairlab.pairing.problem import Critical, IsotopeEffect, Refusal, Scale
from pairlab.solution import Result
from pairlab.units import HBAR2_OVER_2M

if TYPE_CHECKING:
    import xarray as xr

_PAPER = "Dolgopolov, arXiv:1501.04978"
_LEVEL_AT_1_NM = np.pi**2 * HBAR2_OVER_2M  # h^2/8m, meV nm^2
_REACH = 2.0  # default cutoff for R, in half Fermi wavelengths: E_l >= E_F/4
_AROUND = 41  # values of the doping around a level in a report
_NEAREST = 3  # levels that a report looks at


@final
class _DopingAroundLevels:
    """The dome of a report runs over the doping at which E_F meets the levels nearest to it."""

    def __get__(self, mechanism: "StandingWave | None", _: type) -> Mapping[str, Any]:
        return {} if mechanism is None else mechanism.dome_axes()


class _Normal(NamedTuple):
    """The normal state: S(E), E_F in meV from the bottom of the band, electrons per nm^3, and all
    lengths over those of the structure as it was given."""

    states: DifferentiableDensity
    fermi_energy: float
    density: float
    length: float


@final
class StandingWave(Mechanism):
    """Electrons that pair as standing waves where E_F meets a level E_l of the lattice."""

    key: ClassVar = "standing_wave"
    title: ClassVar = "Exchange pairing of standing waves"
    cite: ClassVar = ("arXiv:1501.04978",)
    status: ClassVar = (
        "a heuristic model: its rule |Delta| ~ kT* and its constants A and C are not derived"
    )
    presets: ClassVar = {
        # Lattice constants that the printed energies correspond to; Li and Cs are printed.
        "li": {"structure": bcc("Li", 0.349), "fermi_energy": 3200.0},
        "na": {"structure": bcc("Na", 0.428)},
        "k": {"structure": bcc("K", 0.533)},
        "rb": {"structure": bcc("Rb", 0.571)},
        "cs": {"structure": bcc("Cs", 0.614)},
        "bi": {"structure": arsenic_type("Bi", 0.4546, 1.1862, 0.23389), "fermi_energy": 25.0,
               "maximum_repeat_distance": 4.2},
        # The density of bosons that the printed T_BEC = 286 K corresponds to; none is printed.
        "ag_au": {"structure": fcc("Ag", 0.4086),
                  "pair_density": round(condensing_density(286.0, 2.0), 6)},
    }  # fmt: skip
    report_axes: ClassVar = _DopingAroundLevels()  # type: ignore[assignment]

    structure: Crystal | None = param(None, doc="the crystal, from a file or a preset")
    repeat_distance: tuple[float, ...] | None = param(
        None, unit="nm", symbol="R", doc="in place of a structure: one repeat distance or several",
        source=_PAPER + ", Eq. 3.1",
    )  # fmt: skip
    maximum_repeat_distance: float | None = param(
        None, unit="nm", gt=0, le=50,
        doc="the longest R of a structure (default: one Fermi wavelength, or the third R)",
    )  # fmt: skip
    orders: int = param(1, ge=1, le=9, symbol="n", doc="orders of standing waves, from 1 to this",
                        source=_PAPER + ", Eq. 3.1")  # fmt: skip
    fermi_energy: float | None = param(
        None, unit="meV", ge=1e-6, le=1e7, symbol="E_F",
        doc="the Fermi energy above the bottom of the band",
    )  # fmt: skip
    electrons: float | None = param(
        None, gt=0, le=100, doc="conduction electrons per atom, which give E_F (default: "
        "a table for elements)", source="Ashcroft and Mermin 1976, Table 1.1",
    )  # fmt: skip
    effective_mass: float = param(
        1.0, unit="m_e", ge=1e-4, le=1e4, symbol="m*",
        doc="the mass in E_F and in the density of states without a file",
        source=_PAPER + ", Eq. 3.12",
    )  # fmt: skip
    density_of_states: DensityTable | None = param(
        None, symbol="S", doc="the density of states from a file; without it free electrons"
    )
    density_exponent: float = param(
        0.5, ge=0, le=9, symbol="p",
        doc="the exponent of S ~ E^p without a file, as many electrons below E_F",
    )  # fmt: skip
    pairing_energy: float | None = param(
        None, unit="meV", gt=0, le=1e7, symbol="Delta", doc="half of the binding energy of a pair",
        source=_PAPER + ", Eq. 2.14",
    )  # fmt: skip
    pairing_ratio: float = param(
        3.5, ge=1e-3, le=1e3, symbol="Delta/kT*", doc="the pairing energy over kT*",
        source=_PAPER + ", above Eq. 3.13 (1 below Eq. 2.14)",
    )  # fmt: skip
    pair_mass: float = param(2.0, unit="m_e", gt=0, symbol="2m", doc="the mass of a pair",
                             source=_PAPER + ", above Eq. 3.13")  # fmt: skip
    pair_density: float | None = param(
        None, unit="1/nm^3", gt=0, doc="the density of pairs where it is not N_s/2 of Eq. 3.3"
    )
    doping: float = param(
        0.0, gt=-1, le=100, doc="added electrons as a fraction of those that are there"
    )
    pressure: float = param(0.0, unit="GPa", ge=0, le=1e5, symbol="P", doc="the pressure")
    bulk_modulus: float | None = param(
        None, unit="GPa", ge=1e-3, le=1e5, symbol="B", doc="the bulk modulus, needed under pressure"
    )
    bulk_modulus_derivative: float = param(
        4.0, ge=0.1, le=100, symbol="B'", doc="dB/dP (Murnaghan)"
    )
    mass_volume_exponent: float = param(
        0.0, ge=-100, le=100,
        doc="the exponent -d ln m*/d ln V: where it is positive, m* rises under pressure",
    )  # fmt: skip
    ion_mass_ratio: float = param(
        1.0, ge=0.01, le=100, symbol="M/M0", doc="the mass of the ions over the natural one"
    )
    mass_isotope_exponent: float | None = param(
        None, ge=-100, le=100,
        doc="the exponent d ln m*/d ln M: negative where light ions make heavy electrons",
    )  # fmt: skip
    film_thickness: float | None = param(
        None, unit="nm", ge=0.01, le=1e9, symbol="d", doc="the thickness of a film with hard walls"
    )

    @pydantic.field_validator("structure", mode="before")
    @classmethod
    def _from_ase(cls, value: Any) -> Any:
        return Crystal.from_ase(value) if hasattr(value, "get_scaled_positions") else value

    @pydantic.field_validator("repeat_distance", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return (value,) if isinstance(value, int | float) else value

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> Self:
        _check(self)
        self.normal_state()
        return self

    def normal_state(self) -> _Normal:
        """S(E) and E_F with doping, pressure, isotope and film thickness.

        Energies of a band go as s = (V0/V)^(2/3) m0/m* and states per volume as V0/V; N electrons
        fill it up to E_F (Eq. 3.12 for free electrons). A film adds what free electrons of that
        density between hard walls have more than in bulk.
        """
        states, fermi = reference_band(
            self.structure, self.fermi_energy, self.electrons, self.effective_mass,
            self.density_of_states, self.density_exponent,
        )  # fmt: skip
        squeezed = self._compression()
        heavier = squeezed**self.mass_volume_exponent
        heavier *= self.ion_mass_ratio ** (self.mass_isotope_exponent or 0.0)
        density = states.count(0.0, fermi) * squeezed * (1 + self.doping)
        states = states.scaled(energy=squeezed ** (2 / 3) / heavier, density=squeezed)
        fermi = states.filled_to(density)
        if self.film_thickness is not None:
            mass = self.effective_mass * heavier
            plate = float(plate_fermi_energy(density, mass, thickness=self.film_thickness))
            fermi += plate - free_electrons(mass).filled_to(density)
        if fermi > states.top:
            raise InputError(
                what=f"standing_wave: the density of states ends {states.top:g} meV above the "
                "bottom of the band",
                why="the electrons do not fit into it: it does not reach the Fermi energy",
                remedy="calculate it over a wider range of energies, or reduce the doping",
            )
        return _Normal(states, fermi, density, squeezed ** (-1 / 3))

    def _compression(self) -> float:
        """V0/V = (1 + B' P/B)^(1/B') (Murnaghan, PNAS 30, 244 (1944))."""
        if self.pressure == 0:
            return 1.0
        assert self.bulk_modulus is not None
        slope = self.bulk_modulus_derivative
        return (1 + slope * self.pressure / self.bulk_modulus) ** (1 / slope)

    def levels(self, normal: _Normal | None = None) -> list[Level]:
        """All standing waves, nearest to E_F first (Eqs. 3.1 and 3.2)."""
        normal = normal or self.normal_state()
        found = [
            Level(direction, order, count, distance, order**2 * _LEVEL_AT_1_NM / distance**2)
            for direction, count, reference in self._distances(normal.fermi_energy)
            for distance in [reference * normal.length]
            for order in range(1, self.orders + 1)
        ]
        return sorted(found, key=lambda level: abs(level.energy - normal.fermi_energy))

    def _distances(self, fermi_energy: float) -> list[tuple[str, int, float]]:
        """Direction, multiplicity and R of each repeat distance, without pressure."""
        if self.structure is None:
            return [(f"R = {r:g} nm", 0, r) for r in self.repeat_distance or ()]
        cutoff = self.maximum_repeat_distance
        if cutoff is None:
            # Where doping lowers E_F, longer distances come near it; without it as far at least.
            undoped = self.replace(doping=0.0, pressure=0.0, film_thickness=None).normal_state()
            lowest = min(undoped.fermi_energy, fermi_energy)
            cutoff = _REACH * self.orders * float(np.sqrt(_LEVEL_AT_1_NM / lowest))
            found = several_distances(self.structure, round(cutoff, 9))
        else:
            found = distances_up_to(self.structure, cutoff)
        return list(zip(found.label, map(int, found.multiplicity), map(float, found.distance),
                        strict=True))  # fmt: skip

    def pairing(self, normal: _Normal) -> Pairing | None:
        """What all levels share; None without a pairing energy."""
        if self.pairing_energy is None:
            return None
        return Pairing(
            normal.states, normal.fermi_energy, self.pairing_energy, self.pairing_ratio,
            self.pair_mass, self.pair_density,
        )  # fmt: skip

    def waves(self) -> StandingWaves:
        """All levels, nearest to E_F first, and what follows from each."""
        normal = self.normal_state()
        pairing, levels = self.pairing(normal), self.levels(normal)
        found = None if pairing is None else [standing_wave(one.energy, pairing) for one in levels]
        band = self.density_of_states and self.density_of_states.band(self.structure)
        bottom = (band.bottom, band.bottom_error) if band else None
        return StandingWaves(
            levels, found, pairing, normal.fermi_energy, normal.density, normal.states, bottom
        )

    def _best(self) -> tuple[Wave, Pairing]:
        """The wave that decides Tc. The pairing energy has to be set."""
        normal = self.normal_state()
        pairing = self.pairing(normal)
        assert pairing is not None
        return best_wave(self.levels(normal), pairing), pairing

    def problem(self) -> Conditions:
        """The highest Tc of all standing waves, with what sets it."""
        needed = ("pairing_energy", "mass_isotope_exponent")
        missing = [name for name in needed if getattr(self, name) is None]
        isotope = IsotopeEffect(coefficient=self._isotope_coefficient)
        return Conditions(
            "conservation of the density of single electrons; ideal Bose gas of pairs",
            Refusal.unset("pairing_energy") if self.pairing_energy is None else self._critical,
            {
                IsotopeEffect: Refusal.unset(*missing) if missing else isotope,
                WaveLevels: WaveLevels(self.waves),
                DensityOfStates: DensityOfStates(self.states),
            },
            self._scales,
        )

    def _critical(self) -> Critical:
        wave = self._best()[0]
        return Critical("temperature", *wave.critical, "K", wave.result)

    def _scales(self) -> tuple[Scale, ...]:
        """Those of the standing wave that decides Tc."""
        return () if self.pairing_energy is None else wave_scales(self._best()[0])

    def _isotope_coefficient(self) -> tuple[float, float, Result]:
        """alpha = -d ln Tc/d ln M = (d ln m*/d ln M) d ln Tc/d ln s, at the highest Tc."""
        best, pairing = self._best()
        if best.limit in ("mismatch", "unknown"):
            return np.nan, np.nan, best.result
        exponent = (self.mass_isotope_exponent or 0.0) * stretching_exponent(best, pairing)
        error = abs(exponent) * best.critical.error / best.critical.value
        return exponent, error, best.result

    def dome_axes(self) -> Mapping[str, Any]:
        """The doping around the levels nearest to E_F, as far as a pairing energy is set."""
        if self.pairing_energy is None:
            return {}
        normal = self.normal_state()
        delta, states = self.pairing_energy, normal.states
        # A film adds about the same to E_F for every doping.
        added = normal.fermi_energy - states.filled_to(normal.density)
        energies = [normal.fermi_energy * np.linspace(0.6, 1.3, _AROUND)]
        for level in self.levels(normal)[:_NEAREST]:
            energies.append(level.energy + np.linspace(-1.3 * delta, 1.3 * delta, _AROUND))
        every = np.concatenate(energies)
        every = every[(every > 1.01 * delta) & (every < states.top)]  # the gap lies in the band
        count = np.array([states.count(0.0, max(one - added, 0.0)) for one in every])
        doping = (1 + self.doping) * count / normal.density - 1
        values = tuple(np.unique(np.round(doping[doping > -0.95], 9)).tolist())
        return {"doping": values} if len(values) > 1 else {}

    def states(self, energy: np.ndarray | None) -> "xr.Dataset":
        """S(E), both spins, 1/(meV nm^3), at energies from the bottom of the band [meV]."""
        import xarray as xr

        waves = self.waves()
        if energy is None:
            highest = max([waves.fermi_energy, *(one.energy for one in waves.levels[:_NEAREST])])
            energy = np.linspace(0.0, min(1.25 * highest, waves.states.top), 501)
        about = {"units": "1/(meV nm^3)", "long_name": "density of states, both spins"}
        density = ("energy", waves.states(energy), about)
        return xr.Dataset({"density_of_states": density}, {"energy": energy})


def _check(mechanism: StandingWave) -> None:
    """Fields that belong together. Raises: InputError."""
    m = mechanism

    def wrong(what: str, why: str, remedy: str) -> InputError:
        return InputError(what=f"standing_wave: {what}", why=why, remedy=remedy)

    both = m.structure is not None and m.repeat_distance is not None
    if both or (m.structure is None and m.repeat_distance is None):
        raise wrong(
            "structure and repeat_distance are " + ("both given" if both else "both missing"),
            "the levels follow from the repeat distances of a crystal, or from given ones",
            "give one of them: a structure from a file, or repeat_distance in nm",
        )
    if m.repeat_distance is not None and not all(1e-3 < r < 1e4 for r in m.repeat_distance or [0]):
        raise wrong(
            f"repeat_distance = {', '.join(f'{r:g}' for r in m.repeat_distance) or 'nothing'} nm",
            "lattices repeat after 0.001 nm to 10 um",
            "give it in nm, for example 0.35",
        )
    table = m.density_of_states
    if table is not None and m.density_exponent != 0.5:
        raise wrong(
            f"density_exponent = {m.density_exponent:g} beside density_of_states",
            "S(E) comes from the file then",
            "leave one of them out",
        )
    known = table is not None and table.fermi_energy is not None
    if m.fermi_energy is None and m.structure is None and not known:
        raise wrong(
            "the Fermi energy is not known",
            "without a structure the number of electrons per volume is not known",
            "give fermi_energy, or a structure",
        )
    if m.electrons is not None and (m.structure is None or m.fermi_energy is not None):
        raise wrong(
            f"electrons = {m.electrons:g}"
            + (" and fermi_energy are both given" if m.fermi_energy else " without a structure"),
            "each determines the other" if m.fermi_energy else "they are counted per atom",
            "give one of them" if m.fermi_energy else "give a structure too",
        )
    if m.pressure > 0 and m.bulk_modulus is None:
        raise wrong(
            f"pressure = {m.pressure:g} GPa without bulk_modulus",
            "what the pressure does to the volume is not known",
            "give bulk_modulus in GPa",
        )
    if m.ion_mass_ratio != 1 and m.mass_isotope_exponent is None:
        raise wrong(
            f"ion_mass_ratio = {m.ion_mass_ratio:g} without mass_isotope_exponent",
            "what the mass of the ions does to the mass of the electrons is not known",
            "give mass_isotope_exponent, d ln m*/d ln M",
        )
