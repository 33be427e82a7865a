"""Free energy, entropy, specific heat and superfluid density of Eliashberg theory."""

import numpy as np
import pytest
from mpmath import mp
from oracle import full_matsubara as full

import pairlab as pl
from pairlab.pairing.matsubara.critical import critical_kt, smooth_equivalent
from pairlab.pairing.matsubara.energy import sommerfeld
from pairlab.pairing.matsubara.equations import Electrons
from pairlab.pairing.phonons.coupling import EinsteinMode
from pairlab.units import BOLTZMANN

W = 20.0


def mode(coupling, mu=0.0, scheme="rescaled", **more):
    return pl.Eliashberg(
        coupling=coupling, phonon_energy=W, mu_star=mu, mu_star_frequency=100.0,
        mu_star_scheme=scheme, **more,
    )  # fmt: skip


def bardeen_stephen(coupling, kt, *, mu=0.0, count=600):
    """-pi kT Sum (sqrt(w^2 + D^2) - |w|) (Z_s - Z_n |w|/sqrt(w^2 + D^2)) over all frequencies; mu
    is that of 100 meV, rescaled to the end of the sums."""
    end = 2 * np.pi * kt * count
    at_end = 1 / (1 / mu - np.log(end / 100.0)) if mu else 0.0
    delta, z = full.gap(coupling, W, kt, mu=at_end, at=1.01 * end, count=count)
    return energy_of(coupling, kt, delta, z)


def energy_of(coupling, kt, delta, z):
    n = np.arange(len(delta))
    w = np.pi * kt * (2 * n + 1)
    ladder = coupling * W**2 / (W**2 + (2 * np.pi * kt * n) ** 2)
    normal = 1 + (2 * np.cumsum(ladder) - coupling) / (2 * n + 1)  # Sum_{|l| <= n} lambda(l)
    root = np.sqrt(w**2 + delta**2)
    return -2 * np.pi * kt * np.sum((root - w) * (z - normal * w / root))


@pytest.mark.parametrize(
    ("coupling", "mu", "share", "count"),
    [(0.6, 0.0, 0.3, 600), (0.6, 0.0, 0.7, 600), (0.6, 0.0, 0.95, 600), (2.5, 0.0, 0.3, 600),
     (2.5, 0.0, 0.95, 600), (1.0, 0.12, 0.3, 1200)],
)  # fmt: skip
def test_free_energy_against_bardeen_and_stephen_by_full_sums(coupling, mu, share, count):
    m = mode(coupling, mu)
    kelvin = share * float(pl.critical_temperature(m))
    found = pl.thermodynamics(m, kelvin)
    wanted = bardeen_stephen(coupling, kelvin * BOLTZMANN, mu=mu, count=count)
    # A gap that is off by e changes F by -2 F e/(1 - t) near Tc.
    assert float(found.free_energy_difference[0]) == pytest.approx(wanted, rel=2e-5)


@pytest.mark.parametrize(("coupling", "mu"), [(0.5, 0.0), (1.5, 0.1), (4.0, 0.0)])
def test_entropy_and_specific_heat_are_derivatives_of_the_free_energy(coupling, mu):
    m = mode(coupling, mu)
    tc = float(pl.critical_temperature(m))
    step = 1e-3
    for share in (0.2, 0.5, 0.9):
        t = tc * share * np.array([1 - step, 1.0, 1 + step])
        found = pl.thermodynamics(m, t)
        energy, width = found.free_energy_difference.values, t[2] - t[0]
        slope = -(energy[2] - energy[0]) / width
        scale = float(found.specific_heat_constant) * tc
        entropy = found.entropy_difference.values
        assert entropy[1] == pytest.approx(slope, abs=2e-5 * scale)
        heat = float(found.normal_specific_heat[1])
        heat += t[1] * (entropy[2] - entropy[0]) / width / scale * tc
        assert float(found.specific_heat[1]) == pytest.approx(heat, abs=2e-5 * tc)


@pytest.mark.parametrize(("coupling", "mu"), [(0.5, 0.0), (1.0, 0.1), (3.0, 0.0)])
def test_the_jump_is_the_limit_of_the_specific_heat(coupling, mu):
    m = mode(coupling, mu)
    tc = float(pl.critical_temperature(m))
    closing = np.array([4e-3, 2e-3, 1e-3])
    found = pl.thermodynamics(m, tc * (1 - closing))
    ratio = (found.specific_heat - found.normal_specific_heat).values / found.temperature.values
    # The first differences halve, so that twice the last less the one before is the limit.
    limit = 2 * ratio[2] - ratio[1]
    assert limit == pytest.approx(float(found.specific_heat_jump), rel=2e-4)
    assert abs(2 * ratio[1] - ratio[0] - limit) < 1e-3 * limit
    energy = found.free_energy_difference.values[2] / (tc * closing[2]) ** 2
    wanted = -float(found.specific_heat_jump) * float(found.specific_heat_constant) / 2
    assert energy == pytest.approx(wanted, rel=5e-3)


def test_the_jump_tends_to_that_of_bcs():
    excess = [
        float(pl.thermodynamics(mode(coupling)).specific_heat_jump) - 1.4261269244
        for coupling in (0.25, 0.2, 0.16)
    ]
    assert excess[0] > excess[1] > excess[2] > 0
    assert excess[2] < 3e-4
    # It falls as (Tc/w)^2 ln(w/Tc): Tc falls more than tenfold.
    assert excess[2] < 0.03 * excess[0]


def test_below_all_excitations_the_normal_state_alone_has_entropy():
    m = mode(1.0, 0.1)
    tc = float(pl.critical_temperature(m))
    t = tc * np.array([0.0, 0.01, 0.0499, 0.0501, 0.06])
    found = pl.thermodynamics(m, t)
    gamma = float(found.specific_heat_constant)
    energy = found.free_energy_difference.values
    lost = energy - energy[0]
    assert lost == pytest.approx(gamma * t**2 / 2, rel=2e-3, abs=1e-6 * abs(energy[0]))
    assert found.entropy_difference.values == pytest.approx(-gamma * t, rel=1e-3)
    assert np.abs(found.specific_heat.values).max() < 2e-3 * tc
    assert float(found.thermodynamic_critical_field_ratio[0]) == 1


def test_the_specific_heat_of_the_normal_state_against_its_free_energy():
    """F_n by the sum over frequencies that makes the equations of the normal state stationary,
    -pi kT Sum_nm lambda(n - m) sign(n m) for each mode in closed form, differentiated by mpmath."""
    m = mode(1.7)
    kelvin = [2.0, 10.0, 40.0, 100.0]
    found = pl.thermodynamics(m, kelvin)
    gamma = float(found.specific_heat_constant)

    def energy(kt):
        y = W / (2 * mp.pi * kt)
        phonons = mp.re(mp.digamma(1 + 1j * y)) + mp.log(2 * mp.pi * kt)
        return -((mp.pi * kt) ** 2) / 3 - mp.mpf(1.7) * W**2 * phonons

    with mp.workdps(40):
        for t, one in zip(kelvin, found.normal_specific_heat.values, strict=True):
            kt = mp.mpf(t) * BOLTZMANN
            heat = -kt * mp.diff(energy, kt, 2) * BOLTZMANN
            assert one == pytest.approx(float(heat) / gamma, rel=1e-7)


def test_the_specific_heat_is_never_negative():
    m = mode(1.7)
    tc = float(pl.critical_temperature(m))
    found = pl.thermodynamics(m, tc * np.linspace(0.0, 0.9, 19))
    assert np.all(found.specific_heat > -2e-6 * tc)
    assert float(found.specific_heat.sel(temperature=0.1 * tc, method="nearest")) < 1e-5 * tc


def test_strong_coupling_without_a_density_of_states_has_no_field_and_with_one_it_has():
    tc = float(pl.critical_temperature(mode(1.0)))
    assert "thermodynamic_critical_field" not in pl.thermodynamics(mode(1.0), 0.5 * tc)
    # N(0) per spin of 0.01/(meV nm^3): Bc = sqrt(2 mu0 N(0) |F|), 1 meV/nm^3 = 1.602e5 J/m^3.
    found = pl.thermodynamics(mode(1.0, density_of_states=0.01), 0.5 * tc)
    pressure = -float(found.free_energy_difference[0]) * 0.01 * 1.602176634e5
    tesla = np.sqrt(2 * 4e-7 * np.pi * pressure)
    assert float(found.thermodynamic_critical_field[0]) == pytest.approx(tesla, rel=1e-8)


@pytest.mark.parametrize("coupling", [0.6, 2.0])
def test_superfluid_density_against_full_sums(coupling):
    m = mode(coupling)
    tc = float(pl.critical_temperature(m))

    def weight(kelvin, count):
        delta, z = full.gap(coupling, W, kelvin * BOLTZMANN, count=count)
        w = np.pi * BOLTZMANN * kelvin * (2 * np.arange(count) + 1)
        return 2 * np.pi * BOLTZMANN * kelvin * np.sum(delta**2 / (z * (w**2 + delta**2) ** 1.5))

    whole = weight(0.06 * tc, 1200)
    for share in (0.3, 0.7, 0.97):
        wanted = weight(share * tc, 400) / whole
        found = float(pl.stiffness(m, share * tc).superfluid_density[0])
        assert found == pytest.approx(wanted, rel=3e-5)
    edges = pl.stiffness(m, [0.0, tc, 2 * tc]).superfluid_density.values
    assert edges == pytest.approx([1.0, 0.0, 0.0], abs=1e-7)


def test_a_sharp_repulsion_takes_the_energy_of_a_rescaled_one_with_the_same_tc():
    """Its own differs by some 1e-3, and its derivatives hang on the last frequency."""
    sharp = mode(1.0, 0.12, "sharp")
    tc = float(pl.critical_temperature(sharp))
    equivalent = smooth_equivalent(sharp.electrons())
    assert equivalent.coulomb.value == pytest.approx(0.1156, abs=1e-4)
    same = mode(1.0, equivalent.coulomb.value)
    assert float(pl.critical_temperature(same)) == pytest.approx(tc, rel=1e-8)
    t = np.array([0.3, 0.9]) * tc
    own, other = (pl.thermodynamics(m, t, throw=False) for m in (sharp, same))
    for name in ("entropy_difference", "specific_heat"):
        assert own[name].values == pytest.approx(other[name].values, rel=1e-6)
        assert np.all(own[f"{name}_error"] > 10 * other[f"{name}_error"])
    assert own.result_code.values.tolist() == [pl.Result.INACCURATE.code] * 2
    energies = [data.free_energy_difference.values for data in (own, other)]
    assert energies[0] == pytest.approx(energies[1], rel=4e-3)
    assert energies[0] != pytest.approx(energies[1], rel=1e-5)
    delta, z = full.gap(1.0, W, t[0] * BOLTZMANN, mu=0.12, at=100.0)
    assert energies[0][0] == pytest.approx(energy_of(1.0, t[0] * BOLTZMANN, delta, z), rel=2e-5)


def test_weak_coupling_has_the_superfluid_density_of_bcs():
    """At t = .2 .5 .8 .9 .95; differences of 2e-3 remain at lambda = 0.3."""
    m = mode(0.3)
    t = float(pl.critical_temperature(m)) * np.array([0.2, 0.5, 0.8, 0.9, 0.95])
    wanted = [0.9988532533, 0.8340376847, 0.3817802913, 0.1959477621, 0.0990429409]
    assert pl.stiffness(m, t).superfluid_density.values == pytest.approx(wanted, rel=8e-3)


def test_bands_that_do_not_meet_add_their_energies():
    one, other = EinsteinMode(1.0, W), EinsteinMode(0.7, W)
    none = EinsteinMode(0.0, W)
    both = Electrons(((one, none), (none, other)), (3.0, 1.0))
    assert critical_kt(both).kt == pytest.approx(critical_kt(Electrons(((one,),))).kt, rel=1e-9)
    gammas = [sommerfeld(Electrons(((x,),))) for x in (one, other)]
    assert sommerfeld(both) == pytest.approx(0.75 * gammas[0] + 0.25 * gammas[1], rel=1e-12)


def test_without_superconductivity_nothing_changes():
    m = mode(0.1, 0.3)
    found = pl.thermodynamics(m, [0.0, 1.0])
    assert np.all(found.free_energy_difference == 0)
    assert np.isnan(float(found.specific_heat_jump))
    assert np.all(pl.stiffness(m, [0.0, 1.0]).superfluid_density == 0)


def test_a_cutoff_without_repulsion_has_no_smooth_equivalent_and_says_so():
    m = pl.Eliashberg(coupling=1.0, phonon_energy=W, mu_star=0.0, matsubara_cutoff=100.0)
    assert float(pl.critical_temperature(m)) < float(pl.critical_temperature(mode(1.0)))
    for function in (pl.thermodynamics, pl.stiffness, pl.isotope_by_mode):
        with pytest.raises(pl.CapabilityError, match="matsubara_cutoff"):
            function(m)


@pytest.mark.parametrize("cutoff", [1e-3, 0.1])
def test_a_cutoff_below_the_phonons_is_a_model_of_bcs(cutoff):
    """lambda/(1 + lambda) up to w_c: kTc/w_c is 1.13 e^-2 for a cut in energies, and 0.12 to 0.19
    for one in frequencies that holds no more than one."""
    m = pl.Eliashberg(coupling=1.0, phonon_energy=W, mu_star=0.0, matsubara_cutoff=cutoff)
    found = pl.critical_temperature(m)
    assert 0.12 < found.value * BOLTZMANN / cutoff < 0.19
