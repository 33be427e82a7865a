"""Run files: TOML that names a mechanism or a preset and sets parameters.

preset = "h3s"              # or: mechanism = "superstripes"

[parameters]
phonon_energy = "330 meV"   # a plain number is in the parameter's own unit
barrier_height = "none"     # unsets a parameter of the preset
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pairlab.errors import InputError, did_you_mean
from pairlab.io.catalogue import catalogue, described, names, owner
from pairlab.io.reading import listed, reading
from pairlab.io.validation import refuse_flags, refuse_values

if TYPE_CHECKING:
    from pairlab.mechanisms._fields.base import Mechanism

_KEYS = ("mechanism", "preset", "parameters")
_EXAMPLE = 'write mechanism = "superstripes" or preset = "h3s" in its first line'


def load(path: str | Path, changes: Mapping[str, Any] | None = None) -> "Mechanism":
    """The mechanism that a run file describes.

    Args:
        path: a TOML file.
        changes: parameters that win over those of the file, as they would stand in it.

    Raises: InputError that names the file, the line, the value and the remedy.
    """
    source = str(path)
    text = _text(Path(path))
    table = _table(text, source)
    try:
        key, preset = _named(table)
        given = table.get("parameters", {})
        if not isinstance(given, dict):
            raise InputError(
                what=f"parameters = {given!r}",
                why="parameters is a table of names and values",
                remedy="write the line [parameters] and below it one line for each parameter",
            )
        refuse_flags(key, given)
        return _build(key, preset, changes or {}, own=given, folder=Path(path).parent)
    except InputError as error:
        raise _located(error, text, source, table, changes or {}) from None


def read_mechanism(
    source: str, changes: Mapping[str, Any] | None = None, *, mechanism: str | None = None
) -> "Mechanism":
    """The mechanism of a run file, a preset or a mechanism's key; `changes` win over its values.

    Args:
        mechanism: the key of a mechanism whose main input `source` is, such as a structure.

    Raises: InputError, with a suggestion where nothing has that name.
    """
    if mechanism is not None:
        from pairlab.io.inputs import from_input_file
        from pairlab.mechanisms._fields.registry import mechanism_class

        path = _input_path(source)
        given = from_input_file(mechanism_class(mechanism), path, changes or {})
        return _build(mechanism, "", given)
    key = owner(source)
    if key is not None:
        return _build(key, source, changes or {})
    if is_path(source):
        return load(source, changes)
    raise unknown_source(source, names())


def _input_path(source: str) -> Path:
    """Where the input of a mechanism is. Raises: InputError for what names a mechanism itself."""
    if owner(source) is not None:
        raise InputError(
            what=f'"{source}" together with the name of a mechanism',
            why="a preset or a mechanism says itself which one it is",
            remedy="leave --mechanism out, or give a file such as structure.cif",
        )
    return Path(source)


def is_path(source: str) -> bool:
    """Whether a source that is neither preset nor mechanism is meant as a file."""
    return source.endswith((".toml", ".nc")) or "/" in source or Path(source).exists()


def unknown_source(source: str, known: list[str]) -> InputError:
    """The sentence for a name that is no file, preset or mechanism."""
    here = [str(path) for path in Path().glob("*.toml") if _is_run_file(path)]
    return InputError(
        what=f'"{source}" is not known',
        why="it is neither a preset nor a mechanism, and there is no file of that name",
        remedy=did_you_mean(source, [*known, *here]),
    )


def _build(
    key: str,
    preset: str,
    changes: Mapping[str, Any],
    *,
    own: Mapping[str, Any] = MappingProxyType({}),
    folder: Path = Path(),
) -> "Mechanism":
    """A mechanism from a preset (or ""), the parameters of a run file and what wins over them.

    folder: from which paths in the run file count; others do from where the user is.
    """
    own, changes = _unset(key, own), _unset(key, changes)
    refuse_values(key, {**described(key)["presets"].get(preset, {}), **own, **changes})
    from pairlab.mechanisms._fields.base import read_with
    from pairlab.mechanisms._fields.registry import mechanism_class

    cls = mechanism_class(key)
    if any(read_with(cls, name) for name in {**own, **changes}):
        from pairlab.io.inputs import with_files_read

        own = with_files_read(cls, own, folder)
        changes = with_files_read(cls, changes, Path())
    return cls(**{**cls.presets.get(preset, {}), **own, **changes})


def _unset(key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """None for the word "none" where a parameter can be left out: TOML has no null."""
    fields = described(key)["fields"]
    return {
        name: None
        if isinstance(value, str)
        and value.strip().lower() == "none"
        and fields.get(name, {}).get("optional")
        else value
        for name, value in values.items()
    }


def _text(path: Path) -> str:
    """The file's text. Raises: InputError."""
    if path.suffix == ".nc":
        raise InputError(
            what=f"{path} is a result file",
            why="a run file is TOML",
            remedy=f"print the run file that is stored in it with `pairlab cite {path}`",
        )

    def missing() -> str:
        others = [str(other) for other in sorted(path.parent.glob("*.toml")) if _is_run_file(other)]
        otherwise = "write one with `pairlab init`, or give the name of a preset"
        return listed("run files", others, otherwise=otherwise)

    with reading(
        path,
        "a run file was expected",
        remedy="give a readable TOML file",
        not_text="give a TOML file in UTF-8",
        missing=missing,
    ):
        return path.read_text(encoding="utf-8")


def _is_run_file(path: Path) -> bool:
    """Whether a TOML file names a mechanism or a preset, for lists of what could be meant."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return "mechanism" in table or "preset" in table


def _table(text: str, source: str) -> dict[str, Any]:
    """The parsed file. Raises: InputError with the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
        if Path(source).suffix != ".toml":
            raise InputError(
                what=f"{source} is not a run file",
                why="a run file is TOML, and names a mechanism or a preset",
                remedy="if it is the input of a mechanism, say of which: --mechanism standing_wave "
                "for a structure, --mechanism eliashberg for a spectrum",
            ) from None
        line = place[1] if place and place[1] else str(text.count("\n") + 1)
        reason = message[: place.start()] if place else message
        raise InputError(
            what=f"{source}, line {line}: not valid TOML",
            why=reason[:1].lower() + reason[1:],
            remedy='correct that line; text stands in quotes, for example "330 meV"',
        ) from None


def _named(table: Mapping[str, Any]) -> tuple[str, str]:
    """The keys of the mechanism and of its preset ("" for `mechanism`). Raises: InputError."""
    unknown = [key for key in table if key not in _KEYS]
    if unknown:
        raise _unknown_key(unknown[0], table)
    named = [key for key in ("mechanism", "preset") if key in table]
    if len(named) != 1:
        raise InputError(
            what="both mechanism and preset are given" if named else "no mechanism is named",
            why="a preset says which mechanism it belongs to"
            if named
            else "a run file names a mechanism or a preset",
            remedy="keep one of the two lines" if named else _EXAMPLE,
        )
    name = table[named[0]]
    if not isinstance(name, str):
        raise InputError(
            what=f"{named[0]} = {name!r}", why="it is the name, as text", remedy=_EXAMPLE
        )
    key = owner(name)
    if named[0] == "mechanism":
        if key != name:
            raise InputError(
                what=f'there is no mechanism "{name}"',
                why="mechanisms are known by their key",
                remedy=did_you_mean(name, catalogue()),
            )
        return name, ""
    every = [preset for one in catalogue().values() for preset in one["presets"]]
    if key is None or name not in every:
        raise InputError(
            what=f'there is no preset "{name}"',
            why="presets are named parameter sets",
            remedy=did_you_mean(name, every),
        )
    return key, name


def _unknown_key(key: str, table: Mapping[str, Any]) -> InputError:
    """The sentence for a key that does not belong at the top of a run file."""
    fields = {name for one in catalogue().values() for name in one["fields"]}
    if key in fields and not isinstance(table[key], dict):
        return InputError(
            what=f'"{key}" stands outside of [parameters]',
            why="parameters stand below the line [parameters]",
            remedy="move it there",
        )
    return InputError(
        what=f'unknown key "{key}"',
        why="a run file holds mechanism or preset, and the table [parameters]",
        remedy=did_you_mean(key, _KEYS),
    )


def _located(
    error: InputError, text: str, source: str, table: Mapping[str, Any], changes: Mapping[str, Any]
) -> InputError:
    """The same error with the file and the line of the key that it is about."""
    given = table.get("parameters")
    inner = [key for key in given if key not in changes] if isinstance(given, dict) else []
    mentioned = {
        key: match.start()
        for key in [*table, *inner]
        if (match := re.search(rf"(?<!\w){re.escape(key)}(?!\w)", error.what))
    }
    if any(re.search(rf"(?<!\w){re.escape(key)}(?!\w)", error.what) for key in changes):
        return error  # it is not the file's
    if not mentioned:
        return InputError(what=f"{source}: {error.what}", why=error.why, remedy=error.remedy)
    key = min(mentioned, key=mentioned.__getitem__)
    line = _line_of(key, text, inside=key in inner)
    what = f"{source}, line {line}: {error.what}" if line else f"{source}: {error.what}"
    return InputError(what=what, why=error.why, remedy=error.remedy)


def _line_of(key: str, text: str, *, inside: bool) -> int | None:
    """The line that sets a key, at the top of the file or inside [parameters]."""
    name = rf"""["']?{re.escape(key)}["']?"""
    table = r"""["']?parameters["']?"""
    patterns = [rf"\s*{name}\s*[=.]", rf"\s*\[\s*{name}\s*\]"]
    if inside:
        dotted = rf"\s*{table}\s*\.\s*{name}\s*="
        patterns = [rf"\s*{name}\s*=", dotted, rf"\s*{table}\s*=.*\b{re.escape(key)}\b"]
    within = False
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\s*\[", line):
            within = re.match(rf"\s*\[\s*{table}\s*\]", line) is not None
        applies = patterns[1:] if inside and not within else patterns
        if any(re.match(pattern, line) for pattern in applies):
            return number
    return None
