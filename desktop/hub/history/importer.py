"""Brings a history into the hub's database: in batches, each one transaction that also notes how far it got, so that an
import broken off anywhere goes on where it was. What is there already stays as it is, for somebody may have changed it
since; of a thread that is there, only mails that are new are added. Bad rows are listed and never stop an import.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from itertools import islice
from typing import Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select

from desktop.domain.agent import Queue
from desktop.domain.changes import Table
from desktop.domain.customer import Customer, Identity
from desktop.domain.ids import CustomerId, InteractionId, QueueId
from desktop.domain.interaction import Attachment, Author, Message
from desktop.domain.record import BusinessRecord
from desktop.domain.template import Disposition, IntentLabel
from desktop.hub.db import tables
from desktop.hub.db.bulk import BulkLedger
from desktop.hub.db.ledger import Ledger, now
from desktop.hub.desk.options import DeskOptions
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import bounded, snippet
from desktop.hub.history import filing
from desktop.hub.history.contact import BadRow, Contact, HistoricFile, Reader
from desktop.hub.history.filing import Filed, KeptFiles
from desktop.wire.shapes import BlobAnswer

BATCH = 100
_BATCH_BYTES = 48 * 1024 * 1024
_MOST_LISTED = 20_000
_row = tables.record.c

Ledgers = Callable[[], AbstractAsyncContextManager[Ledger]]
Progress = Callable[[int, int | None], None]


class Files(Protocol):
    """Where attachments are kept; raises ``Refused`` for what it does not take."""

    async def put(self, body: AsyncIterator[bytes], media_type: str, name: str) -> tuple[BlobAnswer, bool]: ...


class ImportReport(Struct, kw_only=True):
    """What an import did, over all its runs where it was resumed.

    ``contacts`` counts every contact read; ``interactions`` those that were new, ``already`` those that were there,
    ``extended`` those of the latter that got new messages. ``customers`` counts those that had not been on file.
    ``left_out`` are attachments that the blob store refused. ``is_resumed`` says that an earlier run was gone on with.
    """

    contacts: int = 0
    customers: int = 0
    interactions: int = 0
    messages: int = 0
    customer_messages: int = 0
    agent_messages: int = 0
    records: int = 0
    steps: int = 0
    attachments: int = 0
    left_out: int = 0
    already: int = 0
    extended: int = 0
    skipped: list[BadRow] = []
    skipped_count: int = 0
    is_resumed: bool = False


class _Position(Struct):
    """What the note of an import says: the next position to read, and the counts up to there."""

    next: int
    report: ImportReport
    is_done: bool = False


async def import_history(
    ledger_factory: Ledgers,
    reader: Reader,
    *,
    files: Files | None = None,
    progress: Progress | None = None,
    resume: bool = True,
    queue: str = "",
    options: DeskOptions | None = None,
) -> ImportReport:
    """Write everything ``reader`` yields and return exact counts.

    ``ledger_factory`` opens one transaction (``database.write``); listeners to its commits are not told. ``resume`` goes on
    where an import of the same input was broken off. ``queue`` files all contacts there instead of in the queues of their
    request types. ``progress`` is called with positions done and their total. Raises ``UnreadableSource``, and
    ``LookupError`` for an unknown queue.
    """
    return await _Import(ledger_factory, reader, files, progress, queue, options or DeskOptions()).run(resume)


class _Import:
    def __init__(
        self,
        ledgers: Ledgers,
        reader: Reader,
        files: Files | None,
        progress: Progress | None,
        queue: str,
        options: DeskOptions,
    ) -> None:
        self._ledgers = ledgers
        self._reader = reader
        self._files = files
        self._progress = progress or (lambda done, total: None)
        self._queue = queue
        self._options = options
        self._queues: dict[str, Queue] = {}
        self._codes: set[tuple[Table, str]] = set()
        self._customers: dict[tuple[str, str], CustomerId] = {}
        self._report = ImportReport()

    async def run(self, resume: bool) -> ImportReport:
        fingerprint = await asyncio.to_thread(self._reader.fingerprint)
        key = f"import:{self._reader.source}:{fingerprint}"
        start = 0
        async with self._ledgers() as ledger:
            self._queues = {queue.id: queue for queue in await ledger.queues()}
            if self._queue and self._queue not in self._queues:
                raise LookupError(self._queue)
            noted = await ledger.note(key) if resume else None
            if noted is not None:
                before = msgspec.json.decode(noted, type=_Position)
                if not before.is_done:
                    start, self._report = before.next, before.report
                    self._report.is_resumed = True
        batches = await asyncio.to_thread(lambda: _Batches(self._reader.read(start)))
        while batch := await asyncio.to_thread(batches.next):
            stored = await self._store_files(batch)
            position = max(item.position for item in batch) + 1
            async with self._ledgers() as ledger:
                bulk = BulkLedger(ledger)
                await self._write(bulk, batch, stored)
                await bulk.flush()
                await ledger.set_note(key, _noted(position, self._report))
            self._progress(position, self._reader.total)
        async with self._ledgers() as ledger:
            await ledger.set_note(key, _noted(self._reader.total or 0, self._report, is_done=True))
        return self._report

    # --- one batch --------------------------------------------------------------------------------------------------

    async def _write(self, ledger: BulkLedger, batch: Sequence[Contact | BadRow], stored: dict[str, KeptFiles]) -> None:
        report = self._report
        contacts = [item for item in batch if isinstance(item, Contact)]
        for bad in batch:
            if isinstance(bad, BadRow):
                report.skipped_count += 1
                if len(report.skipped) < _MOST_LISTED:
                    report.skipped.append(bad)
        known = await self._known(ledger, contacts)
        said = await self._said(ledger, contacts)
        for contact in contacts:
            report.contacts += 1
            id_ = filing.interaction_id(self._reader.source, contact)
            there = id_ if id_ in known else next(
                (said[key] for message in contact.messages if (key := bounded(message.external_id)) in said), None
            )  # fmt: skip
            if there is not None:
                report.already += 1
                await self._extend(ledger, there, contact, said, stored)
                continue
            customer = await self._customer(ledger, contact)
            made = filing.filed(contact, customer, self._reader.source, self._queues, stored, self._options)
            if self._queue:
                made = replace(made, interaction=replace(made.interaction, queue=QueueId(self._queue)))
            await self._register(ledger, contact)
            await self._put(ledger, made)
            said.update({message.external_id: made.interaction.id for message in made.messages})
            known.add(made.interaction.id)

    async def _put(self, ledger: BulkLedger, made: Filed) -> None:
        report = self._report
        await ledger.put(made.interaction)
        new: tuple[Message | BusinessRecord, ...] = (*made.messages, *made.records)
        for record in new:
            await ledger.put_new(record)
        await ledger.put(made.touchpoint)
        report.interactions += 1
        report.records += len(made.records)
        report.steps += len(made.interaction.steps)
        self._count(made.messages)

    def _count(self, messages: Sequence[Message]) -> None:
        self._report.messages += len(messages)
        self._report.customer_messages += sum(message.author is Author.CUSTOMER for message in messages)
        self._report.agent_messages += sum(message.author is Author.AGENT for message in messages)
        self._report.attachments += sum(len(message.attachments) for message in messages)

    async def _extend(
        self,
        ledger: Ledger,
        id_: InteractionId,
        contact: Contact,
        said: dict[str, InteractionId],
        stored: dict[str, KeptFiles],
    ) -> None:
        """Add what is new to a contact that is there. One that was forgotten on request is not brought back."""
        fresh = tuple(m for m in contact.messages if bounded(m.external_id) not in said)
        interaction = await ledger.interaction(id_) if fresh else None
        if interaction is None:
            return
        customer = await ledger.customer(interaction.customer_id) if interaction.customer_id else None
        made = filing.filed(
            replace(contact, messages=fresh), customer, self._reader.source, self._queues, stored, self._options
        )
        messages = [replace(message, interaction_id=id_) for message in made.messages]
        newest = messages[-1]
        if interaction.last_at is None or newest.sent_at > interaction.last_at:
            await ledger.put(
                replace(
                    interaction,
                    last_text=snippet(newest.text),
                    last_author=newest.author,
                    last_at=newest.sent_at,
                    updated_at=max(interaction.updated_at, newest.sent_at),
                    closed_at=max(interaction.closed_at, newest.sent_at) if interaction.closed_at else None,
                )
            )
        for message in messages:
            await ledger.put(message)
            said[message.external_id] = id_
        self._report.extended += 1
        self._count(messages)

    async def _known(self, ledger: Ledger, contacts: Sequence[Contact]) -> set[InteractionId]:
        """Which contacts have an interaction, be it one that was deleted."""
        ids = [filing.interaction_id(self._reader.source, contact) for contact in contacts]
        found: set[InteractionId] = set()
        for some in _portions(ids):
            query = select(_row.id).where(_row.type == Table.INTERACTION, _row.id.in_(some))
            found.update((await ledger.connection.execute(query)).scalars())
        return found

    async def _said(self, ledger: Ledger, contacts: Sequence[Contact]) -> dict[str, InteractionId]:
        """Which messages are there, by their external id, and in which interaction."""
        ids = [bounded(message.external_id) for contact in contacts for message in contact.messages]
        found: dict[str, InteractionId] = {}
        for some in _portions(ids):
            query = select(_row.lookup, _row.interaction_id).where(_row.type == Table.MESSAGE, _row.lookup.in_(some))
            found.update({lookup: InteractionId(owner) for lookup, owner in await ledger.connection.execute(query)})
        return found

    # --- what a contact needs ---------------------------------------------------------------------------------------

    async def _customer(self, ledger: Ledger, contact: Contact) -> Customer | None:
        given = contact.customer
        if given is None:
            return None
        known_by = filing.identities(given, contact.channel, self._reader.source, self._options)
        keys = [(str(identity.kind), identity.normalised) for identity in known_by] or [("key", given.key)]
        cached = next((self._customers[key] for key in keys if key in self._customers), None)
        found = await ledger.customer(cached) if cached is not None else await self._on_file(ledger, known_by)
        if found is None:
            made = filing.customer_of(given, known_by, contact, self._reader.source, now())
            there = await ledger.customer(made.id)
            found = there or await ledger.put(made)
            self._report.customers += there is None
        self._customers.update(dict.fromkeys(keys, found.id))
        if len(self._customers) > 50_000:
            self._customers.clear()
        return found

    async def _on_file(self, ledger: Ledger, known_by: Sequence[Identity]) -> Customer | None:
        """The customer who has one of the addresses; of several, one that somebody confirmed, then the oldest."""
        found = await ledger.by_identity((identity.kind, identity.normalised) for identity in known_by)
        return min(found, key=lambda one: (one.is_provisional, one.created_at or now(), one.id), default=None)

    async def _register(self, ledger: Ledger, contact: Contact) -> None:
        """Make sure that the codes of a contact have names people can read."""
        intents = (contact.intent, *contact.also) if contact.intent else ()
        wanted: list[Disposition | IntentLabel] = [
            IntentLabel(id=code, titles={"en": filing.title(code)}) for code in intents
        ]
        if code := contact.disposition:
            # Offered first for the request type it names itself.
            wanted.append(
                Disposition(id=code, titles={"en": filing.title(code)}, intents=(code,) if code in intents else ())
            )
        for record in wanted:
            key = (Table.INTENT if isinstance(record, IntentLabel) else Table.DISPOSITION, record.id)
            if key not in self._codes:
                self._codes.add(key)
                if await ledger.get(*key) is None:
                    await ledger.put(record)

    async def _store_files(self, batch: Sequence[Contact | BadRow]) -> dict[str, KeptFiles]:
        """Put attachments into the blob store, before the transaction: it has one of its own."""
        stored: dict[str, KeptFiles] = {}
        for contact in batch:
            for message in contact.messages if isinstance(contact, Contact) else ():
                kept = [(file.name, await self._store_file(file)) for file in message.attachments]
                stored[message.external_id] = KeptFiles(
                    tuple(attachment for _, attachment in kept if attachment is not None),
                    tuple(name for name, attachment in kept if attachment is None),
                )
        return stored

    async def _store_file(self, file: HistoricFile) -> Attachment | None:
        if self._files is None:
            self._report.left_out += 1
            return None
        try:
            answer, _ = await self._files.put(_once(file.data), file.media_type, file.name)
        except Refused:
            self._report.left_out += 1
            return None
        return Attachment(sha256=answer.sha256, name=file.name, media_type=answer.media_type, size=answer.size)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _noted(position: int, report: ImportReport, *, is_done: bool = False) -> str:
    return msgspec.json.encode(_Position(next=position, report=report, is_done=is_done)).decode()


class _Batches:
    """Cuts the items of a reader into batches of about ``BATCH``, fewer where they are large. Items of one position stay
    together, so that a position is either done or not."""

    def __init__(self, items: Iterator[Contact | BadRow]) -> None:
        self._items = items
        self._ahead: Contact | BadRow | None = next(items, None)

    def next(self) -> list[Contact | BadRow]:
        batch: list[Contact | BadRow] = []
        size = 0
        while self._ahead is not None:
            is_full = len(batch) >= BATCH or size >= _BATCH_BYTES
            if is_full and self._ahead.position != batch[-1].position:
                break
            batch.append(self._ahead)
            size += _size(self._ahead)
            self._ahead = next(self._items, None)
        return batch


def _size(item: Contact | BadRow) -> int:
    messages = item.messages if isinstance(item, Contact) else ()
    return sum(len(m.text) + len(m.html) + sum(len(file.data) for file in m.attachments) for m in messages)


def _portions(ids: Iterable[str]) -> Iterator[list[str]]:
    """Cut a list into pieces that a database takes as parameters of one statement."""
    rest = iter(ids)
    while some := list(islice(rest, 5_000)):
        yield some
