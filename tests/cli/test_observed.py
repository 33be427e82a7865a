"""Tables of any observable, from datasets made for the purpose."""

import io

import numpy as np
import pytest
import xarray as xr
from rich.console import Console

from pairlab.cli.observed import show


def printed(dataset: xr.Dataset, width: int = 80) -> list[str]:
    out = Console(file=io.StringIO(), width=width, markup=False, highlight=False)
    show(out, dataset, title="what was asked")
    return out.file.getvalue().splitlines()


def with_units_by_row() -> xr.Dataset:
    data = xr.Dataset(coords={"field": ["a_long_name_of_a_field", "b"]})
    data["derivative"] = ("field", [2.5, -1.0], {"units": "K over field_unit"})
    data["field_value"] = ("field", [4.0, 8.0], {"units": "field_unit"})
    data["field_unit"] = ("field", ["nm", "1"])
    return data


def test_a_unit_of_each_row_stands_behind_its_number():
    lines = printed(with_units_by_row())
    first = next(line for line in lines if "a_long_name_of_a_field" in line)
    assert first.split() == ["a_long_name_of_a_field", "2.500000", "K/nm", "4.000000", "nm"]
    second = next(line for line in lines if line.strip().startswith("b "))
    assert second.split() == ["b", "-1.000000", "K", "8.000000"]
    assert "field unit" not in " ".join(lines)


def test_counts_are_whole_and_long_texts_stand_once_below():
    why = "a sentence that is much longer than a column of a table may be"
    data = xr.Dataset(coords={"wave": ["100", "110", "111"]})
    data["order"] = ("wave", [1, 2, 3])
    data["verdict"] = ("wave", [why, why, "short"])
    text = " ".join(" ".join(printed(data)).split())
    assert "100 1 110 2 111 3" in text
    assert text.count(why) == 1
    assert f"100; 110 {why} 111 short" in text


def test_one_named_point_is_a_row():
    data = xr.Dataset({"temperature": ("scale", [7.5], {"units": "K"})}, {"scale": ["Tc"]})
    assert any(line.split() == ["Tc", "7.500000"] for line in printed(data))


def test_matrices_have_a_column_for_each_element():
    values = np.arange(8.0).reshape(2, 2, 2) + 1
    data = xr.Dataset({"response": (("band", "other", "frequency"), values)},
                      {"frequency": [1.0, 2.0, 3.0][:2]})  # fmt: skip
    data = data.isel(frequency=[0, 1, 1, 1, 1, 1])  # the longest axis
    text = " ".join(printed(data))
    assert all(f"{value:.6f}" in text for value in values[..., :2].ravel())


@pytest.mark.parametrize("width", [40, 60, 80])
def test_tables_are_no_wider_than_the_terminal(width):
    random = np.random.default_rng(3)
    data = xr.Dataset(coords={"energy": np.linspace(0.0, 1.0, 5)})
    for name in ("some_long_name", "another_name", "third", "fourth_quantity", "the_fifth_one"):
        data[name] = ("energy", random.normal(size=5), {"units": "meV"})
    lines = printed(data, width)
    assert max(map(len, lines)) <= width
    for value in data.third.values:  # and no number is cut
        assert any(f"{value:.7g}"[:7] in line for line in lines)


def test_what_does_not_fit_is_named():
    data = xr.Dataset({"map": (("x", "y", "z"), np.zeros((5, 4, 3)))})
    text = " ".join(printed(data))
    assert "not shown: map" in text
    assert "-o NAME.nc" in text
