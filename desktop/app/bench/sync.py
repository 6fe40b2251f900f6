"""``dirigent bench sync`` and ``stall``: a first sync into an empty encrypted cache, from a hub in a process of its own, in
the program's own window and event loop: how soon the open work is there, how fast the history follows, when all of it can
be found, and how long the event loop stands still meanwhile.

The floor is the same pages read and inserted by the bare driver into a second encrypted file, without network, window,
index or deduplication.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import secrets
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec

from desktop.app.bench import centre as centres
from desktop.app.bench.caches import BenchFailed
from desktop.app.bench.figures import Report, Size, figure, report
from desktop.app.bench.filling import fill
from desktop.app.bench.joining import keys, signed_in, synced
from desktop.app.bench.pulse import Pulse
from desktop.app.bench.stage import run, staged
from desktop.app.session import take_turns
from desktop.backends.hub import HubBackend
from desktop.domain.changes import Table
from desktop.store import schema
from desktop.store.apply import sync_state
from desktop.store.columns import UPSERTS, row_of
from desktop.store.connection import Connection, open_writer
from desktop.store.database import Store
from desktop.store.search import is_behind
from desktop.store.search.indexer import Indexer
from desktop.sync.status import SyncStatus
from desktop.viewmodels.desk import DeskAccount
from desktop.wire.records import decode
from desktop.wire.shapes import NEWEST, ChangesPage

_PATIENCE_S = 1800.0
_LEAST_PER_S = 15_000
_FLOOR_PAGES, _FLOOR_ROWS = 60, 500
_ASK_S = 0.1


@dataclass(slots=True)
class _Found:
    size: Size
    usable_s: float = 0.0
    complete_s: float = 0.0
    indexed_s: float = 0.0
    floor_per_s: float = 0.0
    lates: list[float] = field(default_factory=list)


def measure(args: argparse.Namespace) -> Report:
    """One first sync, told by its speed. Raises ``BenchFailed``."""
    found = _first_sync(args)
    rate = found.size.messages / found.complete_s
    figures = [
        figure("until the open work is there", [found.usable_s], unit="s"),
        figure(
            "messages a second until all is here", [rate], unit="/s", budget_p50=_LEAST_PER_S, floor=[found.floor_per_s]
        ),
        figure(
            "all can be found, in times of the sync", [found.indexed_s / found.complete_s], unit="x", budget_p50=2.0
        ),
        figure("until all is here", [found.complete_s], unit="s"),
        figure("until all can be found", [found.indexed_s], unit="s"),
    ]
    return report("sync", figures, size=found.size, seed=args.seed, runs=1)


def measure_stall(args: argparse.Namespace) -> Report:
    """One first sync, told by what it cost the event loop. Raises ``BenchFailed``."""
    found = _first_sync(args)
    stalls = figure("event loop late by", found.lates, budget_p99=8.0, budget_worst=24.0)
    notes = [f"99th percentile {stalls.p99:.1f} ms of {stalls.count:,} beats"]
    return report("stall", [stalls], size=found.size, seed=args.seed, runs=1, notes=notes)


def _first_sync(args: argparse.Namespace) -> _Found:
    with tempfile.TemporaryDirectory(prefix="dirigent-sync-") as folder:
        root = Path(folder)
        password = secrets.token_urlsafe(16)
        centres.add_agent(root / "hub", password)
        # Each account brings the whole of one hub, under its own ids.
        _me, one = fill(root / "hub", centres.AGENT, args.messages // args.accounts, args.seed)
        n = args.accounts
        size = Size(messages=one.messages * n, interactions=one.interactions * n, customers=one.customers * n)
        return run(lambda: _story(root, password, size, n))


async def _story(root: Path, password: str, size: Size, accounts: int) -> _Found:
    async with centres.serving(root / "hub", password) as centre, contextlib.AsyncExitStack() as ending:
        backend, me = await ending.enter_async_context(signed_in(centre.url, centre.password, root))
        backends = {"": backend}
        for key in keys(accounts - 1):
            further = signed_in(centre.url, centre.password, root, key, me)
            backends[key], _ = await ending.enter_async_context(further)
        store = await asyncio.to_thread(Store.open, root / "cache.db", secrets.token_bytes(32))
        ending.push_async_callback(asyncio.to_thread, store.close)
        stage = await ending.enter_async_context(staged(store, me))
        for key in backends:
            stage.workplace.accounts.put(DeskAccount(id=key, key=key, title=key))
        found = _Found(size)
        usable: set[str] = set()
        pulse = Pulse()
        began = time.perf_counter()

        def on_status(key: str, status: SyncStatus) -> None:
            stage.workplace.set_status(status, key)
            take_turns(stage.workplace.status)
            if status.is_usable:
                usable.add(key)
            if len(usable) == accounts and not found.usable_s:
                found.usable_s = time.perf_counter() - began

        pulse.start()
        indexer = Indexer(store)
        try:
            async with contextlib.AsyncExitStack() as syncing:
                running = [
                    await syncing.enter_async_context(synced(store, one, partial(on_status, key), key))
                    for key, one in backends.items()
                ]
                await _until(store, running, lambda conn: all(sync_state(conn, key).is_complete for key in backends))
                found.complete_s = time.perf_counter() - began
                await _until(store, running, lambda conn: not is_behind(conn))
                found.indexed_s = time.perf_counter() - began
                pulse.stop()
        finally:
            pulse.stop()
            indexer.close()
        found.lates = pulse.lates
        found.floor_per_s = await _floor(backend, root)
        return found


async def _until(store: Store, running: list[asyncio.Task[None]], holds: Callable[[Connection], bool]) -> None:
    """Wait until the store says so; asked rarely, as each question takes its turn with the window's own."""
    deadline = time.monotonic() + _PATIENCE_S
    while not await asyncio.wrap_future(store.read(holds)):
        if any(one.done() for one in running) or time.monotonic() > deadline:
            raise BenchFailed("the sync did not come to its end")
        await asyncio.sleep(_ASK_S)


async def _floor(backend: HubBackend, root: Path) -> float:
    """Return the messages a second that the bare driver takes in, from the newest pages of the same feed."""
    pages: list[bytes] = []
    before = NEWEST
    while len(pages) < _FLOOR_PAGES:
        raw = await backend.history(before, scope="all", limit=_FLOOR_ROWS)
        pages.append(raw)
        page = msgspec.json.decode(raw, type=ChangesPage)
        before = page.next
        if not page.more:
            break
    return await asyncio.to_thread(_insert, root / "floor.db", pages)


def _insert(file: Path, pages: list[bytes]) -> float:
    conn = open_writer(file, secrets.token_bytes(32), 0)
    try:
        for statement in schema.CACHE_DDL:
            conn.execute(statement)
        messages = 0
        began = time.perf_counter()
        for raw in pages:
            rows: dict[Table, list[tuple[object, ...]]] = {}
            for change in msgspec.json.decode(raw, type=ChangesPage).changes:
                table = Table(change.type)
                assert not isinstance(change.record, msgspec.UnsetType)
                rows.setdefault(table, []).append(row_of(table, change.seq, decode(table, change.record)))
            conn.execute("BEGIN")
            for table, values in rows.items():
                conn.executemany(UPSERTS[table], values)
            conn.execute("COMMIT")
            messages += len(rows.get(Table.MESSAGE, ()))
        return messages / (time.perf_counter() - began)
    finally:
        conn.close()
