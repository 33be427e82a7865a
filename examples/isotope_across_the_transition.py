"""The isotope coefficient across the Lifshitz transition: large at its edge, small at the neck."""

import numpy as np

import pairlab as pl

m = pl.preset("h3s").replace(coupling=0.25)
points = [-1.0, -0.5, -0.1, 0.0, 0.02, 0.25, 0.5, 0.75, 0.85, 0.86, 1.0, 1.5]
data = pl.sweep(m, {"lifshitz": points}, ["critical_temperature", "isotope_coefficient"])

print("   eta        Tc [K]    alpha    error of alpha")
for eta in points:
    row = data.sel(lifshitz=eta)
    print(
        f"{eta:6.2f}  {float(row.critical_temperature):12.6g}  "
        f"{float(row.isotope_coefficient):7.4f}    {float(row.isotope_coefficient_error):.0e}"
    )

# alpha is the derivative (1/2) d ln Tc/d ln w0. A difference quotient agrees with it.
step = 1e-3
at = m.replace(lifshitz=0.5)
up, down = (
    np.log(float(pl.critical_temperature(at.replace(phonon_energy=330.0 * np.exp(s)))))
    for s in (step, -step)
)
quotient = (up - down) / (2 * step) / 2
alpha = float(data.isotope_coefficient.sel(lifshitz=0.5))
print(f"eta = 0.5: implicit derivative {alpha:.6f}, difference quotient {quotient:.6f}")
assert abs(alpha - quotient) < 1e-4

# The step at eta = w0~/DeltaE is real: there the cutoff meets the bottom of subband 3.
edge = m.cutoff / 274.0
print(f"w0~/DeltaE = {edge:.4f}: alpha steps between eta = 0.85 and 0.86")
below, above = (float(data.isotope_coefficient.sel(lifshitz=e)) for e in (0.85, 0.86))
assert 0.85 < edge < 0.86
assert above - below > 0.15
