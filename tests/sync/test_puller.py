"""Pulling: the cache follows the feed, whatever pages come."""

from __future__ import annotations

import asyncio
from typing import Any

from desktop.backends.base import Capabilities
from desktop.domain.changes import Cause, Table
from desktop.store.apply import sync_state
from desktop.store.rows import OutboxState
from desktop.sync.status import Phase


async def test_a_first_sync_reads_to_the_end_and_shows_how_far_it_is(
    desk: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    fake.put(*(a_contact(f"c{n}") for n in range(20)))
    fake.put(*(a_message(f"c{n % 20}", f"Nachricht {n}") for n in range(180)))
    fake.page_size = 25
    desk.start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert desk.count(Table.MESSAGE) == 180
    assert desk.count(Table.INTERACTION) == 20
    first = [status for status in desk.statuses if status.phase is Phase.FIRST_SYNC]
    steps = [status.progress for status in first if status.progress is not None]
    assert steps == sorted(steps)
    assert len(set(steps)) >= 6
    assert desk.status.progress is None


async def test_a_start_with_a_full_cache_pulls_only_what_is_new(make_desk: Any, fake: Any, a_contact: Any) -> None:
    fake.put(*(a_contact(f"c{n}") for n in range(10)))
    first = make_desk(fake).start()
    await first.until(lambda: first.status.phase is Phase.LIVE)
    await first.stop()
    fake.pulls.clear()
    fake.put(a_contact("c99"))
    again = make_desk(fake).start()
    await again.until(lambda: again.count(Table.INTERACTION) == 11)
    assert fake.pulls[0] == 10
    assert Phase.FIRST_SYNC not in {status.phase for status in again.statuses}


async def test_a_new_history_is_read_from_the_start_and_unsent_work_survives(
    desk: Any, fake: Any, a_contact: Any
) -> None:
    fake.put(*(a_contact(f"old{n}") for n in range(5)))
    fake.refuses["send_message"] = "no_address"
    desk.start()
    desk.reply("old1", "noch nicht gesendet")
    await desk.until(lambda: [entry.state for entry in desk.outbox()] == [OutboxState.WEDGED])
    await desk.until(lambda: desk.status.is_streaming)
    fake.epoch, fake.seq = "e2", 0
    fake.rows.clear()
    fake.put(a_contact("new1"), is_pushed=False)
    desk.engine.wake()
    await desk.until(lambda: desk.row(Table.INTERACTION, "new1") is not None and desk.count(Table.INTERACTION) == 1)
    assert desk.store.query(sync_state).epoch == "e2"
    assert len(desk.outbox()) == 1
    # ... and the stream goes on from the new history's cursor.
    await desk.until(lambda: desk.status.is_streaming and desk.status.phase is Phase.LIVE)
    fake.put(a_contact("new2"))
    await desk.until(lambda: desk.row(Table.INTERACTION, "new2") is not None)


async def test_while_offline_the_strip_says_so_and_recovers_by_itself(desk: Any, fake: Any, a_contact: Any) -> None:
    fake.is_offline = True
    desk.start()
    await desk.until(lambda: desk.status.phase is Phase.OFFLINE)
    assert desk.status.pull_error == "unreachable"
    fake.put(a_contact("c1"))
    fake.is_offline = False
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert desk.row(Table.INTERACTION, "c1") is not None
    assert desk.status.last_pulled_at is not None


async def test_a_page_that_is_no_page_is_an_outage_and_not_a_crash(desk: Any, fake: Any, a_contact: Any) -> None:
    fake.put(a_contact("c1"))
    real = fake.changes

    async def captive_portal(after: int, **_: Any) -> bytes:
        return b"<html>Bitte im WLAN anmelden</html>"

    fake.changes = captive_portal
    desk.start()
    await desk.until(lambda: desk.status.pull_error == "unexpected_answer")
    fake.changes = real
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert desk.count(Table.INTERACTION) == 1


async def test_a_feed_that_never_moves_on_is_not_asked_without_end(desk: Any, fake: Any) -> None:
    async def stuck(after: int, **_: Any) -> bytes:
        fake.pulls.append(after)
        return b'{"epoch":"e1","changes":[],"next":0,"more":true,"after":0}'

    fake.changes = stuck
    desk.start()
    await desk.until(lambda: desk.status.pull_error == "unexpected_answer")
    assert len(fake.pulls) < 5


async def test_a_hung_connection_is_dropped_on_waking_up(make_desk: Any, fake: Any, a_contact: Any) -> None:
    """Also in the middle of a first sync from the front; and only what was read counts as read."""
    fake.capabilities = Capabilities(has_history=False)
    fake.put(*(a_contact(f"c{n}") for n in range(4)))
    fake.page_size = 2
    tries: list[asyncio.Event] = []

    async def hang() -> None:
        tries.append(asyncio.Event())
        if len(tries) in (1, 3):
            await tries[-1].wait()

    fake.page_hook = hang
    desk = make_desk(fake).start()
    await desk.until(lambda: len(tries) == 1)
    desk.engine.wake()
    await desk.until(lambda: len(tries) == 3)
    assert desk.status.phase is not Phase.LIVE
    await desk.until(lambda: desk.count(Table.INTERACTION) == 2)
    desk.engine.wake()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert desk.count(Table.INTERACTION) == 4


async def test_pages_are_read_on_the_writing_thread(desk: Any, fake: Any, a_contact: Any, monkeypatch: Any) -> None:
    import threading

    from desktop.sync import puller

    readers: set[str] = set()
    real = puller.apply_page

    def noted(w: Any, page: Any, **options: Any) -> Any:
        readers.add(threading.current_thread().name)
        return real(w, page, **options)

    monkeypatch.setattr(puller, "apply_page", noted)
    fake.put(a_contact("c1"))
    desk.start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert readers == {"store-writer"}


async def test_stopping_in_the_middle_of_a_first_sync_loses_nothing(
    make_desk: Any, fake: Any, a_contact: Any, store: Any
) -> None:
    fake.capabilities = Capabilities(has_history=False)
    fake.put(*(a_contact(f"c{n}") for n in range(100)))
    fake.page_size = 10
    one = make_desk(fake).start()
    await one.until(lambda: one.count(Table.INTERACTION) >= 20)
    await one.stop()
    store.write(lambda w: None, Cause.SYSTEM).result()  # a page that was being written gets written
    cursor = store.query(sync_state).cursor
    assert one.count(Table.INTERACTION) == cursor
    fake.pulls.clear()
    again = make_desk(fake).start()
    await again.until(lambda: again.status.phase is Phase.LIVE)
    assert again.count(Table.INTERACTION) == 100
    assert fake.pulls[0] == cursor
