"""The band of conduction electrons of a crystal: S(E) and the Fermi energy."""

from functools import lru_cache

from pairlab.electrons.conduction import conduction_electrons
from pairlab.electrons.crystal import Crystal
from pairlab.electrons.density_table import DensityTable
from pairlab.electrons.dos import DifferentiableDensity, PowerLaw, free_electrons


@lru_cache(maxsize=256)
def reference_band(
    structure: Crystal | None, fermi_energy: float | None, electrons: float | None,
    effective_mass: float, table: DensityTable | None, exponent: float,
) -> tuple[DifferentiableDensity, float]:  # fmt: skip
    """S(E) and E_F of a crystal, from what is known of it.

    Args:
        structure: gives the number of electrons per volume and the volume of the cell.
        fermi_energy: meV from the bottom of the band; otherwise from the number of electrons, or
            from the table.
        electrons: per atom; otherwise from the table of elements.
        effective_mass: m_e, of free electrons. table: S(E) in their place.
        exponent: S ~ E^p in their place, with as many electrons below E_F.

    Raises: InputError where the number of electrons is not known, or as the table does.
    """
    density = None
    if fermi_energy is None and structure is not None and (table is None or not table.fermi_energy):
        per_atom = conduction_electrons(structure.symbols) if electrons is None else electrons
        density = per_atom * structure.density
    if table is not None:
        band = table.band(None if structure is None else structure.volume)
        known = band.fermi_energy if fermi_energy is None else fermi_energy
        fermi = band.states.filled_to(density) if density is not None else known
        assert fermi is not None
        return band.states, fermi
    free = free_electrons(effective_mass)
    fermi = free.filled_to(density) if density is not None else fermi_energy
    assert fermi is not None
    # As many electrons below E_F, whatever the exponent.
    amplitude = free.count(0.0, fermi) * (exponent + 1) / fermi ** (exponent + 1)
    return PowerLaw(exponent, amplitude), fermi
