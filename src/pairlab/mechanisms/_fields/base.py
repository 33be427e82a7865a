"""What every mechanism shares: declared fields, validation, presets, text form.

A mechanism is one file: a frozen class with one `param` per field. From these fields come
validation, units, the TOML form, command-line options and `schema.json`.
"""

import abc
import math
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Literal,
    Protocol,
    Self,
    get_args,
    get_origin,
    runtime_checkable,
)

import pydantic

from pairlab import units
from pairlab.errors import InputError, did_you_mean
from pairlab.mechanisms._fields.toml_text import is_table, toml_line, toml_table

if TYPE_CHECKING:
    from pairlab.pairing.problem import Problem  # which needs NumPy


def param(
    default: Any = ...,
    *,
    unit: str = "",
    doc: str,
    symbol: str = "",
    source: str = "",
    gt: float | None = None,
    ge: float | None = None,
    lt: float | None = None,
    le: float | None = None,
) -> Any:
    """A field of a mechanism.

    Args:
        default: its value where none is given; `...` makes it required.
        unit: the unit of the number, "" for none.
        doc: one clause that says what it is.
        symbol: as in the source. source: where the default and the symbol come from.
        gt, ge, lt, le: bounds, exclusive and inclusive.
    """
    return pydantic.Field(
        default,
        description=doc,
        json_schema_extra={"unit": unit, "symbol": symbol, "source": source},
        gt=gt,
        ge=ge,
        lt=lt,
        le=le,
    )


class Mechanism(pydantic.BaseModel, abc.ABC):
    """A pairing mechanism with the values of its parameters: physics and units, no grid.

    Subclasses are final. What a mechanism offers is told by the problem that it hands over: see
    `pairlab.pairing.problem`.
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    key: ClassVar[str]
    title: ClassVar[str]
    cite: ClassVar[tuple[str, ...]]
    status: ClassVar[str]
    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    report_axes: ClassVar[Mapping[str, Sequence[float]]] = {}
    """Fields (at most two) over which `pairlab.run` draws the critical temperature."""

    def __init__(self, *positional: Any, **values: Any) -> None:
        if positional:
            first = next(iter(type(self).model_fields))
            raise InputError(
                what=f"{type(self).__name__}({', '.join(map(repr, positional))})",
                why="parameters are given by name, so that none is mistaken for another",
                remedy=f"write for example {type(self).__name__}({first}=..., ...), or begin with "
                "a preset",
            )
        try:
            pydantic.BaseModel.__init__(self, **_as_numbers(type(self), values))
        except pydantic.ValidationError as error:
            raise _sentence(type(self), error) from None

    def __setattr__(self, name: str, value: Any) -> None:
        raise InputError(
            what=f"{self.key}: {name} cannot be set",
            why="a mechanism does not change once it is made",
            remedy=f"make another one with mechanism.replace({name}={value!r})",
        )

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    @abc.abstractmethod
    def problem(self) -> "Problem":
        """The mechanism as a problem, made anew."""

    @cached_property
    def posed(self) -> "Problem":
        """The problem, made once."""
        return self.problem()

    def __getstate__(self) -> dict[Any, Any]:
        state = pydantic.BaseModel.__getstate__(self)
        kept = {name: value for name, value in state["__dict__"].items() if name != "posed"}
        return {**state, "__dict__": kept}

    @classmethod
    def preset(cls, name: str, **changes: Any) -> Self:
        """A published parameter set, with changes.

        Raises: InputError for an unknown preset or a bad value.
        """
        if name not in cls.presets:
            raise InputError(
                what=f'{cls.__name__} has no preset "{name}"',
                why="presets are named parameter sets of one mechanism",
                remedy=did_you_mean(name, cls.presets),
            )
        return cls(**{**cls.presets[name], **changes})

    def replace(self, **changes: Any) -> Self:
        """The same mechanism with some parameters changed, validated again."""
        # What was read from a file goes along as it is, with all that was calculated of it.
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**{k: v for k, v in values.items() if v is not None} | changes)

    def parameters(self) -> dict[str, Any]:
        """The parameters that are set, by name, as plain numbers, lists and strings."""
        return {k: v for k, v in self.model_dump(mode="json").items() if v is not None}

    def to_toml(self) -> str:
        """The run file that gives this mechanism back through `pairlab.load`."""
        lines = [f'mechanism = "{self.key}"', "", "[parameters]"]
        tables = []
        for name, value in self.parameters().items():
            unit = field_extra(type(self), name)["unit"]
            if value == type(self).model_fields[name].get_default() == "":
                continue  # a text that says nothing
            if is_table(value):
                tables += ["", toml_table(name, value)]  # a table ends the list of parameters
                continue
            text = toml_line(name, value)
            plain = unit and isinstance(value, int | float)
            lines.append(f"{text}  # {unit}" if plain else text)
        return "\n".join(lines + tables) + "\n"


@runtime_checkable
class HasMaterial(Protocol):
    """A mechanism that names the material whose measured data are shown beside its results."""

    @property
    def material(self) -> str: ...


def field_extra(cls: type[Mechanism], name: str) -> dict[str, str]:
    """Unit, symbol and source of a field."""
    extra = cls.model_fields[name].json_schema_extra
    known = {"unit": "", "symbol": "", "source": ""}
    return known | {k: str(v) for k, v in extra.items()} if isinstance(extra, dict) else known


@cache
def is_numeric(cls: type[Mechanism], name: str) -> bool:
    """Whether a field holds a number or numbers (and so may carry a unit)."""
    return _holds_numbers(cls.model_fields[name].annotation)


@cache
def choices(cls: type[Mechanism], name: str) -> tuple[str, ...]:
    """The words that a field takes, besides numbers or alone."""
    return tuple(word for word in _words(cls.model_fields[name].annotation))


@cache
def read_with(cls: type[Mechanism], name: str) -> str:
    """The function that reads a field from a file; "" for what stands in a run file itself."""
    return next(filter(None, (getattr(kind, "read_with", "") for kind in kinds(cls, name))), "")


def kinds(cls: type[Mechanism], name: str) -> tuple[Any, ...]:
    """The types that a field may have, and those of the items of a list."""
    annotation = cls.model_fields[name].annotation
    every = (annotation, *get_args(annotation))
    return (*every, *(item for kind in every if holds_items(kind) for item in get_args(kind)))


def holds_items(kind: Any) -> bool:
    """Whether a type is that of a list."""
    return get_origin(kind) in (tuple, list)


def _words(annotation: Any) -> list[str]:
    inner = get_args(annotation)
    if get_origin(annotation) is Literal:
        return [word for word in inner if isinstance(word, str)]
    return [word for part in inner for word in _words(part)]


def _holds_numbers(annotation: Any) -> bool:
    if get_origin(annotation) is Literal:
        return False
    inner = get_args(annotation)
    return annotation in (int, float) or any(_holds_numbers(part) for part in inner)


def _as_numbers(cls: type[Mechanism], values: dict[str, Any]) -> dict[str, Any]:
    """Text such as "330 meV" in numeric fields becomes numbers in the field's unit."""
    unknown = sorted(set(values) - set(cls.model_fields))
    if unknown:
        raise InputError(
            what=f'{cls.key} has no parameter "{unknown[0]}"',
            why="a misspelt parameter would otherwise be ignored in silence",
            remedy=did_you_mean(unknown[0], cls.model_fields),
        )

    def convert(name: str, value: Any) -> Any:
        if isinstance(value, bool) and is_numeric(cls, name):
            raise InputError(
                what=f"{cls.key}: {name} = {str(value).lower()}",
                why="a truth value is not a number",
                remedy=f"give {name} as a number",
            )
        if isinstance(value, str) and is_numeric(cls, name) and value not in choices(cls, name):
            number, note = units.parse(
                value, unit=field_extra(cls, name)["unit"], field=name, example=_example(cls, name)
            )
            if note:
                units.notify(note)
            return number
        reader = read_with(cls, name)
        if isinstance(value, str) and reader:
            raise InputError(
                what=f"{cls.key}: {name} = {value!r}",
                why=f"{name} is the content of a file, not its name",
                remedy=f"read it: {name}={reader}({value!r}), or name the file in a run file or on "
                "the command line",
            )
        if isinstance(value, list | tuple):
            return [convert(name, item) for item in value]
        return value

    return {name: convert(name, value) for name, value in values.items()}


def _example(cls: type[Mechanism], name: str) -> float:
    """A number that the field takes: a preset's, its default, or one within its bounds."""
    default = cls.model_fields[name].get_default()
    for value in (*(preset.get(name) for preset in cls.presets.values()), default):
        if isinstance(value, int | float):
            return float(value)
    limits = bounds(cls, name)
    lowest = max(limits.get("ge", -math.inf), limits.get("gt", -math.inf))
    highest = min(limits.get("le", math.inf), limits.get("lt", math.inf))
    if lowest < 1.0 < highest:
        return 1.0
    return lowest + 1.0 if math.isinf(highest) else (max(lowest, highest - 2.0) + highest) / 2


def _sentence(cls: type[Mechanism], error: pydantic.ValidationError) -> InputError:
    """The first problem that validation found, as a sentence."""
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    name = place[0] if place else cls.key
    value = first.get("input")
    message = first["msg"].removeprefix("Value error, ")
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, InputError):
        return cause
    if first["type"] == "missing":
        unit = field_extra(cls, name)["unit"]
        return InputError(
            what=f"{cls.key}: {name} is missing",
            why=f"{cls.model_fields[name].description}; it has no default",
            remedy=f"give {name}" + (f" in {unit}" if unit else ""),
        )
    if not place:
        return InputError(what=cls.key, why=message, remedy="change the parameters accordingly")
    extra = field_extra(cls, name)
    unit = f" {extra['unit']}" if extra["unit"] else ""
    shown = value if isinstance(value, str) else f"{value!r}{unit}"
    if isinstance(value, float) and not math.isfinite(value):
        message = "it is not a finite number"
    known = choices(cls, name)
    remedy = (
        did_you_mean(str(value), known)
        if known and not is_numeric(cls, name)
        else f"{name} is {cls.model_fields[name].description}: {_range(cls, name)}"
    )
    return InputError(
        what=f"{cls.key}: {name} = {shown}",
        why=message[:1].lower() + message[1:],
        remedy=remedy.rstrip("."),
    )


def bounds(cls: type[Mechanism], name: str) -> dict[str, float]:
    """The bounds of a field: some of gt, ge, lt, le."""
    found = {}
    for item in cls.model_fields[name].metadata:
        for bound in ("gt", "ge", "lt", "le"):
            value = getattr(item, bound, None)
            if value is not None:
                found[bound] = float(value)
    return found


def _range(cls: type[Mechanism], name: str) -> str:
    words = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
    limits = " and ".join(f"{words[k]} {v:g}" for k, v in bounds(cls, name).items())
    unit = field_extra(cls, name)["unit"]
    return f"give a value {limits}".rstrip() + (f", in {unit}" if unit else "")
