"""Figures of comparisons: one colour for a mechanism, and nothing drawn that is not there."""

import numpy as np
import pytest
import xarray as xr

from pairlab.mechanisms.bcs import Bcs
from pairlab.mechanisms.multiband import Multiband
from pairlab.plot import description as d
from pairlab.plot.comparison import MOST_PANELS, comparison_panels, is_comparison
from pairlab.plot.figures import describe
from pairlab.solution import Result
from pairlab.study.compare import compare

FULL = {"cutoff": 30.0, "density_of_states": 1e-3, "fermi_wavevector": 10.0, "cross_section": 1e4}


@pytest.fixture(scope="module")
def data():
    units = {"temperature": "K", "gap": "meV", "gap_error": "meV"}
    columns = {"temperature": [1.0, 5.0], "gap": [1.1, 0.9], "gap_error": [0.05, 0.06]}
    points = xr.Dataset({n: ("point", v, {"units": units[n]}) for n, v in columns.items()})
    bands = Multiband(couplings=[[0.25, 0.02], [0.02, 0.1]], cutoff=30.0)
    return compare({"one": Bcs(coupling=0.25, **FULL), "two_bands": bands}, data=points)


def of(panel, kind):
    return [series for series in panel.series if isinstance(series, kind)]


def test_a_mechanism_keeps_its_colour_and_measured_points_are_black(data):
    panels = comparison_panels(data)
    gaps = panels[0]
    assert gaps.y.label == "Largest gap (meV)"
    assert gaps.x.label == "Temperature (K)"
    lines = {line.label: line for line in of(gaps, d.Line) if line.label}
    assert lines["one"].colour != lines["two_bands"].colour
    assert "black" not in {line.colour for line in lines.values()}
    assert "smallest gap" in lines
    (points,) = [p for p in of(gaps, d.Points) if p.label == "measured"]
    assert (points.colour, points.y.tolist(), points.y_error.tolist()) == (
        "black", [1.1, 0.9], [0.05, 0.06],
    )  # fmt: skip
    for panel in panels[1:-1]:
        colours = [line.colour for line in of(panel, d.Line)]
        assert colours[: len(lines)] in (["blue", "vermillion"], ["blue"])
        assert {line.label for line in of(panel, d.Line)} == {""}  # one legend is enough


def test_what_is_not_offered_is_said_and_not_drawn(data):
    (field,) = [p for p in comparison_panels(data) if p.y.label == "Thermodynamic Bc (T)"]
    assert [line.colour for line in of(field, d.Line)] == ["blue"]
    assert field.note == "two_bands: not offered"


def test_curves_end_where_they_reach_zero(data):
    tc = float(data.critical_temperature.sel(mechanism="one"))
    line = of(comparison_panels(data)[0], d.Line)[0]
    assert line.x[-1] <= tc * 1.001 < float(data.temperature.max())


def test_numbers_beside_the_weak_coupling_value(data):
    (ratio,) = [p for p in comparison_panels(data) if "2Δ" in p.x.label]
    assert ratio.y.categories == ("one", "two_bands")
    assert of(ratio, d.Mark)[0].value == pytest.approx(3.528, abs=1e-3)
    assert [p.x[0] for p in of(ratio, d.Points)] == data.gap_ratio.values.tolist()


def test_failures_are_said(data):
    codes = data.gap_ratio_result_code.copy(data=[0, Result.NOT_CONVERGED.code])
    failed = data.assign(gap_ratio_result_code=codes, gap_ratio=data.gap_ratio * [1.0, np.nan])
    (ratio,) = [p for p in comparison_panels(failed) if "2Δ" in p.x.label]
    assert "two_bands: no result" in ratio.note
    assert len(of(ratio, d.Points)) == 1


def test_curves_of_different_heights_are_drawn_on_logarithmic_scales():
    wide = compare([Bcs(coupling=0.2, cutoff=30.0), Bcs(coupling=0.4, cutoff=30.0)])
    gaps = comparison_panels(wide)[0]
    assert (gaps.x.scale, gaps.y.scale) == ("log", "log")
    assert all(np.all(line.x > 0) for line in of(gaps, d.Line))


def test_fields_and_temperatures_have_panels_of_their_own_and_all_fit_a_page():
    named = {"a": Bcs(coupling=0.25, **FULL), "b": Bcs(coupling=0.26, **FULL)}
    data = compare(named, temperature=[0.0, 2.0, 4.0], field=[0.0, 0.005, 0.01])
    assert is_comparison(data)
    figure = describe(data)
    titles = [panel.title for panel in figure.panels]
    assert {"Critical current at 0 T", "Critical current at 0 K"} <= set(titles)
    assert titles[-1] == "What tells them apart"
    assert len(figure.panels) <= MOST_PANELS
    assert "Errors used for differences" in figure.footer
