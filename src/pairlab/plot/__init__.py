"""Figures: one backend-neutral description, and what draws it."""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class _CallableModule(ModuleType):
    """`pairlab.plot` is this folder and, called, the public function of that name."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return import_module(f"{__name__}.figures").plot(*arguments, **options)


sys.modules[__name__].__class__ = _CallableModule
