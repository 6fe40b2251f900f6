"""Who works here: agents with skills and presence, and the queues work waits in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId, QueueId
from desktop.domain.routing import Hours, Ring


class Role(StrEnum):
    """What a token may do. ``CHANNEL`` and ``CRM`` are machines: they hand messages in, or customers and records."""

    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"
    CHANNEL = "channel"
    CRM = "crm"


class PresenceState(StrEnum):
    READY = "ready"
    AWAY = "away"
    OFFLINE = "offline"
    NOT_RESPONDING = "not_responding"


class Presence(Struct, frozen=True, kw_only=True):
    """Whether an agent takes work. ``reason`` is a code (``break``, ``lunch``, ``training``, ``meeting``,
    ``back_office``) with state ``away``; ``set_by`` is the lead who set it, if one did."""

    state: PresenceState = PresenceState.OFFLINE
    reason: str = ""
    since: datetime | None = None
    set_by: AgentId | None = None


class Skill(Struct, frozen=True, kw_only=True):
    """A skill and how well it is mastered, 1 to 5. Languages are skills named ``lang:de``."""

    name: str
    level: int = 3


class Loan(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """For a while an agent works these queues instead of their own."""

    queues: tuple[QueueId, ...]
    until: datetime
    by: AgentId | None = None


class Silence(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent's window was not heard of any more. ``former`` is the presence that the hub replaced by its guess, ``None``
    where it left theirs; ``saved`` are the live contacts that went to others."""

    since: datetime
    former: Presence | None = None
    saved: tuple[InteractionId, ...] = ()


class Agent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``capacity`` is how many interactions of a channel at once; the key ``total`` caps them all together. ``queues`` are
    those they work, none named: all their team and skills allow. ``next_presence`` is what they asked for while busy and
    becomes true with their last live contact; until then nothing new is offered. ``heard_at`` is when their window was
    heard of as far as it is on record: first, and when a ``silence`` began or ended.
    """

    id: AgentId
    user: str
    name: str
    role: Role = Role.AGENT
    team: str = ""
    skills: tuple[Skill, ...] = ()
    presence: Presence = Presence()
    capacity: dict[str, int] = {}
    queues: tuple[QueueId, ...] = ()
    loan: Loan | None = None
    next_presence: Presence | None = None
    heard_at: datetime | None = None
    silence: Silence | None = None
    is_active: bool = True
    version: int = 0

    @property
    def takes_work(self) -> bool:
        """Whether new requests may be offered: ready, and not about to leave."""
        return self.presence.state is PresenceState.READY and self.next_presence is None


class Queue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where work waits. ``teams`` may see it (none named: all). ``skills`` are required, ``wished`` count where they are
    there; ``rings`` widen who is asked with waiting time. ``answer_s`` is the service level per channel, seconds to the
    first answer, to be kept in ``target`` (0 to 1) of all cases; it runs within ``hours``. What still waits after
    ``overflow_after_s``, or comes while closed, goes to ``overflow_to`` where one is named. ``intents`` are the request
    types that land here. ``can_receive``: contacts can be handed over to it."""

    id: QueueId
    names: dict[str, str] = {}
    teams: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    intents: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    answer_s: dict[str, int] = {}
    target: float = 0.8
    wished: tuple[Skill, ...] = ()
    rings: tuple[Ring, ...] = ()
    hours: Hours | None = None
    overflow_to: QueueId | None = None
    overflow_after_s: int = 0
    priority: int = 3
    can_receive: bool = True
    version: int = 0
