"""Complex gaps of Eliashberg theory by full sums and iteration from random starts, and their free
energy by plain sums: shares no code with pairlab.

Bands of equal densities of states, phonons of one energy, mu*_ij and the sums that both end at a
cutoff. With c = w/sqrt(w^2 + |Delta|^2) and s = Delta/sqrt(w^2 + |Delta|^2), and d_n the part of
frequency n that lies below the cutoff,

    F/N(0) = (1/bands) {-4 pi kT Sum d_n w_n (c_n - 1)
        - 2 (pi kT)^2 Sum_nm d_n lambda(n - m) [(c_n c_m - 1) d_m + 2 (c_n - 1) (1 - d_m)]
        + 2 (pi kT)^2 Sum_nm d_n lambda(n + m + 1) [(c_n c_m - 1) d_m + 2 (c_n - 1) (1 - d_m)]
        - 2 (pi kT)^2 Sum_nm d_n d_m [lambda(n - m) + lambda(n + m + 1) - 2 mu] Re s_n s_m^*}
"""

import numpy as np

_MIXED = 0.8
_MOST = 60000


class ComplexGaps:
    def __init__(self, couplings, mu, kt, *, phonon, cutoff, past=4000):
        step = 2 * np.pi * kt
        self.couplings, self.mu, self.kt = np.array(couplings), np.array(mu), kt
        count = int(np.ceil(cutoff / step))
        n = np.arange(count)
        shape = 1 / (1 + (step * np.arange(count + past + 1) / phonon) ** 2)
        self.w = np.pi * kt * (2 * n + 1)
        self.counted = np.clip(cutoff / step - n, 0.0, 1.0)
        apart, across = shape[np.abs(n[:, None] - n)], shape[n[:, None] + n + 1]
        self.odd, self.even = apart - across, apart + across
        # Sum_m [lambda(n - m) - lambda(n + m + 1)] over every m, which telescopes.
        self.whole = shape[0] + 2 * np.concatenate([[0.0], np.cumsum(shape[1:count])])
        self.phonon = phonon

    def _parts(self, delta):
        root = np.sqrt(self.w**2 + np.abs(delta) ** 2)
        return self.w / root, delta / root

    def iterated(self, delta):
        """A solution from a start, (band, n)."""
        for _ in range(_MOST):
            c, s = self._parts(delta)
            shift = self.whole + ((c - 1) * self.counted) @ self.odd.T
            z = 1 + np.pi * self.kt * (self.couplings @ shift) / self.w
            s = s * self.counted
            pairing = self.couplings @ (s @ self.even.T) - 2 * self.mu @ s.sum(1)[:, None]
            change = np.pi * self.kt * pairing / z - delta
            delta = delta + _MIXED * change
            if np.max(np.abs(change)) < 1e-11 * np.max(np.abs(delta)):
                return delta
        raise AssertionError("no convergence")

    def free_energy(self, delta):
        c, s = self._parts(delta)
        d, size = self.counted, len(self.couplings)
        u2 = (np.pi * self.kt) ** 2
        total = -4 * np.pi * self.kt * np.sum(d * self.w * (c - 1))
        outside = self.whole - self.odd @ d  # what pairs with frequencies that hold no gap
        for i in range(size):
            for j in range(size):
                normal = np.outer(c[i], c[j]) - 1
                pair = np.real(np.outer(s[i], s[j].conj()))
                of_normal = d @ (self.odd * normal) @ d + 2 * d @ (outside * (c[i] - 1))
                of_pairs = d @ (self.even * pair) @ d
                total -= 2 * u2 * self.couplings[i, j] * (of_normal + of_pairs)
                total += 4 * u2 * self.mu[i, j] * (d @ pair @ d)
        return float(total / size)

    def starts(self, tries, seed, *, real):
        random = np.random.default_rng(seed)
        size = len(self.couplings)
        for _ in range(tries):
            phase = random.uniform(0, 2 * np.pi, size)
            factor = np.where(np.cos(phase) < 0, -1.0, 1.0) if real else np.exp(1j * phase)
            height = random.uniform(0.5, 2.0, size) * self.phonon / 5
            yield (factor * height)[:, None] / (1 + (self.w / self.phonon) ** 2)

    def lowest(self, tries, seed, *, real=False):
        """The lowest free energy of several random starts, and the gaps."""
        found = [self.iterated(one) for one in self.starts(tries, seed, real=real)]
        energies = [self.free_energy(one) for one in found]
        return min(energies), found[int(np.argmin(energies))]
