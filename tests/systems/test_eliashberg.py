"""Isotropic Eliashberg theory: Tc of one phonon against full sums, limits and scaling."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import full_matsubara as full

import pairlab as pl
from pairlab.units import BOLTZMANN

W = 20.0


def mode(coupling, mu=0.0, at=W, scheme="rescaled", energy=W):
    return pl.Eliashberg(
        coupling=coupling, phonon_energy=energy, mu_star=mu, mu_star_frequency=at,
        mu_star_scheme=scheme,
    )  # fmt: skip


def kt(mechanism, **options):
    return float(pl.critical_temperature(mechanism, **options)) * BOLTZMANN


@pytest.mark.parametrize(("coupling", "guess"), [(0.5, 0.039), (1.0, 0.115), (2.0, 0.212)])
def test_one_phonon_against_the_full_sum(coupling, guess):
    """Without repulsion the sum converges as N^-4, and 600 frequencies are the limit."""
    wanted = full.critical_kt(coupling, 1.0, 600, guess)
    found = pl.critical_temperature(mode(coupling))
    assert found.value * BOLTZMANN / W == pytest.approx(wanted, rel=2e-8)
    assert found.error < 1e-7 * found.value


@pytest.mark.parametrize(
    ("coupling", "printed"), [(0.5, 0.0394288755), (1.0, 0.1146195033), (2.0, 0.2117412022)]
)
def test_one_phonon_against_the_numbers_of_the_literature(coupling, printed):
    """They are those of sums that end at about 70 frequencies: 4e-8 to 2e-7 below the limit."""
    limit = full.critical_kt(coupling, 1.0, 600, printed)
    assert kt(mode(coupling)) / W == pytest.approx(printed, rel=2.5e-7)
    assert 2e-8 < limit / printed - 1 < 2.5e-7


@pytest.mark.parametrize(
    ("coupling", "mu", "guess"), [(1.5, 0.1, 2.47), (1.0, 0.1, 1.44), (2.0, 0.3, 1.563)]
)
def test_a_rescaled_repulsion_against_the_limit_of_full_sums(coupling, mu, guess):
    """For mu* = 0.3 the sums end past the pole of mu, 1/mu* - ln(w_c/w_ref) < 0."""
    near = full.critical_kt(coupling, W, 300, guess, mu=mu, reference=W, width=0.05)
    half, whole = (
        full.many(coupling, W, count, near, mu=mu, reference=W) for count in (1600, 3200)
    )
    wanted = whole + (whole - half) / 3  # what is left out goes as the inverse square
    found = pl.critical_temperature(mode(coupling, mu))
    assert found.value * BOLTZMANN == pytest.approx(wanted, rel=5e-6)
    assert abs(found.value * BOLTZMANN / wanted - 1) < found.error / found.value
    assert found.error < 1e-5 * found.value


def test_a_cutoff_of_fifteen_phonons():
    """28.6704 K is printed for it, with mu rescaled to the first frequency that is left out,
    39 pi kT; rescaled to the end of the last cell, 38 pi kT, the same sum has 28.697 K, and the
    limit of all frequencies is 28.6538 K."""
    at_end = full.critical_kt(1.5, W, 19, 2.47, mu=0.1, reference=W) / BOLTZMANN
    at_next = full.critical_kt(1.5, W, 19, 2.47, mu=0.1, reference=W * 38 / 39) / BOLTZMANN
    assert at_next == pytest.approx(28.6704, abs=5e-5)
    assert at_end == pytest.approx(28.697, abs=5e-4)
    assert float(pl.critical_temperature(mode(1.5, 0.1))) == pytest.approx(28.6538, abs=2e-4)


@pytest.mark.parametrize("at", [30.0, 100.0, 400.0])
def test_a_sharp_repulsion_against_the_full_sum(at):
    wanted = full.critical_kt(1.5, W, 500, 2.65, mu=0.1, reference=at, sharp=True)
    assert kt(mode(1.5, 0.1, at, "sharp")) == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize(("at", "count"), [(60.0, 40), (30.0, 15), (400.0, 25)])
def test_a_cutoff_ends_the_sums_and_a_sharp_repulsion_ends_itself(at, count):
    """Two ends: the phonons bind up to the cutoff, whichever of the two is lower."""
    wanted = full.critical_kt(1.5, W, count, 2.65, mu=0.1, reference=at, sharp=True)
    m = mode(1.5, 0.1, at, "sharp").replace(matsubara_cutoff=2 * np.pi * wanted * count)
    assert kt(m) == pytest.approx(wanted, rel=1e-6)


def test_a_cutoff_far_above_a_sharp_repulsion_changes_nothing():
    sharp = mode(1.0, 0.1, W, "sharp")
    assert kt(sharp.replace(matsubara_cutoff=1e5)) == pytest.approx(kt(sharp), rel=1e-6)


def test_means_over_a_ripple_that_agree_by_chance_are_not_certain():
    """Means over 5 and over 10 % of w agree to 1e-5 at this frequency; others differ by 1e-3."""
    found = pl.isotope_coefficient(mode(1.0, 0.1, 199.5, "sharp"), throw=False)
    assert found.error > 5e-4


def test_both_schemes_agree_far_above_the_phonons():
    """And differ by a fifth where the frequency is that of the phonons."""
    far = [kt(mode(1.5, 0.1, 1000.0, scheme)) for scheme in ("sharp", "rescaled")]
    assert far[0] == pytest.approx(far[1], rel=2e-5)
    near = [kt(mode(1.5, 0.1, W, scheme)) for scheme in ("sharp", "rescaled")]
    assert near[0] / near[1] > 1.2


def test_strong_coupling_follows_allen_and_dynes():
    """kTc -> 0.1827262477 w sqrt(lambda)."""
    for coupling in (1e6, 1e8):
        found = kt(mode(coupling)) / (W * np.sqrt(coupling))
        assert found == pytest.approx(0.1827262477, rel=2e-6)


def test_a_critical_temperature_of_a_millikelvin():
    """Weak coupling, where a uniform sum would need 1e7 frequencies."""
    m = mode(0.23, 0.12, energy=40.0, at=40.0)
    found = pl.critical_temperature(m)
    assert 1e-4 < found.value < 3e-3
    assert found.error < 1e-5 * found.value
    formula = pl.McMillan(coupling=0.23, phonon_energy=40.0, mu_star=0.12)
    assert found.value == pytest.approx(float(pl.critical_temperature(formula)), rel=0.15)


@pytest.mark.parametrize(("coupling", "mu"), [(0.0, 0.0), (0.0, 0.1), (0.3, 0.3), (0.1, 0.11)])
def test_no_superconductivity_is_a_result(coupling, mu):
    found = pl.critical_temperature(mode(coupling, mu))
    assert found.result is pl.Result.NO_SUPERCONDUCTIVITY
    assert found.value == 0


@settings(max_examples=6)
@given(
    factor=st.floats(0.05, 20.0), coupling=st.floats(0.5, 3.0),
    scheme=st.sampled_from(["rescaled", "sharp"]),
)  # fmt: skip
def test_all_energies_scale_together(factor, coupling, scheme):
    one = kt(mode(coupling, 0.1, 45.0, scheme))
    other = kt(mode(coupling, 0.1, 45.0 * factor, scheme, energy=W * factor))
    assert other == pytest.approx(factor * one, rel=1e-9)


def mean_isotope(coupling, mu, scheme, up, down):
    """(1/2) d ln Tc/d ln w between two factors of w, the repulsion at its frequency in meV."""
    ends = [np.log(kt(mode(coupling, mu, 60.0, scheme, energy=W * s))) for s in (up, down)]
    return 0.5 * (ends[0] - ends[1]) / np.log(up / down)


@pytest.mark.parametrize(("coupling", "mu"), [(1.0, 0.1), (0.5, 0.14), (2.5, 0.2)])
def test_the_isotope_coefficient_against_differences(coupling, mu):
    wanted = mean_isotope(coupling, mu, "rescaled", 1.003, 0.997)
    found = pl.isotope_coefficient(mode(coupling, mu, 60.0))
    assert found.value == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize(("at", "close"), [(60.0, 0.01), (600.0, 1e-3)])
def test_the_isotope_coefficient_of_a_sharp_repulsion_is_a_mean(at, close):
    """Each frequency that passes w_ref makes a ripple of Tc, which goes with the phonons."""
    values = {"coupling": 0.5, "phonon_energy": W, "mu_star": 0.14, "mu_star_frequency": at,
              "mu_star_scheme": "sharp"}  # fmt: skip
    sharp = pl.Eliashberg(**values)
    ends = [kt(pl.Eliashberg(**{**values, "phonon_energy": W * s})) for s in (1.2, 1 / 1.2)]
    wide = 0.5 * np.log(ends[0] / ends[1]) / np.log(1.2**2)
    found = pl.isotope_coefficient(sharp, throw=False)
    assert found.value == pytest.approx(wide, abs=close)
    assert abs(found.value - wide) < 3 * found.error


def test_the_isotope_coefficient_of_the_literature():
    assert float(pl.isotope_coefficient(mode(1.0, 0.1))) == pytest.approx(0.47244, abs=5e-6)
    assert float(pl.isotope_coefficient(mode(1.0))) == 0.5


@pytest.mark.parametrize(
    "changes",
    [
        {"mu_star_scheme": "rescaled"},
        {"mu_star_scheme": "sharp"},
        {"mu_star_scheme": "rescaled", "matsubara_cutoff": 120.0},
        {"mu_star": 0.0, "matsubara_cutoff": 120.0},
    ],
)
def test_the_isotope_coefficient_is_a_sensitivity_and_energies_scale_tc(changes):
    """Twice alpha is the derivative by the phonon energy, and all energies together move Tc as
    themselves."""
    m = pl.Eliashberg(coupling=1.3, phonon_energy=20.0,
                      **{"mu_star": 0.12, "mu_star_frequency": 60.0} | changes)  # fmt: skip
    alpha = pl.isotope_coefficient(m, throw=False)
    energies = ["phonon_energy"]
    energies += ["mu_star_frequency"] if m.mu_star else []
    energies += ["matsubara_cutoff"] if m.matsubara_cutoff else []
    d = pl.sensitivity(m, fields=energies, throw=False)
    by, error = d.logarithmic_derivative.values, d.logarithmic_derivative_error.values
    assert by[0] / 2 == pytest.approx(alpha.value, rel=1e-9)
    assert abs(by.sum() - 1) <= error.sum() + 1e-6


@pytest.mark.parametrize("scheme", ["rescaled", "sharp"])
def test_tc_rises_with_coupling_and_falls_with_repulsion(scheme):
    couplings = [kt(mode(x, 0.12, 50.0, scheme)) for x in (0.5, 0.7, 1.0, 2.0, 4.0)]
    assert np.all(np.diff(couplings) > 0)
    repulsions = [kt(mode(1.0, x, 50.0, scheme)) for x in (0.02, 0.08, 0.15, 0.3)]
    assert np.all(np.diff(repulsions) < 0)


# ---- Formulas


def test_mcmillan_by_hand():
    m = pl.McMillan(coupling=0.8, phonon_energy=25.0, mu_star=0.12)
    wanted = 25.0 / 1.2 * np.exp(-1.04 * 1.8 / (0.8 - 0.12 * (1 + 0.62 * 0.8)))
    assert float(pl.critical_temperature(m)) == pytest.approx(wanted / BOLTZMANN, rel=1e-12)


def test_allen_and_dynes_by_hand():
    """f2 = 1 for one mode; f1 = (1 + (lambda/(2.46 (1 + 3.8 mu*)))^1.5)^(1/3)."""
    values = {"coupling": 2.0, "phonon_energy": 8.0, "mu_star": 0.1}
    ratio = float(pl.critical_temperature(pl.AllenDynes(**values))) / float(
        pl.critical_temperature(pl.McMillan(**values))
    )
    assert ratio == pytest.approx((1 + (2 / (2.46 * 1.38)) ** 1.5) ** (1 / 3), rel=1e-12)


@pytest.mark.parametrize("cls", [pl.McMillan, pl.AllenDynes])
@pytest.mark.parametrize(("coupling", "mu"), [(0.5, 0.1), (1.2, 0.15), (3.0, 0.0)])
def test_isotope_coefficients_of_formulas_against_differences(cls, coupling, mu):
    """mu* at s w is that with 1/mu* - ln s."""

    def log_tc(s):
        moved = 1 / (1 / mu - np.log(s)) if mu else 0.0
        return np.log(float(pl.critical_temperature(
            cls(coupling=coupling, phonon_energy=W * s, mu_star=moved)
        )))  # fmt: skip

    wanted = 0.5 * (log_tc(1.0001) - log_tc(0.9999)) / (np.log(1.0001) - np.log(0.9999))
    found = pl.isotope_coefficient(cls(coupling=coupling, phonon_energy=W, mu_star=mu))
    assert float(found) == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("cls", [pl.McMillan, pl.AllenDynes])
def test_formulas_without_attraction(cls):
    found = pl.critical_temperature(cls(coupling=0.1, phonon_energy=W, mu_star=0.15))
    assert found.result is pl.Result.NO_SUPERCONDUCTIVITY
    assert np.isnan(float(pl.isotope_coefficient(cls(coupling=0.1, phonon_energy=W, mu_star=0.15))))


# ---- What is refused


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"coupling": 1.0, "phonon_energy": 20.0, "mu_star": 0.1}, "without mu_star_frequency"),
        ({"coupling": 1.0, "phonon_energy": 20.0, "mu_star": 0.1, "mu_star_frequency": "w2"},
         "without mu_star_scheme"),
        ({"coupling": 1.0, "phonon_energy": 20.0, "mu_star": 0.1, "mu_star_frequency": "w3"}, "w3"),
        ({"coupling": 1.0, "phonon_energy": 20.0, "mu_star": 0.1, "mu_star_frequency": 0.0,
          "mu_star_scheme": "sharp"}, "mu_star_frequency = 0 meV"),
        ({"coupling": 1.0, "phonon_energy": 20.0, "mu_star": 0.1, "mu_star_frequency": -1.0,
          "mu_star_scheme": "rescaled"}, "mu_star_frequency = -1 meV"),
        ({"coupling": -1.0, "phonon_energy": 20.0, "mu_star": 0.0}, "coupling"),
        ({"coupling": 1.0, "mu_star": 0.0}, "phonon_energy is missing"),
        ({"mu_star": 0.0}, "missing"),
        ({"coupling": 1.0, "phonon_energy": "20 K", "mu_star": 0.0}, "wrong unit"),
    ],
)  # fmt: skip
def test_bad_input_is_a_sentence(values, says):
    with pytest.raises(pl.InputError, match=says):
        pl.Eliashberg(**values)


def test_a_cutoff_against_full_sums_that_end_there():
    """mu is rescaled to the cutoff, and the last frequency has the share of its cell below it."""
    cutoff = 300.0
    m = pl.Eliashberg(
        coupling=1.5, phonon_energy=W, mu_star=0.1, mu_star_frequency=W,
        mu_star_scheme="rescaled", matsubara_cutoff=cutoff,
    )  # fmt: skip
    found = kt(m)
    at_end = 1 / (1 / 0.1 - np.log(cutoff / W))

    def leading(kt):
        last = cutoff / (2 * np.pi * kt)
        share = np.clip(last - np.arange(int(last) + 1), 0.0, 1.0)
        matrix = full.matrix(1.5, W, kt, len(share), at_end) * np.sqrt(np.outer(share, share))
        n = np.arange(len(share))
        lam = 1.5 / (1 + (2 * np.pi * kt * n / W) ** 2)
        own = matrix[n, n] / share  # without the cut, the diagonal holds all of Z
        first = lam[0] + 1.5 / (1 + (2 * np.pi * kt * (2 * n + 1) / W) ** 2) - 2 * at_end
        matrix[n, n] = own - first + first * share
        return np.linalg.eigvalsh(matrix)[-1]

    assert leading(found) == pytest.approx(0.0, abs=2e-6)
    assert leading(0.99 * found) > 1e-3
    whole = kt(mode(1.5, 0.1))
    assert found == pytest.approx(whole, rel=3e-3)
    assert found != pytest.approx(whole, rel=1e-4)
