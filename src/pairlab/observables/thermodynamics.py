"""Free energy, entropy, specific heat and thermodynamic critical field of constant bands."""

from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from scipy import constants

from pairlab.numerics.arrays import Array
from pairlab.observables.common import CODE_ATTRIBUTES, attributes, refuse, refuse_any
from pairlab.observables.critical_temperature import (
    as_solution,
    critical_temperature,
    solve_critical,
)
from pairlab.observables.gap import checked_temperatures
from pairlab.pairing.critical import CriticalPoint
from pairlab.pairing.free_energy import (
    COARSE,
    FINE,
    Condensate,
    condensate,
    normal_specific_heat,
    specific_heat_jump,
)
from pairlab.pairing.gap import gap_problem
from pairlab.pairing.problem import (
    GapEquation,
    OffersCondensate,
    OffersDensityPerVolume,
    OffersFreeEnergy,
    require,
)
from pairlab.pairing.solved import Changes, SolvedCondensate
from pairlab.solution import CODES, Result, Solution
from pairlab.units import BOLTZMANN

METHOD = "mean-field free energy and its derivatives in closed form, graded Gauss-Legendre"

ACCURACY = 1e-5
"""Of F(0), gamma Tc^2 N0 or gamma Tc; a temperature with a larger error estimate is inaccurate."""

_TESLA = np.sqrt(2 * constants.mu_0 * constants.e * 1e-3 * 1e27)
"""Bc in T from the square root of a condensation energy in meV/nm^3."""


@eqx.filter_jit
def solve_condensate(
    equation: GapEquation, critical: CriticalPoint, kt: jax.Array
) -> tuple[Condensate, Condensate, jax.Array]:
    """`condensate` at each of several temperatures, compiled: values, errors and codes."""
    problem = gap_problem(equation, critical)
    return jax.lax.map(lambda one: condensate(problem, critical, one), kt)


@eqx.filter_jit
def _solve_jump(equation: GapEquation, critical: CriticalPoint) -> tuple[jax.Array, ...]:
    fine, degenerate = specific_heat_jump(equation, critical, FINE)
    coarse, _ = specific_heat_jump(equation, critical, COARSE)
    return fine, jnp.abs(fine - coarse), degenerate, normal_specific_heat(equation)


def solved(
    mechanism: Any, kelvin: np.ndarray, *, throw: bool
) -> tuple[CriticalPoint, Condensate, Condensate, np.ndarray]:
    """The critical point and the condensate with its errors and codes; zeros in the normal state.

    Raises: SolverError for a critical temperature that is not good, with throw.
    """
    equation = mechanism.gap_equation()
    critical = solve_critical(equation)
    result = CODES[int(critical.code)]
    if throw:
        refuse(result, f"critical temperature of {mechanism.key}")
    value, error, code = solve_condensate(equation, critical, jnp.asarray(kelvin) * BOLTZMANN)
    value, error = (jax.tree.map(np.asarray, x) for x in (value, error))
    code = np.asarray(code)
    if result is Result.NO_SUPERCONDUCTIVITY:
        value, error = (jax.tree.map(np.zeros_like, x) for x in (value, error))
        code = np.zeros_like(code)
    elif result not in (Result.SUCCESS, Result.INACCURATE):
        value, error = (jax.tree.map(lambda x: np.full_like(x, np.nan), x) for x in (value, error))
        code = np.full_like(code, result.code)
    return critical, value, error, code


def judged(code: np.ndarray, worst: np.ndarray) -> np.ndarray:
    """Codes with INACCURATE where the worst relative error exceeds what is promised."""
    poor = (code == Result.SUCCESS.code) & (worst > ACCURACY)
    code = np.where(poor, Result.INACCURATE.code, code)
    lost = (code == Result.SUCCESS.code) & ~np.isfinite(worst)
    return np.where(lost, Result.NOT_FINITE.code, code)


def thermodynamics(
    mechanism: Any, temperature: float | Sequence[float] | np.ndarray = 0.0, *, throw: bool = True
) -> xr.Dataset:
    """What pairing changes in thermodynamics, at zero field.

        F_s - F_n = Delta.X.Delta - Sum 2kT ln[cosh(E/2kT)/cosh(xi/2kT)]
        S_s - S_n = -d(F_s - F_n)/dT,   C_s - C_n = T d(S_s - S_n)/dT,   Bc^2/(2 mu0) = F_n - F_s

    The first line is that of constant bands; Eliashberg theory has the free energy of Bardeen and
    Stephen (`pairing.eliashberg_energy`).

    Args:
        mechanism: any mechanism with constant bands or with Eliashberg equations.
        temperature: K, at least 0.
        throw: raise where a number cannot be trusted; otherwise its code says so.

    Returns, over temperature and each with `_error`:
        free_energy_difference: (F_s - F_n)/N0, meV^2, N0 being the density of states per spin in
            which the mechanism counts its bands (of the one band of `bcs`).
        entropy_difference: (S_s - S_n)/N0, meV^2/K.
        specific_heat, normal_specific_heat: C_s/gamma and C_n/gamma, K. C_n is that of constant
            bands without end, gamma T with gamma = (2 pi^2/3) k^2 N; with phonons N counts 1 +
            lambda times, of which thermal phonons take some off. States beyond a cutoff are the
            same in both states: C_s = C_n + (C_s - C_n).
        thermodynamic_critical_field_ratio: Bc(T)/Bc(0).
        free_energy_density_difference (meV/nm^3) and thermodynamic_critical_field (T): where the
            mechanism has an absolute density_of_states in 1/(meV nm^3).
    and scalars: specific_heat_jump, (C_s - C_n)/(gamma Tc) just below Tc, from the eigenvector at
    Tc (nan where several eigenvectors share Tc); specific_heat_constant, gamma/N0 in meV^2/K^2;
    critical_temperature. result_code (temperature). At and above Tc all differences are 0; without
    superconductivity what is relative to Tc or Bc(0) is nan.

    Raises: InputError, CapabilityError, SolverError.

    Source: Bardeen, Cooper, Schrieffer, Phys. Rev. 108, 1175 (1957), Sec. III; several bands:
    Moskalenko, Fiz. Met. Metalloved. 8, 503 (1959).
    """
    kelvin = checked_temperatures(temperature)
    # Bc(0) is needed beside the temperatures asked for.
    asked = np.append(kelvin, 0.0)
    if isinstance(mechanism, OffersCondensate):
        tc, found = own_condensate(mechanism, asked, throw=throw)
    else:
        tc, found = _of_constant_bands(mechanism, asked, throw=throw)
    value, error, gamma = found.value, found.error, found.gamma
    data = xr.Dataset(coords={"temperature": ("temperature", kelvin, _units("K", "temperature"))})
    _add(data, "free_energy_difference", value.free_energy, error.free_energy, "meV^2")
    entropy, entropy_error = value.entropy * BOLTZMANN, error.entropy * BOLTZMANN
    _add(data, "entropy_difference", entropy, entropy_error, "meV^2/K")
    excess, excess_error = (x.specific_heat / gamma / BOLTZMANN for x in (value, error))
    normal = asked if found.normal is None else found.normal / gamma / BOLTZMANN
    _add(data, "specific_heat", normal + excess, excess_error, "K")
    about = _units("K", "normal specific heat/gamma")
    data["normal_specific_heat"] = ("temperature", normal[:-1], about)
    _add_fields(data, mechanism, value.free_energy, error.free_energy)
    code = _codes(found.code, value, error, gamma * float(tc.value) * BOLTZMANN)
    if throw:
        refuse_any(code, f"thermodynamics of {mechanism.key}")
    data["result_code"] = ("temperature", code, CODE_ATTRIBUTES)
    _add_scalars(data, found, tc)
    data["critical_temperature"] = ((), tc.value, _units("K", "critical temperature"))
    data["critical_temperature_error"] = ((), tc.error, _units("K", "its error"))
    own = isinstance(mechanism, OffersCondensate)
    return data.assign_attrs(attributes(mechanism, mechanism.method if own else METHOD))


def own_condensate(
    mechanism: OffersCondensate, kelvin: np.ndarray, *, throw: bool
) -> tuple[Solution, SolvedCondensate]:
    """Tc and the condensate of a mechanism that finds them by itself."""
    tc = critical_temperature(mechanism, throw=throw)
    if not np.isfinite(tc.value):
        lost = np.full(len(kelvin), np.nan)
        blank = Changes(lost, lost, lost, lost[:, None])
        code = np.full(len(kelvin), tc.result.code)
        return tc, SolvedCondensate(blank, blank, code, np.nan, np.nan, np.nan)
    return tc, mechanism.solved_condensate(kelvin, tc.value)


def _of_constant_bands(
    mechanism: Any, kelvin: np.ndarray, *, throw: bool
) -> tuple[Solution, SolvedCondensate]:
    """The same by the gap equation."""
    require(mechanism, OffersFreeEnergy, "thermodynamics")
    critical, value, error, code = solved(mechanism, kelvin, throw=throw)
    tc = as_solution(critical)
    jump, jump_error, degenerate, gamma = map(
        float, _solve_jump(mechanism.gap_equation(), critical)
    )
    unique = np.isfinite(tc.value) and tc.value > 0 and not degenerate
    normal = gamma * np.exp(float(critical.log_kt))
    # The sums carry the error of Tc in first order only.
    jump_error = (jump_error + float(critical.error) * jump) / normal
    changes, errors = (
        Changes(x.free_energy, x.entropy, x.specific_heat, x.superfluid) for x in (value, error)
    )
    jump = jump / normal if unique else np.nan
    found = SolvedCondensate(changes, errors, code, gamma, jump, jump_error)
    return tc, found


def _codes(code: np.ndarray, value: Changes, error: Changes, normal: float) -> np.ndarray:
    """The codes of the temperatures asked for; `normal` is gamma Tc in the unit of the entropy.

    The last entry, T = 0, is not asked for, but where it is bad so are all critical-field ratios.
    """
    if normal > 0:
        errors = (
            error.free_energy / np.abs(value.free_energy[-1]),
            error.entropy / normal,
            error.specific_heat / normal,
        )
        code = judged(code, np.max(errors, axis=0))
    # A paired state above the normal one is not the stable one: its field is nan, not zero.
    above = value.free_energy > error.free_energy
    code = np.where(above & (code == Result.SUCCESS.code), Result.NOT_CONVERGED.code, code)
    return np.where(code[:-1] == Result.SUCCESS.code, code[-1], code[:-1])


def _units(unit: str, label: str) -> dict[str, str]:
    return {"units": unit, "long_name": label}


_LABELS = {
    "free_energy_difference": "free energy difference/N0",
    "entropy_difference": "entropy difference/N0",
    "specific_heat": "specific heat/gamma",
    "thermodynamic_critical_field_ratio": "thermodynamic critical field over that at T = 0",
    "free_energy_density_difference": "F_s - F_n",
    "thermodynamic_critical_field": "thermodynamic critical field",
}


def _add(data: xr.Dataset, name: str, value: Array, error: Array, unit: str) -> None:
    """A variable and its error; the last entry, T = 0, serves as reference only."""
    label = _LABELS[name]
    data[name] = ("temperature", value[:-1], _units(unit, label))
    data[f"{name}_error"] = ("temperature", error[:-1], _units(unit, f"error of {label}"))


def _add_fields(data: xr.Dataset, mechanism: Any, energy: Array, error: Array) -> None:
    """Critical fields: relative ones always, absolute ones where the density of states is known."""
    size = np.where(energy > error, np.nan, np.maximum(-energy, 0.0))
    root = np.sqrt(size)
    # Of the root itself, not error/(2 root): the latter diverges where the energy vanishes, at Tc.
    root_error = np.sqrt(size + error) - root
    zero = root[-1] if root[-1] > 0 else np.nan
    ratio = root / zero
    ratio_error = (root_error + ratio * root_error[-1]) / zero
    _add(data, "thermodynamic_critical_field_ratio", ratio, ratio_error, "1")
    known = isinstance(mechanism, OffersDensityPerVolume)
    density = mechanism.density_of_states if known else None
    if density is None:
        return
    _add(data, "free_energy_density_difference", density * energy, density * error, "meV/nm^3")
    tesla = _TESLA * np.sqrt(density)
    _add(data, "thermodynamic_critical_field", tesla * root, tesla * root_error, "T")


def _add_scalars(data: xr.Dataset, found: SolvedCondensate, tc: Solution) -> None:
    """The jump at Tc, and gamma."""
    jump = found.jump if tc.value > 0 else np.nan
    data["specific_heat_jump"] = ((), jump, _units("1", "(C_s - C_n)/(gamma Tc) just below Tc"))
    about = _units("1", "error of the specific-heat jump")
    data["specific_heat_jump_error"] = ((), found.jump_error, about)
    data["specific_heat_constant"] = (
        (),
        found.gamma * BOLTZMANN**2,
        _units("meV^2/K^2", "gamma/N0, the normal specific heat over T"),
    )
