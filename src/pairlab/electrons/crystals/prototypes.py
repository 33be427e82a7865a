"""Simple structures as plain data, as `electrons.crystals.crystal.Crystal` takes them; nm."""

from typing import Any


def bcc(symbol: str, a: float) -> dict[str, Any]:
    """A bcc element as the field `structure` takes it, a in nm."""
    half = a / 2
    cell = [[-half, half, half], [half, -half, half], [half, half, -half]]
    return {"name": f"{symbol}, bcc, a = {a:g} nm", "cell": cell, "symbols": [symbol],
            "positions": [[0.0, 0.0, 0.0]]}  # fmt: skip


def fcc(symbol: str, a: float) -> dict[str, Any]:
    """An element in fcc."""
    half = a / 2
    cell = [[0.0, half, half], [half, 0.0, half], [half, half, 0.0]]
    return {"name": f"{symbol}, fcc, a = {a:g} nm", "cell": cell, "symbols": [symbol],
            "positions": [[0.0, 0.0, 0.0]]}  # fmt: skip


def arsenic_type(symbol: str, a: float, c: float, u: float) -> dict[str, Any]:
    """A rhombohedral element with two atoms, (0, 0, +-u), in hexagonal axes."""
    centres = [(0.0, 0.0, 0.0), (2 / 3, 1 / 3, 1 / 3), (1 / 3, 2 / 3, 2 / 3)]
    positions = [[x, y, (z + at) % 1] for x, y, z in centres for at in (u, -u)]
    cell = [[a, 0.0, 0.0], [-a / 2, a * 3**0.5 / 2, 0.0], [0.0, 0.0, c]]
    return {"name": f"{symbol}, rhombohedral, a = {a:g} nm, c = {c:g} nm", "cell": cell,
            "symbols": [symbol] * 6, "positions": positions}  # fmt: skip
