"""Two records of one person become one, and can be taken apart again exactly. What was moved is kept as a log under
``merge:<id of the record merged away>``, so that undoing touches that and nothing that came later.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from desktop.domain.changes import Table
from desktop.domain.commands import MergeCustomers, UndoMerge
from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId
from desktop.hub.db import tables
from desktop.hub.desk.customers import ADDRESS, PLAIN, must_exist, renamed, save_customer
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work
from desktop.wire.errors import Code

_MOVED: Final = (Table.INTERACTION, Table.MESSAGE, Table.SUGGESTION, Table.FLOW, Table.TOUCHPOINT, Table.RECORD)
_CHOOSABLE: Final = frozenset((*PLAIN, "address", "value_cents", "consents", *ADDRESS))
_BOOKKEEPING: Final = frozenset({"id", "version", "updated_at", "quality"})
_row = tables.record.c


class MergeLog(Struct, frozen=True, kw_only=True):
    """``survivor`` and ``merged`` as they were, ``after`` the survivor as the merge left it, ``moved`` the ids that went
    over by type, ``names`` what those interactions showed as the customer's name."""

    survivor: Customer
    merged: Customer
    after: Customer
    moved: dict[str, list[str]]
    names: dict[str, str] = {}


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
    unknown = [name for name in command.fields if name not in _CHOOSABLE]
    if unknown:
        raise Refused(Code.UNKNOWN_VALUE, "no such field, or not one to be chosen")
    await join(work, survivor, merged, command.fields)


async def join(work: Work, survivor: Customer, merged: Customer, chosen: tuple[str, ...] = ()) -> Customer:
    """Fold ``merged`` into ``survivor`` with all that is theirs, and keep the log. Returns the survivor as saved."""
    joined = _joined(survivor, merged, chosen)
    await work.ledger.put(replace(merged, merged_into=survivor.id, updated_at=work.at))
    after = await save_customer(work, joined)
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
    log = MergeLog(survivor=survivor, merged=merged, after=after, moved=moved, names=names)
    await work.ledger.set_note(_key(merged.id), msgspec.json.encode(log).decode())
    return after


def _joined(survivor: Customer, merged: Customer, chosen: tuple[str, ...]) -> Customer:
    """Return the survivor with the other's addresses, consents and sources, with ``chosen`` fields of the other, and
    with the other's where the survivor says nothing."""
    values: dict[str, Any] = {}
    for name in (*PLAIN, "address"):
        mine, theirs = getattr(survivor, name), getattr(merged, name)
        if theirs and (name in chosen or not mine):
            values[name] = theirs
    parts = {name.partition(".")[2] for name in chosen if name in ADDRESS}
    if parts and merged.address is not None and "address" not in values:
        base = survivor.address or merged.address
        values["address"] = replace(base, **{part: getattr(merged.address, part) for part in parts})
    if "value_cents" in chosen:
        values |= {"value_cents": merged.value_cents, "currency": merged.currency}
    elif survivor.currency == merged.currency:
        values["value_cents"] = survivor.value_cents + merged.value_cents
    known = {(one.kind, one.normalised or one.value) for one in survivor.identities}
    extra = tuple(one for one in merged.identities if (one.kind, one.normalised or one.value) not in known)
    consents = {one.purpose: one for one in survivor.consents}
    for consent in merged.consents:
        mine = consents.get(consent.purpose)
        # Of two answers to one question the no holds, whoever it was given to.
        if mine is None or "consents" in chosen or (mine.is_granted and not consent.is_granted):
            consents[consent.purpose] = consent
    created = [at for at in (survivor.created_at, merged.created_at) if at is not None]
    return replace(
        survivor,
        **values,
        identities=(*survivor.identities, *extra),
        consents=tuple(consents.values()),
        sources={**merged.sources, **survivor.sources},
        is_provisional=survivor.is_provisional and merged.is_provisional,
        created_at=min(created) if created else None,
    )


async def undo_merge(work: Work, command: UndoMerge) -> None:
    """Take a merge apart. What was not changed since is as it was before; what came or changed since stays with the
    survivor."""
    survivor = await must_exist(work, command.customer_id)
    merged = await must_exist(work, command.merged_id)
    kept = await work.ledger.note(_key(merged.id))
    if not kept or merged.merged_into != survivor.id:
        raise Refused(Code.ILLEGAL_STATE, "these two are not merged", record=survivor)
    if survivor.merged_into is not None:
        raise Refused(Code.ILLEGAL_STATE, "undo the later merge first", record=survivor)
    log = msgspec.json.decode(kept, type=MergeLog)
    await work.ledger.put(replace(log.merged, updated_at=work.at, version=0))
    restored = await save_customer(work, _parted(log, survivor))
    for table in _MOVED:
        ids = log.moved.get(str(table), [])
        for start in range(0, len(ids), 500):
            for record in await work.ledger.find(table, _row.id.in_(ids[start : start + 500])):
                if record.customer_id != survivor.id:
                    continue
                if table is Table.INTERACTION:
                    record = replace(record, customer_name=log.names.get(record.id, log.merged.name))
                await work.ledger.put(replace(record, customer_id=CustomerId(merged.id)))
    if restored.name != survivor.name:
        await renamed(work, restored)
    await work.ledger.set_note(_key(merged.id), "")


def _parted(log: MergeLog, now: Customer) -> Customer:
    """Return the survivor without what the merge brought: fields still as the merge left them go back, of addresses and
    consents only those that the merge added go."""
    values: dict[str, Any] = {}
    for name, before in ((field, getattr(log.survivor, field)) for field in asdict(log.survivor)):
        if name in _BOOKKEEPING or name in ("identities", "consents", "sources"):
            continue
        if getattr(now, name) == getattr(log.after, name):
            values[name] = before
    brought = {(one.kind, one.normalised or one.value) for one in log.after.identities} - {
        (one.kind, one.normalised or one.value) for one in log.survivor.identities
    }
    values["identities"] = tuple(
        one for one in now.identities if (one.kind, one.normalised or one.value) not in brought
    )
    if now.consents == log.after.consents:
        values["consents"] = log.survivor.consents
    values["sources"] = {
        name: key for name, key in now.sources.items() if name in log.survivor.sources or name not in log.after.sources
    }
    return replace(now, **values)
