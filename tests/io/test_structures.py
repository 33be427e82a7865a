"""Structures from files, and a sentence for each way in which one can be wrong."""

import gzip
import hashlib
import math
import sys
from pathlib import Path

import ase.io
import numpy as np
import pytest
from ase.build import bulk
from ase.spacegroup import Spacegroup, crystal

from pairlab.electrons.crystals.crystal import Crystal, repeat_distances
from pairlab.errors import InputError
from pairlab.io.readers.cif import Word
from pairlab.io.readers.cif_structure import _missing_product, _operation
from pairlab.io.readers.structures import read_structure

CELL = """_cell_length_a 4.9508(5)
_cell_length_b 4.9508(5)
_cell_length_c 4.9508(5)
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
"""
SITES = """loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
Pb1 Pb 0 0 0 1.0
"""
LEAD = f"""# lead, written by hand
data_lead
_chemical_name_common 'lead, it''s heavy'
_publ_section_title
;
 A text of several lines; 'with marks
 that do not end
;
_symmetry_space_group_name_H-M 'F m -3 m'
_symmetry_Int_Tables_number 225
{CELL}
{SITES}
"""


def written(folder, text, name="lead.cif"):
    path = folder / name
    path.write_text(text, encoding="latin-1")
    return path


def operations(number, setting=1):
    """The operations of a space group as a CIF file lists them."""
    lines = []
    for rotation, translation in Spacegroup(number, setting).get_symop():
        terms = []
        for row, shift in zip(rotation, translation, strict=True):
            term = "".join(
                f"{'+' if n > 0 else '-'}{axis}" for n, axis in zip(row, "xyz", strict=True) if n
            )
            terms.append(term + (f"+{round(24 * shift)}/24" if shift else ""))
        lines.append("'" + ", ".join(terms) + "'")
    return "loop_\n_space_group_symop_operation_xyz\n" + "\n".join(lines) + "\n"


def test_a_cif_file(tmp_path):
    path = written(tmp_path, LEAD)
    found = read_structure(path)
    assert found.name == "Pb, lead.cif"
    assert found.source == f"lead.cif, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}"
    assert len(found.symbols) == 4
    np.testing.assert_allclose(found.cell, 0.49508 * np.eye(3), atol=1e-15)
    first = repeat_distances(found, 0.36)
    assert first.label.tolist() == ["110"]
    np.testing.assert_allclose(first.distance, 0.49508 / math.sqrt(2), rtol=1e-9)
    assert read_structure(str(path)) == found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("x.cif", "cif"), ("POSCAR", "vasp"), ("CONTCAR", "vasp"), ("x.vasp", "vasp"),
        ("x.xyz", "extxyz"), ("x.traj", "traj"), ("x.json", "json"), ("x@2.cif", "cif"),
        ("postgres.xyz", "extxyz"), ("x.cif.gz", "cif"), ("x.pwi", "espresso-in"),
    ],
)  # fmt: skip
def test_formats(tmp_path, name, kind):
    atoms = crystal(
        ["Mg", "B"], [(0, 0, 0), (1 / 3, 2 / 3, 0.5)], spacegroup=191,
        cellpar=[3.086, 3.086, 3.524, 90, 90, 120],
    )  # fmt: skip
    options = {"pseudopotentials": {"Mg": "Mg.upf", "B": "B.upf"}} if name == "x.pwi" else {}
    ase.io.write(tmp_path / "plain", atoms, format=kind, **options)
    path = (tmp_path / "plain").rename(tmp_path / name)
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(path.read_bytes()))
    found = read_structure(path)
    assert found.formula == "MgB2"
    assert found.name == f"MgB2, {name}"
    expected = repeat_distances(Crystal.from_ase(atoms), 0.7)
    distances = repeat_distances(found, 0.7)
    assert distances.label.tolist() == expected.label.tolist()
    np.testing.assert_allclose(distances.distance, expected.distance, rtol=1e-6)


def test_the_last_image_counts(tmp_path):
    path = tmp_path / "run.xyz"
    ase.io.write(path, [bulk("Li", "bcc", a=a) for a in (3.6, 3.5, 3.4)])
    assert read_structure(path).volume == pytest.approx(0.34**3 / 2, rel=1e-6)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (LEAD.replace("'F m -3 m'", "'F m -3 m"), r"line 9: the quotation 'F does not end in th"),
        (LEAD.replace(" that do not end\n;", " that do not end\n"),
         r"line 5: a text begins here that does not end\. Close it with a line"),
        (LEAD.replace("_cell_length_b 4.9508(5)", "_cell_length_b"),
         r"line 12: _cell_length_b has no value"),
        (LEAD.replace("_cell_length_b 4.9508(5)", "_cell_length_b 4,9508"),
         r"line 12: _cell_length_b = 4,9508 is not a length above 0"),
        (LEAD.replace("_cell_length_b 4.9508(5)\n", ""),
         r"line 2: the data block lead has no _cell_length_b\. Give all six .*molecule"),
        (LEAD.replace("_cell_angle_beta 90", "_cell_angle_beta 190"),
         r"line 15: _cell_angle_beta = 190 is not an angle"),
        (LEAD.replace("Pb1 Pb 0 0 0 1.0", "Pb1 Pb 0 0 0"),
         r"line 25: the loop has 6 columns and its rows do not have that many"),
        (LEAD.replace("Pb1 Pb 0 0 0 1.0", "Pb1 Pb 0 0 1.0\nPb2 Pb 0 0 0.5 1.0\n"),
         r"line 25: the loop has 6 columns .*\(this one has 5\)"),
        (LEAD.replace("Pb1 Pb 0 0 0 1.0", "Pb1 Pb 0 0 1 2\nPb2 Pb 0 0 0.5 1.0 7\n"),
         r"line 26: the loop has 6 columns .*\(this one has 7\)"),
        (LEAD.replace("Pb1 Pb 0 0 0 1.0", ""), r"line 18: the loop has no values"),
        (LEAD.replace("Pb1 Pb 0 0 0 1.0", "Pb1 Pb ? 0 0 1.0"),
         r"line 25: _atom_site_fract_x of Pb1 = \? is not a number"),
        (LEAD.replace("Pb1 Pb 0 0 0 1.0", "Pb1 Pb 0 0 0 0.70\nBi1 Bi 0 0 0 0.30"),
         r"line 25: the site Pb1 has the occupancy 0\.70; a crystal with vacancies or mixed"),
        (LEAD.replace("Pb1 Pb 0 0 0 1.0", "Pb1 Pb 0 0 0 1\nO1 O 0.5 0.5 0.5 0.95(2)"),
         r"line 26: the site O1 has the occupancy 0\.95\(2\)"),
        (LEAD.replace("Pb1 Pb 0 0 0 1.0", "Pb1 Pb 0 0 0 1\nPb2 Pb 0 .5 .5 1"),
         r"line 26: the site Pb2 is on the same place as Pb1 \(line 25\) or an image"),
        (LEAD.replace("Pb1 Pb", "X1 X"), r'line 25: "X" does not tell one element'),
        (LEAD.replace("alpha 90", "alpha 20").replace("beta 90", "beta 20"),
         r"line 14: three edges cannot enclose these"),
        (LEAD + "heavy", r"line 27: the loop has 6 columns .* \(this one has 1\)"),
        (LEAD.replace("heavy'", "heavy' indeed"), r"line 3: the value indeed belongs to nothing"),
        ("Pb 4.95\n" + LEAD, r"line 1: no data block has begun"),
        (LEAD + LEAD.replace("data_lead", "data_tin"),
         r"holds 2 structures: they are lead \(line 2\), tin \(line 28\)\. Keep the data block"),
        ("data_lead\n" + CELL, r"holds no positions of atoms"),
        ("data_lead\nloop_\n", r"line 2: the loop has no columns"),
        ("data_lead\n" + CELL + SITES, r"line 1: the data block lead has no symmetry"),
    ],
)  # fmt: skip
def test_broken_cif_files(tmp_path, text, sentence):
    path = written(tmp_path, text)
    with pytest.raises(InputError, match=sentence) as caught:
        read_structure(path)
    assert str(path) in str(caught.value)


def test_other_blocks_and_loops_do_not_disturb(tmp_path):
    journal = "data_global\n_journal_name_full 'A journal'\n"
    empty = f"data_reduced_cell\n{CELL}{SITES.replace('Pb1 Pb 0 0 0 1.0', '? ? ? ? ? ?')}"
    packed = "loop_\n_pd_meas_2theta\n_pd_meas_counts\n1.0 20 1.1 22\n1.2 21 1.3\n24\n"
    found = read_structure(written(tmp_path, journal + LEAD + packed + empty))
    assert len(found.symbols) == 4
    with pytest.raises(InputError, match=r"line 31: the loop has 2 columns and its rows do not"):
        read_structure(written(tmp_path, LEAD + packed[:-3]))


def test_values_without_quotation_marks_and_rows_over_two_lines(tmp_path):
    text = "data_x\n" + CELL + "loop_\n_symmetry_equiv_pos_as_xyz\nx, y, z\n1/2+x,1/2+y,1/2+z\n"
    text += SITES.replace("Pb1 Pb 0 0 0 1.0", "Pb1 Pb\n0 0 0 .")
    assert len(read_structure(written(tmp_path, text)).symbols) == 2


@pytest.mark.parametrize(
    ("label", "element"),
    [
        ("Pb1", "Pb"),
        ("O(1)", "O"),
        ("OW1", "O"),
        ("D2", "H"),
        ("AlT", "Al"),
        ("Pb1'", "Pb"),
        ("U", "U"),
    ],
)
def test_elements_from_labels(tmp_path, label, element):
    text = LEAD.replace("_atom_site_type_symbol\n", "").replace("Pb1 Pb", label)
    assert set(read_structure(written(tmp_path, text)).symbols) == {element}


@pytest.mark.parametrize(("symbol", "element"), [("Pb2+", "Pb"), ("PB", "Pb"), ("O2-", "O")])
def test_elements_from_type_symbols(tmp_path, symbol, element):
    text = LEAD.replace("Pb1 Pb", f"X1 {symbol}")
    assert set(read_structure(written(tmp_path, text)).symbols) == {element}


@pytest.mark.parametrize("label", ["CA1", "Wat", "?", "1", "Qa", "DY"])
def test_labels_that_could_be_several_elements(tmp_path, label):
    text = LEAD.replace("_atom_site_type_symbol\n", "").replace("Pb1 Pb", label)
    with pytest.raises(InputError, match="does not tell one element"):
        read_structure(written(tmp_path, text))


# ASE as the reader of comparison. Its tables have origins and axes of the first setting.
STRUCTURES = [
    ("Pb", [(0, 0, 0)], 225, [4.95, 4.95, 4.95, 90, 90, 90]),
    ("Si", [(0, 0, 0)], 227, [5.431, 5.431, 5.431, 90, 90, 90]),
    ("Mg", [(1 / 3, 2 / 3, 0.25)], 194, [3.21, 3.21, 5.21, 90, 90, 120]),
    ("Bi", [(0, 0, 0.2339)], 166, [4.546, 4.546, 11.862, 90, 90, 120]),
    ("In", [(0, 0, 0)], 139, [3.25, 3.25, 4.95, 90, 90, 90]),
    (["Nb", "Se"], [(0, 0, 0.25), (1 / 3, 2 / 3, 0.117)], 194, [3.442, 3.442, 12.547, 90, 90, 120]),
    (["Y", "Ba", "Cu", "Cu", "O", "O", "O", "O"],
     [(0.5, 0.5, 0.5), (0.5, 0.5, 0.1843), (0, 0, 0), (0, 0, 0.3556), (0, 0.5, 0), (0.5, 0, 0.3773),
      (0, 0.5, 0.3789), (0, 0, 0.1584)], 47, [3.8227, 3.8872, 11.6802, 90, 90, 90]),
    (["S", "O"], [(0.11, 0.23, 0.31), (0.4, 0.1, 0.7)], 14, [4.1, 5.2, 6.3, 90, 101.3, 90]),
    (["S", "O"], [(0.11, 0.23, 0.31), (0.5, 0, 0)], 2, [4.1, 5.2, 6.3, 81, 101.3, 95]),
]  # fmt: skip


@pytest.mark.parametrize(("symbols", "basis", "number", "cellpar"), STRUCTURES)
def test_ase_completes_the_cell_in_the_same_way(tmp_path, symbols, basis, number, cellpar):
    atoms = crystal(symbols, basis, spacegroup=number, cellpar=cellpar)
    elements = [symbols] if isinstance(symbols, str) else symbols
    cell = CELL
    for tag, value in zip(CELL.split("\n"), cellpar, strict=False):
        cell = cell.replace(tag, f"{tag.split()[0]} {value}")
    # Four digits, as files have them, take sites off their special positions.
    rows = [f"{e}{n} {e} {x:.4f} {y:.4f} {z:.4f} 1" for n, (e, (x, y, z)) in
            enumerate(zip(elements, basis, strict=True))]  # fmt: skip
    sites = SITES.replace("Pb1 Pb 0 0 0 1.0", "\n".join(rows))
    found = read_structure(written(tmp_path, f"data_x\n{operations(number)}{cell}{sites}"))
    assert sorted(found.symbols) == sorted(atoms.symbols)
    np.testing.assert_allclose(10 * np.array(found.cell), atoms.cell, atol=1e-13)
    apart = np.array(found.positions)[:, None] - atoms.get_scaled_positions()
    distance = np.linalg.norm((apart - np.rint(apart)) @ np.array(found.cell), axis=-1)
    nearest = distance.argmin(axis=1)
    assert sorted(nearest) == list(range(len(atoms)))
    assert distance.min(axis=1).max() < 1e-4  # the digits that the file has
    assert [atoms.symbols[n] for n in nearest] == list(found.symbols)


def test_digits_that_are_left_out_do_not_move_an_atom_off_its_place(tmp_path):
    cell = CELL.replace("gamma 90", "gamma 120")
    sites = SITES.replace("Pb 0 0 0", "Pb 0.3333 0.6667 0.25")
    found = read_structure(written(tmp_path, f"data_x\n{operations(194)}{cell}{sites}"))
    assert len(found.symbols) == 2
    np.testing.assert_allclose(
        sorted(found.positions), [(1 / 3, 2 / 3, 0.25), (2 / 3, 1 / 3, 0.75)], atol=1e-15
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("x, y", '"x, y" is not a symmetry operation'),
        ("x, y, 2z", '"x, y, 2z" is not a symmetry operation'),
        ("x, y, u", '"x, y, u" is not a symmetry operation'),
        ("x, x, z", '"x, x, z" is not a symmetry operation'),
        ("x-y, x, z", 'the operation "x-y, x, z" changes the lengths or angles'),
        ("x+1/2, -y, -z", 'list of operations is not complete: .* "x,y,z" and|lacks the product'),
    ],
)
def test_operations_that_are_wrong(tmp_path, wrong, sentence):
    listed = f"loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-x,-y,-z\n'{wrong}'\n"
    with pytest.raises(InputError, match=sentence):
        read_structure(written(tmp_path, f"data_x\n{listed}{CELL}{SITES}"))


@pytest.mark.parametrize("number", [*range(1, 231, 7), 225, 227, 229, 230])
def test_no_operation_of_a_complete_list_is_missed(tmp_path, number):
    lines = operations(number).splitlines()
    complete = parsed(lines[2:])
    assert _missing_product(*complete) is None
    if len(lines) > 4:  # without the last of them the list is no group
        assert _missing_product(*(part[:-1] for part in complete)) is not None


def parsed(lines):
    found = [_operation(Path("x"), Word(1, "value", line.strip("'"))) for line in lines]
    return np.array([r for r, _ in found]), np.array([s for _, s in found])


# ------------------------------------------------------------- what a space group leaves undecided


def silicon(symmetry):
    """The second setting of Fd-3m: the origin at a centre of inversion."""
    cell = CELL.replace("4.9508(5)", "5.431")
    site = SITES.replace("Pb1 Pb 0 0 0", "Si1 Si 0.125 0.125 0.125")
    return f"data_silicon\n{symmetry}{cell}{site}"


def test_operations_in_the_file_decide(tmp_path):
    found = read_structure(written(tmp_path, silicon(operations(227, 2))))
    assert len(found.symbols) == 8
    found = read_structure(
        written(tmp_path, silicon("_space_group_IT_number 227\n" + operations(227, 2)))
    )
    assert len(found.symbols) == 8


def test_a_group_with_two_settings_needs_operations(tmp_path):
    path = written(tmp_path, silicon("_space_group_IT_number 227\n"))
    with pytest.raises(InputError, match=r"line 2: .* F d -3 m \(number 227\) has two settings"):
        read_structure(path)
    for stated in ("_symmetry_space_group_setting 2", "_space_group_name_H-M_alt 'F d -3 m :2'"):
        text = silicon(f"_space_group_IT_number 227\n{stated}\n")
        assert len(read_structure(written(tmp_path, text)).symbols) == 8


def test_another_setting_than_the_number_stands_for(tmp_path):
    cell = CELL.replace("_cell_angle_beta 90", "_cell_angle_beta 98.2")
    text = (
        "data_x\n_symmetry_space_group_name_H-M {}\n_symmetry_Int_Tables_number 14\n"
        + cell + SITES.replace("0 0 0", "0.1 0.2 0.3")
    )  # fmt: skip
    path = written(tmp_path, text.format("'P 1 21/n 1'"))
    with pytest.raises(
        InputError,
        match=r"line 2: the space group P 1 21/n 1 is not the standard setting, P 21/c\. List",
    ):
        read_structure(path)
    for name in ("'P 1 21/c 1'", "P121/c1", "'P 21/c'", "P2_1/c"):
        path = written(tmp_path, text.format(name))
        assert len(read_structure(path).symbols) == 4
    path = written(tmp_path, text.format("?"))
    with pytest.raises(InputError, match=r"P 21/c \(number 14\) has two settings"):
        read_structure(path)


def test_operations_have_to_fit_the_cell(tmp_path):
    # Hexagonal operations for a cell of rhombohedral axes: bismuth would have 18 atoms.
    cell = CELL.replace("angle_alpha 90", "angle_alpha 57.23").replace("beta 90", "beta 57.23")
    cell = cell.replace("gamma 90", "gamma 57.23")
    text = f"data_x\n_space_group_IT_number 166\n{cell}{SITES.replace('0 0 0', '.234 .234 .234')}"
    with pytest.raises(InputError, match=r"line 2: the space group R -3 m does not fit the cell"):
        read_structure(written(tmp_path, text))
    text = text.replace("data_x\n", f"data_x\n{operations(166, 2)}")
    assert len(read_structure(written(tmp_path, text)).symbols) == 2


# ------------------------------------------------------------------------------------ other formats


def test_no_such_file(tmp_path):
    with pytest.raises(InputError, match=r"there is no file .*a\.cif: .* Give a structure, for"):
        read_structure(tmp_path / "a.cif")
    written(tmp_path, LEAD)
    with pytest.raises(InputError, match=r"Structures there: .*lead\.cif"):
        read_structure(tmp_path / "a.cif")
    with pytest.raises(InputError, match=r"cannot be read: is a directory"):
        read_structure(tmp_path)


@pytest.mark.parametrize("name", ["empty.cif", "POSCAR", "empty"])
def test_empty_file(tmp_path, name):
    with pytest.raises(InputError, match=f"{name} is empty: a crystal structure was expected"):
        read_structure(written(tmp_path, " \n\n", name))


@pytest.mark.parametrize("name", ["notes.abc", "notes"])
def test_unknown_format(tmp_path, name):
    with pytest.raises(InputError, match=r"has an unknown format: ASE knows neither .* Give a CIF"):
        read_structure(written(tmp_path, "some text\n", name))


def test_molecules_are_refused(tmp_path):
    path = tmp_path / "water.xyz"
    ase.io.write(path, ase.Atoms("OH2", [[0, 0, 0], [0.76, 0.59, 0], [-0.76, 0.59, 0]]))
    with pytest.raises(
        InputError, match=r"water.xyz: OHH repeats in no direction: .*a molecule has no lattice"
    ):
        read_structure(path)
    slab = ase.Atoms("Al", cell=[2.86, 2.86, 20], pbc=(True, True, False))
    ase.io.write(path, slab, format="extxyz")
    with pytest.raises(InputError, match="Al repeats along a and b only"):
        read_structure(path)


POSCAR = """Pb
1.0
4.95 0 0
0 4.95 0
0 0 4.95
Pb
2
Direct
0 0 0
0.5 0.5 0.5
"""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (POSCAR.replace("0 4.95 0", "0 4.9S5 0"), r"POSCAR, line 4: ASE reads it as vasp .*4\.9S"),
        (POSCAR[:-12], r"POSCAR.* ASE reads it as vasp and stopped"),
        (POSCAR.replace("0 4.95 0", "4.95 0 0"), r"POSCAR: crystal: the cell .* has no volume"),
        (POSCAR.replace("0.5 0.5 0.5", "0 0 0"), r"POSCAR: crystal: atoms 1 \(Pb\) and 2"),
    ],
)  # fmt: skip
def test_broken_poscar(tmp_path, text, sentence):
    with pytest.raises(InputError, match=sentence):
        read_structure(written(tmp_path, text, "POSCAR"))


def test_without_ase(tmp_path, monkeypatch):
    path = written(tmp_path, LEAD)
    monkeypatch.setitem(sys.modules, "ase.io.formats", None)
    with pytest.raises(InputError, match=r'pip install "pairlab\[structures\]"'):
        read_structure(path)
