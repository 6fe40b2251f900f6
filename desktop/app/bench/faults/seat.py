"""The client as a child process: the real store, engine, tokens and HTTP, without a window, and an agent who works at it.

It may be killed at any instant. What the agent does goes into the diary first, then into the store, then into the diary
again. Imported by the nurse, so that a seat is taken in a few milliseconds.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from desktop.app.bench.faults.deeds import Deed, Dice, View, view
from desktop.app.bench.faults.diary import Diary, Do, Entry
from desktop.app.bench.faults.nursery import Parent
from desktop.backends.base import BackendError
from desktop.backends.http import HttpSettings
from desktop.backends.hub import HubBackend
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Cause
from desktop.domain.commands import SetPresence
from desktop.domain.ids import AgentId, CommandId, InteractionId, new_id
from desktop.session.auth import TokenFlow
from desktop.session.vault import FileVault
from desktop.store import journal, outbox
from desktop.store.apply import sync_state
from desktop.store.connection import Connection
from desktop.store.database import Store, Write
from desktop.store.rows import Draft, OutboxState
from desktop.sync.backoff import Growth
from desktop.sync.engine import Engine
from desktop.sync.politeness import Politeness
from desktop.sync.puller import Pace
from desktop.sync.status import Phase, SyncStatus
from desktop.sync.stream import Patience

T = TypeVar("T")

# Seconds shrunk to hundredths, so that a life of the seat sees what a day of an agent does.
PACE: Final = Pace(streaming_s=0.5, blind_s=0.1, confirm_s=0.02, long_poll_s=0.5)
GROWTH: Final = Growth(first_s=0.02, cap_s=0.2, least_s=0.01)
PATIENCE: Final = Patience(failures=3, retry_s=0.5, proof_s=1.0)
RATE: Final = 100.0
DRAFT: Final = "reply"
KEY: Final = bytes(range(32))
CACHE: Final = "cache.db"
DIARY: Final = "diary.jsonl"
_READ_S: Final = 0.8
_SILENT_S: Final = 1.5
_SIGN_IN_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class SeatOrders:
    """``days_off`` is how wrong the clock is, ``jumps_days`` by how much it changes on the way. Who ``goes_home`` does
    nothing new, waits until all is settled, and says ``SeatSettled``."""

    folder: Path
    url: str
    user: str
    password: str
    me: AgentId
    colleague: AgentId
    seed: str
    life: int
    days_off: float = 0.0
    jumps_days: float = 0.0
    goes_home: bool = False


@dataclass(frozen=True, slots=True)
class SeatLive:
    """In this life of the seat everything at the hub was here once."""


@dataclass(frozen=True, slots=True)
class SeatSettled:
    """Everything that can go out has gone out, and the feed was read to its end at ``cursor``."""

    cursor: int
    epoch: str
    sign_ins: int


def run(orders: SeatOrders, parent: Parent) -> None:
    """Work until killed, asked to stop, or home."""
    logging.basicConfig(
        filename=orders.folder / "seat.log",
        level=logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    asyncio.run(_Seat(orders, parent).run())


class _Seat:
    def __init__(self, orders: SeatOrders, parent: Parent) -> None:
        self._orders = orders
        self._parent = parent
        self._off = timedelta(days=orders.days_off)
        self._store = Store.open(orders.folder / CACHE, KEY)
        self._tokens = TokenFlow(orders.user, FileVault(orders.folder))
        settings = HttpSettings(connect_s=_READ_S, read_s=_READ_S)
        self._backend = HubBackend(orders.url, self._tokens, settings=settings, silent_s=_SILENT_S)
        self._engine = Engine(
            self._store,
            self._backend,
            on_status=self._on_status,
            clock=self._now,
            pace=PACE,
            growth=GROWTH,
            patience=PATIENCE,
            politeness=Politeness(rate=RATE, burst=RATE),
        )
        self._diary = Diary(orders.folder / DIARY)
        self._dice = Dice(orders.seed, orders.life, orders.colleague)
        self._chance = random.Random(orders.seed)
        self._signing_in: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._was_live = False
        self._sign_ins = 0
        self._deeds = 0

    async def run(self) -> None:
        loop = asyncio.get_running_loop()

        def stop_soon() -> None:
            loop.call_soon_threadsafe(self._stop.set)

        self._parent.watch(stop_soon)
        engine: asyncio.Task[Any] = asyncio.create_task(self._engine.run())
        work: asyncio.Task[Any] = asyncio.create_task(self._go_home() if self._orders.goes_home else self._work())
        stop: asyncio.Task[Any] = asyncio.create_task(self._stop.wait())
        done, _ = await asyncio.wait([engine, work, stop], return_when=asyncio.FIRST_COMPLETED)
        others = [work, stop, *([self._signing_in] if self._signing_in is not None else [])]
        for task in others:
            task.cancel()
        await self._engine.stop()
        await asyncio.wait([engine, *others])
        await self._backend.close()
        self._diary.close()
        self._store.close()
        for task in done:
            task.result()

    # --- the agent --------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        await self._look_around()
        jump_at = 20 + self._chance.randrange(60) if self._orders.jumps_days else -1
        while True:
            if self._deeds == jump_at:
                self._off += timedelta(days=self._orders.jumps_days)
            if self._chance.random() < 0.03:
                self._engine.wake()
            deed = self._dice.draw(await self._see(), self._now())
            if deed is not None:
                await self._carry_out(deed)
            await asyncio.sleep(self._dice.pause_s())

    async def _go_home(self) -> None:
        await self._look_around()
        leaving = SetPresence(state=PresenceState.OFFLINE)
        await self._carry_out(Deed(Do.GIVE, CommandId(new_id()), leaving))
        while not await self._is_settled():
            deed = self._dice.settled(await self._see())
            if deed is not None:
                await self._carry_out(deed)
            await asyncio.sleep(0.02)
        state = await self._read(sync_state)
        self._parent.tell(SeatSettled(state.cursor, state.epoch, self._sign_ins))
        await self._stop.wait()

    async def _look_around(self) -> None:
        """Note what the last life left in the outbox: it may have ended before it could say what came of its last deed."""
        for entry in await self._read(outbox.entries):
            self._note(Entry(n=self._name(), do=Do.FOUND, id=entry.id, command=_raw(entry.command), is_done=True))

    async def _is_settled(self) -> bool:
        """Whether nothing more is to go out, and the feed's end was reached after that."""
        entries = await self._read(outbox.entries)
        if any(entry.state is not OutboxState.WEDGED for entry in entries):
            return False
        status = self._engine.status
        if status.phase is not Phase.LIVE or not status.is_streaming:
            return False
        asked_at = self._now()
        self._engine.wake()
        while (pulled_at := self._engine.status.last_pulled_at) is None or pulled_at <= asked_at:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        return (await self._read(sync_state)).is_complete and not self._engine.status.pull_error

    async def _carry_out(self, deed: Deed) -> None:
        id_, where = deed.id or CommandId(""), deed.where or InteractionId("")
        entry = Entry(
            n=self._name(),
            do=deed.do,
            id=id_,
            command=_raw(deed.command),
            where=where,
            text=deed.text,
        )
        now = self._now()

        def write(w: Write) -> str | bool | None:
            match deed.do:
                case Do.GIVE:
                    assert deed.command is not None
                    until = now + timedelta(seconds=deed.held_s) if deed.held_s else None
                    outbox.enqueue(w, deed.command, id_, until, now=now)
                    if where:
                        journal.drop_draft(w, where, DRAFT)
                    return None
                case Do.DRAFT:
                    journal.save_draft(w, Draft(where, DRAFT, deed.text, updated_at=now))
                    return None
                case Do.CANCEL:
                    return outbox.cancel(w, id_)
                case Do.DISCARD:
                    return outbox.discard(w, id_)
                case Do.RETRY:
                    return outbox.retry(w, id_)
                case _:
                    assert deed.command is not None
                    return outbox.edit(w, id_, deed.command)

        self._note(entry)
        result = await asyncio.wrap_future(self._store.write(write, Cause.AGENT))
        self._note(msgspec.structs.replace(entry, is_done=True, result=result, command=msgspec.Raw(b"null")))

    def _note(self, entry: Entry) -> None:
        self._diary.write(entry)

    def _name(self) -> str:
        self._deeds += 1
        return f"{self._orders.life}.{self._deeds}"

    # --- the rest of the seat -----------------------------------------------------------------------------------------

    def _now(self) -> datetime:
        return datetime.now(UTC) + self._off

    async def _see(self) -> View:
        me, now = self._orders.me, self._now()
        return await self._read(lambda conn: view(conn, me, now))

    async def _read(self, fn: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self._store.read(fn))

    def _on_status(self, status: SyncStatus) -> None:
        if status.phase is Phase.LIVE and not self._was_live:
            self._was_live = True
            self._parent.tell(SeatLive())
        if status.phase is Phase.SIGN_IN_NEEDED and (self._signing_in is None or self._signing_in.done()):
            self._signing_in = asyncio.create_task(self._sign_in())

    async def _sign_in(self) -> None:
        """The agent types the password until they are in."""
        while True:
            try:
                await self._tokens.adopt(await self._backend.sign_in(self._orders.user, self._orders.password))
            except BackendError:
                await asyncio.sleep(_SIGN_IN_S)
            else:
                self._sign_ins += 1
                self._engine.wake()
                return


def _raw(command: Any) -> msgspec.Raw:
    return msgspec.Raw(b"null" if command is None else msgspec.json.encode(command))
