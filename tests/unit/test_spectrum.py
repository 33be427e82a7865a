"""Moments of alpha^2F and lambda(i nu), against closed forms and spectra known as functions."""

import pickle
import tomllib
from itertools import pairwise

import numpy as np
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf
from scipy import integrate

from pairlab.errors import InputError
from pairlab.pairing.phonons.coupling import PhononCoupling
from pairlab.pairing.phonons.spectrum import PhononSpectrum


def spectrum(frequency, values):
    return PhononSpectrum(
        frequency=tuple(np.asarray(frequency, dtype=float).tolist()),
        coupling_function=tuple(np.asarray(values, dtype=float).tolist()),
    )


def grid(points, top=40.0):
    return np.linspace(0, top, points + 1)[1:]


RANDOM = np.random.default_rng(7)
CURVES = {
    "Debye": (grid(120), grid(120) ** 2),
    "peaks": (grid(60), np.exp(-((grid(60) - 12) ** 2) / 8) + np.exp(-((grid(60) - 31) ** 2) / 2)),
    "noise on a geometric grid": (
        np.geomspace(1e-5, 100, 40),
        np.concatenate([[1e-3], RANDOM.random(39)]),
    ),
    "points at random": (
        np.sort(100 * RANDOM.random(80)),
        np.concatenate([[0.0], RANDOM.random(79) ** 8]),
    ),
    "a narrow line at the lower end": ([1, 1.0001, 1.0002, 100, 600], [0, 1, 0, 0, 0]),
    "a narrow line at the upper end": ([1, 2, 7.38, 7.389, 7.3891, 7.4], [0, 0, 0, 0, 1, 0]),
    "wide gaps": ([1e-4, 1, 1.01, 100, 600], [0, 1, 0, 0, 1e-8]),
    "all within a thousandth": ([1, 1.0003, 1.0006, 1.0009], [0, 0.3, 1, 0]),
}


@pytest.fixture(params=CURVES.values(), ids=CURVES.keys(), scope="module")
def curve(request):
    return spectrum(*request.param)


def pieces(found):
    """(w, w', intercept, slope) of the lines between points, with 60 digits."""
    w, a = ([mpf(x) for x in column] for column in (found.frequency, found.coupling_function))
    for low, high, first, last in zip(w, w[1:], a, a[1:], strict=False):
        slope = (last - first) / (high - low)
        yield low, high, first - slope * low, slope


@mp.workdps(60)
def closed_moments(found):
    """lambda, w_log, w_2 from the antiderivatives of a/w, a ln w/w and a w."""
    first, lowest = mpf(found.coupling_function[0]), mpf(found.frequency[0])
    total = [first, first * (mp.log(lowest) - mpf(1) / 2), first * lowest**2 / 2]
    for p, q, a, b in pieces(found):
        log = mp.log(q / p)
        total[0] += 2 * (a * log + b * (q - p))
        total[1] += a * (mp.log(q) ** 2 - mp.log(p) ** 2)
        total[1] += 2 * b * (q * mp.log(q) - p * mp.log(p) - (q - p))
        total[2] += a * (q**2 - p**2) + mpf(2) / 3 * b * (q**3 - p**3)
    return total[0], mp.exp(total[1] / total[0]), mp.sqrt(total[2] / total[0])


@mp.workdps(60)
def closed_coupling(found, nu):
    """lambda(i nu) from the antiderivatives ln(w^2 + nu^2)/2 and w - nu arctan(w/nu)."""
    if nu == 0:
        return closed_moments(found)[0]
    nu, z = mpf(nu), (mpf(nu) / mpf(found.frequency[0])) ** 2
    total = mpf(found.coupling_function[0]) * (1 - z * mp.log(1 + 1 / z))
    for p, q, a, b in pieces(found):
        total += a * mp.log((q**2 + nu**2) / (p**2 + nu**2))
        total += 2 * b * (q - p - nu * (mp.atan(q / nu) - mp.atan(p / nu)))
    return total


def test_moments_are_those_of_the_piecewise_curve(curve):
    for value, exact in zip(curve.moments, closed_moments(curve), strict=True):
        assert abs(mpf(value) / exact - 1) < 1e-13


def test_matsubara_coupling_is_that_of_the_piecewise_curve(curve):
    top, bottom = curve.max_frequency, curve.frequency[0]
    nu = np.concatenate(
        [[0.0], np.geomspace(1e-6 * bottom, 1e6 * top, 25), np.linspace(0.3 * bottom, 3 * top, 9)]
    )
    found = curve.matsubara_coupling(nu)
    exact = [closed_coupling(curve, value) for value in nu]
    assert max(abs(mpf(value) / other - 1) for value, other in zip(found, exact, strict=True)) < (
        1e-12
    )
    assert found[0] == pytest.approx(curve.coupling, rel=1e-14)
    assert np.all(np.diff(found[:26]) <= 1e-14 * found[0])
    assert np.all(found > 0)


def test_the_shape_of_frequencies_is_kept():
    found = spectrum(*CURVES["Debye"])
    line = found.matsubara_coupling(np.array([0.0, 1.0, -1.0, 7.0]))
    assert line[1] == pytest.approx(line[2], rel=1e-15)
    square = found.matsubara_coupling(np.array([[0.0, 1.0], [-1.0, 7.0]]))
    np.testing.assert_allclose(square, line.reshape(2, 2), rtol=1e-14)
    point = found.matsubara_coupling(np.array(7.0))
    assert point.shape == ()
    assert float(point) == pytest.approx(line[3], rel=1e-14)
    assert found.matsubara_coupling(np.zeros((0, 3))).shape == (0, 3)
    many = np.linspace(0, 500, 10_001)
    np.testing.assert_allclose(
        found.matsubara_coupling(many)[::100], found.matsubara_coupling(many[::100]), rtol=1e-14
    )


def test_it_is_what_eliashberg_theory_takes():
    assert isinstance(spectrum(*CURVES["Debye"]), PhononCoupling)


# ------------------------------------------------------------------------- spectra as functions


def moments_of(function, edges):
    """lambda, w_log and w_2 of a function, by adaptive quadrature between edges."""

    def integral(weight):
        return sum(
            integrate.quad(lambda w: function(w) * weight(w), *ends, epsabs=0, epsrel=1e-10)[0]
            for ends in pairwise(edges)
        )

    lam = 2 * integral(lambda w: 1 / w)
    log = integral(lambda w: np.log(w) / w)
    return np.array([lam, np.exp(2 / lam * log), np.sqrt(2 / lam * integral(lambda w: w))])


def gaussian(place, width):
    """A Gaussian, and where to divide integrals of it."""
    edges = [max(1e-9, place + k * width) for k in np.arange(-9, 9.1, 1.5)]
    return lambda w: np.exp(-(((w - place) / width) ** 2) / 2), edges


def lorentzian(place, width):
    """As of a damped oscillator, from w^2 at small w up to 60 meV."""

    def function(w):
        lines = (1 / (((w - sign * place) / width) ** 2 + 1) for sign in (1, -1))
        return w / place * (next(lines) - next(lines))

    return function, sorted([1e-9, *(place + k * width for k in (-4, -2, -1, 0, 1, 2, 4)), 60.0])


PLACES = np.arange(20, 21, 0.125)
"""Of a peak among points with the distance 1."""


def compared(function, exact, frequency):
    """The errors of the three moments, and what is said of them."""
    found = spectrum(frequency, function(frequency))
    return abs(np.array(found.moments) - exact), np.array(found.moment_errors)


@pytest.mark.parametrize("width", [0.5, 0.7, 1.0, 1.5, 3.0])
def test_the_error_covers_gaussians(width):
    for place in PLACES:
        function, edges = gaussian(place, width)
        error, said = compared(function, moments_of(function, edges), np.arange(1.0, 61.0))
        assert np.all(error <= said)


@pytest.mark.parametrize("width", [1.5, 2.0, 4.0])
def test_the_error_covers_lorentzians(width):
    for place in PLACES:
        function, edges = lorentzian(place, width)
        error, said = compared(function, moments_of(function, edges), np.arange(1.0, 61.0))
        assert np.all(error <= said)


DEBYE = np.array([1.0, 40 * np.exp(-0.5), 40 / np.sqrt(2)])
"""Of (w/40)^2 up to 40 meV."""


@pytest.mark.parametrize("points", [5, 6, 8, 13, 20, 50, 200, 1000])
def test_the_error_covers_debye(points):
    error, said = compared(lambda w: (w / 40) ** 2, DEBYE, grid(points))
    assert np.all(error <= said)


@pytest.mark.parametrize("points", [20, 41, 100, 1000])
@pytest.mark.parametrize("power", [1, 3, 4])
def test_the_error_covers_other_powers(points, power):
    # 1: as in two dimensions, where the piece below the first point is not quadratic
    exact = np.array([2 / power, 40 * np.exp(-1 / power), 40 / np.sqrt(1 + 2 / power)])
    error, said = compared(lambda w: (w / 40) ** power, exact, grid(points))
    assert np.all(error <= said * (1 + 1e-9))


def test_the_error_is_not_far_larger_than_it_has_to_be():
    function, edges = gaussian(20.3, 2.0)
    exact = moments_of(function, edges)
    for step in (1.0, 0.5, 0.25):
        error, said = compared(function, exact, np.arange(step, 60.0, step))
        assert np.all(said < 3.5 * error)
        assert np.all(said[0] < 0.0014 * exact[0] * step**2)


def test_the_error_when_all_weight_is_in_points_left_out():
    found = spectrum([1, 2, 3, 4, 5], [0, 0, 0, 1, 0])
    assert np.all(np.array(found.moment_errors) >= np.array(found.moments))


def test_large_and_small_frequencies_of_the_matsubara_coupling():
    found = spectrum(*CURVES["peaks"])
    lam, _, second = found.moments
    large = found.matsubara_coupling(np.array([1e5 * found.max_frequency]))[0]
    assert large == pytest.approx(lam * (second / (1e5 * found.max_frequency)) ** 2, rel=1e-9)
    narrow = spectrum([9.99, 10, 10.01, 10.02], [0, 1, 0, 0])
    nu = np.array([0.0, 3.0, 10.0, 50.0])
    np.testing.assert_allclose(  # as Einstein's
        narrow.matsubara_coupling(nu) / narrow.coupling, 100 / (100 + nu**2), rtol=2e-6
    )


def test_where_a_spectrum_ends():
    assert spectrum([1, 2, 3, 4, 5], [0, 1, 1, 0, 0]).max_frequency == 4.0
    assert spectrum([1, 2, 3, 4, 5], [0, 1, 1, 1, 1]).max_frequency == 5.0


# ------------------------------------------------------------------------------------ properties

values = st.lists(st.floats(0, 3), min_size=6, max_size=30).map(lambda v: [0.0, 1.0, *v])
steps = st.floats(0.05, 5)


@given(values, steps, st.floats(0.01, 100))
def test_scaled_frequencies(column, step, factor):
    found = spectrum(step * np.arange(1, len(column) + 1), column)
    scaled = found.scaled(factor)
    assert scaled.coupling == pytest.approx(found.coupling, rel=1e-13)
    for name in ("log_frequency", "second_frequency", "max_frequency"):
        assert getattr(scaled, name) == pytest.approx(factor * getattr(found, name), rel=1e-13)
    nu = np.array([0.0, 0.1, 1.0, 10.0, 100.0])
    np.testing.assert_allclose(
        scaled.matsubara_coupling(factor * nu), found.matsubara_coupling(nu), rtol=1e-12
    )
    np.testing.assert_allclose(
        scaled.moment_errors, np.array(found.moment_errors) * [1, factor, factor], rtol=1e-6,
        atol=1e-12 * factor,
    )  # fmt: skip
    assert scaled.coupling_function == found.coupling_function
    assert (scaled.name, scaled.notes, scaled.source) == (found.name, found.notes, found.source)


@given(st.data(), steps)
def test_spectra_add(data, step):
    first = data.draw(values)
    second = [0.0, 1.0, *data.draw(st.lists(st.floats(0, 3), min_size=len(first) - 2,
                                            max_size=len(first) - 2))]  # fmt: skip
    frequency = step * np.arange(1, len(first) + 1)
    one, other = spectrum(frequency, first), spectrum(frequency, second)
    both = spectrum(frequency, np.add(first, second))
    nu = np.array([0.0, 0.3, 5.0, 80.0])
    np.testing.assert_allclose(
        both.matsubara_coupling(nu), one.matsubara_coupling(nu) + other.matsubara_coupling(nu),
        rtol=1e-12,
    )  # fmt: skip
    assert both.coupling == pytest.approx(one.coupling + other.coupling, rel=1e-13)


@given(values, steps)
def test_order_of_the_averages(column, step):
    found = spectrum(step * np.arange(1, len(column) + 1), column)
    lam, log, second = found.moments
    assert 0 < log < second < found.max_frequency
    assert (found.coupling, found.log_frequency, found.second_frequency) == (lam, log, second)
    nu = np.geomspace(0.01 * step, 1e4 * step, 50)
    coupling = found.matsubara_coupling(nu)
    assert np.all(np.diff(coupling) < 0)
    # One mode at w_2 binds more, by Jensen's inequality: x/(x + nu^2) is concave in x = w^2.
    assert np.all(coupling <= lam / (1 + (nu / second) ** 2) * (1 + 1e-12))


# ------------------------------------------------------------------------------ as a frozen value


def test_round_trip_through_toml():
    found = PhononSpectrum(
        name="al.a2f",
        frequency=(0.1, 1 / 3, 2.5e-1 + 1, 40.0),
        coupling_function=(0.0, 1e-17, 0.1 + 0.2, 0.0),
        notes=("one", "two"),
        source="al.a2f, SHA-256 0",
    )
    text = tomli_w.dumps(found.model_dump(mode="json"))
    assert PhononSpectrum(**tomllib.loads(text)) == found


def test_spectra_compare_and_travel_after_use():
    one, other = spectrum(*CURVES["Debye"]), spectrum(*CURVES["Debye"])
    for found in (one, other):
        found.matsubara_coupling(np.array([1.0]))
        assert found.moment_errors.coupling > 0
    assert one == other
    assert hash(one) == hash(other)
    assert one != one.scaled(2.0)
    copy = pickle.loads(pickle.dumps(one))
    assert copy == one
    assert copy.coupling == one.coupling
    assert set(one.model_dump()) == {"name", "frequency", "coupling_function", "notes", "source"}


GOOD = {"frequency": (1.0, 2.0, 3.0, 4.0), "coupling_function": (0.0, 1.0, 1.0, 0.0)}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"frequency": (1.0, 2.0, 3.0)}, r"3 frequencies and 4 values: a curve has one value for"),
        ({"frequency": (1.0, 2.0, 3.0), "coupling_function": (0.0, 1.0, 0.0)},
         r"3 frequencies and 3 values: .* at least 4 points\. Give both columns in full"),
        ({"frequency": (0.0, 2.0, 3.0, 4.0)}, r"the frequency 0 meV is not above zero: alpha\^2F"),
        ({"frequency": (-1.0, 2.0, 3.0, 4.0)}, r"the frequency -1 meV is not above zero"),
        ({"frequency": (1.0, 3.0, 2.0, 4.0)},
         r"the frequency 2 meV follows 3 meV: frequencies rise from point to point\. Sort"),
        ({"frequency": (1.0, 2.0, 2.0, 4.0)}, r"the frequency 2 meV follows 2 meV"),
        ({"coupling_function": (0.0, 1.0, -0.1, 0.0)}, r"values below zero: alpha\^2F is positive"),
        ({"coupling_function": (0.0, 0.0, 0.0, 0.0)}, r"every value is zero"),
        ({"coupling_function": (0.5, 1.0, 1.0, 0.0)},
         r"alpha\^2F is 0\.5 at its lowest frequency, 1 meV: Int a2F/w is not resolved there: the "
         r"part below is 0\.5 of lambda .* Give it from a lower frequency on"),
        ({"coupling_function": (0.0, 5e-324, 0.0, 0.0), "frequency": (1e5, 2e5, 3e5, 4e5)},
         r"lambda is 0\.0: the values are too large or too small"),
        ({"name": "x.a2f", "coupling_function": (0.0, 0.0, 0.0, 0.0)}, r"spectrum x\.a2f: every"),
        ({"frequency": (1.0, 2.0, 3.0, float("inf"))},
         r"spectrum: frequency\.3: input should be a finite number\. Read it from a file with"),
        ({"frequency": (1.0, 2.0, 3.0, "four")}, r"spectrum: frequency\.3: input should be a v"),
        ({"mass": 1.0}, r"spectrum: mass: extra inputs are not permitted"),
    ],
)  # fmt: skip
def test_what_is_no_spectrum(changes, sentence):
    with pytest.raises(InputError, match=sentence):
        PhononSpectrum(**{**GOOD, **changes})


def test_a_column_that_is_missing():
    with pytest.raises(InputError, match="spectrum: coupling_function: field required"):
        PhononSpectrum(frequency=GOOD["frequency"])


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf")])
def test_factors_that_no_mass_gives(factor):
    with pytest.raises(InputError, match=r"frequencies times .*: a factor is above zero"):
        PhononSpectrum(**GOOD).scaled(factor)
