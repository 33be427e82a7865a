"""Pairs as bosons."""

import numpy as np
from scipy import special

from pairlab.units import BOLTZMANN, HBAR2_OVER_2M


def bose_einstein_temperature(density: float, mass: float) -> float:
    """T_BEC of an ideal gas of bosons, K.

        k T_BEC = (2 pi hbar^2/m) (n/zeta(3/2))^(2/3) = 3.3125 hbar^2 n^(2/3)/m

    Args:
        density: n, 1/nm^3, at least 0. mass: m of one boson, m_e.
    """
    return float(
        4 * np.pi * HBAR2_OVER_2M / mass * (density / special.zeta(1.5)) ** (2 / 3) / BOLTZMANN
    )


def condensing_density(temperature: float, mass: float) -> float:
    """The density of bosons, 1/nm^3, of mass `mass` [m_e] that condense at `temperature` [K]."""
    return float(
        special.zeta(1.5) * (temperature * BOLTZMANN * mass / (4 * np.pi * HBAR2_OVER_2M)) ** 1.5
    )
