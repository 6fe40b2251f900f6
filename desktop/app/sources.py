"""PySide reads the source of each module that is imported after it, to see whether it uses PySide (and might then use its
``__feature__``, as nothing here does), and ``linecache`` keeps them all: 12 MiB, and milliseconds of the start. Called before
anything else is imported.
"""

from __future__ import annotations

import linecache
import sys
from typing import Any

import PySide6.QtCore  # noqa: F401 - from here on it would read


def leave_alone() -> None:
    """Have PySide read no sources, and forget those it read."""
    feature: Any = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda module: True
    linecache.clearcache()
