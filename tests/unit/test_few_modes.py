"""Few phonons in place of many, on the imaginary axis and for sums over narrow functions."""

import numpy as np
import pytest

from pairlab.pairing.phonons.coupling import EinsteinMode
from pairlab.pairing.phonons.few_modes import few_modes, lumped_modes
from pairlab.pairing.phonons.spectrum import PhononSpectrum


def spectrum(frequency, values):
    return PhononSpectrum(frequency=tuple(frequency), coupling_function=tuple(values))


SMOOTH = spectrum(np.linspace(0.02, 40, 2000), (np.linspace(0.02, 40, 2000) / 30) ** 2)
PEAKS = spectrum(
    np.linspace(0.5, 100, 300),
    np.exp(-((np.linspace(0.5, 100, 300) - 8) ** 2))
    + 0.3 * np.exp(-((np.linspace(0.5, 100, 300) - 90) ** 2)),
)
WIDE = spectrum(np.geomspace(1e-3, 100, 200), np.geomspace(1e-3, 100, 200) ** 0.5)


@pytest.mark.parametrize("phonons", [SMOOTH, PEAKS, WIDE], ids=["smooth", "peaks", "wide"])
def test_few_phonons_bind_as_many_on_the_imaginary_axis(phonons):
    few = few_modes(phonons)
    assert np.all(few.coupling > 0)
    assert len(few.frequency) <= 40
    nu = np.concatenate([[0.0], np.geomspace(1e-5, 1e5, 1001)])
    wanted = phonons.matsubara_coupling(nu)
    place = few.frequency**2
    found = (place / (place + nu[:, None] ** 2)) @ few.coupling
    # In five decades the piece below the first point, with ten Gauss points, is what is left.
    assert np.max(np.abs(found - wanted)) < (6e-8 if phonons is WIDE else 2e-8) * phonons.coupling


def test_one_phonon_is_its_own_few():
    few = few_modes(EinsteinMode(0.7, 12.0))
    assert few.frequency.tolist() == [12.0]
    assert few.coupling.tolist() == [0.7]


@pytest.mark.parametrize("phonons", [SMOOTH, PEAKS], ids=["smooth", "peaks"])
@pytest.mark.parametrize("width", [0.1, 0.5, 3.0])
def test_phonons_in_parts_give_sums_over_what_is_as_wide_as_stated(phonons, width):
    many, lumped = phonons.modes(), lumped_modes(phonons, width)
    assert len(lumped.frequency) <= len(many.frequency)
    assert np.all(lumped.coupling >= 0)
    assert lumped.coupling.sum() == pytest.approx(many.coupling.sum(), rel=1e-12)
    for center in (3.0, 8.0, 31.0, 90.0):
        sums = [
            np.sum(m.coupling / ((m.frequency - center) ** 2 + width**2)) for m in (lumped, many)
        ]
        assert sums[0] == pytest.approx(sums[1], rel=2e-6)
