"""The ledger of a paper on the terminal."""

import numpy as np
import xarray as xr
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from pairlab.cli import tables

_STYLES = {"reproduced": "green", "not reproduced": "red", "contradicts itself": "magenta"}
"""Of verdicts; any other is yellow."""


def undecided(dataset: xr.Dataset) -> list[str]:
    """Entries with a printed number for which none could be calculated."""
    missing = np.isnan(dataset.computed_value) & np.isfinite(dataset.printed_value)
    return [
        f"{where}, {quantity}: no number could be calculated"
        for where, quantity in zip(
            dataset["where"].values[missing.values],
            dataset["quantity"].values[missing.values],
            strict=True,
        )
    ]


def show(out: Console, dataset: xr.Dataset) -> None:
    """Every entry with its verdict and why, and the count of each verdict."""
    out.print(Text(str(dataset.attrs.get("title", "")), style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    names = [str(n) for n, values in dataset.data_vars.items() if values.dims == ("entry",)]
    for i in range(dataset.sizes["entry"]):
        entry = {name: dataset[name].values[i] for name in names}
        verdict = str(entry["verdict"])
        table.add_row(Text(verdict, style=_STYLES.get(verdict, "yellow")), _entry(entry))
    out.print(table)
    verdicts, counts = np.unique(dataset["verdict"].values.astype(str), return_counts=True)
    out.print(", ".join(f"{n} {verdict}" for verdict, n in zip(verdicts, counts, strict=True)))


def _entry(entry: dict[str, object]) -> Group:
    error = float(str(entry["error"]))
    unit = f" {entry['unit']}".rstrip()
    numerical = f" (numerical error {tables.shown_error(error)}{unit})" if error > 0 else ""
    how = "elsewhere" if entry["computed_how"] == "quoted" else "computed"
    return Group(
        Text.assemble((str(entry["quantity"]), "bold"), f" ({entry['where']})"),
        Text(f"printed {entry['printed']}; {how} {entry['computed_text']}{numerical}"),
        Text(f"{entry['why']}\n", style="dim"),
    )
