"""Delta(i w_n) and Z(i w_n) below Tc against full sums, limits and both starts."""

import numpy as np
import pytest

import pairlab as pl
from pairlab.pairing.eliashberg_gap import imaginary_gap as solved
from pairlab.units import BOLTZMANN

W = 20.0


def mode(coupling, mu=0.0, at=100.0, scheme="sharp"):
    return pl.Eliashberg(
        coupling=coupling, phonon_energy=W, mu_star=mu, mu_star_frequency=at, mu_star_scheme=scheme
    )


def full_sum(coupling, kt, *, mu=0.0, at=100.0, count=600, steps=4000):
    """Delta_n and Z_n by plain iteration of both equations as they are printed.

    The sum in Z goes on past the last gap: Sum_{m >= N} [lambda(n - m) - lambda(n + m + 1)] is the
    sum of lambda(l) from N - n to N + n.
    """
    w = np.pi * kt * (2 * np.arange(-count, count) + 1)
    lam = coupling * W**2 / (W**2 + (w[:, None] - w) ** 2)
    inside = np.clip(at / (2 * np.pi * kt) - np.arange(count), 0.0, 1.0)
    repelled = np.concatenate([inside[::-1], inside])
    ladder = coupling * W**2 / (W**2 + (2 * np.pi * kt * np.arange(2 * count)) ** 2)
    summed = np.concatenate([[0.0], np.cumsum(ladder)])
    n = np.arange(count)
    beyond = summed[count + n + 1] - summed[count - n]
    beyond = np.concatenate([-beyond[::-1], beyond])
    delta = 4 * W / (1 + (w / W) ** 2)
    for _ in range(steps):
        root = np.sqrt(w**2 + delta**2)
        z = 1 + np.pi * kt / w * (lam @ (w / root) + beyond)
        new = np.pi * kt / z * ((lam - mu * np.outer(repelled, repelled)) @ (delta / root))
        if np.max(np.abs(new - delta)) < 1e-13 * np.abs(new).max():
            break
        delta = new
    return new[count:], z[count:]


@pytest.mark.parametrize("coupling", [0.6, 1.0, 2.5])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_gap_and_renormalisation_against_full_sums(coupling, share):
    m = mode(coupling)
    kelvin = share * float(pl.critical_temperature(m))
    found = pl.imaginary_gap(m, kelvin, frequencies=12).isel(temperature=0)
    delta, z = full_sum(coupling, kelvin * BOLTZMANN)
    assert found.imaginary_gap.values == pytest.approx(delta[:12], rel=2e-6)
    assert found.renormalisation.values == pytest.approx(z[:12], rel=1e-6)
    error = float(found.imaginary_gap_error)
    assert abs(float(found.imaginary_gap[0]) - delta[0]) < 10 * error + 2e-6 * delta[0]


def test_a_sharp_repulsion_against_full_sums():
    m = mode(1.5, 0.12)
    kelvin = 0.5 * float(pl.critical_temperature(m))
    found = pl.imaginary_gap(m, kelvin, frequencies=6).isel(temperature=0)
    delta, _ = full_sum(1.5, kelvin * BOLTZMANN, mu=0.12)
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
