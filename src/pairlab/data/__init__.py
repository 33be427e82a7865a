"""Measured data: numbers as their sources print them, with source, errors and status."""
