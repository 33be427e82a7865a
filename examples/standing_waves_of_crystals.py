"""Do standing waves meet the Fermi energy? Eight elements and a layered compound.

Structures are built with ASE from published lattice constants, for fcc and bcc elements those of
Kittel, Introduction to Solid State Physics, chapter 1; Mg (a = 3.209, c = 5.211 angstrom) and MgB2
(a = 3.086, c = 3.524 angstrom: Nagamatsu et al., Nature 410, 63 (2001)). The mechanism asks for a
pairing energy above |E_F - E_l|; the last column is what BCS would call one, 1.764 k Tc of the
measured Tc at ambient pressure. The levels of cubic elements are checked against h^2/8mR^2 by hand.
"""

import math

from ase.build import bulk
from ase.spacegroup import crystal
from scipy import constants

import pairlab as pl

MEASURED = {  # K; 0: normal as far as it was cooled
    "Li": 4e-4, "Na": 0.0, "Al": 1.175, "Cu": 0.0, "Ag": 0.0, "Nb": 9.25, "Pb": 7.196, "Mg": 0.0,
    "MgB2": 39.0,
}  # fmt: skip
CUBIC = {
    "Li": ("bcc", 3.491, math.sqrt(3) / 2), "Na": ("bcc", 4.225, math.sqrt(3) / 2),
    "Al": ("fcc", 4.05, math.sqrt(1 / 2)), "Cu": ("fcc", 3.61, math.sqrt(1 / 2)),
    "Ag": ("fcc", 4.09, math.sqrt(1 / 2)), "Nb": ("bcc", 3.30, math.sqrt(3) / 2),
    "Pb": ("fcc", 4.95, math.sqrt(1 / 2)),
}  # fmt: skip
"""Lattice, a in angstrom, and the shortest R over a."""


def structures():
    """ASE structures by name."""
    for name, (lattice, a, _) in CUBIC.items():
        yield name, bulk(name, lattice, a=a)
    yield "Mg", bulk("Mg", "hcp", a=3.209, c=5.211)
    yield "MgB2", crystal(
        ("Mg", "B"), [(0, 0, 0), (1 / 3, 2 / 3, 1 / 2)], spacegroup=191,
        cellpar=(3.086, 3.086, 3.524, 90, 90, 120),
    )  # fmt: skip


def main() -> None:
    print("           E_F     nearest level          E_F - E_l   1.764 k Tc")
    closest = {}
    for name, atoms in structures():
        # A compound is in no table: magnesium gives two electrons, boron three.
        electrons = 8 / 3 if name == "MgB2" else None
        m = pl.StandingWave(structure=atoms, electrons=electrons)
        d = pl.standing_waves(m)
        first = d.isel(wave=0)
        delta = 1.764 * 0.0861733 * MEASURED[name]
        closest[name] = abs(float(first.fermi_mismatch))
        shown = f"{delta:8.2g} meV" if delta else "  (normal)"
        print(
            f"{name:5s} {float(d.fermi_energy) * 1e-3:7.3f} eV   [{first.wave.item():3s}] "
            f"R = {float(first.repeat_distance):.4f} nm {float(first.fermi_mismatch):9.0f} meV "
            f"{shown}"
        )
        if name in CUBIC:
            _, a, share = CUBIC[name]
            level = constants.h**2 / (8 * constants.m_e * (a * share * 1e-10) ** 2)
            shortest = d.standing_wave_energy.values.max()
            assert abs(shortest / (level / constants.e * 1e3) - 1) < 1e-8
    superconducting = [name for name, kelvin in MEASURED.items() if kelvin > 0]
    met = [n for n in superconducting if closest[n] < 1.764 * 0.0861733 * MEASURED[n]]
    print(f"superconductors whose measured gap would satisfy Eq. 3.4: {', '.join(met) or 'none'}")


if __name__ == "__main__":
    main()
