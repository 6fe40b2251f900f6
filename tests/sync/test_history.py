"""The first sync, newest first: what an agent sees and when, and what a kill, a deletion or a new history does to it."""

from __future__ import annotations

import asyncio
from typing import Any

from desktop.backends.base import Capabilities, Offline
from desktop.domain.changes import Cause, Table
from desktop.domain.interaction import InteractionState
from desktop.store.apply import sync_state
from desktop.sync.puller import Pace
from desktop.sync.status import Phase

CLOSED = InteractionState.CLOSED


def _years(fake: Any, a_contact: Any, a_message: Any, *, closed: int = 60, open_: int = 5) -> None:
    """Old contacts first, then the work of today, as it was in life."""
    for n in range(closed):
        fake.put(a_contact(f"old{n}", state=CLOSED), a_message(f"old{n}", f"damals {n}", f"old{n}-m"))
    for n in range(open_):
        fake.put(a_contact(f"new{n}"), a_message(f"new{n}", f"heute {n}", f"new{n}-m"))


class Gate:
    """Holds pages of history up at the backend until it is opened."""

    def __init__(self) -> None:
        self.waiting = 0
        self.is_open = asyncio.Event()

    async def __call__(self) -> None:
        self.waiting += 1
        await self.is_open.wait()
        self.waiting -= 1


async def test_open_work_is_here_first_and_history_follows_behind_the_agents_back(
    desk: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    _years(fake, a_contact, a_message)
    fake.page_size = 10
    gate = Gate()

    async def hold_history() -> None:
        if fake.histories[-1][0] == "all":
            await gate()

    fake.history_hook = hold_history
    desk.start()
    await desk.until(lambda: desk.status.is_usable and desk.status.is_streaming)
    assert desk.count(Table.INTERACTION) == 5
    assert desk.texts("new3") == ["heute 3"]
    assert desk.status.phase is Phase.FIRST_SYNC
    # The day goes on as ever, both ways, while not one page of history has come.
    fake.put(a_message("new3", "und noch etwas"))
    await desk.until(lambda: desk.texts("new3") == ["heute 3", "und noch etwas"])
    desk.reply("new3", "Gern")
    await desk.until(lambda: not desk.outbox())
    assert desk.row(Table.INTERACTION, "old1") is None
    gate.is_open.set()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert desk.count(Table.INTERACTION) == 65
    assert desk.count(Table.MESSAGE) == 67
    before = [at for scope, at in fake.histories if scope == "all"]
    assert before == sorted(before, reverse=True)


async def test_progress_only_grows_and_history_under_way_is_no_outage(
    desk: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    _years(fake, a_contact, a_message)
    fake.page_size = 6
    desk.start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    steps = [status.progress for status in desk.statuses if status.progress is not None]
    assert steps == sorted(steps)
    assert len(set(steps)) >= 8
    assert 0 <= steps[0] < 0.2
    assert steps[-1] > 0.9
    assert Phase.OFFLINE not in {status.phase for status in desk.statuses}
    assert desk.status.progress is None
    usable = [status.is_usable for status in desk.statuses]
    assert usable == sorted(usable), "what is here stays here"


async def test_a_walk_that_was_killed_goes_on_where_it_was(
    make_desk: Any, fake: Any, a_contact: Any, a_message: Any, store: Any
) -> None:
    _years(fake, a_contact, a_message)
    fake.page_size = 10
    one = make_desk(fake).start()
    await one.until(lambda: one.status.is_usable and one.count(Table.INTERACTION) > 15)
    await one.stop()
    store.write(lambda w: None, Cause.SYSTEM).result()  # a page that was being written gets written
    state = store.query(sync_state)
    assert not state.is_complete
    fake.histories.clear()
    fake.put(a_contact("meanwhile"))
    again = make_desk(fake).start()
    assert (await _first(again)).is_usable
    await again.until(lambda: again.status.phase is Phase.LIVE)
    assert fake.histories[0] == ("all", state.history_before)
    assert again.count(Table.INTERACTION) == 66


async def _first(desk: Any) -> Any:
    await desk.until(lambda: desk.statuses)
    return desk.statuses[0]


async def test_killed_before_all_open_work_was_here_it_reads_that_to_its_end_first(
    make_desk: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    _years(fake, a_contact, a_message, open_=30)
    fake.page_size = 10
    gate = Gate()

    async def third() -> None:
        if len(fake.histories) == 3:
            await gate()

    fake.history_hook = third
    one = make_desk(fake).start()
    await one.until(lambda: gate.waiting)
    assert one.status.phase is Phase.FIRST_SYNC
    assert not one.status.is_usable
    await one.stop()
    asked = fake.histories[2]
    fake.histories.clear()
    fake.history_hook = None
    again = make_desk(fake).start()
    await again.until(lambda: again.status.is_usable)
    assert fake.histories[0] == asked
    await again.until(lambda: again.status.phase is Phase.LIVE)
    assert again.count(Table.INTERACTION) == 90


async def test_what_was_deleted_while_a_page_was_on_its_way_does_not_come_back(
    desk: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    _years(fake, a_contact, a_message)
    gate = Gate()

    async def hold_the_first() -> None:
        if fake.histories[-1][0] == "all" and not gate.is_open.is_set():
            await gate()

    fake.history_hook = hold_the_first
    desk.start()
    await desk.until(lambda: desk.status.is_streaming and gate.waiting)
    fake.remove(Table.INTERACTION, "old7")
    await desk.until(lambda: desk.store.query(sync_state).cursor == fake.seq)
    gate.is_open.set()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert desk.row(Table.INTERACTION, "old7") is None
    assert desk.count(Table.INTERACTION) == 64


async def test_a_deletion_that_was_only_pushed_keeps_an_older_page_out(
    make_desk: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    _years(fake, a_contact, a_message)
    desk = make_desk(fake, pace=Pace(streaming_s=3600, blind_s=3600, confirm_s=3600))
    gate = Gate()

    async def hold_the_first() -> None:
        if fake.histories[-1][0] == "all" and not gate.is_open.is_set():
            await gate()

    fake.history_hook = hold_the_first
    desk.start()
    await desk.until(lambda: desk.status.is_streaming and gate.waiting)
    cursor = desk.store.query(sync_state).cursor
    fake.remove(Table.INTERACTION, "old7")
    fake.put(a_contact("seen"))
    await desk.until(lambda: desk.row(Table.INTERACTION, "seen") is not None)
    gate.is_open.set()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert desk.store.query(sync_state).cursor == cursor, "the feed was not asked in between"
    assert desk.row(Table.INTERACTION, "old7") is None


async def test_a_live_change_waits_for_one_page_of_history_at_most(
    desk: Any, fake: Any, a_contact: Any, a_message: Any, store: Any
) -> None:
    _years(fake, a_contact, a_message, closed=400)
    fake.page_size = 8
    order: list[str] = []
    store.subscribe(lambda changes: order.append("live" if "now" in changes.interactions else "history"))
    desk.start()
    await desk.until(lambda: desk.status.is_streaming)
    order.clear()
    fake.put(a_contact("now"))
    given = len(order)
    await desk.until(lambda: "live" in order)
    assert desk.status.phase is Phase.FIRST_SYNC, "there is history left to wait for"
    assert order.index("live") - given <= 2


async def test_a_new_history_replaces_the_old_one_without_an_empty_screen(
    desk: Any, fake: Any, a_contact: Any, a_message: Any, store: Any
) -> None:
    _years(fake, a_contact, a_message)
    desk.start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE and desk.status.is_streaming)
    shown: list[int] = []

    async def look() -> None:
        mine = "SELECT count(*) FROM interaction WHERE state = 'active'"
        while True:
            shown.append(store.query(lambda conn: conn.execute(mine).fetchone()[0]))
            await asyncio.sleep(0)

    looking = asyncio.create_task(look())
    fake.epoch, fake.seq = "e2", 0
    rows = [row for row in fake.rows.values() if row.id != "old3"]
    fake.rows.clear()
    fake.page_size = 4
    for row in rows:
        fake.seq += 1
        fake.rows[row.type, row.id] = type(row)(seq=fake.seq, op=row.op, type=row.type, id=row.id, record=row.record)
    desk.engine.wake()
    await desk.until(lambda: store.query(sync_state).epoch == "e2" and desk.status.phase is Phase.LIVE)
    looking.cancel()
    assert desk.count(Table.INTERACTION) == 64
    assert desk.row(Table.INTERACTION, "old3") is None
    assert set(shown) == {5}


async def test_a_backend_without_history_is_read_from_its_beginning(
    make_desk: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    fake.capabilities = Capabilities(has_history=False)
    _years(fake, a_contact, a_message)
    desk = make_desk(fake).start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert desk.status.is_usable
    assert fake.histories == []
    assert fake.pulls[0] == 0
    assert desk.count(Table.INTERACTION) == 65


async def test_a_cache_filled_from_the_front_is_not_read_a_second_time(
    make_desk: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    """Half of it, by a backend that had no history to read backwards then."""
    fake.capabilities = Capabilities(has_history=False)
    _years(fake, a_contact, a_message)
    fake.page_size = 10
    one = make_desk(fake).start()
    await one.until(lambda: one.count(Table.INTERACTION) >= 10)
    await one.stop()
    fake.capabilities = Capabilities()
    again = make_desk(fake).start()
    await again.until(lambda: again.status.phase is Phase.LIVE)
    assert again.count(Table.INTERACTION) == 65
    assert fake.histories == []


async def test_a_hung_first_page_is_asked_for_again_on_waking_up(desk: Any, fake: Any, a_contact: Any) -> None:
    fake.put(a_contact("c1"))
    gate = Gate()

    async def first() -> None:
        if len(fake.histories) == 1:
            await gate()

    fake.history_hook = first
    desk.start()
    await desk.until(lambda: gate.waiting)
    desk.engine.wake()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert desk.count(Table.INTERACTION) == 1


async def test_history_that_cannot_be_read_is_tried_again_while_the_day_goes_on(
    desk: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    _years(fake, a_contact, a_message)
    real = fake.history
    failures = 0

    async def stumbling(before: int, *, scope: str, limit: int) -> bytes:
        nonlocal failures
        if scope == "all" and failures < 4:
            failures += 1
            raise Offline("internal")
        return bytes(await real(before, scope=scope, limit=limit))

    fake.history = stumbling
    desk.start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert failures == 4
    assert Phase.OFFLINE not in {status.phase for status in desk.statuses}
    assert desk.count(Table.INTERACTION) == 65


async def test_a_history_that_never_moves_on_is_not_asked_without_end(desk: Any, fake: Any) -> None:
    async def stuck(before: int, **_: Any) -> bytes:
        fake.histories.append(("open", before))
        return b'{"epoch":"e1","changes":[],"next":%d,"more":true,"before":%d,"latest":5}' % (before, before)

    fake.history = stuck
    desk.start()
    await desk.until(lambda: desk.status.pull_error == "unexpected_answer")
    assert len(fake.histories) < 6
