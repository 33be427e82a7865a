"""Two localised orbitals: their direct and exchange energies."""
