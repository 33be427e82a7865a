"""Files that are either complete or absent: written beside their place, then moved there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pairlab.errors import OutputError


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """A temporary path in the same folder, which takes the place of `path` when the block succeeds.

    An interruption at any moment leaves what was at `path` as it was.

    Raises: OutputError where the folder is missing or cannot be written to, where `path` is a
    folder, or where writing fails.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.stem}.{os.urandom(4).hex()}{target.suffix}")
    check_writable(path)
    try:
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(target)
    except OutputError:
        raise
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def check_writable(path: str | Path) -> None:
    """Nothing, where a file could be written; worth asking before a long calculation.

    Raises: OutputError.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise OutputError(
            what=f"{path} cannot be written", why="it is a folder", remedy="give the name of a file"
        )
    if not target.parent.is_dir():
        folder, exists = target.parent, target.parent.exists()
        raise OutputError(
            what=f"{path} cannot be written",
            why=f"{folder} is not a folder" if exists else f"there is no folder {folder}",
            remedy="give a path in an existing folder" if exists else "create the folder first",
        )
    trial = target.with_name(f".{os.urandom(8).hex()}")
    try:
        trial.open("x").close()
    except OSError as error:
        raise _refused(path, error) from None
    trial.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """Write a text file, completely or not at all. Raises: OutputError."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _refused(path: str | Path, error: OSError) -> OutputError:
    return OutputError(
        what=f"{path} cannot be written",
        why=(error.strerror or str(error) or type(error).__name__).lower(),
        remedy="give another path, or make room or permission there; nothing was changed",
    )
