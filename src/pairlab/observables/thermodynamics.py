"""Free energy, entropy, specific heat and thermodynamic critical field."""

from typing import Any

import numpy as np
import xarray as xr
from scipy import constants

from pairlab.observables.axes import Values, checked_temperatures
from pairlab.observables.datasets import (
    CODE_ATTRIBUTES,
    attributes,
    curves,
    judged,
    of_critical,
    refuse,
    refuse_any,
)
from pairlab.observables.registry import TEMPERATURE, Compared, Observable, Report, require
from pairlab.pairing.problem import CondensateSolver, Critical, Refusal, Volume
from pairlab.pairing.solved import Changes, SolvedCondensate
from pairlab.solution import Result
from pairlab.units import BOLTZMANN

_TESLA = np.sqrt(2 * constants.mu_0 * constants.e * 1e-3 * 1e27)
"""Bc in T from the square root of a condensation energy in meV/nm^3."""


def thermodynamics(mechanism: Any, temperature: Values = 0.0, *, throw: bool = True) -> xr.Dataset:
    """What pairing changes in thermodynamics, at zero field.

        F_s - F_n = Delta.X.Delta - Sum 2kT ln[cosh(E/2kT)/cosh(xi/2kT)]
        S_s - S_n = -d(F_s - F_n)/dT,   C_s - C_n = T d(S_s - S_n)/dT,   Bc^2/(2 mu0) = F_n - F_s

    The first line is that of constant bands; Eliashberg theory has the free energy of Bardeen and
    Stephen (`pairing.matsubara.energy`).

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
    solver = require(mechanism, CondensateSolver, "thermodynamics")
    critical = require(mechanism, Critical, "thermodynamics")
    if throw:
        refuse(critical.result, f"critical temperature of {mechanism.key}")
    # Bc(0) is needed beside the temperatures asked for.
    asked = np.append(kelvin, 0.0)
    found = solver.condensate(asked)
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
    volume = mechanism.posed.part(Volume)
    density = None if isinstance(volume, Refusal) else volume.density_of_states
    _add_fields(data, density, value.free_energy, error.free_energy)
    code = _codes(found.code, value, error, gamma * critical.value * BOLTZMANN)
    if throw:
        refuse_any(code, f"thermodynamics of {mechanism.key}")
    data["result_code"] = ("temperature", code, CODE_ATTRIBUTES)
    _add_scalars(data, found, critical)
    data.update(of_critical(critical))
    return data.assign_attrs(attributes(mechanism, solver.method))


def _codes(code: np.ndarray, value: Changes, error: Changes, normal: float) -> np.ndarray:
    """The codes of the temperatures asked for; `normal` is gamma Tc in the unit of the entropy.

    The last entry, T = 0, is not asked for, but where it is bad so are all critical-field ratios.
    """
    # A paired state above the normal one is not the stable one: its field is nan, not zero.
    above = value.free_energy > error.free_energy
    code = np.where(above & (code == Result.SUCCESS.code), Result.NOT_CONVERGED.code, code)
    # Where gaps are complex at T = 0 but not here, the ratio alone is not known.
    cold = Result.SUCCESS.code if code[-1] == Result.NOT_THE_LOWEST.code else code[-1]
    code[:-1] = np.where(code[:-1] == Result.SUCCESS.code, cold, code[:-1])
    if normal > 0:
        whole = np.abs(value.free_energy[-1])
        whole = whole if np.isfinite(whole) else np.nanmax(np.abs(value.free_energy), initial=0.0)
        errors = (
            error.free_energy / max(whole, 1e-300),
            error.entropy / normal,
            error.specific_heat / normal,
        )
        code = judged(code, np.max(errors, axis=0))
    return code[:-1]


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


def _add(data: xr.Dataset, name: str, value: np.ndarray, error: np.ndarray, unit: str) -> None:
    """A variable and its error; the last entry, T = 0, serves as reference only."""
    label = _LABELS[name]
    data[name] = ("temperature", value[:-1], _units(unit, label))
    data[f"{name}_error"] = ("temperature", error[:-1], _units(unit, f"error of {label}"))


def _add_fields(
    data: xr.Dataset, density: float | None, energy: np.ndarray, error: np.ndarray
) -> None:
    """Critical fields: relative ones always, absolute ones where the density of states is known."""
    size = np.where(energy > error, np.nan, np.maximum(-energy, 0.0))
    root = np.sqrt(size)
    # Of the root itself, not error/(2 root): the latter diverges where the energy vanishes, at Tc.
    root_error = np.sqrt(size + error) - root
    zero = root[-1] if root[-1] > 0 else np.nan
    ratio = root / zero
    ratio_error = (root_error + ratio * root_error[-1]) / zero
    _add(data, "thermodynamic_critical_field_ratio", ratio, ratio_error, "1")
    if density is None:
        return
    _add(data, "free_energy_density_difference", density * energy, density * error, "meV/nm^3")
    tesla = _TESLA * np.sqrt(density)
    _add(data, "thermodynamic_critical_field", tesla * root, tesla * root_error, "T")


def _add_scalars(data: xr.Dataset, found: SolvedCondensate, critical: Critical) -> None:
    """The jump at Tc, and gamma."""
    jump = found.jump if critical.value > 0 else np.nan
    data["specific_heat_jump"] = ((), jump, _units("1", "(C_s - C_n)/(gamma Tc) just below Tc"))
    about = _units("1", "error of the specific-heat jump")
    data["specific_heat_jump_error"] = ((), found.jump_error, about)
    data["specific_heat_constant"] = (
        (),
        found.gamma * BOLTZMANN**2,
        _units("meV^2/K^2", "gamma/N0, the normal specific heat over T"),
    )


_REPEATED = ("free_energy_density_difference", "thermodynamic_critical_field_ratio")
"""What a report with absolute fields says otherwise."""


def _in_report(mechanism: Any, report: Report) -> xr.Dataset:
    part = curves(thermodynamics(mechanism, report.kelvin, throw=False))
    if "thermodynamic_critical_field" in part:
        part = part.drop_vars([f"{name}{end}" for name in _REPEATED for end in ("", "_error")])
    return part.rename(result_code="thermodynamics_result_code")


def _cold_energy(mechanism: Any) -> xr.Dataset:
    """The jump at Tc, and what the condensation energy at T = 0 gives.

    gamma Tc^2/Hc(0)^2 = gamma Tc^2/(8 pi (F_n - F_s)) in units of Gauss; in BCS theory it is
    e^(2 gamma_E)/6 pi = 0.16829.
    """
    cold = thermodynamics(mechanism, np.zeros(1), throw=False).isel(temperature=0)
    energy = -cold.free_energy_difference.where(cold.free_energy_difference < 0)
    tc = float(cold.critical_temperature)
    ratio = cold.specific_heat_constant * tc**2 / (8 * np.pi * energy)
    lost = cold.free_energy_difference_error / energy
    lost = lost + 2 * cold.critical_temperature_error / max(tc, 1e-300)
    found = cold.assign(critical_field_ratio=ratio, critical_field_ratio_error=ratio * lost)
    if "thermodynamic_critical_field" in cold:
        found = found.assign(
            zero_temperature_critical_field=cold.thermodynamic_critical_field,
            zero_temperature_critical_field_error=cold.thermodynamic_critical_field_error,
        )
    return found


def _along(mechanism: Any, temperature: np.ndarray) -> xr.Dataset:
    return thermodynamics(mechanism, temperature, throw=False)


_COLD_QUANTITIES = {
    "specific_heat_jump": 0.05,
    "critical_field_ratio": 0.05,
    "zero_temperature_critical_field": 0.05,
}
_FIELDS = {"thermodynamic_critical_field_ratio": 0.05, "thermodynamic_critical_field": 0.05}

OBSERVABLE = Observable(
    "thermodynamics", "thermodynamics", thermodynamics, (Critical, CondensateSolver),
    (TEMPERATURE,), in_report=_in_report,
    compares=(
        Compared(_cold_energy, _COLD_QUANTITIES, order=3),
        Compared(_along, _FIELDS, ("temperature",), order=5),
    ),
    order=40,
)  # fmt: skip
