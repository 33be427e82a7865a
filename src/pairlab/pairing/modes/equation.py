"""The gap equation as an object: what the family of modes is about.

    Delta = K . X(T, Delta) . Delta          Tc: the leading eigenvalue of K . X(T, 0) reaches 1

The gap is a sum over modes, Delta_n(k) = Sum_a phi_na(k) Delta_na, in each band n; `kernel` is K in
mode space, and the carriers give the pair susceptibility X.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float

from pairlab.electrons.carriers import Carriers, DensityCarriers
from pairlab.pairing.problem import Layout


@dataclass(frozen=True, eq=False)
class GapEquation:
    """A kernel in mode space and the carriers it acts on.

    kernel: (*point, band, mode, band, mode), symmetric under exchange of its index pairs, in the
    inverse unit of X (both are dimensionless in the built-in mechanisms). fix_density: below Tc the
    density is held and the chemical potential follows; otherwise the chemical potential is held.
    """

    kernel: Float[np.ndarray, "*point band mode band mode"]
    carriers: Carriers
    fix_density: bool = False

    def __post_init__(self) -> None:
        if self.fix_density and not isinstance(self.carriers, DensityCarriers):
            raise TypeError(f"{type(self.carriers).__name__} have no density that can be held")


@dataclass(frozen=True, eq=False)
class GapGrid:
    """Where a mechanism shows its gap.

    dims and coords: xarray's, of the points; form: (*dims, band, mode), the modes at each point, so
    that Delta(point) = Sum form Delta_na. average: dims that an average over the band runs over.
    at: the coordinate of the Fermi level where the gap depends on energy: there gap ratios and what
    else is made of one gap are taken.
    """

    dims: tuple[str, ...]
    coords: Mapping[str, Any]
    form: np.ndarray
    average: tuple[str, ...] = ()
    at: Mapping[str, float] = field(default_factory=dict)

    @property
    def layout(self) -> Layout:
        """Where the gap is shown, without the modes."""
        return Layout(self.dims, self.coords, self.average, self.at)


SINGLE_GAP = GapGrid((), {}, np.ones((1, 1)))
"""The grid of one band with one gap: a single number."""
