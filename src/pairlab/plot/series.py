"""Numbers with result codes as series: what cannot be trusted is never drawn as if it could."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from pairlab.plot import description as d
from pairlab.plot.style import BAD_COLOUR
from pairlab.solution import CODES, Result

_SPARSE = 15
"""A curve through fewer points than this shows them."""

_VISIBLE = 0.004
"""An error estimate below this share of what the panel spans is thinner than the line."""


def result_codes(dataset: xr.Dataset, name: str) -> xr.DataArray | None:
    """The codes that belong to a variable: `<name>_result_code`, or common ones."""
    own = dataset.get(f"{name}_result_code")
    if own is not None:
        return own
    for stem, codes in _common_codes(dataset).items():
        if stem not in dataset and set(codes.dims) <= set(dataset[name].dims):
            return codes
    return None


def _common_codes(dataset: xr.Dataset) -> dict[str, xr.DataArray]:
    """Codes that several variables share, such as `result_code` or `thermodynamics_result_code`."""
    return {
        str(name).removesuffix("result_code").removesuffix("_"): values
        for name, values in dataset.data_vars.items()
        if str(name).endswith("result_code")
    }


@dataclass(frozen=True, eq=False)
class Trust:
    """What each point of a variable is worth: four booleans of its shape.

    good: it can be used. poor: a value that is not to its promised accuracy. missing: a calculation
    that failed. normal: known to be without superconductivity, which is a good result.
    """

    good: np.ndarray
    poor: np.ndarray
    missing: np.ndarray
    normal: np.ndarray


def trusted(dataset: xr.Dataset, name: str) -> Trust:
    """What each point of `dataset[name]` is worth.

    A code that this version does not know is not good; a nan without a code is a place where there
    is nothing.
    """
    values = dataset[name]
    codes = result_codes(dataset, name)
    finite = np.isfinite(values.values)
    if codes is None:
        good, normal = np.ones(values.shape, bool), np.zeros(values.shape, bool)
    else:
        kinds = _kinds(codes)
        if codes.dims != values.dims:
            codes = codes.broadcast_like(values).transpose(*values.dims)
        good, normal = (
            np.isin(codes.values, chosen)
            for chosen in (
                [code for code, kind in kinds.items() if kind.is_good],
                [code for code, kind in kinds.items() if kind is Result.NO_SUPERCONDUCTIVITY],
            )
        )
    return Trust(good=good & finite, poor=~good & finite, missing=~finite & ~good, normal=normal)


def _kinds(codes: xr.DataArray) -> dict[int, Result]:
    """Results by code, as the dataset's own flags say or else as this version has them."""
    names = str(codes.attrs.get("flag_meanings", "")).split()
    if not names:
        return dict(enumerate(CODES))
    flags = np.atleast_1d(codes.attrs.get("flag_values", np.arange(len(names))))
    known = Result.__members__
    return {
        int(flag): known[name] for flag, name in zip(flags, names, strict=False) if name in known
    }


def curve(
    x: np.ndarray,
    y: np.ndarray,
    trust: Trust,
    *,
    error: np.ndarray | None = None,
    label: str = "",
    colour: str = "blue",
    dash: d.Dash = "solid",
    heavy: bool = False,
    log: bool = False,
) -> tuple[d.Series, ...]:
    """One curve: a line through the good points only, and marks at all others.

    Args:
        x, y: shape (point,). trust: from `trusted`, with the same points.
        error: of y, drawn where it would be seen. log: whether y is drawn on a logarithmic scale,
            where a temperature of zero has no place.
    """
    good, poor, missing = trust.good, trust.poor, trust.missing
    off_scale = trust.normal & ((y <= 0) if log else ~np.isfinite(y))
    drawn = good & ~(log & (y <= 0))
    series: list[d.Series] = [
        d.Line(x, np.where(drawn, y, np.nan), label, colour, dash=dash, heavy=heavy)
    ]
    neighbours = np.append(drawn[1:], False) | np.append(False, drawn[:-1])
    dots = drawn & (~neighbours | (len(x) < _SPARSE))
    if dots.any():
        series.append(d.Points(x[dots], y[dots], "", colour, small=True))
    spread = np.ptp(y[drawn]) if drawn.any() else 0.0
    if error is not None and not log and drawn.any():
        error = np.where(drawn, error, np.nan)
        if np.nanmax(error, initial=0.0) > _VISIBLE * spread > 0:
            series.append(d.Band(x, y - error, y + error, "", colour))
    if poor.any():
        uncertain = None if error is None or log else np.asarray(error)[poor]
        series.append(
            d.Points(x[poor], y[poor], "inaccurate", BAD_COLOUR, "cross", y_error=uncertain)
        )
    if missing.any():
        series.append(d.EdgeMarks(x[missing], "no result", BAD_COLOUR, "cross"))
    if off_scale.any():
        series.append(d.EdgeMarks(x[off_scale], "no superconductivity", colour, "below"))
    return tuple(series)


def only_good(dataset: xr.Dataset, name: str) -> xr.DataArray:
    """A variable with nan at every point that is not good."""
    values, good = dataset[name], trusted(dataset, name).good
    return values.copy(data=np.where(good, values.values, np.nan))


def errors(dataset: xr.Dataset, name: str) -> np.ndarray | None:
    """The error estimates that belong to a variable, in its shape; None where it has none."""
    error = dataset.get(f"{name}_error")
    if error is None:
        return None
    if error.dims == dataset[name].dims:
        return error.values
    return error.broadcast_like(dataset[name]).transpose(*dataset[name].dims).values


def bars(
    dataset: xr.Dataset,
    name: str,
    x: np.ndarray,
    *,
    factor: float = 1.0,
    label: str = "",
    colour: str = "blue",
    width: float = 0.7,
) -> tuple[d.Series, ...]:
    """One bar for each good value of a one-dimensional variable, and marks at the others.

    Args:
        x: positions of the bars. factor: what values are multiplied by. width: of a bar.
    """
    trust, y = trusted(dataset, name), dataset[name].values * factor
    height = np.where(trust.good, y, np.nan)
    error = errors(dataset, name)
    if error is not None:
        largest = np.nanmax(np.abs(height), initial=0.0)
        error = np.where(error * factor > _VISIBLE * largest, error, 0) * factor
    seen = error is not None and bool(np.nan_to_num(error).any())
    series: list[d.Series] = [d.Bars(x, height, label, colour, error if seen else None, width)]
    poor, missing = trust.poor, trust.missing
    if poor.any():
        series.append(d.Points(x[poor], y[poor], "inaccurate", BAD_COLOUR, "cross"))
    if missing.any():
        series.append(d.EdgeMarks(x[missing], "no result", BAD_COLOUR, "cross"))
    return tuple(series)
