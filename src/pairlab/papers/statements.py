"""Functions that the entries of every ledger may name, and labels."""

import numpy as np

from pairlab.papers.verdict import Computed, computed


def labelled(text: str) -> Computed:
    """A label in place of a number."""
    return Computed(np.nan, np.nan, label=text)


def quoted(*, value: float) -> Computed:
    """A number that the paper prints elsewhere."""
    return Computed(value, value, quoted=True)


def product(*, factors: list[float]) -> Computed:
    """The product of printed numbers."""
    return computed(float(np.prod(factors)))


def difference(*, upper: float, lower: float) -> Computed:
    """The difference of two printed numbers."""
    return computed(round(upper - lower, 9))
