"""What a mechanism with Eliashberg equations answers: its capabilities, in K and with codes.

Each function takes a mechanism that has `electrons()`; a mechanism takes the functions as methods.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from pairlab.errors import CapabilityError
from pairlab.pairing.eliashberg import Electrons, system_at
from pairlab.pairing.eliashberg_critical import (
    critical_kt,
    isotope_exponent,
    smooth_equivalent,
)
from pairlab.pairing.eliashberg_edge import gap_edge
from pairlab.pairing.eliashberg_energy import (
    Cold,
    Condensate,
    Frozen,
    coldest,
    condensate,
    frozen,
    normal_specific_heat,
    sommerfeld,
    specific_heat_jump,
)
from pairlab.pairing.eliashberg_gap import ImaginaryGap, imaginary_gap
from pairlab.pairing.real_axis import real_axis
from pairlab.pairing.real_edge import SpectralEdge
from pairlab.pairing.solved import Changes, SolvedCondensate, SolvedGap, SolvedTunnelling
from pairlab.solution import LOWEST_TEMPERATURE, Result, Solution
from pairlab.units import BOLTZMANN

METHOD = "Eliashberg equations on graded Matsubara frequencies"

_CLOSED = 3e-6
"""Of Tc: this close to it, which is known to 1e-7 to 1e-5, a gap is zero to its error."""

_EXACT = (0.0, 0.0, 0.0, 0.0)


def solved_critical_temperature(mechanism: Any) -> Solution:
    """Tc. stats: `residual`, what the sums on few frequencies miss of the full ones, of Tc."""
    found = critical_kt(mechanism.electrons())
    if found.result is Result.NO_SUPERCONDUCTIVITY:
        return Solution(0.0, LOWEST_TEMPERATURE, "K", found.result)
    kelvin = found.kt / BOLTZMANN
    stats = {"residual": float(found.residual)}
    return Solution(kelvin, kelvin * float(found.error), "K", found.result, stats)


def solved_isotope_coefficient(mechanism: Any) -> Solution:
    """alpha = -d ln Tc/d ln M with every phonon frequency as M^(-1/2)."""
    electrons = mechanism.electrons()
    found = critical_kt(electrons)
    if found.result is Result.NO_SUPERCONDUCTIVITY:
        return Solution(np.nan, np.nan, "", found.result)
    alpha, error = isotope_exponent(electrons, found.kt)
    return Solution(alpha, max(float(found.error), error), "", found.result)


def solved_gap(mechanism: Any, temperature: np.ndarray, critical_temperature: float) -> SolvedGap:
    """The edge of the spectrum of each band, Re Delta(w) = w."""
    electrons, tc = mechanism.electrons(), critical_temperature * BOLTZMANN
    bands = len(electrons.phonons)
    edges: dict[float, tuple[SpectralEdge, ...]] = {}
    potential: dict[float, float] = {}
    before = None
    cold = coldest(electrons, tc) if tc > 0 else Cold(0.0, True)
    asked = np.maximum(temperature * BOLTZMANN, cold.kt)
    for kt in np.unique(asked):
        if kt >= tc * (1 - _CLOSED):
            normal = Result.NO_SUPERCONDUCTIVITY if tc == 0 else Result.SUCCESS
            # A gap closes as 3.1 kTc sqrt(1 - t), and steeper at strong coupling.
            unseen = 6 * tc * np.sqrt(_CLOSED) if kt < tc else 0.0
            edges[kt] = (SpectralEdge(0.0, unseen, normal),) * bands
            potential[kt] = _potential(electrons, None, kt)
            continue
        before = imaginary_gap(electrons, kt, tc, start=before)
        edges[kt] = gap_edge(electrons, before, tc)
        potential[kt] = _potential(electrons, before, kt)
    rows = [edges[kt] for kt in asked]
    gap = np.array([[edge.value for edge in row] for row in rows])
    error = np.array([max(edge.error for edge in row) for row in rows])
    code = np.array([max(edge.result.code for edge in row) for row in rows])
    code = _unless_sure(code, temperature * BOLTZMANN, cold)
    level = None if electrons.states is None else np.array([potential[kt] for kt in asked])
    return SolvedGap(gap if bands > 1 else gap[:, 0], error, code, level)


def _unless_sure(code: np.ndarray, kt: np.ndarray, cold: Cold) -> np.ndarray:
    """Codes, which are not good where it is not known that nothing changes any more."""
    below = (kt < cold.kt) & (code == Result.SUCCESS.code)
    return code if cold.sure else np.where(below, Result.INACCURATE.code, code)


def _potential(electrons: Electrons, found: ImaginaryGap | None, kt: float) -> float:
    """mu, meV from the Fermi level of a given density of states; nan for a constant one."""
    if electrons.states is None or not kt > 0:
        return np.nan
    system = system_at(electrons, kt, order=10) if found is None else found.system
    assert system.filling is not None
    return system.filling.chemical_potential


def solved_condensate(
    mechanism: Any, temperature: np.ndarray, critical_temperature: float
) -> SolvedCondensate:
    """Free energy, entropy, specific heat and superfluid density, and the jump at Tc.

    Of a sharp mu* or a cutoff, entropy and specific heat are those of the rescaled mu* with the
    same Tc, and what the free energies differ by is in their errors.

    Raises: CapabilityError with a given density of states.
    """
    electrons = mechanism.electrons()
    _refuse_states(mechanism, electrons, "free energy")
    if smooth_equivalent(electrons) is None:
        raise CapabilityError(
            what=f"{mechanism.key} has no free energy with this cutoff or sharp mu*",
            why="it ends within one Matsubara frequency, which moves with T, and no rescaled mu* "
            "has the same Tc",
            remedy="leave matsubara_cutoff out, or give a rescaled mu*",
        )
    kts = tuple((temperature * BOLTZMANN).tolist())
    return _condensates(electrons, kts, critical_temperature * BOLTZMANN)


@lru_cache(maxsize=8)  # thermodynamics, fields and stiffness ask for the same temperatures
def _condensates(electrons: Electrons, kts: tuple[float, ...], tc: float) -> SolvedCondensate:
    bands, gamma = len(electrons.phonons), sommerfeld(electrons)
    if not tc > 0:
        none = np.zeros(len(kts))
        blank = Changes(none, none, none, np.zeros((len(kts), bands)))
        normal = normal_specific_heat(electrons, np.array(kts))
        code = np.zeros(len(kts), int)
        return SolvedCondensate(blank, blank, code, gamma, np.nan, np.nan, normal)
    smooth = smooth_equivalent(electrons)
    assert smooth is not None
    own = None if smooth is electrons else electrons
    jump, jump_error = specific_heat_jump(smooth, tc)
    cold = frozen(smooth, tc)
    known, before = condensate(smooth, cold.kt, tc, own=own)
    rows: dict[float, Condensate] = {}
    for kt in sorted(set(kts)):
        if kt >= tc * (1 - _CLOSED):
            rows[kt] = _closed_row(kt, tc, gamma, jump, bands)
        elif kt <= cold.kt:
            rows[kt] = _frozen_row(smooth, known, kt, cold)
        else:
            rows[kt], before = condensate(smooth, kt, tc, start=before, own=own)
    found = [rows[kt] for kt in kts]
    weights = np.array([one.superfluid for one in found])
    whole = np.where(known.superfluid > 0, known.superfluid, 1.0)
    ratio = weights / whole
    first, second, third, fourth = (np.array([one.errors[i] for one in found]) for i in range(4))
    value = Changes(
        np.array([one.free_energy for one in found]),
        np.array([one.entropy for one in found]),
        np.array([one.specific_heat for one in found]),
        ratio,
    )
    lost = (fourth[:, None] + ratio * known.errors[3]) / whole
    differ = abs(known.errors[1] / known.entropy) if own is not None else 0.0
    code = np.array([one.result.code for one in found])
    if known.result is not Result.SUCCESS:
        code = np.maximum(code, known.result.code)
    error = Changes(first, second, third, lost)
    normal = normal_specific_heat(electrons, np.array(kts))
    return SolvedCondensate(value, error, code, gamma, jump, jump_error + differ * jump, normal)


def _closed_row(kt: float, tc: float, gamma: float, jump: float, bands: int) -> Condensate:
    """At and above Tc nothing changes; just below, what the jump says."""
    if kt >= tc:
        return Condensate(0.0, 0.0, 0.0, np.zeros(bands), _EXACT, Result.SUCCESS)
    below, heat = tc - kt, jump * gamma * tc
    energy, entropy = -heat * below**2 / tc / 2, -heat * below / tc
    errors = (0.1 * abs(energy), 0.1 * abs(entropy), _CLOSED * heat, 2 * below / tc)
    return Condensate(energy, entropy, heat, np.full(bands, 2 * below / tc), errors, Result.SUCCESS)


def _frozen_row(electrons: Electrons, known: Condensate, kt: float, cold: Frozen) -> Condensate:
    """Below the coldest temperature: F_n = -gamma T^2/2 is all that changes, but for what thermal
    phonons take off gamma."""
    gamma = sommerfeld(electrons)
    drift = gamma * kt * cold.softened
    return known._replace(
        free_energy=known.free_energy - gamma * (cold.kt**2 - kt**2) / 2,
        entropy=-gamma * kt,
        specific_heat=-float(normal_specific_heat(electrons, np.array([kt]))[0]),
        errors=(known.errors[0] + drift * cold.kt, drift, drift, known.errors[3]),
        result=known.result if cold.sure else Result.INACCURATE,
    )


def solved_tunnelling(
    mechanism: Any, temperature: np.ndarray, critical_temperature: float, *,
    broadening: float, energy: np.ndarray,
) -> SolvedTunnelling:  # fmt: skip
    """N_s/N_n and dI/dV at energies [meV], with a Lorentzian of a half width [meV].

    Raises: CapabilityError with a given density of states.
    """
    electrons, tc = mechanism.electrons(), critical_temperature * BOLTZMANN
    _refuse_states(mechanism, electrons, "tunnelling spectrum")
    bands = len(electrons.phonons)
    ones, sure = np.ones((bands, len(energy))), np.zeros(bands)
    rows: dict[float, tuple[np.ndarray, np.ndarray, np.ndarray, int]] = {}
    cold = coldest(electrons, tc) if tc > 0 else Cold(0.0, True)
    before = None
    for kt in np.unique(temperature * BOLTZMANN):
        if kt >= tc:
            rows[kt] = ones, ones, sure, Result.SUCCESS.code
            continue
        before = imaginary_gap(electrons, max(kt, cold.kt), tc, start=before)
        if before.result is not Result.SUCCESS:
            rows[kt] = np.nan * ones, np.nan * ones, np.nan * sure, before.result.code
            before = None
            continue
        axis = before.axis(electrons, min(broadening, before.kt))
        found = real_axis(axis, broadening=broadening, energy=energy, smearing=kt)
        usable = found.result in (Result.SUCCESS, Result.INACCURATE)
        lost = 1.0 if usable else np.nan
        rows[kt] = (
            lost * found.density_of_states, lost * found.conductance, lost * found.error,
            found.result.code,
        )  # fmt: skip
    states, conductance, error, code = zip(
        *(rows[kt] for kt in temperature * BOLTZMANN), strict=True
    )
    codes = _unless_sure(np.array(code), temperature * BOLTZMANN, cold)
    return SolvedTunnelling(np.array(states), np.array(conductance), np.array(error), codes)


def _refuse_states(mechanism: Any, electrons: Electrons, what: str) -> None:
    if electrons.states is not None:
        raise CapabilityError(
            what=f"{mechanism.key} has no {what} with electron_states",
            why="the one that pairlab knows is that of a constant density of states",
            remedy="leave electron_states out, or ask for Tc and the gap",
        )
