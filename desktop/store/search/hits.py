"""Rows of the index made into what is shown: who, when, where, and a line of the text with the found words marked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId, InteractionId
from desktop.domain.interaction import Author, Interaction, Message, MessageKind
from desktop.store.columns import closed_at, instant, last_at
from desktop.store.connection import Connection
from desktop.store.rows import HitKind, SearchHit
from desktop.store.search import documents as d
from desktop.store.search.matching import Matcher, composed
from desktop.store.search.snippets import snippet
from desktop.wire.records import decode

_TABLES: Final = {
    d.CUSTOMER: Table.CUSTOMER,
    d.INTERACTION: Table.INTERACTION,
    d.MESSAGE: Table.MESSAGE,
    d.FILE: Table.MESSAGE,
}
_MOST_MERGES: Final = 8


class Place(NamedTuple):
    """A row of the index, and the record it stands for."""

    row: int
    kind: int
    source: int


class Records:
    """The records that places of the index stand for, each read once."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self._read: dict[tuple[Table, int], Any] = {}

    def of(self, found: Sequence[Place]) -> list[tuple[Place, Any]]:
        """Return the places whose records are here, with them, in order."""
        for table in dict.fromkeys(_TABLES.values()):
            wanted = {place.source for place in found if _TABLES[place.kind] is table}
            self._read_in(table, [source for source in wanted if (table, source) not in self._read])
        here = ((place, self._read.get((_TABLES[place.kind], place.source))) for place in found)
        return [(place, record) for place, record in here if record is not None]

    def _read_in(self, table: Table, sources: list[int]) -> None:
        if not sources:
            return
        rows = self.conn.execute(
            f"SELECT row, body FROM {table} WHERE row IN (SELECT value FROM json_each(?))",  # noqa: S608 - an enum's name
            (json.dumps(sources),),
        )
        self._read.update(((table, row), decode(table, body)) for row, body in rows)


def hits_of(records: Records, found: Sequence[Place], matcher: Matcher) -> list[SearchHit]:
    """Return the hits at some places, in their order. A record merged away is shown as the one that survived, once; a
    contact found by its last words only, not beside the message that said them."""
    here = records.of(found)
    messages = [(place.kind, record) for place, record in here if isinstance(record, Message)]
    contacts = contacts_of(records.conn, {message.interaction_id for _, message in messages})
    said = {(message.interaction_id, message.sent_at) for kind, message in messages if kind == d.MESSAGE}
    hits: dict[tuple[HitKind, str], SearchHit] = {}
    for (_, kind, _source), record in here:
        match kind:
            case d.CUSTOMER:
                survivor = survivor_of(records.conn, record)
                hit = _customer_hit(survivor, record, matcher)
            case d.INTERACTION:
                if (record.id, record.last_at) in said and _is_by_last_words(record, matcher):
                    continue
                hit = _interaction_hit(record, matcher)
            case _:
                hit = _message_hit(record, contacts.get(record.interaction_id), matcher, is_file=kind == d.FILE)
        hits.setdefault((hit.kind, hit.id), hit)
    return list(hits.values())


def contacts_of(conn: Connection, ids: Iterable[str]) -> dict[str, Interaction]:
    """Return the interactions of ``ids`` that are here."""
    rows = conn.execute(
        "SELECT body FROM interaction WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    return {record.id: record for record in (decode(Table.INTERACTION, body) for (body,) in rows)}


def survivor_of(conn: Connection, customer: Customer) -> Customer:
    """Return the record that ``customer`` was merged into, or itself."""
    for _ in range(_MOST_MERGES):
        if customer.merged_into is None:
            break
        row = conn.execute("SELECT body FROM customer WHERE id = ?", (customer.merged_into,)).fetchone()
        if row is None:
            break
        customer = decode(Table.CUSTOMER, row[0])
    return customer


def texts_of(records: Records, found: Sequence[Place]) -> dict[int, tuple[str, ...]]:
    """Return the texts that entries were made of, by row, what they are called by first."""
    return {place.row: _texts(place.kind, record) for place, record in records.of(found)}


def _texts(kind: int, record: Any) -> tuple[str, ...]:
    match kind:
        case d.CUSTOMER:
            return (record.name, *_known_of(record))
        case d.INTERACTION:
            return (record.customer_name, record.subject, record.summary, record.last_text, record.from_address)
        case d.FILE:
            return tuple(file.name for file in record.attachments)
        case _:
            return (record.subject, d.said_text(record.text, record.html))


def _known_of(customer: Customer) -> tuple[str, ...]:
    known = " · ".join(
        dict.fromkeys(part for part in (customer.number, *(i.value for i in customer.identities)) if part)
    )
    address = customer.address
    return (known, " ".join((address.street, address.postcode, address.city)) if address else "")


def _customer_hit(survivor: Customer, found: Customer, matcher: Matcher) -> SearchHit:
    other_name = "" if found.name == survivor.name else found.name
    at = survivor.updated_at or survivor.created_at or instant(0)
    return SearchHit(
        HitKind.CUSTOMER,
        survivor.id,
        at,
        survivor.name,
        snippet((other_name, *_known_of(found)), matcher),
        customer_id=survivor.id,
    )


def _is_by_last_words(contact: Interaction, matcher: Matcher) -> bool:
    others = (contact.subject, contact.customer_name, contact.from_address, contact.summary)
    return _holds_any(contact.last_text, matcher) and not any(_holds_any(text, matcher) for text in others)


def _holds_any(text: str, matcher: Matcher) -> bool:
    return next(matcher.marks(composed(text)), None) is not None


def _interaction_hit(contact: Interaction, matcher: Matcher) -> SearchHit:
    subject, words = contact.subject, contact.last_text
    texts = (f"{subject} · {words}" if subject and words else subject or words, contact.summary, contact.from_address)
    return SearchHit(
        HitKind.INTERACTION,
        contact.id,
        instant(last_at(contact) if contact.state.is_open else closed_at(contact)),
        contact.customer_name or contact.from_address or contact.subject,
        snippet(texts, matcher),
        InteractionId(contact.id),
        contact.customer_id,
        contact.channel,
        contact.last_author,
        contact.state.is_open,
    )


def _message_hit(message: Message, contact: Interaction | None, matcher: Matcher, *, is_file: bool) -> SearchHit:
    if is_file:
        kind = HitKind.FILE
        texts: tuple[str, ...] = tuple(file.name for file in message.attachments)
    else:
        kind = HitKind.NOTE if message.kind is MessageKind.NOTE else HitKind.MESSAGE
        texts = (d.said_text(message.text, message.html), message.subject)
    return SearchHit(
        kind,
        message.id,
        message.sent_at,
        _title(message, contact),
        snippet(texts, matcher),
        message.interaction_id,
        message.customer_id or _customer_id(contact),
        message.channel or _channel(contact),
        message.author,
        contact is not None and contact.state.is_open,
    )


def _title(message: Message, contact: Interaction | None) -> str:
    if contact is not None:
        return contact.customer_name or contact.from_address or contact.subject
    return (message.author_name if message.author is Author.CUSTOMER else "") or message.subject


def _customer_id(contact: Interaction | None) -> CustomerId | None:
    return None if contact is None else contact.customer_id


def _channel(contact: Interaction | None) -> Channel | None:
    return None if contact is None else contact.channel
