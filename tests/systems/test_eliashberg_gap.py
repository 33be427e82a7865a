"""Delta(i w_n) and Z(i w_n) below Tc against full sums, limits and both starts."""

import numpy as np
import pytest
from oracle import full_matsubara as full
from scipy import optimize

import pairlab as pl
from pairlab.pairing.matsubara.coulomb import CoulombPseudopotential
from pairlab.pairing.matsubara.gap import imaginary_gap as solved
from pairlab.units import BOLTZMANN

W = 20.0


def mode(coupling, mu=0.0, at=100.0, scheme="sharp"):
    return pl.Eliashberg(
        coupling=coupling, phonon_energy=W, mu_star=mu, mu_star_frequency=at, mu_star_scheme=scheme
    )


@pytest.mark.parametrize("coupling", [0.6, 1.0, 2.5])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_gap_and_renormalisation_against_full_sums(coupling, share):
    m = mode(coupling)
    kelvin = share * float(pl.critical_temperature(m))
    found = pl.imaginary_gap(m, kelvin, frequencies=12).isel(temperature=0)
    delta, z = full.gap(coupling, W, kelvin * BOLTZMANN)
    assert found.imaginary_gap.values == pytest.approx(delta[:12], rel=2e-6)
    assert found.renormalisation.values == pytest.approx(z[:12], rel=1e-6)
    error = float(found.imaginary_gap_error)
    assert abs(float(found.imaginary_gap[0]) - delta[0]) < 10 * error + 2e-6 * delta[0]


def test_a_sharp_repulsion_against_full_sums():
    m = mode(1.5, 0.12)
    kelvin = 0.5 * float(pl.critical_temperature(m))
    found = pl.imaginary_gap(m, kelvin, frequencies=6).isel(temperature=0)
    delta, _ = full.gap(1.5, W, kelvin * BOLTZMANN, mu=0.12)
    assert found.imaginary_gap.values == pytest.approx(delta[:6], rel=2e-5)


@pytest.mark.parametrize("mu", [0.0, 0.15])
def test_cold_and_warm_starts_give_the_same_gap(mu):
    electrons = mode(1.2, mu, scheme="rescaled").electrons()
    tc = float(pl.critical_temperature(mode(1.2, mu, scheme="rescaled"))) * BOLTZMANN
    before = solved(electrons, 0.2 * tc, tc)
    for share in (0.4, 0.7, 0.95, 0.99):
        cold = solved(electrons, share * tc, tc)
        warm = solved(electrons, share * tc, tc, start=before)
        assert warm.gap == pytest.approx(cold.gap, rel=1e-9)
        before = warm


@pytest.mark.parametrize(("coupling", "mu"), [(0.5, 0.0), (1.0, 0.0), (3.0, 0.1)])
def test_the_gap_closes_as_a_square_root(coupling, mu):
    m = mode(coupling, mu, scheme="rescaled")
    tc = float(pl.critical_temperature(m))
    closing = np.array([1e-2, 1e-3, 1e-4])
    data = pl.imaginary_gap(m, tc * (1 - closing), frequencies=1, throw=False)
    squares = data.imaginary_gap.values[:, 0] ** 2 / closing
    # Delta^2 = a (1 - t) + b (1 - t)^2: the first differences fall tenfold.
    assert abs(squares[1] / squares[0] - 1) < 0.05
    assert abs(squares[2] / squares[1] - 1) < 0.006


@pytest.mark.parametrize(("coupling", "mu"), [(0.6, 0.0), (1.0, 0.0), (2.0, 0.12)])
def test_the_edge_against_the_exact_continuation(coupling, mu):
    """At kT << w both equations hold at a real frequency below w as they stand (Marsiglio,
    Schossmann and Carbotte, Phys. Rev. B 37, 4965 (1988): the other terms carry N(w) and f(w)),

    w Z = w + i pi kT Sum_m lambda(w - i w_m) w_m/R_m,
    Z Delta = pi kT Sum_m [lambda(w - i w_m) - mu] Delta_m/R_m.
    """
    m = mode(coupling, mu)
    kelvin = 0.15 * float(pl.critical_temperature(m))
    kt = kelvin * BOLTZMANN
    delta, _ = full.gap(coupling, W, kt, mu=mu, count=900)
    count = len(delta)
    w = np.pi * kt * (2 * np.arange(-count, count) + 1)
    both = np.concatenate([delta[::-1], delta])
    root = np.sqrt(w**2 + both**2)
    far = np.pi * kt * (2 * np.arange(count, 60 * count) + 1)  # Z goes on past the last gap
    inside = np.clip(100.0 / (2 * np.pi * kt) - np.arange(count), 0.0, 1.0)
    repelled = mu * np.concatenate([inside[::-1], inside])

    def excess(energy):
        lam = coupling * W**2 / (W**2 - (energy - 1j * w) ** 2)
        ahead, behind = (coupling * W**2 / (W**2 - (energy - 1j * x) ** 2) for x in (far, -far))
        odd = np.sum(lam * w / root) + np.sum(ahead - behind)
        z = 1 + 1j * np.pi * kt / energy * odd
        gap = np.pi * kt / z * np.sum((lam - repelled) * both / root)
        return energy - float(gap.real)

    wanted = optimize.brentq(excess, 0.5 * delta[0], 1.5 * delta[0])
    found = pl.gap(m, kelvin)
    assert float(found.gap[0]) == pytest.approx(wanted, rel=1e-5)
    assert float(found.gap[0]) > delta[0]


def test_the_gap_ratio_rises_from_that_of_bcs():
    ratios = [float(pl.gap_ratio(mode(x)).gap_ratio) for x in (0.25, 0.5, 1.0, 2.0)]
    assert ratios[0] == pytest.approx(3.5277539777, rel=2e-3)
    assert np.all(np.diff(ratios) > 0)
    cold = pl.gap(mode(1.0), [0.0, 1e-3])
    assert cold.gap[0] == cold.gap[1]


def test_the_gap_vanishes_at_tc_and_where_there_is_none():
    m = mode(0.8)
    tc = float(pl.critical_temperature(m))
    data = pl.gap(m, [tc, 2 * tc])
    assert np.all(data.gap == 0)
    none = pl.gap(mode(0.2, 0.3), 0.0)
    assert int(none.result_code[0]) == pl.Result.NO_SUPERCONDUCTIVITY.code


def test_without_an_edge_there_is_no_gap_to_report():
    """At strong coupling close to Tc thermal phonons fill the gap."""
    m = mode(4.0)
    tc = float(pl.critical_temperature(m))
    data = pl.gap(m, [0.5 * tc, 0.95 * tc], throw=False)
    assert data.result_code.values.tolist() == [0, pl.Result.NO_SOLUTION.code]
    assert np.isnan(data.gap.values[1])


def test_weak_coupling_is_bcs():
    """Delta/kTc -> pi/e^gamma, with corrections (Tc/w)^2 ln, and reduced gaps of BCS."""
    m = mode(0.3)
    tc = float(pl.critical_temperature(m))
    data = pl.imaginary_gap(m, [0.02 * tc, 0.5 * tc, 0.9 * tc], frequencies=1)
    ratio = data.imaginary_gap.values[:, 0] / (BOLTZMANN * tc)
    assert ratio[0] == pytest.approx(np.pi / np.exp(np.euler_gamma), rel=5e-3)
    assert ratio[1:] / ratio[0] == pytest.approx([0.9568847, 0.5263419], rel=2e-3)


def test_at_tc_the_renormalisation_is_that_of_the_normal_state():
    """Z_0 = 1 + lambda at every temperature of the normal state: its sum telescopes."""
    m = mode(1.7)
    tc = float(pl.critical_temperature(m))
    data = pl.imaginary_gap(m, [tc, 2 * tc], frequencies=3)
    assert np.all(data.imaginary_gap == 0)
    assert data.renormalisation.values[:, 0] == pytest.approx(2.7, rel=1e-6)


def test_what_has_no_imaginary_axis_says_so():
    with pytest.raises(pl.CapabilityError, match="imaginary axis"):
        pl.imaginary_gap(pl.Bcs(coupling=0.3, cutoff=20.0), 1.0)
    with pytest.raises(pl.InputError, match="T = 0"):
        pl.imaginary_gap(mode(1.0), 0.0)


def test_without_superconductivity_the_gap_is_zero():
    data = pl.imaginary_gap(mode(0.2, 0.3), 1.0, frequencies=2)
    assert np.all(data.imaginary_gap == 0)


@pytest.mark.parametrize(("coupling", "mu", "share"), [(1.0, 0.1, 0.05), (0.42, 0.15, 0.3)])
def test_the_residual_on_sums_one_by_one(coupling, mu, share):
    m = mode(coupling, mu, scheme="rescaled")
    tc = float(pl.critical_temperature(m))
    found = pl.imaginary_gap(m, [share * tc, 1.1 * tc], frequencies=12)
    assert found.full_sum_residual.values[0] < 1e-7
    assert found.full_sum_residual.values[1] == 0
    # It sees a gap that does not solve the equation.
    kt = share * tc * BOLTZMANN
    right = solved(m.electrons(), kt, tc * BOLTZMANN)
    wrong = right._replace(gap=1.01 * right.gap)
    assert wrong.full_sum_residual(m.electrons(), np.arange(12.0)) > 1e-3


def test_a_pseudopotential_is_moved_as_its_sums_are():
    """1/mu(w') = 1/mu - ln(w'/w); of a matrix its inverse, also where mu has none."""
    moved = CoulombPseudopotential(0.1, 20.0, "rescaled").moved_to(200.0)
    assert 1 / moved.value == pytest.approx(10.0 - np.log(10.0))
    at_200 = mode(1.2, moved.value, at=200.0, scheme="rescaled")
    at_20 = mode(1.2, 0.1, at=20.0, scheme="rescaled")
    assert float(pl.critical_temperature(at_200)) == pytest.approx(
        float(pl.critical_temperature(at_20)), rel=1e-9
    )
    alike = CoulombPseudopotential(((0.1, 0.1), (0.1, 0.1)), 20.0, "rescaled").moved_to(200.0)
    assert np.array(alike.value) == pytest.approx(0.1 / (1 - 0.2 * np.log(10.0)))


@pytest.mark.parametrize("frequencies", [0, -1, 10**9, 2.5, True])
def test_how_many_frequencies_is_a_number_that_memory_holds(frequencies):
    with pytest.raises(pl.InputError, match="whole number"):
        pl.imaginary_gap(pl.preset("eliashberg_mode"), 5.0, frequencies=frequencies)
