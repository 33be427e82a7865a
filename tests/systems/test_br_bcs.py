"""BR-BCS: plain BCS in disguise, and the formula of its appendix."""

import numpy as np
import pytest
from mpmath import mp
from scipy import constants

import pairlab as pl
from pairlab.mechanisms.br_bcs import prefactor, printed_critical_temperature

BOLTZMANN = constants.k / constants.e * 1e3
PUBLISHED = pl.BrBcs.preset("lk99_brbcs")


def plain(coupling, kelvin):
    return pl.Bcs(coupling=coupling, cutoff=BOLTZMANN * kelvin)


def test_without_correlation_it_is_bcs():
    m = pl.BrBcs(coupling=0.3, debye_temperature=400.0, filling=1.0, correlation=0.0)
    assert pl.critical_temperature(m).value == pytest.approx(
        pl.critical_temperature(plain(0.3, 400.0)).value, rel=1e-12
    )
    assert printed_critical_temperature(m) == pytest.approx(
        pl.critical_temperature(m).value, rel=1e-10
    )


@pytest.mark.parametrize("coupling", [0.1, 0.5, 1.4, 4.0])
def test_the_formula_is_the_gap_equation_by_parts(coupling):
    m = pl.BrBcs(coupling=coupling, debye_temperature=500.0, filling=1.0, correlation=0.0)
    assert printed_critical_temperature(m) == pytest.approx(
        pl.critical_temperature(m).value, rel=1e-9
    )


@pytest.mark.parametrize("z", [1e-3, 0.3, 0.67568, 2.0, 50.0, 1e4])
def test_prefactor(z):
    with mp.workdps(30):
        cuts = [x for x in (0, 1e-6, 1e-3, 0.1, 1, 5) if x < z] + [min(z, 60)]
        integral = mp.quad(lambda x: mp.log(x) / mp.cosh(x) ** 2 if x else mp.mpf(0), cuts)
        wanted = float(mp.exp(-mp.coth(z) * integral) / 2)
    assert prefactor(z) == pytest.approx(wanted, rel=1e-9)


def test_prefactor_of_weak_coupling():
    assert prefactor(1e3) == pytest.approx(2 * np.exp(np.euler_gamma) / np.pi, rel=1e-10)


def test_published_numbers():
    assert PUBLISHED.band_filling() == pytest.approx(0.99370, abs=5e-6)
    assert PUBLISHED.effective_coupling() == pytest.approx(1.4)
    assert prefactor(500 / (2 * 370)) == pytest.approx(2.212, abs=5e-4)
    assert float(pl.gap(PUBLISHED).gap[0]) == pytest.approx(55.365, abs=2e-3)
    assert printed_critical_temperature(PUBLISHED) == pytest.approx(329.665, abs=2e-3)
    effective = plain(1.4, PUBLISHED.effective_debye_temperature())
    assert pl.critical_temperature(PUBLISHED).value == pytest.approx(
        pl.critical_temperature(effective).value, rel=1e-12
    )


def test_filling_and_enhancement_are_one_another():
    m = pl.BrBcs(coupling=0.035, debye_temperature=500.0, filling=PUBLISHED.band_filling())
    assert m.effective_coupling() == pytest.approx(1.4, rel=1e-12)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"filling": 0.9}, "both given"),
        ({"enhancement": None}, "both missing"),
        ({"enhancement": None, "filling": 1.0}, "insulator"),
        ({"correlation": 0.5}, "no filling up to 1"),
        ({"coupling": -0.1}, "coupling"),
        ({"debye_temperature": 0.0}, "debye_temperature"),
        ({"filling": 1.2, "enhancement": None}, "filling"),
    ],
)
def test_bad_input(changes, words):
    with pytest.raises(pl.InputError, match=words):
        PUBLISHED.replace(**changes)
