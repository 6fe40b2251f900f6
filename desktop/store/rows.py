"""What the projections return: server rows with the agent's pending commands already laid over them, as frozen values.

View models keep these; nothing here knows SQL. ``is_pending`` marks what the hub has not confirmed yet.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from msgspec import Struct, field

from desktop.domain.channels import Channel
from desktop.domain.commands import Command
from desktop.domain.customer import Customer
from desktop.domain.duplicate import Duplicate
from desktop.domain.flow import Flow
from desktop.domain.ids import CommandId, CustomerId, InteractionId
from desktop.domain.interaction import Author, Interaction, Message
from desktop.domain.journey import Touchpoint
from desktop.domain.record import BusinessRecord


class InboxView(StrEnum):
    """The lists of the inbox. ``OFFERS`` is shown above every one of them."""

    MINE = "mine"
    QUEUES = "queues"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    CLOSED = "closed"
    OFFERS = "offers"


class InboxRow(Struct, frozen=True):
    """One line of the inbox. ``unread`` counts the customer's messages since the agent last looked."""

    interaction: Interaction
    unread: int = 0
    has_draft: bool = False
    is_pending: bool = False


class OutboxState(StrEnum):
    """``HELD`` waits out the undo time; ``WEDGED`` was refused and waits for the agent to decide."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    PENDING = "pending"
    AMBIGUOUS = "ambiguous"
    WEDGED = "wedged"


class OutboxEntry(Struct, frozen=True):
    """One command on its way. ``attempts`` counts sends, ``error`` is the hub's code, ``not_before`` when to try next,
    ``account`` the key of the account it goes to."""

    id: CommandId
    command: Command
    state: OutboxState
    created_at: datetime
    interaction_id: InteractionId | None = None
    not_before: datetime | None = None
    attempts: int = 0
    error: str = ""
    detail: str = ""
    account: str = ""


class OutboxSummary(Struct, frozen=True):
    """For the status strip: how much is still to go out, and how much cannot."""

    to_send: int = 0
    wedged: int = 0
    oldest_at: datetime | None = None


class StreamKind(StrEnum):
    MESSAGE = "message"
    TOUCHPOINT = "touchpoint"
    GAP = "gap"


class StreamItem(Struct, frozen=True):
    """One item of the stream, oldest first. A message carries the outbox entry it is an echo of, if it is one.

    ``key`` is stable between an echo and the message it becomes. A ``GAP`` stands for history that is not here yet.
    """

    key: str
    kind: StreamKind
    at: datetime
    message: Message | None = None
    touchpoint: Touchpoint | None = None
    entry: OutboxEntry | None = None
    is_other_contact: bool = False


class CustomerCard(Struct, frozen=True):
    """Customer 360: the record, their business records and their latest contacts, newest first.

    Where several accounts know the customer, ``customer`` is what all of them say together, ``parts`` what each says, and
    ``own`` the one of them that edits go to."""

    customer: Customer
    own: Customer
    parts: tuple[Customer, ...] = ()
    open_cases: tuple[BusinessRecord, ...] = ()
    orders: tuple[BusinessRecord, ...] = ()
    other_records: tuple[BusinessRecord, ...] = ()
    contacts: tuple[Interaction, ...] = ()
    contact_count: int = 0
    is_pending: bool = False


class LikePair(Struct, frozen=True):
    """Two records that may be, or were made, one: both as they are by themselves. ``is_pending`` while the hub has not
    confirmed what the agent made of them."""

    duplicate: Duplicate
    survivor: Customer
    other: Customer
    is_pending: bool = False


CUSTOMER_DRAFT: Final = "customer"
"""The kind of a draft that is no interaction's: half-done edits of a customer, under the customer's id."""


class Draft(Struct, frozen=True):
    """What is being typed: one per interaction and kind (``reply``, ``note``, ``wrap_up``, ``customer``)."""

    interaction_id: InteractionId
    kind: str
    text: str
    fields: dict[str, str] = field(default_factory=dict)
    updated_at: datetime | None = None


class FlowRow(Struct, frozen=True):
    """A guided flow as the agent sees it. ``pending`` are the actions whose state the hub has not confirmed yet,
    ``is_pending`` says that anything of it is."""

    flow: Flow
    pending: frozenset[str] = frozenset()
    is_pending: bool = False


class Observing(Struct, frozen=True):
    """Whether a lead reads a contact along, and whether they may write to the customer."""

    is_on: bool = False
    is_joined: bool = False


class MoodSpan(NamedTuple):
    """The mood of messages and touchpoints of one half hour: their mean instant in seconds since 1970, their mean mood
    (-1 to 1), how many they are."""

    at: float
    mood: float
    number: int


class Journey(Struct, frozen=True):
    """All touchpoints of one customer, oldest first; ``moods`` is each half hour that had one, oldest first."""

    customer_id: CustomerId
    touchpoints: tuple[Touchpoint, ...] = ()
    moods: tuple[MoodSpan, ...] = ()


class FieldConflict(Struct, frozen=True):
    """One field that two people changed: what it held when the agent looked, what they want, what a colleague made of it.
    Values are as JSON has them."""

    name: str
    before: Any
    mine: Any
    theirs: Any


class Conflict(Struct, frozen=True):
    """An edit of a customer that was refused because a colleague was there first. ``customer_id`` is the record as it is
    now, after merges. No ``fields``: it has come to say what the agent wants, or nothing is left to choose."""

    command_id: CommandId
    customer_id: CustomerId
    fields: tuple[FieldConflict, ...] = ()


class HitKind(StrEnum):
    """What a search finds. A ``FILE`` is a message's attachment found by its name; a ``DRAFT`` was never sent."""

    CUSTOMER = "customer"
    INTERACTION = "interaction"
    MESSAGE = "message"
    NOTE = "note"
    FILE = "file"
    DRAFT = "draft"


class SearchOrder(StrEnum):
    NEWEST = "newest"
    BEST = "best"


class Span(Struct, frozen=True):
    """A piece of a snippet; ``is_match`` is painted as found."""

    text: str
    is_match: bool = False


class SearchHit(Struct, frozen=True):
    """One thing found. ``id`` is the record's own (of a ``FILE``: its message's); ``title`` is who (the customer's name) or
    the subject, ``snippet`` one line of the text around what was found, on one line and already cut."""

    kind: HitKind
    id: str
    at: datetime
    title: str
    snippet: tuple[Span, ...]
    interaction_id: InteractionId | None = None
    customer_id: CustomerId | None = None
    channel: Channel | None = None
    author: Author | None = None
    is_open: bool = False


class SearchPage(Struct, frozen=True):
    """Hits in the order asked for. ``more`` says that asking with a larger limit finds further ones. ``progress`` is how
    much of what is here the index knows (1: all). ``ignored`` are filters that were typed and not understood."""

    hits: tuple[SearchHit, ...] = ()
    more: bool = False
    progress: float = 1.0
    ignored: tuple[str, ...] = ()
