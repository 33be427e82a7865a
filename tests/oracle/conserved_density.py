"""Eq. 3.11 of Dolgopolov by adaptive quadrature, as it is printed: shares no code with pairlab."""

import math

from scipy import constants, integrate, optimize, special

K_B = constants.k / constants.e * 1e3  # meV/K


def conserved_temperature(bottom, level):
    """Tc of Eq. 3.11 as it is printed, for S ~ sqrt(E), by adaptive quadrature, K."""

    def excess(kelvin):
        kt = K_B * kelvin
        cuts = [bottom + side * n * kt for n in (1, 4, 16) for side in (-1, 1)]
        value, _ = integrate.quad(
            lambda e: math.sqrt(e) * special.expit((bottom - e) / kt), 0, level,
            points=sorted(c for c in (*cuts, bottom) if 0 < c < level), limit=500, epsabs=1e-10,
        )  # fmt: skip
        return value - bottom**1.5 / 1.5

    guess = (level - bottom) / (12 * K_B)
    return optimize.brentq(excess, guess / 3, guess * 10, xtol=1e-10)
