"""The largest real eigenvalue of V X: sign structure, empty bands, degeneracy, derivatives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import block_diag

from pairlab.numerics.eigen import (
    exceeds_one,
    largest_eigenvector,
    leading_eigenpair,
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
    return jnp.asarray(v), jnp.asarray(x)


def dense_eigenvalues(v, x):
    size = x.shape[0] * x.shape[1]
    return np.linalg.eigvals(np.asarray(v).reshape(size, size) @ block_diag(*np.asarray(x)))


def from_matrix(matrix, densities):
    return jnp.asarray(matrix)[:, None, :, None], jnp.asarray(densities)[:, None, None]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("empty", [(), (0,), (1, 2)])
def test_largest_real_eigenvalue_and_its_eigenvector(seed, empty):
    v, x = random_problem(seed, empty=empty)
    value, r = leading_eigenpair(v, x)
    wanted = np.max(dense_eigenvalues(v, x).real)
    assert float(value) == pytest.approx(wanted, rel=1e-9)
    again = np.einsum("namb,mbc,mc->na", v, x, r)
    assert again == pytest.approx(float(value) * np.asarray(r), rel=1e-6, abs=1e-6)


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
    value, r = leading_eigenpair(v, jnp.zeros((3, 4, 4)))
    assert float(value) == 0.0
    assert np.all(np.isfinite(r))
    assert not bool(exceeds_one(v, jnp.zeros((3, 4, 4))))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("empty", [(), (0,)])
def test_exceeds_one_agrees_with_the_eigenvalues(seed, empty):
    v, x = random_problem(seed, empty=empty)
    largest = float(np.max(dense_eigenvalues(v, x).real))
    for factor, above in ((0.5, False), (1 - 1e-7, False), (1 + 1e-7, True), (3.0, True)):
        assert bool(exceeds_one(v * (factor / largest), x)) is above


def test_times_blocks_is_the_product_with_the_block_diagonal():
    v, x = random_problem(9)
    wanted = np.asarray(v).reshape(12, 12) @ block_diag(*np.asarray(x))
    np.testing.assert_allclose(times_blocks(v, x), wanted, rtol=1e-13, atol=1e-13)


def test_symmetrised_has_the_same_eigenvalues():
    v, x = random_problem(7)
    _, factor, s = symmetrised(v, x)
    assert factor @ factor.T == pytest.approx(block_diag(*np.asarray(x)), abs=1e-8)
    wanted = np.sort(dense_eigenvalues(v, x).real)
    assert np.linalg.eigvalsh(s) == pytest.approx(wanted, abs=1e-7)


@given(st.integers(0, 1000), st.sampled_from([(), (1,)]))
def test_gradients_are_central_differences(seed, empty):
    v, x = random_problem(seed, empty=empty)
    direction_v, direction_x = random_problem(seed + 1)

    def value(step):
        return leading_eigenpair(v + step * direction_v, x * (1 + step) + step * 0 * direction_x)[0]

    wanted = (float(value(1e-5)) - float(value(-1e-5))) / 2e-5
    assert float(jax.grad(value)(0.0)) == pytest.approx(wanted, rel=1e-5, abs=1e-5)


def test_gradients_at_a_degeneracy_are_finite():
    v, x = from_matrix(0.7 * np.eye(3), [1.0, 1.0, 1.0])
    value, by_v = jax.value_and_grad(lambda w: leading_eigenpair(w, x)[0])(v)
    assert float(value) == pytest.approx(0.7, rel=1e-12)
    assert np.all(np.isfinite(by_v))
    # Whichever vector of the degenerate space was taken, raising all of it raises the eigenvalue.
    assert float(jnp.einsum("aiai->", by_v)) == pytest.approx(1.0, rel=1e-9)


def test_gradients_with_an_empty_band_are_finite():
    v, x = random_problem(3, empty=(2,))
    by_v, by_x = jax.grad(lambda *p: leading_eigenpair(*p)[0], argnums=(0, 1))(v, x)
    assert np.all(np.isfinite(by_v))
    assert np.all(np.isfinite(by_x))


def test_rayleigh_quotient_is_stationary_at_the_eigenvector():
    v, x = random_problem(11)
    value, r = leading_eigenpair(v, x)
    assert float(rayleigh_quotient(v, x, r)) == float(value)
    slope = jax.grad(rayleigh_quotient, argnums=2)(v, x, r)
    assert np.max(np.abs(slope)) < 1e-8 * abs(float(value))
    assert float(rayleigh_quotient(v, jnp.zeros_like(x), r)) == 0.0


def spectrum_matrix(values, seed):
    basis, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(len(values), len(values))))
    return jnp.asarray(basis * values @ basis.T), basis


LARGE = {
    "fast decay": 1.3 * 0.5 ** np.arange(60),
    "slow decay": 1.3 * 0.99 ** np.arange(60),
    "repulsion is stronger": np.concatenate([[1.0, 0.9], -3.0 * 0.8 ** np.arange(58)]),
    "no attraction": -0.1 - np.arange(60.0),
    "low rank": np.concatenate([[2.0, 1.0, -5.0], np.zeros(57)]),
    "zero": np.zeros(60),
    "close pair": np.concatenate([[1.0, 1.0 - 1e-6], 0.5 * 0.9 ** np.arange(58)]),
}


@pytest.mark.parametrize("name", LARGE)
def test_largest_eigenvector_of_a_large_matrix(name):
    matrix, _ = spectrum_matrix(LARGE[name], 1)
    vector = np.asarray(jax.jit(lambda m: largest_eigenvector(lambda y: m @ y, len(m)))(matrix))
    assert np.linalg.norm(vector) == pytest.approx(1.0)
    size = max(np.abs(LARGE[name]).max(), 1e-300)
    assert vector @ matrix @ vector == pytest.approx(LARGE[name].max(), abs=1e-12 * size)


def test_a_degenerate_pair_gives_a_vector_of_its_plane():
    matrix, basis = spectrum_matrix(np.concatenate([[1.0, 1.0], np.linspace(-2, 0.5, 40)]), 2)
    vector = np.asarray(largest_eigenvector(lambda y: matrix @ y, len(matrix)))
    assert np.linalg.norm(basis[:, :2].T @ vector) == pytest.approx(1.0, abs=1e-12)


def test_batches_of_large_matrices():
    matrices = jnp.stack([spectrum_matrix(LARGE[n], 3)[0] for n in ("fast decay", "slow decay")])
    vectors = jax.vmap(lambda m: largest_eigenvector(lambda y: m @ y, len(m)))(matrices)
    values = jnp.einsum("bi,bij,bj->b", vectors, matrices, vectors)
    np.testing.assert_allclose(values, 1.3, rtol=1e-12)


def test_large_problems_are_solved_like_small_ones():
    v, x = random_problem(5, bands=6, modes=7, empty=(2,))
    value, vector = jax.jit(leading_eigenpair)(v, x)
    assert float(value) == pytest.approx(dense_eigenvalues(v, x).real.max(), rel=1e-10)
    image = np.einsum("namc,mcd,md->na", v, x, vector)
    np.testing.assert_allclose(image, float(value) * np.asarray(vector), atol=1e-7 * float(value))
