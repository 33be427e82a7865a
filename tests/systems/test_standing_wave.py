"""Exchange pairing of standing waves (Dolgopolov, arXiv:1501.04978)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle.conserved_density import conserved_temperature
from scipy import constants, special

import pairlab as pl
from pairlab.pairing.conditions.bose_gas import bose_einstein_temperature, condensing_density

K_B = constants.k / constants.e * 1e3  # meV/K
UNIT = constants.h**2 / (8 * constants.m_e) / constants.e * 1e3 * 1e18  # h^2/8m, meV nm^2


def test_levels_are_those_of_a_particle_in_a_box():
    """E = h^2/(8 m R^2), n^2 times that, and E_F of free electrons by Eq. 3.12 in SI."""
    m = pl.StandingWave.preset("na", orders=2)
    d = pl.standing_waves(m)
    assert d.standing_wave_energy.values == pytest.approx(
        d.order.values**2 * UNIT / d.repeat_distance.values**2, rel=1e-9
    )
    density = 2 / (0.428e-9) ** 3
    fermi = constants.h**2 / (8 * constants.m_e) * (3 * density / math.pi) ** (2 / 3)
    assert float(d.fermi_energy) == pytest.approx(fermi / constants.e * 1e3, rel=1e-9)
    assert float(d.electron_density) == pytest.approx(density * 1e-27, rel=1e-12)
    assert list(pl.standing_waves(m.replace(orders=1)).wave.values[:2]) == ["111", "100"]
    assert "100, n = 2" in d.wave.values
    assert np.all(np.diff(np.abs(d.fermi_mismatch.values)) >= 0)


def test_tc_below_the_fermi_energy_against_quadrature():
    """E_l < E_F: E_1 = E_F - Delta (Eq. 3.8)."""
    m = pl.StandingWave.preset("li", pairing_energy=250.0)
    level = UNIT / 0.349**2
    found = pl.critical_temperature(m)
    assert found.value == pytest.approx(conserved_temperature(3200 - 250, level), rel=1e-7)
    assert found.error < 1e-10 * found.value
    assert found.provenance.cite == ("arXiv:1501.04978",)


def test_tc_above_the_fermi_energy_against_quadrature():
    """E_l >= E_F: E_1 = E_l - Delta (Eq. 3.7), whatever E_F."""
    level = UNIT / 0.349**2
    wanted = conserved_temperature(level - 120, level)
    for fermi in (3000.0, 3050.0, level):
        m = pl.StandingWave(repeat_distance=0.349, fermi_energy=fermi, pairing_energy=120.0)
        assert float(pl.critical_temperature(m)) == pytest.approx(wanted, rel=1e-7)


def test_the_condition_of_eq_3_4_is_sharp():
    level = UNIT / 0.349**2
    for side in (-1, 1):
        for share, pairs in ((1.000001, False), (1.0, False), (0.999, True)):
            m = pl.StandingWave(
                repeat_distance=0.349, fermi_energy=level + side * share * 50, pairing_energy=50.0
            )
            found = pl.critical_temperature(m)
            assert (found.value > 0) is pairs
            if not pairs:
                assert found.result is pl.Result.NO_SUPERCONDUCTIVITY


def test_tc_ends_continuously_on_both_sides():
    """Below E_F by Eq. 3.11, whose gap closes; above it by T_BEC, as N_s goes to zero."""
    level = UNIT / 0.349**2

    def wave(fermi):
        m = pl.StandingWave(repeat_distance=0.349, fermi_energy=fermi, pairing_energy=50.0)
        return pl.standing_waves(m).isel(wave=0)

    high, low = wave(level + 50 - 1e-5), wave(level - 50 + 1e-9)
    assert 0 < float(high.wave_critical_temperature) < 1e-5
    assert str(high.wave_verdict.values).startswith("Tc where single electrons")
    assert 0 < float(low.wave_critical_temperature) < 1e-2
    assert float(low.wave_critical_temperature) == float(low.condensation_temperature)
    assert str(low.wave_verdict.values).startswith("Tc = T_BEC")


def test_a_critical_temperature_of_a_millikelvin():
    """Lithium, Tc < 0.4 mK: Delta has to meet |E_F - E_l| = 113 meV to C k Tc = 6e-4 meV."""
    level = UNIT / 0.349**2
    kt = K_B * 4e-4
    leading = math.log(12 * 3087.25 / (math.pi**2 * kt))
    delta = (3200 - level) + leading * kt
    m = pl.StandingWave.preset("li", pairing_energy=delta)
    found = pl.critical_temperature(m)
    # Energies held to 16 digits of 3200 meV leave about 1e-9 of E_l - E_1 = C k Tc = 6e-4 meV.
    assert abs(found.value / 4e-4 - 1) < 1e-8
    assert 1e-9 * found.value < found.error < 1e-8 * found.value


def test_the_density_of_pairs_and_what_it_condenses_at():
    m = pl.StandingWave.preset("li", pairing_energy=250.0)
    wave = pl.standing_waves(m).isel(wave=0)
    si = (2 * constants.m_e) ** 1.5 / (2 * math.pi**2 * constants.hbar**3)
    low, high = ((3200 - 250) * 1e-3 * constants.e, 3.2 * constants.e)
    electrons = si * (high**1.5 - low**1.5) / 1.5
    assert float(wave.paired_electrons) == pytest.approx(electrons * 1e-27, rel=1e-9)
    boson = 2 * constants.m_e
    kelvin = 2 * math.pi * constants.hbar**2 / (boson * constants.k)
    kelvin *= (electrons / 2 / special.zeta(1.5)) ** (2 / 3)
    assert float(wave.condensation_temperature) == pytest.approx(kelvin, rel=1e-9)
    assert float(wave.pairing_temperature) == pytest.approx(250 / (3.5 * K_B), rel=1e-9)


def test_the_prefactor_of_the_bose_gas_is_the_printed_one():
    """3.3125 hbar^2 n^(2/3)/(m k)."""
    unit = constants.hbar**2 / (constants.m_e * constants.k) * 1e18
    assert bose_einstein_temperature(1.0, 1.0) / unit == pytest.approx(3.3125, abs=5e-5)
    assert bose_einstein_temperature(0.0, 1.0) == 0


@given(kelvin=st.floats(1e-6, 1e6), mass=st.floats(0.01, 100))
def test_condensing_density_is_the_inverse(kelvin, mass):
    density = condensing_density(kelvin, mass)
    assert bose_einstein_temperature(density, mass) == pytest.approx(kelvin, rel=1e-12)


def test_silver_in_gold_condenses_at_the_printed_temperature():
    m = pl.StandingWave.preset("ag_au", pairing_energy=1200.0)
    waves = pl.standing_waves(m)
    assert waves.condensation_temperature.values[0] == pytest.approx(286, abs=0.01)
    assert float(pl.critical_temperature(m)) == pytest.approx(286, abs=0.01)


def test_pairs_break_first_where_they_are_weak():
    """kT* = Delta/ratio: a large ratio makes T* the smallest temperature."""
    m = pl.StandingWave.preset("li", pairing_energy=250.0, pairing_ratio=60.0)
    assert float(pl.critical_temperature(m)) == pytest.approx(250 / (60 * K_B), rel=1e-12)
    m = m.replace(mass_isotope_exponent=-0.2)
    assert float(pl.isotope_coefficient(m)) == 0


# ---- What moves E_F


def test_a_double_dome_over_doping():
    """Two repeat distances near E_F: one dome each, and nothing between."""
    m = pl.StandingWave(
        repeat_distance=[0.40, 0.39], fermi_energy=2400.0, pairing_energy=30.0, density_exponent=0.5
    )
    energies = np.linspace(2300, 2520, 111)
    doping = (energies / 2400) ** 1.5 - 1
    data = pl.sweep(m, {"doping": doping})
    tc = data.critical_temperature.values
    inside = (np.abs(energies - UNIT / 0.16) < 30) | (np.abs(energies - UNIT / 0.39**2) < 30)
    assert np.array_equal(tc > 0, inside)
    starts = np.flatnonzero(np.diff((tc > 0).astype(int)) == 1)
    assert len(starts) == 2
    assert set(data.critical_temperature_result_code.values.tolist()) == {0, 1}


def test_doping_is_what_more_electrons_do():
    doped = pl.StandingWave.preset("na", doping=0.21)
    richer = pl.StandingWave.preset("na", electrons=1.21)
    assert float(pl.standing_waves(doped).fermi_energy) == pytest.approx(
        float(pl.standing_waves(richer).fermi_energy), rel=1e-12
    )


def test_an_isotropic_squeeze_moves_both_energies_alike():
    """E_F and E_l go as R^-2 (the paper prints R^2), so that their ratio stays."""
    free = pl.standing_waves(pl.StandingWave.preset("na"))
    squeezed = pl.standing_waves(pl.StandingWave.preset("na", pressure=5.0, bulk_modulus=6.3))
    ratio = squeezed.standing_wave_energy.values / free.standing_wave_energy.values
    volume = (1 + 4 * 5 / 6.3) ** (-1 / 4)  # Murnaghan
    assert ratio == pytest.approx(volume ** (-2 / 3), rel=1e-12)
    assert float(squeezed.fermi_energy / free.fermi_energy) == pytest.approx(
        volume ** (-2 / 3), rel=1e-12
    )


def test_a_mass_that_grows_under_pressure_lowers_the_fermi_energy():
    heavy = pl.StandingWave.preset("li", pressure=5.0, bulk_modulus=11.0, mass_volume_exponent=1.0)
    volume = (1 + 4 * 5 / 11) ** (-1 / 4)
    assert float(pl.standing_waves(heavy).fermi_energy) == pytest.approx(
        3200 * volume ** (-2 / 3 + 1), rel=1e-12
    )


def test_a_thin_film_has_the_larger_fermi_energy():
    bulk = pl.StandingWave.preset("li")
    film = [
        float(pl.standing_waves(bulk.replace(film_thickness=d)).fermi_energy)
        for d in (1.0, 3.0, 1e4)
    ]
    assert film[0] > film[1] > film[2] > 3200
    assert film[2] == pytest.approx(3200, rel=1e-4)


# ---- The isotope effect


@pytest.mark.parametrize("exponent", [-0.3, 0.2])
@pytest.mark.parametrize(
    "changes",
    [
        {"fermi_energy": 3200.0, "pairing_energy": 250.0},
        {"fermi_energy": 3050.0, "pairing_energy": 120.0},
        {"fermi_energy": 3000.0, "pairing_energy": 88.0},
        {"fermi_energy": 3090.0, "pairing_energy": 60.0, "density_exponent": 2.0},
    ],
    ids=["below", "above", "condensation", "steep"],
)
def test_the_isotope_coefficient_against_differences(changes, exponent):
    m = pl.StandingWave(repeat_distance=0.349, mass_isotope_exponent=exponent, **changes)
    step = 3e-6

    def log_tc(ratio):
        return math.log(float(pl.critical_temperature(m.replace(ion_mass_ratio=ratio))))

    wanted = -(log_tc(math.exp(step)) - log_tc(math.exp(-step))) / (2 * step)
    assert float(pl.isotope_coefficient(m)) == pytest.approx(wanted, rel=1e-5, abs=1e-8)


def test_the_sign_of_the_isotope_coefficient_is_that_of_the_mismatch():
    """Light ions, heavy electrons: alpha > 0 above the level; below it 0, or < 0 by T_BEC."""

    def alpha(fermi, delta):
        return float(pl.isotope_coefficient(pl.StandingWave(
            repeat_distance=0.349, fermi_energy=fermi, pairing_energy=delta,
            mass_isotope_exponent=-0.2,
        )))  # fmt: skip

    assert alpha(3200.0, 250.0) > 0
    assert alpha(3050.0, 120.0) == pytest.approx(0, abs=1e-9)
    assert alpha(3000.0, 88.0) < 0


# ---- A density of states from a table


def table(exponent=0.5, amplitude=1.0, shift=-4000.0, fermi=-800.0, top=6000.0):
    energy = np.linspace(0.0, 1.0, 4001) ** 2 * top
    return {
        "energy": tuple((energy + shift).tolist()),
        "states": tuple((amplitude * energy**exponent).tolist()),
        "per": "nm^3",
        "fermi_energy": fermi,
    }


def test_a_tabulated_free_electron_band_gives_what_free_electrons_give():
    states = (2 * constants.m_e) ** 1.5 * (1e-3 * constants.e) ** 1.5 / (
        2 * math.pi**2 * constants.hbar**3
    ) * 1e-27  # fmt: skip
    m = pl.StandingWave(
        repeat_distance=0.349, density_of_states=table(amplitude=states), pairing_energy=250.0
    )
    free = pl.StandingWave(repeat_distance=0.349, fermi_energy=3200.0, pairing_energy=250.0)
    a, b = (pl.standing_waves(x).isel(wave=0) for x in (m, free))
    assert float(a.fermi_energy) == pytest.approx(3200, rel=1e-12)
    for name in ("conservation_temperature", "condensation_temperature", "paired_electrons"):
        assert float(a[name]) == pytest.approx(float(b[name]), rel=1e-6)
    heavier = m.replace(ion_mass_ratio=1.01, mass_isotope_exponent=1.0)
    assert float(pl.standing_waves(heavier).fermi_energy) == pytest.approx(3200 / 1.01, rel=1e-9)


def test_the_isotope_coefficient_of_a_table_against_differences():
    bumpy = table()
    energy = np.array(bumpy["energy"]) + 4000
    bumpy["states"] = tuple((np.sqrt(energy) * (1 + 0.2 * np.sin(energy / 200 + 4))).tolist())
    m = pl.StandingWave(repeat_distance=0.349, density_of_states=bumpy, pairing_energy=250.0,
                        mass_isotope_exponent=-0.3)  # fmt: skip
    step = 1e-4

    def log_tc(ratio):
        return math.log(float(pl.critical_temperature(m.replace(ion_mass_ratio=ratio))))

    wanted = -(log_tc(math.exp(step)) - log_tc(math.exp(-step))) / (2 * step)
    assert float(pl.isotope_coefficient(m)) == pytest.approx(wanted, rel=1e-3)


def test_a_band_that_falls_has_no_solution_and_says_so():
    falling = table()
    energy = np.array(falling["energy"]) + 4000
    falling["states"] = tuple((1000.0 * np.sqrt(energy) * np.exp(-energy / 800)).tolist())
    m = pl.StandingWave(repeat_distance=0.349, density_of_states=falling, pairing_energy=250.0)
    found = pl.critical_temperature(m, throw=False)
    assert found.result is pl.Result.NO_SOLUTION
    assert math.isnan(found.value)
    with pytest.raises(pl.SolverError, match="no solution"):
        pl.critical_temperature(m)


# ---- What is refused


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        ({}, "both missing"),
        ({"repeat_distance": 0.3}, "Fermi energy is not known"),
        ({"repeat_distance": 0.3, "fermi_energy": -1.0}, "greater than"),
        ({"repeat_distance": -0.3, "fermi_energy": 1.0}, "lattices repeat"),
        ({"repeat_distance": 0.3, "fermi_energy": 1e3, "electrons": 1.0}, "each determines"),
        ({"repeat_distance": 0.3, "fermi_energy": 1e3, "pressure": 1.0}, "bulk_modulus"),
        ({"repeat_distance": 0.3, "fermi_energy": 1e3, "ion_mass_ratio": 1.1}, "mass_isotope"),
        ({"repeat_distance": 0.3, "fermi_energy": 1e3, "pairing_energy": -5.0}, "greater than 0"),
        ({"repeat_distance": 0.3, "fermi_energy": "1 K"}, "wrong unit"),
        ({"repeat_distance": 0.349, "density_of_states": table(fermi=3000.0)}, "does not reach"),
        ({"repeat_distance": 0.349, "density_of_states": table(top=3300.0), "doping": 0.1},
         "does not reach the Fermi energy"),
    ],
)  # fmt: skip
def test_bad_input_is_a_sentence(given_, says):
    with pytest.raises(pl.InputError, match=says):
        pl.StandingWave(**given_)


def test_a_pairing_energy_beyond_the_band():
    m = pl.StandingWave.preset("li", pairing_energy=4000.0)
    with pytest.raises(pl.InputError, match="bottom of the band"):
        pl.critical_temperature(m)


def test_a_table_that_ends_below_a_level():
    m = pl.StandingWave(repeat_distance=0.345, density_of_states=table(fermi=-3000.0, top=1100.0),
                        pairing_energy=900.0, fermi_energy=1090.0)  # fmt: skip
    assert pl.critical_temperature(m).result is pl.Result.NO_SUPERCONDUCTIVITY
    m = m.replace(repeat_distance=0.5, pairing_energy=500.0)
    with pytest.raises(pl.InputError, match="lies beyond it"):
        pl.critical_temperature(m)


def test_without_a_pairing_energy_there_is_no_tc_but_a_table():
    m = pl.StandingWave.preset("na")
    with pytest.raises(pl.CapabilityError, match="pairing_energy"):
        pl.critical_temperature(m)
    waves = pl.standing_waves(m)
    assert "wave_critical_temperature" not in waves
    assert all("needs Delta above" in text for text in waves.wave_verdict.values)
    with pytest.raises(pl.CapabilityError, match="gap"):
        pl.gap(m)


def test_a_run_file_gives_the_same_mechanism_back(tmp_path):
    for name in ("li", "bi"):
        m = pl.preset(name)
        path = tmp_path / f"{name}.toml"
        path.write_text(m.to_toml(), encoding="utf-8")
        assert pl.load(path) == m
    m = pl.StandingWave(repeat_distance=0.349, density_of_states=table(), pairing_energy=250.0)
    path.write_text(m.to_toml(), encoding="utf-8")
    assert pl.load(path) == m


def test_the_report_marks_its_point_on_the_dome():
    d = pl.run(pl.StandingWave.preset("li", pairing_energy=250.0, mass_isotope_exponent=-0.1))
    assert {"critical_temperature", "isotope_coefficient", "standing_wave_energy",
            "dome_critical_temperature", "density_of_states"} <= set(d.data_vars)  # fmt: skip
    dome = d.dome_critical_temperature
    # Outside of every |E_F - E_l| < Delta there is nothing.
    energy = 3200 * (1 + d.dome_doping.values) ** (2 / 3)
    near = np.abs(energy[:, None] - d.standing_wave_energy.values).min(axis=1) < 250
    assert np.array_equal(dome.values > 0, near)


# ---- Densities of states and electrons that do not fit together


def test_electrons_that_are_given_fill_the_table():
    """Also where the file knows its own E_F."""
    li = pl.StandingWave.preset("li").structure
    states = (2 * constants.m_e) ** 1.5 * (1e-3 * constants.e) ** 1.5 / (
        2 * math.pi**2 * constants.hbar**3
    ) * 1e-27  # fmt: skip
    m = pl.StandingWave(structure=li, density_of_states=table(amplitude=states), electrons=0.5)
    free = pl.StandingWave(structure=li, electrons=0.5)
    wanted = float(pl.standing_waves(free).fermi_energy)
    assert float(pl.standing_waves(m).fermi_energy) == pytest.approx(wanted, rel=1e-5)
    # At E_F = 0 of the file, which is a number like any other.
    zero = table(amplitude=states, shift=-3200.0, fermi=0.0)
    m = pl.StandingWave(structure=li, density_of_states=zero)
    assert float(pl.standing_waves(m).fermi_energy) == pytest.approx(3200, rel=1e-6)


@pytest.mark.parametrize("given_", [{"electrons": 20.0}, {"fermi_energy": 8100.0}])
def test_a_fermi_energy_beyond_the_table_is_refused(given_):
    li = pl.StandingWave.preset("li").structure
    with pytest.raises(pl.InputError, match="does not reach the Fermi energy"):
        pl.StandingWave(structure=li, density_of_states=table(amplitude=1e-4), **given_)


def test_an_exponent_beside_a_table_is_refused():
    with pytest.raises(pl.InputError, match="density_exponent"):
        pl.StandingWave(repeat_distance=0.349, density_of_states=table(), density_exponent=1.0)


def test_strong_negative_doping_finds_the_longer_distances():
    """It is the same state as with fewer electrons."""
    few = pl.StandingWave.preset("na", electrons=0.05, pairing_energy=30.0)
    doped = pl.StandingWave.preset("na", doping=-0.95, pairing_energy=30.0)
    assert float(pl.critical_temperature(doped)) == pytest.approx(
        float(pl.critical_temperature(few)), rel=1e-9
    )
    assert float(pl.critical_temperature(few)) > 0


def test_an_isotope_exponent_of_zero_is_a_value():
    m = pl.StandingWave.preset("li", pairing_energy=250.0, mass_isotope_exponent=0.0)
    assert float(pl.isotope_coefficient(m)) == 0
    data = pl.sweep(m, {"mass_isotope_exponent": [-0.1, 0.0, 0.1]}, ["isotope_coefficient"])
    assert data.isotope_coefficient.values[1] == 0
    assert data.isotope_coefficient.values[0] == pytest.approx(-data.isotope_coefficient.values[2])


@pytest.mark.parametrize("delta", [3000.0, 3199.0])
def test_the_dome_of_a_large_pairing_energy_leaves_out_what_has_no_band(delta):
    m = pl.StandingWave.preset("li", pairing_energy=delta)
    data = pl.sweep(m, m.report_axes)
    assert pl.Result.INVALID_INPUT.code not in data.critical_temperature_result_code.values


def test_the_dome_of_a_film_lies_at_its_levels():
    m = pl.StandingWave.preset("li", pairing_energy=30.0, film_thickness=1.0)
    data = pl.sweep(m, m.report_axes)
    assert int((data.critical_temperature > 0).sum()) > 40


def test_a_gap_that_is_never_filled_has_no_constant():
    m = pl.StandingWave(repeat_distance=0.349, fermi_energy=3100.0, pairing_energy=2500.0)
    wave = pl.standing_waves(m).isel(wave=0)
    assert float(wave.conservation_temperature) == np.inf
    assert np.isnan(float(wave.thermal_constant))
    assert float(wave.wave_critical_temperature) == pytest.approx(
        min(float(wave.condensation_temperature), float(wave.pairing_temperature))
    )


def test_a_file_name_in_python_says_how_to_read_it():
    with pytest.raises(pl.InputError, match=r"pairlab\.read_structure"):
        pl.StandingWave(structure="li.cif")
    m = pl.StandingWave.preset("li", pairing_energy=150.0)
    with pytest.raises(pl.InputError, match="content of a file"):
        pl.sweep(m, {"structure": ["a.cif", "b.cif"]})


@pytest.mark.parametrize(
    "values",
    [
        {"effective_mass": 1e300}, {"fermi_energy": 1e300}, {"fermi_energy": 1e-300},
        {"maximum_repeat_distance": 1e300}, {"film_thickness": 1e300},
        {"ion_mass_ratio": 1.1, "mass_isotope_exponent": 1e6}, {"doping": 1e300},
        {"pressure": 1.0, "bulk_modulus": 11.0, "mass_volume_exponent": 1e6},
        {"pressure": 1.0, "bulk_modulus": 11.0, "bulk_modulus_derivative": 1e-300},
    ],
)  # fmt: skip
def test_numbers_out_of_all_proportion_are_refused(values):
    with pytest.raises(pl.InputError, match=next(reversed(values))):
        pl.StandingWave.preset("li", pairing_energy=150.0, **values)
