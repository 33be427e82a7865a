"""Tables of log-singular functions: reproduced on both sides at every distance."""

import numpy as np
import pytest
from scipy.special import ellipk, ellipkm1

from pairlab.numerics.table import LogTable, coefficients, sample_points


def table_of(*rows):
    """A table of rows of functions of x: one list of columns for each row."""
    x = sample_points()
    values = np.array([np.stack([column(x) for column in row], -1) for row in rows])
    return LogTable(coefficients(values))


def falling(x):
    return 1 / np.sqrt(np.maximum(1 + x / 2, 1.0))


def square_lattice(x):
    """Complete elliptic integrals, as in the density of states of a wire superlattice over 1/sqrt.

    kappa = 1 + x/2; K(kappa) below the van Hove energy and K(1/kappa)/sqrt(kappa) above it.
    """
    kappa = 1 + x / 2
    below = ellipkm1(np.maximum(-x / 2, 1e-300))
    above = ellipkm1(np.where(x > 0, x / 2 / kappa, 0.5)) / np.sqrt(np.maximum(kappa, 1.0))
    return np.where(x < 0, below, above)


FUNCTIONS = {
    "logarithm": lambda x: np.log(np.abs(x)),
    "product": lambda x: np.cos(x / 3 * (np.abs(x) < 3)) * np.log(np.abs(x)) * (np.abs(x) < 3),
    "constant": lambda x: np.ones_like(x),
    "elliptic": lambda x: square_lattice(x) / falling(x),
}
POINTS = np.sort(np.concatenate([-np.geomspace(2e-11, 1.999, 400), np.geomspace(2e-11, 1e6, 700)]))


def test_sample_points_cover_both_sides():
    x = sample_points()
    assert x[x < 0].min() >= -2.0
    assert x[x < 0].max() < -1e-12
    assert x[x > 0].min() < 1e-11
    assert x.max() > 1e9


@pytest.mark.parametrize("name", ["logarithm", "constant", "elliptic"])
def test_functions_are_reproduced_to_1e_9(name):
    table = table_of([FUNCTIONS[name]])
    found = table(POINTS[None])[0, :, 0]
    wanted = FUNCTIONS[name](POINTS)
    assert np.max(np.abs(found - wanted) / np.maximum(np.abs(wanted), 1.0)) < 1e-9


def test_different_functions_on_the_two_sides_do_not_mix():
    def step(x):
        return np.where(x < 0, np.log(np.abs(x)), 7.0)

    found = table_of([step])(POINTS[None])[0, :, 0]
    assert found[POINTS > 0] == pytest.approx(7.0, rel=1e-12)
    wanted = np.log(-POINTS[POINTS < 0])
    assert np.max(np.abs(found[POINTS < 0] - wanted) / np.maximum(np.abs(wanted), 1.0)) < 1e-9


def test_rows_and_columns_keep_their_places():
    def one(x):
        return np.ones_like(x)

    table = table_of([one, FUNCTIONS["logarithm"]], [FUNCTIONS["elliptic"], one])
    x = np.array([[-0.3, 0.2], [-1.5, 40.0]])
    found = table(x)
    assert found.shape == (2, 2, 2)
    assert found[0] == pytest.approx(np.stack([[1, 1], np.log([0.3, 0.2])], -1), rel=1e-10)
    wanted = FUNCTIONS["elliptic"](np.array([-1.5, 40.0]))
    assert found[1] == pytest.approx(np.stack([wanted, [1, 1]], -1), rel=1e-10)


def test_beyond_its_ends_the_table_keeps_its_nearest_value():
    table = table_of([FUNCTIONS["logarithm"]])
    inner = table(np.array([[-1e-300, 0.0, 1e-300]]))[0, :, 0]
    assert np.all(np.isfinite(inner))
    assert np.all((inner < np.log(1e-10)) & (inner > np.log(1e-13)))
    outer = float(table(np.array([[1e30]]))[0, 0, 0])
    assert np.log(1e9) < outer < np.log(1e11)


def test_a_batch_of_points_is_each_of_them():
    table = table_of([FUNCTIONS["logarithm"]], [FUNCTIONS["elliptic"]])
    x = np.random.default_rng(2).permutation(POINTS[:1000]).reshape(4, 2, 125)
    together = table(x)
    assert together.shape == (4, 2, 125, 1)
    for point, single in zip(together, x, strict=True):
        np.testing.assert_array_equal(point, table(single))


def test_the_elliptic_reference_itself():
    # The helper above against scipy's other convention, at points where both have all digits.
    assert square_lattice(np.array([-1.0]))[0] == pytest.approx(ellipk(0.5), rel=1e-14)
    assert square_lattice(np.array([2.0]))[0] == pytest.approx(ellipk(0.5) / np.sqrt(2), rel=1e-14)
