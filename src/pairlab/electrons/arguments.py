"""What lengths, masses, fields and indices of states have to be."""

import numpy as np

from pairlab.errors import InputError


def require_positive(name: str, value: float, unit: str) -> None:
    """Raise an InputError unless the value is positive and finite."""
    if not (np.isfinite(value) and value > 0):
        raise InputError(
            what=f"{name} = {value:g} {unit}",
            why="a positive number is needed",
            remedy=f"give {name} in {unit}, above zero",
        )


def require_index(name: str, index: int, count: int | None = None) -> None:
    """Raise an InputError unless states counted from 1 (up to `count`) have that index."""
    if index < 1 or (count is not None and index > count):
        known = "from 1" if count is None else f"from 1 to {count}"
        raise InputError(
            what=f"{name} = {index}",
            why=f"states are counted {known}",
            remedy="give the index of a state that was asked for",
        )
