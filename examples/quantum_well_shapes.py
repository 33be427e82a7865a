"""Exciton-phonon pairing in wells of other shapes: the steps are differences of levels."""

import numpy as np

import pairlab as pl
from pairlab.electrons.wells.triangular import TriangularWell
from pairlab.electrons.wells.well import Well, solve

SLOPE, MASS = 0.5, 0.02535  # meV/nm and electron masses: the levels that the paper prints

# The triangular well in closed form, and by diagonalisation: the same levels.
airy = TriangularWell(field_gradient=SLOPE, mass=MASS).levels(3)
walls = solve(Well(lambda z: SLOPE * z, width=400.0, mass=MASS, open_end=True), 3)
print("levels of the triangle:", airy.round(3), "meV")
assert np.allclose(airy, walls.levels, rtol=1e-8)

shapes = {
    "triangle": airy,
    "triangle with a soft floor": solve(
        Well(lambda z: SLOPE * np.sqrt(z**2 + 20.0**2), 400.0, MASS, open_end=True), 3
    ).levels,
    "half a parabola": solve(Well(lambda z: 0.01 * z**2, 200.0, MASS, open_end=True), 3).levels,
}
published = pl.ExcitonPhonon.preset("lk99")
for name, levels in shapes.items():
    model = published.replace(steps=np.diff(levels).tolist())
    tc = pl.critical_temperature(model)
    gap = float(pl.gap(model).fermi_gap[0])
    print(f"{name}: steps {np.diff(levels).round(2)} meV, Tc = {tc.value:.2f} K, gap {gap:.2f} meV")

# Half a parabola has the odd levels of the oscillator, which are equally spaced.
first, second = np.diff(shapes["half a parabola"])
assert abs(first / second - 1) < 1e-8
print(published.status)
