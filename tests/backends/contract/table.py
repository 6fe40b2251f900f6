"""The capability table of docs/backends.md: what the stories measured and what the code says, and whether both are what the
page tells.
"""

from __future__ import annotations

from typing import Any

import pytest

from .stories import Story


def check(config: pytest.Config, told: Story, kind: str, cell: str) -> None:
    """Hold a cell to the page."""


def note(item: pytest.Item, report: pytest.TestReport) -> None:
    """Keep what a story measured."""


def rewrite(config: Any) -> None:
    """Write the table."""
