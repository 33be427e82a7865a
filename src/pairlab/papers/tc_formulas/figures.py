"""Formulas for Tc beside the exact theory, over the coupling."""

import numpy as np
import xarray as xr

from pairlab.papers.tc_formulas.compute import FORMULAS, ONE_MODE, deviation, exact_tc, moments
from pairlab.units import BOLTZMANN


def figure_data() -> dict[str, xr.Dataset]:
    """kTc/w of one mode with mu* = 0.1 over lambda, and the deviations of both formulas."""
    grid = np.round(np.geomspace(0.4, 10.0, 49), 6)
    unit = moments(ONE_MODE)[1] / BOLTZMANN
    exact = np.array([exact_tc(float(x), 0.1).value for x in grid]) / unit
    off = {name: np.array([deviation(name, float(x), 0.1) for x in grid]) for name in FORMULAS}
    axis = ("coupling", grid, {"long_name": "coupling λ", "units": "1"})
    names = {"long_name": "theory", "units": ""}
    critical = xr.Dataset(
        coords={"theory": ("theory", ["Eliashberg", *FORMULAS], names), "coupling": axis}
    )
    values = np.array([exact, *(exact * (1 + off[name] / 100) for name in FORMULAS)])
    attrs = {"long_name": "critical temperature kTc/ω", "units": "1"}
    critical["critical_temperature"] = (("theory", "coupling"), values, attrs)
    deviations = xr.Dataset(coords={"theory": ("theory", list(FORMULAS), names), "coupling": axis})
    attrs = {"long_name": "deviation of Tc", "units": "%"}
    deviations["deviation"] = (("theory", "coupling"), np.array(list(off.values())), attrs)
    text = {
        "caption": "One phonon mode, μ* = 0.1 rescaled from its frequency.",
        "cite_as": "Formulas from",
        "cite": ["doi:10.1103/PhysRev.167.331", "doi:10.1103/PhysRevB.12.905"],
    }
    return {
        "critical_temperature": critical.assign_attrs(title="Tc of one phonon mode", **text),
        "deviations": deviations.assign_attrs(
            title="Formulas for Tc against Eliashberg theory", **text
        ),
    }
