"""The plain versions at the points of a pairlab mechanism, and proof that they are right."""

import os
import platform
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from plain import gaps, wires

ACCURACY = 1e-5  # relative: what pairlab promises, and what a baseline has to deliver too
REFERENCE = Path(__file__).parents[1] / "tests" / "oracle" / "superstripes_reference.toml"
BANDS = 5  # as many as any point of the map reaches
# Where integrators fail first: the van Hove point, the band edge, the antiresonance, the far side.
HARD = (
    "A top of the dome, van Hove point",
    "A van Hove point, weak",
    "A band edge",
    "A antiresonance",
    "A antiresonance, band 3 outside the cutoff",
    "A far below, soft",
    "A far side, soft",
    "B antiresonance",
    "A current-conserving, antiresonance",
)


@lru_cache
def structure(
    well_width: float, barrier_width: float, barrier_height: float, well_mass: float,
    barrier_mass: float, wire_mass: float, ratio: float, bands: int,
) -> wires.Wires:  # fmt: skip
    """A solved superlattice, kept: neither side is timed solving it."""
    return wires.Wires(
        well_width=well_width, barrier_width=barrier_width, barrier_height=barrier_height,
        well_mass=well_mass, barrier_mass=barrier_mass, wire_mass=wire_mass,
        psi_prime_ratio=ratio, bands=bands,
    )  # fmt: skip


def plain_problem(mechanism: Any, bands: int = BANDS) -> tuple[wires.Wires, dict[str, Any]]:
    """The arguments of `plain.wires.critical_temperature` for a Superstripes mechanism."""
    lattice = mechanism.lattice()
    solved = structure(
        lattice.well_width, lattice.barrier_width, lattice.barrier_height, lattice.well_mass,
        lattice.barrier_mass, mechanism.wire_mass, lattice.derivative_ratio, bands,
    )  # fmt: skip
    return solved, {
        "mu": mechanism.chemical_potential,
        "cutoff": mechanism.cutoff,
        "couplings": mechanism.couplings(bands),
    }


def plain_tc(problem: tuple[wires.Wires, dict[str, Any]]) -> float:
    """Tc [K] as a scientist would calculate it."""
    solved, arguments = problem
    return wires.critical_temperature(solved, **arguments)


def plain_gaps(problem: tuple[wires.Wires, dict[str, Any]]) -> gaps.Gaps:
    """Tc and the gaps at T = 0 with the density equation."""
    solved, arguments = problem
    tc = wires.critical_temperature(solved, **arguments)
    return gaps.zero_temperature(solved, **arguments, tc=tc, fixed_density=True)


def reference_points() -> list[tuple[dict[str, Any], Any]]:
    """Every point of the independent reference, with the pairlab mechanism it belongs to."""
    from pairlab import Superstripes

    data = tomllib.loads(REFERENCE.read_text())
    points = []
    for point in [*data["point"], *data["gap"]]:
        options = {**data["defaults"], **point["options"]}
        mechanism = Superstripes(
            **{name: options[name] for name in (
                "well_width", "barrier_width", "well_mass", "barrier_mass", "wire_mass",
                "phonon_energy", "matching",
            )},
            barrier_height=point["barrier_height"],
            softening="migdal" if options["softening"] else "none",
            weak_coupling=options["weak"],
            exchange_coupling=options["exchange"],
            coupling=point["g"],
            lifshitz=point["eta"],
            subbands=options["bands"],
        )  # fmt: skip
        points.append((point, mechanism))
    return points


def assert_right() -> None:
    """The baseline gives the reference values at hard points to ACCURACY."""
    found = {point["label"]: (point, m) for point, m in reference_points()
             if "critical_temperature" in point}  # fmt: skip
    for label in HARD:
        point, mechanism = found[label]
        wanted = point["critical_temperature"]
        tc = plain_tc(plain_problem(mechanism, 3))
        np.testing.assert_allclose(tc, wanted, rtol=ACCURACY, err_msg=label)


def machine() -> str:
    """The processor, its cores, and the versions that matter."""
    import scipy

    model = platform.processor() or platform.machine()
    with_name = Path("/proc/cpuinfo")
    if with_name.exists():
        names = [x for x in with_name.read_text().splitlines() if x.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return (
        f"{os.cpu_count()} cores of {model}; Python {platform.python_version()}, "
        f"NumPy {np.__version__}, SciPy {scipy.__version__}"
    )
