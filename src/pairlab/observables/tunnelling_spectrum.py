"""What a tunnel junction shows: the density of states below Tc, and dI/dV."""

from typing import Any

import numpy as np
import xarray as xr

from pairlab.errors import InputError
from pairlab.observables.axes import Values, checked_energies, checked_temperatures
from pairlab.observables.datasets import (
    CODE_ATTRIBUTES,
    attributes,
    curves,
    of_critical,
    refuse,
    refuse_any,
)
from pairlab.observables.registry import ENERGY, TEMPERATURE, Axis, Observable, Report, require
from pairlab.pairing.problem import Critical, Layout, SpectrumSolver
from pairlab.pairing.solved import SolvedTunnelling
from pairlab.units import BOLTZMANN

_BROADENING = 0.1  # of kTc
_BLURRED = 0.5  # of kTc
_GAPS, _PHONONS = 8.0, 1.5  # the default range, in kTc and in the highest phonon energy
_FAR = 10.0
_POINTS = 801


def tunnelling_spectrum(
    mechanism: Any,
    temperature: Values = 0.0,
    *,
    broadening: float | None = None,
    energy: Values | None = None,
    throw: bool = True,
) -> xr.Dataset:
    """N_s(E)/N_n and the conductance of a junction with a normal metal, both over the normal state.

        N_s/N_n = Re [z/sqrt(z^2 - Delta(z)^2)],    z = E + i broadening
        dI/dV = Int dE (N_s/N_n)(E) (-df/dE)(E - eV)

    As N(z) is analytic above the real axis, this is the density of states convolved with a
    Lorentzian whose half width is the broadening.

    Args:
        mechanism: any mechanism with Eliashberg equations or with constant bands.
        temperature: K, at least 0.
        broadening: meV, above 0; by default 0.1 kTc, but no less than 1/1000 of the highest phonon
            energy.
        energy: E and eV from the Fermi level, meV, one or several; by default from 0 up to 8 kTc,
            or past the phonons where these end below 80 kTc.
        throw: raise where a number cannot be trusted; otherwise its code says so.

    Returns, over temperature, band where there are several, and energy:
    tunnelling_density_of_states and conductance, dimensionless; over temperature and band
    tunnelling_density_of_states_error, for both; over temperature result_code; critical_temperature
    in K, broadening in meV. At and above Tc both are 1.

    Raises: InputError, CapabilityError, SolverError.

    Source: F. Marsiglio, M. Schossmann, J. P. Carbotte, Phys. Rev. B 37, 4965 (1988);
    R. C. Dynes, V. Narayanamurti, J. P. Garno, Phys. Rev. Lett. 41, 1509 (1978).
    """
    solver = require(mechanism, SpectrumSolver, "tunnelling spectrum")
    kelvin = checked_temperatures(temperature)
    critical = require(mechanism, Critical, "tunnelling spectrum")
    if throw:
        refuse(critical.result, f"critical temperature of {mechanism.key}")
    kt = critical.value * BOLTZMANN
    width = _checked_broadening(solver, broadening, kt)
    energies = _energies(solver, energy, kt)
    solved = solver.spectrum(kelvin, broadening=width, energy=energies)
    if throw:
        refuse_any(solved.code, f"tunnelling spectrum of {mechanism.key}")
    data = _dataset(kelvin, energies, solver.layout, solved)
    data.update(of_critical(critical))
    about = {"units": "meV", "long_name": "half width of the Lorentzian"}
    data["broadening"] = ((), width, about)
    return data.assign_attrs(attributes(mechanism, solver.method))


def _dataset(
    kelvin: np.ndarray, energy: np.ndarray, layout: Layout, solved: SolvedTunnelling
) -> xr.Dataset:
    dims, coords = layout.dims, layout.coords
    data = xr.Dataset(coords={"temperature": kelvin, **coords, "energy": energy})
    data.temperature.attrs = {"units": "K", "long_name": "temperature"}
    data.energy.attrs = {"units": "meV", "long_name": "energy from the Fermi level"}
    sizes = [len(coords[dim]) for dim in dims]
    for name, values, label in (
        ("tunnelling_density_of_states", solved.density_of_states,
         "density of states over that of the normal state"),
        ("conductance", solved.conductance, "dI/dV over that of the normal state"),
    ):  # fmt: skip
        shape = (len(kelvin), *sizes, len(energy))
        about = {"units": "1", "long_name": label}
        data[name] = (("temperature", *dims, "energy"), values.reshape(shape), about)
    about = {"units": "1", "long_name": "error of the density of states"}
    error = solved.error.reshape(len(kelvin), *sizes)
    data["tunnelling_density_of_states_error"] = (("temperature", *dims), error, about)
    data["result_code"] = ("temperature", solved.code, CODE_ATTRIBUTES)
    return data


def _default_broadening(solver: SpectrumSolver, kt: float) -> float:
    if not kt > 0:
        return 1.0  # without superconductivity all are the same
    return max(_BROADENING * kt, solver.finest)


def _checked_broadening(solver: SpectrumSolver, broadening: float | None, kt: float) -> float:
    if broadening is None:
        return _default_broadening(solver, kt)
    try:
        broadening = float(broadening)
    except (TypeError, ValueError):
        broadening = np.nan
    if not 0 < broadening < np.inf:
        raise InputError(
            what=f"broadening = {broadening!r}",
            why="it is the half width of a Lorentzian, and without one the density of states has "
            "peaks of infinite height",
            remedy="give a number of meV above 0, for example the resolution of the experiment",
        )
    return float(broadening)


def _energies(solver: SpectrumSolver, energy: Values | None, kt: float) -> np.ndarray:
    if energy is not None:
        return checked_energies(energy)
    highest = _GAPS * kt if kt > 0 else 1.0
    # Phonons show where they are not too far from the gap; else it would be a line.
    phonons = _PHONONS * solver.max_frequency + 3 * kt
    highest = phonons if highest < phonons < _FAR * highest else highest
    return np.linspace(0.0, highest, _POINTS)


def _in_report(mechanism: Any, report: Report) -> xr.Dataset:
    """Nothing where the default broadening is so large that there is no gap to see."""
    solver = require(mechanism, SpectrumSolver, "tunnelling spectrum")
    kt = BOLTZMANN * report.critical_temperature
    if kt > 0 and _default_broadening(solver, kt) > _BLURRED * kt:
        return xr.Dataset()
    part = curves(tunnelling_spectrum(mechanism, 0.0, throw=False))
    return part.isel(temperature=0, drop=True).drop_vars("conductance").rename(
        energy="tunnelling_energy", result_code="tunnelling_density_of_states_result_code"
    )  # fmt: skip


OBSERVABLE = Observable(
    "tunnelling_spectrum", "tunnelling spectrum", tunnelling_spectrum,
    (Critical, SpectrumSolver),
    (
        TEMPERATURE,
        Axis("broadening", "meV", "half width of the Lorentzian", many=False),
        ENERGY,
    ),
    cost="slow", in_report=_in_report, order=70,
)  # fmt: skip
