"""Numbers in prose, where no block that prints them stands beside them."""

import re
from pathlib import Path

import pytest
from scipy import optimize

import pairlab as pl

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("preset", "which"), [("h3s", 0), ("cshx", 1)])
def test_highest_critical_temperatures_of_both_domes(preset, which):
    stated = re.search(r"this model gives ([\d.]+) K and ([\d.]+) K", README)
    assert stated is not None
    mechanism = pl.preset(preset)

    def lowered(point):
        at = mechanism.replace(lifshitz=float(point[0]), coupling=float(point[1]))
        return -pl.critical_temperature(at).value

    found = optimize.minimize(lowered, (0.95, 0.41), method="Nelder-Mead", options={"xatol": 1e-4})
    assert f"{-found.fun:.2f}" == stated.group(which + 1)
