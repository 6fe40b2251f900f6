"""What the bare encrypted database takes for the same question, asked with the plain driver in the same run: the floor that
the product's figures stand on."""

from __future__ import annotations

import time
from collections.abc import Sequence

from desktop.app.bench.caches import Cache
from desktop.domain.ids import InteractionId
from desktop.session.accounts import VaultKind
from desktop.session.vault import database_key, open_vault
from desktop.store.connection import Connection, open_reader

_STREAM_ROWS = 50


def bare(cache: Cache) -> Connection:
    """Return a reading connection of the driver's own to the cache."""
    return open_reader(
        cache.database, database_key(open_vault(cache.profile.root, VaultKind.FILE), cache.account.id), 0
    )


def newest_messages(conn: Connection, ids: Sequence[InteractionId], runs: int) -> list[float]:
    """Return the milliseconds that reading the newest messages of conversations takes, ``runs`` times in turn."""
    times = []
    for number in range(runs):
        began = time.perf_counter()
        conn.execute(
            "SELECT body FROM message WHERE interaction_id = ? ORDER BY sent_at DESC, id DESC LIMIT ?",
            (ids[number % len(ids)], _STREAM_ROWS),
        ).fetchall()
        times.append((time.perf_counter() - began) * 1000)
    return times
