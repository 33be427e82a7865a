"""Tunnelling spectra of mechanisms."""

import numpy as np
import pytest
from real_axis_cases import W

import pairlab as pl


def test_the_spectrum_of_a_mechanism():
    mode = pl.Eliashberg(coupling=1.5, phonon_energy=W, mu_star=0.0)
    tc = float(pl.critical_temperature(mode))
    data = pl.tunnelling_spectrum(mode, [0.0, 0.6 * tc, 2 * tc])
    states = data.tunnelling_density_of_states
    assert states.dims == ("temperature", "energy")
    assert float(data.energy.max()) > W
    assert np.all(states[2] == 1)
    assert data.conductance.values[0] == pytest.approx(states.values[0])
    assert float(data.conductance[1].max()) < float(states[1].max())
    peak = float(data.energy[int(np.argmax(states.values[0]))])
    edge = float(pl.gap(mode, 0.0).gap[0])
    assert edge < peak < edge + 2 * float(data.broadening)
    assert np.all(data.tunnelling_density_of_states_error < 1e-5)
    figure = pl.plot(data)
    assert len(figure.axes) == 2


def test_weak_coupling_mechanisms():
    m = pl.Multiband(couplings=[[0.35, 0.05], [0.05, 0.2]], cutoff=30.0)
    energy = np.linspace(0, 10, 21)
    data = pl.tunnelling_spectrum(m, [0.0, 10.0], broadening=0.2, energy=energy)
    assert data.tunnelling_density_of_states.dims == ("temperature", "band", "energy")
    for band in (1, 2):
        gap = float(pl.gap(m, 10.0).gap.sel(band=band)[0])
        z = energy + 0.2j
        expected = (z / np.sqrt(z + gap) / np.sqrt(z - gap)).real
        found = data.tunnelling_density_of_states.sel(band=band, temperature=10.0)
        assert found.values == pytest.approx(expected)
    assert len(pl.plot(data).axes) == 4
    assert len(pl.plot(data.isel(temperature=0)).axes) == 1
    in_a_report = data.isel(temperature=0, drop=True).rename(energy="tunnelling_energy")
    assert len(pl.plot(in_a_report).axes) == 1
    one = pl.tunnelling_spectrum(pl.Bcs(coupling=0.3, cutoff=20.0), 1e3)
    assert one.tunnelling_density_of_states.dims == ("temperature", "energy")
    assert np.all(one.tunnelling_density_of_states == 1)
    assert one.conductance.values == pytest.approx(np.ones((1, one.energy.size)))


def test_what_cannot_tunnel_says_so():
    with pytest.raises(pl.CapabilityError, match="tunnelling spectrum"):
        pl.tunnelling_spectrum(pl.McMillan(coupling=1.0, phonon_energy=W, mu_star=0.1))
    with pytest.raises(pl.InputError, match="Lorentzian"):
        pl.tunnelling_spectrum(pl.Bcs(coupling=0.3, cutoff=20.0), broadening=0.0)
    with pytest.raises(pl.InputError, match="energies"):
        pl.tunnelling_spectrum(pl.Bcs(coupling=0.3, cutoff=20.0), energy=[np.nan])


@pytest.mark.parametrize("broadening", ["x", "0.1 meV", float("nan")])
def test_a_broadening_is_a_number(broadening):
    with pytest.raises(pl.InputError, match="Lorentzian"):
        pl.tunnelling_spectrum(pl.preset("eliashberg_mode"), 0.0, broadening=broadening)


def test_a_spectrum_that_does_not_settle_is_no_number():
    m = pl.Eliashberg(coupling=8.0, phonon_energy=W, mu_star=0.0)
    data = pl.tunnelling_spectrum(m, 0.0, energy=[0.0, 5.0], throw=False)
    if int(data.result_code[0]) == pl.Result.NOT_CONVERGED.code:
        assert np.all(np.isnan(data.tunnelling_density_of_states))
    else:
        assert np.all(data.tunnelling_density_of_states >= 0)


def test_a_weak_superconductor_is_shown_where_its_gap_is():
    m = pl.Eliashberg(coupling=0.35, phonon_energy=W, mu_star=0.0)
    data = pl.tunnelling_spectrum(m, 0.0)
    gap = float(pl.gap(m).gap[0])
    assert 3 * gap < float(data.energy.max()) < 10 * gap
    faint = pl.Eliashberg(coupling=0.22, phonon_energy=W, mu_star=0.1, mu_star_frequency="w2",
                          mu_star_scheme="rescaled")  # fmt: skip
    report = pl.run(faint)
    assert "tunnelling_density_of_states" not in report
    assert "tunnelling_spectrum" not in report.attrs["method"]
    assert np.isfinite(report.gap.values[0])
