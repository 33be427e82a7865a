"""What is recomputed of the paper, against independent calculations, and what its ledger holds."""

import tomllib

import numpy as np
import pytest
from scipy import constants, integrate, optimize
from scipy.special import airy, iv

from pairlab.mechanisms.exciton_phonon import LK99_SAMPLE
from pairlab.observables import critical_field
from pairlab.papers import ledger
from pairlab.papers.cao2023 import compute as paper
from pairlab.papers.cao2023 import curves, overlaps
from pairlab.papers.cao2023.figures import figure_data
from pairlab.papers.verdict import computed
from pairlab.units import BOLTZMANN, CHARGE_OVER_HBAR

FILE = ledger.FOLDER / "cao2023" / ledger.LEDGER
ENTRIES = {entry["key"]: entry for entry in tomllib.loads(FILE.read_text())["entry"]}

# The physics of the source, typed in from its text and not from the ledger's file.
PUBLISHED = {
    "level_1": 16.87, "level_2": 29.50, "level_3": 39.84, "well_gradient": 0.5,
    "splitting_1": 12.63, "splitting_2": 10.34, "eta_1": 4.00, "eta_1_first_pair": 4.00,
    "exciton_spacing": 20, "dipole_length": 10, "scattering_ratio": 0.7466, "eta_2": 2.98,
    "gap_zero": 43.69, "gap_zero_as_drawn": 43.69, "gap_zero_bcs": 60.79, "gap_zero_br_bcs": 55.37,
    "gap_zero_realistic": 0.03, "tc_this_model": 370, "tc_bcs": 370, "tc_br_bcs": 370,
    "tc_br_bcs_printed_prefactor": 370, "prefactor": 2.48, "field_290": 0.3, "current_290": 300,
    "current_300": 250, "current_300_as_printed": 250, "realistic_coupling": 0.30,
}  # fmt: skip

DEBYE = 500 * constants.k / constants.e * 1e3
STEPS, HEIGHTS = (12.63, 22.97, DEBYE), (4.0, 2.98, 0.30)


@pytest.mark.parametrize("key", PUBLISHED)
def test_every_published_number_is_in_the_ledger(key):
    assert ENTRIES[key]["value"] == PUBLISHED[key]


def test_every_entry_can_be_computed_and_none_states_a_verdict():
    known = ledger.read_paper(FILE)
    assert len({entry.key for entry in known.entries}) == len(known.entries)
    for entry in known.entries:
        assert entry.question or entry.compute in paper.COMPUTED
        assert not {"verdict", "why", "computed"} & set(ENTRIES[entry.key])
        if entry.against:
            assert not entry.readings
    assert known.readings["cumulative"] == {}


FROM_PRINTED_ALONE = {
    "well_mass": "contradicts itself", "wavefunction_sign": "contradicts itself",
    "splitting_1": "reproduced", "splitting_2": "reproduced", "eta_1": "reproduced",
    "eta_1_first_pair": "contradicts itself", "eta_1_dimension": "reproduced",
    "exciton_spacing": "contradicts itself", "dipole_length": "contradicts itself",
    "scattering_ratio": "contradicts itself", "eta_2": "reproduced",
    "gap_zero_br_bcs": "reproduced", "tc_br_bcs": "contradicts itself",
    "tc_br_bcs_printed_prefactor": "reproduced", "prefactor": "contradicts itself",
    "prefactor_any_limit": "contradicts itself", "integral_limit": "contradicts itself",
    "field_unit": "contradicts itself", "current_unit": "contradicts itself",
    "gap_zero_bcs": "contradicts itself",
}  # fmt: skip


def test_the_list_above_is_complete():
    assert set(FROM_PRINTED_ALONE) == {key for key, one in ENTRIES.items() if "against" in one}


def verdict_of(key):
    known = ledger.read_paper(FILE)
    entry = next(one for one in known.entries if one.key == key)
    return ledger._row(entry, ledger.evaluate(known, entry))["verdict"]


@pytest.mark.parametrize("key", [k for k in FROM_PRINTED_ALONE if k != "gap_zero_bcs"])
def test_what_follows_from_printed_statements_alone(key):
    assert verdict_of(key) == FROM_PRINTED_ALONE[key]


@pytest.mark.parametrize(
    ("key", "verdict"),
    [
        ("level_1", "not reproduced"), ("level_ratio_2", "reproduced"),
        ("level_ratio_3", "reproduced"), ("well_gradient", "not reproduced"),
        ("scattering_ratio_candidates", "not reproduced"),
        ("gap_zero_realistic", "under-determined"), ("realistic_coupling", "not reproduced"),
        ("current_290", "under-determined"), ("current_against_field", "under-determined"),
        ("field_unit_consistent", "reproduced"), ("field_unit_of_carriers", "reproduced"),
        ("current_unit_consistent", "reproduced"), ("current_unit_of_carriers", "reproduced"),
    ],
)  # fmt: skip
def test_verdicts_without_a_gap_equation(key, verdict):
    assert verdict_of(key) == verdict


# ---- The well


def level(index, force, mass):
    """meV, by a search for zeros of Ai and SI units; force in meV/nm."""
    x = np.linspace(0, -8, 4001)
    values = airy(x)[0]
    left = np.flatnonzero(values[1:] * values[:-1] < 0)[index - 1]
    zero = optimize.brentq(lambda t: airy(t)[0], x[left], x[left + 1], xtol=1e-14)
    newton = force * constants.e * 1e-3 / 1e-9
    scale = (constants.hbar**2 * newton**2 / (2 * mass * constants.m_e)) ** (1 / 3)
    return -zero * scale / constants.e * 1e3


@pytest.mark.parametrize(("index", "expected"), [(1, 4.96), (2, 8.67), (3, 11.70)])
def test_levels(index, expected):
    found = paper.well_level(index=index, field_gradient=0.5, mass=1.0).low
    assert found == pytest.approx(level(index, 0.5, 1.0), rel=1e-12)
    assert found == pytest.approx(expected, abs=0.006)


def test_the_mass_and_the_gradient_put_the_levels_where_they_are_printed():
    levels = [16.87, 29.50, 39.84]
    mass = paper.well_mass(levels=levels, field_gradient=0.5).low
    force = paper.well_gradient(levels=levels, mass=1.0).low
    assert (mass, force) == (pytest.approx(0.02535, abs=5e-6), pytest.approx(3.14, abs=5e-3))
    for index, printed in enumerate(levels, 1):
        assert level(index, 0.5, mass) == pytest.approx(printed, rel=2e-4)
        assert level(index, force, 1.0) == pytest.approx(printed, rel=2e-4)


# ---- The couplings


@pytest.mark.parametrize(("spacing", "dipole", "expected"), [(5, 7, 3.88), (20, 10, 126.6)])
def test_eta_1_in_si_units(spacing, dipole, expected):
    density = constants.m_e / (np.pi * constants.hbar**2)
    epsilon = 6 * constants.epsilon_0
    energy = spacing * dipole * 1e-18 * constants.e**2 * 5e14 / epsilon
    eta = energy**2 * density / (3e-3 * constants.e)
    found = paper.exciton_coupling_of(spacing=float(spacing), dipole_length=float(dipole)).low
    assert found == pytest.approx(eta, rel=1e-12)
    assert found == pytest.approx(expected, rel=2e-3)


def test_eta_1_is_a_pure_number_with_the_square_of_the_density_only():
    assert paper.exciton_coupling_dimension(density_power=2).label == "a pure number"
    assert paper.exciton_coupling_dimension(density_power=1).label != "a pure number"


def midpoint(function, upper, count=40000):
    x = (np.arange(count) + 0.5) * upper / count
    return complex(np.sum(function(x)) * upper / count)


def ai(index):
    zero = {1: -2.338107410459767, 2: -4.087949444130971, 3: -5.520559828095551}[index]
    return lambda x: airy(x + zero)[0]


def test_candidates_of_the_scattering_ratio_on_a_midpoint_grid():
    def plain(power_1, power_2):
        return midpoint(lambda x: abs(ai(1)(x)) ** power_1 * abs(ai(2)(x)) ** power_2, 20.0).real

    one, two = plain(2, 0), plain(0, 2)
    crossed = midpoint(lambda x: ai(1)(x) * ai(2)(x), 20.0).real
    found = overlaps.pure_numbers()
    assert crossed == pytest.approx(0, abs=1e-9)
    expected = {
        "Int |phi_1||phi_2|": plain(1, 1) / np.sqrt(one * two),
        "square of Int |phi_1||phi_2|": plain(1, 1) ** 2 / (one * two),
        "Int |Ai_1||Ai_2|/Int Ai_1^2, not normalised": plain(1, 1) / one,
        "Int Ai_1^2/Int Ai_2^2": one / two,
        "Int phi_1^2 phi_2^2/Int phi_1^4": plain(2, 2) / plain(4, 0) * one / two,
        "Int phi_1^2 phi_2^2/Int phi_2^4": plain(2, 2) / plain(0, 4) * two / one,
        "Int phi_2^4/Int phi_1^4": plain(0, 4) / plain(4, 0) * (one / two) ** 2,
        "Int Ai_1^2 Ai_2^2/Int Ai_1^4, not normalised": plain(2, 2) / plain(4, 0),
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=1e-6), name
    assert all(abs(value - 0.7466) > 1e-3 for value in found.values())
    assert overlaps.nearest()[0] == "(E_2 - E_1)/E_1"


def test_families_on_a_midpoint_grid():
    length = 1.7

    def ratio(first, second):
        cross = abs(midpoint(lambda x: second(x).conjugate() * first(x), length)) ** 2
        return cross, *(
            midpoint(lambda x, f=f: abs(f(x)) ** 2, length).real for f in (first, second)
        )

    cross, one, two = ratio(ai(1), ai(2))
    assert overlaps.FAMILIES["cut at L, each normalised"](length) == pytest.approx(
        cross / (one * two), abs=1e-6
    )
    assert overlaps.FAMILIES["cut at L, as printed"](length) == pytest.approx(
        cross / one**2, abs=1e-6
    )
    over = midpoint(lambda x: ai(2)(x) * ai(1)(length - x), length).real
    same = midpoint(lambda x: ai(1)(x) * ai(1)(length - x), length).real
    whole = [midpoint(lambda x, i=i: ai(i)(x) ** 2, 20.0).real for i in (1, 2)]
    mirrored = overlaps.FAMILIES["hole in a mirrored well at distance L"](length)
    assert mirrored == pytest.approx((over / same) ** 2 * whole[0] / whole[1], abs=1e-6)
    for family in overlaps.FAMILIES:
        for place in overlaps.lengths_that_give_it(family):
            assert overlaps.FAMILIES[family](place) == pytest.approx(0.7466, abs=1e-6)


def test_equation_4_letter_by_letter():
    x = np.linspace(3.0, 12.0, 50)  # beyond the turning point its argument is positive
    assert overlaps.as_printed(x, 1) == pytest.approx(3 * airy(-(x - 2.338107410459767))[0])
    # Before it, on the principal branch: i root(s) [I_1/3(t) e^(-i pi/6) + I_-1/3(t) e^(i pi/6)].
    s = 2.338107410459767 - 0.5
    t = 2 / 3 * s**1.5
    phase = np.exp(1j * np.pi / 6)
    expected = 1j * np.sqrt(s) * (iv(1 / 3, t) / phase + iv(-1 / 3, t) * phase)
    assert overlaps.as_printed(np.array([0.5]), 1)[0] == pytest.approx(expected)
    assert paper.wavefunction_far_away(last=20.0).label == "oscillates"


# ---- The gap equation, on cells of which every step is integrated exactly


def cells(count):
    """Midpoints, and the mean of U0 over each cell seen from each midpoint and from xi = 0."""
    width = DEBYE / count
    middle = (np.arange(count) + 0.5) * width
    from_points = np.append(middle, 0.0)
    mean = np.zeros((count + 1, count))
    inner = 0.0
    for end, height in zip(STEPS, HEIGHTS, strict=True):
        low = np.maximum(middle - width / 2, from_points[:, None] - end)
        high = np.minimum(middle + width / 2, from_points[:, None] + end)
        covered = np.clip(high - low, 0.0, None) / width
        mean += height * (covered - inner)
        inner = covered
    return middle, width, mean


def brute_gap(kelvin, count=500):
    """Delta(0), meV, by iteration."""
    xi, width, mean = cells(count)
    delta = np.full(count + 1, 40.0)
    for _ in range(400):
        energy = np.hypot(xi, delta[:-1])
        thermal = np.tanh(energy / (2 * BOLTZMANN * kelvin)) if kelvin else 1.0
        new = mean @ (width * delta[:-1] * thermal / (2 * energy))
        if np.max(np.abs(new - delta)) < 1e-8:
            break
        delta = new
    return delta[-1]


def brute_critical_temperature(count=300):
    """Tc, K, by the largest eigenvalue."""
    xi, width, mean = cells(count)

    def excess(kelvin):
        weight = width * np.tanh(xi / (2 * BOLTZMANN * kelvin)) / (2 * xi)
        root = np.sqrt(weight)
        return np.linalg.eigvalsh(root[:, None] * mean[:-1] * root)[-1] - 1

    return optimize.brentq(excess, 300.0, 420.0, xtol=1e-4)


def test_gaps_and_tc_of_this_model_on_a_brute_force_grid():
    found = [curves.gap_at("this model", t).low for t in (0.0, 290.0, 300.0)]
    wanted = [brute_gap(t) for t in (0.0, 290.0, 300.0)]
    assert found == pytest.approx(wanted, abs=5e-3)
    assert found[0] == pytest.approx(42.506, abs=1e-3)
    tc = curves.critical_temperature("this model").low
    assert tc == pytest.approx(brute_critical_temperature(), abs=0.03)
    current = paper.current_at(temperature=300.0, power=2.0).low
    assert current == pytest.approx(300 * (wanted[2] / wanted[1]) ** 2, abs=0.2)
    assert paper.current_trend(lowest=300.0).label == "decreases"
    # The sample of the presets carries what the paper prints, and Bc is that of the observable.
    density, wavevector, area = (
        LK99_SAMPLE[k] for k in ("density_of_states", "fermi_wavevector", "cross_section")
    )
    ampere = CHARGE_OVER_HBAR * density * found[1] ** 2 / wavevector * area
    assert ampere == pytest.approx(0.3, rel=1e-6)
    tesla = paper.critical_field_at(temperature=290.0, thickness=7.0).low
    assert tesla == pytest.approx(critical_field._TESLA * np.sqrt(density) * found[1], rel=1e-12)
    volume = constants.m_e / (np.pi * constants.hbar**2) / 7e-9
    assert tesla == pytest.approx(
        np.sqrt(constants.mu_0 * volume) * found[1] * 1e-3 * constants.e, rel=1e-9
    )


# ---- Constant kernels and BR-BCS


def constant_gap(kelvin, coupling, cutoff):
    """Delta, meV, of a constant U0, from its own equation; 0 above Tc."""

    def excess(delta):
        def integrand(x):
            energy = np.hypot(x, delta)
            return (np.tanh(energy / (2 * BOLTZMANN * kelvin)) if kelvin else 1.0) / energy

        return coupling / 2 * integrate.quad(integrand, 0, cutoff)[0] - 1

    return optimize.brentq(excess, 1e-6, 200.0) if excess(1e-6) > 0 else 0.0


def test_bcs_against_its_closed_form_and_the_coupling_of_the_inset():
    assert constant_gap(0.0, 3.2, DEBYE) == pytest.approx(64.65, abs=5e-3)
    found = paper.constant_coupling_gap(coupling=3.2).low
    assert found == pytest.approx(constant_gap(0.0, 3.2, DEBYE), rel=1e-8)
    needed = paper.coupling_of_gap(gap=[0.025, 0.035])
    assert constant_gap(0.0, needed.low, DEBYE) == pytest.approx(0.025, rel=1e-6)
    assert constant_gap(0.0, needed.high, DEBYE) == pytest.approx(0.035, rel=1e-6)


def printed_br_bcs(prefactor):
    """Tc, K, of the appendix, with C as a function of z."""
    rho = optimize.brentq(lambda r: r ** (1 / 3) - 40 * (1 - r**4), 0.5, 1.0)
    scale = rho ** (1 / 3) * 500

    def excess(tc):
        z = 250 / tc
        return prefactor(z) * scale * np.exp(-1 / np.tanh(z) / 1.4) - tc

    return rho, scale, optimize.brentq(excess, 200.0, 600.0)


def own_prefactor(z):
    return 0.5 * np.exp(
        -integrate.quad(lambda x: np.log(x) / np.cosh(x) ** 2, 0, z)[0] / np.tanh(z)
    )


def test_br_bcs_against_a_calculation_of_its_own():
    rho, scale, tc = printed_br_bcs(own_prefactor)
    assert paper.band_filling().low == pytest.approx(rho, rel=1e-10)
    assert paper.printed_formula().low == pytest.approx(tc, rel=1e-7)
    assert tc == pytest.approx(329.7, abs=0.05)
    assert paper.prefactor_at(critical_temperature=370.0).low == pytest.approx(
        own_prefactor(250 / 370), rel=1e-8
    )
    delta = scale * BOLTZMANN / np.sinh(1 / 1.4)
    assert paper.renormalised_gap().low == pytest.approx(delta, rel=1e-12)
    once = 2.48 * scale * np.exp(-1 / np.tanh(250 / 370) / 1.4)
    found = paper.printed_formula_at(prefactor_value=2.48, critical_temperature=370.0).low
    assert found == pytest.approx(once, rel=1e-12)
    assert found == pytest.approx(367.8, abs=0.05)
    # Found together with z, the printed C gives another Tc.
    assert printed_br_bcs(lambda _: 2.48)[2] == pytest.approx(368.83, abs=0.01)


def test_no_upper_limit_gives_the_printed_prefactor():
    z = 250 / 370
    x = np.geomspace(1e-9, 10, 100001)
    integrals = integrate.cumulative_trapezoid(np.log(x) / np.cosh(x) ** 2, x, initial=0)
    values = 0.5 * np.exp(-integrals / np.tanh(z))
    found = paper.largest_prefactor(critical_temperature=370.0).low
    assert values.max() == pytest.approx(found, rel=1e-3)
    assert found < 2.48


# ---- The three models side by side, with gaps that are known


@pytest.fixture
def known_gaps(monkeypatch):
    """Gaps of three constant kernels in place of the solver's."""
    kernels = {
        "this model": (2.9, DEBYE), "BR-BCS": (2.8, 0.9979 * DEBYE), "BCS": (3.2, DEBYE)
    }  # fmt: skip

    def gaps(name, temperatures, changes=()):
        values = [constant_gap(t, *kernels[name]) for t in temperatures]
        return np.array([values, np.zeros(len(values))])

    def critical(name, changes=()):
        return computed(optimize.brentq(lambda t: constant_gap(t, *kernels[name]) - 1e-3, 20, 600))

    monkeypatch.setattr(curves, "gaps", gaps)
    monkeypatch.setattr(curves, "critical_temperature", critical)
    monkeypatch.setattr(curves, "gaps_of", lambda _, t: np.zeros((2, len(t))))
    curves.lowest_gap_up_to.cache_clear()
    yield kernels
    curves.lowest_gap_up_to.cache_clear()


def test_order_and_ratio(known_gaps):
    assert paper.order_of(temperature=0.0).label == "BR-BCS < this model < BCS"
    expected = np.sinh(2 / 2.9) / np.sinh(2 / 3.2)
    found = paper.field_ratio(model="BCS", temperature=0.0).low
    assert found == pytest.approx(expected, rel=1e-7)
    assert paper.smoothest(measure="what is left at 290 K").label == "BCS"


def test_the_temperature_up_to_which_this_model_is_lowest(known_gaps):
    known_gaps["this model"] = (2.0, 1.6 * DEBYE)  # weaker coupling: more Tc for the same gap
    known_gaps["BR-BCS"] = (3.4, 0.86 * DEBYE)
    low, high = (constant_gap(0.0, *known_gaps[name]) for name in ("this model", "BR-BCS"))
    assert low < high
    found = paper.lowest_up_to()
    below, above = found.low - 0.1, found.low + 0.1
    signs = [
        constant_gap(t, *known_gaps["this model"]) < constant_gap(t, *known_gaps["BR-BCS"])
        for t in (below, above)
    ]
    assert signs == [True, False]
    known_gaps["BR-BCS"] = (1.0, DEBYE)
    curves.lowest_gap_up_to.cache_clear()
    assert paper.lowest_up_to().low == 0.0


def test_figures_say_what_they_show(known_gaps):
    figures = figure_data()
    assert list(figures) == ["figure_1", "figure_2", "figure_3", "figure_4"]
    for data in figures.values():
        assert data.attrs["title"]
        assert data.attrs["caption"]
        for variable in data.variables.values():
            assert {"units", "long_name"} <= set(variable.attrs)
    levels = figures["figure_2"].level.sel(source="printed").values
    assert levels.tolist() == [16.87, 29.50, 39.84]
    at_290 = figures["figure_3"].critical_current.interp(temperature=290.0)
    assert at_290.values == pytest.approx([300.0, 300.0], rel=1e-3)
    staircase = figures["figure_2"].potential.sel(reading="cumulative")
    for energy, height in ((5.0, 4.0), (20.0, 2.98), (40.0, 0.30), (50.0, 0.0)):
        assert float(staircase.sel(energy_transfer=energy, method="nearest")) == height
