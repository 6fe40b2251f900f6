"""What a page and the hub say to each other about a chat. Names are short on purpose: the page is sent them often."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
_Word = Annotated[str, Meta(max_length=500)]


class SessionIn(Struct, frozen=True, kw_only=True):
    """``token`` is what the page kept, ``identity`` what its site signed; ``is_new`` begins another chat."""

    token: Annotated[str, Meta(max_length=4096)] = ""
    identity: Annotated[str, Meta(max_length=4096)] = ""
    is_new: bool = False


class Session(Struct, frozen=True, kw_only=True):
    """``has_chat``: something was said already. ``name`` is whom the site vouched for."""

    token: str
    chat: str
    has_chat: bool
    name: str = ""


class Visit(Struct, frozen=True, kw_only=True):
    """A page that was looked at for ``dwell_s`` seconds."""

    key: Key
    path: Annotated[str, Meta(max_length=2000)]
    title: _Word = ""
    at: datetime
    dwell_s: Annotated[int, Meta(ge=0)] = 0


class SaidIn(Struct, frozen=True, kw_only=True):
    """A message of the visitor. ``key`` is made by the page, the same at each try; ``files`` are tickets of uploads; ``form``
    is what was asked before the chat and comes with the first."""

    key: Key
    text: str = ""
    files: Annotated[tuple[str, ...], Meta(max_length=10)] = ()
    form: dict[str, _Word] = {}
    has_consented: bool = False
    language: Annotated[str, Meta(max_length=16)] = ""
    visits: Annotated[tuple[Visit, ...], Meta(max_length=50)] = ()


class VisitsIn(Struct, frozen=True, kw_only=True):
    visits: Annotated[tuple[Visit, ...], Meta(max_length=50)]
    has_consented: bool = False


class Taken(Struct, frozen=True, kw_only=True):
    """The hub has it. ``id`` is the message's."""

    id: str


class SignalIn(Struct, frozen=True, kw_only=True):
    """What the visitor does this moment; with ``delivered`` and ``read``, of which messages."""

    kind: Literal["typing", "idle", "delivered", "read"]
    messages: Annotated[tuple[str, ...], Meta(max_length=100)] = ()


class EndIn(Struct, frozen=True, kw_only=True):
    """``key`` names this one ending."""

    key: Key


class RatingIn(Struct, frozen=True, kw_only=True):
    rating: Annotated[int, Meta(ge=1, le=5)]
    comment: Annotated[str, Meta(max_length=2000)] = ""


class TranscriptIn(Struct, frozen=True, kw_only=True):
    """Where to send what was said; ``zone`` is the visitor's time zone."""

    to: Annotated[str, Meta(max_length=320)]
    language: Annotated[str, Meta(max_length=16)] = ""
    zone: Annotated[str, Meta(max_length=64)] = ""


class Done(Struct, frozen=True, kw_only=True):
    ok: bool = True


class FileSeen(Struct, frozen=True, kw_only=True):
    """A file of a message; ``ticket`` is set in the answer to its upload, for the message that is to name it."""

    sha256: str
    name: str
    media_type: str
    size: int
    ticket: str = ""


class Said(Struct, frozen=True, kw_only=True):
    """One message as the visitor sees it. ``key`` is the page's own of a message of the visitor. ``delivery`` is how far one
    of an agent got."""

    id: str
    by: Literal["visitor", "agent", "bot"]
    at: datetime
    text: str = ""
    name: str = ""
    key: str = ""
    delivery: str = ""
    files: tuple[FileSeen, ...] = ()


class Standing(Struct, frozen=True, kw_only=True):
    """How the chat stands. ``position`` (from 1) and ``wait_s`` while one waits, ``None`` where nobody can tell; ``opens_at``
    is ``None`` while open. ``is_rated``: the visitor has said how it was."""

    state: Literal["new", "waiting", "active", "ended"]
    is_open: bool = True
    opens_at: datetime | None = None
    position: int | None = None
    wait_s: int | None = None
    agent: str = ""
    was_answered: bool = False


class FieldSeen(Struct, frozen=True, kw_only=True):
    name: str
    kind: str
    label: str
    is_required: bool
    choices: list[tuple[str, str]] = []


class Config(Struct, frozen=True, kw_only=True):
    """All that a page needs to show the chat, in its language."""

    account: str
    language: str
    brand: str
    title: str
    greeting: str
    fields: list[FieldSeen]
    consent: str
    privacy_url: str
    identity: str
    page_views: str
    largest_file: int
    file_types: list[str]
    longest_text: int
    has_rating: bool
    has_transcript: bool
    can_mail: bool
    colour: str
    ink: str
    side: str
    remember_hours: int
    is_open: bool
    opens_at: datetime | None
    texts: dict[str, str]
