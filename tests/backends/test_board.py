"""The live board through the client of the hub, over a loopback socket."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.backends.base import Refused
from desktop.backends.hub import HubBackend
from desktop.domain.agent import PresenceState, Queue
from desktop.domain.ids import QueueId
from desktop.wire.board import Board, BoardUpdate, ContactsFilter, Figure, Interval, QueueFigures, updated

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def connect(shared_hub: Any, keyholder: Any):
    def connect_(who: str) -> HubBackend:
        return HubBackend(shared_hub.url, keyholder(shared_hub.token(who)))

    return connect_


def chat(hub: Any, name: str) -> str:
    with hub.client("channel") as client:
        body = {"external_id": name, "thread": name, "from": {"address": name}, "text": "Hallo"}
        id_ = client.post("/v1/inbound/chat", json=body).json()["interaction_id"]
    hub.command("otto", "transfer", interaction_id=id_, to_queue="north").raise_for_status()
    return str(id_)


async def test_a_lead_watches_and_what_did_not_change_is_the_same_object(shared_hub: Any, connect: Any) -> None:
    backend = connect("lena")
    assert backend.capabilities.has_board
    async with asyncio.timeout(10), aclosing(backend.board_events()) as boards:
        first = await anext(boards)
        id_ = await asyncio.to_thread(chat, shared_hub, "one")
        before = {queue.id: queue for queue in first.queues}
        after = before
        while after["north"].longest != id_:
            board = await anext(boards)
            after = {queue.id: queue for queue in board.queues}
    assert after["north"].waiting == 1
    assert after["open"] is before["open"]
    page = await backend.board_contacts(ContactsFilter(figure=Figure.WAITING, queue=QueueId("north")))
    assert id_ in {one.id for one in page.contacts}
    start = next(one.start for one in board.intervals if one.queue == "north" and one.arrivals)
    page = await backend.board_contacts(ContactsFilter(figure=Figure.ARRIVALS, queue=QueueId("north"), start=start))
    assert page.total >= 1
    await backend.close()


async def test_a_long_list_is_read_page_by_page(shared_hub: Any, connect: Any) -> None:
    for name in ("p1", "p2", "p3"):
        chat(shared_hub, name)
    backend = connect("lena")
    which = ContactsFilter(figure=Figure.WAITING, queue=QueueId("north"))
    found: list[str] = []
    after = ""
    while True:
        page = await backend.board_contacts(which, after=after, limit=2)
        found += [one.id for one in page.contacts]
        after = page.next
        if not after:
            break
    assert len(found) == len(set(found)) == page.total >= 3
    await backend.close()


async def test_an_agent_has_their_own_figures_and_no_board(shared_hub: Any, connect: Any) -> None:
    shared_hub.set_presence("anna", PresenceState.READY)
    backend = connect("anna")
    own = await backend.own_figures()
    assert own.mine.name == "Anna"
    assert own.mine.presence.state is PresenceState.READY
    with pytest.raises(Refused, match="forbidden"):
        await anext(backend.board_events())
    with pytest.raises(Refused, match="forbidden"):
        await backend.board_contacts(ContactsFilter())
    await backend.close()


def test_an_update_leaves_what_it_does_not_name() -> None:
    one, two = QueueFigures(id=QueueId("one")), QueueFigures(id=QueueId("two"))
    half = Interval(start=AT, queue=QueueId("one"), arrivals=1)
    board = Board(at=AT, queues=(one, two), intervals=(half,), heat=((1.0,),))
    later = AT + timedelta(seconds=1)
    more = updated(board, BoardUpdate(at=later, queues=(QueueFigures(id=QueueId("two"), waiting=5),)))
    assert more.queues[0] is one
    assert more.queues[1].waiting == 5
    assert (more.at, more.heat) == (later, board.heat)
    assert more.intervals is board.intervals
    less = updated(more, BoardUpdate(at=later, gone=("one",), heat=(), begins=True))
    assert [queue.id for queue in less.queues] == ["two"]
    assert (less.intervals, less.heat) == ((), ())


def test_a_filter_asks_for_what_it_names() -> None:
    which = ContactsFilter(figure=Figure.ARRIVALS, queue=Queue(id=QueueId("north")).id, age=0, start=AT)
    assert which.as_params() == {
        "figure": "arrivals",
        "queue": "north",
        "age": "0",
        "start": "2026-03-02T09:00:00+00:00",
    }
