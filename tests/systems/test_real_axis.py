"""Eliashberg theory at real frequencies against other routes, limits and identities."""

import numpy as np
import pytest
from real_axis_cases import W, case, right_sides, two_peaks
from scipy import integrate
from scipy.interpolate import AAA

import pairlab as pl
from pairlab.pairing import quasiparticles
from pairlab.pairing.matsubara.gap import imaginary_gap
from pairlab.pairing.phonons.coupling import Modes
from pairlab.pairing.real_frequencies.axis import on_line, real_axis
from pairlab.pairing.real_frequencies.edge import spectral_edge
from pairlab.pairing.real_frequencies.line import cosines_and_sines, line_at, transformed, values_at
from pairlab.units import BOLTZMANN


@pytest.mark.parametrize(
    ("share", "coupling", "peaks"), [(0.3, 1.0, 0), (0.95, 2.0, 0), (0.6, 0, 1), (0.95, 0, 1)]
)
def test_the_solution_solves_the_equations_as_printed(share, coupling, peaks):
    """On the real axis but for eta, with integrals and sums one by one."""
    one = case(share, coupling, spectrum=two_peaks() if peaks else None)
    height = 0.3 * np.pi * one.kt
    solved = on_line(one.axis, height, 100.0)
    pull = one.axis.pull[:, None]
    components = transformed(solved.line, solved.gap - pull)

    def gap_at(z):
        assert z.imag == pytest.approx(height)
        return complex(values_at(solved.line, components, np.array([z.real]))[0, 0] + pull[0, 0])

    for w in (0.0, 0.7 * one.axis.gap[0, 0], 7.3, 23.0, 41.0):
        whole, paired = right_sides(one, w + 1j * height, gap_at)
        z = w + 1j * height
        expected = gap_at(z)
        # The printed sum in Z ends where the imaginary axis ends: 1e-6 of Z.
        close = 1e-5 * one.axis.gap[0, 0]
        assert z * paired / whole == pytest.approx(expected, rel=1e-5, abs=close)
        r = real_axis(one.axis, broadening=height, energy=np.array([w]))
        assert r.renormalisation[0, 0] * z == pytest.approx(whole, rel=1e-5)
        assert r.gap[0, 0] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("share", "coupling"), [(0.1, 1.0), (0.5, 3.0), (0.95, 0.6)])
def test_the_real_axis_gives_back_the_imaginary_one(share, coupling):
    """Delta(i w_n) = D + Int dw [Delta(z) - D]/(z - i w_n)/(2 pi i) with z = w + i s.

    What the ends leave out goes as the inverse square of where they are, and is extrapolated.
    """
    one = case(share, coupling)
    height, pull = 0.3 * np.pi * one.kt, one.axis.pull[0]
    number = np.array([0.0, 1.0, 4.0])
    w = np.pi * one.kt * (2 * number + 1)
    found = []
    for end in (40 * W, 80 * W):
        solved = on_line(one.axis, height, end)
        z = solved.line.energy + 1j * height
        kernel = solved.line.taper * solved.line.step / (2j * np.pi) / (z - 1j * w[:, None])
        found.append(pull + kernel @ (solved.gap[0] - pull))
    limit = (4 * found[1] - found[0]) / 3
    expected = one.imaginary.at(one.electrons, number)[0][0]
    assert limit.real == pytest.approx(expected, abs=5e-6 * one.axis.gap[0, 0])
    assert limit.imag == pytest.approx(0 * w, abs=1e-6 * one.axis.gap[0, 0])


@pytest.mark.parametrize(("share", "coupling"), [(0.1, 1.0), (0.4, 0.6), (0.3, 1.5)])
def test_a_rational_continuation_far_from_the_axis(share, coupling):
    """AAA of Delta(i w_n) is good where it is not asked for the real axis itself."""
    one = case(share, coupling, mu=0.0)
    number = np.arange(60.0)
    delta = one.imaginary.at(one.electrons, number)[0][0]
    points = 1j * np.pi * one.kt * (2 * number + 1)
    both = np.concatenate([points, -points])
    fit = AAA(both, np.concatenate([delta, delta]).astype(complex), rtol=1e-11)
    energy = np.linspace(0, 0.4 * W, 30)
    width = 2 * np.pi * one.kt
    found = real_axis(one.axis, broadening=width, energy=energy)
    z = energy + 1j * width
    expected = (1 / np.sqrt(1 - (fit(z) / z) ** 2)).real
    assert found.density_of_states[0] == pytest.approx(expected, abs=3e-6)


@pytest.mark.parametrize(("share", "coupling"), [(0.1, 1.0), (0.95, 1.0), (0.7, 3.0)])
def test_no_state_is_lost(share, coupling):
    """Int (N_s/N_n - 1) dw = 0: N - 1 falls as 1/z^2 and has no poles above the axis."""
    one = case(share, coupling, mu=0.0)
    end = 40 * W
    energy = np.linspace(0, end, 16001)
    found = real_axis(one.axis, broadening=0.6, energy=energy)
    excess = found.density_of_states[0] - 1
    tail = excess[-1] * end / 3  # N - 1 falls as 1/w^4 where Delta falls as 1/w^2
    whole = integrate.simpson(excess, x=energy) + tail
    moved = integrate.simpson(np.abs(excess), x=energy)
    assert moved > 0.5 * one.axis.gap[0, 0]
    assert abs(whole) < 2e-5 * moved


def test_the_same_broadening_from_lines_at_two_heights():
    """A broadening below and one above the height that the line can have: N is one function."""
    one = case(0.4, 1.5)
    spacing = 2 * np.pi * one.kt
    energy = np.linspace(-40, 40, 333)
    low = on_line(one.axis, 0.2 * spacing, 60.0)
    rest = 1.3 * spacing - 0.2 * spacing
    components = low.density * np.exp(-np.abs(low.line.time) * rest)
    expected = 1 + values_at(low.line, components, energy)[0].real
    found = real_axis(one.axis, broadening=1.3 * spacing, energy=energy)
    assert found.density_of_states[0] == pytest.approx(expected, abs=1e-6)
    assert found.density_of_states[0] == pytest.approx(found.density_of_states[0, ::-1], abs=1e-9)


def test_the_error_covers_a_line_that_is_resolved_twice_as_well(monkeypatch):
    for share, coupling in ((0.2, 3.0), (0.7, 3.0), (0.5, 1.0)):
        one = case(share, coupling)
        energy = np.linspace(0, 60, 301)
        found = real_axis(one.axis, broadening=0.3, energy=energy)
        with monkeypatch.context() as patch:
            patch.setattr("pairlab.pairing.real_frequencies.line._PER_HEIGHT", 12.0)
            patch.setattr("pairlab.pairing.real_frequencies.axis._REACH", 15.0)
            better = real_axis(one.axis, broadening=0.3, energy=energy)
        change = np.abs(found.density_of_states - better.density_of_states).max()
        assert change < found.error[0] < 1e-4


def test_weak_coupling_is_bcs():
    """Delta is constant below the phonons: N is that of BCS, with corrections (Delta/w)^2."""
    one = case(0.2, 0.35, mu=0.0)
    gap = one.axis.gap[0, 0]
    energy = np.linspace(0, 5 * gap, 41)
    width = 0.3 * gap
    found = real_axis(one.axis, broadening=width, energy=energy)
    z = energy + 1j * width
    expected = (z / np.sqrt(z + gap) / np.sqrt(z - gap)).real
    assert found.density_of_states[0] == pytest.approx(expected, abs=10 * (gap / W) ** 2)
    assert abs(expected.max() - 1) > 0.2


def test_the_normal_state_has_no_structure():
    one = case(0.9, 1.5)
    axis = one.axis._replace(gap=0 * one.axis.gap, pull=np.zeros(1))
    energy = np.linspace(0, 50, 101)
    found = real_axis(axis, broadening=0.5, energy=energy)
    assert found.density_of_states == pytest.approx(np.ones((1, 101)), abs=1e-12)
    assert found.conductance == pytest.approx(np.ones((1, 101)), abs=1e-12)
    # Z_0 = 1 + lambda, and the scattering rate -Im of z - zZ is positive: on a line through w_0.
    near = real_axis(axis, broadening=np.pi * axis.kt * (1 - 1e-9), energy=np.zeros(1))
    assert near.renormalisation[0, 0].real == pytest.approx(2.5, rel=1e-6)


@pytest.mark.parametrize("peaks", [False, True])
def test_bands_that_are_alike_are_one(peaks):
    """Three bands that each take a share of every mode have the gap of one with all of it."""
    one = case(0.6, 1.2, spectrum=two_peaks() if peaks else None)
    modes = one.axis.modes[0][0]
    shares = np.array([[0.5, 0.2, 0.3], [0.1, 0.6, 0.3], [0.4, 0.4, 0.2]])
    three = one.axis._replace(
        modes=tuple(tuple(Modes(modes.frequency, s * modes.coupling) for s in row)
                    for row in shares),
        gap=np.repeat(one.axis.gap, 3, 0), pull=np.repeat(one.axis.pull, 3),
    )  # fmt: skip
    energy = np.linspace(0, 50, 60)
    single, found = (real_axis(a, broadening=0.3, energy=energy) for a in (one.axis, three))
    for band in range(3):
        assert found.density_of_states[band] == pytest.approx(single.density_of_states[0], abs=1e-9)
        assert found.gap[band] == pytest.approx(single.gap[0], abs=1e-8)
    expected = spectral_edge(one.axis)[0].value
    assert [e.value for e in spectral_edge(three)] == pytest.approx([expected] * 3, rel=1e-7)


def test_bands_that_do_not_see_each_other_are_two():
    first, second = case(0.5, 1.0), None
    hard = pl.Eliashberg(coupling=2.0, phonon_energy=W, mu_star=0.0)
    second = imaginary_gap(
        hard.electrons(), first.kt, float(pl.critical_temperature(hard)) * BOLTZMANN
    )
    other = second.axis(hard.electrons(), 1e-3)
    assert other.frequency == pytest.approx(first.axis.frequency)
    none = Modes(np.array([W]), np.zeros(1))
    both = first.axis._replace(
        modes=((first.axis.modes[0][0], none), (none, other.modes[0][0])),
        gap=np.concatenate([first.axis.gap, -other.gap]),
        pull=np.concatenate([first.axis.pull, other.pull]),
    )
    energy = np.linspace(0, 50, 60)
    found = real_axis(both, broadening=0.3, energy=energy)
    for band, one in enumerate((first.axis, other)):
        alone = real_axis(one, broadening=0.3, energy=energy).density_of_states[0]
        assert found.density_of_states[band] == pytest.approx(alone, abs=1e-6)
        edge = spectral_edge(both)[band].value
        assert edge == pytest.approx(spectral_edge(one)[0].value, rel=1e-7)


def test_thermal_smearing_is_the_integral():
    one = case(0.5, 1.0)
    bias = np.array([0.0, 1.7, 3.1, 8.0])
    found = real_axis(one.axis, broadening=0.3, energy=bias)
    x = np.linspace(-40, 40, 8001) * one.kt
    weight = 1 / (4 * one.kt * np.cosh(x / (2 * one.kt)) ** 2)
    for v, value in zip(bias, found.conductance[0], strict=True):
        states = real_axis(one.axis, broadening=0.3, energy=v + x).density_of_states[0]
        assert value == pytest.approx(integrate.simpson(states * weight, x=x), abs=1e-7)
    cold = real_axis(one.axis, broadening=0.3, energy=bias, smearing=0.0)
    assert cold.conductance == pytest.approx(cold.density_of_states)


def test_narrow_broadening_is_refused_before_memory_is_full():
    with pytest.raises(pl.InputError, match="larger broadening"):
        real_axis(case(0.5).axis, broadening=1e-6, energy=np.zeros(1))


def test_an_imaginary_axis_that_failed_is_not_continued():
    axis = case(0.5).axis
    axis = axis._replace(gap=np.full_like(axis.gap, np.nan))
    found = real_axis(axis, broadening=0.3, energy=np.linspace(0, 10, 5))
    assert found.result is pl.Result.NOT_FINITE
    assert np.all(np.isnan(found.density_of_states))
    assert spectral_edge(axis)[0].result is pl.Result.NOT_FINITE


def test_transforms_are_exact_between_points():
    line = line_at(0.5, 60.0)
    z = line.energy + 0.5j
    components = transformed(line, 1 / (z + 0.1j) ** 2)
    at = np.array([-13.123, 0.0301, 44.4])
    assert values_at(line, components, at) == pytest.approx(1 / (at + 0.6j) ** 2, abs=3e-5)
    frequency, strength = np.array([3.3, 17.77]), np.array([[1.0, 2.0], [0.5, -1.0]])
    cosine, sine = cosines_and_sines(line, frequency, strength)
    phase = np.outer(frequency, line.time)
    assert cosine == pytest.approx(strength @ np.cos(phase), abs=1e-9)
    assert sine == pytest.approx(strength @ np.sin(phase), abs=1e-9)


def test_quasiparticles_of_a_constant_gap():
    gap, kt = 1.3, 0.2
    z = np.array([0.0, 0.9, 1.3, 4.0]) + 0.05j
    root = np.sqrt(z + gap) * np.sqrt(z - gap)
    assert quasiparticles.density(z, np.array(gap)) == pytest.approx(z / root)
    found = quasiparticles.conductance(z, np.array(gap), kt)
    x = np.linspace(-40, 40, 40001) * kt
    weight = 1 / (4 * kt * np.cosh(x / (2 * kt)) ** 2)
    for v, value in zip(z, found, strict=True):
        states = quasiparticles.density(v + x, np.array(gap)).real
        assert value == pytest.approx(integrate.simpson(states * weight, x=x), abs=1e-7)
