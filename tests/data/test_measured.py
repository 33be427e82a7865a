"""Measured data: what is held, with source and status, and sentences for malformed files."""

import re

import numpy as np
import pytest

from pairlab.data import measured as module
from pairlab.data.measured import FOLDER, materials, measured, read_rows
from pairlab.errors import InputError


def test_h3s_holds_exactly_the_numbers_of_its_sources():
    data = measured("H3S")
    held = {
        (float(p), None if np.isnan(t) else float(t))
        for p, t in zip(
            data.measured_pressure.values, data.measured_critical_temperature.values, strict=True
        )
    }
    assert held == {(117.0, None), (149.0, 183.0), (162.0, 203.0)}
    assert float(data.measured_dome_half_width.max()) == 43.0
    assert data.measured_pressure.attrs["units"] == "GPa"
    assert data.measured_critical_temperature.attrs["units"] == "K"
    huang = data.measured_doi.values == "10.1093/nsr/nwz061"
    assert set(data.measured_pressure.values[huang]) == {117.0, 149.0}
    assert data.measured_kind.values[data.measured_pressure.values == 117.0] == ["onset"]


def test_cshx_is_retracted():
    data = measured("cshx")
    assert data.measured_critical_temperature.values.tolist() == [287.0]
    assert data.measured_pressure.values.tolist() == [265.0]
    assert data.measured_status.values[0].startswith("retracted")


@pytest.mark.parametrize("material", ["H3S", "CSHx"])
@pytest.mark.parametrize("quantity", ["critical_temperature", "phonon_energy"])
def test_every_number_carries_source_doi_and_the_dispute_over_hydrides(material, quantity):
    data = measured(material, quantity=quantity)
    for row in range(data.sizes["measurement"]):
        assert re.match(r"10\.\d{4,}/\S+", str(data.measured_doi.values[row]))
        assert str(data.measured_source.values[row])
        assert "disputed" in str(data.measured_status.values[row])
        assert "10.1063/5.0091404" in str(data.measured_status.values[row])


def test_the_phonon_energy_is_kept_apart_from_critical_temperatures():
    phonon = measured("H3S", quantity="phonon_energy")
    assert phonon.measured_phonon_energy.values.tolist() == [160.0]
    assert phonon.measured_pressure.values.tolist() == [150.0]
    assert "measured_phonon_energy" not in measured("H3S")


def test_unknown_material_is_empty_and_materials_are_listed():
    assert measured("Unobtainium").sizes["measurement"] == 0
    assert materials() == ("CSHx", "H3S")


def test_every_csv_has_its_description():
    tables = {path.stem for path in FOLDER.glob("*.csv")}
    assert tables == {path.stem for path in FOLDER.glob("*.toml")} - {"classes"}


HEADER = "label,kind,pressure [GPa],critical_temperature [K]\n"


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("", 1, 'column "label" is missing'),
        (HEADER, 1, "no row"),
        (HEADER + "x,value,1,2\n\ny,value,1,two\n", 4, '"two"'),
        (HEADER + "x,value,1,nan\n", 2, "not a finite number"),
        (HEADER + "x,value,-1,3\n", 2, "at least 0"),
        (HEADER + "x,value,1\n", 2, "3 cells where the header has 4"),
        (HEADER + "x,valu,1,2\n", 2, 'kind = "valu"'),
        (HEADER.replace("GPa", "kbar") + "x,value,1,2\n", 1, "another unit"),
        (HEADER.replace("pressure", "presure") + "x,value,1,2\n", 1, 'did you mean "pressure"'),
        (HEADER + '"x,value,1,2\n', 2, ""),
    ],
)
def test_a_malformed_table_names_file_and_line(tmp_path, text, line, fault):
    path = tmp_path / "some_curve.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_rows(path)
    assert f"some_curve.csv, line {line}" in str(caught.value)
    assert fault.lower() in str(caught.value).lower()


def _folder(tmp_path, description, table=HEADER + "x,value,1,2\n"):
    (tmp_path / "classes.toml").write_text('[hydrides]\nstatus = "disputed"\n')
    (tmp_path / "one.toml").write_text(description)
    if table is not None:
        (tmp_path / "one.csv").write_text(table)
    return tmp_path


GOOD = "".join(
    f'{key} = "{value}"\n'
    for key, value in {
        "material": "X", "quantity": "critical_temperature", "source": "s", "doi": "10.1/x",
        "where": "w", "method": "m", "errors": "e", "status": "published",
    }.items()
)  # fmt: skip


@pytest.mark.parametrize(
    ("description", "fault"),
    [
        (GOOD.replace('doi = "10.1/x"\n', ""), "one.toml: doi is missing"),
        (GOOD.replace('"published"', '""'), "one.toml: status is missing"),
        (GOOD + 'class = "hydride"\n', 'one.toml, line 9: class = "hydride"'),
        (GOOD.replace("critical_temperature", "tc"), 'one.toml, line 2: quantity = "tc"'),
        (GOOD + "oops\n", "one.toml, line 9"),
    ],
)
def test_a_malformed_description_names_file_and_line(tmp_path, description, fault):
    with pytest.raises(InputError, match=re.escape(fault)):
        module._collect(_folder(tmp_path, description), "X", "critical_temperature")


def test_a_missing_table_is_a_sentence(tmp_path):
    with pytest.raises(InputError, match=r"one\.csv"):
        module._collect(_folder(tmp_path, GOOD, None), "X", "critical_temperature")


def test_the_status_of_the_class_is_added(tmp_path):
    data = module._collect(
        _folder(tmp_path, GOOD + 'class = "hydrides"\n'), "x", "critical_temperature"
    )
    assert data.measured_status.values.tolist() == ["published; disputed"]
