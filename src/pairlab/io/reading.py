"""What is said of a file that cannot be read, alike for every kind of file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pairlab.errors import InputError

_LISTED = 9


@contextmanager
def reading(
    path: Path,
    expected: str,
    *,
    remedy: str,
    not_text: str = "",
    missing: Callable[[], str] | None = None,
) -> Iterator[None]:
    """Turn what goes wrong while a file is opened and decoded into a sentence.

    expected: "a run file was expected". remedy: also for a file that is not text or not there,
    unless `not_text` or `missing` says more. Raises: InputError.
    """
    try:
        yield
    except FileNotFoundError:
        raise InputError(
            what=f"there is no file {path}",
            why=f"{expected} there",
            remedy=missing() if missing else remedy,
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(
            what=f"{path} is not text",
            why=f"byte {error.start} is not UTF-8",
            remedy=not_text or remedy,
        ) from None
    except OSError as error:
        raise InputError(
            what=f"{path} cannot be read",
            why=(error.strerror or str(error)).lower(),
            remedy=remedy,
        ) from None


def listed(kind: str, others: list[str], *, otherwise: str) -> str:
    """The first files of a kind that lie beside the one asked for, or other advice."""
    return f"{kind} there: " + ", ".join(others[:_LISTED]) if others else otherwise
