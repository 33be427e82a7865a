"""The free energy of Eliashberg theory and what follows from it.

With tan theta_n = x_n = Delta_n/w_n (each band, n >= 0), and the shares nu_i of the density of
states N(0) (of one spin, all bands),

    (F_s - F_n)/N(0) = -4 pi k T Sum nu_i w_n (cos theta_n - 1)
        - 2 (pi k T)^2 Sum nu_i {lambda_ij(n - m) [cos(theta_n - theta_m) - 1]
                                 - lambda_ij(n + m + 1) [cos(theta_n + theta_m) - 1]
                                 - 2 mu_ij sin theta_n sin theta_m}

is stationary in every theta_n: its derivatives are the equations of `equations`. On them it has
the values of the formula of Bardeen and Stephen, Phys. Rev. 136, A1485 (1964). Because it is
stationary, the entropy is its derivative by the T that stands in it, at fixed theta; and its terms
of fourth order in theta give the jump of the specific heat at Tc.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import special

from pairlab.pairing.matsubara.critical import unstable_pairs
from pairlab.pairing.matsubara.equations import Electrons, System, system_at
from pairlab.pairing.matsubara.gap import ImaginaryGap, lowest, solve
from pairlab.solution import Result

_STEP = 1e-4  # of ln T, for the entropy
_WIDE = 1e-3  # of ln T, for the specific heat
_CURVE = 0.01  # of ln T, for the specific heat of the normal state
_FROZEN = 30.0  # k T below a gap at which nothing is excited any more, e^-30
_SOFT = 4e-3  # w_log: what thermal phonons change goes as (pi k T/w)^2
_COLD, _COLDEST = 0.05, 1e-3  # of Tc: where a frozen state is looked for, from and to


class Condensate(NamedTuple):
    """F_s - F_n, -d/dT of it, and C_s - C_n, each over N(0), in meV^2, meV and 1 (T as kT), and how
    far each may be off; the code of the gap. superfluid: (band,), see `superfluid_weight`."""

    free_energy: float
    entropy: float
    specific_heat: float
    superfluid: np.ndarray
    errors: tuple[float, float, float, float]
    result: Result


def sommerfeld(electrons: Electrons) -> float:
    """gamma/N(0) = (2 pi^2/3) Sum_i nu_i (1 + Sum_j lambda_ij), per k^2."""
    coupling = electrons.modes.coupling.sum(-1).sum(1)
    return float(2 * np.pi**2 / 3 * electrons.shares @ (1 + coupling))


def normal_specific_heat(electrons: Electrons, kt: np.ndarray) -> np.ndarray:
    """C_n/N(0) per k of the normal state, meV, with what thermal phonons take off 1 + lambda.

    F_n/N(0) = -(pi k T)^2/3 - Sum_k lambda_k w_k^2 [Re psi(1 + i y) + ln 2 pi k T], y = w_k/(2 pi
    k T), is what the equations of the normal state make stationary; C = -T d^2F/dT^2.
    """
    bare = 2 * np.pi**2 / 3 * kt
    frequency, coupling = electrons.modes
    strength = np.einsum("i,ijk->k", electrons.shares, coupling) * frequency**2
    warm = np.maximum(kt, 1e-3 * frequency.min())  # below, it is gamma T
    logs = np.log(warm) + _CURVE * np.arange(-2, 3)[:, None]
    step = 2 * np.pi * np.exp(logs)[..., None]
    values = special.psi(1 + 1j * frequency / step).real + np.log(step)
    first = (values[0] - 8 * values[1] + 8 * values[3] - values[4]) / (12 * _CURVE)
    second = values[[0, 4]].sum(0) * -1 + 16 * values[[1, 3]].sum(0) - 30 * values[2]
    second = second / (12 * _CURVE**2)
    phonons = (second - first) @ strength / warm
    return bare + phonons * kt / warm


class Cold(NamedTuple):
    """A kT, meV, below which no pair is broken; and whether that is so: a band that is hardly
    coupled may have excitations, or no gap, down to any temperature."""

    kt: float
    sure: bool


@lru_cache(maxsize=64)
def coldest(electrons: Electrons, critical_kt: float) -> Cold:
    """From 0.05 Tc down until every gap is 30 kT."""
    kt, start = _COLD * critical_kt, None
    while True:
        found = lowest(electrons, kt, critical_kt, start)
        smallest = np.min(np.abs(found.at_first(electrons)))
        if smallest >= _FROZEN * kt:
            return Cold(kt, True)
        if kt <= _COLDEST * critical_kt:
            return Cold(kt, False)
        kt = float(max(kt / 4, _COLDEST * critical_kt))


class Frozen(NamedTuple):
    """A kT, meV, below which the superconducting state has no entropy and the normal one gamma T;
    the part of gamma that is missing there, (pi k T/w_log)^2; and whether it is so."""

    kt: float
    softened: float
    sure: bool


def frozen(electrons: Electrons, critical_kt: float) -> Frozen:
    """The first is a matter of the smallest gap, the second of the phonons, of which thermal ones
    take something off lambda."""
    cold = coldest(electrons, critical_kt)
    softest = min(one.log_frequency for row in electrons.phonons for one in row if one.coupling > 0)
    kt = max(min(cold.kt, _SOFT * softest), _COLDEST * critical_kt)
    return Frozen(kt, (np.pi * kt / softest) ** 2, cold.sure)


def condensate(
    electrons: Electrons, kt: float, critical_kt: float, *, start: ImaginaryGap | None = None,
    own: Electrons | None = None,
) -> tuple[Condensate, ImaginaryGap]:  # fmt: skip
    """What is gained at kT below kTc, meV, and the gap there to start the next temperature from.

    Args:
        electrons: smooth ones, see `critical.smooth_equivalent`.
        own: those that they are the equivalent of: free energy and superfluid weight are theirs,
            and what the free energies differ by makes the rest uncertain.
    """
    # The entropy is F over T, up to what the sums miss of F.
    order = (10, 8) if kt > 2 * _COLD * critical_kt else (16, 12)
    found = lowest(electrons, kt, critical_kt, start, order=order[0])
    if found.result is not Result.SUCCESS:
        return _unknown(found.result, len(electrons.phonons)), found
    coarse = solve(electrons, kt, critical_kt, found, order=order[1])
    energy, entropy, weight = _first_order(electrons, found)
    other = _first_order(electrons, coarse)
    # The steps stay below Tc: there the specific heat has its jump.
    wide = min(_WIDE, 0.2 * np.log(critical_kt / kt))
    heat, twice = (_specific_heat(electrons, found, critical_kt, h) for h in (wide, 2 * wide))
    errors = (
        abs(energy - other[0]),
        abs(entropy - other[1]),
        abs(heat - twice) / 12,  # a quarter of what is extrapolated below
        float(np.max(np.abs(weight - other[2]))),
    )
    result = coarse.result
    # C(h) = C + a h^2: the difference to twice the step takes the second order out.
    heat = heat + (heat - twice) / 3
    if own is not None:
        true = lowest(own, kt, critical_kt, found)
        if true.result is not Result.SUCCESS:
            return _unknown(true.result, len(electrons.phonons)), found
        true_energy = (np.pi * kt) ** 2 * _action(true.system, np.arctan(true.pairs))
        differ = abs(true_energy / energy - 1)
        energy, weight = true_energy, superfluid_weight(true, len(own.phonons))
        errors = (
            errors[0],
            errors[1] + differ * abs(entropy),
            errors[2] + differ * abs(heat),
            errors[3],
        )
    return Condensate(energy, entropy, heat, weight, errors, result), found


def _unknown(result: Result, bands: int) -> Condensate:
    return Condensate(
        np.nan, np.nan, np.nan, np.full(bands, np.nan), (np.nan, np.nan, np.nan, np.nan), result
    )


def specific_heat_jump(electrons: Electrons, critical_kt: float) -> tuple[float, float]:
    """(C_s - C_n)/(gamma Tc) just below Tc, and its error.

    With the unstable amplitude x, the slope s of its eigenvalue, and phi_4 the fourth order of the
    free energy over (pi k T)^2: F = (pi k Tc)^2 (-2 s ln(T/Tc) e^2 + phi_4 e^4) at theta = e x.
    """
    values = []
    for order in (10, 8):
        found = unstable_pairs(electrons, critical_kt, order=order)
        quartic = _fourth_order(found.system, found.pairs, found.border)
        values.append(2 * np.pi**2 * found.slope**2 / quartic / sommerfeld(electrons))
    return float(values[0]), float(abs(values[0] - values[1]) + 1e-7 * values[0])


def superfluid_weight(found: ImaginaryGap, bands: int) -> np.ndarray:
    """2 pi k T Sum_{n >= 0} Delta_n^2/(Z_n (w_n^2 + Delta_n^2)^(3/2)) of each band, clean.

    The London limit: 1/lambda_L^2 over its value (w_p/c)^2 without phonons at T = 0.
    """
    system, x = found.system, found.pairs
    u = 1 / np.sqrt(1 + x**2)
    odd = 2 * system.number + 1
    z = 1 + ((system.apart - system.across) @ (system.weight * u) + system.beyond) / odd
    return np.sum((2 * system.weight * x**2 * u**3 / (z * odd)).reshape(bands, -1), axis=1)


def _first_order(electrons: Electrons, found: ImaginaryGap) -> tuple[float, float, np.ndarray]:
    """F, -dF/d(kT) and the superfluid weights."""
    kt, grid = found.kt, found.system.grid
    theta = np.arctan(found.pairs)
    here = (np.pi * kt) ** 2 * _action(found.system, theta)
    warmer, colder = (
        _action(system_at(electrons, kt * np.exp(h), order=grid.order, grid=grid), theta)
        for h in (_STEP, -_STEP)
    )
    slope = 2 * here + (np.pi * kt) ** 2 * (warmer - colder) / (2 * _STEP)
    return here, -slope / kt, superfluid_weight(found, len(electrons.phonons))


def _specific_heat(
    electrons: Electrons, found: ImaginaryGap, critical_kt: float, step: float
) -> float:
    """dS/d ln T, by the entropies on both sides."""
    grid = found.system.grid

    def entropy(kt: float) -> float:
        near = solve(electrons, kt, critical_kt, found, order=grid.order, grid=grid)
        return _first_order(electrons, near)[1]

    warmer, colder = (entropy(found.kt * float(np.exp(h))) for h in (step, -step))
    return (warmer - colder) / (2 * step)


def _action(system: System, theta: np.ndarray) -> float:
    """(F_s - F_n)/(N(0) (pi k T)^2) at any theta."""
    counted = system.weight * system.share
    less = -2 * np.sin(theta / 2) ** 2  # cos theta - 1, to all digits
    apart = -2 * np.sin((theta[:, None] - theta) / 2) ** 2
    across = -2 * np.sin((theta[:, None] + theta) / 2) ** 2
    paired = counted @ (system.apart * apart - system.across * across) @ system.weight
    repelled = system.repelled.T @ (counted * np.sin(theta))
    alone = counted @ ((2 * system.number + 1 + system.beyond) * less)
    strength = repelled @ np.linalg.solve(system.inverse, repelled)
    return float(-4 * alone - 2 * paired + 4 * strength)


def _fourth_order(system: System, x: np.ndarray, border: np.ndarray) -> float:
    """phi_4. border: of the eigenvector, -p_k/sqrt(2)."""
    counted = system.weight * system.share
    alone = counted @ ((2 * system.number + 1 + system.beyond) * x**4)
    apart, across = (x[:, None] - x) ** 4, (x[:, None] + x) ** 4
    paired = counted @ (system.apart * apart - system.across * across) @ system.weight
    repelled = border @ (system.repelled.T @ (counted * x**3))
    return float(-alone / 6 - paired / 12 + 2 * np.sqrt(2) / 3 * repelled)
