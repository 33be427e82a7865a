"""Formulas for Tc of phonon-mediated superconductors, against Eliashberg theory."""
