"""The family of Matsubara sums: Eliashberg theory of one or several bands, on the imaginary axis."""
