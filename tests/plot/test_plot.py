"""plot and the ledger's figures, from a dataset to files."""

import numpy as np
import pytest
import xarray as xr

from pairlab.errors import InputError, OutputError
from pairlab.mechanisms.multiband import Multiband
from pairlab.observables.gap import gap
from pairlab.plot.figures import plot
from pairlab.plot.ledger import draw


def dome(title="Domes"):
    eta = np.linspace(-1, 2, 31)
    values = 10 + np.outer([1, 2, 3], np.exp(-(eta**2)))
    data = xr.Dataset(
        {"critical_temperature": (("coupling", "lifshitz"), values, {"units": "K"})},
        {"coupling": [0.1, 0.2, 0.3], "lifshitz": eta},
    )
    return data.assign_attrs(title=title, caption="Three couplings.")


def test_plot_of_a_calculation_shows_its_numbers(tmp_path):
    data = gap(Multiband.preset("two_band"), [0.0, 5.0, 10.0])
    figure = plot(data, tmp_path / "gap.png")
    axes = figure.axes[0]
    lines = {line.get_label(): line for line in axes.lines if len(line.get_xdata()) == 3}
    drawn = [line.get_ydata() for line in lines.values()]
    for band in (0, 1):
        assert any(np.array_equal(values, data.gap.values[:, band]) for values in drawn)
    assert axes.get_ylabel() == "Gap (meV)"
    assert (tmp_path / "gap.png").stat().st_size > 10_000


def test_ledger_draws_one_file_for_each_dataset(tmp_path):
    paths = draw({"figure_8": dome(), "figure_9": dome("Cuts")}, tmp_path / "new" / "folder")
    assert [path.name for path in paths] == ["figure_8.png", "figure_9.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)


def test_ledger_refuses_what_is_no_file_name(tmp_path):
    with pytest.raises(InputError, match="file name"):
        draw({"../figure": dome()}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_ledger_says_where_it_cannot_write(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputError, match="cannot write figures"):
        draw({"figure_8": dome()}, tmp_path / "taken")
