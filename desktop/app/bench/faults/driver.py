"""Rounds of an agent's work and of breaking everything around it, then the settling, the comparison, and the verdict.

The seat and the hub are processes and die by force in the middle of whatever they do; between them lies the proxy. What the
agent did is in the diary. Nothing of a run is kept where all is well; else the folder stays, as evidence, and is named.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from desktop.app.bench.caches import BenchFailed
from desktop.app.bench.faults import chance, comparison, diary, hub, seat
from desktop.app.bench.faults.comparison import Verdict
from desktop.app.bench.faults.hub import ANNA, BERT, HubOrders, HubReady
from desktop.app.bench.faults.nursery import Child, Nursery
from desktop.app.bench.faults.proxy import FaultKind, FaultProxy
from desktop.app.bench.faults.seat import SeatLive, SeatOrders, SeatSettled
from desktop.app.bench.faults.world import World
from desktop.app.bench.figures import Figure, Report, Size, figure, report
from desktop.domain.agent import Agent
from desktop.domain.changes import Table
from desktop.store import projections
from desktop.store.columns import SHAPES
from desktop.store.connection import Connection
from desktop.store.database import Store

_HUB_S: Final = 20.0
_LIVE_S: Final = 1.0
_SETTLE_S: Final = 90.0
_TOLD: Final = 12


@dataclass(slots=True)
class Tally:
    """What was done to them."""

    seats_killed: int = 0
    hubs_killed: int = 0
    clocks_off: int = 0
    settled_s: float = 0.0
    size: Size = field(default_factory=lambda: Size(messages=0, interactions=0, customers=0))
    faults: Counter[FaultKind] = field(default_factory=Counter)


def measure(args: argparse.Namespace) -> Report:
    """Play ``rounds`` rounds of ``seed``. Raises ``BenchFailed`` where nothing could be judged."""
    folder = Path(tempfile.mkdtemp(prefix="dirigent-faults-"))
    began = time.perf_counter()
    try:
        tally, verdict, doubled = asyncio.run(_Drill(folder, args.rounds, args.seed).run())
    except (TimeoutError, OSError) as error:
        raise BenchFailed(f"seed {args.seed}: {error or type(error).__name__}; see {folder}") from error
    seconds = time.perf_counter() - began
    notes = [f"{kind}: {text}" for kind in ("lost", "twice", "unequal") for text in getattr(verdict, kind)[:_TOLD]]
    if verdict.is_good:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        notes.append(
            f"the evidence is in {folder}; again with: dirigent bench faults --rounds {args.rounds} --seed {args.seed}"
        )
    return report(
        "faults",
        _figures(args.rounds, seconds, tally, verdict, doubled),
        size=tally.size,
        seed=args.seed,
        runs=args.rounds,
        notes=notes,
    )


def _figures(rounds: int, seconds: float, tally: Tally, verdict: Verdict, doubled: int) -> list[Figure]:
    counts: list[tuple[str, float]] = [
        ("client killed", tally.seats_killed),
        ("hub killed", tally.hubs_killed),
        ("clock off by hours or days", tally.clocks_off),
        *((f"proxy: {kind.value.replace('_', ' ')}", tally.faults[kind]) for kind in FaultKind),
        ("customers' messages", verdict.letters),
        ("of them handed in twice", doubled),
        ("commands", verdict.commands),
        ("applied", verdict.applied),
        ("refused, waiting for the agent", verdict.refused),
        ("gone", verdict.gone),
        ("given up by the agent", verdict.given_up),
        ("never begun (killed before)", verdict.never_begun),
        ("records compared", verdict.rows),
        ("drafts compared", verdict.drafts),
    ]
    told = [figure(name, [float(count)], unit="") for name, count in counts]
    for name, found in (("lost", verdict.lost), ("twice", verdict.twice), ("unequal", verdict.unequal)):
        told.append(figure(name, [float(len(found))], unit="", budget_p50=0.0))
    told.append(figure("settled within", [tally.settled_s], unit="s"))
    told.append(figure("in all", [seconds], unit="s"))
    told.append(figure("rounds a second", [rounds / seconds], unit="/s"))
    return told


class _Drill:
    """One run in ``folder``."""

    def __init__(self, folder: Path, rounds: int, seed: int) -> None:
        self._rounds = rounds
        self._seed = seed
        self._seats, self._data = folder / "seat", folder / "hub"
        self._password = secrets.token_urlsafe(12)
        self._admin = secrets.token_urlsafe(32)
        self._nursery = Nursery()
        self._trouble = chance.Trouble(seed)
        self._proxy = FaultProxy(draw=self._trouble.draw)
        self._people: dict[str, Agent] = {}
        self._hub: Child | None = None
        self._seat: Child | None = None
        self._life = 0
        self._tally = Tally()
        self._coming_back: asyncio.Task[None]

    async def run(self) -> tuple[Tally, Verdict, int]:
        for folder in (self._seats, self._data):
            folder.mkdir(mode=0o700)
        self._people = await hub.people(self._data, self._password)
        self._world = World(self._seed, self._people[ANNA].id)
        try:
            self._coming_back = asyncio.create_task(self._start_hub(), name="faults-hub")
            await self._coming_back
            await self._world.hire(BERT, self._password)
            await self._proxy.start()
            await self._first_day()
            for number in range(self._rounds):
                await self._round(chance.plan(self._seed, number))
            verdict = await self._settle()
        finally:
            self._coming_back.cancel()
            await asyncio.wait([self._coming_back])
            await self._proxy.stop()
            await self._world.close()
            for child in (self._seat, self._hub):
                if child is not None:
                    await child.kill()
        self._tally.faults = self._proxy.counts
        return self._tally, verdict, self._world.doubled

    async def _first_day(self) -> None:
        """Nothing breaks until the agent has signed in and the cache is filled."""
        self._seat = await self._sit_down()
        if not isinstance(await self._seat.heard(_HUB_S), SeatLive):
            raise BenchFailed(f"seed {self._seed}: the client did not get to the hub; see {self._seats / 'seat.log'}")

    async def _round(self, planned: chance.Round) -> None:
        loop = asyncio.get_running_loop()
        self._trouble.share = planned.trouble
        if self._seat is not None and not self._seat.is_alive:
            raise BenchFailed(f"seed {self._seed}: the client ended by itself; see {self._seats / 'seat.log'}")
        if self._seat is None:
            self._tally.clocks_off += bool(planned.days_off or planned.jumps_days)
            self._seat = await self._sit_down(planned.days_off, planned.jumps_days)
            if planned.gets_live:
                await self._seat.heard(_LIVE_S)
        until = loop.time() + planned.lasts_s
        for _ in range(planned.customers):
            self._world.customer_writes()
        if planned.colleague_acts:
            self._world.colleague_acts()
        if planned.hub_dies_after_s is not None and self._coming_back.done():
            await asyncio.sleep(planned.hub_dies_after_s)
            await self._kill_hub(planned.hub_is_away_s)
        await asyncio.sleep(max(until - loop.time(), 0.0))
        if self._coming_back.done():
            self._coming_back.result()
        if planned.seat_dies:
            await self._seat.kill()
            self._tally.seats_killed += 1
            self._seat = None

    async def _sit_down(self, days_off: float = 0.0, jumps_days: float = 0.0, *, goes_home: bool = False) -> Child:
        self._life += 1
        orders = SeatOrders(
            folder=self._seats,
            url=self._proxy.url,
            user=ANNA,
            password=self._password,
            me=self._people[ANNA].id,
            colleague=self._people[BERT].id,
            seed=f"{self._seed}/seat/{self._life}",
            life=self._life,
            days_off=days_off,
            jumps_days=jumps_days,
            goes_home=goes_home,
        )
        return await self._nursery.start(seat.run, orders)

    async def _start_hub(self) -> None:
        orders = HubOrders(self._data, self._proxy.port, self._admin, self._data / "hub.log")
        self._hub = await self._nursery.start(hub.run, orders)
        ready = await self._hub.heard(_HUB_S)
        if not isinstance(ready, HubReady):
            raise BenchFailed(f"seed {self._seed}: the hub did not start; see {self._data / 'hub.log'}")
        self._proxy.port = ready.port
        await self._world.meet(ready.port, ready.channel_token)

    async def _kill_hub(self, away_s: float) -> None:
        assert self._hub is not None
        await self._hub.kill()
        self._hub = None
        self._tally.hubs_killed += 1

        async def come_back() -> None:
            await asyncio.sleep(away_s)
            await self._start_hub()

        # The agent works on meanwhile, and may be killed meanwhile.
        self._coming_back = asyncio.create_task(come_back(), name="faults-hub")

    # --- the end ----------------------------------------------------------------------------------------------------

    async def _settle(self) -> Verdict:
        """Let everything through, wait until the agent is at home and nothing moves any more, and compare."""
        self._proxy.forgive()
        await self._coming_back
        if self._seat is not None:
            await self._seat.kill()
        self._seat = None
        await self._world.rest()
        began = time.perf_counter()
        while True:
            self._seat = await self._sit_down(goes_home=True)
            settled: object = SeatLive()
            while isinstance(settled, SeatLive):
                settled = await self._seat.heard(_SETTLE_S - (time.perf_counter() - began))
            if not isinstance(settled, SeatSettled):
                raise BenchFailed(f"seed {self._seed}: not settled within {_SETTLE_S:.0f} s; see {self._seats.parent}")
            token = await self._world.sign_in(ANNA, self._password)
            _, feed, end = await self._world.feed(token)
            await self._seat.end()
            self._seat = None
            if end == settled.cursor:
                break  # else something of the hub's own moved in between
        self._tally.settled_s = time.perf_counter() - began
        assert self._hub is not None
        await self._hub.end()
        self._hub = None
        verdict = Verdict()
        kept = await hub.kept(self._data, self._people[ANNA].id)
        entries = diary.read(self._seats / seat.DIARY)
        store = Store.open(self._seats / seat.CACHE, seat.KEY)
        try:
            outbox = store.query(projections.outbox_entries)
            comparison.judge_commands(verdict, entries, kept, outbox, self._people[ANNA].id)
            comparison.judge_letters(verdict, self._world.letters, kept.messages)
            rows = store.query(_rows)
            comparison.judge_rows(verdict, feed, rows)
            comparison.judge_drafts(verdict, entries, store.query(projections.drafts))
        finally:
            store.close()
        count = Counter(type_ for type_, _ in rows)
        self._tally.size = Size(
            messages=count[Table.MESSAGE], interactions=count[Table.INTERACTION], customers=count[Table.CUSTOMER]
        )
        return verdict


def _rows(conn: Connection) -> dict[tuple[str, str], bytes]:
    """Everything the cache holds of the feed."""
    return {
        (str(table), id_): body
        for table in SHAPES
        for id_, body in conn.execute(f"SELECT id, body FROM {table}")  # noqa: S608 - the name is an enum's
    }
