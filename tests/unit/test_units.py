"""Numbers with units, read at the edge."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pairlab.errors import InputError
from pairlab.units import BOLTZMANN, HBAR2_OVER_2M, UnitNote, notify, parse


def read(text, unit="meV"):
    number, note = parse(text, unit=unit, field="quantity")
    assert note is None
    return number


def refused(text, unit="meV"):
    with pytest.raises(InputError) as caught:
        parse(text, unit=unit, field="quantity")
    return str(caught.value)


def test_constants():
    # CODATA 2018: k = 8.617333262e-5 eV/K exactly to these digits; hbar^2/2m from its three.
    assert pytest.approx(8.617333262e-2, rel=1e-9) == BOLTZMANN
    hbar, mass, charge = 1.054571817e-34, 9.1093837015e-31, 1.602176634e-19
    assert pytest.approx(hbar**2 / (2 * mass) / charge * 1e21, rel=1e-8) == HBAR2_OVER_2M


@pytest.mark.parametrize(
    ("text", "unit", "wanted"),
    [
        ("330", "meV", 330.0),
        (" 330 meV ", "meV", 330.0),
        ("330meV", "meV", 330.0),
        ("0.33 eV", "meV", 330.0),
        ("-.5e-3 eV", "meV", -0.5),
        ("+3.", "meV", 3.0),
        ("1E2", "K", 100.0),
        ("8.5 angstrom", "nm", 0.85),
        ("850 pm", "nm", 0.85),
        ("300 mK", "K", 0.3),
        ("0.86 m_e", "m_e", 0.86),
        ("0.86", "m_e", 0.86),
        ("9.1093837015e-31 kg", "m_e", 1.0),
        ("0.4", "", 0.4),
        ("40 percent", "", 0.4),
        ("150 GPa", "GPa", 150.0),
        ("1.5 Mbar", "GPa", 150.0),
        ("2.4180 THz * planck_constant", "meV", 10.0),
    ],
)
def test_numbers_with_units(text, unit, wanted):
    assert read(text, unit) == pytest.approx(wanted, rel=2e-5 if "THz" in text else 1e-8)


@given(st.floats(-1e300, 1e300, allow_subnormal=False))
def test_every_number_is_read_exactly(number):
    assert read(repr(number)) == number
    assert read(f"{number!r} meV") == number


@given(st.floats(1e-6, 1e6), st.sampled_from([("eV", 1e3), ("J", 6.241509074460763e21)]))
def test_conversion_is_a_factor(number, unit):
    name, factor = unit
    assert read(f"{number!r} {name}") == pytest.approx(number * factor, rel=1e-12)


@pytest.mark.parametrize(
    "text", ["", "meV", "nan", "inf", "-inf", "1,5", "0x10", "1 2", "--1", "1e"]
)
def test_what_is_no_number(text):
    message = refused(text)
    assert "quantity" in message
    assert "number" in message or "unit" in message


@pytest.mark.parametrize(
    ("text", "unit"),
    [("330 nm", "meV"), ("1 meV", "nm"), ("1 parsnip", "meV"), ("3 K", ""), ("1 meV^2", "meV"),
     ("330 )(", "meV"), ("1 K", "m_e"), ("1 __import__", "meV"), ("1 (eV", "meV"),
     ("1 eV/0^-1", "meV"), ("1 0^-1", "meV")],
)  # fmt: skip
def test_wrong_units(text, unit):
    message = refused(text, unit)
    assert "has the wrong unit" in message
    assert f"quantity in {unit or 'no unit'}" in message


def test_a_temperature_is_not_an_energy():
    assert "0.0861733" in refused("330 K")
    assert "0.0861733" in refused("330 kelvin")


def test_degrees_are_not_multiplied():
    # A temperature in degrees has another zero: 20 degC is 293.15 K, or refused, never 20 * 274.
    try:
        found = read("20 degC", "K")
    except InputError:
        return
    assert found == pytest.approx(293.15)


def test_misspelt_capitals_are_read_with_a_note():
    number, note = parse("330 mev", unit="meV", field="quantity")
    assert number == 330.0
    assert note == "quantity: 'mev' was read as 'meV'"
    with pytest.warns(UnitNote, match="was read as"):
        notify(note)


def test_nothing_else_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read("0.33 eV") == pytest.approx(330.0)
