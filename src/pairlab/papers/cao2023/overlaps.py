"""Candidates for P_12/P_11 = 0.7466 of `cao2023`, printed as |<2|1>|^2/|<1|1>|^2.

States of one Hamiltonian are orthogonal, so the printed expression is zero. Here is everything that
might have been meant instead: pure numbers of the triangular well, and families with a length.
"""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq
from scipy.special import airy, jv

from pairlab.electrons.wells.triangular import TriangularWell, airy_zeros, field_gradient_of
from pairlab.numerics.quadrature import gauss_legendre

PRINTED = 0.7466
LENGTHS = (5.0, 7.0, 10.0, 20.0)
"""Every length that the paper prints, nm."""

_LEVELS = (16.87, 29.50, 39.84)
_NODES = 100
_LONGEST = 12.0  # lengths l
_MAP = 121


def pure_numbers() -> dict[str, float]:
    """Candidates without a length, by what they are."""
    well = TriangularWell(field_gradient=1.0, mass=1.0)
    product = well.orthonormality(3).value
    modulus = well.modulus_overlap(3).value
    density = well.density_overlap(3).value
    place = well.position_elements(3)
    norm = airy(airy_zeros(3))[1] ** 2  # Int Ai(x + a_i)^2 dx
    plain = density * np.outer(norm, norm)
    e1, e2, e3 = -airy_zeros(3)
    return {
        "<2|1>^2/<1|1>^2, as printed": (product[1, 0] / product[0, 0]) ** 2,
        "Int |phi_1||phi_2|": modulus[0, 1],
        "square of Int |phi_1||phi_2|": modulus[0, 1] ** 2,
        "Int |phi_2||phi_3|": modulus[1, 2],
        "square of Int |phi_2||phi_3|": modulus[1, 2] ** 2,
        "Int |Ai_1||Ai_2|/Int Ai_1^2, not normalised": modulus[0, 1] * np.sqrt(norm[1] / norm[0]),
        "square of (Int |Ai_1||Ai_2|/Int Ai_1^2)": modulus[0, 1] ** 2 * norm[1] / norm[0],
        "Int Ai_1^2/Int Ai_2^2": norm[0] / norm[1],
        "Int phi_1^2 phi_2^2/Int phi_1^4": density[0, 1] / density[0, 0],
        "Int phi_1^2 phi_2^2/Int phi_2^4": density[0, 1] / density[1, 1],
        "Int phi_1^2 phi_2^2/root(Int phi_1^4 Int phi_2^4)": density[0, 1]
        / np.sqrt(density[0, 0] * density[1, 1]),
        "root of Int phi_1^2 phi_2^2/Int phi_2^4": np.sqrt(density[0, 1] / density[1, 1]),
        "Int phi_2^4/Int phi_1^4": density[1, 1] / density[0, 0],
        "Int Ai_1^2 Ai_2^2/Int Ai_1^4, not normalised": plain[0, 1] / plain[0, 0],
        "|<1|z|2>|/<1|z|1>": abs(place[0, 1]) / place[0, 0],
        "square of (|<1|z|2>|/<1|z|1>)": (place[0, 1] / place[0, 0]) ** 2,
        "E_1/E_2": e1 / e2,
        "root of E_1/E_2": np.sqrt(e1 / e2),
        "E_2/E_3": e2 / e3,
        "(E_3 - E_2)/(E_2 - E_1)": (e3 - e2) / (e2 - e1),
        "power 3/2 of (E_3 - E_2)/(E_2 - E_1)": ((e3 - e2) / (e2 - e1)) ** 1.5,
        "(E_2 - E_1)/E_1": (e2 - e1) / e1,
    }


def nearest() -> tuple[str, float]:
    """The candidate without a length that comes nearest to what is printed."""
    numbers = pure_numbers()
    name = min(numbers, key=lambda key: abs(numbers[key] - PRINTED))
    return name, float(numbers[name])


def states(x: np.ndarray, index: int) -> np.ndarray:
    """Ai(x + a_i), x = z/l: the bound states, not normalised."""
    return airy(x + airy_zeros(index)[-1])[0]


def as_printed(x: np.ndarray, index: int) -> np.ndarray:
    """Eq. 4 letter by letter, root(xi) [J_1/3(2/3 xi^1.5) + J_-1/3(2/3 xi^1.5)], xi = x + a_i.

    That is 3 Ai(-xi) for xi > 0, and complex for xi < 0, on the principal branch.
    """
    xi = np.asarray(x + airy_zeros(index)[-1], complex)
    argument = 2 / 3 * xi**1.5
    return np.sqrt(xi) * (jv(1 / 3, argument) + jv(-1 / 3, argument))


def _nodes(length: float) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights on [0, length], in pieces between turning points."""
    x, w = gauss_legendre(_NODES)
    turning = -airy_zeros(2)
    cuts = np.unique([0.0, *turning[turning < length], length])
    pieces = [(a + (b - a) * x, (b - a) * w) for a, b in pairwise(cuts)]
    return np.concatenate([p for p, _ in pieces]), np.concatenate([w for _, w in pieces])


def _cut(
    length: float, functions: Callable[[np.ndarray, int], np.ndarray], *, normalised: bool
) -> float:
    """|<2|1>|^2 over <1|1><2|2>, or over <1|1>^2, of functions on [0, length]."""
    x, w = _nodes(length)
    first, second = functions(x, 1), functions(x, 2)
    cross = abs(np.sum(w * second.conj() * first)) ** 2
    one, two = (float(np.sum(w * np.abs(f) ** 2)) for f in (first, second))
    return float(cross / (one * (two if normalised else one)))


def _mirrored(length: float) -> float:
    """The electron's states from one wall, the hole's state 1 from the other, at a distance."""
    x, w = _nodes(length)
    hole = states(length - x, 1)
    one, two = (np.sum(w * states(x, i) * hole) for i in (1, 2))
    norm = airy(airy_zeros(2))[1] ** 2
    return float((two / one) ** 2 * norm[0] / norm[1])


FAMILIES: Mapping[str, Callable[[float], float]] = {
    "cut at L, each normalised": partial(_cut, functions=states, normalised=True),
    "cut at L, as printed": partial(_cut, functions=states, normalised=False),
    "Eq. 4 letter by letter, cut at L, each normalised": partial(
        _cut, functions=as_printed, normalised=True
    ),
    "Eq. 4 letter by letter, cut at L, as printed": partial(
        _cut, functions=as_printed, normalised=False
    ),
    "hole in a mirrored well at distance L": _mirrored,
}
"""Candidates that depend on a length, here in units of l."""


def scales() -> dict[str, float]:
    """The length l, nm, of the well with the printed levels, where F or the mass is taken."""
    gradient = field_gradient_of(_LEVELS, 1.0)
    chosen = {"F = 0.5 meV/nm": (0.5, (0.5 / gradient) ** 2), "m = m_e": (gradient, 1.0)}
    return {
        name: TriangularWell(field_gradient=force, mass=mass).length
        for name, (force, mass) in chosen.items()
    }


def at_printed_lengths(family: str) -> dict[str, list[float]]:
    """A family's values at every printed length, for both scales of the well."""
    value = FAMILIES[family]
    return {name: [value(length / unit) for length in LENGTHS] for name, unit in scales().items()}


def lengths_that_give_it(family: str) -> list[float]:
    """The lengths up to 12 l at which a family gives what is printed, in units of l."""
    value = FAMILIES[family]
    grid = np.linspace(0.05, _LONGEST, _MAP)
    excess = np.array([value(x) - PRINTED for x in grid])
    return [
        float(np.asarray(brentq(lambda x: value(x) - PRINTED, grid[i], grid[i + 1])))
        for i in np.flatnonzero(excess[1:] * excess[:-1] < 0)
    ]
