"""Mechanisms and presets by name, and what each mechanism declares."""

import pytest

from pairlab.errors import InputError
from pairlab.mechanisms._fields.base import Mechanism, bounds, field_extra, is_numeric
from pairlab.mechanisms._fields.registry import BUILT_IN, mechanism_class, mechanisms, preset
from pairlab.observables.registry import offers, problem_of
from pairlab.pairing.problem import Refusal
from pairlab.units import parse

CLASSES = [mechanism_class(key) for key in BUILT_IN]
PRESETS = [(cls, name) for cls in CLASSES for name in cls.presets]
FIELDS = [(cls, name) for cls in CLASSES for name in cls.model_fields]


def test_keys_are_those_of_the_classes():
    assert {"bcs", "multiband", "superstripes"} <= set(BUILT_IN)
    known = mechanisms()
    for key in BUILT_IN:
        assert known[key].key == key
        assert mechanism_class(key) is known[key]
    assert len({cls.title for cls in known.values()}) == len(known)


def test_names_of_presets_are_unique_and_no_keys():
    names = [name for _, name in PRESETS]
    assert len(set(names)) == len(names)
    assert not set(names) & set(BUILT_IN)


@pytest.mark.parametrize(("cls", "name"), PRESETS)
def test_presets_are_valid(cls, name):
    m = preset(name)
    assert type(m) is cls
    assert m == cls.preset(name)
    assert m.replace() == m
    assert hash(m) == hash(cls.preset(name))
    assert {k: getattr(m, k) for k in cls.presets[name]}.keys() == cls.presets[name].keys()
    # A preset without what a paper does not print says which parameter is missing.
    needed = {"pairing_energy"} if cls.key == "standing_wave" else set()
    missing = needed - set(m.parameters())
    assert ("critical_temperature" in offers(m)) == (not missing)
    critical = problem_of(m, "critical temperature").critical()
    assert isinstance(critical, Refusal) == bool(missing)
    assert all(name in critical.remedy for name in missing)
    assert offers(m)


def test_presets_take_changes():
    assert preset("textbook", coupling=0.3).coupling == 0.3
    with pytest.raises(InputError, match='Did you mean "coupling"'):
        preset("textbook", cuopling=0.3)


@pytest.mark.parametrize(
    ("look_up", "word", "suggestion"),
    [
        (mechanism_class, "superstrips", "superstripes"),
        (mechanism_class, "BCS", None),
        (preset, "h3", "h3s"),
        (preset, "textbok", "textbook"),
        (preset, "qqq", None),
        (CLASSES[0].preset, "nothing_like_it", None),
    ],
)
def test_unknown_names_get_a_suggestion(look_up, word, suggestion):
    with pytest.raises(InputError) as caught:
        look_up(word)
    message = str(caught.value)
    assert f'"{word}"' in message
    assert (f'Did you mean "{suggestion}"?' if suggestion else "nown") in message


@pytest.mark.parametrize("cls", CLASSES)
def test_every_mechanism_says_what_it_is(cls):
    assert issubclass(cls, Mechanism)
    assert cls.title
    assert cls.status
    assert cls.cite
    assert all(isinstance(source, str) and source for source in cls.cite)
    assert set(cls.report_axes) <= set(cls.model_fields)
    assert len(cls.report_axes) <= 2
    assert getattr(cls, "__final__", False)


@pytest.mark.parametrize(("cls", "name"), FIELDS)
def test_every_field_is_declared_with_its_unit(cls, name):
    field = cls.model_fields[name]
    assert field.description
    assert field.description[0].islower() or field.description.startswith("(")
    unit = field_extra(cls, name)["unit"]
    if unit:
        assert is_numeric(cls, name)
        assert parse(f"1 {unit}", unit=unit, field=name) == (1.0, None)
        # Where nobody says otherwise pint has to know it.
        assert parse(f"2 ({unit})", unit=unit, field=name)[0] == pytest.approx(2.0)


@pytest.mark.parametrize(("cls", "name"), [pair for pair in FIELDS if bounds(*pair)])
def test_bounds_are_enforced(cls, name):
    m = cls.preset(next(iter(cls.presets)))
    limits = bounds(cls, name)
    for bound, value in limits.items():
        outside = {"gt": value, "lt": value, "ge": value - 1.0, "le": value + 1.0}[bound]
        with pytest.raises(InputError, match=name):
            m.replace(**{name: outside})


def test_mechanisms_are_frozen_and_keyword_only():
    m = preset("textbook")
    with pytest.raises(InputError, match="replace"):
        m.coupling = 0.1
    assert m.coupling == 0.25
    with pytest.raises(InputError, match=r"by name|keyword"):
        CLASSES[0](0.25, 30.0)


@pytest.mark.parametrize(
    "value", ["nan", "inf", float("nan"), float("inf"), True, None, "x", [1.0]]
)
def test_what_is_no_number_is_refused(value):
    with pytest.raises(InputError, match="coupling"):
        preset("textbook", coupling=value)
