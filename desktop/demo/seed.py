"""Puts the demo centre into a hub: accounts, queues, customers with their records, two years of history, and the work on
the desks. A hub that has a demo centre keeps it; only the passwords are made anew, for they are kept nowhere."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from desktop.demo.centre import Centre, build, dispositions, templates
from desktop.demo.history import Contact, contacts
from desktop.demo.opening import Judge, open_talks
from desktop.demo.texts import LANGUAGES
from desktop.domain.changes import Table
from desktop.domain.ids import CustomerId
from desktop.domain.journey import Touchpoint
from desktop.domain.suggestion import Suggestion
from desktop.hub.auth import accounts
from desktop.hub.auth.passwords import hash_now
from desktop.hub.db.bulk import BulkLedger
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Ledger
from desktop.hub.desk.guidance import Guidance
from desktop.hub.desk.setup import ensure_defaults
from desktop.insight.experience import StepCounts
from desktop.wire.records import Record

_STAMP = "demo.centre"


class _Stamp(Struct, frozen=True):
    seed: int
    lang: str
    seeded_at: datetime
    counts: dict[str, int]


class SeedReport(Struct, frozen=True, kw_only=True):
    """What is in the hub now. ``users`` maps every account's name to its password, which exists here only; ``agent`` and
    ``lead`` are those of the window. ``seed``, ``lang`` and ``seeded_at`` make the same centre again (``centre.build``).
    ``is_new`` is false where there was one already."""

    users: dict[str, str]
    agent: str
    lead: str
    seed: int
    lang: str
    seeded_at: datetime
    counts: dict[str, int]
    is_new: bool


async def seed(database: Database, *, seed: int, lang: str, now: datetime) -> SeedReport:
    """Put the centre into an empty hub and return who may sign in. Raises ``ValueError`` for a language the demo does
    not speak, and where the hub has work that is not the demo's."""
    if lang not in LANGUAGES:
        raise ValueError(f"the demo speaks {' and '.join(LANGUAGES)}")
    password = secrets.token_urlsafe(24)
    hashing = asyncio.create_task(asyncio.to_thread(hash_now, password))
    async with database.write(silent=True) as ledger:
        found = await ledger.note(_STAMP)
        stamp = msgspec.json.decode(found, type=_Stamp) if found is not None else None
        if stamp is None:
            if await ledger.count(Table.INTERACTION) or await ledger.count(Table.CUSTOMER):
                raise ValueError("this hub has customers of its own; the demo wants an empty one")
            stamp = await _fill(ledger, build(seed, lang, now), await hashing)
            await ledger.set_note(_STAMP, msgspec.json.encode(stamp).decode())
        else:
            await accounts.set_passwords(ledger, build(stamp.seed, stamp.lang, stamp.seeded_at).agents, await hashing)
    agents = build(stamp.seed, stamp.lang, stamp.seeded_at).agents
    return SeedReport(
        users={agent.user: password for agent in agents},
        agent=agents[0].user,
        lead=agents[1].user,
        seed=stamp.seed,
        lang=stamp.lang,
        seeded_at=stamp.seeded_at,
        counts=stamp.counts,
        is_new=found is None,
    )


async def _fill(ledger: Ledger, centre: Centre, password_hash: str) -> _Stamp:
    await ensure_defaults(ledger)
    settings: list[Record] = [*centre.queues, *dispositions(), *templates()]
    for setting in settings:
        await ledger.put(setting)
    await ledger.flush()
    bulk = BulkLedger(ledger)
    for agent in centre.agents:
        await bulk.put_new(agent)
    await accounts.open_for(ledger, centre.agents, password_hash)
    for person in centre.people:
        await bulk.put_new(person.customer)
    for records in centre.records.values():
        for record in records:
            await bulk.put_new(record)
    for touchpoint in centre.touchpoints:
        await bulk.put_new(touchpoint)
    closed = sorted(contacts(centre), key=lambda one: one.interaction.created_at)
    for contact in closed:
        await _add(bulk, contact)
    for contact, advice in _opening(centre, closed):
        await _add(bulk, contact, advice)
    await bulk.finish()
    return _Stamp(centre.seed, centre.lang, centre.now, {str(table): n for table, n in sorted(bulk.counts.items())})


async def _add(bulk: BulkLedger, contact: Contact, advice: Sequence[Suggestion] = ()) -> None:
    await bulk.put_new(contact.interaction)
    parts: list[Record] = [*contact.messages, *contact.touchpoints, *advice]
    for part in parts:
        await bulk.put_new(part)


def _opening(centre: Centre, closed: Sequence[Contact]) -> list[tuple[Contact, list[Suggestion]]]:
    """Return the open work with the verdicts of the hub's own guidance, which learned from the closed contacts."""
    guidance = Guidance.load()
    steps = StepCounts()
    journeys: dict[CustomerId | None, list[Touchpoint]] = {}
    for touchpoint in centre.touchpoints:
        journeys.setdefault(touchpoint.customer_id, []).append(touchpoint)
    for contact in closed:
        steps.observe(contact.interaction.intent or "", contact.interaction.steps)
        journeys.setdefault(contact.interaction.customer_id, []).extend(contact.touchpoints)
    judge = Judge(centre, guidance.model, guidance.books, steps)
    by_id = {person.id: person.customer for person in centre.people}
    judged = []
    for talk in open_talks(centre):
        customer = by_id[talk.talk.person.id]
        judged.append(judge.judged(talk, customer, journeys.get(customer.id, [])))
    return judged
