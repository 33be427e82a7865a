"""Constants and conversions. Inside pairlab: meV, nm, K, ps, T, GPa, electron masses.

Text such as "330 meV" or "0.85 nm" is read here, at the edge, and nowhere else.
"""

import math
import re
import tokenize
import warnings
from functools import lru_cache
from typing import Any

from pairlab.errors import InputError

# SI, the first three by definition, the others from CODATA 2022. As scipy.constants has them, which
# takes longer to import than a command line needs to refuse a typo.
_K, _E, _HBAR = 1.380649e-23, 1.602176634e-19, 6.62607015e-34 / (2 * math.pi)
_ELECTRON_MASS, _EPSILON_0 = 9.1093837139e-31, 8.8541878188e-12

BOLTZMANN = _K / _E * 1e3
"""Boltzmann's constant, meV/K."""

HBAR2_OVER_2M = _HBAR**2 / (2 * _ELECTRON_MASS) / _E * 1e3 * 1e18
"""hbar^2/(2 m_e), meV nm^2."""

CHARGE2_OVER_EPSILON0 = _E / _EPSILON_0 * 1e12
"""e^2/eps_0, meV nm."""

HBAR = _HBAR / (_E * 1e-3) * 1e12
"""meV ps."""

CHARGE_OVER_HBAR = _E**2 / _HBAR * 1e-3
"""e/hbar in A/meV: a charge times an energy over hbar is a current."""

_PINT_NAMES = {"m_e": "electron_mass", "": "dimensionless", "1": "dimensionless"}


@lru_cache
def _registry() -> Any:
    import pint  # slow to import and needed only when a value carries a unit as text

    return pint.UnitRegistry()


def _pint_unit(unit: str) -> str:
    return _PINT_NAMES.get(unit, unit)


def parse(
    text: str, *, unit: str, field: str, example: float = 1.0
) -> tuple[float, str | None]:
    """Read a number with an optional unit and convert it to `unit`.

    Args:
        text: for example "330", "330 meV", "0.33 eV".
        unit: the unit wanted, as in the field's declaration ("meV", "nm", "K", "m_e", "" ...).
        field: the name used in messages. example: a number that could stand there instead.

    Returns: the number in `unit`, and a note where the spelling had to be corrected ("330 mev"),
    else None.

    Raises:
        InputError: not a number, an unknown unit, or a unit of another dimension (a temperature
            is not an energy: "330 K" for an energy is refused).
    """
    match = re.fullmatch(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*", text)
    wanted = unit or "no unit"
    if match is None:
        raise InputError(
            what=f"{field} = {text!r} is not a number",
            why=f"a number in {wanted} was expected",
            remedy=f"write for example {field} = {example!r}"
            + (f' or "{example!r} {unit}"' if unit else ""),
        )
    number, written = float(match[1]), match[2]
    if not written or written == unit:
        return number, None
    converted = _converted(number, written, unit)
    if converted is None and written.lower() == unit.lower():
        return number, f"{field}: {written!r} was read as {unit!r}"
    if converted is None:
        energy_note = (
            "; a temperature is not an energy here: multiply by k_B = 0.0861733 meV/K yourself"
            if written in {"K", "kelvin"} and unit == "meV"
            else ""
        )
        raise InputError(
            what=f"{field} = {text!r} has the wrong unit",
            why=f"{written!r} does not convert to {wanted}{energy_note}",
            remedy=f"give {field} in {wanted}",
        )
    return converted, None


def _converted(number: float, written: str, unit: str) -> float | None:
    """The number in `unit`, scales with another zero (degC) included; None without a conversion."""
    import pint

    registry = _registry()
    try:
        return float(registry.Quantity(number, _pint_unit(written)).to(_pint_unit(unit)).magnitude)
    except (
        pint.errors.PintError, AttributeError, ValueError, TypeError, AssertionError,
        ZeroDivisionError, tokenize.TokenError,  # "0^-1", and a bracket that is not closed
    ):  # fmt: skip
        return None


def notify(note: str) -> None:
    """Tell the user how an input was read; the command line prints it as a note."""
    warnings.warn(note, UnitNote, stacklevel=2)


class UnitNote(UserWarning):
    """An input was accepted in a corrected spelling."""
