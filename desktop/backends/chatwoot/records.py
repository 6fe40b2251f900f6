"""Conversations, messages and contacts as domain records. Pure: rows of Chatwoot in, records out, whatever is in the rows.

What a conversation's status is here (docs/backends.md): open with nobody is queued and with somebody active, pending is on
hold (queued where it is nobody's: a bot has it), snoozed until a time is snoozed and until the next answer waiting, resolved
is closed. Called by ``reader``, ``past``, ``feed``, ``orders`` and ``contacts``.
"""

from __future__ import annotations

from typing import Final

from desktop.backends.chatwoot import files, set_up
from desktop.backends.chatwoot.fields import Row, instant, micros, moment, number, part, plain, rows, text
from desktop.backends.chatwoot.names import Names
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, Identity, IdentityKind, PostalAddress
from desktop.domain.interaction import Author, Delivery, Interaction, InteractionState, Message, MessageKind
from desktop.domain.record import BusinessRecord
from desktop.insight.normalise import identity
from desktop.wire.markup import is_twisted, sanitise, with_pictures

SOURCE: Final = "chatwoot"
INTENT: Final = "dirigent_intent"
DISPOSITION: Final = "dirigent_disposition"
MARKER: Final = "dirigent_command"
"""The attribute of a message that names the command it was sent by."""

PRIORITIES: Final = {1: "urgent", 2: "high", 3: "medium", 4: "low", 5: "low"}
_RANKS: Final = {"urgent": 1, "high": 2, "medium": 3, "low": 4}
_NORMAL: Final = 3
_INCOMING, _OUTGOING, _ACTIVITY, _TEMPLATE = range(4)
_SECOND: Final = 1_000_000
_DELIVERIES: Final = {
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "failed": Delivery.FAILED,
}
_SNIPPET: Final = 500
_HTML_LIMIT: Final = 512 * 1024


def stamp(row: Row) -> int:
    """Return when something of a conversation last changed, in microseconds."""
    return max(micros(row, "updated_at"), micros(row, "last_activity_at"), micros(row, "created_at"))


def state(row: Row) -> InteractionState:
    """Return where a conversation is on its way."""
    is_owned = bool(number(part(row, "meta", "assignee"), "id"))
    match text(row, "status"):
        case "resolved":
            return InteractionState.CLOSED
        case "snoozed":
            return InteractionState.SNOOZED if micros(row, "snoozed_until") else InteractionState.WAITING
        case "pending":
            return InteractionState.ON_HOLD if is_owned else InteractionState.QUEUED
        case _:
            return InteractionState.ACTIVE if is_owned else InteractionState.QUEUED


def channel(row: Row) -> Channel:
    meta = part(row, "meta")
    return set_up.channel_of(text(meta, "channel"), text(part(row, "additional_attributes"), "medium"))


def interaction(row: Row, names: Names) -> Interaction:
    """Return a conversation."""
    sender, assignee, team = (part(row, "meta", name) for name in ("sender", "assignee", "team"))
    is_at, at = state(row), instant(stamp(row))
    created_at = moment(row, "created_at") or at
    attributes = part(row, "custom_attributes")
    last = part(row, "last_non_activity_message") or part((rows(row.get("messages")) or [{}])[-1])
    intent = text(attributes, INTENT)
    team_id = number(team, "id")
    contact = number(sender, "id")
    return Interaction(
        id=names.interaction(number(row, "id")),
        channel=channel(row),
        state=is_at,
        created_at=created_at,
        updated_at=at,
        customer_id=names.customer(contact) if contact else None,
        customer_name=text(sender, "name"),
        from_address=text(sender, "email") or text(sender, "phone_number"),
        queue=names.team(team_id) if team_id else names.inbox(number(row, "inbox_id")),
        assignee=names.agent(number(assignee, "id")) if number(assignee, "id") else None,
        subject=text(part(row, "additional_attributes"), "mail_subject"),
        language=text(part(row, "additional_attributes"), "conversation_language")[:2],
        intent=intent or None,
        intent_probability=1.0 if intent else 0.0,
        intent_confirmed=bool(intent),
        identified=1.0 if contact and not _is_nobody(sender) else 0.0,
        priority=_RANKS.get(text(row, "priority"), _NORMAL),
        queued_at=(moment(row, "waiting_since") or created_at) if is_at is InteractionState.QUEUED else None,
        answered_at=moment(row, "first_reply_created_at"),
        closed_at=at if is_at is InteractionState.CLOSED else None,
        snoozed_until=moment(row, "snoozed_until") if is_at is InteractionState.SNOOZED else None,
        disposition=(text(attributes, DISPOSITION) or None) if is_at is InteractionState.CLOSED else None,
        last_text=text(last, "content")[:_SNIPPET],
        last_author=_author(last) if last else None,
        last_at=moment(last, "created_at"),
        account=str(number(row, "inbox_id") or ""),
        labels=tuple(set_up.labels(row)),
    )


def case(row: Row, names: Names) -> BusinessRecord | None:
    """Return the attributes a company gave a conversation, ``None`` where none."""
    said = plain({k: v for k, v in part(row, "custom_attributes").items() if k not in (INTENT, DISPOSITION)})
    if not said:
        return None
    contact = number(part(row, "meta", "sender"), "id")
    conversation = number(row, "id")
    return BusinessRecord(
        id=names.case(conversation),
        customer_id=names.customer(contact) if contact else None,
        kind="case",
        number=f"#{conversation}",
        title=text(part(row, "additional_attributes"), "mail_subject"),
        status=text(row, "status"),
        is_open=text(row, "status") != "resolved",
        at=moment(row, "created_at"),
        interaction_id=names.interaction(conversation),
        fields=said,
        source=SOURCE,
    )


def message(row: Row, conversation: int, names: Names, seen_until: int = 0) -> Message:
    """Return a message; an agent's that the customer has seen (up to ``seen_until``, microseconds) counts as read."""
    sender, author = part(row, "sender"), _author(row)
    attributes = part(row, "content_attributes")
    is_note, kind = row.get("private") is True, number(row, "message_type")
    at = micros(row, "created_at")
    delivery = Delivery.RECEIVED
    if kind in (_OUTGOING, _TEMPLATE) and not is_note:
        delivery = _DELIVERIES.get(text(row, "status"), Delivery.SENT)
        if delivery in (Delivery.SENT, Delivery.DELIVERED) and 0 < at <= seen_until:
            delivery = Delivery.READ
    sender_id = number(sender, "id")
    answered = number(attributes, "in_reply_to")
    id_ = number(row, "id")
    enclosed = rows(row.get("attachments"))
    attached = (files.attachment(one, names, conversation, id_) for one in enclosed)
    places = ((text(one, "data_url"), names.file(conversation, id_, number(one, "id"))) for one in enclosed)
    pictures = {url: place for url, place in places if url}
    laid_out = text(part(part(attributes, "email"), "html_content"), "full")
    return Message(
        id=names.message(id_),
        interaction_id=names.interaction(conversation),
        author=author,
        # Chatwoot dates by the second; the number tells what came first within one.
        sent_at=instant(at if at % _SECOND else at + id_ % _SECOND),
        kind=MessageKind.EVENT if kind == _ACTIVITY else MessageKind.NOTE if is_note else MessageKind.TEXT,
        customer_id=names.customer(sender_id) if author is Author.CUSTOMER and sender_id else None,
        agent_id=names.agent(sender_id) if author is Author.AGENT and sender_id else None,
        author_name=text(sender, "available_name") or text(sender, "name"),
        text=text(row, "content"),
        html=_harmless(with_pictures(laid_out, lambda url: pictures.get(url, ""))),
        subject=text(part(attributes, "email"), "subject"),
        delivery=delivery,
        failure="failed" if delivery is Delivery.FAILED else "",
        external_id=text(row, "source_id"),
        in_reply_to=names.message(answered) if answered else "",
        attachments=tuple(one for one in attached if one is not None),
    )


def _harmless(html: str) -> str:
    is_too_much = len(html) > _HTML_LIMIT or is_twisted(html)
    return "" if is_too_much or not html.strip() else sanitise(html)


def is_deleted(row: Row) -> bool:
    """Whether somebody took a message back: Chatwoot keeps the row and empties it."""
    return part(row, "content_attributes").get("deleted") is True


def customer(row: Row, names: Names) -> Customer:
    """Return a contact."""
    extra = part(row, "additional_attributes")
    place = PostalAddress(city=text(extra, "city"), country=text(extra, "country_code") or text(extra, "country"))
    return Customer(
        id=names.customer(number(row, "id")),
        name=text(row, "name"),
        number=text(row, "identifier"),
        language=text(extra, "language")[:2],
        address=place if place != PostalAddress() else None,
        identities=tuple(_identities(row)),
        sources={SOURCE: str(number(row, "id"))},
        is_provisional=_is_nobody(row),
        created_at=moment(row, "created_at"),
    )


def profile(row: Row, names: Names) -> BusinessRecord | None:
    """Return the attributes a company gave a contact, ``None`` where none."""
    said = plain(part(row, "custom_attributes"))
    company = text(part(row, "additional_attributes"), "company_name")
    fields = ({"company": company} if company else {}) | said
    if not fields:
        return None
    return BusinessRecord(
        id=names.profile(number(row, "id")),
        customer_id=names.customer(number(row, "id")),
        kind="attributes",
        title=", ".join(f"{name}: {value}" for name, value in fields.items())[:_SNIPPET],
        fields=fields,
        source=SOURCE,
    )


def _identities(row: Row) -> list[Identity]:
    told = [
        identity(IdentityKind.EMAIL, text(row, "email"), source=SOURCE),
        identity(IdentityKind.PHONE, text(row, "phone_number"), source=SOURCE),
        identity(IdentityKind.CUSTOMER_NO, text(row, "identifier"), source=SOURCE),
    ]
    for service, name in part(row, "additional_attributes", "social_profiles").items():
        if isinstance(name, str) and service.isascii() and service.isalpha():
            told.append(identity(IdentityKind.HANDLE, f"{service.lower()}:{name}", label=service, source=SOURCE))
    return [one for one in told if one is not None]


def _is_nobody(sender: Row) -> bool:
    """Whether a contact is only what the widget made up for a visitor."""
    return not any(text(sender, name) for name in ("email", "phone_number", "identifier"))


def _author(row: Row) -> Author:
    kind = number(row, "message_type")
    if kind == _INCOMING:
        return Author.CUSTOMER
    if kind == _ACTIVITY:
        return Author.SYSTEM
    told = (text(part(row, "sender"), "type") or text(row, "sender_type")).lower()
    return Author.AGENT if kind == _OUTGOING and told in ("user", "agent") else Author.BOT
