"""Names of a module that are loaded when they are first asked for: most programs need only some of what it hands out."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def deferred(package: str, places: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a module: ``places`` says in which module, relative to ``package``, each name is."""

    def load(name: str) -> Any:
        if name not in places:
            raise AttributeError(name)
        return getattr(importlib.import_module(places[name], package), name)

    return load
