"""Critical fields and currents: units by pint, closed forms, limits, and what is refused."""

import numpy as np
import pint
import pytest
from scipy import constants, integrate

import pairlab as pl
from pairlab.solution import Result

BOLTZMANN = constants.k / constants.e * 1e3
BCS = pl.Bcs(coupling=0.25, cutoff=30.0, density_of_states=0.02)
FULL = BCS.replace(fermi_wavevector=12.0, cross_section=1e6)
MODELS = {
    "bcs": FULL,
    "lk99": pl.preset("lk99"),
    "lk99_brbcs": pl.preset("lk99_brbcs"),
}
unit = pint.UnitRegistry()


def test_critical_field_has_the_units_of_one():
    found = float(pl.critical_field(BCS).critical_field[0])
    delta = float(pl.gap(BCS).gap[0]) * unit.meV
    density = BCS.density_of_states / (unit.meV * unit.nm**3)
    wanted = (np.sqrt(unit.vacuum_permeability * density) * delta).to("T").magnitude
    assert found == pytest.approx(wanted, rel=1e-9)
    # The formula as it is printed, sqrt(mu0 N(0) Delta), is no field.
    with pytest.raises(pint.DimensionalityError):
        np.sqrt(unit.vacuum_permeability * density * delta).to("T")


def test_critical_current_has_the_units_of_one():
    found = pl.critical_current(FULL)
    delta = float(pl.gap(FULL).gap[0]) * unit.meV
    density = FULL.density_of_states / (unit.meV * unit.nm**3)
    wavevector = FULL.fermi_wavevector / unit.nm
    momentum = unit.hbar * wavevector
    by_states = (unit.elementary_charge * density * delta**2 / momentum).to("A/cm^2").magnitude
    carriers = wavevector**3 / (3 * np.pi**2)
    landau = (unit.elementary_charge * carriers * delta / momentum).to("A/cm^2").magnitude
    assert float(found.critical_current_density[0, 0]) == pytest.approx(by_states, rel=1e-8)
    assert float(found.landau_critical_current_density[0, 0]) == pytest.approx(landau, rel=1e-8)
    area = (FULL.cross_section * unit.nm**2).to("cm^2").magnitude
    assert float(found.critical_current[0, 0]) == pytest.approx(by_states * area, rel=1e-8)
    with pytest.raises(pint.DimensionalityError):
        (unit.elementary_charge * density * delta / momentum).to("A/cm^2")


def test_both_fields_agree_in_weak_coupling_at_zero_temperature_only():
    weak = BCS.replace(coupling=0.12)
    tc = pl.critical_temperature(weak).value
    found = pl.critical_field(weak, tc * np.array([0.0, 0.5, 0.9]))
    ratio = (found.critical_field / found.thermodynamic_critical_field).values
    assert ratio[0] == pytest.approx(1.0, abs=2e-4)
    assert np.all(np.diff(ratio) > 0.05)


def test_thermodynamic_field_of_an_energy_dependent_gap():
    """F_s - F_n at T = 0 from the published gap, Sum 2 [xi - E + Delta^2/(2E)] over xi > 0."""
    m = pl.preset("lk99")
    gap = pl.gap(m)
    points = gap.energy.values

    def summand(xi):
        delta = np.interp(xi, points, gap.gap.values[0])
        energy = np.hypot(xi, delta)
        return 2 * (xi - energy + delta**2 / (2 * energy))

    value, _ = integrate.quad(summand, 0, points[-1], points=points[::8][1:-1], limit=400)
    found = pl.thermodynamics(m).free_energy_difference[0]
    assert float(found) == pytest.approx(value, rel=2e-4)  # straight lines between the points


@pytest.mark.parametrize("name", MODELS)
def test_entropy_and_specific_heat_are_derivatives_of_the_free_energy(name):
    m = MODELS[name]
    tc = pl.critical_temperature(m).value
    middle, h = 0.6 * tc, 2e-3 * tc
    found = pl.thermodynamics(m, middle + h * np.arange(-2, 3))
    energy, entropy = found.free_energy_difference.values, found.entropy_difference.values
    stencil = np.array([1, -8, 0, 8, -1]) / (12 * h)
    assert -stencil @ energy == pytest.approx(entropy[2], rel=1e-7)
    gamma = float(found.specific_heat_constant)
    excess = (found.specific_heat - found.normal_specific_heat).values[2] * gamma
    assert middle * (stencil @ entropy) == pytest.approx(excess, rel=1e-7)


@pytest.mark.parametrize("name", MODELS)
def test_fields_and_currents_fall_to_zero_at_tc(name):
    m = MODELS[name]
    tc = pl.critical_temperature(m).value
    kelvin = tc * np.array([0.0, 0.3, 0.6, 0.9, 0.999, 1.0, 1.3])
    found = pl.critical_current(m, kelvin, [0.0, 0.01])
    for quantity in ("critical_current", "landau_critical_current_density"):
        current = found[quantity].values
        assert np.all(np.diff(current[:5], axis=0) < 0) or np.all(current[4] == 0)
        assert np.all(current[5:] == 0)
        assert np.all(found[f"{quantity}_error"].values >= 0)
    assert np.all(found.critical_field.values[5:] == 0)
    assert np.all(pl.critical_field(m, kelvin).thermodynamic_critical_field.values[5:] == 0)


def test_current_is_linear_in_the_field_up_to_the_critical_one():
    m = pl.preset("lk99")
    bound = float(pl.critical_field(m, 290.0).critical_field[0])
    found = pl.critical_current(m, 290.0, bound * np.array([0.0, 0.25, 0.5, 1.0, 2.0]))
    np.testing.assert_allclose(
        found.critical_current[0] / found.critical_current[0, 0], [1, 0.75, 0.5, 0, 0], atol=1e-12
    )
    # The sample is fitted to this one number that the paper prints.
    assert float(found.critical_current[0, 0]) == pytest.approx(0.300, rel=1e-6)


def test_error_of_a_current_is_that_of_its_gap():
    found = pl.critical_current(FULL, 5.0, [0.0, 0.01])
    gap = pl.gap(FULL, 5.0)
    relative = float(gap.gap_error[0] / gap.gap[0])
    ratio = found.critical_current_error / found.critical_current
    assert float(ratio[0, 0]) == pytest.approx(2 * relative, rel=1e-6)
    left = 1 - 0.01 / float(found.critical_field[0])
    assert float(ratio[0, 1]) == pytest.approx((1 + left) / left * relative, rel=1e-6)


def test_what_is_missing_is_named():
    with pytest.raises(pl.CapabilityError, match=r"needs density_of_states.*Give density_of"):
        pl.critical_field(pl.Bcs(coupling=0.3, cutoff=30.0))
    with pytest.raises(pl.CapabilityError, match="needs fermi_wavevector"):
        pl.critical_current(BCS)
    with pytest.raises(pl.CapabilityError, match="no critical field"):
        pl.critical_field(pl.preset("two_band"))
    assert "critical_current" not in pl.critical_current(FULL.replace(cross_section=None))


@pytest.mark.parametrize("field", [-0.1, np.nan, [0.1, np.inf], "strong", [[0.1]]])
def test_fields_are_checked(field):
    with pytest.raises(pl.InputError, match="tesla"):
        pl.critical_current(FULL, 1.0, field)


def test_without_superconductivity_nothing_is_critical():
    normal = FULL.replace(coupling=0.02)
    found = pl.critical_current(normal, [0.0, 1.0], 0.1)
    assert np.all(found.critical_current == 0)
    assert np.all(found.critical_field == 0)


@pytest.mark.parametrize("name", MODELS)
def test_within_rounding_of_tc_nothing_fails(name):
    tc = pl.critical_temperature(MODELS[name]).value
    kelvin = tc * (1 - np.array([1e-7, 1e-9, 1e-10, 6.5e-11, 2e-11, 1e-12, 3e-16, 0.0]))
    found = pl.critical_current(MODELS[name], kelvin, throw=False)
    # A specific heat 1e-10 below Tc may be inaccurate, but nothing is a saddle there.
    assert set(found.result_code.values[2:6]) <= {0, Result.INACCURATE.code}
    assert np.all(found.result_code.values[[0, 1, 6, 7]] == 0)
