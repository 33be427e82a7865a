"""When electrons pair as standing waves, and up to which temperature.

Dolgopolov, arXiv:1501.04978, "the paper", Eqs. 3.3 to 3.11 and above 3.13, for one level E_l of
standing waves; `mechanisms.standing_wave` has them in order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from pairlab.electrons.states.dos import DifferentiableDensity
from pairlab.errors import InputError
from pairlab.pairing.conditions.bose_gas import bose_einstein_temperature
from pairlab.pairing.conditions.density_conservation import Balance, derivatives, temperature_at
from pairlab.pairing.problem import Scale
from pairlab.solution import LOWEST_TEMPERATURE, PROMISED_ACCURACY, Result
from pairlab.units import BOLTZMANN

Limit = Literal["mismatch", "conservation", "condensation", "pairing", "unknown"]
"""What ends superconductivity: |Delta| < |E_F - E_l| from the start; single electrons that fill the
gap; pairs that no longer condense; pairs that break. Or the equation has no solution."""

_ROUNDING = 1e-12
"""Relative error of a density of pairs, an integral of S."""


@dataclass(frozen=True)
class Pairing:
    """What all levels share. Energies in meV from the bottom of the band.

    states: S(E). fermi_energy: E_F. pairing_energy: |Delta|. pairing_ratio: |Delta|/(kT*).
    pair_mass: m_e. pair_density: 1/nm^3, where it is known otherwise than from Eq. 3.3.
    """

    states: DifferentiableDensity
    fermi_energy: float
    pairing_energy: float
    pairing_ratio: float
    pair_mass: float
    pair_density: float | None = None


class Temperature(NamedTuple):
    """K, and its numerical error; nan where there is none."""

    value: float
    error: float


_NONE = Temperature(np.nan, np.nan)


class Wave(NamedTuple):
    """One level and what follows from it.

    bottom: E_1, meV. depth: C. electrons: N_s, 1/nm^3. conservation, condensation, pairing: the
    temperatures of Eq. 3.11, T_BEC and T*; critical: the smallest of them, by `limit`.
    """

    level: float
    limit: Limit
    result: Result
    critical: Temperature
    bottom: float = np.nan
    depth: float = np.nan
    electrons: float = np.nan
    conservation: Temperature = _NONE
    condensation: Temperature = _NONE
    pairing: Temperature = _NONE
    balance: Balance | None = None


class Level(NamedTuple):
    """One standing wave: direction, order n, number of equivalent directions (0: not known), R in
    nm and E_l in meV."""

    direction: str
    order: int
    multiplicity: int
    distance: float
    energy: float

    @property
    def label(self) -> str:
        return self.direction + (f", n = {self.order}" if self.order > 1 else "")


@dataclass(frozen=True)
class StandingWaves:
    """All levels of a crystal, nearest to E_F first, and what follows from each.

    waves and pairing: None as long as the pairing energy is not known. fermi_energy: meV from the
    bottom of the band. density: electrons per nm^3. states: S(E). bottom: that of the band on the
    scale of a file, and how well it is known, meV.
    """

    levels: Sequence[Level]
    waves: Sequence[Wave] | None
    pairing: Pairing | None
    fermi_energy: float
    density: float
    states: DifferentiableDensity
    bottom: tuple[float, float] | None = None


@dataclass(frozen=True)
class WaveLevels:
    """waves: all levels and what follows from them; the part of a problem that pairs them."""

    waves: Callable[[], StandingWaves]


def gap_bottom(level: float, pairing: Pairing) -> tuple[float, float]:
    """E_1 and E_l - E_1, meV (Eqs. 3.7 and 3.8)."""
    delta, fermi = pairing.pairing_energy, pairing.fermi_energy
    if level >= fermi:
        return level - delta, delta
    return fermi - delta, delta - (fermi - level)


def standing_wave(level: float, pairing: Pairing) -> Wave:
    """What follows from one level.

    Raises: InputError where |Delta| exceeds the band or S(E) ends below the level.
    """
    ratio = pairing.pairing_ratio
    breaking = Temperature(pairing.pairing_energy / (ratio * BOLTZMANN), 0.0)
    if abs(pairing.fermi_energy - level) >= pairing.pairing_energy:  # Eq. 3.4
        return Wave(
            level, "mismatch", Result.NO_SUPERCONDUCTIVITY, Temperature(0.0, LOWEST_TEMPERATURE),
            pairing=breaking,
        )  # fmt: skip
    bottom, height = gap_bottom(level, pairing)
    _check(level, bottom, pairing)
    electrons = pairing.states.count(bottom, pairing.fermi_energy)  # Eq. 3.3
    pairs = electrons / 2 if pairing.pair_density is None else pairing.pair_density
    kelvin = bose_einstein_temperature(pairs, pairing.pair_mass)
    condensing = Temperature(kelvin, _ROUNDING * kelvin)
    balance = temperature_at(pairing.states, bottom=bottom, height=height)
    filling = _filling(balance, pairing.fermi_energy)
    limits: dict[Limit, Temperature] = {
        "conservation": filling, "condensation": condensing, "pairing": breaking,
    }  # fmt: skip
    known = balance.result is not Result.NO_SOLUTION
    limit: Limit = min(limits, key=lambda name: limits[name].value) if known else "unknown"
    depth = balance.depth if np.isfinite(balance.kt) else np.nan
    critical, result = _judged(limits[limit]) if known else (_NONE, balance.result)
    return Wave(
        level, limit, result, critical, bottom, depth, electrons, conservation=filling,
        condensation=condensing, pairing=breaking, balance=balance,
    )  # fmt: skip


def _filling(balance: Balance, fermi_energy: float) -> Temperature:
    """The temperature of Eq. 3.11. Its error holds what rounding of energies as large as E_F leaves
    of a small E_l - E_1, to which Tc is about proportional."""
    kelvin = balance.kt / BOLTZMANN
    if not np.isfinite(kelvin):
        return Temperature(kelvin, 0.0)
    rounding = 4 * float(np.finfo(float).eps) * fermi_energy / balance.height
    return Temperature(kelvin, kelvin * (balance.error + rounding))


def _judged(critical: Temperature) -> tuple[Temperature, Result]:
    if critical.value < LOWEST_TEMPERATURE:
        return Temperature(0.0, LOWEST_TEMPERATURE), Result.NO_SUPERCONDUCTIVITY
    good = critical.error <= PROMISED_ACCURACY * critical.value
    return critical, Result.SUCCESS if good else Result.INACCURATE


def _check(level: float, bottom: float, pairing: Pairing) -> None:
    if bottom <= 0:
        raise InputError(
            what=f"standing_wave: pairing_energy = {pairing.pairing_energy:g} meV",
            why=f"the gap below the Fermi energy, {pairing.fermi_energy:g} meV, would reach "
            "through the bottom of the band",
            remedy="give a smaller pairing_energy",
        )
    if level > pairing.states.top:
        raise InputError(
            what=f"standing_wave: the density of states ends {pairing.states.top:g} meV above the "
            "bottom of the band",
            why=f"the level at {level:g} meV lies beyond it",
            remedy="calculate it over a wider range of energies",
        )


def best_wave(levels: Sequence[Level], pairing: Pairing) -> Wave:
    """The wave with the highest Tc; before it one whose Tc is not known, since it may be higher.

    Of the levels below E_F, which share E_1, the highest has the largest E_l - E_1, and Tc rises
    with it: there is more room below E_l. The others need not be solved.
    """
    energies = [level.energy for level in levels]
    below = max((one for one in energies if one < pairing.fermi_energy), default=None)
    above = [one for one in energies if one >= pairing.fermi_energy]
    found = [standing_wave(one, pairing) for one in above + ([] if below is None else [below])]
    unknown = [wave for wave in found if wave.limit == "unknown"]
    return (unknown or [max(found, key=lambda wave: wave.critical.value)])[0]


def wave_scales(wave: Wave) -> tuple[Scale, ...]:
    """T*, T_BEC and the temperature of Eq. 3.11 of a level."""
    known = (
        ("T*", wave.pairing, "pairs break: |Delta|/k over the pairing ratio"),
        ("T_BEC", wave.condensation, "the ideal gas of pairs condenses"),
        ("T_conservation", wave.conservation, "single electrons fill the gap, Eq. 3.11"),
    )
    return tuple(Scale(name, one.value, one.error, wave.result, text) for name, one, text in known)


def stretching_exponent(wave: Wave, pairing: Pairing) -> float:
    """d ln Tc/d ln s where all band energies are stretched by s, E_F with them; E_l and Delta stay.

    A larger effective mass stretches them by s = m*/m*' < 1. With S(E; s) = S(E/s)/s the density of
    electrons up to s E is the same, hence E_F = s E_F0, and a temperature T(E_1, E_l - E_1) of
    Eq. 3.11 becomes s T(E_1/s, (E_l - E_1)/s).
    """
    states, fermi = pairing.states, pairing.fermi_energy
    if wave.limit == "pairing":
        return 0.0
    # E_1 follows E_F below it (Eq. 3.8) and stays with E_l otherwise (Eq. 3.7).
    follows = fermi if wave.level < fermi else 0.0
    if wave.limit == "condensation":
        if pairing.pair_density is not None:
            return 0.0
        change = (wave.bottom - follows) * float(states(wave.bottom))
        return 2 / 3 * change / wave.electrons
    assert wave.balance is not None
    by = derivatives(states, wave.balance)
    bottom, height = wave.balance.bottom, wave.balance.height
    own = 1 - bottom * by.by_bottom - height * by.by_depth
    return own + follows * (by.by_bottom - by.by_depth)
