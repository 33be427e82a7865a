"""Graded quadrature on the integrals of pairing theory, against mpmath and closed forms."""

import mpmath
import numpy as np
import pytest

from pairlab.numerics.quadrature import COARSE, FINE, GAP_FINE, between, gauss_legendre, graded

mpmath.mp.dps = 30
TEMPERATURES = [1e-10, 1e-7, 1e-4, 1e-2, 1.0]


def on_interval(function, lower, a, b, upper, rule=FINE, **options):
    """Int function(x, x - b) dx from lower to upper with grading toward a and b."""
    numbers = (np.array(float(x)) for x in (lower, a, b, upper))
    nodes, weights, distance = between(*numbers, rule, **options)
    inside = weights > 0  # a piece of length 0 lies on a singular point
    return float(np.sum(weights[inside] * function(nodes[inside], distance[inside])))


def thermal_logarithm(temperature):
    """Int_0^1 tanh(x/2T)/x dx to 30 digits."""
    t = mpmath.mpf(temperature)
    # Beyond x = 100 T the hyperbolic tangent is 1 to 40 digits.
    stop = min(mpmath.mpf(1), 100 * t)
    breaks = [0, *[p for p in (1, 3, 10, 30) if p < stop / t], stop / t]
    inner = mpmath.quad(lambda y: mpmath.tanh(y / 2) / y, breaks)
    return inner + mpmath.log(1 / stop)


def test_gauss_legendre_is_exact_to_its_degree():
    x, w = gauss_legendre(7)
    for power in range(14):
        assert np.sum(w * x**power) == pytest.approx(1 / (power + 1), rel=1e-14)


@pytest.mark.parametrize("rule", [FINE, COARSE])
@pytest.mark.parametrize("power", [-0.5, 0.0, 0.5, 1.0, 3.0])
def test_graded_integrates_powers(rule, power):
    t, w = graded(rule.panels, rule.order)
    assert np.all((t > 0) & (t < 1))
    assert np.all(w > 0)
    assert np.sum(w * t**power) == pytest.approx(1 / (power + 1), rel=1e-13)


def test_graded_integrates_logarithms_and_their_worst_product():
    t, w = graded(FINE.panels, FINE.order)
    assert np.sum(w * np.log(t)) == pytest.approx(-1.0, rel=1e-9)
    # Int ln t/sqrt t = -4: what lies within the innermost panel, sqrt(1e-10), limits it.
    assert np.sum(w * np.log(t) / np.sqrt(t)) == pytest.approx(-4.0, rel=2e-6)


def test_graded_batches_over_the_smallest_scale():
    t, w = graded(5, 6, np.array([1e-10, 1e-4, 0.1]))
    assert t.shape == w.shape == (3, 36)
    assert np.sum(w / np.sqrt(t), -1) == pytest.approx(2.0, rel=1e-13)
    for row, smallest in enumerate((1e-10, 1e-4, 0.1)):
        assert t[row] == pytest.approx(graded(5, 6, smallest)[0], rel=1e-15)


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_thermal_logarithm_with_a_fermi_point_inside(temperature):
    wanted = float(2 * thermal_logarithm(temperature))
    found = on_interval(lambda x, _: np.tanh(x / (2 * temperature)) / x, -1.0, 0.0, 5.0, 1.0, FINE)
    # An absolute error here is a relative error of Tc.
    assert found == pytest.approx(wanted, abs=1e-7)


@pytest.mark.parametrize("temperature", TEMPERATURES)
@pytest.mark.parametrize("foot", [-1e-6, -1e-3, -0.3])
def test_thermal_pairs_of_a_one_dimensional_band(temperature, foot):
    # Int_foot^1 dx tanh(x/2T)/(2x sqrt(x - foot)): Fermi point inside, 1/sqrt at the lower end.
    t, f = mpmath.mpf(temperature), mpmath.mpf(foot)

    def integrand(k):  # x = f + k^2
        x = f + k**2
        return 1 / (2 * t) if x == 0 else mpmath.tanh(x / (2 * t)) / x

    fermi = mpmath.sqrt(-f)
    scales = [mpmath.mpf(10) ** p for p in range(-12, 1)]
    breaks = {mpmath.mpf(0), fermi, mpmath.sqrt(1 - f)}
    breaks |= {fermi + s * d for d in scales for s in (1, -1) if 0 < fermi + s * d < 1}
    wanted = float(mpmath.quad(integrand, sorted(breaks)))
    found = on_interval(
        lambda x, above: np.tanh(x / (2 * temperature)) / (2 * x * np.sqrt(above)),
        foot, 0.0, foot, 1.0,
    )  # fmt: skip
    assert found == pytest.approx(wanted, rel=1e-8)


@pytest.mark.parametrize("singular", [-0.7, 0.0, 1e-9, 0.4])
def test_logarithmic_singularity_anywhere_inside(singular):
    wanted = -(2.0) + (1 - singular) * np.log(1 - singular) + (1 + singular) * np.log(1 + singular)
    found = on_interval(lambda x, d: np.log(np.abs(d)), -1.0, 0.0, singular, 1.0)
    assert found == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("singular", [1.0, 1.0 + 1e-12, 1.0 + 1e-3, -1.0, -1.0 - 1e-12, 30.0])
def test_inverse_square_root_at_or_beyond_an_end(singular):
    # Int_-1^1 dx/sqrt|x - s|, s outside or at an end: the nearer end is graded instead.
    near, far = abs(singular) - 1, abs(singular) + 1
    wanted = 2 * (np.sqrt(far) - np.sqrt(near))
    distance = np.sign(singular) * singular - np.abs(singular)
    assert distance == 0.0
    found = on_interval(lambda x, d: 1 / np.sqrt(np.abs(d)), -1.0, 0.0, singular, 1.0)
    assert found == pytest.approx(wanted, rel=1e-8)


@pytest.mark.parametrize("point", [-1.0, 0.25, 1.0])
def test_coincident_singular_points(point):
    found = on_interval(lambda x, d: np.log(np.abs(d)) ** 2, -1.0, point, point, 1.0)
    wanted = sum(
        float(mpmath.quad(lambda x: mpmath.log(x) ** 2, [0, abs(end - point)]))
        for end in (-1.0, 1.0)
    )
    assert found == pytest.approx(wanted, rel=1e-8)


@pytest.mark.parametrize(("lower", "upper"), [(1.0, 1.0), (2.0, 1.0), (1.0, -3.0)])
def test_empty_and_reversed_intervals_have_no_weight(lower, upper):
    numbers = (np.array(x) for x in (lower, 0.0, 0.5, upper))
    nodes, weights, distance = between(*numbers, FINE)
    assert np.all(weights == 0.0)
    assert np.all(np.isfinite(nodes))
    assert np.all(np.isfinite(distance))


@pytest.mark.parametrize("rule", [FINE, COARSE, GAP_FINE])
def test_weights_add_up_and_nodes_stay_inside(rule):
    lower, a = np.array([-1.0, 0.0, 2.0]), np.array([0.0, 5.0, -1.0])
    b, upper = np.array([0.3, 0.0, 2.5]), np.array([1.0, 1e-9, 7.0])
    nodes, weights, distance = between(lower, a, b, upper, rule)
    assert weights.sum(-1) == pytest.approx(upper - lower, rel=1e-13)
    assert np.all(nodes >= lower[:, None])
    assert np.all(nodes <= upper[:, None])
    assert nodes - distance == pytest.approx(np.broadcast_to(b[:, None], nodes.shape), abs=1e-14)


def test_distances_keep_their_digits_close_to_the_singular_point():
    # nodes - b would be 0 or wrong in its first digit at 1e-10 of 1e-3 beside b = 1000.
    numbers = (np.array(x) for x in (999.0, 999.5, 1000.0, 1000.001))
    _, weights, distance = between(*numbers, FINE)
    above = distance > 0
    found = np.sum(weights[above] * np.log(distance[above]))
    assert found == pytest.approx(1e-3 * (np.log(1e-3) - 1), rel=1e-9)


def test_scale_moves_the_innermost_panel():
    ends = [np.array(x) for x in (-1.0, 0.0, 0.0, 1.0)]
    fine = np.abs(between(*ends, GAP_FINE)[2])
    wide = np.abs(between(*ends, GAP_FINE, scale=1e-3)[2])
    assert np.min(wide[wide > 0]) > 1e3 * np.min(fine[fine > 0])
    found = on_interval(
        lambda x, _: 1 / np.sqrt(x**2 + 1e-4), -1.0, 0.0, 0.0, 1.0, GAP_FINE, scale=1e-3
    )
    assert found == pytest.approx(2 * np.arcsinh(100.0), rel=1e-10)


def test_a_batch_of_intervals_is_each_of_them():
    random = np.random.default_rng(4)
    lower, a, b, upper = np.sort(random.normal(size=(4, 6, 1)), axis=0)
    together = between(lower, a, b, upper, FINE)
    for i in range(len(lower)):
        single = between(lower[i], a[i], b[i], upper[i], FINE)
        for whole, part in zip(together, single, strict=True):
            np.testing.assert_array_equal(whole[i], part)
