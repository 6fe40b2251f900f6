"""Pairs of customer records that may be one person, as records: proposed, merged, taken apart, told apart. Who is proposed is
found by ``likeness``; the merging itself is ``merging``'s."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace
from sqlalchemy import or_

from desktop.domain.changes import Table
from desktop.domain.commands import MarkDistinct
from desktop.domain.customer import Customer
from desktop.domain.duplicate import Duplicate, DuplicateState
from desktop.domain.ids import CustomerId, DuplicateId
from desktop.hub.db import tables
from desktop.hub.desk.customers import must_exist
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, derived_id
from desktop.wire.errors import Code

_row: Final = tables.record.c


def pair_id(one: str, other: str) -> DuplicateId:
    """Return the id of what is known of two records, the same whichever way round they are."""
    return DuplicateId(derived_id("duplicate", *sorted((one, other))))


async def pair_of(work: Work, one: str, other: str) -> Duplicate | None:
    """Return what is known of two records."""
    found: Duplicate | None = await work.ledger.get(Table.DUPLICATE, pair_id(one, other))
    return found


async def proposed(work: Work, customer_id: str) -> list[Duplicate]:
    """Return the open proposals that a record is part of."""
    return await work.ledger.find(
        Table.DUPLICATE,
        or_(_row.customer_id == customer_id, _row.lookup == customer_id),
        _row.state == str(DuplicateState.OPEN),
    )


async def merged_into(work: Work, customer_id: str) -> list[CustomerId]:
    """Return the records that were folded into one and still are."""
    found: list[Duplicate] = await work.ledger.find(
        Table.DUPLICATE, _row.customer_id == customer_id, _row.state == str(DuplicateState.MERGED)
    )
    return [one.other_id for one in found]


async def mark_distinct(work: Work, command: MarkDistinct) -> None:
    if command.customer_id == command.other_id:
        raise Refused(Code.UNKNOWN_VALUE, "these are one record")
    one, other = await must_exist(work, command.customer_id), await must_exist(work, command.other_id)
    for record in (one, other):
        if record.merged_into is not None:
            raise Refused(Code.ILLEGAL_STATE, "one of them was merged away already", record=record)
    known = await pair_of(work, one.id, other.id) or _pair(one, other)
    await work.ledger.put(replace(known, state=DuplicateState.DISTINCT))


async def mark_merged(work: Work, survivor: Customer, merged: Customer, fields: tuple[str, ...]) -> None:
    """Note a merge. What else was proposed about the record that is no more goes: the survivor is looked at anew."""
    known = await pair_of(work, survivor.id, merged.id) or _pair(survivor, merged)
    for proposal in await proposed(work, merged.id):
        if proposal.id != known.id:
            await work.ledger.remove(Table.DUPLICATE, proposal.id)
    await work.ledger.put(
        replace(
            known,
            customer_id=survivor.id,
            other_id=merged.id,
            fields=fields,
            state=DuplicateState.MERGED,
            merged_at=work.at,
            merged_by=work.caller.agent_id,
        )
    )


async def mark_parted(work: Work, survivor_id: str, merged_id: str) -> None:
    """Note that a merge was taken apart; what had been proposed is a proposal again."""
    known = await pair_of(work, survivor_id, merged_id)
    if known is not None:
        state = DuplicateState.OPEN if known.probability > 0 else DuplicateState.UNDONE
        await work.ledger.put(replace(known, state=state, undone_at=work.at, undone_by=work.caller.agent_id))


def _pair(one: Customer, other: Customer) -> Duplicate:
    return Duplicate(id=pair_id(one.id, other.id), customer_id=one.id, other_id=other.id, probability=0.0)
