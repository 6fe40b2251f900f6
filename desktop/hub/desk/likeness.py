"""Looks for records of one person, in the background: first what was written just now, then all others, page by page, from
where it was left the last time. Never within the transaction that wrote a customer; the judgement is that of
``insight.duplicates``.

It proposes and withdraws; it merges only where the operator set from which certainty (``DeskOptions.merge_from``), never a
pair that somebody took apart or told apart, and each such merge is logged and can be undone like any other.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import insert, select

from desktop.domain.changes import Table
from desktop.domain.customer import Customer, field_value, is_same_value
from desktop.domain.duplicate import Duplicate, DuplicateState
from desktop.domain.ids import new_id
from desktop.domain.merge import PLAIN
from desktop.domain.suggestion import Reason
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Ledger, Written
from desktop.hub.desk.duplicates import pair_id, pair_of, proposed
from desktop.hub.desk.merging import join
from desktop.hub.desk.work import Work
from desktop.insight.duplicates import blocking_keys, compare

log = logging.getLogger(__name__)

LINGER_S: Final = 1.0
"""What was just written is looked at after so long: somebody waits for the answer to the writing, nobody for this."""

PAGE: Final = 10
_REST: Final = 9.0
_SHORTEST_REST_S: Final = 0.05
_LOOK_S: Final = 60.0
_AFTER_FAILURE_S: Final = 5.0
_MOST_WAITING: Final = 1000
_MOST_CANDIDATES: Final = 50
_SAME: Final = 0.01
_SEEN: Final = "duplicates.seen"
_row = tables.record.c

Transaction = Callable[[], AbstractAsyncContextManager[Work]]


class Found(Struct, frozen=True, kw_only=True):
    """Two records that look like one person."""

    one: Customer
    other: Customer
    probability: float
    reasons: tuple[Reason, ...] = ()


class Likenesses:
    """The looking. ``start`` begins it, ``stop`` ends it; ``look`` does all that is to be done at once."""

    def __init__(
        self, database: Database, transaction: Transaction, *, propose_from: float, merge_from: float | None
    ) -> None:
        self._database = database
        self._transaction = transaction
        self._propose_from = propose_from
        self._merge_from = merge_from
        self._fresh: dict[str, None] = {}
        self._seen: int | None = None
        self._woken = asyncio.Event()
        self._stopped = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        if self._task is None:
            self._stopped.clear()
            self._unsubscribe = self._database.subscribe(self._on_committed)
            self._task = asyncio.get_running_loop().create_task(self._run(), name="desk.likenesses")

    async def stop(self) -> None:
        """End after the page under way, so that no transaction is torn."""
        task, self._task = self._task, None
        self._unsubscribe()
        self._unsubscribe = lambda: None
        self._stopped.set()
        self._woken.set()
        if task is not None:
            await task

    async def look(self) -> None:
        """Look at everything that was not looked at yet."""
        while await self._page():
            pass

    def _on_committed(self, written: list[Written]) -> None:
        for one in written:
            if isinstance(one.record, Customer):
                if len(self._fresh) < _MOST_WAITING:  # the rest is found with all the others
                    self._fresh[one.record.id] = None
                self._woken.set()

    async def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                began = time.perf_counter()
                while not self._stopped.is_set() and await self._page():
                    # The hub answers people in the same loop: nine tenths of the time are theirs.
                    worked_s = time.perf_counter() - began
                    await self._rest(max(_SHORTEST_REST_S, _REST * worked_s))
                    began = time.perf_counter()
                await self._pause(_LOOK_S)
                if self._woken.is_set():
                    await self._pause(LINGER_S, wakes=False)
            except Exception:
                log.exception("the look for duplicate customers failed; trying again")
                await self._pause(_AFTER_FAILURE_S, wakes=False)

    async def _rest(self, seconds: float) -> None:
        """Do nothing for so long, whatever is written meanwhile."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopped.wait()

    async def _pause(self, seconds: float, *, wakes: bool = True) -> None:
        if self._stopped.is_set():
            return
        if not wakes:
            self._woken.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    # --- one page ---------------------------------------------------------------------------------------------------

    async def _page(self) -> bool:
        """Look at one page of records: what is fresh, else the next of all. Returns whether there may be more."""
        fresh = list(self._fresh)[:PAGE]
        async with self._database.read() as ledger:
            if self._seen is None:
                self._seen = int(await ledger.note(_SEEN) or 0)
            if fresh:
                ids, seen, is_end = fresh, self._seen, False
            else:
                ids, seen, is_end = await self._next(ledger)
            looked = [await self._look_at(ledger, id_) for id_ in ids]
        await self._write(looked, seen if ids else None)
        for id_ in fresh:
            self._fresh.pop(id_, None)
        self._seen = seen
        return bool(self._fresh) or not is_end

    async def _next(self, ledger: Ledger) -> tuple[list[str], int, bool]:
        """Return the next records by the number of their last change, up to which all are then looked at, and whether these
        were the last."""
        latest = await ledger.latest()
        query = (
            select(_row.id, _row.seq)
            .where(_row.seq > (self._seen or 0), _row.type == Table.CUSTOMER, _row.is_deleted.is_(False))
            .order_by(_row.seq)
            .limit(PAGE)
        )
        found = (await ledger.connection.execute(query)).all()
        is_end = len(found) < PAGE
        return [row.id for row in found], latest if is_end else found[-1].seq, is_end

    async def _look_at(self, ledger: Ledger, id_: str) -> tuple[str, list[Found]]:
        customer: Customer | None = await ledger.get(Table.CUSTOMER, id_)
        if customer is None or customer.merged_into is not None:
            return id_, []
        found = []
        for other in await candidates(ledger, customer):
            if customer.is_provisional and other.is_provisional:
                continue  # of two nobodies neither is worth keeping
            likeness = compare(customer, other)
            if likeness.probability >= self._propose_from:
                found.append(
                    Found(one=customer, other=other, probability=likeness.probability, reasons=likeness.reasons)
                )
            await asyncio.sleep(0)
        return id_, found

    async def _write(self, looked: list[tuple[str, list[Found]]], seen: int | None) -> None:
        if seen is None:
            return
        async with self._transaction() as work:
            for id_, found in looked:
                await self._settle(work, id_, found)
            if seen != self._seen:
                await work.ledger.set_note(_SEEN, str(seen))

    async def _settle(self, work: Work, id_: str, found: list[Found]) -> None:
        """Propose what was found of a record and withdraw what is so no more."""
        kept = set()
        for one in found:
            pair = pair_id(one.one.id, one.other.id)
            kept.add(pair)
            if await self._has_changed(work, (one.one, one.other)):
                continue  # they are looked at again for that
            known = await pair_of(work, one.one.id, one.other.id)
            if known is not None and known.state in (DuplicateState.MERGED, DuplicateState.DISTINCT):
                continue
            survivor, other = in_order(one.one, one.other)
            if self._merge_from is not None and one.probability >= self._merge_from and not _was_undone(known):
                await self._put(work, known, one, survivor, other)
                await join(work, survivor, other, proposed_fields(survivor, other))
                await self._note_in_audit(work, survivor.id, other.id)
                log.info("merged customer %s into %s: %.4f sure", other.id, survivor.id, one.probability)
                return  # the survivor is another record now
            await self._put(work, known, one, survivor, other)
        for proposal in await proposed(work, id_):
            if proposal.id not in kept:
                await work.ledger.remove(Table.DUPLICATE, proposal.id)

    async def _note_in_audit(self, work: Work, survivor_id: str, merged_id: str) -> None:
        await work.ledger.connection.execute(
            insert(tables.audit).values(
                id=new_id(),
                at=micros(work.at),
                caller=work.caller.id,
                role=str(work.caller.role),
                action="merge.automatic",
                subject=survivor_id,
                outcome="applied",
                detail=merged_id,
            )
        )

    async def _has_changed(self, work: Work, records: Iterable[Customer]) -> bool:
        for record in records:
            now = await work.ledger.get(Table.CUSTOMER, record.id)
            if now is None or now.version != record.version:
                return True
        return False

    async def _put(
        self, work: Work, known: Duplicate | None, found: Found, survivor: Customer, other: Customer
    ) -> None:
        fresh = Duplicate(
            id=pair_id(survivor.id, other.id),
            customer_id=survivor.id,
            other_id=other.id,
            probability=found.probability,
            reasons=found.reasons,
            fields=proposed_fields(survivor, other),
            found_at=known.found_at if known is not None and known.found_at else work.at,
        )
        if known is not None:
            fresh = replace(
                fresh,
                merged_at=known.merged_at,
                merged_by=known.merged_by,
                undone_at=known.undone_at,
                undone_by=known.undone_by,
                version=known.version,
            )
            if abs(fresh.probability - known.probability) < _SAME:
                fresh = replace(fresh, probability=known.probability)
        if fresh != known:
            await work.ledger.put(fresh)


async def candidates(ledger: Ledger, customer: Customer) -> list[Customer]:
    """Return the records that share a blocking key with ``customer``, at most ``_MOST_CANDIDATES``."""
    found = await ledger.by_blocking_keys(blocking_keys(customer), _MOST_CANDIDATES)
    return [one for one in found if one.id != customer.id and one.merged_into is None]


def _was_undone(known: Duplicate | None) -> bool:
    return known is not None and (known.undone_at is not None or known.state is DuplicateState.UNDONE)


# --- what is proposed of a pair -------------------------------------------------------------------------------------------


def in_order(one: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Return the pair with the one first that should survive: known before made up, confirmed addresses before none, the
    fuller record before the emptier, the older before the newer."""
    first, second = sorted((one, other), key=_standing)
    return first, second


def _standing(customer: Customer) -> tuple[bool, int, int, float, str]:
    confirmed = sum(identity.is_verified for identity in customer.identities)
    filled = sum(bool(getattr(customer, name)) for name in (*PLAIN, "address", "sources")) + len(customer.identities)
    created = customer.created_at.timestamp() if customer.created_at is not None else float("inf")
    return customer.is_provisional, -min(confirmed, 1), -filled, created, customer.id


def proposed_fields(survivor: Customer, other: Customer) -> tuple[str, ...]:
    """Return what to take of the other record although the survivor says something: where the survivor's is known to be
    wrong or old and the other's is not, and an address that was checked later."""
    mine, theirs = _faulty(survivor), _faulty(other)
    chosen = []
    for name in ("name", "birth_date", "language", "since", "address"):
        one, two = field_value(survivor, name), field_value(other, name)
        if not one or not two or is_same_value(name, one, two) or name in theirs:
            continue
        if name in mine or (name == "address" and _checked(other) > _checked(survivor)):
            chosen.append(name)
    return tuple(chosen)


def _faulty(customer: Customer) -> set[str]:
    return {one.field.partition(".")[0] for one in customer.quality if one.code != "missing"}


def _checked(customer: Customer) -> float:
    at: datetime | None = customer.address.checked_at if customer.address is not None else None
    return at.timestamp() if at is not None else 0.0
