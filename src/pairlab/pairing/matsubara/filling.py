"""Eliashberg theory with a given density of states: what it changes in the equations of one band.

With W_n = w_n Z_n, E_n = W_n sqrt(1 + x_n^2), xi_n = mu - chi_n, and I0 and I1 of
`electrons.states.given_states`,

    W_n = w_n + pi k T Sum_m [lambda(n - m) - lambda(n + m + 1)] u_m I0(E_m, xi_m)
    chi_n = -pi k T Sum_m [lambda(n - m) + lambda(n + m + 1)] I1(E_m, xi_m)
    Int N [f - f(T = 0)] dE = 2 pi k T N(E_F) Sum_m [I1(E_m, xi_m) - I1(w_m, mu)],

the last being the number of electrons, and Delta = w_n x_n follows from the equation of
`equations` in which frequency m counts I0(E_m, xi_m) times. So a density of states is a weight of
frequencies, found together with chi_n and the chemical potential mu.

Source: W. E. Pickett, Phys. Rev. B 26, 1186 (1982), Eqs. 2.5 to 2.9, with the repulsion in the
pairing channel alone.
"""

from typing import NamedTuple

import numpy as np

from pairlab.electrons.states.given_states import GivenStates

_ITERATIONS = 400
_CLOSE = 1e-10  # of pi k T
_AROUND, _FEWEST = np.linspace(-2, 2, 9), 0.05  # where states are counted, and how many at least
_MIXED = 0.7  # of each step, so that a chemical potential near an edge of N does not swing


class Filling(NamedTuple):
    """I0 of each frequency, chi_n in meV, each (node,); mu in meV from E_F; if they settled."""

    weight: np.ndarray
    shift: np.ndarray
    chemical_potential: float
    converged: bool


class Sums(NamedTuple):
    """What the equations sum with: kT, n and how many frequencies each is, lambda(n - m) and
    lambda(n + m + 1) (node, node), and the sum of their difference past the end."""

    kt: float
    number: np.ndarray
    weight: np.ndarray
    apart: np.ndarray
    across: np.ndarray
    beyond: np.ndarray


def filling(
    states: GivenStates, sums: Sums, pairs: np.ndarray, start: Filling | None = None
) -> Filling:
    """I0, chi and mu for the pair amplitude x_n, (node,); 0 in the normal state."""
    unit = np.pi * sums.kt
    bare = unit * (2 * sums.number + 1)
    u = 1 / np.sqrt(1 + pairs**2)
    odd, even = sums.apart - sums.across, sums.apart + sums.across
    here = start or Filling(np.ones(len(bare)), np.zeros(len(bare)), 0.0, False)
    weight, shift, mu = here.weight, here.shift, here.chemical_potential
    for _ in range(_ITERATIONS):
        scattered = odd @ (sums.weight * weight * u) + sums.beyond * weight[-1]
        width = bare + unit * scattered
        new_weight, turned = states.averages(width / u, mu - shift)
        bare_turned = states.averages(bare, np.full(len(bare), mu))[1]
        new_shift = -unit * (even @ (sums.weight * turned))
        added = states.added(sums.kt, mu) - 2 * unit * np.sum(sums.weight * (turned - bare_turned))
        # A level that moves takes along the states around it, to some pi kT.
        around = [states.at(one) for one in mu - shift[0] + unit * _AROUND]
        step = -added / max(float(np.mean(around)), _FEWEST)
        change = max(
            np.max(np.abs(new_weight - weight)),
            np.max(np.abs(new_shift - shift)) / bare[0],
            abs(step) / bare[0],
        )
        if not np.isfinite(change):
            break
        weight = weight + _MIXED * (new_weight - weight)
        shift = shift + _MIXED * (new_shift - shift)
        mu = mu + _MIXED * step
        if change <= _CLOSE:
            return Filling(new_weight, new_shift, mu, True)
    return Filling(weight, shift, mu, False)
