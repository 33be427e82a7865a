"""Eliashberg theory with a density of states that varies near the Fermi level."""

import numpy as np
import pytest
from oracle import full_states

import pairlab as pl
from pairlab.electrons.states.density_table import DensityTable
from pairlab.electrons.states.given_states import GivenStates
from pairlab.units import BOLTZMANN

W = 20.0
CONVENTION = {"mu_star_frequency": W, "mu_star_scheme": "rescaled"}
SLOPE = DensityTable(
    energy=(-60.0, -20.0, 10.0, 90.0), states=(0.5, 1.4, 0.8, 0.0), per="cell", fermi_energy=0.0
)
PEAK = DensityTable(
    energy=(-2000.0, -8.0, 0.0, 8.0, 2000.0), states=(1.0, 1.0, 3.0, 1.0, 1.0), per="cell",
    fermi_energy=0.0,
)  # fmt: skip


def mechanism(states, coupling=1.2, mu=0.0):
    return pl.Eliashberg(
        coupling=coupling, phonon_energy=W, mu_star=mu, electron_states=states, **CONVENTION
    )


def full_sums(table, coupling, kt, *, gap=0.0, count=600, steps=3000):
    """W_n, chi_n, phi_n and mu by plain iteration of the three equations and of the number of
    electrons, over all frequencies one by one; and the largest eigenvalue of the linear one."""
    states = GivenStates.of(table)
    n = np.arange(-count, count)
    w = np.pi * kt * (2 * n + 1)
    lam = coupling * W**2 / (W**2 + (w[:, None] - w) ** 2)
    whole, chi, phi, mu = w.copy(), 0 * w, np.full(len(w), gap), 0.0
    cells = kt / 100 * (np.arange(-6000, 6000) + 0.5)  # a midpoint rule around E_F
    near = np.interp(cells, states.energy, states.ratio, left=0, right=0) * kt / 100
    for _ in range(steps):
        width = np.hypot(whole, phi)
        lorentz, turned = states.averages(width, mu - chi)
        bare = states.averages(np.abs(w), np.full(len(w), mu))[1]
        new = w + np.pi * kt * (lam @ (whole / width * lorentz))
        shift = -np.pi * kt * (lam @ turned)
        pulled = np.pi * kt * (lam @ (phi / width * lorentz)) if gap else phi
        added = near @ (1 / (1 + np.exp((cells - mu) / kt)) - (cells < 0))
        added -= np.pi * kt * np.sum(turned - bare)
        change = max(np.max(np.abs(new - whole)), np.max(np.abs(shift - chi)),
                     np.max(np.abs(pulled - phi)), abs(added))  # fmt: skip
        whole, chi, phi = new, (chi + shift) / 2, pulled
        mu -= 0.5 * added
        if change < 1e-11:
            break
    kernel = np.pi * kt * lam * (states.averages(np.abs(whole), mu - chi)[0] / np.abs(whole))
    leading = np.max(np.linalg.eigvals(kernel).real) if not gap else np.nan
    return (phi / whole * w)[count:], (whole / w)[count:], mu, leading


def test_constant_states_of_a_wide_band_change_nothing():
    flat = DensityTable(energy=(-1e5, -1.0, 1.0, 1e5), states=(1.0,) * 4, per="cell",
                        fermi_energy=0.0)  # fmt: skip
    for mu in (0.0, 0.1):
        plain = pl.critical_temperature(mechanism(None, mu=mu))
        given = pl.critical_temperature(mechanism(flat, mu=mu))
        assert given.value == pytest.approx(plain.value, rel=3e-4)  # W/1e5 meV is left
    gap = pl.gap(mechanism(flat), 5.0)
    assert float(gap.gap[0]) == pytest.approx(float(pl.gap(mechanism(None), 5.0).gap[0]), rel=1e-3)
    assert abs(float(gap.chemical_potential[0])) < 1e-5  # of a band of 1e5 meV


@pytest.mark.parametrize("states", [SLOPE, PEAK], ids=["slope", "peak"])
def test_tc_and_chemical_potential_against_full_sums(states):
    m = mechanism(states)
    tc = pl.critical_temperature(m)
    kt = tc.value * BOLTZMANN
    below, above = (full_sums(states, 1.2, kt * x)[3] for x in (0.999, 1.001))
    root = 0.999 + 0.002 * (below - 1) / (below - above)
    assert root == pytest.approx(1.0, abs=4e-6)
    _, z, mu, _ = full_sums(states, 1.2, 1.2 * kt)
    found = pl.imaginary_gap(m, 1.2 * tc.value, frequencies=4)
    assert found.renormalisation.values[0] == pytest.approx(z[:4], rel=1e-5)
    assert float(found.chemical_potential[0]) == pytest.approx(mu, abs=2e-4)


@pytest.mark.parametrize("states", [SLOPE, PEAK], ids=["slope", "peak"])
@pytest.mark.parametrize("share", [0.4, 0.9])
def test_gaps_against_full_sums(states, share):
    m = mechanism(states)
    kelvin = share * float(pl.critical_temperature(m))
    delta, z, mu, _ = full_sums(states, 1.2, kelvin * BOLTZMANN, gap=4.0, count=int(480 / share))
    found = pl.imaginary_gap(m, kelvin, frequencies=6)
    assert found.imaginary_gap.values[0] == pytest.approx(delta[:6], rel=2e-5)
    assert found.renormalisation.values[0] == pytest.approx(z[:6], rel=1e-5)
    assert float(found.chemical_potential[0]) == pytest.approx(mu, abs=3e-4)


def test_a_symmetric_peak_leaves_the_chemical_potential_and_a_slope_moves_it():
    tc = float(pl.critical_temperature(mechanism(PEAK)))
    assert abs(float(pl.chemical_potential(mechanism(PEAK), tc / 2).chemical_potential[0])) < 1e-6
    moved = pl.chemical_potential(mechanism(SLOPE), [1.0, 2 * tc]).chemical_potential.values
    assert np.all(np.abs(moved) > 1.0)


def test_a_mirrored_density_of_states_mirrors_the_chemical_potential():
    mirrored = DensityTable(energy=tuple(-e for e in reversed(SLOPE.energy)),
                            states=tuple(reversed(SLOPE.states)), per="cell",
                            fermi_energy=0.0)  # fmt: skip
    values = [
        (float(pl.critical_temperature(m)), float(pl.gap(m, 3.0).chemical_potential[0]))
        for m in (mechanism(SLOPE, mu=0.1), mechanism(mirrored, mu=0.1))
    ]
    assert values[0][0] == pytest.approx(values[1][0], rel=1e-9)
    assert values[0][1] == pytest.approx(-values[1][1], rel=1e-7)


def test_fewer_states_away_from_the_fermi_level_bind_less():
    tcs = [float(pl.critical_temperature(mechanism(s, mu=0.1))) for s in (None, PEAK)]
    assert tcs[1] < 0.9 * tcs[0]


def test_the_isotope_coefficient_with_states_against_differences():
    def tc(scale):
        return float(pl.critical_temperature(
            pl.Eliashberg(coupling=1.2, phonon_energy=W * scale, mu_star=0.1, mu_star_frequency=W,
                          mu_star_scheme="rescaled", electron_states=SLOPE)))  # fmt: skip

    wanted = 0.5 * np.log(tc(1.01) / tc(0.99)) / np.log(1.01 / 0.99)
    found = pl.isotope_coefficient(mechanism(SLOPE, mu=0.1))
    assert found.value == pytest.approx(wanted, abs=2e-4)


def test_a_level_close_to_an_edge_is_not_passed_off_as_a_normal_metal():
    """The chemical potential does not settle, and that is no absence of superconductivity."""
    energy = np.concatenate([[-1.5], -0.5 + np.linspace(0, 1, 200) ** 2 * 2000.0])
    edge = DensityTable(energy=tuple(energy), states=tuple(np.sqrt(np.clip(energy + 0.5, 0, None))),
                        per="cell", fermi_energy=0.0)  # fmt: skip
    found = pl.critical_temperature(mechanism(edge, coupling=0.6), throw=False)
    assert found.result is pl.Result.NOT_CONVERGED
    with pytest.raises(pl.SolverError):
        pl.critical_temperature(mechanism(edge, coupling=0.6))


@pytest.mark.parametrize(
    "function", ["thermodynamics", "stiffness", "tunnelling_spectrum", "isotope_by_mode"]
)
def test_what_needs_a_constant_density_of_states_says_so(function):
    m = mechanism(SLOPE)
    with pytest.raises(pl.CapabilityError, match="electron_states"):
        getattr(pl, function)(m, 1.0)


def test_deep_and_narrow_states_do_not_matter():
    """A peak 54 eV below E_F, whose states in the sum over all electrons would drown the rest."""
    shallow = ((-6000.0, 0.0), (-5900.0, 1.0), (0.0, 1.0), (10000.0, 1.0))
    deep = ((-54050.0, 0.0), (-54000.0, 20.0), (-53950.0, 0.0))

    def tc(points):
        energy, states = zip(*points, strict=True)
        table = DensityTable(energy=energy, states=states, per="cell", fermi_energy=0.0)
        return pl.critical_temperature(
            pl.Eliashberg(coupling=1.0, phonon_energy=W, mu_star=0.12, electron_states=table,
                          mu_star_frequency=W, mu_star_scheme="rescaled"))  # fmt: skip

    assert tc(deep + shallow).value == pytest.approx(14.9581, abs=1e-3)
    assert tc(deep + shallow).value == pytest.approx(tc(shallow).value, abs=2e-4)


BANDS = np.array([
    (-3000.0, 0.0), (-2000.0, 2.5), (-500.0, 0.8), (-20.0, 1.6), (-4.0, 1.1), (0.0, 1.0),
    (5.0, 1.5), (30.0, 0.7), (800.0, 1.2), (2500.0, 0.0),
]).T  # fmt: skip
FULL = 8.71244624
"""K, to 3e-7: `full_states.critical_kt` of 12000 and 24000 frequencies; its error goes as N^-3."""


def test_sums_end_beyond_the_bands():
    """With phonons of 2 meV, 1000 of their energies lie inside bands that are 3 eV deep."""
    table = DensityTable(energy=tuple(BANDS[0]), states=tuple(BANDS[1]), per="cell",
                         fermi_energy=0.0)  # fmt: skip
    m = pl.Eliashberg(coupling=4.0, phonon_energy=2.0, mu_star=0.0, electron_states=table)
    found = pl.critical_temperature(m)
    assert abs(found.value - FULL) <= found.error + 3e-7
    assert found.error < 2e-6


def test_the_full_sums_that_were_stored():
    few, more = (
        full_states.critical_kt(*BANDS, 4.0, 2.0, FULL * BOLTZMANN, count, width=1e-4)
        for count in (1500, 3000)
    )
    assert (more + (more - few) / 7) / BOLTZMANN == pytest.approx(FULL, rel=2e-5)
