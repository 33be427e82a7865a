"""alpha^2F from files as the programs write them, and a sentence for each mistake in them.

The formats of the lines are those of the Fortran sources: 3X,E16.6 and 3X,2F12.6/6F16.8 in
matdyn.f90, F8.4,10(F10.5) in lambda.f90, e25.15 in alpha2f.f90, f12.7,15f12.7 and f12.7,20f12.7 in
EPW, 2G18.10 in Elk.
"""

import hashlib
import math
import re

import h5netcdf
import numpy as np
import pytest
from scipy.io import netcdf_file

from pairlab.errors import InputError
from pairlab.io.inputs import with_files_read
from pairlab.io.readers.spectra import read_spectrum
from pairlab.mechanisms.eliashberg import Eliashberg
from pairlab.units import UnitNote

RYDBERG = 13605.693123  # meV, CODATA 2022; 2018 has 13605.693122994
HARTREE = 2 * RYDBERG
# The SI defines h, c, e and k.
THZ = 6.62607015e-34 * 1e12 / 1.602176634e-19 * 1e3
WAVE = 6.62607015e-34 * 299792458 * 100 / 1.602176634e-19 * 1e3
KELVIN = 1.380649e-23 / 1.602176634e-19 * 1e3
TOP = 41.0  # meV


def alpha2f(w, lower=1.0):
    """Two peaks on a parabola, up to 41 meV, and zero beyond and below zero."""
    peaks = lower * np.exp(-((w - 20) ** 2) / 18) + 0.7 * np.exp(-((w - 36) ** 2) / 3)
    return np.where((w > 0) & (w < TOP), (0.2 * (w / TOP) ** 2 + peaks * (w / TOP)), 0.0)


FINE = np.linspace(0, TOP, 400_001)[1:]
COUPLING = float(np.trapezoid(2 * alpha2f(FINE) / FINE, FINE))
SECOND = math.sqrt(float(np.trapezoid(2 * alpha2f(FINE) * FINE, FINE)) / COUPLING)


def fortran(value, digits=6, width=16):
    """E16.6: the mantissa is below 1, and an exponent of three digits has no E."""
    if value == 0:
        return f"0.{'0' * digits}E+00".rjust(width)
    exponent = math.floor(math.log10(abs(value))) + 1
    mantissa = round(value / 10.0**exponent, digits)
    if abs(mantissa) == 1:
        mantissa, exponent = mantissa / 10, exponent + 1
    letter = "E" if abs(exponent) < 100 else ""
    return f"{mantissa:.{digits}f}{letter}{exponent:+0{3 if letter else 4}d}".rjust(width)


def wrapped(words, first, others):
    """The words in lines, the first with `first` of them."""
    rest = [words[n : n + others] for n in range(first, len(words), others)]
    return "".join("".join(part) + "\n" for part in [words[:first], *rest] if part)


def written(folder, text, name):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def checked(found, *, grid=1e-6, lam=2e-3, scale=1.0):
    """The spectrum is alpha2f times a number, to the digits of the file."""
    np.testing.assert_allclose(
        found.coupling_function, scale * alpha2f(np.array(found.frequency)), atol=grid
    )
    assert found.coupling == pytest.approx(scale * COUPLING, rel=lam)
    assert found.second_frequency == pytest.approx(SECOND, rel=lam)


# ------------------------------------------------------------------------------ Quantum ESPRESSO

HEAD = """
 # Eliashberg function a2F (per both spin)
 #  frequencies in Rydberg
 # DOS normalized to E in Rydberg: a2F_total, a2F(mode)

"""


def matdyn(*, points=400, modes=3, old=False, low=0.0, extra=None, printed=None):
    """a2F.dosN: middles of equal steps from `low` [Ry]; extra: added to alpha^2F."""
    step = (1.02 * TOP / RYDBERG - low) / points
    energy = low + step * (np.arange(points) + 0.5)
    total = alpha2f(RYDBERG * energy) + (0 if extra is None else extra(RYDBERG * energy))
    lam = np.sum(2 * total / energy) * step if printed is None else printed
    rows = ""
    for e, value in zip(energy, total, strict=True):
        parts = [value / modes] * modes
        if old:
            rows += f"   {e:12.6f}{value:12.6f}\n"
            rows += wrapped([f"{part:16.8f}" for part in parts], 6, 6)
        else:
            rows += "   " + "".join(map(fortran, [e, value, *parts])) + "\n"
    end = f"  lambda =  {lam:.15f}         Delta =   {step * 1e6:.15f}E-006\n"
    return HEAD + rows + end, energy


@pytest.mark.parametrize("modes", [3, 6, 18])
def test_matdyn(tmp_path, modes):
    text, energy = matdyn(modes=modes)
    path = written(tmp_path, text, "a2F.dos4")
    found = read_spectrum(path)
    np.testing.assert_allclose(found.frequency, RYDBERG * energy, rtol=6e-6)
    checked(found, grid=2e-5)
    assert found.name == "a2F.dos4"
    assert found.notes == ()
    assert found.source == f"a2F.dos4, SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}"


@pytest.mark.parametrize("modes", [3, 6, 9, 12])
@pytest.mark.parametrize("points", [400, 5000])
def test_matdyn_as_it_once_wrote(tmp_path, modes, points):
    # With 5000 points many frequencies are equal in the file; its step has all digits.
    text, energy = matdyn(modes=modes, points=points, old=True)
    if points == 5000:
        rows = [line.split() for line in text.splitlines()[5:-1]]
        assert len({row[0] for row in rows if len(row) == 2}) < points
    found = read_spectrum(written(tmp_path, text, "a2F.dos4"))
    np.testing.assert_allclose(found.frequency, RYDBERG * energy, rtol=1e-9)
    checked(found)


def test_matdyn_with_imaginary_modes(tmp_path):
    text, energy = matdyn(low=-2e-4, old=True, extra=lambda w: np.where(w < -1, 1e-5, 0.0))
    found = read_spectrum(written(tmp_path, text, "a2F.dos4"))
    kept = energy[energy > 0]
    np.testing.assert_allclose(found.frequency, RYDBERG * kept, rtol=1e-4, atol=RYDBERG * 5e-7)
    below = int(np.sum(RYDBERG * energy < -1))
    assert len(found.notes) == 1
    assert found.notes[0].startswith(f"{below} points below zero frequency, with 0.00")
    assert found.notes[0].endswith("% of lambda, were left out")
    checked(found, grid=2e-3, lam=5e-3)


def test_negative_values_are_set_to_zero_and_told(tmp_path):
    dip = lambda w: np.where(abs(w - 38.8) < 0.3, -1.1 * alpha2f(w), 0.0)  # noqa: E731
    text, energy = matdyn(extra=dip)
    found = read_spectrum(written(tmp_path, text, "a2F.dos1"))
    wrong = abs(RYDBERG * energy - 38.8) < 0.3
    w = RYDBERG * energy
    share = np.sum(0.1 * alpha2f(w)[wrong] / w[wrong]) / np.sum((alpha2f(w) / w)[~wrong])
    assert found.notes == (
        f"{np.sum(wrong)} values below zero, with {100 * share:.2g} % of lambda, were set to zero",
    )
    assert min(found.coupling_function) == 0.0


def lambda_x(smearings=10, points=2000):
    """alpha2F.dat: the n-th smearing has n times the first spectrum."""
    frequency = np.linspace(0, 1.02 * TOP / THZ, points)
    widths = [f"{0.005 * n:10.3f}" for n in range(1, smearings + 1)]
    text = "# E(THz)" + wrapped(widths, 10, 10)
    for f in frequency:
        values = [f"{n * alpha2f(THZ * f) / 10:10.5f}" for n in range(1, smearings + 1)]
        text += wrapped([f"{f:8.4f}", *values], 11, 10)
    return text


@pytest.mark.parametrize("smearings", [1, 3, 10, 12, 20, 21])
def test_lambda_x(tmp_path, smearings):
    path = written(tmp_path, lambda_x(smearings), "alpha2F.dat")
    found = read_spectrum(path, column=smearings)
    checked(found, grid=2e-4, scale=smearings / 10)
    assert len(found.frequency) == 1999  # the first is zero
    width = f"electron smearing {0.005 * smearings:.3f} Ry"
    assert found.notes == (
        () if smearings == 1 else (f"column {smearings} of {smearings}: {width}",)
    )
    if smearings == 1:
        assert read_spectrum(path) == found
        return
    with pytest.raises(InputError) as caught:
        read_spectrum(path)
    sentence = str(caught.value)
    assert f"has {smearings} columns after the frequency: they are 1: electron" in sentence
    last = re.search(rf"{smearings}: {width}, lambda ([\d.]+)\. ", sentence)
    assert float(last[1]) == pytest.approx(smearings / 10 * COUPLING, rel=2e-3)
    assert f"Choose one with column=1 to {smearings}; in a run file" in sentence


def test_alpha2f_x(tmp_path):
    energy = np.arange(1, 501) * 1.02 * TOP / RYDBERG / 500
    text = " # Frequency[Ry], a2F, DOS[Ry], Partial DOS(Atom 1), PDOS(Atom 2), ..\n"
    for e in energy:
        text += "".join(fortran(x, 15, 25) for x in (e, alpha2f(RYDBERG * e), 7.0, 7.0)) + "\n"
    found = read_spectrum(written(tmp_path, text, "al.a2F.dat"))
    checked(found, grid=1e-9)
    assert found.notes == ("column 1 of 3",)


# ------------------------------------------------------------------------------------------- EPW


def epw(*, smearings=10, kind="integrated", points=500, header=None):
    """prefix.a2f: spectra of n smearings, the n-th (9 + n)/10 times the first; and lambda(w)."""
    step = 1.1 * TOP / points
    frequency = step * np.arange(1, points + 1)
    columns = [(9 + n) / 10 * alpha2f(frequency) for n in range(1, smearings + 1)]
    integrals = [np.cumsum(2 * column / frequency) * step for column in columns]
    text = {
        "integrated": f" w[meV] a2f and integrated 2*a2f/w for {header or smearings:4d} smearing "
        "values\n",
        "older": f" w[meV] a2f for {smearings:4d} smearing values\n",
        "oldest": "",
    }[kind]
    listed = [*columns, *(integrals if kind == "integrated" else [])]
    per_line = 21 if kind == "integrated" else 16
    for row in zip(frequency, *listed, strict=True):
        text += wrapped([f"{value:12.7f}" for value in row], per_line, per_line)
    blank = "  #         "
    for title, numbers in (
        ("Integrated el-ph coupling", [one[-1] for one in integrals]),
        ("Phonon smearing (meV)", [0.5 + 0.05 * n for n in range(smearings)]),
    ):
        text += f" {title}\n"
        for n in range(0, smearings, 15):
            text += blank + "".join(f"{value:12.7f}" for value in numbers[n : n + 15]) + "\n"
    text += f"Electron smearing (eV){0.1:12.7f}\nFermi window (eV){0.4:12.7f}\n"
    return text + f"Summed el-ph coupling {COUPLING:12.7f}\n"


@pytest.mark.parametrize("kind", ["integrated", "older", "oldest"])
@pytest.mark.parametrize("smearings", [1, 10, 18])
def test_epw(tmp_path, kind, smearings):
    path = written(tmp_path, epw(smearings=smearings, kind=kind), "al.a2f")
    found = read_spectrum(path)
    checked(found, lam=1e-4)
    assert len(found.frequency) == 500
    if smearings == 1:
        assert found.notes == ()
    else:
        assert found.notes == (f"column 1 of {smearings}: phonon smearing 0.5 meV",)
        fourth = read_spectrum(path, column=4)
        checked(fourth, scale=1.3, lam=1e-4)
        assert fourth.notes == (f"column 4 of {smearings}: phonon smearing 0.65 meV",)


def test_epw_whose_header_counts_smearings_that_are_not_there(tmp_path):
    path = written(tmp_path, epw(smearings=1, header=10), "al.a2f")
    checked(read_spectrum(path), lam=1e-4)
    with pytest.raises(InputError, match=r"column = 2: there is one alpha\^2F in the file\. Leave"):
        read_spectrum(path, column=2)


def test_epw_isotropic_and_projected(tmp_path):
    frequency = np.linspace(0, 1.1 * TOP, 501)[1:]
    rows = [[w, alpha2f(w)] for w in frequency]
    plain = "".join(f"{w:12.7f}{a:12.7f}\n" for w, a in rows)
    checked(read_spectrum(written(tmp_path, "w[meV] a2f\n" + plain, "al.a2f_iso")), lam=1e-4)
    modes = "".join(f"{w:12.7f}{a:12.7f}" + f"{a / 3:12.7f}" * 3 + "\n" for w, a in rows)
    end = f"lambda_int = {COUPLING:18.7f}   lambda_sum = {COUPLING:18.7f}\n"
    text = "w[meV] a2f a2f_modeproj\n" + modes + end
    found = read_spectrum(written(tmp_path, text, "al.a2f_proj"))
    checked(found, lam=1e-4)
    assert found.notes == ("column 1 of 4",)
    near = text.replace(f"lambda_int = {COUPLING:18.7f}", f"lambda_int = {1.03 * COUPLING:18.7f}")
    noted = read_spectrum(written(tmp_path, near, "al.a2f_iso"))
    assert "and the file says" in noted.notes[-1]
    wrong = text.replace(f"lambda_int = {COUPLING:18.7f}", f"lambda_int = {2 * COUPLING:18.7f}")
    with pytest.raises(InputError, match=r"lambda is .*, and the file says"):
        read_spectrum(written(tmp_path, wrong, "al.a2f_proj"))


# ----------------------------------------------------------------------------------- Elk, ABINIT


def elk(points=500):
    """ALPHA2F.OUT: 10 % more than the phonons have, on both sides, in 2G18.10."""
    energy = np.linspace(-0.1 * TOP, 1.1 * TOP, points) / HARTREE
    return "".join(f"{e:18.10G}{alpha2f(HARTREE * e):18.10G}\n" for e in energy), energy


def test_elk(tmp_path):
    text, energy = elk()
    found = read_spectrum(written(tmp_path, text, "ALPHA2F.OUT"))
    np.testing.assert_allclose(found.frequency, HARTREE * energy[energy > 0], rtol=1e-9)
    checked(found, grid=1e-7)
    assert found.notes == ()
    with pytest.raises(InputError, match="line 1: no header line names the unit"):
        read_spectrum(written(tmp_path, text, "alpha2f.txt"))
    same = read_spectrum(tmp_path / "alpha2f.txt", unit="Ha")
    assert same.frequency == found.frequency
    assert same.notes == ()


def abinit(path, *, spins=1, posts=("_qcoarse", "_qintp"), factor=2.0, classic=False, away=0.0,
           lam=1.0):  # fmt: skip
    """An _A2F.nc: alpha^2F with `factor`, modes and their sum, and lambda(w) of the file."""
    mesh = np.arange(1.03 - 5 * away, 1.1 * TOP, 0.1) / HARTREE
    with netcdf_file(path, "w") if classic else h5netcdf.File(path, "w") as file:
        sizes = {"three": 3, "natom3p1": 4, "number_of_spins": spins}
        for name, size in sizes.items():
            file.createDimension(name, size) if classic else file.dimensions.update({name: size})
        for post in posts:
            share = 0.9 if post == "_qcoarse" else 1.0
            total = share * factor * alpha2f(HARTREE * mesh) + np.where(mesh < 0, away * 1e-3, 0)
            modes = np.stack([total, *[total / 3] * 3]) / spins
            values = np.stack([modes] * spins)
            kernel = (values / abs(mesh)) * 0.1 / HARTREE * (2 / factor) * lam
            frequencies = f"a2f_nomega{post}"
            dims = ("number_of_spins", "natom3p1", frequencies)
            if classic:
                file.createDimension(frequencies, len(mesh))
            else:
                file.dimensions[frequencies] = len(mesh)
            for name, shape, data in (
                (f"a2f_mesh{post}", dims[2:], mesh),
                (f"a2f_values{post}", dims, values),
                (f"a2f_lambdaw{post}", dims, np.cumsum(kernel, axis=2)),
            ):
                if classic:
                    file.createVariable(name, "d", shape)[:] = data
                else:
                    file.create_variable(name, shape, data=data)
    return path


HALVED = "it was halved: ABINIT has lambda = Int a2F/w, without a factor of two"


@pytest.mark.parametrize("classic", [False, True])
@pytest.mark.parametrize("spins", [1, 2])
@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_abinit(tmp_path, classic, spins, factor):
    # Without the factor two of lambda the file has the usual alpha^2F.
    path = abinit(tmp_path / "al_A2F.nc", spins=spins, classic=classic, factor=factor)
    found = read_spectrum(path)
    checked(found, grid=1e-9, lam=2e-3)
    assert found.frequency[0] == pytest.approx(1.03)
    which = "alpha^2F of the interpolated q points"
    assert found.notes == ((which, HALVED) if factor == 2 else (which,))


def test_abinit_without_interpolation(tmp_path):
    found = read_spectrum(abinit(tmp_path / "al_A2F.nc", posts=("_qcoarse",)))
    checked(found, grid=1e-9, scale=0.9)
    assert found.notes[0] == "alpha^2F of the coarse q points"


def test_abinit_with_imaginary_modes(tmp_path):
    # Its lambda counts them as binding.
    found = read_spectrum(abinit(tmp_path / "al_A2F.nc", away=1.0))
    checked(found, grid=1e-9, lam=2e-3)
    assert found.notes[2].startswith("40 points below zero frequency, with ")


def test_broken_abinit(tmp_path):
    path = abinit(tmp_path / "al_A2F.nc", lam=1.5)
    with pytest.raises(InputError, match=r"the lambda in a2f_lambdaw_qintp is .*neither that nor"):
        read_spectrum(path)
    with pytest.raises(InputError, match="with the unit meV: ABINIT writes frequencies in Hartree"):
        read_spectrum(path, unit="meV")
    with pytest.raises(InputError, match=r"has no alpha\^2F of ABINIT: a2f_mesh, a2f_values and"):
        read_spectrum(abinit(tmp_path / "b.nc", posts=()))
    whole = abinit(tmp_path / "c.nc").read_bytes()
    (tmp_path / "d.nc").write_bytes(whole[: len(whole) // 3])
    with pytest.raises(InputError, match=r"d\.nc cannot be read: it begins as a NetCDF file and"):
        read_spectrum(tmp_path / "d.nc")
    whole = abinit(tmp_path / "e.nc", classic=True).read_bytes()
    (tmp_path / "f.nc").write_bytes(whole[: len(whole) // 3])
    with pytest.raises(InputError, match=r"f\.nc cannot be read: it begins as a NetCDF file and"):
        read_spectrum(tmp_path / "f.nc")
    with h5netcdf.File(tmp_path / "g.nc", "w") as file:
        file.dimensions = {"point": 5, "other": 6, "one": 1}
        file.create_variable("a2f_mesh_qintp", ("point",), data=np.arange(5.0))
        for name in ("a2f_values_qintp", "a2f_lambdaw_qintp"):
            file.create_variable(name, ("one", "one", "other"), data=np.ones((1, 1, 6)))
    with pytest.raises(InputError, match=r"has the shape \(1, 1, 6\): \(spin, mode, frequency\)"):
        read_spectrum(tmp_path / "g.nc")


# --------------------------------------------------------------------------------------- columns


def columns(header, *, scale=1.0, points=411, values=alpha2f, end=""):
    w = np.linspace(0, 1.05 * TOP, points)
    rows = "".join(f"{x / scale:.12g} {a:.9g}\n" for x, a in zip(w, values(w), strict=True))
    return header + "\n" + rows + end


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("meV", 1.0), ("eV", 1e3), ("THz", THZ), ("cm^-1", WAVE), ("cm-1", WAVE),
        ("1/cm", WAVE), ("cm⁻¹", WAVE), ("K", KELVIN), ("Ry", RYDBERG),
        ("Rydberg", RYDBERG), ("Ha", HARTREE), ("Hartree", HARTREE),
    ],
)  # fmt: skip
def test_units(tmp_path, unit, factor):
    text = columns(f"# frequency [{unit}]  alpha2F", scale=factor)
    found = read_spectrum(written(tmp_path, text, "a2f.txt"))
    np.testing.assert_allclose(found.frequency, np.linspace(0, 1.05 * TOP, 411)[1:], rtol=2e-10)
    checked(found, grid=1e-6)
    assert found.notes == ()
    bare = read_spectrum(written(tmp_path, text.split("\n", 1)[1], "b.txt"), unit=unit)
    assert bare.frequency == found.frequency


def test_a_unit_that_is_given_counts_more_than_the_header(tmp_path):
    path = written(tmp_path, columns("# frequency [meV]  alpha2F", scale=THZ), "a2f.txt")
    found = read_spectrum(path, unit="THz")
    checked(found)
    assert found.notes == ("the unit THz was given, in place of meV in the header",)
    assert read_spectrum(path, unit="meV").notes == ()


@pytest.mark.parametrize("written_as", ["mev", "MEv", "thz", "Mev", "MeV"])
def test_misspelt_units(tmp_path, written_as):
    scale = THZ if written_as == "thz" else 1.0
    path = written(tmp_path, columns(f"w [{written_as}], a2F", scale=scale), "a2f.csv")
    if written_as.startswith("M"):
        with pytest.raises(InputError, match=r'line 1: the unit "M.*" of the frequency is not kno'):
            read_spectrum(path)
        return
    with pytest.warns(UnitNote, match=rf"a2f\.csv, line 1: '{written_as}' was read as '[mT]"):
        checked(read_spectrum(path))


@pytest.mark.parametrize(
    "header",
    [
        "# aluminium, from [1]\n# w [meV]  a2F",
        "# w [meV] a2F [1]",
        "# w [meV]\ta2F []\n# lambda = 2 Int a2F/w\n",
        "w [meV], alpha^2F [dimensionless]",
    ],
)
def test_headers(tmp_path, header):
    checked(read_spectrum(written(tmp_path, columns(header), "a2f.txt")))


def test_numbers_as_fortran_writes_them(tmp_path):
    text = columns("# w [meV] a2F").splitlines()
    frequency, value = text[200].split()
    for number in (f"{float(value) * 100:.6f}-002", f"{float(value) * 10:.6f}D-01"):
        changed = [*text[:200], f"{frequency}, {number}", *text[201:]]
        checked(read_spectrum(written(tmp_path, "\n".join(changed), "a2f.txt")))


def test_a_lambda_below_is_checked(tmp_path):
    good = columns("# w [meV] a2F", end=f"# lambda = {COUPLING:.4f}\n")
    checked(read_spectrum(written(tmp_path, good, "a2f.txt")))
    bad = columns("# w [meV] a2F", end=f"lambda = {1.06 * COUPLING:.4f}\n")
    with pytest.raises(InputError, match=r"lambda is .*, and the file says .*more than 5 %\. Take"):
        read_spectrum(written(tmp_path, bad, "a2f.txt"))


def test_several_columns(tmp_path):
    w = np.linspace(0, TOP, 300)
    rows = "".join(f"{x:.9f} {2 * alpha2f(x):.9f} {alpha2f(x):.9f}\n" for x in w)
    path = written(tmp_path, "# w [meV]  old new\n" + rows, "a2f.txt")
    found = read_spectrum(path, column=2)
    checked(found)
    assert found.notes == ("column 2 of 2",)
    with pytest.raises(
        InputError, match=r"has 2 columns .*: they are 1: lambda .*; 2: lambda .* C"
    ):
        read_spectrum(path)
    for column in (0, 3):
        with pytest.raises(InputError, match=rf"column = {column}: they are 1: lambda .* Give col"):
            read_spectrum(path, column=column)


def test_a_value_at_zero_frequency(tmp_path):
    text = columns("# w [meV] a2F", values=lambda w: alpha2f(w) + 1e-4 * (w < 0.05))
    found = read_spectrum(written(tmp_path, text, "a2f.txt"))
    assert found.notes == ("the value 0.0001 at zero frequency was left out",)


# -------------------------------------------------------------------------------------- mistakes

TWO = columns("# w [meV] a2F")


def changed(text, number, new):
    """The text with another line."""
    lines = text.splitlines()
    lines[number - 1] = new
    return "\n".join(lines)


def cut(text, number, more=""):
    return "\n".join(text.splitlines()[:number]) + more


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (TWO.split("\n", 1)[1],
         r'line 1: no header line names the unit of the frequency\. Write it above the numbers, as '
         r'in "# frequency \[meV\]  alpha2F", or give unit='),
        (columns("# frequency alpha2F"), r"line 2: no header line names the unit"),
        (columns("# frequency (meV) alpha2F"), r"line 2: no header line names the unit"),
        ("only words\n", r"line 1: no header line names the unit"),
        (columns("# w [] a2F"), r'line 1: the unit "" of the frequency is empty: known are'),
        (columns("# w [nm] a2F"), r'line 1: the unit "nm" of the frequency is not known'),
        (columns("# w [meV] a2F [1/meV]"), r'line 1: alpha\^2F is given the unit "1/meV" and is a'),
        (columns(" w[meV] phdos[states/meV] for   10 smearing values"), r'unit "states/meV"'),
        (changed(TWO, 100, "10.3 0.2 0.3"), r"line 100: it has 3 numbers where 2 were expected"),
        (changed(TWO, 100, "10.3"), r"line 100: it has 1 numbers where 2 were expected\. Complete"),
        (changed(TWO, 100, "10.3 much"), r'line 100: "much" is not a finite number\. Correct it'),
        (changed(TWO, 100, "10.3 NaN"), r'line 100: "NaN" is not a finite number'),
        (changed(TWO, 100, "10.3 ******"), r'line 100: "\*{6}" is not a finite number'),
        (changed(TWO, 100, "10.3 1e400"), r'line 100: "1e400" is not a finite number'),
        (changed(TWO, 100, "9.5 0.2"), r"line 100: the frequency 9\.5 meV follows .* Sort the"),
        (changed(TWO, 100, TWO.splitlines()[98]), r"line 100: the frequency (\S+) meV follows \1"),
        (cut(TWO, 4), r"line 4: the file ends after 3 points of at least 4\. Copy the file again"),
        (cut(TWO, 1), r"line 1: no header line|the file ends after 0 points"),
        ("# w [meV] a2F\n" + "1\n2\n3\n4\n", r"line 2: it has one number\. Give the frequency and"),
        (columns("# w [meV] a2F", end="lambda = NaN\n"), r'line 413: "NaN" is not a finite number'),
        (columns("# w [meV] a2F", scale=1e3), r"the highest frequency is 0\.041\d* meV: phonons "
         r"end between 1 and 600 meV\. Which unit has the frequency\?"),
        (columns("# w [eV] a2F"), r"the highest frequency is 4\.1\d*e\+04 meV"),
        (columns("# w [meV] a2F", values=lambda w: 40 * alpha2f(w)), r"lambda is .*: metals"),
        (columns("# w [meV] a2F", values=lambda w: alpha2f(w) / 200), r"lambda is .*: metals"),
        (columns("# w [meV] a2F", values=lambda w: 0 * w), r"a2f\.txt: .*every value is zero"),
        (columns("# w [meV] a2F", values=lambda w: alpha2f(w) + 0.2),
         r"a2f\.txt: .* at its lowest frequency, 0\.105 meV: Int a2F/w is not resolved there"),
        (columns("# w [meV] a2F", values=lambda w: np.where(abs(w - 36) < 2, -1, 1) * alpha2f(w)),
         r"values below zero have \d+(\.\d+)? % of lambda: they are more than n.*, line \d+\. "),
        ("# w [meV] a2F\n" + "".join(f"{w} {abs(w) / 20 * (w < 20)}\n" for w in range(-10, 30)),
         r"imaginary modes have \d+(\.\d+)? % of lambda: the crystal is not stable; alpha\^2F is "
         r"0\.5 at -10 meV, line 2\. Relax the structure"),
        ("# w [meV] a2F\n-4 1\n-3 1\n-2 1\n-1 1\n", r"0 frequencies and 0 values"),
        (cut(matdyn()[0], 200), r"line 200: the line with lambda that ends a2F\.dos is missing"),
        (cut(matdyn()[0], 200, "\n  lambda =  0.5   Delta =  7.6E-006\n"), r"the file says 0\.5"),
        (changed(matdyn()[0], 100, "  0.71E-03  0.1"), r"line 100: it has 2 numbers where 5"),
        (changed(matdyn(old=True)[0], 100, "  0.1"), r"line 100: it has 1 numbers where [23] were"),
        (matdyn(printed=2 * COUPLING)[0], r"and the file says .*the integral of alpha"),
        (matdyn(printed=math.nan)[0], r'line 406: "nan" is not a finite number'),
        (cut(matdyn()[0], 7, "\n lambda = 0.4 Delta = 1E-6"), r"line 7: .* ends after 2 points"),
        (cut(epw(), 300), r'line 300: the end, from "Integrated el-ph coupling" on, is missing'),
        (cut(epw(), 502), r"line 503: it has 0 lambdas for 0 smearings\. Copy"),
        (cut(epw(), 504, "\n  #  0.5\n"), r"line 503: it has 10 lambdas for 1 smearings"),
        (changed(epw(), 300, "1.0 2.0"), r"line 300: it has 2 numbers where 21 were expected"),
        (changed(epw(smearings=18, kind="older"), 301, "1.0 2.0"), r"line 301: it has 2 numbers"),
        (changed(epw(), 300, epw().splitlines()[299].replace("0.", "x.", 1)), r"line 300: .* not"),
        (changed(epw(), 503, "  #   " + "  0.9000000" * 10), r"and the file says 0\.9"),
        (cut(lambda_x(12), 1201), r"line 1201: .* after 599 points and a part of ano"),
        (changed(lambda_x(), 1000, "  4.2"), r"line 1000: it has 1 numbers where 11 were expected"),
    ],
)  # fmt: skip
def test_broken_files(tmp_path, text, sentence):
    path = written(tmp_path, text, "a2f.txt")
    with pytest.raises(InputError, match=sentence) as caught:
        read_spectrum(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("text", [matdyn()[0], lambda_x(), epw()])
def test_programs_have_units_of_their_own(tmp_path, text):
    with pytest.raises(InputError, match="with the unit meV: the file is of a program that writes"):
        read_spectrum(written(tmp_path, text, "a2f.txt"), unit="meV")


def test_an_unknown_unit(tmp_path):
    path = written(tmp_path, TWO, "a2f.txt")
    with pytest.raises(InputError, match=r'the unit "furlong" of the frequency is not known'):
        read_spectrum(path, unit="furlong")


def test_the_transport_function_is_another(tmp_path):
    path = written(tmp_path, epw(kind="oldest"), "al.a2f_tr.01")
    with pytest.raises(
        InputError, match=r"is a transport spectral function: by its name .* \*\.a2f"
    ):
        read_spectrum(path)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match=r"there is no file .*a2f: alpha\^2F was expected there"):
        read_spectrum(tmp_path / "al.a2f")
    with pytest.raises(
        InputError, match=r"is empty: alpha\^2F was expected in it\. Give a file of"
    ):
        read_spectrum(written(tmp_path, " \n", "al.a2f"))
    with pytest.raises(InputError, match=r"cannot be read: is a directory"):
        read_spectrum(tmp_path)
    (tmp_path / "a.bin").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"is not text: byte 0 is not UTF-8"):
        read_spectrum(tmp_path / "a.bin")


def test_a_spectrum_that_was_cut_is_refused(tmp_path):
    w = np.linspace(0.5, 40.0, 200)
    values = 0.6 * np.exp(-(((w - 24) / 5) ** 2))
    rows = [f"{x:.9e} {y:.9e}" for x, y in zip(w, values, strict=True)]
    path = tmp_path / "cut.dat"
    path.write_text("\n".join(["# frequency [meV]  alpha2F", *rows[:120]]), encoding="utf-8")
    with pytest.raises(InputError, match="a file that was cut"):
        read_spectrum(path)
    path.write_text("\n".join(["# frequency [meV]  alpha2F", *rows]), encoding="utf-8")
    assert read_spectrum(path).coupling > 0


def test_a_column_is_chosen_in_the_path(tmp_path):
    w = np.linspace(0.5, 30, 60)
    shape = (w / 20) ** 2 * np.exp(-(((w - 18) / 5) ** 2))
    shape[-1] = 0
    rows = np.column_stack([w, 0.5 * shape, shape])
    path = tmp_path / "two.dat"
    text = "# frequency [meV]  a  b\n" + "\n".join(" ".join(f"{x:.8f}" for x in r) for r in rows)
    path.write_text(text + "\n")
    with pytest.warns(UnitNote, match="column 2 of 2"):
        second = with_files_read(Eliashberg, {"spectrum": "two.dat#2"}, tmp_path)["spectrum"]
    assert second.coupling == pytest.approx(read_spectrum(path, column=2).coupling)
    assert second.coupling == pytest.approx(2 * read_spectrum(path, column=1).coupling)
