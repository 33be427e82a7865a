"""Quadrature nodes graded toward the points where pairing integrands are singular.

A pairing integrand has a structure of width kT at the Fermi level (kT may be 1e-10 of the cutoff)
and logarithmic or inverse-square-root singularities at band edges. Panels that shrink
geometrically toward such a point integrate both to the same accuracy at every scale, and the nodes
do not depend on temperature, so that the temperature enters only through tanh at fixed nodes.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Rule:
    """How finely the pairing integrals are sampled.

    panels: geometric panels toward each singular point, spanning ten decades.
    order: Gauss-Legendre nodes in each panel.
    contour: nodes on one contour of constant energy.
    dropped_modes: highest modes that are left out where modes are a discretisation of their own: a
        coarser rule then tests their number as well.
    """

    panels: int
    order: int
    contour: int
    dropped_modes: int = 0


FINE = Rule(panels=12, order=8, contour=24)
COARSE = Rule(panels=10, order=8, contour=20, dropped_modes=2)
GAP_FINE = Rule(panels=9, order=8, contour=16)
GAP_COARSE = Rule(panels=8, order=8, contour=14, dropped_modes=3)
SMALLEST = 1e-10


@lru_cache
def gauss_legendre(order: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights on [0, 1]."""
    x, w = np.polynomial.legendre.leggauss(order)
    return (x + 1) / 2, w / 2


def graded(
    panels: int, order: int, smallest: Float[np.ndarray, "..."] | float = SMALLEST
) -> tuple[Float[np.ndarray, "... n"], Float[np.ndarray, "... n"]]:
    """Nodes t and weights on (0, 1) for integrands with a singularity or a tiny scale at t = 0.

    The variable is u = sqrt(t), which turns t**(-1/2) into a constant; `panels` panels in u shrink
    geometrically to t = smallest, and one more reaches 0. Exact for polynomials in u of degree
    2*order - 2 on each panel.
    """
    if np.ndim(smallest) == 0:
        return _graded_once(panels, order, float(smallest))
    return _graded(panels, order, np.asarray(smallest))


@lru_cache(maxsize=256)
def _graded_once(panels: int, order: int, smallest: float) -> tuple[np.ndarray, np.ndarray]:
    t, w = _graded(panels, order, np.float64(smallest))
    t.setflags(write=False)  # the cache hands out these very arrays
    w.setflags(write=False)
    return t, w


def _graded(
    panels: int, order: int, smallest: np.ndarray | np.float64
) -> tuple[np.ndarray, np.ndarray]:
    ratio = np.sqrt(smallest)[..., None] ** (1 - np.arange(panels + 1) / panels)
    edges = np.concatenate([np.zeros_like(ratio[..., :1]), ratio], axis=-1)
    x, w = gauss_legendre(order)
    width = np.diff(edges)[..., None]
    u = edges[..., :-1, None] + width * x
    weight = 2 * u * width * w
    shape = (*u.shape[:-2], -1)
    return u.reshape(shape) ** 2, weight.reshape(shape)


def between(
    lower: Float[np.ndarray, "..."],
    singular_a: Float[np.ndarray, "..."],
    singular_b: Float[np.ndarray, "..."],
    upper: Float[np.ndarray, "..."],
    rule: Rule,
    *,
    scale: Float[np.ndarray, "..."] | float = 0.0,
    at_lower: bool = False,
) -> tuple[Float[np.ndarray, "... n"], Float[np.ndarray, "... n"], Float[np.ndarray, "... n"]]:
    """Nodes on [lower, upper] graded toward two interior points.

    A singular point outside the interval is replaced by the nearer end: it may lie just outside.
    With `at_lower` the lower end is a singular point as well. `scale` is the smallest width of any
    structure, where it is known; otherwise 1e-10 of each piece.

    Returns the nodes, the weights, and the distances x - singular_b without cancellation (a node
    1e-10 of the interval away from the singular point keeps its digits). An interval with
    lower >= upper gets weights 0. Pieces of no length put nodes of weight 0 on a singular point, so
    the integrand must be finite there.
    """
    upper = np.maximum(lower, upper)
    a, b = np.clip(singular_a, lower, upper), np.clip(singular_b, lower, upper)
    # Where they coincide all nodes follow b: its logarithm must not move past them.
    a = np.where(a == b, b, a)
    first, second = np.where(a <= b, a, b), np.where(a <= b, b, a)
    middle = (first + second) / 2
    anchors = np.stack([first, first, second, second], axis=-1)
    spans = np.stack([lower - first, middle - first, middle - second, upper - second], axis=-1)
    if at_lower:
        foot = (first - lower) / 2
        anchors = np.concatenate([anchors, lower[..., None]], axis=-1)
        spans = np.concatenate([-foot[..., None], spans[..., 1:], foot[..., None]], axis=-1)
    pieces = np.where(spans == 0, 1.0, np.abs(spans))
    t, w = graded(rule.panels, rule.order, np.clip(scale / pieces, SMALLEST, 0.1))
    offset = spans[..., None] * t
    nodes = anchors[..., None] + offset
    distance = (anchors - singular_b[..., None])[..., None] + offset
    # The direction of each piece is known; abs would lose the derivative of a piece of no length.
    direction = np.array([-1.0, 1.0, -1.0, 1.0, 1.0][: spans.shape[-1]])
    weights = (direction * spans)[..., None] * w
    shape = (*nodes.shape[:-2], -1)
    return nodes.reshape(shape), weights.reshape(shape), distance.reshape(shape)
