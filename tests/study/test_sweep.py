"""Sweeps: what is refused, and what they say of themselves."""

import os
import subprocess
import sys

import numpy as np
import pytest

from pairlab.errors import CapabilityError, InputError
from pairlab.mechanisms.bcs import Bcs
from pairlab.study.report import run
from pairlab.study.sweep import MOST_POINTS, sweep

BCS = Bcs.preset("textbook")
TC = ["critical_temperature"]


@pytest.mark.parametrize(
    ("axes", "observables", "words"),
    [
        ({"coupling": 0.3}, TC, "cannot sweep coupling over 0.3"),
        ({"coupling": ["a"]}, TC, "cannot sweep coupling"),
        ({"coupling": [[0.3]]}, TC, "single number"),
        ({"coupling": []}, TC, "at least one finite value"),
        ({"coupling": [0.3, np.nan]}, TC, "finite"),
        ({"coupling": "0.3"}, TC, "cannot sweep coupling"),
        ({"cupling": [0.3]}, TC, 'Did you mean "coupling"'),
        ({}, TC, "at least one named axis"),
        ({"coupling": [0.3]}, [], "at least one name"),
        ({"coupling": [0.3]}, "critical_temperature", r'\["critical_temperature"\]'),
        ({"coupling": [0.3]}, ["tc"], "cannot sweep the observable"),
    ],
)
def test_what_cannot_be_swept_is_a_sentence(axes, observables, words):
    with pytest.raises(InputError, match=words):
        sweep(BCS, axes, observables)


def test_a_sweep_larger_than_a_machine_is_refused_before_it_begins():
    half = np.linspace(0.1, 0.2, MOST_POINTS // 1000)
    with pytest.raises(InputError, match=f"at most {MOST_POINTS}"):
        sweep(BCS, {"coupling": half, "cutoff": np.linspace(1, 2, 1001)})


def test_a_name_is_no_mechanism():
    for call in (lambda: sweep("textbook", {"coupling": [0.3]}), lambda: run("textbook")):  # type: ignore[arg-type]
        with pytest.raises(CapabilityError, match=r'pairlab\.preset\("textbook"\)'):
            call()


def test_axes_and_observables_are_attributes_as_on_the_command_line():
    data = sweep(BCS, {"coupling": np.linspace(0.2, 0.3, 5), "cutoff": [10.0, 30.0]}, TC)
    assert data.attrs["axes"] == ["coupling=0.2:0.3:5", "cutoff=10.0,30.0"]
    assert data.attrs["observables"] == TC
    uneven = sweep(BCS, {"coupling": [0.2, 0.21, 0.3]})
    assert uneven.attrs["axes"] == ["coupling=0.2,0.21,0.3"]


THREADS = """
import os, sys, threading
import numpy as np, scipy.linalg
import pairlab as pl
from threadpoolctl import threadpool_info
mechanism = pl.preset("textbook")
from pairlab.study import sweep as module
barrier, blas, solve, first = threading.Barrier(os.cpu_count()), set(), module._solve_block, set()
def together(*arguments):
    if threading.get_ident() not in first:
        first.add(threading.get_ident())
        barrier.wait(timeout=120)  # never passed by fewer threads than there are cores
    blas.update(one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas")
    return solve(*arguments)
module._solve_block = together
pl.sweep(mechanism, {"coupling": np.linspace(0.1, 0.5, 40 * os.cpu_count())})
print(len(first) == os.cpu_count(), blas <= {1})
"""


def test_all_cores_are_used_from_the_first_sweep_on():
    """In a fresh process, with NumPy and SciPy imported before; BLAS keeps to one thread."""
    plain = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", THREADS], capture_output=True, text=True, check=True, env=plain
    )
    assert done.stdout.split() == ["True", "True"]
