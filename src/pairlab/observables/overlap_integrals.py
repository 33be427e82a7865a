"""Pair overlaps between subbands."""

from typing import Any

import xarray as xr

from pairlab.observables.datasets import attributes
from pairlab.observables.registry import Observable, Report, require
from pairlab.pairing.normal_state import PairOverlap


def overlap_integrals(mechanism: Any) -> xr.Dataset:
    """The pair overlap I(k, k') between subbands and its mean. Raises: CapabilityError.

    Returns: overlap (subband, other_subband, kz, other_kz) and mean_overlap (subband,
    other_subband), dimensionless; 1 for plane waves.
    """
    data = require(mechanism, PairOverlap, "pair overlap").overlap()
    data["mean_overlap"] = data.overlap.mean(("kz", "other_kz"))
    for name, label in (("overlap", "pair overlap"), ("mean_overlap", "mean pair overlap")):
        data[name].attrs.update(units="1", long_name=label)
    for name in ("kz", "other_kz"):
        data[name].attrs.update(units="pi/d", long_name="wavevector across the wires")
    return data.assign_attrs(attributes(mechanism, "Gauss-Legendre quadrature over one cell"))


def _in_report(mechanism: Any, _: Report) -> xr.Dataset:
    return overlap_integrals(mechanism)[["mean_overlap"]].drop_vars(
        ("kz", "other_kz"), errors="ignore"
    )


OBSERVABLE = Observable(
    "overlap_integrals", "pair overlap", overlap_integrals, (PairOverlap,), cost="quick",
    in_report=_in_report, order=32,
)  # fmt: skip
