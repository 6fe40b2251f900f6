"""An interaction is one contact about one matter; messages are what was said in it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, CustomerId, InteractionId, MessageId, QueueId
from desktop.domain.suggestion import Reason
from desktop.domain.verification import VerifiedAnswer


class InteractionState(StrEnum):
    """Where an interaction is on its way; ``lifecycle`` says which steps are legal."""

    QUEUED = "queued"
    OFFERED = "offered"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    WAITING = "waiting"
    WRAP_UP = "wrap_up"
    CLOSED = "closed"
    SNOOZED = "snoozed"
    ABANDONED = "abandoned"

    @property
    def is_open(self) -> bool:
        return self not in (InteractionState.CLOSED, InteractionState.ABANDONED)


class Author(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"
    BOT = "bot"


class MessageKind(StrEnum):
    """``TEXT`` goes to or comes from the customer; ``NOTE`` stays inside; ``CALL`` and ``EVENT`` say what happened;
    ``WHISPER`` is a lead's word that only the agent of the contact and leads see."""

    TEXT = "text"
    NOTE = "note"
    CALL = "call"
    EVENT = "event"
    WHISPER = "whisper"


SILENT_EVENTS = frozenset({"silent_observing", "silent_observing_ended"})
"""Events that only leads of the queue see: where agents are not told that a lead reads along."""


KEPT_HERE = "kept_here"
"""In ``Message.values`` of what was written while a recording was played: it never left the agent's machine."""


class Delivery(StrEnum):
    """How far a message got. ``RECEIVED`` is every incoming one; ``PENDING`` is only ever a local echo."""

    RECEIVED = "received"
    PENDING = "pending"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class Attachment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file of a message: ``sha256`` (hex) finds its bytes in the blob store, ``size`` is in bytes."""

    sha256: str
    name: str
    media_type: str = "application/octet-stream"
    size: int = 0


class Message(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing said or noted in an interaction.

    ``mood`` is the customer's, from -1 (angry) to 1 (pleased), only on their own words. ``external_id`` and
    ``in_reply_to`` are the channel's ids (Message-ID of a mail). ``html`` is sanitised before it is stored.
    ``quoted_from`` is where in ``text`` (in characters) the signature and quotation at its end begin, 0 where there is none.
    ``event`` names what happened for kinds ``CALL`` and ``EVENT`` (a code the window puts into words), with ``values``.
    ``edited_at`` is when its writer last changed it; of one they took back (``is_redacted``) nothing is left in here.
    """

    id: MessageId
    interaction_id: InteractionId
    author: Author
    sent_at: datetime
    kind: MessageKind = MessageKind.TEXT
    channel: Channel | None = None
    customer_id: CustomerId | None = None
    agent_id: AgentId | None = None
    author_name: str = ""
    text: str = ""
    html: str = ""
    subject: str = ""
    delivery: Delivery = Delivery.RECEIVED
    failure: str = ""
    external_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    mood: float | None = None
    language: str = ""
    quoted_from: int = 0
    event: str = ""
    values: dict[str, str] = {}
    edited_at: datetime | None = None
    is_redacted: bool = False
    version: int = 0


class Interaction(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One contact about one matter, from arrival to wrap-up.

    ``assignee`` is the agent who owns it, or in state ``offered`` the one it rings at until ``offer_expires_at``.
    ``priority`` runs from 1 (most urgent) to 5. ``due_at`` is when the service level for the next answer runs out.
    ``identified`` is the probability (0 to 1) that ``customer_id`` is right, ``identified_by`` the evidence;
    ``verified`` what was asked of the person and whether the answers were right.
    ``intent_ranked`` and ``intent_by`` are the alternatives and the words behind ``intent``; ``intent_confirmed`` says a
    person set it, ``intent_also`` what else was asked for in the same breath. ``mood`` is the latest, ``mood_trend`` its
    slope over the contact (-1 falling … 1 rising).
    ``last_*`` repeat the newest message so that a list needs no second look-up. ``routed_by`` says why this agent;
    ``preferred`` is the one to be waited for a while, ``observers`` are leads who read along, ``consulting`` a colleague
    asked without giving the contact away, ``callback_at`` when the customer is to be called back, on ``callback_to``.
    ``steps`` are the actions agents took, in order, by code. ``queued_at`` is when it last began to wait for an agent,
    ``again_at``, while it does, when time alone next changes who can have it.
    ``account`` is the channel account it came to, and by which it is answered. ``last_channel`` is by which the customer last
    wrote, where they went on by another channel. ``labels`` are the words a backend's people filed it under.
    """

    id: InteractionId
    channel: Channel
    state: InteractionState
    created_at: datetime
    updated_at: datetime
    customer_id: CustomerId | None = None
    customer_name: str = ""
    from_address: str = ""
    queue: QueueId | None = None
    assignee: AgentId | None = None
    previous_assignee: AgentId | None = None
    subject: str = ""
    thread: str = ""
    language: str = ""
    intent: str | None = None
    intent_probability: float = 0.0
    intent_ranked: tuple[tuple[str, float], ...] = ()
    intent_by: tuple[str, ...] = ()
    intent_confirmed: bool = False
    intent_also: tuple[str, ...] = ()
    mood: float | None = None
    mood_trend: float = 0.0
    identified: float = 0.0
    identified_by: tuple[Reason, ...] = ()
    verified: tuple[VerifiedAnswer, ...] = ()
    routed_by: tuple[Reason, ...] = ()
    preferred: AgentId | None = None
    observers: tuple[AgentId, ...] = ()
    consulting: AgentId | None = None
    callback_at: datetime | None = None
    callback_to: str = ""
    priority: int = 3
    due_at: datetime | None = None
    offered_at: datetime | None = None
    offer_expires_at: datetime | None = None
    declined_by: tuple[AgentId, ...] = ()
    queued_at: datetime | None = None
    again_at: datetime | None = None
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    wrap_up_at: datetime | None = None
    closed_at: datetime | None = None
    snoozed_until: datetime | None = None
    disposition: str | None = None
    summary: str = ""
    steps: tuple[str, ...] = ()
    last_text: str = ""
    last_author: Author | None = None
    last_at: datetime | None = None
    source: str = ""
    account: str = ""
    last_channel: Channel | None = None
    labels: tuple[str, ...] = ()
    version: int = 0
