"""What the carriers are: dispersions, wavefunctions, densities of states."""
