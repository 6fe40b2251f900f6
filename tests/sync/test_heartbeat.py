"""When a window tells the backend that it is there, and when it keeps quiet."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from desktop.backends.base import Capabilities, Offline, Refused, SignInNeeded
from desktop.domain.agent import Agent, Presence, PresenceState
from desktop.domain.changes import Cause
from desktop.domain.channels import Channel
from desktop.domain.commands import Take
from desktop.domain.ids import AgentId, InteractionId
from desktop.domain.interaction import InteractionState
from desktop.store.apply import apply_changes
from desktop.sync.heartbeat import Heartbeat
from desktop.sync.politeness import Politeness
from desktop.sync.status import StatusBoard
from desktop.wire import records
from desktop.wire.shapes import Change, HeartbeatAnswer

ME = AgentId("me")
EVERY_S = 0.05
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Ward:
    """A backend that keeps the beats it hears; ``error`` is raised instead of an answer."""

    def __init__(self) -> None:
        self.capabilities = Capabilities(has_heartbeat=True)
        self.beats: list[bool] = []
        self.times: list[float] = []
        self.counts_stream = True
        self.error: Exception | None = None

    async def heartbeat(self, *, is_regular: bool) -> HeartbeatAnswer:
        self.times.append(asyncio.get_running_loop().time())
        self.beats.append(is_regular)
        if self.error is not None:
            raise self.error
        return HeartbeatAnswer(every_s=EVERY_S, counts_stream=self.counts_stream)


class Window:
    """A heartbeat over the store that a sync would fill, with the status that it would write."""

    def __init__(self, store: Any) -> None:
        self.ward = Ward()
        self.board = StatusBoard(lambda status: self.part.notice())
        self.part = Heartbeat(store, self.ward, self.board, Politeness(), me=ME, every_s=EVERY_S)  # type: ignore[arg-type]
        self._store = store
        self._seq = itertools.count(1)

    def knows(self, record: Any) -> None:
        """The network brings something."""
        raw, seq = msgspec.Raw(records.encode(record)), next(self._seq)
        change = Change(seq=seq, op="upsert", type=records.type_of(record), id=record.id, record=raw)
        fresh = msgspec.structs.replace(record, version=seq)
        change = msgspec.structs.replace(change, record=msgspec.Raw(records.encode(fresh)))
        self._store.write(lambda w: apply_changes(w, [change]), Cause.NETWORK).result()
        self.part.notice()

    def is_there(self, state: PresenceState = PresenceState.READY) -> None:
        self.knows(Agent(id=ME, user="me", name="Me", presence=Presence(state=state)))

    def is_reached(self, *, is_streaming: bool, error: str = "") -> None:
        self.board.update(last_pulled_at=AT, is_streaming=is_streaming, pull_error=error)

    async def beats(self, count: int) -> list[bool]:
        """Wait for so many beats."""
        async with asyncio.timeout(5):
            while len(self.ward.beats) < count:
                await asyncio.sleep(0.01)
        return self.ward.beats

    async def is_quiet(self) -> bool:
        """Whether nothing more is said for several times as long as beats are apart."""
        await asyncio.sleep(0.3)
        before = len(self.ward.beats)
        await asyncio.sleep(6 * EVERY_S)
        return len(self.ward.beats) == before


@pytest.fixture
async def window(store: Any) -> AsyncIterator[Window]:
    window = Window(store)
    task = asyncio.create_task(window.part.run())
    yield window
    assert not task.done(), "it came to an end by itself"
    task.cancel()


async def test_without_a_stream_it_beats_all_the_while(window: Window) -> None:
    window.is_there()
    window.is_reached(is_streaming=False)
    assert await window.beats(4) == [True] * len(window.ward.beats)
    gaps = [later - sooner for sooner, later in itertools.pairwise(window.ward.times)]
    assert min(gaps) > EVERY_S * 0.9, "it asks more often than it may"


async def test_while_a_stream_stands_that_counts_one_word_is_enough(window: Window) -> None:
    window.is_there()
    window.is_reached(is_streaming=True)
    assert await window.beats(1) == [False]
    assert await window.is_quiet()
    window.is_reached(is_streaming=False)
    assert (await window.beats(3))[1:3] == [True, True]


async def test_a_stream_that_does_not_count_is_no_reason_to_be_quiet(window: Window) -> None:
    window.ward.counts_stream = False
    window.is_there()
    window.is_reached(is_streaming=True)
    assert (await window.beats(4))[1:] == [True] * (len(window.ward.beats) - 1)


async def test_with_a_live_contact_in_hand_it_beats_although_the_stream_stands(window: Window, a_contact: Any) -> None:
    window.is_there()
    window.is_reached(is_streaming=True)
    await window.beats(1)
    chat = a_contact("i1", assignee=ME, channel=Channel.CHAT)
    window.knows(a_contact("i2", assignee=ME, channel=Channel.EMAIL))
    assert await window.is_quiet()
    window.knows(chat)
    assert (await window.beats(4))[1:4] == [True] * 3
    window.knows(msgspec.structs.replace(chat, state=InteractionState.CLOSED))
    assert await window.is_quiet()
    assert window.ward.beats[-1] is False, "the hub still waits for beats"


@pytest.mark.parametrize("why", ["offline", "out of reach", "unknown"])
async def test_nobody_is_spoken_for_and_nobody_spoken_to(window: Window, why: str) -> None:
    if why != "unknown":
        window.is_there(PresenceState.OFFLINE if why == "offline" else PresenceState.READY)
    window.is_reached(is_streaming=False, error="unreachable" if why == "out of reach" else "")
    assert await window.is_quiet()
    assert not window.ward.beats
    window.is_there()
    window.is_reached(is_streaming=False)
    await window.beats(1)


async def test_no_answer_is_asked_for_again_in_time_and_not_sooner(window: Window) -> None:
    window.ward.error = Offline("unreachable")
    window.is_there()
    window.is_reached(is_streaming=False)
    await window.beats(3)
    gaps = [later - sooner for sooner, later in itertools.pairwise(window.ward.times)]
    assert min(gaps) > EVERY_S * 0.9


@pytest.mark.parametrize("error", [Refused("not_found", status=404), SignInNeeded("unauthenticated")])
async def test_a_backend_that_will_not_hear_it_is_left_alone_until_somebody_wakes_it(
    window: Window, error: Exception
) -> None:
    window.ward.error = error
    window.is_there()
    window.is_reached(is_streaming=False)
    await window.beats(1)
    assert await window.is_quiet()
    window.ward.error = None
    window.part.wake()
    await window.beats(2)


async def test_an_engine_that_stops_beats_no_more(make_desk: Any, fake: Any) -> None:
    ward = Ward()
    fake.capabilities, fake.heartbeat = ward.capabilities, ward.heartbeat
    desk = make_desk(fake, me=ME)
    fake.put(Agent(id=ME, user="me", name="Me", presence=Presence(state=PresenceState.READY)))
    desk.start()
    await desk.until(lambda: ward.beats)
    assert ward.beats == [False], "its stream stands"
    await desk.stop()
    desk.engine.wake()
    await asyncio.sleep(0.1)
    assert len(ward.beats) == 1


async def test_the_hub_hears_the_window_and_that_it_has_a_customer(own_centre: Any, signed_in: Any) -> None:
    anna = own_centre.agents["anna"].id
    desk = (await signed_in(own_centre, me=anna)).start()
    told: list[bool] = []
    beat = desk.backend.heartbeat

    async def heartbeat(*, is_regular: bool) -> HeartbeatAnswer:
        told.append(is_regular)
        return await beat(is_regular=is_regular)

    desk.backend.heartbeat = heartbeat
    contact_id = await asyncio.to_thread(lambda: own_centre.customer_writes("Hello?"))
    desk.give(Take(interaction_id=InteractionId(contact_id)))
    await desk.until(lambda: told == [True])
    await desk.until(lambda: own_centre.hub.read(lambda ledger: ledger.agent(anna)).heard_at is not None)
