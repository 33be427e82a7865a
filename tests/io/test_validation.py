"""What is refused from schema.json is what mechanisms refuse, in the same words."""

import math

import pytest

from pairlab.errors import InputError
from pairlab.io.catalogue import built_in
from pairlab.io.validation import refuse_values
from pairlab.mechanisms._fields.registry import mechanism_class

FIELDS = [(key, name) for key, one in built_in().items() for name in one["fields"]]
NUMBERS = [
    (key, name) for key, name in FIELDS if built_in()[key]["fields"][name]["type"]
    in ("number", "integer")
]  # fmt: skip


def refusal(action, *arguments, **values):
    try:
        action(*arguments, **values)
    except InputError as error:
        return str(error)
    return None


def example(key):
    """Values that the mechanism takes."""
    cls = mechanism_class(key)
    return cls(**next(iter(cls.presets.values()))).parameters()


@pytest.mark.parametrize("key", built_in())
def test_presets_pass(key):
    for preset in built_in()[key]["presets"].values():
        assert refusal(refuse_values, key, preset) is None
    assert refusal(refuse_values, key, example(key)) is None


@pytest.mark.parametrize(("key", "name"), NUMBERS)
def test_numbers_out_of_bounds_are_refused_in_the_words_of_the_mechanism(key, name):
    field, good = built_in()[key]["fields"][name], example(key)
    sides = {"gt": (-1, 0), "ge": (-1,), "lt": (1, 0), "le": (1,)}
    outside = [
        limit + sign * 1e-9 * max(1.0, abs(limit))
        for kind, limit in field["bounds"].items()
        for sign in sides[kind]
    ]
    tried = [*outside, math.nan, math.inf, -1e12, 4.5, "ten", "3 furlongs", "1e400", 10**400]
    for value in tried:
        values = {**good, name: value}
        early = refusal(refuse_values, key, values)
        own = refusal(mechanism_class(key), **values)
        if early is not None:
            assert early == own, value
        elif own is not None:  # what parameters must be together, or a number that is no float
            alone = own.startswith(f"{key}: {name} = ") and "input should be" in own
            assert not alone or isinstance(value, int), value


@pytest.mark.parametrize("key", built_in())
def test_other_mistakes_are_refused_in_the_words_of_the_mechanism(key):
    fields, good, cls = built_in()[key]["fields"], example(key), mechanism_class(key)
    wrong = [{**good, "cuopling": 1.0}]
    wrong += [{**good, n: "bendaniel"} for n, f in fields.items() if f["type"] == "choice"]
    for name, field in fields.items():
        if field["required"]:
            wrong.append({n: value for n, value in good.items() if n != name})
    for values in wrong:
        early = refusal(refuse_values, key, values)
        assert early is not None
        assert early == refusal(cls, **values)
