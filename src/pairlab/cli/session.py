"""What surrounds a verb: notes, sentences for errors, exit codes."""

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from pairlab.errors import PairlabError, SolverError

if TYPE_CHECKING:
    from rich.console import Console

GOOD, NOT_GOOD, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: every number is good; one is not; the input cannot be used; Ctrl-C."""

BROKEN_PIPE = 141


def prepare() -> None:
    """Before mechanisms and data are read: each note on a unit is shown."""
    from pairlab.units import UnitNote

    warnings.simplefilter("always", UnitNote)


def guarded(action: Callable[[], int | None]) -> int:
    """Run a verb; turn what it raises into one sentence on stderr and an exit code."""
    if sys.stdout is None:  # the shell's >&-
        complain("nothing can be printed: standard output is closed. Send it to a file, or to "
                 "/dev/null.")  # fmt: skip
        return BAD_INPUT
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        try:
            code = action() or GOOD
            sys.stdout.flush()
            return code
        except SolverError as error:
            complain(str(error))
            return NOT_GOOD
        except PairlabError as error:
            complain(str(error))
            return BAD_INPUT
        except KeyboardInterrupt:
            complain("interrupted; no file was left half written")
            return INTERRUPTED
        except BrokenPipeError:
            _abandon_output()
            return BROKEN_PIPE
        except SystemExit as error:
            # What rich makes of a closed pipe, in tables and in help.
            if not isinstance(error.__context__, BrokenPipeError):
                raise
            _abandon_output()
            return BROKEN_PIPE
        except RecursionError:
            complain("the input is nested too deeply to be read: write numbers, lists and rows")
            return BAD_INPUT
        except MemoryError:
            complain("there is not enough memory for this: ask for fewer points at a time")
            return BAD_INPUT
        except OSError as error:
            _abandon_output()
            reason = (error.strerror or str(error)).lower()
            place = error.filename or "standard output"
            complain(f"{place} cannot be read or written: {reason}. Give another place, or make "
                     "room or permission there.")  # fmt: skip
            return BAD_INPUT


def _abandon_output() -> None:
    """Send what is still to be printed nowhere: the interpreter tries again at its exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(sentence: str) -> None:
    """One sentence on stderr."""
    print(f"error: {sentence}", file=sys.stderr)


def note(sentence: str) -> None:
    """A note on stderr."""
    print(f"note: {sentence}", file=sys.stderr)


def _show_warning(message: Any, category: type[Warning], *_: Any, **__: Any) -> None:
    prefix = "" if category.__name__ == "UnitNote" else f"{category.__name__}: "
    note(prefix + str(message))


def console() -> "Console":
    """A rich console on today's stdout; brackets and colons in data are text."""
    from rich.console import Console

    return Console(file=sys.stdout, markup=False, emoji=False, highlight=False)


@contextmanager
def progress(text: str) -> Iterator[Callable[[int, int], None] | None]:
    """A callback (done, total) that moves a bar on a terminal; None in a pipe."""
    if not (sys.stderr.isatty() and sys.stdout.isatty()):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(text, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
