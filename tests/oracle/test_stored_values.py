"""Stored values of the oracle of conventional superconductors: a part of them computed anew."""

import json

import pytest
from mpmath import mp, mpf
from oracle import conventional, stored

EVERY = 30  # of each function, and the first


def recomputed():
    for name, table in stored.values.items():
        for place, key in enumerate(table):
            if place % EVERY == 0:
                yield pytest.param(name, key, id=f"{name} {place}")


def arguments(key):
    """Of a function, from their text: bands first, where there are any."""
    first, *rest = stored.numbers(json.loads(key))
    return (conventional.Bands(*first) if isinstance(first, tuple) else first, *rest)


@pytest.mark.parametrize(("name", "key"), list(recomputed()))
def test_stored_values_are_those_of_the_oracle(name, key, monkeypatch):
    kept = stored.numbers(stored.values[name][key])
    monkeypatch.setattr(stored, "values", {})
    found = stored.functions[name](*arguments(key))
    pairs = zip(found, kept, strict=True) if isinstance(kept, tuple) else [(found, kept)]
    with mp.workdps(35):
        assert all(abs(one - other) <= mpf(10) ** -18 * abs(other) for one, other in pairs)


def test_every_stored_function_is_used():
    assert set(stored.values) == set(stored.functions)
