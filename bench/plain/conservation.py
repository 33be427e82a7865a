"""Eq. 3.11 of the standing-wave model as a scientist would solve it: quad and brentq."""

import math

from scipy import constants, integrate, optimize

BOLTZMANN = constants.k / constants.e * 1e3  # meV/K


def temperature(bottom: float, level: float) -> float:
    """Tc [K] for S ~ sqrt(E): the difference of both sides, as it is printed."""
    wanted = bottom**1.5 / 1.5

    def excess(kelvin: float) -> float:
        kt = BOLTZMANN * kelvin

        def filled(energy: float) -> float:
            x = (energy - bottom) / kt
            return math.sqrt(energy) / (math.exp(x) + 1) if x < 700 else 0.0

        cuts = [bottom - 30 * kt, bottom, bottom + 30 * kt]
        points = [c for c in cuts if 0 < c < level]
        value, _ = integrate.quad(filled, 0, level, points=points, limit=200, epsrel=1e-12)
        return value - wanted

    guess = (level - bottom) / BOLTZMANN
    return optimize.brentq(excess, guess / 40, guess / 2, rtol=1e-8)
