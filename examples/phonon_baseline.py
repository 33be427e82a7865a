"""What phonons alone would give: one spectrum, three theories, and what a junction would show."""

import numpy as np

import pairlab as pl
from pairlab.pairing.phonons.spectrum import PhononSpectrum

# alpha^2F with two peaks, as of a simple metal, scaled to lambda = 1.2; a file does the same:
# spectrum = pl.read_spectrum("metal.a2f")
w = np.linspace(0.1, 11.0, 300)
shape = np.exp(-(((w - 4.5) / 0.9) ** 2)) + 0.7 * np.exp(-(((w - 8.5) / 0.5) ** 2))
shape = shape * np.clip(w / 3, 0, 1) ** 2
shape[-1] = 0.0
scale = 1.2 / PhononSpectrum(frequency=tuple(w), coupling_function=tuple(shape)).coupling
metal = PhononSpectrum(frequency=tuple(w), coupling_function=tuple(scale * shape), name="metal")

repulsion = {"mu_star": 0.11, "mu_star_frequency": "w_max", "mu_star_scheme": "rescaled"}
theories = {
    "McMillan": pl.McMillan(spectrum=metal, mu_star=0.11),
    "Allen and Dynes": pl.AllenDynes(spectrum=metal, mu_star=0.11),
    "Eliashberg": pl.Eliashberg(spectrum=metal, **repulsion),
}
print(f"lambda {metal.coupling:.3f}, w_log {metal.log_frequency:.3f} meV")
for name, theory in theories.items():
    tc, alpha = pl.critical_temperature(theory), pl.isotope_coefficient(theory)
    print(f"{name:16s} Tc = {tc.value:.4f} K, isotope coefficient {alpha.value:.4f}")

full = theories["Eliashberg"]
tc = float(pl.critical_temperature(full))
ratio = float(pl.gap_ratio(full).gap_ratio)
jump = float(pl.thermodynamics(full, 0.5 * tc).specific_heat_jump)
print(f"2 Delta/kTc = {ratio:.4f}, jump {jump:.4f}; in weak coupling 3.5278 and 1.4261")
assert ratio > 3.5278
assert jump > 1.4261

# The formula of Mitrovic, Zarate and Carbotte, Phys. Rev. B 29, 184 (1984), good to some per cent.
x = 0.08617333262 * tc / metal.log_frequency
formula = 3.53 * (1 + 12.5 * x**2 * np.log(1 / (2 * x)))
print(f"their formula: {formula:.4f}")
assert abs(ratio / formula - 1) < 0.05

# Phonons in the density of states: it falls below that of a constant gap at Delta + w.
gap = float(pl.gap(full).gap[0])
energy = np.linspace(gap + 1.0, gap + 12.0, 200)
seen = pl.tunnelling_spectrum(full, 0.0, broadening=0.05, energy=energy)
constant = energy / np.sqrt(energy**2 - gap**2)
deviation = seen.tunnelling_density_of_states.values[0] / constant - 1
deepest = energy[deviation.argmin()] - gap
print(f"deepest deviation {deviation.min():.4f} at Delta + {deepest:.2f} meV")
assert deviation.min() < -0.02
assert 4.0 < deepest < 11.0

# Which phonons make the isotope effect: its parts sum to the whole.
modes = pl.isotope_by_mode(full)
half = float(modes.phonon_frequency[int(np.searchsorted(
    modes.cumulative_isotope.values, modes.cumulative_isotope.values[-1] / 2))])  # fmt: skip
print(f"half of the isotope effect comes from phonons below {half:.2f} meV")
assert abs(modes.cumulative_isotope.values[-1] - pl.isotope_coefficient(full).value) < 1e-4
