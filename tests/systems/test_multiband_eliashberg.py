"""Eliashberg theory of several bands against full sums, limits and symmetries."""

import numpy as np
import pytest
from scipy import linalg, optimize

import pairlab as pl
from pairlab.pairing.phonons.spectrum import PhononSpectrum
from pairlab.units import BOLTZMANN

W = 20.0
STRONG = ((1.0, 0.2), (0.1, 0.5))
NONE = ((0.0, 0.0), (0.0, 0.0))
SHARES = np.array([1.0, 2.0]) / 3


def bands(couplings=STRONG, mu=NONE, *, scheme="sharp", at=100.0, **more):
    return pl.MultibandEliashberg(
        couplings=couplings, phonon_energy=W, mu_star=mu, mu_star_frequency=at,
        mu_star_scheme=scheme, **more,
    )  # fmt: skip


def tc_of(mechanism):
    return float(pl.critical_temperature(mechanism))


def symmetric(within, between):
    """mu*_ij N_i symmetric for bands with N_2 = 2 N_1."""
    return ((within[0], between), (between / 2, within[1]))


# ---- Full sums, which share no code with pairlab


class FullSums:
    """Both equations with every Matsubara frequency n = 0, ..., N - 1, in plain NumPy."""

    def __init__(self, couplings, kt, count, *, mu=NONE, at=np.inf, cutoff=np.inf):
        step = 2 * np.pi * kt
        self.couplings, self.mu, self.kt = np.array(couplings), np.array(mu), kt
        n = self.n = np.arange(count)
        shape = 1 / (1 + (step * np.arange(2 * count + 1) / W) ** 2)
        self.apart, self.across = shape[np.abs(n[:, None] - n)], shape[n[:, None] + n + 1]
        self.counted = np.clip(cutoff / step - n, 0.0, 1.0)
        self.repelled = np.clip(at / step - n, 0.0, 1.0)
        # Sum over every m of lambda(n - m) - lambda(n + m + 1), which telescopes.
        self.whole = shape[0] + 2 * np.concatenate([[0.0], np.cumsum(shape[1:count])])

    def leading(self):
        """The largest real eigenvalue of the linear equations: zero at Tc."""
        size, count = len(self.couplings), len(self.n)
        k = np.kron(self.couplings, (self.apart + self.across) * self.counted)
        k -= 2 * np.kron(self.mu, np.outer(self.repelled, self.repelled * self.counted))
        z = 2 * self.n + 1 + self.couplings.sum(1)[:, None] * self.whole
        k[np.diag_indices(size * count)] -= z.reshape(-1)
        values = linalg.eigvals(k)
        return float(np.max(values.real[np.abs(values.imag) < 1e-9]))

    def gap(self, start):
        """Delta_i(i w_n) and Z, (band, n), by iteration."""
        w = np.pi * self.kt * (2 * self.n + 1)
        delta = np.array(start)[:, None] / (1 + (w / W) ** 2)
        odd = self.apart - self.across
        left = self.whole - odd @ np.ones(len(w))  # past the end nothing is paired
        for _ in range(20000):
            u = w / np.sqrt(w**2 + delta**2)
            s = delta / np.sqrt(w**2 + delta**2) * self.counted
            shift = (odd @ (self.counted * u + 1 - self.counted).T).T + left
            z = 1 + self.couplings @ shift / (2 * self.n + 1)
            pulled = self.couplings @ ((self.apart + self.across) @ s.T).T
            pushed = 2 * np.outer(self.mu @ (s @ self.repelled), self.repelled)
            new = np.pi * self.kt / z * (pulled - pushed)
            if np.max(np.abs(new - delta)) < 1e-12 * np.abs(new).max():
                return new, z
            delta = new
        raise AssertionError("no convergence")


def full_tc(couplings, near, count, **more):
    """Tc in K of full sums."""

    def leading(kelvin):
        return FullSums(couplings, kelvin * BOLTZMANN, count, **more).leading()

    return optimize.brentq(leading, 0.97 * near, 1.03 * near, xtol=1e-7 * near)


REPULSIONS = {
    "none": NONE,
    "plain": symmetric((0.15, 0.12), 0.05),
    "singular": ((0.1, 0.2), (0.1, 0.2)),
    "negative eigenvalue": symmetric((0.05, 0.05), 0.3),
}


def at_the_end(mu, cutoff, at):
    """1/mu - ln(cutoff/at) of a matrix."""
    mu = np.array(mu)
    return np.linalg.solve(np.eye(2) - np.log(cutoff / at) * mu, mu)


@pytest.mark.parametrize("name", REPULSIONS)
def test_a_sharp_repulsion_against_the_full_sum(name):
    mu = REPULSIONS[name]
    found = pl.critical_temperature(bands(mu=mu))
    wanted = full_tc(STRONG, found.value, 300, mu=mu, at=100.0)
    assert found.value == pytest.approx(wanted, rel=5e-6)


@pytest.mark.parametrize("name", ["plain", "singular", "negative eigenvalue"])
def test_a_rescaled_repulsion_against_the_full_sum(name):
    """With a cutoff, where both sums end; mu there by the inverse of the matrix."""
    mu, cutoff = REPULSIONS[name], 300.0
    m = bands(mu=mu, scheme="rescaled", at=50.0, matsubara_cutoff=cutoff)
    moved = at_the_end(mu, cutoff, 50.0)
    wanted = full_tc(STRONG, tc_of(m), 320, mu=moved, at=np.inf, cutoff=cutoff)
    assert tc_of(m) == pytest.approx(wanted, rel=1e-5)


def test_without_a_cutoff_tc_is_the_limit_of_long_sums():
    """What a cutoff leaves out goes as its inverse, as bands go on exchanging pairs there; without
    one that is part of the repulsion at the end of the sums."""
    mu = REPULSIONS["plain"]
    found = pl.critical_temperature(bands(mu=mu, scheme="rescaled", at=50.0))
    ends = np.array([1e4, 1e5, 1e6]) * W
    each = [tc_of(bands(mu=mu, scheme="rescaled", at=50.0, matsubara_cutoff=end)) for end in ends]
    differences = np.abs(np.array(each) / found.value - 1)
    assert differences[0] > 1.5e-6
    assert np.all(differences[1:] < 1e-6)
    assert abs(found.value - each[2]) < 2 * found.error


@pytest.mark.parametrize("share", [0.3, 0.8])
@pytest.mark.parametrize("name", REPULSIONS)
def test_gaps_against_full_sums(name, share):
    mu = REPULSIONS[name]
    m = bands(mu=mu)
    kelvin = share * tc_of(m)
    found = pl.imaginary_gap(m, kelvin, frequencies=8).isel(temperature=0)
    full = FullSums(STRONG, kelvin * BOLTZMANN, int(600 / share / 2), mu=mu, at=100.0)
    delta, z = full.gap(found.imaginary_gap.values[:, 0] * 1.3)
    assert found.imaginary_gap.values == pytest.approx(delta[:, :8], rel=2e-5)
    assert found.renormalisation.values == pytest.approx(z[:, :8], rel=5e-6)


def test_gaps_of_a_rescaled_repulsion_against_full_sums():
    mu, cutoff = REPULSIONS["negative eigenvalue"], 200.0
    m = bands(mu=mu, scheme="rescaled", at=50.0, matsubara_cutoff=cutoff)
    kelvin = 0.5 * tc_of(m)
    found = pl.imaginary_gap(m, kelvin, frequencies=8).isel(temperature=0)
    full = FullSums(STRONG, kelvin * BOLTZMANN, 500, mu=at_the_end(mu, cutoff, 50.0), cutoff=cutoff)
    delta, z = full.gap(found.imaginary_gap.values[:, 0] * 1.3)
    assert found.imaginary_gap.values == pytest.approx(delta[:, :8], rel=2e-5)
    assert found.renormalisation.values == pytest.approx(z[:, :8], rel=5e-6)


# ---- Limits


@pytest.mark.parametrize(("scheme", "at"), [("sharp", 100.0), ("rescaled", "w2")])
def test_one_band_is_eliashberg(scheme, at):
    values = {"phonon_energy": W, "mu_star_frequency": at, "mu_star_scheme": scheme}
    several = pl.MultibandEliashberg(couplings=[[1.2]], mu_star=[[0.12]], **values)
    one = pl.Eliashberg(coupling=1.2, mu_star=0.12, **values)
    tc = tc_of(one)
    assert tc_of(several) == tc
    assert float(pl.isotope_coefficient(several)) == float(pl.isotope_coefficient(one))
    kelvin = [0.0, 0.6 * tc]
    gaps = [pl.gap(m, kelvin).gap.values for m in (several, one)]
    assert gaps[0] == pytest.approx(gaps[1], rel=1e-9)
    both = [pl.thermodynamics(m, 0.6 * tc, throw=False) for m in (several, one)]
    assert both[0].equals(both[1])


def test_identical_bands_are_one_band():
    one = pl.Eliashberg(
        coupling=1.2, phonon_energy=W, mu_star=0.12, mu_star_frequency=60.0,
        mu_star_scheme="rescaled",
    )  # fmt: skip
    two = bands([[0.9, 0.3], [0.3, 0.9]], [[0.08, 0.04], [0.04, 0.08]], scheme="rescaled", at=60.0)
    tc = tc_of(one)
    assert tc_of(two) == pytest.approx(tc, rel=2e-6)
    assert float(pl.isotope_coefficient(two)) == pytest.approx(
        float(pl.isotope_coefficient(one)), abs=2e-6
    )
    gap = pl.gap(two, 0.5 * tc).gap.values[0]
    assert gap == pytest.approx(float(pl.gap(one, 0.5 * tc).gap[0]), rel=1e-5)
    jumps = [float(pl.thermodynamics(m, 0.5 * tc).specific_heat_jump) for m in (one, two)]
    assert jumps[1] == pytest.approx(jumps[0], rel=2e-5)


def test_decoupled_bands():
    """Tc is the larger, and gaps are those of each band alone."""
    m = bands([[1.0, 0.0], [0.0, 0.7]], [[0.1, 0.0], [0.0, 0.1]], densities=[1.0, 3.0])
    alone = [
        pl.Eliashberg(coupling=c, phonon_energy=W, mu_star=0.1, mu_star_frequency=100.0,
                      mu_star_scheme="sharp")
        for c in (1.0, 0.7)
    ]  # fmt: skip
    assert tc_of(m) == pytest.approx(tc_of(alone[0]), rel=1e-6)
    second = tc_of(alone[1])
    kelvin = np.array([0.2, 0.6, 1.02]) * second
    gaps = pl.gap(m, kelvin).gap.values
    for band, one in enumerate(alone):
        assert gaps[:, band] == pytest.approx(pl.gap(one, kelvin).gap.values, rel=2e-5, abs=1e-9)
    with pytest.raises(pl.InputError, match="densities are missing"):
        m.replace(densities=None)


def test_a_weakly_coupled_band_has_its_own_gap():
    m = bands([[1.0, 0.002], [0.001, 0.7]])
    kelvin = 0.2 * tc_of(bands([[0.7]], [[0.0]]))
    gaps = pl.gap(m, kelvin).gap.values[0]
    alone = [float(pl.gap(bands([[c]], [[0.0]]), kelvin).gap[0]) for c in (1.0, 0.7)]
    assert gaps == pytest.approx(alone, rel=0.02)


def test_weak_coupling_tends_to_suhl_matthias_and_walker():
    """The eigenvector of lambda_ij/(1 + lambda_i) is the ratio of gaps at Tc."""
    apart = []
    for scale in (1.0, 0.5):
        couplings = scale * np.array([[0.35, 0.05], [0.05, 0.20]])
        m = bands(couplings.tolist())
        tc = tc_of(m)
        data = pl.imaginary_gap(m, 0.999 * tc, frequencies=1)
        first, second = data.imaginary_gap.values[0, :, 0]
        renormalised = couplings / (1 + couplings.sum(1))[:, None]
        values, vectors = np.linalg.eig(renormalised)
        leading = vectors[:, np.argmax(values)]
        apart.append(abs(second / first / (leading[1] / leading[0]) - 1))
    assert apart[0] < 0.1
    assert apart[1] < 0.65 * apart[0]


def test_interband_pairing_alone():
    """lambda_12 = lambda_21 = lambda: Tc of one band with lambda. With other densities
    ln Tc goes with the geometric mean."""
    m = bands([[0.0, 1.0], [1.0, 0.0]])
    assert tc_of(m) == pytest.approx(tc_of(bands([[1.0]], [[0.0]])), rel=2e-6)
    uneven = bands([[0.0, 1.0], [0.5, 0.0]])
    wanted = full_tc([[0.0, 1.0], [0.5, 0.0]], tc_of(uneven), 300)
    assert tc_of(uneven) == pytest.approx(wanted, rel=5e-6)


@pytest.mark.parametrize("scheme", ["sharp", "rescaled"])
@pytest.mark.parametrize("between", [0.1, 0.4])
def test_repulsion_between_bands_turns_the_sign(scheme, between):
    """And raises Tc, past what phonons alone could give."""
    mu = [[0.0, between], [between, 0.0]]
    m = bands([[0.8, 0.0], [0.0, 0.8]], mu, scheme=scheme, at=60.0)
    tc = tc_of(m)
    assert tc > tc_of(bands([[0.8]], [[0.0]]))
    data = pl.imaginary_gap(m, 0.5 * tc, frequencies=3)
    first, second = data.imaginary_gap.values[0]
    assert first == pytest.approx(-second, rel=1e-9)
    assert bool(pl.gap(m, 0.3 * tc, throw=False).gap_changes_sign[0])


def test_a_weak_repulsion_between_unequal_bands_turns_the_sign():
    mu = symmetric((0.0, 0.0), 0.02)
    data = pl.gap(bands([[0.9, 0.0], [0.0, 0.6]], mu), 1.0)
    assert data.gap.values[0, 0] * data.gap.values[0, 1] < 0


# ---- Symmetries


def test_bands_have_no_order():
    couplings = np.array([[0.8, 0.1, 0.05], [0.2, 0.5, 0.0], [0.1, 0.0, 0.3]])
    mu = np.array([[0.1, 0.02, 0.03], [0.04, 0.1, 0.0], [0.06, 0.0, 0.05]])
    order = [2, 0, 1]
    one = bands(couplings.tolist(), mu.tolist(), scheme="rescaled", at=60.0)
    other = bands(
        couplings[order][:, order].tolist(), mu[order][:, order].tolist(), scheme="rescaled",
        at=60.0,
    )  # fmt: skip
    tc = tc_of(one)
    assert tc_of(other) == pytest.approx(tc, rel=1e-9)
    gaps = [pl.gap(m, 0.4 * tc).gap.values[0] for m in (one, other)]
    assert np.abs(gaps[1]) == pytest.approx(np.abs(gaps[0][order]), rel=1e-7)
    energies = [float(pl.thermodynamics(m, 0.4 * tc, throw=False).free_energy_difference[0])
                for m in (one, other)]  # fmt: skip
    assert energies[1] == pytest.approx(energies[0], rel=1e-7)


def test_densities_have_no_unit_and_follow_from_the_couplings():
    m = bands(mu=symmetric((0.1, 0.1), 0.05), scheme="rescaled", at=60.0)
    assert m.electrons().shares == pytest.approx(SHARES, rel=1e-12)
    for densities in ([1.0, 2.0], [0.05, 0.1]):
        given = m.replace(densities=densities)
        assert tc_of(given) == pytest.approx(tc_of(m), rel=1e-10)


def test_rounded_tables_are_balanced():
    m = pl.preset("mgb2_two_band")
    electrons = m.electrons()
    flow = electrons.shares[:, None] * electrons.modes.coupling.sum(-1)
    assert flow == pytest.approx(flow.T, rel=1e-12)
    given = np.array(m.couplings)
    assert electrons.modes.coupling.sum(-1) == pytest.approx(given, rel=2e-3)


def test_mgb2_has_two_gaps():
    """One mode and a chosen frequency of mu*: 39.1 K where Golubov et al. adjust to 39.4 K."""
    m = pl.preset("mgb2_two_band")
    assert tc_of(m) == pytest.approx(39.114, abs=2e-3)
    assert pl.gap(m).gap.values[0] == pytest.approx([6.961, 2.583], abs=2e-3)


# ---- Free energy


@pytest.mark.parametrize("scheme", ["rescaled"])
def test_entropy_is_the_slope_of_the_free_energy(scheme):
    m = bands(mu=symmetric((0.1, 0.1), 0.05), scheme=scheme, at=60.0)
    tc = tc_of(m)
    kelvin = 0.6 * tc * np.exp(np.array([-2e-3, 0.0, 2e-3]))
    data = pl.thermodynamics(m, kelvin)
    f = data.free_energy_difference.values
    slope = -(f[2] - f[0]) / (kelvin[2] - kelvin[0])
    assert float(data.entropy_difference[1]) == pytest.approx(slope, rel=1e-4)


def test_at_low_temperature_the_entropy_of_the_normal_state_is_gone():
    m = pl.preset("mgb2_two_band")
    data = pl.thermodynamics(m, np.array([0.03, 0.05]) * tc_of(m), throw=False)
    left = data.entropy_difference + data.specific_heat_constant * data.temperature
    assert np.all(np.abs(left) < 2e-5 * data.specific_heat_constant * tc_of(m))


def test_the_jump_is_that_of_the_specific_heat():
    m = bands(mu=symmetric((0.1, 0.1), 0.05), scheme="rescaled", at=60.0)
    tc = tc_of(m)
    kelvin = tc * (1 - np.array([2e-2, 1e-2]))
    data = pl.thermodynamics(m, kelvin, throw=False)
    jumps = (data.specific_heat - data.normal_specific_heat).values / kelvin
    assert float(data.specific_heat_jump) == pytest.approx(2 * jumps[1] - jumps[0], rel=3e-3)


def test_two_gaps_lower_the_jump():
    """Below that of one band with the same Tc, as in MgB2."""
    m = pl.preset("mgb2_two_band")
    assert float(pl.thermodynamics(m, 20.0).specific_heat_jump) < 1.43


# ---- Spectra


def curve(height, lowest=2.0, highest=24.0, points=120):
    w = np.linspace(lowest, highest, points)
    values = height * (np.exp(-((w - 12.0) ** 2) / 6) + 1.5 * np.exp(-((w - 20.0) ** 2) / 3))
    values *= np.clip(1 - ((w - 13.0) / 11.1) ** 2, 0, None)
    return PhononSpectrum(frequency=tuple(w), coupling_function=tuple(values))


def test_spectra_and_couplings_of_one_shape_agree():
    heights = [0.5, 0.1, 0.05, 0.3]
    spectra = [curve(h) for h in heights]
    couplings = np.array([one.coupling for one in spectra]).reshape(2, 2).tolist()
    rest = {"mu_star": symmetric((0.1, 0.1), 0.05), "mu_star_frequency": "w2",
            "mu_star_scheme": "rescaled"}  # fmt: skip
    one = pl.MultibandEliashberg(spectra=spectra, **rest)
    other = pl.MultibandEliashberg(spectrum=curve(1.0), couplings=couplings, **rest)
    assert tc_of(one) == pytest.approx(tc_of(other), rel=1e-8)
    averages = [pl.phonon_spectrum(m) for m in (one, other)]
    assert averages[0].alpha2f.values == pytest.approx(averages[1].alpha2f.values, rel=1e-12)
    mean = float(SHARES @ np.array(couplings).sum(1))
    assert float(averages[0].electron_phonon_coupling) == pytest.approx(mean, rel=1e-12)


def test_spectra_on_different_points_are_joined():
    """The mean of both directions, on the points of both."""
    rest = {"mu_star": NONE}
    fine = [curve(0.5), curve(0.1), curve(0.05, 1.9, 24.0, 151), curve(0.3)]
    one = pl.MultibandEliashberg(spectra=fine, **rest)
    same = pl.MultibandEliashberg(spectra=[curve(h) for h in (0.5, 0.1, 0.05, 0.3)], **rest)
    assert tc_of(one) == pytest.approx(tc_of(same), rel=2e-3)
    coupling = one.electrons().modes.coupling.sum(-1)
    assert coupling[0, 1] == pytest.approx(2 * coupling[1, 0], rel=2e-3)


def test_one_spectrum_is_that_of_eliashberg():
    rest = {"mu_star_frequency": "w2", "mu_star_scheme": "rescaled"}
    one = pl.Eliashberg(spectrum=curve(0.6), mu_star=0.1, **rest)
    several = pl.MultibandEliashberg(spectra=[curve(0.6)], mu_star=[[0.1]], **rest)
    assert tc_of(several) == tc_of(one)


def test_the_frequency_of_mu_is_that_of_the_mean_spectrum():
    """Two hard phonons between soft ones: w2 of Sum nu_i alpha^2F_ij."""
    soft, hard = curve(0.5), curve(0.5).scaled(2.0)
    m = pl.MultibandEliashberg(
        spectra=[hard, curve(0.1), curve(0.1), soft], mu_star=[[0.1, 0.0], [0.0, 0.1]],
        mu_star_frequency="w2", mu_star_scheme="rescaled",
    )  # fmt: skip
    coupling = [one.coupling for one in m.spectra]
    squares = [one.second_frequency**2 for one in m.spectra]
    wanted = np.sqrt(np.dot(coupling, squares) / np.sum(coupling))
    assert m.electrons().coulomb.frequency == pytest.approx(wanted, rel=1e-4)


# ---- What is refused


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"couplings": [[1.0, 0.2]]}, "couplings has rows of"),
        ({"couplings": [[1.0, 0.2], [-0.1, 0.5]]}, r"couplings\[2, 1\] = -0.1"),
        ({"couplings": [[0.0, 0.0], [0.0, 0.0]]}, "all zero"),
        ({"couplings": [[1.0, 0.2], [0.0, 0.5]], "densities": [1, 1]}, "couplings 12 = 0.2"),
        ({"densities": [1.0, 1.0]}, r"couplings 12 = 0.2 and 21 = 0.1 with N_1/N_2 = 1, given"),
        ({"densities": [1.0]}, "2 bands need 2 positive densities"),
        ({"densities": [1.0, 0.0]}, "positive densities"),
        ({"mu_star": [[0.1]]}, "mu_star of 1 bands, couplings of 2"),
        ({"mu_star": [[0.1, 0.2], [0.2, 0.1]]}, "mu_star 12|couplings 12"),
        ({"mu_star": [[0.1, -0.2], [-0.1, 0.1]]}, r"mu_star\[1, 2\]"),
        ({"mu_star": [[0.1, 0.0], [0.0, 0.1]], "mu_star_scheme": None}, "without mu_star_scheme"),
        ({"mu_star": [[0.1, 0.0], [0.0, 0.1]], "mu_star_frequency": None}, r"\[0.0, 0.1\]\] with"),
        ({"phonon_energy": None}, "spectrum, phonon_energy and spectra are missing"),
        ({"spectrum": curve(0.5)}, "spectrum and phonon_energy are given together"),
        ({"couplings": None}, "couplings are missing"),
        ({"phonon_energy": None, "spectra": [curve(0.5)]}, "couplings are given beside spectra"),
        ({"phonon_energy": None, "couplings": None, "spectra": [curve(0.5)] * 3}, "of 3 files"),
        ({"phonon_energy": None, "couplings": None,
          "spectra": [curve(0.5), curve(0.1), curve(0.1).scaled(2.0), curve(0.3)]},
         "spectra 12 and 21"),
        ({"spectra": ["a.dat"]}, "is the content of a file"),
    ],
)  # fmt: skip
def test_bad_input_is_a_sentence(changes, says):
    with pytest.raises(pl.InputError, match=says):
        bands().replace(**changes)


def hardly_coupled(between, second):
    return pl.MultibandEliashberg(
        couplings=[[1.0, between], [between, second]], phonon_energy=W, densities=[1.0, 1.0],
        mu_star=[[0.0, 0.0], [0.0, 0.0]],
    )  # fmt: skip


def test_a_small_gap_is_that_of_its_own_temperature():
    """Far below Tc something still changes in a band that is hardly coupled."""
    m = hardly_coupled(1e-3, 0.2)
    cold = float(pl.gap(m).gap.sel(band=2)[0])
    assert cold == pytest.approx(float(pl.imaginary_gap(m, 0.03).imaginary_gap.sel(band=2)[0, 0]),
                                 rel=1e-4)  # fmt: skip
    alone = pl.Eliashberg(coupling=0.3, phonon_energy=W, mu_star=0.0)
    own = float(pl.critical_temperature(alone))
    apart = pl.gap(hardly_coupled(0.0, 0.3), [0.0, 0.6 * own]).gap.sel(band=2).values
    assert apart == pytest.approx(pl.gap(alone, [0.0, 0.6 * own]).gap.values, rel=2e-5)


def test_excitations_of_a_small_gap_are_in_the_specific_heat():
    m, own = hardly_coupled(0.0, 0.3), pl.Eliashberg(coupling=0.3, phonon_energy=W, mu_star=0.0)
    t = 0.5 * float(pl.critical_temperature(own))
    found, alone = pl.thermodynamics(m, t), pl.thermodynamics(own, t)
    share = 0.5 * float(alone.specific_heat_constant) / float(found.specific_heat_constant)
    assert float(found.specific_heat[0]) == pytest.approx(
        share * float(alone.specific_heat[0]), rel=1e-4
    )
    density = pl.stiffness(m, t).superfluid_density.sel(band=2)
    assert float(density[0]) == pytest.approx(
        float(pl.stiffness(own, t).superfluid_density[0]), rel=1e-4
    )


def test_a_band_without_a_gap_stays_normal_and_is_not_called_known():
    m = hardly_coupled(0.0, 0.0)
    data = pl.gap(m, [0.0, 1.0], throw=False)
    assert data.gap.values[1] == pytest.approx([4.8475, 0.0], abs=1e-3)
    assert data.result_code.values.tolist() == [pl.Result.INACCURATE.code, 0]
    assert np.all(pl.stiffness(m, 1.0, throw=False).superfluid_density.sel(band=2) == 0)


def test_phonons_between_bands_against_differences_of_tc():
    m = pl.preset("mgb2_two_band")
    found = pl.isotope_by_mode(m, 70.0)
    matrix, step = np.array(m.couplings), 1e-3
    shares = np.array(m.electrons().shares)

    def tc(change):
        both = matrix + change * np.array([[0, 1], [shares[0] / shares[1], 0]])
        return float(pl.critical_temperature(
            m.replace(couplings=both.tolist(), densities=shares.tolist())))  # fmt: skip

    wanted = (tc(step) - tc(-step)) / (2 * step)
    per_lambda = found.functional_derivative.values[:, :, 0] * 70.0 / 2
    balanced = per_lambda[0, 1] + per_lambda[1, 0] * shares[0] / shares[1]
    assert balanced == pytest.approx(wanted, rel=1e-4)
    assert float(found.isotope_coefficient_error) < 1e-5
