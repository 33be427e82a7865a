"""Result files: exact round trips, and never a half-written or misread file."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr

from pairlab.errors import InputError, OutputError
from pairlab.io.results import open_result, save
from pairlab.mechanisms.bcs import Bcs
from pairlab.observables.datasets import CODE_ATTRIBUTES, attributes
from pairlab.observables.gap import gap


def dataset(size: int = 3) -> xr.Dataset:
    """Every kind of variable and attribute that results have, and a few awkward ones."""
    data = xr.Dataset(
        {
            "gap": (("temperature", "subband"), np.arange(2.0 * size).reshape(size, 2) / 3),
            "gap_error": ("temperature", np.full(size, np.nan)),
            "result_code": ("temperature", np.arange(size), CODE_ATTRIBUTES),
            "critical_temperature": ((), 1 / 3, {"units": "K", "references": ["one"]}),
            "measured_label": ("measurement", np.array(["Tc", "Δ(0) ≈ 3", ""])),
            "measured_note": ((), "text"),
            "nothing": ("empty", np.array([], float)),
            "no_text": ("empty", np.array([], str)),
            "flag": ("measurement", np.array([True, False, True])),
            "infinite": ("measurement", np.array([np.inf, -np.inf, -0.0])),
        },
        {
            "temperature": np.linspace(0, 1, size),
            "subband": [1, 2],
            "band": ("subband", ["a", "b"]),
        },
    )
    return data.assign_attrs(
        mechanism="toy",
        config='mechanism = "toy"\n# µ\n',
        cite=["doi:10.1/one, with a comma"],
        two=["a", "b"],
        none=[],
        numbers=[1.5, 2.5],
        number=0.1,
        count=3,
        empty="",
        pairlab_version="0",
    )


def test_round_trip_is_exact(tmp_path):
    before = dataset()
    save(before, tmp_path / "r.nc")
    after = open_result(tmp_path / "r.nc")
    xr.testing.assert_identical(after, before)
    assert {n: v.dtype for n, v in after.variables.items()} == {
        n: v.dtype for n, v in before.variables.items()
    }
    assert {k: type(v) for k, v in after.attrs.items()} == {
        k: type(v) for k, v in before.attrs.items()
    }
    assert after.critical_temperature.attrs["references"] == ["one"]
    assert np.signbit(after.infinite.values[2])


def test_a_result_that_was_read_can_be_saved_again(tmp_path):
    save(dataset(), tmp_path / "a.nc")
    save(open_result(tmp_path / "a.nc"), tmp_path / "b.nc")
    xr.testing.assert_identical(open_result(tmp_path / "b.nc"), dataset())


def test_saving_changes_nothing_in_the_dataset(tmp_path):
    data = dataset()
    save(data, tmp_path / "r.nc")
    xr.testing.assert_identical(data, dataset())


def test_round_trip_of_a_calculation(tmp_path):
    mechanism = Bcs.preset("textbook")
    data = gap(mechanism, [0.0, 1.0])
    save(data, tmp_path / "r.nc")
    after = open_result(tmp_path / "r.nc")
    xr.testing.assert_identical(after, data)
    assert after.attrs == attributes(mechanism, data.attrs["method"])


def test_hash_of_the_input_is_stored(tmp_path):
    run = tmp_path / "run.toml"
    run.write_text('preset = "h3s"\n')
    save(dataset(), tmp_path / "r.nc", input_file=run)
    attrs = open_result(tmp_path / "r.nc").attrs
    assert attrs["input_file"] == "run.toml"
    assert attrs["input_sha256"] == hashlib.sha256(run.read_bytes()).hexdigest()
    with pytest.raises(InputError, match=r"missing\.toml"):
        save(dataset(), tmp_path / "s.nc", input_file=tmp_path / "missing.toml")
    assert not (tmp_path / "s.nc").exists()


def test_unwritable_paths(tmp_path):
    (tmp_path / "file").write_text("kept")
    (tmp_path / "folder.nc").mkdir()
    for path, words in [
        (tmp_path / "no" / "r.nc", "there is no folder"),
        (tmp_path / "file" / "r.nc", "not a folder"),
        (tmp_path / "folder.nc", "it is a folder"),
        (Path("/proc/pairlab.nc"), "cannot be written"),
    ]:
        with pytest.raises(OutputError, match=words):
            save(dataset(), path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder.nc"]
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_while_writing_leaves_the_old_file(tmp_path, monkeypatch, failure):
    path = tmp_path / "r.nc"
    save(dataset(), path)
    old = path.read_bytes()

    def half(self, target, **_):
        Path(target).write_bytes(b"\x89HDF half")
        raise failure

    monkeypatch.setattr(xr.Dataset, "to_netcdf", half)
    expected = OutputError if isinstance(failure, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        save(dataset(5), path)
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir()] == ["r.nc"]


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np, xarray as xr
from pairlab.io.results import save
written = xr.Dataset.to_netcdf
def killed(self, target, **options):
    written(self, target, **options)
    os.truncate(target, 1000)
    os.kill(os.getpid(), signal.SIGKILL)
xr.Dataset.to_netcdf = killed
save(xr.Dataset({"x": ("n", np.ones(10000))}, attrs={"pairlab_version": "0"}), sys.argv[1])
"""


def test_a_kill_in_the_middle_leaves_the_old_file(tmp_path):
    path = tmp_path / "r.nc"
    save(dataset(), path)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    xr.testing.assert_identical(open_result(path), dataset())


def test_permissions_and_links_are_the_users(tmp_path):
    target, link = tmp_path / "real.nc", tmp_path / "link.nc"
    link.symlink_to(target)
    save(dataset(), link)
    assert link.is_symlink()
    umask = os.umask(0)
    os.umask(umask)
    assert target.stat().st_mode & 0o777 == 0o666 & ~umask


def test_truncated_files_are_refused_at_every_length(tmp_path):
    path, cut = tmp_path / "r.nc", tmp_path / "cut.nc"
    save(dataset(), path)
    content = path.read_bytes()
    for length in [0, 1, 4, 8, 100, *range(1000, len(content), 1500), len(content) - 1]:
        cut.write_bytes(content[:length])
        with pytest.raises(InputError, match=r"cut\.nc"):
            open_result(cut)


def test_files_that_are_not_results_are_refused(tmp_path):
    (tmp_path / "text.nc").write_text("Tc = 203 K")
    (tmp_path / "classic.nc").write_bytes(b"CDF\x01" + bytes(100))
    xr.Dataset({"x": ("n", [1.0])}).to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    with h5py.File(tmp_path / "bare.nc", "w") as bare:
        bare["x"] = np.arange(3)
    save(dataset(), tmp_path / "mine.nc")
    for name, words in [
        ("text.nc", "not a result of pairlab.*something else"),
        ("classic.nc", "NetCDF3"),
        ("other.nc", "without the attribute pairlab_version"),
        ("bare.nc", "without the attribute pairlab_version"),
        ("missing.nc", r"there is no file.*files there: \S*/mine\.nc\.$"),
        ("", "cannot be read"),
    ]:
        with pytest.raises(InputError, match=words):
            open_result(tmp_path / name)


def test_only_datasets_are_saved(tmp_path):
    with pytest.raises(InputError, match="cannot save a int"):
        save(3, tmp_path / "x.nc")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
