"""Densities of states S(E) of one band, both spins, per volume: 1/(meV nm^3) over meV.

E is measured from the bottom of the band. Next to S itself a density knows S(E + e) - S(E - e)
without cancellation: thermal balances around a level consist of it, and with kT/E = 1e-8 the plain
difference would keep half of its digits.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np
from scipy import optimize
from scipy.interpolate import PchipInterpolator, PPoly

from pairlab.units import HBAR2_OVER_2M

Values = np.ndarray


@runtime_checkable
class DensityOfStates(Protocol):
    """S(E) of a band that begins at E = 0; zero below it.

    top: meV, the highest energy at which S is known. rounding: of S, relative to itself, left in
    `difference`; 0 where that is exact to its own last digit.
    """

    @property
    def top(self) -> float: ...
    @property
    def rounding(self) -> float: ...
    def __call__(self, energy: Values | float) -> Values:
        """S(E), 1/(meV nm^3)."""
        ...

    def difference(self, energy: float, distance: Values) -> Values:
        """S(E + e) - S(E - e) for distances e >= 0."""
        ...

    def count(self, low: float, high: float) -> float:
        """Int_low^high S dE, 1/nm^3."""
        ...

    def breaks(self, low: float, high: float) -> Values:
        """Energies between low and high where S or a derivative jumps, in rising order."""
        ...


@runtime_checkable
class DifferentiableDensity(DensityOfStates, Protocol):
    """A density that knows S'(E), and energies stretched by a factor."""

    def slope_difference(self, energy: float, distance: Values) -> Values:
        """S'(E + e) - S'(E - e) for distances 0 <= e < E."""
        ...

    def scaled(self, *, energy: float, density: float) -> "DifferentiableDensity":
        """(b/s) S(E/s): every energy times s = `energy`, states per volume times b = `density`."""
        ...

    def filled_to(self, density: float) -> float:
        """The energy up to which states hold so many electrons per nm^3; inf beyond the top."""
        ...


@dataclass(frozen=True)
class PowerLaw:
    """S(E) = amplitude E^exponent; free electrons have exponent 1/2.

    exponent: at least 0. amplitude: 1/(meV^(1 + exponent) nm^3).
    """

    exponent: float
    amplitude: float = 1.0
    top: float = field(default=np.inf, init=False)
    rounding: float = field(default=0.0, init=False)

    def __call__(self, energy: Values | float) -> Values:
        energy = np.asarray(energy, float)
        return np.where(energy >= 0, self.amplitude * np.maximum(energy, 0.0) ** self.exponent, 0.0)

    def difference(self, energy: float, distance: Values) -> Values:
        """With x = e/E < 1: 2 E^p (1 - x^2)^(p/2) sinh(p artanh x)."""
        return self.amplitude * _power_difference(self.exponent, energy, distance)

    def slope_difference(self, energy: float, distance: Values) -> Values:
        p = self.exponent
        return self.amplitude * p * _power_difference(p - 1, energy, distance)

    def count(self, low: float, high: float) -> float:
        p = self.exponent + 1
        low, high = max(low, 0.0), max(high, 0.0)
        if low == 0 or high == 0:
            return self.amplitude * (high**p - low**p) / p
        return self.amplitude * low**p * float(np.expm1(p * np.log1p((high - low) / low))) / p

    def breaks(self, low: float, high: float) -> Values:
        return np.zeros(0)  # its bottom ends every interval that is asked for

    def scaled(self, *, energy: float, density: float) -> "PowerLaw":
        factor = density * energy ** (-1 - self.exponent)
        return PowerLaw(self.exponent, self.amplitude * factor)

    def filled_to(self, density: float) -> float:
        p = self.exponent + 1
        return (density * p / self.amplitude) ** (1 / p)


def _power_difference(power: float, energy: float, distance: Values) -> Values:
    """(E + e)^p - (E - e)^p, the second term only where E > e."""
    x = np.asarray(distance, float) / energy
    inside = np.minimum(x, np.nextafter(1.0, 0.0))
    odd = 2 * (1 - inside**2) ** (power / 2) * np.sinh(power * np.arctanh(inside))
    return energy**power * np.where(x < 1, odd, (1 + x) ** power)


def free_electrons(mass: float) -> PowerLaw:
    """S(E) = (2 m)^(3/2) E^(1/2)/(2 pi^2 hbar^3), both spins, of electrons of that mass (m_e)."""
    return PowerLaw(0.5, (mass / HBAR2_OVER_2M) ** 1.5 / (2 * np.pi**2))


@dataclass(frozen=True, eq=False)
class Tabulated:
    """S(E) through points, by monotone cubic interpolation (PCHIP): no overshoot, never negative.

    energy: (point,) meV from 0, strictly increasing. states: (point,) 1/(meV nm^3), not negative.
    """

    energy: Values
    states: Values
    rounding: float = field(default=float(np.finfo(float).eps), init=False)

    @property
    def top(self) -> float:
        return float(self.energy[-1])

    @cached_property
    def _pieces(self) -> PPoly:
        found = PchipInterpolator(self.energy, self.states)
        return PPoly(found.c, found.x)

    @cached_property
    def _slopes(self) -> PPoly:
        return self._pieces.derivative()

    @cached_property
    def _integral(self) -> PPoly:
        return self._pieces.antiderivative()

    def __call__(self, energy: Values | float) -> Values:
        return _within(self._pieces, energy)

    def difference(self, energy: float, distance: Values) -> Values:
        return _increment(self._pieces, energy, distance, 1) - _increment(
            self._pieces, energy, distance, -1
        )

    def slope_difference(self, energy: float, distance: Values) -> Values:
        return _increment(self._slopes, energy, distance, 1) - _increment(
            self._slopes, energy, distance, -1
        )

    def count(self, low: float, high: float) -> float:
        low, high = np.clip([low, high], 0.0, self.top)
        if high - low < 1e-3 * self.top:  # the antiderivatives would cancel
            return float(self._pieces.integrate(low, high))
        return float(self._integral(high) - self._integral(low))

    def breaks(self, low: float, high: float) -> Values:
        first, last = np.searchsorted(self.energy, [low, high])
        return self.energy[first:last]

    def scaled(self, *, energy: float, density: float) -> "Tabulated":
        if energy == density == 1:
            return self
        return Tabulated(self.energy * energy, self.states * (density / energy))

    def filled_to(self, density: float) -> float:
        if density > self.count(0.0, self.top):
            return np.inf
        found = optimize.root_scalar(
            lambda energy: self.count(0.0, energy) - density,
            bracket=(0.0, self.top), method="brentq", xtol=1e-12, rtol=1e-14,
        )  # fmt: skip
        return float(found.root)


def _within(pieces: PPoly, energy: Values | float) -> Values:
    energy = np.asarray(energy, float)
    inside = (energy >= pieces.x[0]) & (energy <= pieces.x[-1])
    return np.where(inside, pieces(np.clip(energy, pieces.x[0], pieces.x[-1])), 0.0)


def _increment(pieces: PPoly, energy: float, distance: Values, sign: int) -> Values:
    """S(E + sign e) - S(E): within the piece of E by its Taylor series, beyond it directly.

    At a knot each side has its own piece, so that small distances lose no digits there either.
    """
    knots = pieces.x
    side = "right" if sign > 0 else "left"
    piece = int(np.clip(np.searchsorted(knots, energy, side) - 1, 0, len(knots) - 2))
    local = np.poly1d(pieces.c[:, piece])
    at, step = energy - knots[piece], sign * np.asarray(distance, float)
    series = np.zeros_like(step)
    for order in range(local.order, 0, -1):
        series = (series + local.deriv(order)(at) / math.factorial(order)) * step
    end = knots[piece + 1] if sign > 0 else knots[piece]
    beyond = np.abs(step) > abs(end - energy)
    return np.where(beyond, _within(pieces, energy + step) - _within(pieces, energy), series)


@dataclass(frozen=True, eq=False)
class CallableDensity:
    """S(E) as any function of energies in meV, for those who calculate it themselves.

    `difference` is a plain one: kT/E below about 1e-7 leaves fewer than 9 digits, which the errors
    of what is made of it state.
    """

    function: Callable[[Values], Values]
    top: float = np.inf
    kinks: tuple[float, ...] = ()
    rounding: float = field(default=4 * float(np.finfo(float).eps), init=False)

    def __call__(self, energy: Values | float) -> Values:
        energy = np.asarray(energy, float)
        inside = (energy >= 0) & (energy <= self.top)
        return np.where(inside, self.function(np.clip(energy, 0.0, self.top)), 0.0)

    def difference(self, energy: float, distance: Values) -> Values:
        return self(energy + distance) - self(energy - distance)

    def count(self, low: float, high: float) -> float:
        from scipy.integrate import quad

        low, high = max(low, 0.0), min(high, self.top)
        points = [x for x in self.kinks if low < x < high] or None
        return quad(self, low, high, points=points, epsrel=1e-11, epsabs=0.0, limit=400)[0]

    def breaks(self, low: float, high: float) -> Values:
        return np.array([x for x in sorted(self.kinks) if low < x < high])
