"""Brute-force oracle for the superstripes model: slow, adaptive, and independent of the package.

Wires along x (free, mass m_x), periodic along z with period d: a well (width L, mass m_w) and a
barrier (height V, width W, mass m_b) per cell. With theta = k_z d, xi = eps - mu and T in meV the
linearised gap equation is

    Delta_n(theta) = Sum_m g_nm Int_0^pi dtheta'/pi  I_nm(theta, theta') F_m(theta') Delta_m(theta')
    I_nm = d Int_cell |psi_n|^2 |psi_m|^2 dz,     N0 = m_x / (2 pi hbar^2)
    F_m  = 1/(N0 d) Int_{|xi| < w} dk_x/(2 pi) tanh(xi/2T) / (2 xi)

I is separable in z, so no expansion in theta is needed: the same eigenvalues belong to

    phi_n(z) = Sum_m g_nm Int_cell dz' Q_n(z, z') phi_m(z')
    Q_n(z, z') = d Int_0^pi dtheta/pi  F_n(theta) |psi_n,theta(z)|^2 |psi_n,theta(z')|^2

The only representation is Gauss-Legendre in z, separately in well and barrier, where |psi|^2 is an
entire function. Theta integrals: adaptive Gauss-Kronrod for the whole matrix, split where
E_n(theta) = mu, mu +- w and at Fermi points +- 40 T. Kx integrals: adaptive for |xi| < 40 T and
closed beyond, where tanh is a sign to within 1e-17.

Energies in meV, lengths in nm, masses in m_e, temperatures in K.
`python tests/oracle/brute_superstripes.py` recomputes superstripes_reference.toml beside this file.
"""

import math
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import constants, optimize
from scipy.integrate import quad, quad_vec

MEV = 1e-3 * constants.e
BOLTZMANN = constants.k / MEV  # meV / K
KINETIC = constants.hbar**2 / (2 * constants.m_e) / MEV * 1e18  # hbar^2 / 2 m_e, meV nm^2
WINDOW = 40.0  # |tanh(x/2)| = 1 to 1e-17 beyond |x| = WINDOW


class Accuracy(NamedTuple):
    """Numerical settings: Gauss nodes per half well and half barrier, and relative tolerances."""

    well_nodes: int = 14
    barrier_nodes: int = 10
    theta: float = 1e-9
    kx: float = 1e-11


REFERENCE = Path(__file__).with_name("superstripes_reference.toml")
BASE = Accuracy()
TIGHT = Accuracy(well_nodes=20, barrier_nodes=15, theta=1e-11, kx=1e-12)


class Lattice(NamedTuple):
    """Kronig-Penney superlattice. flux_ratio r: psi' jumps by r from the well to the barrier."""

    barrier_height: float
    well_width: float
    barrier_width: float
    well_mass: float
    barrier_mass: float
    flux_ratio: float

    @property
    def period(self):
        """Length d = L + W of the unit cell."""
        return self.well_width + self.barrier_width


def even_odd(k2, z):
    """Solutions of u'' = -k2 u with (u, u') = (1, 0) and (0, 1) at z = 0."""
    k = np.sqrt(abs(k2))
    if k2 > 0:
        return np.cos(k * z), np.sin(k * z) / k
    if k2 < 0:
        return np.cosh(k * z), np.sinh(k * z) / k
    return np.ones_like(z), 1.0 * z


def edge_values(lattice, energy):
    """Even and odd solution about the well centre: (c, c', s, s') at the cell edge d/2.

    The slopes are divided by r, so that c s' - c' s = 1 there as well.
    """
    a2 = lattice.well_mass * energy / KINETIC
    b2 = lattice.barrier_mass * (energy - lattice.barrier_height) / KINETIC
    cos_w, sin_w = even_odd(a2, lattice.well_width / 2)
    cos_b, sin_b = even_odd(b2, lattice.barrier_width / 2)
    r = lattice.flux_ratio
    c = cos_w * cos_b - r * a2 * sin_w * sin_b
    dc = -b2 * cos_w * sin_b / r - a2 * sin_w * cos_b
    s = sin_w * cos_b + r * cos_w * sin_b
    ds = -b2 * sin_w * sin_b / r + cos_w * cos_b
    return float(c), float(dc), float(s), float(ds)


def cos_theta(lattice, energy):
    """Right-hand side of cos(k_z d) = f(E), from the transfer matrix of half a cell."""
    c, dc, s, ds = edge_values(lattice, energy)
    return c * ds + dc * s


@lru_cache(maxsize=64)
def band_edges(lattice, count):
    """(E at theta = 0, E at theta = pi) of the lowest `count` bands: zeros of c' or s, c or s'."""
    step = 2.0
    found = []
    low, before = 1e-9, edge_values(lattice, 1e-9)
    while len(found) < 2 * count:
        high = low + step
        after = edge_values(lattice, high)
        for i in range(4):
            if before[i] * after[i] < 0:
                root = optimize.brentq(
                    lambda e, i=i: edge_values(lattice, e)[i], low, high, xtol=1e-13, rtol=1e-15
                )
                found.append((root, i))
        low, before = high, after
    at_zero = sorted(e for e, i in found if i in (1, 2))
    at_pi = sorted(e for e, i in found if i in (0, 3))
    return tuple(zip(at_zero[:count], at_pi[:count], strict=True))


def band_energy(lattice, edges, theta):
    """E_n(theta) from c' s = -sin^2(theta/2), or c s' = cos^2(theta/2) in the outer half."""
    if theta < math.pi / 2:
        target, first, second, sign = math.sin(theta / 2) ** 2, 1, 2, -1
    else:
        target, first, second, sign = math.cos(theta / 2) ** 2, 0, 3, 1

    def mismatch(energy):
        values = edge_values(lattice, energy)
        return sign * values[first] * values[second] - target

    at_zero, at_pi = edges
    left, right = mismatch(at_zero), mismatch(at_pi)
    if left * right >= 0:  # theta is 0 or pi to rounding
        return at_zero if abs(left) < abs(right) else at_pi
    return optimize.brentq(mismatch, at_zero, at_pi, xtol=1e-13, rtol=1e-15)


def band_angle(lattice, edges, energy):
    """Inverse of band_energy inside the band, None outside."""
    if not min(edges) < energy < max(edges):
        return None
    c, dc, s, ds = edge_values(lattice, energy)
    return 2 * math.atan2(math.sqrt(abs(dc * s)), math.sqrt(abs(c * ds)))


def half_cell_nodes(width, count):
    """Gauss-Legendre nodes and weights on [0, width / 2]."""
    x, w = np.polynomial.legendre.leggauss(count)
    return width / 4 * (x + 1), width / 4 * w


class Wires:
    """Bands and normalised |psi|^2 of a superlattice; remembers every theta it has been asked."""

    def __init__(self, lattice, bands, accuracy):
        self.lattice = lattice
        self.edges = band_edges(lattice, bands)
        self.bands = bands
        self.accuracy = accuracy
        self.z_well, w_well = half_cell_nodes(lattice.well_width, accuracy.well_nodes)
        self.z_barrier, w_barrier = half_cell_nodes(lattice.barrier_width, accuracy.barrier_nodes)
        self.weights = 2 * np.concatenate([w_well, w_barrier])  # both halves of the cell
        self.seen = {}

    def solutions(self, energy):
        """Even and odd solution on the nodes of half a cell."""
        lat = self.lattice
        a2 = lat.well_mass * energy / KINETIC
        b2 = lat.barrier_mass * (energy - lat.barrier_height) / KINETIC
        c_well, s_well = even_odd(a2, self.z_well)
        cos_w, sin_w = even_odd(a2, lat.well_width / 2)
        cos_b, sin_b = even_odd(b2, self.z_barrier)
        r = lat.flux_ratio
        c = np.concatenate([c_well, cos_w * cos_b - r * a2 * sin_w * sin_b])
        s = np.concatenate([s_well, sin_w * cos_b + r * cos_w * sin_b])
        return c, s

    def density(self, energy):
        """|psi|^2 ~ (s s') c(z)^2 - (c c') s(z)^2, brackets at the cell edge; norm 1 per cell."""
        c, dc, s, ds = edge_values(self.lattice, energy)
        even, odd = self.solutions(energy)
        density = abs(s * ds) * even**2 + abs(c * dc) * odd**2
        return density / (self.weights @ density)

    def state(self, band, theta):
        """Energy, |psi|^2 and the upper triangle of |psi(z)|^2 |psi(z')|^2."""
        if (band, theta) not in self.seen:
            energy = band_energy(self.lattice, self.edges[band], theta)
            density = self.density(energy)
            pairs = np.outer(density, density)[self.triangle]
            self.seen[band, theta] = energy, density, pairs
        return self.seen[band, theta]

    @cached_property
    def triangle(self):
        """Indices of the upper triangle of a matrix over the z nodes."""
        return np.triu_indices(len(self.weights))

    def breaks(self, band, energies):
        """Sorted angles in (0, pi) at which E_n(theta) passes one of the energies."""
        angles = (band_angle(self.lattice, self.edges[band], e) for e in energies)
        return sorted({a for a in angles if a is not None})

    def theta_average(self, integrand, band, energies):
        """(1/pi) Int_0^pi integrand(theta) dtheta, adaptive, split at E_n(theta) in energies."""
        inner = self.breaks(band, energies)
        value, error, info = quad_vec(
            integrand,
            0.0,
            math.pi,
            epsabs=0.0,
            epsrel=self.accuracy.theta,
            norm="max",
            limit=20000,
            points=inner,
            full_output=True,
        )
        if not info.success and error > 100 * self.accuracy.theta * np.max(np.abs(value)):
            raise ArithmeticError(f"theta integral: {info.message}")
        return value / math.pi


def integrate(function, low, high, tolerance, points=None):
    """scipy.integrate.quad that raises where it misses the tolerance by a factor of 100."""
    if not high > low:
        return 0.0
    if points:
        points = [p for p in points if low < p < high] or None
    value, error, *_ = quad(
        function, low, high, epsabs=0.0, epsrel=tolerance, limit=500, points=points, full_output=1
    )
    if error > 100 * tolerance * abs(value):
        raise ArithmeticError(f"kx integral on [{low}, {high}]: {error / value}")
    return value


def inverse_xi(low, high, edge):
    """Int_low^high dxi / (2 |xi| sqrt(xi - edge)), closed; xi does not change sign, xi >= edge.

    With k = sqrt(xi - edge): +- Int dk / (k^2 + edge), an arctan or an artanh. Written so that
    neither |xi| << |edge| nor |edge| << |xi| cancels.
    """
    if not high > low:
        return 0.0
    k1, k2 = math.sqrt(low - edge), math.sqrt(high - edge)
    if edge > 0:
        q = math.sqrt(edge)
        return math.atan2(q * (k2 - k1), edge + k1 * k2) / q
    if edge == 0:
        return 1 / k1 - 1 / k2
    q = math.sqrt(-edge)
    chord = (k1 + k2) * abs(low * high - edge * (low + high))
    argument = q * (high - low) * (k1 * k2 - edge) / chord
    if argument < 0.5:
        return math.atanh(argument) / q
    sign = 1 if low > 0 else -1
    return sign * (0.5 * math.log(high / low) - math.log((k2 + q) / (k1 + q))) / q


def tanh_over(x):
    """tanh(x/2) / (2 x)."""
    return math.tanh(x / 2) / (2 * x) if abs(x) > 1e-8 else 0.25


def inner_window(edge, half, tolerance):
    """Int dy tanh(y/2) / (2 y sqrt(y - edge)), max(edge, -half) < y < half; y = xi/T."""
    if edge >= half:
        return 0.0
    if edge < -2 * half:

        def in_y(y):
            return tanh_over(y) / math.sqrt(y - edge)

        return integrate(in_y, -half, half, tolerance, points=[0.0])

    def in_k(k):
        return 2 * tanh_over(k * k + edge)

    start, stop = math.sqrt(max(0.0, -half - edge)), math.sqrt(half - edge)
    points = [math.sqrt(max(0.0, y - edge)) for y in (-8.0, 0.0, 8.0)]
    return integrate(in_k, start, stop, tolerance, points=points)


def pair_integral(edge, cutoff, temperature, tolerance):
    """J = Int dxi tanh(xi/2T) / (2 xi sqrt(xi - edge)) over max(edge, -w) < xi < w, T in meV."""
    if edge >= cutoff:
        return 0.0
    window = min(WINDOW * temperature, cutoff)
    inside = inner_window(edge / temperature, window / temperature, tolerance)
    above = inverse_xi(max(window, edge), cutoff, edge)
    below = inverse_xi(max(-cutoff, edge), -window, edge)
    return inside / math.sqrt(temperature) + above + below


def gapped_pair_integral(edge, cutoff, gap, tolerance):
    """Int dxi / (2 sqrt(xi^2 + gap^2) sqrt(xi - edge)) over max(edge, -w) < xi < w: T = 0.

    xi = gap sinh(u) away from the band edge, k = sqrt(xi - edge) near it.
    """
    if edge >= cutoff:
        return 0.0
    low = max(edge, -cutoff)
    switch = cutoff if edge > 0 else (low + cutoff) / 2
    if edge < -2 * cutoff:
        switch = low

    def in_k(k):
        return 1 / math.hypot(k * k + edge, gap)

    def in_u(u):
        return 0.5 / math.sqrt(gap * math.sinh(u) - edge)

    k_points = [math.sqrt(max(0.0, x - edge)) for x in (-10 * gap, -gap, 0.0, gap, 10 * gap)]
    near = integrate(in_k, math.sqrt(low - edge), math.sqrt(switch - edge), tolerance, k_points)
    u_low, u_high = math.asinh(switch / gap), math.asinh(cutoff / gap)
    return near + integrate(in_u, u_low, u_high, tolerance, points=[0.0])


class Model(NamedTuple):
    """Everything a gap equation needs: the wires, mu, the cutoff, couplings and F's prefactor."""

    wires: Wires
    mu: float
    cutoff: float
    couplings: np.ndarray
    prefactor: float


def couplings_matrix(bands, g, weak, exchange):
    """g_nn' with g_33 = g, the other diagonal entries weak, the off-diagonal ones exchange."""
    matrix = np.full((bands, bands), float(exchange))
    np.fill_diagonal(matrix, weak)
    matrix[2, 2] = g
    return matrix


@lru_cache(maxsize=64)
def height_for_dispersion(dispersion, widths, masses, flux_ratio):
    """Barrier height V at which the third band is `dispersion` wide."""

    def excess(height):
        lattice = Lattice(height, *widths, *masses, flux_ratio)
        bottom, top = band_edges(lattice, 3)[2]
        return top - bottom - dispersion

    return optimize.brentq(excess, 300.0, 9000.0, xtol=1e-10, rtol=1e-14)


@lru_cache(maxsize=4)
def wires_for(lattice, bands, accuracy):
    """Shared Wires, so that psi is computed once per theta for all temperatures."""
    return Wires(lattice, bands, accuracy)


def build_model(
    eta,
    g,
    *,
    dispersion=274.0,
    barrier_height=None,
    well_width=0.85,
    barrier_width=0.55,
    well_mass=0.86,
    barrier_mass=1.0,
    wire_mass=0.86,
    phonon_energy=330.0,
    softening=True,
    weak=0.1,
    exchange=0.1,
    matching="psi_prime",
    bands=3,
    accuracy=BASE,
):
    """Model at mu = E_L + eta DeltaE; barrier_height, if given, overrides dispersion."""
    flux_ratio = {"psi_prime": 1.0, "bendaniel_duke": barrier_mass / well_mass}[matching]
    widths, masses = (well_width, barrier_width), (well_mass, barrier_mass)
    if barrier_height is None:
        barrier_height = height_for_dispersion(dispersion, widths, masses, flux_ratio)
    wires = wires_for(Lattice(barrier_height, *widths, *masses, flux_ratio), bands, accuracy)
    bottom, top = wires.edges[2]
    return Model(
        wires,
        bottom + eta * (top - bottom),
        phonon_energy * (math.sqrt(1 - 2 * g) if softening else 1.0),
        couplings_matrix(bands, g, weak, exchange),
        2 / wires.lattice.period * math.sqrt(KINETIC / wire_mass),
    )


def is_idle(model, band):
    """Whether the whole band lies above mu + w, so that it does not pair."""
    return min(model.wires.edges[band]) >= model.mu + model.cutoff


def kernel(model, band, temperature):
    """Q_n(z, z') on the z nodes, T in meV."""
    wires = model.wires
    tolerance = wires.accuracy.kx
    matrix = np.zeros((len(wires.weights),) * 2)
    if is_idle(model, band):
        return matrix

    def integrand(theta):
        energy, _, pairs = wires.state(band, theta)
        return pairs * pair_integral(energy - model.mu, model.cutoff, temperature, tolerance)

    thermal = WINDOW * temperature
    offsets = (0.0, -model.cutoff, model.cutoff, -thermal, thermal)
    flat = wires.theta_average(integrand, band, [model.mu + x for x in offsets])
    matrix[wires.triangle] = flat
    matrix.T[wires.triangle] = flat
    return model.prefactor * wires.lattice.period * matrix


def largest_eigenvalue(model, temperature):
    """Largest eigenvalue of phi_n = Sum_m g_nm Q_n w phi_m, T in meV."""
    size = len(model.wires.weights)
    matrix = np.zeros((model.wires.bands, size, model.wires.bands, size))
    for n in range(model.wires.bands):
        block = kernel(model, n, temperature) * model.wires.weights
        for m in range(model.wires.bands):
            matrix[n, :, m, :] = model.couplings[n, m] * block
    flat = matrix.reshape((model.wires.bands * size,) * 2)
    return float(np.max(np.linalg.eigvals(flat).real))


def eigenvalue(T, eta, g, **options):
    """Largest eigenvalue of the linearised gap equation at T kelvin; it is 1 at Tc."""
    return largest_eigenvalue(build_model(eta, g, **options), BOLTZMANN * T)


def critical_temperature(eta, g, **options):
    """Tc in kelvin: the root of eigenvalue(T) = 1 in ln T. Options as in build_model."""
    model = build_model(eta, g, **options)

    def excess(log_t):
        return largest_eigenvalue(model, BOLTZMANN * math.exp(log_t)) - 1

    low, high = bracket(excess, math.log(30.0))
    return math.exp(optimize.brentq(excess, low, high, xtol=1e-11, rtol=1e-14))


def bracket(function, start):
    """Interval around the root of a falling function, found with steps of 3 in ln T."""
    step = 3.0 if function(start) > 0 else -3.0
    while function(start) * function(start + step) > 0:
        start += step
    return sorted((start, start + step))


def gaps(eta, g, **options):
    """Theta average of Delta_n in meV, n = 1..bands, at T = 0 and fixed mu.

    Delta_n(theta) = Sum_m g_nm d Int dz |psi_n,theta|^2 phi_m(z),
    phi_n(z) = Int dtheta/pi |psi_n,theta(z)|^2 F(E_n - mu, Delta_n) Delta_n, solved for phi.
    """
    model = build_model(eta, g, **options)
    wires = model.wires
    metric = wires.lattice.period * wires.weights

    def update(fields):
        mixed = model.couplings @ fields
        return np.array([field_of_band(model, n, metric * mixed[n]) for n in range(wires.bands)])

    seed = np.full((wires.bands, len(wires.weights)), model.cutoff / wires.lattice.period)
    fields = fixed_point(update, seed, rtol=10 * wires.accuracy.theta)
    mixed = model.couplings @ fields
    return [
        float((metric * mixed[n]) @ wires.theta_average(lambda t, n=n: wires.state(n, t)[1], n, ()))
        for n in range(wires.bands)
    ]


def field_of_band(model, band, weights):
    """phi_n(z) for Delta_n(theta) = weights . |psi_n,theta|^2."""
    wires = model.wires
    if is_idle(model, band):
        return np.zeros_like(weights)

    def integrand(theta):
        energy, density, _ = wires.state(band, theta)
        gap = weights @ density
        pair = gapped_pair_integral(energy - model.mu, model.cutoff, gap, wires.accuracy.kx)
        return density * (gap * pair)

    energies = [model.mu + x for x in (0.0, -model.cutoff, model.cutoff)]
    return model.prefactor * wires.theta_average(integrand, band, energies)


def fixed_point(update, start, rtol, depth=6):
    """Anderson-accelerated iteration x <- update(x), to a relative change rtol."""
    points, images = [start], [update(start)]
    for _ in range(100):
        residuals = np.array([(y - x).ravel() for x, y in zip(points, images, strict=True)])
        if np.max(np.abs(residuals[-1])) < rtol * np.max(np.abs(points[-1])):
            return images[-1]
        slopes = (residuals[-1] - residuals[:-1]).T
        mix = np.linalg.lstsq(slopes, residuals[-1], rcond=1e-12)[0] if len(points) > 1 else []
        shift = sum(c * (images[-1] - y) for c, y in zip(mix, images[:-1], strict=True))
        new = np.maximum(images[-1] - shift, 0.1 * images[-1])
        points, images = [*points[-depth:], new], [*images[-depth:], update(new)]
    raise ArithmeticError("the gap equation did not converge")


DEFAULTS = {
    "dispersion": 274.0,
    "well_width": 0.85,
    "barrier_width": 0.55,
    "well_mass": 0.86,
    "barrier_mass": 1.0,
    "wire_mass": 0.86,
    "phonon_energy": 330.0,
    "softening": True,
    "weak": 0.1,
    "exchange": 0.1,
    "matching": "psi_prime",
    "bands": 3,
}
CASE_B = {"dispersion": 145.0, "phonon_energy": 225.0}
DUKE = {"matching": "bendaniel_duke"}
HARD = {"softening": False}
TOUCH = math.sqrt(0.5) * 330 / 274  # softened cutoff / DeltaE of case A at g = 0.25

# (what the point tests, eta, g, options that differ from DEFAULTS)
POINTS = [
    ("A top of the dome, van Hove point", 1.0, 0.4, {}),
    ("A van Hove point", 1.0, 0.25, {}),
    ("A van Hove point, weak", 1.0, 0.1, {}),
    ("A inside the dome", 0.5, 0.33, {}),
    ("A far side", 2.0, 0.1, {}),
    ("A far side, soft", 2.0, 0.49, {}),
    ("A band edge", 0.0, 0.25, {}),
    ("A just above the band edge", 1e-6, 0.25, {}),
    ("A just below the band edge", -1e-6, 0.25, {}),
    ("A band edge, strong", 0.0, 0.4, {}),
    ("A antiresonance", -0.27, 0.25, {}),
    ("A antiresonance of the paper", -0.34, 0.25, {}),
    ("A antiresonance, weak", -0.3, 0.1, {}),
    ("A antiresonance, strong", -0.3, 0.4, {}),
    ("A antiresonance, band 3 outside the cutoff", -0.3, 0.49, {}),
    ("A far below", -1.0, 0.1, {}),
    ("A far below, soft", -1.0, 0.49, {}),
    ("A lower cutoff at the edge of band 3", TOUCH, 0.25, {}),
    ("A upper cutoff at the edge of band 3", -TOUCH, 0.25, {}),
    ("A upper cutoff at the top of band 3", 1 - TOUCH, 0.25, {}),
    ("B top of the dome", 0.8, 0.4, CASE_B),
    ("B van Hove point", 1.0, 0.4, CASE_B),
    ("B antiresonance", -0.3, 0.25, CASE_B),
    ("B band edge", 0.0, 1 / 3, CASE_B),
    ("A current-conserving, top", 1.0, 0.4, DUKE),
    ("A current-conserving, antiresonance", -0.3, 0.25, DUKE),
    ("B current-conserving", 0.8, 1 / 3, CASE_B | DUKE),
    ("A fixed cutoff, top", 1.0, 0.4, HARD),
    ("A fixed cutoff, antiresonance", -0.3, 0.4, HARD),
    (
        "A other couplings and wire mass",
        0.6,
        0.3,
        {"weak": 0.15, "exchange": 0.04, "wire_mass": 1.0},
    ),
]
GAPS = [
    ("A top of the dome", 1.0, 0.4, {}),
    ("A inside the dome", 0.25, 0.25, {}),
    ("B inside the dome", 0.75, 1 / 3, CASE_B),
    ("A antiresonance", -0.3, 0.25, {}),
]
HEADER = """\
# Reference values of the superstripes model from tests/oracle/brute_superstripes.py, an adaptive
# integration that shares no code with the package.
# `python tests/oracle/brute_superstripes.py` rewrites this file.
#
# critical_temperature: K. gaps: meV, theta averages of Delta_1..Delta_3 at T = 0 and fixed mu.
# barrier_height: meV, the one that gives band 3 the width `dispersion`.
# `options` are the parameters that differ from [defaults].
# uncertainty: relative; ten times the change when all tolerances are 10 to 100 times tighter with
# 1.5 times as many nodes in z, and at least 1e-8 (gaps: 1e-7) for the physical constants.
"""


def toml_value(value):
    """A bool, number, string, list or dict in TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {toml_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def toml_table(heading, entries):
    """One TOML table."""
    lines = [f"{key} = {toml_value(value)}" for key, value in entries.items()]
    return "\n".join(["", heading, *lines, ""])


def computed(function, points, name, floor):
    """Table rows with the value at TIGHT accuracy and its change from BASE."""
    for label, eta, g, options in points:
        arguments = DEFAULTS | options
        value = function(eta, g, **arguments, accuracy=TIGHT)
        coarse = function(eta, g, **arguments)
        change = float(np.max(np.abs(np.array(coarse) / np.array(value) - 1)))
        print(f"{label}: {value} ({change:.1e})", flush=True)
        yield {
            "label": label,
            "eta": eta,
            "g": g,
            "options": options,
            "barrier_height": build_model(eta, g, **arguments).wires.lattice.barrier_height,
            name: value,
            "uncertainty": max(floor, float(f"{10 * change:.1e}")),
        }


def write_reference():
    """Recompute all reference points."""
    text = HEADER + toml_table("[defaults]", DEFAULTS)
    for row in computed(critical_temperature, POINTS, "critical_temperature", 1e-8):
        text += toml_table("[[point]]", row)
    for row in computed(gaps, GAPS, "gaps", 1e-7):
        text += toml_table("[[gap]]", row)
    REFERENCE.write_text(text)


if __name__ == "__main__":
    write_reference()
