"""The gap equation: what binds (a kernel) acting on what can be bound (a pair susceptibility)."""
