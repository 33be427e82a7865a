"""`plot`, `show` and `cite`: what a result file says."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pairlab.cli import places
from pairlab.cli.machine import of_dataset, print_json
from pairlab.cli.option_types import Flag, Output
from pairlab.cli.session import GOOD, NOT_GOOD, complain, console
from pairlab.cli.source import mechanism_of

if TYPE_CHECKING:
    import xarray as xr


def draw(dataset: "xr.Dataset", path: str | Path) -> None:
    """Draw a dataset into a file."""
    from pairlab.plot.figures import plot

    plot(dataset, path)


def plot(file: str, /, *, output: Output = None) -> None:
    """Draw a result file.

    Parameters
    ----------
    file
        A result file (.nc).
    output
        The figure [FILE.png]; its ending chooses the format: png, pdf, svg.
    """
    from pairlab.io.results import open_result

    dataset = open_result(file)
    written = places.files("", output or str(Path(file).with_suffix(".png")))
    draw(dataset, written.figure)
    console().print(written.sentence(), soft_wrap=True)


def show(file: str, /, *, json: Flag = False) -> int:
    """Show what a result file holds: numbers, units, result codes, status.

    Parameters
    ----------
    file
        A result file (.nc).
    json
        Print JSON, with all numbers.
    """
    from pairlab.cli import contents
    from pairlab.cli.judgement import problems
    from pairlab.io.results import open_result

    dataset = open_result(file)
    bad = problems(dataset)
    if json:
        print_json({**of_dataset(dataset), "good": not bad, "problems": bad})
        return NOT_GOOD if bad else GOOD
    contents.show(dataset, file)
    for sentence in bad:
        complain(sentence)
    return NOT_GOOD if bad else GOOD


def cite(source: str, /, *, json: Flag = False) -> None:
    """What to cite, the status of the claim, and the run file that gives the result back.

    Parameters
    ----------
    source
        A result file (.nc), a run file, a preset or a mechanism.
    json
        Print JSON.
    """
    from pairlab.cli.tables import labelled

    found = _citations(source)
    if json:
        print_json(found)
        return
    out = console()
    sources = [("cite" if i == 0 else "", text) for i, text in enumerate(found["cite"])]
    measured = [("measured" if i == 0 else "", text) for i, text in enumerate(found["measured"])]
    hashed = [("run file", f"{found['input_file']}, SHA-256 {found['input_sha256']}")] if (
        "input_sha256" in found
    ) else []  # fmt: skip
    version = [("calculated by", f"pairlab {found['pairlab_version']}")]
    labelled(
        out, [*sources, *measured, ("status", found["status"]), *version, *hashed]
    )
    if found["config"]:
        command = found["command"]
        back = f"that gives it back ({command})" if command else "of its mechanism"
        out.print(f"\nThe run file {back}:\n", style="dim", soft_wrap=True)
        out.print(found["config"].rstrip(), soft_wrap=True)


def _citations(source: str) -> dict[str, Any]:
    """Of a result file, or of a mechanism: as it stands where its parameters are not all known."""
    from pairlab.io.catalogue import catalogue
    from pairlab.io.citations import citations
    from pairlab.io.results import open_result

    if source.endswith(".nc"):
        return citations(open_result(source))
    one = catalogue().get(source)
    if one is None:
        return citations(mechanism_of(source, {}))
    from pairlab.observables.datasets import program_version

    return {
        "mechanism": source,
        "cite": one["cite"],
        "status": one["status"],
        "pairlab_version": program_version(),
        "config": "",
        "command": "",
        "measured": [],
    }
