"""Every number that a mechanism takes, at its bounds and at the ends of all numbers: an answer with
a code, or a sentence that refuses it."""

import math

import numpy as np
import pytest

import pairlab as pl
from pairlab.mechanisms._fields.base import is_numeric
from pairlab.solution import Result

CASES = {
    "textbook": pl.preset("textbook"),
    "two_band": pl.preset("two_band"),
    "lk99": pl.preset("lk99"),
    "lk99_brbcs": pl.preset("lk99_brbcs"),
    "h3s": pl.preset("h3s"),
    "li": pl.preset("li", pairing_energy=250.0),
    "mcmillan_mode": pl.preset("mcmillan_mode"),
    "allen_dynes_mode": pl.preset("allen_dynes_mode"),
    "eliashberg_mode": pl.preset("eliashberg_mode"),
    "mgb2_two_band": pl.preset("mgb2_two_band"),
}
ENDS = [5e-324, 1e-300, 1e-20, 1e20, 1e300, -1e-300, -1e300]


def extremes(field):
    """The bounds of a field, and the numbers next to them."""
    found = list(ENDS)
    for limit in field.metadata:
        for name, inward in (("ge", math.inf), ("gt", math.inf), ("le", -math.inf)):
            bound = getattr(limit, name, None)
            if bound is not None:
                found += [float(bound), math.nextafter(float(bound), inward)]
    return found


def changes(mechanism):
    for name, field in type(mechanism).model_fields.items():
        value = getattr(mechanism, name)
        if is_numeric(type(mechanism), name) and isinstance(value, float | None):
            for number in extremes(field):
                yield {name: number}
        elif isinstance(value, tuple) and value and isinstance(value[0], float):
            for number in ENDS:
                yield {name: (number, *value[1:])}
        elif isinstance(value, tuple) and value and isinstance(value[0], tuple):
            for number in ENDS:
                rows = [list(row) for row in value]
                rows[0][0] = number
                yield {name: rows}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_any_number_has_an_answer_or_a_sentence(name):
    answered = 0
    for change in changes(CASES[name]):
        try:
            mechanism = CASES[name].replace(**change)
            answers = [
                asked(mechanism, throw=False)
                for asked in (pl.critical_temperature, pl.isotope_coefficient)
            ]
        except pl.PairlabError:
            continue
        answered += 1
        for found in answers:
            good = found.result in (Result.SUCCESS, Result.INACCURATE)
            assert np.isfinite(found.value) or not good, (change, found)
    assert answered
