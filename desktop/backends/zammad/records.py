"""Zammad's rows as the desk's records: a ticket is a contact, an article a message, users and organisations are customers,
groups queues, text modules templates. Pure; called by ``feed``, ``articles`` and ``commands``.

A record's ``version`` is when its row last changed, in milliseconds: a row read twice is no news. That of a contact is twice
that, so that a reminder can run out (one more) without Zammad changing the ticket, which it does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any, Final
from urllib.parse import unquote

from desktop.backends.zammad import bodies
from desktop.backends.zammad.catalogue import Catalogue
from desktop.backends.zammad.naming import Naming
from desktop.backends.zammad.shapes import (
    NOBODY,
    Article,
    File,
    Group,
    Organization,
    TextModule,
    Ticket,
    User,
    millis,
)
from desktop.domain.agent import Agent, Queue
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, Identity, IdentityKind, PostalAddress
from desktop.domain.interaction import (
    Attachment,
    Author,
    Delivery,
    Interaction,
    InteractionState,
    Message,
    MessageKind,
)
from desktop.domain.template import Template
from desktop.wire.markup import with_pictures

SOURCE: Final = "zammad"

MARK: Final = "dirigent_command"
"""The preference of an article that names the command it came from."""

CHANNELS: Final = {
    "email": Channel.EMAIL,
    "web": Channel.EMAIL,
    "sms": Channel.SMS,
    "chat": Channel.CHAT,
    "whatsapp message": Channel.MESSENGER,
    "telegram personal-message": Channel.MESSENGER,
    "twitter status": Channel.SOCIAL,
    "twitter direct-message": Channel.SOCIAL,
    "facebook feed post": Channel.SOCIAL,
    "facebook feed comment": Channel.SOCIAL,
}
"""By the type of an article. A form on the web is answered by mail; a telephone note is no call that can be heard."""

_AUTHORS: Final = {"Customer": Author.CUSTOMER, "Agent": Author.AGENT, "System": Author.SYSTEM}
_SENT: Final = frozenset({"email", "sms", "whatsapp message", "telegram personal-message"})
_BLANK: Final = re.compile(r"#\{([^{}]{1,200})\}")
_SERVED: Final = re.compile(r"/ticket_attachment/\d+/(\d{1,18})/(\d{1,18})(?:\?|$)")
_LONGEST_PREVIEW: Final = 500


class Records:
    """Translates rows. ``naming`` makes the ids, ``catalogue`` knows what the numbers in a ticket stand for."""

    def __init__(self, naming: Naming, catalogue: Catalogue) -> None:
        self._naming = naming
        self._catalogue = catalogue

    def contact(
        self,
        ticket: Ticket,
        articles: Sequence[Article],
        customer: User | None,
        *,
        labels: Sequence[str] = (),
        is_watched: bool = False,
        now: datetime | None = None,
    ) -> Interaction:
        """Return a ticket as a contact; ``now`` tells whether its reminder has run out."""
        owner = None if ticket.owner_id in (None, NOBODY) else ticket.owner_id
        state, has_woken = self._state(ticket, owner is not None, now or datetime.now(UTC))
        said = [article for article in articles if not article.internal and article.sender != "System"]
        last = max(said, key=lambda article: (article.created_at, article.id), default=None)
        naming = self._naming
        return Interaction(
            id=naming.contact(ticket.id),
            channel=_channel(articles),
            state=state,
            created_at=ticket.created_at,
            updated_at=ticket.updated_at,
            customer_id=None if ticket.customer_id in (None, NOBODY) else naming.customer(ticket.customer_id or 0),
            customer_name=_name(customer) if customer is not None else "",
            from_address=_address(customer) if customer is not None else "",
            queue=None if ticket.group_id is None else naming.queue(ticket.group_id),
            assignee=None if owner is None else naming.agent(owner),
            subject=bodies.line(ticket.title),
            thread=ticket.number,
            identified=1.0 if ticket.customer_id not in (None, NOBODY) else 0.0,
            observers=(naming.agent(naming.mine),) if is_watched else (),
            priority=self._catalogue.urgency(ticket.priority_id),
            due_at=ticket.escalation_at if state.is_open else None,
            queued_at=(ticket.last_owner_update_at or ticket.created_at) if state is InteractionState.QUEUED else None,
            accepted_at=ticket.last_owner_update_at if owner is not None else None,
            answered_at=ticket.first_response_at,
            closed_at=(ticket.close_at or ticket.updated_at) if not state.is_open else None,
            snoozed_until=ticket.pending_time if state is InteractionState.SNOOZED else None,
            labels=tuple(bodies.line(label, 100) for label in labels),
            last_text=_text(last)[0][:_LONGEST_PREVIEW] if last is not None else "",
            last_author=_AUTHORS.get(last.sender or "") if last is not None else None,
            last_at=last.created_at if last is not None else ticket.created_at,
            source=SOURCE,
            version=2 * millis(ticket.updated_at) + has_woken,
        )

    def message(self, article: Article) -> Message:
        """Return an article as a message; internal ones are notes, whatever their type."""
        author = _AUTHORS.get(article.sender or "", Author.SYSTEM)
        writer = article.origin_by_id or article.created_by_id
        text, quoted_from = _text(article)
        told = bodies.line(article.from_, 200)
        is_html = "html" in (article.content_type or "")
        delivery, failure = _delivery(article, author)
        return Message(
            id=self._naming.message(article.id),
            interaction_id=self._naming.contact(article.ticket_id),
            author=author,
            sent_at=article.created_at,
            kind=MessageKind.NOTE if article.internal else MessageKind.TEXT,
            channel=Channel.CALL if article.type == "phone" else CHANNELS.get(article.type or ""),
            customer_id=self._naming.customer(writer) if author is Author.CUSTOMER and writer else None,
            agent_id=self._naming.agent(writer) if author is Author.AGENT and writer else None,
            author_name=parseaddr(told)[0] or told,
            text=text,
            html=bodies.harmless(with_pictures(article.body or "", self._pictures(article))) if is_html else "",
            subject=bodies.line(article.subject),
            delivery=delivery,
            failure=failure,
            external_id=bodies.line(article.message_id),
            in_reply_to=bodies.line(article.in_reply_to),
            references=tuple(bodies.line(article.references, 20_000).split()),
            attachments=tuple(self._attachment(article, file) for file in _enclosed(article)),
            quoted_from=quoted_from,
            version=millis(article.updated_at),
        )

    def customer(self, user: User, organization: str = "") -> Customer:
        """Return a user as a customer; the company they belong to is among their sources."""
        found = [
            (IdentityKind.EMAIL, user.email, "", (user.email or "").strip().lower()),
            (IdentityKind.PHONE, user.phone, "", _digits(user.phone)),
            (IdentityKind.PHONE, user.mobile, "mobile", _digits(user.mobile)),
        ]
        street, postcode, city, country = (
            bodies.line(part, 200) for part in (user.street, user.zip, user.city, user.country)
        )
        return Customer(
            id=self._naming.customer(user.id),
            name=_name(user),
            given_name=bodies.line(user.firstname, 200),
            family_name=bodies.line(user.lastname, 200),
            segment="vip" if user.vip else "",
            address=PostalAddress(street=street, postcode=postcode, city=city, country=country)
            if street or postcode or city or country
            else None,
            identities=tuple(
                Identity(kind=kind, value=bodies.line(value, 320), normalised=normalised, label=label, source=SOURCE)
                for kind, value, label, normalised in found
                if value and normalised
            ),
            sources={SOURCE: str(user.id)} | ({"organization": bodies.line(organization, 200)} if organization else {}),
            created_at=user.created_at,
            updated_at=user.updated_at,
            version=millis(user.updated_at),
        )

    def organization(self, organization: Organization) -> Customer:
        """Return a company as a customer of its own."""
        return Customer(
            id=self._naming.organization(organization.id),
            name=bodies.line(organization.name, 200),
            segment="vip" if organization.vip else "",
            sources={SOURCE: f"organization {organization.id}"},
            created_at=organization.created_at,
            updated_at=organization.updated_at,
            version=millis(organization.updated_at),
        )

    def agent(self, user: User) -> Agent:
        """Return a user as a colleague. Zammad does not tell who is there."""
        return Agent(
            id=self._naming.agent(user.id),
            user=bodies.line(user.login, 200),
            name=_name(user),
            queues=tuple(self._naming.queue(int(group)) for group in user.group_ids or {} if group.isdecimal()),
            is_active=user.active is not False,
            version=millis(user.updated_at),
        )

    def queue(self, group: Group) -> Queue:
        name = bodies.line(group.name.replace("::", " › "), 200)
        return Queue(id=self._naming.queue(group.id), names={"en": name}, version=millis(group.updated_at))

    def template(self, module: TextModule) -> Template:
        """Return a text module as a template: what it has filled in that the desk has not becomes a gap to be seen."""
        text = _BLANK.sub(lambda blank: _blank(blank[1]), bodies.as_text(module.content)[0])
        words = bodies.line(module.keywords, 200).replace(",", " ").split()
        return Template(
            id=self._naming.template(module.id),
            shortcut=(words[0] if words else "-".join(bodies.line(module.name, 60).lower().split())) or str(module.id),
            titles={"en": bodies.line(module.name, 200)},
            texts={"en": text},
            version=millis(module.updated_at),
        )

    def _state(self, ticket: Ticket, has_owner: bool, now: datetime) -> tuple[InteractionState, bool]:
        """The state, and whether that is so because a reminder ran out."""
        match self._catalogue.state_type(ticket.state_id):
            case "closed" | "merged" | "removed":
                return InteractionState.CLOSED, False
            case "pending action":
                return InteractionState.WAITING, False
            case "pending reminder" if ticket.pending_time is not None and ticket.pending_time > now:
                return InteractionState.SNOOZED, False
            case kind:
                state = InteractionState.ACTIVE if has_owner else InteractionState.QUEUED
                return state, kind == "pending reminder"

    def _pictures(self, article: Article) -> Callable[[str], str]:
        """Find the file of an article that a picture in its body is: Zammad writes where it serves it, or leaves the mail's
        own name for it."""
        files = {file.id: self._naming.file(article.ticket_id, article.id, file.id) for file in _enclosed(article)}
        named = {
            f"cid:{str((file.preferences or {}).get('Content-ID', '')).strip('<>')}": files[file.id]
            for file in _enclosed(article)
        }

        def file_of(address: str) -> str:
            served = _SERVED.search(address)
            if served is not None and int(served[1]) == article.id:
                return files.get(int(served[2]), "")
            return named.get(unquote(address), "")

        return file_of

    def _attachment(self, article: Article, file: File) -> Attachment:
        size = str(file.size or 0)
        return Attachment(
            sha256=self._naming.file(article.ticket_id, article.id, file.id),
            name=bodies.line(file.filename, 255) or str(file.id),
            media_type=_media_type(file.preferences or {}),
            size=int(size) if size.isdecimal() else 0,
        )


def text_of(article: Article) -> str:
    """Return what an article says, without line ends and blanks that a way through HTML may change."""
    return " ".join(_text(article)[0].split())


def _text(article: Article) -> tuple[str, int]:
    if "html" in (article.content_type or ""):
        return bodies.as_text(article.body)
    return bodies.plain(article.body), 0


def _channel(articles: Sequence[Article]) -> Channel:
    """By which way the first word came; a ticket of notes only is answered by mail."""
    kinds = (article.type for article in sorted(articles, key=lambda one: one.id))
    return CHANNELS.get(next((kind for kind in kinds if kind != "note"), None) or "", Channel.EMAIL)


def _delivery(article: Article, author: Author) -> tuple[Delivery, str]:
    if author is Author.CUSTOMER:
        return Delivery.RECEIVED, ""
    if article.internal or article.type not in _SENT:
        return Delivery.SENT, ""
    match (article.preferences or {}).get("delivery_status"):
        case "success":
            return Delivery.SENT, ""
        case "fail":
            return Delivery.FAILED, "delivery_failed"
    return Delivery.QUEUED, ""


def _enclosed(article: Article) -> Iterable[File]:
    """The files a writer enclosed; the mail's own HTML, which Zammad keeps as a file beside them, is none of them."""
    return (file for file in article.attachments or () if not (file.preferences or {}).get("original-format"))


def _media_type(preferences: dict[str, Any]) -> str:
    told = preferences.get("Mime-Type") or preferences.get("Content-Type") or ""
    kind = str(told).partition(";")[0].strip().lower()
    return kind if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind, re.ASCII) else "application/octet-stream"


def _name(user: User) -> str:
    name = bodies.line(f"{user.firstname or ''} {user.lastname or ''}", 200)
    return name or bodies.line(user.email or user.login, 200)


def _address(user: User) -> str:
    return bodies.line(user.email or user.mobile or user.phone, 320)


def _digits(number: str | None) -> str:
    """A number as look-ups compare it, where it was given with its country; else its bare digits."""
    digits = re.sub(r"\D", "", (number or "").replace("(0)", ""), flags=re.ASCII)
    given = (number or "").strip()
    return f"+{digits.removeprefix('00')}" if digits and given.startswith(("+", "00")) else digits


def _blank(name: str) -> str:
    match name.strip().split("."):
        case ["ticket", "customer", "firstname" | "lastname" | "fullname"]:
            return "{customer}"
        case ["user", "firstname" | "lastname" | "fullname"] | ["current_user", *_]:
            return "{agent}"
        case ["ticket", "number"]:
            return "{number}"
    return "___"
