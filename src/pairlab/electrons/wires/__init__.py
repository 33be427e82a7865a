"""Superlattices of quantum wires: bands, contours, carriers."""
