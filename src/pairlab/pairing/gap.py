"""The gap below Tc, at fixed chemical potential or at fixed density.

    Delta = K . X(T, Delta) . Delta,      X_ac = Sum_states w phi_a phi_c tanh(E/2kT)/(2E)
    n     = Sum_states w [1 - (xi/E) tanh(E/2kT)]      (both spins; Delta = 0 outside the cutoff)

Newton's method for the mode amplitudes and the chemical potential together. The Jacobian is
assembled from its blocks (one per band, and one column for the chemical potential), which is
cheaper than differentiating the sums once for every unknown.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import lineax
import optimistix
from jaxtyping import Float, Int

from pairlab.electrons.carriers import Carriers, DensityCarriers, PairStates, at_potential
from pairlab.numerics.arrays import Array
from pairlab.numerics.eigen import exceeds_one, rayleigh_quotient, times_blocks
from pairlab.numerics.quadrature import GAP_COARSE, GAP_FINE, Rule
from pairlab.numerics.safe import pair_factor, tanh_half
from pairlab.pairing.critical import CriticalPoint
from pairlab.pairing.problem import GapEquation
from pairlab.solution import Result

PROMISED_ACCURACY = 1e-5
"""In kTc; a gap with a larger error estimate is reported as inaccurate."""

_TOLERANCE = 1e-9  # of the unknowns, in units of kTc
_NORMAL = 1e-11  # of Tc: closer to it the gap is reported as 0
_LANDAU = 3.07  # Delta/(kTc sqrt(1 - T/Tc)) near Tc in weak coupling
_NARROWEST = 0.02  # of kTc: no structure of the integrands below Tc is narrower


class GapSolution(eqx.Module):
    """The gap at one temperature.

    gap: (band, mode) amplitudes, meV. chemical_potential and its error: meV; 0 where the carriers
    have none. error: estimated error of the gap in kTc, what it inherits from Tc included. code:
    index into `solution.CODES`; it judges the gap at the Tc that was found.
    """

    gap: Float[Array, "band mode"]
    chemical_potential: Float[Array, ""]
    chemical_potential_error: Float[Array, ""]
    error: Float[Array, ""]
    code: Int[Array, ""]


class PairSums(NamedTuple):
    """Sums over states at one gap.

    amplitude: (band, mode) X Delta; amplitude_by_gap (band, mode, mode) and amplitude_by_potential
    (band, mode): its derivatives. moved: the change of density by pairing; moved_by_gap: (band,
    mode). density_by_potential: derivative of the whole density.
    The derivatives by the chemical potential are those at a window that moves with the states: what
    enters and leaves at the cutoff is left out, which costs Newton's method a step or two.
    """

    amplitude: Float[Array, "band mode"]
    amplitude_by_gap: Float[Array, "band mode mode"]
    amplitude_by_potential: Float[Array, "band mode"]
    moved: Float[Array, ""]
    moved_by_gap: Float[Array, "band mode"]
    density_by_potential: Float[Array, ""]


def pair_sums(states: PairStates, gap: Float[Array, "band mode"], kt: Float[Array, ""]) -> PairSums:
    """The sums of the gap and density equations, with their derivatives in closed form."""
    bands, modes = gap.shape
    form = states.form.reshape(bands, -1, modes)
    weight = states.weight.reshape(bands, -1)
    xi = jnp.broadcast_to(states.energy[..., None], states.weight.shape).reshape(bands, -1)
    delta = jnp.einsum("nsa,na->ns", form, gap)
    energy = jnp.sqrt(xi**2 + delta**2)
    energy = jnp.where(energy > 0, energy, 1.0)  # a node on the Fermi level has no weight
    factor = pair_factor(energy, kt)
    # d/dE of tanh(E/2kT)/(2E), times 1/E.
    warm = kt > 0
    sech2 = jnp.where(warm, 1 / jnp.cosh(energy / jnp.where(warm, 2 * kt, jnp.inf)) ** 2, 0.0)
    slope = (sech2 / jnp.where(warm, 4 * kt, 1.0) - factor) / energy**2

    def total(values: Array) -> Array:
        return jnp.einsum("ns,nsa->na", weight * values, form)

    curve = weight * (factor + delta**2 * slope)
    return PairSums(
        amplitude=total(factor * delta),
        amplitude_by_gap=jnp.swapaxes(form * curve[..., None], 1, 2) @ form,
        amplitude_by_potential=-total(xi * slope * delta),
        moved=jnp.sum(weight * (tanh_half(xi, kt) - 2 * xi * factor)),
        moved_by_gap=-total(2 * xi * slope * delta),
        density_by_potential=jnp.sum(weight * 2 * (factor + xi**2 * slope)),
    )


class GapProblem(eqx.Module):
    """The gap and density equations of one mechanism below Tc: what does not depend on T.

    start: (band, mode) shape of the gap to start from, of size 1. unit: kTc, meV.
    tc_error: relative. calibration: for the fine and the coarse rule, the leading eigenvalue at Tc;
    the kernel is divided by it, so that the gap closes at Tc on either rule and keeps its relative
    accuracy there. density: what is held, N0 meV (0 where the chemical potential is held).
    """

    equation: GapEquation
    start: Float[Array, "band mode"]
    unit: Float[Array, ""]
    tc_error: Float[Array, ""]
    calibration: Float[Array, " 2"]
    density: Float[Array, ""]

    @property
    def potential_unit(self) -> Float[Array, ""]:
        """Unit of the shift of mu, meV; it stays above the rounding of mu where Tc is tiny."""
        return jnp.maximum(self.unit, 1e-3 * self.equation.carriers.cutoff)

    def carriers(self, unknown: Float[Array, " n"]) -> Carriers:
        """The carriers at the chemical potential of a vector of unknowns."""
        carriers = self.equation.carriers
        if not self.equation.fix_density:
            return carriers
        assert isinstance(carriers, DensityCarriers)
        return at_potential(
            carriers, carriers.chemical_potential + unknown[-1] * self.potential_unit
        )

    def gap(self, unknown: Float[Array, " n"]) -> Float[Array, "band mode"]:
        """The mode amplitudes, meV, of a vector of unknowns.

        The unknowns are the amplitudes in kTc and, at fixed density, the shift of mu.
        """
        return unknown[: self.start.size].reshape(self.start.shape) * self.unit

    def residual_and_jacobian(
        self, unknown: Float[Array, " n"], kt: Float[Array, ""], rule: Rule
    ) -> tuple[Float[Array, " n"], Float[Array, "n n"], PairSums]:
        """Value and Jacobian of the equations at kt [meV], and the sums they are made of."""
        size = self.start.size
        scale = self.calibration[0 if rule is GAP_FINE else 1]
        blocks = jnp.asarray(self.equation.kernel) / scale
        kernel = blocks.reshape(size, size)
        carriers = self.carriers(unknown)
        states = carriers.pair_states(rule, _NARROWEST * self.unit)
        sums = pair_sums(states, self.gap(unknown), kt)
        rows = times_blocks(blocks, sums.amplitude_by_gap) - jnp.eye(size)
        residual = kernel @ sums.amplitude.ravel() / self.unit - unknown[:size]
        if not self.equation.fix_density:
            return residual, rows, sums
        assert isinstance(carriers, DensityCarriers)
        shift_unit = self.potential_unit
        excess = carriers.normal_density(kt) + sums.moved - self.density
        column = kernel @ sums.amplitude_by_potential.ravel() * shift_unit / self.unit
        last = jnp.append(
            sums.moved_by_gap.ravel() * self.unit / shift_unit, sums.density_by_potential
        )
        jacobian = jnp.concatenate([jnp.concatenate([rows, column[:, None]], 1), last[None]], 0)
        return jnp.append(residual, excess / shift_unit), jacobian, sums


def gap_problem(equation: GapEquation, critical: CriticalPoint) -> GapProblem:
    """What all temperatures share.

    A fixed density is that of the normal state at Tc and the chemical potential of the equation:
    then Tc is the same whatever is held, and the chemical potential is continuous there.
    """
    carriers = equation.carriers
    unit = jax.lax.stop_gradient(jnp.exp(critical.log_kt))
    density = jnp.zeros(())
    if equation.fix_density:
        assert isinstance(carriers, DensityCarriers)
        density = carriers.normal_density(unit)

    def eigenvalue(rule: Rule) -> Array:
        pairs = carriers.pair_states(rule, _NARROWEST * unit).susceptibility(unit)
        return rayleigh_quotient(jnp.asarray(equation.kernel), pairs, critical.gap)

    calibration = jnp.stack([eigenvalue(GAP_FINE), eigenvalue(GAP_COARSE)])
    return GapProblem(
        equation=equation,
        start=_uniform_over_bands(critical),
        unit=unit,
        tc_error=critical.error,
        calibration=calibration,
        density=density,
    )


def _uniform_over_bands(critical: CriticalPoint) -> Float[Array, "band mode"]:
    """The linear eigenvector with every band brought to the size of the largest.

    Below the true gap of a weakly coupled band Newton's method runs off to the wrong branch, and
    from above it descends to the right one; a band that the eigenvector leaves out gets its first
    mode.
    """
    gap, weight = critical.gap, critical.pair_weight
    # The quartic mean is what saturates the gap in the expansion around Tc.
    mean = jnp.sqrt(jnp.sum(weight * gap**4) / jnp.sum(weight * gap**2))
    size = jnp.abs(gap).max(axis=1, keepdims=True)
    empty = size <= 1e-12 * size.max()
    first = jnp.zeros_like(gap).at[:, 0].set(1.0)
    shape = jnp.where(empty, first, gap / jnp.where(empty, 1.0, size))
    return shape * size.max() / mean


def solve_gap(problem: GapProblem, kt: Float[Array, ""]) -> GapSolution:
    """The gap at thermal energy kt [meV], and the chemical potential below Tc.

    At and above Tc the gap is zero, with success; within 1e-11 below it is reported as zero too,
    with the error that this makes. Pure; not differentiable (the solution is found on constants).
    """
    unit = problem.unit
    is_below = kt < unit * (1 - _NORMAL)
    below = jnp.where(is_below, kt, 0.5 * unit)  # above Tc, something benign to solve
    found, converged, error, inherited, shift_error = _newton(problem, below)
    code = jnp.where(error > PROMISED_ACCURACY, Result.INACCURATE.code, 0)
    code = jnp.where(converged, code, Result.NOT_CONVERGED.code)
    code = jnp.where(jnp.isfinite(error), code, Result.NOT_FINITE.code)
    carriers, mu = problem.carriers(found), jnp.zeros(())
    if isinstance(carriers, DensityCarriers):
        reference = problem.equation.carriers
        assert isinstance(reference, DensityCarriers)
        mu = jnp.where(is_below, carriers.chemical_potential, reference.chemical_potential)
    fix = problem.equation.fix_density
    sliver = jnp.where(kt < unit, _LANDAU * jnp.sqrt(_NORMAL), 0.0)
    return GapSolution(
        gap=jnp.where(is_below, problem.gap(found), 0.0),
        chemical_potential=mu,
        chemical_potential_error=jnp.where(is_below & fix, shift_error, 0.0),
        error=jnp.where(is_below, error + inherited, sliver),
        code=jnp.where(is_below, code, 0),
    )


def _newton(problem: GapProblem, kt: Float[Array, ""]) -> tuple[Array, Array, Array, Array, Array]:
    """The solution, whether it is a converged nonzero minimum, and the estimated errors: of the gap
    itself and through Tc (both in kTc), and of the shift of the chemical potential in meV."""

    def linearised(unknown: Array, _: None) -> Array:
        equations = problem.residual_and_jacobian(unknown, kt, GAP_FINE)
        residual, jacobian = jax.lax.stop_gradient(equations[:2])
        return residual + jacobian @ (unknown - jax.lax.stop_gradient(unknown))

    # A little more than the isotropic gap, Delta(0) = 1.76 kTc, and its square root toward Tc.
    reduced = jnp.sqrt(problem.unit / jnp.maximum(kt, 1e-3 * problem.unit) - 1)
    start = (1.9 * jnp.tanh(1.74 * reduced) * problem.start).ravel()
    found = optimistix.root_find(
        linearised,
        optimistix.Newton(rtol=_TOLERANCE, atol=_TOLERANCE, linear_solver=lineax.LU()),
        jnp.append(start, 0.0) if problem.equation.fix_density else start,
        max_steps=60,
        throw=False,
    )
    size = jnp.abs(found.value[: start.size]).max()
    coarse, jacobian, sums = problem.residual_and_jacobian(found.value, kt, GAP_COARSE)
    correction = jnp.linalg.solve(jacobian, coarse)
    accuracy = 5 * problem.equation.carriers.accuracy
    error = jnp.abs(correction[: start.size]).max() + accuracy * size
    shift_error = (jnp.abs(correction[-1]) + accuracy * size) * problem.potential_unit
    # What an error of Tc does to a gap that closes there as a square root.
    relative, left = problem.tc_error, 1 - kt / problem.unit
    root = jnp.sqrt(left) * (jnp.sqrt(left + relative) + jnp.sqrt(left))
    inherited = relative * size * (1 + 1 / jnp.maximum(root, 1e-300))
    # At a minimum of the free energy no direction grows under iteration of the gap equation.
    kernel = jnp.asarray(problem.equation.kernel) * ((1 - 1e-6) / problem.calibration[1])
    unstable = exceeds_one(kernel, sums.amplitude_by_gap)
    converged = (found.result == optimistix.RESULTS.successful) & (size > 1e-9) & ~unstable
    return found.value, converged, error, inherited, shift_error
