"""Crystal structures from files: CIF, POSCAR, extended XYZ, and whatever else ASE reads.

    crystal = read_structure("Pb.cif")

CIF files are read here (`io.readers.cif_structure`), since a structure that lacks an atom looks
like any other: the reader of ASE leaves out rows that it does not understand, and takes a space
group by its number where the name says another setting.
"""

import hashlib
import re
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

from pairlab.electrons.crystals.crystal import Crystal
from pairlab.errors import InputError
from pairlab.io.readers.cif_structure import crystal_from_cif
from pairlab.io.reading import listed, reading

_ENDINGS = (".cif", ".vasp", ".xyz", ".poscar")  # of the files that a message suggests


def read_structure(path: str | Path) -> Crystal:
    """The crystal in a file; of a trajectory, the last image.

    Args:
        path: a CIF file, or one in any format that ASE recognises by its name or content.

    Returns: with the formula and the file as its name, and the file and its SHA-256 as its source.

    Raises:
        InputError: no such file, an unknown format, a broken file (with the line, where it can be
            told), several structures in a CIF file, sites that are filled in part or by several
            elements, an ambiguous space group, a molecule, or ASE not installed.
    """
    path = Path(path)
    content = _content(path)
    try:
        crystal = _crystal(path, content)
    except InputError as error:
        what = error.what if str(path) in error.what else f"{path}: {error.what}"
        raise InputError(what=what, why=error.why, remedy=error.remedy) from None
    return crystal.model_copy(
        update={
            "name": f"{crystal.formula}, {path.name}",
            "source": f"{path.name}, SHA-256 {hashlib.sha256(content).hexdigest()}",
        }
    )


def _crystal(path: Path, content: bytes) -> Crystal:
    ase = _ase()
    format_name = "cif" if path.suffix.lower() == ".cif" else _format(ase, path)
    if format_name != "cif":
        return Crystal.from_ase(_atoms(ase, path, format_name))
    with ase.open_with_compression(str(path), "rb") as file:
        text = file.read().removeprefix(b"\xef\xbb\xbf")
    return crystal_from_cif(path, text.decode("latin-1"))  # in which every byte is a character


def _content(path: Path) -> bytes:
    def missing() -> str:
        others = sorted(str(p) for p in path.parent.glob("*") if p.suffix.lower() in _ENDINGS)
        return listed("structures", others, otherwise="give a structure, for example a CIF file")

    remedy = "give a readable file with a structure, for example a CIF file"
    with reading(path, "a crystal structure was expected", remedy=remedy, missing=missing):
        content = path.read_bytes()
    if not content.strip():
        raise InputError(
            what=f"{path} is empty",
            why="a crystal structure was expected in it",
            remedy="write the structure again",
        )
    return content


def _ase() -> ModuleType:
    """The part of ASE that reads files."""
    try:
        import ase.io.formats  # an extra, and slow to import
    except ImportError:
        raise InputError(
            what="structures cannot be read",
            why="ASE is not installed",
            remedy='run: pip install "pairlab[structures]"',
        ) from None
    return ase.io.formats


def _format(ase: ModuleType, path: Path) -> str:
    """The name that ASE has for the format of a file."""
    try:
        # With the whole path: a bare name such as "postgres..." would be taken as a database.
        name = ase.filetype(str(path.resolve()))
        ase.get_ioformat(name)
    except (ase.UnknownFileTypeError, OSError):
        raise InputError(
            what=f"{path} has an unknown format",
            why="ASE knows neither its ending nor its content",
            remedy="give a CIF file, a POSCAR (with that in its name, or ending in .vasp) or an "
            "extended XYZ file",
        ) from None
    return name


def _atoms(ase: ModuleType, path: Path, format_name: str) -> Any:
    """What ASE reads, without its warnings: they are about energies, velocities and the like."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ase.read(str(path), -1, format=format_name, do_not_split_by_at_sign=True)
        except Exception as error:  # a hundred parsers, each with its own
            raise _unreadable(path, format_name, error) from None


def _unreadable(path: Path, format_name: str, error: Exception) -> InputError:
    """The message of a parser, with the line of what it complains about."""
    message = " ".join(str(error).split())
    line = _line_of(path, message)
    return InputError(
        what=f"{path}, line {line}" if line else f"{path} is broken",
        why=f"ASE reads it as {format_name} and stopped with {type(error).__name__}"
        + (f" ({message})" if message else ""),
        remedy="correct or complete the file",
    )


def _line_of(path: Path, message: str) -> int | None:
    """The first line that holds what a message quotes, or that is quoted as a whole."""
    quoted = [one or other for one, other in re.findall(r"'([^']+)'|\"([^\"]+)\"", message)]
    lines = path.read_bytes().decode("latin-1").splitlines()
    for number, line in enumerate(lines, 1):
        if any(text.strip() == line.strip() or text in line.split() for text in quoted):
            return number
    return None
