"""Each way the network can fail, between the real client and the real hub: what the agent and the customer see of it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from desktop.app.bench.faults.proxy import Fault, FaultKind, FaultProxy, Side
from desktop.domain.changes import Table
from desktop.sync.puller import Pace
from desktop.sync.status import Phase

SEND = b"POST /v1/commands"
PULL = b"GET /v1/changes"
LISTEN = b"GET /v1/events"
# Nothing is asked for but what the test itself brings about.
QUIET = Pace(streaming_s=3600.0, blind_s=3600.0, confirm_s=0.01, long_poll_s=5.0)


async def _sent_once(desk: Any, centre: Any, contact_id: str, text: str) -> None:
    """The customer has the message once, and so has the conversation."""
    desk.reply(contact_id, text)
    await desk.until(lambda: not desk.outbox())
    assert centre.agent_texts(contact_id).count(text) == 1
    await desk.until(lambda: desk.texts(contact_id).count(text) == 1)


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_the_answer_is_lost_behind_the_proxy_and_the_message_is_there_once(
    centre: Any, sit_down: Any, live: Any, taken: Any, proxy: FaultProxy, times: int
) -> None:
    desk = (await sit_down()).start()
    await live(desk)
    contact_id = await taken(desk, centre)
    proxy.script(Fault(FaultKind.ANSWER_LOST), SEND, times)
    await _sent_once(desk, centre, contact_id, "genau einmal")
    assert proxy.counts[FaultKind.ANSWER_LOST] == times


@pytest.mark.parametrize("is_reset", [False, True])
@pytest.mark.parametrize(
    ("side", "at"), [(Side.REQUEST, 0), (Side.REQUEST, 40), (Side.REQUEST, 10**6), (Side.ANSWER, 0), (Side.ANSWER, 30)]
)
async def test_the_line_is_cut_at_a_byte_and_the_message_is_there_once(
    centre: Any, sit_down: Any, live: Any, taken: Any, proxy: FaultProxy, side: Side, at: int, is_reset: bool
) -> None:
    desk = (await sit_down()).start()
    await live(desk)
    contact_id = await taken(desk, centre)
    proxy.script(Fault(FaultKind.CUT, side, at=at, is_reset=is_reset), SEND, 3)
    await _sent_once(desk, centre, contact_id, f"trotz Schnitt bei {side} {at}")
    assert proxy.counts[FaultKind.CUT] == 3


@pytest.mark.parametrize("late_s", [0.0, 0.2])
async def test_a_request_that_reaches_the_hub_twice_has_one_effect(
    centre: Any, sit_down: Any, live: Any, taken: Any, proxy: FaultProxy, late_s: float
) -> None:
    desk = (await sit_down()).start()
    await live(desk)
    contact_id = await taken(desk, centre)
    proxy.script(Fault(FaultKind.TWICE, seconds=late_s), SEND, 2)
    await _sent_once(desk, centre, contact_id, "eins")
    await _sent_once(desk, centre, contact_id, "zwei")
    await desk.until(lambda: proxy.counts[FaultKind.TWICE] == 2)
    assert centre.agent_texts(contact_id) == ["eins", "zwei"]


async def test_a_connection_that_is_dead_one_way_is_noticed_and_the_news_come_all_the_same(
    centre: Any, sit_down: Any, live: Any, taken: Any, proxy: FaultProxy
) -> None:
    """No FIN, no RST: the stream just says nothing any more. What should have come through it is here soon after."""
    proxy.script(Fault(FaultKind.HALF_OPEN, at=400), LISTEN)
    desk = (await sit_down(silent_s=0.6, pace=QUIET)).start()
    await live(desk)
    contact_id = str(await asyncio.to_thread(lambda: centre.customer_writes("Sind Sie noch da?")))
    await desk.until(lambda: proxy.counts[FaultKind.HALF_OPEN] == 1)
    await desk.until(lambda: desk.texts(contact_id) == ["Sind Sie noch da?"])
    await live(desk)


async def test_a_request_that_reaches_nobody_is_given_up_and_sent_again(
    centre: Any, sit_down: Any, live: Any, taken: Any, proxy: FaultProxy
) -> None:
    desk = (await sit_down(read_s=0.3)).start()
    await live(desk)
    contact_id = await taken(desk, centre)
    proxy.script(Fault(FaultKind.HALF_OPEN, Side.REQUEST, at=20), SEND)
    await _sent_once(desk, centre, contact_id, "am Ende doch")
    assert proxy.counts[FaultKind.HALF_OPEN] == 1


@pytest.mark.parametrize("side", list(Side))
async def test_a_slow_drip_comes_to_its_end(
    centre: Any, sit_down: Any, live: Any, taken: Any, proxy: FaultProxy, side: Side
) -> None:
    desk = (await sit_down()).start()
    await live(desk)
    contact_id = await taken(desk, centre)
    proxy.script(Fault(FaultKind.DRIP, side, seconds=0.005, drip_bytes=29), SEND)
    proxy.script(Fault(FaultKind.DRIP, side, seconds=0.001, drip_bytes=400), PULL, 2)
    await _sent_once(desk, centre, contact_id, "Tropfen für Tropfen")
    await desk.until(lambda: proxy.is_through)
    assert desk.status.pull_error == ""


async def test_a_late_answer_is_waited_for(
    centre: Any, sit_down: Any, live: Any, taken: Any, proxy: FaultProxy
) -> None:
    desk = (await sit_down()).start()
    await live(desk)
    contact_id = await taken(desk, centre)
    before = proxy.requests
    proxy.script(Fault(FaultKind.DELAY, seconds=0.3), SEND)
    await _sent_once(desk, centre, contact_id, "eine Weile später")
    assert proxy.requests - before < 10


async def test_a_black_hole_is_given_up_and_a_wake_goes_on_at_once(
    centre: Any, sit_down: Any, live: Any, taken: Any, proxy: FaultProxy
) -> None:
    """The laptop wakes in another network: the old connections swallow everything, and nobody waits them out."""
    desk = (await sit_down(read_s=0.4)).start()
    await live(desk)
    contact_id = await taken(desk, centre)
    proxy.draw = lambda request: Fault(FaultKind.BLACK_HOLE)
    proxy.cut_all()
    await desk.until(lambda: desk.status.phase is Phase.OFFLINE)
    assert desk.status.pull_error == "timed_out"
    desk.reply(contact_id, "wieder da")
    await desk.until(lambda: desk.status.send_error == "timed_out")
    proxy.forgive()
    began = time.perf_counter()
    desk.engine.wake()
    await desk.until(lambda: not desk.outbox())
    await live(desk)
    assert time.perf_counter() - began < 5
    assert centre.agent_texts(contact_id) == ["wieder da"]


async def test_where_connections_are_refused_the_agent_works_on_and_all_goes_out_later(
    centre: Any, sit_down: Any, live: Any, taken: Any, proxy: FaultProxy
) -> None:
    desk = (await sit_down()).start()
    await live(desk)
    contact_id = await taken(desk, centre)
    await proxy.refuse()
    await desk.until(lambda: desk.status.phase is Phase.OFFLINE)
    for number in range(3):
        desk.reply(contact_id, f"ohne Netz {number}")
    await proxy.start()
    await desk.until(lambda: not desk.outbox())
    assert centre.agent_texts(contact_id) == [f"ohne Netz {number}" for number in range(3)]


async def test_a_page_cut_in_the_middle_leaves_no_half_of_it_here(
    centre: Any, sit_down: Any, live: Any, proxy: FaultProxy
) -> None:
    contacts = [str(await asyncio.to_thread(centre.customer_writes, f"Seite {n}")) for n in range(5)]
    proxy.script(Fault(FaultKind.CUT, at=700), PULL, 4)
    desk = (await sit_down()).start()
    await live(desk)
    await desk.until(lambda: desk.status.phase is Phase.LIVE and proxy.is_through)
    assert all(desk.row(Table.INTERACTION, contact_id) is not None for contact_id in contacts)
    assert all(len(desk.texts(contact_id)) == 1 for contact_id in contacts)


async def test_the_proxy_ends_at_once_whoever_hangs_on_it(proxy: FaultProxy, centre: Any) -> None:
    proxy.draw = lambda request: Fault(FaultKind.BLACK_HOLE)
    lines = [await asyncio.open_connection("127.0.0.1", int(proxy.url.rsplit(":", 1)[1])) for _ in range(5)]
    for _, writer in lines:
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    lines[0][1].write(b"half a request that never")
    async with asyncio.timeout(5):
        while proxy.counts[FaultKind.BLACK_HOLE] < 5:
            await asyncio.sleep(0.01)
        await proxy.stop()
    for _, writer in lines:
        writer.close()
