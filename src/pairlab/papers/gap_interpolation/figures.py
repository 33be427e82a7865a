"""The deviations of closed forms from the gap of BCS theory."""

import numpy as np
import xarray as xr

from pairlab.papers.gap_interpolation.compute import FORMS, GRID, deviations


def figure_data() -> dict[str, xr.Dataset]:
    """The deviations of all forms over t."""
    figure = xr.Dataset(
        coords={
            "form": ("form", list(FORMS), {"long_name": "interpolation", "units": ""}),
            "reduced_temperature": ("reduced_temperature", np.array(GRID),
                                    {"long_name": "T/Tc", "units": "1"}),
        }
    )  # fmt: skip
    for name, label, relative in (
        ("deviation", "deviation from Δ(T)", True),
        ("deviation_of_zero", "the same over Δ(0)", False),
    ):
        values = np.array([deviations(form, relative)[1] for form in FORMS])
        attrs = {"long_name": label, "units": "%"}
        figure[name] = (("form", "reduced_temperature"), values, attrs)
    return {
        "deviations": figure.assign_attrs(
            title="Interpolations of the BCS gap",
            caption="Against the exact curve, up to t = 0.999.",
            cite_as="Formulas from",
        )
    }
