"""Free energy of one phonon without repulsion by full Matsubara sums: shares no code with pairlab.

With Delta_n/w_n = tan theta_n the free energy is, per density of states of one spin,

    F_s - F_n = -4 pi T Sum_n w_n (cos theta_n - 1)
                - 2 pi^2 T^2 Sum_nm {lambda(n - m) [cos(theta_n - theta_m) - 1]
                                     - lambda(n + m + 1) [cos(theta_n + theta_m) - 1]},  n, m >= 0

and stationary: its derivative by theta_n is solved here. T stands for kT, in units of the phonon.
Beyond the last frequency theta vanishes, which couples to the others by a sum over lambda.
"""

import numpy as np
from scipy import linalg


class Sums:
    """The equations at kT with `count` frequencies."""

    def __init__(self, coupling, kt, count):
        lam = coupling / (1 + (2 * np.pi * kt * np.arange(2 * count + 1)) ** 2)
        n = np.arange(count)
        self.kt, self.n = kt, n
        self.apart, self.across = lam[np.abs(n[:, None] - n)], lam[n[:, None] + n + 1]
        total = np.concatenate([[0], np.cumsum(lam)])
        self.beyond = total[count + n + 1] - total[count - n]

    def free_energy(self, theta):
        w = np.pi * self.kt * (2 * self.n + 1)
        minus, plus = theta[:, None] - theta, theta[:, None] + theta
        pairs = -2 * self.apart * np.sin(minus / 2) ** 2 + 2 * self.across * np.sin(plus / 2) ** 2
        tail = 2 * np.sum((np.cos(theta) - 1) * self.beyond)
        first = -4 * np.pi * self.kt * np.sum(w * (np.cos(theta) - 1))
        return first - 2 * np.pi**2 * self.kt**2 * (np.sum(pairs) + tail)

    def solve(self, theta):
        """Newton's method for dF/dtheta = 0."""
        for _ in range(100):
            minus, plus = theta[:, None] - theta, theta[:, None] + theta
            stiff = 2 * self.n + 1 + self.beyond
            pull = self.apart * np.sin(minus) - self.across * np.sin(plus)
            residual = stiff * np.sin(theta) + np.sum(pull, axis=1)
            own = self.apart * np.cos(minus) - self.across * np.cos(plus)
            jacobian = -self.apart * np.cos(minus) - self.across * np.cos(plus)
            jacobian[self.n, self.n] += stiff * np.cos(theta) + np.sum(own, axis=1)
            step = linalg.solve(jacobian, residual)
            theta = theta - step
            if np.max(np.abs(step)) < 1e-13:
                return theta
        raise AssertionError("not converged")


def ratios(coupling, critical_kt, count=200):
    """(C_s - C_n)/(gamma Tc) and gamma Tc^2/Hc(0)^2 of a coupling with that kTc."""
    normal = 2 * np.pi**2 / 3 * (1 + coupling)
    low = 0.12 * critical_kt  # below, F_s is constant and F_n = F_n(0) - normal T^2/2
    sums = Sums(coupling, low, 3 * count)
    cold = sums.free_energy(sums.solve(start(sums, 3 * critical_kt))) - normal * low**2 / 2
    # sqrt(F_n - F_s) is smooth in T and vanishes at the Tc of this count.
    share = np.array([0.95, 0.97, 0.98, 0.985, 0.99])
    root, theta = [], None
    for place, t in enumerate(share):
        sums = Sums(coupling, t * critical_kt, count)
        if theta is None:
            theta = start(sums, critical_kt)
        else:
            theta = theta * np.sqrt((1 - t) / (1 - share[place - 1]))
        theta = sums.solve(theta)
        root.append(np.sqrt(-sums.free_energy(theta)))
    slope = np.polyfit(root, share * critical_kt, 4)[-2]
    return 2 / slope**2 / normal, normal * critical_kt**2 / (8 * np.pi * -cold)


def start(sums, gap):
    """Delta(i w_n) as gap/(1 + w_n^2)."""
    w = np.pi * sums.kt * (2 * sums.n + 1)
    return np.arctan(gap / (w * (1 + w**2)))
