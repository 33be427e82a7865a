"""Sums over Matsubara frequencies on few of them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from pairlab.pairing.matsubara.frequencies import graded_frequencies, gram_rule


@given(
    count=st.integers(1, 300), order=st.integers(1, 12),
    powers=st.lists(st.integers(0, 23), min_size=1, max_size=3),
)  # fmt: skip
def test_a_gram_rule_sums_polynomials_exactly(count, order, powers):
    points, weights = gram_rule(count, order)
    for power in (p for p in powers if p <= 2 * order - 1 or count <= order):
        exact = float(sum(Fraction(m, count) ** power for m in range(count)))
        assert np.sum(weights * (points / count) ** power) == pytest.approx(exact, rel=1e-11)


@pytest.mark.parametrize("count", [10**6, 10**10])
def test_a_gram_rule_of_many_is_that_of_gauss_and_legendre(count):
    points, weights = gram_rule(count, 7)
    x, w = np.polynomial.legendre.leggauss(7)
    assert (points + 0.5) / count == pytest.approx((1 + x) / 2, abs=1e-6)
    assert weights / count == pytest.approx(w / 2, abs=1e-6)


@given(count=st.integers(1, 10**7), order=st.integers(4, 12), start=st.integers(0, 50))
def test_weights_count_every_frequency(count, order, start):
    found = graded_frequencies(start + count, order=order, start=start)
    assert found.weight.sum() == pytest.approx(count, rel=1e-12)
    assert np.all(np.diff(found.number) > 0)
    assert found.number[0] >= start
    assert found.number[-1] <= start + count - 1


@pytest.mark.parametrize("count", [3, 40, 3000, 10**6])
def test_sums_of_inverse_powers(count):
    """Sum 1/(n + 1/2)^p by digamma and Hurwitz zeta functions."""
    found = graded_frequencies(count, order=10)
    once = special.digamma(count + 0.5) - special.digamma(0.5)
    twice = special.zeta(2, 0.5) - special.zeta(2, count + 0.5)
    x = found.number + 0.5
    assert np.sum(found.weight / x) == pytest.approx(once, rel=1e-12)
    assert np.sum(found.weight / x**2) == pytest.approx(twice, rel=1e-12)


def test_panels_end_at_breaks():
    found = graded_frequencies(1000, order=6, breaks=(333, 334, 5000))
    inside = found.number < 333 - 0.5
    assert found.weight[inside].sum() == pytest.approx(333, rel=1e-12)
    assert 333.0 in found.number


def test_no_frequencies_are_no_sum():
    found = graded_frequencies(5, order=4, start=5)
    assert found.number.size == 0
