"""Integrals over contours of constant energy: elliptic rule, series and direct evaluation."""

import dataclasses

import mpmath
import numpy as np
import pytest

from pairlab.electrons.wires.contour import DirectContour, SeriesContour, contour_nodes, contour_of
from pairlab.electrons.wires.kronig_penney import Superlattice
from pairlab.electrons.wires.subbands import subbands

mpmath.mp.dps = 30

ABOVE_TOP = [-1.999999, -1.5, -0.4, -1e-2, -1e-4, 1e-4, 1e-2, 0.5, 3.0, 200.0, 1e6]


def exact_contour_integral(above_top, power):
    """Int dy y^power/(sqrt(1-y^2) sqrt(e-y)) over -1 < y < min(1, e), e = 1 + above_top."""
    e = 1 + mpmath.mpf(above_top)
    top = min(mpmath.mpf(1), e)
    # y = (top + 1)/2 (1 - cos u) - 1 removes the square roots at both ends ...
    half = (top + 1) / 2

    def integrand(u):
        y = half * (1 - mpmath.cos(u)) - 1
        # ... and what is left over the closed end is 1/sqrt of the other distance.
        other = (e - y) if top == 1 else (1 - y)
        return y**power / mpmath.sqrt(other)

    # 1/sqrt(other) peaks at u = pi with a width of sqrt(|above_top|).
    width = mpmath.sqrt(abs(mpmath.mpf(above_top)))
    breaks = sorted({mpmath.mpf(0), mpmath.pi} | {mpmath.pi - width * 3**k for k in range(12)})
    return float(mpmath.quad(integrand, [b for b in breaks if 0 <= b <= mpmath.pi]))


@pytest.mark.parametrize("above_top", ABOVE_TOP)
@pytest.mark.parametrize("power", [0, 1, 4])
def test_contour_nodes_integrate_polynomials(above_top, power):
    y, weight = contour_nodes(np.array([above_top]), 48)
    assert float(weight[0] * np.sum(y**power)) == pytest.approx(
        exact_contour_integral(above_top, power), rel=2e-11, abs=1e-12
    )


@pytest.mark.parametrize("above_top", [-1e-8, -1e-11, 1e-11, 1e-8])
def test_contour_nodes_follow_the_logarithm_at_the_van_hove_energy(above_top):
    # K(kappa) -> ln(4/sqrt|1 - kappa|), so Int dy/(...) -> sqrt(2) ln(4 sqrt(2/|e - 1|)).
    _, weight = contour_nodes(np.array([above_top]), 48)
    wanted = np.sqrt(2) * np.log(4 * np.sqrt(2 / abs(above_top)))
    assert float(weight[0] * 48) == pytest.approx(wanted, rel=1e-7)


def test_contour_nodes_below_the_band_have_no_weight():
    y, weight = contour_nodes(np.array([-2.0, -2.0 - 1e-12, -50.0]), 12)
    assert np.all(weight == 0.0)
    assert np.all(np.isfinite(y))


def test_contour_nodes_at_the_foot_and_far_above_are_one_dimensional():
    # Foot: the contour shrinks to a point, pi/sqrt 2. Far above: pi/sqrt(e).
    for above_top, wanted in ((-2 + 1e-9, np.pi / np.sqrt(2)), (1e8, np.pi / np.sqrt(1e8))):
        _, weight = contour_nodes(np.array([above_top]), 12)
        assert float(weight[0] * 12) == pytest.approx(wanted, rel=2e-8)


def contours(height, bands=3, matching="psi_prime"):
    """Both evaluations of the same structure, whichever of them it would choose."""
    solved = subbands(Superlattice(0.85, 0.55, height, 0.86, 1.0, matching), bands)
    flags = (np.ones(bands, bool), np.zeros(bands, bool))
    both = [contour_of(dataclasses.replace(solved, smooth=flag)) for flag in flags]
    assert isinstance(both[0], SeriesContour)
    assert isinstance(both[1], DirectContour)
    return solved, *both


def pair_densities(contour, above_top, points=48):
    measure, form = contour.states(above_top, points)
    return measure.sum(-1), np.einsum("nil,nila,nilc->niac", measure, form, form)


ENERGIES = np.array([-1.999, -1.3, -0.2, -1e-3, 1e-3, 0.2, 1.0, 30.0])


@pytest.mark.parametrize("matching", ["psi_prime", "bendaniel_duke"])
@pytest.mark.parametrize("height", [600.0, 3260.0])
def test_series_and_direct_evaluation_agree(height, matching):
    solved, series, direct = contours(height, matching=matching)
    above_top = np.tile(ENERGIES, (solved.count, 1))
    states, pairs = pair_densities(series, above_top)
    other_states, other_pairs = pair_densities(direct, above_top)
    assert np.all(np.isfinite(other_pairs))
    assert other_states == pytest.approx(states, rel=1e-7)
    scale = np.abs(pairs).max((-1, -2), keepdims=True)
    assert np.max(np.abs(other_pairs - pairs) / scale) < 1e-7


def free_states(solved, above_top):
    """Int dtheta/sqrt(eps - E_n) for free electrons, in closed form.

    E = A q^2/m, q = theta/d + reciprocal vectors: (d/sqrt(A/m)) Int dq/sqrt(Q^2 - q^2), an arcsine.
    """
    lattice = solved.lattice
    free = 38.09982110968584 / lattice.well_mass
    result = []
    for (bottom, top), half, row in zip(solved.edges, solved.half_width, above_top, strict=True):
        q0, q1 = np.sqrt(bottom / free), np.sqrt(top / free)
        q = np.sqrt((top + half * row) / free)
        upper = np.arcsin(np.minimum(q1 / q, 1.0))
        result.append(lattice.period / np.sqrt(free) * (upper - np.arcsin(q0 / q)))
    return np.array(result)


@pytest.mark.parametrize("height", [0.0, 1e-9, 1e-8])
def test_free_electrons_by_direct_evaluation(height):
    solved = subbands(Superlattice(0.85, 0.55, height, 0.86, 0.86), 3)
    assert not solved.smooth.any()
    above_top = np.tile(ENERGIES, (3, 1))
    states, pairs = pair_densities(contour_of(solved), above_top)
    wanted = free_states(subbands(Superlattice(0.85, 0.55, 0.0, 0.86, 0.86), 3), above_top)
    assert states == pytest.approx(wanted, rel=1e-7)
    # |psi|^2 = 1/d away from the gaps: the overlap integral is 1, so Sum B <phi phi> is the states.
    overlap = np.einsum("niac,nanc->ni", pairs, solved.overlap)
    assert overlap == pytest.approx(wanted, rel=1e-5)


def test_each_energy_has_a_contour_of_its_own():
    solved, series, direct = contours(600.0)
    above_top = np.tile(ENERGIES, (solved.count, 1))
    # Direct: rounding of E beside a band edge at 1e-10 of the half width h, eps E/(1e-10 h) with
    # E/h of about 10, on nodes whose share of the contour is sqrt(1e-10).
    for contour, tolerance in ((series, 1e-12), (direct, 2e-9)):
        together = contour.states(above_top, 48)[0].sum(-1)
        single = [
            contour.states(above_top[:, i : i + 1], 48)[0].sum(-1) for i in range(len(ENERGIES))
        ]
        assert np.concatenate(single, axis=1) == pytest.approx(together, rel=tolerance)
