"""Eliashberg theory at real frequencies against other routes, limits and identities."""

from typing import NamedTuple

import numpy as np
import pytest
from scipy import integrate, optimize
from scipy.interpolate import AAA

import pairlab as pl
from pairlab.pairing import quasiparticles
from pairlab.pairing.eliashberg_gap import gap_edge, imaginary_gap
from pairlab.pairing.phonons import Modes
from pairlab.pairing.problem import SolvedTunnelling
from pairlab.pairing.real_axis import ImaginaryAxis, on_line, real_axis
from pairlab.pairing.real_edge import spectral_edge
from pairlab.pairing.real_line import cosines_and_sines, line_at, transformed, values_at
from pairlab.pairing.spectrum import PhononSpectrum
from pairlab.units import BOLTZMANN

W = 20.0


class Case(NamedTuple):
    electrons: object
    kt: float
    critical_kt: float
    imaginary: object
    axis: ImaginaryAxis


def axis_of(electrons, found):
    system, kt = found.system, found.kt
    weight = system.frequencies.weight
    pull = 0.0
    if np.isfinite(system.inverse_repulsion):
        ratio = found.gap / np.hypot(found.frequency, found.gap)
        repelled = np.sum(weight * system.repelled * ratio)
        pull = -2 * np.pi * kt / system.inverse_repulsion * repelled
    return ImaginaryAxis(
        ((electrons.phonons.modes(),),), kt, found.frequency, weight, found.gap[None],
        np.array([pull]),
    )  # fmt: skip


def case(share, coupling=1.0, mu=0.1, spectrum=None):
    phonons = {"coupling": coupling, "phonon_energy": W} if spectrum is None else {
        "spectrum": spectrum
    }  # fmt: skip
    m = pl.Eliashberg(
        **phonons, mu_star=mu, mu_star_frequency="w2", mu_star_scheme="rescaled"
    )
    electrons = m.electrons()
    tc = float(pl.critical_temperature(m)) * BOLTZMANN
    found = imaginary_gap(electrons, share * tc, tc)
    return Case(electrons, share * tc, tc, found, axis_of(electrons, found))


def two_peaks(strength=1.0):
    w = np.linspace(0.5, 30.0, 60)
    shape = 0.5 * (w / 10) ** 2 * np.exp(-(((w - 15) / 6) ** 2)) + np.exp(-(((w - 24) / 1.5) ** 2))
    shape[-1] = 0.0
    return PhononSpectrum(frequency=tuple(w), coupling_function=tuple(strength * shape))


def right_sides(case, z, gap_at):
    """zZ and Z Delta at one z by the equations as they are printed, from any Delta near the axis.

    Every sum and every mode one by one; lambda(z) = Sum_k lambda_k O_k^2/(O_k^2 - z^2).
    """
    axis, kt = case.axis, case.kt
    modes, w = axis.modes[0][0], axis.frequency
    root = np.hypot(w, axis.gap[0])

    def coupling(y):
        y = np.atleast_1d(y)
        poles = modes.frequency[:, None] ** 2
        return np.sum(modes.coupling[:, None] * poles / (poles - y**2), 0)

    ahead, behind = coupling(z - 1j * w), coupling(z + 1j * w)
    odd = 1j * np.pi * kt * np.sum(axis.weight * (ahead - behind) * w / root)
    even = np.pi * kt * np.sum(axis.weight * (ahead + behind) * axis.gap[0] / root)
    for frequency, share in zip(modes.frequency, modes.coupling, strict=True):
        for sign in (1, -1):
            o = sign * frequency
            n, f = 1 / np.expm1(o / kt), 1 / (np.exp((o - z) / kt) + 1)
            gap = gap_at(z - o)
            density = 1 / np.sqrt(1 - (gap / (z - o)) ** 2)
            weight = 1j * np.pi * sign * share * frequency / 2 * (n + f) * density
            odd, even = odd + weight, even + weight * gap / (z - o)
    return z + odd, even + axis.pull[0]


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
    expected, _ = one.imaginary.at(one.electrons, number)
    assert limit.real == pytest.approx(expected, abs=5e-6 * one.axis.gap[0, 0])
    assert limit.imag == pytest.approx(0 * w, abs=1e-6 * one.axis.gap[0, 0])


@pytest.mark.parametrize(("share", "coupling"), [(0.1, 1.0), (0.4, 0.6), (0.3, 1.5)])
def test_a_rational_continuation_far_from_the_axis(share, coupling):
    """AAA of Delta(i w_n) is good where it is not asked for the real axis itself."""
    one = case(share, coupling, mu=0.0)
    number = np.arange(60.0)
    delta, _ = one.imaginary.at(one.electrons, number)
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
            patch.setattr("pairlab.pairing.real_line._PER_HEIGHT", 12.0)
            patch.setattr("pairlab.pairing.real_axis._REACH", 15.0)
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
    other = axis_of(hard.electrons(), second)
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


# The edge


@pytest.mark.parametrize(("share", "coupling"), [(0.1, 1.0), (0.3, 1.0), (0.1, 2.0), (0.3, 0.6)])
def test_the_edge_where_it_is_sharp_is_that_of_a_rational_continuation(share, coupling):
    one = case(share, coupling, mu=0.0)
    (edge,) = spectral_edge(one.axis)
    other = gap_edge(one.electrons, one.imaginary, one.critical_kt)
    assert edge.result is pl.Result.SUCCESS
    assert edge.value == pytest.approx(other.value, abs=2e-6 * one.critical_kt)
    assert edge.error < 1e-5 * one.critical_kt


@pytest.mark.parametrize(
    ("share", "coupling"),
    [(0.5, 2.0), (0.7, 2.0), (0.9, 2.0), (0.95, 2.0), (0.98, 2.0), (0.9, 3.0)],
)
def test_a_damped_edge_solves_the_equations_as_printed(share, coupling):
    """At w + k W with k = -7 ... 7, which one phonon couples, by plain iteration."""
    one = case(share, coupling, mu=0.0)
    (edge,) = spectral_edge(one.axis)
    assert edge.result is pl.Result.SUCCESS
    places = edge.value + W * np.arange(-7, 8) + 1e-7j
    gaps = {complex(z): complex(edge.value / (1 + abs(z) / W) ** 2) for z in places}

    def gap_at(z):
        # Past the ends there is next to no gap.
        near = min(gaps, key=lambda place: abs(place - z))
        return gaps[near] if abs(near - z) < 1e-3 else 0j

    for _ in range(800):
        new = {}
        for z in gaps:
            whole, paired = right_sides(one, z, gap_at)
            new[z] = z * paired / whole
        change = max(abs(new[z] - gaps[z]) for z in gaps)
        gaps = new
        if change < 1e-8 * edge.value:
            break
    assert gap_at(edge.value + 1e-7j).real == pytest.approx(
        edge.value, abs=1e-5 * one.critical_kt
    )


@pytest.mark.parametrize(("share", "coupling"), [(0.95, 2.0), (0.9, 3.0)])
def test_a_damped_edge_is_where_lines_above_the_axis_tend_to(share, coupling):
    one = case(share, coupling, mu=0.0)
    (edge,) = spectral_edge(one.axis)
    places = []
    for height in (0.02 * one.kt, 0.01 * one.kt):
        solved = on_line(one.axis, height, 3 * one.axis.gap[0, 0])
        energy = edge.value * np.linspace(0.95, 1.05, 201)
        gap = values_at(solved.line, transformed(solved.line, solved.gap), energy)[0].real
        places.append(np.interp(0.0, energy - gap, energy))
    far, near = (abs(place - edge.value) / one.critical_kt for place in places)
    assert 1e-3 < far < 3e-2
    assert abs(2 * places[1] - places[0] - edge.value) < 5e-4 * one.critical_kt
    assert near < 0.6 * far


@pytest.mark.parametrize("share", [0.5, 0.95])
def test_the_edge_of_a_narrow_spectrum_is_that_of_its_mode(share):
    """Modes spread over 2 per mille: the route of many phonons, and that of one."""
    one = case(share, 2.0, mu=0.0)
    spread = W * (1 + 1e-3 * np.array([-1.0, 1.0]))
    pair = one.axis._replace(modes=((Modes(spread, np.ones(2)),),))
    (edge,), (single,) = spectral_edge(pair), spectral_edge(one.axis)
    # lambda(i nu) differs by (1e-3)^2, what a damped edge sees by the spread itself.
    assert edge.value == pytest.approx(single.value, rel=2e-3)


def test_the_error_of_the_edge_of_a_spectrum_is_not_too_small():
    for share in (0.5, 0.9):
        one = case(share, spectrum=two_peaks(2.0))
        (edge,) = spectral_edge(one.axis)
        height = 0.02 * np.pi * one.kt
        assert edge.result is pl.Result.SUCCESS
        solved = on_line(one.axis, height, 3 * one.axis.gap[0, 0])
        pull = one.axis.pull[0]
        energy = np.linspace(-2, 2, 101) * edge.value
        values = values_at(solved.line, transformed(solved.line, solved.gap - pull), energy)[0]
        fit = AAA(energy + 1j * height, values + pull, rtol=1e-9)
        place = optimize.brentq(
            lambda w: w - float(fit(np.array([w + 0j]))[0].real),  # noqa: B023
            0.98 * edge.value, 1.02 * edge.value,
        )  # fmt: skip
        assert abs(place - edge.value) < edge.error + 1e-6 * one.critical_kt


def test_without_an_edge_the_code_says_so():
    """At lambda = 4 and 0.95 Tc phonons fill the gap: |Re Delta(w)| < w at every w > 0."""
    one = case(0.95, 4.0, mu=0.0)
    (edge,) = spectral_edge(one.axis)
    assert edge.result is pl.Result.NO_SOLUTION
    height = 0.005 * one.kt
    solved = on_line(one.axis, height, 3 * one.axis.gap[0, 0])
    energy = solved.line.energy
    inside = (energy > height) & (energy < W)
    assert np.all(solved.gap[0, inside].real < energy[inside])


# The pieces


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


# The observable


class Junction:
    """Eliashberg theory with what the observable asks for."""

    def __init__(self, mechanism):
        self.mechanism = mechanism
        for name in ("key", "cite", "status", "method", "critical_temperature_needs"):
            setattr(self, name, getattr(mechanism, name))
        for name in ("parameters", "to_toml", "phonons", "solved_critical_temperature"):
            setattr(self, name, getattr(mechanism, name))

    def solved_tunnelling(self, temperature, critical_temperature, *, broadening, energy):
        electrons, tc = self.mechanism.electrons(), critical_temperature * BOLTZMANN
        rows = []
        for kt in temperature * BOLTZMANN:
            if kt >= tc:
                one = np.ones((1, len(energy)))
                rows.append((one, one, np.zeros(1), pl.Result.SUCCESS.code))
                continue
            axis = axis_of(electrons, imaginary_gap(electrons, max(kt, 0.05 * tc), tc))
            r = real_axis(axis, broadening=broadening, energy=energy, smearing=kt)
            rows.append((r.density_of_states, r.conductance, r.error, r.result.code))
        return SolvedTunnelling(*(np.array(column) for column in zip(*rows, strict=True)))


def test_the_spectrum_of_a_mechanism():
    mode = pl.Eliashberg(coupling=1.5, phonon_energy=W, mu_star=0.0)
    tc = float(pl.critical_temperature(mode))
    data = pl.tunnelling_spectrum(Junction(mode), [0.0, 0.6 * tc, 2 * tc])
    states = data.tunnelling_density_of_states
    assert states.dims == ("temperature", "energy")
    assert float(data.energy.max()) > W
    assert np.all(states[2] == 1)
    assert data.conductance.values[0] == pytest.approx(states.values[0])
    assert float(data.conductance[1].max()) < float(states[1].max())
    peak = float(data.energy[int(np.argmax(states.values[0]))])
    edge = float(pl.gap(mode, 0.0).gap[0])
    assert edge < peak < edge + 2 * float(data.broadening)
    assert np.all(data.tunnelling_density_of_states_error < 1e-5)
    figure = pl.plot(data)
    assert len(figure.axes) == 2


def test_weak_coupling_mechanisms():
    m = pl.Multiband(couplings=[[0.35, 0.05], [0.05, 0.2]], cutoff=30.0)
    energy = np.linspace(0, 10, 21)
    data = pl.tunnelling_spectrum(m, [0.0, 10.0], broadening=0.2, energy=energy)
    assert data.tunnelling_density_of_states.dims == ("temperature", "band", "energy")
    for band in (1, 2):
        gap = float(pl.gap(m, 10.0).gap.sel(band=band)[0])
        z = energy + 0.2j
        expected = (z / np.sqrt(z + gap) / np.sqrt(z - gap)).real
        found = data.tunnelling_density_of_states.sel(band=band, temperature=10.0)
        assert found.values == pytest.approx(expected)
    assert len(pl.plot(data).axes) == 4
    one = pl.tunnelling_spectrum(pl.Bcs(coupling=0.3, cutoff=20.0), 1e3)
    assert one.tunnelling_density_of_states.dims == ("temperature", "energy")
    assert np.all(one.tunnelling_density_of_states == 1)
    assert one.conductance.values == pytest.approx(np.ones((1, one.energy.size)))


def test_what_cannot_tunnel_says_so():
    with pytest.raises(pl.CapabilityError, match="tunnelling spectrum"):
        pl.tunnelling_spectrum(pl.McMillan(coupling=1.0, phonon_energy=W, mu_star=0.1))
    with pytest.raises(pl.InputError, match="Lorentzian"):
        pl.tunnelling_spectrum(pl.Bcs(coupling=0.3, cutoff=20.0), broadening=0.0)
    with pytest.raises(pl.InputError, match="energies"):
        pl.tunnelling_spectrum(pl.Bcs(coupling=0.3, cutoff=20.0), energy=[np.nan])
