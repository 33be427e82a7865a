"""What Eliashberg theory takes of a density of states, against integrals of its definition."""

import numpy as np
import pytest
from scipy import integrate

from pairlab.electrons.states.density_table import DensityTable
from pairlab.electrons.states.given_states import GivenStates
from pairlab.errors import InputError

EDGES = (-50.0, -10.0, 0.0, 5.0, 30.0)
STATES = GivenStates(EDGES, (0.3, 2.0, 1.0, 0.5, 0.7))


def curve(energy):
    return np.interp(energy, STATES.energy, STATES.ratio)


def integral(function, *places):
    points = [x for x in (*EDGES[1:-1], *places) if EDGES[0] < x < EDGES[-1]]
    return integrate.quad(function, EDGES[0], EDGES[-1], points=points, limit=800,
                          epsabs=1e-12, epsrel=1e-12)[0]  # fmt: skip


@pytest.mark.parametrize(
    ("width", "level"), [(0.01, 1.0), (0.5, -10.0), (3.0, -7.0), (500.0, 2.0), (0.2, 80.0)]
)
def test_averages_against_quadrature(width, level):
    found = STATES.averages(np.array([width]), np.array([level]))
    near = (level - width, level, level + width)
    lorentz = integral(lambda e: curve(e) * width / ((e - level) ** 2 + width**2), *near)
    shift = integral(lambda e: curve(e) * (e - level) / ((e - level) ** 2 + width**2), *near)
    assert found[0][0] == pytest.approx(lorentz / np.pi, rel=1e-9)
    assert found[1][0] == pytest.approx(shift / np.pi, rel=1e-8, abs=1e-12)


def test_constant_states_without_end_bind_as_one_and_shift_nothing():
    flat = GivenStates((-1e9, 1e9), (1.0, 1.0))
    width, level = np.array([0.1, 30.0]), np.array([-2.0, 5.0])
    lorentz, shift = flat.averages(width, level)
    assert lorentz == pytest.approx(1.0, abs=1e-7)
    assert shift == pytest.approx(0.0, abs=1e-7)
    assert flat.logarithm(3.0, 600.0) == pytest.approx(np.log(200.0), abs=1e-6)


def test_the_logarithm_ends_with_the_band():
    narrow = GivenStates((-10.0, 10.0), (1.0, 1.0))
    wanted = integrate.quad(lambda w: 2 / np.pi * np.arctan(10 / w) / w, 3.0, 600.0)[0]
    assert narrow.logarithm(3.0, 600.0) == pytest.approx(wanted, rel=1e-8)


@pytest.mark.parametrize("level", [-49.0, -10.0, 1.0, 29.9])
@pytest.mark.parametrize("kt", [0.01, 0.3, 4.0])
def test_occupation_against_quadrature(level, kt):
    def occupied(energy):
        return curve(energy) / (1 + np.exp(np.clip((energy - level) / kt, -700, 700)))

    ends = [x for x in (level - 30 * kt, level + 30 * kt) if EDGES[0] < x < EDGES[-1]]
    wanted = integral(occupied, level, *ends)
    assert STATES.occupied(kt, level) == pytest.approx(wanted, rel=1e-6)


def test_electrons_of_a_file_are_counted_from_its_fermi_level():
    table = DensityTable(
        energy=(5000.0, 5500.0, 6000.0, 7000.0), states=(0.0, 2e-3, 4e-3, 0.0), per="cell",
        fermi_energy=5750.0,
    )  # fmt: skip
    states = GivenStates.of(table)
    assert states.at(0.0) == pytest.approx(1.0)
    assert states.at(250.0) == pytest.approx(4 / 3)
    below = integrate.quad(lambda e: np.interp(e, table.energy, table.states), 5000, 5750,
                           points=[5500])[0]  # fmt: skip
    assert float(states.below(np.zeros(1))[0]) == pytest.approx(below / 3e-3)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"fermi_energy": None}, "no Fermi energy"), ({"fermi_energy": 1.0}, "at the Fermi energy")],
)
def test_what_cannot_bind_says_so(changes, sentence):
    values = {"energy": (0.0, 2.0, 4.0, 6.0, 8.0), "states": (0.0, 0.0, 1.0, 1.0, 0.0),
              "per": "cell", "fermi_energy": 5.0}  # fmt: skip
    with pytest.raises(InputError, match=sentence):
        GivenStates.of(DensityTable(**{**values, **changes}))
