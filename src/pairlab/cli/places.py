"""Where results go: the names that -o gives, and what is said of files that were there before."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pairlab.errors import InputError
from pairlab.io.atomic import check_writable

IMAGES = (".png", ".pdf", ".svg", ".eps", ".jpg", ".jpeg", ".tif", ".tiff", ".webp")
"""Endings that ask for a figure."""


@dataclass(frozen=True)
class Files:
    """What a verb writes, and which of it was there before; checked, before any calculation.

    data: a result file or "". figure: an image or "".
    """

    data: str
    figure: str
    replaced: frozenset[str]

    @property
    def names(self) -> list[str]:
        """The files, the result file first."""
        return [name for name in (self.data, self.figure) if name]

    def sentence(self, also: str = "") -> str:
        """"wrote a.nc and a.png", or "replaced" where there was such a file; "" for no file."""
        kinds = {
            "wrote": [name for name in self.names if name not in self.replaced],
            "replaced": [name for name in self.names if name in self.replaced],
        }
        said = ", ".join(f"{verb} {' and '.join(names)}" for verb, names in kinds.items() if names)
        return said + also


def files(*names: str) -> Files:
    """The files of these names ("" for none). Raises: OutputError where one cannot be written."""
    data, figure = (*names, "")[:2]
    for name in filter(None, (data, figure)):
        check_writable(name)
    there = frozenset(name for name in (data, figure) if name and Path(name).exists())
    return Files(data, figure, there)


def stem(source: str) -> str:
    """NAME for files: a preset's or mechanism's name, a file's name without its ending."""
    return Path(source).stem if os.sep in source or Path(source).suffix else source


def base(output: str | None, name: str, *, into_folders: bool = True) -> str:
    """A path without its ending .nc or that of an image; other dots belong to the name.

    output: as given with -o. into_folders: a folder takes `name` into it.
    """
    if output is None:
        return name
    if into_folders and (Path(output).is_dir() or output.endswith(os.sep)):
        return str(Path(output, name))
    if Path(output).suffix.lower() not in (".nc", *IMAGES):
        return output
    return str(Path(output).with_suffix(""))


def report_files(output: str | None, name: str, *, draw: bool | None) -> Files:
    """The result file of `run` or `sweep`, and its figure.

    draw: True and False are asked for on the line; None leaves it to the name given with -o.

    Raises: InputError where an image is named and no figure wanted, OutputError.
    """
    ending = _image_ending(output)
    if ending and draw is False:
        raise InputError(
            what=f"-o {output} with --no-plot",
            why="the one asks for a figure and the other for none",
            remedy="leave one of them out",
        )
    root = base(output, name)
    return files(f"{root}.nc", root + (ending or ".png") if draw or ending else "")


def figure_files(output: str | None, name: str, *, draw: bool, data: bool) -> Files:
    """The figure of `tc` or `gap`, and, where the verb has a dataset, the result file.

    An image that is named with -o is drawn; a name in .nc is a result file where `data` allows it.

    Raises: InputError for any other ending, OutputError.
    """
    if output is None or Path(output).is_dir() or output.endswith(os.sep):
        root = base(output, name)
        return files("", f"{root}.png" if draw or output else "")
    if _image_ending(output):
        return files("", output)
    if data and Path(output).suffix == ".nc":
        return files(output, str(Path(output).with_suffix(".png")) if draw else "")
    result = "a result file (.nc) or " if data else ""
    raise InputError(
        what=f"-o {output}",
        why=f"it is the name of {result}an image ({', '.join(IMAGES[:3])}), and this is none",
        remedy="end the name in " + (".nc, " if data else "") + ".png, .pdf or .svg",
    )


def _image_ending(output: str | None) -> str:
    suffix = Path(output).suffix if output else ""
    return suffix if suffix.lower() in IMAGES else ""


def refuse_repeated(names: Iterable[str], given: Iterable[str]) -> None:
    """Raises InputError for an axis that stands there twice, or that an option sets too."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError(
                what=f"--axis {name} is given twice",
                why="the first of them would be ignored",
                remedy="give all values of an axis in one: --axis NAME=first:last:count or "
                "NAME=1,2,3",
            )
        seen.add(name)
        if name in given:
            option = f"--{name.replace('_', '-')}"
            raise InputError(
                what=f"{option} and --axis {name} are both given",
                why="an axis replaces the value, so that the option would be ignored",
                remedy=f"leave out {option}, or sweep another parameter",
            )
