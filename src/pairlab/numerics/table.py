"""Tables of functions with a logarithm at one point and any power at another, to rounding.

A density of states in two dimensions is A(x) + B(x) ln|x| around its van Hove singularity x = 0,
with A and B analytic, and starts at the foot of the band, x = -2, with a step (or a root, where two
bands nearly touch). In ln((x + 2)/(-x)) below the singularity, and in ln(x) above it, it is smooth:
the nearest singularity is i pi away. Interpolation on panels of equal width in these variables is
equally good at every distance from either point.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

PANEL = 0.5  # each further power gains a factor of 1/25
TERMS = 7
LOWEST, HIGHEST = -26.0, 22.0  # of ln(x) above the singular point; below it +-26
BELOW, ABOVE = round(-2 * LOWEST / PANEL), round((HIGHEST - LOWEST) / PANEL)


@dataclass(frozen=True, eq=False)
class LogTable:
    """Piecewise polynomial interpolant on x >= -2.

    coefficients: (row, panel, power, column), the panels of x < 0 before those of x > 0. Closer to
    0 or -2 than 1e-11, and beyond x = 4e9, the value at the nearest end is kept.
    """

    coefficients: Float[np.ndarray, "row panel power column"]

    def __call__(self, x: Float[np.ndarray, "*point row node"]) -> np.ndarray:
        """The tabulated functions at x, (*point, row, node, column): a row of the table for each
        row of x."""
        below = x < 0
        over = np.where(below, x + 2, x)
        ratio = np.maximum(over, 1e-300) / np.where(below, -x, 1.0)
        place = (np.log(ratio) - LOWEST) / PANEL
        place = np.clip(place, 0.0, np.where(below, BELOW, ABOVE) - 1e-12)
        panel = np.floor(place)
        local = (2 * (place - panel) - 1)[..., None]
        index = panel.astype(int) + np.where(below, 0, BELOW)
        rows = np.arange(x.shape[-2])[:, None]
        pieces = self.coefficients[rows, index]
        value = pieces[..., TERMS - 1, :]
        for power in range(TERMS - 2, -1, -1):
            value = value * local + pieces[..., power, :]
        return value


def sample_points() -> np.ndarray:
    """The abscissae at which a table is to be sampled, shape (panels * TERMS,)."""
    x = (_chebyshev_points() + 1) / 2
    below = np.exp(LOWEST + PANEL * (np.arange(BELOW)[:, None] + x)).ravel()
    above = np.exp(LOWEST + PANEL * (np.arange(ABOVE)[:, None] + x)).ravel()
    return np.concatenate([-2 / (1 + below), above])


def coefficients(values: np.ndarray) -> np.ndarray:
    """Table coefficients from samples at `sample_points`: (row, point, column) -> LogTable's."""
    rows, _, columns = values.shape
    samples = values.reshape(rows, BELOW + ABOVE, TERMS, columns)
    inverse = np.linalg.inv(np.vander(_chebyshev_points(), increasing=True))
    return np.einsum("dk,rpkc->rpdc", inverse, samples)


def _chebyshev_points() -> np.ndarray:
    return np.cos(np.pi * (np.arange(TERMS) + 0.5) / TERMS)
