"""Exchange energies against closed forms of hydrogen, helium and Gaussians, and their symmetries.

The closed forms for two hydrogen atoms are verified here by quadrature in prolate spheroidal
coordinates. Lengths and energies of this file are atomic units.
"""

from dataclasses import replace
from math import erf, exp, pi, sqrt

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad, quad

from pairlab.electrons.orbitals.exchange import (
    COULOMB,
    ExchangeEnergies,
    Grid,
    Nuclei,
    Parts,
    exchange_energies,
)
from pairlab.errors import InputError
from pairlab.units import HBAR2_OVER_2M

BOHR = 2 * HBAR2_OVER_2M / COULOMB
HARTREE = COULOMB / BOHR
PROMISE = 1e-4  # hartree, on the grid that the documentation states
STATED = Grid.centred(160, 22.4 / 160 * BOHR)


def cube(points, edge):
    return Grid.centred(points, edge / points * BOHR)


def nuclei(charges, positions):
    return Nuclei(np.array(charges, float), np.array(positions, float) * BOHR)


def slater(grid, exponent, position):
    return np.exp(-exponent * grid.distance(np.array(position) * BOHR) / BOHR)


def totals(energies):
    """S, D, J, singlet, triplet in atomic units."""
    found = (energies.direct.total, energies.exchange.total, energies.singlet, energies.triplet)
    return np.array([energies.overlap, *(e / HARTREE for e in found)])


def estimates(energies):
    """The error estimates of what `totals` returns."""
    errors = energies.errors
    found = (errors.direct, errors.exchange, energies.singlet_error, energies.triplet_error)
    return np.array([errors.overlap, *(e / HARTREE for e in found)])


# Two hydrogen atoms


def hydrogen_integrals(r):
    """S, <a|1/r_b|a>, <a|1/r_b|b>, (aa|bb), (ab|ab) of 1s orbitals; the last is Sugiura's."""
    r = mpmath.mpf(r)
    e = mpmath.exp(-r)
    s = e * (1 + r + r**2 / 3)
    opposite = (1 - r + r**2 / 3) / e
    near = 1 / r - e**2 * (1 + 1 / r)
    shared = e * (1 + r)
    coulomb = 1 / r - e**2 * (1 / r + mpmath.mpf(11) / 8 + 3 * r / 4 + r**2 / 6)
    logarithm = s**2 * (mpmath.euler + mpmath.log(r))
    integrals = opposite**2 * mpmath.ei(-4 * r) - 2 * s * opposite * mpmath.ei(-2 * r)
    polynomial = -mpmath.mpf(25) / 8 + 23 * r / 4 + 3 * r**2 + r**3 / 3
    exchange = (-(e**2) * polynomial + 6 / r * (logarithm + integrals)) / 5
    return [float(x) for x in (s, near, shared, coulomb, exchange)]


def hydrogen_molecule(r):
    """Parts of D and of J, and S: h_aa = -1/2 - <a|1/r_b|a>, T_ab = -S/2 + <a|1/r_b|b>."""
    s, near, shared, coulomb, exchange = hydrogen_integrals(r)
    direct = [1.0, -2 * (1 + near), coulomb]
    return s, direct, [2 * s * (shared - s / 2), -4 * s * shared, exchange]


def expected(r):
    """What `totals` finds for two hydrogen atoms."""
    s, direct, exchange = hydrogen_molecule(r)
    d, j = sum(direct), sum(exchange)
    return np.array([s, d, j, (d + j) / (1 + s**2), (d - j) / (1 - s**2)])


def hydrogen_pair(grid, r, offset):
    """Two atoms along x, the middle of the bond moved off a grid point by `offset` spacings."""
    middle = np.array(offset) * grid.spacing / BOHR
    places = middle + np.array([[-r / 2, 0, 0], [r / 2, 0, 0]])
    orbitals = [slater(grid, 1.0, place) for place in places]
    return exchange_energies(grid, orbitals, nuclei=nuclei([1, 1], places))


def spheroidal(r, integrand):
    """Int f(xi, eta) d^3r about foci at a distance r: r_a, r_b = r (xi +- eta)/2."""
    value, _ = dblquad(
        lambda eta, xi: integrand(xi, eta) * (xi**2 - eta**2), 1, 1 + 45 / r, -1, 1,
        epsabs=1e-12, epsrel=1e-12,
    )  # fmt: skip
    return value * r**3 / 8 * 2 * pi


def sugiura_by_neumann(r):
    """(ab|ab) from Neumann's expansion of 1/r12, of which ab = e^(-r xi)/pi needs l = 0 and 2."""

    def first_kind(order, x):
        return 1.0 if order == 0 else (3 * x**2 - 1) / 2

    def second_kind(order, x):
        q0 = np.log((x + 1) / (x - 1)) / 2
        return q0 if order == 0 else (3 * x**2 - 1) / 2 * q0 - 3 * x / 2

    def angular(order, x):  # Int (x^2 - eta^2) P_order(eta) d eta
        return 2 * x**2 - 2 / 3 if order == 0 else -4 / 15

    total = 0.0
    for order in (0, 2):

        def inside(x, order=order):
            def integrand(y):
                return exp(-r * y) * angular(order, y) * first_kind(order, y)

            return quad(integrand, 1, x, epsabs=1e-13, epsrel=1e-12)[0]

        def outside(x, order=order, inside=inside):
            return exp(-r * x) * angular(order, x) * second_kind(order, x) * inside(x)

        pieces = [(1.0, 1.5), (1.5, 4.0), (4.0, 4 + 30 / r)]
        ordered = sum(quad(outside, *ends, epsabs=1e-12, epsrel=1e-10)[0] for ends in pieces)
        total += (2 * order + 1) * 2 * ordered
    return total * (2 / r) * (2 * pi * r**3 / 8 / pi) ** 2


@pytest.mark.parametrize("r", [0.7, 1.4, 3.0])
def test_closed_forms_of_hydrogen_agree_with_quadrature(r):
    def potential(distance):  # of the density of a 1s orbital
        return 1 / distance - exp(-2 * distance) * (1 + 1 / distance)

    found = [
        spheroidal(r, lambda xi, eta: exp(-r * xi) / pi),
        spheroidal(r, lambda xi, eta: exp(-r * (xi + eta)) / pi * 2 / r / (xi - eta)),
        spheroidal(r, lambda xi, eta: exp(-r * xi) / pi * 2 / r / (xi - eta)),
        spheroidal(
            r, lambda xi, eta: exp(-r * (xi + eta)) / pi * potential(r * (xi - eta) / 2)
        ),
        sugiura_by_neumann(r),
    ]  # fmt: skip
    np.testing.assert_allclose(found, hydrogen_integrals(r), rtol=0, atol=1e-8)


def test_the_bond_of_heitler_and_london():
    """Their binding energy, 3.14 eV at 1.64 bohr (Sugiura 1927), comes out of the closed forms."""
    distances = np.linspace(1.5, 1.8, 61)
    bonds = [-1 - (expected(r)[3] + 1 / r) for r in distances]
    best = int(np.argmax(bonds))
    assert distances[best] == pytest.approx(1.64, abs=0.01)
    assert bonds[best] * 27.2114 == pytest.approx(3.14, abs=0.02)


@pytest.mark.parametrize("offset", [(0, 0, 0), (0.5, 0.5, 0.5), (0.31, 0.12, 0.43)])
def test_hydrogen_molecule_on_the_stated_grid(offset):
    energies = hydrogen_pair(STATED, 1.4, offset)
    exact = expected(1.4)
    assert np.all(abs(totals(energies) - exact) < PROMISE)
    assert np.all(abs(totals(energies) - exact) < estimates(energies))
    _, direct, exchange = hydrogen_molecule(1.4)
    for parts, values in ((energies.direct, direct), (energies.exchange, exchange)):
        found = np.array([parts.kinetic, parts.external, parts.repulsion]) / HARTREE
        np.testing.assert_allclose(found, values, rtol=0, atol=PROMISE)


@pytest.mark.parametrize("offset", [(0, 0, 0), (0.31, 0.12, 0.43)])
@pytest.mark.parametrize("r", [1.0, 1.4, 3.0])
def test_hydrogen_molecule_at_several_distances(r, offset):
    energies = hydrogen_pair(cube(112, 22.4), r, offset)
    deviation = abs(totals(energies) - expected(r))
    assert np.all(deviation < estimates(energies))
    assert np.all(deviation[:4] < PROMISE)
    assert deviation[4] < PROMISE / (1 - expected(r)[0] ** 2)


def test_atoms_far_apart_do_not_exchange():
    found = [hydrogen_pair(cube(128, 20 + 2 * r), r, (0.2, 0.4, 0.1)) for r in (6.0, 9.0)]
    for r, energies in zip((6.0, 9.0), found, strict=True):
        assert np.all(abs(totals(energies) - expected(r)) < estimates(energies))
    overlaps, exchanges = np.array([totals(e)[[0, 2]] for e in found]).T
    assert 0 < overlaps[1] < overlaps[0] / 10 < 0.006
    assert 0 < -exchanges[1] < -exchanges[0] / 10 < 1e-3
    assert abs(found[1].binding) < 1e-5 * HARTREE
    # What the missing norm adds is S^2 times the energy, and is no longer small beside the rest.
    excess = found[0].paper_binding - found[0].binding
    norm = found[0].overlap ** 2
    assert excess == pytest.approx(-norm * found[0].singlet, rel=1e-9)


@pytest.mark.parametrize("offset", [(0, 0, 0), (0.31, 0.12, 0.43)])
def test_cusps_are_known_to_fourth_order(offset):
    errors = []
    for points in (64, 128):
        found = hydrogen_pair(cube(points, 22.4), 1.4, offset)
        errors.append(abs(totals(found) - expected(1.4))[1:])
    assert np.all(errors[1] < errors[0] / 2**4 + 2e-6)  # what the box leaves out is in the 2e-6


# One atom


@pytest.mark.parametrize("exponent", [2.0, 27 / 16])
@pytest.mark.parametrize("offset", [0.0, 0.37])
def test_two_electrons_in_one_orbital_of_helium(exponent, offset):
    grid = cube(160, 12.0)
    place = np.array([offset, -offset, offset / 2]) * grid.spacing / BOHR
    orbital = slater(grid, exponent, place)
    energies = exchange_energies(grid, (orbital, orbital), nuclei=nuclei([2], [place]))
    energy = exponent**2 - 4 * exponent + 5 * exponent / 8
    assert energies.overlap == 1.0
    assert energies.direct.repulsion / HARTREE == pytest.approx(5 * exponent / 8, abs=1e-5)
    assert energies.direct.total / HARTREE == pytest.approx(energy, abs=PROMISE)
    assert abs(energies.direct.total / HARTREE - energy) < estimates(energies)[1]
    assert energies.exchange.total == pytest.approx(energies.direct.total, rel=1e-13)
    assert energies.singlet == pytest.approx(energies.direct.total, rel=1e-13)
    assert energies.paper_singlet == pytest.approx(2 * energies.direct.total, rel=1e-13)
    assert energies.binding == pytest.approx(0.0, abs=1e-9 * HARTREE)
    assert np.isnan([energies.triplet, energies.splitting, energies.triplet_error]).all()


def test_triplet_exists_as_soon_as_the_orbitals_differ():
    parts = Parts(-1.0, 0.0, 0.0)
    for overlap, exists in ((np.sqrt(1 - 2e-8), True), (np.sqrt(1 - 0.5e-8), False)):
        energies = replace(SMOOTH_PAIR, overlap=float(overlap), direct=parts)
        assert np.isfinite(energies.triplet) is np.bool_(exists)


def test_the_estimate_holds_for_orbitals_of_any_width():
    """One orbital at a nucleus, beside another nucleus: D and its error estimate."""
    for exponent, edge, points in ((0.7, 30.0, 80), (1.3, 18.0, 96), (2.1, 14.0, 80)):
        grid = cube(points, edge)
        first = np.array([0.3, 0.1, -0.2]) * grid.spacing / BOHR
        places = [first, first + np.array([0.0, 1.1, 0.6])]
        orbital = slater(grid, exponent, first)
        found = exchange_energies(grid, (orbital, orbital), nuclei=nuclei([2, 1], places))
        r = np.hypot(1.1, 0.6)
        other = (1 - exp(-2 * exponent * r) * (1 + exponent * r)) / r
        energy = 2 * (exponent**2 / 2 - 2 * exponent - other) + 5 * exponent / 8
        assert abs(totals(found)[1] - energy) < estimates(found)[1] < 0.05


# Gaussians: no cusps, every integral in closed form


def boys(t):
    return sqrt(pi / t) / 2 * erf(sqrt(t)) if t > 1e-12 else 1 - t / 3


def gaussian_product(first, second):
    """Exponent, centre and prefactor of the product of two Gaussians (exponent, centre)."""
    p = first[0] + second[0]
    centre = (first[0] * first[1] + second[0] * second[1]) / p
    distance = np.sum((first[1] - second[1]) ** 2)
    return p, centre, exp(-first[0] * second[0] / p * distance)


def gaussian_energies(first, second, charges, places):
    """S and the parts of D and J for normalised Gaussians (exponent, centre)."""

    def norm(*orbitals):
        return np.prod([(2 * o[0] / pi) ** 0.75 for o in orbitals])

    def overlap(a, b):
        p, _, k = gaussian_product(a, b)
        return norm(a, b) * k * (pi / p) ** 1.5

    def kinetic(a, b):
        reduced = a[0] * b[0] / (a[0] + b[0])
        return reduced * (3 - 2 * reduced * np.sum((a[1] - b[1]) ** 2)) * overlap(a, b)

    def attraction(a, b):
        p, centre, k = gaussian_product(a, b)
        fields = [boys(p * np.sum((centre - place) ** 2)) for place in places]
        return -norm(a, b) * k * 2 * pi / p * np.dot(charges, fields)

    def repulsion(a, b, c, d):
        (p, left, k), (q, right, m) = gaussian_product(a, b), gaussian_product(c, d)
        t = p * q / (p + q) * np.sum((left - right) ** 2)
        return norm(a, b, c, d) * k * m * 2 * pi**2.5 / (p * q * sqrt(p + q)) * boys(t)

    s = overlap(first, second)
    direct = [f(first, first) + f(second, second) for f in (kinetic, attraction)]
    exchange = [2 * s * f(first, second) for f in (kinetic, attraction)]
    direct.append(repulsion(first, first, second, second))
    return s, direct, [*exchange, repulsion(first, second, first, second)]


def gaussian(grid, exponent, centre):
    return np.exp(-exponent * (grid.distance(np.array(centre) * BOHR) / BOHR) ** 2)


def in_hartree(parts):
    return np.array([parts.kinetic, parts.external, parts.repulsion]) / HARTREE


@pytest.mark.parametrize("shift", [(0.0, 0.0, 0.0), (0.07, 0.11, -0.04)])
def test_gaussians_carry_nine_digits(shift):
    grid = cube(96, 20.0)
    first, second = (1.1, np.array([0.4, 0.0, -0.3]) + shift), (0.8, np.array(shift))
    places = np.array([[0.0, 0.5, 0.2], [-0.6, 0.1, 0.0], [0.3, 0.3, 1.0]])
    charges = np.array([1.0, 2.0, -0.5])
    orbitals = [gaussian(grid, *first), 3.7 * gaussian(grid, *second)]
    found = exchange_energies(grid, orbitals, nuclei=nuclei(charges, places))
    s, direct, exchange = gaussian_energies(first, second, charges, places)
    assert found.overlap == pytest.approx(s, abs=1e-10)
    np.testing.assert_allclose(in_hartree(found.direct), direct, rtol=0, atol=1e-9)
    np.testing.assert_allclose(in_hartree(found.exchange), exchange, rtol=0, atol=1e-9)


SMALL = Grid((32, 36, 40), 0.5 * BOHR, (-8 * BOHR, -9 * BOHR, -10 * BOHR))
SMOOTH_PAIR = exchange_energies(
    SMALL, (gaussian(SMALL, 0.5, (0.3, 0, 0)), gaussian(SMALL, 0.4, (0, 0.5, 0)))
)


def test_an_external_potential_on_the_grid():
    """A parabola: <x^2> = 1/(4 alpha) + centre^2, and an oblong box."""
    centres = np.array([[0.3, 0.0, 0.0], [0.0, 0.5, 0.0]])
    exponents = (0.5, 0.4)
    parabola = 0.02 * HARTREE * (SMALL.distance((0.0, 0.0, 0.0)) / BOHR) ** 2
    orbitals = [gaussian(SMALL, a, c) for a, c in zip(exponents, centres, strict=True)]
    found = exchange_energies(SMALL, orbitals, potential=parabola)
    direct = sum(0.02 * (3 / (4 * a) + c @ c) for a, c in zip(exponents, centres, strict=True))
    middle = (exponents[0] * centres[0] + exponents[1] * centres[1]) / 0.9
    exchange = 2 * found.overlap**2 * 0.02 * (3 / (2 * 0.9) + middle @ middle)
    assert found.direct.external / HARTREE == pytest.approx(direct, abs=1e-9)
    assert found.exchange.external / HARTREE == pytest.approx(exchange, abs=1e-9)
    assert found.direct.repulsion == pytest.approx(SMOOTH_PAIR.direct.repulsion, rel=1e-12)


def p_orbital_repulsions(exponent):
    """(xx|xx), (xx|yy), (xy|xy) of x e^(-alpha r^2) and y e^(-alpha r^2), from their transforms.

    With p = 2 alpha, x^2 -> (1/(2p) - k_x^2/(4p^2)) and x y -> -k_x k_y/(4p^2), each times
    (pi/p)^(3/2) e^(-k^2/(4p)); averages over directions: k_x^2 1/3, k_x^4 1/5, k_x^2 k_y^2 1/15.
    """
    p = 2 * exponent
    norm = ((2 * exponent / pi) ** 0.75 * 2 * sqrt(exponent)) ** 4 * (pi / p) ** 3

    def radial(power):  # (1/(2 pi)^3) Int 4 pi k^2 dk (4 pi/k^2) k^power e^(-k^2/(2p))
        return 2 / pi * quad(lambda k: k**power * exp(-(k**2) / (2 * p)), 0, 14 * sqrt(p))[0]

    constant, linear = radial(0) / (4 * p**2), radial(2) / (4 * p**3) / 3
    xxxx = constant - linear + radial(4) / (16 * p**4) / 5
    xxyy = constant - linear + radial(4) / (16 * p**4) / 15
    return [norm * value for value in (xxxx, xxyy, radial(4) / (16 * p**4) / 15)]


def p_orbitals(grid, exponent):
    x, y, _ = (axis / BOHR for axis in grid.axes)
    radial = gaussian(grid, exponent, (0.0, 0.0, 0.0))
    return x * radial, y * radial


def test_hund_orthogonal_orbitals():
    """S = 0: J is the exchange integral alone, positive, and both normalisations agree."""
    exponent = 0.6
    grid = cube(64, 18.0)
    found = exchange_energies(grid, p_orbitals(grid, exponent), nuclei=nuclei([3], [[0, 0, 0]]))
    _, xxyy, xyxy = p_orbital_repulsions(exponent)
    assert found.overlap == pytest.approx(0.0, abs=1e-14)
    assert found.exchange.total / HARTREE == pytest.approx(xyxy, abs=1e-9)
    assert found.direct.repulsion / HARTREE == pytest.approx(xxyy, abs=1e-9)
    assert found.direct.kinetic / HARTREE == pytest.approx(5 * exponent, abs=1e-9)
    assert found.splitting < 0 < xyxy  # the triplet lies lower
    assert found.singlet == pytest.approx(found.paper_singlet, rel=1e-12)
    assert found.triplet == pytest.approx(found.paper_triplet, rel=1e-12)
    assert found.splitting == pytest.approx(found.paper_splitting, rel=1e-9)


def test_complex_orbitals_are_conjugated_where_they_must_be():
    """p_x + i p_y and p_x - i p_y: J = 2 (xy|xy), D = (xx|xx)/2 + (xx|yy)/2."""
    exponent = 0.6
    grid = cube(48, 18.0)
    x, y = p_orbitals(grid, exponent)
    xxxx, xxyy, xyxy = p_orbital_repulsions(exponent)
    assert xxxx - xxyy == pytest.approx(2 * xyxy, rel=1e-9)
    opposite = exchange_energies(grid, (x + 1j * y, x - 1j * y))
    assert opposite.overlap == pytest.approx(0.0, abs=1e-14)
    assert opposite.exchange.total / HARTREE == pytest.approx(2 * xyxy, abs=1e-9)
    assert opposite.direct.repulsion / HARTREE == pytest.approx((xxxx + xxyy) / 2, abs=1e-9)
    same = exchange_energies(grid, (x + 1j * y, x + 1j * y))
    assert same.overlap == pytest.approx(1.0, abs=1e-12)
    assert same.exchange.total == pytest.approx(same.direct.total, rel=1e-12)


def test_a_common_momentum_adds_its_kinetic_energy_alone():
    """Eq. 2.12: <1|-nabla^2|2> of e^(ikx) psi gains k^2 S, so D gains 2 k^2/2 and J S^2 as much."""
    x, _, _ = (axis / BOHR for axis in SMALL.axes)
    orbitals = (gaussian(SMALL, 0.5, (0.3, 0, 0)), gaussian(SMALL, 0.4, (0, 0.5, 0)))
    moving = exchange_energies(SMALL, [np.exp(0.7j * x) * orbital for orbital in orbitals])
    gain = 0.7**2 * HARTREE
    assert moving.overlap == pytest.approx(SMOOTH_PAIR.overlap, rel=1e-12)
    direct = SMOOTH_PAIR.direct.total + gain
    assert moving.direct.total == pytest.approx(direct, abs=1e-9 * HARTREE)
    assert moving.singlet == pytest.approx(SMOOTH_PAIR.singlet + gain, abs=1e-9 * HARTREE)
    exchange = SMOOTH_PAIR.exchange.total + SMOOTH_PAIR.overlap**2 * gain
    assert moving.exchange.total == pytest.approx(exchange, abs=1e-9 * HARTREE)


def test_mass_and_permittivity_scale_their_parts():
    orbitals = (gaussian(SMALL, 0.5, (0.3, 0, 0)), gaussian(SMALL, 0.4, (0, 0.5, 0)))
    charge = nuclei([1], [[0, 0, 0]])
    bare = exchange_energies(SMALL, orbitals, nuclei=charge)
    found = exchange_energies(SMALL, orbitals, nuclei=charge, mass=0.25, relative_permittivity=5.0)
    for part, whole in ((found.direct, bare.direct), (found.exchange, bare.exchange)):
        assert part.kinetic == pytest.approx(4 * whole.kinetic, rel=1e-12)
        assert part.external == pytest.approx(whole.external, rel=1e-12)
        assert part.repulsion == pytest.approx(whole.repulsion / 5, rel=1e-12)


# The paper's claims


@pytest.mark.parametrize("offset", [-3.7, 1.2])
def test_the_zero_of_energy_moves_the_paper_s_singlet_by_too_much(offset):
    """V + c: D gains 2c, J gains 2c S^2, the singlet 2c; the paper's D + J gains 2c (1 + S^2)."""
    grid = cube(64, 20.0)
    places = np.array([[-0.7, 0.1, 0.0], [0.7, 0.1, 0.0]])
    orbitals = [slater(grid, 1.0, place) for place in places]
    charges = nuclei([1, 1], places)
    bare = exchange_energies(grid, orbitals, nuclei=charges)
    constant = np.full(grid.points, offset * HARTREE)
    moved = exchange_energies(grid, orbitals, nuclei=charges, potential=constant)
    norm, gain = bare.overlap**2, 2 * offset * HARTREE
    exact = {"abs": 1e-10 * HARTREE}
    assert moved.direct.total - bare.direct.total == pytest.approx(gain, **exact)
    assert moved.exchange.total - bare.exchange.total == pytest.approx(norm * gain, **exact)
    assert moved.singlet - bare.singlet == pytest.approx(gain, **exact)
    assert moved.triplet - bare.triplet == pytest.approx(gain, **exact)
    assert moved.binding == pytest.approx(bare.binding, **exact)
    assert moved.paper_singlet - bare.paper_singlet == pytest.approx((1 + norm) * gain, **exact)
    # J is negative; counted from a zero that lies 1.2 hartree lower it is positive.
    assert bare.exchange.total < 0
    assert np.sign(moved.exchange.total) == np.sign(offset)


def test_exchange_equals_the_energy_at_full_overlap_and_gains_nothing_there():
    """Eq. 2.9 holds, J -> D; with the norm what is gained vanishes as S -> 1."""
    gains = []
    for r in (1.4, 0.7, 0.3):
        s, direct, exchange = hydrogen_molecule(r)
        found = ExchangeEnergies(s, Parts(*direct), Parts(*exchange), SMOOTH_PAIR.errors)
        assert found.binding == pytest.approx(
            (s**2 * sum(direct) - sum(exchange)) / (1 + s**2), rel=1e-12
        )
        gains.append((found.binding, found.paper_binding, found.direct.total))
    distances = np.linspace(1.2, 1.6, 81)
    forms = np.array([expected(r) for r in distances])
    best = int(np.argmax(forms[:, 1] - forms[:, 3]))
    assert (distances[best], forms[best, 0]) == pytest.approx((1.38, 0.76), abs=0.005)
    binding, paper, direct = np.array(gains).T
    assert np.all(np.diff(binding) < 0)
    assert binding[-1] < 0.03
    assert np.all(np.diff(paper) > 0)
    assert abs(paper[-1] / direct[-1] + 1) < 0.02


# Symmetries


complex_numbers = st.complex_numbers(min_magnitude=0.2, max_magnitude=2.0)
orbital_shapes = st.tuples(
    st.floats(0.35, 0.6), complex_numbers, st.complex_numbers(max_magnitude=2.0),
    st.complex_numbers(max_magnitude=2.0),
)  # fmt: skip
TINY = Grid.centred(20, 0.9 * BOHR)


def tiny_orbital(shape):
    exponent, s, px, pz = shape
    x, _, z = (axis / BOHR for axis in TINY.axes)
    return (s + px * x + pz * z) * gaussian(TINY, exponent, (0.2, -0.1, 0.0))


def tiny(orbitals, shift=(0, 0, 0)):
    """Energies with a nucleus and a potential, all moved by whole grid points."""
    place = np.array([[0.31, 0.4, -0.2]]) + 0.9 * np.array(shift)
    potential = 50.0 * TINY.distance((0.02, 0.0, 0.0))
    moved = [np.roll(array, shift, axis=(0, 1, 2)) for array in (*orbitals, potential)]
    return exchange_energies(TINY, moved[:2], nuclei=nuclei([1], place), potential=moved[2])


def close(one, other):
    scale = abs(one.direct.kinetic) + abs(one.direct.external) + abs(one.direct.repulsion)
    assert one.overlap == pytest.approx(other.overlap, abs=1e-10)
    for mine, theirs in ((one.direct, other.direct), (one.exchange, other.exchange)):
        difference = in_hartree(mine) - in_hartree(theirs)
        assert np.all(abs(difference) < 1e-10 * scale / HARTREE)


@given(orbital_shapes, orbital_shapes, st.floats(0, 2 * pi), st.floats(1e-3, 1e3))
def test_nothing_depends_on_phases_norms_and_names(one, two, phase, norm):
    first, second = tiny_orbital(one), tiny_orbital(two)
    found = tiny((first, second))
    assert 0 <= found.overlap <= 1
    assert isinstance(found.exchange.total, float)
    if found.overlap < 0.999:
        decides = found.overlap**2 * found.direct.total - found.exchange.total
        splitting = 2 * decides / (1 - found.overlap**4)
        assert found.splitting == pytest.approx(splitting, rel=1e-6, abs=1e-9 * HARTREE)
    close(found, tiny((second, first)))
    close(found, tiny((norm * np.exp(1j * phase) * first, second)))
    close(found, tiny((first, -1j / norm * second)))
    close(found, tiny((first.conj(), second.conj())))
    again = tiny((np.exp(1j * phase) * first, second))
    assert again.errors.direct == pytest.approx(found.errors.direct, rel=1e-6)
    assert again.errors.exchange == pytest.approx(found.errors.exchange, rel=1e-6)


@settings(max_examples=5)
@given(orbital_shapes, orbital_shapes, st.tuples(*[st.integers(-1, 1)] * 3))
def test_translation_by_whole_grid_points_changes_nothing(one, two, shift):
    orbitals = tiny_orbital(one), tiny_orbital(two)
    close(tiny(orbitals), tiny(orbitals, shift))


# What the box leaves out, and input


def test_a_narrow_box_is_as_wrong_as_its_estimate():
    """Electrons far from each other, and from a nucleus at (3, 0, 0)."""
    first, second = ((0.5, np.array([-1.0, 0, 0])), (0.4, np.array([0, 0.5, 0])))
    place = np.array([[3.0, 0.0, 0.0]])
    _, direct, exchange = gaussian_energies(first, second, [1.0], place)
    for points in (26, 28):
        grid = Grid.centred(points, 0.5 * BOHR)
        orbitals = [gaussian(grid, *first), gaussian(grid, *second)]
        found = exchange_energies(grid, orbitals, nuclei=nuclei([1], place))
        lost = abs(in_hartree(found.direct) - direct)
        assert lost[1:].sum() < found.errors.distant / HARTREE
        assert lost.sum() < found.errors.direct / HARTREE
        assert abs(in_hartree(found.exchange) - exchange).sum() < found.errors.exchange / HARTREE


def broken(at):
    values = gaussian(SMALL, 0.5, (0, 0, 0))
    values[at] = np.nan
    return values


GOOD = gaussian(SMALL, 0.5, (0, 0, 0))
CUBE = cube(48, 24.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Grid((32, 33, 32), 0.1, (0.0, 0.0, 0.0)), "even number of points"),
        (lambda: Grid((32, 14, 32), 0.1, (0.0, 0.0, 0.0)), "at least 16"),
        (lambda: Grid((32, 32, 32), 0.0, (0.0, 0.0, 0.0)), "spacing"),
        (lambda: Grid((32, 32, 32), np.inf, (0.0, 0.0, 0.0)), "spacing"),
        (lambda: Grid((32, 32, 32), 0.1, (0.0, np.nan, 0.0)), "finite position"),
        (lambda: Nuclei([1.0], np.zeros(3)), "three coordinates"),
        (lambda: Nuclei([1.0, 2.0], np.zeros((1, 3))), "three coordinates"),
        (lambda: Nuclei(np.zeros(0), np.zeros((0, 3))), "A > 0"),
        (lambda: Nuclei([np.inf], np.zeros((1, 3))), "finite numbers"),
        (lambda: Nuclei([1.0], np.full((1, 3), np.nan)), "finite numbers"),
        (lambda: exchange_energies(SMALL, (GOOD,)), "1 orbitals"),
        (lambda: exchange_energies(SMALL, (GOOD, 0 * GOOD)), "orbital 2 is zero everywhere"),
        (lambda: exchange_energies(SMALL, (broken((3, 4, 5)), GOOD)), "orbital 1 is not finite"),
        (lambda: exchange_energies(SMALL, (GOOD, GOOD[1:])), "orbital 2 has the shape"),
        (lambda: exchange_energies(SMALL, (GOOD, GOOD + 0.01)), "on a face of the box"),
        (lambda: exchange_energies(SMALL, (GOOD, GOOD), potential=GOOD[1:]), "potential has the"),
        (lambda: exchange_energies(SMALL, (GOOD, GOOD), potential=1j * GOOD), "complex"),
        (lambda: exchange_energies(SMALL, (GOOD, GOOD), potential=broken(0)), "potential is not"),
        (lambda: exchange_energies(SMALL, (GOOD, GOOD), mass=0.0), "mass"),
        (lambda: exchange_energies(SMALL, (GOOD, GOOD), relative_permittivity=-1.0), "permitt"),
        (
            lambda: exchange_energies(SMALL, (GOOD, GOOD), nuclei=nuclei([1], [[20, 0, 0]])),
            "outside the box",
        ),
        (
            lambda: exchange_energies(
                SMALL, (GOOD, GOOD), nuclei=nuclei([1, 1], [[0, 0, 0], [0.3, 0, 0]])
            ),
            "closer together than the spacing",
        ),
        (  # both electrons are far from a nucleus
            lambda: exchange_energies(SMALL, (GOOD, GOOD), nuclei=nuclei([1], [[7, 7, 7]])),
            "farther apart than half the box",
        ),
        (  # the electrons are far from each other, across a periodic boundary close to each other
            lambda: exchange_energies(
                CUBE, (gaussian(CUBE, 0.5, (-7, 0, 0)), gaussian(CUBE, 0.5, (7, 0, 0)))
            ),
            "farther apart than half the box",
        ),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
