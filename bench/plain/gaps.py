"""Gaps at T = 0 with the density equation, in plain NumPy, on the nodes of `wires`.

    Delta_n(theta) = Sum_m cos(m theta) D_nm,     D = K a,
    a_nm = Int dtheta cos(m theta) Delta G,       G = Int dxi 1/(2 E)/sqrt(xi - foot)
    0 = N(mu) + Int dtheta Int dxi (sign xi - xi/E)/sqrt(xi - foot) - N_normal(Tc, mu at Tc)

E = sqrt(xi^2 + Delta^2). Newton for D and mu together; the column of the Jacobian that belongs to
mu is a difference quotient, because moving mu moves the nodes.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from plain.wires import BOLTZMANN, States, Wires, kx_nodes, leading

TOLERANCE = 1e-8  # of the unknowns, in kTc
POTENTIAL_STEP = 1e-4  # of kTc
ISOTROPIC = 1.764  # Delta(0)/kTc of one isotropic band
THERMAL_TAIL = 40.0


class Gaps(NamedTuple):
    """Delta_n averaged over theta for each active subband, and mu, meV."""

    average: np.ndarray
    potential: float
    active: list[int]


def zero_temperature(
    wires: Wires, *, mu: float, cutoff: float, couplings: np.ndarray, tc: float, fixed_density: bool
) -> Gaps:
    """Delta at T = 0; at fixed density that of the normal state at Tc [K] and mu."""
    unit = BOLTZMANN * tc
    target = _thermal_density(wires, mu, unit) if fixed_density else 0.0
    states = wires.states(mu, cutoff)
    active = states.active
    amplitudes = _start(wires, states, couplings, cutoff, unit)
    count = amplitudes.size
    for _ in range(30):
        kernel = wires.kernel(couplings, active)
        residual, jacobian, density = _equations(wires, states, kernel, amplitudes, mu, cutoff)
        if fixed_density:
            moved_mu = mu + POTENTIAL_STEP * unit
            moved = wires.states(moved_mu, cutoff)
            other, _, other_density = _equations(wires, moved, kernel, amplitudes, moved_mu, cutoff)
            column = (other - residual) / (POTENTIAL_STEP * unit)
            compressibility = (other_density[0] - density[0]) / (POTENTIAL_STEP * unit)
            jacobian = np.block([[jacobian, column[:, None]], [density[1], compressibility]])
            residual = np.append(residual, density[0] - target)
        step = np.linalg.solve(jacobian, -residual)
        amplitudes = amplitudes + step[:count].reshape(amplitudes.shape)
        if fixed_density:
            mu += step[-1]
            states = wires.states(mu, cutoff)
        if np.abs(step).max() < TOLERANCE * unit:
            break
    return Gaps(amplitudes[:, 0] * np.sign(amplitudes[-1, 0]), mu, active)


def _equations(wires: Wires, states: States, kernel, amplitudes, mu: float, cutoff: float):
    """K a - D with its derivative by D; the density and its derivative by D."""
    bands = np.repeat(np.arange(len(states.active)), np.diff(states.first))
    delta = np.einsum("im,im->i", states.cosines, amplitudes[bands])
    size = np.maximum(np.abs(delta), 1e-12)
    xi, weight = kx_nodes(states.foot, cutoff, size)
    energy = np.sqrt(xi**2 + size[:, None] ** 2)
    by_delta3 = weight / (2 * energy**3)
    pairs = np.einsum("ij,ij->i", by_delta3, energy**2)
    curve = np.einsum("ij,ij->i", by_delta3, xi**2)  # d(Delta G)/d Delta
    m = wires.harmonics
    slope = np.zeros_like(kernel)
    for i, block in enumerate(wires.per_band(states, states.weight * curve)):
        slope[i * m : (i + 1) * m, i * m : (i + 1) * m] = block
    residual = kernel @ _project(states, states.weight * pairs * delta) - amplitudes.ravel()
    jacobian = kernel @ slope - np.eye(len(kernel))
    moved = np.einsum("ij,ij->i", weight, np.sign(xi) - xi / energy)
    by_gap = np.einsum("ij,ij->i", by_delta3, xi) * 2 * delta
    density = _cold_density(wires, mu) + states.weight @ moved
    return residual, jacobian, (density, _project(states, states.weight * by_gap))


def _project(states: States, values: np.ndarray) -> np.ndarray:
    """Sum_theta values cos(m theta), active subband after active subband."""
    parts = pairwise(states.first)
    return np.concatenate([values[a:b] @ states.cosines[a:b] for a, b in parts])


def _start(wires: Wires, states: States, couplings, cutoff: float, unit: float) -> np.ndarray:
    """The eigenvector at Tc with the size of an isotropic gap in the quartic mean."""
    kernel = wires.kernel(couplings, states.active)
    _, vector, _ = leading(wires, states, kernel, cutoff, unit, vector=True)
    shape = vector.reshape(len(states.active), wires.harmonics)
    bands = np.repeat(np.arange(len(states.active)), np.diff(states.first))
    delta = np.einsum("im,im->i", states.cosines, shape[bands])
    xi, weight = kx_nodes(states.foot, cutoff, unit)
    xi = np.where(xi == 0, 1e-9 * unit, xi)
    cubed = states.weight * np.sum(weight * (np.tanh(xi / (2 * unit)) / (2 * xi)) ** 3, axis=1)
    mean = np.sqrt((cubed @ delta**4) / (cubed @ delta**2))
    return ISOTROPIC * unit / mean * shape


def _cold_density(wires: Wires, mu: float) -> float:
    """Both spins at T = 0 in the normal state: Int dtheta 4 sqrt(mu - E_n)."""
    states = wires.states(mu, 0.0)
    return float(4 * states.weight @ np.sqrt(np.maximum(-states.foot, 0.0)))


def _thermal_density(wires: Wires, mu: float, kt: float) -> float:
    """Both spins in the normal state: Int dtheta Int dxi [1 - tanh(xi/2kT)]/sqrt(xi - foot)."""
    reach = THERMAL_TAIL * kt
    states = wires.states(mu, reach)
    xi, weight = kx_nodes(states.foot, reach, kt)
    near = np.einsum("ij,ij->i", weight, 1 - np.tanh(xi / (2 * kt)))
    below = 4 * np.sqrt(np.maximum(-states.foot - reach, 0.0))  # filled: 1 - tanh = 2
    return float(states.weight @ (near + below))
