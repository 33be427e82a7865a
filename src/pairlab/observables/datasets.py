"""What the observables return: provenance, attributes, failures as errors or codes."""

from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from pairlab.errors import SolverError
from pairlab.pairing.problem import Critical
from pairlab.solution import CODES, Provenance, Result, Solution

if TYPE_CHECKING:
    import xarray as xr  # slow to import, and not needed for a single number


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


def put_solution(name: str, solution: Solution) -> "xr.Dataset":
    """A number with its error and its code, as variables of a report."""
    import xarray as xr

    label, units = name.replace("_", " "), solution.unit or "1"
    return xr.Dataset(
        {
            name: ((), solution.value, {"units": units, "long_name": label}),
            f"{name}_error": (
                (), solution.error, {"units": units, "long_name": f"error of the {label}"}
            ),
            f"{name}_result_code": ((), solution.result.code, CODE_ATTRIBUTES),
        }
    )  # fmt: skip


def of_critical(critical: Critical) -> dict[str, Any]:
    """Tc and its error as variables beside what was calculated at temperatures."""
    label = "critical temperature"
    return {
        "critical_temperature": ((), critical.value, {"units": "K", "long_name": label}),
        "critical_temperature_error": (
            (), critical.error, {"units": "K", "long_name": f"error of the {label}"}
        ),
    }  # fmt: skip


def curves(part: "xr.Dataset") -> "xr.Dataset":
    """A part without the critical temperature, which a report states once."""
    return part.drop_vars([n for n in part.data_vars if str(n).startswith("critical_temperature")])


ACCURACY = 1e-5
"""Of F(0), gamma Tc^2 N0 or gamma Tc; a temperature with a larger error estimate is inaccurate."""


def judged(code: np.ndarray, worst: np.ndarray) -> np.ndarray:
    """Codes with INACCURATE where the worst relative error exceeds what is promised."""
    poor = (code == Result.SUCCESS.code) & (worst > ACCURACY)
    code = np.where(poor, Result.INACCURATE.code, code)
    lost = (code == Result.SUCCESS.code) & ~np.isfinite(worst)
    return np.where(lost, Result.NOT_FINITE.code, code)
