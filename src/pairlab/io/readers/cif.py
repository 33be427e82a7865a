"""The syntax of CIF files: names with values, loops with columns, in data blocks.

Every word knows its line, so that whatever is wrong can be told with the line. Grammar: Hall, Allen
and Brown, Acta Cryst. A47, 655 (1991).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from pairlab.errors import InputError

_TOKEN = re.compile(r"\s*(?:#.*|'(.*?)'(?=\s|$)|\"(.*?)\"(?=\s|$)|(\S+))")

_LINED = re.compile(r"_atom_site_|_space_group_symop|_symmetry_equiv_pos")


class Word(NamedTuple):
    """A word of a file: the line that it begins in, what it is, and its text."""

    line: int
    kind: str  # "data", "loop", "tag" or "value"
    text: str

    @property
    def known(self) -> bool:
        """Whether it is more than the signs for "unknown" and "does not apply"."""
        return self.text not in ("?", ".", "")


@dataclass
class Block:
    """A data block: its name, its line, and for each tag in lower case what stands below it."""

    name: str
    line: int
    values: dict[str, list[Word]] = field(default_factory=dict)

    def column(self, *tags: str) -> list[Word]:
        """The values of the first of the tags that the block holds with a known value."""
        for tag in tags:
            if any(word.known for word in self.values.get(tag, ())):
                return self.values[tag]
        return []


def bad(path: Path, line: int, why: str, remedy: str) -> InputError:
    """The error for a line of a file."""
    return InputError(what=f"{path}, line {line}", why=why, remedy=remedy)


def blocks_of(path: Path, text: str) -> list[Block]:
    """The data blocks of the text of a CIF file.

    Raises: InputError that names the line where the syntax is broken.
    """
    words = list(_words(path, text.splitlines()))
    blocks: list[Block] = []
    place = 0
    while place < len(words):
        word = words[place]
        place += 1
        if word.kind == "data":
            blocks.append(Block(word.text, word.line))
        elif not blocks:
            raise bad(
                path, word.line, "no data block has begun", 'begin the file with "data_" and a name'
            )
        elif word.kind == "loop":
            place = _read_loop(path, words, place, blocks[-1])
        elif word.kind == "value":
            raise bad(
                path, word.line, f"the value {word.text} belongs to nothing",
                "remove it, or put it into quotation marks with the value before it",
            )  # fmt: skip
        elif place == len(words) or words[place].kind != "value":
            raise bad(path, word.line, f"{word.text} has no value", "give one, or ? if unknown")
        else:
            blocks[-1].values[word.text.lower()] = [words[place]]
            place += 1
    return blocks


def _read_loop(path: Path, words: list[Word], place: int, block: Block) -> int:
    """The columns of a loop into the block; the place of the word after it."""
    begin = place
    while place < len(words) and words[place].kind == "tag":
        place += 1
    tags = [word.text.lower() for word in words[begin:place]]
    start = place
    while place < len(words) and words[place].kind == "value":
        place += 1
    values = words[start:place]
    if not tags or not values:
        what = "the loop has no values" if tags else "the loop has no columns"
        raise bad(path, words[begin - 1].line, what, "complete it, or remove it")
    if len(tags) == 1:  # a line is a value, as in x, y, z without quotation marks
        values = [
            Word(line, "value", " ".join(word.text for word in row))
            for line, row in groupby(values, lambda word: word.line)
        ]
    _check_rows(path, values, tags)
    for column, tag in enumerate(tags):
        block.values[tag] = values[column :: len(tags)]
    return place


def _check_rows(path: Path, values: list[Word], tags: list[str]) -> None:
    """Every row is complete, and where atoms or operations are listed, it ends with a line.

    The grammar asks for the first only. With the second, a value too many does not make up for one
    that is missing rows away.
    """
    columns = len(tags)
    ends, starts = values[columns - 1 :: columns], values[columns::columns]
    lined = all(end.line != start.line for end, start in zip(ends, starts, strict=False))
    if len(values) % columns == 0 and (lined or not _LINED.match(tags[0])):
        return
    # Where other rows have a line each, the line to correct is the first that differs.
    counts = Counter(value.line for value in values)
    whole = columns in counts.values()
    line = next((n for n in counts if counts[n] != columns), values[-1].line)
    raise bad(
        path, line if whole else values[-1].line,
        f"the loop has {columns} columns and its rows do not have that many values"
        + (f" (this one has {counts[line]})" if whole else ""),
        "give a value for each column, ? if unknown, begin each row in a new line, and put values "
        "with blanks into quotation marks",
    )  # fmt: skip


def _words(path: Path, lines: list[str]) -> Iterator[Word]:
    """The words of a file. Raises: InputError for a quotation that does not end."""
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if line.startswith(";"):
            begin = number
            while number < len(lines) and not lines[number].startswith(";"):
                number += 1
            if number == len(lines):
                raise bad(
                    path, begin, "a text begins here that does not end",
                    'close it with a line that begins with ";"',
                )  # fmt: skip
            yield Word(begin, "value", "\n".join([line[1:], *lines[begin:number]]))
            number += 1
            line = lines[number - 1][1:]
        yield from _line_words(path, number, line)


def _line_words(path: Path, number: int, line: str) -> Iterator[Word]:
    for match in _TOKEN.finditer(line):
        quoted = match[1] if match[1] is not None else match[2]
        if quoted is not None:
            yield Word(number, "value", quoted)
        elif match[3] is None:
            continue  # a comment
        elif match[3][0] in "'\"":
            raise bad(
                path, number, f"the quotation {match[3]} does not end in this line",
                "close it with the same mark",
            )  # fmt: skip
        else:
            yield _plain_word(number, match[3])


def _plain_word(line: int, text: str) -> Word:
    lowered = text.lower()
    if lowered.startswith("data_"):
        return Word(line, "data", text[5:] or "without a name")
    if lowered == "loop_":
        return Word(line, "loop", text)
    return Word(line, "tag" if text.startswith("_") else "value", text)
