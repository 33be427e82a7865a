"""Eliashberg theory at real frequencies: spectra and their edges."""
