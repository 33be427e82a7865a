"""What a comparison asks of a mechanism: one row for each function of the library.

A row names the capability that `offers` has to list, the function, the quantities to take from what
it returns, and the axes it runs over. Names, units and labels of quantities are in `io.curves`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import xarray as xr

from pairlab.errors import CapabilityError, InputError, PairlabError
from pairlab.mechanisms.base import Mechanism
from pairlab.observables.critical_current import critical_current
from pairlab.observables.critical_field import critical_field
from pairlab.observables.critical_temperature import critical_temperature
from pairlab.observables.gap import gap
from pairlab.observables.isotope_coefficient import isotope_coefficient
from pairlab.observables.registry import offers
from pairlab.observables.thermodynamics import thermodynamics
from pairlab.solution import CODES, Result, Solution
from pairlab.units import BOLTZMANN

NOT_OFFERED = -1
"""The code of a quantity that the mechanism does not offer, beside those of `Result`."""

CODE_ATTRIBUTES = {
    "long_name": "result code",
    "flag_values": np.array([NOT_OFFERED, *range(len(CODES))]),
    "flag_meanings": " ".join(["NOT_OFFERED", *(code.name for code in CODES)]),
}

_FAILURES = (PairlabError, ArithmeticError, RuntimeError, ValueError)
"""What a mechanism may raise without stopping the others; anything else is a mistake in code."""


@dataclass(frozen=True)
class Row:
    """One function and what a comparison takes from it.

    capability: as `offers` lists it. function: called with a mechanism and an array for each axis
    by name; returns a dataset with each quantity, its `_error` and `_result_code` (or one
    `result_code`). resolution: quantity -> the error that a measurement is taken to have where none
    is given, as a share of the value, or of the largest value of a curve; these are conventions.
    over: the axes. Over any other dimension, such as bands, the largest value counts.
    """

    capability: str
    function: Callable[..., xr.Dataset]
    resolution: Mapping[str, float]
    over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Numbers:
    """Values, numerical errors and result codes of one quantity, in the shape of its axes."""

    value: np.ndarray
    error: np.ndarray
    code: np.ndarray


@dataclass(frozen=True)
class Answer:
    """What one function said of one mechanism; `failure` is a sentence where it raised."""

    numbers: Mapping[str, Numbers]
    failure: str = ""


def ask(row: Row, mechanism: Mechanism, axes: Mapping[str, np.ndarray]) -> Answer:
    """The quantities of a row; what is not offered or fails is nan with a code.

    Args:
        row: one of ROWS. axes: the values of every axis of the row, by name.
    """
    shape = tuple(len(axes[name]) for name in row.over)
    if row.capability not in offers(mechanism):
        return _nothing(row, shape, NOT_OFFERED)
    try:
        part = row.function(mechanism, **{name: axes[name] for name in row.over})
    except CapabilityError:  # offered in general, but not with these parameters
        return _nothing(row, shape, NOT_OFFERED)
    except _FAILURES as error:
        invalid = isinstance(error, InputError)
        code = (Result.INVALID_INPUT if invalid else Result.NOT_CONVERGED).code
        return _nothing(row, shape, code, f"{row.capability.replace('_', ' ')}: {error}")
    return Answer({name: _taken(part, name, row.over, shape) for name in row.resolution})


def _nothing(row: Row, shape: tuple[int, ...], code: int, failure: str = "") -> Answer:
    blank = np.full(shape, np.nan)
    numbers = Numbers(blank, blank, np.full(shape, code))
    return Answer(dict.fromkeys(row.resolution, numbers), failure)


def _taken(part: xr.Dataset, name: str, over: tuple[str, ...], shape: tuple[int, ...]) -> Numbers:
    """One quantity of a dataset; a nan always has a code that says why."""
    if name not in part:
        blank = np.full(shape, np.nan)
        return Numbers(blank, blank, np.full(shape, NOT_OFFERED))
    value = _largest(part[name], over).transpose(*over)

    def alike(values: xr.DataArray) -> np.ndarray:
        return _largest(values, over).broadcast_like(value).transpose(*over).values

    error = alike(part[f"{name}_error"]).astype(float)
    own = f"{name}_result_code"
    code = alike(part[own if own in part else "result_code"]).astype(int)
    none = float(part.get("critical_temperature", np.nan)) == 0
    why = (Result.NO_SUPERCONDUCTIVITY if none else Result.NOT_FINITE).code
    lost = ~np.isfinite(value.values) & (code == Result.SUCCESS.code)
    return Numbers(value.values.astype(float), error, np.where(lost, why, code))


def _largest(values: xr.DataArray, over: tuple[str, ...]) -> xr.DataArray:
    return values.max([dim for dim in values.dims if dim not in over])


def _dataset(name: str, solution: Solution) -> xr.Dataset:
    return xr.Dataset(
        {
            name: ((), solution.value),
            f"{name}_error": ((), solution.error),
            "result_code": ((), solution.result.code),
        }
    )


def _critical_temperature(mechanism: Mechanism) -> xr.Dataset:
    return _dataset("critical_temperature", critical_temperature(mechanism, throw=False))


def _isotope_coefficient(mechanism: Mechanism) -> xr.Dataset:
    return _dataset("isotope_coefficient", isotope_coefficient(mechanism, throw=False))


def _gaps(mechanism: Mechanism, temperature: np.ndarray) -> xr.Dataset:
    """The largest and the smallest of the bands' gaps, in size."""
    data = gap(mechanism, temperature, throw=False)
    size = np.abs(data.fermi_gap)
    bands = [dim for dim in size.dims if dim != "temperature"]
    return data[["gap_error", "result_code", "critical_temperature"]].assign(
        gap=size.max(bands), smallest_gap=size.min(bands), smallest_gap_error=data.gap_error
    )


def _cold_gap(mechanism: Mechanism) -> xr.Dataset:
    """The largest gap at T = 0, and over kTc/2."""
    cold = _gaps(mechanism, np.zeros(1)).isel(temperature=0)
    tc = critical_temperature(mechanism, throw=False)
    unit = BOLTZMANN * tc.value / 2 if tc.value > 0 else math.nan
    ratio = cold.gap / unit
    return cold[["result_code", "critical_temperature"]].assign(
        zero_temperature_gap=cold.gap,
        zero_temperature_gap_error=cold.gap_error,
        gap_ratio=ratio,
        gap_ratio_error=cold.gap_error / unit + ratio * tc.error / max(tc.value, 1e-300),
    )


def _quietly(function: Callable[..., xr.Dataset]) -> Callable[..., xr.Dataset]:
    """A function of the library that codes what fails."""
    return partial(function, throw=False)


def _cold_energy(mechanism: Mechanism) -> xr.Dataset:
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


ROWS = (
    Row("critical_temperature", _critical_temperature, {"critical_temperature": 0.01}),
    Row("gap", _cold_gap, {"zero_temperature_gap": 0.05, "gap_ratio": 0.05}),
    Row("isotope_coefficient", _isotope_coefficient, {"isotope_coefficient": 0.1}),
    Row(
        "thermodynamics",
        _cold_energy,
        {
            "specific_heat_jump": 0.05,
            "critical_field_ratio": 0.05,
            "zero_temperature_critical_field": 0.05,
        },
    ),
    Row("gap", _gaps, {"gap": 0.05, "smallest_gap": 0.05}, ("temperature",)),
    Row(
        "thermodynamics",
        _quietly(thermodynamics),
        {"thermodynamic_critical_field_ratio": 0.05, "thermodynamic_critical_field": 0.05},
        ("temperature",),
    ),
    Row(
        "critical_field",
        _quietly(critical_field),
        {"critical_field": 0.05},
        ("temperature",),
    ),
    Row(
        "critical_current",
        _quietly(critical_current),
        {
            "critical_current": 0.05,
            "critical_current_density": 0.05,
            "landau_critical_current_density": 0.05,
        },
        ("temperature", "field"),
    ),
)
"""In the order of the table. A function of the library, `function(mechanism, temperature=...,
throw=...)`, that returns a dataset as `Row` asks for is entered as it is, `_quietly`; what it
returns gets a unit and a label in `io.curves.QUANTITIES`."""

AXES = ("temperature", "field")
"""The axes that rows may run over."""
