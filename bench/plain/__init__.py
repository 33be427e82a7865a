"""What pairlab is measured against: the same physics in plain NumPy and SciPy, without JAX.

wires: the recipe that a careful scientist would follow (harmonics, tanh-sinh, brentq).
gaps: the gaps at T = 0 with the density equation, on the nodes of `wires`.
tabulated: pairlab's own algorithm, so that one sees what the algorithm gives and what compilation.
"""
