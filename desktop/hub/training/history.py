"""What the centre's own history teaches: for each contact the customer's words that began it, what people said it was about,
and the steps agents took. Read page by page from the hub's database, which is left as it is; called by ``job`` in a process
of its own. Of a customer who was erased nothing is read.

What a contact was about is known from a person who set it; else from a disposition that stands for one request type only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import select

from desktop.domain.changes import Table
from desktop.domain.interaction import Author, Interaction, InteractionState, Message, MessageKind
from desktop.domain.record import BusinessRecord
from desktop.domain.template import Disposition
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.ledger import Ledger
from desktop.insight.assess import assess
from desktop.insight.catalogue import OTHER
from desktop.insight.intent import NONE
from desktop.insight.next_step import QUERY
from desktop.wire import records

MOST: Final = 40_000
"""How many of the newest contacts are read."""

CORRECTED, CONFIRMED, CLOSED_AS = 3.0, 2.0, 1.0
"""How much a label counts: set against the verdict, set in agreement with it, read from the disposition."""

_PAGE: Final = 400
_FIRST_WORDS: Final = 3
_LONGEST: Final = 4000
_row = tables.record.c


class Contact(Struct, frozen=True, kw_only=True):
    """One contact that teaches something. ``text`` is the customer's own words; ``intent`` is ``NONE`` for none of the known
    and ``None`` where nobody said, ``weight`` how much that counts. ``messages`` is all that was said and done, in order;
    ``queries`` are the look-ups made in it."""

    interaction: Interaction
    customer: str
    at: datetime
    text: str
    intent: str | None
    weight: float
    messages: tuple[Message, ...] = ()
    queries: tuple[BusinessRecord, ...] = ()

    @property
    def is_corrected(self) -> bool:
        return self.weight == CORRECTED


class History(Struct, frozen=True, kw_only=True):
    """``contacts``, oldest first. ``read`` is how many were looked at; the others taught nothing."""

    contacts: tuple[Contact, ...]
    read: int


async def read_history(ledger: Ledger, most: int = MOST) -> History:
    """Return what the newest ``most`` contacts teach."""
    meant = meanings(await ledger.find(Table.DISPOSITION))
    found: list[Contact] = []
    seen = 0
    before: tuple[int, str] | None = None
    while seen < most:
        page = await _page(ledger, before, min(_PAGE, most - seen))
        if not page:
            break
        seen += len(page)
        before = (micros(page[-1].created_at) or 0, page[-1].id)
        told = [one for one in page if one.steps or labelled(one, meant)[0] is not None]
        gone = await _erased(ledger, {one.customer_id for one in told if one.customer_id})
        told = [one for one in told if one.customer_id not in gone]
        said = await _said(ledger, [one.id for one in told])
        asked = await _asked(ledger, told)
        found += [contact_of(one, said.get(one.id, ()), meant, asked.get(one.id, ())) for one in told]
    return History(contacts=tuple(found[::-1]), read=seen)


def meanings(dispositions: Iterable[Disposition]) -> dict[str, str]:
    """Return the request type that each disposition stands for, of those that name exactly one."""
    return {one.id: one.intents[0] for one in dispositions if len(one.intents) == 1}


def labelled(interaction: Interaction, meant: Mapping[str, str]) -> tuple[str | None, float]:
    """Return what people said a contact was about, and how much that counts; ``None`` where nobody said."""
    if interaction.intent_confirmed and interaction.intent:
        counts = CORRECTED if was_corrected(interaction) else CONFIRMED
        return NONE if interaction.intent == OTHER else interaction.intent, counts
    intent = meant.get(interaction.disposition or "") if interaction.state is InteractionState.CLOSED else None
    return (intent, CLOSED_AS) if intent is not None else (None, 0.0)


def was_corrected(interaction: Interaction) -> bool:
    """Whether a person set another request type than the one that was taken for most likely."""
    first = interaction.intent_ranked[0][0] if interaction.intent_ranked else None
    return interaction.intent_confirmed and interaction.intent != first


def contact_of(
    interaction: Interaction,
    messages: Sequence[Message],
    meant: Mapping[str, str],
    queries: Sequence[BusinessRecord] = (),
) -> Contact:
    """Return what one contact teaches; ``messages`` in the order they were said."""
    intent, weight = labelled(interaction, meant)
    return Contact(
        interaction=interaction,
        customer=interaction.customer_id or interaction.id,
        at=interaction.created_at,
        text=words(messages),
        intent=intent,
        weight=weight,
        messages=tuple(messages),
        queries=tuple(queries),
    )


def words(messages: Iterable[Message]) -> str:
    """Return the customer's own words that a contact began with: the first messages that say anything, those after an
    agent's answer only where there was nothing before."""
    parts: list[str] = []
    for message in messages:
        if message.kind is not MessageKind.TEXT:
            continue
        if message.author is Author.AGENT and parts:
            break
        if message.author is Author.CUSTOMER and len(parts) < _FIRST_WORDS:
            own = assess(message.text, message.subject if not parts else "", channel=message.channel).text
            parts += [own] if own.strip() else []
    return "\n".join(parts)[:_LONGEST]


async def _page(ledger: Ledger, before: tuple[int, str] | None, limit: int) -> list[Interaction]:
    """Return contacts older than one, newest first."""
    # Interactions are no part of one: with that said, the database finds them by age.
    query = select(_row.body).where(
        _row.type == str(Table.INTERACTION), _row.interaction_id.is_(None), _row.is_deleted.is_(False)
    )
    if before is not None:
        at, id_ = before
        query = query.where((_row.at < at) | ((_row.at == at) & (_row.id < id_)))
    query = query.order_by(_row.at.desc(), _row.id.desc()).limit(limit)
    return _read(Table.INTERACTION, (await ledger.connection.execute(query)).scalars())


async def _said(ledger: Ledger, ids: Sequence[str]) -> Mapping[str, list[Message]]:
    """Return the messages of contacts, each in order."""
    said: dict[str, list[Message]] = defaultdict(list)
    if ids:
        query = (
            select(_row.body)
            .where(_row.type == str(Table.MESSAGE), _row.interaction_id.in_(list(ids)), _row.is_deleted.is_(False))
            .where(_row.state.is_(None))  # what only a few may read teaches nobody
            .order_by(_row.at, _row.id)
        )
        messages: list[Message] = _read(Table.MESSAGE, (await ledger.connection.execute(query)).scalars())
        for message in messages:
            said[message.interaction_id].append(message)
    return said


async def _asked(ledger: Ledger, contacts: Sequence[Interaction]) -> Mapping[str, list[BusinessRecord]]:
    """Return the look-ups made in contacts, by contact."""
    asked: dict[str, list[BusinessRecord]] = defaultdict(list)
    customers = sorted({one.customer_id for one in contacts if one.customer_id})
    if customers:
        # Records are found by their customer; those made before or after all of the contacts need not be read.
        query = select(_row.body).where(
            _row.type == str(Table.RECORD),
            _row.customer_id.in_(customers),
            _row.is_deleted.is_(False),
            _row.at >= micros(min(one.created_at for one in contacts)),
            _row.at <= micros(max(one.updated_at for one in contacts)),
        )
        found: list[BusinessRecord] = _read(Table.RECORD, (await ledger.connection.execute(query)).scalars())
        for record in found:
            if record.kind == QUERY and record.interaction_id is not None:
                asked[record.interaction_id].append(record)
    return asked


async def _erased(ledger: Ledger, customers: set[Any]) -> set[str]:
    """Return those customers whose record was deleted."""
    if not customers:
        return set()
    query = select(_row.id).where(
        _row.type == str(Table.CUSTOMER), _row.id.in_(sorted(customers)), _row.is_deleted.is_(True)
    )
    return set((await ledger.connection.execute(query)).scalars())


def _read(table: Table, bodies: Iterable[bytes]) -> list[Any]:
    """Read records; one of an older form that is not readable any more teaches nothing."""
    found = []
    for body in bodies:
        try:
            found.append(records.decode(table, body))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
    return found


def frequent(contacts: Iterable[Contact], least: int, least_customers: int) -> set[str]:
    """Return the labels with at least ``least`` contacts of ``least_customers`` different customers."""
    counts: Counter[str] = Counter()
    people: dict[str, set[str]] = defaultdict(set)
    for one in contacts:
        if one.intent is not None:
            counts[one.intent] += 1
            people[one.intent].add(one.customer)
    return {label for label, n in counts.items() if n >= least and len(people[label]) >= least_customers}
