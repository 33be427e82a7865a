"""Isotropic Eliashberg theory on the imaginary axis: the critical temperature.

With w_n = (2 n + 1) pi k T, lambda(n - m) = lambda(i (w_n - w_m)) and Delta_n = (2 n + 1) x_n, Tc
is where the largest eigenvalue of

    K_nm = lambda(n - m) + lambda(n + m + 1) - 2 mu
           - delta_nm [2 n + 1 + Sum_m' (lambda(n - m') - lambda(n + m' + 1))],     n, m >= 0

vanishes (Bergmann and Rainer, Z. Phys. 263, 59 (1973); Allen and Dynes, Phys. Rev. B 12, 905
(1975)). The sum in brackets is w_n Z_n/(pi k T) - (2 n + 1). Frequencies are graded (see
`matsubara`); what lambda(n - m) does within a panel enters through differences x_m - x_n alone,
because the diagonal holds the same sum.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import linalg, optimize
from scipy.interpolate import CubicSpline

from pairlab.pairing.coulomb import CoulombPseudopotential
from pairlab.pairing.formulas import allen_dynes
from pairlab.pairing.matsubara import Frequencies, graded_frequencies
from pairlab.pairing.phonons import EinsteinMode, PhononCoupling
from pairlab.solution import LOWEST_TEMPERATURE, PROMISED_ACCURACY, Result
from pairlab.units import BOLTZMANN

_SEARCH = 6
"""Points in a panel of frequencies while Tc is searched."""

_ORDERS = ((10, 8), (16, 12), (24, 18))
"""Points of the result and of its error estimate: the first pair that keeps the promise."""

_REACH = 1000.0
"""The sums end at so many w2; what they leave out goes as its inverse square, below 1e-5 of Tc."""

_FEWEST = 256
"""Frequencies at least: strong coupling has its scale in kT."""

_BEYOND = 64
"""So many times farther reach the sums in Z, which converge without the gap."""

_LONGEST, _UNTIL = 8.0, 48.0
"""Panels no longer than 8 w2 up to 48 w2: beyond, lambda(n - m) is narrower than the distance of
points, and what it does to neighbours, (w2/w)^2 of the rest, is lost."""

_FARTHEST, _POINTS = 1e7, 1200  # of the spline of lambda(i nu), over w_log

_STEP = 1e-4  # of logarithms, for derivatives of an eigenvalue


@dataclass(frozen=True)
class Electrons:
    """What pairs electrons: phonons, and what keeps them apart; None for no repulsion."""

    phonons: PhononCoupling
    coulomb: CoulombPseudopotential | None = None


class CriticalKt(NamedTuple):
    """kTc in meV, its relative error, and what became of it."""

    kt: float
    error: float
    result: Result


def critical_kt(electrons: Electrons) -> CriticalKt:
    """kTc of isotropic Eliashberg theory with a constant density of states.

    The error contains the graded sums, the end of the sums and the root, not the phonons.
    """
    rough = _rough(electrons)
    if rough is None:
        return CriticalKt(np.nan, np.nan, Result.NO_SUPERCONDUCTIVITY)
    here = _leading(electrons, rough, order=_SEARCH)
    slope = (_leading(electrons, rough * np.exp(_STEP), order=_SEARCH) - here) / _STEP
    # What the end of the sums leaves out goes as its inverse square: a third of a change is added.
    change = here - _leading(electrons, rough, order=_SEARCH, reach=_REACH / 2)
    left_out = -change / (3 * slope)
    fine, error = 0.0, np.inf
    for orders in _ORDERS:
        fine, middle = (-_leading(electrons, rough, order=order) / slope for order in orders)
        # Twice, since both differences fall short of the error where they are smallest.
        error = 2 * abs(fine - middle) + abs(left_out) / 2 + fine**2 + 1e-11
        if error <= PROMISED_ACCURACY:
            break
    kt = rough * float(np.exp(fine + left_out))
    good = error <= PROMISED_ACCURACY and slope < 0
    return CriticalKt(kt, error, Result.SUCCESS if good else Result.INACCURATE)


def isotope_exponent(electrons: Electrons, kt: float) -> float:
    """(1/2) d ln Tc/d ln w at Tc, w all phonon frequencies at a repulsion that stays."""
    if electrons.coulomb is None:
        return 0.5
    by_temperature = _slope(lambda s: _leading(electrons, kt * np.exp(s), order=_SEARCH))
    by_frequency = _slope(lambda s: _leading(_stretched(electrons, np.exp(s)), kt, order=_SEARCH))
    return 0.5 * (1 + by_frequency / by_temperature)


def _rough(electrons: Electrons) -> float | None:
    """kTc with few points, to 1e-4; what is left is corrected with more points. None for none."""
    lowest = LOWEST_TEMPERATURE * BOLTZMANN
    # kTc < 0.1827 w2 sqrt(lambda) for every alpha^2F (Allen and Dynes 1975), and mu* lowers it.
    highest = 0.2 * electrons.phonons.second_frequency * np.sqrt(electrons.phonons.coupling)
    bracket = _bracket(electrons, lowest, highest) if highest > lowest else None
    if bracket is None:
        return None
    found = optimize.root_scalar(
        lambda log_kt: _leading(electrons, float(np.exp(log_kt)), order=_SEARCH),
        bracket=bracket, method="brentq", xtol=1e-4, rtol=1e-9,
    )  # fmt: skip
    return float(np.exp(found.root))


def _slope(value: Callable[[float], float]) -> float:
    return (value(_STEP) - value(-_STEP)) / (2 * _STEP)


def _stretched(electrons: Electrons, factor: float) -> Electrons:
    """The frequency of mu* times a factor, at the same value.

    Phonons that are s times harder, at a temperature s times higher, see it s times lower.
    """
    assert electrons.coulomb is not None
    moved = replace(electrons.coulomb, frequency=electrons.coulomb.frequency * factor)
    return replace(electrons, coulomb=moved)


def _bracket(electrons: Electrons, lowest: float, highest: float) -> tuple[float, float] | None:
    """ln kT on both sides of Tc, from the formula of Allen and Dynes; None where there is no Tc."""
    low, high = np.log(lowest), np.log(highest)
    coulomb = electrons.coulomb
    mu = 0.0 if coulomb is None else min(coulomb.value, 0.5)
    guess = allen_dynes(electrons.phonons, mu).log_kt
    for down, up in ((-0.3, 0.3), (-1.0, 1.0), (-4.0, 4.0)):
        if not np.isfinite(guess):
            break
        below, above = (float(np.clip(guess + step, low, high)) for step in (down, up))
        if _leading(electrons, float(np.exp(below)), order=_SEARCH) > 0:
            if _leading(electrons, float(np.exp(above)), order=_SEARCH) <= 0:
                return below, above
            low = above
        else:
            high = below
    return (low, high) if _leading(electrons, float(np.exp(low)), order=_SEARCH) > 0 else None


def _leading(
    electrons: Electrons, kt: float, *, order: int = _ORDERS[0][0], reach: float = _REACH
) -> float:
    """The eigenvalue that vanishes at Tc, positive below it.

    The repulsion is bordered to the matrix: with A = K + 2 mu s s^T, the eigenvalues of
    [[A, sqrt(2) s], [sqrt(2) s^T, 1/mu]] change sign one by one with those of K, and stay finite
    where mu at the end of the sums has its pole. The largest belongs to the border itself.
    """
    system = system_at(electrons, kt, order=order, reach=reach)
    matrix = _symmetric(system)
    if electrons.coulomb is None:
        return float(linalg.eigvalsh(matrix, subset_by_index=_last(matrix, 1))[0])
    size = len(matrix)
    bordered = np.empty((size + 1, size + 1))
    bordered[:size, :size] = matrix
    border = np.sqrt(2 * system.frequencies.weight) * system.repelled
    bordered[size, :size] = bordered[:size, size] = border
    bordered[size, size] = system.inverse_repulsion
    return float(linalg.eigvalsh(bordered, subset_by_index=_last(bordered, 2))[0])


def _last(matrix: np.ndarray, place: int) -> tuple[int, int]:
    return len(matrix) - place, len(matrix) - place


def _symmetric(system: "System") -> np.ndarray:
    """K + 2 mu s s^T between frequencies, each scaled by the root of its weight."""
    n, weight = system.frequencies
    root = np.sqrt(weight)
    matrix = (system.apart + system.across) * (root[:, None] * root)
    matrix[np.diag_indices(len(n))] -= (
        (system.apart - system.across) @ weight + system.beyond + 2 * n + 1
    )
    return matrix


class System(NamedTuple):
    """What the Eliashberg equations hold at one temperature, on graded frequencies.

    apart, across: lambda(n - m) and lambda(n + m + 1), (node, node). beyond: the sum of their
    difference over all frequencies past the end, (node,). repelled: which share of each frequency
    mu acts on, (node,). inverse_repulsion: 1/mu at the end of the sums; inf for none.
    """

    frequencies: Frequencies
    apart: np.ndarray
    across: np.ndarray
    beyond: np.ndarray
    repelled: np.ndarray
    inverse_repulsion: float


def system_at(
    electrons: Electrons, kt: float, *, order: int = _ORDERS[0][0], reach: float = _REACH
) -> System:
    """The equations at kT [meV]; `reach`: the end of the sums in w2."""
    step = 2 * np.pi * kt
    scale = electrons.phonons.second_frequency / step
    count = int(np.ceil(max(reach * scale, _FEWEST * reach / _REACH)))
    sharp = electrons.coulomb if _is_sharp(electrons) else None
    last = 0.0 if sharp is None else sharp.frequency / step
    count = max(count, int(np.ceil(last)))
    found = graded_frequencies(
        count, order=order, breaks=() if sharp is None else (int(last), int(last) + 1),
        longest=_LONGEST * scale, until=_UNTIL * scale,
    )  # fmt: skip
    n = found.number
    lambda_of = coupling_function(electrons.phonons)
    apart, across = (lambda_of(step * x) for x in (np.abs(n[:, None] - n), n[:, None] + n + 1))
    far = graded_frequencies(count * _BEYOND, order=order, start=count)
    ahead, behind = (
        lambda_of(step * x) for x in (far.number - n[:, None], far.number + n[:, None] + 1)
    )
    beyond = (ahead - behind) @ far.weight
    if electrons.coulomb is None:
        return System(found, apart, across, beyond, np.ones(len(n)), np.inf)
    if sharp is None:
        inverse = electrons.coulomb.inverse_at(step * count)
        return System(found, apart, across, beyond, np.ones(len(n)), inverse)
    # The cell of the last frequency is cut where w_ref lies in it, so that Tc is continuous.
    return System(found, apart, across, beyond, np.clip(last - n, 0.0, 1.0), 1 / sharp.value)


@lru_cache(maxsize=64)
def coupling_function(phonons: PhononCoupling) -> Callable[[np.ndarray], np.ndarray]:
    """lambda(i nu), for a spectrum by a spline of it: it is asked for at 1e4 differences each time.

    In s = arsinh(nu/w_log) lambda(i nu) (1 + (nu/w_log)^2) has one scale and is flat at both ends:
    a cubic spline through 1200 points is good to about 1e-8 of lambda.
    """
    if isinstance(phonons, EinsteinMode):
        return phonons.matsubara_coupling
    scale = phonons.log_frequency
    s = np.linspace(0.0, np.arcsinh(_FARTHEST), _POINTS)
    x = np.sinh(s)
    spline = CubicSpline(s, phonons.matsubara_coupling(scale * x) * (1 + x**2))

    def interpolated(nu: np.ndarray) -> np.ndarray:
        x = nu / scale
        return spline(np.arcsinh(x)) / (1 + x**2)

    return interpolated


def _is_sharp(electrons: Electrons) -> bool:
    return electrons.coulomb is not None and electrons.coulomb.scheme == "sharp"
