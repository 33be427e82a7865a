"""The largest real eigenvalue of V X: sign structure, empty bands, degeneracy, derivatives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import block_diag

from pairlab.numerics import eigen
from pairlab.numerics.eigen import (
    exceeds_one,
    leading_eigenpair,
    quotient_slope,
    rayleigh_quotient,
    symmetrised,
    times_blocks,
)


def random_problem(seed, bands=3, modes=4, *, empty=()):
    """A symmetric V with entries of both signs and a positive X, with empty bands."""
    random = np.random.default_rng(seed)
    v = random.normal(size=(bands * modes,) * 2)
    v = (v + v.T).reshape(bands, modes, bands, modes)
    root = random.normal(size=(bands, modes, modes))
    x = np.einsum("nab,ncb->nac", root, root)
    x[list(empty)] = 0.0
    return v, x


def dense_eigenvalues(v, x):
    size = x.shape[0] * x.shape[1]
    return np.linalg.eigvals(v.reshape(size, size) @ block_diag(*x))


def from_matrix(matrix, densities):
    return np.array(matrix)[:, None, :, None], np.array(densities)[:, None, None]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("empty", [(), (0,), (1, 2)])
def test_largest_real_eigenvalue_and_its_eigenvector(seed, empty):
    v, x = random_problem(seed, empty=empty)
    value, r = leading_eigenpair(v, x)
    wanted = np.max(dense_eigenvalues(v, x).real)
    assert float(value) == pytest.approx(wanted, rel=1e-9)
    again = np.einsum("namb,mbc,mc->na", v, x, r)
    assert again == pytest.approx(float(value) * r, rel=1e-6, abs=1e-6)


def test_not_the_largest_in_modulus():
    # Eigenvalues -3 and 0.5: repulsion dominates in modulus and binds nothing.
    v, x = from_matrix([[-3.0, 0.0], [0.0, 0.5]], [1.0, 1.0])
    value, r = leading_eigenpair(v, x)
    assert float(value) == pytest.approx(0.5, rel=1e-12)
    assert abs(float(r[0, 0])) < 1e-12
    assert not bool(exceeds_one(v, x))


def test_repulsion_between_bands_gives_gaps_of_opposite_sign():
    v, x = from_matrix([[0.2, -0.3], [-0.3, 0.2]], [1.0, 1.0])
    value, r = leading_eigenpair(v, x)
    assert float(value) == pytest.approx(0.5, rel=1e-12)
    assert float(r[0, 0] * r[1, 0]) < 0


def test_a_kernel_without_attraction_has_no_positive_eigenvalue():
    v, x = from_matrix([[-1.0, 0.0], [0.0, -2.0]], [1.0, 1.0])
    assert float(leading_eigenpair(v, x)[0]) <= 0.0
    assert not bool(exceeds_one(v, x))


def test_all_bands_empty():
    v, _ = random_problem(1)
    value, r = leading_eigenpair(v, np.zeros((3, 4, 4)))
    assert float(value) == 0.0
    assert np.all(np.isfinite(r))
    assert not bool(exceeds_one(v, np.zeros((3, 4, 4))))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("empty", [(), (0,)])
def test_exceeds_one_agrees_with_the_eigenvalues(seed, empty):
    v, x = random_problem(seed, empty=empty)
    largest = float(np.max(dense_eigenvalues(v, x).real))
    for factor, above in ((0.5, False), (1 - 1e-7, False), (1 + 1e-7, True), (3.0, True)):
        assert bool(exceeds_one(v * (factor / largest), x)) is above


def test_times_blocks_is_the_product_with_the_block_diagonal():
    v, x = random_problem(9)
    wanted = v.reshape(12, 12) @ block_diag(*x)
    np.testing.assert_allclose(times_blocks(v, x), wanted, rtol=1e-13, atol=1e-13)


def test_symmetrised_has_the_same_eigenvalues():
    v, x = random_problem(7)
    factor, s = symmetrised(v, x)
    assert factor @ np.swapaxes(factor, -1, -2) == pytest.approx(x, abs=1e-8)
    wanted = np.sort(dense_eigenvalues(v, x).real)
    assert np.linalg.eigvalsh(s) == pytest.approx(wanted, abs=1e-7)


@given(st.integers(0, 1000), st.sampled_from([(), (1,)]))
def test_slopes_are_central_differences(seed, empty):
    v, x = random_problem(seed, empty=empty)
    direction_v, direction_x = random_problem(seed + 1, empty=empty)
    value, r = leading_eigenpair(v, x)

    def moved(step, by_v, by_x):
        return leading_eigenpair(v + step * by_v * direction_v, x + step * by_x * direction_x)[0]

    for by_v, by_x in ((1, 0), (0, 1)):
        low, high = (float(moved(step, by_v, by_x)) for step in (-1e-5, 1e-5))
        wanted = (high - low) / 2e-5
        if by_x:
            found = float(quotient_slope(value, x, direction_x, r))
        else:  # the quotient is linear in V
            found = float(rayleigh_quotient(direction_v, x, r))
        assert found == pytest.approx(wanted, rel=1e-5, abs=1e-5)


def test_slopes_at_a_degeneracy_are_finite():
    v, x = from_matrix(0.7 * np.eye(3), [1.0, 1.0, 1.0])
    value, r = leading_eigenpair(v, x)
    assert float(value) == pytest.approx(0.7, rel=1e-12)
    # Whichever vector of the degenerate space was taken, raising all of it raises the eigenvalue.
    assert float(rayleigh_quotient(v / 0.7, x, r)) == pytest.approx(1.0, rel=1e-9)
    assert float(quotient_slope(value, x, x, r)) == pytest.approx(0.7, rel=1e-9)
    assert np.isfinite(quotient_slope(value, x, x * np.array([1.0, -2.0, 0.5])[:, None, None], r))


def test_slopes_with_empty_bands_are_finite():
    v, x = random_problem(3, empty=(2,))
    value, r = leading_eigenpair(v, x)
    _, direction = random_problem(4)
    assert np.isfinite(quotient_slope(value, x, direction, r))
    nothing = np.zeros_like(x)
    value, r = leading_eigenpair(v, nothing)
    assert float(quotient_slope(value, nothing, nothing, r)) == 0.0


def test_rayleigh_quotient_is_stationary_at_the_eigenvector():
    v, x = random_problem(11)
    value, r = leading_eigenpair(v, x)
    assert float(rayleigh_quotient(v, x, r)) == float(value)
    random, step = np.random.default_rng(12), 1e-4
    for _ in range(5):
        direction = random.normal(size=r.shape)
        low, high = (rayleigh_quotient(v, x, r + s * direction) for s in (-step, step))
        # What is left is of third order in the step.
        assert abs(float(high - low)) / (2 * step) < 1e-5 * abs(float(value))
    assert float(rayleigh_quotient(v, np.zeros_like(x), r)) == 0.0


def spectrum_matrix(values, seed):
    basis, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(len(values), len(values))))
    return basis * values @ basis.T, basis


def as_one_band(matrix):
    """A matrix as the kernel of one band with the susceptibility 1."""
    matrix = (matrix + matrix.T) / 2
    return matrix[None, :, None, :], np.eye(len(matrix))[None]


LARGE = {
    "fast decay": 1.3 * 0.5 ** np.arange(60),
    "slow decay": 1.3 * 0.99 ** np.arange(60),
    "repulsion is stronger": np.concatenate([[1.0, 0.9], -3.0 * 0.8 ** np.arange(58)]),
    "no attraction": -0.1 - np.arange(60.0),
    "low rank": np.concatenate([[2.0, 1.0, -5.0], np.zeros(57)]),
    "zero": np.zeros(60),
    "close pair": np.concatenate([[1.0, 1.0 - 1e-6], 0.5 * 0.9 ** np.arange(58)]),
}


@pytest.mark.parametrize("by_products", [False, True])
@pytest.mark.parametrize("name", LARGE)
def test_largest_eigenvalue_of_a_large_matrix(name, by_products, monkeypatch):
    if by_products:  # as beyond some hundred modes
        monkeypatch.setattr(eigen, "_SPARSE", 30)
    matrix, _ = spectrum_matrix(LARGE[name], 1)
    v, x = as_one_band(matrix)
    value, vector = leading_eigenpair(v, x)
    size = max(np.abs(LARGE[name]).max(), 1e-300)
    assert float(value) == pytest.approx(LARGE[name].max(), abs=1e-12 * size)
    if name != "zero":
        assert np.abs(vector).max() == pytest.approx(1.0, rel=1e-15)


@pytest.mark.parametrize("bands", [3, 120])
def test_many_empty_bands(bands):
    v, x = random_problem(1, bands=bands)
    for kernel, susceptibility in ((v, 0 * x), (0 * v, x)):
        value, r = leading_eigenpair(kernel, susceptibility)
        assert float(value) == pytest.approx(0.0, abs=1e-290)
        assert np.all(np.isfinite(r))


@pytest.mark.parametrize("by_products", [False, True])
def test_a_degenerate_pair_gives_a_vector_of_its_plane(by_products, monkeypatch):
    if by_products:
        monkeypatch.setattr(eigen, "_SPARSE", 30)
    matrix, basis = spectrum_matrix(np.concatenate([[1.0, 1.0], np.linspace(-2, 0.5, 40)]), 2)
    _, vector = leading_eigenpair(*as_one_band(matrix))
    vector = vector.ravel() / np.linalg.norm(vector)
    assert np.linalg.norm(basis[:, :2].T @ vector) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(("bands", "modes"), [(3, 1), (2, 4), (5, 8)])
def test_a_batch_is_each_of_its_points(bands, modes):
    # Few, some and many modes: three ways to the eigenvector.
    points = [random_problem(seed, bands, modes, empty=(seed % bands,)) for seed in range(4)]
    v, x = (np.stack(part) for part in zip(*points, strict=True))
    values, vectors = leading_eigenpair(v, x)
    slopes = quotient_slope(values, x, x**2, vectors)
    for i, (one_v, one_x) in enumerate(points):
        value, vector = leading_eigenpair(one_v, one_x)
        assert values[i] == pytest.approx(float(value), rel=1e-12)
        sign = np.sign(np.sum(vector * vectors[i]))
        np.testing.assert_allclose(sign * vectors[i], vector, atol=1e-8)
        slope = float(quotient_slope(value, one_x, one_x**2, vector))
        assert slopes[i] == pytest.approx(slope, rel=1e-8)
        np.testing.assert_allclose(times_blocks(v, x)[i], times_blocks(one_v, one_x), rtol=1e-13)


def test_batches_of_large_matrices():
    kernels, susceptibilities = zip(
        *(as_one_band(spectrum_matrix(LARGE[n], 3)[0]) for n in ("fast decay", "slow decay")),
        strict=True,
    )
    values, _ = leading_eigenpair(np.stack(kernels), np.stack(susceptibilities))
    np.testing.assert_allclose(values, 1.3, rtol=1e-12)


def test_large_problems_are_solved_like_small_ones():
    v, x = random_problem(5, bands=6, modes=7, empty=(2,))
    value, vector = leading_eigenpair(v, x)
    assert float(value) == pytest.approx(dense_eigenvalues(v, x).real.max(), rel=1e-10)
    image = np.einsum("namc,mcd,md->na", v, x, vector)
    np.testing.assert_allclose(image, float(value) * vector, atol=1e-7 * float(value))


def test_a_product_that_overflows_is_not_a_number_and_spoils_no_other_point():
    v = np.stack([np.full((1, 1, 1, 1), 1e300), np.full((1, 1, 1, 1), 0.5)])
    x = np.stack([np.full((1, 1, 1), 1e300), np.full((1, 1, 1), 4.0)])
    value, _ = leading_eigenpair(v, x)
    assert np.isnan(value[0])
    assert value[1] == pytest.approx(2.0, rel=1e-14)
