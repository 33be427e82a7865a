"""What a tunnel junction shows: the density of states below Tc, and dI/dV."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from pairlab.errors import InputError
from pairlab.observables.common import CODE_ATTRIBUTES, attributes, refuse_any
from pairlab.observables.critical_temperature import critical_temperature
from pairlab.observables.gap import checked_temperatures, gap
from pairlab.observables.spectra import checked_energies
from pairlab.pairing import quasiparticles
from pairlab.pairing.problem import (
    OffersConstantBands,
    OffersPhononSpectrum,
    OffersTunnelling,
    offers_capability,
    require,
)
from pairlab.pairing.solved import SolvedTunnelling
from pairlab.units import BOLTZMANN

METHOD = "Eliashberg equations on a line above the real axis, Fourier transforms"
WEAK_METHOD = "z/sqrt(z^2 - Delta^2) with the gap of the gap equation"

_BROADENING = 0.1  # of kTc
_BLURRED = 0.5  # of kTc
_FINEST = 1e-3  # of the highest phonon energy: less takes minutes, and has to be asked for
_GAPS, _PHONONS = 8.0, 1.5  # the default range, in kTc and in the highest phonon energy
_FAR = 10.0
_POINTS = 801


def tunnelling_spectrum(
    mechanism: Any,
    temperature: float | Sequence[float] | np.ndarray = 0.0,
    *,
    broadening: float | None = None,
    energy: float | Sequence[float] | np.ndarray | None = None,
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
    is_class = isinstance(mechanism, type)
    weak = not is_class and offers_capability(mechanism, OffersConstantBands)
    if not weak and not isinstance(mechanism, OffersTunnelling):
        require(mechanism, OffersTunnelling, "tunnelling spectrum")
    kelvin = checked_temperatures(temperature)
    tc = critical_temperature(mechanism, throw=throw)
    width = _checked_broadening(mechanism, broadening, tc.value * BOLTZMANN)
    energies = _energies(mechanism, energy, tc.value * BOLTZMANN)
    solve = _weak_coupling if weak else _own
    dims, coords, solved = solve(mechanism, kelvin, tc.value, width=width, energy=energies)
    if throw:
        refuse_any(solved.code, f"tunnelling spectrum of {mechanism.key}")
    data = _dataset(kelvin, energies, dims, coords, solved)
    data["critical_temperature"] = ((), tc.value, {"units": "K"})
    data["critical_temperature_error"] = ((), tc.error, {"units": "K"})
    about = {"units": "meV", "long_name": "half width of the Lorentzian"}
    data["broadening"] = ((), width, about)
    return data.assign_attrs(attributes(mechanism, WEAK_METHOD if weak else METHOD))


def _own(
    mechanism: Any, kelvin: np.ndarray, tc: float, *, width: float, energy: np.ndarray
) -> tuple[tuple[str, ...], dict[str, np.ndarray], SolvedTunnelling]:
    """Of a mechanism that solves its equations at real frequencies."""
    solved = mechanism.solved_tunnelling(kelvin, tc, broadening=width, energy=energy)
    bands = solved.density_of_states.shape[1]
    if bands > 1:
        return ("band",), {"band": np.arange(1, bands + 1)}, solved
    return (), {}, solved


def _weak_coupling(
    mechanism: Any, kelvin: np.ndarray, tc: float, *, width: float, energy: np.ndarray
) -> tuple[tuple[str, ...], dict[str, np.ndarray], SolvedTunnelling]:
    """Of gaps that do not depend on energy."""
    data = gap(mechanism, kelvin, throw=False)
    dims = tuple(str(dim) for dim in data.fermi_gap.dims if dim != "temperature")
    gaps = data.fermi_gap.values.reshape(len(kelvin), -1, 1)
    z = energy + 1j * width
    error = np.abs(quasiparticles.sensitivity(z, gaps)).max(-1) * data.gap_error.values[:, None]
    conductance = np.stack(
        [quasiparticles.conductance(z, one, BOLTZMANN * t)
         for one, t in zip(gaps, kelvin, strict=True)]
    )  # fmt: skip
    coords = {dim: data[dim].values for dim in dims}
    return dims, coords, SolvedTunnelling(
        np.real(quasiparticles.density(z, gaps)), conductance, error, data.result_code.values
    )


def _dataset(
    kelvin: np.ndarray, energy: np.ndarray, dims: tuple[str, ...],
    coords: dict[str, np.ndarray], solved: SolvedTunnelling,
) -> xr.Dataset:  # fmt: skip
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


def _default_broadening(mechanism: Any, kt: float) -> float:
    if not kt > 0:
        return 1.0  # without superconductivity all are the same
    if isinstance(mechanism, OffersPhononSpectrum):
        return max(_BROADENING * kt, _FINEST * mechanism.phonons().max_frequency)
    return _BROADENING * kt


def is_blurred(mechanism: Any, critical_temperature: float) -> bool:
    """Whether the default broadening is so large that there is no gap to see."""
    kt = BOLTZMANN * critical_temperature
    return kt > 0 and _default_broadening(mechanism, kt) > _BLURRED * kt


def _checked_broadening(mechanism: Any, broadening: float | None, kt: float) -> float:
    if broadening is None:
        return _default_broadening(mechanism, kt)
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


def _energies(
    mechanism: Any, energy: float | Sequence[float] | np.ndarray | None, kt: float
) -> np.ndarray:
    if energy is None:
        highest = _GAPS * kt if kt > 0 else 1.0
        if offers_capability(mechanism, OffersPhononSpectrum):
            # Phonons show where they are not too far from the gap; else it would be a line.
            phonons = _PHONONS * mechanism.phonons().max_frequency + 3 * kt
            highest = phonons if highest < phonons < _FAR * highest else highest
        return np.linspace(0.0, highest, _POINTS)
    return checked_energies(energy)
