"""The gap below Tc, gap ratios and the chemical potential."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import xarray as xr

from pairlab.electrons.carriers import DensityCarriers
from pairlab.errors import InputError
from pairlab.observables.common import CODE_ATTRIBUTES, attributes, refuse, refuse_any
from pairlab.observables.critical_temperature import (
    as_kelvin,
    critical_temperature,
    solve_critical,
)
from pairlab.pairing.critical import CriticalPoint
from pairlab.pairing.density import LEFT_OUT, left_out, normal_potential
from pairlab.pairing.gap import GapProblem, gap_problem, solve_gap
from pairlab.pairing.problem import (
    GapEquation,
    GapGrid,
    OffersGap,
    OffersGapEquation,
    require,
)
from pairlab.solution import CODES, Result
from pairlab.units import BOLTZMANN

MOST_TEMPERATURES = 100_000
"""Temperatures in one call: the gap at each of them is held on the whole grid."""

METHOD = "nonlinear gap equation, Newton with analytic Jacobian, graded Gauss-Legendre"


_problem = eqx.filter_jit(gap_problem)
_solve = eqx.filter_jit(solve_gap)
_normal_potential = eqx.filter_jit(normal_potential)


class _Rows(NamedTuple):
    """Solutions along temperature: mode amplitudes, mu, errors (all meV) and codes."""

    amplitudes: np.ndarray
    potential: np.ndarray
    potential_error: np.ndarray
    error: np.ndarray
    code: np.ndarray


def _solve_each(equation: GapEquation, critical: CriticalPoint, kelvin: np.ndarray) -> _Rows:
    """The solutions at each temperature; without superconductivity those of the normal state."""
    problem = _problem(equation, critical)
    scale = float(np.exp(critical.log_kt))
    none = int(critical.code) == Result.NO_SUPERCONDUCTIVITY.code
    rows = []
    for kt in kelvin * BOLTZMANN:
        one = _solve(problem, jnp.asarray(scale if none else kt))
        mu, mu_error = float(one.chemical_potential), float(one.chemical_potential_error)
        code = Result.NO_SUPERCONDUCTIVITY.code if none else int(one.code)
        if equation.fix_density:
            mu, mu_error, code = _potential(problem, kt, (mu, mu_error, code), kt >= scale)
        gap, error = np.asarray(one.gap), float(one.error) * scale
        gap, error = (0 * gap, 0.0) if none else (gap, error)
        rows.append((gap, mu, mu_error, error, code))
    columns = (np.array(column) for column in zip(*rows, strict=True))
    return _Rows(*columns)


def _potential(
    problem: GapProblem, kt: float, below: tuple[float, float, int], is_normal: bool
) -> tuple[float, float, int]:
    """mu, its error and the code at fixed density; `below` are those of the gap equation."""
    carriers, density = problem.equation.carriers, problem.density
    assert isinstance(carriers, DensityCarriers)
    mu, error, code = below
    if is_normal and float(density) > 0:
        found, good = _normal_potential(carriers, density, jnp.asarray(kt))
        mu, code = float(found), code if good else Result.NOT_CONVERGED.code
    elif is_normal and float(carriers.normal_density(jnp.asarray(kt))) > 0:
        # Nothing is held, and no chemical potential keeps every band empty at this temperature.
        return np.nan, np.nan, Result.NOT_CONVERGED.code
    share, more = left_out(carriers, mu, kt) if np.isfinite(mu) else (0.0, 0.0)
    if share > LEFT_OUT and CODES[code].is_good:
        code = Result.INACCURATE.code
    return mu, error + more, code


def gap(
    mechanism: Any, temperature: float | Sequence[float] | np.ndarray = 0.0, *, throw: bool = True
) -> xr.Dataset:
    """Delta at one or more temperatures, on the mechanism's own grid.

    Args:
        mechanism: any mechanism with a gap equation.
        temperature: K, at least 0.
        throw: raise where a number cannot be trusted; otherwise its code says so.

    Returns: gap (temperature, mechanism's dims) in meV; fermi_gap (temperature, band dimension) in
    meV, one gap for each band, averaged over it or taken at the Fermi level; over temperature
    gap_error in meV, result_code, gap_changes_sign, and chemical_potential and its error in meV
    where there is one; critical_temperature in K.

    Raises: InputError, CapabilityError, SolverError.
    """
    if isinstance(mechanism, OffersGap):
        return _own_gap(mechanism, checked_temperatures(temperature), throw)
    require(mechanism, OffersGapEquation, "gap")
    kelvin = checked_temperatures(temperature)
    equation, grid = mechanism.gap_equation(), mechanism.gap_grid()
    critical = solve_critical(equation)
    tc, tc_error, tc_code = as_kelvin(critical)
    if throw:
        refuse(CODES[int(tc_code)], f"critical temperature of {mechanism.key}")
    amplitudes, potential, potential_error, error, code = _solve_each(equation, critical, kelvin)
    if throw:
        refuse_any(code, f"gap of {mechanism.key}")
    data = _dataset(grid, kelvin, amplitudes)
    data["gap_error"] = ("temperature", error, {"units": "meV", "long_name": "error of the gap"})
    data["result_code"] = ("temperature", code, CODE_ATTRIBUTES)
    data["critical_temperature"] = ((), tc, {"units": "K", "long_name": "critical temperature"})
    data["critical_temperature_error"] = ((), tc_error, {"units": "K"})
    if isinstance(equation.carriers, DensityCarriers):
        data["chemical_potential"] = (
            "temperature",
            potential,
            {"units": "meV", "long_name": "chemical potential"},
        )
        data["chemical_potential_error"] = (
            "temperature",
            potential_error,
            {"units": "meV", "long_name": "error of the chemical potential"},
        )
    data["fermi_gap"] = _fermi_gap(data.gap, grid)
    data["gap_changes_sign"] = (
        "temperature",
        _changes_sign(data.gap.values),
        {"units": "1", "long_name": "whether the gap has both signs"},
    )
    return data.assign_attrs(attributes(mechanism, METHOD))


def _own_gap(mechanism: Any, kelvin: np.ndarray, throw: bool) -> xr.Dataset:
    """The gap of a mechanism that finds it by itself."""
    tc = critical_temperature(mechanism, throw=throw)
    gap, error, code, potential, _ = mechanism.solved_gap(kelvin, tc.value)
    if throw:
        refuse_any(code, f"gap of {mechanism.key}")
    about = {"units": "meV", "long_name": "gap"}
    dims, coords = own_bands(gap)
    over = ("temperature", *dims)
    data = xr.Dataset(
        {
            "gap": (over, gap, about),
            "fermi_gap": (over, gap, about),
            "gap_error": ("temperature", error, {"units": "meV", "long_name": "error of the gap"}),
            "result_code": ("temperature", code, CODE_ATTRIBUTES),
            "gap_changes_sign": ("temperature", _changes_sign(gap), {"units": "1"}),
            "critical_temperature": ((), tc.value, {"units": "K"}),
            "critical_temperature_error": ((), tc.error, {"units": "K"}),
        },
        {
            "temperature": ("temperature", kelvin, {"units": "K", "long_name": "temperature"}),
            **coords,
        },
    )
    if potential is not None:
        about = {"units": "meV", "long_name": "chemical potential"}
        data["chemical_potential"] = ("temperature", potential, about)
        # Against full sums it is good to 1e-5 of itself, and of pi k T where it is zero.
        about = {"units": "meV", "long_name": "error of the chemical potential"}
        unsure = 1e-5 * (np.abs(potential) + np.pi * BOLTZMANN * kelvin)
        data["chemical_potential_error"] = ("temperature", unsure, about)
    return data.assign_attrs(attributes(mechanism, mechanism.method))


def own_bands(values: np.ndarray) -> tuple[tuple[str, ...], dict[str, np.ndarray]]:
    """Dimensions beside the temperature, and coordinates, of (temperature[, band]) of an own
    solution; none for one band."""
    if values.ndim == 1 or values.shape[1] == 1:
        return (), {}
    return ("band",), {"band": np.arange(1, values.shape[1] + 1)}


def _fermi_gap(gap: xr.DataArray, grid: GapGrid) -> xr.DataArray:
    """One gap for each band: averaged over it, or taken at the Fermi level."""
    label = "gap at the Fermi level" if grid.at else "gap"
    if grid.average:
        label += ", mean over " + " and ".join(grid.average)
    return gap.sel(grid.at, drop=True).mean(grid.average).assign_attrs(units="meV", long_name=label)


def _changes_sign(gap: np.ndarray) -> np.ndarray:
    """Whether the gap of each temperature has both signs, beyond rounding of the largest."""
    rest = tuple(range(1, gap.ndim))
    return np.min(gap, rest) < -1e-6 * np.max(np.abs(gap), rest)


def _dataset(grid: GapGrid, kelvin: np.ndarray, amplitudes: np.ndarray) -> xr.Dataset:
    """The gap at every point of the grid, signed so that its largest value is positive."""
    values = np.einsum("...na,tna->t...", grid.form, amplitudes)
    flat = values.reshape(len(kelvin), -1)
    # The first of the largest, so that bands that tie do not exchange signs between temperatures.
    first = (np.abs(flat) >= (1 - 1e-6) * np.abs(flat).max(1, keepdims=True)).argmax(1)
    largest = np.take_along_axis(flat, first[:, None], 1)[:, 0]
    sign = np.where(largest < 0, -1.0, 1.0)
    values = values * sign.reshape(-1, *[1] * len(grid.dims)) + 0.0
    data = xr.Dataset(
        {"gap": (("temperature", *grid.dims), values, {"units": "meV", "long_name": "gap"})},
        {"temperature": kelvin, **grid.coords},
    )
    data.temperature.attrs.update(units="K", long_name="temperature")
    return data


def checked_temperatures(temperature: float | Sequence[float] | np.ndarray) -> np.ndarray:
    """Temperatures as an array of kelvin. Raises: InputError."""
    try:
        kelvin = np.atleast_1d(np.asarray(temperature, float))
    except (TypeError, ValueError):
        kelvin = np.array([np.nan])
    if kelvin.size > MOST_TEMPERATURES:
        raise InputError(
            what=f"{kelvin.size} temperatures",
            why=f"one call takes at most {MOST_TEMPERATURES}",
            remedy="ask for fewer, or for a part of the range at a time",
        )
    usable = kelvin.ndim == 1 and kelvin.size > 0
    if not usable or not np.all(np.isfinite(kelvin)) or np.any(kelvin < 0):
        raise InputError(
            what=f"temperature = {temperature!r}",
            why="temperatures are finite numbers of kelvin, at least 0 and at least one",
            remedy="give one number or a list of numbers, for example [0.0, 10.0]",
        )
    return kelvin


def chemical_potential(
    mechanism: Any, temperature: float | Sequence[float] | np.ndarray = 0.0, *, throw: bool = True
) -> xr.Dataset:
    """mu(T) where the mechanism fixes the density; above Tc that of the normal state.

    Arguments and errors as for `gap`. Returns: chemical_potential (temperature) in meV.
    """
    data = gap(mechanism, temperature, throw=throw)
    own = isinstance(mechanism, OffersGap)  # whose density is fixed where it has a potential
    if "chemical_potential" not in data or not (own or mechanism.gap_equation().fix_density):
        raise InputError(
            what=f"{mechanism.key}: chemical potential",
            why="this mechanism, as it is set, does not fix the density",
            remedy='choose fixed = "density", or give a density of states, where the mechanism '
            "offers it",
        )
    return data[["chemical_potential", "chemical_potential_error", "result_code"]]


def gap_ratio(mechanism: Any, *, throw: bool = True) -> xr.Dataset:
    """2 Delta(0)/(k Tc) per band; 3.5277540 in BCS theory.

    Delta is the fermi_gap of `gap`.

    Arguments and errors as for `gap`. Returns: gap_ratio and gap_ratio_error with the band
    dimension of the mechanism, and result_code; nan without superconductivity.
    """
    data = gap(mechanism, 0.0, throw=throw).isel(temperature=0, drop=True)
    tc = float(data.critical_temperature)
    unit = tc * BOLTZMANN / 2 if tc > 0 else np.nan
    relative = float(data.critical_temperature_error) / tc if tc > 0 else np.nan
    ratio = data.fermi_gap / unit
    ratio.attrs.update(units="1", long_name="2 Delta(0)/(k Tc)")
    error = data.gap_error / unit + np.abs(ratio) * relative
    error.attrs.update(units="1", long_name="error of the gap ratio")
    result = xr.Dataset(
        {"gap_ratio": ratio, "gap_ratio_error": error, "result_code": data.result_code}
    )
    return result.assign_attrs(data.attrs)
