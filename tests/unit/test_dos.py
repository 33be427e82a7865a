"""Densities of states: values, differences without cancellation, counts."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import constants, integrate

from pairlab.electrons.crystals.crystal import Crystal
from pairlab.electrons.states.density_table import DensityTable
from pairlab.electrons.states.dos import CallableDensity, PowerLaw, Tabulated, free_electrons
from pairlab.errors import InputError

ENERGY = np.linspace(0.0, 10.0, 41)
WAVY = Tabulated(ENERGY, np.sqrt(ENERGY) * (1 + 0.3 * np.sin(2 * ENERGY)))


@given(
    power=st.floats(0.0, 4.0), energy=st.floats(1e-3, 1e4), share=st.floats(1e-15, 3.0)
)
def test_differences_of_a_power_keep_every_digit(power, energy, share):
    found = PowerLaw(power).difference(energy, np.array([share * energy]))[0]
    with mpmath.workdps(50):
        e, d, p = mpmath.mpf(energy), mpmath.mpf(share * energy), mpmath.mpf(power)
        below = (e - d) ** p if d < e else mpmath.mpf(0)
        exact = (e + d) ** p - below
    # Next to e = E the power of a difference of two close numbers is what it is.
    assert found == pytest.approx(float(exact), rel=1e-12 if abs(share - 1) > 1e-6 else 1e-5)


def test_free_electrons_are_those_of_the_textbook():
    """S(E) = (2m)^(3/2) sqrt(E)/(2 pi^2 hbar^3) in SI, and Int S = k_F^3/(3 pi^2)."""
    mass, energy = 1.7, 3000.0
    joule = energy * 1e-3 * constants.e
    si = (2 * mass * constants.m_e) ** 1.5 * joule**0.5 / (2 * np.pi**2 * constants.hbar**3)
    states = free_electrons(mass)
    assert float(states(energy)) == pytest.approx(
        si * constants.e * 1e-3 * 1e-27, rel=1e-12
    )
    k_f = np.sqrt(2 * mass * constants.m_e * joule) / constants.hbar * 1e-9
    assert states.count(0.0, energy) == pytest.approx(k_f**3 / (3 * np.pi**2), rel=1e-12)
    assert states.filled_to(states.count(0.0, energy)) == pytest.approx(energy, rel=1e-14)


def test_a_narrow_count_does_not_cancel():
    states = free_electrons(1.0)
    low, width = 3000.0, 1e-9
    high = low + width
    assert states.count(low, high) == pytest.approx(
        float(states(low)) * (high - low), rel=1e-10
    )
    assert WAVY.count(1.01, 1.01 + 1e-7) == pytest.approx(
        float(WAVY(1.01)) * 1e-7, rel=1e-6
    )


@pytest.mark.parametrize("energy", [1.0, 1.013, 5.25, 9.9])
@pytest.mark.parametrize("distance", [1e-9, 1e-4, 0.08, 0.24, 0.26, 0.9])
def test_differences_of_a_table_are_those_of_its_curve(energy, distance):
    """Against the interpolant's own polynomial pieces in 50 digits."""

    def exact(at):
        if at > 10:
            return mpmath.mpf(0)
        piece = max(int(np.searchsorted(ENERGY, float(at), "right")) - 1, 0)
        piece = min(piece, len(ENERGY) - 2)
        local = at - mpmath.mpf(ENERGY[piece])
        return sum(mpmath.mpf(c) * local**n for n, c in enumerate(WAVY._pieces.c[::-1, piece]))

    with mpmath.workdps(50):
        e, d = mpmath.mpf(energy), mpmath.mpf(distance)
        wanted = float(exact(e + d) - exact(e - d))
    found = WAVY.difference(energy, np.array([distance]))[0]
    assert found == pytest.approx(wanted, rel=1e-7, abs=1e-15)


def test_slopes_are_derivatives():
    for states in (PowerLaw(0.5, 2.0), PowerLaw(2.0), WAVY):
        distance, step = np.array([0.01, 0.3, 0.6]), 1e-5
        up, down = (states.difference(1.03 + s, distance) for s in (step, -step))
        assert states.slope_difference(1.03, distance) == pytest.approx(
            (up - down) / (2 * step), rel=1e-6
        )


@pytest.mark.parametrize("states", [PowerLaw(0.5, 2.0), WAVY])
def test_stretching_a_band_keeps_its_electrons(states):
    """S'(E) = (b/s) S(E/s) holds b times the electrons up to s E."""
    wide = states.scaled(energy=1.3, density=0.8)
    assert wide.count(0.0, 1.3 * 4.2) == pytest.approx(0.8 * states.count(0.0, 4.2), rel=1e-12)
    assert wide.filled_to(0.8 * states.count(0.0, 4.2)) == pytest.approx(1.3 * 4.2, rel=1e-10)


def test_a_table_is_integrated_as_it_is_interpolated():
    total, _ = integrate.quad(
        lambda e: float(WAVY(e)), 0.4, 7.1, points=ENERGY[(ENERGY > 0.4) & (ENERGY < 7.1)],
        limit=200, epsabs=1e-13,
    )  # fmt: skip
    assert WAVY.count(0.4, 7.1) == pytest.approx(total, rel=1e-11)
    assert WAVY.count(-5.0, 99.0) == pytest.approx(WAVY.count(0.0, 10.0))
    assert WAVY.filled_to(1e9) == np.inf


def test_beyond_its_ends_a_density_is_zero():
    for states in (PowerLaw(0.5), WAVY, CallableDensity(np.sqrt, top=10.0)):
        assert float(states(-1.0)) == 0
    assert float(WAVY(10.1)) == 0
    assert float(CallableDensity(np.sqrt, top=10.0)(10.1)) == 0


def test_a_function_agrees_with_the_power_that_it_is():
    given_, known = CallableDensity(np.sqrt), PowerLaw(0.5)
    distance = np.geomspace(1e-3, 2.0, 7)
    assert given_.difference(1.0, distance) == pytest.approx(
        known.difference(1.0, distance), rel=1e-11
    )
    assert given_.count(0.3, 2.0) == pytest.approx(known.count(0.3, 2.0), rel=1e-10)
    assert given_.breaks(0.0, 1.0).size == 0
    assert list(CallableDensity(np.sqrt, kinks=(3.0, 2.0)).breaks(1.0, 5.0)) == [2.0, 3.0]


# ---- Tables as files give them

COLUMNS = {"energy": (-2.0, -1.0, 0.0, 1.0, 2.0, 3.0), "states": (1.0, 0.0, 0.5, 0.8, 0.9, 1.0)}


def test_the_band_begins_where_states_end_below_the_fermi_energy():
    band = DensityTable(**COLUMNS, per="cell", fermi_energy=1.5, volume=0.02).band(None)
    assert band.bottom == -1.0
    assert band.fermi_energy == 2.5
    assert band.states.energy[0] == 0
    assert band.states.top == 4.0
    assert float(band.states(2.0)) == pytest.approx(0.8 / 0.02)


def test_without_a_fermi_energy_the_bottom_is_at_zero():
    energy, states = (0.0, 1.0, 2.0, 3.0), (0.0, 1.0, 2.0, 2.0)
    band = DensityTable(energy=energy, states=states, per="nm^3").band(None)
    assert band.fermi_energy is None
    assert band.bottom == 0
    assert float(band.states(3.0)) == 2.0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"fermi_energy": 9.0}, "does not reach the Fermi energy"),
        ({"energy": (-2.0, -1.0, -1.0, 1.0, 2.0, 3.0)}, "energies rise"),
        ({"states": (1.0, 0.0, -0.5, 0.8, 0.9, 1.0)}, "never negative"),
        ({"states": (0.0,) * 6}, "every value is zero"),
        ({"states": (1.0, 2.0)}, "one value for each energy"),
        ({"per": "atom"}, "per"),
        ({"energies": (1.0,)}, "energies"),
    ],
)
def test_columns_that_are_no_density_of_states(changes, says):
    with pytest.raises(InputError, match=says):
        DensityTable(**{**COLUMNS, "per": "nm^3", **changes})


def test_an_insulator_has_no_band_to_pair_in():
    table = DensityTable(**COLUMNS, per="nm^3", fermi_energy=-1.0)
    with pytest.raises(InputError, match="no states at the Fermi energy"):
        table.band(None)


def test_a_density_per_cell_needs_the_cell():
    table = DensityTable(**COLUMNS, per="cell", fermi_energy=1.0)
    with pytest.raises(InputError, match="volume"):
        table.band(None)
    crystal = Crystal(
        cell=[[1.0, 0, 0], [0, 1.0, 0], [0, 0, 0.5]], symbols=["Na"], positions=[[0, 0, 0]]
    )
    assert table.band(crystal).states.states[-1] == 2.0
    two = DensityTable(**COLUMNS, per="cell", fermi_energy=1.0, atoms=2)
    assert two.band(crystal).states.states[-1] == 1.0  # a cell of two atoms, twice as large
    other = DensityTable(**COLUMNS, per="cell", fermi_energy=1.0, volume=0.7)
    with pytest.raises(InputError, match="different cells"):
        other.band(crystal)


@pytest.mark.parametrize("spacing", [133.0, 66.7, 6.7])
@pytest.mark.parametrize("smearing", [0.0, 50.0, 100.0])
@pytest.mark.parametrize("offset", [0.0, 0.37])
def test_the_bottom_of_a_parabola_depends_on_neither_grid_nor_smearing(spacing, smearing, offset):
    energy = np.arange(-3000.0, 6000.0, spacing) + offset * spacing
    x = np.linspace(-8, 8, 4001)
    weight = np.exp(-(x**2) / 2) / np.exp(-(x**2) / 2).sum()
    states = (np.sqrt(np.maximum(energy[:, None] - smearing * x, 0)) * weight).sum(1)
    table = DensityTable(
        energy=tuple(energy), states=tuple(states), per="nm^3", fermi_energy=3200.0
    )
    found = table.band(None)
    # S^2 of a parabola smeared by s is a (E - s^2/4E): the line shifts by some s^2/E, E > 200 meV.
    assert abs(found.bottom) < 1e-6 + smearing**2 / 1000
    assert abs(found.bottom) < 6 * found.bottom_error + 1e-6


def test_a_window_that_begins_inside_the_band_is_refused():
    energy = np.linspace(-1000.0, 5000.0, 400)
    table = DensityTable(energy=tuple(energy), states=tuple(np.sqrt(energy + 3200)), per="nm^3",
                         fermi_energy=0.0)  # fmt: skip
    with pytest.raises(InputError, match="bottom of the band lies below"):
        table.band(None)


def test_without_a_fermi_energy_states_below_zero_are_refused():
    energy = np.linspace(-1000.0, 5000.0, 400)
    states = np.sqrt(np.maximum(energy + 500, 0))
    table = DensityTable(energy=tuple(energy), states=tuple(states), per="nm^3")
    with pytest.raises(InputError, match="without a Fermi energy the bottom"):
        table.band(None)


def test_energies_of_core_electrons_are_not_believed():
    with pytest.raises(InputError, match="unit"):
        DensityTable(energy=(0.0, 1e6, 2e6, 3e6), states=(0.0, 1.0, 1.0, 1.0), per="nm^3")


def test_without_a_fermi_energy_the_table_has_to_begin_at_the_bottom():
    with pytest.raises(InputError, match="bottom of the band is at zero"):
        DensityTable(energy=(1.0, 2.0, 3.0, 4.0), states=(1.0,) * 4, per="nm^3").band(None)
