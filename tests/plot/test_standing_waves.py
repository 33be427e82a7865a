"""The figure of standing waves: levels on S(E), and the distance of each from E_F."""

import numpy as np
import pytest

import pairlab as pl
from pairlab.plot import description as d
from pairlab.plot.figures import describe


@pytest.fixture(scope="module")
def report():
    return pl.run(pl.StandingWave.preset("li", pairing_energy=150.0))


def panel(report, title):
    return next(p for p in describe(report).panels if p.title == title)


def test_levels_lie_on_the_density_of_states(report):
    drawn = panel(report, "Levels of standing waves")
    points = [s for s in drawn.series if isinstance(s, d.Points)]
    assert [float(p.x[0]) for p in points] == pytest.approx(
        report.standing_wave_energy.values[: len(points)] * 1e-3
    )
    curve = next(s for s in drawn.series if isinstance(s, d.Line))
    assert curve.y.max() == pytest.approx(report.density_of_states.values.max() * 1e3)
    for point in points:
        assert point.y[0] == pytest.approx(6.812 * np.sqrt(point.x[0]), rel=1e-3)
    mark = next(s for s in drawn.series if isinstance(s, d.Mark))
    assert mark.value == pytest.approx(3.2)
    band = next(s for s in drawn.series if isinstance(s, d.Band))
    assert band.x[[0, -1]] == pytest.approx([3.05, 3.2])
    assert "⟨100⟩: 3.09 eV" in [p.label for p in points]
    assert "eV" in drawn.x.label


def test_distances_stand_beside_the_pairing_energy(report):
    drawn = panel(report, "Distance from each level")
    bars = next(s for s in drawn.series if isinstance(s, d.Bars))
    assert bars.height[0] == pytest.approx(0.11275, abs=1e-5)
    marks = [s.value for s in drawn.series if isinstance(s, d.Mark)]
    assert marks == pytest.approx([0.15, -0.15])
    assert drawn.x.categories[:2] == ("⟨100⟩", "⟨111⟩")


def test_without_a_pairing_energy_there_are_levels_only(tmp_path):
    report = pl.run(pl.StandingWave.preset("na"))
    figure = pl.plot(report, tmp_path / "na.png")
    assert len(figure.axes) == 2
    titles = [p.title for p in describe(report).panels]
    assert titles == ["Levels of standing waves", "Distance from each level"]


def test_given_distances_need_no_brackets():
    m = pl.StandingWave(repeat_distance=[0.35, 0.7], fermi_energy=3000.0, orders=2)
    drawn = panel(pl.run(m), "Distance from each level")
    # As many as have room side by side, the nearest first.
    assert drawn.x.categories == ("R = 0.35 nm", "R = 0.7 nm, n = 2")
