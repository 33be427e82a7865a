"""Which phonons Tc and the isotope effect of Eliashberg theory come from."""

from typing import Any

import numpy as np
import xarray as xr
from scipy.interpolate import CubicSpline

from pairlab.errors import CapabilityError, InputError
from pairlab.observables.axes import Values
from pairlab.observables.critical_temperature import critical_temperature
from pairlab.observables.datasets import CODE_ATTRIBUTES, attributes, refuse_any
from pairlab.observables.isotope_coefficient import isotope_coefficient, judged_isotope
from pairlab.observables.registry import Axis, Observable, require
from pairlab.pairing.matsubara.critical import Responses, responses
from pairlab.pairing.matsubara.equations import Electrons
from pairlab.pairing.phonons.spectrum import PhononSpectrum
from pairlab.pairing.problem import Critical
from pairlab.solution import Result
from pairlab.units import BOLTZMANN

METHOD = "eigenvector at Tc, first-order perturbation theory"

_POINTS = 200


def isotope_by_mode(
    mechanism: Any, frequency: Values | None = None, *,
    throw: bool = True,
) -> xr.Dataset:  # fmt: skip
    """What a phonon at each frequency does to Tc, and its part of the isotope coefficient.

        d Tc/d a2F(w)                                              functional_derivative
        (1/2) d ln Tc/d ln w of a phonon with lambda = 1           isotope_per_coupling
        alpha(w) = (1/2) d ln Tc/d ln w per frequency              isotope_density
        Int_0^w alpha(w') dw'                                      cumulative_isotope

    alpha(w) dw is what the masses that move at w contribute: a2F(w) dw at w (1 + e), with the same
    lambda. Its integral is the isotope coefficient. Of a sharp mu* or a cutoff all are those of the
    rescaled mu* with the same Tc.

    Args:
        mechanism: any mechanism with Eliashberg equations and a constant density of states.
        frequency: meV, above zero and rising; by default 200 up to the highest of the phonons.
        throw: raise where a number cannot be trusted; otherwise its code says so.

    Returns, over `phonon_frequency` (meV): functional_derivative in K/meV and isotope_per_coupling;
    where one spectrum is given isotope_density in 1/meV and cumulative_isotope; with several bands,
    the first two over `band` that scatters and `other_band`. isotope_coefficient, the sum over all
    phonons, and its error, the distance to that of `isotope_coefficient`; critical_temperature;
    result_code. Without superconductivity all are nan.

    Raises: InputError, CapabilityError, SolverError.

    Source: Bergmann and Rainer, Z. Phys. 263, 59 (1973); Rainer and Culetto, Phys. Rev. B 19, 2540
    (1979).
    """
    electrons = require(mechanism, Electrons, "isotope effect by mode")
    tc = critical_temperature(mechanism, throw=throw)
    w = _frequencies(electrons, frequency)
    size = len(electrons.phonons)
    over, coords = _dims(size)
    data = xr.Dataset(coords={"phonon_frequency": ("phonon_frequency", w, _W), **coords})
    whole = isotope_coefficient(mechanism, throw=False)
    found = _responses(mechanism, electrons, tc.value * BOLTZMANN, w)
    modes = _responses(mechanism, electrons, tc.value * BOLTZMANN, electrons.modes.frequency)
    _add(data, "functional_derivative", over, tc.value * found.strength * 2 / w, "K/meV")
    _add(data, "isotope_per_coupling", over, found.hardening / 2, "1")
    only = electrons.phonons[0][0]
    if size == 1 and isinstance(only, PhononSpectrum):
        density = found.hardening[0, 0] * only.values_at(w) / w
        _add(data, "isotope_density", over, density, "1/meV")
        _add(data, "cumulative_isotope", over, _cumulative(mechanism, electrons, tc.value, w), "1")
    total = 0.5 * float(np.sum(modes.hardening * electrons.modes.coupling))
    error = abs(total - whole.value)
    _add(data, "isotope_coefficient", (), total, "1")
    _add(data, "isotope_coefficient_error", (), error, "1")
    code = tc.result.code if tc.result is not Result.SUCCESS else int(
        judged_isotope(np.asarray(Result.SUCCESS.code), total, error)
    )  # fmt: skip
    if throw:
        refuse_any([code], f"isotope effect by mode of {mechanism.key}")
    data["critical_temperature"] = ((), tc.value, {"units": "K"})
    data["result_code"] = ((), code, CODE_ATTRIBUTES)
    return data.assign_attrs(attributes(mechanism, METHOD))


_LABELS = {
    "functional_derivative": "functional derivative of Tc by alpha²F",
    "isotope_per_coupling": "isotope coefficient per lambda of a phonon",
    "isotope_density": "isotope coefficient per frequency",
    "cumulative_isotope": "isotope coefficient up to this frequency",
    "isotope_coefficient": "isotope coefficient",
    "isotope_coefficient_error": "error of the isotope coefficient",
}


def _add(
    data: xr.Dataset, name: str, over: tuple[str, ...], values: np.ndarray | float, unit: str
) -> None:
    array = np.asarray(values)
    plain = array[0, 0] if array.ndim == 3 and len(over) == 1 else array
    data[name] = (over, plain, {"units": unit, "long_name": _LABELS[name]})


def _responses(mechanism: Any, electrons: Electrons, kt: float, w: np.ndarray) -> Responses:
    """nan without superconductivity. Raises: CapabilityError where there is nothing to ask."""
    if electrons.states is not None:
        raise CapabilityError(
            what=f"{mechanism.key} has no isotope effect by mode with electron_states",
            why="what phonons do to the chemical potential is not known one by one",
            remedy="leave electron_states out, or ask for isotope_coefficient",
        )
    if not kt > 0:
        size = len(electrons.phonons)
        return Responses(*np.full((2, size, size, len(w)), np.nan))
    found = responses(electrons, kt, w)
    if found is None:
        raise CapabilityError(
            what=f"{mechanism.key} has no isotope effect by mode with this cutoff or sharp mu*",
            why="it ends within one Matsubara frequency, and no rescaled mu* has the same Tc",
            remedy="leave matsubara_cutoff out, or give a rescaled mu*",
        )
    return found


def _cumulative(mechanism: Any, electrons: Electrons, tc: float, w: np.ndarray) -> np.ndarray:
    """Int_0^w alpha(w') dw' by the phonons of the spectrum, whatever frequencies are asked for."""
    phonons = electrons.phonons[0][0]
    modes = phonons.modes()
    places = phonons.max_frequency * np.linspace(0.0, 1.0, _POINTS + 1)[1:]
    hardening = _responses(mechanism, electrons, tc * BOLTZMANN, places).hardening[0, 0]
    if not np.all(np.isfinite(hardening)):
        return np.full(len(w), np.nan)
    smooth = CubicSpline(np.append(0.0, places), np.append(0.0, hardening))
    parts = smooth(modes.frequency) * modes.coupling / 2
    up_to = np.concatenate([[0.0], np.cumsum(parts)])
    return up_to[np.searchsorted(modes.frequency, w, side="right")]


_W = {"units": "meV", "long_name": "phonon frequency"}


def _dims(size: int) -> tuple[tuple[str, ...], dict[str, np.ndarray]]:
    if size == 1:
        return ("phonon_frequency",), {}
    number = np.arange(1, size + 1)
    return ("band", "other_band", "phonon_frequency"), {"band": number, "other_band": number}


def _frequencies(
    electrons: Electrons, frequency: Values | None
) -> np.ndarray:
    if frequency is None:
        highest = max(one.max_frequency for row in electrons.phonons for one in row)
        return np.linspace(0.0, 1.0, _POINTS + 1)[1:] * highest
    try:
        w = np.atleast_1d(np.asarray(frequency, float))
    except (TypeError, ValueError):
        w = np.array([np.nan])
    if w.ndim != 1 or not w.size or not np.all(np.isfinite(w) & (np.diff(w, prepend=0) > 0)):
        raise InputError(
            what=f"frequency = {frequency!r}",
            why="frequencies of phonons are rising numbers of meV above zero, at least one",
            remedy="give one number or a list of numbers, for example from numpy.linspace",
        )
    return w


OBSERVABLE = Observable(
    "isotope_by_mode", "isotope effect by mode", isotope_by_mode, (Critical, Electrons),
    (Axis("frequency", "meV", "phonon frequencies above zero: 10,20 or first:last:count"),),
    order=16,
)  # fmt: skip
