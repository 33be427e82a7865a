"""Result files: self-describing NetCDF4, written completely or not at all."""

import hashlib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from pairlab.errors import InputError
from pairlab.io.atomic import replacing
from pairlab.io.reading import listed, reading

_LISTS = "list_attributes"  # attributes that are lists: NetCDF gives a list of one back as a scalar
_SIGNATURES = {b"\x89HDF": "NetCDF4", b"CDF\x01": "NetCDF3", b"CDF\x02": "NetCDF3"}


def save(dataset: xr.Dataset, path: str | Path, *, input_file: str | Path | None = None) -> None:
    """Write a result as NetCDF4; a file that exists is replaced at once, or left as it is.

    Args:
        dataset: what an observable, `run` or `sweep` returned.
        path: where to; the folder must exist.
        input_file: the run file it came from; its name and SHA-256 are stored.

    Raises: OutputError where it cannot be written, InputError where input_file cannot be read.
    """
    if input_file is not None and isinstance(dataset, xr.Dataset):
        dataset = dataset.assign_attrs(
            input_file=Path(input_file).name, input_sha256=_sha256(Path(input_file))
        )
    if not isinstance(dataset, xr.Dataset):
        raise InputError(
            what=f"cannot save a {type(dataset).__name__}",
            why="a result file holds a dataset: values over axes, with units",
            remedy="pass what run, sweep, gap or density_of_states returns",
        )
    stored = _each_attributes(dataset, _encoded)
    with replacing(path) as temporary:
        stored.to_netcdf(temporary, engine="h5netcdf", format="NETCDF4")


def open_result(path: str | Path) -> xr.Dataset:
    """Read a result that pairlab wrote, as it was when it was saved.

    Raises: InputError where the file is missing, damaged, not NetCDF4 or not from pairlab.
    """
    kind = _kind(Path(path))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of HDF5 without named dimensions: refused below
            with xr.open_dataset(path, engine="h5netcdf", decode_times=False) as opened:
                dataset = opened.load()
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        raise InputError(
            what=f"{path} cannot be read",
            why=f"it begins like {kind} and is truncated or damaged ({_first_line(error)})",
            remedy="write it again with `pairlab run`, or copy it again",
        ) from None
    if "pairlab_version" not in dataset.attrs:
        raise InputError(
            what=f"{path} is not a result of pairlab",
            why="it is NetCDF without the attribute pairlab_version",
            remedy="give a file that `pairlab run` or pairlab.save wrote",
        )
    # What the file needed and the caller did not ask for would be written again at the next save.
    return _each_attributes(dataset, _decoded).drop_encoding()


def _kind(path: Path) -> str:
    """What a file is by its first bytes. Raises: InputError unless it is NetCDF4."""

    def missing() -> str:
        others = [str(other) for other in sorted(path.parent.glob("*.nc")) if _is_result(other)]
        return listed("result files", others, otherwise="write one with `pairlab run`")

    remedy = "give a result file (.nc)"
    expected = "a result file was expected"
    with reading(path, expected, remedy=remedy, missing=missing), path.open("rb") as file:
        start = file.read(4)
    kind = _SIGNATURES.get(start, "something else" if start else "an empty file")
    if kind != "NetCDF4":
        raise InputError(
            what=f"{path} is not a result of pairlab",
            why=f"by its first bytes it is {kind}, and results are NetCDF4",
            remedy="give a file that `pairlab run` or pairlab.save wrote",
        )
    return kind


def _is_result(path: Path) -> bool:
    """Whether pairlab wrote a file, for lists of what could be meant."""
    import h5netcdf

    try:
        with h5netcdf.File(path, "r") as opened:
            return "pairlab_version" in opened.attrs
    except (OSError, ValueError, KeyError, RuntimeError, TypeError):
        return False


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(
            what=f"{path} cannot be read",
            why=(error.strerror or str(error)).lower(),
            remedy="give the run file that the result came from",
        ) from None


def _each_attributes(dataset: xr.Dataset, change: Any) -> xr.Dataset:
    """The dataset with `change` applied to its attributes and those of every variable."""
    result = dataset.copy()
    result.attrs = change(dataset.attrs)
    for name in result.variables:
        result[name].attrs = change(dataset[name].attrs)
    return result


def _encoded(attributes: dict[str, Any]) -> dict[str, Any]:
    lists = [name for name, value in attributes.items() if isinstance(value, list | tuple)]
    if not lists:
        return dict(attributes)
    empty = {name: "" for name in lists if len(attributes[name]) == 0}
    return {**attributes, **empty, _LISTS: " ".join(lists)}


def _decoded(attributes: dict[str, Any]) -> dict[str, Any]:
    plain = {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in attributes.items()
        if name != _LISTS
    }
    for name in str(attributes.get(_LISTS, "")).split():
        if name in plain:
            plain[name] = _as_list(plain[name])
    return plain


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value == "" else [value]


def _first_line(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return text[0].rstrip(".") if text else type(error).__name__
