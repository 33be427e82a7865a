"""Crystals as values, and the distances after which they repeat, against a search by hand."""

import math
import time
import tomllib
from itertools import product

import ase
import numpy as np
import pytest
import tomli_w
from ase.build import bulk
from hypothesis import given, settings
from hypothesis import strategies as st

from pairlab.electrons.crystals.crystal import Crystal, repeat_distances
from pairlab.errors import InputError

# Lattice constants of handbooks, angstrom.
LITHIUM = Crystal.from_ase(bulk("Li", "bcc", a=3.49))
ALUMINIUM = Crystal.from_ase(bulk("Al", "fcc", a=4.05))
POLONIUM = Crystal.from_ase(bulk("Po", "sc", a=3.35))
SILICON = Crystal.from_ase(bulk("Si", "diamond", a=5.43))
MAGNESIUM = Crystal.from_ase(bulk("Mg", "hcp", a=3.21, c=5.21))
INDIUM = Crystal.from_ase(bulk("In", "bct", a=3.25, c=4.95))
CAESIUM_CHLORIDE = Crystal.from_ase(bulk("CsCl", "cesiumchloride", a=4.12))
BISMUTH = Crystal(
    name="Bi",
    cell=((0.4546, 0, 0), (-0.2273, 0.4546 * math.sqrt(3) / 2, 0), (0, 0, 1.1862)),
    symbols=("Bi",) * 6,
    positions=tuple(
        (x, y, z + sign * 0.2339)
        for x, y, z in ((0, 0, 0), (2 / 3, 1 / 3, 1 / 3), (1 / 3, 2 / 3, 2 / 3))
        for sign in (1, -1)
    ),
)
MAGNESIUM_DIBORIDE = Crystal(
    cell=((0.3086, 0, 0), (-0.1543, 0.3086 * math.sqrt(3) / 2, 0), (0, 0, 0.3524)),
    symbols=("Mg", "B", "B"),
    positions=((0, 0, 0), (1 / 3, 2 / 3, 0.5), (2 / 3, 1 / 3, 0.5)),
)
NIOBIUM_DISELENIDE = Crystal(  # 2H: two layers in a cell
    cell=((0.3442, 0, 0), (-0.1721, 0.3442 * math.sqrt(3) / 2, 0), (0, 0, 1.2547)),
    symbols=("Nb", "Nb", "Se", "Se", "Se", "Se"),
    positions=((0, 0, 0.25), (0, 0, 0.75), (1 / 3, 2 / 3, 0.117), (1 / 3, 2 / 3, 0.383),
               (2 / 3, 1 / 3, 0.617), (2 / 3, 1 / 3, 0.883)),
)  # fmt: skip
TRICLINIC = Crystal(
    cell=((0.31, 0, 0), (0.05, 0.42, 0), (0.02, 0.11, 0.53)),
    symbols=("Li", "Be"),
    positions=((0, 0, 0), (0.41, 0.23, 0.37)),
)
MONOCLINIC = Crystal(
    cell=((0.52, 0, 0), (0, 0.37, 0), (-0.11, 0, 0.61)),
    symbols=("Ga", "As"),
    positions=((0.1, 0, 0.2), (0.43, 0.5, 0.31)),
)
ALL = [
    LITHIUM, ALUMINIUM, POLONIUM, SILICON, MAGNESIUM, INDIUM, CAESIUM_CHLORIDE, BISMUTH,
    MAGNESIUM_DIBORIDE, NIOBIUM_DISELENIDE, TRICLINIC, MONOCLINIC,
]  # fmt: skip


def listed(found):
    return list(zip(found.label.tolist(), found.distance, found.multiplicity.tolist(), strict=True))


def same(found, expected):
    assert found.label.tolist() == expected.label.tolist()
    np.testing.assert_array_equal(found.multiplicity, expected.multiplicity)
    np.testing.assert_allclose(found.distance, expected.distance, rtol=1e-9)


@pytest.mark.parametrize(
    ("crystal", "expected"),
    [
        (POLONIUM, [("100", 0.335, 6), ("110", 0.335 * math.sqrt(2), 12),
                    ("111", 0.335 * math.sqrt(3), 8), ("210", 0.335 * math.sqrt(5), 24)]),
        (LITHIUM, [("111", 0.349 * math.sqrt(3) / 2, 8), ("100", 0.349, 6),
                   ("110", 0.349 * math.sqrt(2), 12), ("311", 0.349 * math.sqrt(11) / 2, 24)]),
        (ALUMINIUM, [("110", 0.405 / math.sqrt(2), 12), ("100", 0.405, 6),
                     ("211", 0.405 * math.sqrt(1.5), 24), ("310", 0.405 * math.sqrt(2.5), 24)]),
        (SILICON, [("110", 0.543 / math.sqrt(2), 12), ("100", 0.543, 6),
                   ("211", 0.543 * math.sqrt(1.5), 24), ("310", 0.543 * math.sqrt(2.5), 24)]),
        # The two kinds of atom tell the centre of a cell from its corner.
        (CAESIUM_CHLORIDE, [("100", 0.412, 6), ("110", 0.412 * math.sqrt(2), 12),
                            ("111", 0.412 * math.sqrt(3), 8)]),
        (MAGNESIUM, [("100", 0.321, 6), ("001", 0.521, 2), ("210", 0.321 * math.sqrt(3), 6),
                     ("101", math.hypot(0.321, 0.521), 12)]),
        (MAGNESIUM_DIBORIDE, [("100", 0.3086, 6), ("001", 0.3524, 2),
                              ("101", math.hypot(0.3086, 0.3524), 12),
                              ("210", 0.3086 * math.sqrt(3), 6)]),
        (NIOBIUM_DISELENIDE, [("100", 0.3442, 6), ("210", 0.3442 * math.sqrt(3), 6),
                              ("310", 0.3442 * math.sqrt(7), 12),
                              ("410", 0.3442 * math.sqrt(13), 12), ("001", 1.2547, 2)]),
        (INDIUM, [("100", 0.325, 4), ("111", math.sqrt(2 * 0.1625**2 + 0.2475**2), 8),
                  ("110", 0.325 * math.sqrt(2), 4), ("001", 0.495, 2)]),
        (BISMUTH, [("100", 0.4546, 6), ("211", math.sqrt(0.4546**2 / 3 + 1.1862**2 / 9), 6)]),
    ],
)  # fmt: skip
def test_closed_forms(crystal, expected):
    found = repeat_distances(crystal, expected[-1][1])  # the last one equals the cutoff
    assert [row[::2] for row in listed(found)] == [row[::2] for row in expected]
    np.testing.assert_allclose(found.distance, [row[1] for row in expected], rtol=1e-9)


def translations(crystal, cutoff):
    """Vectors that map the structure onto itself, found by trying them, shape (n, 3), nm."""
    cell, positions, symbols = map(np.array, (crystal.cell, crystal.positions, crystal.symbols))

    def maps(shift):
        apart = (positions + shift)[:, None] - positions
        near = np.linalg.norm((apart - np.rint(apart)) @ cell, axis=-1) < 1e-6
        return (near & (symbols[:, None] == symbols)).any(axis=1).all()

    candidates = np.mod(positions - positions[0] + 1e-9, 1) - 1e-9
    shifts = np.array([shift for shift in candidates if maps(shift)])
    edges = [math.ceil(cutoff * n) + 1 for n in np.linalg.norm(np.linalg.inv(cell), axis=0)]
    grid = np.array(list(product(*(range(-n, n + 1) for n in edges))))
    vectors = (grid[:, None] + shifts).reshape(-1, 3) @ cell
    length = np.linalg.norm(vectors, axis=1)
    order = np.argsort(length)
    vectors, length = vectors[order], length[order]
    return vectors[(length > 1e-6) & (length <= cutoff)], crystal.volume / len(shifts)


def shortest_along(vectors):
    """One vector for each direction, the shortest; `vectors` rise in length."""
    units = vectors / np.linalg.norm(vectors, axis=1)[:, None]
    aligned = np.triu(units @ units.T > 1 - 1e-10, 1)
    return vectors[~aligned.any(axis=0)]


def point_group(crystal, vectors, volume):
    """Every orthogonal matrix that, or whose negative, maps the structure onto itself."""
    cell, positions, symbols = map(np.array, (crystal.cell, crystal.positions, crystal.symbols))
    places, to_cell = positions @ cell, np.linalg.inv(cell)
    basis = next(
        triple
        for triple in (vectors[list(n)] for n in product(range(len(vectors)), repeat=3))
        if abs(np.linalg.det(triple) - volume) < 1e-6 * volume
    )
    length = np.linalg.norm(vectors, axis=1)
    images = [vectors[abs(length - np.linalg.norm(row)) < 1e-7] for row in basis]

    def maps(matrix):
        kind = np.flatnonzero(symbols == symbols[0])
        for shift in places[kind] - places[0] @ matrix:
            apart = ((places @ matrix + shift)[:, None] - places) @ to_cell
            near = np.linalg.norm((apart - np.rint(apart)) @ cell, axis=-1) < 1e-6
            if (near & (symbols[:, None] == symbols)).any(axis=1).all():
                return True
        return False

    found = []
    for image in product(*images):
        matrix = np.linalg.inv(basis) @ np.array(image)
        orthogonal = np.allclose(matrix @ matrix.T, np.eye(3), atol=1e-7)
        if orthogonal and (maps(matrix) or maps(-matrix)):
            found += [matrix]
    return found


@pytest.mark.parametrize("crystal", ALL, ids=lambda crystal: crystal.formula)
def test_a_search_by_hand_finds_the_same_families(crystal):
    cutoff = 1.28765
    vectors, volume = translations(crystal, cutoff)
    group = point_group(crystal, vectors, volume)
    left = [tuple(v) for v in shortest_along(vectors)]
    families = []
    while left:
        first = np.array(left[0])
        orbit = np.array([first @ matrix for matrix in group])
        inside = np.array([np.linalg.norm(orbit - v, axis=1).min() < 1e-6 for v in left])
        families.append((np.linalg.norm(first), int(inside.sum())))
        left = [v for v, taken in zip(left, inside, strict=True) if not taken]
    found = repeat_distances(crystal, cutoff)
    assert len(found) == len(families) >= 5
    # Families of equal distance may stand in another order.
    by_hand = sorted((round(float(distance), 8), n) for distance, n in families)
    ours = sorted(
        (round(float(distance), 8), int(n))
        for distance, n in zip(found.distance, found.multiplicity, strict=True)
    )
    assert [n for _, n in ours] == [n for _, n in by_hand]
    np.testing.assert_allclose([d for d, _ in ours], [d for d, _ in by_hand], atol=2e-8)


def rotation(angles):
    """A rotation by three angles, about z, x and z."""
    matrix = np.eye(3)
    for angle, (i, j) in zip(angles, ((0, 1), (1, 2), (0, 1)), strict=True):
        step = np.eye(3)
        step[[i, j], [i, j]] = math.cos(angle)
        step[i, j], step[j, i] = math.sin(angle), -math.sin(angle)
        matrix = matrix @ step
    return matrix


@settings(max_examples=60, deadline=None)
@given(
    crystal=st.sampled_from(ALL),
    angles=st.tuples(*[st.floats(0, 6.28)] * 3),
    order=st.permutations(range(3)),
    shears=st.lists(st.tuples(st.permutations(range(3)), st.integers(-2, 2)), max_size=4),
    origin=st.tuples(*[st.floats(0, 1)] * 3),
    copies=st.tuples(*[st.integers(1, 2)] * 3),
)
def test_the_description_of_a_crystal_does_not_matter(
    crystal, angles, order, shears, origin, copies
):
    basis = np.eye(3)[list(order)]
    for (i, j, _), count in shears:
        basis[i] += count * basis[j]
    change = np.diag(copies) @ basis  # cell' = change cell: a supercell, sheared and permuted
    cell = change @ np.array(crystal.cell) @ rotation(angles)
    inverse = np.linalg.inv(change)
    size = int(np.abs(change).sum())
    points = np.array(list(product(range(-size, size + 1), repeat=3))) @ inverse
    inside = points[np.all((points > -1e-9) & (points < 1 - 1e-9), axis=1)]
    assert len(inside) == np.prod(copies)
    positions = np.array(crystal.positions) @ inverse
    other = Crystal(
        cell=cell.tolist(),
        symbols=crystal.symbols * len(inside),
        positions=(inside[:, None] + positions + origin).reshape(-1, 3).tolist(),
    )
    same(repeat_distances(other, 0.9), repeat_distances(crystal, 0.9))


def test_a_triclinic_crystal_has_no_equivalent_directions():
    found = repeat_distances(TRICLINIC, 2.0)
    assert set(found.multiplicity) == {2}
    assert found.label[0] == "100"
    assert len(set(found.label.tolist())) == len(found) > 100


def test_directions_have_one_name_each():
    found = repeat_distances(BISMUTH, 4.5)
    assert len(set(found.label.tolist())) == len(found)
    np.testing.assert_array_equal(np.gcd.reduce(found.indices, axis=1), 1)
    a, c = 0.4546, 1.1862
    u, v, w = found.indices.T
    steps = np.where((-u + v + w) % 3, 3, 1)  # the centring condition of hexagonal axes
    expected = np.sqrt((u**2 + v**2 - u * v) * a**2 + w**2 * c**2) * steps / 3
    centred = np.where(steps == 1, expected * 3, expected)
    # [uvw] is a translation where -u + v + w is a multiple of 3; elsewhere a third of three times
    # it is none, so three times [uvw]/3 is the first.
    np.testing.assert_allclose(np.minimum(found.distance / centred, 1), found.distance / centred)
    with_commas = [label for label in found.label if "," in label]
    assert with_commas
    assert all(
        tuple(map(int, label.split(","))) == tuple(row)
        for label, row in zip(found.label, found.indices, strict=True)
        if "," in label
    )
    assert all(
        max(abs(row)) < 10 and label == "".join(map(str, row))
        for label, row in zip(found.label.tolist(), found.indices, strict=True)
        if "," not in label
    )


def test_a_name_prefers_few_signs_then_small_indices():
    labels = repeat_distances(BISMUTH, 1.2).label.tolist()
    # [-111], [-1-21] and [211] are equivalent, as are [100], [110] and [010].
    assert "211" in labels
    assert not {"-111", "-1-21", "110", "010"} & set(labels)
    assert "1-10" in repeat_distances(TRICLINIC, 1.0).label.tolist()


def test_bismuth_with_long_distances_is_quick():
    start = time.perf_counter()
    found = repeat_distances(BISMUTH, 4.5)
    assert time.perf_counter() - start < 1.0
    # About a ball full of lattice points, of which 1/zeta(3) are the first in their direction.
    ball = 4 / 3 * math.pi * 4.5**3 / (BISMUTH.volume / 3)
    assert found.multiplicity.sum() == pytest.approx(ball / 1.2020569, rel=0.02)


def test_nothing_repeats_within_a_short_cutoff():
    found = repeat_distances(LITHIUM, 0.1)
    assert len(found) == 0
    assert found.indices.shape == (0, 3)


def test_results_are_sorted_and_cannot_be_changed():
    found = repeat_distances(MONOCLINIC, 2.0)
    assert np.all(np.diff(found.distance) >= -1e-9)
    with pytest.raises(ValueError, match="read-only"):
        found.distance[0] = 1.0


def test_digits_that_a_file_leaves_out_do_not_lower_the_symmetry():
    cell = ((0.3086, 0, 0), (-0.1543, 0.26726, 0), (0, 0, 0.3524))  # five digits
    positions = ((0, 0, 0), (0.3333, 0.6667, 0.5), (0.6667, 0.3333, 0.5))
    rounded = Crystal(cell=cell, symbols=("Mg", "B", "B"), positions=positions)
    found = repeat_distances(rounded, 0.9)
    exact = repeat_distances(MAGNESIUM_DIBORIDE, 0.9)
    assert found.label.tolist() == exact.label.tolist()
    np.testing.assert_allclose(found.distance, exact.distance, rtol=2e-5)
    # One part in a thousand is a tetragonal crystal, and no cubic one.
    stretched = Crystal(cell=((0.349, 0, 0), (0, 0.349, 0), (0, 0, 0.3494)), symbols=("Li",),
                        positions=((0, 0, 0),))  # fmt: skip
    assert repeat_distances(stretched, 0.35).label.tolist() == ["100", "001"]
    assert repeat_distances(stretched, 0.35, tolerance=1e-3).label.tolist() == ["100"]


@pytest.mark.parametrize(
    ("crystal", "cutoff", "options", "sentence"),
    [
        (BISMUTH, 40.0, {}, r"cutoff = 40 nm: about 3\.8e\+06 lat.* Give a cutoff below 14\.9"),
        (LITHIUM, 0.0, {}, r"cutoff = 0.0 nm: it is a length"),
        (LITHIUM, math.nan, {}, r"cutoff = nan nm"),
        (LITHIUM, 1.0, {"tolerance": -1.0}, r"tolerance = -1.0 nm: it is a length"),
        (SILICON, 1.0, {"tolerance": 1.0}, r"the symmetry of Si was not found: .*of 1 nm"),
    ],
)  # fmt: skip
def test_requests_that_are_refused(crystal, cutoff, options, sentence):
    with pytest.raises(InputError, match=sentence):
        repeat_distances(crystal, cutoff, **options)


def test_without_spglib(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "spglib", None)
    with pytest.raises(InputError, match=r'pip install "pairlab\[structures\]"'):
        repeat_distances(LITHIUM, 1.0)


# ------------------------------------------------------------------------------- the value itself


@pytest.mark.parametrize("crystal", ALL, ids=lambda crystal: crystal.formula)
def test_toml_gives_the_same_crystal(crystal):
    text = tomli_w.dumps(crystal.model_dump(mode="json"))
    again = Crystal(**tomllib.loads(text))
    assert again == crystal
    assert hash(again) == hash(crystal)


def test_volume_density_and_formula():
    assert LITHIUM.volume == pytest.approx(0.349**3 / 2, rel=1e-13)
    assert LITHIUM.density == pytest.approx(2 / 0.349**3, rel=1e-13)
    assert BISMUTH.volume == pytest.approx(math.sqrt(3) / 2 * 0.4546**2 * 1.1862, rel=1e-13)
    assert [c.formula for c in (LITHIUM, BISMUTH, MAGNESIUM_DIBORIDE, NIOBIUM_DISELENIDE)] == [
        "Li", "Bi", "MgB2", "NbSe2",
    ]  # fmt: skip
    assert Crystal.from_ase(bulk("Li", "bcc", a=3.49) * (2, 1, 1)).formula == "Li"


def test_scaled():
    named = Crystal(**{**LITHIUM.model_dump(), "name": "Li, a = 0.349 nm", "source": "li.cif"})
    small = named.scaled(0.9)
    assert small.volume == pytest.approx(0.9**3 * named.volume, rel=1e-13)
    assert small.positions == named.positions
    assert small.name == "Li, a = 0.349 nm, lengths times 0.9"
    assert small.source == "li.cif"
    assert named.scaled(1.0) == named
    np.testing.assert_allclose(
        repeat_distances(small, 0.9).distance, 0.9 * repeat_distances(named, 1.0).distance
    )
    for factor in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(InputError, match="lengths are multiplied by it"):
            named.scaled(factor)
    with pytest.raises(InputError, match="its lattice repeats after"):
        named.scaled(0.01)


VALID = {"cell": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "symbols": ["Li"], "positions": [[0, 0, 0]]}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"cell": [[1e300, 0, 0], [0, 1, 0], [0, 0, 1]]}, r"or longer than 1e\+06 nm"),
        ({"cell": [[0, 0, 0]] * 3}, r"has no volume: .*; a molecule has no lattice\. Give three"),
        ({"cell": [[1, 0, 0], [0, 1, 0], [1, 1, 1e-7]]}, r"has no volume"),
        ({"symbols": [], "positions": []}, r"crystal without atoms: .* Give at least one"),
        ({"symbols": ["Li", "Li"]}, r"2 symbols and 1 positions"),
        ({"symbols": ["li"]}, r'"li" is not an element: .* Did you mean "Li"\?'),
        ({"symbols": ["7"]}, r'"7" is not an element: .* Write for example "Li"'),
        ({"symbols": ["Li", "Pb"], "positions": [[0.999, 0, 0], [0, 0, 1.001]]},
         r"atoms 1 \(Li\) and 2 \(Pb\) are 0\.0014 nm apart"),
        ({"cell": [[0.005, 0, 0], [0, 1, 0], [0, 0, 1]]}, r"repeats after 0\.005 nm"),
        ({"positions": [[0, 0]]}, r"crystal: positions\.0\.2 is? ?|crystal: positions"),
        ({"positions": [[0, 0, math.nan]]}, r"crystal: positions\.0\.2 = nan: input should be a f"),
        ({"cell": [[1, 0, 0], [0, 1, 0]]}, r"crystal: cell"),
        ({"symbol": ["Li"]}, r'crystal has no "symbol": .* Did you mean "symbols"\?'),
        ({"cell": "bcc"}, r"crystal: cell = 'bcc': input should be a valid tuple"),
    ],
)  # fmt: skip
def test_what_is_no_crystal(changes, sentence):
    with pytest.raises(InputError, match=sentence):
        Crystal(**{**VALID, **changes})


def test_what_is_missing():
    with pytest.raises(InputError, match="crystal: cell is missing"):
        Crystal(symbols=("Li",), positions=((0, 0, 0),))


def test_atoms_on_one_place_are_found_in_any_description_of_the_cell():
    # In a sheared cell the nearest image is far in units of the cell.
    cell = np.array([[1.0, 0, 0], [7, 1, 0], [-5, 8, 1]])
    apart = np.array([0.005, 0.0, 0.0]) @ np.linalg.inv(cell)
    image = apart + np.array([3, -2, 5]) + 0.3
    with pytest.raises(InputError, match=r"are 0\.005 nm apart"):
        Crystal(cell=cell, symbols=("Li", "Li"), positions=((0.3, 0.3, 0.3), tuple(image)))


def test_from_ase():
    assert np.allclose(LITHIUM.cell, np.array(bulk("Li", "bcc", a=3.49).cell) / 10, rtol=1e-15)
    molecule = ase.Atoms("H2", [[0, 0, 0], [0, 0, 0.74]])
    with pytest.raises(InputError, match=r"HH repeats in no direction: .* a molecule has no"):
        Crystal.from_ase(molecule)
    slab = ase.Atoms("Al", cell=[3, 3, 20], pbc=(True, True, False))
    with pytest.raises(InputError, match=r"Al repeats along a and b only: .*a slab: with its vac"):
        Crystal.from_ase(slab)
    with pytest.raises(InputError, match="has no volume"):
        Crystal.from_ase(ase.Atoms("Al", cell=[3, 3, 0], pbc=True))
    with pytest.raises(InputError, match="a lattice vector is not finite, or longer"):
        Crystal.from_ase(ase.Atoms("Al", cell=[3, 3, math.inf], pbc=True))
    with pytest.raises(InputError, match="dict is no structure"):
        Crystal.from_ase({"cell": [1, 1, 1]})


@pytest.mark.parametrize(
    ("occupancy", "sentence"),
    [
        ({"0": {"Pb": 0.7, "Bi": 0.3}}, r"the site at \(0, 0, 0\) is occupied by Pb 0\.7, Bi 0\.3"),
        ({"0": {"Pb": 0.95}}, r"is occupied by Pb 0\.95: a crystal with vacancies"),
        ({"0": {"Pb": 1.0}, "1": {"O": 0.5}}, r"the site at \(0\.5, 0\.5, 0\.5\) is .* O 0\.5"),
    ],
)
def test_partial_occupancies_are_refused(occupancy, sentence):
    atoms = bulk("PbO", "cesiumchloride", a=4.0)
    atoms.info["occupancy"] = occupancy
    with pytest.raises(InputError, match=sentence):
        Crystal.from_ase(atoms)
    atoms.info["occupancy"] = {"0": {"Pb": 1.0}, "1": {"O": 1.0}}
    assert Crystal.from_ase(atoms).formula == "PbO"
