"""Readers of files that people have: structures, densities of states, spectra, curves."""
