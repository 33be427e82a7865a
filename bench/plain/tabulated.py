"""pairlab's own algorithm for Tc in plain NumPy: what the algorithm gives without compilation.

The same inputs (the tables and mode overlaps of a solved superlattice), the same nodes, the same
steps: the density of pairs at graded nodes is interpolated once, the temperature enters through
tanh alone, and Newton's method finds the root of the leading eigenvalue minus 1 in ln T.
"""

from typing import NamedTuple

import numpy as np

from pairlab.numerics.quadrature import COARSE, FINE, SMALLEST, Rule, gauss_legendre
from pairlab.numerics.table import ABOVE, BELOW, LOWEST, PANEL, TERMS
from pairlab.pairing.problem import GapEquation
from pairlab.units import BOLTZMANN

RESIDUAL = 1e-6


class Pairs(NamedTuple):
    """xi (band, node), density (band, node, moment), product (band, moment, mode, mode)."""

    energy: np.ndarray
    density: np.ndarray
    product: np.ndarray

    def susceptibility(self, kt: float) -> tuple[np.ndarray, np.ndarray]:
        """X(T) and dX/d ln T of each band: (band, mode, mode)."""
        half = self.energy / (2 * kt)
        tanh = np.tanh(half)
        factor = tanh / (2 * self.energy)
        slope = -(1 - tanh**2) / (4 * kt)
        bands, moments, modes, _ = self.product.shape
        both = np.stack([factor, slope], axis=1) @ self.density
        x = both @ self.product.reshape(bands, moments, modes * modes)
        return x[:, 0].reshape(bands, modes, modes), x[:, 1].reshape(bands, modes, modes)


def critical_temperature(equation: GapEquation) -> tuple[float, float]:
    """Tc and its estimated error, K."""
    kernel = np.asarray(equation.kernel)
    flat = kernel.reshape(kernel.shape[0] * kernel.shape[1], -1)
    fine, coarse = (pair_density(equation.carriers, rule) for rule in (FINE, COARSE))
    log_kt = np.log(BOLTZMANN)
    for _ in range(12):
        value, slope, vector = eigenvalue_and_slope(flat, *fine.susceptibility(np.exp(log_kt)))
        step = -(value - 1) / slope
        log_kt += step
        if abs(value - 1) < RESIDUAL:  # this step has squared the residual
            break
    pair = vector.reshape(kernel.shape[:2])
    coarse_x, _ = coarse.susceptibility(np.exp(log_kt))
    paired = np.einsum("nac,nc->na", coarse_x, pair).ravel()
    coarse_value = paired @ flat @ paired / (vector @ paired)
    tc = np.exp(log_kt) / BOLTZMANN
    return float(tc), float(tc * abs((coarse_value - 1) / slope))


def eigenvalue_and_slope(kernel, x, x_slope) -> tuple[float, float, np.ndarray]:
    """The leading eigenvalue of K X, its derivative by ln T, and its eigenvector."""
    bands, modes = x.shape[:2]
    floor = 1e-10 * np.abs(x).max() + 1e-300
    blocks = np.linalg.cholesky(x + floor * np.eye(modes))
    factor = np.zeros_like(kernel)
    for band in range(bands):
        part = slice(band * modes, (band + 1) * modes)
        factor[part, part] = blocks[band]
    _, vectors = np.linalg.eigh(factor.T @ kernel @ factor)
    r = kernel @ (factor @ vectors[:, -1])
    r /= np.abs(r).max()
    by_band = r.reshape(bands, modes)
    paired = np.einsum("nac,nc->na", x, by_band).ravel()
    value = paired @ kernel @ paired / (r @ paired)
    # At K X r = lambda r the derivative of lambda is lambda r.(dX).r/(r.X.r).
    slope = value * np.einsum("na,nac,nc->", by_band, x_slope, by_band) / (r @ paired)
    return float(value), float(slope), r


def pair_density(carriers, rule: Rule) -> Pairs:
    """The tabulated density of pairs at graded nodes within the cutoff."""
    edges, half_width = np.asarray(carriers.edges), np.asarray(carriers.half_width)
    mu, cutoff = float(carriers.chemical_potential), float(carriers.cutoff)
    lower = np.maximum(edges[:, 0] - mu, -cutoff)
    energy, weight, distance = between(lower, edges[:, 1] - mu, cutoff, rule)
    above_top = distance / half_width[:, None]
    density = interpolate(np.asarray(carriers.table.density.coefficients), above_top)
    falloff = 1 / np.sqrt(np.maximum(1 + above_top / 2, 1.0))
    density *= (weight * float(carriers.scale) * falloff)[..., None]
    return Pairs(energy, density, np.asarray(carriers.table.product))


def between(lower, top, cutoff: float, rule: Rule):
    """Nodes on [lower, cutoff] graded toward 0 and toward the band top, weights, xi - top."""
    upper = np.maximum(lower, cutoff)
    fermi, edge = np.clip(0.0, lower, upper), np.clip(top, lower, upper)
    first, second = np.minimum(fermi, edge), np.maximum(fermi, edge)
    middle = (first + second) / 2
    anchors = np.stack([first, first, second, second], axis=-1)
    spans = np.stack([lower - first, middle - first, middle - second, upper - second], axis=-1)
    t, w = graded(rule)
    offset = spans[..., None] * t
    nodes, distance = anchors[..., None] + offset, (anchors - top[:, None])[..., None] + offset
    weights = np.abs(spans)[..., None] * w
    bands = len(lower)
    # An empty piece leaves nodes at 0 with weight 0; any finite energy does for them.
    nodes = np.where(nodes == 0, 1e-300, nodes)
    return nodes.reshape(bands, -1), weights.reshape(bands, -1), distance.reshape(bands, -1)


def graded(rule: Rule) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on (0, 1) on panels that shrink toward 0 in u = sqrt(t)."""
    edges = np.sqrt(SMALLEST) ** (1 - np.arange(rule.panels + 1) / rule.panels)
    edges = np.concatenate([[0.0], edges])
    x, w = gauss_legendre(rule.order)
    width = np.diff(edges)[:, None]
    u = edges[:-1, None] + width * x
    return (u**2).ravel(), (2 * u * width * w).ravel()


def interpolate(coefficients: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The table's functions at x (band, node): (band, node, moment)."""
    below = x < 0
    over = np.where(below, x + 2, x)
    ratio = np.maximum(over, 1e-300) / np.where(below, -x, 1.0)
    place = (np.log(ratio) - LOWEST) / PANEL
    place = np.clip(place, 0.0, np.where(below, BELOW, ABOVE) - 1e-12)
    panel = np.floor(place)
    local = (2 * (place - panel) - 1)[..., None]
    index = panel.astype(int) + np.where(below, 0, BELOW)
    rows = np.arange(len(x))[:, None]
    value = coefficients[TERMS - 1, rows, index]
    for power in range(TERMS - 2, -1, -1):
        value = value * local + coefficients[power, rows, index]
    return value
