"""The phonons that bind: alpha^2F, what of lambda lies below each frequency, and moments."""

from typing import Any

import numpy as np
import xarray as xr

from pairlab.observables.datasets import attributes
from pairlab.observables.registry import Observable, Report, require
from pairlab.pairing.phonons.coupling import PhononCoupling
from pairlab.pairing.phonons.spectrum import PhononSpectrum

_MOMENTS = {
    "coupling": ("electron_phonon_coupling", "1", "electron-phonon coupling lambda"),
    "log_frequency": ("log_frequency", "meV", "logarithmic frequency w_log"),
    "second_frequency": ("second_frequency", "meV", "second moment w2"),
}


def phonon_spectrum(mechanism: Any, *, throw: bool = True) -> xr.Dataset:
    """lambda, w_log and w2, and for a spectrum alpha^2F(w) with the part of lambda below w.

        lambda = 2 Int a2F/w dw, ln w_log = (2/lambda) Int a2F ln w/w dw,
        w2^2 = (2/lambda) Int a2F w dw

    Args:
        mechanism: any mechanism with phonons.
        throw: nothing is solved here that could fail; taken as by every observable.

    Returns: electron_phonon_coupling, log_frequency and second_frequency, each with `_error` (of
    the integration over the points of a file; 0 for one mode); for a spectrum alpha2f and
    cumulative_coupling over `phonon_frequency` in meV.

    Raises: CapabilityError.
    """
    phonons = require(mechanism, PhononCoupling, "phonon spectrum")
    errors = phonons.moment_errors if isinstance(phonons, PhononSpectrum) else None
    data = xr.Dataset()
    for part, (name, units, label) in _MOMENTS.items():
        data[name] = ((), getattr(phonons, part), {"units": units, "long_name": label})
        error = 0.0 if errors is None else getattr(errors, part)
        about = {"units": units, "long_name": f"error of the {label}"}
        data[f"{name}_error"] = ((), error, about)
    if isinstance(phonons, PhononSpectrum):
        about = {"units": "meV", "long_name": "phonon frequency"}
        axis = ("phonon_frequency", np.array(phonons.frequency), about)
        data = data.assign_coords(phonon_frequency=axis)
        values = np.array(phonons.coupling_function)
        data["alpha2f"] = ("phonon_frequency", values, {"units": "1", "long_name": "alpha2F"})
        data["cumulative_coupling"] = (
            "phonon_frequency", _cumulative(axis[1], values),
            {"units": "1", "long_name": "coupling lambda up to this frequency"},
        )  # fmt: skip
    return data.assign_attrs(attributes(mechanism, "integrals over alpha2F, linear between points"))


def _cumulative(frequency: np.ndarray, values: np.ndarray) -> np.ndarray:
    """2 Int_0^w a2F/w dw at each point: linear between points, quadratic below the first."""
    width, low = np.diff(frequency), frequency[:-1]
    slope = np.diff(values) / width
    pieces = slope * width + (values[:-1] - slope * low) * np.log1p(width / low)
    return values[0] + 2 * np.concatenate([[0.0], np.cumsum(pieces)])


def _in_report(mechanism: Any, _: Report) -> xr.Dataset:
    return phonon_spectrum(mechanism)


OBSERVABLE = Observable(
    "phonon_spectrum", "phonon spectrum", phonon_spectrum, (PhononCoupling,), cost="quick",
    in_report=_in_report, order=21,
)  # fmt: skip
