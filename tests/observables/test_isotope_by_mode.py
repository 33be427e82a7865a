"""What each phonon does to Tc, against finite differences."""

import numpy as np
import pytest

import pairlab as pl
from pairlab.pairing.phonons.spectrum import PhononSpectrum

W = np.linspace(0.5, 40.0, 160)
SHAPE = 0.8 * (W / 30) ** 2 * np.exp(-(((W - 25) / 8) ** 2))


def of(values, frequency=W):
    spectrum = PhononSpectrum(frequency=tuple(frequency), coupling_function=tuple(values))
    return pl.Eliashberg(spectrum=spectrum, mu_star=0.1, mu_star_frequency=30.0,
                         mu_star_scheme="rescaled")  # fmt: skip


def tc(mechanism):
    return float(pl.critical_temperature(mechanism))


@pytest.mark.parametrize("center", [5.0, 12.0, 30.0])
def test_the_functional_derivative_against_differences(center):
    bump = np.exp(-(((W - center) / 1.5) ** 2)) * W / center
    step = 2e-3
    wanted = (tc(of(SHAPE + step * bump)) - tc(of(np.clip(SHAPE - step * bump, 0, None)))) / step
    low = SHAPE - step * bump
    assert np.all(low[1:-1] > -step)
    exact = pl.isotope_by_mode(of(SHAPE), W)
    change = (step * bump + SHAPE - np.clip(low, 0, None)) / step
    found = np.trapezoid(exact.functional_derivative.values * change, W)
    assert found == pytest.approx(wanted, rel=2e-3)


def test_the_parts_sum_to_the_isotope_coefficient():
    m = of(SHAPE)
    data = pl.isotope_by_mode(m, W)
    whole = float(pl.isotope_coefficient(m))
    assert float(data.isotope_coefficient) == pytest.approx(whole, abs=5e-6)
    assert float(data.cumulative_isotope[-1]) == pytest.approx(whole, abs=1e-4)
    assert np.all(data.isotope_density.values >= 0)
    # What is asked for does not change what lies below it.
    few = pl.isotope_by_mode(m, [20.0, 40.0]).cumulative_isotope.values
    assert few[1] == pytest.approx(whole, abs=1e-5)
    assert few[0] == pytest.approx(
        float(data.cumulative_isotope.sel(phonon_frequency=20.0, method="nearest")), abs=3e-3
    )


def test_hardening_one_of_two_phonons():
    """Two narrow lines; one moves by 1 % with its lambda."""

    def lines(first, second):
        centers, w = (first, second), np.linspace(0.2, 40, 4000)
        values = sum(c * np.exp(-(((w - c) / 0.25) ** 2)) for c in centers)
        return of(0.7 * values, w)

    ends = [tc(lines(10.0, 30.0 * s)) for s in (1.01, 0.99)]
    alone = 0.5 * np.log(ends[0] / ends[1]) / np.log(1.01 / 0.99)
    # a2F = c (w - c) shape keeps c * width: its lambda, 2 Int a2F/w, stays to (width/c)^2.
    data = pl.isotope_by_mode(lines(10.0, 30.0))
    high = float(data.cumulative_isotope[-1]) - float(
        data.cumulative_isotope.sel(phonon_frequency=20.0, method="nearest")
    )
    assert high == pytest.approx(alone, rel=0.02)


def test_one_phonon_has_all_of_it():
    m = pl.preset("eliashberg_mode")
    data = pl.isotope_by_mode(m, 20.0)
    assert float(data.isotope_per_coupling[0]) == pytest.approx(
        float(pl.isotope_coefficient(m)), abs=5e-6
    )
    # Soft and hard phonons do little, in agreement with Bergmann and Rainer.
    many = pl.isotope_by_mode(m).functional_derivative.values
    assert many.argmax() not in (0, len(many) - 1)
    assert np.all(many > 0)


def test_bad_input_and_no_superconductivity():
    with pytest.raises(pl.InputError, match="above zero"):
        pl.isotope_by_mode(pl.preset("eliashberg_mode"), [0.0, 1.0])
    with pytest.raises(pl.InputError, match="rising"):
        pl.isotope_by_mode(pl.preset("eliashberg_mode"), [3.0, 1.0])
    with pytest.raises(pl.CapabilityError, match="isotope effect by mode"):
        pl.isotope_by_mode(pl.preset("textbook"))
    none = pl.isotope_by_mode(pl.Eliashberg(coupling=0.0, phonon_energy=20.0, mu_star=0.0))
    assert np.all(np.isnan(none.functional_derivative))
    assert int(none.result_code) == pl.Result.NO_SUPERCONDUCTIVITY.code
