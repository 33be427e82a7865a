"""Eq. 3.11 of Dolgopolov in interval arithmetic, for S = E^p and E_1 = 1: shares no code."""

from flint import acb, arb, ctx

DIGITS = 60


def unbalanced(power, temperature, depth):
    """Right side minus left side of Eq. 3.11 as the paper prints it, over kT, as an arb.

    temperature: kT/E_1. depth: C. Integrals are cut 200 kT away from E_1, where f is below 1e-86.
    """
    ctx.dps = DIGITS
    p, x, c = acb(arb(power)), arb(temperature), arb(depth)
    foot = 1 / x

    def above(u, _):
        return (1 + x * u) ** p / (u.exp() + 1)

    def below(u, _):
        return (1 - x * u) ** p / (u.exp() + 1)

    def below_by_root(v, _):  # u = foot - v^2: the power of E ends in an integrable corner
        return x.sqrt() ** (2 * power) * v ** int(2 * power) * 2 * v / ((foot - v * v).exp() + 1)

    if float(foot) < 200:
        left = acb.integral(below_by_root, acb(0), acb(foot.sqrt())).real
    else:
        left = _panels(below, arb(200))
    return _panels(above, c) - left


def _panels(function, end):
    total, low = arb(0), arb(0)
    while low < end:
        high = low + 8 if low + 8 < end else end
        total += acb.integral(function, acb(low), acb(high)).real
        low = high
    return total


def depth_bracketed(power, temperature, low, high):
    """Whether the root C lies for certain between two values: the signs there are certain."""
    return bool(unbalanced(power, temperature, low) < 0) and bool(
        unbalanced(power, temperature, high) > 0
    )
