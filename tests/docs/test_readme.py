"""Every Python block and every command in README and docs works as printed."""

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from pairlab.cli import main
from pairlab.cli.main import verbs
from pairlab.io.catalogue import catalogue
from pairlab.papers.ledger import papers

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md"])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPTIONS = {
    "temperature", "plot", "output", "json", "no-plot", "axis", "observable", "force", "help",
    "mechanism",
}  # fmt: skip
LINK = re.compile(r"\]\(([^)#\s]+)?(#[^)\s]+)?\)")


def blocks(page):
    return FENCE.findall(page.read_text(encoding="utf-8"))


def name_of(page):
    return str(page.relative_to(ROOT))


def anchors(page):
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize(
    "page", [p for p in PAGES if any(kind == "python" for kind, _ in blocks(p))], ids=name_of
)
def test_python_runs_and_prints_what_is_shown(page, tmp_path, monkeypatch):
    """The blocks of a page run in order, in one namespace, and print the block `output` below."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    namespace = {"__name__": "page"}
    found = blocks(page)
    for (kind, text), (below, shown) in zip(found, [*found[1:], ("", "")], strict=True):
        if kind != "python":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(text, name_of(page), "exec"), namespace)
        if below == "output":
            assert printed.getvalue() == shown
        else:
            assert printed.getvalue() == "", "printed output is not shown on the page"


def comparable(text):
    """Without trailing blanks, empty lines and the digits of error estimates."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return [re.sub(r"\d+\.\de-\d+", "E", line) for line in lines]


@pytest.mark.parametrize(
    "page", [p for p in PAGES if any(kind == "console" for kind, _ in blocks(p))], ids=name_of
)
def test_commands_print_what_is_shown(page, capsys, tmp_path, monkeypatch):
    """Each `$ pairlab ...` of a console block prints the lines below it and succeeds."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for text in (block for kind, block in blocks(page) if kind == "console"):
        for session in text.split("$ pairlab ")[1:]:
            command, _, shown = session.partition("\n")
            assert main(shlex.split(command)) == 0
            assert comparable(capsys.readouterr().out) == comparable(shown), command


def commands(page):
    """Lines that begin with `pairlab ` in code blocks, and such words between backticks."""
    text = page.read_text(encoding="utf-8")
    shown = [block for kind, block in blocks(page) if kind != "python"]
    lines = [line for block in shown for line in block.splitlines()]
    lines += [line.strip() for line in text.splitlines() if line.startswith("    ")]
    inline = re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    candidates = [line.removeprefix("$ ") for line in lines] + inline
    return [c.partition("  #")[0].strip() for c in candidates if c.startswith("pairlab ")]


@pytest.mark.parametrize("page", [p for p in PAGES if commands(p)], ids=name_of)
def test_commands_name_verbs_sources_and_options_that_exist(page):
    presets = {name for one in catalogue().values() for name in one["presets"]}
    sources = {*catalogue(), *papers(), *presets}
    fields = {name for one in catalogue().values() for name in one["fields"]}
    for command in commands(page):
        words = shlex.split(command)[1:]
        if words[0].isupper() or words[0].startswith("--"):
            continue
        assert words[0] in verbs(), command
        for word in words[1:]:
            if word.startswith("--"):
                name = word[2:].partition("=")[0]
                assert name in OPTIONS or name.replace("-", "_") in fields, command
        plain = [w for w in words[1:2] if w.islower() and re.fullmatch(r"\w+", w)]
        assert set(plain) <= sources, command


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    for path, anchor in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if path.startswith(("http:", "https:", "mailto:")):
            continue
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        if anchor:
            assert anchor[1:] in anchors(target), path + anchor


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_are_named_exist(page):
    """Paths in backticks that begin in a folder of the repository or of the package."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    package = ROOT / "src" / "pairlab"
    rooms = {path.name for path in package.iterdir() if path.is_dir()}
    for path in re.findall(r"`([\w./-]+/[\w./-]*)`", text):
        first = path.split("/")[0]
        if first in {"src", "tests", "docs", "examples"}:
            assert (ROOT / path).exists(), path
        elif first in rooms:
            assert (package / path).exists(), path
