"""The status of a structure is that of its own material."""

import pytest

import pairlab as pl


@pytest.mark.parametrize(
    ("preset", "disputed", "retracted"),
    [("h3s", True, False), ("cshx", True, True), ("epl2021", False, False)],
)
def test_each_material_has_its_own_warnings(preset, disputed, retracted):
    status = pl.preset(preset).status
    assert ("hydrides as a class is disputed" in status) == disputed
    assert ("retracted" in status) == retracted
    assert status.startswith("a mean-field model")


def test_the_mechanism_as_such_names_them_all():
    for word in ("mean-field", "disputed", "retracted"):
        assert word in pl.Superstripes.status
