"""Extreme parameters of the phonon mechanisms: an answer, a code or a sentence, and soon."""

import numpy as np
import pytest

import pairlab as pl
from pairlab.cli import main

MODE = {"coupling": 1.0, "phonon_energy": 20.0, "mu_star": 0.1}
CONVENTION = {"mu_star_frequency": 100.0, "mu_star_scheme": "rescaled"}
TINY = [1e-300, 1e-20, 1e-12]


def eliashberg(**changes):
    return pl.Eliashberg(**{**MODE, **CONVENTION, **changes})


def is_an_answer(solution):
    usable = solution.result.is_good or solution.result is pl.Result.INACCURATE
    return bool(np.isfinite(solution.value)) if usable else bool(np.isnan(solution.value))


@pytest.mark.parametrize("scheme", ["rescaled", "sharp"])
@pytest.mark.parametrize("mu", TINY)
def test_a_tiny_repulsion_is_none(mu, scheme):
    m = eliashberg(mu_star=mu, mu_star_scheme=scheme)
    none = eliashberg(mu_star=0.0)
    found = pl.critical_temperature(m)
    assert found.value == pytest.approx(float(pl.critical_temperature(none)), rel=1e-7)
    gaps = [float(pl.gap(one, 5.0).gap[0]) for one in (m, none)]
    assert gaps[0] == pytest.approx(gaps[1], rel=1e-6)


@pytest.mark.parametrize("mu", [1e-3, 3e-4, 1e-6])
def test_a_small_repulsion_lowers_tc_in_proportion(mu):
    """d ln Tc/d mu* is the same from 1e-6 to 1e-3, across the size below which mu* is scaled."""
    none = float(pl.critical_temperature(eliashberg(mu_star=0.0)))
    slope = np.log(float(pl.critical_temperature(eliashberg(mu_star=mu))) / none) / mu
    near = np.log(float(pl.critical_temperature(eliashberg(mu_star=1e-4))) / none) / 1e-4
    assert slope == pytest.approx(near, rel=2e-2)


@pytest.mark.parametrize("kind", [pl.McMillan, pl.AllenDynes])
@pytest.mark.parametrize("mu", TINY)
def test_a_tiny_repulsion_is_none_in_the_formulas(kind, mu):
    values = [float(pl.critical_temperature(kind(**{**MODE, "mu_star": x}))) for x in (mu, 0.0)]
    assert values[0] == pytest.approx(values[1], rel=1e-10)


def test_a_tiny_repulsion_between_bands_is_none():
    bands = {"couplings": [[1.0, 0.2], [0.2, 0.5]], "phonon_energy": 20.0, **CONVENTION}
    repelled, none = (
        pl.MultibandEliashberg(mu_star=[[x, x], [x, x]], **bands) for x in (1e-20, 0.0)
    )
    tc = float(pl.critical_temperature(none))
    assert float(pl.critical_temperature(repelled)) == pytest.approx(tc, rel=1e-9)


@pytest.mark.parametrize(
    "changes",
    [
        {"mu_star": 1.999999}, {"mu_star": 1.999999, "mu_star_scheme": "sharp"},
        {"mu_star_frequency": 1e-6}, {"mu_star_frequency": 1e9},
        {"mu_star": 1.99, "mu_star_frequency": 1e9}, {"mu_star": 1.99, "mu_star_frequency": "w2"},
        {"phonon_energy": 1e-12}, {"phonon_energy": 1e-6}, {"phonon_energy": 1e12},
        {"phonon_energy": 1e12, "mu_star_scheme": "sharp"},
        {"coupling": 1e-300}, {"coupling": 1e-3}, {"coupling": 1e4}, {"coupling": 1e8},
        {"matsubara_cutoff": 1e-12}, {"matsubara_cutoff": 1e-6}, {"matsubara_cutoff": 1e12},
    ],
    ids=str,
)  # fmt: skip
def test_an_extreme_has_an_answer_or_a_code(changes):
    m = eliashberg(**changes)
    tc = pl.critical_temperature(m, throw=False)
    assert is_an_answer(tc)
    if not tc.value > 0:
        return
    alpha = pl.isotope_coefficient(m, throw=False)
    assert is_an_answer(alpha)
    data = pl.gap(m, [0.5 * tc.value], throw=False)
    result = list(pl.Result)[int(data.result_code[0])]
    usable = result.is_good or result is pl.Result.INACCURATE
    assert np.isfinite(data.gap[0]) == usable


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"coupling": 1e20}, "coupling = 1e\\+20"),
        ({"coupling": 1e300, "mu_star": 0.0}, "coupling = 1e\\+300"),
        ({"phonon_energy": 1e150}, "phonon_energy = 1e\\+150"),
        ({"phonon_energy": 1e-300}, "phonon_energy = 1e-300"),
        ({"phonon_energy": 1e12, "mu_star_frequency": "w2"}, "mu_star_frequency = 1e\\+12"),
        ({"matsubara_cutoff": 1e300}, "matsubara_cutoff = 1e\\+300"),
        ({"matsubara_cutoff": 1e-300}, "matsubara_cutoff = 1e-300"),
    ],
)
def test_an_extreme_beyond_calculation_is_refused(changes, says):
    with pytest.raises(pl.InputError, match=says):
        eliashberg(**changes)


@pytest.mark.parametrize("preset", ["eliashberg_mode", "mcmillan_mode", "allen_dynes_mode"])
def test_the_command_line_refuses_an_extreme_coupling(preset, capsys):
    assert main(["tc", preset, "--coupling", "1e20"]) == 2
    shown = capsys.readouterr()
    assert "coupling = 1e+20" in shown.err
    assert "Traceback" not in shown.err


def test_an_extreme_coupling_of_bands_is_refused():
    with pytest.raises(pl.InputError, match="couplings = 1e"):
        pl.MultibandEliashberg(
            couplings=[[1e20, 0.0], [0.0, 1.0]], phonon_energy=20.0, densities=[1.0, 1.0],
            mu_star=[[0.0, 0.0], [0.0, 0.0]],
        )  # fmt: skip
