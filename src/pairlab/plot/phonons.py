"""The electron-phonon spectrum with the part of lambda below each frequency."""

import xarray as xr

from pairlab.plot import description as d


def phonon_panels(dataset: xr.Dataset) -> list[d.Panel]:
    """alpha^2F(w) and lambda(w) on one axis: both are pure numbers of order one."""
    frequency = dataset.phonon_frequency.values
    series: list[d.Series] = [d.Line(frequency, dataset.alpha2f.values, "α²F", heavy=True)]
    if "cumulative_coupling" in dataset:
        part = dataset.cumulative_coupling.values
        series.append(d.Line(frequency, part, "λ up to here", "vermillion", "dashed"))
    return [
        d.Panel(
            d.Axis("Phonon frequency (meV)", limits=(0.0, float(frequency.max()))),
            d.Axis("α²F and λ", limits=(0.0, None)),
            tuple(series),
            title="Electron-phonon spectrum",
        )
    ]
