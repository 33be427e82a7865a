"""What the entries of `ledger.toml` are computed by.

Dolgopolov, arXiv:1501.04978, "the paper"; equation numbers are its own. Arguments are in eV and
angstrom, as it prints them; inside they are meV and nm. |Delta| is printed for no material: ours
stands here. Every function returns a number or a range with its numerical error, or a label.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from pairlab.electrons.crystals.crystal import Crystal
from pairlab.electrons.crystals.prototypes import bcc, fcc
from pairlab.electrons.orbitals.exchange import ExchangeEnergies, Grid, exchange_energies
from pairlab.electrons.states.conduction import free_electron_fermi_energy
from pairlab.electrons.states.dos import PowerLaw, free_electrons
from pairlab.mechanisms.standing_wave import StandingWave
from pairlab.observables.critical_temperature import critical_temperature
from pairlab.observables.isotope_coefficient import isotope_coefficient
from pairlab.pairing.conditions.bose_gas import bose_einstein_temperature
from pairlab.pairing.conditions.density_conservation import level_at
from pairlab.pairing.conditions.standing_waves import Pairing, standing_wave
from pairlab.papers.statements import difference, labelled, product, quoted
from pairlab.papers.verdict import Computed, computed
from pairlab.study.sweep import sweep
from pairlab.units import BOLTZMANN, HBAR2_OVER_2M

Constants = Mapping[str, float]

_METALS = ("Li", "Na", "K", "Rb", "Cs")
_BOTTOMS, _KELVIN = (0.25, 3.0), (0.1, 50.0)  # E_1 in eV and Tc in K, as printed for C
_RATIO, _PAIR_MASS = 3.5, 2.0  # |Delta|/(kT*) and m_e, above Eq. 3.13
_ROUNDING = 1e-12
_EV = 1e3

PAIRING_ENERGY = 150.0  # meV, of lithium: above |E_F - E_l| = 113 meV, as Eq. 3.4 asks
_LIGHTER_IS_HEAVIER = -0.1  # d ln m*/d ln M, of which the paper says the sign alone
_WIDTH, _DEPTH = 0.1, 40e3  # nm and meV: b and V of the example for the exchange energy


# ---- Levels and Fermi energies (Eqs. 3.2 and 3.12, Table 1)


def _metal(structure: dict[str, Any]) -> StandingWave:
    return StandingWave(structure=Crystal(**structure))


def energy_of(metal: StandingWave, of: str) -> float:
    """E_F (of "E_F"), or E_l of a direction, meV."""
    found = metal.waves()
    levels = {level.label: level.energy for level in found.levels}
    return found.fermi_energy if of == "E_F" else levels[of]


def bcc_energy(
    *, element: str, of: str, lattice_constant: float = 0.0, constants: Constants | None = None
) -> Computed:
    """E_F of Eq. 3.12 ("E_F") or E_l of a direction ("100", "111") of a bcc metal, eV; constants:
    the lattice constants of a reading by element, in place of one."""
    angstrom = constants[element] if constants else lattice_constant
    value = energy_of(_metal(bcc(element, angstrom / 10)), of) / _EV
    return computed(value, _ROUNDING * value)


def bcc_ratio(*, of: str) -> Computed:
    """E_F ("E_F") or another E_l over E_l of R_100, for one electron per atom."""
    metal = StandingWave.preset("na")
    return computed(energy_of(metal, of) / energy_of(metal, "100"), _ROUNDING)


def measured_constant(*, element: str, constants: Constants) -> Computed:
    """A measured lattice constant, angstrom: that of a reading."""
    return computed(constants[element])


def lattice_exponent(*, of: str) -> Computed:
    """d ln E/d ln R where all R change alike: of E_F ("E_F") or of a level ("111")."""
    lengths = np.array([0.60, 0.61])
    energies = [energy_of(_metal(bcc("Cs", a)), of) for a in lengths]
    return computed(float(np.diff(np.log(energies))[0] / np.diff(np.log(lengths))[0]), 1e-9)


def _nearest(element: str, *, orders: int = 1, free: bool = False) -> float:
    """The smallest |E_F - E_l|, meV; free: E_F of Eq. 3.12 for lithium too (printed: measured)."""
    metal = StandingWave.preset(element.lower(), orders=orders)
    found = (metal.replace(fermi_energy=None) if free else metal).waves()
    return abs(found.levels[0].energy - found.fermi_energy)


def order_of_distances(*, distances: Constants | None = None) -> Computed:
    """The alkali metals by |E_F - E_l| of the nearest level: as printed, or by Eq. 3.12 for all."""
    size = distances or {one: _nearest(one, free=True) for one in _METALS}
    return labelled(", ".join(sorted(size, key=lambda one: size[one])))


def nearest_metal(*, orders: int) -> Computed:
    """The alkali metal with the smallest |E_F - E_l|, with n of Eq. 3.1 up to `orders`."""
    return labelled(min(_METALS, key=lambda one: _nearest(one, orders=orders)))


def longer_distances() -> Computed:
    """The highest E_l of any R longer than R_100 over E_F: the range over the five metals."""
    metals = [StandingWave.preset(one.lower()).waves() for one in _METALS]
    known = ("100", "111")
    highest = [max(one.energy for one in m.levels if one.label not in known) for m in metals]
    shares = [energy / m.fermi_energy for energy, m in zip(highest, metals, strict=True)]
    return Computed(min(shares), max(shares), _ROUNDING)


def noble_metals(*, constants: Constants) -> Computed:
    """Whether E_l of the shortest R lies below E_F in fcc metals; lattice constants in angstrom."""
    metals = [_metal(fcc(one, a / 10)) for one, a in constants.items()]
    below = [energy_of(one, "110") < energy_of(one, "E_F") for one in metals]
    return labelled("E_l < E_F" if all(below) else "not E_l < E_F")


# ---- C and Tc (Eqs. 3.4 to 3.11)


def thermal_constant(*, bottom: float, temperature: float, exponent: float) -> Computed:
    """C of Eq. 3.11 for S ~ E^exponent; bottom: E_1 in eV, temperature: Tc in K."""
    found = level_at(PowerLaw(exponent), bottom=bottom * _EV, kt=BOLTZMANN * temperature)
    return computed(found.depth, found.error * found.depth)


def thermal_constant_range(*, exponent: float) -> Computed:
    """The smallest and the largest C over the printed ranges of E_1 and Tc, for S ~ E^exponent."""
    every = [(bottom, kelvin) for bottom in _BOTTOMS for kelvin in _KELVIN]
    found = [thermal_constant(bottom=e, temperature=t, exponent=exponent) for e, t in every]
    low, high = min(one.low for one in found), max(one.high for one in found)
    return Computed(low, high, max(one.error for one in found))


def slope_trend(*, exponents: list[float]) -> Computed:
    """What the smallest and the largest C do as S rises more steeply."""
    found = [thermal_constant_range(exponent=p) for p in exponents]
    falls = np.diff([(one.low, one.high) for one in found], axis=0) < 0
    return labelled("smaller" if np.all(falls) else "not smaller")


def lithium_superconducts(*, pairing_energy: float) -> Computed:
    """Whether lithium at ambient pressure has a Tc above zero with |Delta| in eV."""
    lithium = StandingWave.preset("li", pairing_energy=pairing_energy * _EV)
    kelvin = critical_temperature(lithium).value
    return labelled("superconductor" if kelvin > 0 else "Tc = 0")


def pairing_energy_of(*, temperature: float) -> Computed:
    """|Delta| = 3.5 kT*, eV."""
    return computed(_RATIO * BOLTZMANN * temperature / _EV)


def share_of_pairing_temperature(*, constants: list[float]) -> Computed:
    """Tc/T* = 3.5/C of Eq. 3.5, over a range of C."""
    return Computed(_RATIO / max(constants), _RATIO / min(constants))


@cache
def _lithium(offset: float, exponent: float = _LIGHTER_IS_HEAVIER) -> StandingWave:
    """Lithium with E_F at `offset` |Delta| above E_l of R_100."""
    fermi = energy_of(StandingWave.preset("li"), "100") + offset * PAIRING_ENERGY
    return StandingWave.preset(
        "li", fermi_energy=fermi, pairing_energy=PAIRING_ENERGY, mass_isotope_exponent=exponent
    )


def _tc(*offsets: float) -> list[float]:
    return [critical_temperature(_lithium(x)).value for x in offsets]


def isotope_sign(*, offset: float) -> Computed:
    """The sign of alpha with E_F at `offset` |Delta| above the level."""
    alpha = isotope_coefficient(_lithium(offset)).value
    return labelled(f"alpha {'=' if abs(alpha) < 1e-9 else '>' if alpha > 0 else '<'} 0")


def isotope_at_the_level(*, mass_isotope_exponent: float) -> Computed:
    """|alpha| with E_F a hundredth of |Delta| below and above the level: the smaller and larger."""
    found = [isotope_coefficient(_lithium(x, mass_isotope_exponent)) for x in (-0.01, 0.01)]
    low, high = sorted(abs(one.value) for one in found)
    return Computed(low, high, max(one.error for one in found))


def dome_ends() -> Computed:
    """Whether Tc vanishes where E_F is more than |Delta| away from the level, and only there."""
    beyond, within = _tc(-1.001, 1.001), _tc(-0.999, -0.5, 0.0, 0.5, 0.999)
    return labelled("on both sides" if max(beyond) == 0 < min(within) else "not on both sides")


def dome_top() -> Computed:
    """Whether E_F = E_l alone has the highest Tc."""
    there, away = _tc(0.0, -0.3)
    return labelled("not pinned" if away >= there * (1 - 1e-9) else "pinned")


def dome_count(*, pairing_energy: float) -> Computed:
    """The number of domes over the doping of cesium across R_100 and R_111; |Delta| in eV."""
    metal = StandingWave.preset("cs", pairing_energy=pairing_energy * _EV)
    fermi = np.linspace(0.8 * energy_of(metal, "100"), 1.2 * energy_of(metal, "111"), 81)
    doping = (fermi / energy_of(metal, "E_F")) ** 1.5 - 1
    superconducts = sweep(metal, {"doping": doping}).critical_temperature.values > 0
    return computed(int(np.sum(np.diff(superconducts.astype(int)) == 1)))


def underdoped() -> Computed:
    """What ends superconductivity where E_F lies close to the bottom of the gap."""
    first = (_lithium(-0.97).waves().waves or [])[0]  # of the nearest level
    lower = first.limit == "condensation" and first.critical.value < first.pairing.value
    return labelled("Tc = T_BEC < T*" if lower else "not Tc = T_BEC < T*")


def lithium_under_pressure(*, pressure: float, pairing_energy: float) -> Computed:
    """Which way Tc of 6Li and 7Li goes around a pressure in GPa; |Delta| in eV. Ours: the bulk
    modulus of 11.6 GPa (Kittel), d ln m*/d ln V = -0.2, d ln m*/d ln M = -0.1."""

    def goes(ratio: float) -> str:
        lithium = StandingWave.preset(
            "li", pairing_energy=pairing_energy * _EV, mass_isotope_exponent=_LIGHTER_IS_HEAVIER,
            ion_mass_ratio=ratio, bulk_modulus=11.6, mass_volume_exponent=0.2,
        )  # fmt: skip
        squeezed = [lithium.replace(pressure=pressure + step) for step in (-0.1, 0.1)]
        before, after = (critical_temperature(one).value for one in squeezed)
        return "rises" if after > before else "falls"

    return labelled(f"6Li {goes(6.015 / 7.016)}, 7Li {goes(1.0)}")


# ---- Bismuth (nm, meV and 1/cm^3)


def fermi_wavelength(*, fermi_energy: float, constant: str) -> Computed:
    """hbar (2 m E_F)^(-1/2), or the same with h in place of hbar."""
    value = np.sqrt(HBAR2_OVER_2M / fermi_energy) * (2 * np.pi if constant == "h" else 1.0)
    return computed(float(value))


def bismuth_distance(*, direction: list[int], axes: str) -> Computed:
    """R of a direction; axes: "hexagonal" or "rhombohedral"."""
    crystal = StandingWave.preset("bi").structure
    assert crystal is not None
    obverse = np.array([[2, 1, 1], [-1, 1, 1], [-1, -2, 1]]) / 3
    cell = (obverse if axes == "rhombohedral" else np.eye(3)) @ np.array(crystal.cell)
    return computed(float(np.linalg.norm(direction @ cell)))


def fermi_energy_of(*, density: float) -> Computed:
    """E_F of Eq. 3.12 with m* = m."""
    return computed(float(free_electron_fermi_energy(density * 1e-21, 1.0)))


def wavelength_of(*, density: float) -> Computed:
    """lambda_F = h (2 m* E_F)^(-1/2) of Eq. 3.12: no mass is left in it."""
    return fermi_wavelength(fermi_energy=fermi_energy_of(density=density).low, constant="h")


def inverse_cube(*, length: float) -> Computed:
    """length^-3."""
    return computed(length**-3 * 1e21)


# ---- Pairs as bosons


def boson_prefactor() -> Computed:
    """k T_BEC m/(hbar^2 n^(2/3))."""
    return computed(bose_einstein_temperature(1.0, 1.0) * BOLTZMANN / (2 * HBAR2_OVER_2M), 1e-12)


def condensation_ratio(*, pairing_ratio: float) -> Computed:
    """T_BEC/T* over (E_F/|Delta|)^(1/3), with N_s = S(E_F)|Delta| and |Delta| = pairing_ratio kT*
    (at E_F = 5 eV and |Delta| = 1 meV; it depends on neither)."""
    electrons = float(free_electrons(1.0)(np.array(5e3)))
    kelvin = bose_einstein_temperature(electrons / 2, _PAIR_MASS)
    return computed(kelvin * pairing_ratio * BOLTZMANN / 5e3 ** (1 / 3), _ROUNDING)


def condensation_of_metals(*, fermi_energies: list[float], pairing_energy: float) -> Computed:
    """Whether T_BEC is larger than T* where E_F lies on a level; all in eV."""
    given = (pairing_energy * _EV, _RATIO, _PAIR_MASS)
    pairings = [Pairing(free_electrons(1.0), e * _EV, *given) for e in fermi_energies]
    waves = [standing_wave(one.fermi_energy, one) for one in pairings]
    larger = all(one.condensation.value > one.pairing.value for one in waves)
    return labelled("T_BEC > T*" if larger else "not T_BEC > T*")


def silver_condensation() -> Computed:
    """T_BEC, K, from no pairs to all conduction electrons of silver in pairs."""
    electrons = StandingWave.preset("ag_au").normal_state().density
    return Computed(0.0, bose_einstein_temperature(electrons / 2, _PAIR_MASS))


# ---- Exchange energy (Sec. 2). The example: two Gaussians exp(-r^2/2b^2) at a distance, in a well
# -V exp(-r^2/2b^2) that is deep enough for D < 0, as the paper asks for.
@cache
def _gaussians(apart: float, zero: float = 0.0) -> ExchangeEnergies:
    """The example; apart: nm, zero: meV, by which all one-electron energies are raised."""
    grid = Grid.centred(40, 0.3 * _WIDTH)

    def gaussian(x: float) -> np.ndarray:
        return np.exp(-(grid.distance((x, 0.0, 0.0)) ** 2) / (2 * _WIDTH**2))

    orbitals = [gaussian(-apart / 2), gaussian(apart / 2)]
    return exchange_energies(grid, orbitals, potential=zero - _DEPTH * gaussian(0.0))


def exchange_share() -> Computed:
    """J/D at full overlap."""
    found = _gaussians(0.0)
    return computed(found.exchange.total / found.direct.total, _ROUNDING)


def state_norm() -> Computed:
    """<Phi|Phi> = 1 + S^2 of Eq. 2.1 at full overlap."""
    return computed(1 + _gaussians(0.0).overlap ** 2, _ROUNDING)


def singlet_at_full_overlap() -> Computed:
    """How <Phi|O|Phi>/<Phi|Phi> compares with D of Eq. 2.3 at full overlap."""
    lower = _gaussians(0.0).binding > 1e-9 * abs(_gaussians(0.0).direct.total)
    return labelled("lower than D" if lower else "equal to D")


def overlap_of_largest_gain(*, distances: list[float]) -> Computed:
    """Where D exceeds the singlet energy, with its norm 1 + S^2, most; distances in nm."""
    best = max(distances, key=lambda apart: _gaussians(apart).binding)
    return labelled("at full overlap" if best == 0 else "at partial overlap")


def shift_of_gain() -> Computed:
    """By how much the gain -J at full overlap moves with the zero of energy, over its own move."""
    change = _gaussians(0.0, _EV).paper_binding - _gaussians(0.0).paper_binding
    return computed(change / _EV, 1e-9)


COMPUTED: dict[str, Callable[..., Computed]] = {
    function.__name__: function
    for function in (
        quoted, product, difference, bcc_energy, bcc_ratio, measured_constant, lattice_exponent,
        order_of_distances, nearest_metal, longer_distances, noble_metals, thermal_constant,
        thermal_constant_range, slope_trend, lithium_superconducts, pairing_energy_of,
        share_of_pairing_temperature, isotope_sign, isotope_at_the_level, dome_ends, dome_top,
        dome_count, underdoped, lithium_under_pressure, fermi_wavelength, bismuth_distance,
        fermi_energy_of, wavelength_of, inverse_cube, boson_prefactor, condensation_ratio,
        condensation_of_metals, silver_condensation, exchange_share, state_norm,
        singlet_at_full_overlap, overlap_of_largest_gain, shift_of_gain,
    )
}  # fmt: skip
"""The functions that an entry may name."""
