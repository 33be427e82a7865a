"""What to cite for a result, and the run file that gives it back."""

import shlex
from collections.abc import Mapping
from typing import Any

import xarray as xr

from pairlab.mechanisms._fields.base import Mechanism
from pairlab.observables.datasets import attributes


def citations(source: xr.Dataset | Mechanism) -> dict[str, Any]:
    """Sources, status, program version, measured sources and run file of a result or mechanism.

    Returns: cite (list of texts), status, measured (list of texts), pairlab_version, config (TOML),
    command (the line that gives the result back from a file with that TOML, "" where it is not
    known), and, where the result came from a run file, input_file and input_sha256.
    """
    if isinstance(source, Mechanism):
        return {**_of(attributes(source, "")), "measured": []}
    return {**_of(source.attrs), "measured": _measured(source)}


def _of(attrs: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        "mechanism": str(attrs.get("mechanism", "")),
        "cite": list(attrs.get("cite", [])),
        "status": str(attrs.get("status", "")),
        "pairlab_version": str(attrs.get("pairlab_version", "unknown")),
        "config": str(attrs.get("config", "")),
        "command": _command(attrs),
    }
    return found | {key: attrs[key] for key in ("input_file", "input_sha256") if key in attrs}


def _command(attrs: Mapping[str, Any]) -> str:
    if "axes" in attrs:
        axes = [f"--axis {shlex.quote(str(text))}" for text in attrs["axes"]]
        names = [f"--observable {name}" for name in attrs.get("observables", [])]
        return " ".join(["pairlab sweep FILE", *axes, *names])
    method = str(attrs.get("method", ""))
    is_report = method.startswith("standard report")
    return "pairlab run FILE" if is_report or not method else ""


def _measured(dataset: xr.Dataset) -> list[str]:
    """The sources of the measured facts in a report, each once, with their status."""
    if "measured_source" not in dataset or "measured_status" not in dataset:
        return []
    pairs = zip(
        dataset["measured_source"].values.ravel(),
        dataset["measured_status"].values.ravel(),
        strict=True,
    )
    texts = [f"{source} ({status})" if status else str(source) for source, status in pairs]
    return list(dict.fromkeys(texts))
