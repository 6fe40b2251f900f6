"""The public mail fixtures beside the project."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture
def shared() -> Path:
    """The folder of public data sets."""
    if not SHARED.is_dir():
        pytest.skip("the public data sets are not beside the project (../shared/data)")
    return SHARED
