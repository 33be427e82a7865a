"""What a result file holds, on the terminal."""

import textwrap
from typing import Any

import numpy as np
import xarray as xr

from pairlab.cli import ledger, readable, tables
from pairlab.cli.session import console
from pairlab.solution import CODES


def show(dataset: xr.Dataset, file: str) -> None:
    """Origin, numbers and variables of a dataset."""
    out = console()
    attrs = dataset.attrs
    tables.title(out, str(attrs.get("mechanism", "")), f"result file {file}")
    hashed = attrs.get("input_sha256")
    labelled = [
        ("status", str(attrs.get("status", ""))),
        ("written by", f"pairlab {attrs['pairlab_version']}"),
        ("method", str(attrs.get("method", ""))),
        ("run file", f"{attrs.get('input_file')}, SHA-256 {hashed}" if hashed else ""),
        ("swept", ", ".join(map(str, attrs.get("axes", [])))),
        ("observables", ", ".join(map(str, attrs.get("observables", [])))),
    ]
    tables.labelled(out, labelled)
    if "verdict" in dataset:
        ledger.show(out, dataset)
    elif "mechanism_key" in dataset:
        from pairlab.cli import comparison  # with what can calculate: slow to import

        comparison.show(out, dataset)
    else:
        readable.report(out, dataset)
        readable.sweep(out, dataset)
    _contents(out, dataset)


def _contents(out: Any, dataset: xr.Dataset) -> None:
    table = tables.grid(
        ("variable", "left"), ("dimensions", "left"), ("content", "left"), title="Contents"
    )
    table.columns[0].no_wrap = True
    for name in map(str, [*dataset.coords, *dataset.data_vars]):
        companion = name.removesuffix("_error").removesuffix("_result_code")
        if companion != name and companion in dataset:
            continue  # shown beside its variable
        dims = ", ".join(f"{dim} {size}" for dim, size in dataset[name].sizes.items())
        table.add_row(name, dims, _content(dataset, name))
    out.print(table)


def _content(dataset: xr.Dataset, name: str) -> str:
    """Range with unit, largest error, and how many points have which result code."""
    if name == "result_code":
        return _codes(dataset[name])
    error, codes = dataset.get(f"{name}_error"), dataset.get(f"{name}_result_code")
    unit = str(dataset[name].attrs.get("units", "1"))
    text = _range(dataset[name]) + ("" if unit == "1" else f" {unit}")
    if error is not None and error.size:
        text += f", error up to {tables.shown_error(float(error.max()))}"
    return text + (f"; {_codes(codes)}" if codes is not None else "")


def _codes(codes: xr.DataArray) -> str:
    """How many points have which result code."""
    kinds, counts = np.unique(codes.values.astype(int), return_counts=True)
    flags = np.atleast_1d(codes.attrs.get("flag_values", np.arange(len(CODES)))).tolist()
    words = str(codes.attrs.get("flag_meanings", "")).split() or [code.name for code in CODES]
    names = dict(zip(flags, words, strict=False))
    return ", ".join(f"{n} {names.get(k, k)}" for k, n in zip(kinds, counts, strict=True))


def _range(array: xr.DataArray) -> str:
    """Smallest to largest value, or the first text."""
    values = array.values.ravel()
    if values.size == 0:
        return "empty"
    if values.dtype.kind not in "iuf":
        return textwrap.shorten(", ".join(map(str, values)), 40, placeholder=" ...")
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return "no finite value"
    low, high = f"{finite.min():.6g}", f"{finite.max():.6g}"
    gaps = f", {values.size - finite.size} not finite" if finite.size < values.size else ""
    return (low if low == high else f"{low} to {high}") + gaps
