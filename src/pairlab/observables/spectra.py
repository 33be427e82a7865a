"""Densities of states, Fermi surfaces and pair overlaps of the normal state."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from pairlab.errors import InputError
from pairlab.observables.common import attributes
from pairlab.pairing.problem import (
    OffersDensityOfStates,
    OffersFermiSurface,
    OffersOverlap,
    require,
)


def density_of_states(
    mechanism: Any, energy: float | Sequence[float] | np.ndarray | None = None
) -> xr.Dataset:
    """Density of states in the normal state, in total and, where there are any, by subband.

    Args:
        mechanism: any mechanism whose carriers have one.
        energy: meV, on the mechanism's own scale, one or several; a range around the interesting
            one by default.

    Returns: density_of_states (energy) and subband_density_of_states (subband, energy); units and
    long_name say for which spins and per what.

    Raises: InputError, CapabilityError.
    """
    source = require(mechanism, OffersDensityOfStates, "density of states")
    data = source.states(None if energy is None else checked_energies(energy))
    if "density_of_states" not in data:
        data["density_of_states"] = data.subband_density_of_states.sum("subband", keep_attrs=True)
    data.energy.attrs.update(units="meV", long_name="energy")
    return data.assign_attrs(attributes(mechanism, "density of states of the normal state"))


def checked_energies(energy: float | Sequence[float] | np.ndarray) -> np.ndarray:
    """Energies as an array of meV. Raises: InputError."""
    try:
        values = np.atleast_1d(np.asarray(energy, float))
    except (TypeError, ValueError):
        values = np.array([np.nan])
    if values.ndim != 1 or values.size == 0 or not np.all(np.isfinite(values)):
        raise InputError(
            what=f"energy = {energy!r}",
            why="energies are finite numbers of meV, at least one",
            remedy="give one number or a list of numbers, for example from numpy.linspace",
        )
    return values


def fermi_surface(mechanism: Any) -> xr.Dataset:
    """The Fermi contours kx(kz) of every subband. Raises: CapabilityError.

    Returns: fermi_wavevector (subband, kz) in 1/nm, nan where there is none; kz in pi/d.
    """
    data = require(mechanism, OffersFermiSurface, "Fermi surface").fermi_contours()
    data.fermi_wavevector.attrs.update(units="1/nm", long_name="Fermi wavevector along the wires")
    data.kz.attrs.update(units="pi/d", long_name="wavevector across the wires")
    return data.assign_attrs(attributes(mechanism, "band energies by bracketed roots"))


def overlap_integrals(mechanism: Any) -> xr.Dataset:
    """The pair overlap I(k, k') between subbands and its mean. Raises: CapabilityError.

    Returns: overlap (subband, other_subband, kz, other_kz) and mean_overlap (subband,
    other_subband), dimensionless; 1 for plane waves.
    """
    data = require(mechanism, OffersOverlap, "pair overlap").pair_overlap()
    data["mean_overlap"] = data.overlap.mean(("kz", "other_kz"))
    for name, label in (("overlap", "pair overlap"), ("mean_overlap", "mean pair overlap")):
        data[name].attrs.update(units="1", long_name=label)
    for name in ("kz", "other_kz"):
        data[name].attrs.update(units="pi/d", long_name="wavevector across the wires")
    return data.assign_attrs(attributes(mechanism, "Gauss-Legendre quadrature over one cell"))
