"""The standard report of a mechanism: everything it offers, in one dataset."""

from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from pairlab.data.measured import measured
from pairlab.mechanisms.base import HasMaterial, Mechanism
from pairlab.observables.common import CODE_ATTRIBUTES, attributes
from pairlab.observables.critical_temperature import critical_temperature, isotope_coefficient
from pairlab.observables.currents import critical_current
from pairlab.observables.fields import critical_field
from pairlab.observables.gap import gap, gap_ratio
from pairlab.observables.phonons import phonon_spectrum
from pairlab.observables.spectra import density_of_states, fermi_surface, overlap_integrals
from pairlab.observables.standing_waves import standing_waves
from pairlab.observables.stiffness import stiffness
from pairlab.observables.thermodynamics import thermodynamics
from pairlab.observables.tunnelling import is_blurred, tunnelling_spectrum
from pairlab.pairing.problem import OffersGapEquation, offers, require
from pairlab.solution import Solution
from pairlab.study.sweep import Progress, sweep

_TEMPERATURES = np.concatenate([np.linspace(0.0, 0.9, 19), [0.93, 0.96, 0.98, 0.99, 0.999, 1.0]])
"""Of the temperature axis, in Tc: denser toward Tc, where the gap closes as a square root."""

_MANY = np.concatenate([np.linspace(0, 0.9, 46), 1 - np.geomspace(0.08, 1e-3, 12), [1.0]])
"""The same for constant bands, where a temperature costs little and entropies show every corner."""


def run(mechanism: Mechanism, *, progress: Progress | None = None) -> xr.Dataset:
    """What the mechanism offers, in one dataset; parts that fail carry their codes.

    Args:
        mechanism: any mechanism.
        progress: called with (points done, points in all) while the dome is drawn.

    Returns: critical_temperature, isotope_coefficient, gap_ratio, gap (temperature, ...), density
    of states, Fermi surface, mean_overlap, standing waves, thermodynamics, superfluid_density, the
    critical temperature over the mechanism's report axes (`dome_...`), and measured facts of its
    material (`measured_...`), as far as the mechanism offers them. Each number has its error and
    code.
    """
    if not isinstance(mechanism, Mechanism):
        require(mechanism, OffersGapEquation, "standard report")
    offered = offers(mechanism)
    data = xr.Dataset()
    tc: float = 0.0
    if "critical_temperature" in offered:
        solution = critical_temperature(mechanism, throw=False)
        tc = solution.value if solution.result.is_good else 0.0
        _put(data, "critical_temperature", solution)
    if "isotope_coefficient" in offered:
        _put(data, "isotope_coefficient", isotope_coefficient(mechanism, throw=False))
    parts: list[xr.Dataset] = []
    held = [name for name in offered if name in data]
    for name, part in _PARTS.items():
        if name in offered:
            parts.append(part(mechanism, tc))
            held += [name] if parts[-1].data_vars else []
    if mechanism.report_axes and "critical_temperature" in offered:
        parts.append(_dome(mechanism, progress))
    if isinstance(mechanism, HasMaterial):
        facts = measured(mechanism.material)
        if facts.sizes.get("measurement", 0):
            parts.append(facts)
    for part in parts:
        data = data.merge(part.drop_attrs(deep=False), compat="override", join="outer")
    return data.assign_attrs(attributes(mechanism, "standard report: " + ", ".join(held)))


def _put(data: xr.Dataset, name: str, solution: Solution) -> None:
    label = name.replace("_", " ")
    units = solution.unit or "1"
    data[name] = ((), solution.value, {"units": units, "long_name": label})
    data[f"{name}_error"] = (
        (),
        solution.error,
        {"units": units, "long_name": f"error of the {label}"},
    )
    data[f"{name}_result_code"] = ((), solution.result.code, CODE_ATTRIBUTES)


def _temperatures(mechanism: Mechanism, tc: float) -> np.ndarray:
    """Kelvin; one axis for all parts of a report."""
    many = "thermodynamics" in offers(mechanism)
    return tc * (_MANY if many else _TEMPERATURES) if tc > 0 else np.zeros(1)


def _curves(part: xr.Dataset) -> xr.Dataset:
    """A part without the critical temperature, which the report states once."""
    return part.drop_vars([n for n in part.data_vars if str(n).startswith("critical_temperature")])


def _gap(mechanism: Mechanism, tc: float) -> xr.Dataset:
    part = gap(mechanism, _temperatures(mechanism, tc), throw=False)
    return _curves(part).rename(result_code="gap_result_code")


def _gap_ratio(mechanism: Mechanism, _: float) -> xr.Dataset:
    return gap_ratio(mechanism, throw=False).rename(result_code="gap_ratio_result_code")


def _waves(mechanism: Mechanism, _: float) -> xr.Dataset:
    return standing_waves(mechanism)


def _phonons(mechanism: Mechanism, _: float) -> xr.Dataset:
    return phonon_spectrum(mechanism)


def _states(mechanism: Mechanism, _: float) -> xr.Dataset:
    return density_of_states(mechanism)


def _surface(mechanism: Mechanism, _: float) -> xr.Dataset:
    return fermi_surface(mechanism).rename(kz="kz_fermi")


def _overlap(mechanism: Mechanism, _: float) -> xr.Dataset:
    return overlap_integrals(mechanism)[["mean_overlap"]].drop_vars(
        ("kz", "other_kz"), errors="ignore"
    )


def _thermodynamics(mechanism: Mechanism, tc: float) -> xr.Dataset:
    part = _curves(thermodynamics(mechanism, _temperatures(mechanism, tc), throw=False))
    if "thermodynamic_critical_field" in part:
        part = part.drop_vars([f"{name}{end}" for name in _REPEATED for end in ("", "_error")])
    return part.rename(result_code="thermodynamics_result_code")


_REPEATED = ("free_energy_density_difference", "thermodynamic_critical_field_ratio")
"""What a report with absolute fields says otherwise."""


def _field(mechanism: Mechanism, tc: float) -> xr.Dataset:
    part = critical_field(mechanism, _temperatures(mechanism, tc), throw=False)
    kept = part[["critical_field", "critical_field_error", "result_code"]]
    return kept.rename(result_code="critical_field_result_code")


def _current(mechanism: Mechanism, tc: float) -> xr.Dataset:
    part = critical_current(mechanism, _temperatures(mechanism, tc), throw=False)
    kept = [n for n in ("critical_current", "critical_current_density") if n in part]
    names = [name for one in kept for name in (one, f"{one}_error")]
    return (
        part[[*names, "result_code"]]
        .isel(field=0, drop=True)
        .rename(result_code=f"{kept[0]}_result_code")
    )


def _stiffness(mechanism: Mechanism, tc: float) -> xr.Dataset:
    part = stiffness(mechanism, _temperatures(mechanism, tc), throw=False)
    return _curves(part).rename(result_code="superfluid_density_result_code")


def _tunnelling(mechanism: Mechanism, tc: float) -> xr.Dataset:
    if is_blurred(mechanism, tc):
        return xr.Dataset()
    part = _curves(tunnelling_spectrum(mechanism, 0.0, throw=False))
    return part.isel(temperature=0, drop=True).drop_vars("conductance").rename(
        energy="tunnelling_energy", result_code="tunnelling_density_of_states_result_code"
    )  # fmt: skip


_PARTS: dict[str, Callable[[Mechanism, float], xr.Dataset]] = {
    "gap": _gap,
    "gap_ratio": _gap_ratio,
    "standing_waves": _waves,
    "phonon_spectrum": _phonons,
    "density_of_states": _states,
    "fermi_surface": _surface,
    "overlap_integrals": _overlap,
    "thermodynamics": _thermodynamics,
    "critical_field": _field,
    "critical_current": _current,
    "stiffness": _stiffness,
    "tunnelling_spectrum": _tunnelling,
}


def _dome(mechanism: Mechanism, progress: Progress | None) -> xr.Dataset:
    axes: dict[str, Any] = dict(mechanism.report_axes)
    part = sweep(mechanism, axes, progress=progress)
    names = {name: f"dome_{name}" for name in (*part.data_vars, *part.coords)}
    return part.rename(names)
