"""The map in a process of its own: python map_process.py 200 50 prints times and peak memory."""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np


def axes(lifshitz: int, coupling: int) -> dict[str, np.ndarray]:
    """The axes of the map: the whole range in which 1e-5 is promised."""
    return {
        "lifshitz": np.linspace(-1.0, 2.0, lifshitz),
        "coupling": np.linspace(0.10, 0.49, coupling),
    }


def peak_memory() -> float:
    """The largest resident memory of this process so far, MB.

    Where Linux tells it, VmHWM: ru_maxrss of a child can be that of the parent which started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text().splitlines()
        return next(float(x.split()[1]) for x in lines if x.startswith("VmHWM")) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    import pairlab as pl

    mechanism, values = pl.preset("h3s"), axes(*(int(n) for n in sys.argv[1:3]))
    times = []
    for _ in range(2):
        start = time.perf_counter()
        pl.sweep(mechanism, values)
        times.append(time.perf_counter() - start)
    told = {"first_sweep_s": times[0], "second_sweep_s": times[1], "peak_MB": peak_memory()}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
