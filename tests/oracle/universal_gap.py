"""Delta(T)/Delta(0) of BCS theory at weak coupling, from its gap equation with mpmath."""

import math

from mpmath import mp

RATIO = math.pi * math.exp(-float(mp.euler))
"""Delta(0)/kTc."""


def reduced_gap(t):
    """ln(Delta(0)/Delta) = 2 Int dxi f(E)/E."""

    def excess(gap):
        def occupied(xi):
            energy = mp.sqrt(xi**2 + gap**2)
            return 1 / (energy * (mp.exp(energy / t) + 1))

        return mp.log(RATIO / gap) - 2 * mp.quad(occupied, [0, 1, 3, 10, 40])

    near = RATIO * math.tanh(1.74 * math.sqrt(1 / t - 1))  # within 4 per cent
    return float(mp.findroot(excess, (0.9 * near, 1.1 * near), solver="anderson")) / RATIO
