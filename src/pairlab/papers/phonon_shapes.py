"""Phonon spectra of a few shapes, by name, for formulas that know a spectrum by its moments only.

Frequencies are in units of the lowest mode (or of the Debye frequency) times 10 meV: every number
that is formed of them is a ratio.
"""

import numpy as np

from pairlab.errors import InputError, did_you_mean
from pairlab.mechanisms.allen_dynes import AllenDynes
from pairlab.mechanisms.eliashberg import Eliashberg
from pairlab.mechanisms.mcmillan import McMillan
from pairlab.pairing.phonons.spectrum import PhononSpectrum

_UNIT = 10.0  # meV
_HALF_WIDTH = 0.05  # of the frequency of a mode in the middle of its peak
_POINTS = 201

_MODES = {
    "one mode": ((1.0, 1.0),),
    "two modes": ((0.5, 1.0), (0.5, 3.0)),
    "hydride": ((0.3, 1.0), (0.7, 8.0)),
}
"""Share of lambda and frequency of each mode."""

SHAPES = (*_MODES, "Debye")


def spectrum(shape: str, coupling: float) -> dict[str, object]:
    """What a mechanism takes for a shape at lambda: one mode, or a spectrum. Raises: InputError."""
    if shape == "Debye":
        frequency = np.linspace(0.005, 1.0, _POINTS) * _UNIT
        return _points(frequency, coupling * (frequency / _UNIT) ** 2)
    if shape not in _MODES:
        raise InputError(
            what=f'there is no phonon spectrum "{shape}"',
            why="spectra are known by name here",
            remedy=did_you_mean(shape, SHAPES),
        )
    modes = _MODES[shape]
    if len(modes) == 1:
        return {"coupling": coupling, "phonon_energy": _UNIT}
    grid = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    frequency = [_UNIT * at * (1 + _HALF_WIDTH * grid) for _, at in modes]
    # A triangle of height h over the half width b has Int 2 a2F/w dw = 2 h b/w, nearly.
    heights = [share * coupling / (2 * _HALF_WIDTH) * (1 - np.abs(grid)) for share, _ in modes]
    return _points(np.concatenate(frequency), np.concatenate(heights))


def _points(frequency: np.ndarray, values: np.ndarray) -> dict[str, object]:
    return {"spectrum": PhononSpectrum(frequency=tuple(frequency), coupling_function=tuple(values))}


def eliashberg(
    shape: str, coupling: float, mu_star: float = 0.0, reference: str = "w_max"
) -> Eliashberg:
    """Eliashberg theory of a shape; mu* is rescaled from a moment of the spectrum."""
    return Eliashberg.model_validate(
        {
            **spectrum(shape, coupling),
            "mu_star": mu_star,
            "mu_star_frequency": reference,
            "mu_star_scheme": "rescaled",
        }
    )


def allen_dynes(shape: str, coupling: float, mu_star: float = 0.0) -> AllenDynes:
    """The formula of Allen and Dynes for a shape."""
    return AllenDynes.model_validate({**spectrum(shape, coupling), "mu_star": mu_star})


def mcmillan(shape: str, coupling: float, mu_star: float = 0.0) -> McMillan:
    """McMillan's formula for a shape."""
    return McMillan.model_validate({**spectrum(shape, coupling), "mu_star": mu_star})
