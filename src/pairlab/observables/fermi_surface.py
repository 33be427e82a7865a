"""The Fermi contours of the normal state."""

from typing import Any

import xarray as xr

from pairlab.observables.datasets import attributes
from pairlab.observables.registry import Observable, Report, require
from pairlab.pairing.normal_state import FermiContours


def fermi_surface(mechanism: Any) -> xr.Dataset:
    """The Fermi contours kx(kz) of every subband. Raises: CapabilityError.

    Returns: fermi_wavevector (subband, kz) in 1/nm, nan where there is none; kz in pi/d.
    """
    data = require(mechanism, FermiContours, "Fermi surface").contours()
    data.fermi_wavevector.attrs.update(units="1/nm", long_name="Fermi wavevector along the wires")
    data.kz.attrs.update(units="pi/d", long_name="wavevector across the wires")
    return data.assign_attrs(attributes(mechanism, "band energies by bracketed roots"))


def _in_report(mechanism: Any, _: Report) -> xr.Dataset:
    return fermi_surface(mechanism).rename(kz="kz_fermi")


OBSERVABLE = Observable(
    "fermi_surface", "Fermi surface", fermi_surface, (FermiContours,), cost="quick",
    in_report=_in_report, order=31,
)  # fmt: skip
