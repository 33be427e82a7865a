"""Tc of one phonon by the full Matsubara sum with a dense matrix: shares no code with pairlab.

Bergmann and Rainer's matrix for n, m = 0, ..., N - 1, with the sum in Z carried to infinity in
closed form, lambda(0) + 2 Sum_{l=1}^n lambda(l).
"""

import numpy as np
from scipy import linalg, optimize


def matrix(coupling, energy, kt, count, repulsion):
    """K_nm; repulsion: (count, count) or a number, mu between each two frequencies."""
    nu = 2 * np.pi * kt * np.arange(2 * count + 1)
    lam = coupling * energy**2 / (energy**2 + nu**2)
    m = np.arange(count)
    k = lam[np.abs(m[:, None] - m)] + lam[m[:, None] + m + 1] - 2 * repulsion
    k[m, m] -= 2 * m + 1 + lam[0] + 2 * np.concatenate([[0], np.cumsum(lam[1:count])])
    return k


def critical_kt(
    coupling, energy, count, guess, *, mu=0.0, reference=1.0, sharp=False, width=0.3
):
    """kTc with `count` frequencies; mu is rescaled from `reference` to 2 pi kT count, or cut there.

    A sharp cut leaves the share of the last frequency's cell that lies below it. The rescaled
    repulsion is a border of the matrix, whose Schur complement it is: the second eigenvalue then
    vanishes at Tc, on both sides of the pole of mu.
    """

    def leading(log_kt):
        kt = np.exp(log_kt)
        inside = np.clip(reference / (2 * np.pi * kt) - np.arange(count), 0.0, 1.0)
        k = matrix(coupling, energy, kt, count, mu * np.outer(inside, inside) if sharp else 0.0)
        place = count - 1
        if mu and not sharp:
            inverse = 1 / mu - np.log(2 * np.pi * kt * count / reference)
            k = np.block([
                [k, np.full((count, 1), np.sqrt(2))],
                [np.full((1, count), np.sqrt(2)), np.array([[inverse]])],
            ])  # fmt: skip
        return linalg.eigvalsh(k, subset_by_index=(place, place), driver="evr")[0]

    low, high = np.log(guess) - width, np.log(guess) + width
    return float(np.exp(optimize.brentq(leading, low, high, xtol=1e-10)))


def many(coupling, energy, count, near, *, mu, reference):
    """kTc with thousands of frequencies, from one near it: a secant in the eigenvalue that is
    nearest to zero, by inverse iteration."""

    def nearest(kt):
        bordered = np.empty((count + 1, count + 1))
        bordered[:count, :count] = matrix(coupling, energy, kt, count, 0.0)
        bordered[:count, count] = bordered[count, :count] = np.sqrt(2)
        bordered[count, count] = 1 / mu - np.log(2 * np.pi * kt * count / reference)
        factors = linalg.lu_factor(bordered, check_finite=False)
        vector = np.append(1 / (2 * np.arange(count) + 1), 0.0)
        for _ in range(8):
            vector = linalg.lu_solve(factors, vector / np.linalg.norm(vector), check_finite=False)
        vector /= np.linalg.norm(vector)
        return vector @ bordered @ vector

    here, beside = nearest(near), nearest(near * 1.0001)
    return near * float(np.exp(-here * 1e-4 / (beside - here)))


def gap(coupling, energy, kt, *, mu=0.0, at=100.0, count=600, steps=4000):
    """Delta_n and Z_n by plain iteration of both equations, folded on w_n > 0: Delta is even.

    The sum in Z goes on past the last gap: Sum_{m >= N} [lambda(n - m) - lambda(n + m + 1)] is the
    sum of lambda(l) from N - n to N + n.
    """
    n = np.arange(count)
    w = np.pi * kt * (2 * n + 1)
    ladder = coupling * energy**2 / (energy**2 + (2 * np.pi * kt * np.arange(2 * count)) ** 2)
    apart, across = ladder[np.abs(n[:, None] - n)], ladder[n[:, None] + n + 1]
    inside = np.clip(at / (2 * np.pi * kt) - n, 0.0, 1.0)
    even, odd = apart + across - 2 * mu * np.outer(inside, inside), apart - across
    summed = np.concatenate([[0.0], np.cumsum(ladder)])
    beyond = summed[count + n + 1] - summed[count - n]
    delta = energy / 5 / (1 + (w / energy) ** 2)
    for _ in range(steps):
        root = np.sqrt(w**2 + delta**2)
        z = 1 + np.pi * kt / w * (odd @ (w / root) + beyond)
        new = np.pi * kt / z * (even @ (delta / root))
        if np.max(np.abs(new - delta)) < 1e-13 * np.abs(new).max():
            break
        delta = new
    return new, z


def limit(values):
    """From values at N, 2 N, 4 N whose distance from the limit goes as a power of N (Aitken)."""
    first, second, third = values
    return third - (third - second) ** 2 / ((third - second) - (second - first))
