"""The gap of a spectrum of Eliashberg theory, sharp, damped and gone."""

import numpy as np
import pytest
from real_axis_cases import W, case, right_sides, two_peaks
from scipy import optimize
from scipy.interpolate import AAA

import pairlab as pl
from pairlab.pairing.matsubara.edge import _near_edges, _wide_edges
from pairlab.pairing.phonons.coupling import Modes
from pairlab.pairing.real_frequencies.axis import on_line
from pairlab.pairing.real_frequencies.edge import spectral_edge
from pairlab.pairing.real_frequencies.line import transformed, values_at


@pytest.mark.parametrize(("share", "coupling"), [(0.1, 1.0), (0.3, 1.0), (0.1, 2.0), (0.3, 0.6)])
def test_the_edge_where_it_is_sharp_is_that_of_a_rational_continuation(share, coupling):
    one = case(share, coupling, mu=0.0)
    (edge,) = spectral_edge(one.axis)
    (other,) = _wide_edges(one.electrons, one.imaginary)
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
    inside = (energy > 10 * height) & (energy < W)  # below, Re Delta(w + i height) is that of w = 0
    assert np.all(solved.gap[0, inside].real < energy[inside])


@pytest.mark.parametrize(("share", "coupling"), [(0.1, 0.5), (0.5, 0.5), (0.9, 0.6), (0.3, 1.0)])
def test_the_lowest_matsubara_frequencies_settle_weak_coupling(share, coupling):
    """Against the equations on the axis itself."""
    one = case(share, coupling, mu=0.1)
    (near,) = _near_edges(one.electrons, one.imaginary)
    (exact,) = spectral_edge(one.axis)
    assert near.error < 1e-6 * one.critical_kt
    assert abs(near.value - exact.value) < near.error + 2e-8 * one.critical_kt


def test_the_lowest_matsubara_frequencies_do_not_pretend_at_strong_coupling():
    one = case(0.7, 2.0, mu=0.0)
    (near,) = _near_edges(one.electrons, one.imaginary)
    assert not near.error < 1e-3 * one.critical_kt


def test_a_weak_superconductor_has_a_gap_at_all_temperatures():
    """Tc = 0.6 K of phonons up to 30 meV: a line as low as kT would take millions of points."""
    m = pl.Eliashberg(spectrum=two_peaks(0.23), mu_star=0.13, mu_star_frequency="w_max",
                      mu_star_scheme="rescaled")  # fmt: skip
    tc = float(pl.critical_temperature(m))
    assert 0.1 < tc < 2
    data = pl.gap(m, tc * np.array([0.0, 0.05, 0.3, 0.76, 0.95, 0.999]))
    reduced = data.gap.values / data.gap.values[0]
    weak = pl.Bcs(coupling=0.2, cutoff=30.0)
    bcs = pl.gap(weak, float(pl.critical_temperature(weak)) * data.temperature.values / tc).gap
    assert reduced == pytest.approx(bcs.values / bcs.values[0], abs=3e-3)
    assert float(pl.gap_ratio(m).gap_ratio) == pytest.approx(3.54, abs=0.02)


def test_within_what_is_known_of_tc_a_gap_is_zero_to_its_error():
    for m in (pl.preset("eliashberg_mode"), pl.preset("mgb2_two_band")):
        tc = float(pl.critical_temperature(m))
        data = pl.gap(m, tc * (1 - np.array([1e-4, 1e-5, 1e-6, 1e-9])), throw=False)
        largest = data.gap.values.reshape(4, -1).max(axis=1)
        assert np.all(data.result_code == pl.Result.SUCCESS.code)
        assert largest[0] / largest[1] == pytest.approx(np.sqrt(10.0), rel=0.03)
        assert np.all(largest[2:] == 0)
        assert np.all(data.gap_error.values[2:] > largest[1] * np.sqrt(0.1))
