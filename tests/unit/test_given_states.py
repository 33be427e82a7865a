"""What Eliashberg theory takes of a density of states, against integrals of its definition."""

import mpmath
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
def test_added_electrons_against_quadrature(level, kt):
    def added(energy):
        full = 1.0 if energy < 0 else 0.0
        return curve(energy) * (1 / (1 + np.exp(np.clip((energy - level) / kt, -700, 700))) - full)

    ends = [x for x in (level - 30 * kt, level + 30 * kt) if EDGES[0] < x < EDGES[-1]]
    wanted = integral(added, level, *ends)
    assert STATES.added(kt, level) == pytest.approx(wanted, rel=1e-6, abs=1e-9)


def test_deep_states_cost_no_digits():
    """A narrow and high peak 54 eV below E_F, as semicore states make it."""
    deep, shallow = (-54050.0, -54000.0, -53950.0, -6000.0), (-5900.0, 0.0, 10000.0)
    states = GivenStates((*deep, *shallow), (0.0, 20.0, 0.0, 0.0, 1.0, 1.0, 1.0))
    without = GivenStates((-6000.0, *shallow), (0.0, 1.0, 1.0, 1.0))
    for kt, level in ((1.3, 0.0), (1.3, -2.0), (0.01, 0.3)):
        assert states.added(kt, level) == pytest.approx(without.added(kt, level), abs=1e-14 * kt)
    width, level = np.array([4.0, 900.0, 5e4]), np.array([1.0, -3.0, 0.0])
    found, bare = states.averages(width, level), without.averages(width, level)
    for k, (w, x) in enumerate(zip(width, level, strict=True)):
        lorentz, shift = peak_averages(w, x)
        assert found[0][k] - bare[0][k] == pytest.approx(lorentz, abs=3e-16)
        assert found[1][k] - bare[1][k] == pytest.approx(shift, abs=2e-15)


def peak_averages(width, level):
    """I0 and I1 of the triangle of height 20 from -54.05 to -53.95 eV, in 40 digits."""

    def over(top):
        def integrand(e):
            return 20 * (1 - abs(e + 54000) / 50) * top(e) / ((e - level) ** 2 + width**2)

        return float(mpmath.quad(integrand, [-54050, -54000, -53950]) / mpmath.pi)

    with mpmath.workdps(40):
        return over(lambda e: width), over(lambda e: e - level)


def test_electrons_of_a_file_are_counted_from_its_fermi_level():
    table = DensityTable(
        energy=(5000.0, 5500.0, 6000.0, 7000.0), states=(0.0, 2e-3, 4e-3, 0.0), per="cell",
        fermi_energy=5750.0,
    )  # fmt: skip
    states = GivenStates.of(table)
    assert states.at(0.0) == pytest.approx(1.0)
    assert states.at(250.0) == pytest.approx(4 / 3)
    # kT to the second order: (pi kT)^2/6 N' beside N mu.
    wanted = 2.0 + 25 * np.pi**2 / 6 / 750 + 2 / 750
    assert states.added(5.0, 2.0) == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"fermi_energy": None}, "no Fermi energy"), ({"fermi_energy": 1.0}, "at the Fermi energy")],
)
def test_what_cannot_bind_says_so(changes, sentence):
    values = {"energy": (0.0, 2.0, 4.0, 6.0, 8.0), "states": (0.0, 0.0, 1.0, 1.0, 0.0),
              "per": "cell", "fermi_energy": 5.0}  # fmt: skip
    with pytest.raises(InputError, match=sentence):
        GivenStates.of(DensityTable(**{**values, **changes}))
