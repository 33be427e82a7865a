"""The words of a figure: labels with units, from what a dataset says of itself."""

import re
import tomllib
from typing import Any

import xarray as xr

SPACE = "\u00a0"
"""Between the factors of a unit, which no line break may separate."""

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

_NAMES = {
    "lifshitz": "Lifshitz parameter η",
    "energy_lifshitz": "Lifshitz parameter η",
    "kz": "wavevector across the wires",
    "critical_temperature": "critical temperature",
    "density_of_states": "density of states per spin",
    "mu_star": "Coulomb pseudopotential μ*",
}
"""Names of variables that read better than the name itself, where a dataset has no long_name."""

_LIFSHITZ = "Lifshitz parameter"
_SYMBOLS = {
    "Lifshitz parameter η": _LIFSHITZ,
    _LIFSHITZ: "Lifshitz parameter η",
    "2 Delta": "2Δ",
    "Delta": "Δ",
    "(k Tc)": "kTc",
    "gamma": "γ",
    "alpha": "α",
}
"""What a dataset spells in ASCII, and its printed form."""

_ABBREVIATION = 4
"""A key of a mechanism as short as this is an abbreviation."""

_PREFIXES = ("dome_", "measured_")


def plain_name(name: str) -> str:
    """The name of a variable without what the report put before it."""
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return name


def describe_name(variable: xr.DataArray) -> str:
    """What a variable is, in words that begin with a capital letter."""
    words = words_for(variable)
    return words[:1].upper() + words[1:]


def words_for(variable: xr.DataArray) -> str:
    """What a variable is, in words for the middle of a sentence."""
    name = plain_name(str(variable.name))
    given = str(variable.attrs.get("long_name", ""))
    spelled = name.replace("_", " ")
    in_words = given not in ("", name, spelled) and "_" not in given
    itself = name.removeprefix("other_")
    words = given if in_words else _NAMES.get(itself, itself.replace("_", " "))
    words = printed(words)
    if name.startswith("other_") and not words.startswith("other"):
        words = "other " + words
    return words


def printed(words: str) -> str:
    """Words with their symbols as they are printed: "2 Delta" becomes "2Δ"."""
    for ascii_text, symbol in _SYMBOLS.items():
        words = words.replace(ascii_text, symbol)
    return words


def unit_text(unit: str) -> str:
    """A unit as it is printed: "1/(meV nm^2)" becomes "meV⁻¹ nm⁻²"; "" for a pure number."""
    if unit in ("", "1", "dimensionless"):
        return ""
    unit = unit.replace("pi/", "π/")
    over = re.fullmatch(r"([^/]+)/\(?([^()/]+)\)?", unit)
    if over is None or over[1] == "π":
        unit = re.sub(r"\^\(?(-?\d+)\)?", lambda m: m[1].translate(_SUPERSCRIPT), unit)
        return unit.replace(" ", SPACE)
    above = "" if over[1].strip() == "1" else unit_text(over[1].strip()) + SPACE
    below = []
    for factor in over[2].split(" "):
        base, _, power = factor.partition("^")
        below.append(base + f"-{power or 1}".translate(_SUPERSCRIPT))
    return above + SPACE.join(below)


def axis_label(variable: xr.DataArray) -> str:
    """Name and unit: "Critical temperature (K)"."""
    unit = unit_text(str(variable.attrs.get("units", "")))
    return describe_name(variable) + (f" ({unit})" if unit else "")


def value_text(value: Any, unit: str = "") -> str:
    """A coordinate as a legend shows it."""
    if isinstance(value, str):
        return value
    printed = unit_text(unit)
    return f"{float(value):.4g}".replace("-", "−") + (f" {printed}" if printed else "")


def parameters(dataset: xr.Dataset) -> dict[str, Any]:
    """The parameters that the dataset was calculated for, by name; empty where it does not say."""
    return _parameters(str(dataset.attrs.get("config", "")))


def _parameters(config: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(config).get("parameters", {})
    except tomllib.TOMLDecodeError:
        return {}
    return table if isinstance(table, dict) else {}


def is_normal(dataset: xr.Dataset) -> bool:
    """Whether a dataset of one parameter set is known to be without superconductivity."""
    tc = dataset.get("critical_temperature")
    return tc is not None and tc.ndim == 0 and bool(tc == 0)


def headline(dataset: xr.Dataset) -> str:
    """What the figure is about and its most important numbers."""
    if "title" in dataset.attrs:
        return str(dataset.attrs["title"])
    words = [str(dataset.attrs.get("mechanism", "")).replace("_", " ")]
    words = [w.upper() if len(w) <= _ABBREVIATION else w[:1].upper() + w[1:] for w in words if w]
    given = parameters(dataset)
    # Of "Li, bcc, a = 0.349 nm" what a title has room for.
    named = [str(v.get("name", "")).split(",")[0] for v in given.values() if isinstance(v, dict)]
    material = given.get("material", next(iter(named), None))
    if words and isinstance(material, str) and material:
        words[0] += f", {material}"
    tc = dataset.get("critical_temperature")
    if is_normal(dataset):
        words.append("no superconductivity (Tc < 1e-6 K)")
    elif tc is not None and tc.ndim == 0 and tc.notnull():
        words.append(f"Tc = {float(tc):.4g} K")
    alpha = dataset.get("isotope_coefficient")
    if alpha is not None and alpha.ndim == 0 and alpha.notnull():
        words.append(f"isotope coefficient {float(alpha):.3g}")
    return ": ".join(words[:2]) + "".join(f", {word}" for word in words[2:])


def swept(dataset: xr.Dataset) -> set[str]:
    """The parameters that every curve of a figure runs over: none has one value."""
    over = [set(map(str, values.dims)) for values in dataset.data_vars.values() if values.ndim]
    return {plain_name(name) for name in set.intersection(*over)} if over else set()


def footer(dataset: xr.Dataset) -> str:
    """Caption, mechanism with its parameters, program version and status, and what to cite.

    Parameters that the figure runs over are left out; so are sources, but for those of a paper.
    """
    attrs = dataset.attrs
    lines = [str(attrs["caption"])] if attrs.get("caption") else []
    values = ", ".join(_written_parameters(str(attrs.get("config", "")), swept(dataset)))
    made = [f"pairlab {attrs['pairlab_version']}"] if "pairlab_version" in attrs else []
    if "mechanism" in attrs:
        made.append(f"{attrs['mechanism']}" + (f": {values}" if values else ""))
    if made:
        lines.append(", ".join(made) + ".")
    if attrs.get("status"):
        lines.append(f"Status: {str(attrs['status']).rstrip('.')}.")
    if "paper" in attrs and attrs.get("cite"):
        # A set of formulas has figures of its own: its data say `cite_as`.
        role = attrs.get("cite_as", "Counterpart of a figure in")
        lines.append(f"{role}: {'; '.join(map(str, attrs['cite']))}.")
    return "\n".join(lines)


def _is_named(value: Any) -> bool:
    """A crystal or a curve, too long to be written out."""
    return isinstance(value, dict) and "name" in value


def _written_parameters(config: str, without: set[str]) -> list[str]:
    """ "well_width = 0.85 nm" from each line of a run file, whose comments are the units."""
    units = dict(re.findall(r"^(\w+) = .*#\s*(.+)$", config, re.MULTILINE))
    return [
        f"{name} = {value:.6g} {units.get(name, '')}".strip()
        if isinstance(value, float)
        else f"{name} = {(value['name'] or 'given') if _is_named(value) else value}"
        for name, value in _parameters(config).items()
        if value != "" and name not in without
    ]
