"""What counts as an array: numbers enter a calculation from NumPy and leave it from JAX."""

from typing import TYPE_CHECKING, Any

import jax
import numpy as np

if TYPE_CHECKING:
    Array = Any  # no static type says "either": what is checked is the shape, when the tests run
else:
    Array = jax.Array | np.ndarray | np.generic
