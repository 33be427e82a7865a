"""The ledger itself, on an invented paper, and its knowledge of papers."""

import math
import sys
import tomllib
import types

import numpy as np
import pytest
import tomli_w

from pairlab.errors import InputError
from pairlab.papers import ledger
from pairlab.papers.sentences import ranged, telling
from pairlab.papers.verdict import Computed, computed

PAPER = """
title = "Invented"
cite = ["nobody (1900)"]
status = "invented"

[[reading]]
name = "plain"
why = "as it is"

[[reading]]
name = "doubled"
why = "twice"
factor = 2.0

[[entry]]
key = "both"
where = "p. 1"
quantity = "a length"
printed = "3 nm"
value = 3.0
unit = "nm"
tolerance = 0.5
reason = "one digit"
compute = "length"
arguments = { size = 3.0 }

[[entry]]
key = "one"
where = "p. 2"
quantity = "a length"
printed = "3 nm"
value = 3.0
unit = "nm"
tolerance = 0.5
reason = "one digit"
compute = "length"
arguments = { size = 3.2 }
readings = ["plain"]

[[entry]]
key = "twice"
where = "p. 3"
quantity = "a length"
printed = "4 nm"
low = 3.9
high = 4.1
unit = "nm"
tolerance = 0.0
reason = "exact"
compute = "length"
arguments = { size = 3.0 }
against = "p. 1 says 3 nm"

[[entry]]
key = "name"
where = "p. 4"
quantity = "a panel"
printed = "A"
label = "A"
reason = "a name"
compute = "panel"
against = "p. 5"
"""


def length(*, size: float, factor: float = 1.0) -> Computed:
    return computed(size * factor, 0.01)


def panel() -> Computed:
    return Computed(math.nan, math.nan, label="B")


@pytest.fixture
def invented(tmp_path, monkeypatch):
    """A ledger folder with the invented paper; returns what rewrites and reproduces it."""
    module = types.ModuleType("pairlab.papers.invented1900.compute")
    module.COMPUTED = {"length": length, "panel": panel}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pairlab.papers.invented1900.compute", module)
    monkeypatch.setattr(ledger, "FOLDER", tmp_path)
    folder = tmp_path / "invented1900"

    def reproduce(change=lambda table: None):
        table = tomllib.loads(PAPER)
        change(table)
        folder.mkdir(exist_ok=True)
        (folder / "ledger.toml").write_text(tomli_w.dumps(table))
        data = ledger.reproduce("invented1900")
        return data.assign_coords(entry=data.key.values)

    return reproduce


def verdicts(data):
    return dict(zip(data.key.values.tolist(), data.verdict.values.tolist(), strict=True))


def test_verdicts_of_all_four_kinds(invented):
    assert verdicts(invented()) == {
        "both": "under-determined",
        "one": "reproduced",
        "twice": "contradicts itself",
        "name": "contradicts itself",
    }


@pytest.mark.parametrize(
    ("index", "change", "verdict"),
    [
        (0, {"tolerance": 3.1}, "reproduced"),
        (0, {"value": 9.0}, "not reproduced"),
        (0, {"readings": ["plain"]}, "reproduced"),
        (1, {"tolerance": 0.1}, "not reproduced"),
        (1, {"tolerance": 0.2}, "under-determined"),  # the error of 0.01 straddles the edge
        (1, {"value": 5.0}, "not reproduced"),
        (2, {"tolerance": 1.0}, "reproduced"),
        (2, {"low": 2.9}, "reproduced"),
        (2, {"against": ""}, "not reproduced"),
        (3, {"label": "B"}, "reproduced"),
    ],
)
def test_a_verdict_follows_from_tolerance_and_printed_value(invented, index, change, verdict):
    def changed(table):
        table["entry"][index].update(change)
        if change.get("against") == "":
            table["entry"][index]["readings"] = ["plain"]

    data = invented(changed)
    assert data.verdict.values[index] == verdict


def test_the_columns_say_what_was_found(invented):
    data = invented()
    both = data.sel(entry="both")
    assert float(both.computed_value) == 3.0
    assert (float(both.computed_low), float(both.computed_high)) == (2.99, 6.01)
    assert float(both.error) == 0.01
    assert str(both.computed_text.values) == "3 nm"
    assert "doubled: 6" in str(both.why.values)
    assert float(data.printed_value.sel(entry="twice")) == 4.0
    twice = str(data.why.sel(entry="twice").values)
    assert "p. 1 says 3 nm" in twice
    assert "-23 % from what is printed" in twice
    assert '"B", but printed here: "A"' in str(data.why.sel(entry="name").values)


def test_a_number_that_cannot_be_computed_decides_nothing(invented):
    def changed(table):
        table["entry"][1]["arguments"]["size"] = math.nan

    data = invented(changed)
    assert verdicts(data)["one"] == "under-determined"
    assert "No number" in str(data.why.sel(entry="one").values)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"compute": "lenght"}, 'Did you mean "length"'),
        ({"readings": ["plan"]}, 'Did you mean "plain"'),
        ({"tolerence": 1.0}, 'Did you mean "tolerance"'),
        ({"tolerance": -1.0}, "tolerance is missing"),
        ({"where": ""}, "where is missing"),
        ({"reason": ""}, "reason is missing"),
        ({"low": 5.0}, "no number"),
        ({"ratio": [1.0, 2.0]}, "two ranges of positive numbers"),
        ({"ratio": {"of": [1.0, 2.0], "to": [1.0, 2.0]}}, "outside of it"),
        ({"verdict": "reproduced"}, '"verdict" is not known'),
    ],
)
def test_a_malformed_entry_is_a_sentence_that_names_it(invented, change, fault):
    with pytest.raises(InputError, match=r"invented1900/ledger\.toml, entry \"both\"") as caught:
        invented(lambda table: table["entry"][0].update(change))
    assert fault in str(caught.value)


def test_progress_counts_entries(invented, tmp_path):
    invented()
    seen = []
    ledger.reproduce("invented1900", progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_an_unknown_paper_gets_a_suggestion():
    with pytest.raises(InputError, match='Did you mean "mazziotti2021"'):
        ledger.reproduce("mazzioti2021")
    with pytest.raises(InputError, match="Known are"):
        ledger.figure_data("xyz")


def test_papers_are_found_by_their_folders():
    assert "mazziotti2021" in ledger.papers()


def test_the_ledger_knows_no_paper():
    files = ("ledger.py", "questions.py", "sentences.py", "verdict.py")
    text = "".join((ledger.FOLDER / name).read_text() for name in files)
    for key in ledger.papers():
        assert text.replace('for example "mazziotti2021"', "").count(key) == 0


def test_text_of_ranges():
    assert ranged(3.0, 3.0, "nm") == "3 nm"
    assert ranged(-4.5e-17, 0.0375, "") == "0 to 0.0375"
    assert ranged(4133.5, 4134.5, "meV") == "4133.5 to 4134.5 meV"
    assert ranged(-np.inf, 2.0, "K") == "at most 2 K"


def test_verdict_reason_and_printed_interval_of_a_ratio_agree(invented):
    def changed(table):
        table["entry"][1].update(value=1.32, unit="", arguments={"size": 1.2744})
        table["entry"][1]["ratio"] = {"of": [325.0, 335.0], "to": [245.0, 255.0]}
        del table["entry"][1]["tolerance"]

    row = invented(changed).sel(entry="one")
    assert (float(row.allowed_low), float(row.allowed_high)) == (325 / 255, 335 / 245)
    assert float(row.tolerance) == pytest.approx(335 / 245 - 1.32)
    assert str(row.verdict.values) == "under-determined"  # its error of 0.01 reaches inside
    assert "only partly inside 1.275 to 1.367" in str(row.why.values)


def test_numbers_that_differ_from_an_edge_are_printed_so_that_they_do():
    assert telling((1.2746,), (325 / 255, 335 / 245)) == 5
    assert telling((245.0,), (245.0, 255.0)) == 4
