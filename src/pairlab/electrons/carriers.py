"""The electrons of a gap equation: which states lie within the cutoff, seen in two ways.

For the linear problem the states enter as a density of pairs over energy, which does not depend on
temperature; for the gap itself they enter one by one.

Carriers hold numbers of one point, or of many with the point axis first; each method serves both.
"""

import abc
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float, Inexact

from pairlab.numerics.quadrature import Rule
from pairlab.numerics.safe import pair_factor, safe_divide

Numbers = float | np.ndarray
"""One number, or one for each point."""


@dataclass(frozen=True, eq=False)
class PairDensity:
    """Density of pairs over energy, the input of the linear problem.

        X_ac(T) = Sum_i tanh(xi_i/2kT)/(2 xi_i) Sum_j density_ij product_jac

    energy: (*point, band, node) xi = eps - mu, meV. density: (*point, band, node, moment),
    quadrature weight included. product: (band, moment, mode, mode), the same at all points.
    """

    energy: Float[np.ndarray, "*point band node"]
    density: Float[np.ndarray, "*point band node moment"]
    product: Float[np.ndarray, "band moment mode mode"]

    def susceptibility(self, kt: Numbers) -> Float[np.ndarray, "*point band mode mode"]:
        """X(T, 0) of each band at thermal energy kt [meV], one for each point."""
        return self._contract(pair_factor(self.energy, _over_nodes(kt)))

    def with_slope(self, kt: Numbers) -> tuple[np.ndarray, np.ndarray]:
        """X and dX/d ln T: d/d ln T of tanh(xi/2kT)/(2 xi) is -sech^2(xi/2kT)/(4kT)."""
        unit = _over_nodes(kt)
        turned = np.tanh(self.energy / (2 * unit))
        factor = safe_divide(turned, 2 * self.energy)
        near = np.abs(self.energy) <= 1e-7 * unit
        if np.any(near):
            factor = np.where(near, 1 / (4 * unit), factor)
        return self._contract(factor), self._contract((turned**2 - 1) / (4 * unit))

    def bound(self) -> Float[np.ndarray, "*point band mode mode"]:
        """The matrix Y with X(T, 0) <= Y/(4 kT) in every band, since tanh(x)/x <= 1."""
        return self._contract(np.ones_like(self.energy))

    def _contract(self, factor: np.ndarray) -> np.ndarray:
        moments = factor[..., None, :] @ self.density
        bands, count, modes, _ = self.product.shape
        flat = moments @ self.product.reshape(bands, count, modes * modes)
        return flat.reshape(*flat.shape[:-2], modes, modes)


def _over_nodes(kt: Numbers) -> Numbers:
    return np.asarray(kt)[..., None, None] if np.ndim(kt) else kt


@dataclass(frozen=True, eq=False)
class PairStates:
    """The states within the cutoff, one by one: the input of the nonlinear problem.

    energy: (band, node) xi, meV. weight: (band, node, point), quadrature weight included.
    form: (band, node, point, mode), the modes phi_na at each state.
    """

    energy: Float[np.ndarray, "band node"]
    weight: Float[np.ndarray, "band node point"]
    form: Float[np.ndarray, "band node point mode"]

    def on(self, gap: Inexact[np.ndarray, "band mode"]) -> np.ndarray:
        """Delta at each state, (band, node, point): Sum_a phi_na Delta_na; of complex ones too."""
        return (self.form @ gap[:, None, :, None])[..., 0]

    def moments(self, values: np.ndarray) -> np.ndarray:
        """Sum_states w values phi_a, (band, mode)."""
        bands, nodes, points, modes = self.form.shape
        flat = (self.weight * values).reshape(bands, 1, nodes * points)
        return (flat @ self.form.reshape(bands, nodes * points, modes))[:, 0]

    def products(self, values: np.ndarray) -> np.ndarray:
        """Sum_states w values phi_a phi_c, (band, mode, mode)."""
        bands, nodes, points, modes = self.form.shape
        form = self.form.reshape(bands, nodes * points, modes)
        weighted = form * (self.weight * values).reshape(bands, nodes * points, 1)
        return np.swapaxes(weighted, 1, 2) @ form

    def susceptibility(self, kt: float) -> Float[np.ndarray, "band mode mode"]:
        """X(T, 0) of each band at thermal energy kt [meV]."""
        return self.products(pair_factor(self.energy, kt)[..., None])


class Carriers(abc.ABC):
    """The electrons of a gap equation, not yet discretised.

    accuracy: relative accuracy of sums over their states that a finer rule does not improve
    (tables, series, contours close to a van Hove point); no error estimate is smaller.
    one_band: whether the bands are parts of a single one, so that their gaps are one function.
    """

    accuracy: ClassVar[float]
    one_band: ClassVar[bool] = False

    cutoff: Numbers

    @property
    @abc.abstractmethod
    def kind(self) -> Hashable:
        """Carriers of one kind differ in numbers only, so that they make one batch."""

    @classmethod
    @abc.abstractmethod
    def batch(cls, points: Sequence[Any]) -> "Carriers":
        """Carriers of one kind as one, with the point axis first."""

    @abc.abstractmethod
    def pair_density(self, rule: Rule) -> PairDensity:
        """The states within the cutoff as a density over energy."""

    @abc.abstractmethod
    def pair_states(self, rule: Rule, scale: float) -> PairStates:
        """The states of one point within the cutoff; no structure is narrower than `scale` meV."""


class DensityCarriers(Carriers):
    """Carriers whose density can be held fixed, so that it determines the chemical potential."""

    chemical_potential: Numbers

    def left_out_above(self) -> float:
        """The energy, meV, from which on states exist that these carriers leave out."""
        return float("inf")

    @abc.abstractmethod
    def at_potential(self, chemical_potential: float) -> "DensityCarriers":
        """The same carriers at another chemical potential, meV."""

    @abc.abstractmethod
    def normal_density(self, kt: float) -> float:
        """Density of carriers of both spins in the normal state at kt, in N0 meV.

        N0 is the density of states per spin in which the weights of the states are expressed.
        """

    @abc.abstractmethod
    def density_slope(self, kt: float) -> float:
        """d(density)/d(chemical potential) of the normal state at kt, in N0."""
