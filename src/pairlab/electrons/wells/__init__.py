"""Quantum wells."""
