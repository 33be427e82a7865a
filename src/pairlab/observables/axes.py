"""The axes of observables as arrays, checked."""

from collections.abc import Sequence

import numpy as np

from pairlab.errors import InputError

Values = float | Sequence[float] | np.ndarray
"""One number or several."""

MOST_TEMPERATURES = 100_000
"""Temperatures in one call: the gap at each of them is held on the whole grid."""


def _array(values: Values) -> np.ndarray:
    """One dimension of numbers; a nan for what is none."""
    try:
        return np.atleast_1d(np.asarray(values, float))
    except (TypeError, ValueError):
        return np.array([np.nan])


def checked_temperatures(temperature: Values) -> np.ndarray:
    """Temperatures as an array of kelvin. Raises: InputError."""
    kelvin = _array(temperature)
    if kelvin.size > MOST_TEMPERATURES:
        raise InputError(
            what=f"{kelvin.size} temperatures",
            why=f"one call takes at most {MOST_TEMPERATURES}",
            remedy="ask for fewer, or for a part of the range at a time",
        )
    usable = kelvin.ndim == 1 and kelvin.size > 0
    if not usable or not np.all(np.isfinite(kelvin)) or np.any(kelvin < 0):
        raise InputError(
            what=f"temperature = {temperature!r}",
            why="temperatures are finite numbers of kelvin, at least 0 and at least one",
            remedy="give one number or a list of numbers, for example [0.0, 10.0]",
        )
    return kelvin


def checked_fields(field: Values) -> np.ndarray:
    """Fields as an array of tesla. Raises: InputError."""
    tesla = _array(field)
    if tesla.ndim != 1 or not np.all(np.isfinite(tesla)) or np.any(tesla < 0):
        raise InputError(
            what=f"field = {field!r}",
            why="fields are finite numbers of tesla, at least 0",
            remedy="give one number or a list of numbers, for example [0.0, 0.1]",
        )
    return tesla


def checked_energies(energy: Values) -> np.ndarray:
    """Energies as an array of meV. Raises: InputError."""
    values = _array(energy)
    if values.ndim != 1 or values.size == 0 or not np.all(np.isfinite(values)):
        raise InputError(
            what=f"energy = {energy!r}",
            why="energies are finite numbers of meV, at least one",
            remedy="give one number or a list of numbers, for example from numpy.linspace",
        )
    return values
