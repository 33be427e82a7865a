"""`reproduce`: the ledger of a paper.

A number that is not reproduced is a result and not a failure; the exit code speaks of the numbers
that were calculated.
"""

from pairlab.cli import places, session
from pairlab.cli.machine import of_dataset, print_json
from pairlab.cli.option_types import Flag, Output
from pairlab.cli.session import GOOD, NOT_GOOD, complain, console


def reproduce(
    paper: str,
    /,
    *,
    output: Output = None,
    no_plot: Flag = False,
    json: Flag = False,
) -> int:
    """Recalculate what a paper printed, number by number, with a verdict and why.

    Parameters
    ----------
    paper
        Its key, for example mazziotti2021.
    output
        Path without ending of the result file and of the folder of figures [PAPER].
    no_plot
        Draw no counterparts of its figures.
    json
        Print JSON.
    """
    from pairlab.cli import ledger as shown
    from pairlab.io.results import save
    from pairlab.papers import ledger

    # The folder of that name is where an earlier call put its figures.
    base = places.base(output, paper, into_folders=False)
    ledger.folder_of(paper)  # an unknown key is refused before anything is written
    data = places.files(f"{base}.nc")
    with session.progress(paper) as progress:
        dataset = ledger.reproduce(paper, progress=progress)
        save(dataset, data.data)
        files = [data.data]
        if not no_plot:
            from pairlab.plot.ledger import draw as draw_figures

            files += map(str, draw_figures(ledger.figure_data(paper), base))
    bad = shown.undecided(dataset)
    if json:
        print_json({**of_dataset(dataset), "good": not bad, "problems": bad, "files": files})
        return NOT_GOOD if bad else GOOD
    out = console()
    shown.show(out, dataset)
    figures = f" and {len(files) - 1} figures in {base}/" if not no_plot else ""
    out.print(data.sentence(figures), soft_wrap=True)
    for sentence in bad:
        complain(sentence)
    return NOT_GOOD if bad else GOOD
