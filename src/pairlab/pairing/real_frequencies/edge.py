"""The gap of a spectrum of Eliashberg theory: the real frequency w with Re Delta(w) = w.

At a finite temperature thermal phonons damp the edge, and what Delta does there is narrower than
the distance to any Matsubara frequency: a continuation of Delta(i w_n) alone does not see it.

Phonons of one frequency O couple z only to z + k O. There the equations of `real_axis` hold on the
real axis as they stand, with some twenty unknowns for each w, and Newton's method solves them. With
phonons of many frequencies Delta is smooth; it is continued by a rational function (AAA) from a
line close to the axis.

Source: F. Marsiglio, M. Schossmann, J. P. Carbotte, Phys. Rev. B 37, 4965 (1988).
"""

import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import special
from scipy.interpolate import AAA

from pairlab.pairing.real_frequencies.axis import ImaginaryAxis, matsubara_sums, on_line
from pairlab.pairing.real_frequencies.line import transformed, values_at
from pairlab.solution import Result

_HARMONICS = (6, 8)
"""z + k O with |k| up to 8; what they leave out is (Delta/8 O)^2 of what damps."""

_ABOVE = 1e-7  # of the gap: how far above the axis "real" frequencies lie
_PLAIN, _NEWTON = 10, 40  # iterations of each kind
_CONVERGED = 1e-9
_ONE = 1e-9  # relative: frequencies that differ by less are one
_LAST = 2.5
_SPANS = ((0.02, 0.3, 4), (0.4, 1.6, 21), (1.75, _LAST, 4))
"""Where w is looked for, in gaps at the lowest frequency: from, to, points."""

_DIVISIONS, _DIVIDED, _CLOSE = 8, 8, 0.1
_BETWEEN = 16
_MARGIN = 3.0  # what two continuations differ by is not always the larger part of an error
_LINES = (0.12, 0.06)  # in pi kT: the heights of the line for many phonons
_SAMPLES = 81
_EDGE = 1e-5  # of kT: a larger error is reported as inaccurate


class SpectralEdge(NamedTuple):
    """w with Re Delta(w) = w and its error, meV; nan and NO_SOLUTION where there is none."""

    value: float
    error: float
    result: Result


Continued = Callable[[np.ndarray], np.ndarray]
"""Re Delta of each band, (band, point), at real frequencies (point,), meV."""


def spectral_edge(axis: ImaginaryAxis) -> tuple[SpectralEdge, ...]:
    """The edge of each band, for a gap of either sign.

    Where |Re Delta(w)| - w changes sign more than once, the change from above to below that lies
    nearest to the gap at the lowest Matsubara frequency. The error is that of the continuation.
    """
    gaps = axis.gap[:, 0]
    if not np.all(np.isfinite(axis.gap)):
        return tuple(SpectralEdge(np.nan, np.nan, Result.NOT_FINITE) for _ in gaps)
    frequencies = np.concatenate([m.frequency for row in axis.modes for m in row])
    if np.ptp(frequencies) <= _ONE * frequencies[0]:
        phonon = float(frequencies[0])
        rough, fine = (_harmonic(axis, phonon, orders) for orders in _HARMONICS)
    else:
        rough, fine = (_from_line(axis, part * np.pi * axis.kt) for part in _LINES)
    return tuple(_edge(axis, band, rough, fine) for band in range(len(gaps)))


def _edge(axis: ImaginaryAxis, band: int, rough: Continued, fine: Continued) -> SpectralEdge:
    """By repeated division of the interval with the crossing."""
    sign, gap = np.sign(axis.gap[band, 0]), float(np.abs(axis.gap[band, 0]))
    if gap == 0:  # a band that stays normal beside others that pair
        return SpectralEdge(0.0, 0.0, Result.SUCCESS)

    def excess(w: np.ndarray, continued: Continued = fine) -> np.ndarray:
        return w - sign * continued(w)[band]

    x = gap * np.concatenate([np.linspace(*span) for span in _SPANS])
    values = excess(x)
    if not _crossings(values).size:
        # Two crossings between neighbours are found where the curve comes closest.
        nearest = int(np.argmin(values / x))
        x = np.linspace(x[max(nearest - 1, 0)], x[min(nearest + 1, len(x) - 1)], _BETWEEN)
        values = excess(x)
    if not _crossings(values).size:
        return SpectralEdge(np.nan, np.nan, Result.NO_SOLUTION)
    place = before = slope = np.nan
    for _ in range(_DIVISIONS):
        found = _crossings(values)
        left = found[np.argmin(np.abs(x[found] - gap))]
        slope = (values[left + 1] - values[left]) / (x[left + 1] - x[left])
        place, before = float(x[left] - values[left] / slope), place
        if abs(place - before) <= _ABOVE * gap:
            break
        # The new points lie close to where a line puts the crossing.
        near = place + (x[left + 1] - x[left]) * _CLOSE * np.linspace(-1, 1, _DIVIDED)
        inside = near[(near > x[left]) & (near < x[left + 1])]
        ends = slice(left, left + 2)
        order = np.argsort(np.concatenate([x[ends], inside]))
        values = np.concatenate([values[ends], excess(inside)])[order]
        x = np.concatenate([x[ends], inside])[order]
    other = abs(float(excess(np.array([place]), rough)[0])) / max(abs(slope), 0.1)
    error = _MARGIN * (other + abs(place - before)) + _ABOVE * gap
    good = error <= _EDGE * axis.kt
    return SpectralEdge(place, float(error), Result.SUCCESS if good else Result.INACCURATE)


def _crossings(values: np.ndarray) -> np.ndarray:
    """Where w - |Re Delta(w)| goes from below zero to above."""
    return np.flatnonzero((values[:-1] < 0) & (values[1:] >= 0))


def _from_line(axis: ImaginaryAxis, height: float) -> Continued:
    """By rational approximation from the line at a height."""
    gap = float(np.abs(axis.gap[:, 0]).max())
    solved = on_line(axis, height, _LAST * gap)
    line, pull = solved.line, axis.pull[:, None]
    energy = 1.2 * _LAST * gap * np.linspace(-1, 1, _SAMPLES)
    values = values_at(line, transformed(line, solved.gap - pull), energy) + pull
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of a tolerance that is not reached
        fits = [AAA(energy + 1j * height, one, rtol=1e-9) for one in values]
    return lambda w: np.array([np.real(fit(w + 0j)) for fit in fits])


def _harmonic(axis: ImaginaryAxis, phonon: float, most: int) -> Continued:
    """By the equations at w + k O."""
    orders = np.arange(-most, most + 1)
    height = _ABOVE * float(np.abs(axis.gap[:, 0]).max())
    shares = np.array([[float(m.coupling.sum()) for m in row] for row in axis.modes])

    def continued(energy: np.ndarray) -> np.ndarray:
        z = energy[:, None] + orders * phonon + 1j * height
        ladder = _ladder(axis, z, phonon, shares * phonon / 2)
        return np.real(_solved(ladder, axis)[:, :, len(orders) // 2]).T

    return continued


class _Ladder(NamedTuple):
    """The equations at z, (point, order), of phonons that couple neighbours.

    strength: (band, band) lambda O/2. down, up: (point, order) what g at the lower and the upper
    neighbour, at its own place, is multiplied by. normal: (point, band, order) zZ of the normal
    state with what the Matsubara sums add; pulled: (point, band, order) the same of Z Delta.
    """

    z: np.ndarray
    strength: np.ndarray
    down: np.ndarray
    up: np.ndarray
    normal: np.ndarray
    pulled: np.ndarray


def _ladder(
    axis: ImaginaryAxis, z: np.ndarray, phonon: float, strength: np.ndarray
) -> _Ladder:
    cold = 1 / np.tanh(phonon / (2 * axis.kt))
    tangent = np.tanh(z / (2 * axis.kt)) / 2
    of_g, of_d = matsubara_sums(axis, z.reshape(-1)).reshape(2, len(axis.gap), *z.shape)
    fixed = [_differences(one.swapaxes(0, 1)) for one in (of_g, of_d)]
    psi = [
        special.digamma(0.5 - 1j * (z + step) / (2 * np.pi * axis.kt)) * 1j / np.pi
        for step in (-phonon, phonon)
    ]
    shift = cold + psi[0] - psi[1]
    normal = z[:, None] + 1j * np.pi * (
        strength.sum(1)[:, None] * shift[:, None]
        + np.einsum("ij,pjk->pik", strength, fixed[0])
    )
    pulled = axis.pull[:, None] + 1j * np.pi * np.einsum("ij,pjk->pik", strength, fixed[1])
    return _Ladder(z, strength, cold / 2 + tangent, cold / 2 - tangent, normal, pulled)


def _differences(values: np.ndarray) -> np.ndarray:
    """v(z - O) - v(z + O) on the ladder, with the last value repeated at its ends."""
    padded = np.pad(values, ((0, 0), (0, 0), (1, 1)), mode="edge")
    return padded[..., :-2] - padded[..., 2:]


def _neighbours(ladder: _Ladder, values: np.ndarray) -> np.ndarray:
    """i pi Sum_j c_ij {...} of functions (point, band, order); nothing comes from past the ends."""
    lower = np.zeros_like(values)
    upper = np.zeros_like(values)
    lower[..., 1:] = (ladder.down[:, None] * values)[..., :-1]
    upper[..., :-1] = (ladder.up[:, None] * values)[..., 1:]
    return 1j * np.pi * np.einsum("ij,pjk->pik", ladder.strength, lower + upper)


def _solved(ladder: _Ladder, axis: ImaginaryAxis) -> np.ndarray:
    """Delta, (point, band, order): some iterations, then Newton's method."""
    z = ladder.z[:, None]
    place = np.abs(ladder.z) + axis.frequency[0]
    gap = np.stack([np.interp(place, axis.frequency, one) for one in axis.gap], 1).astype(complex)
    for _ in range(_PLAIN):
        _, whole, paired = _sides(ladder, gap)
        gap = z * paired / whole
    points = len(gap)
    for _ in range(_NEWTON):
        root, whole, paired = _sides(ladder, gap)
        residual = gap * whole - z * paired
        slope = _slope(ladder, gap, whole, root)
        step = np.linalg.solve(slope, residual.reshape(points, -1, 1)).reshape(gap.shape)
        gap = gap - step
        if np.max(np.abs(step)) <= _CONVERGED * np.max(np.abs(axis.gap)):
            break
    return gap


def _sides(ladder: _Ladder, gap: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """sqrt(1 - (Delta/z)^2), and zZ and Z Delta as a gap makes them, (point, band, order)."""
    z = ladder.z[:, None]
    root = np.sqrt(1 - (gap / z) ** 2)
    whole = ladder.normal + _neighbours(ladder, 1 / root - 1)
    return root, whole, ladder.pulled + _neighbours(ladder, gap / z / root)


def _slope(
    ladder: _Ladder, gap: np.ndarray, whole: np.ndarray, root: np.ndarray
) -> np.ndarray:
    """The derivative of gap zZ - z (Z Delta) by the gaps, (point, unknown, unknown)."""
    points, bands, orders = gap.shape
    z = ladder.z[:, None]
    cube = root**-3
    of_g, of_d = gap / z**2 * cube, cube / z
    slope = np.zeros((points, bands, orders, bands, orders), complex)
    for i in range(bands):
        np.einsum("pkk->pk", slope[:, i, :, i])[:] = whole[:, i]
        for j in range(bands):
            c = 1j * np.pi * ladder.strength[i, j]
            for there, here, weight in (
                (slice(None, -1), slice(1, None), ladder.down),
                (slice(1, None), slice(None, -1), ladder.up),
            ):
                block = slope[:, i, here, j, there]
                change = gap[:, i, here] * of_g[:, j, there] - ladder.z[:, here] * of_d[:, j, there]
                np.einsum("pkk->pk", block)[:] += c * weight[:, there] * change
    return slope.reshape(points, bands * orders, bands * orders)
