"""The whole pipeline of the superstripes mechanism in its exactly solvable limits."""

import dataclasses
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from spectral_elements import BOLTZMANN, KINETIC

import pairlab as pl
from pairlab.electrons.wires.subbands import subbands
from pairlab.mechanisms import superstripes as module
from pairlab.numerics.eigen import leading_eigenpair
from pairlab.numerics.quadrature import FINE

H3S = {
    "well_width": 0.85, "barrier_width": 0.55, "well_mass": 0.86, "barrier_mass": 1.0,
    "wire_mass": 0.86, "phonon_energy": 330.0, "subbands": 3,
}  # fmt: skip


def mechanism(**changes):
    return pl.Superstripes(**{**H3S, "coupling": 0.25, "lifshitz": 0.0, **changes})


def at_potential(potential, **changes):
    """The mechanism with mu [meV] above the bottom of the wells."""
    trial = mechanism(**changes)
    solved = subbands(trial.lattice(), 3)
    return trial.replace(lifshitz=(potential - solved.bottom(3)) / solved.width(3))


def above_level(offset, **changes):
    """The mechanism with mu [meV] above the bottom of band 3."""
    trial = mechanism(**changes)
    return trial.replace(lifshitz=offset / subbands(trial.lattice(), 3).width(3))


def tc(m):
    return pl.critical_temperature(m).value


# 1. Without a barrier: one free two-dimensional band, whose density of states is constant.


FREE = {
    "well_mass": 1.0, "barrier_mass": 1.0, "wire_mass": 1.0, "weak_coupling": 0.25,
    "exchange_coupling": 0.25, "softening": "none", "phonon_energy": 100.0, "subbands": None,
}  # fmt: skip


def free_critical_temperature(coupling, cutoff):
    """1 = g Int_0^w0 tanh(x/2kT)/x dx, K."""

    def excess(log_kt):
        # x = 2 kT y; beyond y = 20 the hyperbolic tangent is 1 to 17 digits.
        end = cutoff / (2 * np.exp(log_kt))
        inner = quad(lambda y: np.tanh(y) / y, 0, min(end, 20), epsabs=1e-13, limit=200)[0]
        return coupling * (inner + np.log(max(end / 20, 1.0))) - 1

    return np.exp(brentq(excess, np.log(cutoff) - 40, np.log(cutoff), xtol=1e-13)) / BOLTZMANN


def test_free_electrons_reference():
    assert free_critical_temperature(0.25, 100.0) == pytest.approx(24.09965828, rel=1e-9)


@pytest.mark.parametrize("height", [0.0, 1e-3])
def test_free_electrons(height):
    found = pl.critical_temperature(at_potential(1000.0, barrier_height=height, **FREE))
    wanted = free_critical_temperature(0.25, 100.0)
    assert found.value == pytest.approx(wanted, rel=1e-7)
    assert abs(found.value - wanted) <= 2 * found.error + 2e-8 * wanted


def test_a_weak_barrier_enters_in_second_order():
    free = free_critical_temperature(0.25, 100.0)
    change = [
        tc(at_potential(1000.0, barrier_height=height, **FREE)) / free - 1
        for height in (15.0, 30.0)
    ]
    assert 0 < abs(change[1]) < 1e-2
    assert change[1] / change[0] == pytest.approx(4.0, rel=0.05)


# 2. Impenetrable barriers: one-dimensional levels.


WIDE = {"well_width": 3.0, "barrier_mass": 0.86, "softening": "none"}


def isolated_wells(m, offset):
    """Tc of levels E_n = hbar^2 pi^2 n^2/(2 m_w (L + 2/kappa)^2), mu above the third by offset."""
    inverse_mass = KINETIC / m.well_mass
    width = m.well_width
    for _ in range(50):  # kappa at the third level; those below differ in higher order
        level = inverse_mass * (3 * np.pi / width) ** 2
        width = m.well_width + 2 / np.sqrt(m.barrier_mass * (m.barrier_height - level) / KINETIC)
    levels = inverse_mass * (np.pi * np.arange(1, 4) / width) ** 2
    overlap = (1.0 + 0.5 * np.eye(3)) * m.lattice().period / width
    kernel = m.couplings(3) * overlap
    potential = levels[2] + offset
    x, w = np.polynomial.legendre.leggauss(400)
    prefactor = np.sqrt(KINETIC / m.wire_mass) / m.lattice().period

    def excess(log_kt):
        kt, sums = np.exp(log_kt), []
        for level in levels:
            # xi = E_n - mu + q^2 from the band edge on; q^2 + E_n - mu = +-w0 at the ends.
            ends = np.sqrt(np.maximum(potential - level + m.cutoff * np.array([-1.0, 0, 1.0]), 0))
            total = 0.0
            for low, high in pairwise(ends):
                q = (low + high) / 2 + (high - low) / 2 * x
                xi = q**2 + level - potential
                total += (high - low) / 2 * np.sum(w * np.tanh(xi / (2 * kt)) / xi)
            # Int dxi/(2 xi sqrt(xi - E_n + mu)) = Int dq/xi, twice A^(1/2)/d.
            sums.append(2 * prefactor * total)
        root = np.sqrt(sums)
        return np.linalg.eigvalsh(root[:, None] * kernel * root)[-1] - 1.0

    return np.exp(brentq(excess, np.log(0.5), np.log(200.0), xtol=1e-14)) / BOLTZMANN


@pytest.mark.parametrize("offset", [-60.0, 40.0, 300.0])
def test_deep_wells_with_their_first_correction(offset):
    # (n pi)^2 (kappa L)^-3 is left out: kappa grows by sqrt(8) from one height to the next.
    errors = []
    for height in (1e4, 8e4):
        changes = {**WIDE, "barrier_height": height, "coupling": 0.45, "weak_coupling": 0.4}
        m = above_level(offset, exchange_coupling=0.2, phonon_energy=400.0, **changes)
        errors.append(abs(tc(m) / isolated_wells(m, offset) - 1))
    assert errors[0] < 5e-3
    assert errors[1] < errors[0] / 10


@pytest.mark.parametrize("height", [3.2e5, 1e6, 1e7])
def test_bands_narrower_than_the_rounding_of_their_energies(height):
    m = above_level(
        40.0, coupling=0.45, weak_coupling=0.4, exchange_coupling=0.2, phonon_energy=400.0,
        barrier_height=height, **WIDE,
    )  # fmt: skip
    assert tc(m) == pytest.approx(isolated_wells(m, 40.0), rel=2e-5)


# 3. Thin barriers: Dirac's combs.


def comb_states(strength, period, theta):
    """Energies over hbar^2/2m and |psi|^2 on 60 nodes of half a cell, three bands, kz = theta/d.

    cos(k d) = cos(a d) + P sin(a d)/(a d); the cell is from one spike to the next, psi = cos(a z)
    and sin(a z) about its middle, and |psi|^2 ~ cos^2 + t^2 sin^2 with t = tan(kd/2)/tan(ad/2).
    """
    x, w = np.polynomial.legendre.leggauss(60)
    z, weight = period / 4 * (x + 1), period / 2 * w

    def excess(u):
        return np.cos(u) + strength * np.sin(u) / u - np.cos(theta)

    grid = np.linspace(1e-9, 3 * np.pi + 1e-9, 4000)
    values = excess(grid)
    places = np.flatnonzero(values[1:] * values[:-1] < 0)[:3]
    roots = np.array([brentq(excess, grid[i], grid[i + 1], xtol=1e-15) for i in places])
    wave = (roots / period)[:, None]
    mixing = (np.tan(theta / 2) / np.tan(roots / 2))[:, None]
    density = np.cos(wave * z) ** 2 + mixing**2 * np.sin(wave * z) ** 2
    return (roots / period) ** 2, density / (density @ weight)[:, None], weight


def comb_critical_temperature(m, strength, potential):
    """By a uniform grid, which is good here: every state lies within the cutoff, and Tc is high."""
    period, count = m.lattice().period, 24
    theta = np.pi * (np.arange(count) + 0.5) / count
    solved = [comb_states(strength, period, t) for t in theta]
    energy = KINETIC * np.array([s[0] for s in solved])
    density, weight = np.array([s[1] for s in solved]), solved[0][2]
    overlap = period * np.einsum("knz,qmz,z->nkmq", density, density, weight)
    kernel = m.couplings(3)[:, None, :, None] * overlap
    assert energy.min() > potential - m.cutoff
    assert energy.max() < potential + m.cutoff
    x, w = np.polynomial.legendre.leggauss(600)
    top = np.sqrt(potential + m.cutoff - energy.T)[..., None]
    k = top / 2 * (x + 1)  # times hbar/sqrt(2 m)
    xi = k**2 + energy.T[..., None] - potential
    # (1/N0)(1/d) Int dkx/(2 pi) over both signs, N0 = 1/(4 pi A).
    measure = 4 * np.sqrt(KINETIC) / period / count * (top / 2)[..., 0]

    def excess(log_kt):
        factor = np.tanh(xi / (2 * np.exp(log_kt))) / (2 * xi)
        root = np.sqrt(measure * (factor @ w)).ravel()
        matrix = root[:, None] * kernel.reshape(3 * count, -1) * root
        return np.linalg.eigvalsh(matrix)[-1] - 1.0

    return np.exp(brentq(excess, np.log(1.0), np.log(950.0), xtol=1e-13)) / BOLTZMANN


def test_thin_barriers():
    strength, period, potential = 6.0, 1.4, 900.0
    errors = []
    for width in (1e-3, 1e-4):
        # The physics page: V W d m/hbar^2 = P.
        m = at_potential(
            potential, well_width=period - width, barrier_width=width, well_mass=1.0, wire_mass=1.0,
            barrier_height=strength * 2 * KINETIC / (width * period), phonon_energy=950.0,
            softening="none", coupling=0.3, weak_coupling=0.25, exchange_coupling=0.1,
        )  # fmt: skip
        errors.append(abs(tc(m) / comb_critical_temperature(m, strength, potential) - 1))
    assert errors[0] < 1e-2
    assert errors[1] == pytest.approx(errors[0] / 10, rel=0.02)


# 4 and 5. A window far from all edges: constant densities of states.


FAR = {**WIDE, "barrier_height": 8e4, "phonon_energy": 0.5}
OFFSET = 400.0


def density_factors(m):
    """nu_n of levels far below mu, in units of N0: 2 sqrt(A_x)/(d sqrt(mu - E_n))."""
    edges = subbands(m.lattice(), 3).edges.mean(1)
    rate = 2 * np.sqrt(KINETIC / m.wire_mass) / m.lattice().period
    return rate / np.sqrt(m.chemical_potential - edges)


def test_suhl_matthias_walker():
    m = above_level(OFFSET, coupling=1.1, weak_coupling=0.9, exchange_coupling=0.3, **FAR)
    overlap = pl.overlap_integrals(m).mean_overlap.values
    root = np.sqrt(density_factors(m))
    strength = np.linalg.eigvalsh(root[:, None] * m.couplings(3) * overlap * root)[-1]
    assert 0.15 < strength < 0.6
    # The density of states varies by (w0/E)^2/8 in the even part: 2e-7.
    assert tc(m) == pytest.approx(free_critical_temperature(strength, 0.5), rel=3e-6)


def test_numbers_of_suhl_matthias_walker():
    m = pl.Multiband(couplings=[[0.2, 0.05], [0.05, 0.15]], cutoff=100.0)
    assert tc(m) * BOLTZMANN / 100.0 == pytest.approx(0.01491759, rel=1e-6)


def test_one_band_far_from_its_edges_is_bcs():
    m = above_level(OFFSET, coupling=1.1, weak_coupling=0.0, exchange_coupling=0.0, **FAR)
    overlap = pl.overlap_integrals(m).mean_overlap.values[2, 2]
    strength = 1.1 * overlap * density_factors(m)[2]
    assert tc(m) == pytest.approx(free_critical_temperature(strength, 0.5), rel=3e-6)
    ratio = pl.gap_ratio(m.replace(fixed="chemical_potential"))
    # 2 pi exp(-gamma), up to (kTc/w0)^2 corrections of the finite cutoff.
    kt = tc(m) * BOLTZMANN / 0.5
    assert ratio.gap_ratio.values == pytest.approx([0, 0, 3.5277540], rel=4 * kt**2 + 1e-5)
    alpha = pl.isotope_coefficient(m)
    assert alpha.value == pytest.approx(0.5, abs=1e-5)


# 6. Scale invariance.


SCALED = [("well_width", -0.5), ("barrier_width", -0.5), ("phonon_energy", 1.0)]


@pytest.mark.parametrize("scale", [4.0, 3.0, 0.01])
@pytest.mark.parametrize("eta", [-0.34, 0.0, 0.9])
@pytest.mark.parametrize("given", ["transverse_dispersion", "barrier_height"])
def test_scale_invariance(scale, eta, given):
    number = {"transverse_dispersion": 274.0, "barrier_height": 3260.0}[given]
    m = mechanism(lifshitz=eta, **{given: number})
    changes = {name: getattr(m, name) * scale**power for name, power in SCALED}
    scaled = m.replace(**changes, **{given: number * scale})
    # An error of mu by rounding, 1e-13 meV, counts in units of kTc: 2e-7 meV at eta = -0.34.
    assert tc(scaled) / scale == pytest.approx(tc(m), rel=1e-10)


# 7. Monotony.


@cache
def pairs_of(eta):
    equation = mechanism(transverse_dispersion=274.0, lifshitz=eta).gap_equation()
    return equation.kernel, equation.carriers.pair_density(FINE)


def eigenvalue(kernel, pairs, kelvin):
    x = pairs.susceptibility(kelvin * BOLTZMANN)
    return float(leading_eigenpair(kernel, x)[0])


@pytest.mark.parametrize("eta", [-0.34, 0.0, 1.0])
def test_eigenvalue_falls_with_temperature(eta):
    kernel, pairs = pairs_of(eta)
    values = [eigenvalue(kernel, pairs, t) for t in np.geomspace(1e-5, 1e4, 40)]
    assert np.all(np.diff(values) < 0)


@pytest.mark.parametrize("eta", [-0.34, 0.0, 1.0])
@pytest.mark.parametrize("name", ["coupling", "weak_coupling", "exchange_coupling"])
def test_critical_temperature_rises_with_every_coupling(eta, name):
    m = mechanism(transverse_dispersion=274.0, lifshitz=eta, softening="none")
    found = pl.sweep(m, {name: [0.06, 0.1, 0.25, 0.3, 0.45, 0.8]})
    assert np.all(found.critical_temperature_result_code == 0)
    assert np.all(np.diff(found.critical_temperature) > 0)


@pytest.mark.parametrize("eta", [-0.34, 0.0, 1.0])
def test_critical_temperature_rises_with_the_cutoff(eta):
    m = mechanism(transverse_dispersion=274.0, lifshitz=eta, softening="none")
    found = pl.sweep(m, {"phonon_energy": np.linspace(100.0, 700.0, 13)})
    assert np.all(np.diff(found.critical_temperature) > 0)


def test_sign_of_the_exchange_of_two_bands_does_not_matter():
    # Band 3 lies outside the cutoff: two bands are left.
    m = mechanism(transverse_dispersion=274.0, lifshitz=-0.5, coupling=0.49)
    solved = subbands(m.lattice(), 3)
    assert m.chemical_potential + m.cutoff < solved.bottom(3)
    assert m.chemical_potential - m.cutoff > 0
    plus, minus = (tc(m.replace(exchange_coupling=sign * 0.1)) for sign in (1, -1))
    assert plus > 0
    assert minus == pytest.approx(plus, rel=1e-10)


def test_softening_alone_makes_tc_fall_with_the_coupling():
    # The facts of the physics page: below the band edge Tc falls only by the softening imposed.
    couplings = np.linspace(0.1, 0.48, 9)
    soft, fixed = (
        pl.sweep(
            mechanism(transverse_dispersion=274.0, lifshitz=-0.3, softening=softening),
            {"coupling": couplings},
        ).critical_temperature.values
        for softening in ("migdal", "none")
    )
    assert np.all(np.diff(soft) < 0)
    assert np.all(np.diff(fixed) > 0)


# Where the calculation itself changes: nothing may be seen of it.


def test_no_jump_at_the_band_edge():
    at = [tc(mechanism(transverse_dispersion=274.0, lifshitz=e)) for e in (-1e-9, 0.0, 1e-9)]
    left, right = (at[1] - at[0]) / at[1], (at[2] - at[1]) / at[1]
    # The independent reference has d ln Tc/d eta = 957 there.
    assert left == pytest.approx(957e-9, rel=2e-3)
    assert right == pytest.approx(957e-9, rel=2e-3)


@pytest.mark.parametrize("eta", [0.3, -0.3])
@pytest.mark.parametrize("height", [900.0, 1400.0, 1600.0])
def test_series_and_direct_contours_give_the_same_tc(eta, height, monkeypatch):
    m = mechanism(barrier_height=height, lifshitz=eta)
    assert subbands(m.lattice(), 3).smooth.all()
    series = tc(m)

    @cache
    def not_smooth(lattice, count):
        return dataclasses.replace(subbands(lattice, count), smooth=np.zeros(count, bool))

    monkeypatch.setattr(module, "subbands", not_smooth)
    assert tc(m) == pytest.approx(series, rel=2e-7)


@pytest.mark.parametrize("eta", [0.3, -0.3])
@pytest.mark.parametrize("between", [(900.0, 1000.0), (1400.0, 1300.0)])
def test_no_jump_where_the_contours_are_switched(eta, between):
    smooth, direct = between
    while abs(smooth - direct) > 1e-7:
        middle = (smooth + direct) / 2
        if subbands(mechanism(barrier_height=middle).lattice(), 3).smooth.all():
            smooth = middle
        else:
            direct = middle
    found = [tc(mechanism(barrier_height=height, lifshitz=eta)) for height in (smooth, direct)]
    # d ln Tc/dV is below 0.05/meV from 900 to 1600 meV.
    assert found[0] == pytest.approx(found[1], rel=2e-7)
