"""Standing waves as a table: which directions of a crystal meet the Fermi energy."""

import numpy as np
import xarray as xr
from rich.console import Console
from rich.text import Text

from pairlab.cli import tables

_ROWS = 12

_COLUMNS = {
    "repeat_distance": ("R", 1.0),
    "multiplicity": ("mult.", 1.0),
    "standing_wave_energy": ("E_l", 1e-3),
    "fermi_mismatch": ("E_F-E_l", 1e-3),
    "thermal_constant": ("C", 1.0),
    "conservation_temperature": ("T(3.11)", 1.0),
    "condensation_temperature": ("T_BEC", 1.0),
    "wave_critical_temperature": ("Tc", 1.0),
}
"""Headings short enough for a terminal of 80 columns; units stand above the table."""


def show(out: Console, dataset: xr.Dataset) -> None:
    """The levels nearest to E_F, one line each, and the verdicts below."""
    nearest = dataset.isel(wave=slice(_ROWS))
    names = [name for name in _COLUMNS if name in dataset and nearest[name].notnull().any()]
    if dataset.multiplicity.max() == 0:
        names.remove("multiplicity")
    table = tables.grid(
        ("along", "left"), *((_COLUMNS[name][0], "right") for name in names),
        title="Standing waves",
    )  # fmt: skip
    for i in range(nearest.sizes["wave"]):
        row = nearest.isel(wave=i)
        cells = [_cell(float(row[name]) * _COLUMNS[name][1]) for name in names]
        table.add_row(str(row.wave.item()), *cells)
    fermi, density = float(dataset.fermi_energy) * 1e-3, float(dataset.electron_density)
    out.print(f"E_F = {fermi:.6g} eV, {density:.5g} electrons per nm^3.", highlight=False)
    out.print("R in nm, energies in eV, temperatures in K; mult.: directions, both senses.")
    if "band_bottom" in dataset:
        bottom, error = (float(dataset[f"band_bottom{x}"]) * 1e-3 for x in ("", "_error"))
        out.print(f"The band begins at {bottom:.6g} eV of the file, known to {error:.2g} eV.")
    out.print(table)
    if "pairing_temperature" in dataset:
        out.print(f"Pairs break at T* = {float(dataset.pairing_temperature[0]):.4g} K.")
    left = dataset.sizes["wave"] - _ROWS
    if left > 0:
        out.print(Text(f"{left} more, farther from E_F, are in the result file.", style="dim"))
    texts = dataset.wave_verdict.values.astype(str)
    for verdict in dict.fromkeys(texts):
        where = dataset.wave.values[texts == verdict]
        named = "; ".join(map(str, where[:_ROWS])) + ("; ..." if len(where) > _ROWS else "")
        whole = len(where) == len(texts) > 1
        out.print(f"{'all' if whole else named}: {verdict}", soft_wrap=False, highlight=False)


def _cell(value: float) -> str:
    if np.isposinf(value):
        return "never"  # of the temperature at which single electrons fill the gap
    if not np.isfinite(value):
        return "-"
    return f"{value:.4g}" if 1e-3 <= abs(value) < 1e5 or value == 0 else f"{value:.1e}"
