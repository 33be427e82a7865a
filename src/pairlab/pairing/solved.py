"""What solvers return at temperatures."""

from typing import NamedTuple

import numpy as np


class SolvedGap(NamedTuple):
    """Delta at temperatures, (temperature,) or (temperature, band), meV; its error, meV, and codes,
    each (temperature,). chemical_potential: (temperature,) meV from E_F, where it moves.
    branch_changes: (change,) K, rising, where between the temperatures asked for the real gaps
    begin or cease to be the lowest state, past which it has complex phases; empty where none was
    met. These transitions are of second order (see `pairing.matsubara.stability`).
    """

    gap: np.ndarray
    error: np.ndarray
    code: np.ndarray
    chemical_potential: np.ndarray | None = None
    branch_changes: np.ndarray = np.zeros(0)


class Changes(NamedTuple):
    """What pairing changes, over N(0) of one spin: F_s - F_n in meV^2, S_s - S_n and C_s - C_n per
    k in meV, each (temperature,); superfluid: (temperature, band), over that at T = 0.
    """

    free_energy: np.ndarray
    entropy: np.ndarray
    specific_heat: np.ndarray
    superfluid: np.ndarray


class SolvedCondensate(NamedTuple):
    """Changes with their errors and codes; gamma/N(0) per k^2; the jump over gamma Tc at Tc.

    normal: (temperature,) C_n/N(0) per k, meV, where it is not gamma T.
    """

    value: Changes
    error: Changes
    code: np.ndarray
    gamma: float
    jump: float
    jump_error: float
    normal: np.ndarray | None = None


class SolvedTunnelling(NamedTuple):
    """N_s/N_n and dI/dV over the normal state, both (temperature, band, energy); codes.

    error: (temperature, band), of both. code: (temperature,).
    """

    density_of_states: np.ndarray
    conductance: np.ndarray
    error: np.ndarray
    code: np.ndarray
