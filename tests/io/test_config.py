"""Run files: what is written comes back, and what is wrong is said with its line."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairlab.errors import InputError
from pairlab.io.config import load, read_mechanism
from pairlab.mechanisms._fields.registry import mechanisms, preset
from pairlab.mechanisms.bcs import Bcs
from pairlab.units import UnitNote

PRESETS = [(cls, name) for cls in mechanisms().values() for name in cls.presets]


@pytest.fixture
def write(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "run.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(("cls", "name"), PRESETS)
def test_toml_of_a_mechanism_gives_it_back(cls, name, write):
    mechanism = cls.preset(name)
    assert load(write(mechanism.to_toml())) == mechanism


@settings(max_examples=30)
@given(
    coupling=st.floats(min_value=1e-300, allow_infinity=False),
    cutoff=st.floats(min_value=1e-300, allow_infinity=False),
)
def test_toml_keeps_every_digit(coupling, cutoff, tmp_path_factory):
    path = tmp_path_factory.mktemp("run") / "run.toml"
    mechanism = Bcs(coupling=coupling, cutoff=cutoff)
    path.write_text(mechanism.to_toml())
    assert load(path) == mechanism


def test_values_carry_units(write):
    text = 'preset = "h3s"\n[parameters]\nphonon_energy = "0.2 eV"\nwell_width = "9 angstrom"\n'
    mechanism = load(write(text))
    assert mechanism.phonon_energy == pytest.approx(200.0, rel=1e-15)  # type: ignore[attr-defined]
    assert mechanism.well_width == pytest.approx(0.9, rel=1e-15)  # type: ignore[attr-defined]


def test_misspelt_unit_is_read_with_a_note(write):
    path = write('preset = "h3s"\n[parameters]\nphonon_energy = "331 mev"\n')
    with pytest.warns(UnitNote, match="phonon_energy"):
        assert load(path).phonon_energy == 331.0  # type: ignore[attr-defined]


def test_parameters_win_over_the_preset_and_none_unsets(write):
    path = write(
        'preset = "h3s"\n[parameters]\ntransverse_dispersion = "none"\nbarrier_height = 4000\n'
        "coupling = 0.3\n"
    )
    expected = preset("h3s").replace(coupling=0.3).parameters()
    del expected["transverse_dispersion"]
    assert load(path).parameters() == {**expected, "barrier_height": 4000.0}


def test_changes_win_over_the_file_before_it_is_judged(write):
    path = write('preset = "h3s"\n[parameters]\ncoupling = -1\n')
    assert load(path, {"coupling": "0.2"}) == preset("h3s").replace(coupling=0.2)


def test_error_in_a_change_is_not_blamed_on_the_file(write):
    path = write('preset = "h3s"\n[parameters]\ncoupling = 0.1\n')
    with pytest.raises(InputError) as caught:
        load(path, {"coupling": "-1"})
    assert "run.toml" not in str(caught.value)


def test_none_stays_a_word_where_it_is_a_choice(write):
    path = write('preset = "h3s"\n[parameters]\nsoftening = "none"\n')
    assert load(path).softening == "none"  # type: ignore[attr-defined]


HEAD = 'preset = "h3s"\n\n[parameters]\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('mechanism = "superstripes"\npreset = "h3s"\n', 1, ["both mechanism and preset"]),
        ("", None, ["no mechanism is named", 'preset = "h3s"']),
        ('preset = "h3x"\n', 1, ['"h3x"', 'did you mean "h3s"']),
        ('# a\nmechanism = "superstrips"\n', 2, ['did you mean "superstripes"']),
        ("preset = 3\n", 1, ["preset = 3"]),
        (HEAD + "cuopling = 0.3\n", 4, ['"cuopling"', 'did you mean "coupling"']),
        (HEAD + "coupling = -0.3\n", 4, ["coupling = -0.3", "at least 0"]),
        (HEAD + "lifshitz = 1\ncoupling = nan\n", 5, ["coupling = nan", "not a finite number"]),
        (HEAD + "phonon_energy = inf\n", 4, ["phonon_energy = inf", "not a finite number"]),
        (HEAD + 'phonon_energy = "nan"\n', 4, ["phonon_energy = 'nan'", "not a number"]),
        (HEAD + "well_width = 0.0\n", 4, ["well_width = 0.0 nm", "above 0"]),
        (HEAD + "wire_mass = -1\n", 4, ["wire_mass = -1 m_e", "at least 0.0001"]),
        (HEAD + "coupling = 0.5\n", 4, ["coupling = 0.5", "below 0.5"]),
        (HEAD + 'phonon_energy = "330 K"\n', 4, ["330 K", "a temperature is not an energy"]),
        (HEAD + 'well_width = "0.85 meV"\n', 4, ["0.85 meV", "give well_width in nm"]),
        (HEAD + "barrier_height = 100\n", 4, ["both given", "exactly one"]),
        (HEAD + 'transverse_dispersion = "none"\n', 4, ["neither", "exactly one"]),
        (HEAD + "transverse_dispersion = 1e6\n", 4, ["cannot be reached", "smaller dispersion"]),
        (HEAD + "coupling = true\n", 4, ["coupling = true"]),
        (HEAD + "coupling = {a = 1}\n", 4, ["coupling = "]),
        (HEAD + "coupling = 1979-05-27\n", 4, ["coupling = "]),
        (HEAD + f"coupling = 1{'0' * 400}\n", 4, ["coupling = "]),
        (HEAD + "subbands = 4.5\n", 4, ["subbands = 4.5"]),
        (HEAD + 'matching = "bendaniel"\n', 4, ['did you mean "bendaniel_duke"']),
        (HEAD + "coupling = \n", 4, ["not valid TOML"]),
        (HEAD + "coupling = 0.1\ncoupling = 0.2\n", 5, ["not valid TOML"]),
        (HEAD + 'phonon_energy = "330', 4, ["not valid TOML"]),
        ('preset = "h3s"\ncoupling = 0.3\n', 2, ["outside of [parameters]", "move it"]),
        ('preset = "h3s"\n[parameter]\ncoupling = 0.3\n', 2, ['did you mean "parameters"']),
        ('preset = "h3s"\nparameters.coupling = -1\n', 2, ["coupling = -1"]),
        ('preset = "h3s"\nparameters = {coupling = -1}\n', 2, ["coupling = -1"]),
        ('preset = "h3s"\nparameters = 3\n', 2, ["parameters = 3"]),
        ('mechanism = "bcs"\n[parameters]\ncoupling = 0.3\n', None, ["cutoff is missing", "meV"]),
        ('mechanism = "multiband"\n[parameters]\ncutoff = 3\ncouplings = [[0.1, 0.2]]\n', 4,
         ["couplings", "square matrix"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_line_and_remedy(write, text, line, words):
    with pytest.raises(InputError) as caught:
        load(write(text))
    sentence = str(caught.value)
    found = re.search(r"run\.toml(?:, line (\d+))?: ", sentence)
    assert found, sentence
    assert found[1] == (None if line is None else str(line)), sentence
    for word in words:
        assert word.lower() in sentence.lower()
    assert "\n" not in sentence


def test_a_key_of_the_same_name_elsewhere_does_not_get_the_blame(write):
    path = write('# coupling = -1\n' + HEAD + "weak_coupling = 0.1\ncoupling = -1\n")
    with pytest.raises(InputError, match="line 6"):
        load(path)


def test_unreadable_files(tmp_path):
    (tmp_path / "other.toml").write_text('preset = "h3s"\n')
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    for name, words in [
        ("missing.toml", r"there is no file .*missing.toml.*files there: \S*/other.toml\.$"),
        ("binary.toml", "not text"),
        ("", "cannot be read"),
        ("result.nc", "is a result file.*pairlab cite"),
    ]:
        with pytest.raises(InputError, match=words):
            load(tmp_path / name)


def test_sources_by_preset_key_and_file(write):
    assert read_mechanism("h3s") == preset("h3s")
    assert read_mechanism("bcs", {"coupling": "0.3", "cutoff": "20 meV"}) == Bcs(
        coupling=0.3, cutoff=20.0
    )
    assert read_mechanism(str(write('preset = "h3s"\n'))) == preset("h3s")
    with pytest.raises(InputError, match=r'"h3d" is not known.*[Dd]id you mean "h3s"'):
        read_mechanism("h3d")
