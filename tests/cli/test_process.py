"""pairlab as a process: what it imports, pipes, signals."""

import json
import os
import subprocess
import sys

import pytest

import pairlab.cli.session as session
from pairlab.cli import main
from pairlab.errors import SolverError

RUN = "import sys; from pairlab.cli import main; sys.exit(main())"
HEAVY = "scipy xarray numpy pydantic matplotlib pint h5py"


@pytest.fixture
def pairlab():
    """Run the command in a process of its own."""

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-c", RUN, *words], capture_output=True, text=True, check=False,
            env={**os.environ, **environment},
        )  # fmt: skip

    return run


@pytest.mark.parametrize(
    "line",
    ["--help", "--version", "tc --help", "tc h3s --help", "tc --help h3s", "list", "list h3s",
     "list --json", "tc h3s --lifshits 1", "tx", "run h3z", "tc h3s --coupling -3",
     "tc h3s --coupling x", "tc h3s --matching bendaniel", "tc bcs", "tc x.toml", "run bad.toml",
     "sweep h3s --axis lifshits=0:1:3", "sweep h3s --axis coupling"],
)  # fmt: skip
def test_help_lists_and_refusals_import_nothing_heavy(line, tmp_path):
    (tmp_path / "bad.toml").write_text('preset = "h3s"\n[parameters]\ncoupling = -3.0\n')
    code = (
        "import sys; from pairlab.cli import main; main()\n"
        f"print(*sorted(set('{HEAVY}'.split()) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *line.split()], capture_output=True, text=True, check=True,
        cwd=tmp_path,
    )  # fmt: skip
    assert done.stderr.splitlines()[-1] == ""


def test_help_of_a_verb_shows_the_parameters_of_the_mechanism(pairlab):
    for words in (["tc", "h3s", "--help"], ["tc", "--help", "h3s"], ["run", "superstripes", "-h"]):
        text = pairlab(*words).stdout
        assert "--phonon-energy" in text
        assert "[meV]" in text
        assert "bendaniel_duke" in text
    assert "--phonon-energy" not in pairlab("tc", "--help").stdout


def test_exit_codes_and_silence_in_a_pipe(pairlab):
    good = pairlab("tc", "textbook", "--json")
    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout)["critical_temperature"]["good"] is True
    bad = pairlab("tc", "textbook", "--coupling", "-1")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert "Traceback" not in bad.stderr
    assert "\x1b" not in bad.stderr


@pytest.mark.parametrize("line", ["list --json", "list", "list h3s", "tc --help", "cite h3s"])
def test_a_closed_pipe_is_silent_and_141(line):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-c", RUN, *line.split()], stdout=closed, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    assert done.returncode == session.BROKEN_PIPE
    assert done.stderr == ""


@pytest.mark.parametrize("line", ["list --json", "list", "tc --help"])
def test_output_that_cannot_be_written_is_one_sentence_and_2(line):
    command = [sys.executable, "-c", RUN, *line.split()]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: standard output cannot be")
    assert done.stderr.count("\n") == 1
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command], stderr=subprocess.PIPE, text=True,
        check=False,
    )  # fmt: skip
    assert closed.returncode == 2
    assert "standard output is closed" in closed.stderr
    assert closed.stderr.count("\n") == 1


def test_too_little_memory_is_a_sentence(capsys):
    def large():
        raise MemoryError

    assert session.guarded(large) == 2
    assert "not enough memory" in capsys.readouterr().err


def test_a_terminal_without_greek_letters_is_no_traceback(pairlab):
    done = pairlab("list", "superstripes", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr


def test_interrupt_is_130(capsys):
    def interrupted():
        raise KeyboardInterrupt

    assert session.guarded(interrupted) == 130
    assert "interrupted" in capsys.readouterr().err


def test_interrupt_inside_a_verb_is_130(capsys, monkeypatch):
    from pairlab.cli import listing

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(listing, "catalogue", interrupted)
    assert main(["list"]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_a_solver_error_is_1(capsys):
    def failing():
        raise SolverError(what="Tc", why="it did not converge", remedy="move away")

    assert session.guarded(failing) == 1
    assert capsys.readouterr().err == "error: Tc: it did not converge. Move away.\n"
