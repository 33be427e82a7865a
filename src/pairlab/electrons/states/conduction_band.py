"""The band of conduction electrons of a crystal: S(E) and the Fermi energy."""

from functools import lru_cache

from pairlab.electrons.crystals.crystal import Crystal
from pairlab.electrons.states.conduction import conduction_electrons
from pairlab.electrons.states.density_table import DensityTable
from pairlab.electrons.states.dos import DifferentiableDensity, PowerLaw, free_electrons
from pairlab.errors import InputError


@lru_cache(maxsize=256)
def reference_band(
    structure: Crystal | None, fermi_energy: float | None, electrons: float | None,
    effective_mass: float, table: DensityTable | None, exponent: float,
) -> tuple[DifferentiableDensity, float]:  # fmt: skip
    """S(E) and E_F of a crystal, from what is known of it.

    Args:
        structure: gives the number of electrons per volume and the volume of the cell.
        fermi_energy: meV from the bottom of the band.
        electrons: per atom, which give E_F. With neither, E_F is that of the table, and without
            one the table of elements says how many electrons there are.
        effective_mass: m_e, of free electrons. table: S(E) in their place.
        exponent: S ~ E^p in their place, with as many electrons below E_F.

    Raises: InputError where the number of electrons is not known, or as the table does.
    """
    known = fermi_energy is not None or (table is not None and table.fermi_energy is not None)
    density = None
    if structure is not None and (electrons is not None or not known):
        per_atom = conduction_electrons(structure.symbols) if electrons is None else electrons
        density = per_atom * structure.density
    if table is not None:
        band = table.band(structure)
        own = band.fermi_energy if fermi_energy is None else fermi_energy
        fermi = band.states.filled_to(density) if density is not None else own
        assert fermi is not None
        if fermi > band.states.top:
            raise InputError(
                what=f"the density of states ends {band.states.top:g} meV above the bottom of the "
                "band",
                why="it does not reach the Fermi energy",
                remedy="calculate it over a wider range of energies, or correct the Fermi energy "
                "or the number of electrons",
            )
        return band.states, fermi
    free = free_electrons(effective_mass)
    fermi = free.filled_to(density) if density is not None else fermi_energy
    assert fermi is not None
    # As many electrons below E_F, whatever the exponent.
    amplitude = free.count(0.0, fermi) * (exponent + 1) / fermi ** (exponent + 1)
    return PowerLaw(exponent, amplitude), fermi
