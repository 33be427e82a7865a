"""Isotropic Eliashberg theory on the imaginary axis: Delta(i w_n) and Z(i w_n) below Tc.

With x_n = Delta_n/w_n and u_n = 1/sqrt(1 + x_n^2) both Eliashberg equations are one,

    (2 n + 1) x_n = Sum_m [lambda(n - m) (x_m - x_n) + lambda(n + m + 1) (x_m + x_n)] u_m
                    - 2 mu Sum_m x_m u_m,                                            n, m >= 0

and (2 n + 1) Z_n = 2 n + 1 + Sum_m [lambda(n - m) - lambda(n + m + 1)] u_m. Its derivative at x = 0
is the matrix K of `eliashberg`. What is hard about lambda(n - m) stands before a difference again,
so that the same graded frequencies serve.
"""

import warnings
from typing import NamedTuple

import numpy as np
from scipy import linalg, optimize
from scipy.interpolate import AAA

from pairlab.pairing.eliashberg import Electrons, System, coupling_function, system_at
from pairlab.solution import Result

_STEPS = 60
_CLOSE = 0.97
_CONVERGED = 1e-12
_EACH, _FARTHER = 24, 24  # Matsubara frequencies one by one, and farther ones
_CONTINUED = 3.0  # w2: Matsubara frequencies up to there are continued to the real axis
_EDGE = 1e-4  # of kTc: a gap with a larger error is reported as inaccurate
_START = 2.0  # over the expected gap: from above Newton's method cannot end at zero


class ImaginaryGap(NamedTuple):
    """Delta(i w_n) in meV on the graded frequencies w_n [meV], each (node,); what became of it.

    system: the equations that it solves. error: of Delta at the lowest frequency, meV.
    """

    kt: float
    frequency: np.ndarray
    gap: np.ndarray
    error: float
    result: Result
    system: System

    def at(self, electrons: Electrons, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Delta(i w_n) and Z(i w_n) at integers n, from the full sums on the right side."""
        system, step = self.system, 2 * np.pi * self.kt
        m, weight = system.frequencies
        x = self.gap / self.frequency
        u = 1 / np.sqrt(1 + x**2)
        lambda_of = coupling_function(electrons.phonons)
        apart = lambda_of(step * np.abs(number[:, None] - m)) * weight
        across = lambda_of(step * (number[:, None] + m + 1)) * weight
        pulled = (apart + across) @ (x * u)
        if np.isfinite(system.inverse_repulsion):
            repelled = np.sum(weight * system.repelled * x * u)
            pulled = pulled - 2 / system.inverse_repulsion * repelled
        # Past the end of the sums lambda(n - m) - lambda(n + m + 1) is linear in n this far below.
        beyond = system.beyond[0] / (2 * m[0] + 1) * (2 * number + 1)
        renormalised = 1 + ((apart - across) @ u + beyond) / (2 * number + 1)
        return np.pi * self.kt * pulled / renormalised, renormalised


def normal_state(electrons: Electrons, kt: float) -> ImaginaryGap:
    """Delta = 0 at kT: its Z is that of the normal state."""
    system = system_at(electrons, kt)
    energy = np.pi * kt * (2 * system.frequencies.number + 1)
    return ImaginaryGap(kt, energy, 0 * energy, 0.0, Result.SUCCESS, system)


def imaginary_gap(
    electrons: Electrons, kt: float, critical_kt: float, *, start: ImaginaryGap | None = None
) -> ImaginaryGap:
    """The solution at kT below kTc, meV.

    Args:
        start: a solution at another temperature to start from; otherwise the shape of one phonon
            with twice the BCS gap.
    """
    # Close to Tc the gap multiplies what the sums do to Tc: more points keep it known.
    orders = (10, 8) if kt < _CLOSE * critical_kt else (24, 18)
    fine = _solve(electrons, kt, critical_kt, start, order=orders[0])
    coarse = _solve(electrons, kt, critical_kt, fine, order=orders[1])
    error = abs(coarse.gap[0] - fine.gap[0])
    good = fine.result is Result.SUCCESS and coarse.result is Result.SUCCESS
    poor = not error <= 1e-5 * critical_kt
    result = Result.INACCURATE if good and poor else fine.result
    return fine._replace(error=float(error), result=result)


class Edge(NamedTuple):
    """The gap of a spectrum, Delta(w) = w on the real axis, and its error, meV."""

    value: float
    error: float
    result: Result


def gap_edge(electrons: Electrons, found: ImaginaryGap, critical_kt: float) -> Edge:
    """The frequency w at which Re Delta(w) = w, by rational approximation (AAA).

    Delta at Matsubara frequencies is continued by the rational function that agrees with it to a
    tolerance; the error is the spread over three tolerances. Close to Tc at strong coupling thermal
    phonons damp the edge: the three disagree, or there is none.
    """
    reach = max(_CONTINUED * electrons.phonons.second_frequency / (2 * np.pi * found.kt), 24.0)
    # Every frequency where they are few, and then as many for each factor: Delta goes with ln w.
    farther = np.geomspace(_EACH, reach, _FARTHER) if reach > _EACH else np.zeros(0)
    number = np.unique(np.round(np.concatenate([np.arange(min(_EACH, reach)), farther])))
    delta, _ = found.at(electrons, number)
    points = 1j * np.pi * found.kt * (2 * number + 1)
    axis, values = np.concatenate([points, -points]), np.concatenate([delta, delta])
    edges = [_edge(axis, values, delta[0], tolerance) for tolerance in (1e-12, 1e-10, 1e-8)]
    if not np.isfinite(edges[0]):
        return Edge(np.nan, np.nan, Result.NO_SOLUTION)
    error = float(np.ptp(edges)) + found.error
    known = np.isfinite(error) and found.result is Result.SUCCESS
    good = known and error <= _EDGE * critical_kt
    return Edge(edges[0], error, Result.SUCCESS if good else Result.INACCURATE)


def _edge(axis: np.ndarray, values: np.ndarray, lowest: float, tolerance: float) -> float:
    """The root nearest to the gap at the lowest Matsubara frequency; nan without one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of a tolerance that is not reached
        continued = AAA(axis, values.astype(complex), rtol=tolerance)

    def excess(energy: float) -> float:
        return energy - float(np.real(continued(np.array([energy + 0j]))[0]))

    grid = lowest * np.linspace(0.5, 2.0, 61)
    signs = np.sign([excess(float(x)) for x in grid])
    crossings = np.flatnonzero((signs[:-1] < 0) & (signs[1:] >= 0))
    if not crossings.size:
        return np.nan
    place = crossings[np.argmin(np.abs(grid[crossings] - lowest))]
    root = optimize.root_scalar(excess, bracket=(grid[place], grid[place + 1]), method="brentq")
    return float(root.root)


def _solve(
    electrons: Electrons, kt: float, critical_kt: float, start: ImaginaryGap | None, *, order: int
) -> ImaginaryGap:
    """Newton's method in x_n."""
    system = system_at(electrons, kt, order=order)
    energy = np.pi * kt * (2 * system.frequencies.number + 1)
    x = _first_guess(electrons, energy, kt, critical_kt, start)
    result = Result.NOT_CONVERGED
    for _ in range(_STEPS):
        residual, jacobian = _equations(system, x)
        step = linalg.solve(jacobian, residual)
        x = x - step
        if not np.all(np.isfinite(x)):
            result = Result.NOT_FINITE
            break
        if np.max(np.abs(step)) <= _CONVERGED * np.max(np.abs(x)):
            result = Result.SUCCESS
            break
    if result is Result.SUCCESS and x[0] * energy[0] < 1e-6 * critical_kt:
        result = Result.NOT_CONVERGED  # the normal state solves the equations too
    return ImaginaryGap(kt, energy, x * energy, np.nan, result, system)


def _first_guess(
    electrons: Electrons, energy: np.ndarray, kt: float, critical_kt: float,
    start: ImaginaryGap | None,
) -> np.ndarray:  # fmt: skip
    if start is not None:
        return np.interp(energy, start.frequency, start.gap) / energy
    gap = _START * 1.764 * critical_kt * np.sqrt(max(1 - kt / critical_kt, 1e-12)) * 1.3
    width = electrons.phonons.second_frequency
    return gap / (1 + (energy / width) ** 2) / energy


def _equations(system: System, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The left side minus the right side at x, and its derivative by x."""
    n, weight = system.frequencies
    u = 1 / np.sqrt(1 + x**2)
    du = -x * u**3
    apart, across = system.apart * weight, system.across * weight
    shift = (apart - across) @ u + system.beyond
    pulled = (apart + across) @ (x * u)
    residual = (2 * n + 1 + shift) * x - pulled
    inner = u + x * du  # d(x u)/dx
    jacobian = -(apart + across) * inner + (x[:, None] * (apart - across)) * du
    jacobian[np.diag_indices(len(n))] += 2 * n + 1 + shift
    if np.isfinite(system.inverse_repulsion):
        repelled = system.repelled
        mu = 1 / system.inverse_repulsion
        residual = residual + 2 * mu * repelled * np.sum(weight * repelled * x * u)
        jacobian += 2 * mu * repelled[:, None] * (weight * repelled * inner)
    return residual, jacobian
