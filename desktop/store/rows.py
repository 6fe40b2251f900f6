"""What the projections return: server rows with the agent's pending commands already laid over them, as frozen values.

View models keep these; nothing here knows SQL. ``is_pending`` marks what the hub has not confirmed yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desktop.domain.commands import Command
from desktop.domain.customer import Customer
from desktop.domain.ids import CommandId, CustomerId, InteractionId
from desktop.domain.interaction import Interaction, Message
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


@dataclass(frozen=True, slots=True)
class InboxRow:
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


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One command on its way. ``attempts`` counts sends, ``error`` is the hub's code, ``not_before`` when to try next."""

    id: CommandId
    command: Command
    state: OutboxState
    created_at: datetime
    interaction_id: InteractionId | None = None
    not_before: datetime | None = None
    attempts: int = 0
    error: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OutboxSummary:
    """For the status strip: how much is still to go out, and how much cannot."""

    to_send: int = 0
    wedged: int = 0
    oldest_at: datetime | None = None


class StreamKind(StrEnum):
    MESSAGE = "message"
    TOUCHPOINT = "touchpoint"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class StreamItem:
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


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """Customer 360: the record, their business records and their latest contacts, newest first."""

    customer: Customer
    open_cases: tuple[BusinessRecord, ...] = ()
    orders: tuple[BusinessRecord, ...] = ()
    other_records: tuple[BusinessRecord, ...] = ()
    contacts: tuple[Interaction, ...] = ()
    contact_count: int = 0
    is_pending: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being typed: one per interaction and kind (``reply``, ``note``, ``wrap_up``)."""

    interaction_id: InteractionId
    kind: str
    text: str
    fields: dict[str, str] = field(default_factory=dict)
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """All touchpoints of one customer, oldest first; ``moods`` are (instant, -1 to 1) of messages and touchpoints."""

    customer_id: CustomerId
    touchpoints: tuple[Touchpoint, ...] = ()
    moods: tuple[tuple[datetime, float], ...] = ()
