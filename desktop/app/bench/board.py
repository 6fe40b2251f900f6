"""``dirigent bench board``: what the live board costs the hub's event loop in a big centre. A database is filled with agents,
queues, what they have in hand, what waits and what ended today; then contacts arrive, ring, are answered and end, so many a
second, while leads watch. Timed are the single steps of the board on the loop (processor time: a busy machine does not make
it longer), the share of a core it takes, and how long after a commit the push is there.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import random
import tempfile
import time
from asyncio.events import Handle
from collections.abc import AsyncGenerator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from desktop.app.bench.figures import Report, Size, figure, report
from desktop.domain.agent import Agent, Presence, PresenceState, Queue, Role
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId, QueueId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.hub.auth.caller import Caller
from desktop.hub.board.follower import Follower
from desktop.hub.board.live import LiveBoard
from desktop.hub.db.bulk import BulkLedger
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.db.ledger import Commit, now
from desktop.hub.db.visibility import viewer_of

_EVENTS_A_S = 20
_LEADS = 5
_TEAMS = 10
_STEP_BUDGET_MS = 10.0
_PUSH_BUDGET_MS = 1000.0
_CHANNELS = (Channel.CALL, Channel.CHAT, Channel.EMAIL, Channel.MESSENGER)
_WORK = "board"


class Centre:
    """A seeded centre, and what goes on in it."""

    def __init__(self, agents: int, queues: int, contacts: int, seed: int) -> None:
        self._draw = random.Random(seed)
        self._at = now()
        self.queues = [self._queue(number) for number in range(queues)]
        self.agents = [self._agent(number) for number in range(agents)]
        self.contacts = [self._contact(number, contacts) for number in range(contacts)]
        self._open = [one for one in self.contacts if one.state.is_open]

    def everything(self) -> list[Any]:
        return [*self.queues, *self.agents, *self.contacts]

    def next(self) -> Interaction:
        """Return a contact as it is after what happens to it next."""
        draw, at = self._draw, now()
        if draw.random() < 0.3:
            self.contacts.append(new := self._arrival(len(self.contacts), at))
            self._open.append(new)
            return new
        place = draw.randrange(len(self._open))
        before = self._open[place]
        agent = draw.choice(self.agents).id
        match before.state:
            case InteractionState.QUEUED:
                after = replace(before, state=InteractionState.OFFERED, assignee=agent, offered_at=at)
            case InteractionState.OFFERED:
                after = replace(before, state=InteractionState.ACTIVE, accepted_at=at, answered_at=at)
            case _:
                after = replace(before, state=InteractionState.CLOSED, closed_at=at)
        self._open[place] = after = replace(after, updated_at=at)
        if not after.state.is_open:
            del self._open[place]
        return after

    def _queue(self, number: int) -> Queue:
        return Queue(id=QueueId(f"queue-{number:02}"), names={"en": f"Queue {number}"}, teams=(f"t{number % _TEAMS}",))

    def _agent(self, number: int) -> Agent:
        state = self._draw.choices((PresenceState.READY, PresenceState.AWAY, PresenceState.OFFLINE), (7, 2, 1))[0]
        return Agent(
            id=AgentId(f"agent-{number:03}"),
            user=f"agent-{number:03}",
            name=f"Agent {number}",
            team=f"t{number % _TEAMS}",
            presence=Presence(state=state, since=self._at),
        )

    def _arrival(self, number: int, at: Any) -> Interaction:
        draw = self._draw
        return Interaction(
            id=InteractionId(f"{number:08}"),
            channel=draw.choice(_CHANNELS),
            state=InteractionState.QUEUED,
            created_at=at,
            updated_at=at,
            queue=draw.choice(self.queues).id,
            customer_name="Customer",
        )

    def _contact(self, number: int, of: int) -> Interaction:
        """One of the day: the newest wait or are in somebody's hands, all others ended."""
        at = self._at - timedelta(seconds=(of - number) / of * 28_800)
        one = self._arrival(number, at)
        left = of - number
        if left <= 1000:
            return one
        agent = self._draw.choice(self.agents).id
        answered = at + timedelta(seconds=self._draw.expovariate(1 / 30))
        one = replace(one, assignee=agent, accepted_at=answered, answered_at=answered)
        if left <= 1000 + 2 * len(self.agents):
            return replace(one, state=InteractionState.ACTIVE)
        return replace(one, state=InteractionState.CLOSED, closed_at=answered + timedelta(minutes=4))


def measure(args: argparse.Namespace) -> Report:
    """Fill a database, watch it and let things happen for ``args.seconds``."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measured(args, Path(folder)))


async def _measured(args: argparse.Namespace, folder: Path) -> Report:
    database = await Database.open(sqlite_url(folder / "hub.db"))
    centre = Centre(args.agents, args.queues, args.contacts, args.seed)
    await _fill(database, centre.everything())
    gc.collect()
    gc.freeze()  # this made-up centre is none of a hub's; to collect it would be timed as if it were
    board = LiveBoard(database, now, lambda caller: viewer_of(caller, centre.queues))
    began = time.perf_counter()
    with _steps() as (steps, heard):
        await board.start()
        await asyncio.create_task(board.metrics(), name=f"{_WORK} start")
        started_s = time.perf_counter() - began
        first = max(steps, default=0.0)
        steps.clear()
        news = asyncio.Event()
        watching = [
            asyncio.create_task(_watch(board, _lead(number), news if number == 0 else None), name=f"{_WORK} watched")
            for number in range(_LEADS)
        ]
        await news.wait()
        steps.clear()
        heard.clear()
        pushes = await asyncio.create_task(_play(database, centre, news, args.seconds), name="events")
        taken = sum(steps) / 1000 / args.seconds
        found = [step for step in steps if step >= 0.05]
        board.hang_up()
        sizes = await asyncio.gather(*watching)
    await board.stop()
    await database.close()
    gc.unfreeze()
    figures = [
        figure("a step of the board on the loop", found, budget_worst=_STEP_BUDGET_MS),
        figure("a commit told to the board", list(heard), budget_worst=_STEP_BUDGET_MS),
        figure("commit to push", pushes, budget_p95=_PUSH_BUDGET_MS),
        figure("share of a core", [taken * 100], unit="%"),
        figure("kilobytes a second to a lead", [size / 1000 / args.seconds for size in sizes], unit="kB"),
    ]
    return report(
        "board",
        figures,
        size=Size(messages=0, interactions=args.contacts, customers=0),
        seed=args.seed,
        runs=args.seconds,
        notes=[
            f"{args.agents:,} agents, {args.queues} queues, {_EVENTS_A_S} events a second, {_LEADS} leads watch",
            f"read at start in {started_s:.1f} s, longest step {first:.1f} ms",
        ],
    )


async def _fill(database: Database, everything: list[Any]) -> None:
    async with database.write(silent=True) as ledger:
        bulk = BulkLedger(ledger)
        for record in everything:
            await bulk.put_new(record)
        await bulk.finish()


def _lead(number: int) -> Caller:
    if number == 0:
        return Caller(id="admin", role=Role.ADMIN)
    return Caller(id=f"lead-{number}", role=Role.LEAD, team=f"t{number}", agent_id=AgentId(f"lead-{number}"))


async def _watch(board: LiveBoard, caller: Caller, news: asyncio.Event | None) -> int:
    """Read a stream to its end; returns how many bytes came after the first event."""

    async def stays() -> bool:
        return True

    size, is_first = 0, True
    stream: AsyncGenerator[bytes] = board.stream(caller, stays)
    async for chunk in stream:
        if chunk.startswith(b"event"):
            size, is_first = size + (0 if is_first else len(chunk)), False
            if news is not None:
                news.set()
    return size


async def _play(database: Database, centre: Centre, news: asyncio.Event, seconds: int) -> list[float]:
    """Let things happen; returns how many milliseconds after each commit the next push came."""
    pushes: list[float] = []
    waiting: list[float] = []

    async def note() -> None:
        while True:
            news.clear()
            await news.wait()
            at = time.perf_counter()
            pushes.extend((at - one) * 1000 for one in waiting)
            waiting.clear()

    noting = asyncio.create_task(note(), name="noting")
    ends_at = time.perf_counter() + seconds
    while time.perf_counter() < ends_at:
        following = time.perf_counter() + 1 / _EVENTS_A_S
        async with database.write() as ledger:
            await ledger.put(centre.next())
        waiting.append(time.perf_counter())
        await asyncio.sleep(max(0.0, following - time.perf_counter()))
    await asyncio.sleep(1.2)
    noting.cancel()
    return pushes


@contextlib.contextmanager
def _steps() -> Iterator[tuple[list[float], list[float]]]:
    """Time each step of the board's tasks on the event loop, and each commit it hears of, in milliseconds of processor
    time."""
    found: list[float] = []
    heard: list[float] = []
    plain, hear = Handle._run, Follower.hear

    def timed(self: Any) -> None:
        task = getattr(self._callback, "__self__", None)
        if not (isinstance(task, asyncio.Task) and task.get_name().startswith(_WORK)):
            return plain(self)
        began = time.thread_time()
        plain(self)
        found.append((time.thread_time() - began) * 1000)

    def timed_hear(self: Follower, commit: Commit) -> None:
        began = time.thread_time()
        hear(self, commit)
        heard.append((time.thread_time() - began) * 1000)

    with patch.object(Handle, "_run", timed), patch.object(Follower, "hear", timed_hear):
        yield found, heard
