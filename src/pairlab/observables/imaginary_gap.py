"""The gap of Eliashberg theory at Matsubara frequencies."""

from typing import Any

import numpy as np
import xarray as xr

from pairlab.errors import InputError
from pairlab.observables.axes import Values, checked_temperatures
from pairlab.observables.critical_temperature import critical_temperature
from pairlab.observables.datasets import CODE_ATTRIBUTES, attributes, refuse_any
from pairlab.observables.registry import Axis, Observable, require
from pairlab.pairing.matsubara.equations import Electrons
from pairlab.pairing.matsubara.gap import ImaginaryGap, normal_state
from pairlab.pairing.matsubara.gap import imaginary_gap as solved
from pairlab.pairing.problem import Critical
from pairlab.units import BOLTZMANN

METHOD = "Eliashberg equations on graded Matsubara frequencies, Newton's method"

_MOST = 4096
_COLDEST = 1e-4  # of Tc: below, nothing changes, and 1/T frequencies lie below each energy


def imaginary_gap(
    mechanism: Any,
    temperature: Values,
    *,
    frequencies: int = 32,
    throw: bool = True,
) -> xr.Dataset:
    """Delta(i w_n) and Z(i w_n), w_n = (2 n + 1) pi k T, at one or more temperatures.

    This is not the gap of a spectrum: that is Delta at a real frequency, a few per cent larger at
    strong coupling.

    Args:
        mechanism: any mechanism with Eliashberg equations.
        temperature: K, at least 1e-4 Tc.
        frequencies: how many n from 0.
        throw: raise where a number cannot be trusted; otherwise its code says so.

    Returns, over temperature and n: matsubara_frequency in meV, imaginary_gap in meV and
    renormalisation; over temperature: imaginary_gap_error in meV (at n = 0), full_sum_residual
    (how far the gap is from its equation with sums over frequencies one by one, up to 4096 of
    them, over the largest gap), chemical_potential in meV where a density of states is given,
    result_code; critical_temperature in K. At and above Tc the gap is 0 and Z that of the normal
    state.

    Raises: InputError, CapabilityError, SolverError.
    """
    electrons = require(mechanism, Electrons, "gap on the imaginary axis")
    tc = critical_temperature(mechanism, throw=throw)
    kelvin = _checked(temperature, tc.value)
    number = np.arange(_counted(frequencies), dtype=float)
    found: list[ImaginaryGap] = []
    for kt in kelvin * BOLTZMANN:
        below = kt < tc.value * BOLTZMANN
        found.append(
            solved(electrons, kt, tc.value * BOLTZMANN) if below else normal_state(electrons, kt)
        )
    codes = [one.result.code for one in found]
    if throw:
        refuse_any(codes, f"gap of {mechanism.key} on the imaginary axis")
    data = _curves(electrons, found, kelvin, number)
    columns = {
        "imaginary_gap_error": ([one.error for one in found], "meV", "error of the gap at n = 0"),
        "full_sum_residual": (
            [one.full_sum_residual(electrons, number) for one in found], "1",
            "residual of the full sums over the largest gap",
        ),
    }  # fmt: skip
    fillings = [one.system.filling for one in found]
    if all(one is not None for one in fillings):
        levels = [one.chemical_potential for one in fillings if one is not None]
        columns["chemical_potential"] = (levels, "meV", "chemical potential")
    for name, (values, units, label) in columns.items():
        about = {"units": units, "long_name": label}
        data[name] = ("temperature", np.array(values), about)
    data["result_code"] = ("temperature", np.array(codes), CODE_ATTRIBUTES)
    data["critical_temperature"] = ((), tc.value, {"units": "K"})
    data["critical_temperature_error"] = ((), tc.error, {"units": "K"})
    return data.assign_attrs(attributes(mechanism, METHOD))


def _curves(
    electrons: Electrons, found: list[ImaginaryGap], kelvin: np.ndarray, number: np.ndarray
) -> xr.Dataset:
    """w_n, Delta(i w_n) and Z(i w_n), over bands where there are several."""
    gaps, renormalised = zip(*(one.at(electrons, number) for one in found), strict=True)
    data = xr.Dataset(coords={"temperature": kelvin, "n": number.astype(int)})
    data.temperature.attrs = {"units": "K", "long_name": "temperature"}
    data.n.attrs = {"units": "1", "long_name": "number of the Matsubara frequency"}
    energy = np.pi * BOLTZMANN * np.outer(kelvin, 2 * number + 1)
    about = {"units": "meV", "long_name": "Matsubara frequency"}
    data["matsubara_frequency"] = (("temperature", "n"), energy, about)
    bands = len(electrons.phonons)
    if bands > 1:
        data = data.assign_coords(band=np.arange(1, bands + 1))
    dims = ("temperature", "band", "n") if bands > 1 else ("temperature", "n")
    for name, values, units, label in (
        ("imaginary_gap", np.array(gaps), "meV", "gap at a Matsubara frequency"),
        ("renormalisation", np.array(renormalised), "1", "renormalisation Z"),
    ):
        kept = values if bands > 1 else values[:, 0]
        data[name] = (dims, kept, {"units": units, "long_name": label})
    return data


def _counted(frequencies: int) -> int:
    if isinstance(frequencies, bool) or not 1 <= frequencies <= _MOST or frequencies % 1:
        raise InputError(
            what=f"frequencies = {frequencies!r}",
            why=f"it is how many Matsubara frequencies are returned, 1 to {_MOST}",
            remedy="give a whole number, for example 32",
        )
    return int(frequencies)


def _checked(temperature: Values, tc: float) -> np.ndarray:
    kelvin = checked_temperatures(temperature)
    if np.any(kelvin < _COLDEST * tc) or np.any(kelvin == 0):
        raise InputError(
            what=f"temperature = {kelvin.min():g} K on the imaginary axis",
            why="Matsubara frequencies lie infinitely close to each other at T = 0",
            remedy=f"ask for 0.01 Tc = {0.01 * tc:.3g} K, where the gap is that of T = 0",
        )
    return kelvin


OBSERVABLE = Observable(
    "imaginary_gap", "gap on the imaginary axis", imaginary_gap, (Critical, Electrons),
    (
        Axis("temperature", "K", "temperatures above zero: 10,20 or first:last:count",
             required=True),
        Axis("frequencies", "", "how many Matsubara frequencies", "32", many=False, kind="count"),
    ),
    order=15,
)  # fmt: skip
