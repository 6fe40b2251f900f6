"""What the tests of histories share: the public data beside the project, and a hub's database of one test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop.hub.blobs import Blobs
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.desk.setup import ensure_defaults

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture
def shared() -> Path:
    """The folder of public data sets."""
    if not SHARED.is_dir():
        pytest.skip("the public data sets are not beside the project (../shared/data)")
    return SHARED


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """The database of a new hub."""
    opened = await Database.open(sqlite_url(tmp_path / "hub.db"))
    async with opened.write() as ledger:
        await ensure_defaults(ledger)
    yield opened
    await opened.close()


@pytest.fixture
def blobs(database: Database, tmp_path: Path) -> Blobs:
    return Blobs(database, tmp_path / "blobs")
