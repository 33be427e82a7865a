"""Numerical building blocks: safe functions, quadrature rules, leading eigenpairs.

Importing this room switches JAX to float64: a critical temperature of 1e-3 K beside a cutoff of
100 meV needs more digits than float32 has.
"""

import os
import sys

_JAX_IS_NEW = "jax" not in sys.modules
if _JAX_IS_NEW:
    # XLA sizes its thread pool by NPROC. Compiled loops hold one of its threads while they wait for
    # others, so that two calls at once never return from a pool of two; a wide pool has room.
    os.environ.setdefault("NPROC", str(4 * (os.cpu_count() or 1) + 4))

import jax  # noqa: E402

jax.config.update("jax_enable_x64", True)

WORKERS = (os.cpu_count() or 1) if _JAX_IS_NEW else 1
"""How many threads may run compiled code at once; one where JAX was started by somebody else."""
