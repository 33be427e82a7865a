"""The rule of verdicts, against its definition in words, and as properties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pairlab.papers.verdict import (
    CONTRADICTS,
    NOT_REPRODUCED,
    REPRODUCED,
    UNDER_DETERMINED,
    Computed,
    Statement,
    computed,
    judge,
    quotient,
)

numbers = st.floats(-1e3, 1e3)
sizes = st.floats(0, 1e2)


@pytest.mark.parametrize(
    ("value", "error", "tolerance", "verdict"),
    [
        (245.0, 0.0, 5.0, REPRODUCED),  # on the edge
        (244.0, 0.0, 5.0, NOT_REPRODUCED),
        (244.0, 0.0, 6.5, REPRODUCED),  # a wider tolerance
        (250.0, 6.0, 5.0, UNDER_DETERMINED),  # an error beyond the tolerance
        (244.0, 2.0, 5.0, UNDER_DETERMINED),
        (math.nan, 0.0, 5.0, UNDER_DETERMINED),
        (250.0, math.nan, 5.0, UNDER_DETERMINED),
    ],
)
def test_one_number(value, error, tolerance, verdict):
    assert judge(Statement(250.0, 250.0, tolerance), [computed(value, error)]) == verdict


def test_printed_value_decides():
    assert judge(Statement(244.0, 244.0, 1.0), [computed(244.6)]) == REPRODUCED
    assert judge(Statement(250.0, 250.0, 1.0), [computed(244.6)]) == NOT_REPRODUCED


def test_readings_on_both_sides_leave_it_open():
    statement = Statement(250.0, 250.0, 5.0)
    assert judge(statement, [computed(240.0), computed(260.0)]) == UNDER_DETERMINED
    assert judge(statement, [computed(250.0), computed(260.0)]) == UNDER_DETERMINED
    assert judge(statement, [computed(230.0), computed(240.0)]) == NOT_REPRODUCED


def test_two_printed_statements_contradict_where_a_model_would_miss():
    outside = [computed(200.0, 1.0)]
    assert judge(Statement(160.0, 160.0, 5.0, of_paper=True), outside) == CONTRADICTS
    assert judge(Statement(160.0, 160.0, 5.0), outside) == NOT_REPRODUCED
    assert judge(Statement(160.0, 160.0, 40.0, of_paper=True), outside) == UNDER_DETERMINED
    assert judge(Statement(160.0, 160.0, 41.0, of_paper=True), outside) == REPRODUCED


def test_labels():
    other = [Computed(math.nan, math.nan, label="A2")]
    assert judge(Statement(math.nan, math.nan, label="B1", of_paper=True), other) == CONTRADICTS
    assert judge(Statement(math.nan, math.nan, label="A2", of_paper=True), other) == REPRODUCED


@given(numbers, sizes, sizes, st.lists(st.tuples(numbers, sizes, sizes), min_size=1, max_size=4))
def test_the_rule_is_the_geometry_of_intervals(low, width, tolerance, readings):
    statement = Statement(low, low + width, tolerance)
    every = [Computed(value, value + reach, error) for value, reach, error in readings]
    left = min(value - error for value, _, error in readings)
    right = max(value + reach + error for value, reach, error in readings)
    points = [left, right]
    inside = [low - tolerance <= x <= low + width + tolerance for x in points]
    apart = right < low - tolerance or left > low + width + tolerance
    expected = REPRODUCED if all(inside) else NOT_REPRODUCED if apart else UNDER_DETERMINED
    assert judge(statement, every) == expected


@given(numbers, sizes, st.lists(st.tuples(numbers, sizes), min_size=1, max_size=4), sizes)
def test_a_wider_tolerance_never_loses_a_reproduction(value, tolerance, readings, more):
    every = [computed(*one) for one in readings]
    if judge(Statement(value, value, tolerance), every) == REPRODUCED:
        assert judge(Statement(value, value, tolerance + more), every) == REPRODUCED


@given(numbers, sizes, st.lists(st.tuples(numbers, sizes), min_size=2, max_size=4))
def test_more_readings_never_decide_what_fewer_left_open(value, tolerance, readings):
    every = [computed(*one) for one in readings]
    if judge(Statement(value, value, tolerance), every[:1]) == UNDER_DETERMINED:
        assert judge(Statement(value, value, tolerance), every) == UNDER_DETERMINED


@given(numbers, sizes, st.lists(st.tuples(numbers, sizes), min_size=1, max_size=3))
def test_no_sign_or_order_matters(value, tolerance, readings):
    every = [computed(*one) for one in readings]
    mirrored = [computed(-one.low, one.error) for one in reversed(every)]
    assert judge(Statement(value, value, tolerance), every) == judge(
        Statement(-value, -value, tolerance), mirrored
    )


def test_a_ratio_has_the_interval_of_its_parts_and_no_linearised_one():
    statement = Statement(1.32, 1.32, 0.047, allowed=(325 / 255, 335 / 245))
    assert judge(statement, [computed(1.27435)]) == NOT_REPRODUCED
    assert judge(statement, [computed(1.2746)]) == REPRODUCED
    assert judge(statement, [computed(1.3673)]) == REPRODUCED
    assert judge(statement, [computed(1.3674)]) == NOT_REPRODUCED


@given(st.floats(1, 10), st.floats(1, 10), st.floats(0, 0.9), st.floats(0, 0.9))
def test_a_quotient_holds_every_ratio_of_its_parts(first, second, error, other):
    found = quotient(computed(first, error), computed(second, other))
    for x in (first - error, first, first + error):
        for y in (second - other, second, second + other):
            assert abs(x / y - found.low) <= found.error * (1 + 1e-12) + 1e-12
