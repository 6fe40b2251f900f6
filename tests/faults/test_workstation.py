"""What can be wrong with the agent's own machine: its clock, its disk, and a second program on the same profile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.app.bench.faults.proxy import FaultProxy
from desktop.domain.changes import Cause, Table
from desktop.store import outbox
from desktop.store.database import Full, Store
from desktop.sync.backoff import Growth
from desktop.sync.status import Phase

SEND = b"POST /v1/commands"


def _clock(days: float) -> Any:
    return lambda: datetime.now(UTC) + timedelta(days=days)


# --- the clock ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [-400.0, -3.0, 3.0, 400.0])
async def test_with_a_clock_off_by_days_messages_go_out_when_they_should(
    centre: Any, sit_down: Any, live: Any, taken: Any, days: float
) -> None:
    clock = _clock(days)
    desk = (await sit_down(clock=clock)).start()
    await live(desk)
    contact_id = await taken(desk, centre)
    desk.reply(contact_id, "gleich")
    desk.reply(contact_id, "mit Bedenkzeit", not_before=clock() + timedelta(seconds=0.2))
    await desk.until(lambda: not desk.outbox())
    assert centre.agent_texts(contact_id) == ["gleich", "mit Bedenkzeit"]


@pytest.mark.parametrize("days", [-3.0, 3.0, 400.0])
async def test_a_clock_set_right_overnight_holds_nothing_back(
    centre: Any, sit_down: Any, live: Any, taken: Any, proxy: FaultProxy, days: float
) -> None:
    """Written with a wrong clock and without network; the machine starts again with the right one."""
    desk = (await sit_down(clock=_clock(days))).start()
    await live(desk)
    contact_id = await taken(desk, centre)
    await proxy.refuse()
    desk.reply(contact_id, "versucht")
    await desk.until(lambda: desk.outbox()[0].not_before is not None)
    desk.reply(contact_id, "angehalten", not_before=_clock(days)() + timedelta(seconds=0.3))
    await desk.stop()
    await proxy.start()
    again = (await sit_down()).start()
    await again.until(lambda: not again.outbox())
    assert centre.agent_texts(contact_id) == ["versucht", "angehalten"]


# --- the disk -------------------------------------------------------------------------------------------------------------


@contextmanager
def _full(store: Store) -> Iterator[None]:
    """The file may not grow by a single page."""
    store.write(lambda w: w.conn.execute("PRAGMA max_page_count = 1").fetchone(), Cause.SYSTEM).result()
    try:
        yield
    finally:
        store.write(lambda w: w.conn.execute("PRAGMA max_page_count = 1000000").fetchone(), Cause.SYSTEM).result()


@contextmanager
def _read_only(store: Store) -> Iterator[None]:
    """The file takes no writes at all."""
    writing = store.write(lambda w: w.conn, Cause.SYSTEM).result()
    writing.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        writing.execute("PRAGMA query_only = OFF")


@pytest.mark.parametrize(("trouble", "code"), [(_full, "store_full"), (_read_only, "store_readonly")])
async def test_while_the_disk_takes_nothing_the_hub_is_left_in_peace_and_after_that_nothing_is_missing_or_double(
    centre: Any, sit_down: Any, live: Any, taken: Any, proxy: FaultProxy, trouble: Any, code: str
) -> None:
    desk = (await sit_down(growth=Growth())).start()
    await live(desk)
    contact_id = await taken(desk, centre)
    asked: list[float] = []
    proxy.on_request = lambda request: asked.append(time.monotonic())
    await proxy.refuse()
    await desk.until(lambda: desk.status.phase is Phase.OFFLINE)
    desk.reply(contact_id, "vor der vollen Platte")
    with trouble(desk.store):
        await proxy.start()
        desk.engine.wake()
        for number in range(12):
            await asyncio.to_thread(centre.customer_writes, f"{number} " + "lang " * 1500)
        await desk.until(lambda: code in (desk.status.pull_error, desk.status.send_error))
        began = time.monotonic()
        await asyncio.sleep(2.0)
        in_peace = [at for at in asked if at > began]
    assert len(in_peace) <= 12, "a couple a second at most"
    desk.engine.wake()
    await desk.until(lambda: not desk.outbox())
    contacts = await asyncio.to_thread(_contacts, centre)
    await desk.until(lambda: desk.count(Table.INTERACTION) == contacts)
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert centre.agent_texts(contact_id) == ["vor der vollen Platte"]
    assert desk.texts(contact_id).count("vor der vollen Platte") == 1


async def test_an_answer_that_cannot_be_written_down_is_not_asked_for_again_and_again(
    centre: Any, sit_down: Any, live: Any, taken: Any, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = (await sit_down(growth=Growth())).start()
    await live(desk)
    contact_id = await taken(desk, centre)
    sent: list[float] = []
    proxy.on_request = lambda request: sent.append(time.monotonic()) if SEND in request else None

    def no_room(*_: Any) -> bool:
        raise Full("no room left on the disk")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "settle_applied", no_room)
        for number in range(3):
            desk.reply(contact_id, f"eins von {number}")
        await desk.until(lambda: desk.status.send_error == "store_full")
        await asyncio.sleep(1.5)
        assert len(sent) < 15
    desk.engine.wake()
    await desk.until(lambda: not desk.outbox())
    assert centre.agent_texts(contact_id) == [f"eins von {number}" for number in range(3)]


def _contacts(centre: Any) -> int:
    """How many contacts the hub has."""

    async def count(ledger: Any) -> int:
        return int(await ledger.count(Table.INTERACTION))

    return int(centre.hub.read(count))


# --- a second program -----------------------------------------------------------------------------------------------------


async def test_a_second_program_that_holds_the_file_delays_and_loses_nothing(
    centre: Any, sit_down: Any, live: Any, taken: Any
) -> None:
    desk = (await sit_down()).start()
    await live(desk)
    contact_id = await taken(desk, centre)
    other = Store.open(desk.store.path, bytes(range(32)))
    try:
        holding = other.write(lambda w: time.sleep(0.7), Cause.SYSTEM)
        desk.reply(contact_id, "während es besetzt ist")
        await asyncio.to_thread(centre.customer_writes, "noch jemand")
        await desk.until(lambda: holding.done() and not desk.outbox())
    finally:
        other.close()
    assert centre.agent_texts(contact_id) == ["während es besetzt ist"]


async def test_two_engines_on_one_file_send_each_message_once_and_in_order(
    centre: Any, sit_down: Any, live: Any, taken: Any, sync_tests: Any
) -> None:
    """The lock that keeps a second window away can fail, on a network drive for one."""
    desk = (await sit_down()).start()
    await live(desk)
    contact_id = await taken(desk, centre)
    other_store = Store.open(desk.store.path, bytes(range(32)))
    other = sync_tests.Desk(other_store, desk.backend)
    try:
        other.start()
        for number in range(10):
            (desk if number % 2 else other).reply(contact_id, f"Nachricht {number}")
            desk.engine.wake()
            other.engine.wake()
        await desk.until(lambda: not desk.outbox())
        await desk.until(lambda: len(desk.texts(contact_id)) == 11)
    finally:
        await other.close()
        other_store.close()
    assert centre.agent_texts(contact_id) == [f"Nachricht {number}" for number in range(10)]
