"""Values of axes as they are written on the command line."""

from pairlab.errors import InputError


def numbers(text: str, *, unit: str, field: str, most: int) -> list[float]:
    """ "0,10,20" or "first:last:count" as at most `most` numbers in `unit`. Raises: InputError."""
    from pairlab.units import notify, parse

    def read(item: str) -> float:
        number, remark = parse(item, unit=unit, field=field)
        if remark:
            notify(remark)
        return number

    parts = text.split(":")
    if len(parts) == 1:
        return [read(item) for item in text.split(",")]
    count = parts[2].strip() if len(parts) == 3 else ""
    if not count.isdecimal() or not count.strip("0"):
        raise InputError(
            what=f"{field} = {text!r}",
            why="a range is first:last:count with a count of at least 1",
            remedy=f"write for example {field} = 0:100:11",
        )
    if len(count) > 18 or int(count) > most:
        raise InputError(
            what=f"{field} = {text!r}",
            why=f"it has more than {most} values, the largest number that is taken",
            remedy="ask for fewer values, or for a part of the range at a time",
        )
    import numpy as np

    first, last = (read(item) for item in parts[:2])
    # Rounded, so that -1:2:61 contains 0.05 and not 0.050000000000000044.
    return np.round(np.linspace(first, last, int(count)), 12).tolist()


def words(text: str) -> list[str]:
    """ "coupling,cutoff" as names."""
    return [item.strip().replace("-", "_") for item in text.split(",")]
