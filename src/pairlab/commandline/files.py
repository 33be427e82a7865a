"""`plot`, `show` and `cite`: what a result file says."""

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from pairlab.commandline import ledger, places, readable, tables
from pairlab.commandline.judgement import problems
from pairlab.commandline.machine import of_dataset, print_json
from pairlab.commandline.session import GOOD, NOT_GOOD, complain, console
from pairlab.io.results import open_result
from pairlab.solution import CODES

if TYPE_CHECKING:
    from pairlab.mechanisms._fields.base import Mechanism


def draw(dataset: xr.Dataset, path: str | Path) -> None:
    """Draw a dataset into a file."""
    from pairlab.plot.figures import plot

    plot(dataset, path)


def plot_file(file: str, *, output: str | None) -> None:
    """Draw a result file."""
    dataset = open_result(file)
    written = places.files("", output or str(Path(file).with_suffix(".png")))
    draw(dataset, written.figure)
    console().print(written.sentence(), soft_wrap=True)


def show_file(file: str, *, as_json: bool) -> int:
    """What a result file holds; the exit code says whether every number in it is good."""
    dataset = open_result(file)
    bad = problems(dataset)
    if as_json:
        print_json({**of_dataset(dataset), "good": not bad, "problems": bad})
        return NOT_GOOD if bad else GOOD
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
        from pairlab.commandline import comparison  # with what can calculate: slow to import

        comparison.show(out, dataset)
    else:
        readable.report(out, dataset)
        readable.sweep(out, dataset)
    _contents(out, dataset)
    for sentence in bad:
        complain(sentence)
    return NOT_GOOD if bad else GOOD


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


def cite(source: str, *, read: Callable[[str], "Mechanism"], as_json: bool) -> None:
    """Sources, status, version and the run file of a result, a preset or a mechanism."""
    found = _citations(source, read)
    if as_json:
        print_json(found)
        return
    out = console()
    sources = [("cite" if i == 0 else "", text) for i, text in enumerate(found["cite"])]
    measured = [("measured" if i == 0 else "", text) for i, text in enumerate(found["measured"])]
    hashed = [("run file", f"{found['input_file']}, SHA-256 {found['input_sha256']}")] if (
        "input_sha256" in found
    ) else []  # fmt: skip
    version = [("calculated by", f"pairlab {found['pairlab_version']}")]
    tables.labelled(
        out, [*sources, *measured, ("status", found["status"]), *version, *hashed]
    )
    if found["config"]:
        command = found["command"]
        back = f"that gives it back ({command})" if command else "of its mechanism"
        out.print(f"\nThe run file {back}:\n", style="dim", soft_wrap=True)
        out.print(found["config"].rstrip(), soft_wrap=True)


def _citations(source: str, read: Callable[[str], "Mechanism"]) -> dict[str, Any]:
    """Of a result file, or of a mechanism: as it stands where its parameters are not all known."""
    from pairlab.commandline.catalogue import catalogue
    from pairlab.io.citations import citations

    if source.endswith(".nc"):
        return citations(open_result(source))
    one = catalogue().get(source)
    if one is None:
        return citations(read(source))
    from pairlab.observables.datasets import program_version

    return {
        "mechanism": source,
        "cite": one["cite"],
        "status": one["status"],
        "pairlab_version": program_version(),
        "config": "",
        "command": "",
        "measured": [],
    }
