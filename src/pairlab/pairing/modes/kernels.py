"""Kernels that are step functions of the energy transfer, integrated exactly.

    U(x) = Sum_i J_i theta(c_i - |x|),     x = xi - xi',    J_i = height of step i less the next

In the modes of `EnergyLine` the kernel of the gap equation on the half line is a sum of
double integrals of polynomials over strips |xi - xi'| < c_i, which are again polynomials between
known points: quadrature with enough nodes has no error there, however sharp the steps are.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from jaxtyping import Float
from scipy import optimize

from pairlab.electrons.bands.energy_line import legendre
from pairlab.numerics.quadrature import gauss_legendre

_RATIO = 5.0  # of successive panels toward a step
_FADED = 5.0  # times the last step: the gap at larger xi is small
_MULTIPLE = 4
_CLOSEST = 2e-3  # of the cutoff: break points closer than this are one


@lru_cache(maxsize=256)
def panel_edges(
    steps: tuple[float, ...], cutoff: float, *, both_sides: bool, smallest: float
) -> Float[np.ndarray, " edge"]:
    """Edges of panels, in units of the cutoff, that resolve the gap of a step kernel.

    The derivative of Delta = Int U(xi - xi') F(xi') dxi' jumps where a step crosses an end of the
    line, at c_i and cutoff - c_i, and its second derivative where a step crosses such a point. In
    weak coupling it is a logarithm above c_i (and below, where both sides of the line are counted)
    down to the width of F: panels shrink toward c_i geometrically to `smallest`.

    Args:
        steps: c_i, and cutoff: meV. both_sides: whether the gap is an even function of xi.
        smallest: meV, a lower bound of the larger of kTc and Delta.
    """
    cuts = np.unique([c / cutoff for c in steps if c > 0])
    reach = cuts[-1]
    first = np.concatenate([[0.0, 1.0], cuts])
    if _FADED * reach > 1:  # beyond, the gap has faded before the end of the line
        first = np.concatenate([first, 1 - cuts])
    second = np.concatenate([(first[:, None] + s * cuts).ravel() for s in (1, -1)])
    second = np.abs(second[second < _FADED * reach])
    points = _divided(_merged(np.concatenate([first, second]), first), reach)
    toward = []
    for cut in (0.0, *cuts):
        for side in (1.0, -1.0) if both_sides else (1.0,):
            distance = side * (points - cut)
            if not np.any(distance > _CLOSEST / 2):
                continue  # the end of the line
            nearest = np.min(distance[distance > _CLOSEST / 2])
            depth = int(np.ceil(np.log(max(nearest * cutoff / smallest, 1.0)) / np.log(_RATIO)))
            toward.append(cut + side * nearest / _RATIO ** np.arange(1, depth + 1))
    return _padded(np.unique(np.concatenate([points, *toward])))


def _padded(points: np.ndarray) -> np.ndarray:
    """The widest panels halved until their number is a multiple of four, so that parameters which
    differ a little make one batch."""
    while (len(points) - 1) % _MULTIPLE:
        widest = int(np.argmax(np.diff(points)))
        points = np.insert(points, widest + 1, (points[widest] + points[widest + 1]) / 2)
    return points


def _divided(points: np.ndarray, reach: float) -> np.ndarray:
    """Points with more of them where panels would be wider than the kernel lets the gap vary."""
    pieces = [np.zeros(1)]
    for lower, upper in pairwise(points):
        widest = reach / 2 if lower < _FADED * reach else 2 * reach
        count = int(np.ceil((upper - lower) / widest))
        pieces.append(np.linspace(lower, upper, count + 1)[1:])
    return np.concatenate(pieces)


def _merged(points: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Points of (0, 1) without those that come too close to a kept or an earlier one."""
    inside = kept[(kept >= 0) & (kept <= 1)]
    chosen = list(np.unique(inside))
    for point in np.unique(points):
        if 0 < point < 1 and np.min(np.abs(np.array(chosen) - point)) > _CLOSEST:
            chosen.append(point)
    return np.sort(np.array(chosen))


_ROUGH_NODES = 96
_ROUGH_DEPTH = 1e-10  # of the cutoff


@lru_cache(maxsize=256)
def rough_critical_scale(
    steps: tuple[float, ...],
    heights: tuple[float, ...],
    cutoff: float,
    *,
    both_sides: bool,
    lowest: float,
) -> float:
    """kTc of a step kernel within a factor of about two, meV; `lowest` where it is below that.

    Arguments as for `step_kernel`, with energies in meV. Midpoint rule in ln xi.
    """
    edges = cutoff * np.geomspace(_ROUGH_DEPTH, 1.0, _ROUGH_NODES + 1)
    edges[0] = 0.0
    xi, width = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    values = np.append(heights, 0.0)
    kernel = values[np.searchsorted(steps, np.abs(xi[:, None] - xi))]
    if both_sides:
        kernel = kernel + values[np.searchsorted(steps, xi[:, None] + xi)]

    def excess(log_kt: float) -> float:
        root = np.sqrt(width * np.tanh(xi / (2 * np.exp(log_kt))) / (2 * xi))
        return float(np.linalg.eigvalsh(root[:, None] * kernel * root)[-1]) - 1.0

    low, high = np.log(lowest), np.log(cutoff * np.sum(np.abs(values)))
    if excess(low) < 0:
        return lowest
    found = optimize.root_scalar(excess, bracket=(low, high), method="brentq", xtol=0.1)
    return float(np.exp(found.root)) / 2


def step_kernel(
    edges: Float[np.ndarray, " edge"],
    modes: int,
    steps: Sequence[float],
    heights: Sequence[float],
    *,
    both_sides: bool,
) -> Float[np.ndarray, "panel mode panel mode"]:
    """The kernel of U in modes on panels, for the weights of `EnergyLine`.

        K(xi, xi') = U(xi - xi')/2                        on the half line
        K(xi, xi') = [U(xi - xi') + U(xi + xi')]/2        where both sides are counted

    Args:
        edges: of the panels, and steps: c_i; both in units of the cutoff. modes: per panel.
        heights: of U below each step, above the one before; 0 beyond the last.
        both_sides: whether xi' runs over both signs, with an even gap.
    """
    jumps = -np.diff(np.append(heights, 0.0))
    strips = [_strip(tuple(edges), modes, float(c), both_sides) for c in steps]
    return np.asarray(sum(jump * strip for jump, strip in zip(jumps, strips, strict=True)))


@lru_cache(maxsize=64)
def _strip(edges: tuple[float, ...], modes: int, step: float, both_sides: bool) -> np.ndarray:
    """The kernel of theta(step - |xi - xi'|).

    The outer integrand is a polynomial of degree 2 modes - 1 between points where xi, xi + step or
    |xi - step| passes an edge of a panel.
    """
    e = np.array(edges)
    points = np.concatenate([e, e + step, e - step, step - e])
    points = np.unique(points[(points >= 0) & (points <= e[-1])])
    x, w = gauss_legendre(modes)
    width = np.diff(points)[:, None]
    xi = (points[:-1, None] + width * x).ravel()
    weight = (width * w).ravel()
    outer = weight[:, None, None] * _modes_at(e, xi, modes)
    inner = _integrals_to(e, xi + step, modes) - _integrals_to(e, xi - step, modes)
    if both_sides:
        inner = inner + _integrals_to(e, step - xi, modes)
    norm = np.diff(e)[:, None] / (2 * np.arange(modes) + 1)
    size = norm[:, :, None, None] * norm
    count = inner.shape[1] * modes
    pulled = outer.reshape(len(xi), count).T @ inner.reshape(len(xi), count)
    return pulled.reshape(*size.shape) / (2 * size)


def _modes_at(edges: np.ndarray, xi: np.ndarray, modes: int) -> np.ndarray:
    """(point, panel, mode) the modes at each point: 0 outside their panel."""
    t = (xi[:, None] - edges[:-1]) / np.diff(edges)
    inside = (t > 0) & (t < 1)
    return np.where(inside[..., None], legendre(np.where(inside, t, 0.5), modes), 0.0)


def _integrals_to(edges: np.ndarray, xi: np.ndarray, modes: int) -> np.ndarray:
    """(point, panel, mode) Int_0^xi of the modes; Int_0^t P_b = (P_{b+1} - P_{b-1})/(4b + 2)."""
    width = np.diff(edges)
    t = np.clip((xi[:, None] - edges[:-1]) / width, 0.0, 1.0)
    p = legendre(t, modes + 1)
    degree = 2 * np.arange(1, modes) + 1
    higher = (p[..., 2:] - p[..., : modes - 1]) / (2 * degree)
    return width[:, None] * np.concatenate([t[..., None], higher], -1)
