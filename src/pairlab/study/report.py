"""The standard report of a mechanism: everything it offers, in one dataset."""

from typing import Any

import numpy as np
import xarray as xr

from pairlab.data.measured import measured
from pairlab.mechanisms._fields.base import HasMaterial, Mechanism
from pairlab.observables.datasets import attributes
from pairlab.observables.registry import Report, observables, problem_of
from pairlab.pairing.problem import CondensateSolver, Critical, Refusal
from pairlab.study.sweep import Progress, sweep

_TEMPERATURES = np.concatenate([np.linspace(0.0, 0.9, 19), [0.93, 0.96, 0.98, 0.99, 0.999, 1.0]])
"""Of the temperature axis, in Tc: denser toward Tc, where the gap closes as a square root."""

_MANY = np.concatenate([np.linspace(0, 0.9, 46), 1 - np.geomspace(0.08, 1e-3, 12), [1.0]])
"""The same for constant bands, where a temperature costs little and entropies show every corner."""


def run(mechanism: Mechanism, *, progress: Progress | None = None) -> xr.Dataset:
    """What the mechanism offers, in one dataset; parts that fail carry their codes.

    Args:
        mechanism: any mechanism.
        progress: called with (observables done, observables in all), and then with (points done,
            points in all) of the dome.

    Returns: what each observable puts into a report (critical_temperature, isotope_coefficient,
    gap_ratio, gap (temperature, ...), density of states, Fermi surface, mean_overlap, standing
    waves, thermodynamics, superfluid_density, ...), as far as the mechanism offers it; the critical
    temperature over the mechanism's report axes (`dome_...`), and measured facts of its material
    (`measured_...`). Each number has its error and code.
    """
    problem = problem_of(mechanism, "standard report")
    critical = problem.critical()
    has_tc = isinstance(critical, Critical)
    tc = critical.value if has_tc and critical.result.is_good else 0.0
    asked = Report(tc, _temperatures(problem.part(CondensateSolver), tc))
    data = xr.Dataset()
    parts: list[xr.Dataset] = []
    held = []
    asking = {
        name: one.in_report for name, one in observables().items()
        if one.in_report is not None and one.missing(problem) is None
    }  # fmt: skip
    for done, (name, in_report) in enumerate(asking.items(), start=1):
        parts.append(in_report(mechanism, asked))
        held += [name] if parts[-1].data_vars else []
        if progress is not None:
            progress(done, len(asking))
    if mechanism.report_axes and has_tc:
        parts.append(_dome(mechanism, progress))
    if isinstance(mechanism, HasMaterial):
        facts = measured(mechanism.material)
        if facts.sizes.get("measurement", 0):
            parts.append(facts)
    for part in parts:
        data = data.merge(part.drop_attrs(deep=False), compat="override", join="outer")
    return data.assign_attrs(attributes(mechanism, "standard report: " + ", ".join(held)))


def _temperatures(condensate: CondensateSolver | Refusal, tc: float) -> np.ndarray:
    """Kelvin; one axis for all parts of a report."""
    many = isinstance(condensate, CondensateSolver)
    return tc * (_MANY if many else _TEMPERATURES) if tc > 0 else np.zeros(1)


def _dome(mechanism: Mechanism, progress: Progress | None) -> xr.Dataset:
    axes: dict[str, Any] = dict(mechanism.report_axes)
    part = sweep(mechanism, axes, progress=progress)
    names = {name: f"dome_{name}" for name in (*part.data_vars, *part.coords)}
    return part.rename(names)
