"""Solutions and result codes."""

import dataclasses

import pytest

from pairlab.solution import CODES, Provenance, Result, Solution


def test_codes_are_numbered_as_in_files():
    # Maps and files store the integers: an old file must keep its meaning.
    assert [code.name for code in CODES[:6]] == [
        "SUCCESS", "NO_SUPERCONDUCTIVITY", "NOT_CONVERGED", "INACCURATE", "NOT_FINITE",
        "INVALID_INPUT",
    ]  # fmt: skip
    assert set(CODES) == set(Result)


def test_only_two_results_are_good():
    assert {code for code in Result if code.is_good} == {
        Result.SUCCESS, Result.NO_SUPERCONDUCTIVITY,
    }  # fmt: skip


@pytest.mark.parametrize("code", list(Result))
def test_every_result_is_a_sentence(code):
    assert code.value[0].isupper()
    assert code.value.endswith(".")
    assert len(code.value.split()) > 5
    assert Result(code.value) is code


def test_a_solution_is_a_number():
    solution = Solution(value=24.1, error=1e-6, unit="K", result=Result.SUCCESS)
    assert float(solution) == 24.1
    assert solution.stats == {}
    assert solution.provenance is None
    with pytest.raises(dataclasses.FrozenInstanceError):
        solution.value = 1.0  # type: ignore[misc]
    # The dictionaries of two solutions are not one.
    assert Solution(1.0, 0.0, "", Result.SUCCESS).stats is not solution.stats


def test_provenance_compares_by_value():
    one, other = (Provenance("bcs", {"coupling": 0.3}, ("doi",), "s", "0", "m") for _ in range(2))
    assert one == other
    assert one != dataclasses.replace(other, parameters={"coupling": 0.4})
