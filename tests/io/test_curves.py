"""Measured points from CSV files: units converted at the edge, and a sentence for each mistake."""

import numpy as np
import pytest
import xarray as xr

from pairlab.errors import InputError
from pairlab.io.readers.curves import QUANTITIES, checked_curves, read_curves
from pairlab.observables.registry import observables
from pairlab.study.compared import rows_of
from pairlab.units import UnitNote


def written(folder, text):
    path = folder / "points.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_are_converted_and_comments_kept(tmp_path):
    text = (
        "\ufeff# Sample 3\n\ntemperature [degC], Gap error [µeV], gap [eV], field [mT]\n"
        "-272.15, 10, 0.0012, 5\n#  warmed\n-270.15, 20, 0.001, 7.5\n"
    )
    data = read_curves(written(tmp_path, text))
    np.testing.assert_allclose(data.temperature, [1.0, 3.0], rtol=1e-12)
    np.testing.assert_allclose(data.gap, [1.2, 1.0], rtol=1e-12)
    np.testing.assert_allclose(data.gap_error, [0.01, 0.02], rtol=1e-12)
    np.testing.assert_allclose(data.field, [0.005, 0.0075], rtol=1e-12)
    assert {name: values.units for name, values in data.items()} == {
        "temperature": "K", "gap": "meV", "gap_error": "meV", "field": "T",
    }  # fmt: skip
    assert data.attrs["notes"] == ["Sample 3", "warmed"]
    assert data.attrs["measured_file"] == "points.csv"
    assert len(data.attrs["measured_sha256"]) == 64


@pytest.mark.parametrize(
    ("heading", "factor"),
    [("critical_current [mA]", 1e-3), ("critical_current_density [MA/cm^2]", 1e6),
     ("critical_current_density [A/m^2]", 1e-4), ("gap_ratio", 1.0), ("gap_ratio [1]", 1.0),
     ("isotope_coefficient [percent]", 0.01), ("critical_field [mT]", 1e-3)],
)  # fmt: skip
def test_units(tmp_path, heading, factor):
    data = read_curves(written(tmp_path, f"{heading}\n2.5\n"))
    (name,) = data
    np.testing.assert_allclose(data[name], [2.5 * factor], rtol=1e-12)


def test_an_empty_cell_is_no_number(tmp_path):
    text = "temperature [K],gap [meV],gap_error [meV],critical_field [T]\n1,1.2,0.1,\n2,,,0.3\n"
    data = read_curves(written(tmp_path, text))
    np.testing.assert_array_equal(data.gap, [1.2, np.nan])
    np.testing.assert_array_equal(data.critical_field, [np.nan, 0.3])


def test_a_misspelt_unit_is_a_note(tmp_path):
    with pytest.warns(UnitNote, match=r"line 1: gap: 'mev' was read as 'meV'"):
        data = read_curves(written(tmp_path, "gap [mev]\n2\n"))
    assert data.gap.values == [2.0]


MISTAKES = {
    "temperature [K],gap [meV]\n1,2\n3\n": "line 3: it has 1 cells where the header has 2",
    "temperature [K],gap [meV]\n# no\n1,x\n": 'line 3: gap = "x" is not a finite number',
    "temperature [K],gap [meV]\n1,nan\n": 'line 2: gap = "nan"',
    "temperature [K],gap [meV]\n1,1_0\n": 'line 2: gap = "1_0"',
    "temperature [K],gap [meV]\n,2\n": 'line 2: temperature = "" is not a finite number',
    "temperature [K],gap [meV]\n-1,2\n": "line 2: temperature = -1 is negative",
    "temperature [K],gap\n1,2\n": 'line 1: the column "gap" has no unit. Write "gap [meV]"',
    "temperature [K],gap []\n1,2\n": 'the column "gap []" has no unit',
    "temperature [K],gap [K]\n1,2\n": "wrong unit ('K' does not convert to meV; a temperature",
    "temperature [K],gap [blob]\n1,2\n": "'blob' does not convert to meV",
    "temperature [K],gpa [meV]\n1,2\n": 'line 1: the column "gpa [meV]" is not known. Did you mean',
    "temperature [K],pressure_error [GPa],gap [meV]\n1,2,3\n": "is not known",
    "gap [meV],gap [meV]\n1,2\n": '"gap" stands there twice',
    "temperature [K],gap_error [meV]\n1,2\n": '"gap_error" has no column "gap"',
    "temperature [K]\n1\n": "no column holds a measured quantity",
    "gap [meV],gap_error [meV]\n1,0\n": "line 2: gap_error = 0 is not above 0",
    "gap [meV],gap_error [meV]\n1,0.1\n1,\n": "line 3: gap has no error",
    "gap [meV],critical_field [T]\n1,\n1,\n": 'the column "critical_field [T]" holds no number',
    "1,2\n3,4\n": 'line 1: "1" is no heading',
    "gap [meV]\n": "line 1: no point follows the header",
    "# only a comment\n": "holds no table",
    "": "holds no table",
    'gap [meV]\n"1\n': "line 2: ",
}


@pytest.mark.parametrize("text", MISTAKES, ids=range(len(MISTAKES)))
def test_mistakes_are_sentences_with_file_and_line(tmp_path, text):
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read_curves(path)
    assert str(caught.value).startswith(str(path))
    assert MISTAKES[text] in str(caught.value)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        read_curves(tmp_path / "none.csv")
    with pytest.raises(InputError, match="cannot be read"):
        read_curves(tmp_path)
    (tmp_path / "b.csv").write_bytes(b"gap \xff")
    with pytest.raises(InputError, match="byte 4 is not UTF-8"):
        read_curves(tmp_path / "b.csv")


def test_datasets_in_place_of_a_file_are_checked():
    good = xr.Dataset({"gap": ("point", [1.0], {"units": "meV"})})
    assert checked_curves(good) is good
    bad = {
        "no measured quantity has that name": {"gpa": ("point", [1.0], {"units": "meV"})},
        "one dimension point": {"gap": ("x", [1.0], {"units": "meV"})},
        '"units": "meV"': {"gap": ("point", [1.0], {"units": "eV"})},
        "without a measured quantity": {"field": ("point", [1.0], {"units": "T"})},
    }
    for words, variables in bad.items():
        with pytest.raises(InputError, match=words):
            checked_curves(xr.Dataset(variables))


def test_every_compared_quantity_has_a_unit_and_a_label():
    assert {name for row in rows_of(observables()) for name in row.resolution} == set(QUANTITIES)
