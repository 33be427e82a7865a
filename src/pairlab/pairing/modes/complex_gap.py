"""Gaps with relative phases between the bands: states that break time reversal.

The gap equation is the same, Delta = K . X(T, |Delta|) . Delta, with complex amplitudes; real and
imaginary parts are solved for together, up to the phase of the whole, along which nothing changes.
"""

import numpy as np

from pairlab.electrons.carriers import DensityCarriers
from pairlab.numerics.eigen import exceeds_one, leading_eigenpair, times_blocks
from pairlab.numerics.quadrature import GAP_COARSE, GAP_FINE, Rule
from pairlab.numerics.safe import pair_factor, tanh_half
from pairlab.pairing.modes.gap import Equations, GapProblem, Stationary, Unknown
from pairlab.pairing.modes.thermal import curvature

_TOLERANCE = 1e-9  # in kTc
_STEPS = 80
_TURNS = (0.5, 1.0, 0.2)  # of the gap, by which its unstable part is turned at the start
_STABLE = 1e-6
_ALONE = 1e-3  # of the largest component: a smaller imaginary part is none


def complex_stationary(problem: GapProblem, kt: float, real: Stationary) -> Stationary:
    """The complex solution that an unstable real one turns into, not converged if there is none.

    Its unknowns are complex amplitudes in kTc and, at fixed density, the shift of mu.
    """
    equations = Equations(problem, kt, real.scale)
    direction = _unstable_direction(equations, real)
    for turn in _TURNS:
        start = real.unknown.astype(complex)
        start[: problem.start.size] += 1j * turn * direction
        unknown, settled = _newton(equations, start)
        found = _checked(equations, real, unknown) if settled else None
        if found is not None:
            return found
    return real._replace(converged=False)


def _unstable_direction(equations: Equations, real: Stationary) -> np.ndarray:
    """The imaginary part that grows, in kTc, as large as the gap."""
    problem = equations.problem
    x = equations.susceptibility(real.unknown)
    _, vector = leading_eigenpair(problem.kernel(GAP_FINE), x)
    return vector.ravel() * np.abs(real.unknown[: problem.start.size]).max()


def _newton(equations: Equations, start: Unknown) -> tuple[Unknown, bool]:
    unknown = start
    size = equations.problem.start.size
    for _ in range(_STEPS):
        residual, jacobian, _ = _linearised(equations, unknown, GAP_FINE)
        # The smallest of all steps: along the phase of the whole the Jacobian is singular.
        step = np.linalg.lstsq(jacobian, residual, rcond=1e-11)[0]
        largest = np.abs(step).max()
        step *= min(1.0, 1.0 / largest) if largest > 0 else 1.0
        unknown = unknown - _joined(step, size)
        if not np.all(np.isfinite(unknown)):
            return unknown, False
        if largest <= _TOLERANCE * (1 + np.abs(unknown).max()):
            return unknown, True
    return unknown, False


def _joined(parts: np.ndarray, size: int) -> Unknown:
    """Complex amplitudes of real and imaginary parts; what else is unknown follows as it is."""
    return np.concatenate([parts[:size] + 1j * parts[size : 2 * size], parts[2 * size :]])


def _linearised(
    equations: Equations, unknown: Unknown, rule: Rule
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Value and Jacobian of the equations of the parts, and d(X Delta)/d Delta, (band, 2 mode, 2
    mode): real parts before imaginary ones."""
    problem, kt = equations.problem, equations.kt
    size, fixed = problem.start.size, problem.equation.fix_density
    states = equations.states(np.real(unknown), rule)
    gap = problem.gap(unknown)
    parts = [states.on(np.real(gap)), states.on(np.imag(gap))]
    xi = states.energy[..., None]
    square = xi**2 + parts[0] ** 2 + parts[1] ** 2
    square = np.where(square > 0, square, 1.0)
    factor, slope = pair_factor(np.sqrt(square), kt), 2 * curvature(square, kt)
    across = states.products(parts[0] * parts[1] * slope)
    along = [states.products(factor + part**2 * slope) for part in parts]
    by_gap = np.block([[along[0], across], [across, along[1]]])
    kernel = problem.kernel(rule)
    flat = kernel.reshape(size, size)
    rows = np.block(
        [
            [times_blocks(kernel, along[0]), times_blocks(kernel, across)],
            [times_blocks(kernel, across), times_blocks(kernel, along[1])],
        ]
    ) - np.eye(2 * size)
    pulled = [flat @ states.moments(factor * part).ravel() / problem.unit for part in parts]
    held = unknown[:size]
    residual = np.concatenate([pulled[0] - np.real(held), pulled[1] - np.imag(held)])
    if not fixed:
        return residual, rows, by_gap
    carriers = problem.carriers(np.real(unknown))
    assert isinstance(carriers, DensityCarriers)
    weight, shift_unit = states.weight, problem.potential_unit
    moved = float(np.sum(weight * (tanh_half(xi, kt) - 2 * xi * factor)))
    excess = carriers.normal_density(kt) + moved - problem.density
    column = [-flat @ states.moments(xi * slope * part).ravel() for part in parts]
    last = [-states.moments(2 * xi * slope * part).ravel() for part in parts]
    jacobian = np.zeros((2 * size + 1, 2 * size + 1))
    jacobian[:-1, :-1] = rows
    jacobian[:-1, -1] = np.concatenate(column) * shift_unit / problem.unit
    jacobian[-1, :-1] = np.concatenate(last) * problem.unit / shift_unit
    jacobian[-1, -1] = float(np.sum(weight * 2 * (factor + xi**2 * slope)))
    return np.append(residual, excess / shift_unit), jacobian, by_gap


def _checked(equations: Equations, real: Stationary, unknown: Unknown) -> Stationary | None:
    """The solution with its errors; None for a real one, or one that is not stable."""
    problem = equations.problem
    size = problem.start.size
    held = unknown[:size]
    size_of_all = np.abs(held).max()
    # The first of the largest, so that those that tie are told apart alike at all temperatures.
    largest = held[np.flatnonzero(np.abs(held) > (1 - 1e-6) * size_of_all)[0]]
    turned = held * np.conj(largest) / np.abs(largest)
    broken = np.flatnonzero(np.abs(turned.imag) > _ALONE * size_of_all)
    if not broken.size:
        return None
    # Of a state and its time-reversed partner always the same one.
    if turned[broken[0]].imag < 0:
        turned = np.conj(turned)
    unknown = np.concatenate([turned, unknown[size:]])
    residual, jacobian, by_gap = _linearised(equations, unknown, GAP_COARSE)
    bands, modes = problem.start.shape
    kernel = np.zeros((bands, 2, modes, bands, 2, modes))
    for part in range(2):
        kernel[:, part, :, :, part, :] = problem.kernel(GAP_COARSE)
    kernel = kernel.reshape(bands, 2 * modes, bands, 2 * modes)
    if exceeds_one(kernel * (1 - _STABLE), by_gap):
        return None
    correction = np.linalg.lstsq(jacobian, residual, rcond=1e-11)[0]
    accuracy = 5 * problem.equation.carriers.accuracy * np.abs(held).max()
    error = float(np.abs(correction[: 2 * size]).max() + accuracy)
    shift_error = (abs(correction[-1]) + accuracy) * problem.potential_unit
    return Stationary(unknown, True, error, real.inherited, float(shift_error), real.scale)
