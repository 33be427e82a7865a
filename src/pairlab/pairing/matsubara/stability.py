"""Which solution of the Eliashberg equations is the lowest of all, with one look at it.

With cos theta_n = u_n and a complex gap of phase phi_n each frequency of each band holds a unit
vector S_n = (sin theta cos phi, sin theta sin phi, cos theta), and the free energy of
`energy` is that of such vectors in a field, bilinear in them,

    F/(pi k T)^2 = - Sum a_n S^z_n - (1/2) Sum S_n J_nm S_m + const,
    J^xx_nm = J^yy_nm ~ lambda(n - m) + lambda(n + m + 1) - 2 mu,
    J^zz_nm ~ lambda(n - m) - lambda(n + m + 1).

A solution S points along its local field, h_n S_n = a_n z + Sum_m J_nm S_m. For every other state
S' then, exactly, since |S'_n|^2 = |S_n|^2,

    F(S') - F(S) = (pi k T)^2 (1/2) (S' - S) (h - J) (S' - S).

h - J^zz is positive: its elements off the diagonal are negative, and on the vector u > 0 it gives
a > 0 (an M-matrix). What is left is M = h - J^xx, the second variation by phases: M sin theta = 0
(a common phase costs nothing), and

- where M has no negative eigenvalue, F(S) is the lowest of all states, real and complex;
- where it has one, a complex state lies lower, and perhaps another real one.

So a solution is proved to be the lowest without any other being known. And two real solutions that
are both the lowest differ by a null vector of M, with a whole family of complex states between
them that are as low: as T changes, one real solution gives way to another not at a first-order
transition, but past states with complex phases, or as the gap of a band passes zero.
"""

import numpy as np
from scipy import linalg

from pairlab.pairing.matsubara.critical import critical_place
from pairlab.pairing.matsubara.equations import System

_MARGINAL = 1e-9
"""Of the local field: what rounding leaves of the common phase, which costs nothing."""


def phase_stability(system: System, pairs: np.ndarray) -> float:
    """The lowest eigenvalue of M over the local field, that of the common phase left out, of a
    solution x_n = tan theta_n, (node,).

    Where it is below zero a complex state lies lower, otherwise no state does.
    """
    matrix, place = _phase_matrix(system, pairs), critical_place(system)
    below = max(place - 1, 0)
    values = linalg.eigvalsh(matrix, subset_by_index=(below, place), check_finite=False)
    # The common phase has zero: the largest value of -M, or the next where one more is positive.
    return -float(values[-1] if values[-1] > _MARGINAL else min(values[0], 0.0))


def _phase_matrix(system: System, pairs: np.ndarray) -> np.ndarray:
    """-M with the repulsion as its border (see `critical`), over the root of the local
    field on both sides. Without a gap it has the signs of B."""
    size, channels = system.repelled.shape
    u = 1 / np.sqrt(1 + pairs**2)
    shift = (system.apart - system.across) @ (system.weight * u) + system.beyond
    field = (shift + 2 * system.number + 1) / u
    root = np.sqrt(system.weight * system.share / field)
    lift = np.sqrt(system.weight / system.share / field)
    matrix = np.empty((size + channels, size + channels))
    np.multiply(system.apart + system.across, root[:, None] * lift, out=matrix[:size, :size])
    matrix[np.diag_indices(size)] -= 1
    border = np.sqrt(2) * system.repelled * root[:, None]
    matrix[:size, size:], matrix[size:, :size] = border, border.T
    matrix[size:, size:] = system.inverse
    return matrix


def condensation_energy(system: System, pairs: np.ndarray) -> float:
    """(F_s - F_n)/N(0) of a solution, meV^2, with all digits up to Tc: on the equations

        F = -2 (pi k T)^2 {Sum_n a_n (1 - u_n)^2/u_n + (1/2) Sum_nm [lambda(n - m)
                           - lambda(n + m + 1)] (u_n - u_m)^2/(u_n u_m)}

    which is negative term by term (Bardeen and Stephen, Phys. Rev. 136, A1485 (1964)).
    """
    u = 1 / np.sqrt(1 + pairs**2)
    less = pairs**2 * u**2 / (1 + u)  # 1 - u
    counted = system.weight * system.share
    alone = counted @ ((2 * system.number + 1 + system.beyond) * less**2 / u)
    apart = (less[:, None] - less) ** 2 / (u[:, None] * u)
    paired = counted @ ((system.apart - system.across) * apart) @ system.weight
    return float(-((np.pi * system.kt) ** 2) * (2 * alone + paired))


def sign_patterns(system: System, pairs: np.ndarray, bands: int) -> np.ndarray:
    """What the bands of a solution may be multiplied by, 1 or -1 each but for a common sign,
    (pattern, band); those first that lower its free energy most."""
    every = 1 - 2 * ((np.arange(2 ** (bands - 1))[:, None] >> np.arange(bands)) & 1)
    amplitude = pairs / np.sqrt(1 + pairs**2)
    counted = system.weight * system.share * amplitude
    bound = (system.apart + system.across) * counted[:, None] * (system.weight * amplitude)
    repelled = (system.repelled * counted[:, None]).reshape(bands, -1, system.repelled.shape[1])
    repelled = repelled.sum(1)
    size = len(system.number) // bands
    between = bound.reshape(bands, size, bands, size).sum((1, 3))
    between = between - 2 * repelled @ np.linalg.pinv(system.inverse, rcond=1e-3) @ repelled.T
    energy = -np.einsum("pi,ij,pj->p", every, between, every)
    return every[np.argsort(energy, kind="stable")]
