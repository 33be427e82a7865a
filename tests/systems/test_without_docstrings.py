"""`python -OO` drops docstrings and assertions, and gives the same answers."""

import json
import subprocess
import sys

CODE = """
import json, pairlab as pl
from pairlab.observables.registry import offers
found = {}
for name in ("textbook", "two_band", "h3s", "lk99", "eliashberg_mode", "mgb2_two_band", "li"):
    one = pl.preset(name)
    if name == "li":
        one = one.replace(pairing_energy=300.0)
    solution = pl.critical_temperature(one, throw=False)
    found[name] = [solution.value, solution.error, solution.result.name, offers(one)]
print(json.dumps([found, list(pl.run(pl.preset("textbook")).data_vars), __debug__]))
"""


def answers(*options):
    done = subprocess.run(
        [sys.executable, *options, "-c", CODE], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_answers_do_not_depend_on_docstrings():
    *plain, debug = answers()
    *bare, stripped = answers("-OO")
    assert (debug, stripped) == (True, False)
    assert plain == bare
    found, report = plain
    assert all(kelvin > 0 for kelvin, *_ in found.values())
    assert {"critical_temperature", "gap", "thermodynamics"} <= set(found["textbook"][-1])
    assert "overlap_integrals" in found["h3s"][-1]
    assert "gap_ratio" in report
