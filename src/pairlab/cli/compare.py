"""The verb `compare`. Nothing heavy is imported before it runs."""

from pathlib import Path

from pairlab.cli import session
from pairlab.cli.machine import of_dataset, print_json
from pairlab.cli.option_types import Fields, Flag, Output, Plot, Temperatures
from pairlab.cli.session import GOOD, NOT_GOOD, complain, console
from pairlab.io.atomic import check_writable


def compare(
    *source: str,
    data: str | None = None,
    temperature: Temperatures | None = None,
    field: Fields | None = None,
    output: Output = None,
    plot: Plot = False,
    json: Flag = False,
) -> int:
    """Compare mechanisms with each other and with measured points.

    Parameters
    ----------
    source
        Presets, run files or mechanisms, two or more.
    data
        Measured points: a CSV file with units in its header.
    temperature
        Of the curves, in K: 0,10,20 or first:last:count [up to the highest Tc].
    field
        Of the curves, in T: 0,0.1 or first:last:count [0, or up to the largest measured one].
    output
        The result file [A-B-compare.nc].
    plot
        Draw it, into a .png beside the result file.
    json
        Print JSON.
    """
    session.prepare()
    from pairlab.cli.axes import numbers
    from pairlab.cli.comparison import failures, show
    from pairlab.cli.judgement import problems
    from pairlab.io.results import save
    from pairlab.observables.axes import MOST_TEMPERATURES
    from pairlab.study.compare import compare as calculate
    from pairlab.study.compare import short_names

    base = output or "-".join(Path(name).stem for name in short_names(source)) + "-compare"
    base = str(Path(base).with_suffix("")) if base.endswith((".nc", ".png")) else base
    files = [f"{base}.nc", *([f"{base}.png"] if plot else [])]
    for path in files:
        check_writable(path)
    most = MOST_TEMPERATURES
    kelvin = tesla = None
    if temperature is not None:
        kelvin = numbers(temperature, unit="K", field="temperature", most=most)
    if field is not None:
        tesla = numbers(field, unit="T", field="field", most=most)
    with session.progress("compare") as progress:
        result = calculate(source, data=data, temperature=kelvin, field=tesla, progress=progress)
    save(result, files[0])
    if plot:
        from pairlab.plot.figures import plot as draw

        draw(result, files[1])
    bad = [*failures(result), *problems(result)]
    if json:
        print_json({**of_dataset(result), "good": not bad, "problems": bad, "files": files})
        return NOT_GOOD if bad else GOOD
    out = console()
    show(out, result)
    out.print("wrote " + " and ".join(files), soft_wrap=True)
    for sentence in bad:
        complain(sentence)
    return NOT_GOOD if bad else GOOD
