"""The gap at zero temperature over kTc/2."""

from typing import Any

import numpy as np
import xarray as xr

from pairlab.observables.gap import gap, sizes
from pairlab.observables.registry import Compared, Observable, Report
from pairlab.pairing.problem import Critical, GapSolver
from pairlab.units import BOLTZMANN


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


def _in_report(mechanism: Any, _: Report) -> xr.Dataset:
    return gap_ratio(mechanism, throw=False).rename(result_code="gap_ratio_result_code")


def _cold(mechanism: Any) -> xr.Dataset:
    """The largest gap at T = 0, and over kTc/2."""
    cold = sizes(mechanism, np.zeros(1)).isel(temperature=0)
    critical = mechanism.posed.critical()
    unit = BOLTZMANN * critical.value / 2 if critical.value > 0 else np.nan
    ratio = cold.gap / unit
    lost = cold.gap_error / unit + ratio * critical.error / max(critical.value, 1e-300)
    return cold[["result_code", "critical_temperature"]].assign(
        zero_temperature_gap=cold.gap,
        zero_temperature_gap_error=cold.gap_error,
        gap_ratio=ratio,
        gap_ratio_error=lost,
    )


OBSERVABLE = Observable(
    "gap_ratio", "gap ratio 2 Delta(0)/(k Tc)", gap_ratio, (Critical, GapSolver), sweeps=True,
    in_report=_in_report,
    compares=(Compared(_cold, {"zero_temperature_gap": 0.05, "gap_ratio": 0.05}, order=1),),
    order=11,
)  # fmt: skip
