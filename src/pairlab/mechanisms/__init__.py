"""One file for each published mechanism; `registry` finds them and those of other packages."""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


class _CallableModule(ModuleType):
    """`pairlab.mechanisms` is this folder and, called, the public function of that name."""

    def __call__(self) -> dict[str, Any]:
        return import_module(f"{__name__}._fields.registry").mechanisms()


sys.modules[__name__].__class__ = _CallableModule
