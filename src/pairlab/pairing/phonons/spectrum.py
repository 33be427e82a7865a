"""What phonons bind with: the Eliashberg function alpha^2F(w) of a metal, from points.

    lambda = 2 Int a2F/w dw      w_log = exp((2/lambda) Int a2F ln w/w dw)
    lambda(i nu) = 2 Int a2F w/(w^2 + nu^2) dw      w_2 = sqrt((2/lambda) Int a2F w dw)

Between points alpha^2F is linear. Below the first one, w_1, it is a2F(w_1) (w/w_1)^2, as for sound
waves in three dimensions: linear down to zero would give that piece twice the share of lambda, and
the difference is part of the error. Above the last point it is zero.

Source: P. B. Allen and R. C. Dynes, Phys. Rev. B 12, 905 (1975), Eqs. 13 to 21.
"""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import pydantic
from scipy.interpolate import PchipInterpolator

from pairlab.errors import InputError, of_validation
from pairlab.pairing.phonons.coupling import Modes

_FEWEST = 4
_UNRESOLVED = 0.05  # of lambda: more below the first point is a guess and no longer a spectrum
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)
# Between two frequencies of ratio 2 or less the pole nearest to the interval, w = 0, is three of
# its half lengths from its middle: the error of 10 Gauss points is (3 + sqrt 8)^-20 = 5e-16.
_RATIO = 2.0
_CLIFF = 1e-9  # the relative width of a fall to zero at the last point, in sums of spectra
_BLOCK = 512  # frequencies at a time: more would fill the memory

Below = Literal["quadratic", "linear"]


class SpectrumMoments(NamedTuple):
    """lambda, and the averages w_log and w_2 in meV; or the error of each."""

    coupling: float
    log_frequency: float
    second_frequency: float


class PhononSpectrum(pydantic.BaseModel, frozen=True):
    """alpha^2F(w) as a program calculated it, for both spins.

    frequency: (point,) meV, above zero and strictly increasing. coupling_function: (point,)
    alpha^2F, without a unit and not negative. notes: what was changed when it was read. source: the
    file and its SHA-256.

    Raises: InputError where the columns cannot be an Eliashberg function, or where the weight at
    the lowest frequency is so large that Int a2F/w depends on what lies below it.
    """

    model_config = pydantic.ConfigDict(extra="forbid", allow_inf_nan=False)
    read_with: ClassVar = "pairlab.read_spectrum"

    name: str = ""
    frequency: tuple[float, ...]
    coupling_function: tuple[float, ...]
    notes: tuple[str, ...] = ()
    source: str = ""

    def __init__(self, **values: Any) -> None:
        try:
            pydantic.BaseModel.__init__(self, **values)
        except pydantic.ValidationError as error:
            raise of_validation(
                error, kind="spectrum",
                remedy="read it from a file with pairlab.read_spectrum, or give frequency and "
                "coupling_function",
            ) from None  # fmt: skip

    @pydantic.model_validator(mode="after")
    def _consistent(self) -> "PhononSpectrum":
        frequency, values = np.array(self.frequency), np.array(self.coupling_function)
        if len(frequency) != len(values) or len(frequency) < _FEWEST:
            raise self._wrong(
                f"{len(frequency)} frequencies and {len(values)} values",
                f"a curve has one value for each frequency, and at least {_FEWEST} points",
                "give both columns in full",
            )
        if frequency[0] <= 0:
            raise self._wrong(
                f"the frequency {frequency[0]:.10g} meV is not above zero",
                "alpha^2F/w is integrated, and imaginary modes do not bind",
                "leave out the points at and below zero",
            )
        if np.any(np.diff(frequency) <= 0):
            place = int(np.argmax(np.diff(frequency) <= 0)) + 1
            raise self._wrong(
                f"the frequency {frequency[place]:.10g} meV follows {frequency[place - 1]:.10g} "
                "meV",
                "frequencies rise from point to point",
                "sort the points and remove repeated ones",
            )
        if np.any(values < 0) or not np.any(values > 0):
            raise self._wrong(
                "values below zero" if np.any(values < 0) else "every value is zero",
                "alpha^2F is positive where phonons couple to electrons, and never negative",
                "correct the column",
            )
        coupling = self.moments.coupling
        if not 0 < coupling < math.inf:
            raise self._wrong(
                f"lambda is {coupling}", "the values are too large or too small to be summed",
                "correct the columns",
            )  # fmt: skip
        if values[0] > _UNRESOLVED * coupling:
            raise self._wrong(
                f"alpha^2F is {values[0]:.4g} at its lowest frequency, {frequency[0]:.6g} meV",
                f"Int a2F/w is not resolved there: the part below is {values[0]:.3g} of lambda "
                f"{coupling:.4g} if alpha^2F falls as w^2, and twice that if it falls as w",
                "give it from a lower frequency on, or with the value zero where it begins",
            )
        return self

    def _wrong(self, what: str, why: str, remedy: str) -> InputError:
        name = f" {self.name}" if self.name else ""
        return InputError(what=f"spectrum{name}: {what}", why=why, remedy=remedy)

    @property
    def coupling(self) -> float:
        """lambda = 2 Int a2F/w dw."""
        return self.moments.coupling

    @property
    def log_frequency(self) -> float:
        """w_log = exp((2/lambda) Int a2F ln w/w dw), meV."""
        return self.moments.log_frequency

    @property
    def second_frequency(self) -> float:
        """w_2 = sqrt((2/lambda) Int a2F w dw), meV."""
        return self.moments.second_frequency

    @property
    def max_frequency(self) -> float:
        """Where alpha^2F ends, meV: a last stretch of zeros does not count."""
        last = int(np.flatnonzero(self.coupling_function)[-1])
        return self.frequency[min(last + 1, len(self.frequency) - 1)]

    @cached_property
    def moments(self) -> SpectrumMoments:
        """lambda, w_log and w_2 of the curve through the points, exact to rounding."""
        return _moments(np.array(self.frequency), np.array(self.coupling_function))

    @cached_property
    def moment_errors(self) -> SpectrumMoments:
        """How far lambda, w_log and w_2 may be from those of the curve that the points sample.

        The largest change when every second point is left out, the even or the odd ones, or when
        the curve between the points is of third order (PCHIP); and added to it the change when
        alpha^2F is linear below the first point. For smooth curves this is three times the error.
        It can be too small where peaks have less than three points across their half height: what
        lies between points does not show.
        """
        frequency, values = np.array(self.frequency), np.array(self.coupling_function)
        kept = np.ones(len(frequency), dtype=bool)
        other = [_moments(frequency, values, smooth=True)]
        for start in (1, 2):
            kept[:] = True
            kept[start:-1:2] = False
            other.append(_moments(frequency[kept], values[kept]))
        base = np.array(self.moments)
        curve = np.max(np.abs(np.array(other) - base), axis=0)
        below = np.abs(np.array(_moments(frequency, values, below="linear")) - base)
        return SpectrumMoments(*(curve + below).tolist())

    def matsubara_coupling(self, nu: np.ndarray) -> np.ndarray:
        """lambda(i nu) = 2 Int a2F w/(w^2 + nu^2) dw, relative accuracy 1e-12 at every nu.

        Sums over the Gauss points of each piece, and with z = (nu/w_1)^2 a2F(w_1) (1 - z ln(1 +
        1/z)) of the piece below the first point.

        Args:
            nu: any shape, meV, of any sign.

        Returns: the shape of nu.
        """
        square = np.square(np.asarray(nu, dtype=float)).reshape(-1)
        lowest, share = self.frequency[0], self.coupling_function[0]
        nodes = _nodes(np.array(self.frequency), np.array(self.coupling_function))
        places = nodes.frequency**2
        strengths = 2 * nodes.weight * nodes.value / nodes.frequency
        total = np.empty_like(square)
        for start in range(0, len(square), _BLOCK):
            here = slice(start, start + _BLOCK)
            total[here] = (places / (places + square[here, None])) @ strengths
        if share > 0:
            total += share * _below_first(square / lowest**2)
        return total.reshape(np.shape(nu))

    def values_at(self, frequency: np.ndarray) -> np.ndarray:
        """alpha^2F at frequencies above zero, meV."""
        first = self.frequency[0]
        inside = np.interp(frequency, self.frequency, self.coupling_function, right=0.0)
        return np.where(frequency < first, inside * (frequency / first) ** 2, inside)

    def modes(self) -> Modes:
        """Ten Gauss points on each piece of the curve, and on the one below the first point."""
        nodes = _nodes(np.array(self.frequency), np.array(self.coupling_function))
        lowest, share = self.frequency[0], self.coupling_function[0]
        part = (_NODES + 1) / 2
        return Modes(
            np.concatenate([lowest * part, nodes.frequency]),
            np.concatenate([share * _WEIGHTS * part, 2 * nodes.weight * nodes.value
                            / nodes.frequency]),
        )  # fmt: skip

    def scaled(self, factor: float) -> "PhononSpectrum":
        """All frequencies times `factor`, a2F(w/factor): another mass M -> M/factor^2 of all atoms.

        lambda stays. Raises: InputError where the factor is not a number above zero.
        """
        if not 0 < factor < math.inf:
            raise self._wrong(
                f"frequencies times {factor}", "a factor is above zero",
                "give for example sqrt(M/M') for other masses",
            )  # fmt: skip
        values = self.model_dump()
        return PhononSpectrum(**{**values, "frequency": tuple(factor * w for w in self.frequency)})


def weighted_sum(spectra: Sequence[PhononSpectrum], weights: Sequence[float]) -> PhononSpectrum:
    """Sum of weight times a2F, at the frequencies of all: exact where they share their points.

    Where they do not, the pieces below the first points become linear between the points.

    Args:
        spectra: (spectrum,). weights: (spectrum,), above zero.
    """
    if len(spectra) == 1 and weights[0] == 1:
        return spectra[0]
    curves = [_with_end(one) for one in spectra]
    frequency = np.unique(np.concatenate([curve[0] for curve in curves]))
    total = np.zeros(len(frequency))
    for (own, values), weight in zip(curves, weights, strict=True):
        inside = np.interp(frequency, own, values, right=0.0)
        below = values[0] * (frequency / own[0]) ** 2
        total += weight * np.where(frequency < own[0], below, inside)
    return PhononSpectrum(
        name=" + ".join(dict.fromkeys(one.name for one in spectra if one.name)),
        frequency=tuple(frequency.tolist()), coupling_function=tuple(total.tolist()),
    )  # fmt: skip


def _with_end(spectrum: PhononSpectrum) -> tuple[np.ndarray, np.ndarray]:
    """The points, and where the last value is not zero, a zero right behind it."""
    frequency, values = np.array(spectrum.frequency), np.array(spectrum.coupling_function)
    if values[-1] > 0:
        frequency = np.append(frequency, frequency[-1] * (1 + _CLIFF))
        values = np.append(values, 0.0)
    return frequency, values


class _Nodes(NamedTuple):
    """Gauss points between the points of a curve, all (node,): weights, and the curve there."""

    frequency: np.ndarray
    weight: np.ndarray
    value: np.ndarray


def _nodes(frequency: np.ndarray, values: np.ndarray, *, smooth: bool = False) -> _Nodes:
    """Where a curve is summed so that integrals of it come out exact to rounding.

    Ten points of Gauss and Legendre on each piece, of which there are more between neighbours whose
    ratio exceeds two. Positions count from the lower neighbour, so that points which lie close
    together lose no digits. smooth: the curve of third order in place of the linear one.
    """
    ratio = frequency[1:] / frequency[:-1]
    counts = np.maximum(1, np.ceil(np.log(ratio) / np.log(_RATIO))).astype(int)
    firsts = np.concatenate([[0], np.cumsum(counts)])
    starts = np.zeros(firsts[-1])
    for k in np.flatnonzero(counts > 1):
        r, n = ratio[k], counts[k]
        starts[firsts[k] : firsts[k + 1]] = (r ** (np.arange(n) / n) - 1) / (r - 1)
    stops = np.append(starts[1:], 0.0)
    stops[stops == 0] = 1.0
    length = (stops - starts)[:, None]
    part = (starts[:, None] + length * (_NODES + 1) / 2).reshape(-1)
    piece = np.repeat(np.arange(len(ratio)), counts * len(_NODES))
    step = np.diff(frequency)[piece]
    place = frequency[piece] + step * part
    if smooth:
        with np.errstate(over="ignore"):  # slopes of tails such as 1e-320, which come out as zero
            value = PchipInterpolator(frequency, values)(place)
    else:
        value = values[piece] * (1 - part) + values[piece + 1] * part
    return _Nodes(place, (length * _WEIGHTS / 2).reshape(-1) * step, value)


def _moments(
    frequency: np.ndarray, values: np.ndarray, *, below: Below = "quadratic", smooth: bool = False
) -> SpectrumMoments:
    """lambda, w_log and w_2 with one of two curves below the first point, and between points.

    The shares of the piece below, with a = a2F(w_1) and n = 2 (quadratic) or 1 (linear):
    2 a/n, (2 a/n) (ln w_1 - 1/n) and 2 a w_1^2/(n + 2).
    """
    nodes = _nodes(frequency, values, smooth=smooth)
    shares = 2 * nodes.weight * nodes.value / nodes.frequency
    power = 2 if below == "quadratic" else 1
    first, lowest = 2 * float(values[0]) / power, float(frequency[0])
    # Logarithms count from w_1, so that a common factor of all frequencies changes no rounding.
    coupling = float(np.sum(shares)) + first
    logarithm = float(shares @ np.log(nodes.frequency / lowest)) - first / power
    second = float(shares @ nodes.frequency**2) + first * power / (power + 2) * lowest**2
    if coupling == 0:  # the weight was in the points left out
        return SpectrumMoments(0.0, 0.0, 0.0)
    return SpectrumMoments(
        coupling=coupling,
        log_frequency=lowest * math.exp(logarithm / coupling),
        second_frequency=math.sqrt(second / coupling),
    )


def _below_first(ratio: np.ndarray) -> np.ndarray:
    """2 Int_0^1 x^3/(x^2 + z) dx = 1 - z ln(1 + 1/z), shape of z >= 0."""
    small = np.clip(ratio, np.finfo(float).tiny, 1.0)
    # Above z = 1 the two terms cancel, and Gauss points at s = x^2 are exact.
    nodes, weights = (_NODES + 1) / 2, _WEIGHTS / 2
    large = (nodes / (nodes + np.maximum(ratio, 1.0)[:, None])) @ weights
    return np.where(ratio < 1, 1 - small * np.log1p(1 / small), large)
