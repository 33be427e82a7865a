"""Crystals: structures, and how lattices repeat."""
