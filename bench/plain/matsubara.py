"""Tc of one phonon by the full Matsubara sum up to a cutoff, as a scientist would calculate it."""

import numpy as np
from scipy import linalg, optimize


def critical_kt(coupling: float, energy: float, *, mu: float, cutoff: float) -> float:
    """kTc [meV]; mu* is rescaled from the phonon's energy to the cutoff [meV]."""
    repulsion = 1 / (1 / mu - np.log(cutoff / energy)) if mu else 0.0

    def leading(log_kt: float) -> float:
        kt = np.exp(log_kt)
        count = max(int(cutoff / (2 * np.pi * kt)), 2)
        nu = 2 * np.pi * kt * np.arange(2 * count + 1)
        lam = coupling * energy**2 / (energy**2 + nu**2)
        m = np.arange(count)
        k = lam[np.abs(m[:, None] - m)] + lam[m[:, None] + m + 1] - 2 * repulsion
        k[m, m] -= 2 * m + 1 + lam[0] + 2 * np.concatenate([[0], np.cumsum(lam[1:count])])
        return linalg.eigvalsh(k, subset_by_index=(count - 1, count - 1))[0]

    mcmillan = np.log(energy / 1.2) - 1.04 * (1 + coupling) / (
        coupling - mu * (1 + 0.62 * coupling)
    )
    return float(np.exp(optimize.brentq(leading, mcmillan - 0.4, mcmillan + 0.4, xtol=1e-6)))


def gap(coupling: float, energy: float, kt: float, *, mu: float, count: int) -> np.ndarray:
    """Delta(i w_n) [meV] by iteration, mu* rescaled from the phonon's energy to the end."""
    w = np.pi * kt * (2 * np.arange(-count, count) + 1)
    repulsion = 1 / (1 / mu - np.log(2 * np.pi * kt * count / energy)) if mu else 0.0
    lam = coupling * energy**2 / (energy**2 + (w[:, None] - w) ** 2)
    delta = energy / 5 / (1 + (w / energy) ** 2)
    for _ in range(500):
        root = np.sqrt(w**2 + delta**2)
        z = 1 + np.pi * kt / w * (lam @ (w / root))
        new = np.pi * kt / z * ((lam - repulsion) @ (delta / root))
        if np.max(np.abs(new - delta)) < 1e-6 * np.abs(new).max():
            break
        delta = new
    return delta[count:]
