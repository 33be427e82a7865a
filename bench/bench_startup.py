"""What a user waits for from the shell: whole processes, from start to exit, without any cache.

Beside them, in the same run, the imports that every calculation needs: on a machine where these
take 1.2 s the targets hold as they stand, elsewhere in proportion.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PYTHON = [sys.executable, "-c"]
PAIRLAB = [str(Path(sys.executable).with_name("pairlab"))]
ROUNDS = 5
YARDSTICK = "import numpy, scipy.optimize, xarray, matplotlib.pyplot"
NOT_A_PRESET = 2

COMMANDS = [
    ("import pairlab", "0.05 s", [*PYTHON, "import pairlab"]),
    ("pairlab --help", "0.3 s", [*PAIRLAB, "--help"]),
    ("pairlab run h3z (a typo)", "0.6 s", [*PAIRLAB, "run", "h3z"]),
    ("pairlab list", "", [*PAIRLAB, "list"]),
    ("pairlab tc h3s", "1 s", [*PAIRLAB, "tc", "h3s"]),
    ("pairlab tc lk99", "1 s", [*PAIRLAB, "tc", "lk99"]),
    ("pairlab run textbook", "3 s", [*PAIRLAB, "run", "textbook"]),
    ("pairlab run lk99", "5 s", [*PAIRLAB, "run", "lk99"]),
    ("pairlab run h3s", "6 s", [*PAIRLAB, "run", "h3s"]),
    ("pairlab run eliashberg_mode", "6 s", [*PAIRLAB, "run", "eliashberg_mode"]),
    (
        "pairlab compare, three with figure",
        "8 s",
        [*PAIRLAB, "compare", "lk99", "lk99_bcs", "lk99_brbcs", "-p"],
    ),
]


def _run(command, folder) -> None:
    done = subprocess.run(command, cwd=folder, env=os.environ, check=False, capture_output=True)
    assert done.returncode in (0, NOT_A_PRESET), done.stderr.decode()


@pytest.mark.parametrize(("row", "target", "command"), COMMANDS)
def test_command(benchmark, record, tmp_path, row, target, command):
    benchmark.group = "startup"
    benchmark.pedantic(_run, args=(command, tmp_path), rounds=ROUNDS, warmup_rounds=1)
    record(row, "pairlab", benchmark, target=target)


@pytest.mark.parametrize(
    ("row", "code"), [("yardstick: the imports of a calculation", YARDSTICK), ("bare python", "")]
)
def test_yardstick(benchmark, record, tmp_path, row, code):
    benchmark.group = "startup"
    benchmark.pedantic(_run, args=([*PYTHON, code], tmp_path), rounds=ROUNDS, warmup_rounds=1)
    record(row, "bare python", benchmark)
