"""What pairlab is measured against: the same physics in plain NumPy and SciPy.

wires: the recipe that a careful scientist would follow (harmonics, tanh-sinh, brentq).
gaps: the gaps at T = 0 with the density equation, on the nodes of `wires`.
"""
