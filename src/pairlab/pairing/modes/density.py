"""The chemical potential of the normal state at fixed density."""

import numpy as np
from scipy import optimize

from pairlab.electrons.carriers import DensityCarriers

LEFT_OUT = 1e-5
"""Share of the density in states that are left out beyond which mu is reported as inaccurate."""


def left_out(carriers: DensityCarriers, mu: float, kt: float) -> tuple[float, float]:
    """The share of the density, and the error of mu [meV], in states that the carriers leave out.

    They are taken as free electrons in two dimensions, N0 per spin: 2 kT ln(1 + e^((mu - E)/kT))
    from their lowest energy E on.
    """
    distance = carriers.left_out_above() - mu
    if kt <= 0 or not np.isfinite(distance):
        return 0.0, 0.0
    missing = 2 * kt * float(np.logaddexp(0.0, -distance / kt))
    if missing == 0:
        return 0.0, 0.0
    here = carriers.at_potential(mu)
    kept, slope = here.normal_density(kt), here.density_slope(kt)
    return missing / max(kept, 1e-300), missing / max(slope, 1e-300)


def normal_potential(carriers: DensityCarriers, density: float, kt: float) -> tuple[float, bool]:
    """mu at which the normal state holds `density` [N0 meV] at kt [meV], and whether it was found.

    The density rises monotonically with mu, so the root is unique.
    """

    def excess(mu: float) -> float:
        return carriers.at_potential(mu).normal_density(kt) / density - 1.0

    held = float(carriers.chemical_potential)
    if abs(excess(held)) < 1e-13:
        return held, True
    step = max(kt, 1e-6 * float(carriers.cutoff))
    found = optimize.root_scalar(
        excess, x0=held, x1=held + step, method="secant", xtol=1e-12, maxiter=50
    )
    return float(found.root), bool(abs(excess(float(found.root))) < 1e-10)
