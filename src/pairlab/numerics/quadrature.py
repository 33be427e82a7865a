"""Quadrature nodes graded toward the points where pairing integrands are singular.

A pairing integrand has a structure of width kT at the Fermi level (kT may be 1e-10 of the cutoff)
and logarithmic or inverse-square-root singularities at band edges. Panels that shrink
geometrically toward such a point integrate both to the same accuracy at every scale, and the nodes
do not depend on temperature, so that the temperature enters only through tanh at fixed nodes.
"""

from dataclasses import dataclass
from functools import lru_cache

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from pairlab.numerics.arrays import Array


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
    panels: int, order: int, smallest: Float[Array, "..."] | float = SMALLEST
) -> tuple[Float[Array, "... n"], Float[Array, "... n"]]:
    """Nodes t and weights on (0, 1) for integrands with a singularity or a tiny scale at t = 0.

    The variable is u = sqrt(t), which turns t**(-1/2) into a constant; `panels` panels in u shrink
    geometrically to t = smallest, and one more reaches 0. Exact for polynomials in u of degree
    2*order - 2 on each panel.
    """
    ratio = jnp.sqrt(smallest)[..., None] ** (1 - np.arange(panels + 1) / panels)
    edges = jnp.concatenate([jnp.zeros_like(ratio[..., :1]), ratio], axis=-1)
    x, w = gauss_legendre(order)
    width = jnp.diff(edges)[..., None]
    u = edges[..., :-1, None] + width * x
    weight = 2 * u * width * w
    shape = (*u.shape[:-2], -1)
    return u.reshape(shape) ** 2, weight.reshape(shape)


def between(
    lower: Float[Array, "..."],
    singular_a: Float[Array, "..."],
    singular_b: Float[Array, "..."],
    upper: Float[Array, "..."],
    rule: Rule,
    *,
    scale: Float[Array, ""] | float = 0.0,
    at_lower: bool = False,
) -> tuple[Float[Array, "... n"], Float[Array, "... n"], Float[Array, "... n"]]:
    """Nodes on [lower, upper] graded toward two interior points.

    A singular point outside the interval is replaced by the nearer end: it may lie just outside.
    With `at_lower` the lower end is a singular point as well. `scale` is the smallest width of any
    structure, where it is known; otherwise 1e-10 of each piece.

    Returns the nodes, the weights, and the distances x - singular_b without cancellation (a node
    1e-10 of the interval away from the singular point keeps its digits). An interval with
    lower >= upper gets weights 0. Pieces of no length put nodes of weight 0 on a singular point, so
    the integrand must be finite there.
    """
    upper = jnp.maximum(lower, upper)
    a, b = jnp.clip(singular_a, lower, upper), jnp.clip(singular_b, lower, upper)
    # Where they coincide all nodes follow b: its logarithm must not move past them.
    a = jnp.where(a == b, b, a)
    first, second = jnp.where(a <= b, a, b), jnp.where(a <= b, b, a)
    middle = (first + second) / 2
    anchors = jnp.stack([first, first, second, second], axis=-1)
    spans = jnp.stack([lower - first, middle - first, middle - second, upper - second], axis=-1)
    if at_lower:
        foot = (first - lower) / 2
        anchors = jnp.concatenate([anchors, lower[..., None]], axis=-1)
        spans = jnp.concatenate([-foot[..., None], spans[..., 1:], foot[..., None]], axis=-1)
    pieces = jnp.where(spans == 0, 1.0, jnp.abs(spans))
    t, w = graded(rule.panels, rule.order, jnp.clip(scale / pieces, SMALLEST, 0.1))
    offset = spans[..., None] * t
    nodes = anchors[..., None] + offset
    distance = (anchors - singular_b[..., None])[..., None] + offset
    # The direction of each piece is known; abs would lose the derivative of a piece of no length.
    direction = np.array([-1.0, 1.0, -1.0, 1.0, 1.0][: spans.shape[-1]])
    weights = (direction * spans)[..., None] * w
    shape = (*nodes.shape[:-2], -1)
    return nodes.reshape(shape), weights.reshape(shape), distance.reshape(shape)
