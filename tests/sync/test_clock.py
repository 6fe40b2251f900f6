"""A workstation whose clock is wrong: the agent sees the hub's time, and nothing waits for days."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.domain.changes import Cause, Table
from desktop.domain.commands import AddNote
from desktop.domain.ids import CommandId, InteractionId, new_id
from desktop.store import outbox
from desktop.store.apply import now_there, sync_state
from desktop.store.rows import OutboxEntry, OutboxState
from desktop.sync.clock import HubClock
from desktop.sync.holds import GRACE_S, Holds
from desktop.sync.status import Phase

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DAYS = timedelta(days=3)


class WallClock:
    """This machine's clock, which somebody may set."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset


@pytest.mark.parametrize("days", [-3, 3])
async def test_a_clock_off_by_days_is_noticed_with_the_first_page_and_remembered(
    make_desk: Any, fake: Any, store: Any, days: int
) -> None:
    wall = WallClock(timedelta(days=days))
    desk = make_desk(fake, clock=wall).start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert desk.status.clock_offset_s == pytest.approx(-days * 86400, abs=5)
    assert desk.status.is_clock_wrong
    assert abs(desk.status.last_pulled_at - datetime.now(UTC)) < timedelta(seconds=30)
    assert store.query(sync_state).clock_offset_ms == pytest.approx(-days * 86_400_000, abs=5000)
    assert abs(store.query(now_there) - datetime.now(UTC) - timedelta(days=-days)) < timedelta(seconds=30)
    await desk.stop()
    # The next day begins without network: what was learned yesterday holds.
    fake.is_offline = True
    again = make_desk(fake, clock=wall).start()
    await again.until(lambda: again.status.phase is Phase.OFFLINE)
    assert again.status.clock_offset_s == desk.status.clock_offset_s


async def test_a_clock_that_is_set_right_again_is_believed_again(make_desk: Any, fake: Any, store: Any) -> None:
    wall = WallClock(DAYS)
    desk = make_desk(fake, clock=wall).start()
    await desk.until(lambda: desk.status.is_clock_wrong)
    wall.offset = timedelta()
    desk.engine.wake()
    await desk.until(lambda: desk.status.clock_offset_s == 0)
    assert not desk.status.is_clock_wrong
    assert store.query(sync_state).clock_offset_ms == 0


async def test_a_reply_held_back_for_undo_goes_out_although_the_clock_was_set_back(
    make_desk: Any, fake: Any, a_contact: Any
) -> None:
    fake.put(a_contact("c1"))
    wall = WallClock()
    desk = make_desk(fake, clock=wall).start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    desk.reply("c1", "bis gleich", not_before=wall() + timedelta(seconds=0.3))
    await desk.until(lambda: desk.outbox())
    await asyncio.sleep(0.05)
    assert fake.texts == [], "it can still be taken back"
    wall.offset = -DAYS
    await desk.until(lambda: not desk.outbox(), timeout_s=5)
    assert fake.texts == ["bis gleich"]


async def test_what_was_held_when_the_clock_was_days_ahead_goes_out_at_the_next_start(
    make_desk: Any, fake: Any, a_contact: Any, store: Any
) -> None:
    fake.put(a_contact("c1"))
    note = AddNote(interaction_id=InteractionId("c1"), text="n")
    ahead = datetime.now(UTC) + DAYS
    store.write(
        lambda w: outbox.enqueue(w, note, CommandId(new_id()), ahead + timedelta(seconds=5), now=ahead), Cause.AGENT
    ).result()
    desk = make_desk(fake).start()
    await desk.until(lambda: not desk.outbox(), timeout_s=5)
    assert len(fake.sent) == 1


async def test_waiting_after_a_failure_does_not_depend_on_the_clock(make_desk: Any, fake: Any, a_contact: Any) -> None:
    fake.put(a_contact("c1"))
    fake.stumbles["add_note"] = 1
    wall = WallClock()
    desk = make_desk(fake, clock=wall).start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    desk.give(AddNote(interaction_id=InteractionId("c1"), text="n"))
    await desk.until(lambda: fake.sent)
    wall.offset = -DAYS
    await desk.until(lambda: not desk.outbox(), timeout_s=5)
    assert desk.row(Table.INTERACTION, "c1") is not None


def _entry(state: OutboxState, not_before: datetime | None, created_at: datetime = NOW) -> OutboxEntry:
    note = AddNote(interaction_id=InteractionId("c1"), text="n")
    return OutboxEntry(CommandId("cmd"), note, state, created_at, not_before=not_before)


@pytest.mark.parametrize(
    ("state", "clock", "asked_s", "held_s"),
    [
        (OutboxState.HELD, NOW, 5, 5),
        (OutboxState.HELD, NOW - timedelta(minutes=30), 5, 5 + GRACE_S),
        (OutboxState.HELD, NOW - timedelta(hours=2), 5, 0),
        (OutboxState.HELD, NOW + timedelta(minutes=1), 5, 0),
        (OutboxState.QUEUED, NOW, 8, 8),
        (OutboxState.QUEUED, NOW - timedelta(minutes=30), 8, GRACE_S),
        (OutboxState.QUEUED, NOW - DAYS, 8, 0),
    ],
)
async def test_nothing_is_held_back_longer_than_it_was_meant(
    state: OutboxState, clock: datetime, asked_s: float, held_s: float
) -> None:
    holds = Holds(lambda: clock)
    assert holds.left_s(_entry(state, NOW + timedelta(seconds=asked_s))) == pytest.approx(held_s, abs=0.1)
    assert holds.left_s(_entry(state, None)) == 0


def test_the_network_does_not_make_the_clock_wobble() -> None:
    clock = HubClock(lambda: NOW)
    assert not clock.hear(NOW + timedelta(seconds=1.5), NOW, 0.1)
    assert clock.hear(NOW + timedelta(seconds=90), NOW, 0.2)
    assert clock.now() == NOW + timedelta(seconds=90.1)
    for jitter in (0.4, -0.4, 0.8):
        assert not clock.hear(NOW + timedelta(seconds=90 + jitter), NOW, 0.2)
    assert not clock.hear(NOW, NOW, 30.0), "that was on its way for too long to say anything"
    assert not clock.hear(None, NOW, 0.1)
    assert clock.hear(NOW + timedelta(seconds=1), NOW, 0.0)
    assert clock.offset_ms == 0
