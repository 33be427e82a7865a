"""Oracle for pairing by a staircase U(xi - xi'), by collocation: no code of the package.

    Delta(xi) = Sum_i J_i [Phi(xi + c_i) - Phi(xi - c_i)],   Phi(y) = Int_0^y F,
    F = Delta tanh(E/2kT)/(2E), odd continuation of Phi at y < 0 on the symmetric domain, 0 on the
    half line; Phi(y) = Phi(cutoff) beyond the cutoff.

F is a Chebyshev series on each of many panels, Phi its exact integral, and the equation is asked
for at the Chebyshev nodes. Panels end at all points that three crossings of a step reach, and
shrink toward xi = 0 and the steps.
"""

from itertools import pairwise

import numpy as np
from numpy.polynomial import chebyshev
from scipy import optimize, sparse

ORDER = 14


def break_points(steps, cutoff, smallest):
    points = np.array([0.0, cutoff])
    for _ in range(3):
        moved = [points] + [abs(points + s * c) for c in steps for s in (1, -1)]
        points = np.unique(np.round(np.concatenate(moved), 9))
        points = points[points <= cutoff * (1 + 1e-12)]
    widest = max(steps) / 2
    fine = [points]
    for lower, upper in pairwise(points):
        fine.append(np.linspace(lower, upper, int(np.ceil((upper - lower) / widest)) + 1))
    for centre in (0.0, *steps):
        away = np.geomspace(smallest / 3, max(steps), 2 + int(3 * np.log10(max(steps) / smallest)))
        fine += [centre + away, centre - away]
    points = np.unique(np.concatenate(fine))
    points = points[(points >= 0) & (points <= cutoff)]
    return points[np.concatenate([[True], np.diff(points) > 1e-9 * cutoff])]


class Line:
    """The operator F -> Delta at the nodes."""

    def __init__(self, steps, heights, cutoff, *, symmetric, smallest):
        edges = break_points([c for c in steps if c <= cutoff], cutoff, smallest)
        edges[-1] = cutoff
        node = np.cos(np.pi * (np.arange(ORDER) + 0.5) / ORDER)[::-1]
        lower, width = edges[:-1, None], np.diff(edges)[:, None]
        self.xi = (lower + width * (node + 1) / 2).ravel()
        self.edges, self.widths, self.cutoff = edges, np.diff(edges), cutoff
        self.to_series = np.linalg.inv(chebyshev.chebvander(node, ORDER - 1))
        jumps = -np.diff(np.append(heights, 0.0))
        self.matrix = np.zeros((self.xi.size, self.xi.size))
        for c, jump in zip(steps, jumps, strict=True):
            below = self.xi - c
            lower_part = self.integral(np.abs(below)) * np.sign(below)[:, None]
            if not symmetric:
                lower_part = np.where(below[:, None] > 0, lower_part, 0.0)
            self.matrix += jump * (self.integral(self.xi + c) - lower_part)

    def integral(self, upper):
        """Rows that give Int_0^upper F from the values of F."""
        upper = np.minimum(upper, self.cutoff)
        last = np.clip(
            np.searchsorted(self.edges, upper, side="right") - 1, 0, self.widths.size - 1
        )
        t = np.clip(2 * (upper - self.edges[last]) / self.widths[last] - 1, -1, 1)
        # Int_-1^t of each Chebyshev polynomial: whole panels, and the one in which it ends.
        series = np.zeros((ORDER, ORDER + 1))
        for degree, row in enumerate(series):
            row[: degree + 2] = chebyshev.chebint(np.eye(ORDER)[degree, : degree + 1], lbnd=-1)
        whole, part = (chebyshev.chebvander(end, ORDER) @ series.T for end in (1.0, t))
        rows = (np.arange(self.widths.size) < last[:, None])[:, :, None] * whole
        rows[np.arange(last.size), last] = part
        rows *= self.widths[:, None] / 2
        return (rows @ self.to_series).reshape(len(upper), -1)

    def factor(self, delta, kt):
        energy = np.sqrt(self.xi**2 + delta**2)
        return (np.tanh(energy / (2 * kt)) if kt else 1.0) / (2 * energy)

    def eigenvalue(self, kt):
        operator = self.matrix * self.factor(0.0, kt)
        start = np.random.default_rng(0).normal(size=len(operator))
        values = sparse.linalg.eigs(operator, 6, which="LR", v0=start, return_eigenvectors=False)
        return values[np.abs(values.imag) < 1e-9].real.max()

    def critical_kt(self, low, high):
        found = optimize.brentq(
            lambda x: self.eigenvalue(np.exp(x)) - 1, np.log(low), np.log(high), xtol=1e-12
        )
        return float(np.exp(found))

    def gap(self, kt, start):
        """Delta at the nodes by Newton's method from `start` (a number or values at the nodes)."""
        delta = np.broadcast_to(np.asarray(start, float), self.xi.shape).copy()
        for _ in range(60):
            factor = self.factor(delta, kt)
            energy = np.sqrt(self.xi**2 + delta**2)
            decay = np.exp(-energy / kt) if kt else 0.0
            heat = decay / (1 + decay) ** 2 / kt if kt else 0.0
            slope = factor + delta**2 / energy**2 * (heat - factor)
            residual = self.matrix @ (factor * delta) - delta
            change = np.linalg.solve(np.eye(delta.size) - self.matrix * slope, residual)
            delta += change
            if np.max(np.abs(change)) < 1e-10 * np.max(np.abs(delta)):  # squared by the last step
                return delta
        raise AssertionError("Newton's method of the oracle did not converge")

    def on(self, delta, xi):
        """Delta at any energies, from its values at the nodes."""
        panel = np.clip(np.searchsorted(self.edges, xi, side="right") - 1, 0, len(self.edges) - 2)
        series = delta.reshape(-1, ORDER) @ self.to_series.T
        a, b = self.edges[panel], self.edges[panel + 1]
        t = 2 * (xi - a) / (b - a) - 1
        return np.array([chebyshev.chebval(x, series[p]) for x, p in zip(t, panel, strict=True)])
