"""Oracle for weak-coupling superconductors with constant bands, to about 30 digits.

Independent of the package: mpmath for equations and quadratures, arb (python-flint) where an
enclosure is wanted. Energies in any one unit, temperatures as energies kT.

Bands of densities nu_i (per spin, over a common N0), symmetric couplings g_ij and one cutoff:

    Delta_i = Sum_j g_ij nu_j Delta_j J(Delta_j, kT),    J = Int_0^wc dxi tanh(E/2kT)/E

With xi = Delta sinh y (2 kT sinh y where Delta = 0) the integrand is analytic and varies over y ~ 1
at every ratio of the scales, so panels of that width in y reach any accuracy at once.

The limit wc -> infinity at fixed Delta(0) is the universal curve of BCS; there Delta(0) = 1.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from flint import acb, arb, ctx
from mpmath import mp, mpf
from oracle.stored import stored
from scipy import optimize

precise = mp.workdps(35)
"""Every equation is solved at this precision, whatever the caller's."""

with mp.workdps(35):
    BOLTZMANN = mpf("1.380649e-23") / mpf("1.602176634e-19") * 1000
    UNIVERSAL_KTC = mp.exp(mp.euler) / mp.pi
"""k in meV/K, exact in the SI; kTc of the universal curve."""


class Bands(NamedTuple):
    """couplings: n rows of n. cutoff. densities: n."""

    couplings: tuple[tuple[float, ...], ...]
    cutoff: float
    densities: tuple[float, ...]


def one_band(coupling: float, cutoff: float) -> Bands:
    """BCS itself."""
    return Bands(((coupling,),), cutoff, (1.0,))


# --- integrals over xi


def panels(function: Callable, upper: mpf, width: float = 2.0) -> mpf:
    """Int_0^upper by Gauss-Legendre on panels of equal width."""
    count = int(mp.ceil(upper / width))
    return mp.quad(function, mp.linspace(0, upper, count + 1), method="gauss-legendre")


@precise
def pair_integral(gap: mpf, kt: mpf, cutoff: mpf) -> mpf:
    """J(Delta, kT); kT = 0 and Delta = 0 are allowed, not both."""
    gap, kt, cutoff = abs(mpf(gap)), mpf(kt), mpf(cutoff)
    if kt == 0:
        return mp.asinh(cutoff / gap)
    if gap == 0:
        # x = xi/2kT = sinh y
        return panels(
            lambda y: mp.tanh(mp.sinh(y)) / mp.tanh(y) if y else mpf(1),
            mp.asinh(cutoff / (2 * kt)),
        )
    return panels(lambda y: mp.tanh(gap * mp.cosh(y) / (2 * kt)), mp.asinh(cutoff / gap))


@precise
def over_states(function: Callable, gap: mpf, kt: mpf, cutoff: mpf) -> mpf:
    """Int_0^wc dxi function(E); the function falls off like e^(-E/kT) and is cut at 100 kT."""
    scale = max(abs(gap), kt)
    upper = mp.asinh(min(mpf(cutoff), 100 * kt) / scale)

    def integrand(y: mpf) -> mpf:
        xi = scale * mp.sinh(y)
        return function(mp.sqrt(xi**2 + gap**2)) * scale * mp.cosh(y)

    return panels(integrand, upper, 0.5)


# --- critical temperature


@precise
def leading_coupling(bands: Bands) -> mpf:
    """The largest eigenvalue of g_ij nu_j; all bands share J(0, kT), so Tc depends on it alone."""
    size = len(bands.densities)
    root = [mp.sqrt(mpf(nu)) for nu in bands.densities]
    matrix = mp.matrix(size, size)
    for i in range(size):
        for j in range(size):
            matrix[i, j] = root[i] * mpf(bands.couplings[i][j]) * root[j]
    return max(mp.eigsy(matrix, eigvals_only=True))


@lru_cache
@precise
def critical(bands: Bands) -> mpf:
    """kTc: lambda J(0, kTc) = 1, by Newton in ln kT with dJ/d ln kT = -tanh(wc/2kT)."""
    coupling, cutoff = leading_coupling(bands), mpf(bands.cutoff)
    log_kt = mp.log(cutoff) + mp.log(2 * mp.exp(mp.euler) / mp.pi) - 1 / coupling
    log_kt = min(log_kt, mp.log(cutoff)) if coupling < 1 else mp.log(cutoff * coupling / 2)
    for _ in range(60):
        kt = mp.exp(log_kt)
        step = (pair_integral(0, kt, cutoff) - 1 / coupling) / mp.tanh(cutoff / (2 * kt))
        log_kt += max(min(step, mpf(1)), mpf(-1))
        if abs(step) < mpf(10) ** -30:
            return mp.exp(log_kt)
    raise ArithmeticError("Tc was not found")


@precise
def critical_slopes(bands: Bands) -> tuple[mpf, mpf]:
    """d ln kTc/d lambda and d ln kTc/d ln wc: from 1/lambda = Int_0^(wc/2kTc) tanh(x)/x dx.

    The integral depends on wc/kT alone, so the second is 1 exactly.
    """
    coupling, kt = leading_coupling(bands), critical(bands)
    return 1 / (coupling**2 * mp.tanh(bands.cutoff / (2 * kt))), mpf(1)


# --- gaps


def gaps(bands: Bands, kt: mpf, start: tuple[float, ...]) -> tuple[mpf, ...]:
    """The gaps at kT to 28 digits; several bands by Newton from `start`, signs included."""
    if len(bands.densities) == 1:
        return (gap_of_one_band(bands, kt),)
    return gaps_of_several_bands(bands, kt, tuple(float(f"{x:.3g}") for x in start))


@stored
@lru_cache
@precise
def gap_of_one_band(bands: Bands, kt: mpf) -> mpf:
    """The gap of a single band."""
    cutoff = mpf(bands.cutoff)
    wanted = 1 / (mpf(bands.couplings[0][0]) * mpf(bands.densities[0]))
    if kt > 0 and pair_integral(0, kt, cutoff) - wanted < 1e-6:
        # Close to Tc the equation is linear in Delta^2.
        square = mp.findroot(
            lambda x: pair_integral(mp.sqrt(x), kt, cutoff) - wanted,
            (mpf(0), (kt / 100) ** 2),
            tol=mpf(10) ** -60,
        )
        return mp.sqrt(square)
    return falling_root(
        lambda d: pair_integral(d, kt, cutoff) - wanted,
        lambda d: rough_pair_integral(d, float(kt), float(cutoff)) - float(wanted),
        1e-9 * float(kt) if kt else 1e-30 * float(cutoff),
        1.01 * float(cutoff / mp.sinh(wanted)),
    )


@stored
@lru_cache
@precise
def gaps_of_several_bands(bands: Bands, kt: mpf, start: tuple[float, ...]) -> tuple[mpf, ...]:
    """First in double precision, then by Newton with residuals at full precision."""
    cutoff, size = mpf(bands.cutoff), len(bands.densities)
    couplings, densities = np.array(bands.couplings, float), np.array(bands.densities, float)

    def residual(*gap: mpf) -> list[mpf]:
        amplitude = [
            nu * d * pair_integral(d, kt, cutoff)
            for nu, d in zip(bands.densities, gap, strict=True)
        ]
        return [
            sum(bands.couplings[i][j] * amplitude[j] for j in range(size)) - gap[i]
            for i in range(size)
        ]

    def rough_residual(gap: np.ndarray) -> np.ndarray:
        pairs = [rough_pair_integral(d, float(kt), float(cutoff)) for d in gap]
        return couplings @ (densities * gap * pairs) - gap

    # full_output: whether it came close enough shows below.
    rough, *_ = optimize.fsolve(
        rough_residual, np.array(start, float), xtol=1e-13, full_output=True
    )
    shifts = 1e-6 * np.abs(rough).max() * np.eye(size)
    jacobian = np.array([rough_residual(rough + h) - rough_residual(rough - h) for h in shifts])
    jacobian = jacobian.T / (2 * shifts[0, 0])
    found = [mpf(x) for x in rough]
    # Newton with the Jacobian held: each step gains as many digits as that has.
    for _ in range(12):
        step = np.linalg.solve(jacobian, [float(x) for x in residual(*found)])
        found = [x - mpf(s) for x, s in zip(found, step, strict=True)]
        if np.abs(step).max() < 1e-28 * np.abs(rough).max():
            return tuple(found)
    raise ArithmeticError("the gaps were not found")


def falling_root(exact: Callable, rough: Callable, low: float, high: float) -> mpf:
    """The root of a falling function: bracketed in double precision, then Newton in the logarithm.

    Its slope is held, so that each step gains about six digits.
    """
    log_root = optimize.brentq(lambda x: rough(np.exp(x)), np.log(low), np.log(high), xtol=1e-13)
    steepness = (rough(np.exp(log_root + 1e-3)) - rough(np.exp(log_root - 1e-3))) / 2e-3
    found = mpf(log_root)
    for _ in range(20):
        step = float(exact(mp.exp(found))) / steepness
        found -= mpf(step)
        if abs(step) < 1e-28:
            return mp.exp(found)
    raise ArithmeticError("the root was not found")


def rough_pair_integral(gap: float, kt: float, cutoff: float) -> float:
    """J(Delta, kT) for Delta != 0 in double precision."""
    upper = np.arcsinh(cutoff / abs(gap))
    if kt == 0:
        return upper
    x, w = np.polynomial.legendre.leggauss(16)
    edges = np.linspace(0, upper, int(np.ceil(upper)) + 1)
    y = edges[:-1, None] + np.diff(edges)[:, None] * (x + 1) / 2
    return float(np.sum(np.tanh(abs(gap) * np.cosh(y) / (2 * kt)) @ w * np.diff(edges) / 2))


# --- thermodynamics per N0 (mean field, textbook forms)


@stored
@precise
def free_energy(bands: Bands, kt: mpf, gap: tuple[mpf, ...]) -> mpf:
    """F_s - F_n = Delta.g^-1.Delta + Sum_i nu_i Int_-wc^wc [|xi| - E - 2kT ln((1+e^-E)/(1+e^-xi))].

    The integral of |xi| - E is closed; the couplings must be invertible.
    """
    kt, cutoff = mpf(kt), mpf(bands.cutoff)
    inverse = mp.matrix([[mpf(x) for x in row] for row in bands.couplings]) ** -1
    size = len(gap)
    total = sum(gap[i] * inverse[i, j] * gap[j] for i in range(size) for j in range(size))
    for nu, d in zip(bands.densities, gap, strict=True):
        closed = cutoff**2 - cutoff * mp.sqrt(cutoff**2 + d**2) - d**2 * mp.asinh(cutoff / abs(d))
        total += nu * closed
        if kt:
            total -= 4 * kt * nu * over_states(lambda e: mp.log1p(mp.exp(-e / kt)), d, kt, cutoff)
            total += (
                4 * kt * nu * over_states(lambda e: mp.log1p(mp.exp(-e / kt)), mpf(0), kt, cutoff)
            )
    return total


@stored
@precise
def entropy(bands: Bands, kt: mpf, gap: tuple[mpf, ...]) -> mpf:
    """(S_s - S_n)/k = -2 Sum_i nu_i Int_-wc^wc [f ln f + (1 - f) ln(1 - f)], s minus n."""
    cutoff, total = mpf(bands.cutoff), mpf(0)
    for nu, d in zip(bands.densities, gap, strict=True):
        for sign, size in ((4, d), (-4, mpf(0))):
            total += sign * nu * over_states(lambda e: fermi_entropy(e / kt), size, kt, cutoff)
    return total


def fermi_entropy(x: mpf) -> mpf:
    """-f ln f - (1 - f) ln(1 - f) with f = 1/(e^x + 1)."""
    f = 1 / (mp.exp(x) + 1)
    return -(f * mp.log(f) + (1 - f) * mp.log1p(-f))


def slope(function: Callable, x: mpf) -> mpf:
    """df/dx by central differences of sixth order at a step of x/1000: good to about 1e-15."""
    h = mpf(x) / 1000
    terms = ((1, mpf(3) / 4), (2, mpf(-3) / 20), (3, mpf(1) / 60))
    return sum(c * (function(x + n * h) - function(x - n * h)) for n, c in terms) / h


@stored
@precise
def specific_heat(bands: Bands, kt: mpf, start: tuple[float, ...]) -> mpf:
    """(C_s - C_n)/k = T d(S_s - S_n)/dT."""
    return kt * slope(lambda t: entropy(bands, t, gaps(bands, t, start)), mpf(kt))


@precise
def sommerfeld(bands: Bands) -> mpf:
    """C_n/(k kT) of constant bands without end."""
    return 2 * mp.pi**2 / 3 * sum(bands.densities)


@stored
@precise
def superfluid_density(gap: mpf, kt: mpf, cutoff: mpf) -> mpf:
    """1 - Int dxi sech^2(E/2kT)/(4kT), the states beyond the cutoff being normal."""

    def occupation(energy: mpf) -> mpf:
        return mp.sech(energy / (2 * kt)) ** 2 / (4 * kt)

    within = 2 * over_states(occupation, gap, mpf(kt), mpf(cutoff))
    return mp.tanh(mpf(cutoff) / (2 * kt)) - within


# --- the universal curve, Delta(0) = 1


@lru_cache
@precise
def universal_gap(reduced: float) -> mpf:
    """Delta(T)/Delta(0) at T/Tc: ln(1/Delta) = 2 Int_0^inf dy/(e^(Delta cosh y/kT) + 1)."""
    kt = mpf(reduced) * UNIVERSAL_KTC

    def exact(d: mpf) -> mpf:
        upper = mp.acosh(1 + 100 * kt / d)
        return -mp.log(d) - 2 * panels(lambda y: 1 / (mp.exp(d * mp.cosh(y) / kt) + 1), upper, 0.5)

    def rough(d: float) -> float:
        # ln(1/Delta) - 2 Int ... is J(Delta, kT) - J(1, 0) of any cutoff that is wide enough.
        return rough_pair_integral(d, float(kt), 1e3) - float(np.arcsinh(1e3))

    # The rough root is off by the finite cutoff, 1e-6, which the exact steps remove.
    return falling_root(exact, rough, 1e-6, 1.01)


@stored
@precise
def universal_superfluid_density(reduced: float) -> mpf:
    """rho_s(T)/rho_s(0)."""
    return superfluid_density(universal_gap(reduced), mpf(reduced) * UNIVERSAL_KTC, mp.inf)


@lru_cache(maxsize=1024)
@precise
def universal_free_energy(kt: mpf) -> mpf:
    """(F_s - F_n)/N0 = -Delta^2/2 - Delta^2 ln(1/Delta) - 4 kT Int ln(1+e^-E/kT) + pi^2 kT^2/3."""
    d = universal_gap(mpf(kt) / UNIVERSAL_KTC)
    thermal = over_states(lambda e: mp.log1p(mp.exp(-e / kt)), d, kt, mp.inf)
    return -(d**2) / 2 + d**2 * mp.log(d) - 4 * kt * thermal + mp.pi**2 * kt**2 / 3


@stored
@lru_cache(maxsize=1024)
@precise
def universal_critical_field(reduced: float) -> mpf:
    """Hc(T)/Hc(0)."""
    return mp.sqrt(-2 * universal_free_energy(mpf(reduced) * UNIVERSAL_KTC))


@stored
@lru_cache(maxsize=1024)
@precise
def universal_specific_heat(reduced: float) -> mpf:
    """(C_s - C_n)/(gamma Tc) = (T/Tc) d[(S_s - S_n)/gamma]/dT; T/Tc is to stay below 0.99."""
    gamma = 2 * mp.pi**2 / 3

    def entropy_over_gamma(kt: mpf) -> mpf:
        d = universal_gap(mpf(kt) / UNIVERSAL_KTC)
        return 4 * over_states(lambda e: fermi_entropy(e / kt), d, kt, mp.inf) / gamma - kt

    kt = mpf(reduced) * UNIVERSAL_KTC
    return kt * slope(entropy_over_gamma, kt) / UNIVERSAL_KTC


# --- enclosures in ball arithmetic


def universal_constants() -> dict[str, arb]:
    """Closed forms of the universal numbers as balls of 50 digits."""
    ctx.dps = 50
    gamma, pi, zeta3 = arb.const_euler(), arb.pi(), arb(3).zeta()
    return {
        "gap_ratio": 2 * pi / gamma.exp(),
        "critical_prefactor": 2 * gamma.exp() / pi,
        "specific_heat_jump": 12 / (7 * zeta3),
        "gap_near_tc": pi * (8 / (7 * zeta3)).sqrt(),
        "superfluid_slope": arb(2),
    }


def enclosed_pair_integral(upper: arb) -> arb:
    """Int_0^upper tanh(x)/x dx as a ball: sinc(ix)/cosh(x) to 1, 1/x - 2/(x (e^2x + 1)) beyond."""
    one = upper.min(arb(1))
    near = acb.integral(lambda x, _: (acb(0, 1) * x).sinc() / x.cosh(), acb(0), acb(one)).real
    if upper < 1:
        return near
    end = upper.min(arb(80))
    far = acb.integral(lambda x, _: 2 / (x * ((2 * x).exp() + 1)), acb(1), acb(end)).real
    tail = arb(0, "1e-68")  # of the omitted part, below 2 e^-160/160
    return near + upper.log() - far + (tail if upper > 80 else 0)


@precise
def encloses_critical(coupling: float, cutoff: float, kt: mpf, relative: str) -> bool:
    """Whether kTc is proven to lie within kt (1 -+ relative)."""
    ctx.dps = 50
    a = arb(cutoff) / (2 * arb(mp.nstr(mpf(kt), 45)))
    wanted = 1 / arb(coupling)
    below = enclosed_pair_integral(a * (1 - arb(relative))) - wanted
    above = enclosed_pair_integral(a * (1 + arb(relative))) - wanted
    return bool(below < 0) and bool(above > 0)


def universal_gap_excess(gap: arb, reduced: str) -> arb:
    """ln Delta + 2 Int dy/(e^(Delta cosh y/kT) + 1) as a ball: 0 at Delta(T), rising with Delta."""
    ratio = gap / (arb(reduced) * arb.const_euler().exp() / arb.pi())
    integral = acb.integral(
        lambda y, _: 1 / ((ratio * y.cosh()).exp() + 1), acb(0), acb((1 + 120 / ratio).acosh())
    )
    # The omitted part is below Int e^(-ratio cosh y) beyond, which is below e^-120.
    return gap.log() + 2 * (integral.real + arb(0, "1e-52"))


@precise
def enclosed_universal_gap(reduced: str, value: mpf, error: str) -> bool:
    """Whether Delta(T)/Delta(0) is proven to lie within value -+ error."""
    ctx.dps = 50
    ball, width = arb(mp.nstr(value, 45)), arb(error)
    below = universal_gap_excess(ball - width, reduced)
    above = universal_gap_excess(ball + width, reduced)
    return bool(below < 0) and bool(above > 0)
