"""The counterparts of a paper's figures, drawn from the numbers that the ledger computed."""

from collections.abc import Mapping
from pathlib import Path

import xarray as xr

from pairlab.errors import InputError, OutputError
from pairlab.plot.figures import describe

_CURVES = 12
"""A paper's figure has chosen its curves: all are drawn."""


def draw(figure_data: Mapping[str, xr.Dataset], folder: str | Path) -> list[Path]:
    """One PNG for each dataset, named after its key.

    Args:
        figure_data: key -> dataset; its variables and dimensions choose the panels, its `title` and
            `caption` attributes become headline and footer.
        folder: where the files go; it is made if it does not exist.

    Returns: the files, in the order of the data.

    Raises: InputError where a dataset has nothing to draw or a key is no file name; OutputError.
    """
    from pairlab.plot.matplotlib_backend import render, save

    folder = Path(folder)
    for key in figure_data:
        if not key or Path(key).name != key:
            raise InputError(
                what=f"cannot draw the figure {key!r}",
                why="its key becomes a file name, and this is none",
                remedy='use a key such as "figure_8"',
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            what=f"cannot write figures to {folder}",
            why=(error.strerror or str(error)).lower(),
            remedy="give a folder that you may write to",
        ) from error
    return [
        save(render(describe(dataset, curves=_CURVES)), folder / f"{key}.png")
        for key, dataset in figure_data.items()
    ]
