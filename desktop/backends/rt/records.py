"""RT's tickets, users, transactions and queues as the desk's records. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from msgspec.structs import replace

from desktop.backends.rt import states
from desktop.backends.rt.bodies import Body
from desktop.backends.rt.naming import Naming
from desktop.backends.rt.shapes import Link, Named, Ticket, Transaction, User, instant
from desktop.domain.agent import Agent, Queue
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, Identity, IdentityKind, PostalAddress
from desktop.domain.interaction import Author, Delivery, Interaction, InteractionState, Message, MessageKind
from desktop.domain.record import BusinessRecord
from desktop.domain.template import Disposition
from desktop.insight import normalise
from desktop.insight.mail_text import tail_start

SOURCE: Final = "rt"
SYSTEM: Final = 1
"""The user that RT itself works as."""

_SAID: Final = {"Create": MessageKind.TEXT, "Correspond": MessageKind.TEXT, "Comment": MessageKind.NOTE}
_LONGEST_LAST: Final = 500
_PHONES: Final = (("mobile_phone", "mobile"), ("work_phone", "work"), ("home_phone", "home"))


@dataclass(frozen=True, slots=True)
class Last:
    """The newest thing said in a ticket. ``answered_at`` is when an agent first answered, ``is_answered``: the customer wrote
    after the ticket was stalled."""

    text: str = ""
    author: Author | None = None
    at: datetime | None = None
    answered_at: datetime | None = None
    is_answered: bool = False

    def stalled(self) -> Last:
        """Return what is newest once the ticket was stalled."""
        return dataclasses.replace(self, is_answered=False)

    def then(self, message: Message) -> Last:
        """Return what is newest once ``message`` was said too."""
        if message.kind is not MessageKind.TEXT:
            return self
        answered_at = self.answered_at
        if message.author is Author.AGENT and answered_at is None:
            answered_at = message.sent_at
        is_answered = message.author is Author.CUSTOMER or self.is_answered
        if self.at is not None and message.sent_at < self.at:
            return Last(self.text, self.author, self.at, answered_at, is_answered)
        return Last(message.text[:_LONGEST_LAST], message.author, message.sent_at, answered_at, is_answered)


def is_said(transaction: Transaction) -> bool:
    """Whether a transaction has words of people in it."""
    return transaction.type in _SAID


def contact(
    ticket: Ticket, naming: Naming, *, version: int, last: Last, now: datetime, inactive: frozenset[str]
) -> Interaction:
    """Return a ticket as a contact. ``inactive`` are statuses of other lifecycles that mean that it is done with."""
    state = states.state_of(ticket, now, inactive, is_answered=last.is_answered)
    requestor = ticket.requestor[0] if ticket.requestor else None
    created = instant(ticket.created) or instant(ticket.last_updated) or now
    is_owned = ticket.owner.name not in ("", None, states.NOBODY)
    return Interaction(
        id=naming.contact(ticket.id),
        channel=Channel.EMAIL,
        state=state,
        created_at=created,
        updated_at=instant(ticket.last_updated) or created,
        customer_id=naming.customer(requestor.id) if requestor is not None else None,
        customer_name=name_of(requestor) if requestor is not None else "",
        from_address=(requestor.email_address or "") if requestor is not None else "",
        queue=naming.queue(ticket.queue.id) if ticket.queue.id else None,
        assignee=naming.agent(ticket.owner.id) if is_owned else None,
        subject=line(ticket.subject),
        thread=str(ticket.id),
        identified=1.0 if requestor is not None else 0.0,
        priority=states.priority_of(ticket.priority),
        due_at=instant(ticket.due) if state.is_open else None,
        queued_at=created if state is InteractionState.QUEUED else None,
        accepted_at=instant(ticket.started),
        answered_at=last.answered_at,
        closed_at=instant(ticket.resolved) if not state.is_open else None,
        snoozed_until=instant(ticket.starts) if state is InteractionState.SNOOZED else None,
        disposition=naming.foreign(ticket.status) if state is InteractionState.CLOSED else None,
        last_text=last.text,
        last_author=last.author,
        last_at=last.at,
        source=SOURCE,
        version=version,
    )


def message(transaction: Transaction, ticket: Ticket, naming: Naming, body: Body | None) -> Message | None:
    """Return a transaction as a message or event of ``ticket``, ``None`` where it is no news to people."""
    home, creator = naming.contact(ticket.home), transaction.creator
    author = author_of(creator.id, ticket)
    at = instant(transaction.created) or datetime.fromtimestamp(0, UTC)
    # RT dates by the second; the number tells what came first within one.
    at = at.replace(microsecond=transaction.id % 1_000_000)
    base = Message(
        id=naming.message(transaction.id),
        interaction_id=home,
        author=author,
        sent_at=at,
        author_name=name_of(creator) if author is not Author.SYSTEM else "",
        agent_id=naming.agent(creator.id) if author is Author.AGENT else None,
        customer_id=naming.customer(creator.id) if author is Author.CUSTOMER else None,
        version=1,
    )
    if body is not None and is_said(transaction):
        kind = _SAID[transaction.type]
        text = body.content.text
        return replace(
            base,
            kind=kind,
            channel=Channel.EMAIL if kind is MessageKind.TEXT else None,
            text=text,
            html=body.content.html,
            subject=line(body.subject),
            delivery=Delivery.RECEIVED if author is Author.CUSTOMER else Delivery.SENT,
            external_id=body.external_id,
            attachments=body.files,
            quoted_from=tail_start(text) if author is Author.CUSTOMER else 0,
        )
    told = _event(transaction, naming)
    return replace(base, kind=MessageKind.EVENT, event=told[0], values=told[1]) if told is not None else None


def author_of(user: int, ticket: Ticket) -> Author:
    """Return who somebody is to a ticket: its requestors and who gets copies are the customer's side."""
    if user == SYSTEM:
        return Author.SYSTEM
    is_customer = any(user == one.id for one in (*ticket.requestor, *ticket.cc))
    return Author.CUSTOMER if is_customer else Author.AGENT


def _event(transaction: Transaction, naming: Naming) -> tuple[str, dict[str, str]] | None:
    old, new = transaction.old_value or "", transaction.new_value or ""
    match transaction.type, transaction.field:
        case ("Status", _) if new in states.DISPOSITIONS:
            return "closed", {"disposition": naming.foreign(new)}
        case ("Status", _) if old in states.INACTIVE:
            return "reopened", {}
        case ("Set", "Queue") if new.isdecimal():
            return "transferred", {"to_queue": naming.queue(int(new))}
        case ("SetWatcher" | "Give" | "Take" | "Steal" | "Force" | "Set", "Owner" | None | "") if new.isdecimal():
            if transaction.creator.id == int(new):
                return "accepted", {}
            return "transferred", {"to_agent": naming.agent(int(new))}
        case _:
            return None


def customer(user: User, naming: Naming) -> Customer:
    """Return a user as a customer."""
    identities: list[Identity | None] = [
        normalise.identity(IdentityKind.EMAIL, user.email_address or "", source=SOURCE, is_verified=True)
    ]
    for field, label in _PHONES:
        number = getattr(user, field) or ""
        identities.append(normalise.identity(IdentityKind.PHONE, number, label=label, source=SOURCE))
    address = PostalAddress(
        street=line(user.address1),
        postcode=line(user.zip),
        city=line(user.city),
        country=line(user.country),
    )
    updated = instant(user.last_updated)
    since = instant(user.created)
    return Customer(
        id=naming.customer(user.id),
        name=line(user.real_name),
        language=(user.lang or "")[:2].lower(),
        since=date.fromordinal(since.toordinal()) if since is not None else None,
        address=address if address != PostalAddress() else None,
        identities=tuple(one for one in identities if one is not None),
        sources={SOURCE: str(user.id)},
        created_at=since,
        updated_at=updated,
        version=int(updated.timestamp()) if updated is not None else 1,
    )


def agent(user: User, naming: Naming) -> Agent:
    """Return a user as an agent. Who is there at this moment RT does not know."""
    return Agent(id=naming.agent(user.id), user=user.name or "", name=name_of(user), version=1)


def queue(one: Named, naming: Naming) -> Queue:
    name = line(one.name)
    return Queue(id=naming.queue(one.id), names={"en": name, "de": name}, channels=(Channel.EMAIL,), version=1)


def dispositions(naming: Naming) -> list[Disposition]:
    """Return the ways a ticket can end."""
    return [
        Disposition(id=naming.foreign(status), titles=dict(titles), version=1)
        for status, titles in states.DISPOSITIONS.items()
    ]


def case(
    ticket: Ticket, naming: Naming, links: Sequence[Link], *, version: int, inactive: frozenset[str]
) -> BusinessRecord | None:
    """Return what a ticket says besides words, its custom fields and links, ``None`` where there is none of it."""
    fields: dict[str, str] = {}
    for field in ticket.custom_fields if isinstance(ticket.custom_fields, list) else ():
        values = ", ".join(line(str(value)) for value in field.values if isinstance(value, str | int | float))
        if field.name and values:
            fields[line(field.name)] = values
    for ref, ids in _linked(links).items():
        fields[ref] = ", ".join(ids)
    if not fields:
        return None
    requestor = ticket.requestor[0] if ticket.requestor else None
    return BusinessRecord(
        id=naming.record(ticket.id),
        customer_id=naming.customer(requestor.id) if requestor is not None else None,
        kind="case",
        number=str(ticket.id),
        title=line(ticket.subject),
        status=ticket.status,
        is_open=not states.is_inactive(ticket.status, inactive),
        at=instant(ticket.created),
        interaction_id=naming.contact(ticket.id),
        fields=fields,
        source=SOURCE,
        version=version,
    )


def _linked(links: Sequence[Link]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for link in links:
        if link.type == "ticket" and link.ref not in ("self", "history"):
            found.setdefault(link.ref, []).append(f"#{link.id}")
    return found


def name_of(user: User) -> str:
    """Return what to call somebody."""
    return line(user.real_name) or line(user.name)


def line(text: str | None) -> str:
    """Return ``text`` as one line without control characters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in (text or "")[:2000]).split())
