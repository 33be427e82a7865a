"""Which of several solutions of the gap equation is the state: against a search without ours.

The oracle minimises the energy of paired states of any gaps, sizes and phases, from many starts:

    F(Delta) = -Sum_ij g_ij Re(b_i* b_j) + Sum_j [2 |Delta_j|^2 J_j - G_j],     b_j = Delta_j J_j
    J = Int_0^wc tanh(E/2kT)/E dxi,     G = 4 kT Int_0^wc ln[cosh(E/2kT)/cosh(xi/2kT)] dxi

b_j is the pair amplitude of band j, and the bracket is what it costs; F is bounded for couplings of
any sign, and where it is stationary Delta_i = Sum_j g_ij b_j.
"""

import itertools

import numpy as np
import pytest
from scipy import integrate, optimize

import pairlab as pl
from pairlab.solution import Result
from pairlab.units import BOLTZMANN

CUTOFF = 30.0
REAL_BELOW_REAL = ((0.32, -0.01, -0.012), (-0.01, 0.30, -0.02), (-0.012, -0.02, 0.30))
COMPLEX_BELOW_REAL = ((0.2, -0.1, -0.1), (-0.1, 0.2, -0.11), (-0.1, -0.11, 0.2))
REDUCED = (0.02, 0.3, 0.6, 0.8, 0.95)


class Energy:
    """F/N0, meV^2, of paired states at one temperature."""

    def __init__(self, couplings, kt, unit):
        self.couplings = np.array(couplings)
        self.size, self.kt, self.unit = len(couplings), kt, unit
        smallest = 2e-3 * unit  # xi = smallest sinh(u): dense where gaps and kT are
        x, w = np.polynomial.legendre.leggauss(200)
        top = np.arcsinh(CUTOFF / smallest)
        u = top * (x + 1) / 2
        self.xi, self.weight = smallest * np.sinh(u), top / 2 * w * smallest * np.cosh(u)

    def sums(self, size):
        """J, dJ/d Delta and G of each band."""
        kt = self.kt
        energy = np.sqrt(self.xi**2 + size[:, None] ** 2)
        tanh = np.tanh(energy / (2 * kt))
        slope = ((1 - tanh**2) / (2 * kt) - tanh / energy) / energy**2
        more = energy - self.xi + 2 * kt * (
            np.log1p(np.exp(-energy / kt)) - np.log1p(np.exp(-self.xi / kt))
        )  # fmt: skip
        return (
            (tanh / energy) @ self.weight,
            size * (slope @ self.weight),
            2 * more @ self.weight,
        )

    def __call__(self, parts):
        """F and its gradient by real and imaginary parts of the gaps, (2 band,)."""
        gaps = parts.reshape(2, self.size)
        size = np.sqrt((gaps**2).sum(0)) + 1e-300
        j, j_slope, g = self.sums(size)
        amplitude = j * gaps
        pulled = amplitude @ self.couplings
        value = np.sum(2 * size**2 * j - g) - np.sum(amplitude * pulled)
        force = 2 * (gaps - pulled)
        along = (force * gaps / size).sum(0)
        return value, (force * j + gaps * along * j_slope).ravel()

    def lowest(self, starts):
        """The lowest minimum that is reached."""
        return min(
            optimize.minimize(self, start.ravel(), jac=True, method="BFGS").fun for start in starts
        )


def signs(size):
    return [np.array((1, *rest)) for rest in itertools.product((1, -1), repeat=size - 1)]


def real_starts(size, unit):
    """Every pattern of signs, exactly real: the search never leaves the real gaps."""
    return [1.8 * unit * np.stack([pattern, np.zeros(size)]) for pattern in signs(size)]


def starts(size, unit, seed=0):
    """Every pattern of signs with small phases, and gaps at random."""
    random = np.random.default_rng(seed)
    patterns = [real + 0.05 * unit * random.normal(size=real.shape)
                for real in real_starts(size, unit)]  # fmt: skip
    return [*patterns, *(2 * unit * random.normal(size=(6, 2, size)))]


def mechanism(couplings):
    return pl.Multiband(couplings=couplings, cutoff=CUTOFF)


def energy_of(problem, reduced):
    """F/N0 of our state at T/Tc, its gaps and its code."""
    kt = reduced * problem.point.kt
    state = problem.branches.state(kt)
    assert state.solution is not None
    return problem.branches.energy(state.solution, kt), state


def test_the_oracle_is_a_free_energy():
    """Its integrals by adaptive quadrature; one band at T = 0 has F = -wc^2 (sqrt(1+x^2)-1), x =
    1/sinh(1/lambda); its gradient by differences."""
    unit = 0.5
    energy = Energy(((0.25, 0.1), (0.1, 0.2)), 0.3, unit)
    size = np.array([0.7, 1e-2])
    for band, (j, j_slope, g) in enumerate(zip(*energy.sums(size), strict=True)):
        def thermal(xi, delta):
            e = np.hypot(xi, delta)
            return np.tanh(e / 0.6) / e

        def heat(xi, delta):
            return 1.2 * np.log(np.cosh(np.hypot(xi, delta) / 0.6) / np.cosh(xi / 0.6))

        def integral(function, delta):
            return integrate.quad(
                function, 0, CUTOFF, args=(delta,), points=(0.1, 1, 5), epsabs=1e-12, limit=200
            )[0]  # fmt: skip

        delta = size[band]
        assert j == pytest.approx(integral(thermal, delta), rel=1e-10)
        h = 1e-3 * delta
        difference = (integral(thermal, delta + h) - integral(thermal, delta - h)) / (2 * h)
        assert j_slope == pytest.approx(difference, rel=1e-5)
        assert g == pytest.approx(integral(heat, delta), rel=1e-8)
    cold = Energy(((0.25,),), 1e-6 * unit, unit)
    gap = CUTOFF / np.sinh(4.0)
    exact = -(CUTOFF**2) * (np.sqrt(1 + (gap / CUTOFF) ** 2) - 1)
    assert cold.lowest(real_starts(1, unit)) == pytest.approx(exact, rel=1e-8)
    place = np.array([0.5, -0.3, 0.1, 0.4])
    _, gradient = energy(place)
    steps = 1e-5 * np.eye(4)
    differences = [(energy(place + s)[0] - energy(place - s)[0]) / 2e-5 for s in steps]
    assert gradient == pytest.approx(np.array(differences), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("reduced", [0.02, 0.6])
@pytest.mark.parametrize(
    ("couplings", "real"),
    [(REAL_BELOW_REAL, {0.02: -10.80, 0.6: -3.64}), (COMPLEX_BELOW_REAL, {0.02: -6.42})],
)
def test_two_cases_in_which_the_first_solution_is_not_the_lowest(couplings, real, reduced):
    """The lowest real solution, known from elsewhere to 0.005, is unstable against phases."""
    problem = mechanism(couplings).posed
    energy, state = energy_of(problem, reduced)
    unit = problem.point.kt
    oracle = Energy(couplings, reduced * unit, unit)
    assert state.result is Result.SUCCESS
    assert energy == pytest.approx(oracle.lowest(starts(3, unit)), rel=1e-6)
    lowest_real = oracle.lowest(real_starts(3, unit))
    if reduced in real:
        assert lowest_real == pytest.approx(real[reduced], abs=0.006)
    assert energy < lowest_real
    assert np.iscomplexobj(state.gap)
    near_tc, state = energy_of(problem, 0.95)
    assert near_tc == pytest.approx(
        Energy(couplings, 0.95 * unit, unit).lowest(starts(3, unit)), rel=1e-6
    )
    assert not np.iscomplexobj(state.gap)


def test_broken_time_reversal_of_the_second_case():
    problem = mechanism(COMPLEX_BELOW_REAL).posed
    assert energy_of(problem, 0.02)[0] == pytest.approx(-7.54, abs=0.006)
    tc = problem.critical().value
    data = pl.gap(mechanism(COMPLEX_BELOW_REAL), [0.02 * tc, 0.5 * tc])
    assert np.all(data.result_code == 0)
    # The gap equation itself, with the oracle's integrals.
    for row in data.transpose("temperature", ...).gap_phase.temperature.values:
        here = data.sel(temperature=row)
        gaps = here.gap.values * np.exp(1j * here.gap_phase.values)
        kt = float(row) * BOLTZMANN
        j, _, _ = Energy(COMPLEX_BELOW_REAL, kt, problem.point.kt).sums(np.abs(gaps))
        wanted = np.array(COMPLEX_BELOW_REAL) @ (j * gaps)
        assert np.abs(wanted - gaps).max() < 1e-6 * np.abs(gaps).max()
        assert np.abs(np.sin(here.gap_phase.values)).max() > 0.5


def frustrated(size, count, seed):
    """Random couplings with a loop of an odd number of repulsions, and a Tc of some kelvin."""
    random = np.random.default_rng(seed)
    found = []
    while len(found) < count:
        between = np.triu(random.uniform(-0.15, 0.06, (size, size)), 1)
        couplings = np.diag(random.uniform(0.15, 0.35, size)) + between + between.T
        loops = itertools.combinations(range(size), 3)
        odd = any(couplings[i, j] * couplings[j, k] * couplings[k, i] < 0 for i, j, k in loops)
        if odd and np.linalg.eigvalsh(couplings)[-1] > 0.2:
            found.append(couplings.tolist())
    return found


@pytest.mark.parametrize("couplings", [*frustrated(3, 5, seed=3), *frustrated(4, 5, seed=4)])
def test_the_lowest_state_of_frustrated_bands(couplings):
    problem = mechanism(couplings).posed
    size, unit = len(couplings), problem.point.kt
    for reduced in REDUCED:
        energy, state = energy_of(problem, reduced)
        lowest = Energy(couplings, reduced * unit, unit).lowest(starts(size, unit))
        assert state.result is Result.SUCCESS
        assert energy == pytest.approx(lowest, rel=1e-6)


@pytest.mark.parametrize(
    "couplings", [REAL_BELOW_REAL, COMPLEX_BELOW_REAL, *frustrated(3, 2, 5), *frustrated(4, 2, 6)]
)
def test_the_free_energy_rises_with_temperature(couplings):
    """F_s(T) - F_n(T) rises from the condensation energy to 0: S_s < S_n below Tc."""
    problem = mechanism(couplings).posed
    reduced = np.append(np.linspace(0.01, 0.99, 50), [0.999, 0.99999])
    kts = reduced * problem.point.kt
    states = problem.branches.states(kts.tolist())
    assert all(state.result is Result.SUCCESS for state in states)
    energies = [problem.branches.energy(s.solution, kt) for s, kt in zip(states, kts, strict=True)]
    assert np.all(np.diff(energies) > 0)
    assert energies[-1] < 0


@pytest.mark.parametrize(
    "couplings",
    [
        ((0.3, 0.1, 0.05), (0.1, 0.2, 0.02), (0.05, 0.02, 0.25)),
        ((0.3, -0.1, -0.05), (-0.1, 0.2, 0.02), (-0.05, 0.02, 0.25)),  # one band against two
        ((0.3, -0.1, 0.0), (-0.1, 0.2, -0.02), (0.0, -0.02, 0.25)),  # a chain has no loop
    ],
)
def test_bands_that_are_not_frustrated_are_real_and_never_change(couplings):
    """Counted with the signs that make all couplings attractive, all gaps are positive."""
    problem = mechanism(couplings).posed
    unit = problem.point.kt
    reduced = np.array([0.02, 0.6, 0.95])
    data = pl.gap(mechanism(couplings), reduced * unit / BOLTZMANN)
    assert "branch_change_temperature" not in data
    assert "gap_phase" not in data
    signs_of = np.sign(data.gap.values)
    assert np.all(signs_of == signs_of[0])
    pulls = signs_of[0][:, None] * np.array(couplings) * signs_of[0]
    assert np.all(pulls - np.diag(np.diag(pulls)) >= 0)
    for place in reduced:
        energy, state = energy_of(problem, place)
        assert not np.iscomplexobj(state.gap)
        lowest = Energy(couplings, place * unit, unit).lowest(starts(3, unit))
        assert energy == pytest.approx(lowest, rel=1e-6)


@pytest.mark.parametrize("between", [1e-6, -1e-6, 1e-9, 1e-10, 1e-12])
@pytest.mark.parametrize("alone", [0.34, 0.2, 0.05, 0.035, -0.1])
def test_gaps_of_nearly_decoupled_bands_hold_their_errors(between, alone):
    """At T = 0, Delta_i = Sum_j g_ij Delta_j asinh(wc/|Delta_j|): gaps down to 1e-12 meV."""
    couplings = ((0.35, between), (between, alone))
    data = pl.gap(mechanism(couplings), 0.0)
    assert np.all(data.result_code == 0)

    # Band 1 is that of one band to between^2 only, so band 2 follows in its field.
    field = np.array([CUTOFF / np.sinh(1 / 0.35), 0.0])
    for _ in range(20):
        pull = between * field[0] * np.arcsinh(CUTOFF / field[0])

        def excess(log_size, pull=pull):
            size = np.exp(log_size)
            return (abs(pull) + alone * size * np.arcsinh(CUTOFF / size)) / size - 1

        # The gap over itself falls from +inf to below 0: one root.
        log_size = optimize.brentq(excess, np.log(1e-30), np.log(10 * CUTOFF), xtol=1e-14)
        field[1] = np.sign(between) * np.exp(log_size)
        back = between * field[1] * np.arcsinh(CUTOFF / abs(field[1]))
        field[0] = optimize.brentq(
            lambda size, back=back: 0.35 * np.arcsinh(CUTOFF / size) + back / size - 1,
            0.1,
            CUTOFF,
            xtol=1e-14,
        )
    assert np.all(np.abs(data.gap.values[0] - field) <= float(data.gap_error[0]))
    assert float(data.gap_error[0]) < 1e-8 * field[0]


# Random couplings whose lowest real solution changes its pattern of signs.
REAL_CHANGES = [
    ((0.272, 0.007, 0.019), (0.007, 0.271, -0.025), (0.019, -0.025, 0.19)),
    ((0.206, -0.032, 0.045), (-0.032, 0.261, 0.025), (0.045, 0.025, 0.239)),
]


@pytest.mark.parametrize("couplings", [REAL_BELOW_REAL, COMPLEX_BELOW_REAL, *REAL_CHANGES])
def test_changes_between_real_and_complex_gaps_are_reported(couplings):
    """At each temperature of `branch_change_temperature` the search finds on one side a complex
    state below all real ones and on the other none; elsewhere no such change.

    With constant couplings real branches never follow each other: of 2365 random frustrated sets of
    3 to 5 bands none had two real solutions that are stable against phases.
    """
    problem = mechanism(couplings).posed
    unit = problem.point.kt

    def gain(reduced):
        """How far the lowest state lies below the real ones, relative."""
        oracle = Energy(couplings, reduced * unit, unit)
        real = oracle.lowest(real_starts(3, unit))
        return 1 - real / oracle.lowest(starts(3, unit))

    reduced = np.array([0.02, 0.2, 0.4, 0.6, 0.8, 0.97])
    data = pl.gap(mechanism(couplings), reduced * unit / BOLTZMANN)
    assert np.all(data.result_code == 0)
    changes = data.branch_change_temperature.values * BOLTZMANN / unit
    assert np.all(np.diff(changes) > 0)
    is_complex = np.array([gain(r) > 1e-7 for r in reduced])
    count = np.array([np.sum(changes < r) for r in reduced])
    assert np.all(is_complex == is_complex[0] ^ (count % 2 == 1))
    # Changes of second order: the gain grows as the square of the distance.
    for change in changes:
        below, above = (gain(change + step) for step in (-0.02, 0.02))
        assert min(abs(below), abs(above)) < 1e-9
        assert max(below, above) > 1e-7


def test_time_reversed_partners_do_not_alternate():
    """Both have the same energy; along temperature it is one of them."""
    problem = mechanism(COMPLEX_BELOW_REAL).posed
    kts = np.linspace(0.02, 0.6, 12) * problem.point.kt
    states = problem.branches.states(kts.tolist())
    turns = [np.angle(state.gap[1, 0] / state.gap[0, 0]) for state in states]
    assert len(set(np.sign(turns))) == 1
    assert np.all(np.abs(np.diff(turns)) < 0.2)


# Superstripes with mostly negative exchange couplings, and one between subbands of equal strength.
STRIPES = [
    {"exchange_coupling": -0.12, "weak_coupling": 0.2, "coupling": 0.3, "lifshitz": 1.0},
    {"exchange_coupling": -0.3, "weak_coupling": 0.3, "coupling": 0.3, "lifshitz": 0.0},
    {"exchange_coupling": -0.03, "weak_coupling": 0.25, "coupling": 0.25, "lifshitz": 2.0},
]


@pytest.mark.parametrize("fields", STRIPES)
def test_gaps_of_superstripes_are_continuous_or_their_change_is_reported(fields):
    """Between temperatures Tc/20 apart; and at none of them the code is a failure."""
    stripes = pl.Superstripes.preset("h3s", softening="none", subbands=3, **fields)
    problem = stripes.posed
    unit = problem.point.kt
    kts = np.array([0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.6, 0.65]) * unit
    states = problem.branches.states(kts.tolist())
    assert all(state.result is Result.SUCCESS for state in states)
    changes = problem.branches.changes(kts.tolist())
    for (low, one), (high, other) in itertools.pairwise(zip(kts, states, strict=True)):
        phase = np.vdot(other.gap, one.gap)
        jump = np.abs(one.gap - other.gap * phase / abs(phase)).max()
        reported = any(low <= change <= high for change in changes)
        assert high - low > 0.06 * unit or jump < 0.1 * np.abs(one.gap).max() or reported
    energies = [problem.branches.energy(s.solution, kt) for s, kt in zip(states, kts, strict=True)]
    assert np.all(np.diff(energies) > 0)


@pytest.mark.parametrize("couplings", [REAL_BELOW_REAL, COMPLEX_BELOW_REAL])
def test_a_change_does_not_depend_on_the_temperatures_asked_for(couplings):
    """Between 0 and Tc there is one, also where the last temperature is Tc or beyond."""
    tc = float(pl.critical_temperature(mechanism(couplings)))
    grids = ([0, 0.9], [0.5, 0.99], [0, 0.999], [0, 0.25, 0.5, 0.75, 1], [0, 1.2])
    changes = [
        pl.gap(mechanism(couplings), np.array(grid) * tc).branch_change_temperature.values / tc
        for grid in grids
    ]
    assert [len(found) for found in changes] == [1] * len(grids)
    assert np.ptp(np.concatenate(changes)) < 1e-6


def test_real_gaps_above_a_change_have_their_thermodynamics():
    """At T = 0 the gaps are complex, so that Bc(T)/Bc(0) is not known; F(T) is."""
    m = mechanism(COMPLEX_BELOW_REAL)
    tc = float(pl.critical_temperature(m))
    data = pl.thermodynamics(m, np.array([0.5, 0.95]) * tc, throw=False)
    assert data.result_code.values.tolist() == [pl.Result.NOT_THE_LOWEST.code, 0]
    assert np.isnan(data.free_energy_difference[0])
    energy, _ = energy_of(m.posed, 0.95)
    assert float(data.free_energy_difference[1]) == pytest.approx(energy, rel=1e-6)


def test_the_temperature_of_a_change_does_not_depend_on_what_is_asked():
    m = pl.Multiband(
        couplings=[[0.32, -0.01, -0.012], [-0.01, 0.30, -0.02], [-0.012, -0.02, 0.30]], cutoff=30.0
    )
    asked = ([5.0, 17.0], [5.0, 16.5], [16.276, 16.277], [5.0, 16.5, 17.0, 18.0])
    found = [pl.gap(m.replace(), one).branch_change_temperature.values for one in asked]
    assert all(len(one) == 1 for one in found)
    assert np.ptp(found) < 1e-6
