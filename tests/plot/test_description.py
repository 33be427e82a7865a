"""What figures show: labels with units, families, maps, and nothing untrusted drawn as trusted."""

import numpy as np
import pytest
import xarray as xr

from pairlab.errors import InputError
from pairlab.plot import description as d
from pairlab.plot.figures import MOST_PANELS, describe
from pairlab.plot.grid import round_levels, scaled
from pairlab.plot.labels import axis_label, footer, headline, unit_text
from pairlab.solution import CODES, Result

SUCCESS = CODES.index(Result.SUCCESS)
NONE = CODES.index(Result.NO_SUPERCONDUCTIVITY)
FAILED = CODES.index(Result.NOT_CONVERGED)
POOR = CODES.index(Result.INACCURATE)

CONFIG = """mechanism = "toy"

[parameters]
coupling = 0.3
width = 0.85  # nm
couplings = [
    [0.3, 0.1],
    [0.1, 0.2],
]
"""


def swept(values, codes, **axes):
    """A sweep of the critical temperature over axes, as `sweep` returns it."""
    dims = tuple(axes)
    data = xr.Dataset(
        {
            "critical_temperature": (dims, np.array(values, float), {"units": "K"}),
            "critical_temperature_error": (dims, np.full(np.shape(values), 1e-5)),
            "critical_temperature_result_code": (dims, np.array(codes)),
        },
        axes,
        {"mechanism": "toy", "pairlab_version": "1.2.3", "status": "a toy", "config": CONFIG},
    )
    data.critical_temperature.attrs["long_name"] = "critical temperature"
    return data


def report():
    """Every kind of variable of a report, with made-up numbers."""
    kz, energy, kelvin = np.linspace(0.1, 0.9, 9), np.linspace(0.0, 10.0, 21), np.linspace(0, 9, 12)
    shape = (12, 2, 9)
    gap = np.broadcast_to(np.sqrt(1 - kelvin / 10)[:, None, None] * [[1.0], [3.0]], shape) + 0 * kz
    states = np.array([np.full(21, 0.002), np.full(21, 0.003)])
    data = xr.Dataset(
        {
            "critical_temperature": ((), 10.0, {"units": "K"}),
            "gap": (("temperature", "subband", "kz"), gap, {"units": "meV", "long_name": "gap"}),
            "gap_error": ("temperature", np.full(12, 1e-9)),
            "gap_result_code": ("temperature", np.full(12, SUCCESS)),
            "chemical_potential": ("temperature", np.full(12, 4.0), {"units": "meV"}),
            "density_of_states": ("energy", states.sum(0), {"units": "1/(meV nm^2)"}),
            "subband_density_of_states": (("subband", "energy"), states),
            "fermi_wavevector": (("subband", "kz_fermi"), np.ones((2, 9)), {"units": "1/nm"}),
            "gap_ratio": ("subband", [1.0, 3.6], {"units": "1", "long_name": "2 Delta(0)/(k Tc)"}),
            "dome_critical_temperature": (
                ("dome_coupling",),
                np.linspace(1, 20, 20),
                {"units": "K"},
            ),
            "measured_critical_temperature": (
                "measurement",
                [203.0, 287.0, np.nan],
                {"units": "K"},
            ),
            "measured_pressure": ("measurement", [162.0, 265.0, 117.0], {"units": "GPa"}),
            "measured_source": ("measurement", ["A et al., J. 1, 2 (2015)"] + ["B, J. (2020)"] * 2),
            "measured_status": ("measurement", ["published", "retracted in 2022", "published"]),
        },
        {
            "temperature": ("temperature", kelvin, {"units": "K"}),
            "subband": [1, 2],
            "kz": ("kz", kz, {"units": "pi/d"}),
            "kz_fermi": ("kz_fermi", kz, {"units": "pi/d"}),
            "energy": ("energy", energy, {"units": "meV"}),
            "energy_lifshitz": ("energy", energy / 5 - 1, {"units": "1"}),
            "dome_coupling": np.linspace(0.1, 0.5, 20),
        },
        {"mechanism": "toy", "config": CONFIG},
    )
    return data


def kinds(panel, kind):
    return [series for series in panel.series if isinstance(series, kind)]


def drawn_values(panel):
    """Every finite y that lines and unmarked points show."""
    values = [line.y for line in kinds(panel, d.Line)]
    values += [points.y for points in kinds(panel, d.Points) if points.marker != "cross"]
    values = np.concatenate([np.ravel(value) for value in values])
    return values[np.isfinite(values)]


def test_axis_labels_carry_units():
    panel = describe(swept(np.linspace(1, 2, 20), [SUCCESS] * 20, lifshitz=np.linspace(0, 1, 20)))
    (panel,) = panel.panels
    assert panel.y.label == "Critical temperature (K)"
    assert panel.x.label == "Lifshitz parameter η"


@pytest.mark.parametrize(
    ("unit", "printed"),
    [
        ("K", "K"),
        ("1", ""),
        ("", ""),
        ("1/(meV nm^2)", "meV⁻¹\u00a0nm⁻²"),
        ("1/nm", "nm⁻¹"),
        ("meV^2/K", "meV²\u00a0K⁻¹"),
        ("pi/d", "π/d"),
        ("nm^3", "nm³"),
    ],
)
def test_units_are_printed_as_in_journals(unit, printed):
    assert unit_text(unit) == printed


def test_small_values_are_scaled_and_the_label_says_so():
    states = xr.DataArray([0.002, 0.004], name="density", attrs={"units": "1/meV"})
    factor, label = scaled(states)
    assert factor == pytest.approx(1e3)
    assert label == "Density (10⁻³\u00a0meV⁻¹)"


def test_bad_points_break_the_line_and_are_marked():
    x = np.linspace(0, 1, 20)
    values, codes = 10 + x, np.full(20, SUCCESS)
    values[5], codes[5] = np.nan, FAILED
    values[9], codes[9] = 77.0, POOR
    (panel,) = describe(swept(values, codes, lifshitz=x)).panels
    (line,) = kinds(panel, d.Line)
    assert np.isnan(line.y[[5, 9]]).all()
    assert np.isfinite(np.delete(line.y, [5, 9])).all()
    (poor,) = (points for points in kinds(panel, d.Points) if points.marker == "cross")
    assert (poor.x, poor.y, poor.label) == ([x[9]], [77.0], "inaccurate")
    (missing,) = kinds(panel, d.EdgeMarks)
    assert (missing.x, missing.label) == ([x[5]], "no result")


def test_a_bad_code_hides_a_finite_value():
    x = np.linspace(0, 1, 20)
    codes = np.full(20, SUCCESS)
    codes[3] = FAILED
    values = 10 + x
    values[3] = 999.0
    for panel in describe(swept(values, codes, lifshitz=x)).panels:
        assert 999.0 not in drawn_values(panel)


def test_an_unknown_code_is_not_good():
    x = np.linspace(0, 1, 20)
    data = swept(np.full(20, 999.0), np.full(20, SUCCESS), lifshitz=x)
    data.critical_temperature_result_code[:] = 87
    (panel,) = describe(data).panels
    assert drawn_values(panel).size == 0


def test_codes_are_read_by_the_names_that_the_file_gives():
    x = np.linspace(0, 1, 20)
    data = swept(np.full(20, 999.0), np.full(20, 5), lifshitz=x)
    data.critical_temperature_result_code.attrs.update(
        flag_values=[4, 5], flag_meanings="A SUCCESS"
    )
    assert np.all(drawn_values(describe(data).panels[0]) == 999.0)
    data.critical_temperature_result_code.attrs.update(flag_meanings="SUCCESS NOT_FINITE")
    assert drawn_values(describe(data).panels[0]).size == 0


def test_a_common_result_code_counts():
    data = xr.Dataset(
        {
            "entropy": ("temperature", [1.0, 2.0, 999.0], {"units": "meV"}),
            "thermodynamics_result_code": ("temperature", [SUCCESS, SUCCESS, FAILED]),
        },
        {"temperature": [0.0, 1.0, 2.0]},
    )
    assert 999.0 not in drawn_values(describe(data).panels[0])


def test_a_single_good_point_between_bad_ones_is_seen():
    codes = np.full(20, FAILED)
    codes[7] = SUCCESS
    values = np.full(20, np.nan)
    values[7] = 4.0
    (panel,) = describe(swept(values, codes, lifshitz=np.linspace(0, 1, 20))).panels
    dots = [points for points in kinds(panel, d.Points) if points.marker != "cross"]
    assert [float(points.y[0]) for points in dots] == [4.0]


def test_zero_temperature_has_a_mark_on_the_logarithmic_scale_only():
    x = np.linspace(0, 1, 20)
    values, codes = np.geomspace(1e-3, 1e2, 20), np.full(20, SUCCESS)
    values[0], codes[0] = 0.0, NONE
    linear, logarithmic = describe(swept(values, codes, lifshitz=x)).panels
    assert (linear.y.scale, logarithmic.y.scale) == ("linear", "log")
    assert kinds(linear, d.EdgeMarks) == []
    assert kinds(linear, d.Line)[0].y[0] == 0.0
    (mark,) = kinds(logarithmic, d.EdgeMarks)
    assert (mark.x, mark.label) == ([0.0], "no superconductivity")
    assert drawn_values(logarithmic).min() > 0


def test_a_dense_grid_has_curves_and_a_map_without_bad_points():
    eta, g = np.linspace(0, 1, 25), np.linspace(0.1, 0.5, 12)
    values = 10 + np.outer(g, eta)
    codes = np.full(values.shape, SUCCESS)
    codes[4, 7] = FAILED
    data = swept(values, codes, coupling=g, lifshitz=eta)
    curves, drawn = describe(data).panels
    assert curves.x.label == drawn.x.label == "Lifshitz parameter η"
    assert (curves.legend_title, drawn.y.label) == ("Coupling", "Coupling")
    assert len(kinds(curves, d.Line)) == 5
    (cells,) = kinds(drawn, d.Map)
    assert cells.label == "Critical temperature (K)"
    assert np.isnan(cells.z[4, 7])
    assert np.isnan(cells.z).sum() == 1
    assert drawn.legend == "auto"


def test_a_family_keeps_the_curve_of_the_run_itself():
    g = np.linspace(0.1, 0.46, 7)  # evenly spread: 0.10 0.22 0.28 ...; the run's 0.3 is added
    g[3] = 0.3
    data = swept(10 + np.outer(g, np.ones(25)), np.full((7, 25), SUCCESS), coupling=g,
                 lifshitz=np.linspace(0, 1, 25))  # fmt: skip
    (panel,) = describe(data).panels
    heavy = [line.label for line in kinds(panel, d.Line) if line.heavy]
    assert heavy == ["0.3"]
    assert len(kinds(panel, d.Line)) == 5


def test_curves_of_named_cases_and_panels_for_each():
    eta = np.linspace(0, 1, 25)
    values = np.ones((2, 3, 25)) + eta
    data = swept(values, np.full(values.shape, SUCCESS), case=["A", "B"], coupling=[0.1, 0.2, 0.3],
                 lifshitz=eta)  # fmt: skip
    panels = describe(data).panels
    assert [panel.title for panel in panels] == [
        "Critical temperature, case A", "Critical temperature, case B"
    ]  # fmt: skip
    assert [line.label for line in kinds(panels[0], d.Line)] == ["0.1", "0.2", "0.3"]


def test_one_variable_against_another():
    data = swept([1.0, 2.0, 3.0], [SUCCESS] * 3, lifshitz=[0.0, 1.0, 2.0])
    data["ratio"] = ("lifshitz", [5.0, 7.0, 6.0], {"long_name": "gap ratio"})
    data.critical_temperature.attrs["against"] = "ratio"
    panel = describe(data).panels[0]
    assert panel.x.label == "Gap ratio"
    np.testing.assert_array_equal(kinds(panel, d.Line)[0].x, [5.0, 7.0, 6.0])
    begin = next(points for points in kinds(panel, d.Points) if points.label)
    assert (begin.x, begin.label) == ([5.0], "start, Lifshitz parameter η = 0")


def test_report_panels():
    figure = describe(report())
    titles = [panel.title for panel in figure.panels]
    assert titles == [
        "Critical temperature", "Density of states", "Gap against temperature", "Gap at 0 K",
        "Fermi contours", "Gap ratio", "Measured",
    ]  # fmt: skip
    assert len(titles) <= MOST_PANELS
    dome, states, gaps, along, fermi, ratio, measured = figure.panels
    (star,) = (points for points in kinds(dome, d.Points) if points.marker == "star")
    assert (star.x, star.y) == ([0.3], [10.0])
    assert states.y.label == "Density of states per spin (10⁻³\u00a0meV⁻¹\u00a0nm⁻²)"
    assert states.x.label == "Lifshitz parameter η"
    (potential,) = kinds(states, d.Mark)
    assert potential.value == pytest.approx(4.0 / 5 - 1)
    np.testing.assert_allclose(kinds(states, d.Line)[0].y, 5.0)
    assert gaps.y.label == "Gap, mean over kz (meV)"
    assert (gaps.x.label, along.x.label) == (
        "Temperature (K)", "Wavevector across the wires (π/d)"
    )  # fmt: skip
    assert [line.label for line in kinds(gaps, d.Line)] == ["subband 1", "subband 2"]
    assert len(kinds(fermi, d.Line)) == 2
    assert kinds(ratio, d.Mark)[0].value == pytest.approx(2 * np.pi / np.exp(np.euler_gamma))
    assert measured.x.label == "Pressure (GPa)"


def test_measured_status_is_seen():
    measured = describe(report()).panels[-1]
    symbols = {points.label: points for points in kinds(measured, d.Points)}
    assert symbols["A 2015"].filled
    assert not symbols["B 2020: retracted"].filled
    (onset,) = kinds(measured, d.EdgeMarks)
    assert (onset.x, onset.label) == ([117.0], "superconductivity begins")
    assert [mark.across for mark in kinds(measured, d.Mark)] == ["y"]


def test_a_disputed_class_is_seen_though_the_source_is_published():
    data = report()
    status = "published; superconductivity in this class is disputed (someone)"
    data["measured_status"] = ("measurement", [status] * 3)
    symbols = kinds(describe(data).panels[-1], d.Points)
    assert all(not points.filled and points.label.endswith(": disputed") for points in symbols)


def test_pair_overlap_is_a_map_for_each_pair_of_bands_once():
    k = np.linspace(0.1, 0.9, 9)
    overlap = np.random.default_rng(1).random((2, 2, 9, 9))
    data = xr.Dataset(
        {
            "overlap": (("subband", "other_subband", "kz", "other_kz"), overlap),
            "mean_overlap": (("subband", "other_subband"), [[1.9, 1.2], [1.2, 1.4]]),
        },
        {"subband": [1, 2], "other_subband": [1, 2], "kz": k, "other_kz": k},
    )  # fmt: skip
    panels = describe(data).panels
    assert [panel.title for panel in panels] == [
        "Overlap, subbands 1, 1", "Overlap, subbands 1, 2", "Overlap, subbands 2, 2", "Mean overlap"
    ]  # fmt: skip
    off_diagonal = kinds(panels[1], d.Map)[0]
    np.testing.assert_array_equal(off_diagonal.z, overlap[0, 1].T)
    assert kinds(panels[3], d.Map)[0].write_values
    assert panels[1].x.label == "Wavevector across the wires, subband\u00a01"
    assert panels[1].y.label == "Wavevector across the wires, subband\u00a02"
    assert panels[0].y.label == "Other wavevector across the wires, subband\u00a01"


def test_words_around_the_panels():
    data = report().assign_attrs(pairlab_version="1.2.3", status="disputed.")
    assert headline(data) == "TOY: Tc = 10 K"
    assert footer(data) == (
        "pairlab 1.2.3, toy: coupling = 0.3, width = 0.85 nm, "
        "couplings = [[0.3, 0.1], [0.1, 0.2]].\n"
        "Status: disputed."
    )
    paper = data.assign_attrs(paper="p1900", cite=["A (1900)", "doi:10.1/x"])
    assert footer(paper).endswith("\nCounterpart of a figure in: A (1900); doi:10.1/x.")
    own = paper.assign_attrs(cite_as="Formulas from")
    assert footer(own).endswith("\nFormulas from: A (1900); doi:10.1/x.")
    titled = data.assign_attrs(title="Domes", caption="What is seen.")
    assert headline(titled) == "Domes"
    assert footer(titled).startswith("What is seen.\n")


def test_nothing_to_draw_is_said():
    with pytest.raises(InputError, match=r"nothing to draw.*critical_temperature"):
        describe(xr.Dataset({"critical_temperature": 3.0}))
    with pytest.raises(InputError, match="cannot draw a float"):
        describe(3.0)


def test_contour_levels_are_round_and_inside():
    assert round_levels(np.array([0.0, 250.0])) == (50.0, 100.0, 150.0, 200.0)
    assert round_levels(np.array([[1.0, np.nan], [1.0, 1.0]])) == ()
    levels = round_levels(np.array([-3.0, 4.0]))
    assert 0.0 in levels
    assert min(levels) > -3
    assert max(levels) < 4


def test_label_of_a_symbolic_long_name_is_the_variables_own():
    values = xr.DataArray(
        [1.0], name="free_energy", attrs={"long_name": "(F_s - F_n)", "units": "meV"}
    )
    assert axis_label(values) == "Free energy (meV)"


def test_the_normal_state_is_drawn_in_the_panel_of_its_quantity():
    kelvin = [0.0, 1.0, 2.0]
    data = xr.Dataset(
        {
            "specific_heat": ("temperature", [0.0, 1.0, 9.0], {"units": "K"}),
            "normal_specific_heat": ("temperature", [0.0, 2.0, 4.0], {"units": "K"}),
        },
        {"temperature": ("temperature", kelvin, {"units": "K"})},
    )
    (panel,) = describe(data).panels
    drawn = {line.label: list(line.y) for line in kinds(panel, d.Line)}
    assert drawn == {"": [0.0, 1.0, 9.0], "normal state": [0.0, 2.0, 4.0]}


def test_a_calculated_level_lies_inside_the_panel_of_measured_facts():
    data = report()
    data["critical_temperature"] = ((), 900.0, {"units": "K"})
    panel = describe(data).panels[-1]
    assert panel.y.limits[1] > 900


def test_what_a_figure_runs_over_has_no_value_in_its_footer():
    x = np.linspace(0, 1, 20)
    data = swept(10 + x, [SUCCESS] * 20, width=x)
    data.attrs["config"] = CONFIG + 'material = ""\n'
    text = describe(data).footer
    assert "coupling = 0.3" in text
    assert "width" not in text
    assert "material" not in text
    assert "width = 0.85 nm" in footer(report())


def test_an_empty_material_is_not_in_the_title():
    data = report()
    data.attrs["config"] = CONFIG + 'material = ""\n'
    assert headline(data) == "TOY: Tc = 10 K"
    data.attrs["config"] = CONFIG + 'material = "X"\n'
    assert headline(data) == "TOY, X: Tc = 10 K"


def test_verdicts_are_not_drawn():
    data = xr.Dataset({"error": ("entry", [1.0]), "verdict": ("entry", ["reproduced"])})
    with pytest.raises(InputError, match="pairlab reproduce p1900"):
        describe(data.assign_attrs(paper="p1900"))


def test_without_superconductivity_nothing_is_drawn_that_is_zero_or_promised_that_is_not_there():
    data = report()
    data["critical_temperature"] = ((), 0.0, {"units": "K"})
    data["gap"] = 0 * data.gap
    data["gap_ratio"] = np.nan * data.gap_ratio
    data["entropy"] = ("temperature", np.zeros(12))
    data = data.assign_coords(dome_coupling=np.linspace(0.4, 0.5, 20))  # 0.3 lies outside
    figure = describe(data)
    assert figure.title == "TOY: no superconductivity (Tc < 1e-6 K)"
    assert [panel.title for panel in figure.panels] == [
        "Critical temperature", "Density of states", "Fermi contours", "Measured"
    ]  # fmt: skip
    labels = [series.label for panel in figure.panels for series in panel.series]
    assert not {"this run", "calculated, this run"} & set(labels)
    alone = data[["critical_temperature", "gap", "gap_error", "gap_result_code"]]
    assert len(describe(alone).panels) == 2  # nothing else is left to draw
