"""Bands told by their energy alone."""
