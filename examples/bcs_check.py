"""Textbook numbers of weak-coupling BCS theory, and how they are approached."""

import numpy as np

import pairlab as pl

# What the weak-coupling limit gives: 2 Delta/kTc = 2 pi/e^gamma, kTc = (2 e^gamma/pi) w_c e^(-1/g).
ratio_in_theory = 2 * np.pi / np.exp(np.euler_gamma)
prefactor_in_theory = 2 * np.exp(np.euler_gamma) / np.pi
boltzmann = 0.08617333262  # meV/K

print("coupling      Tc [K]   2 Delta/kTc   kTc e^(1/g)/w_c   isotope")
for coupling in (0.4, 0.3, 0.2, 0.1):
    bcs = pl.Bcs(coupling=coupling, cutoff=30.0)
    tc = pl.critical_temperature(bcs)
    ratio = float(pl.gap_ratio(bcs).gap_ratio)
    prefactor = boltzmann * tc.value / 30.0 * np.exp(1 / coupling)
    alpha = pl.isotope_coefficient(bcs).value
    print(f"{coupling:8.2f}  {tc.value:.4e}  {ratio:12.6f}  {prefactor:16.6f}  {alpha:8.4f}")

assert abs(ratio - ratio_in_theory) < 1e-5
assert abs(prefactor - prefactor_in_theory) < 1e-5
assert abs(alpha - 0.5) < 1e-6

# Below 1e-6 K there is a code for it, not a bare zero.
nothing = pl.critical_temperature(pl.Bcs(coupling=0.02, cutoff=30.0))
assert nothing.result is pl.Result.NO_SUPERCONDUCTIVITY
print(f"coupling 0.02: {nothing.value} K +- {nothing.error} K. {nothing.result.value}")
