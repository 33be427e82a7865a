"""What the observables share: provenance, dataset attributes, failures as errors or codes."""

from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from pairlab.errors import SolverError
from pairlab.solution import CODES, Provenance, Result


@cache
def program_version() -> str:
    """The installed version of pairlab."""
    try:
        return version("pairlab")
    except PackageNotFoundError:
        return "unknown"


def provenance(mechanism: Any, method: str) -> Provenance:
    """Where a number of this mechanism comes from."""
    return Provenance(
        mechanism=mechanism.key,
        parameters=mechanism.parameters(),
        cite=mechanism.cite,
        status=mechanism.status,
        version=program_version(),
        method=method,
    )


def attributes(mechanism: Any, method: str) -> dict[str, Any]:
    """The same as attributes of a dataset: text and lists of text, which any file can hold."""
    source = provenance(mechanism, method)
    return {
        "mechanism": source.mechanism,
        "config": mechanism.to_toml(),
        "cite": list(source.cite),
        "status": source.status,
        "pairlab_version": source.version,
        "method": source.method,
    }


CODE_ATTRIBUTES = {
    "long_name": "result code",
    "flag_values": np.arange(len(CODES)),
    "flag_meanings": " ".join(code.name for code in CODES),
}


def refuse(result: Result, what: str) -> None:
    """Raise SolverError unless the result is good."""
    if not result.is_good:
        sentence, _, remedy = result.value.partition(". ")
        raise SolverError(
            what=what,
            why=(sentence[:1].lower() + sentence[1:]).rstrip("."),
            remedy=(remedy or "pass throw=False to get the code instead of this error").rstrip("."),
        )


def refuse_any(codes: Iterable[int], what: str) -> None:
    """Raise SolverError for the first code that is not good."""
    for code in np.asarray(codes, int).ravel():
        refuse(CODES[int(code)], what)


def worst(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Codes of numbers made of two results: that of the first unless it is a success."""
    return np.where(np.asarray(first) == Result.SUCCESS.code, second, first)
