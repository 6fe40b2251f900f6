"""What RT answers, as far as it is used. RT writes numbers as texts or numbers as it happens, and what is not set as
``null``, an empty text or the year 1970: ``read`` takes either. Pure.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from desktop.backends.base import Offline

T = TypeVar("T")


class Named(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A queue or another thing with a name."""

    id: int = msgspec.field(name="id", default=0)
    name: str | None = ""


class User(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Whoever RT knows: agents and customers. What the agent may not see is empty."""

    id: int = msgspec.field(name="id", default=0)
    name: str | None = ""
    real_name: str | None = ""
    email_address: str | None = ""
    lang: str | None = ""
    mobile_phone: str | None = ""
    work_phone: str | None = ""
    home_phone: str | None = ""
    address1: str | None = ""
    zip: str | None = ""
    city: str | None = ""
    country: str | None = ""
    created: str | None = None
    last_updated: str | None = None


class CustomField(Struct, frozen=True, kw_only=True):
    name: str | None = ""
    values: list[Any] = []


class Ticket(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A ticket as a search tells it. ``effective_id`` is another one's where it was merged into that."""

    id: int = msgspec.field(name="id")
    effective_id: int = 0
    subject: str | None = ""
    status: str = ""
    queue: Named = Named()
    owner: User = User()
    creator: User = User()
    requestor: list[User] = []
    cc: list[User] = []
    priority: int | str | None = 0
    created: str | None = None
    last_updated: str | None = None
    starts: str | None = None
    started: str | None = None
    due: str | None = None
    told: str | None = None
    resolved: str | None = None
    custom_fields: list[CustomField] | str | None = None

    @property
    def home(self) -> int:
        """The ticket that all of this is part of."""
        return self.effective_id or self.id

    @property
    def updated(self) -> int:
        """When it last changed, in seconds since 1970; RT knows no parts of a second."""
        at = instant(self.last_updated)
        return int(at.timestamp()) if at is not None else 0


class Transaction(Struct, frozen=True, kw_only=True, rename="pascal"):
    id: int = msgspec.field(name="id")
    type: str = ""
    field: str | None = ""
    old_value: str | None = ""
    new_value: str | None = ""
    object_id: int = 0
    creator: User = User()
    created: str | None = None


class Attachment(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A part of a message, as a list tells it."""

    id: int = msgspec.field(name="id")
    transaction_id: int = 0
    content_type: str | None = ""
    filename: str | None = ""
    headers: str | None = ""
    message_id: str | None = ""
    subject: str | None = ""
    content_length: int | str | None = 0
    content: str | None = None


class Stored(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A single attachment with its bytes, as base64."""

    content: str | None = ""


class Reference(Struct, frozen=True, kw_only=True):
    """What a single record tells of another: a number, or a name."""

    id: int | str = ""


class Link(Struct, frozen=True, kw_only=True):
    ref: str = ""
    type: str = ""
    id: int | str = ""


class Standing(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A ticket by its number: how it stands this moment. Of a merged one RT tells the one it was merged into."""

    id: int = msgspec.field(name="id")
    status: str = ""
    owner: Reference = Reference()
    queue: Reference = Reference()
    priority: int | str | None = 0
    starts: str | None = None
    requestor: list[Reference] = []
    hyperlinks: list[Link] = msgspec.field(name="_hyperlinks", default_factory=list)


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """``total`` is not told where RT hides rows only after it counted them. ``items`` always is: what has none did not come
    from RT."""

    items: list[T]
    total: int | None = None


class Told(Struct, frozen=True, kw_only=True):
    """What RT says to people, in the language of the user."""

    message: str = ""


def read(shape: type[T], body: bytes, *, may_have_arrived: bool = False) -> T:
    """Read an answer. Raises ``Offline`` for what is none of RT's."""
    try:
        return msgspec.json.decode(utf8(body), type=shape, strict=False)
    except (msgspec.MsgspecError, RecursionError):
        raise Offline("unexpected_answer", may_have_arrived=may_have_arrived) from None


def utf8(body: bytes) -> bytes:
    """Return a body as UTF-8: what RT says in answer to a post is Latin 1 where that suffices."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return body.decode("latin-1").encode()
    return body


def instant(value: str | None) -> datetime | None:
    """Return an instant of RT, ``None`` where it is not set: that is 1970."""
    try:
        at = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return at if at.timestamp() > 0 else None


def number(value: int | str | None) -> int:
    """Return a number that may be missing."""
    if isinstance(value, str):
        return int(value) if value.lstrip("-").isdecimal() else 0
    return value or 0
