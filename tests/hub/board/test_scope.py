"""Who sees which part of the board, and what is pushed to whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import msgspec
import pytest
from msgspec.structs import replace

from desktop.domain.agent import PresenceState
from desktop.domain.ids import AgentId
from desktop.hub.board import live
from desktop.wire.board import UPDATE, WHOLE, Board, BoardUpdate, updated


class Watching:
    """A lead's stream, read as a client reads it."""

    def __init__(self, stream: AsyncGenerator[bytes]) -> None:
        self._stream = stream
        self.board: Board | None = None
        self.update: BoardUpdate | None = None
        self.wholes = 0

    async def next(self) -> Board:
        """Wait for the next event and return the board after it."""
        async with asyncio.timeout(5):
            async for chunk in self._stream:
                if chunk.startswith(b":"):
                    continue
                name, data = (line.split(b": ", 1)[1] for line in chunk.strip().split(b"\n"))
                if name.decode() == WHOLE:
                    self.board, self.update = msgspec.json.decode(data, type=Board), None
                    self.wholes += 1
                else:
                    assert name.decode() == UPDATE
                    assert self.board is not None
                    self.update = msgspec.json.decode(data, type=BoardUpdate)
                    self.board = updated(self.board, self.update)
                return self.board
        raise AssertionError("the stream ended")

    async def until(self, queue: str, **figures: object) -> Board:
        """Wait until the figures of a queue are these."""
        while True:
            board = self.board or await self.next()
            one = next((one for one in board.queues if one.id == queue), None)
            if one is not None and all(getattr(one, name) == value for name, value in figures.items()):
                return board
            await self.next()

    async def ends(self) -> bool:
        async with asyncio.timeout(5):
            return not [chunk async for chunk in self._stream if not chunk.startswith((b":", b"event"))]


@pytest.fixture
def watch(floor, monkeypatch: pytest.MonkeyPatch):
    """Begin a stream; the board looks ten times as often as it does elsewhere."""
    monkeypatch.setattr(live, "PACE_S", 0.02)
    open_: list[AsyncGenerator[bytes]] = []

    async def stays() -> bool:
        return True

    async def begin(name: str, may_stay=stays) -> Watching:
        if not floor.board._tasks:
            await floor.board.start()
        stream = floor.board.stream(floor.caller(name), may_stay)
        open_.append(stream)
        watching = Watching(stream)
        await watching.next()
        return watching

    return begin


async def test_a_lead_sees_their_teams_queues_and_agents_only(floor) -> None:
    lena, otto = await floor.seen_by("lena"), await floor.seen_by("otto")
    assert {one.id for one in lena.queues} == {"north", "open"}
    assert {one.id for one in otto.queues} == {"north", "open", "south"}
    assert {one.id for one in lena.agents} == {"anna", "bert", "lena"}
    assert {one.id for one in otto.agents} == {"anna", "bert", "lena", "sven"}
    assert {one.queue for one in lena.intervals} == {None, "north", "open"}


async def test_what_an_agent_helps_with_elsewhere_is_counted_but_not_told(floor) -> None:
    await floor.contact("secret", "active", queue="south", assignee=AgentId("anna"))
    await floor.contact("plain", "active", queue="north", assignee=AgentId("anna"))
    anna = await floor.of_agent("anna", by="lena")
    assert anna.load == {"chat": 2}
    told = {one.id: one for one in anna.contacts}
    assert told["plain"].customer_name == "Name of plain"
    assert (told["secret"].customer_name, told["secret"].customer_id, told["secret"].queue) == ("", None, None)
    assert "south" not in anna.queues
    page = await floor.page("lena", figure="in_hand", agent="anna")
    assert {one.id: bool(one.customer_id) for one in page.contacts} == {"secret": False, "plain": True}
    assert await floor.behind("active", "lena", queue="south") == set()
    assert await floor.behind("active", "lena") == {"plain"}
    assert await floor.behind("active", "otto") == {"plain", "secret"}
    assert (await floor.of_agent("anna", by="otto")).contacts[0].queue is not None


async def test_nothing_of_another_teams_agents_is_found_by_asking_for_them(floor) -> None:
    await floor.contact("secret", "active", queue="south", assignee=AgentId("sven"))
    assert await floor.behind("in_hand", "lena", agent="sven") == set()
    assert await floor.behind("handled", "lena", agent="sven") == set()
    assert (await floor.page("lena", agent="sven")).total == 0


async def test_an_agent_sees_their_own_figures_and_nobody_elses(floor) -> None:
    await floor.agent("anna")
    await floor.agent("bert")
    await floor.contact("mine", "active", assignee=AgentId("anna"))
    await floor.contact("theirs", "active", assignee=AgentId("bert"))
    own = await floor.board.mine(floor.caller("anna"))
    assert own.mine.id == "anna"
    assert own.mine.load == {"chat": 1}
    assert {one.id for one in own.queues} == {"north", "open"}
    told = msgspec.json.encode(own)
    assert b"bert" not in told.lower()
    assert b"theirs" not in told
    assert await floor.board.mine(replace(floor.caller("otto"), agent_id=None)) is None


async def test_what_is_new_is_pushed_and_only_that(floor, watch) -> None:
    lena = await watch("lena")
    before = lena.board
    assert lena.wholes == 1
    await floor.contact("one")
    after = await lena.until("north", waiting=1)
    assert {one.id for one in lena.update.queues} == {"north"}
    assert lena.update.agents == ()
    untouched = {one.id: one for one in before.queues}
    assert next(one for one in after.queues if one.id == "open") is untouched["open"]
    assert all(one in before.agents for one in after.agents)
    assert lena.wholes == 1


async def test_pushed_boards_come_to_the_same_as_asking(floor, watch) -> None:
    lena = await watch("lena")
    await floor.agent("anna")
    await floor.contact("one", "active", assignee=AgentId("anna"))
    await floor.agent("bert", is_active=False)
    await lena.until("north", active=1, working=1)
    await floor.contact("one", "closed", closed_at=floor.at)
    await lena.until("north", active=0)
    asked = await floor.seen_by("lena")
    assert {one.id: one for one in lena.board.queues} == {one.id: one for one in asked.queues}
    assert {one.id: one for one in lena.board.agents} == {one.id: one for one in asked.agents}
    assert {(one.queue, one.start): one for one in lena.board.intervals} == {
        (one.queue, one.start): one for one in asked.intervals
    }


async def test_what_happens_elsewhere_is_not_pushed(floor, watch) -> None:
    lena, otto = await watch("lena"), await watch("otto")
    await floor.contact("theirs", queue="south")
    await otto.until("south", waiting=1)
    await floor.contact("ours", queue="north")
    board = await lena.until("north", waiting=1)
    assert "south" not in {one.id for one in board.queues}


async def test_who_reads_slowly_gets_the_whole_board_again_instead_of_all_that_was(floor, watch) -> None:
    lena = await watch("lena")
    otto = await watch("otto")
    for number in range(5):
        await floor.contact(f"c{number}")
        await otto.until("north", waiting=number + 1)
    await lena.next()
    assert lena.wholes == 2
    assert await lena.until("north", waiting=5)


async def test_a_lead_who_changes_teams_gets_another_board(floor, watch) -> None:
    lena = await watch("lena")
    await floor.agent("lena", PresenceState.OFFLINE, team="south")
    while lena.wholes == 1:
        await lena.next()
    assert {one.id for one in lena.board.agents} == {"sven", "lena"}


async def test_who_has_no_access_any_more_hears_nothing_more(floor, watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PING_S", 0.05)

    has_access = True

    async def stays() -> bool:
        return has_access

    lena = await watch("lena", stays)
    has_access = False
    assert await lena.ends()


async def test_the_end_of_the_hub_ends_all_streams(floor, watch) -> None:
    lena = await watch("lena")
    floor.board.hang_up()
    assert await lena.ends()


async def test_a_new_day_begins_with_empty_half_hours(floor, watch) -> None:
    lena = await watch("lena")
    await floor.answered("one", 10)
    await lena.until("north", arrivals=1)
    floor.later(days=1)
    await floor.contact("two")
    board = await lena.until("north", arrivals=1, answered=0)
    mine = [one for one in board.intervals if one.queue == "north"]
    assert len(mine) == 48
    assert mine[0].start.day == 3
    assert sum(one.arrivals or 0 for one in mine) == 1
