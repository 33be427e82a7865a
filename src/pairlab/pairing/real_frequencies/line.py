"""Functions that are analytic above the real axis, on a line above it, with Fourier transforms.

    f(w + i s) = Sum_t f_t exp(i t w),     f(w + i s') = Sum_t f_t exp(i t w - |t| (s' - s))

What is analytic above the real axis has no features narrower than s on that line, so that a uniform
step well below s resolves everything: the transform gives values between the points, on higher
lines (the convolution with a Lorentzian) and at distances that are no multiple of the step.
"""

from typing import NamedTuple

import numpy as np
from scipy import special
from scipy.fft import next_fast_len

_PER_HEIGHT = 6.0
"""Points per height of the line: exp(-6 pi) = 7e-9 of the narrowest peak is not resolved."""

_TAPER, _SHARPNESS = 60, 6.0
"""Functions go to zero at the ends on so many points: an error function from -6 to 6."""


class Line(NamedTuple):
    """z = energy + i height on a uniform grid symmetric about 0, all arrays (point,).

    time: t of the Fourier components, 1/meV. taper: 1 up to where functions have to be exact, and
    zero at the ends. height and step in meV.
    """

    height: float
    step: float
    energy: np.ndarray
    time: np.ndarray
    taper: np.ndarray


def points_of(height: float, within: float) -> int:
    """How many points a line has."""
    step = height / _PER_HEIGHT
    return 2 * int(np.asarray(next_fast_len(int(np.ceil(within / step)) + _TAPER)))


def line_at(height: float, within: float) -> Line:
    """The line at a height, exact for |w| <= within; both in meV."""
    step = height / _PER_HEIGHT
    count = points_of(height, within)
    energy = step * (np.arange(count) - count // 2)
    part = (np.abs(energy) - within) / (_TAPER * step)
    taper = special.erfc(np.clip((2 * part - 1) * _SHARPNESS, -9.0, 9.0)) / 2
    return Line(height, step, energy, 2 * np.pi * np.fft.fftfreq(count, step), taper)


def transformed(line: Line, values: np.ndarray) -> np.ndarray:
    """The Fourier components of functions (..., point) on the line."""
    return np.fft.fft(values * line.taper)


def restored(components: np.ndarray) -> np.ndarray:
    """Values on the line from Fourier components."""
    return np.fft.ifft(components)


def values_at(line: Line, components: np.ndarray, energy: np.ndarray) -> np.ndarray:
    """Functions at any energies on the line, (..., energy), from components (..., point)."""
    # Evaluated as Sum_t f_t exp(i t (w - w_0)), with w_0 the first point of the line.
    strengths = np.fft.fftshift(components, axes=-1) / len(line.energy)
    phases, coarse = _phases(line, -(energy - line.energy[0]))
    size = len(phases)
    padded = np.zeros((*strengths.shape[:-1], size * size), complex)
    padded[..., : strengths.shape[-1]] = strengths
    blocks = padded.reshape(*strengths.shape[:-1], size, size)
    return np.sum((blocks @ phases) * coarse, axis=-2)


def cosines_and_sines(
    line: Line, frequency: np.ndarray, strength: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Sum_k c_k cos(t O_k) and Sum_k c_k sin(t O_k) at every t of the line.

    Args:
        frequency: (mode,) O_k. strength: (..., mode) c_k.

    Returns: both (..., point).
    """
    phases, coarse = _phases(line, frequency)
    count = len(line.energy)
    sums = (strength[..., None, :] * coarse) @ phases.T
    sums = sums.reshape(*strength.shape[:-1], -1)[..., :count]
    sums = np.fft.ifftshift(sums, axes=-1)
    return np.real(sums), -np.imag(sums)


def _phases(line: Line, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """exp(-i t x) in two factors for t_j = (j - count/2) dt with j = a + b size.

    Some hundreds of exponentials for each place x and a product of matrices stand for all of them.

    Returns: factors of a and of b, both (size, place).
    """
    count = len(line.energy)
    size = int(np.ceil(np.sqrt(count)))
    dt = 2 * np.pi / (count * line.step)
    a = np.arange(size)
    fine = np.exp(-1j * dt * a[:, None] * places)
    coarse = np.exp(-1j * dt * (a[:, None] * size - count // 2) * places)
    return fine, coarse
