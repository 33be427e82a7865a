"""Electrons told apart by their energy alone: a constant density of states and a gap Delta(xi).

The half line 0 <= xi <= cutoff is cut into panels with Legendre polynomials on each, so that every
panel is a block of the gap equation with as many modes:

    Delta(xi) = Sum_a Delta_na P_a(2t - 1),     t = (xi - e_n)/(e_{n+1} - e_n) in panel n

A gap that has a kink or a logarithm at known energies is resolved by panels that end there. States
at xi and at -xi count together: the weights of all panels add up to 2 cutoff, in units of N0.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
from jaxtyping import Float

from pairlab.electrons.carriers import Carriers, Numbers, PairDensity, PairStates
from pairlab.numerics.quadrature import Rule, gauss_legendre, graded

_SMALLEST = 1e-9  # of the first panel: kT of a Tc of 1e-6 K in a panel of 0.1 meV


@final
@dataclass(frozen=True, eq=False)
class EnergyLine(Carriers):
    """A constant density of states within |xi| < cutoff and Legendre modes on panels of |xi|.

    cutoff: (*point,) meV. edges: (*point, panel + 1) from 0 to 1, in units of the cutoff. modes:
    per panel.
    """

    accuracy: ClassVar[float] = 1e-10
    one_band: ClassVar[bool] = True

    cutoff: Numbers
    edges: Float[np.ndarray, "*point edge"]
    modes: int

    @property
    def kind(self) -> Hashable:
        """The number of panels, and of modes on each."""
        return self.edges.shape[-1], self.modes

    @classmethod
    def batch(cls, points: Sequence[Any]) -> "EnergyLine":
        """All points as one."""
        cutoff = np.array([one.cutoff for one in points], float)
        return cls(cutoff, np.stack([one.edges for one in points]), points[0].modes)

    def pair_density(self, rule: Rule) -> PairDensity:
        """Products of two modes are polynomials: their density is told by Legendre moments."""
        energy, weight, position = self._nodes(rule.panels + 4, rule.order, 0.0)
        count = 2 * self.modes - 1
        density = weight[..., None] * legendre(position, count)
        # A product P_a P_c is a sum of P_b, found by projection.
        x, w = gauss_legendre(2 * self.modes)
        p = legendre(x, count)
        size = (2 * np.arange(count) + 1)[:, None, None]
        form = p[:, : self.modes] * _kept(self.modes, rule)
        product = size * np.einsum("i,ib,ia,ic->bac", w, p, form, form)
        panels = self.edges.shape[-1] - 1
        return PairDensity(energy, density, np.broadcast_to(product, (panels, *product.shape)))

    def pair_states(self, rule: Rule, scale: float) -> PairStates:
        """One point per energy."""
        # The first panel is not much wider than the scale: half of the usual panels span it.
        energy, weight, position = self._nodes((rule.panels + 1) // 2, rule.order, scale)
        form = legendre(position, self.modes) * _kept(self.modes, rule)
        return PairStates(energy, weight[..., None], form[..., None, :])

    def _nodes(
        self, count: int, order: int, scale: float
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """xi, weights and the positions t of the nodes of each panel.

        Only at xi = 0 has the integrand a structure that panels do not resolve.
        """
        cutoff = np.asarray(self.cutoff)[..., None, None]
        smallest = _SMALLEST
        if scale > 0:
            smallest = float(np.clip(scale / (self.cutoff * self.edges[1]), _SMALLEST, 0.1))
        toward_zero, zero_weight = graded(count, order, smallest)
        x, w = gauss_legendre(len(toward_zero))
        panels = self.edges.shape[-1] - 1
        position = np.concatenate([toward_zero[None], np.broadcast_to(x, (panels - 1, len(x)))])
        weight = np.concatenate([zero_weight[None], np.broadcast_to(w, (panels - 1, len(w)))])
        width = np.diff(self.edges)[..., None]
        energy = cutoff * (self.edges[..., :-1, None] + width * position)
        return energy, 2 * cutoff * width * weight, position


def _kept(modes: int, rule: Rule) -> np.ndarray:
    """1 for the modes that a rule keeps, 0 for those that it leaves out to test the truncation."""
    return (np.arange(modes) < modes - rule.dropped_modes).astype(float)


def legendre(position: Float[np.ndarray, "..."], count: int) -> Float[np.ndarray, "... mode"]:
    """P_0 ... P_{count-1} of 2t - 1 at t in [0, 1], by their recurrence."""
    x = 2 * position - 1
    values = [np.ones_like(x), x]
    for degree in range(1, count - 1):
        values.append(((2 * degree + 1) * x * values[-1] - degree * values[-2]) / (degree + 1))
    return np.stack(values[:count], -1)
