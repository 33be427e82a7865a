"""Runtime checks of shapes and types in every test."""

import os
import sys
from pathlib import Path

# The matrices are small, and threads of several workers waiting for each other cost four times
# what they gain.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import jaxtyping
from hypothesis import settings

# The rooms whose functions take arrays. It has to happen before the first of them is imported.
# The rooms further down hold pydantic models, whose `Self` annotations beartype cannot read.
jaxtyping.install_import_hook(
    ["pairlab.numerics", "pairlab.electrons", "pairlab.pairing"], "beartype.beartype"
)

# No deadline: what is cached is made by the first example. No database: runs are repeatable.
settings.register_profile(
    "pairlab", max_examples=10, deadline=None, derandomize=True, database=None
)
settings.load_profile("pairlab")

# References that several folders share (spectral_elements) lie beside this file.
sys.path.insert(0, str(Path(__file__).parent))
