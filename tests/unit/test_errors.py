"""Errors: three clauses in one sentence, catchable by their kind, the same after a pickle."""

import copy
import pickle

import pytest

from pairlab.errors import (
    CapabilityError,
    InputError,
    OutputError,
    PairlabError,
    SolverError,
    did_you_mean,
)

KINDS = [
    (InputError, ValueError),
    (CapabilityError, TypeError),
    (SolverError, ArithmeticError),
    (OutputError, OSError),
]


@pytest.mark.parametrize(("kind", "builtin"), KINDS)
def test_every_kind_is_ours_and_pythons(kind, builtin):
    error = kind(what="the gap", why="it is negative", remedy="give a positive one")
    assert isinstance(error, PairlabError)
    assert isinstance(error, builtin)
    assert str(error) == "the gap: it is negative. Give a positive one."
    assert (error.what, error.why, error.remedy) == (
        "the gap", "it is negative", "give a positive one",
    )  # fmt: skip
    for other, _ in KINDS:
        assert isinstance(error, other) == (other is kind)


@pytest.mark.parametrize(("kind", "builtin"), KINDS)
@pytest.mark.parametrize("duplicate", [copy.copy, lambda e: pickle.loads(pickle.dumps(e))])
def test_errors_survive_other_processes(kind, builtin, duplicate):
    error = kind(what="a", why="b", remedy="c")
    again = duplicate(error)
    assert type(again) is kind
    assert str(again) == str(error)
    assert again.remedy == "c"


@pytest.mark.parametrize(
    ("remedy", "ending"),
    [
        ("give another", "Give another."),
        ("give another.", "Give another."),
        ('did you mean "x"?', 'Did you mean "x"?'),
        ("barrier_height is in meV", "barrier_height is in meV."),  # a parameter keeps its name
        ("Tc is below 1 K", "Tc is below 1 K."),
    ],
)
def test_remedies_are_sentences(remedy, ending):
    assert str(InputError(what="a", why="b", remedy=remedy)) == f"a: b. {ending}"


def test_all_three_clauses_are_required():
    with pytest.raises(TypeError):
        InputError(what="a", why="b")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        InputError("a", "b", "c")  # type: ignore[misc]


def test_did_you_mean():
    known = {"coupling": 0, "cutoff": 1}
    assert did_you_mean("cuopling", known) == 'did you mean "coupling"?'
    assert did_you_mean("zzz", known) == "known are: coupling, cutoff"
    assert did_you_mean("", []) == "known are: "
    assert did_you_mean("zzz", (name for name in "ba")) == "known are: a, b"


def test_a_suggestion_does_not_depend_on_case():
    assert did_you_mean("H3S", ["h3s", "cshx"]) == 'did you mean "h3s"?'
    assert did_you_mean("h3", ["h3s", "H3"]) in ('did you mean "H3"?', 'did you mean "h3s"?')
