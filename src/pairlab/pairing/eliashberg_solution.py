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
from pairlab.pairing.eliashberg_energy import (
    Condensate,
    condensate,
    frozen_kt,
    sommerfeld,
    specific_heat_jump,
)
from pairlab.pairing.eliashberg_gap import ImaginaryGap, gap_edge, imaginary_gap
from pairlab.pairing.real_axis import real_axis
from pairlab.pairing.real_edge import SpectralEdge
from pairlab.pairing.solved import Changes, SolvedCondensate, SolvedGap, SolvedTunnelling
from pairlab.solution import LOWEST_TEMPERATURE, Result, Solution
from pairlab.units import BOLTZMANN

METHOD = "Eliashberg equations on graded Matsubara frequencies"

_EXACT = (0.0, 0.0, 0.0, 0.0)

_COLD = 0.05  # of Tc: below, nothing changes in the edge; excitations are rarer than exp(-30)


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
    asked = np.maximum(temperature * BOLTZMANN, _COLD * tc)
    for kt in np.unique(asked):
        if kt >= tc:
            normal = Result.NO_SUPERCONDUCTIVITY if tc == 0 else Result.SUCCESS
            edges[kt] = (SpectralEdge(0.0, 0.0, normal),) * bands
            potential[kt] = _potential(electrons, None, kt)
            continue
        before = imaginary_gap(electrons, kt, tc, start=before)
        edges[kt] = gap_edge(electrons, before, tc)
        potential[kt] = _potential(electrons, before, kt)
    rows = [edges[kt] for kt in asked]
    gap = np.array([[edge.value for edge in row] for row in rows])
    error = np.array([max(edge.error for edge in row) for row in rows])
    code = np.array([max(edge.result.code for edge in row) for row in rows])
    level = None if electrons.states is None else np.array([potential[kt] for kt in asked])
    return SolvedGap(gap if bands > 1 else gap[:, 0], error, code, level)


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

    Of a sharp mu* or a cutoff, those of the rescaled mu* with the same Tc.

    Raises: CapabilityError with a given density of states.
    """
    electrons = mechanism.electrons()
    _refuse_states(mechanism, electrons, "free energy")
    smooth = smooth_equivalent(electrons)
    kts = tuple((temperature * BOLTZMANN).tolist())
    return _condensates(smooth, kts, critical_temperature * BOLTZMANN)


@lru_cache(maxsize=8)  # thermodynamics, fields and stiffness ask for the same temperatures
def _condensates(electrons: Electrons, kts: tuple[float, ...], tc: float) -> SolvedCondensate:
    bands = len(electrons.phonons)
    gamma = sommerfeld(electrons)
    if not tc > 0:
        none = np.zeros(len(kts))
        blank = Changes(none, none, none, np.zeros((len(kts), bands)))
        code = np.zeros(len(kts), int)
        return SolvedCondensate(blank, blank, code, gamma, np.nan, np.nan)
    frozen, softened = frozen_kt(electrons, tc)
    start = condensate(electrons, frozen, tc)
    rows: dict[float, Condensate] = {}
    known, before = start
    for kt in sorted(set(kts)):
        if kt >= tc:
            rows[kt] = Condensate(0.0, 0.0, 0.0, np.zeros(bands), _EXACT, Result.SUCCESS)
        elif kt <= frozen:
            # F_n = -gamma T^2/2 is all that changes, but for what thermal phonons take off gamma.
            free_energy = known.free_energy - gamma * (frozen**2 - kt**2) / 2
            drift = gamma * kt * softened
            rows[kt] = known._replace(
                free_energy=free_energy, entropy=-gamma * kt, specific_heat=-gamma * kt,
                errors=(known.errors[0] + drift * frozen, drift, drift, known.errors[3]),
            )  # fmt: skip
        else:
            rows[kt], before = condensate(electrons, kt, tc, start=before)
    found = [rows[kt] for kt in kts]
    whole = known.superfluid
    value = Changes(
        np.array([one.free_energy for one in found]),
        np.array([one.entropy for one in found]),
        np.array([one.specific_heat for one in found]),
        np.array([one.superfluid / whole for one in found]),
    )
    first, second, third, fourth = (np.array([one.errors[i] for one in found]) for i in range(4))
    error = Changes(first, second, third, (fourth + known.errors[3])[:, None] / whole)
    jump, jump_error = specific_heat_jump(electrons, tc)
    code = np.array([one.result.code for one in found])
    return SolvedCondensate(value, error, code, gamma, jump, jump_error)


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
    before = None
    for kt in np.unique(temperature * BOLTZMANN):
        if kt >= tc:
            rows[kt] = ones, ones, sure, Result.SUCCESS.code
            continue
        before = imaginary_gap(electrons, max(kt, _COLD * tc), tc, start=before)
        if before.result is not Result.SUCCESS:
            rows[kt] = np.nan * ones, np.nan * ones, np.nan * sure, before.result.code
            before = None
            continue
        axis = before.axis(electrons, min(broadening, before.kt))
        found = real_axis(axis, broadening=broadening, energy=energy, smearing=kt)
        rows[kt] = found.density_of_states, found.conductance, found.error, found.result.code
    states, conductance, error, code = zip(
        *(rows[kt] for kt in temperature * BOLTZMANN), strict=True
    )
    return SolvedTunnelling(
        np.array(states), np.array(conductance), np.array(error), np.array(code)
    )


def _refuse_states(mechanism: Any, electrons: Electrons, what: str) -> None:
    if electrons.states is not None:
        raise CapabilityError(
            what=f"{mechanism.key} has no {what} with electron_states",
            why="the one that pairlab knows is that of a constant density of states",
            remedy="leave electron_states out, or ask for Tc and the gap",
        )
