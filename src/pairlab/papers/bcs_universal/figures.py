"""The data of the universal curves of BCS theory."""

import numpy as np
import xarray as xr

from pairlab.papers.bcs_universal.compute import critical_kelvin, reduced_gap, thermodynamics_at


def figure_data() -> dict[str, xr.Dataset]:
    """Delta(T)/Delta(0), Hc(T)/Hc(0) and C_s/(gamma Tc) over T/Tc."""
    grid = np.unique([*np.linspace(0.02, 0.98, 97), 0.99, 0.995, 0.999])
    data = thermodynamics_at(tuple(grid))
    units = {"units": "1"}
    figure = xr.Dataset(
        coords={"reduced_temperature": ("reduced_temperature", grid,
                                        {"long_name": "T/Tc", **units})}
    )  # fmt: skip
    for name, label, values in (
        ("gap", "gap Δ(T)/Δ(0)", reduced_gap(tuple(grid))),
        (
            "critical_field",
            "critical field Hc(T)/Hc(0)",
            data.thermodynamic_critical_field_ratio.values,
        ),
        ("specific_heat", "specific heat C/(γTc)", data.specific_heat.values / critical_kelvin()),
    ):
        figure[name] = ("reduced_temperature", values, {"long_name": label, **units})
    text = {"title": "Universal curves of BCS theory", "caption": "Exact, at weak coupling."}
    return {"curves": figure.assign_attrs(**text, cite_as="Formulas from")}
