"""A generated cache is one the window can open: every list has something in it, and it is the same each time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desktop.store import projections
from desktop.store.database import Store
from desktop.store.generate import generate
from desktop.store.rows import InboxView


def _content(store: Store) -> list[Any]:
    return store.query(lambda conn: conn.execute("SELECT id, body FROM message ORDER BY id").fetchall())


def test_every_part_of_the_window_has_something_to_show(world: Any) -> None:
    made = generate(world.store, 3000, 7, world.me, now=world.now)

    assert made.messages == 3000
    [(written,)] = world.store.query(lambda conn: conn.execute("SELECT count(*) FROM message").fetchall())
    assert written == 3000
    counts = world.see(projections.inbox_counts, world.me, now=world.now)
    assert all(counts[view] for view in InboxView)
    mine = world.see(projections.inbox, InboxView.MINE, world.me, now=world.now)
    longest = max(mine, key=lambda row: len(world.see(projections.stream, row.interaction.id, limit=10_000)))
    stream = world.see(projections.stream, longest.interaction.id, limit=10_000)
    assert len(stream) == 1500
    assert [item.at for item in stream] == sorted(item.at for item in stream)
    assert all(item.at <= world.now for item in stream)
    card = world.see(projections.customer_card, longest.interaction.customer_id)
    assert card.customer.name == longest.interaction.customer_name
    assert world.see(projections.journey, card.customer.id).moods
    assert world.see(projections.suggestions, longest.interaction.id)
    assert world.see(projections.agent, world.me) is not None
    for small in ("queues", "templates", "dispositions", "intents", "agents"):
        assert world.see(getattr(projections, small)), small
    state = world.see(projections.sync_state)
    assert (state.is_complete, state.synced_at) == (True, world.now)
    assert all(changes.is_bulk for changes in world.changes)
    for typed in (
        "rechnung",
        "invoice",
        "is:note",
        "is:file",
        "is:open",
        "from:me",
        "channel:email",
        longest.interaction.customer_name,
    ):
        assert world.see(projections.search, typed, now=world.now, me=world.me).hits, typed
    assert world.see(projections.search, "a").progress == 1.0


def test_a_large_cache_has_conversations_of_two_and_of_seven_thousand(store: Store, world: Any) -> None:
    generate(store, 20_000, 7, world.me, now=world.now, index=False)

    def lengths(conn: Any) -> list[int]:
        return [row[0] for row in conn.execute("SELECT count(*) AS n FROM message GROUP BY interaction_id ORDER BY n")]

    found = store.query(lengths)
    assert (found[0], found[-2:]) == (2, [5000, 7000])
    assert found[len(found) // 2] < 15
    assert not world.see(projections.search, "rechnung").hits


def test_the_same_seed_makes_the_same_cache(world: Any, tmp_path: Path) -> None:
    generate(world.store, 400, 3, world.me, now=world.now)
    contents = [_content(world.store)]
    for name, seed, now in (("same", 3, world.now), ("seed", 4, world.now), ("hour", 3, world.at(60))):
        other = Store.open(tmp_path / f"{name}.db", world.key)
        generate(other, 400, seed, world.me, now=now)
        contents.append(_content(other))
        other.close()
    assert contents[1] == contents[0]
    assert contents[0] not in contents[2:]


def test_too_few_messages_are_refused(world: Any) -> None:
    with pytest.raises(ValueError):
        generate(world.store, 10, 1, world.me)
