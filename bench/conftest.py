"""Options, checked baselines and the summary table of the benchmarks.

`make bench` runs them; `pytest bench` runs the untimed comparisons of bench_agreement.py as well.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Small matrices gain nothing from threads, and a baseline that fights over cores is no baseline.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import baselines

ROWS = pytest.StashKey["Rows"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--map", default="200x50", help="size of the (lifshitz, coupling) map, for example 20x5"
    )
    parser.addoption(
        "--map-subset", type=int, default=100, help="points of the map given to the baselines"
    )


@dataclass
class Rows:
    """What was measured: seconds by row and column, and remarks by row."""

    seconds: dict[str, dict[str, float]] = field(default_factory=dict)
    remarks: dict[str, list[str]] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        others = ["plain NumPy", "bare python"]
        head = ["what", "target", "pairlab", *others, "remarks"]
        table = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        for what, columns in self.seconds.items():
            own = columns.get("pairlab")
            cells = [what, self.targets.get(what, ""), _time(own)]
            for other in others:
                theirs = columns.get(other)
                ratio = f" ({theirs / own:.1f}x)" if own and theirs and other == others[0] else ""
                cells.append(_time(theirs) + ratio)
            cells.append("; ".join(self.remarks.get(what, [])))
            table.append("| " + " | ".join(cells) + " |")
        return table


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1e3:.2f} ms"


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Callable[..., None]:
    """record(row, column, benchmark, target=..., scale=..., remark=...): keep a median."""
    rows = request.config.stash[ROWS]

    def keep(
        row: str, column: str, benchmark: Any, *, target: str = "", scale: float = 1.0,
        remark: str = "",
    ) -> None:  # fmt: skip
        if benchmark.stats is None:  # --benchmark-disable
            return
        rows.seconds.setdefault(row, {})[column] = benchmark.stats.stats.median * scale
        if target:
            rows.targets[row] = target
        if remark:
            rows.remarks.setdefault(row, []).append(remark)
            benchmark.extra_info["remark"] = remark

    return keep


@pytest.fixture(scope="session")
def checked() -> None:
    """The baselines agree with an independent reference: none is timed that does not."""
    baselines.assert_right()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS] = Rows()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    rows = config.stash[ROWS]
    if rows.seconds:
        terminalreporter.section("medians, ready for docs/performance.md")
        load = os.getloadavg()[0]
        terminalreporter.write_line(f"{baselines.machine()}; load at the end {load:.1f}")
        for line in rows.lines():
            terminalreporter.write_line(line)
