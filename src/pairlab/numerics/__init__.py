"""Numerical building blocks on NumPy arrays: safe functions, quadrature, leading eigenpairs, roots.

The point axis comes first: every function takes arrays with any leading axes, so that one point
and a batch of points are the same code.
"""
