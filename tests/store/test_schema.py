"""The tables over the life of a program: what an upgrade keeps, what it throws away to fetch anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desktop.domain import commands as c
from desktop.domain.changes import Cause
from desktop.domain.ids import CommandId, InteractionId
from desktop.store import journal, outbox, projections, schema
from desktop.store.database import Store, StoreError
from desktop.store.rows import Draft, InboxView


def _version(store: Store, number: int) -> None:
    store.write(lambda w: w.conn.execute(f"PRAGMA user_version = {number}"), Cause.SYSTEM).result()


def test_a_new_shape_of_the_cache_empties_it_and_keeps_what_the_agent_wrote(world: Any, path: Path) -> None:
    world.arrive(world.interaction(), world.message())
    world.perform(c.Hold(interaction_id=InteractionId("i1")))
    world.do(journal.save_draft, Draft(InteractionId("i1"), "reply", "Sehr geehrte"))
    _version(world.store, schema.JOURNAL * 1000 + schema.CACHE + 7)
    world.store.close()

    store = Store.open(path, world.key)
    try:
        assert store.query(projections.sync_state).cursor == 0
        assert store.query(lambda conn: projections.inbox(conn, InboxView.MINE, world.me)) == []
        assert [entry.id for entry in store.query(outbox.entries)] == [CommandId("k1")]
        assert store.query(projections.drafts)[0].text == "Sehr geehrte"
    finally:
        store.close()


def test_an_upgrade_cut_short_goes_on_at_the_next_start(
    path: Path, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.do(journal.set_setting, "theme", "dark")
    _version(world.store, 0)
    world.store.close()
    with monkeypatch.context() as patch:
        patch.setattr(schema, "CACHE_DDL", (*schema.CACHE_DDL, "CREATE TABLE broken ("))
        with pytest.raises(StoreError):
            Store.open(path, world.key)

    store = Store.open(path, world.key)
    assert store.query(journal.settings) == {"theme": "dark"}
    store.close()


def test_columns_take_only_their_type(store: Store) -> None:
    tables = store.query(
        lambda conn: conn.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%sqlite_%'"
        ).fetchall()
    )
    # FTS5 makes its own tables.
    ours = [(name, sql) for name, sql in tables if not name.startswith("search_text")]
    assert {"outbox", "draft", "file", "message", "sync_state"} <= {name for name, _ in ours}
    assert [name for name, sql in ours if "STRICT" not in sql] == []
