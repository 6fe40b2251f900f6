"""What is read of Zammad's answers; everything else in them is passed over. Owns no meaning: ``records`` gives it one.

Zammad leaves out what an agent may not see and says ``null`` for what is empty, so that nearly everything is optional.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from desktop.backends.base import Offline

NOBODY = 1
"""The user that owns what nobody owns; its login is ``-``."""


class Ticket(Struct, frozen=True, kw_only=True):
    id: int
    updated_at: datetime
    created_at: datetime
    number: str = ""
    title: str | None = None
    group_id: int | None = None
    priority_id: int | None = None
    state_id: int | None = None
    organization_id: int | None = None
    owner_id: int | None = None
    customer_id: int | None = None
    first_response_at: datetime | None = None
    close_at: datetime | None = None
    escalation_at: datetime | None = None
    pending_time: datetime | None = None
    last_owner_update_at: datetime | None = None


class File(Struct, frozen=True, kw_only=True):
    id: int
    filename: str = ""
    size: int | str | None = None
    preferences: dict[str, Any] | None = None


class Article(Struct, frozen=True, kw_only=True):
    """``preferences`` also holds how far a mail got (``delivery_status``) and what the sender of it put there."""

    id: int
    ticket_id: int
    created_at: datetime
    updated_at: datetime
    type: str | None = None
    sender: str | None = None
    from_: str | None = msgspec.field(default=None, name="from")
    to: str | None = None
    reply_to: str | None = None
    subject: str | None = None
    body: str | None = None
    content_type: str | None = None
    internal: bool | None = None
    message_id: str | None = None
    in_reply_to: str | None = None
    references: str | None = None
    created_by_id: int | None = None
    origin_by_id: int | None = None
    preferences: dict[str, Any] | None = None
    attachments: list[File] | None = None


class User(Struct, frozen=True, kw_only=True):
    id: int
    login: str = ""
    firstname: str | None = None
    lastname: str | None = None
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    organization_id: int | None = None
    street: str | None = None
    zip: str | None = None
    city: str | None = None
    country: str | None = None
    vip: bool | None = None
    active: bool | None = None
    group_ids: dict[str, Any] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Organization(Struct, frozen=True, kw_only=True):
    id: int
    name: str = ""
    domain: str | None = None
    vip: bool | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Group(Struct, frozen=True, kw_only=True):
    id: int
    name: str = ""
    active: bool | None = True
    updated_at: datetime | None = None


class State(Struct, frozen=True, kw_only=True):
    """``state_type`` is what the program goes by; an administrator may rename the state, and add others of the type."""

    id: int
    name: str = ""
    state_type: str | None = None
    active: bool | None = True


class Priority(Struct, frozen=True, kw_only=True):
    id: int
    name: str = ""
    active: bool | None = True
    default_create: bool | None = False


class TextModule(Struct, frozen=True, kw_only=True):
    id: int
    name: str = ""
    keywords: str | None = None
    content: str | None = None
    active: bool | None = True
    updated_at: datetime | None = None


class Assets(Struct, frozen=True, kw_only=True):
    """The rows behind the ids of a list, by id."""

    tickets: dict[str, Ticket] = msgspec.field(default_factory=dict, name="Ticket")
    users: dict[str, User] = msgspec.field(default_factory=dict, name="User")
    organizations: dict[str, Organization] = msgspec.field(default_factory=dict, name="Organization")


class Found(Struct, frozen=True, kw_only=True):
    """What a search found: ids in its order, and the rows they need. Where it found nothing the ids may be missing."""

    tickets: list[int] = []
    assets: Assets = msgspec.field(default_factory=Assets)


class Tags(Struct, frozen=True, kw_only=True):
    tags: list[str] = []


class Mention(Struct, frozen=True, kw_only=True):
    id: int
    mentionable_type: str = ""
    mentionable_id: int = 0
    user_id: int = 0


class Mentions(Struct, frozen=True, kw_only=True):
    mentions: list[Mention] = []


class Notification(Struct, frozen=True, kw_only=True):
    """What Zammad would ring its bell for: ``o_id`` is the ticket where ``object`` says so."""

    id: int
    o_id: int = 0
    object: str | None = None
    seen: bool | None = False
    updated_at: datetime | None = None


class Overview(Struct, frozen=True, kw_only=True):
    """A list of tickets that an administrator made up, and how many are in it."""

    link: str
    count: int = 0


class OverviewRows(Struct, frozen=True, kw_only=True):
    """The tickets of an overview, as the database has them."""

    assets: Assets = msgspec.field(default_factory=Assets)


class Failure(Struct, frozen=True, kw_only=True):
    """Why Zammad says no, in English: there are no codes."""

    error: str


class OAuthTokens(Struct, frozen=True, kw_only=True):
    access_token: str
    refresh_token: str = ""
    expires_in: int = 7200


class SessionConfig(Struct, frozen=True, kw_only=True):
    session_id: str = ""


class Session(Struct, frozen=True, kw_only=True):
    config: SessionConfig = msgspec.field(default_factory=SessionConfig)


T = TypeVar("T")


def read(shape: type[T], body: bytes, *, may_have_arrived: bool = False) -> T:
    """Return ``body`` as ``shape``. Raises ``Offline`` where it is something else: then Zammad did not write it."""
    try:
        return msgspec.json.decode(body, type=shape, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Offline("unexpected_answer", may_have_arrived=may_have_arrived) from None


def millis(at: datetime | None) -> int:
    """Return an instant as whole milliseconds since 1970, which is as finely as Zammad dates its rows; 0 for none."""
    return 0 if at is None else round(at.timestamp() * 1000)
