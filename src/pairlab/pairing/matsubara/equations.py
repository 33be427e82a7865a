"""Eliashberg theory on the imaginary axis, of one or several bands: what both equations hold.

With w_n = (2 n + 1) pi k T, lambda_ij(n - m) = lambda_ij(i (w_n - w_m)), the gaps
Delta_i(i w_n) = w_n x_in and u_in = 1/sqrt(1 + x_in^2), both Eliashberg equations are one,

    (2 n + 1) x_in = Sum_jm [lambda_ij(n - m) (u_jm x_jm - x_in u_jm)
                             + lambda_ij(n + m + 1) (u_jm x_jm + x_in u_jm)]
                     - 2 Sum_jm mu_ij u_jm x_jm,                                    n, m >= 0

and (2 n + 1) Z_in = 2 n + 1 + Sum_jm [lambda_ij(n - m) - lambda_ij(n + m + 1)] u_jm. They make
stationary the free energy of `energy`. Here are their coefficients on graded frequencies
(see `matsubara`): what the narrow lambda(n - m) does within a panel enters through differences
x_m - x_n alone.

Sources: Bergmann and Rainer, Z. Phys. 263, 59 (1973); Allen and Dynes, Phys. Rev. B 12, 905 (1975);
for several bands Suhl, Matthias, Walker, Phys. Rev. Lett. 3, 552 (1959), and Golubov et al., J.
Phys. Condens. Matter 14, 1353 (2002).
"""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from scipy import special

from pairlab.electrons.states.given_states import GivenStates
from pairlab.pairing.matsubara.coulomb import CoulombPseudopotential
from pairlab.pairing.matsubara.filling import Filling, Sums, filling
from pairlab.pairing.matsubara.frequencies import (
    Frequencies,
    graded_frequencies,
    ladder_sum,
    tail_sum,
)
from pairlab.pairing.phonons.coupling import Modes, PhononCoupling, ScaledPhonons
from pairlab.pairing.phonons.few_modes import few_modes

REACH = 1000.0
"""The sums end at so many w2; what they leave out goes as its inverse square, below 1e-5 of Tc."""

_BEYOND = 100.0
"""With a given density of states they end at so many times its farthest energy at least: inside the
bands what they leave out does not fall off."""

_FEWEST = 256
"""Frequencies at least: strong coupling has its scale in kT."""

_LONGEST, _UNTIL = 8.0, 48.0
"""Panels no longer than 8 w2 up to 48 w2: beyond, lambda(n - m) is narrower than the distance of
points, and what it does to neighbours, (w2/w)^2 of the rest, is lost."""

_SMALL = 1e-3  # of mu*: smaller ones would fill a matrix with 1/mu*
_NO_REPULSION = 1e-100  # mu* that changes no digit

_STEPS = 4
"""Grids in a factor of two of w2/kT, so that a search for Tc meets the same one again."""


@dataclass(frozen=True)
class Electrons:
    """What pairs electrons: phonons, and what keeps them apart; None for no repulsion.

    phonons: alpha^2F_ij, (band, band), i the band that scatters. densities: N_i of the bands in any
    unit, with N_i lambda_ij = N_j lambda_ji. cutoff: where the sums over the gap end, meV; by
    default at 1000 w2. states: of one band, where its density of states is not constant.
    """

    phonons: tuple[tuple[PhononCoupling, ...], ...]
    densities: tuple[float, ...] = (1.0,)
    coulomb: CoulombPseudopotential | None = None
    cutoff: float | None = None
    states: GivenStates | None = None

    @cached_property
    def second_frequency(self) -> float:
        """The largest w2, meV."""
        return max(one.second_frequency for row in self.phonons for one in row)

    @cached_property
    def shares(self) -> np.ndarray:
        """(band,) densities of states over their sum."""
        densities = np.array(self.densities)
        return densities / densities.sum()

    @cached_property
    def modes(self) -> Modes:
        """Phonons of all pairs of bands: frequency (mode,), coupling (band, band, mode)."""
        found: dict[float, np.ndarray] = {}
        size = len(self.phonons)
        for i, row in enumerate(self.phonons):
            for j, phonons in enumerate(row):
                few = few_modes(phonons)
                for frequency, coupling in zip(few.frequency, few.coupling, strict=True):
                    found.setdefault(float(frequency), np.zeros((size, size)))[i, j] = coupling
        return Modes(np.array(list(found)), np.stack(list(found.values()), axis=-1))

    @cached_property
    def repulsion(self) -> tuple[np.ndarray, np.ndarray]:
        """Eigenvalues (channel,), those other than zero, and eigenvectors (band, channel) of
        mu*_ij sqrt(N_i/N_j), which is symmetric.

        Small ones are 1e-3, with vectors as much shorter, so that 1/mu* leaves the other elements
        of a matrix their digits.
        """
        size = len(self.phonons)
        if self.coulomb is None:
            return np.zeros(0), np.zeros((size, 0))
        root = np.sqrt(self.shares)
        matrix = np.atleast_2d(self.coulomb.value) * root[:, None] / root
        values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
        kept = np.abs(values) > max(1e-12 * np.max(np.abs(values), initial=0.0), _NO_REPULSION)
        values, vectors = values[kept], vectors[:, kept]
        size = np.minimum(np.abs(values) / _SMALL, 1.0)
        return values / size, vectors * np.sqrt(size)

    @property
    def is_smooth(self) -> bool:
        """Whether nothing ends within the cell of one frequency, which moves with T."""
        return self.cutoff is None and not self.is_sharp

    @property
    def is_sharp(self) -> bool:
        """Whether mu* acts below its frequency only."""
        return self.coulomb is not None and self.coulomb.scheme == "sharp"

    def stiffened(self, factor: float) -> "Electrons":
        """Every phonon frequency times a factor; mu*, its frequency and the cutoff stay."""
        return replace(
            self,
            phonons=tuple(
                tuple(ScaledPhonons(one, stiffness=factor) for one in row) for row in self.phonons
            ),
        )


class System(NamedTuple):
    """The coefficients at one temperature, on graded frequencies of all bands, node = (band, n).

    kt: meV. number, weight: n and how many frequencies each node is, (node,). share: of the density
    of states, (node,). apart, across: lambda_ij(n - m) and lambda_ij(n + m + 1), (node, node).
    beyond: the sum of their difference over all frequencies past the end, (node,). repelled: what
    each channel of the repulsion acts on, (node, channel), V_ik/sqrt(N_i) times the part of the
    frequency below w_ref. inverse: (channel, channel), that of mu at the end of the sums, which
    passes zero where mu has its pole. positive: how many eigenvalues of mu* are. filling: of a
    given density of states, whose I0 is in `weight`.
    """

    kt: float
    grid: "Grid"
    number: np.ndarray
    weight: np.ndarray
    share: np.ndarray
    apart: np.ndarray
    across: np.ndarray
    beyond: np.ndarray
    repelled: np.ndarray
    inverse: np.ndarray
    positive: int
    filling: Filling | None = None


class Grid(NamedTuple):
    """Frequencies, and squares of the differences n - m and sums n + m + 1.

    order: points in a panel. end: the first frequency left out. squares: of each pair of nodes
    once, differences first. pair: (node, node), where a pair stands in each half of them.
    """

    frequencies: Frequencies
    order: int
    end: int
    squares: np.ndarray
    pair: np.ndarray


@lru_cache(maxsize=64)
def _grid(count: int, order: int, breaks: tuple[int, ...], longest: float, until: float) -> Grid:
    found = graded_frequencies(count, order=order, breaks=breaks, longest=longest, until=until)
    n = found.number
    low, other = np.tril_indices(len(n))
    pair = np.empty((len(n), len(n)), dtype=np.intp)
    pair[low, other] = pair[other, low] = np.arange(len(low))
    squares = np.concatenate([n[low] - n[other], n[low] + n[other] + 1]) ** 2
    return Grid(found, order, count, squares, pair)


def system_at(
    electrons: Electrons, kt: float, *, order: int, reach: float = REACH,
    grid: "Grid | None" = None, pairs: np.ndarray | None = None, start: Filling | None = None,
) -> System:  # fmt: skip
    """The equations at kT.

    Args:
        kt: meV. order: points in a panel. reach: the end of the sums in w2.
        grid: that of another system, for differences between two; by default one made for kt.
        pairs, start: x, (node,), that a given density of states is filled with (default 0), and a
            filling to start from.
    """
    step = 2 * np.pi * kt
    if grid is None:
        grid = _grid_at(electrons, step, order=order, reach=reach)
    n, weight = grid.frequencies
    if electrons.cutoff is not None:
        weight = weight * np.clip(electrons.cutoff / step - n, 0.0, 1.0)
    bands, size = len(electrons.phonons), len(n)
    coupling = _couplings(electrons, step, grid.squares)
    half = len(grid.squares) // 2
    apart, across = coupling[:, :, grid.pair], coupling[:, :, half + grid.pair]
    width = electrons.modes.frequency / step
    past = tail_sum(width, grid.end - n) - tail_sum(width, grid.end + n + 1)
    beyond = electrons.modes.coupling @ past
    if bands > 1 or electrons.states is not None:
        # Within a band lambda(n - m) stands before x_m - x_n, so that what the sum over a narrow
        # one lacks does not matter. Between bands it does: the sum itself goes to the diagonal.
        whole = electrons.modes.coupling @ ladder_sum(width, n, grid.end)
        lacks = whole - apart @ grid.frequencies.weight
        apart[:, :, np.arange(size), np.arange(size)] += lacks / grid.frequencies.weight
    if electrons.cutoff is not None:  # what the cutoff takes of the last frequency
        beyond = beyond + (apart - across) @ (grid.frequencies.weight - weight)
    values, _ = electrons.repulsion
    system = System(
        kt=kt,
        grid=grid,
        number=np.tile(n, bands),
        weight=np.tile(weight, bands),
        share=np.repeat(electrons.shares, size),
        apart=_by_node(apart),
        across=_by_node(across),
        beyond=beyond.sum(1).reshape(-1),
        repelled=repelled_at(electrons, step, n).reshape(bands * size, -1),
        inverse=np.diag(1 / values) - _screening(electrons, step, grid.end),
        positive=int(np.sum(values > 0)),
    )
    return system if electrons.states is None else _filled(electrons.states, system, pairs, start)


def _filled(
    states: GivenStates, system: System, pairs: np.ndarray | None, start: Filling | None
) -> System:
    """The system with a density of states, as weights of its frequencies."""
    sums = Sums(system.kt, system.number, system.weight, system.apart, system.across, system.beyond)
    none = np.zeros(len(system.number))
    found = filling(states, sums, none if pairs is None else pairs, start)
    return system._replace(
        weight=system.weight * found.weight,
        beyond=system.beyond * found.weight[-1],
        filling=found,
    )


def repelled_at(electrons: Electrons, step: float, number: np.ndarray) -> np.ndarray:
    """What each channel of the repulsion acts on at frequencies n, (band, n, channel)."""
    _, vectors = electrons.repulsion
    last = _repulsion_end(electrons) / step
    acts = np.clip(last - number, 0.0, 1.0)
    return (vectors / np.sqrt(electrons.shares)[:, None])[:, None, :] * acts[:, None]


def _repulsion_end(electrons: Electrons) -> float:
    """Where a sharp mu* ends, meV; the sums over phonons go on."""
    coulomb = electrons.coulomb
    return coulomb.frequency if coulomb is not None and electrons.is_sharp else np.inf


def _grid_at(electrons: Electrons, step: float, *, order: int, reach: float) -> Grid:
    scale = 2 ** (np.round(_STEPS * np.log2(electrons.second_frequency / step)) / _STEPS)
    count = int(np.ceil(max(reach * scale, _FEWEST * reach / REACH)))
    if electrons.states is not None:
        farthest = max(map(abs, electrons.states.energy)) / step
        count = max(count, int(np.ceil(_BEYOND * farthest * reach / REACH)))
    repelled = _repulsion_end(electrons) / step
    if electrons.cutoff is not None:
        count = int(electrons.cutoff / step) + 1
    elif np.isfinite(repelled):
        count = max(count, int(np.ceil(repelled)))
    # The cell in which an end lies is cut there, so that Tc is a continuous function of it.
    ends = [electrons.cutoff / step] if electrons.cutoff is not None else []
    ends += [repelled] if repelled < count else []
    breaks = tuple(sorted({place for end in ends for place in (int(end), int(end) + 1)}))
    return _grid(count, order, breaks, _LONGEST * scale, _UNTIL * scale)


def _couplings(electrons: Electrons, step: float, squares: np.ndarray) -> np.ndarray:
    """lambda_ij(i nu), (band, band, pair), nu^2 = step^2 squares."""
    frequency, coupling = electrons.modes
    total = np.zeros((*coupling.shape[:2], len(squares)))
    for place, strength in zip(frequency, np.moveaxis(coupling, -1, 0), strict=True):
        one = squares * (step / place) ** 2
        one += 1
        np.divide(1.0, one, out=one)
        for i, j in zip(*np.nonzero(strength), strict=True):
            total[i, j] += strength[i, j] * one
    return total


def _by_node(matrix: np.ndarray) -> np.ndarray:
    """(band, band, n, n) as (node, node)."""
    bands, _, size, _ = matrix.shape
    return matrix.transpose(0, 2, 1, 3).reshape(bands * size, bands * size)


def _screening(electrons: Electrons, step: float, count: int) -> np.ndarray:
    """What takes mu* to the end of the sums, (channel, channel): ln(w_c/w_ref) of a rescaled one.

    Pairs of several bands go on exchanging there by phonons, at the rate S_ij = delta_ij Sum_k
    Lambda_ik - Lambda_ij sqrt(N_i/N_j) with Lambda = Sum_l lambda(l) over all l: what lies past the
    end is Sum_{n >= N} 2/(2 n + 1 + S) in place of Sum 2/(2 n + 1).
    """
    values, vectors = electrons.repulsion
    if electrons.coulomb is None or electrons.is_sharp:
        return np.zeros((len(values), len(values)))
    end = step * count if electrons.cutoff is None else electrons.cutoff
    if electrons.states is not None:
        logarithm = electrons.states.logarithm(electrons.coulomb.frequency, end)
    else:
        logarithm = float(np.log(end / electrons.coulomb.frequency))
    if len(electrons.phonons) == 1 or electrons.cutoff is not None:
        return logarithm * vectors.T @ vectors
    rates, channels = np.linalg.eigh(_exchange(electrons, step))
    slower = special.digamma(count + 0.5 + rates / 2) - special.digamma(count + 0.5)
    seen = vectors.T @ channels
    return logarithm * vectors.T @ vectors + (seen * slower) @ seen.T


def _exchange(electrons: Electrons, step: float) -> np.ndarray:
    """S_ij sqrt(N_i/N_j), symmetric."""
    root = np.sqrt(electrons.shares)
    frequency, coupling = electrons.modes
    whole = coupling @ (1 + 2 * tail_sum(frequency / step, np.ones(1))[:, 0])
    mixed = whole * root[:, None] / root
    return np.diag(whole.sum(1)) - (mixed + mixed.T) / 2
