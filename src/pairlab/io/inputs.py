"""Files that hold the value of a parameter: a structure, a density of states, a spectrum.

Which reader a parameter has follows from its type, so that a mechanism only says what it needs.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pairlab import units
from pairlab.electrons.crystals.crystal import Crystal
from pairlab.electrons.states.density_table import DensityTable
from pairlab.errors import InputError
from pairlab.io.readers.densities import read_density_of_states
from pairlab.io.readers.spectra import read_spectrum
from pairlab.io.readers.structures import read_structure
from pairlab.mechanisms._fields.base import Mechanism, holds_items, kinds
from pairlab.pairing.phonons.spectrum import PhononSpectrum

READERS: Mapping[type, Callable[..., Any]] = {
    Crystal: read_structure,
    DensityTable: read_density_of_states,
    PhononSpectrum: read_spectrum,
}


def with_files_read(
    cls: type[Mechanism], values: Mapping[str, Any], folder: Path
) -> dict[str, Any]:
    """The values, with the content of a file in place of its path, which counts from `folder`; a
    parameter that takes several has a list of paths.

    Raises: InputError of the reader, or for one path in place of a list or a list in place of one.
    """
    read = dict(values)
    for name, value in values.items():
        kind = _kind(cls, name)
        if kind is None:
            continue
        several = isinstance(value, list | tuple)
        paths = [one for one in (value if several else [value]) if isinstance(one, str)]
        if paths and several is not _takes_several(cls, name):
            raise _wrong_number(cls, name, value, several=several)
        if several:
            read[name] = [_read(kind, one, folder) for one in value]
        else:
            read[name] = _read(kind, value, folder)
    return read


def _read(kind: type, value: Any, folder: Path) -> Any:
    """The content of a file, or a value that is not a path as it is."""
    if not isinstance(value, str):
        return value
    path, options = folder / Path(value).expanduser(), {}
    numbered = re.fullmatch(r"(.+)#(\d+)", value)
    if kind is PhononSpectrum and numbered and not path.exists():
        path, options = folder / Path(numbered[1]).expanduser(), {"column": int(numbered[2])}
    found = READERS[kind](path, **options)
    for note in getattr(found, "notes", ()):
        units.notify(f"{value}: {note}")
    return found


def _takes_several(cls: type[Mechanism], name: str) -> bool:
    return any(holds_items(kind) for kind in kinds(cls, name))


def _wrong_number(cls: type[Mechanism], name: str, value: Any, *, several: bool) -> InputError:
    if several:
        return InputError(
            what=f"{cls.key}: {name} = {list(value)}", why=f"{name} is read from one file",
            remedy="give one path",
        )  # fmt: skip
    return InputError(
        what=f"{cls.key}: {name} = {value!r}",
        why=f"{name} is read from several files",
        remedy=f'give a list of paths: ["{value}", ...] in a run file, "{value}, ..." on the '
        "command line",
    )


def from_input_file(
    cls: type[Mechanism], path: Path, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """The values of a mechanism whose main input is a file: its first parameter that is read from
    one.

    Raises: InputError where it has none, or where `changes` gives it too.
    """
    name = next((name for name in cls.model_fields if _kind(cls, name) is not None), None)
    if name is None:
        raise InputError(
            what=f"{path} with the mechanism {cls.key}",
            why="no parameter of it is read from a file",
            remedy="give a run file, a preset, or a mechanism that takes a structure",
        )
    if name in changes:
        raise InputError(
            what=f"{name} is given twice",
            why=f"{path} is read as the {name}",
            remedy="leave one of them out",
        )
    return {name: str(path), **changes}


def _kind(cls: type[Mechanism], name: str) -> type | None:
    """The type of a parameter that has a reader."""
    allowed = kinds(cls, name) if name in cls.model_fields else ()
    return next((kind for kind in READERS if kind in allowed), None)
