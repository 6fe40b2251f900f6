"""Real files of earlier versions, opened by this one: what the agent left is all there, the rest comes again from the hub."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.changes import Cause
from desktop.domain.ids import InteractionId
from desktop.store import journal, outbox, projections, salvage, schema
from desktop.store.apply import sync_state
from desktop.store.database import Store
from desktop.store.rows import OutboxState

HERE = Path(__file__).parent
VERSIONS = sorted(file.stem for file in HERE.glob("*.db"))

Neighbour = Callable[[str], Any]


@pytest.fixture
def make(neighbour: Neighbour) -> Any:
    return neighbour("upgrade/make.py")


@pytest.fixture(params=VERSIONS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, list[dict[str, Any]]]]:
    path = tmp_path / "cache.db"
    shutil.copy(HERE / f"{request.param}.db", path)
    expected = json.loads((HERE / f"{request.param}.json").read_text(encoding="utf-8"))
    for row in expected["outbox"]:
        # What was written when a desk had one account is of that one.
        row.setdefault("account", "")
    return path, expected


def test_there_is_a_file_of_this_version(make: Any, tmp_path: Path) -> None:
    """Tables that change need a number that changes, and a file that is kept before they do."""
    assert [f"v{number}" for number in range(1, schema.JOURNAL + 1)] == VERSIONS
    store = Store.open(tmp_path / "new.db", make.KEY)
    kept = tmp_path / "kept.db"
    shutil.copy(HERE / f"v{schema.JOURNAL}.db", kept)
    newest = Store.open(kept, make.KEY)
    assert store.query(_journal_tables) == newest.query(_journal_tables)
    newest.close()
    store.close()


def _journal_tables(conn: Any) -> list[Any]:
    rows = conn.execute("SELECT name, sql FROM sqlite_schema WHERE type IN ('table', 'index') ORDER BY name").fetchall()
    return [
        (name, sql)
        for name, sql in rows
        if name.split("_")[0] in ("outbox", "draft", "setting", "read", "file", "crash", "link", "correction")
    ]


def test_the_journal_is_complete_and_equal(old: Any, make: Any) -> None:
    path, expected = old
    for _ in range(2):
        store = Store.open(path, make.KEY)
        found = store.query(make.journal_of)
        version = store.query(lambda conn: conn.execute("PRAGMA user_version").fetchone()[0])
        store.close()
        assert {table: rows for table, rows in found.items() if table in expected} == expected
        assert [table for table in found if table not in expected and found[table]] == []
        assert version == schema.USER_VERSION


def test_what_was_waiting_goes_out_and_what_was_typed_is_shown(old: Any, make: Any) -> None:
    path, _ = old
    store = Store.open(path, make.KEY)
    store.write(outbox.recover, Cause.SYSTEM).result()
    states = {entry.id: entry.state for entry in store.query(outbox.entries)}
    assert [states[f"k-{state}"] for state in ("held", "queued", "pending", "ambiguous", "wedged")] == [
        OutboxState.HELD,
        OutboxState.QUEUED,
        OutboxState.PENDING,
        OutboxState.AMBIGUOUS,
        OutboxState.WEDGED,
    ]
    assert states["k-sending"] is OutboxState.QUEUED
    due = store.query(lambda conn: outbox.due(conn, make.NOW + timedelta(days=1)))
    assert {"k-queued", "k-sending", "k-c"} <= {entry.id for entry in due}
    reply = store.query(lambda conn: projections.load_draft(conn, InteractionId("i1"), "reply"))
    assert reply is not None
    assert (reply.text, reply.fields) == ("Entwurf, reply", {"channel": "chat"})
    assert store.query(lambda conn: journal.setting(conn, "layout"))["name"] == "Größe"
    store.close()


def test_the_cache_comes_again(old: Any, make: Any) -> None:
    path, _ = old
    store = Store.open(path, make.KEY)
    if store.query(sync_state).cursor == 0:
        store.write(make._receive, Cause.NETWORK).result()
    items = store.query(lambda conn: projections.stream(conn, InteractionId("i8")))
    assert [item.message.text for item in items if item.message] == [f"erfundener Text 8.{part}" for part in range(5)]
    store.close()


def test_an_old_file_that_is_damaged_is_salvaged_as_any_other(old: Any, make: Any) -> None:
    path, expected = old
    found = salvage.replace(path, make.KEY)
    assert found.is_whole
    assert (found.outbox, found.drafts) == (len(expected["outbox"]), len(expected["draft"]))
    store = Store.open(path, make.KEY)
    rows = store.query(make.journal_of)
    store.close()
    mine = {table: rows[table] for table in ("outbox", "draft", "setting", "read_mark")}
    assert mine == {table: expected[table] for table in mine}
