"""What Eliashberg equations answer at temperatures, in K and with codes."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from pairlab.pairing import quasiparticles
from pairlab.pairing.matsubara.branches import branch_changes
from pairlab.pairing.matsubara.critical import critical_kt, smooth_equivalent
from pairlab.pairing.matsubara.edge import gap_edge
from pairlab.pairing.matsubara.energy import (
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
from pairlab.pairing.matsubara.equations import Electrons, system_at
from pairlab.pairing.matsubara.gap import ImaginaryGap, imaginary_gap, lowest
from pairlab.pairing.real_frequencies.axis import RealAxis, real_axis
from pairlab.pairing.real_frequencies.edge import SpectralEdge
from pairlab.pairing.solved import Changes, SolvedCondensate, SolvedGap, SolvedTunnelling
from pairlab.solution import Result
from pairlab.units import BOLTZMANN

METHOD = "Eliashberg equations on graded Matsubara frequencies"

_CLOSED = 3e-6
"""Of Tc: this close to it, which is known to 1e-7 to 1e-5, a gap is zero to its error."""

_SPECTRAL = (16, 12)
"""Points in a panel for spectra: at its edge a density of states multiplies errors of the gap."""

_EXACT = (0.0, 0.0, 0.0, 0.0)

USABLE = (Result.SUCCESS, Result.NO_SUPERCONDUCTIVITY, Result.INACCURATE)
"""Results that come with numbers, the best first."""

_NEAR = 0.999
"""Of Tc: where the state is looked at that emerges there."""


def solved_gap(
    electrons: Electrons, temperature: np.ndarray, critical_temperature: float
) -> SolvedGap:
    """The edge of the spectrum of each band, Re Delta(w) = w; nan where its code is not usable."""
    tc = critical_temperature * BOLTZMANN
    bands = len(electrons.phonons)
    edges: dict[float, tuple[SpectralEdge, ...]] = {}
    potential: dict[float, float] = {}
    followed: list[ImaginaryGap] = []
    known = None
    cold = coldest(electrons, tc) if tc > 0 else Cold(0.0, True)
    asked = np.maximum(temperature * BOLTZMANN, cold.kt)
    for kt in np.unique(asked):
        if not kt < tc * (1 - _CLOSED):
            edges[kt] = (_closed_edge(electrons, kt, tc),) * bands
            potential[kt] = _potential(electrons, None, kt)
            continue
        found = imaginary_gap(electrons, kt, tc, start=known)
        followed.append(found)
        known = found if found.result in USABLE else known
        edges[kt] = gap_edge(electrons, found, tc)
        potential[kt] = _potential(electrons, found, kt)
    rows = [edges[kt] for kt in asked]
    results = [_worst(edge.result for edge in row) for row in rows]
    lost = np.array([1.0 if result in USABLE else np.nan for result in results])
    gap = np.array([[edge.value for edge in row] for row in rows]) * lost[:, None]
    error = np.array([max(edge.error for edge in row) for row in rows]) * lost
    code = np.array([result.code for result in results])
    code = _unless_sure(code, temperature * BOLTZMANN, cold)
    level = None
    if electrons.states is not None:
        level = np.array([potential[kt] for kt in asked]) * lost
    if followed and bands > 1 and np.any(asked >= tc):
        followed.append(lowest(electrons, _NEAR * tc, tc, known))
    changes = branch_changes(electrons, tc, followed) / BOLTZMANN
    return SolvedGap(gap if bands > 1 else gap[:, 0], error, code, level, changes)


def _closed_edge(electrons: Electrons, kt: float, tc: float) -> SpectralEdge:
    """At Tc and above; nan where no Tc is known."""
    if not np.isfinite(tc):
        return SpectralEdge(np.nan, np.nan, critical_kt(electrons).result)
    normal = Result.NO_SUPERCONDUCTIVITY if tc == 0 else Result.SUCCESS
    # A gap closes as 3.1 kTc sqrt(1 - t), and steeper at strong coupling.
    return SpectralEdge(0.0, 6 * tc * np.sqrt(_CLOSED) if kt < tc else 0.0, normal)


def _worst(results: Iterable[Result]) -> Result:
    """The one to report of several: any that comes without a number before those with one."""
    return max(results, key=lambda one: USABLE.index(one) if one in USABLE else 9 + one.code)


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
    electrons: Electrons, temperature: np.ndarray, critical_temperature: float
) -> SolvedCondensate:
    """Free energy, entropy, specific heat and superfluid density, and the jump at Tc, of electrons
    with a smooth equivalent and constant densities of states.

    Of a sharp mu* or a cutoff, entropy and specific heat are those of the rescaled mu* with the
    same Tc, and what the free energies differ by is in their errors.
    """
    kts = tuple((temperature * BOLTZMANN).tolist())
    return _condensates(electrons, kts, critical_temperature * BOLTZMANN)


@lru_cache(maxsize=8)  # thermodynamics, fields and stiffness ask for the same temperatures
def _condensates(electrons: Electrons, kts: tuple[float, ...], tc: float) -> SolvedCondensate:
    bands, gamma = len(electrons.phonons), sommerfeld(electrons)
    if not tc > 0:  # which is 0 K: without a Tc nothing is asked for
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
    cold_row, known = condensate(smooth, cold.kt, tc, own=own)
    if cold_row.result not in USABLE:  # what is relative to T = 0 is part of every row
        return _unknown_condensates(electrons, kts, cold_row, jump, jump_error)
    rows: dict[float, Condensate] = {}
    start = known
    for kt in sorted(set(kts)):
        if kt >= tc * (1 - _CLOSED):
            rows[kt] = _closed_row(kt, tc, gamma, jump, bands)
        elif kt <= cold.kt:
            rows[kt] = _frozen_row(smooth, cold_row, kt, cold)
        else:
            rows[kt], known = condensate(smooth, kt, tc, start=start, own=own)
            start = known if rows[kt].result is Result.SUCCESS else start
    found = [rows[kt] for kt in kts]
    weights = np.array([one.superfluid for one in found])
    whole = np.where(cold_row.superfluid == 0, 1.0, cold_row.superfluid)
    ratio = weights / whole
    first, second, third, fourth = (np.array([one.errors[i] for one in found]) for i in range(4))
    value = Changes(
        np.array([one.free_energy for one in found]),
        np.array([one.entropy for one in found]),
        np.array([one.specific_heat for one in found]),
        ratio,
    )
    lost = (fourth[:, None] + ratio * cold_row.errors[3]) / whole
    differ = abs(cold_row.errors[1] / cold_row.entropy) if own is not None else 0.0
    code = np.array([_worst((one.result, cold_row.result)).code for one in found])
    error = Changes(first, second, third, lost)
    normal = normal_specific_heat(electrons, np.array(kts))
    usable = np.isin(code, [result.code for result in USABLE])
    value, error = (_only(usable, changes) for changes in (value, error))
    return SolvedCondensate(value, error, code, gamma, jump, jump_error + differ * jump, normal)


def _unknown_condensates(
    electrons: Electrons, kts: tuple[float, ...], row: Condensate, jump: float, jump_error: float
) -> SolvedCondensate:
    lost = np.full(len(kts), np.nan)
    blank = Changes(lost, lost, lost, np.full((len(kts), len(electrons.phonons)), np.nan))
    code = np.full(len(kts), row.result.code)
    normal = normal_specific_heat(electrons, np.array(kts))
    return SolvedCondensate(
        blank, blank, code, sommerfeld(electrons), jump, jump_error, normal
    )  # fmt: skip


def _only(usable: np.ndarray, changes: Changes) -> Changes:
    """nan at the temperatures whose code comes without a number."""
    kept = np.where(usable, 1.0, np.nan)
    energy, entropy, heat, superfluid = changes
    return Changes(kept * energy, kept * entropy, kept * heat, kept[:, None] * superfluid)


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
        result=known.result if cold.sure else _worst((known.result, Result.INACCURATE)),
    )


def solved_tunnelling(
    electrons: Electrons,
    temperature: np.ndarray,
    critical_temperature: float,
    *,
    broadening: float,
    energy: np.ndarray,
) -> SolvedTunnelling:
    """N_s/N_n and dI/dV at energies [meV], with a Lorentzian of a half width [meV], of electrons
    with constant densities of states."""
    tc = critical_temperature * BOLTZMANN
    bands = len(electrons.phonons)
    ones, sure = np.ones((bands, len(energy))), np.zeros(bands)
    rows: dict[float, tuple[np.ndarray, np.ndarray, np.ndarray, int]] = {}
    cold = coldest(electrons, tc) if tc > 0 else Cold(0.0, True)
    known = None
    for kt in np.unique(temperature * BOLTZMANN):
        if kt >= tc:
            rows[kt] = ones, ones, sure, Result.SUCCESS.code
            continue
        if not np.isfinite(tc):
            result = critical_kt(electrons).result
            rows[kt] = np.nan * ones, np.nan * ones, np.nan * sure, result.code
            continue
        imaginary = imaginary_gap(electrons, max(kt, cold.kt), tc, start=known, orders=_SPECTRAL)
        if imaginary.result is not Result.SUCCESS:
            rows[kt] = np.nan * ones, np.nan * ones, np.nan * sure, imaginary.result.code
            continue
        known = imaginary
        axis = known.axis(electrons, min(broadening, known.kt))
        found = real_axis(axis, broadening=broadening, energy=energy, smearing=kt)
        usable = found.result.is_superconducting
        lost = 1.0 if usable else np.nan
        error = found.error + _inherited(imaginary, electrons, found)
        rows[kt] = (
            lost * found.density_of_states, lost * found.conductance, lost * error,
            found.result.code,
        )  # fmt: skip
    states, conductance, error, code = zip(
        *(rows[kt] for kt in temperature * BOLTZMANN), strict=True
    )
    codes = _unless_sure(np.array(code), temperature * BOLTZMANN, cold)
    return SolvedTunnelling(np.array(states), np.array(conductance), np.array(error), codes)


def _inherited(imaginary: ImaginaryGap, electrons: Electrons, found: RealAxis) -> np.ndarray:
    """What the error of the gap on the imaginary axis does to the density of states, (band,): at
    the edge of the spectrum that is many times as large as the error itself."""
    size = np.max(np.abs(imaginary.at_first(electrons)))
    z = found.energy + 1j * found.broadening
    slope = np.abs(quasiparticles.sensitivity(z, found.gap) * found.gap).max(axis=1, initial=0.0)
    return slope * imaginary.error / max(float(size), 1e-300)
