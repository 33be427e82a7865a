"""What a command costs from the shell: whole processes, from start to exit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PYTHON = [sys.executable]
PAIRLAB = [str(Path(sys.executable).with_name("pairlab"))]
ROUNDS = 5


@pytest.fixture
def environment(tmp_path):
    """An environment whose compilation cache is an empty folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("JAX_")}
    return clean | {"XDG_CACHE_HOME": str(tmp_path)}


def _run(command, environment) -> None:
    subprocess.run(command, env=environment, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("row", "target", "command"),
    [
        ("import pairlab", "0.1 s", [*PYTHON, "-c", "import pairlab"]),
        ("pairlab --help", "0.4 s", [*PAIRLAB, "--help"]),
        ("pairlab list", "", [*PAIRLAB, "list"]),
    ],
)
def test_start(benchmark, record, environment, row, target, command):
    benchmark.group = "startup"
    benchmark.pedantic(_run, args=(command, environment), rounds=ROUNDS, warmup_rounds=1)
    record(row, "pairlab", benchmark, target=target)


def test_bare_python(benchmark, record, environment):
    benchmark.group = "startup"
    command = [*PYTHON, "-c", "pass"]
    benchmark.pedantic(_run, args=(command, environment), rounds=ROUNDS, warmup_rounds=1)
    record("import pairlab", "bare python", benchmark)


def test_tc_with_an_empty_cache(benchmark, record, environment, tmp_path):
    benchmark.group = "startup"

    def fresh():
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        return ([*PAIRLAB, "tc", "h3s"], environment | {"XDG_CACHE_HOME": str(folder)}), {}

    benchmark.pedantic(_run, setup=fresh, rounds=ROUNDS)
    record("pairlab tc h3s, empty cache", "pairlab", benchmark, target="4 s")


def test_tc_with_a_filled_cache(benchmark, record, environment):
    benchmark.group = "startup"
    command = [*PAIRLAB, "tc", "h3s"]
    benchmark.pedantic(_run, args=(command, environment), rounds=ROUNDS, warmup_rounds=1)
    record("pairlab tc h3s, filled cache", "pairlab", benchmark, target="2.5 s")
