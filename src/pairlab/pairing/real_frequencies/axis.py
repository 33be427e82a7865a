"""Eliashberg theory at real frequencies, from its solution on the imaginary axis, without fits.

With g = z/sqrt(z^2 - Delta^2), d = Delta/sqrt(z^2 - Delta^2) and a2F(-O) = -a2F(O) the equations
above the real axis are

    z Z_i = z + i pi Sum_j Int dO a2F_ij(O) {[n(O) + f(O - z)] g_j(z - O)
                                             + kT Sum_m g_j(i w_m)/(i w_m - z + O)}
    Z_i Delta_i = the same with d, without the first z, and with the pull of the repulsion.

The sums over m are pi kT Sum_m lambda(z - i w_m) w_m/R_m and its like, which the imaginary axis
gives; the integrals hold Delta on the line Im z = s itself, so that the equations close there and
are solved by iteration. In braces n(O) and n(O) + 1 remain, with functions

    v(y) = tanh(y/2kT) g(y)/2 + kT Sum_m g(i w_m)/(i w_m - y)

whose poles at i w_m cancel: v and g are analytic above the real axis, and nothing on the line is
narrower than s. Of g = 1, the normal state, v = (i/pi) psi(1/2 - i y/2 pi kT) up to a constant.
Each mode of a2F shifts them by its frequency, which is a product of Fourier transforms and exact.

Source: F. Marsiglio, M. Schossmann, J. P. Carbotte, Phys. Rev. B 37, 4965 (1988), Eqs. 6 and 7.
"""

from typing import NamedTuple

import numpy as np
from scipy import special

from pairlab.errors import InputError
from pairlab.pairing.phonons.coupling import Modes
from pairlab.pairing.real_frequencies.line import (
    Line,
    cosines_and_sines,
    line_at,
    points_of,
    restored,
    transformed,
    values_at,
)
from pairlab.solution import Result

_CONVERGED = 1e-11  # of the largest gap
_ROUNDING = 4e-15  # of the highest energy: a step as short is none
_STEPS = 1000
_REACH, _GAPS = 6.0, 20.0
"""The line goes on to 6 times the highest phonon and 20 gaps more: what comes after is that of
Delta = c + c'/z^2, and N - 1 is below 1e-4 there."""

_MOST = 2**21  # points of a line
_BLOCK = 8192  # points at which sums over Matsubara frequencies are taken at a time
_CHECKED = 3  # Matsubara frequencies at which the line has to give back the imaginary axis
_NARROW = 0.8  # of the Fourier components: what is beyond them tells what is not resolved
_PROMISED = 1e-4  # of the density of states in the normal state


class ImaginaryAxis(NamedTuple):
    """A solution at Matsubara frequencies, which fixes that at real ones.

    modes: of a2F, one for each pair of bands: modes[i][j] pairs electrons of i by those of j.
    kt: meV. frequency, weight: (node,) w_n > 0 in meV and how many each stands for; the first ones
    one by one. gap: (band, node) Delta(i w_n), meV. pull: (band,) what the repulsion adds to
    Z Delta, -pi kT Sum_m mu D_m/R_m over all m, meV.
    """

    modes: tuple[tuple[Modes, ...], ...]
    kt: float
    frequency: np.ndarray
    weight: np.ndarray
    gap: np.ndarray
    pull: np.ndarray


class RealAxis(NamedTuple):
    """Eliashberg theory at z = energy + i broadening.

    energy: (point,) meV. gap: (band, point) complex, meV, to 1e-4 of itself where the line lies
    lower than the broadening, as it falls slowly. renormalisation: (band, point) complex.
    density_of_states: (band, point) Re z/sqrt(z^2 - Delta^2), over that of the normal state:
    convolved with a Lorentzian whose half width is the broadening. conductance: the same convolved
    with -df/dE as well. error: (band,) of both.
    """

    energy: np.ndarray
    broadening: float
    gap: np.ndarray
    renormalisation: np.ndarray
    density_of_states: np.ndarray
    conductance: np.ndarray
    error: np.ndarray
    result: Result


class Solved(NamedTuple):
    """Delta on a line, complex (band, point), meV, and components of Fourier transforms.

    dynamic: of what the difference from the normal state adds to zZ, over i pi. density: of g - 1,
    both (band, point). couplings: see `_couplings`.
    """

    line: Line
    gap: np.ndarray
    dynamic: np.ndarray
    density: np.ndarray
    couplings: tuple[np.ndarray, np.ndarray]
    result: Result


def real_axis(
    axis: ImaginaryAxis, *, broadening: float, energy: np.ndarray, smearing: float | None = None
) -> RealAxis:
    """The equations solved near the real axis.

    The line lies as high as the broadening allows, and the rest of it is a convolution; a
    broadening b takes some 100 w_max/b points.

    Args:
        broadening: half width of the Lorentzian, meV, above 0. energy: (point,) meV, at any places.
        smearing: kT of -df/dE in the conductance, meV, where that of the axis stands for a lower
            temperature.

    Raises: InputError where the broadening is so small that memory would not hold the line.
    """
    if not (np.all(np.isfinite(axis.gap)) and np.all(np.isfinite(axis.pull))):
        none = np.full((len(axis.gap), len(energy)), np.nan)
        unknown = np.full(len(axis.gap), np.inf)
        return RealAxis(
            energy, broadening, none + 0j, none + 0j, none, none, unknown, Result.NOT_FINITE
        )
    highest = float(np.max(np.abs(energy), initial=0.0))
    solved = on_line(axis, _height(axis, broadening), highest)
    line, rest = solved.line, broadening - solved.line.height
    damping = np.exp(-np.abs(line.time) * rest)
    density = values_at(line, solved.density * damping, energy)
    x = np.pi * (axis.kt if smearing is None else smearing) * np.abs(line.time)
    thermal = np.divide(x, np.sinh(np.minimum(x, 500.0)), out=np.ones_like(x), where=x > 0)
    conductance = values_at(line, solved.density * damping * thermal, energy)
    z = energy + 1j * broadening
    normal = values_at(line, _normal(axis.kt, line, solved.couplings, broadening), energy)
    whole = z + 1j * np.pi * (normal + values_at(line, solved.dynamic * damping, energy))
    pull = axis.pull[:, None]
    gap = pull + values_at(line, transformed(line, solved.gap - pull) * damping, energy)
    error = _error(axis, solved)
    result = solved.result if np.all(np.isfinite(error)) else Result.NOT_FINITE
    if result is Result.SUCCESS and not np.max(error) <= _PROMISED:
        result = Result.INACCURATE
    return RealAxis(
        energy, broadening, gap, whole / z, 1 + np.real(density), 1 + np.real(conductance),
        error, result,
    )  # fmt: skip


def on_line(axis: ImaginaryAxis, height: float, highest: float) -> Solved:
    """Delta on the line Im z = height, good for |Re z| up to `highest`, meV."""
    top = max(float(m.frequency.max()) for row in axis.modes for m in row)
    end = max(_REACH * top + _GAPS * float(np.abs(axis.gap).max()), highest + 2 * top)
    count = points_of(height, end + top)
    if count > _MOST:
        raise InputError(
            what=f"a line {height:.3g} meV above the real axis up to {end:.3g} meV",
            why=f"it takes {count} points, and more than {_MOST} fill the memory",
            remedy="take a larger broadening; where Tc itself is so far below the phonons, ask for "
            "the gap",
        )
    line = line_at(height, end + top)
    cosine, sine = _couplings(axis, line)
    summed = matsubara_sums(axis, line.energy + 1j * height)
    z = line.energy + 1j * height
    normal = z + 1j * np.pi * restored(_normal(axis.kt, line, (cosine, sine), height))
    tangent = np.tanh(z / (2 * axis.kt)) / 2
    place = np.hypot(line.energy, height)
    gap = np.array([np.interp(place, axis.frequency, one) for one in axis.gap]).astype(complex)
    close = max(_CONVERGED * float(np.abs(axis.gap).max()), _ROUNDING * end)
    result = Result.NOT_CONVERGED
    dynamic = density = np.zeros_like(gap)
    for _ in range(_STEPS):
        # g, not its inverse, has a positive real part: the density of states.
        root = np.sqrt(1 - (gap / z) ** 2)
        functions = np.stack([1 / root - 1, gap / z / root])
        plain = transformed(line, functions)
        thermal = transformed(line, tangent * functions + summed)
        sums = np.einsum("ijt,sjt->sit", cosine, plain) - 2j * np.einsum(
            "ijt,sjt->sit", sine, thermal
        )
        dynamic, density = sums[0], plain[0]
        whole, paired = 1j * np.pi * restored(sums)
        new = _extended(line, end, normal + whole, axis.pull[:, None] + paired, axis.pull)
        change = np.max(np.abs(new - gap))
        gap = new
        if not np.isfinite(change):
            result = Result.NOT_FINITE
            break
        if change <= close:
            result = Result.SUCCESS
            break
    return Solved(line, gap, dynamic, density, (cosine, sine), result)


def _height(axis: ImaginaryAxis, broadening: float) -> float:
    """How high a line may lie: below the first Matsubara frequency or midway between two others.

    Near a Matsubara frequency the two parts of v are large and cancel. Between higher ones the sums
    would not be those over each of them.
    """
    spacing = 2 * np.pi * axis.kt
    single = np.cumprod((axis.weight == 1) & (np.abs(np.diff(
        axis.frequency, prepend=axis.frequency[0] - spacing) / spacing - 1) < 1e-6))  # fmt: skip
    # Half of the single ones lie above the line, so that the others see its pole from far away.
    steps = min(int(broadening / spacing * (1 + 1e-12)), int(np.sum(single)) // 2)
    return steps * spacing if steps else min(broadening, 0.375 * spacing)


def _couplings(axis: ImaginaryAxis, line: Line) -> tuple[np.ndarray, np.ndarray]:
    """Int_0 dO a2F coth(O/2kT) cos(tO) and Int_0 dO a2F sin(tO), both (band, band, point)."""
    cosines, sines = [], []
    for row in axis.modes:
        for modes in row:
            strength = modes.coupling * modes.frequency / 2
            hot = strength / np.tanh(modes.frequency / (2 * axis.kt))
            cosine, sine = cosines_and_sines(line, modes.frequency, np.stack([hot, strength]))
            cosines.append(cosine[0])
            sines.append(sine[1])
    shape = (len(axis.modes), len(axis.modes), -1)
    return np.reshape(cosines, shape), np.reshape(sines, shape)


def _normal(
    kt: float, line: Line, couplings: tuple[np.ndarray, np.ndarray], height: float
) -> np.ndarray:
    """Components of the integral in zZ with g = 1, (band, point), on a line at another height."""
    cosine, sine = couplings
    y = line.energy + 1j * height
    v = 1j / np.pi * special.digamma(0.5 - 1j * y / (2 * np.pi * kt))
    ones = transformed(line, np.ones(len(y)))
    return cosine.sum(1) * ones - 2j * sine.sum(1) * transformed(line, v)


def matsubara_sums(axis: ImaginaryAxis, y: np.ndarray) -> np.ndarray:
    """kT Sum_m [g(i w_m) - sgn m]/(i w_m - y) and kT Sum_m d(i w_m)/(i w_m - y).

    g(i w_m) = w_m/R_m and d(i w_m) = -i Delta_m/R_m; both signs of m are one term.

    Returns: (2, band, point).
    """
    w, root = axis.frequency, np.hypot(axis.frequency, axis.gap)
    # w/R - 1 without cancellation.
    odd = -(axis.gap**2) / (root * (root + w)) * w * axis.weight
    even = axis.gap / root * axis.weight
    both = np.concatenate([odd, even])
    sums = np.empty((len(both), len(y)), complex)
    for start in range(0, len(y), _BLOCK):
        part = slice(start, start + _BLOCK)
        sums[:, part] = both @ (1 / (w[:, None] ** 2 + y[part] ** 2))
    of_g, of_d = np.split(sums, 2)
    return np.stack([-2j * axis.kt * of_g, 2j * axis.kt * y * of_d])


def _extended(
    line: Line, end: float, whole: np.ndarray, paired: np.ndarray, pull: np.ndarray
) -> np.ndarray:
    """Delta = z (Z Delta)/(zZ) at both signs of w; past the end pull + c/z^2, as at infinity."""
    z = (line.energy + 1j * line.height)[len(line.energy) // 2 :]
    last = int(np.searchsorted(z.real, end, side="right")) - 1
    half = slice(-len(z), None)
    right = z * paired[:, half] / whole[:, half]
    tail = (right[:, last, None] - pull[:, None]) * (z[last] / z) ** 2
    right = np.where(np.arange(len(z)) > last, pull[:, None] + tail, right)
    left = np.conj(right[:, :0:-1])
    # The first point of the line has no mirror image; the taper is zero there.
    return np.concatenate([left[:, :1], left, right], axis=1)


def _error(axis: ImaginaryAxis, solved: Solved) -> np.ndarray:
    """Of the density of states, (band,): what is not resolved, and how far the imaginary axis is.

    g at the next Matsubara frequencies above the line has to be w_n/R_n.
    """
    line = solved.line
    sizes = np.abs(solved.density) / len(line.energy)
    fast = np.abs(line.time) > _NARROW * np.abs(line.time).max()
    found = sizes[:, fast].sum(1)
    above = np.flatnonzero(axis.frequency > line.height)[:_CHECKED]
    for node in above:
        rise = np.exp(-np.abs(line.time) * (axis.frequency[node] - line.height))
        here = 1 + np.real(values_at(line, solved.density * rise, np.zeros(1))[:, 0])
        given = axis.frequency[node] / np.hypot(axis.frequency[node], axis.gap[:, node])
        found = np.maximum(found, np.abs(here - given))
    return found
