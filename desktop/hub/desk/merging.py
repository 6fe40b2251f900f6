"""Two records of one person become one, and can be taken apart again exactly, in any order and at any time. What was merged
is kept as a log under ``merge:<id of the record merged away>``.

Taking a merge apart makes the survivor what it would be had that merge never been: its record of then, with the later merges
made again and the edits since carried over. Where the survivor itself was folded into another record by now, that one is
made anew in the same way, and so on up.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.commands import MergeCustomers, UndoMerge
from desktop.domain.customer import Customer
from desktop.domain.ids import AgentId, CustomerId, new_id
from desktop.domain.merge import CHOOSABLE, carried, joined
from desktop.hub.db import tables
from desktop.hub.desk.customers import must_exist, renamed, save_customer
from desktop.hub.desk.duplicates import mark_merged, mark_parted, merged_into
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work
from desktop.wire.errors import Code

_MOVED: Final = (Table.INTERACTION, Table.MESSAGE, Table.SUGGESTION, Table.FLOW, Table.TOUCHPOINT, Table.RECORD)
_MOST_LEVELS: Final = 8
_row = tables.record.c


class MergeLog(Struct, frozen=True, kw_only=True):
    """``survivor`` and ``merged`` as they were, ``after`` the survivor as the merge left it, ``moved`` the ids that went
    over by type, ``names`` what those interactions showed as the customer's name, ``fields`` what was chosen of the other,
    ``order`` sorts the merges of one survivor (empty in logs of before it was kept)."""

    survivor: Customer
    merged: Customer
    after: Customer
    moved: dict[str, list[str]]
    names: dict[str, str] = {}
    fields: tuple[str, ...] = ()
    order: str = ""
    at: datetime | None = None
    by: AgentId | None = None


def _key(merged_id: str) -> str:
    return f"merge:{merged_id}"


async def merge_customers(work: Work, command: MergeCustomers) -> None:
    if command.customer_id == command.merged_id:
        raise Refused(Code.UNKNOWN_VALUE, "a customer cannot be merged into themselves")
    survivor = await must_exist(work, command.customer_id)
    merged = await must_exist(work, command.merged_id)
    for one in (survivor, merged):
        if one.merged_into is not None:
            raise Refused(Code.ILLEGAL_STATE, "one of them was merged away already", record=one)
    if any(name not in CHOOSABLE for name in command.fields):
        raise Refused(Code.UNKNOWN_VALUE, "no such field, or not one to be chosen")
    await join(work, survivor, merged, command.fields)


async def join(work: Work, survivor: Customer, merged: Customer, chosen: tuple[str, ...] = ()) -> Customer:
    """Fold ``merged`` into ``survivor`` with all that is theirs, and keep the log. Returns the survivor as saved."""
    await work.ledger.put(replace(merged, merged_into=survivor.id, updated_at=work.at))
    after = await save_customer(work, joined(survivor, merged, chosen))
    moved: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for table in _MOVED:
        for record in await work.ledger.find(table, _row.customer_id == merged.id):
            if table is Table.INTERACTION:
                names[record.id] = record.customer_name
                record = replace(record, customer_name=after.name or record.customer_name)
            await work.ledger.put(replace(record, customer_id=survivor.id))
            moved.setdefault(str(table), []).append(record.id)
    if after.name != survivor.name:
        await renamed(work, after)
    await mark_merged(work, survivor, merged, chosen)
    await _keep(
        work,
        MergeLog(
            survivor=survivor,
            merged=merged,
            after=after,
            moved=moved,
            names=names,
            fields=chosen,
            order=new_id(),
            at=work.at,
            by=work.caller.agent_id,
        ),
    )
    return after


async def undo_merge(work: Work, command: UndoMerge) -> None:
    """Take a merge apart, also one that others followed. What was not changed since is as it was before; what came or was
    changed since stays with the survivor."""
    survivor = await must_exist(work, command.customer_id)
    merged = await must_exist(work, command.merged_id)
    log = await _log(work, merged.id)
    if log is None or merged.merged_into != survivor.id:
        raise Refused(Code.ILLEGAL_STATE, "these two are not merged", record=survivor)
    holder = await work.customer(survivor.id)
    await work.ledger.put(replace(log.merged, updated_at=work.at, version=0))
    later = await _later(work, survivor.id, log)
    await _replay(work, survivor, log.survivor, log.after, later)
    await _move_back(work, log, holder.id)
    await mark_parted(work, survivor.id, merged.id)
    await work.ledger.set_note(_key(merged.id), "")


async def _replay(
    work: Work, record: Customer, state: Customer, seen: Customer, logs: list[MergeLog], level: int = 0
) -> None:
    """Make ``record`` what it is when it begins as ``state``: with the merges of ``logs`` made again, and with the edits
    between them, which are what differs from ``seen``, the record as a merge had left it."""
    for log in logs:
        state = carried(seen, log.survivor, state)
        fresh = joined(state, log.merged, log.fields)
        await _keep(work, replace(log, survivor=state, after=fresh))
        state, seen = fresh, log.after
    state = carried(seen, record, state)
    if record.merged_into is None:
        saved = await save_customer(work, state)
        if saved.name != record.name:
            await renamed(work, saved)
        return
    await work.ledger.put(replace(state, merged_into=record.merged_into, updated_at=work.at))
    above: Customer | None = await work.ledger.get(Table.CUSTOMER, record.merged_into)
    log_above = await _log(work, record.id)
    if above is None or log_above is None or level >= _MOST_LEVELS:
        raise Refused(Code.ILLEGAL_STATE, "the log of a later merge is not there", record=record)
    merges = [replace(log_above, merged=state), *await _later(work, above.id, log_above)]
    await _replay(work, above, log_above.survivor, log_above.survivor, merges, level + 1)


async def _move_back(work: Work, log: MergeLog, holder: CustomerId) -> None:
    """Give back what went over with a merge and is still with the one who has it now."""
    for table in _MOVED:
        ids = log.moved.get(str(table), [])
        for start in range(0, len(ids), 500):
            for record in await work.ledger.find(table, _row.id.in_(ids[start : start + 500])):
                if record.customer_id != holder:
                    continue
                if table is Table.INTERACTION:
                    record = replace(record, customer_name=log.names.get(record.id, log.merged.name))
                await work.ledger.put(replace(record, customer_id=log.merged.id))


async def _later(work: Work, survivor_id: str, log: MergeLog) -> list[MergeLog]:
    """Return the logs of the merges into a record after one of them, in their order."""
    found = [await _log(work, id_) for id_ in await merged_into(work, survivor_id)]
    return sorted((one for one in found if one is not None and one.order > log.order), key=lambda one: one.order)


async def _log(work: Work, merged_id: str) -> MergeLog | None:
    kept = await work.ledger.note(_key(merged_id))
    return msgspec.json.decode(kept, type=MergeLog) if kept else None


async def _keep(work: Work, log: MergeLog) -> None:
    await work.ledger.set_note(_key(log.merged.id), msgspec.json.encode(log).decode())
