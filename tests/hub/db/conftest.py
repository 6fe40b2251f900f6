"""A database of its own for each test, opened on the test's own event loop, and short ways to make records."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.hub.db.database import Database, sqlite_url

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(sqlite_url(tmp_path / "hub.db"))
    yield opened
    await opened.close()
