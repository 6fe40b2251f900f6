"""What hub and app say to each other: ``{"type", "data"}``, and ``timestamp`` in what the hub says. More fields may be added;
what is not known is passed over."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct, field

from desktop.wire.shapes import Sender


class File(Struct, frozen=True, kw_only=True):
    """A file inside of an event; ``data`` is base64."""

    name: str
    data: bytes
    media_type: str = "application/octet-stream"


# --- what comes in --------------------------------------------------------------------------------------------------------


class Said(Struct, frozen=True, kw_only=True):
    """A customer wrote. ``webhook-id`` is the message's name. ``thread`` joins messages to one conversation; ``customer_no``
    is a number the app vouches for."""

    sender: Sender = field(name="from")
    text: str = ""
    html: str = ""
    subject: str = ""
    thread: str = ""
    sent_at: datetime | None = None
    customer_no: str = ""
    in_reply_to: str = ""
    files: tuple[File, ...] = ()
    choice: Literal["", "opt_out", "opt_in"] = ""


class Corrected(Struct, frozen=True, kw_only=True):
    """They changed the message ``replaces`` (its ``webhook-id``), or took it back."""

    replaces: str
    sender: Sender = field(name="from")
    text: str = ""


class Reported(Struct, frozen=True, kw_only=True):
    """What became of an agent's message."""

    message_id: str
    delivery: Literal["delivered", "read", "failed"]
    failure: str = ""


class Typed(Struct, frozen=True, kw_only=True):
    """They type, or stopped to. To be told anew every few seconds."""

    thread: str
    is_typing: bool = True


class MessageIn(Struct, frozen=True, kw_only=True, tag_field="type", tag="message"):
    data: Said


class EditedIn(Struct, frozen=True, kw_only=True, tag_field="type", tag="edited"):
    data: Corrected


class RedactedIn(Struct, frozen=True, kw_only=True, tag_field="type", tag="redacted"):
    data: Corrected


class DeliveryIn(Struct, frozen=True, kw_only=True, tag_field="type", tag="delivery"):
    data: Reported


class TypingIn(Struct, frozen=True, kw_only=True, tag_field="type", tag="typing"):
    data: Typed


EventIn = MessageIn | EditedIn | RedactedIn | DeliveryIn | TypingIn


class Taken(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to an event."""

    interaction_id: str = ""
    message_id: str = ""
    is_duplicate: bool = False


# --- what goes out --------------------------------------------------------------------------------------------------------


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent answered. ``to`` is the address the customer wrote from; ``message_id`` is the event's ``webhook-id``, too."""

    message_id: str
    interaction_id: str
    to: str
    sent_at: datetime
    thread: str = ""
    text: str = ""
    author: str = ""
    is_automatic: bool = False
    files: tuple[File, ...] = ()


class Typing(Struct, frozen=True, kw_only=True):
    """An agent types, or stopped to."""

    interaction_id: str
    to: str
    thread: str
    is_typing: bool


class EventOut(Struct, frozen=True, kw_only=True):
    type: Literal["message", "typing"]
    timestamp: datetime
    data: Answer | Typing


class Handed(Struct, frozen=True, kw_only=True):
    """What an app may answer to a message: what it calls it, and that the customer has it already."""

    external_id: str = ""
    delivery: Literal["sent", "delivered", "read"] = "sent"
