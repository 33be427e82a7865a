"""Several bands have several solutions: the lowest is found, against full sums from random starts,
and where complex phases lie lower a code says so."""

import numpy as np
import pytest
from oracle.complex_eliashberg import ComplexGaps

import pairlab as pl
from pairlab.pairing.matsubara import gap as eliashberg_gap
from pairlab.pairing.matsubara.critical import critical_kt
from pairlab.pairing.matsubara.energy import _action
from pairlab.pairing.matsubara.gap import lowest, solve
from pairlab.pairing.matsubara.stability import condensation_energy, phase_stability
from pairlab.pairing.problem import CondensateSolver, GapSolver, SpectrumSolver
from pairlab.units import BOLTZMANN

W, CUTOFF = 20.0, 60.0
COLD = 0.2  # of Tc

ONE = (
    [[0.721, 0.0, 0.0], [0.0, 0.742, 0.0], [0.0, 0.0, 0.618]],
    [[0.001, 0.0, 0.005], [0.0, 0.01, 0.012], [0.005, 0.012, 0.046]],
)
"""Bands 1 and 2 both repel band 3 alone: no conflict of signs."""

THREE = (
    [[0.633, 0.009, 0.002], [0.009, 0.662, 0.009], [0.002, 0.009, 0.706]],
    [[0.09, 0.002, 0.007], [0.002, 0.075, 0.006], [0.007, 0.006, 0.062]],
)
FOUR = (
    [[0.767, 0.0, 0.006, 0.004], [0.0, 0.71, 0.004, 0.0],
     [0.006, 0.004, 0.795, 0.0], [0.004, 0.0, 0.0, 0.647]],
    [[0.024, 0.005, 0.009, 0.018], [0.005, 0.043, 0.01, 0.0],
     [0.009, 0.01, 0.022, 0.016], [0.018, 0.0, 0.016, 0.029]],
)  # fmt: skip
REPELLED = (
    [[0.776, 0.0, 0.001, 0.005], [0.0, 0.649, 0.003, 0.01],
     [0.001, 0.003, 0.642, 0.009], [0.005, 0.01, 0.009, 0.769]],
    [[0.047, 0.01, 0.0, 0.004], [0.01, 0.044, 0.0, 0.009],
     [0.0, 0.0, 0.015, 0.014], [0.004, 0.009, 0.014, 0.017]],
)  # fmt: skip
"""Where the signs of the amplitude at Tc are not those at low temperature."""

DOME = (
    [[0.76673, 0.0, 0.00556, 0.00402], [0.0, 0.70958, 0.00397, 0.0],
     [0.00556, 0.00397, 0.79469, 0.0], [0.00402, 0.0, 0.0, 0.64737]],
    [[0.02411, 0.00538, 0.00903, 0.01789], [0.00538, 0.04346, 0.01028, 0.0],
     [0.00903, 0.01028, 0.02189, 0.0161], [0.01789, 0.0, 0.0161, 0.02928]],
)  # fmt: skip
"""As FOUR, where signs change past a narrow range of complex phases in place of through zero."""

COMPLEX = (
    [[0.686, 0.009, 0.0], [0.009, 0.618, 0.0], [0.0, 0.0, 0.719]],
    [[0.041, 0.019, 0.009], [0.019, 0.045, 0.019], [0.009, 0.019, 0.032]],
)
FRUSTRATED = (
    [[0.774, 0.0, 0.0], [0.0, 0.649, 0.01], [0.0, 0.01, 0.73]],
    [[0.001, 0.013, 0.006], [0.013, 0.03, 0.017], [0.006, 0.017, 0.047]],
)
"""Three bands that all repel each other with like strength."""


def len_of(case):
    return f"{len(case[0])} bands"


def mechanism(case, **more):
    couplings, mu = case
    values = {"phonon_energy": W, "mu_star_frequency": CUTOFF, "mu_star_scheme": "rescaled"}
    return pl.MultibandEliashberg(
        couplings=couplings, mu_star=mu, densities=[1.0] * len(mu), **values, **more
    )


def solved(case, part, **more):
    electrons = mechanism(case, **more).electrons()
    tc = critical_kt(electrons).kt
    return electrons, tc, lowest(electrons, part * tc, tc, None)


def energy(found):
    return condensation_energy(found.system, found.pairs)


# ---- Against full sums from random starts


@pytest.mark.parametrize("case", [ONE, THREE, FOUR, REPELLED], ids=len_of)
def test_the_lowest_of_all_states_is_found(case):
    """None of the complex states that random starts end at lies below it, and one is it."""
    _, _, found = solved(case, COLD, matsubara_cutoff=CUTOFF)
    assert found.result is pl.Result.SUCCESS
    full = ComplexGaps(*case, found.kt, phonon=W, cutoff=CUTOFF)
    wanted, gaps = full.lowest(4, 0)
    assert energy(found) == pytest.approx(wanted, rel=1e-9)
    first = found.gap.reshape(len(case[1]), -1)[:, 0]
    turned = gaps[:, 0] * np.exp(-1j * np.angle(gaps[0, 0])) * np.sign(first[0])
    assert first == pytest.approx(turned.real, rel=1e-4)
    assert np.max(np.abs(turned.imag)) < 1e-4 * np.max(np.abs(first))


@pytest.mark.parametrize("case", [THREE, FOUR, REPELLED], ids=len_of)
def test_newton_alone_ends_higher(case):
    """What makes the search necessary."""
    electrons, tc, found = solved(case, COLD, matsubara_cutoff=CUTOFF)
    first = solve(electrons, found.kt, tc, None)
    assert first.result is pl.Result.SUCCESS
    assert energy(first) > energy(found) * (1 - 1e-3)
    assert phase_stability(first.system, first.pairs) < 0


@pytest.mark.parametrize("case", [COMPLEX, FRUSTRATED], ids=len_of)
def test_a_complex_state_below_all_real_ones_is_a_code(case):
    _, _, found = solved(case, COLD, matsubara_cutoff=CUTOFF)
    assert found.result is pl.Result.NOT_THE_LOWEST
    full = ComplexGaps(*case, found.kt, phonon=W, cutoff=CUTOFF)
    complex_energy, gaps = full.lowest(3, 0)
    real_energy, _ = full.lowest(4, 0, real=True)
    assert complex_energy < energy(found) * (1 + 1e-3)
    assert energy(found) <= real_energy * (1 - 1e-6)
    phases = np.angle(gaps[:, 0] / gaps[0, 0])
    assert np.max(np.abs(np.sin(phases))) > 0.1


# ---- The free energy


@pytest.mark.parametrize("part", [0.1, 0.6, 0.99])
def test_the_free_energy_of_a_solution_is_that_of_its_angles(part):
    _, _, found = solved(ONE, part)
    whole = (np.pi * found.kt) ** 2 * _action(found.system, np.arctan(found.pairs))
    assert energy(found) == pytest.approx(whole, rel=1e-10)


def test_the_free_energy_has_its_digits_close_to_tc():
    """It goes as (1 - T/Tc)^2."""
    away = np.array([1e-4, 1e-5])
    electrons, tc, _ = solved(ONE, 0.9)
    values = [energy(solve(electrons, tc * (1 - part), tc, None)) for part in away]
    # Tc is known to 1e-8 or so.
    assert values[0] / values[1] == pytest.approx(100.0, rel=1e-2)


# ---- Along the temperature


def gaps(m, kelvin):
    return m.posed.part(GapSolver).gaps(kelvin)


def test_cold_and_warm_starts_end_at_the_same_state():
    electrons, tc, before = solved(FOUR, 0.1)
    for part in (0.4, 0.7, 0.9, 0.95):
        before = lowest(electrons, part * tc, tc, before)
        cold = lowest(electrons, part * tc, tc, None)
        assert energy(before) == pytest.approx(energy(cold), rel=1e-9)


def test_one_real_state_gives_way_to_another_past_complex_ones():
    """Two transitions, with complex phases between them; F is continuous and rises throughout."""
    m = mechanism(DOME)
    tc = float(pl.critical_temperature(m))
    found = gaps(m, np.array([0.5, 0.85, 0.98]) * tc)
    assert np.all(found.code == pl.Result.SUCCESS.code)
    first, second = found.changes
    assert 0.85 * tc < first < second < 0.98 * tc
    assert np.sign(found.gap[1, 0] * found.gap[1, 1]) != np.sign(found.gap[2, 0] * found.gap[2, 1])
    inside = gaps(m, np.array([first * (1 + 1e-4), second * (1 - 1e-4)]))
    assert np.all(inside.code == pl.Result.NOT_THE_LOWEST.code)
    assert np.all(np.isnan(inside.gap))
    assert np.all(np.isnan(inside.error))
    outside = np.array([first * (1 - 1e-4), second * (1 + 1e-4)])
    assert np.all(gaps(m, outside).code == pl.Result.SUCCESS.code)
    electrons = m.electrons()
    kts = np.array([0.5 * tc, 0.85 * tc, *outside, 0.98 * tc]) * BOLTZMANN
    energies = [energy(lowest(electrons, kt, tc * BOLTZMANN, None)) for kt in kts]
    assert np.all(np.diff(energies) > 0)


def test_a_gap_that_passes_zero_is_no_change():
    m = mechanism(FOUR)
    tc = float(pl.critical_temperature(m))
    found = gaps(m, np.array([0.85, 0.98]) * tc)
    assert np.all(found.code == pl.Result.SUCCESS.code)
    assert np.sign(found.gap[0, 0] * found.gap[0, 1]) != np.sign(found.gap[1, 0] * found.gap[1, 1])
    assert found.changes == ()


def test_the_state_that_emerges_at_tc_is_found_as_far_as_it_is_the_lowest():
    """0.84 Tc is reached by no pattern of signs of equal gaps, from far below or above."""
    electrons, tc, far = solved(COMPLEX, 0.95, matsubara_cutoff=CUTOFF)
    for start in (None, far):
        found = lowest(electrons, 0.8375 * tc, tc, start)
        assert found.result is pl.Result.SUCCESS


def test_a_change_to_complex_phases_is_reported_once():
    m = mechanism(COMPLEX)
    tc = float(pl.critical_temperature(m))
    found = gaps(m, np.array([0.2, 0.5, 0.95]) * tc)
    lost = pl.Result.NOT_THE_LOWEST.code
    assert found.code.tolist() == [lost, lost, 0]
    assert len(found.changes) == 1
    assert 0.5 * tc < found.changes[0] < 0.95 * tc
    coarse = gaps(m, np.array([0.2, 0.95]) * tc)
    assert coarse.changes == pytest.approx(found.changes, rel=1e-6)


def test_without_a_change_none_is_reported():
    m = mechanism(ONE)
    tc = float(pl.critical_temperature(m))
    assert gaps(m, np.array([0.3, 0.9]) * tc).changes == ()


def test_numbers_of_a_state_that_is_not_the_lowest_are_nan():
    m = mechanism(COMPLEX)
    tc = float(pl.critical_temperature(m))
    lost = pl.Result.NOT_THE_LOWEST
    changes = m.posed.part(CondensateSolver).condensate(np.array([0.2]) * tc)
    assert changes.code.tolist() == [lost.code]
    for values in (*changes.value, *changes.error):
        assert np.all(np.isnan(values))
    energies = np.array([0.0, 1.0])
    solver = m.posed.part(SpectrumSolver)
    spectrum = solver.spectrum(np.array([0.2]) * tc, broadening=0.5, energy=energies)
    assert spectrum.code.tolist() == [lost.code]
    assert np.all(np.isnan(spectrum.density_of_states))
    with pytest.raises(pl.SolverError, match="complex relative phases"):
        pl.gap(m, 0.2 * tc)
    data = pl.imaginary_gap(m, 0.2 * tc, frequencies=4, throw=False)
    assert np.all(np.isnan(data.imaginary_gap))
    assert int(data.result_code[0]) == lost.code


def test_one_solution_that_is_proved_the_lowest_is_the_only_one_solved_for(monkeypatch):
    """One band and two bands that attract each other cost no more than Newton's method."""
    counted = []

    def counting(*args, **more):
        counted.append(args)
        return solve(*args, **more)

    two = pl.preset("mgb2_two_band").electrons()
    one = pl.preset("eliashberg_mode").electrons()
    monkeypatch.setattr(eliashberg_gap, "solve", counting)
    for electrons in (one, two):
        tc = critical_kt(electrons).kt
        counted.clear()
        assert lowest(electrons, 0.3 * tc, tc, None).result is pl.Result.SUCCESS
        assert len(counted) == 1


def test_two_bands_that_repel_are_not_frustrated():
    """Phases of two bands are real, whatever the repulsion and the densities of states."""
    random = np.random.default_rng(3)
    for _ in range(4):
        within, between = random.uniform(0.5, 1.0, 2), random.uniform(0.0, 0.2)
        case = (np.diag(within).tolist(), [[0.1, between], [between, 0.1]])
        for part in (0.1, 0.8):
            _, _, found = solved(case, part)
            assert found.result is pl.Result.SUCCESS
            first = found.gap.reshape(2, -1)[:, 0]
            assert first[0] * first[1] <= 0
