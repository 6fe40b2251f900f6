"""A cache that breaks under a running engine: replaced, filled again from the backend, and nothing of the agent's lost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from desktop.domain.changes import Cause, Table
from desktop.domain.ids import InteractionId
from desktop.store import journal
from desktop.store.connection import PAGE_BYTES
from desktop.store.database import Salvage
from desktop.store.rows import Draft
from desktop.sync.status import Phase


async def test_the_backend_fills_a_cache_that_broke(
    desk: Any, fake: Any, a_contact: Any, a_message: Any, tmp_path: Path
) -> None:
    fake.put(*(a_contact(f"c{n}") for n in range(20)))
    fake.put(*(a_message(f"c{n % 20}", f"Nachricht {n} " * 40) for n in range(200)))
    desk.start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE and desk.count(Table.MESSAGE) == 200)
    heard: list[tuple[str, Salvage | None]] = []
    desk.store.on_trouble = lambda code, found: heard.append((code, found))
    draft = Draft(InteractionId("c1"), "reply", "angefangen")
    desk.store.write(lambda w: journal.save_draft(w, draft), Cause.AGENT).result()
    _break(desk.store)

    def look() -> None:
        desk.store.query(lambda conn: conn.execute("SELECT body FROM message").fetchall())

    await asyncio.to_thread(look)

    assert [code for code, _ in heard] == ["damaged"]
    assert desk.store.query(journal.drafts)[0].text == "angefangen"
    desk.engine.wake()
    await desk.until(lambda: desk.count(Table.MESSAGE) == 200 and desk.count(Table.INTERACTION) == 20)
    fake.put(a_message("c1", "danach"))
    await desk.until(lambda: "danach" in desk.texts("c1"))
    assert desk.status.phase is Phase.LIVE


def _break(store: Any) -> None:
    """Spoil a page of messages on the disk, and have nobody remember what was in it."""
    store.write(lambda w: w.scrub(), Cause.SYSTEM).result()
    root = store.query(
        lambda conn: conn.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'message'").fetchone()[0]
    )
    with store.path.open("rb+") as file:
        file.seek((root - 1) * PAGE_BYTES + 500)
        file.write(b"\xff" * 50)
    store.query(lambda conn: conn.execute("PRAGMA shrink_memory").fetchall())
