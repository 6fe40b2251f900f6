"""Reading a hub's database beside the hub that runs on it, without the means to change anything: no schema is brought up to
date and no number of the feed is taken. For the processes that learn from history.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from desktop.hub.db.database import with_driver
from desktop.hub.db.ledger import Ledger


@asynccontextmanager
async def reader(url: str) -> AsyncIterator[Ledger]:
    """A ledger over ``url`` that can only read. Each statement sees what is committed by then, so that a long reading keeps
    nothing from being cleared away. Raises ``sqlalchemy.exc.OperationalError`` where the database is not there."""
    is_sqlite = url.startswith("sqlite")
    arguments: dict[str, Any] = {} if is_sqlite else {"server_settings": {"default_transaction_read_only": "on"}}
    if is_sqlite:
        _must_be_there(Path(make_url(url).database or ""))
    engine = create_async_engine(
        with_driver(url),
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args=arguments,
    )
    try:
        if is_sqlite:
            event.listen(engine.sync_engine, "connect", _only_read)
        async with engine.connect() as connection:
            yield Ledger(connection, may_write=False)
    finally:
        await engine.dispose()


def _must_be_there(file: Path) -> None:
    """SQLite would make a database that is not there."""
    if not file.is_file():
        raise OperationalError("open", None, FileNotFoundError("there is no such database"))


def _only_read(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("busy_timeout=15000", "query_only=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
