"""The mechanism that a verb is asked about."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pairlab.cli import parameters as options
from pairlab.cli import session

if TYPE_CHECKING:
    from pairlab.mechanisms._fields.base import Mechanism
    from pairlab.observables.registry import Observable


def mechanism_of(
    source: str,
    given: dict[str, str | None],
    more: Mapping[str, Any] | None = None,
    *,
    of: str | None = None,
) -> "Mechanism":
    """The mechanism of FILE, PRESET or MECHANISM, with the values on the line and `more`.

    of: the mechanism whose main input FILE is.
    """
    session.prepare()
    from pairlab.io.config import read_mechanism

    changes = {**options.changes(source, given, of), **(more or {})}
    return read_mechanism(source, changes, mechanism=of)


def offered(mechanism: "Mechanism", name: str) -> "Observable":
    """The observable of a name. Raises: CapabilityError where the mechanism lacks it."""
    from pairlab.observables.registry import observable, refusal

    asked = observable(name)
    missing = asked.missing(mechanism.posed)
    if missing is not None:
        raise refusal(mechanism, missing, asked.verb.replace("-", " "), verbs=True)
    return asked
