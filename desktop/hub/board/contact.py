"""What the board keeps of one contact, and what that counts for: one place says what each number means, so that a number
and the list of contacts behind it cannot differ. Pure; called by ``tally`` and ``contacts``."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from desktop.domain.agent import Queue
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, CustomerId, InteractionId, QueueId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.hub.board.zones import zone_name
from desktop.insight.routing import due_at
from desktop.wire.board import ContactFigures

WAITING: Final = frozenset({InteractionState.QUEUED, InteractionState.OFFERED})
ACTIVE: Final = frozenset({InteractionState.ACTIVE, InteractionState.ON_HOLD, InteractionState.WRAP_UP})
IN_HAND: Final = ACTIVE | {InteractionState.OFFERED}
LONGEST_WRITTEN_S: Final = 3600.0
"""Work on a written contact counts for so long at most: it lies about in between."""


# Of these there are as many as contacts in a day, and nothing in them can be part of a cycle: the collector, which stops the
# event loop, need not walk them.
class Contact(Struct, frozen=True, kw_only=True, gc=False):
    """The fields of an ``Interaction`` that the board needs; its JSON can be read as this."""

    id: InteractionId
    channel: Channel
    state: InteractionState
    created_at: datetime
    updated_at: datetime
    queue: QueueId | None = None
    assignee: AgentId | None = None
    customer_id: CustomerId | None = None
    customer_name: str = ""
    intent: str | None = None
    mood: float | None = None
    priority: int = 3
    due_at: datetime | None = None
    queued_at: datetime | None = None
    offered_at: datetime | None = None
    offer_expires_at: datetime | None = None
    declined_by: tuple[AgentId, ...] = ()
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    wrap_up_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def since(self) -> datetime:
        """When it came into its state, as far as its own fields tell."""
        match self.state:
            case InteractionState.QUEUED:
                return self.queued_at or self.created_at
            case InteractionState.OFFERED:
                return self.offered_at or self.updated_at
            case InteractionState.ACTIVE:
                return self.accepted_at or self.updated_at
            case InteractionState.WRAP_UP:
                return self.wrap_up_at or self.updated_at
            case InteractionState.CLOSED | InteractionState.ABANDONED:
                return self.closed_at or self.updated_at
            case _:
                return self.updated_at

    @property
    def latest(self) -> float:
        """The last instant at which it counted for anything, seconds since 1970."""
        ends = (self.created_at, self.answered_at, self.closed_at, self.updated_at)
        return max(at.timestamp() for at in ends if at is not None)


_FIELDS: Final = Contact.__struct_fields__
_decoder: Final = msgspec.json.Decoder(Contact)


def contact_of(interaction: Interaction) -> Contact:
    return Contact(**{name: getattr(interaction, name) for name in _FIELDS})


def read(body: bytes) -> Contact:
    """Read the JSON of an interaction."""
    return _decoder.decode(body)


class Facts(Struct, frozen=True, gc=False):
    """What a contact counts for. Instants are seconds since 1970, ``None`` where there is none (yet).

    ``due`` is when the service level of the first answer runs out, in the queue's hours. ``judged`` is when it was seen
    whether that was kept (``is_in_time``): with the answer, or when it ran out without one."""

    queue: str
    zone: str
    arrived: float
    due: float
    waiting_since: float | None = None
    is_active: bool = False
    answered: float | None = None
    judged: float | None = None
    is_in_time: bool = False
    abandoned: float | None = None
    handled: float | None = None
    handling_s: float | None = None
    agent: str | None = None
    in_hand: str | None = None


def facts_of(contact: Contact, queue: Queue | None, now: float) -> Facts:
    """Return what ``contact`` counts for at ``now``."""
    arrived = contact.created_at.timestamp()
    due = due_at(contact.created_at, contact.channel, queue).timestamp()
    answered = contact.answered_at.timestamp() if contact.answered_at is not None else None
    judged = answered if answered is not None else (due if due <= now else None)
    ended = (contact.closed_at or contact.updated_at).timestamp()
    is_handled = contact.state is InteractionState.CLOSED and contact.assignee is not None
    waiting = (contact.queued_at or contact.created_at).timestamp() if contact.state in WAITING else None
    return Facts(
        queue=contact.queue or "",
        zone=zone_name(queue),
        arrived=arrived,
        due=due,
        waiting_since=waiting,
        is_active=contact.state in ACTIVE,
        answered=answered,
        judged=judged,
        is_in_time=answered is not None and answered <= due,
        abandoned=ended if contact.state is InteractionState.ABANDONED else None,
        handled=ended if is_handled else None,
        handling_s=handling_s(contact) if is_handled else None,
        agent=contact.assignee,
        in_hand=contact.assignee if contact.state in IN_HAND else None,
    )


def handling_s(contact: Contact) -> float | None:
    """Return how long an agent worked on a contact that is closed, after-contact work included, in seconds."""
    if contact.accepted_at is None or contact.closed_at is None:
        return None
    seconds = max(0.0, (contact.closed_at - contact.accepted_at).total_seconds())
    return seconds if contact.channel.is_live else min(seconds, LONGEST_WRITTEN_S)


def listed(contact: Contact, since: datetime, *, is_bare: bool) -> ContactFigures:
    """Return ``contact`` as the board lists it; bare: without who and what about."""
    if is_bare:
        return ContactFigures(
            id=contact.id, channel=contact.channel, state=contact.state, since=since, assignee=contact.assignee
        )
    return ContactFigures(
        id=contact.id,
        channel=contact.channel,
        state=contact.state,
        since=since,
        queue=contact.queue,
        assignee=contact.assignee,
        customer_id=contact.customer_id,
        customer_name=contact.customer_name,
        intent=contact.intent,
        mood=contact.mood,
        priority=contact.priority,
        due_at=contact.due_at,
    )
