"""Which mails belong to one contact, and who of them is the customer. A first pass reads headers only, so that a mailbox
need not fit into memory; mails are then read again one thread at a time, in the order in which the threads begin.

Mails are joined by Message-ID, In-Reply-To and References; a reply without any of these joins the latest thread with the
same subject and one of the same people in it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.interaction import Author
from desktop.hub.history.contact import BadRow, Contact, HistoricCustomer, HistoricFile, HistoricMessage
from desktop.hub.mail.headers import Mailbox
from desktop.hub.mail.message import Envelope, Mail, NotMail, envelope_of, parse
from desktop.insight.mail_subject import is_reply, matter_of, without_marks

_SAME_MATTER = timedelta(days=30)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Place(Struct, frozen=True, kw_only=True):
    """Where one mail lies. ``at`` dates it if it does not do so itself; ``where`` names it for a list of bad rows."""

    path: Path
    where: str
    offset: int = 0
    length: int | None = None
    at: datetime | None = None


class Archive(Protocol):
    """Mails in files."""

    def places(self) -> Iterator[tuple[Place, bytes | None]]:
        """Yield every mail; ``None`` for one whose bytes cannot be read."""
        ...

    def mail(self, place: Place) -> bytes:
        """Return the bytes of one mail. Raises ``OSError``."""
        ...

    def fingerprint(self) -> str: ...


class _Entry(Struct):
    place: Place
    envelope: Envelope
    digest: bytes
    external_id: str
    thread: int


class MailReader:
    """The contacts of an archive of mails. ``own`` are the company's addresses, or ``@domain`` for all of one; without
    any, the mailboxes the mails were delivered to are taken for them."""

    source = "mail"

    def __init__(self, archive: Archive, own: Sequence[str] = ()) -> None:
        self._archive = archive
        self._own = {address.strip().lower() for address in own if address.strip()}
        self._bad: list[BadRow] = []
        self._threads: list[list[_Entry]] | None = None
        self.duplicates = 0
        """How many mails were there more than once and counted once; known after the first ``read``."""

    @property
    def total(self) -> int | None:
        return None if self._threads is None else len(self._threads)

    def fingerprint(self) -> str:
        own = ",".join(sorted(self._own))
        return hashlib.sha256(f"{self._archive.fingerprint()}|{own}".encode()).hexdigest()[:24]

    def read(self, start: int = 0) -> Iterator[Contact | BadRow]:
        if self._threads is None:
            self._threads = self._joined()
        if start == 0:
            yield from self._bad
        for position, entries in enumerate(self._threads):
            if position >= start:
                yield from self._contact(position, entries)

    def _joined(self) -> list[list[_Entry]]:
        entries: list[_Entry] = []
        by_id: dict[str, list[_Entry]] = {}
        delivered: Counter[str] = Counter()
        for place, raw in self._archive.places():
            if raw is None:
                self._bad.append(BadRow(position=0, where=place.where, why="unreadable"))
                continue
            try:
                envelope = envelope_of(raw, place.at)
            except NotMail as error:
                self._bad.append(BadRow(position=0, where=place.where, why=error.code))
                continue
            digest = hashlib.sha256(raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2].strip()).digest()
            same_id = by_id.setdefault(envelope.message_id, [])
            if any(other.digest == digest and other.envelope.subject == envelope.subject for other in same_id):
                self.duplicates += 1
                continue
            # Some programs give every mail one id: none of them may be lost, nor do they belong together for it.
            external_id = f"{envelope.message_id}#{digest.hex()[:12]}" if same_id else envelope.message_id
            entry = _Entry(place, envelope, digest, external_id, len(entries))
            same_id.append(entry)
            entries.append(entry)
            delivered.update(set(envelope.delivered_to))
        if not self._own:
            self._own = set(delivered)
        _join(entries)
        threads: dict[int, list[_Entry]] = {}
        for entry in entries:
            threads.setdefault(entry.thread, []).append(entry)
        return [sorted(thread, key=lambda e: e.envelope.sent_at or _EPOCH) for thread in threads.values()]

    def _is_own(self, address: str) -> bool:
        return address in self._own or f"@{address.rpartition('@')[2]}" in self._own

    def _contact(self, position: int, entries: list[_Entry]) -> Iterator[Contact | BadRow]:
        customer = self._customer([entry.envelope for entry in entries])
        written_to = {
            mailbox.address
            for entry in entries
            if entry.envelope.sender.address == customer.address
            for mailbox in entry.envelope.recipients
        }
        messages: list[HistoricMessage] = []
        for entry in entries:
            try:
                mail = parse(self._archive.mail(entry.place), entry.place.at)
            except (OSError, NotMail):  # the file changed under us
                yield BadRow(position=position, where=entry.place.where, why="unreadable")
                continue
            sender = mail.envelope.sender
            is_agent = self._is_own(sender.address) or (
                not self._own and sender.address != customer.address and sender.address in written_to
            )
            messages.append(_message(entry, mail, Author.AGENT if is_agent else Author.CUSTOMER))
        if not messages:
            return
        first = entries[0].envelope
        yield Contact(
            position=position,
            external_id=entries[0].external_id,
            channel=Channel.EMAIL,
            started_at=messages[0].sent_at,
            closed_at=messages[-1].sent_at,
            customer=_as_customer(customer),
            messages=tuple(messages),
            subject=without_marks(first.subject) or first.subject,
            thread=entries[0].external_id,
        )

    def _customer(self, envelopes: Sequence[Envelope]) -> Mailbox:
        """The first who is not of the company: as sender, else as the one written to."""
        writers = [envelope.sender for envelope in envelopes]
        readers = [mailbox for envelope in envelopes for mailbox in envelope.recipients]
        for mailbox in (*writers, *readers):
            if mailbox.address and not self._is_own(mailbox.address):
                name = mailbox.name or next((m.name for m in writers if m.address == mailbox.address and m.name), "")
                return Mailbox(mailbox.address, name)
        return next((writer for writer in writers if writer.name), Mailbox(""))


def _as_customer(mailbox: Mailbox) -> HistoricCustomer | None:
    if not mailbox.address:
        return None
    return HistoricCustomer(key=mailbox.address, name=mailbox.name, address=mailbox.address)


def _message(entry: _Entry, mail: Mail, author: Author) -> HistoricMessage:
    envelope = mail.envelope
    return HistoricMessage(
        external_id=entry.external_id,
        author=author,
        author_name=envelope.sender.name or envelope.sender.address,
        sent_at=envelope.sent_at or _EPOCH,
        text=mail.body.text,
        html=mail.body.html,
        subject=envelope.subject,
        attachments=tuple(
            HistoricFile(name=file.name, data=file.data, media_type=file.media_type) for file in mail.body.files
        ),
        in_reply_to=envelope.in_reply_to,
        references=envelope.references,
    )


def _join(entries: Sequence[_Entry]) -> None:
    """Give mails of one thread the same ``thread``: the number of the first of them."""
    parent: dict[int | str, int | str] = {}

    def root(node: int | str) -> int | str:
        while (up := parent.setdefault(node, node)) != node:
            parent[node] = node = parent.setdefault(up, up)
        return node

    first: dict[str, int] = {}
    for number, entry in enumerate(entries):
        linked = (*entry.envelope.references, entry.envelope.in_reply_to)
        own = () if "#" in entry.external_id[-13:] else (entry.envelope.message_id,)
        for id_ in {*linked, *own} - {""}:
            parent[root(number)] = root(f"id:{id_}")
    lowest: dict[int | str, int] = {}
    for number, entry in enumerate(entries):
        entry.thread = lowest.setdefault(root(number), number)
    first = _by_subject(entries)
    for entry in entries:
        while (joined := first.get(str(entry.thread))) is not None:
            entry.thread = joined


def _by_subject(entries: Iterable[_Entry]) -> dict[str, int]:
    """Return which thread goes into which other, for replies that name no mail they answer."""
    joined: dict[str, int] = {}
    known: dict[str, list[_Entry]] = {}
    for entry in sorted(entries, key=lambda e: e.envelope.sent_at or _EPOCH):
        envelope = entry.envelope
        matter = matter_of(envelope.subject)
        if not matter:
            continue
        is_answer = is_reply(envelope.subject) and not (envelope.references or envelope.in_reply_to)
        if is_answer and str(entry.thread) not in joined:
            for other in reversed(known.get(matter, [])):
                is_near = _age(entry, other) <= _SAME_MATTER
                if is_near and other.thread != entry.thread and _people(entry) & _people(other):
                    joined[str(entry.thread)] = other.thread
                    break
        known.setdefault(matter, []).append(entry)
        del known[matter][:-50]
    return joined


def _age(later: _Entry, earlier: _Entry) -> timedelta:
    return (later.envelope.sent_at or _EPOCH) - (earlier.envelope.sent_at or _EPOCH)


def _people(entry: _Entry) -> set[str]:
    envelope = entry.envelope
    return {m.address for m in (envelope.sender, *envelope.recipients) if m.address}
