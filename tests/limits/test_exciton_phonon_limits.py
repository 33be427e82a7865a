"""Exact limits of step kernels, and what the mechanism refuses."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize

import pairlab as pl
from pairlab.pairing.modes.kernels import step_kernel
from pairlab.solution import Result

BOLTZMANN = 1.380649e-23 / 1.602176634e-19 * 1e3
LK99 = pl.ExcitonPhonon.preset("lk99")


def constant(coupling, debye=500.0, **changes):
    return pl.ExcitonPhonon(couplings=[coupling], steps=[], debye_temperature=debye, **changes)


def bcs_tc(coupling, debye):
    """T of 1 = (eta/2) Int_0^z tanh(x)/x dx, z = T_D/2T, by quadrature."""

    def excess(log_z):
        top = np.exp(log_z)
        cuts = np.append(np.arange(0.0, min(top, 20.0), 1.0), min(top, 20.0))
        value = sum(
            integrate.quad(lambda x: np.tanh(x) / x if x else 1.0, a, b, epsabs=1e-14)[0]
            for a, b in pairwise(cuts)
        ) + np.log(max(top / 20.0, 1.0))
        return coupling / 2 * value - 1

    return debye / (2 * np.exp(optimize.brentq(excess, -5.0, 40.0, xtol=1e-13)))


@pytest.mark.parametrize("coupling", [0.1, 0.25, 1.0, 3.2, 10.0])
def test_constant_kernel(coupling):
    m = constant(coupling)
    cutoff = 500 * BOLTZMANN
    assert pl.critical_temperature(m).value == pytest.approx(bcs_tc(coupling, 500.0), rel=1e-9)
    gap = pl.gap(m).gap.values
    np.testing.assert_allclose(gap, cutoff / np.sinh(2 / coupling), rtol=1e-8)
    assert pl.isotope_coefficient(m).value == pytest.approx(0.5, abs=1e-8)


def test_weak_coupling():
    m = constant(0.16)
    assert 1e-3 < pl.critical_temperature(m).value < 3e-3
    assert float(pl.gap_ratio(m).gap_ratio) == pytest.approx(3.527754, rel=1e-5)
    assert pl.critical_temperature(m).value == pytest.approx(
        1.1338659 * 500 * np.exp(-2 / 0.16), rel=1e-5
    )


@pytest.mark.parametrize("reading", ["cumulative", "absolute"])
def test_equal_steps_are_one(reading):
    many = pl.ExcitonPhonon(
        couplings=[1.5, 1.5, 1.5], steps=[10.0, 12.0], debye_temperature=500.0, reading=reading
    )
    one = constant(1.5)
    assert pl.critical_temperature(many).value == pytest.approx(
        pl.critical_temperature(one).value, rel=1e-10
    )
    np.testing.assert_allclose(
        pl.gap(many, 100.0).gap, float(pl.gap(one, 100.0).gap[0, 0]), rtol=1e-8
    )


def test_added_steps_are_sums():
    added = LK99.replace(reading="added")
    summed = LK99.replace(couplings=[7.28, 3.28, 0.30])
    assert pl.critical_temperature(added).value == pytest.approx(
        pl.critical_temperature(summed).value, rel=1e-12
    )


@settings(deadline=None, max_examples=10)
@given(scale=st.floats(0.1, 10.0))
def test_energies_scale(scale):
    scaled = LK99.replace(steps=[12.63 * scale, 10.34 * scale], debye_temperature=500.0 * scale)
    assert pl.critical_temperature(scaled).value == pytest.approx(
        scale * pl.critical_temperature(LK99).value, rel=1e-9
    )


def test_steps_of_a_triangular_well():
    m = LK99.replace(steps=None, field_gradient=0.5, mass=0.02535)
    np.testing.assert_allclose(m.step_widths(), [12.63, 10.34], rtol=1e-3)


@pytest.mark.parametrize("cutoff", [None, 100.0])
@pytest.mark.parametrize("domain", ["half_line", "symmetric"])
def test_isotope_coefficient_is_the_derivative(cutoff, domain):
    m = LK99.replace(integration_cutoff=cutoff, domain=domain)
    alpha = pl.isotope_coefficient(m)
    up, down = (
        np.log(pl.critical_temperature(m.replace(debye_temperature=500.0 * (1 + h))).value)
        for h in (1e-4, -1e-4)
    )
    assert alpha.value == pytest.approx((up - down) / 2e-4 / 2, abs=2e-7)


@pytest.mark.parametrize("domain", ["half_line", "symmetric"])
def test_gap_closes_as_a_square_root(domain):
    m = LK99.replace(domain=domain)
    below = np.array([1e-2, 1e-3, 1e-4, 1e-5, 1e-6])
    found = pl.gap(m, pl.critical_temperature(m).value * (1 - below), throw=False)
    scaled = found.fermi_gap.values / np.sqrt(below)
    np.testing.assert_allclose(scaled[1:], scaled[2], rtol=2e-3)
    assert np.all(pl.gap(m, 400.0 if domain == "half_line" else 500.0).gap == 0)


def test_repulsion_alone_does_not_pair():
    found = pl.critical_temperature(LK99.replace(couplings=[-1.0, -0.5, -0.1]))
    assert found.result is Result.NO_SUPERCONDUCTIVITY
    assert found.value == 0.0
    gap = pl.gap(LK99.replace(couplings=[-1.0, -0.5, -0.1]), [0.0, 10.0])
    assert np.all(gap.gap == 0)
    assert not gap.gap_changes_sign.any()


@pytest.mark.parametrize("domain", ["half_line", "symmetric"])
@pytest.mark.parametrize("couplings", [(4.0, 2.98, 0.3), (-1.0, 2.0, 0.5), (1.0, -2.0, 0.0)])
def test_more_attraction_never_lowers_tc(couplings, domain):
    m = LK99.replace(couplings=couplings, domain=domain)
    more = LK99.replace(couplings=[c + 0.3 for c in couplings], domain=domain)
    first, second = (pl.critical_temperature(x) for x in (m, more))
    # A constant within the last step is all but a positive semidefinite operator.
    assert second.value > first.value


@pytest.mark.parametrize("both_sides", [False, True])
def test_kernel_is_symmetric_and_its_slope_is_that_of_its_strips(both_sides):
    edges, steps, heights = np.array([0, 0.13, 0.3, 0.55, 1.0]), (0.21, 0.77), (2.0, -0.5)
    kernel = step_kernel(edges, 5, steps, heights, both_sides=both_sides)
    np.testing.assert_allclose(kernel, kernel.transpose(2, 3, 0, 1), atol=1e-12)
    for which in range(len(steps)):
        change = []
        for h in (1e-5, -1e-5):
            moved = [c * (1 + h * (i == which)) for i, c in enumerate(steps)]
            change.append(step_kernel(edges, 5, moved, heights, both_sides=both_sides))
        slope = steps[which] * edge_of_strip(edges, 5, steps[which], both_sides=both_sides)
        slope *= heights[which] - (heights[which + 1] if which + 1 < len(heights) else 0.0)
        np.testing.assert_allclose((change[0] - change[1]) / 2e-5, slope, atol=1e-5)


def edge_of_strip(edges, modes, step, *, both_sides):
    """dK/dc of theta(c - |x - y|), both of them on [0, 1], in Legendre modes on panels.

    The derivative is a line integral along |x - y| = c (and x + y = c), of products of modes.
    """
    legendre = np.polynomial.legendre
    lines = [lambda x: x + step, lambda x: x - step]
    if both_sides:
        lines.append(lambda x: step - x)
    ends = np.concatenate([edges, edges + step, edges - step, step - edges])
    ends = np.unique(ends[(ends >= 0) & (ends <= 1)])
    x, w = legendre.leggauss(modes + 1)
    x = (ends[:-1, None] + np.diff(ends)[:, None] * (x + 1) / 2).ravel()
    w = (np.diff(ends)[:, None] * w / 2).ravel()

    def modes_at(place):
        t = 2 * (place[:, None] - edges[:-1]) / np.diff(edges) - 1
        return np.where((np.abs(t) < 1)[..., None], legendre.legvander(t, modes - 1), 0.0)

    total = sum(np.einsum("i,ina,imb->namb", w, modes_at(x), modes_at(line(x))) for line in lines)
    norm = np.diff(edges)[:, None] / (2 * np.arange(modes) + 1)
    return total / (2 * norm[:, :, None, None] * norm)


@pytest.mark.parametrize("both_sides", [False, True])
def test_kernel_of_constant_modes_is_an_area(both_sides):
    """The measure of |x - y| < c in rectangles, by a fine grid."""
    edges, step = np.array([0.0, 0.25, 1.0]), 0.4
    kernel = step_kernel(edges, 1, (step,), (1.0,), both_sides=both_sides)
    grid = (np.arange(4000) + 0.5) / 4000
    inside = (np.abs(grid[:, None] - grid) < step).astype(float)
    if both_sides:
        inside += grid[:, None] + grid < step
    panel = (grid > 0.25).astype(int)
    for a in (0, 1):
        for b in (0, 1):
            area = inside[panel == a][:, panel == b].mean()
            assert kernel[a, 0, b, 0] == pytest.approx(area / 2, abs=2e-4)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"steps": [12.63]}, "3 couplings and 1 steps"),
        ({"steps": [12.63, -1.0]}, "above 0"),
        ({"steps": [30.0, 20.0]}, "out of order"),
        ({"steps": None}, "neither steps nor field_gradient"),
        ({"field_gradient": 0.5}, "both given"),
        ({"integration_cutoff": 40.0}, "part of it would be lost"),
        ({"couplings": [0.0, 0.0, 0.0]}, "nothing pairs"),
        ({"couplings": []}, "nothing pairs"),
        ({"debye_temperature": -1.0}, "debye_temperature"),
        ({"couplings": [4.0, float("nan"), 0.3]}, "couplings"),
        ({"reading": "cumulativ"}, "cumulative"),
        ({"debye_temperature": "43 meV"}, "wrong unit"),
        ({"steps": None, "field_gradient": 0.5, "mass": 0.0001}, "out of order"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(changes, words):
    with pytest.raises(pl.InputError, match=words):
        LK99.replace(**changes)
