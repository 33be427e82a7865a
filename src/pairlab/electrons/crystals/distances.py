"""The repeat distances of a crystal that are worth a look, kept for later calls."""

from functools import lru_cache

from pairlab.electrons.crystals.crystal import Crystal, RepeatDistances, repeat_distances
from pairlab.errors import InputError

_FEWEST = 3  # directions


@lru_cache(maxsize=256)
def distances_up_to(structure: Crystal, cutoff: float) -> RepeatDistances:
    """Raises: InputError where there is none up to the cutoff, or where there are too many."""
    found = _up_to(structure, cutoff)
    if not len(found):
        raise InputError(
            what=f"no repeat distance up to {cutoff:g} nm",
            why="the lattice repeats after longer distances only",
            remedy="give a larger maximum_repeat_distance",
        )
    return found


@lru_cache(maxsize=256)
def several_distances(structure: Crystal, cutoff: float) -> RepeatDistances:
    """At least three, farther away if need be: a reader wants to see what the nearest one is."""
    found = _up_to(structure, cutoff)
    while len(found) < _FEWEST:
        cutoff *= 1.25
        found = _up_to(structure, cutoff)
    return found


def _up_to(structure: Crystal, cutoff: float) -> RepeatDistances:
    try:
        return repeat_distances(structure, cutoff)
    except InputError as error:
        if not error.what.startswith("cutoff"):
            raise
        raise InputError(
            what=f"repeat distances up to {cutoff:.4g} nm",
            why=error.why,
            remedy="give a smaller maximum_repeat_distance; the default grows as E_F falls",
        ) from None
