"""Densities of states: closed forms, from files, and conduction bands."""
