"""A superlattice of your own: the barrier is given, the transverse dispersion follows."""

import pairlab as pl

wires = pl.Superstripes(
    well_width="0.9 nm",
    barrier_width=0.5,
    barrier_height="2.5 eV",
    well_mass=1.0,
    barrier_mass=1.0,
    wire_mass=1.0,
    phonon_energy=150.0,
    softening="none",
    coupling=0.35,
    lifshitz=0.8,
)
bands = wires.solved_subbands()
print(f"subband 3: {bands.width(3):.3f} meV wide, from {bands.bottom(3):.2f} meV")
print(f"chemical potential {wires.chemical_potential:.2f} meV")

tc = pl.critical_temperature(wires)
ratios = pl.gap_ratio(wires).gap_ratio
print(f"Tc = {tc.value:.4f} K +- {tc.error:.1e} K")
print("2 Delta/kTc of each subband:", ratios.values.round(4))

# The same structure asked for by its dispersion gives the barrier, and Tc, back.
same = wires.replace(barrier_height=None, transverse_dispersion=bands.width(3))
print(f"barrier solved from that width: {same.lattice().barrier_height:.6f} meV")
assert abs(same.lattice().barrier_height - 2500.0) < 1e-6
assert abs(pl.critical_temperature(same).value / tc.value - 1) < 1e-8

# All energies times 2, all lengths over sqrt(2): Tc doubles exactly.
doubled = wires.replace(
    well_width=wires.well_width / 2**0.5,
    barrier_width=wires.barrier_width / 2**0.5,
    barrier_height=2 * 2500.0,
    phonon_energy=2 * wires.phonon_energy,
)
assert abs(pl.critical_temperature(doubled).value / (2 * tc.value) - 1) < 1e-10

# What cannot be built is refused with the reason.
try:
    wires.replace(barrier_height=None, transverse_dispersion=5000.0)
except pl.InputError as error:
    print(error)
else:
    raise AssertionError("no barrier gives that dispersion")
