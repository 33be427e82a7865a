"""Cao and Kavokin (2023): excitons and phonons in LK-99."""
