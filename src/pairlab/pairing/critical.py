"""The critical temperature: where the leading eigenvalue of K . X(T, 0) reaches 1."""

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optimistix
from jaxtyping import Float, Int

from pairlab.electrons.carriers import PairDensity
from pairlab.numerics.arrays import Array
from pairlab.numerics.eigen import exceeds_one, leading_eigenpair, rayleigh_quotient
from pairlab.numerics.quadrature import COARSE, FINE, Rule
from pairlab.pairing.problem import GapEquation
from pairlab.solution import LOWEST_TEMPERATURE, PROMISED_ACCURACY, Result
from pairlab.units import BOLTZMANN

_LOWEST_LOG = float(np.log(LOWEST_TEMPERATURE * BOLTZMANN))
_RESIDUAL = 1e-6  # of lambda - 1, before the last Newton step squares it


class CriticalPoint(eqx.Module):
    """The linear problem solved at Tc.

    log_kt: ln(kTc/meV). error: estimated relative error of Tc. slope: d lambda/d ln T at Tc.
    gap: (band, mode) the eigenvector. pair_weight: (band, mode) the diagonal of X at Tc.
    code: index into `solution.CODES`. steps: iterations.
    """

    log_kt: Float[Array, ""]
    error: Float[Array, ""]
    slope: Float[Array, ""]
    gap: Float[Array, "band mode"]
    pair_weight: Float[Array, "band mode"]
    code: Int[Array, ""]
    steps: Int[Array, ""]


def critical_point(equation: GapEquation) -> CriticalPoint:
    """Tc with its error estimate: pure, differentiable in every number of the equation.

    The error estimate is the change of the eigenvalue on a coarser quadrature over its slope.
    """
    kernel = jnp.asarray(equation.kernel)
    pairs, coarse_pairs = jax.lax.optimization_barrier(
        (equation.carriers.pair_density(FINE), equation.carriers.pair_density(COARSE))
    )
    # lambda <= |V| |Y|/(4 kT) in Frobenius norms bounds Tc from above.
    bound = jnp.linalg.norm(kernel) * jnp.linalg.norm(pairs.bound()) / 4
    highest = jnp.maximum(jnp.log(jnp.maximum(bound, 1e-300)), _LOWEST_LOG + 1.0)
    start, steps = jax.lax.stop_gradient(_search(kernel, pairs, highest))
    (value, gap), slope = _eigenvalue_and_slope(start, kernel, pairs)
    slope = jax.lax.stop_gradient(slope)
    # One more Newton step: it squares the residual, and its derivative is the implicit function
    # theorem's, d ln T = -d lambda/(d lambda/d ln T).
    log_kt = start - (value - 1.0) / jnp.where(slope < 0, slope, -1.0)
    coarse = coarse_pairs.susceptibility(jnp.exp(start))
    error = jnp.abs((rayleigh_quotient(kernel, coarse, gap) - value) / slope)
    error += equation.carriers.accuracy
    code = _judge(start, value, error, highest)
    weight = jnp.diagonal(pairs.susceptibility(jnp.exp(start)), axis1=1, axis2=2)
    return CriticalPoint(
        log_kt=log_kt,
        error=jax.lax.stop_gradient(error),
        slope=slope,
        gap=gap,
        pair_weight=jax.lax.stop_gradient(weight),
        code=code,
        steps=steps,
    )


def phonon_exponent(
    equation: GapEquation,
    point: CriticalPoint,
    phonon_scaled: Callable[[GapEquation, Array], GapEquation],
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """d ln Tc/d ln(phonon energy) and its error estimate (the change on a coarser quadrature).

    By the implicit function theorem it is -(d lambda/d ln w)/(d lambda/d ln T), both at Tc and at
    the eigenvector, where the Rayleigh quotient has the derivatives of the eigenvalue.
    """

    def exponent(rule: Rule) -> Array:
        def value(log_scale: Array, log_kt: Array) -> Array:
            scaled = phonon_scaled(equation, jnp.exp(log_scale))
            pairs = scaled.carriers.pair_density(rule)
            x = pairs.susceptibility(jnp.exp(log_kt))
            return rayleigh_quotient(jnp.asarray(scaled.kernel), x, point.gap)

        by_scale, by_temperature = jax.grad(value, argnums=(0, 1))(jnp.zeros(()), point.log_kt)
        return -by_scale / by_temperature

    fine = exponent(FINE)
    return fine, jnp.abs(fine - exponent(COARSE)) + equation.carriers.accuracy


def _eigenvalue_and_slope(
    log_kt: Float[Array, ""], kernel: Float[Array, "band mode band mode"], pairs: PairDensity
) -> tuple[tuple[Float[Array, ""], Float[Array, "band mode"]], Float[Array, ""]]:
    """lambda(T), its eigenvector, and d lambda/d ln T."""

    def eigenpair(log_kt: Array) -> tuple[Array, Array]:
        return leading_eigenpair(kernel, pairs.susceptibility(jnp.exp(log_kt)))

    (value, gap), (slope, _) = jax.jvp(eigenpair, (log_kt,), (jnp.ones_like(log_kt),))
    return (value, gap), slope


def _search(
    kernel: Float[Array, "band mode band mode"], pairs: PairDensity, highest: Float[Array, ""]
) -> tuple[Float[Array, ""], Int[Array, ""]]:
    """ln kTc below `highest` to _RESIDUAL, and the number of iterations.

    lambda falls monotonically with T and is nearly linear in ln T, so Newton from 1 K takes about
    four steps. Where it leaves the range (carriers that are only thermally excited give a plateau
    with no slope), bisection on the sign of lambda - 1 decides.
    """

    def excess(log_kt: Array, _: None) -> Array:
        return leading_eigenpair(kernel, pairs.susceptibility(jnp.exp(log_kt)))[0] - 1.0

    newton = optimistix.root_find(
        excess,
        optimistix.Newton(rtol=0.0, atol=_RESIDUAL, cauchy_termination=True),
        jnp.minimum(jnp.log(BOLTZMANN), highest),
        options={"lower": jnp.asarray(_LOWEST_LOG), "upper": highest},
        max_steps=12,
        throw=False,
    )
    settled = newton.result == optimistix.RESULTS.successful
    settled &= jnp.isfinite(newton.value)

    def sign(log_kt: Array, _: None) -> Array:
        # Only the sign counts: a size below atol leaves the decision to the width of the interval.
        above = exceeds_one(kernel, pairs.susceptibility(jnp.exp(log_kt)))
        return jnp.where(above, 1e-12, -1e-12)

    bisection = optimistix.root_find(
        sign,
        optimistix.Bisection(rtol=0.0, atol=1e-10, flip=True),
        jnp.where(settled, newton.value, (highest + _LOWEST_LOG) / 2),
        options={
            "lower": jnp.where(settled, newton.value, _LOWEST_LOG),
            "upper": jnp.where(settled, newton.value, highest),
        },
        max_steps=64,
        throw=False,
    )
    steps = newton.stats["num_steps"] + bisection.stats["num_steps"]
    return jnp.where(settled, newton.value, bisection.value), steps


def _judge(log_kt: Array, value: Array, error: Array, highest: Array) -> Int[Array, ""]:
    """The result code of a search that ended at log_kt with eigenvalue `value`."""
    at_bottom = log_kt < _LOWEST_LOG + 1e-6
    accurate = error <= PROMISED_ACCURACY
    verdict = jnp.where(accurate, Result.SUCCESS.code, Result.INACCURATE.code)
    solved = (jnp.abs(value - 1) < 1e-5) & (log_kt < highest - 1e-12)
    verdict = jnp.where(solved, verdict, Result.NOT_CONVERGED.code)
    verdict = jnp.where(at_bottom & (value < 1), Result.NO_SUPERCONDUCTIVITY.code, verdict)
    finite = jnp.isfinite(value) & jnp.isfinite(log_kt)
    return jnp.where(finite, verdict, Result.NOT_FINITE.code)
