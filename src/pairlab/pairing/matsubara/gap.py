"""Eliashberg theory on the imaginary axis below Tc: Delta(i w_n) and Z(i w_n).

The equation of `equations` in x_in by Newton's method. The repulsion stands beside it as
unknowns p_k, one for each of its channels,

    (1/mu_k) p_k = 2 Sum_jm s_jm,k N_j u_jm x_jm,

so that the pole of mu at the end of the sums does no harm. The derivative at x = 0 is the matrix B
of `critical`. Several bands have several solutions: `lowest` finds the one that is the
lowest of all, as `stability` proves it.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.interpolate import CubicSpline

from pairlab.pairing.matsubara.critical import SEARCH, unstable_pairs
from pairlab.pairing.matsubara.equations import Electrons, Grid, System, repelled_at, system_at
from pairlab.pairing.matsubara.frequencies import graded_frequencies, ladder_sum
from pairlab.pairing.matsubara.stability import (
    condensation_energy,
    phase_stability,
    sign_patterns,
)
from pairlab.pairing.phonons.few_modes import lumped_modes
from pairlab.pairing.real_frequencies.axis import ImaginaryAxis
from pairlab.solution import Result

_STEPS = 60
_CLOSE = 0.97
_CONVERGED = 1e-12
_SETTLED = 1e-10
_ONE_BY_ONE = 4096
_START = 2.0  # over the expected gap: from above Newton's method cannot end at zero
_UNSURE = 1e-3  # of the stiffness of phases, with the few frequencies of a search
_FOLLOWED = 0.02  # of Tc, steps in which a state is followed
_ABOVE = 1.5  # over the strongest gap, for the same reason, where signs are tried


class ImaginaryGap(NamedTuple):
    """Delta(i w_n) in meV on the graded frequencies w_n [meV], each (node,); what became of it.

    repulsion: (channel,) p_k. system: the equations that it solves. error: of Delta at the lowest
    frequency, meV.
    """

    frequency: np.ndarray
    gap: np.ndarray
    repulsion: np.ndarray
    error: float
    result: Result
    system: System

    @property
    def kt(self) -> float:
        """kT, meV."""
        return self.system.kt

    @property
    def pairs(self) -> np.ndarray:
        """x = Delta/w_n, (node,)."""
        return self.gap / self.frequency

    def at_first(self, electrons: Electrons) -> np.ndarray:
        """Delta of each band at the lowest frequency, (band,) meV."""
        return self.gap.reshape(len(electrons.phonons), -1)[:, 0]

    def axis(self, electrons: Electrons, width: float) -> ImaginaryAxis:
        """What fixes the gap at real frequencies where nothing is narrower than `width`, meV.

        A sharp mu* pulls there as below its end.
        """
        system, bands = self.system, len(electrons.phonons)
        size = len(system.number) // bands
        modes = tuple(tuple(lumped_modes(one, width) for one in row) for row in electrons.phonons)
        pull = -np.pi * self.kt * (repelled_at(electrons, 1.0, np.zeros(1))[:, 0] @ self.repulsion)
        frequency, weight = self.frequency[:size], system.weight[:size]
        return ImaginaryAxis(
            modes, self.kt, frequency, weight, self.gap.reshape(bands, size), pull
        )  # fmt: skip

    def at(self, electrons: Electrons, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Delta(i w_n) and Z(i w_n) of each band at integers n, (band, n), from the sums."""
        bands = len(electrons.phonons)
        m, weight, x = (
            one.reshape(bands, -1) for one in (self.system.number, self.system.weight, self.pairs)
        )
        return self._right_sides(electrons, number, m[0], weight, x)

    def full_sum_residual(self, electrons: Electrons, number: np.ndarray) -> float:
        """How far Delta(i w_n) is from the right side of its equation with sums over frequencies
        one by one, up to 4096 of them, over the largest gap: the largest of integers n, (n,)."""
        bands = len(electrons.phonons)
        delta, _ = self.at(electrons, number)
        if not np.any(delta):
            return 0.0
        grid = self.system.grid
        count = min(grid.end, _ONE_BY_ONE)
        far = graded_frequencies(grid.end, order=grid.order, start=count)
        m = np.concatenate([np.arange(count, dtype=float), far.number])
        each = np.concatenate([np.ones(count), far.weight])
        weight = each * self._per_frequency(m, np.ones((bands, 1)))
        gaps, _ = self.at(electrons, m)
        x = gaps / (np.pi * self.kt * (2 * m + 1))
        found, _ = self._right_sides(electrons, number, m, weight, x)
        return float(np.max(np.abs(found - delta)) / np.max(np.abs(delta)))

    def _right_sides(
        self, electrons: Electrons, number: np.ndarray, m: np.ndarray, weight: np.ndarray,
        x: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        """Delta and Z at n from sums over frequencies m, (m,), with weight and x, (band, m)."""
        step, bands, end = 2 * np.pi * self.kt, len(weight), self.system.grid.end
        u = 1 / np.sqrt(1 + x**2)
        frequency, coupling = electrons.modes
        # What the sum over a narrow lambda(n - m) misses stands at n itself.
        counts = self._per_frequency(m, weight)
        raw = weight[0] / counts[0]
        here = np.stack([np.interp(number, m, row) for row in counts * u])
        paired = np.stack([np.interp(number, m, row) for row in counts * u * x * (2 * m + 1)])
        paired = paired / (2 * number + 1)
        inside = number < end
        pulled, shift = (np.zeros((bands, len(number))) for _ in range(2))
        ladders = ladder_sum(frequency / step, np.minimum(number, end - 1.0), end)
        for place, strength, ladder in zip(
            frequency, np.moveaxis(coupling, -1, 0), ladders, strict=True
        ):
            apart, across = (
                1 / (1 + (step * nu / place) ** 2)
                for nu in (number[:, None] - m, number[:, None] + m + 1)
            )
            missed = np.where(inside, ladder - apart @ raw, 0.0)
            pulled += strength @ ((weight * x * u) @ (apart + across).T + missed * paired)
            shift += strength @ ((weight * u) @ (apart - across).T + missed * here)
        repelled = repelled_at(electrons, step, number)
        pulled = pulled - np.einsum("ink,k->in", repelled, self.repulsion)
        # What lies past the end of the sums, over 2 n + 1, is smooth in its square.
        odd = 2 * number + 1
        nodes = (2 * self.system.number + 1).reshape(bands, -1)[0]
        past = CubicSpline(nodes**2, (self.system.beyond.reshape(bands, -1) / nodes).T)
        shift = shift + past(np.clip(odd, nodes[0], nodes[-1]) ** 2).T * odd
        renormalised = 1 + shift / odd
        return np.pi * self.kt * pulled / renormalised, renormalised

    def _per_frequency(self, m: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """What a frequency counts beside others: I0 of given states, less than 1 at a cutoff."""
        grid, bands = self.system.grid.frequencies, len(weight)
        share = self.system.weight.reshape(bands, -1) / grid.weight
        return np.stack([np.interp(m, grid.number, row) for row in share])


def normal_state(electrons: Electrons, kt: float) -> ImaginaryGap:
    """Delta = 0 at kT: its Z is that of the normal state."""
    system = system_at(electrons, kt, order=10)
    return _state(system, np.zeros(len(system.number)), np.zeros(len(system.inverse)),
                  Result.SUCCESS, 0.0)  # fmt: skip


def imaginary_gap(
    electrons: Electrons, kt: float, critical_kt: float, *, start: ImaginaryGap | None = None,
    orders: tuple[int, int] = (10, 8),
) -> ImaginaryGap:  # fmt: skip
    """The solution of lowest free energy at kT below kTc, meV; nan where there is none to use.

    Args:
        start: a solution at another temperature to start from; otherwise the pair amplitude that
            becomes unstable at Tc, with twice the BCS gap.
        orders: points in a panel, of the solution and of one that tells its error.
    """
    # Close to Tc the gap multiplies what the sums do to Tc: more points keep it known.
    orders = orders if kt < _CLOSE * critical_kt else (32, 24)
    fine = lowest(electrons, kt, critical_kt, start, order=orders[0])
    if fine.result is not Result.SUCCESS:
        return fine._replace(gap=np.nan * fine.gap, repulsion=np.nan * fine.repulsion)
    coarse = solve(electrons, kt, critical_kt, fine, order=orders[1])
    change = float(np.max(np.abs(coarse.at_first(electrons) - fine.at_first(electrons))))
    # With a repulsion it falls no faster than the inverse number of points.
    error = change / (orders[0] / orders[1] - 1)
    poor = coarse.result is not Result.SUCCESS or not error <= 1e-5 * critical_kt
    return fine._replace(error=error, result=Result.INACCURATE if poor else Result.SUCCESS)


def lowest(
    electrons: Electrons, kt: float, critical_kt: float, start: ImaginaryGap | None, *,
    order: int = 10,
) -> ImaginaryGap:  # fmt: skip
    """The solution that no state lies below; NOT_THE_LOWEST where a complex one lies below all.

    The first one found is nearly always proved to be it. Otherwise others are looked for on few
    frequencies, until one is. Arguments as of `imaginary_gap`.
    """
    found = solve(electrons, kt, critical_kt, start, order=order)
    if len(electrons.phonons) == 1 or _softest(found) >= 0:
        return found
    if found.result is not Result.SUCCESS and start is not None:
        found = solve(electrons, kt, critical_kt, None, order=order)
        if _softest(found) >= 0:
            return found
    tried: list[ImaginaryGap] = []
    for guess in _guesses(electrons, kt, critical_kt, found):
        rough = solve(electrons, kt, critical_kt, guess, order=SEARCH)
        if _softest(rough) < -_UNSURE:
            tried.append(rough)
            continue
        fine = solve(electrons, kt, critical_kt, rough, order=order)
        if _softest(fine) >= 0:
            return fine
        tried.append(fine)
    solutions = [one for one in (found, *tried) if one.result is Result.SUCCESS]
    if not solutions:
        return found
    best = min(solutions, key=lambda one: condensation_energy(one.system, one.pairs))
    return best._replace(result=Result.NOT_THE_LOWEST)


def _softest(found: ImaginaryGap) -> float:
    """Above zero where a solution is the lowest; -inf where it is none."""
    if found.result is not Result.SUCCESS:
        return -np.inf
    return phase_stability(found.system, found.pairs)


def _guesses(
    electrons: Electrons, kt: float, critical_kt: float, found: ImaginaryGap
) -> Iterator[ImaginaryGap]:
    """Starts at the same temperature: each pattern of signs, with the gaps as found and with that
    of the strongest band, and the state that emerges at Tc, followed from there."""
    bands, system = len(electrons.phonons), found.system
    pairs = found.pairs
    if found.result is not Result.SUCCESS:
        pairs, _ = _first_guess(electrons, system, critical_kt, None)
    rows = (pairs * found.frequency).reshape(bands, -1)
    own = np.where(rows[:, 0] < 0, -1.0, 1.0)
    strongest = _ABOVE * np.abs(rows[np.argmax(np.abs(rows[:, 0]))])
    patterns = sign_patterns(system, pairs, bands)
    for signs in patterns:
        yield found._replace(gap=np.outer(signs * own, strongest).reshape(-1))
    for signs in patterns[np.any(patterns != 1, axis=1)]:
        yield found._replace(gap=(signs[:, None] * rows).reshape(-1))
    known = None
    for part in np.arange(_CLOSE, kt / critical_kt, -_FOLLOWED):
        known = solve(electrons, part * critical_kt, critical_kt, known, order=SEARCH)
        if _softest(known) < 0:
            return
    if known is not None:
        yield known


def _state(
    system: System, x: np.ndarray, p: np.ndarray, result: Result, error: float = np.nan
) -> ImaginaryGap:
    energy = np.pi * system.kt * (2 * system.number + 1)
    return ImaginaryGap(energy, x * energy, p, error, result, system)


def solve(
    electrons: Electrons, kt: float, critical_kt: float, start: ImaginaryGap | None, *,
    order: int = 10, grid: Grid | None = None,
) -> ImaginaryGap:  # fmt: skip
    """Newton's method in x_n and p_k, on one grid. Arguments as of `imaginary_gap`."""
    system = system_at(electrons, kt, order=order, grid=grid)
    x, p = _first_guess(electrons, system, critical_kt, start)
    close = _CONVERGED / float(np.clip(1 - kt / critical_kt, 1e-8, 1.0))  # what rounding leaves
    x, p, result = _newton(system, x, p, close)
    if electrons.states is not None:
        system, x, p, result = _with_states(electrons, system, x, p, result)
    if result is Result.SUCCESS and np.max(np.abs(x)) * np.pi * kt < 1e-6 * critical_kt:
        result = Result.NOT_CONVERGED  # the normal state solves the equations too
    return _state(system, x, p, result)


def _newton(
    system: System, x: np.ndarray, p: np.ndarray, close: float
) -> tuple[np.ndarray, np.ndarray, Result]:
    size = len(system.number)
    for _ in range(_STEPS):
        residual, jacobian = equations(system, x, p)
        try:
            step = np.linalg.solve(jacobian, residual)
        except np.linalg.LinAlgError:
            return x, p, Result.NOT_FINITE
        x, p = x - step[:size], p - step[size:]
        if not np.all(np.isfinite(x)):
            return x, p, Result.NOT_FINITE
        if np.max(np.abs(step[:size])) <= close * np.max(np.abs(x)):
            return x, p, Result.SUCCESS
    return x, p, Result.NOT_CONVERGED


def _with_states(
    electrons: Electrons, system: System, x: np.ndarray, p: np.ndarray, result: Result
) -> tuple[System, np.ndarray, np.ndarray, Result]:
    """The gap and what it does to a given density of states, in turn until both stay."""
    grid = system.grid
    for _ in range(_STEPS):
        if result is not Result.SUCCESS:
            break
        before = x
        system = system_at(electrons, system.kt, order=grid.order, grid=grid, pairs=x,
                           start=system.filling)  # fmt: skip
        x, p, result = _newton(system, x, p, _CONVERGED)
        if np.max(np.abs(x - before)) <= _SETTLED * np.max(np.abs(x)):
            assert system.filling is not None
            converged = system.filling.converged
            return system, x, p, result if converged else Result.NOT_CONVERGED
    return system, x, p, result if result is not Result.SUCCESS else Result.NOT_CONVERGED


def _first_guess(
    electrons: Electrons, system: System, critical_kt: float, start: ImaginaryGap | None
) -> tuple[np.ndarray, np.ndarray]:
    bands = len(electrons.phonons)
    energy = np.pi * system.kt * (2 * system.number + 1)
    if start is None:
        found = unstable_pairs(electrons, critical_kt, order=SEARCH)
        known = np.pi * critical_kt * (2 * found.system.number + 1)
        shape = _as_the_strongest(found.pairs * known, bands)
        closing = np.sqrt(max(1 - system.kt / critical_kt, 1e-12)) * 1.3
        scale = _START * 1.764 * critical_kt * closing / np.max(np.abs(shape))
        gap = scale * shape
    else:
        known, gap = start.frequency, start.gap
    size = len(energy) // bands
    rows = zip(known.reshape(bands, -1), gap.reshape(bands, -1), strict=True)
    x = np.concatenate([np.interp(energy[:size], w, delta) for w, delta in rows]) / energy
    # The p_k that belong to x, unless mu has its pole right here.
    pulled = 2 * system.repelled.T @ (system.weight * system.share * x / np.sqrt(1 + x**2))
    return x, np.linalg.pinv(system.inverse, rcond=1e-3) @ pulled


def _as_the_strongest(shape: np.ndarray, bands: int) -> np.ndarray:
    """Every band with the gap of the strongest one, at its own sign: a band with a gap of its own
    that is hardly coupled has almost none in the amplitude at Tc, and would stay normal."""
    rows = shape.reshape(bands, -1)
    strongest = rows[np.argmax(np.max(np.abs(rows), axis=1))]
    alike = np.where(rows[:, 0] * strongest[0] < 0, -1.0, 1.0)
    return (alike[:, None] * strongest).reshape(-1)


def equations(system: System, x: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The left side minus the right side at x and p, and its derivative by both."""
    size, channels = system.repelled.shape
    weight, odd = system.weight, 2 * system.number + 1
    u = 1 / np.sqrt(1 + x**2)
    du = -x * u**3
    inner = u**3  # d(x u)/dx
    plus, minus = ((system.apart + s * system.across) * weight for s in (1, -1))
    shift = minus @ u + system.beyond
    counted = system.repelled * (weight * system.share)[:, None]
    residual = np.concatenate(
        [
            (odd + shift) * x - plus @ (x * u) + system.repelled @ p,
            system.inverse @ p - 2 * counted.T @ (x * u),
        ]
    )
    jacobian = np.empty((size + channels, size + channels))
    jacobian[:size, :size] = x[:, None] * minus * du - plus * inner
    jacobian[np.diag_indices(size)] += odd + shift
    jacobian[:size, size:] = system.repelled
    jacobian[size:, :size] = -2 * (counted * inner[:, None]).T
    jacobian[size:, size:] = system.inverse
    return residual, jacobian
