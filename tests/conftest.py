"""Runtime checks of shapes and types in every test, and one cache of compiled code for them all."""

import os
import sys
from pathlib import Path

# Most of the time of a test is compilation. JAX reads these variables at its import, and processes
# that tests start inherit them: workers, repeated runs and command lines share what is compiled.
_CACHE = Path(__file__).resolve().parents[1] / ".pytest_cache" / "xla"
if "JAX_COMPILATION_CACHE_DIR" not in os.environ:
    os.environ["JAX_COMPILATION_CACHE_DIR"] = str(_CACHE)
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")

# The matrices are small, and threads of several workers waiting for each other cost four times
# what they gain.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import jax  # noqa: E402
import jaxtyping  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    """A worker may meet an entry that another one is still writing; it then compiles for itself."""
    config.addinivalue_line(
        "filterwarnings", "ignore:Error (reading|writing) persistent compilation cache"
    )


# Numbers that enter a calculation are NumPy's, what comes out of one is JAX's, and the annotations
# say "array" for both: what is checked here is the shape and the kind of number.
jaxtyping.Array = jax.Array | np.ndarray | np.generic

# The rooms whose functions take arrays. It has to happen before the first of them is imported.
# The rooms further down hold pydantic models, whose `Self` annotations beartype cannot read.
jaxtyping.install_import_hook(
    ["pairlab.numerics", "pairlab.electrons", "pairlab.pairing"], "beartype.beartype"
)

# No deadline: the first example of a shape compiles for seconds. No database: runs are repeatable.
settings.register_profile(
    "pairlab", max_examples=10, deadline=None, derandomize=True, database=None
)
settings.load_profile("pairlab")

# References that several folders share (spectral_elements) lie beside this file.
sys.path.insert(0, str(Path(__file__).parent))
