"""Which phonons Tc and the isotope effect of Eliashberg theory come from."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from pairlab.errors import InputError
from pairlab.observables.common import CODE_ATTRIBUTES, attributes
from pairlab.observables.critical_temperature import critical_temperature
from pairlab.observables.gap import own_bands
from pairlab.pairing.eliashberg import Electrons
from pairlab.pairing.eliashberg_critical import responses
from pairlab.pairing.problem import OffersImaginaryAxis, require
from pairlab.pairing.spectrum import PhononSpectrum
from pairlab.solution import Result
from pairlab.units import BOLTZMANN

METHOD = "eigenvector at Tc, first-order perturbation theory"

_POINTS = 200


def isotope_by_mode(
    mechanism: Any, frequency: float | Sequence[float] | np.ndarray | None = None, *,
    throw: bool = True,
) -> xr.Dataset:  # fmt: skip
    """What a phonon at each frequency does to Tc, and its part of the isotope coefficient.

        d Tc/d a2F(w)                                              functional_derivative
        (1/2) d ln Tc/d ln w of a phonon with lambda = 1           isotope_per_coupling
        alpha(w) = (1/2) d ln Tc/d ln w per frequency              isotope_density
        Int_0^w alpha(w') dw'                                      cumulative_isotope

    alpha(w) dw is what the masses that move at w contribute: a2F(w) dw at w (1 + e), with the same
    lambda. Its integral is the isotope coefficient.

    Args:
        mechanism: any mechanism with Eliashberg equations.
        frequency: meV, above zero; by default 200 up to the highest of the phonons.
        throw: raise where Tc cannot be trusted; otherwise its code says so.

    Returns, over `phonon_frequency` (meV): functional_derivative in K/meV and isotope_per_coupling;
    where one spectrum is given isotope_density in 1/meV and cumulative_isotope; with several bands,
    the first two over `band` that scatters and `other_band`. isotope_coefficient, the sum over all
    phonons; critical_temperature; result_code. Without superconductivity all are nan.

    Raises: InputError, CapabilityError, SolverError.

    Source: Bergmann and Rainer, Z. Phys. 263, 59 (1973); Rainer and Culetto, Phys. Rev. B 19, 2540
    (1979).
    """
    electrons = require(mechanism, OffersImaginaryAxis, "isotope effect by mode").electrons()
    tc = critical_temperature(mechanism, throw=throw)
    w = _frequencies(electrons, frequency)
    size = len(electrons.phonons)
    strength = hardening = np.full((size, size, len(w)), np.nan)
    total = np.nan
    if tc.value > 0:
        kt = tc.value * BOLTZMANN
        strength, hardening = responses(electrons, kt, w)
        modes = electrons.modes
        total = 0.5 * float(
            np.sum(responses(electrons, kt, modes.frequency).hardening * modes.coupling)
        )
    over, coords = _dims(size)
    data = xr.Dataset(
        {
            "functional_derivative": (
                over, _plain(tc.value * strength * 2 / w),
                {"units": "K/meV", "long_name": "functional derivative of Tc by alpha2F"},
            ),
            "isotope_per_coupling": (
                over, _plain(hardening / 2),
                {"units": "1", "long_name": "isotope coefficient per lambda of a phonon"},
            ),
        },
        {"phonon_frequency": ("phonon_frequency", w, _W), **coords},
    )  # fmt: skip
    only = electrons.phonons[0][0]
    if size == 1 and isinstance(only, PhononSpectrum):
        density = hardening[0, 0] * only.values_at(w) / w
        about = {"units": "1/meV", "long_name": "isotope coefficient per frequency"}
        data["isotope_density"] = ("phonon_frequency", density, about)
        steps = np.diff(w, prepend=0.0) * (density + np.append(0.0, density[:-1])) / 2
        about = {"units": "1", "long_name": "isotope coefficient up to this frequency"}
        data["cumulative_isotope"] = ("phonon_frequency", np.cumsum(steps), about)
    data["isotope_coefficient"] = ((), total, {"units": "1", "long_name": "isotope coefficient"})
    data["critical_temperature"] = ((), tc.value, {"units": "K"})
    none = tc.result is Result.NO_SUPERCONDUCTIVITY
    data["result_code"] = ((), (Result.NO_SUPERCONDUCTIVITY if none else tc.result).code,
                           CODE_ATTRIBUTES)  # fmt: skip
    return data.assign_attrs(attributes(mechanism, METHOD))


_W = {"units": "meV", "long_name": "phonon frequency"}


def _plain(values: np.ndarray) -> np.ndarray:
    return values[0, 0] if len(values) == 1 else values


def _dims(size: int) -> tuple[tuple[str, ...], dict[str, np.ndarray]]:
    names, coords = own_bands(np.zeros((1, size)))
    if not names:
        return ("phonon_frequency",), {}
    return ("band", "other_band", "phonon_frequency"), {**coords, "other_band": coords["band"]}


def _frequencies(
    electrons: Electrons, frequency: float | Sequence[float] | np.ndarray | None
) -> np.ndarray:
    if frequency is None:
        highest = max(one.max_frequency for row in electrons.phonons for one in row)
        return np.linspace(0.0, 1.0, _POINTS + 1)[1:] * highest
    try:
        w = np.atleast_1d(np.asarray(frequency, float))
    except (TypeError, ValueError):
        w = np.array([np.nan])
    if w.ndim != 1 or not w.size or not np.all((w > 0) & np.isfinite(w)):
        raise InputError(
            what=f"frequency = {frequency!r}",
            why="frequencies of phonons are numbers of meV above zero, at least one",
            remedy="give one number or a list of numbers, for example from numpy.linspace",
        )
    return w
