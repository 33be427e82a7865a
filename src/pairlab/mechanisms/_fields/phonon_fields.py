"""Fields that the phonon mechanisms share: alpha^2F or one mode, and mu* with its convention."""

from collections.abc import Mapping
from typing import Any, Literal, final

import numpy as np

from pairlab.errors import InputError
from pairlab.mechanisms._fields.base import param
from pairlab.pairing.matsubara.coulomb import CoulombPseudopotential, Scheme
from pairlab.pairing.phonons.coupling import EinsteinMode, PhononCoupling
from pairlab.pairing.phonons.spectrum import PhononSpectrum

Moment = Literal["w2", "w_log", "w_max"]
"""A frequency of the phonons that mu* may refer to."""

_STRONGEST = 1e8
"""lambda at most: far beyond any phonon, and what rounding of it leaves of the other terms."""

_SOFTEST, _HARDEST = 1e-12, 1e12
"""meV, the range of energies of phonons and cutoffs in which frequencies can be counted."""

Matrix = tuple[tuple[float, ...], ...]
"""n rows of n numbers, (band, band)."""


@final
class _RepulsionOrNothing:
    """The axis of a report: mu*, as long as its convention is known."""

    def __get__(self, mechanism: Any, _: type) -> Mapping[str, Any]:
        if mechanism is None or getattr(mechanism, "mu_star_frequency", "w2") is None:
            return {}
        return {"mu_star": tuple(np.round(np.linspace(0.0, 0.2, 21), 10))}


def report_axes() -> Any:
    """What the mechanisms set as `report_axes`."""
    return _RepulsionOrNothing()


def spectrum(doc: str = "the electron-phonon spectrum, from a file") -> Any:
    """The field `spectrum`."""
    return param(None, symbol="alpha^2F", doc=doc)


def coupling() -> Any:
    """The field `coupling`."""
    return param(None, ge=0, symbol="lambda", doc="instead of a spectrum: the coupling of one mode")


def phonon_energy(doc: str = "the energy of that mode") -> Any:
    """The field `phonon_energy`."""
    return param(None, unit="meV", gt=0, symbol="w_E", doc=doc)


def mu_star() -> Any:
    """The field `mu_star`."""
    return param(ge=0, lt=2, symbol="mu*", doc="the Coulomb pseudopotential")


def mu_star_frequency() -> Any:
    """The field `mu_star_frequency`."""
    return param(
        None, unit="meV", symbol="w_ref", doc="the frequency that mu* belongs to: w2, w_log, w_max "
        "or a number",
    )  # fmt: skip


def mu_star_scheme() -> Any:
    """The field `mu_star_scheme`."""
    return param(
        None, doc="rescaled from that frequency to the end of the sums, or sharp: cut there"
    )


def matsubara_cutoff() -> Any:
    """The field `matsubara_cutoff`."""
    return param(
        None, unit="meV", gt=0, symbol="w_c", doc="where the sums over the gap end; by default far "
        "beyond all phonons, extrapolated",
    )  # fmt: skip


def phonons_of(
    key: str, spectrum: PhononSpectrum | None, coupling: float | None, energy: float | None
) -> PhononCoupling:
    """The phonons that these fields describe. Raises: InputError for too many or too few."""
    one_mode = coupling is not None or energy is not None
    if (spectrum is not None) == one_mode:
        raise InputError(
            what=f"{key}: spectrum and coupling are " + ("both given" if one_mode else "missing"),
            why="phonons are a spectrum, or one mode",
            remedy="give a spectrum from a file, or coupling and phonon_energy",
        )
    if spectrum is not None:
        return spectrum
    if coupling is None or energy is None:
        missing = "coupling" if coupling is None else "phonon_energy"
        raise InputError(
            what=f"{key}: {missing} is missing",
            why="one mode has a coupling and an energy",
            remedy=f"give {missing}",
        )
    check_coupling(key, "coupling", coupling)
    check_energy(key, "phonon_energy", energy)
    return EinsteinMode(coupling, energy)


def check_coupling(key: str, name: str, coupling: float) -> None:
    """Raises: InputError for a lambda beyond what can be calculated."""
    if not coupling <= _STRONGEST:
        raise InputError(
            what=f"{key}: {name} = {coupling:g}",
            why=f"beside phonons that couple more than {_STRONGEST:g} nothing else is left of the "
            "equations",
            remedy="lambda is a number of the order of 1: check its unit",
        )


def check_energy(key: str, name: str, energy: float) -> None:
    """Raises: InputError for an energy beyond what can be calculated."""
    if not _SOFTEST <= energy <= _HARDEST:
        raise InputError(
            what=f"{key}: {name} = {energy:g} meV",
            why=f"energies from {_SOFTEST:g} to {_HARDEST:g} meV can be told from the others",
            remedy="check its unit",
        )


def pseudopotential_of(
    key: str, value: float | Matrix, frequency: float | Moment | None, scheme: Scheme | None,
    phonons: PhononCoupling,
) -> CoulombPseudopotential | None:  # fmt: skip
    """mu*, a number or a matrix, with its convention; None for mu* = 0.

    Raises: InputError where it has none.
    """
    if not np.any(value):
        return None
    if frequency is None or scheme is None:
        missing = "mu_star_frequency" if frequency is None else "mu_star_scheme"
        raise InputError(
            what=f"{key}: mu_star = {_shown(value)} without {missing}",
            why="the same number means different repulsions in different programs, and Tc differs "
            "by up to a factor of two",
            remedy='give mu_star_frequency ("w2", "w_log", "w_max" or meV) and mu_star_scheme '
            '("rescaled" or "sharp"); docs/mu_star.md says what programs use',
        )
    named = {
        "w2": phonons.second_frequency,
        "w_log": phonons.log_frequency,
        "w_max": phonons.max_frequency,
    }
    at = named[frequency] if isinstance(frequency, str) else frequency
    if not 1e-6 <= at <= 1e9:
        raise InputError(
            what=f"{key}: mu_star_frequency = {at:g} meV",
            why="it is the energy that mu* belongs to, between that of phonons and of electrons",
            remedy='give "w2", "w_log", "w_max" or a positive number of meV',
        )
    return CoulombPseudopotential(value, at, scheme)


def _shown(value: float | Matrix) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str([list(row) for row in value])
