"""What the entries of `ledger.toml` are computed by: closed forms of Delta(T)/Delta(0).

Each is compared with the exact curve of BCS theory. t is T/Tc throughout.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from pairlab.errors import InputError, did_you_mean
from pairlab.papers.bcs_universal.compute import LEFT_OUT, gap_over_tc, jump, reduced_gap
from pairlab.papers.verdict import Computed, computed

GRID = tuple(np.round(np.linspace(0.02, 0.999, 980), 6))
_CLOSEST = (1e-6, 2e-6)  # 1 - t, where an exponent is read off
_LAST = 0.98
"""Relative deviations count up to here: at Tc the gap itself vanishes."""


def carrington_manzano(t: np.ndarray) -> np.ndarray:
    """tanh(1.82 [1.018 (1/t - 1)]^0.51)."""
    return np.tanh(1.82 * (1.018 * (1 / t - 1)) ** 0.51)


def tanh_root(t: np.ndarray) -> np.ndarray:
    """tanh(1.74 sqrt(1/t - 1))."""
    return np.tanh(1.74 * np.sqrt(1 / t - 1))


def root_cosine(t: np.ndarray) -> np.ndarray:
    """sqrt(cos(pi t^2/2))."""
    return np.sqrt(np.cos(np.pi * t**2 / 2))


def einzel(t: np.ndarray) -> np.ndarray:
    """tanh((pi/d) sqrt((2/3) j (1/t - 1) (1 + 0.1916 (1 - t) + 0.2065 (1 - t)^2))).

    d = Delta(0)/kTc = 1.764 and j = the jump of the specific heat, 1.426.
    """
    shape = 1 + 0.1916 * (1 - t) + 0.2065 * (1 - t) ** 2
    return np.tanh(np.pi / 1.764 * np.sqrt(2 / 3 * 1.426 * (1 / t - 1) * shape))


FORMS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "tanh(1.82 [1.018 (1/t - 1)]^0.51)": carrington_manzano,
    "tanh(1.74 sqrt(1/t - 1))": tanh_root,
    "sqrt(cos(pi t^2/2))": root_cosine,
    "Einzel": einzel,
}


def _form(name: str) -> Callable[[np.ndarray], np.ndarray]:
    if name not in FORMS:
        raise InputError(
            what=f'there is no interpolation "{name}"',
            why="interpolations are known by their formulas",
            remedy=did_you_mean(name, FORMS),
        )
    return FORMS[name]


@cache
def deviations(name: str, relative: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """t, and a form minus the exact curve there, in per cent of Delta(T) or of Delta(0)."""
    t = np.array(GRID)
    exact = reduced_gap(GRID)
    return t, 100 * (_form(name)(t) - exact) / (exact if relative else 1.0)


def _largest(deviation: np.ndarray) -> float:
    """The one with the largest modulus, with its sign."""
    return float(deviation[np.argmax(np.abs(deviation))])


def largest_deviation(*, form: str, relative: bool = True, last: float = _LAST) -> Computed:
    """The deviation of largest modulus up to t = last, in per cent of Delta(T), or of Delta(0)."""
    t, deviation = deviations(form, relative)
    within = deviation[t <= last]
    value = _largest(within)
    return computed(value, abs(value - _largest(within[::2])) + 100 * LEFT_OUT)


def exponent_at_tc(*, form: str) -> Computed:
    """d ln Delta/d ln (1 - t) at Tc."""
    distance = np.array(_CLOSEST)
    values = _form(form)(1 - distance)
    return computed(np.diff(np.log(values))[0] / np.diff(np.log(distance))[0], 1e-4)


def slope_at_tc(*, form: str) -> Computed:
    """Delta(T)/(Delta(0) sqrt(1 - t)) at Tc."""
    distance = np.array(_CLOSEST)
    values = _form(form)(1 - distance) / np.sqrt(distance)
    return computed(2 * values[0] - values[1], 1e-4)


def slope_of_parameters() -> Computed:
    """The same from Einzel's expression, (pi/d) sqrt(2 j/3), with d and j of BCS theory."""
    ratio, step = gap_over_tc(factor=1.0).low, jump().low
    value = np.pi / ratio * np.sqrt(2 * step / 3)
    return computed(value, 10 * LEFT_OUT)


COMPUTED: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        largest_deviation, exponent_at_tc, slope_at_tc, slope_of_parameters,
    )
}  # fmt: skip
