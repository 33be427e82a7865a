"""The family of kernels and pair susceptibilities: the gap as a sum over modes in each band.

    Delta = K . X(T, Delta) . Delta          Tc: the leading eigenvalue of K . X(T, 0) reaches 1
"""
