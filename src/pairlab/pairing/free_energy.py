"""The condensate of a solved gap equation: free energy, entropy, specific heat, superfluid density.

With u = xi^2 + Delta^2 = E^2 and f(u) = 2 kT ln 2cosh(E/2kT), the mean-field free energy is

    F_s - F_n = Delta.X.Delta - Sum_states w [f(xi^2 + Delta^2) - f(xi^2)]

Bardeen, Cooper, Schrieffer, Phys. Rev. 108, 1175 (1957), Sec. III, with Delta.K^-1.Delta
written as Delta.X.Delta, which needs no inverse of K. It is stationary in the gap, so that

    S_s - S_n = Sum w [s(E) - s(xi)],     s = 2k [ln(1 + e^(-E/kT)) + (E/kT)/(e^(E/kT) + 1)]
    C_s - C_n = Sum w {(2/T) [h(E) E^2 - h(xi) xi^2] - h(E) dDelta^2/dT},   h = sech^2(E/2kT)/(4kT)

States beyond the cutoff have no gap and cancel. Sums are per N0 (the density of states per spin in
which the weights are expressed), temperatures are energies kT, entropies are in units of k.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Bool, Float, Int

from pairlab.electrons.carriers import PairStates
from pairlab.numerics.arrays import Array
from pairlab.numerics.eigen import exceeds_one, rayleigh_quotient, symmetrised, times_blocks
from pairlab.numerics.quadrature import Rule, gauss_legendre
from pairlab.numerics.safe import pair_factor, safe_divide, safe_sqrt
from pairlab.pairing.critical import CriticalPoint
from pairlab.pairing.gap import GapProblem, solve_gap
from pairlab.pairing.problem import GapEquation
from pairlab.solution import Result

FINE = Rule(panels=20, order=10, contour=20)
COARSE = Rule(panels=17, order=8, contour=16, dropped_modes=2)
"""Constant bands cost little, so the sums are finer than those of the gap equation in general."""

_NARROWEST = 0.02  # of kTc, as in the gap equation
_NARROWEST_THERMAL = 0.2  # of kT: the normal state that is subtracted has only this scale
_REFINEMENTS = 4
_SMALL_GAP = 1.0  # in kT; below it f is expanded under the integral sign
_COLD = 0.05  # of kTc
_MARGIN = 1e-8
_DEGENERATE = 1e-7  # relative distance of eigenvalues


class Condensate(eqx.Module):
    """What pairing changes at one temperature, per N0.

    gap: (band, mode) meV. free_energy: F_s - F_n, meV^2. entropy: (S_s - S_n)/k, meV.
    specific_heat: (C_s - C_n)/k, meV. superfluid: (band,) rho_s(T)/rho_s(0) of each band.
    """

    gap: Float[Array, "band mode"]
    free_energy: Float[Array, ""]
    entropy: Float[Array, ""]
    specific_heat: Float[Array, ""]
    superfluid: Float[Array, " band"]


def condensate(
    problem: GapProblem, critical: CriticalPoint, kt: Float[Array, ""]
) -> tuple[Condensate, Condensate, Int[Array, ""]]:
    """The condensate at thermal energy kt [meV], its error estimates, and the code of the gap.

    The gap is solved as always and then refined on the finer quadrature. The errors are the changes
    on a coarser quadrature, the gap's own change included. All differences are 0 at and above Tc.
    A gap that is no minimum of the free energy is reported as not converged.
    """
    equation, unit = problem.equation, problem.unit
    solution = solve_gap(problem, kt)
    thermal = jnp.where(kt > 0, _NARROWEST_THERMAL * kt, jnp.inf)
    narrowest = jnp.minimum(_NARROWEST * unit, thermal)
    states = equation.carriers.pair_states(FINE, narrowest)
    coarse_states = equation.carriers.pair_states(COARSE, narrowest)
    closing = _closing(equation, critical, states)
    is_below = (kt < closing) & (kt < unit)
    gap = solution.gap * _rescaled(kt, unit, closing)

    def improve(_: Array, gap: Array) -> Array:
        return _newton_step(equation, states, gap, kt)

    gap = jax.lax.fori_loop(0, _REFINEMENTS, improve, gap)
    coarse_gap = _newton_step(equation, coarse_states, gap, kt)
    cold = (kt < _COLD * unit) & (kt < equation.carriers.cutoff / 80)
    fine = _sums(equation, states, gap, kt, cold)
    coarse = _sums(equation, coarse_states, coarse_gap, kt, cold)
    value = jax.tree.map(lambda x: jnp.where(is_below, x, 0.0), fine)
    error = jax.tree.map(lambda x, y: jnp.where(is_below, jnp.abs(x - y), 0.0), fine, coarse)
    # Whether the gap is accurate is judged anew, from the errors of the refined one.
    inaccurate = solution.code == Result.INACCURATE.code
    code = jnp.where(inaccurate, 0, solution.code)
    # A solution with an eigenvalue of K A above 1 is a saddle of the free energy: another one, with
    # the gap of some band larger or of the other sign, lies lower.
    slopes = _response(equation, states, gap, kt).slopes
    # The margin keeps rounding very close to Tc, where the eigenvalue is 1 itself, from deciding.
    kernel = jnp.asarray(equation.kernel) * (1 - _MARGIN)
    saddle = is_below & jnp.any(gap != 0) & exceeds_one(kernel, slopes)
    unstable = saddle & (code == Result.SUCCESS.code)
    return value, error, jnp.where(unstable, Result.NOT_CONVERGED.code, code)


def _closing(
    equation: GapEquation, critical: CriticalPoint, states: PairStates
) -> Float[Array, ""]:
    """kT at which the gap closes on these states: kTc but for the error of its quadrature."""
    kt = jnp.exp(critical.log_kt)
    kernel = jnp.asarray(equation.kernel)
    value = rayleigh_quotient(kernel, states.susceptibility(kt), critical.gap)
    return kt * jnp.exp(safe_divide(1 - value, critical.slope))


def _rescaled(kt: Array, unit: Array, closing: Array) -> Float[Array, ""]:
    """The ratio of gaps that close at `closing` and at `unit`: it matters very close to Tc only."""
    inside = (kt > 0.5 * unit) & (kt < unit) & (kt < closing)
    return jnp.where(
        inside, safe_sqrt(safe_divide(closing - kt, jnp.where(inside, unit - kt, 1.0))), 1.0
    )


def specific_heat_jump(
    equation: GapEquation, critical: CriticalPoint, rule: Rule
) -> tuple[Float[Array, ""], Bool[Array, ""]]:
    """(C_s - C_n)/k at Tc in meV per N0, and whether the leading eigenvalue is degenerate.

        C_s - C_n = -T (Sum w r^2 df'/dT)^2 / Sum w r^4 f''

    r is the eigenvector at Tc: the gap equation projected on it gives d(Delta^2)/dT, and the rest
    is the Landau expansion. A degenerate eigenvector is arbitrary, and so would the jump be.
    """
    kt = jnp.exp(critical.log_kt)
    states = equation.carriers.pair_states(rule, _NARROWEST * kt)
    delta = states.on(critical.gap)
    xi = jnp.abs(states.energy)[..., None]
    quadratic = jnp.sum(states.weight * delta**2 * -_occupation_slope(xi, kt) / kt)
    quartic = jnp.sum(states.weight * delta**4 * _curvature(xi**2, kt))
    _, _, matrix = symmetrised(jnp.asarray(equation.kernel), states.susceptibility(kt))
    levels = jnp.linalg.eigvalsh(matrix)
    degenerate = jnp.asarray(False) if len(levels) == 1 else levels[-2] > 1 - _DEGENERATE
    return -kt * safe_divide(quadratic**2, quartic), degenerate


def normal_specific_heat(equation: GapEquation) -> Float[Array, ""]:
    """C_n/(k^2 T) per N0 of constant bands without end: (2 pi^2/3) Sum nu, both spins counted."""
    cutoff = jnp.asarray(equation.carriers.cutoff)
    weight = equation.carriers.pair_states(COARSE, 0.1 * cutoff).weight
    return 2 * jnp.pi**2 / 3 * jnp.sum(weight) / (2 * cutoff)


class _Response(NamedTuple):
    """The linearised gap equation: K X Delta - Delta, A = d(X Delta)/dDelta, and 1 - K A."""

    residual: Float[Array, " n"]
    slopes: Float[Array, "band mode mode"]
    stability: Float[Array, "n n"]


def _response(
    equation: GapEquation, states: PairStates, gap: Float[Array, "band mode"], kt: Array
) -> _Response:
    """With f of the module's text, X is a sum of f'(E^2) and A one of f'(E^2) + 2 Delta^2 f''."""
    kernel = jnp.asarray(equation.kernel)
    delta = states.on(gap)
    square = states.energy[..., None] ** 2 + delta**2
    factor = pair_factor(jnp.sqrt(square), kt)
    amplitude = states.moments(factor * delta)
    slopes = states.products(factor + 2 * delta**2 * _curvature(square, kt))
    return _Response(
        residual=kernel.reshape(gap.size, gap.size) @ amplitude.ravel() - gap.ravel(),
        slopes=slopes,
        stability=jnp.eye(gap.size) - times_blocks(kernel, slopes),
    )


def _newton_step(
    equation: GapEquation, states: PairStates, gap: Float[Array, "band mode"], kt: Array
) -> Float[Array, "band mode"]:
    """The gap after one Newton step of the gap equation on these states."""
    found = _response(equation, states, gap, kt)
    return gap + jnp.linalg.solve(found.stability, found.residual).reshape(gap.shape)


def _sums(
    equation: GapEquation,
    states: PairStates,
    gap: Float[Array, "band mode"],
    kt: Array,
    cold: Bool[Array, ""],
) -> Condensate:
    delta = states.on(gap)
    xi = jnp.abs(states.energy)[..., None]
    energy = jnp.sqrt(xi**2 + delta**2)
    weight = states.weight
    paired = _occupation_slope(energy, kt)
    square_slope = 2 * delta * states.on(_gap_slope(equation, states, gap, kt))
    moments = _thermal_moments(weight, energy, kt)
    changes = moments - _normal_moments(equation, weight, xi, kt, cold)
    density = jnp.sum(weight, (1, 2)) / (2 * equation.carriers.cutoff)
    paired_at_zero = jnp.any(delta != 0, (1, 2)).astype(float)
    return Condensate(
        gap=gap,
        free_energy=jnp.sum(weight * _condensation(xi, delta, energy, kt)),
        entropy=jnp.sum(changes[0]),
        specific_heat=jnp.sum(changes[1]) - jnp.sum(weight * paired * square_slope),
        superfluid=jnp.where(kt > 0, -changes[2] / density, paired_at_zero),
    )


def _thermal_moments(
    weight: Float[Array, "band node point"], energy: Float[Array, "band node point"], kt: Array
) -> Float[Array, "3 band"]:
    """Sums of s(E)/k, of (2/T) h E^2 and of h in each band."""
    occupation = _occupation_slope(energy, kt)
    heat = safe_divide(2 * occupation * energy**2, kt)
    summands = jnp.stack([_entropy(energy, kt), heat, occupation])
    return jnp.sum(weight * summands, (2, 3))


def _normal_moments(
    equation: GapEquation,
    weight: Float[Array, "band node point"],
    xi: Float[Array, "band node point"],
    kt: Array,
    cold: Bool[Array, ""],
) -> Float[Array, "3 band"]:
    """`_thermal_moments` of the normal state within the cutoff.

    They are summed on the same nodes, so that a small difference keeps its digits. Where it is cold
    the nodes may fail to resolve kT, and the sums are those of bands without end.
    """
    density = jnp.sum(weight, (1, 2)) / (2 * equation.carriers.cutoff)
    endless = jnp.stack([2 * jnp.pi**2 / 3 * kt, 2 * jnp.pi**2 / 3 * kt, jnp.ones(())])
    return jnp.where(cold, endless[:, None] * density, _thermal_moments(weight, xi, kt))


def _gap_slope(
    equation: GapEquation, states: PairStates, gap: Float[Array, "band mode"], kt: Array
) -> Float[Array, "band mode"]:
    """dDelta/d(kT) from the gap equation, differentiated: (1 - K A) dDelta/dT = K (dX/dT) Delta."""
    size = gap.size
    kernel = jnp.asarray(equation.kernel).reshape(size, size)
    delta = states.on(gap)
    energy = jnp.sqrt(states.energy[..., None] ** 2 + delta**2)
    # d/dT of tanh(E/2kT)/(2E) is -h(E)/T.
    cooled = states.moments(delta * safe_divide(-_occupation_slope(energy, kt), kt))
    source = kernel @ cooled.ravel()
    return jnp.linalg.solve(_response(equation, states, gap, kt).stability, source).reshape(
        gap.shape
    )


def _condensation(
    xi: Float[Array, "..."], delta: Float[Array, "..."], energy: Float[Array, "..."], kt: Array
) -> Float[Array, "..."]:
    """The summand of F_s - F_n: Delta^2 f'(E^2) - f(E^2) + f(xi^2) = Int_0^D s f''(xi^2+s) ds.

    D is Delta^2. Near Tc the terms of the first form cancel to fourth order in Delta; the
    integral does not.
    """
    warm = jnp.where(kt > 0, kt, 1.0)
    pairing = delta**2 * pair_factor(energy, kt)
    hot = jnp.log1p(jnp.exp(-energy / warm)) - jnp.log1p(jnp.exp(-xi / warm))
    gain = safe_divide(delta**2, energy + xi) + jnp.where(kt > 0, 2 * warm * hot, 0.0)
    x, w = gauss_legendre(10)
    small = jnp.where(jnp.abs(delta) < _SMALL_GAP * warm, delta, 0.0)[..., None]
    inner = x * small**4 * _curvature(xi[..., None] ** 2 + x * small**2, warm)
    expand = (jnp.abs(delta) < _SMALL_GAP * warm) & (kt > 0)
    return jnp.where(expand, inner @ w, pairing - gain)


def _curvature(square: Float[Array, "..."], kt: Array) -> Float[Array, "..."]:
    """f''(u) = d/du tanh(sqrt(u)/2kT)/(2 sqrt(u)); -u^(-3/2)/4 at kT = 0."""
    warm = jnp.where(kt > 0, kt, 1.0)
    y = square / (4 * warm**2)
    near = y < 1e-3
    regular = jnp.where(near, 1.0, y)
    x = jnp.sqrt(regular)
    decay = jnp.exp(-2 * x)
    value = (4 * decay / (1 + decay) ** 2 - jnp.tanh(x) / x) / (2 * regular)
    series = -1 / 3 + y * (4 / 15 + y * (-17 / 105 + y * (248 / 2835 - y * 1382 / 31185)))
    warm_value = jnp.where(near, series, value) / (16 * warm**3)
    return jnp.where(kt > 0, warm_value, -(square**-1.5) / 4)


def _occupation_slope(energy: Float[Array, "..."], kt: Array) -> Float[Array, "..."]:
    """h = -df/dE = sech^2(E/2kT)/(4kT) for E >= 0; 0 at kT = 0."""
    warm = jnp.where(kt > 0, kt, 1.0)
    decay = jnp.exp(-energy / warm)
    return jnp.where(kt > 0, decay / (1 + decay) ** 2 / warm, 0.0)


def _entropy(energy: Float[Array, "..."], kt: Array) -> Float[Array, "..."]:
    """Entropy over k of a pair of states at E >= 0: 2 [ln(1 + e^-x) + x/(e^x + 1)], x = E/kT."""
    x = energy / jnp.where(kt > 0, kt, 1.0)
    decay = jnp.exp(-x)
    return jnp.where(kt > 0, 2 * (jnp.log1p(decay) + x * decay / (1 + decay)), 0.0)
