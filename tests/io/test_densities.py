"""Densities of states from files of other programs, and a sentence for each mistake in them."""

import hashlib
import math

import numpy as np
import pytest

from pairlab.errors import InputError
from pairlab.io.readers.densities import read_density_of_states
from pairlab.units import UnitNote

# Four digits after a zero, 0.1000 to 0.9999: rounding is half of the last one.
DIGITS = 0.5e-4 / 0.1 * 1.0001


def written(folder, text, name="DOSCAR"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def free_electrons(energy):
    """3 electrons up to 8 eV, from the bottom at -1.5 eV: S [1/eV] and its integral."""
    above = np.maximum(energy + 1.5, 0.0) / 9.5
    return 4.5 / 9.5 * np.sqrt(above), 3 * above**1.5


def fortran(value):
    """E12.4 of Fortran: the mantissa is below 1, and an exponent of three digits has no E."""
    if value == 0:
        return "  0.0000E+00"
    exponent = math.floor(math.log10(abs(value))) + 1
    mantissa = round(value / 10.0**exponent, 4)
    if abs(mantissa) == 1:
        mantissa, exponent = mantissa / 10, exponent + 1
    letter = "E" if abs(exponent) < 100 else ""
    digits = 2 if letter else 3
    return f"{mantissa:.4f}{letter}{exponent:+0{digits + 1}d}".rjust(12)


def doscar(*, spins=1, points=301, partial=False, weight=1.0, low=-3.0, high=12.0, fermi=8.0):
    """As VASP writes it for one atom of aluminium."""
    energy = np.linspace(low, high, points)
    states, total = (weight * column for column in free_electrons(energy))
    head = f"{high:16.8f}{low:16.8f}{points:5d}{fermi:16.8f}{1.0:16.8f}\n"
    text = "   1   1   1   0\n  0.1659950E+02" + "  0.2863425E-09" * 3 + "  0.5000000E-15\n"
    text += "  1.000000000000000E-004\n  CAR \n Al fcc                                  \n" + head
    columns = [states, total] if spins == 1 else [0.6 * states, 0.4 * states, 0.6 * total,
                                                  0.4 * total]  # fmt: skip
    rows = "".join(
        f"{e:11.3f}" + "".join(map(fortran, row)) + "\n"
        for e, *row in zip(energy, *columns, strict=True)
    )
    if partial:
        rows += head + "".join(f"{e:11.3f}" + "  0.1000E+00" * 9 + "\n" for e in energy)
    return text + rows, energy, states


@pytest.mark.parametrize("spins", [1, 2])
@pytest.mark.parametrize("partial", [False, True])
def test_doscar(tmp_path, spins, partial):
    text, energy, states = doscar(spins=spins, partial=partial)
    path = written(tmp_path, text)
    found = read_density_of_states(path)
    np.testing.assert_allclose(found.energy, 1e3 * energy, atol=1e-9)
    np.testing.assert_allclose(found.states, states / 1e3, rtol=DIGITS, atol=1e-12)
    assert found.per == "cell"
    assert found.fermi_energy == 8000.0
    # The file has the volume of fcc aluminium per atom, a^3/4 with a = 4.0495 angstrom.
    assert found.volume == pytest.approx(0.40495**3 / 4, rel=1e-3)
    assert found.name == "DOSCAR"
    assert found.notes == ()
    assert found.source == f"DOSCAR, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}"
    below = np.array(found.energy) <= 8000.0
    total = np.trapezoid(np.array(found.states)[below], np.array(found.energy)[below])
    assert total == pytest.approx(3.0, rel=1e-3)


def test_the_volume_of_several_atoms(tmp_path):
    text, _, _ = doscar(weight=4.0)
    cubic = text.replace("   1   1   1   0", "   4   4   1   0").replace("2863425", "4049500")
    assert read_density_of_states(written(tmp_path, cubic)).volume == pytest.approx(
        0.40495**3, rel=1e-3
    )
    # Taken as the volume of the cell it would not fit into it.
    wrong = cubic.replace("0.1659950E+02", "0.6640000E+02")
    assert read_density_of_states(written(tmp_path, wrong)).volume is None


def test_energies_closer_than_their_digits(tmp_path):
    text, energy, _ = doscar(points=30001)
    rows = text.splitlines()[6:]
    assert len({row.split()[0] for row in rows}) < len(rows)  # some look equal in the file
    found = read_density_of_states(written(tmp_path, text))
    np.testing.assert_allclose(found.energy, 1e3 * energy, atol=1e-9)


def test_numbers_as_fortran_writes_them(tmp_path):
    text, _, _ = doscar()
    row = text.splitlines()[40]
    for number, value in (("0.1234-101", 0.0), ("0.1234D+00", 1.234e-4), ("0.1234+001", 1.234e-3)):
        small = row[:11] + number.rjust(12) + row[23:]
        found = read_density_of_states(written(tmp_path, text.replace(row, small)))
        assert found.states[34] == pytest.approx(value, abs=1e-99)


def test_a_head_without_blanks(tmp_path):
    text, energy, _ = doscar(points=10001, low=-300.0)
    assert "-300.0000000010001" in text
    found = read_density_of_states(written(tmp_path, text))
    np.testing.assert_allclose(found.energy, 1e3 * energy, atol=1e-6)


def test_small_values_below_zero_are_set_to_zero_and_told(tmp_path):
    text, _, _ = doscar()
    lines = text.splitlines()
    for n in (20, 21):
        lines[n] = lines[n].replace("  0.0000E+00", " -0.1000E-01", 1)
    found = read_density_of_states(written(tmp_path, "\n".join(lines)))
    assert found.notes == ("2 values below zero, down to -1e-05 1/meV, were set to zero",)
    assert min(found.states) == 0.0
    lines[21] = lines[21].replace("-0.1000E-01", "-0.1000E+00", 1)
    with pytest.raises(
        InputError, match=r"line 22: the density of states is -0\.0001 1/meV, too f"
    ):
        read_density_of_states(written(tmp_path, "\n".join(lines)))


def doscar_with(number, old, new):
    """The file with something replaced in one line."""
    lines = doscar()[0].splitlines()
    assert old in lines[number - 1]
    lines[number - 1] = lines[number - 1].replace(old, new, 1)
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("\n".join(doscar()[0].splitlines()[:4]), r"line 4: the head of a DOSCAR ends here"),
        ("\n".join(doscar()[0].splitlines()[:200]),
         r"line 200: the file ends after 194 energies of 301\. Copy"),
        (doscar()[0][:2985], r"line \d+: it has \d numbers where the lines before have 3"),
        (doscar_with(1, "   1   1   1   0", ""), r"line 1: it has fewer than four numbers"),
        (doscar_with(6, "    12.00000000", "1e400          "), r'line 6: "1e400" is not a finite'),
        (doscar_with(6, "  301", "*****"), r'line 6: "\*+" is not a finite number'),
        (doscar_with(2, "0.1659950E+02", "     NaN     "), r'line 2: "NaN" is not a finite number'),
        (doscar_with(50, "E-", "X-") if "E-" in doscar()[0].splitlines()[49]
         else doscar_with(50, "E+", "X+"), r"line 50: .* is not a finite number"),
        (doscar_with(50, doscar()[0].splitlines()[49][12:23], "       NaN "),
         r"line 50: the density of states is not a finite number"),
        (doscar_with(50, "-0.8", " 9.8"), r"line 51: the energy -800 meV follows 9850 meV"),
        (doscar(fermi=13.0)[0],
         r"the density of states does not reach E_F: it goes from -3000 to 12000 meV, and E_F is"),
        (doscar(weight=0.01)[0],
         r"line 6: 1 atoms have 0\.03 electrons up to the Fermi energy, as in the average over"),
        (doscar(points=3)[0], r"3 energies and 3 values|at least 4"),
        ("\n".join(line + " 0.1" if n > 5 else line
                   for n, line in enumerate(doscar()[0].splitlines())),
         r"line 7: it has 4 columns"),
    ],
)  # fmt: skip
def test_broken_doscar(tmp_path, text, sentence):
    path = written(tmp_path, text)
    with pytest.raises(InputError, match=sentence) as caught:
        read_density_of_states(path)
    assert str(path) in str(caught.value)


def test_a_doscar_of_another_name(tmp_path):
    assert read_density_of_states(written(tmp_path, doscar()[0], "al.dat")).per == "cell"


# -------------------------------------------------------------------------------- Quantum ESPRESSO


def espresso(*, spins=1, fermi=" EFermi =    8.000 eV"):
    """As dos.x writes it: f8.3 and e12.4."""
    energy = np.round(np.arange(-3.0, 12.0, 0.05), 3)
    states, total = free_electrons(energy)
    names = "dos(E)     Int dos(E)" if spins == 1 else "dosup(E)     dosdw(E)   Int dos(E)"
    columns = [states, total] if spins == 1 else [0.7 * states, 0.3 * states, total]
    rows = "".join(
        f"{e:8.3f}" + "".join(map(fortran, row)) + "\n"
        for e, *row in zip(energy, *columns, strict=True)
    )
    return f"#  E (eV)   {names}{fermi}\n{rows}", energy, states


@pytest.mark.parametrize("spins", [1, 2])
def test_espresso(tmp_path, spins):
    text, energy, states = espresso(spins=spins)
    found = read_density_of_states(written(tmp_path, text, "al.dos"))
    np.testing.assert_allclose(found.energy, 1e3 * energy, rtol=1e-14)
    np.testing.assert_allclose(found.states, states / 1e3, rtol=DIGITS, atol=1e-12)
    assert (found.per, found.fermi_energy, found.volume) == ("cell", 8000.0, None)
    assert found.name == "al.dos"


def test_espresso_without_a_fermi_energy(tmp_path):
    found = read_density_of_states(written(tmp_path, espresso(fermi="")[0], "al.dos"))
    assert found.fermi_energy is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (espresso(fermi=" EFermi =   7.900  8.100 eV")[0],
         r"line 1: it has a Fermi energy for each"),
        (espresso(fermi=" EFermi = ******* eV")[0], r'line 1: "\*+" is not a finite number'),
        (espresso(fermi=" EFermi = 99.0 eV")[0], r"does not reach E_F"),
        (espresso(spins=2)[0].replace("dosup(E)     dosdw(E)", "dos(E)"),
         r"line 2: it has 4 columns where the header has 3"),
        (espresso()[0].replace("-0.900", "-0.950"),
         r"line 44: the energy -950 meV follows -950 meV"),
        (espresso()[0].splitlines()[0], r"line 1: the file ends after 0 energies of at least 4"),
        ("\n".join(espresso()[0].splitlines()[:4]), r"line 4: the file ends after 3 energies"),
    ],
)  # fmt: skip
def test_broken_espresso(tmp_path, text, sentence):
    with pytest.raises(InputError, match=sentence):
        read_density_of_states(written(tmp_path, text, "al.dos"))


# ----------------------------------------------------------------------------- columns with units

ROWS = "-1 0\n0 0.5\n1.5 1.25 \n\n3, 2e0\n# the last one\n4\t1\n"


@pytest.mark.parametrize(
    ("units", "factor", "scale", "per"),
    [
        (("eV", "1/(eV nm^3)"), 1e3, 1e-3, "nm^3"),
        (("meV", "1/(meV nm^3)"), 1.0, 1.0, "nm^3"),
        (("eV", "1/(eV angstrom^3)"), 1e3, 1.0, "nm^3"),
        (("eV", "eV^-1 cm^-3"), 1e3, 1e-24, "nm^3"),
        (("eV", "states/eV/cell"), 1e3, 1e-3, "cell"),
        (("eV", "1/(eV cell)"), 1e3, 1e-3, "cell"),
        (("eV", "states/(eV unit cell)"), 1e3, 1e-3, "cell"),
        (("Ry", "states/Ry/cell"), 13605.693122994, 1 / 13605.693122994, "cell"),
    ],
)
def test_units(tmp_path, units, factor, scale, per):
    text = f"# copper, both spins\n# energy [{units[0]}]  density_of_states [{units[1]}]\n" + ROWS
    found = read_density_of_states(written(tmp_path, text, "s.txt"))
    np.testing.assert_allclose(found.energy, factor * np.array([-1, 0, 1.5, 3, 4]), rtol=1e-9)
    np.testing.assert_allclose(found.states, scale * np.array([0, 0.5, 1.25, 2, 1]), rtol=1e-9)
    assert found.per == per
    assert (found.fermi_energy, found.volume) == (None, None)


def test_what_remarks_add(tmp_path):
    text = "energy [eV], S [1/(eV cell)]\n# E_Fermi: 2.5 eV\n# volume = 31 angstrom^3\n" + ROWS
    found = read_density_of_states(written(tmp_path, text, "s.csv"))
    assert found.fermi_energy == pytest.approx(2500.0)
    assert found.volume == pytest.approx(0.031)


def test_a_misspelt_unit_is_a_note(tmp_path):
    text = "energy [mev] S [1/(eV nm^3)]\n" + ROWS
    with pytest.warns(UnitNote, match=r"line 1: energy: 'mev' was read as 'meV'"):
        found = read_density_of_states(written(tmp_path, text, "s.txt"))
    assert found.energy[-1] == 4.0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (ROWS, r"line 1: no header line names the two columns and units\. Write it above"),
        ("energy dos\n" + ROWS, r"line 2: no header line names the two columns and units"),
        (ROWS + "energy [eV] S [1/(eV nm^3)]\n", r"line 1: no header line"),
        ("only words\n", r"line 1: no header line"),
        ("energy [eV] S []\n" + ROWS, r'line 1: the unit "" of the density of states is empty'),
        ("energy [] S [1/(eV nm^3)]\n" + ROWS, r"line 1: the energy has no unit"),
        ("energy [eV] S [states/eV/atom]\n" + ROWS, r"counts it per atom\. Give it for both spins"),
        ("energy [eV] S [1/eV/spin/cell]\n" + ROWS, r"counts it per spin"),
        ("energy [eV] S [states/eV]\n" + ROWS, r"'states/eV' does not convert to 1/\(meV nm\^3\)"),
        ("energy [nm] S [1/(eV nm^3)]\n" + ROWS, r"line 1: 'nm' does not convert to meV"),
        ("energy [eV] S [1/(eV nm^3]\n" + ROWS, r"'1/\(eV nm\^3' does not convert to 1/\(meV"),
        ("energy [eV] S [0^-1/(eV nm^3)]\n" + ROWS, r"does not convert to 1/\(meV nm\^3\)"),
        ("energy [1e400 eV] S [1/(eV nm^3)]\n" + ROWS, r"line 1: '1e400 eV' does not convert"),
        ("energy [eV] S [a.u.]\n" + ROWS, r"line 1: 'a\.u\.' does not convert"),
        ("# fermi_energy = 2.5\nenergy [eV] S [1/(eV cell)]\n" + ROWS,
         r"line 1: fermi_energy has no unit\. Write it as fermi_energy = \.\.\. meV"),
        ("# fermi energy = 2.5 nm\nenergy [eV] S [1/(eV cell)]\n" + ROWS,
         r"line 1: 'nm' does not convert to meV"),
        ("energy [eV] S [1/(eV nm^3)]\n" + ROWS + "5 1 7\n",
         r"line 9: it has 3 numbers where the lines before have 2"),
        ("energy [eV] S [1/(eV nm^3)]\n1 2 3\n2 2 3\n3 2 3\n4 2 3\n",
         r"line 2: it has 3 columns where the header has 2"),
        ("energy [eV] S [1/(eV nm^3)]\n" + ROWS + "5 one\n",
         r'line 9: "one" is not a finite number'),
        ("energy [eV] S [1/(eV nm^3)]\n" + ROWS + "5 inf\n",
         r"line 9: the density of states is not a finite number"),
        ("energy [eV] S [1/(eV nm^3)]\n" + ROWS + "3.5 1\n",
         r"line 9: the energy 3500 meV follows 4000 meV\. Sort the lines"),
        ("energy [eV] S [1/(eV nm^3)]\n" + ROWS + "5 -0.2\n",
         r"line 9: the density of states is -0\.0002 1/meV, too far below zero"),
        ("energy [eV] S [1/(eV nm^3)]\n1 1\n2 1\n3 1\n",
         r"line 4: the file ends after 3 energies of at least 4"),
        ("energy [eV] S [1/(eV nm^3)]\n1 0\n2 0\n3 0\n4 0\n", r"s\.txt: .*every value is zero"),
        ("# fermi_energy = 4 eV\nenergy [eV] S [1/(eV nm^3)]\n" + ROWS, r"does not reach E_F"),
    ],
)  # fmt: skip
def test_broken_columns(tmp_path, text, sentence):
    path = written(tmp_path, text, "s.txt")
    with pytest.raises(InputError, match=sentence) as caught:
        read_density_of_states(path)
    assert str(path) in str(caught.value)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match=r"there is no file .*s\.txt: .* Give a DOSCAR, a \.dos"):
        read_density_of_states(tmp_path / "s.txt")
    with pytest.raises(InputError, match="is empty: a density of states was expected in it"):
        read_density_of_states(written(tmp_path, " \n", "s.txt"))
    with pytest.raises(InputError, match=r"cannot be read: is a directory"):
        read_density_of_states(tmp_path)
    (tmp_path / "s.bin").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"is not text: byte 0 is not UTF-8"):
        read_density_of_states(tmp_path / "s.bin")
