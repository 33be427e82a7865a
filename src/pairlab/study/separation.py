"""Which observable tells two mechanisms apart best: differences in units of an error.

The error is the measured one where a measurement is given, and otherwise an assumed resolution: a
share of the larger of the two values, or of the largest value of the two curves. Numerical errors
alone would be meaningless here, since they are many orders of magnitude smaller than what any
experiment resolves; they are added in quadrature, so that a difference never counts as more than
the numbers can carry.
"""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from pairlab.quantities import ABSCISSAS

MEASURED, ASSUMED = "measured", "assumed"


def separations(data: xr.Dataset, resolution: Mapping[str, float]) -> xr.Dataset:
    """The largest difference of each pair of mechanisms in each observable, in units of its error.

    Args:
        data: values and errors over the dimension `mechanism`, and `<name>_at_measured` with
            `measured_<name>_error` over `point` where errors were measured.
        resolution: observable -> the error assumed where none was measured, as a share.

    Returns, over (observable, mechanism, other_mechanism):
        separation: the largest |difference| over its error; nan where one of the two has no number.
        separation_value: the value of `mechanism` there. separation_place: where that is, in words.
    and error_used (observable), "measured" or "assumed, 5 % of the largest value", and
    best_observable (mechanism, other_mechanism), the one with the largest separation.
    """
    names = [name for name in resolution if name in data]
    labels = data.mechanism.values
    shape = len(names), len(labels), len(labels)
    separation, value = np.full(shape, np.nan), np.full(shape, np.nan)
    place = np.full(shape, "", dtype="U64")
    errors = []
    for i, name in enumerate(names):
        curve, sigma, error = _curve(data, name, resolution[name])
        errors.append(error)
        for j, k in np.ndindex(shape[1:]):
            if j != k:
                found = _largest(curve, sigma, j, k)
                separation[i, j, k], value[i, j, k], place[i, j, k] = found
    dims = "observable", "mechanism", "other_mechanism"
    best = np.where(
        np.isfinite(separation).any(0),
        np.array([*names, ""])[np.nan_to_num(separation, nan=-1.0).argmax(0)],
        "",
    )
    label = "largest difference in units of its error"
    return xr.Dataset(
        {
            "separation": (dims, separation, {"units": "1", "long_name": label}),
            "separation_value": (dims, value, {"long_name": "the value of `mechanism` there"}),
            "separation_place": (dims, place, {"long_name": "where the difference is largest"}),
            "error_used": ("observable", errors, {"long_name": "the error used"}),
            "best_observable": (dims[1:], best, {"long_name": "what tells the two apart best"}),
        },
        {"observable": names, "other_mechanism": labels},
    )


def best_for_all(separation: xr.DataArray) -> str:
    """The observable whose smallest separation over all pairs is largest; "" where there is none.

    Args:
        separation: (observable, mechanism, other_mechanism), from `separations`.
    """
    count = separation.sizes["mechanism"]
    values = separation.values.reshape(-1, count * count)[:, ~np.eye(count, dtype=bool).ravel()]
    smallest = np.where(np.isfinite(values).all(1), np.nan_to_num(values).min(1, initial=1e300), -1)
    if not values.size or smallest.max() <= 0:
        return ""
    return str(separation.observable.values[smallest.argmax()])


def _curve(data: xr.Dataset, name: str, share: float) -> tuple[xr.Dataset, np.ndarray | float, str]:
    """Values of all mechanisms where they are compared, the measured error there or the share."""
    measured = data.get(f"measured_{name}_error")
    if measured is not None and f"{name}_at_measured" in data:
        points = data[[f"{name}_at_measured", f"{name}_at_measured_error"]]
        curve = points.rename({f"{name}_at_measured{x}": f"value{x}" for x in ("", "_error")})
        held = [str(n) for n in data.data_vars if str(n) in _HELD and data[n].dims == ("point",)]
        return curve.assign_coords({n: data[n] for n in held}), measured.values, MEASURED
    curve = data[[name, f"{name}_error"]].rename({name: "value", f"{name}_error": "value_error"})
    of = "the largest value" if curve["value"].ndim > 1 else "the value"
    return curve, share, f"{ASSUMED}, {100 * share:g} % of {of}"


_HELD = ("measured_temperature", "measured_field")


def _largest(
    curve: xr.Dataset, sigma: np.ndarray | float, first: int, second: int
) -> tuple[float, float, str]:
    """Separation, value of the first, and place, of one pair."""
    one, other = curve.isel(mechanism=first), curve.isel(mechanism=second)
    a, b = one["value"].values, other["value"].values
    both = np.isfinite(a - b + sigma)
    if not both.any():
        return np.nan, np.nan, ""
    if isinstance(sigma, float):
        sigma = sigma * max(np.abs(a[both]).max(), np.abs(b[both]).max())
    numerical = (np.nan_to_num(part["value_error"].values) for part in (one, other))
    total = np.sqrt(sigma**2 + sum(error**2 for error in numerical))
    difference = np.where(both, np.abs(a - b), np.nan)
    ratio = np.divide(difference, total, out=np.asarray(0.0 * difference), where=difference > 0)
    at = np.unravel_index(np.nanargmax(ratio), ratio.shape)
    return float(ratio[at]), float(a[at]), _place(one["value"], at)


def _place(values: xr.DataArray, at: tuple[np.intp, ...]) -> str:
    """ "at 4.2 K" of one point of a curve; "" of a single number."""
    there = values[tuple(int(i) for i in at)]
    words = []
    for name, coordinate in there.coords.items():
        axis = str(name).removeprefix("measured_")
        if axis in ABSCISSAS:
            words.append(f"{float(coordinate):.4g} {ABSCISSAS[axis].unit}")
    return "at " + " and ".join(words) if words else ""


def caption(data: xr.Dataset) -> str:
    """A sentence on the errors that separations are counted in."""
    kinds: dict[str, list[str]] = {}
    for name, error in zip(data.observable.values, data.error_used.values, strict=True):
        kinds.setdefault(str(error), []).append(str(name).replace("_", " "))
    ordered = sorted(kinds.items(), key=lambda item: item[0] != MEASURED)
    parts = [f"{error} ({', '.join(names)})" for error, names in ordered]
    return "Errors used for differences: " + "; ".join(parts) + "."
