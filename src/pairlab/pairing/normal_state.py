"""Facts of the normal state that a problem may hand over, each under its class."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr  # slow to import, and needed by some observables only


@dataclass(frozen=True)
class DensityOfStates:
    """states: the density of states at energies [meV], or around the interesting one for None."""

    states: Callable[[np.ndarray | None], "xr.Dataset"]


@dataclass(frozen=True)
class FermiContours:
    """contours: kx(kz) of every subband."""

    contours: Callable[[], "xr.Dataset"]


@dataclass(frozen=True)
class PairOverlap:
    """overlap: I(k, k') between subbands."""

    overlap: Callable[[], "xr.Dataset"]
