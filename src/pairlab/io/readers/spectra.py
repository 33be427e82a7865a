"""alpha^2F from files: Quantum ESPRESSO, EPW, Elk, ABINIT, or columns with the unit in a header.

The format is told by the content (that of Elk by the name), units are converted here, at the edge,
and a unit that a file does not say is asked for and never guessed. The formats are in
`spectrum_tables`, those of text; here are the one of ABINIT, and what is checked in all of them.

    *_A2F.nc    a2f_mesh, a2f_values and a2f_lambdaw, with _qintp or _qcoarse: Hartree

Source: a2fw_init and a2fw_write in m_phgamma.F90 of ABINIT.
"""

import hashlib
import io
from pathlib import Path

import numpy as np

from pairlab.errors import InputError
from pairlab.io.readers.spectrum_tables import ENERGIES, HEADER, Table, text_table
from pairlab.io.reading import reading
from pairlab.pairing.phonons.spectrum import PhononSpectrum

_CUT_OFF = 0.25  # of the largest value, more than a smeared edge leaves at the last point
_SHARE = 0.05  # of lambda: more than this is no noise
_COUPLINGS = (0.01, 10.0)
_HIGHEST = (1.0, 600.0)  # meV: of caesium 5, of hydrogen molecules 550
_NOTED = 0.01  # of lambda: by so much programs differ that sum the same points
_AROUND_ZERO = 1e-6  # Ha: ABINIT leaves these frequencies out of lambda
_REMEDY = f"give a file of Quantum ESPRESSO, EPW, Elk or ABINIT, or columns below {HEADER}"


def read_spectrum(
    path: str | Path, *, column: int | None = None, unit: str | None = None
) -> PhononSpectrum:
    """alpha^2F(w) from a file, checked against the lambda that the file prints.

    Imaginary modes, which files have at negative frequencies, are left out, and values below zero
    are set to zero; the notes of the spectrum say how much of lambda they are.

    Args:
        path: a2F.dosN, alpha2F.dat or *.a2F.dat of Quantum ESPRESSO, *.a2f of EPW, ALPHA2F.OUT of
            Elk, *_A2F.nc of ABINIT, or columns below a header such as "# frequency [meV]  alpha2F".
        column: which alpha^2F of several, for example for one smearing each; 1 is the first after
            the frequency. Without it, the one that the program itself uses: of EPW the first.
        unit: of the frequencies in columns, in place of what a header says: meV, eV, THz (h nu),
            cm^-1, K, Ry or Ha.

    Returns: frequencies in meV.

    Raises: InputError that names the file, the line and the remedy: for a file that cannot be read,
        an unknown unit, several columns without a default, imaginary modes or negative values with
        more than 5 % of lambda, a lambda in the file that differs by more than 5 %, a highest
        frequency outside 1 to 600 meV, and lambda outside 0.01 to 10.
    """
    path = Path(path)
    content = _content(path)
    if content.startswith((b"CDF", b"\x89HDF")):
        if unit is not None:
            raise InputError(
                what=f"{path} with the unit {unit}",
                why="ABINIT writes frequencies in Hartree",
                remedy="leave out unit",
            )
        table = _abinit(path, content)
    else:
        table = text_table(path, _lines(path, content), unit)
    index, chosen = _chosen(path, table, column)
    frequency, values, notes = _cleaned(path, table, index)
    printed = table.printed[index]
    try:
        spectrum = PhononSpectrum(
            name=path.name,
            frequency=tuple(frequency.tolist()),
            coupling_function=tuple(values.tolist()),
            notes=(*table.notes, *chosen, *notes),
            source=f"{path.name}, SHA-256 {hashlib.sha256(content).hexdigest()}",
        )
    except InputError as error:
        raise InputError(what=f"{path}: {error.what}", why=error.why, remedy=error.remedy) from None
    _check(path, spectrum, printed)
    if printed and abs(spectrum.coupling / printed - 1) > _NOTED:
        text = f"lambda is {spectrum.coupling:.4g}, and the file says {printed:.4g}"
        more = (text + ": look for lines that are missing",)
        spectrum = spectrum.model_copy(update={"notes": (*spectrum.notes, *more)})
    if values[-1] > _CUT_OFF * values.max():
        raise InputError(
            what=f"{path} ends at {frequency[-1]:.6g} meV with alpha2F = {values[-1]:.3g}, "
            f"{100 * values[-1] / values.max():.0f} % of its largest value",
            why="a spectrum falls to zero where phonons end, and a file that was cut does not",
            remedy="copy the file again; if it is meant to end there, add a point of value 0",
        )
    return spectrum


def _content(path: Path) -> bytes:
    with reading(path, "alpha^2F was expected", remedy=_REMEDY):
        content = path.read_bytes()
    if not content.strip():
        raise InputError(what=f"{path} is empty", why="alpha^2F was expected in it", remedy=_REMEDY)
    return content


def _lines(path: Path, content: bytes) -> list[str]:
    with reading(path, "alpha^2F was expected", remedy=_REMEDY):
        return content.decode("utf-8-sig").splitlines()


def _abinit(path: Path, content: bytes) -> Table:
    """alpha^2F of ABINIT, of the q points that it interpolates where they are in the file.

    ABINIT leaves out the 1/2 in alpha^2F and with it the 2 in lambda = Int a2F/|w| dw. Which of the
    two definitions a file has, the lambda in it tells, summed up to the last frequency.

    Raises: InputError where there is no spectrum, or one that disagrees with its lambda.
    """
    found = _abinit_variables(path, content)
    posts = [
        post
        for post in ("_qintp", "_qcoarse")
        if all(f"a2f_{part}{post}" in found for part in ("mesh", "values", "lambdaw"))
    ]
    if not posts:
        raise InputError(
            what=f"{path} has no alpha^2F of ABINIT",
            why="a2f_mesh, a2f_values and a2f_lambdaw, with _qintp or _qcoarse, are not in it",
            remedy="give the file that ends in _A2F.nc",
        )
    mesh, values, integral = (
        found[f"a2f_{part}{posts[0]}"] for part in ("mesh", "values", "lambdaw")
    )
    if values.shape != integral.shape or values.shape[2:] != mesh.shape or mesh.size < 2:
        raise InputError(
            what=f"{path}: a2f_values{posts[0]} has the shape {values.shape}",
            why=f"(spin, mode, frequency) was expected, and {mesh.size} frequencies",
            remedy="copy the file again",
        )
    # The first "mode" is the sum of all.
    total, printed = values[:, 0].sum(axis=0), float(integral[:, 0, -1].sum())
    away = abs(mesh) > _AROUND_ZERO
    once = float(np.trapezoid(np.where(away, total / np.where(away, abs(mesh), 1.0), 0.0), mesh))
    factor = next((f for f in (1, 2) if abs(printed - f * once) < _SHARE * printed), None)
    if factor is None:
        raise InputError(
            what=f"{path}: the lambda in a2f_lambdaw{posts[0]} is {printed:.6g}",
            why=f"Int a2F/w of a2f_values{posts[0]} is {once:.6g}, neither that nor half of it",
            remedy="calculate it again",
        )
    which = "interpolated" if posts[0] == "_qintp" else "coarse"
    notes = (f"alpha^2F of the {which} q points",)
    if factor == 1:
        notes += ("it was halved: ABINIT has lambda = Int a2F/w, without a factor of two",)
    return Table(mesh * ENERGIES["Ha"], total[None] * factor / 2, printed=(printed,), notes=notes)


def _abinit_variables(path: Path, content: bytes) -> dict[str, np.ndarray]:
    """The variables whose names begin with a2f, from a NetCDF file of the older or newer kind."""
    # As slow to import as the readers of results, and needed for this one kind of file.
    import h5netcdf
    from scipy.io import netcdf_file

    try:
        with (
            netcdf_file(io.BytesIO(content), mmap=False)
            if content.startswith(b"CDF")
            else h5netcdf.File(io.BytesIO(content), "r")
        ) as file:
            return {
                name: np.array(variable[...], dtype=float)
                for name, variable in file.variables.items()
                if name.startswith("a2f_")
            }
    except (OSError, ValueError, TypeError, KeyError, IndexError, RuntimeError) as error:
        raise InputError(
            what=f"{path} cannot be read",
            why=f"it begins as a NetCDF file and goes on differently ({error})",
            remedy="copy the file again",
        ) from None


def _chosen(path: Path, table: Table, column: int | None) -> tuple[int, tuple[str, ...]]:
    """The index of the column, and a note where there are several."""
    count = len(table.values)
    if column is not None and not 1 <= column <= count:
        raise InputError(
            what=f"{path}: column = {column}",
            why="there is one alpha^2F in the file" if count == 1 else _listed(table),
            remedy="leave out column" if count == 1 else f"give column=1 to {count}",
        )
    index = table.default if column is None else column - 1
    if index is None:
        raise InputError(
            what=f"{path} has {count} columns after the frequency",
            why=_listed(table),
            remedy=f"choose one with column=1 to {count}; in a run file or on the command line, "
            f"{path.name}#1 to {path.name}#{count}",
        )
    if count == 1:
        return index, ()
    name = f": {table.names[index]}" if table.names[index] else ""
    return index, (f"column {index + 1} of {count}{name}",)


def _listed(table: Table) -> str:
    """Which columns there are, with their lambdas."""
    above = table.frequency > 0
    frequency = table.frequency[above]
    parts = []
    for number, name in enumerate(table.names, 1):
        lam = table.printed[number - 1]
        if lam is None:
            lam = float(np.trapezoid(2 * table.values[number - 1, above] / frequency, frequency))
        parts.append(f"{number}: {name}{', ' * bool(name)}lambda {lam:.4g}")
    return "they are " + "; ".join(parts)


def _cleaned(
    path: Path, table: Table, index: int
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Frequencies above zero, values not below zero, and notes on what that left out."""
    frequency, values = table.frequency, table.values[index]
    if not (np.all(np.isfinite(frequency)) and np.all(np.isfinite(values))):
        raise InputError(
            what=f"{path}: the spectrum has values that are not finite numbers",
            why="the calculation failed",
            remedy="calculate it again",
        )
    falls = np.flatnonzero(np.diff(frequency) <= 0)
    if falls.size:
        here = int(falls[0]) + 1
        raise InputError(
            what=f"{path}, {_place(table, here)}",
            why=f"the frequency {frequency[here]:.10g} meV follows {frequency[here - 1]:.10g} meV",
            remedy="sort the lines by frequency, and leave out repeated ones",
        )
    above = frequency > 0
    # Per point, what it adds to lambda; at zero frequency that cannot be said.
    width = 2 * np.gradient(frequency) / np.where(frequency == 0, np.inf, abs(frequency))
    coupling = float(np.sum(width[above] * np.maximum(values[above], 0)))
    notes = []
    imaginary = (frequency < 0) & (values != 0)
    negative = above & (values < 0)
    for wrong, what, why, remedy, done in (
        (imaginary, "imaginary modes", "the crystal is not stable",
         "relax the structure, or converge the phonons", "points below zero frequency"),
        (negative, "values below zero", "they are more than noise of an interpolation",
         "converge the spectrum", "values below zero"),
    ):  # fmt: skip
        if not np.any(wrong) or not coupling:
            continue
        share = float(np.sum(width[wrong] * abs(values[wrong]))) / coupling
        worst = int(np.flatnonzero(wrong)[np.argmax(abs(values[wrong]))])
        if share > _SHARE:
            raise InputError(
                what=f"{path}: {what} have {100 * share:.3g} % of lambda",
                why=f"{why}; alpha^2F is {values[worst]:.4g} at {frequency[worst]:.4g} meV, "
                f"{_place(table, worst)}",
                remedy=remedy,
            )
        notes.append(
            f"{np.sum(wrong)} {done}, with {100 * share:.2g} % of lambda, were "
            + ("left out" if wrong is imaginary else "set to zero")
        )
    zero = values[frequency == 0]
    if np.any(zero):
        notes.append(f"the value {zero[0]:.4g} at zero frequency was left out")
    return frequency[above], np.maximum(values[above], 0.0), tuple(notes)


def _place(table: Table, index: int) -> str:
    return f"line {table.lines[index]}" if table.lines else f"point {index + 1}"


def _check(path: Path, spectrum: PhononSpectrum, printed: float | None) -> None:
    """Raises: InputError where no metal has such phonons, or the file says another lambda."""
    lam, highest = spectrum.coupling, spectrum.max_frequency
    if printed is not None and not abs(lam - printed) <= _SHARE * abs(printed):
        raise InputError(
            what=f"{path}: lambda is {lam:.4g}, and the file says {printed:.4g}",
            why="the integral of alpha^2F and the number differ by more than 5 %",
            remedy="take a finer grid of frequencies, or look for lines that are missing",
        )
    if not _HIGHEST[0] <= highest <= _HIGHEST[1]:
        raise InputError(
            what=f"{path}: the highest frequency is {highest:.4g} meV",
            why=f"phonons end between {_HIGHEST[0]:g} and {_HIGHEST[1]:g} meV",
            remedy="which unit has the frequency? Correct the header, or give unit=",
        )
    if not _COUPLINGS[0] <= lam <= _COUPLINGS[1]:
        raise InputError(
            what=f"{path}: lambda is {lam:.4g}",
            why=f"metals have {_COUPLINGS[0]:g} to {_COUPLINGS[1]:g}; the highest frequency is "
            f"{highest:.4g} meV",
            remedy="which unit and normalisation have the columns? Correct them",
        )
