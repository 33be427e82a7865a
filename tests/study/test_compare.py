"""Comparisons: the numbers are those of the observables, and failures stay where they belong."""

from typing import ClassVar, final

import numpy as np
import pytest
import xarray as xr

import pairlab as pl
from pairlab.errors import InputError, SolverError
from pairlab.io.results import open_result, save
from pairlab.mechanisms._fields.base import Mechanism, param
from pairlab.mechanisms.bcs import Bcs
from pairlab.mechanisms.multiband import Multiband
from pairlab.observables.critical_temperature import critical_temperature
from pairlab.observables.gap import gap
from pairlab.observables.registry import observables
from pairlab.observables.thermodynamics import thermodynamics
from pairlab.pairing.conditions.problem import Conditions
from pairlab.solution import CODES, Result
from pairlab.study import compare as module
from pairlab.study.compare import compare, labelled
from pairlab.study.compared import NOT_OFFERED, ask, rows_of
from pairlab.study.separation import best_for_all

WEAK, STRONG = Bcs(coupling=0.25, cutoff=30.0), Bcs(coupling=0.27, cutoff=30.0)
BANDS = Multiband.preset("two_band")


@pytest.fixture(scope="module")
def three():
    return compare({"weak": WEAK, "bands": BANDS, "h3s": pl.preset("h3s")}, temperature=[0, 4, 8])


def test_numbers_are_those_of_the_observables(three):
    for label, mechanism in {"weak": WEAK, "bands": BANDS}.items():
        one = three.sel(mechanism=label)
        tc = critical_temperature(mechanism)
        assert float(one.critical_temperature) == tc.value
        assert float(one.critical_temperature_error) == tc.error
        gaps = gap(mechanism, [0.0, 4.0, 8.0])
        bands = [dim for dim in gaps.gap.dims if dim != "temperature"]
        np.testing.assert_allclose(one.gap, gaps.gap.max(bands), rtol=1e-12)
        np.testing.assert_allclose(one.smallest_gap, gaps.gap.min(bands), rtol=1e-12)
        assert float(one.zero_temperature_gap) == pytest.approx(float(one.gap[0]), rel=1e-12)
        heat = thermodynamics(mechanism, [0.0, 4.0, 8.0])
        np.testing.assert_allclose(
            one.thermodynamic_critical_field_ratio,
            heat.thermodynamic_critical_field_ratio,
            atol=1e-12,
        )
        assert float(one.specific_heat_jump) == pytest.approx(float(heat.specific_heat_jump))
        assert float(one.isotope_coefficient) == pytest.approx(0.5, rel=1e-6)
    assert float(three.gap_ratio.sel(mechanism="h3s")) == pytest.approx(3.6909, rel=1e-4)
    for name in three.data_vars:
        if f"{name}_result_code" in three:
            assert f"{name}_error" in three


def test_what_is_not_offered_is_nan_with_a_code_of_its_own(three):
    h3s = three.sel(mechanism="h3s")
    for name in ("specific_heat_jump", "thermodynamic_critical_field_ratio"):
        assert np.all(h3s[f"{name}_result_code"] == NOT_OFFERED)
        assert np.all(np.isnan(h3s[name]))
    assert "thermodynamic_critical_field" not in three  # none of the three offers it
    flags = three.gap_result_code.attrs
    meaning = dict(zip(flags["flag_values"], flags["flag_meanings"].split(), strict=True))
    assert meaning == {NOT_OFFERED: "NOT_OFFERED", **{c.code: c.name for c in CODES}}


def test_texts_travel_with_the_numbers_and_the_file_gives_it_back(three, tmp_path):
    assert three.mechanism.values.tolist() == ["weak", "bands", "h3s"]
    assert three.config.values[0] == WEAK.to_toml()
    assert "weak, bands: established" in three.attrs["status"]
    assert "disputed" in three.attrs["status"]
    save(three, tmp_path / "c.nc")
    xr.testing.assert_identical(open_result(tmp_path / "c.nc"), three)


def test_labels():
    assert list(labelled([WEAK, BANDS])) == ["bcs", "multiband"]
    assert list(labelled([WEAK, STRONG])) == ["bcs coupling=0.25", "bcs coupling=0.27"]
    assert list(labelled(["textbook", STRONG])) == ["textbook", "bcs"]
    assert list(labelled({"x": "textbook"})) == ["x"]
    for twice in (["textbook", "textbook"], [WEAK, WEAK]):
        with pytest.raises(InputError, match="compared twice"):
            labelled(twice)
    with pytest.raises(InputError, match="nothing to compare"):
        labelled([])


def test_run_files_are_labelled_by_their_names(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        for name in ("x", folder):
            (tmp_path / folder / f"{name}.toml").write_text(WEAK.to_toml())
    paths = [str(tmp_path / p) for p in ("a/a.toml", "b/b.toml", "a/x.toml", "b/x.toml")]
    assert list(labelled(paths)) == ["a", "b", *paths[2:]]


@final
class Broken(Mechanism):
    """Fails wherever it is asked."""

    key: ClassVar = "broken"
    title: ClassVar = "Broken"
    cite: ClassVar = ()
    status: ClassVar = "invented"
    kind: str = param(doc="what it raises")
    late: bool = param(False, doc="whether it hands over a problem, which then fails")

    def problem(self):
        if self.late:
            return Conditions("none", self.fail)
        return self.fail()

    def fail(self):
        if self.kind == "solver":
            raise SolverError(what="no", why="nothing", remedy="none")
        if self.kind == "input":
            raise InputError(what="bad", why="nothing", remedy="none")
        raise RuntimeError("a library stopped")


@pytest.mark.parametrize("late", [False, True])
def test_a_mechanism_that_fails_does_not_stop_the_others(late):
    named = {kind: Broken(kind=kind, late=late) for kind in ("solver", "input", "runtime")}
    data = compare({"good": WEAK, **named}, temperature=[0.0])
    codes = data.critical_temperature_result_code.values.tolist()
    assert codes == [Result.SUCCESS.code, Result.NOT_CONVERGED.code, Result.INVALID_INPUT.code,
                     Result.NOT_CONVERGED.code]  # fmt: skip
    assert float(data.critical_temperature[0]) == critical_temperature(WEAK).value
    assert data.failure.values[0] == ""
    assert "a library stopped" in data.failure.values[3]
    assert not np.isfinite(data.separation.sel(mechanism="good")).any()


def test_without_superconductivity_every_nan_has_that_code():
    data = compare({"none": Bcs(coupling=0.02, cutoff=30.0), "weak": WEAK})
    none = data.sel(mechanism="none")
    assert float(none.critical_temperature) == 0.0
    for name in ("gap_ratio", "isotope_coefficient", "specific_heat_jump"):
        assert int(none[f"{name}_result_code"]) == Result.NO_SUPERCONDUCTIVITY.code
    ratio = none.thermodynamic_critical_field_ratio_result_code
    assert np.all(ratio == Result.NO_SUPERCONDUCTIVITY.code)
    assert data.separation.sel(mechanism="none", other_mechanism="weak")[0] == pytest.approx(100)


def test_default_temperatures_reach_every_tc():
    data = compare([WEAK, STRONG])
    for mechanism in (WEAK, STRONG):
        tc = critical_temperature(mechanism).value
        assert np.abs(data.temperature / tc - 1).min() < 1e-7
    assert "smallest_gap" not in data  # one gap each
    assert float(data.temperature[0]) == 0.0


def measured(**columns):
    units = {"temperature": "K", "gap": "meV", "gap_error": "meV", "critical_temperature": "K",
             "field": "T", "pressure": "GPa", "critical_temperature_error": "K"}  # fmt: skip
    return xr.Dataset({n: ("point", np.array(v), {"units": units[n]}) for n, v in columns.items()})


def test_deviations_are_taken_at_the_measured_abscissas():
    kelvin = np.array([5.3, 1.7, 1.7])  # in any order, repeated, on no grid
    exact, shift = gap(WEAK, kelvin).gap.values, np.array([0.1, -0.1, 0.0])
    points = measured(temperature=kelvin, gap=exact + shift, gap_error=[0.1, 0.05, 0.1])
    data = compare([WEAK, BANDS], data=points)
    np.testing.assert_allclose(data.gap_at_measured[0], exact, rtol=1e-9)
    assert float(data.gap_chi_squared_per_point[0]) == pytest.approx((1 + 4 + 0) / 3, rel=1e-6)
    weighted = np.sqrt((1 + 4 + 0) / (100 + 400 + 100))
    assert float(data.gap_deviation[0]) == pytest.approx(weighted, rel=1e-6)
    assert int(data.gap_points) == 3
    plain = compare([WEAK], data=measured(temperature=kelvin, gap=exact + 2 * shift))
    assert float(plain.gap_deviation[0]) == pytest.approx(np.sqrt(0.08 / 3), rel=1e-6)
    assert "gap_chi_squared_per_point" not in plain
    assert "separation" not in plain


def test_a_single_number_is_compared_with_every_point_of_it():
    columns = {"critical_temperature": [7.0, 7.5], "critical_temperature_error": [0.1, 0.2]}
    data = compare([WEAK, STRONG], data=measured(**columns, pressure=[1.0, 1.0]))
    found = data.critical_temperature_chi_squared_per_point.values
    for mechanism, chi in zip((WEAK, STRONG), found, strict=True):
        tc = critical_temperature(mechanism).value
        assert chi == pytest.approx(((tc - 7.0) ** 2 / 0.01 + (tc - 7.5) ** 2 / 0.04) / 2)
    assert data.error_used.sel(observable="critical_temperature") == "measured"
    assert data.separation_place.sel(observable="critical_temperature").values[0, 1] == ""


def test_measured_errors_replace_the_assumed_ones():
    points = measured(temperature=[2.0, 6.0], gap=[1.0, 0.8], gap_error=[0.01, 0.5])
    data = compare([WEAK, STRONG], data=points)
    errors = dict(zip(data.observable.values, data.error_used.values, strict=True))
    assert errors["gap"] == "measured"
    assert errors["critical_temperature"] == "assumed, 1 % of the value"
    one, other = (gap(m, 2.0).gap.values[0] for m in (WEAK, STRONG))
    found = data.separation.sel(observable="gap").values
    assert found[0, 1] == found[1, 0] == pytest.approx((other - one) / 0.01, rel=1e-6)
    assert data.separation_place.sel(observable="gap").values[0, 1] == "at 2 K"
    assert data.best_observable.values[0, 1] == "gap"
    assert data.separation_value.sel(observable="gap").values[0, 1] == pytest.approx(one)
    assert "measured (gap)" in data.attrs["caption"]


def test_the_assumed_error_is_a_share_of_the_larger_value():
    data = compare([WEAK, STRONG], temperature=[0.0])
    one, other = (critical_temperature(m).value for m in (WEAK, STRONG))
    found = float(data.separation.sel(observable="critical_temperature")[0, 1])
    assert found == pytest.approx((other - one) / (0.01 * other), rel=1e-9)
    assert data.attrs["tells_all_apart"] == "critical_temperature"
    assert float(data.separation.sel(observable="isotope_coefficient")[0, 1]) < 1e-3


def test_best_for_all_looks_at_the_closest_pair():
    values = np.full((2, 3, 3), np.nan)
    for i, (close, far) in enumerate([(1.0, 90.0), (5.0, 6.0)]):
        values[i] = [[np.nan, far, far], [far, np.nan, close], [far, close, np.nan]]
    coords = {"observable": ["a", "b"]}
    array = xr.DataArray(values, coords, ("observable", "mechanism", "other_mechanism"))
    assert best_for_all(array) == "b"
    assert best_for_all(xr.full_like(array, np.nan)) == ""


@pytest.mark.parametrize(
    ("columns", "words"),
    [({"gap": [1.0]}, "has no temperature"),
     ({"gap": [1.0], "temperature": [1.0], "field": [0.1]}, "not at zero"),
     ({"critical_temperature": [1.0, 2.0], "pressure": [1.0, 2.0]}, "several values of the press")],
)  # fmt: skip
def test_points_that_no_calculation_belongs_to(columns, words):
    with pytest.raises(InputError, match=words):
        compare([WEAK, STRONG], data=measured(**columns))


def test_one_temperature_may_be_given_beside_the_file():
    data = compare([WEAK], data=measured(gap=[1.0, 1.1]), temperature=4.2)
    np.testing.assert_allclose(data.gap_at_measured[0], gap(WEAK, 4.2).gap.values[0], rtol=1e-12)


def test_bad_axes_are_refused():
    for axes in ({"temperature": [-1.0]}, {"field": [np.nan]}, {"field": "x"}, {"field": [-1.0]}):
        with pytest.raises(InputError):
            compare([WEAK], **axes)


@pytest.mark.parametrize("row", rows_of(observables()), ids=lambda row: ", ".join(row.resolution))
def test_each_row_gives_what_it_promises(row):
    """With everything set that makes it offered: numbers, errors and codes on its axes."""
    mechanism = Bcs(coupling=0.25, cutoff=30.0, density_of_states=1e-3, fermi_wavevector=10.0,
                    cross_section=1e4)  # fmt: skip
    axes = {"temperature": np.array([0.0, 3.0, 9.0]), "field": np.array([0.0, 0.01])}
    answer = ask(row, mechanism, axes)
    shape = tuple(len(axes[axis]) for axis in row.over)
    for numbers in answer.numbers.values():
        for values in (numbers.value, numbers.error, numbers.code):
            assert values.shape == shape
            assert np.all(np.isfinite(values))
        assert np.all(numbers.code == Result.SUCCESS.code)


def test_currents_at_measured_fields_and_temperatures():
    units = {"temperature": "K", "field": "T", "critical_current": "A"}
    columns = {"temperature": [2.0, 5.0, 2.0], "field": [0.005, 0.0, 0.0],
               "critical_current": [1e-7, 1e-7, 1e-7]}  # fmt: skip
    points = xr.Dataset({n: ("point", v, {"units": units[n]}) for n, v in columns.items()})
    mechanism = Bcs(coupling=0.25, cutoff=30.0, density_of_states=1e-3, fermi_wavevector=10.0,
                    cross_section=1e4)  # fmt: skip
    data = compare({"with": mechanism, "without": WEAK}, data=points)
    expected = [
        float(pl.critical_current(mechanism, temperature=t, field=b).critical_current[0, 0])
        for t, b in zip(columns["temperature"], columns["field"], strict=True)
    ]
    np.testing.assert_allclose(data.critical_current_at_measured[0], expected, rtol=1e-9)
    assert data.critical_current.dims == ("mechanism", "temperature", "field")
    assert {0.0, 0.005} <= set(data.field.values)
    assert np.all(data.critical_current_at_measured_result_code[1] == NOT_OFFERED)
    assert data.critical_current_deviation_result_code.values[1] == NOT_OFFERED


def test_progress_counts_every_function():
    seen = []
    compare([WEAK, STRONG], temperature=[0.0], progress=lambda *pair: seen.append(pair))
    assert seen[-1][0] == seen[-1][1] == len(seen)
    assert module.__doc__


def test_the_condensation_energy_of_weak_and_strong_coupling():
    """gamma Tc^2/Hc(0)^2 is e^(2 gamma_E)/6 pi in BCS theory, and lower at strong coupling."""
    strong = pl.Eliashberg(coupling=0.9, phonon_energy=20.0, mu_star=0.0, density_of_states=0.01)
    weak = pl.Bcs(coupling=0.15, cutoff=30.0)
    data = pl.compare({"weak": weak, "strong": strong}, temperature=[0.0])
    limit = np.exp(2 * np.euler_gamma) / (6 * np.pi)
    assert float(data.critical_field_ratio.sel(mechanism="weak")) == pytest.approx(limit, rel=1e-5)
    assert 0.8 * limit < float(data.critical_field_ratio.sel(mechanism="strong")) < 0.95 * limit
    field = data.zero_temperature_critical_field
    assert np.isnan(field.sel(mechanism="weak"))
    assert float(field.sel(mechanism="strong")) == pytest.approx(
        float(pl.thermodynamics(strong).thermodynamic_critical_field[0])
    )
