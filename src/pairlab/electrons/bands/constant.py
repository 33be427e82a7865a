"""Bands with a constant density of states throughout the pairing window."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from jaxtyping import Float

from pairlab.electrons.carriers import Carriers, Numbers, PairDensity, PairStates
from pairlab.numerics.quadrature import SMALLEST, Rule, graded


@final
@dataclass(frozen=True, eq=False)
class ConstantBands(Carriers):
    """Bands of constant density within |xi| < cutoff: the textbook pairing problem.

    cutoff: (*point,) meV. densities: (*point, band), in units of a common N0.
    """

    accuracy: ClassVar[float] = 1e-12

    cutoff: Numbers
    densities: Float[np.ndarray, "*point band"]

    @property
    def kind(self) -> Hashable:
        """The number of bands."""
        return self.densities.shape[-1]

    @classmethod
    def batch(cls, points: Sequence[Any]) -> "ConstantBands":
        """All points as one."""
        cutoff = np.array([one.cutoff for one in points], float)
        return cls(cutoff, np.stack([one.densities for one in points]))

    def pair_density(self, rule: Rule) -> PairDensity:
        """One column per band; both signs of xi are counted on the positive side."""
        energy, weight = self._nodes(rule, 0.0)
        bands = self.densities.shape[-1]
        return PairDensity(energy, weight[..., None], np.ones((bands, 1, 1, 1)))

    def pair_states(self, rule: Rule, scale: float) -> PairStates:
        """One point per energy; the single mode of a band is 1."""
        energy, weight = self._nodes(rule, scale)
        return PairStates(energy, weight[..., None], np.ones((*energy.shape, 1, 1)))

    def _nodes(self, rule: Rule, scale: float) -> tuple[np.ndarray, np.ndarray]:
        # One-dimensional sums cost little: three times the panels of a general rule, to any scale.
        smallest = np.clip(scale / self.cutoff, 1e-18, 0.1) if scale > 0 else SMALLEST / 1e4
        t, w = graded(3 * rule.panels, rule.order, smallest)
        cutoff = np.asarray(self.cutoff)[..., None, None]
        energy = np.broadcast_to(cutoff * t, (*self.densities.shape, t.shape[-1]))
        return energy, 2 * cutoff * w * self.densities[..., None]
