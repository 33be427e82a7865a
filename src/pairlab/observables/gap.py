"""The gap below Tc."""

from typing import Any

import numpy as np
import xarray as xr

from pairlab.observables.axes import Values, checked_temperatures
from pairlab.observables.datasets import (
    CODE_ATTRIBUTES,
    attributes,
    curves,
    of_critical,
    refuse,
    refuse_any,
)
from pairlab.observables.registry import TEMPERATURE, Compared, Observable, Report, require
from pairlab.pairing.problem import Critical, Gaps, GapSolver, Layout


def gap(mechanism: Any, temperature: Values = 0.0, *, throw: bool = True) -> xr.Dataset:
    """Delta at one or more temperatures, on the mechanism's own grid.

    Of several solutions it is the one of lowest free energy. Where the gaps of bands have complex
    relative phases (time reversal is broken), gap and fermi_gap are their sizes, and gap_phase
    tells the phases.

    Args:
        mechanism: any mechanism with a gap.
        temperature: K, at least 0.
        throw: raise where a number cannot be trusted; otherwise its code says so, and it is nan.

    Returns: gap (temperature, mechanism's dims) in meV; fermi_gap (temperature, band dimension) in
    meV, one gap for each band, averaged over it or taken at the Fermi level; over temperature
    gap_error in meV, result_code, gap_changes_sign, and chemical_potential and its error in meV
    where there is one; gap_phase in rad where it is not 0 or pi; branch_change_temperature in K,
    where between the temperatures asked for real gaps become complex or complex ones real, a change
    of second order; critical_temperature in K.

    Raises: InputError, CapabilityError, SolverError.
    """
    solver = require(mechanism, GapSolver, "gap")
    kelvin = checked_temperatures(temperature)
    critical = require(mechanism, Critical, "gap")
    if throw:
        refuse(critical.result, f"critical temperature of {mechanism.key}")
    found = solver.gaps(kelvin)
    if throw:
        refuse_any(found.code, f"gap of {mechanism.key}")
    data = _dataset(found, kelvin)
    more = {
        "gap_error": _along(found.error, "meV", "error of the gap"),
        "result_code": ("temperature", found.code, CODE_ATTRIBUTES),
        **of_critical(critical),
    }
    if found.chemical_potential is not None:
        error = found.chemical_potential_error
        more["chemical_potential"] = _along(found.chemical_potential, "meV", "chemical potential")
        label = "error of the chemical potential"
        more["chemical_potential_error"] = _along(error, "meV", label)
    signs = _changes_sign(data.gap.values)
    more["gap_changes_sign"] = _along(signs, "1", "whether the gap has both signs")
    if found.changes:
        more["branch_change_temperature"] = (
            "branch_change",
            np.array(found.changes),
            {"units": "K", "long_name": "temperature at which complex phases begin or end"},
        )
    return data.assign(more).assign_attrs(attributes(mechanism, solver.method))


def _along(values: Any, units: str, label: str) -> tuple[str, Any, dict[str, str]]:
    return "temperature", values, {"units": units, "long_name": label}


def _dataset(found: Gaps, kelvin: np.ndarray) -> xr.Dataset:
    """The gap at every point of the layout, and one for each band.

    It is signed so that its largest value is positive.
    """
    layout, values = found.layout, found.gap
    flat = values.reshape(len(kelvin), -1)
    size = np.abs(flat)
    # The first of the largest, so that bands that tie do not exchange signs between temperatures.
    first = (size >= (1 - 1e-6) * size.max(1, keepdims=True)).argmax(1)
    largest = np.take_along_axis(flat, first[:, None], 1)[:, 0]
    if np.iscomplexobj(values):
        turn = np.conj(largest) / np.where(largest == 0, 1.0, np.abs(largest))
    else:
        turn = np.where(largest < 0, -1.0, 1.0)
    values = values * turn.reshape(-1, *[1] * len(layout.dims)) + 0.0
    over = ("temperature", *layout.dims)
    about = {"units": "K", "long_name": "temperature"}
    data = xr.Dataset(coords={"temperature": ("temperature", kelvin, about), **layout.coords})
    whole = xr.DataArray(values, dims=over, coords={n: data[n] for n in over if n in data.coords})
    fermi = whole.sel(layout.at, drop=True).mean(layout.average)
    parts: dict[str, Any] = {"gap": whole.assign_attrs(units="meV", long_name="gap")}
    if np.iscomplexobj(values):
        phase = np.angle(values) * (np.abs(values) > 0)
        parts["gap"] = abs(whole).assign_attrs(units="meV", long_name="size of the gap")
        parts["gap_phase"] = (over, phase, {"units": "rad", "long_name": "phase of the gap"})
        fermi = abs(fermi)
    parts["fermi_gap"] = fermi.assign_attrs(units="meV", long_name=_fermi_label(layout))
    return data.assign(parts)


def _fermi_label(layout: Layout) -> str:
    label = "gap at the Fermi level" if layout.at else "gap"
    return label + (", mean over " + " and ".join(layout.average) if layout.average else "")


def _changes_sign(gap: np.ndarray) -> np.ndarray:
    """Whether the gap of each temperature has both signs, beyond rounding of the largest."""
    rest = tuple(range(1, gap.ndim))
    return np.min(gap, rest) < -1e-6 * np.max(np.abs(gap), rest)


def _in_report(mechanism: Any, report: Report) -> xr.Dataset:
    part = gap(mechanism, report.kelvin, throw=False)
    return curves(part).rename(result_code="gap_result_code")


def sizes(mechanism: Any, temperature: np.ndarray) -> xr.Dataset:
    """The largest and the smallest of the bands' gaps, in size."""
    data = gap(mechanism, temperature, throw=False)
    size = np.abs(data.fermi_gap)
    bands = [dim for dim in size.dims if dim != "temperature"]
    return data[["gap_error", "result_code", "critical_temperature"]].assign(
        gap=size.max(bands), smallest_gap=size.min(bands), smallest_gap_error=data.gap_error
    )


OBSERVABLE = Observable(
    "gap", "gap", gap, (Critical, GapSolver), (TEMPERATURE,), in_report=_in_report,
    compares=(
        Compared(sizes, {"gap": 0.05, "smallest_gap": 0.05}, ("temperature",), order=4),
    ),
    order=10,
)  # fmt: skip
