"""Where, as T changes, a real solution of the Eliashberg equations begins or ceases to be lowest.

By what `stability` proves this is where the lowest eigenvalue of M passes zero: past it
a state with complex phases lies lower, and the transition is of second order, whether the real
solution on the far side of these states is the same or has other signs. There is no transition of
first order between two real solutions.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import optimize

from pairlab.pairing.matsubara.equations import Electrons
from pairlab.pairing.matsubara.gap import ImaginaryGap, lowest, solve
from pairlab.pairing.matsubara.stability import phase_stability
from pairlab.solution import Result

_NEAR = 0.005  # of Tc: so close a solution is followed by itself, farther apart the lowest is found
_SAME = 1e-6  # of the softest phase: how far from zero it is called continuous where it ends
_ACCURACY = 1e-7  # of ln T


def branch_changes(
    electrons: Electrons, critical_kt: float, followed: Sequence[ImaginaryGap]
) -> np.ndarray:
    """kT of the changes between solutions at rising temperatures, meV, rising.

    Args:
        followed: what `gap.lowest` found at temperatures below Tc, those with a code of
            their own included.
    """
    found = [_between(electrons, critical_kt, *both) for both in pairwise(followed)]
    return np.sort(np.concatenate([np.zeros(0), *found]))


def _between(
    electrons: Electrons, critical_kt: float, colder: ImaginaryGap, warmer: ImaginaryGap
) -> list[float]:
    """The changes between two temperatures, which are halved until they are near."""
    real = [one for one in (colder, warmer) if _is_real(one)]
    signs = [_signs(one, electrons) for one in real]
    if not real or (len(real) == 2 and np.array_equal(signs[0], signs[1])):
        return []
    if warmer.kt - colder.kt > _NEAR * critical_kt:
        middle = lowest(electrons, (colder.kt + warmer.kt) / 2, critical_kt, real[-1])
        halves = (colder, middle), (middle, warmer)
        return [kt for half in halves for kt in _between(electrons, critical_kt, *half)]
    other = {colder.kt: warmer.kt, warmer.kt: colder.kt}
    return [kt for one in real for kt in _end(electrons, critical_kt, one, other[one.kt])]


def _is_real(found: ImaginaryGap) -> bool:
    return found.result.is_superconducting


def _signs(found: ImaginaryGap, electrons: Electrons) -> np.ndarray:
    """Of each band beside the first."""
    first = np.nan_to_num(found.at_first(electrons))
    return np.sign(first * first[0])


def _end(
    electrons: Electrons, critical_kt: float, known: ImaginaryGap, other_kt: float
) -> list[float]:
    """Where between a solution that is the lowest and another temperature it ceases to be; none
    where it only changes a sign as a gap passes zero."""
    signs, order = _signs(known, electrons), known.system.grid.order

    def softest(log_kt: float) -> float:
        """Above zero where the same solution is the lowest."""
        found = solve(electrons, float(np.exp(log_kt)), critical_kt, known, order=order)
        if found.result is not Result.SUCCESS:
            return -1.0
        value = phase_stability(found.system, found.pairs)
        same = np.array_equal(_signs(found, electrons), signs)
        return value if same else -abs(value)

    ends = sorted((float(np.log(known.kt)), float(np.log(other_kt))))
    if softest(ends[0]) * softest(ends[1]) > 0:
        return []
    root: Any = optimize.brentq(softest, *ends, xtol=_ACCURACY)
    away = np.copysign(_ACCURACY, np.log(known.kt / other_kt))
    near = [abs(softest(root + step * away)) for step in (4, 8)]
    continuous = near[0] <= max(_SAME, 0.9 * near[1])  # falls towards the end, as a root does
    return [float(np.exp(root))] if continuous else []
