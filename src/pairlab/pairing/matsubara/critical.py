"""Tc of Eliashberg theory, and what moves it.

Linear in x, and scaled by the root of its weight and density of states, the equation of
`equations` is K x = 0 with a symmetric K; Tc is where its largest eigenvalue vanishes. With
A = K + 2 s mu s^T, the repulsion is bordered to the matrix,

    B = [[A, sqrt(2) s], [sqrt(2) s^T, 1/mu]],

whose eigenvalues change sign one by one with those of K, and stay finite where mu at the end of the
sums has its pole. Its largest eigenvalues, as many as mu* has positive ones, belong to the border.

Derivatives of the eigenvalue are those of B between its eigenvector (Hellmann and Feynman).
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy import linalg, optimize

from pairlab.pairing.conditions.formulas import allen_dynes
from pairlab.pairing.instability import LOWEST_LOG, Instability, Points, judged, onset
from pairlab.pairing.matsubara.equations import REACH, Electrons, System, system_at
from pairlab.pairing.matsubara.frequencies import ladder_sum, tail_sum
from pairlab.solution import CODES, PROMISED_ACCURACY, Result

SEARCH = 6
"""Points in a panel of frequencies while Tc is searched."""

_ORDERS = (SEARCH, 10, 16, 24)
"""Points of the result: the first of which the change to the one before keeps the promise."""

_CLOSE = 1e-4  # of ln Tc, by the search; what is left is corrected with more points
_INSIDE = 0.05  # of ln Tc, from its bounds, within which the search does not start
_INVERSE = 6  # steps of inverse iteration; each gains four digits
_STEP = 1e-4  # of logarithms, for derivatives of a matrix
_HIGHER = 30.0  # of ln Tc: so far above what phonons alone could give a Tc is looked for
_FACTORS = (0.0, 0.5, 1.0, 1.5, 3.0, 10.0)  # of mu*, between which an equivalent is looked for
_NARROW, _WIDEST = 0.05, 0.5  # of ln Tc, over which a ripple is averaged


class _UnsettledError(Exception):
    """A given density of states has not found its chemical potential, or there is no end to Tc."""


class CriticalKt(NamedTuple):
    """kTc in meV, its relative error, and what became of it.

    residual: the part of the error that is due to sums on few frequencies.
    """

    kt: float
    error: float
    result: Result
    residual: float = np.nan


class UnstablePairs(NamedTuple):
    """The pair amplitude that becomes unstable at Tc.

    system: the equations there. amplitude: x, (node,), scaled as the columns of B are, so that its
    squares and those of `border`, (channel,), sum to 1. slope: d eigenvalue/d ln kT.
    """

    system: System
    amplitude: np.ndarray
    border: np.ndarray
    slope: float

    @property
    def pairs(self) -> np.ndarray:
        """x itself, (node,)."""
        return self.amplitude / np.sqrt(self.system.weight * self.system.share)


@lru_cache(maxsize=256)
def critical_kt(electrons: Electrons) -> CriticalKt:
    """kTc with a constant density of states.

    The error contains the graded sums, the end of the sums and the root, not the phonons.
    """
    try:
        return _critical_kt(electrons)
    except _UnsettledError:
        return CriticalKt(np.nan, np.nan, Result.NOT_CONVERGED)
    except (linalg.LinAlgError, FloatingPointError, OverflowError, ValueError):
        return CriticalKt(np.nan, np.nan, Result.NOT_FINITE)


def _critical_kt(electrons: Electrons) -> CriticalKt:
    instability = _PairInstability.of(electrons)
    rough = None if instability is None else _search(instability)
    if rough is None:
        return CriticalKt(np.nan, np.nan, Result.NO_SUPERCONDUCTIVITY)
    left_out = 0.0
    if electrons.cutoff is None:
        # What the end of the sums leaves out goes as its inverse square: a third of a change.
        left_out = _nearest(electrons, rough.kt, order=SEARCH, reach=REACH / 2) / (3 * rough.slope)
    middle, fine, correction, error = 0.0, 0.0, 0.0, np.inf
    for fewer, more in pairwise(_ORDERS):
        middle, fine = fine, -_nearest(electrons, rough.kt, order=more) / rough.slope
        # What the narrow lambda(n - m) loses in a panel goes as the inverse square of its points in
        # the end, and slower here: half of what that would add is within half of what is missing.
        # With a given density of states it also shifts levels, and goes as the inverse.
        power = 2 if electrons.states is None else 1
        correction = (fine - middle) / ((more / fewer) ** power - 1) / 2
        error = abs(correction) + abs(left_out) / 2 + rough.unsure + fine**2 + 1e-11
        if error <= PROMISED_ACCURACY:
            break
    log_kt = np.log(rough.kt) + fine + correction + left_out
    code = judged(
        exists=np.array([log_kt >= LOWEST_LOG]),
        residual=np.array([rough.slope * (rough.unsure + fine**2)]),
        error=np.array([error if rough.slope < 0 else np.inf]),
        log_x=np.array([log_kt]), highest=rough.highest,
    )  # fmt: skip
    result = CODES[int(code[0])]
    if not result.is_superconducting:
        return CriticalKt(np.nan, np.nan, result)
    kt = float(np.exp(log_kt))
    if not _settled(electrons, kt):
        return CriticalKt(np.nan, np.nan, Result.NOT_CONVERGED)
    return CriticalKt(kt, float(error), result, float(abs(correction)))


def _settled(electrons: Electrons, kt: float) -> bool:
    """Whether a given density of states has found its chemical potential."""
    if electrons.states is None:
        return True
    found = system_at(electrons, kt, order=_ORDERS[1]).filling
    return found is not None and found.converged


def unstable_pairs(electrons: Electrons, kt: float, *, order: int = 10) -> UnstablePairs:
    """The eigenvector of B at kTc, and how fast its eigenvalue falls with ln T."""
    system = system_at(electrons, kt, order=order)
    matrix = bordered(system)
    place = critical_place(system)
    vector = linalg.eigh(matrix, subset_by_index=(place, place))[1][:, 0]
    vector = vector * np.sign(vector[np.argmax(np.abs(vector[: len(system.number)]))])
    warmer, colder = (
        bordered(system_at(electrons, kt * np.exp(h), order=order, grid=system.grid))
        for h in (_STEP, -_STEP)
    )
    slope = float(vector @ (warmer - colder) @ vector) / (2 * _STEP)
    size = len(system.number)
    return UnstablePairs(system, vector[:size], vector[size:], slope)


@lru_cache(maxsize=64)
def smooth_equivalent(electrons: Electrons) -> Electrons | None:
    """The same phonons with the rescaled mu* at the same frequency that gives the same Tc.

    A sharp mu* or a cutoff ends within the cell of one frequency, and what is differentiated by T
    or by frequencies would hang on where in the cell. Smooth electrons are their own equivalent, as
    are those without a Tc. None where no multiple of mu* gives that Tc, as without mu*.
    """
    goal = critical_kt(electrons).kt
    if electrons.is_smooth or not np.isfinite(goal):
        return electrons
    given = electrons.coulomb
    if given is None:
        return None

    def at(factor: float) -> Electrons:
        matrix = (factor * np.atleast_2d(given.value)).tolist()
        value = tuple(map(tuple, matrix)) if isinstance(given.value, tuple) else matrix[0][0]
        coulomb = replace(given, value=value, scheme="rescaled")
        return replace(electrons, cutoff=None, coulomb=coulomb)

    def excess(factor: float) -> float:
        found = critical_kt(at(factor)).kt
        return np.log((found if np.isfinite(found) else 1e-3 * goal) / goal)

    # Near 1 where w_ref lies far above the phonons; mu* of one sign lowers Tc, of the other raises.
    tried = [(factor, excess(factor)) for factor in _FACTORS]
    for (low, below), (high, above) in pairwise(tried):
        if below * above <= 0:
            found = optimize.root_scalar(excess, bracket=(low, high), method="brentq", xtol=1e-9)
            return at(float(found.root))
    return None


def ripple(electrons: Electrons, kt: float) -> float:
    """Over how much of ln Tc derivatives are averaged, 0 of smooth electrons.

    With a sharp mu* or a cutoff Tc has a ripple with each frequency that passes the end.
    """
    if electrons.is_smooth:
        return 0.0
    ends = [] if electrons.cutoff is None else [electrons.cutoff]
    if electrons.coulomb is not None and electrons.is_sharp:
        ends.append(electrons.coulomb.frequency)
    lowest = min(ends)
    return float(min(max(_NARROW, 2 * np.pi * kt / lowest), _WIDEST))


class Responses(NamedTuple):
    """What a phonon at each frequency does to ln Tc, (band, band, frequency), per its lambda_ij.

    strength: d ln Tc/d lambda. hardening: d ln Tc/d ln w at a lambda that stays.
    """

    strength: np.ndarray
    hardening: np.ndarray


def responses(electrons: Electrons, kt: float, frequency: np.ndarray) -> Responses | None:
    """The functional derivative of Tc by alpha^2F (Bergmann and Rainer 1973), per lambda.

    Of a sharp mu* or a cutoff, that of the smooth equivalent; None where there is no such.

    Args:
        kt: kTc, meV. frequency: (frequency,) meV, above zero.
    """
    smooth = smooth_equivalent(electrons)
    if smooth is None:
        return None
    found = unstable_pairs(smooth, kt)
    moved = [_bound(smooth, found, w) for w in frequency]
    strength, hardening = (np.stack(parts, axis=-1) for parts in zip(*moved, strict=True))
    return Responses(strength / -found.slope, hardening / -found.slope)


def _bound(electrons: Electrons, found: UnstablePairs, w: float) -> tuple[np.ndarray, np.ndarray]:
    """v^T (dB/d lambda_ij) v of a phonon at w, (band, band), and its derivative by ln w."""
    system, bands = found.system, len(electrons.phonons)
    size = len(system.number) // bands
    n, weight = system.number[:size], system.weight[:size]
    x = (found.amplitude / np.sqrt(system.weight)).reshape(bands, size)
    balance = np.sqrt(electrons.shares[:, None] / electrons.shares)
    step, end = 2 * np.pi * system.kt, system.grid.end
    _, vectors = electrons.repulsion
    border = vectors @ found.border
    mixing = np.outer(border, border) * balance - (border**2)[:, None]

    def of(plus: np.ndarray, minus: np.ndarray, missed: np.ndarray, all_l: float) -> np.ndarray:
        """plus, minus: lambda(n - m) +- lambda(n + m + 1); missed: of the sum over lambda(n - m),
        (n,); all_l: the sum of lambda(l) over all l, which mixes bands past the end."""
        weighted = weight * x
        pulled = weighted @ plus @ weighted.T + (weighted * missed) @ x.T
        shift = (weighted * x) @ (minus @ weight + missed)
        return balance * pulled - shift[:, None] + mixing * all_l / (2 * end)

    def sums(at: float) -> tuple[np.ndarray, float]:
        width = np.array([at / step])
        return ladder_sum(width, n, end)[0], 1 + 2 * float(tail_sum(width, np.ones(1))[0, 0])

    one, other = (1 / (1 + (step * z / w) ** 2) for z in (n[:, None] - n, n[:, None] + n + 1))
    (ladder, whole), more, less = sums(w), sums(w * np.exp(_STEP)), sums(w * np.exp(-_STEP))
    strength = of(one + other, one - other, ladder - one @ weight, whole)
    one, other = 2 * one * (1 - one), 2 * other * (1 - other)  # d/d ln w of both
    slope = (more[0] - less[0]) / (2 * _STEP) - one @ weight
    return strength, of(one + other, one - other, slope, (more[1] - less[1]) / (2 * _STEP))


def bordered(system: System) -> np.ndarray:
    """B."""
    size, channels = system.repelled.shape
    root = np.sqrt(system.weight * system.share)
    matrix = np.empty((size + channels, size + channels))
    lift = np.sqrt(system.weight / system.share)
    np.multiply(system.apart + system.across, root[:, None] * lift, out=matrix[:size, :size])
    shift = (system.apart - system.across) @ system.weight + system.beyond
    matrix[np.diag_indices(size)] -= shift + 2 * system.number + 1
    border = np.sqrt(2) * system.repelled * root[:, None]
    matrix[:size, size:], matrix[size:, :size] = border, border.T
    matrix[size:, size:] = system.inverse
    return matrix


def critical_place(system: System) -> int:
    """Where in rising order stands the eigenvalue of B that vanishes at Tc."""
    size, channels = system.repelled.shape
    return size + channels - 1 - system.positive


def vanishing(system: System) -> float:
    """The eigenvalue of B that vanishes at Tc."""
    return _eigenvalue(bordered(system), critical_place(system))


def _leading(electrons: Electrons, kt: float) -> float:
    """The eigenvalue that vanishes at Tc, positive below it."""
    system = system_at(electrons, kt, order=SEARCH)
    if system.filling is not None and not system.filling.converged:
        raise _UnsettledError
    return _eigenvalue(bordered(system), critical_place(system))


def _eigenvalue(matrix: np.ndarray, place: int) -> float:
    return float(linalg.eigvalsh(matrix, subset_by_index=(place, place), check_finite=False)[0])


def _nearest(electrons: Electrons, kt: float, *, order: int, reach: float = REACH) -> float:
    """The eigenvalue nearest to zero, which close to Tc is the one that vanishes there."""
    system = system_at(electrons, kt, order=order, reach=reach)
    matrix = bordered(system)
    if len(electrons.phonons) > 1:  # bands that hardly meet have eigenvalues as close as they like
        return _eigenvalue(matrix, critical_place(system))
    factors = linalg.lu_factor(matrix, check_finite=False)
    vector = np.append(
        np.sqrt(system.weight * system.share) / (2 * system.number + 1),
        np.zeros(len(system.inverse)),
    )
    value = np.inf
    for _ in range(_INVERSE):
        vector = linalg.lu_solve(factors, vector / np.linalg.norm(vector), check_finite=False)
        before, value = value, 1 / np.linalg.norm(vector)
        if abs(value - before) <= 1e-6 * value:
            break
    vector = vector / np.linalg.norm(vector)
    return float(vector @ matrix @ vector)


@dataclass(frozen=True, eq=False)
class _PairInstability(Instability):
    """The eigenvalue of B that vanishes at Tc, with few points, of one set of electrons."""

    electrons: Electrons
    lowest: Points
    highest: Points
    guess: Points
    lift: float = _HIGHER
    close: float = _CLOSE

    @classmethod
    def of(cls, electrons: Electrons) -> "_PairInstability | None":
        """None where nothing can pair."""
        strongest = max(sum(one.coupling for one in row) for row in electrons.phonons)
        if electrons.states is not None:
            strongest *= max(electrons.states.ratio)
        # kTc < 0.1827 w2 sqrt(lambda) for every alpha^2F (Allen and Dynes 1975), and mu* lowers it;
        # repulsion between bands of opposite sign raises it: there the bound is lifted.
        bound = 0.2 * electrons.second_frequency * np.sqrt(strongest)
        if not np.log(max(bound, 1e-300)) > LOWEST_LOG:
            return None
        places = LOWEST_LOG, np.log(bound), _guess(electrons)
        lowest, highest, guess = (np.array([place]) for place in places)
        return cls(electrons, lowest, highest, np.clip(guess, lowest + _INSIDE, highest - _INSIDE))

    def leading(self, log_x: Points) -> tuple[Points, None]:
        return np.array([_leading(self.electrons, float(np.exp(log_x[0])))]), None


class _Rough(NamedTuple):
    """kTc with few points, d eigenvalue/d ln kTc there, the relative error of this root, and the
    bound of ln kTc, (point,)."""

    kt: float
    slope: float
    unsure: float
    highest: Points


def _search(instability: _PairInstability) -> _Rough | None:
    """None where there is no Tc."""
    found = onset(instability)
    if not found.exists[0]:
        return None
    # Through the points nearest to the root: as good as one more step of a method of third order.
    places, first = np.unique(found.seen[0], return_index=True)
    values = found.seen[1][first, 0]
    near = np.argsort(np.abs(values))[:3]
    through = np.polyfit(values[near], places[near], len(near) - 1)
    unsure = float(through[-1] - found.log_x[0]) ** 2
    if not unsure < 1:
        raise _UnsettledError
    return _Rough(float(np.exp(through[-1])), 1 / float(through[-2]), unsure, found.highest)


def _guess(electrons: Electrons) -> float:
    """ln kTc by the formula of Allen and Dynes; of several bands, for the strongest one."""
    rows = electrons.phonons
    strongest = max(range(len(rows)), key=lambda i: rows[i][i].coupling)
    coulomb = electrons.coulomb
    mu = 0.0 if coulomb is None else float(np.atleast_2d(coulomb.value)[strongest, strongest])
    return allen_dynes(rows[strongest][strongest], float(np.clip(mu, 0.0, 0.5))).log_kt
