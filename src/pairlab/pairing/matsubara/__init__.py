"""The family of Matsubara sums: Eliashberg theory of bands, on the imaginary axis."""
