"""The agent at work of ``tests/ui``, for what the program does around a window."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_found = importlib.util.spec_from_file_location("agent_at_work", Path(__file__).parent.parent / "ui" / "conftest.py")
assert _found is not None
assert _found.loader is not None
_module = importlib.util.module_from_spec(_found)
sys.modules["agent_at_work"] = _module
_found.loader.exec_module(_module)

sample = _module.sample
shift = _module.shift
window = _module.window
