"""The three ratios over x for all shapes of the spectrum, and the formulas."""

import numpy as np
import xarray as xr

from pairlab.papers import phonon_shapes as shapes
from pairlab.papers.questions import Functions, Question, answer
from pairlab.papers.strong_coupling.compute import MECHANISMS, REDUCTIONS, formula

_QUESTIONS = {
    "gap_ratio": Question("gap_ratio", mechanism="at_reduced_tc"),
    "jump": Question("thermodynamics", mechanism="at_reduced_tc", variable="specific_heat_jump"),
    "field_ratio": Question("thermodynamics", mechanism="at_reduced_tc", reduction="field_ratio"),
}
_LABELS = {
    "gap_ratio": "gap ratio 2Δ(0)/kTc",
    "jump": "jump ΔC/γTc",
    "field_ratio": "ratio γTc²/Hc(0)²",
}


def figure_data() -> dict[str, xr.Dataset]:
    """The three ratios over x for all shapes, and the formulas."""
    grid = np.round(np.linspace(0.02, 0.26, 25), 6)
    lines = [*shapes.SHAPES, "formula"]
    axis = {"long_name": "reduced Tc, kTc/ωlog", "units": "1"}
    figure = xr.Dataset(
        coords={
            "spectrum": ("spectrum", lines, {"long_name": "spectrum", "units": ""}),
            "reduced_tc": ("reduced_tc", grid, axis),
        }
    )
    functions = Functions(mechanisms=MECHANISMS, reductions=REDUCTIONS)
    for name, question in _QUESTIONS.items():
        rows = [
            [answer(question, functions, {"x": float(x), "shape": shape}).low for x in grid]
            for shape in shapes.SHAPES
        ]
        rows.append([formula(name, float(x)) for x in grid])
        attrs = {"long_name": _LABELS[name], "units": "1"}
        figure[name] = (("spectrum", "reduced_tc"), np.array(rows), attrs)
    return {
        "ratios": figure.assign_attrs(
            title="Ratios of BCS theory at strong coupling",
            caption="Eliashberg theory, μ* = 0.1 rescaled from the end of the spectrum.",
            cite_as="Formulas from",
            cite=["doi:10.1103/PhysRevB.29.184", "doi:10.1103/PhysRevB.33.6141"],
        )
    }
