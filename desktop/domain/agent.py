"""Who works here: agents with skills and presence, and the queues work waits in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, QueueId


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
    ``back_office``) with state ``away``."""

    state: PresenceState = PresenceState.OFFLINE
    reason: str = ""
    since: datetime | None = None


class Skill(Struct, frozen=True, kw_only=True):
    """A skill and how well it is mastered, 1 to 5. Languages are skills named ``lang:de``."""

    name: str
    level: int = 3


class Agent(Struct, frozen=True, kw_only=True):
    """``capacity`` is how many interactions of a channel at once; the key ``total`` caps them all together."""

    id: AgentId
    user: str
    name: str
    role: Role = Role.AGENT
    team: str = ""
    skills: tuple[Skill, ...] = ()
    presence: Presence = Presence()
    capacity: dict[str, int] = {}
    is_active: bool = True
    version: int = 0


class Queue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where work waits. ``teams`` may see it (none named: all). ``answer_s`` is the service level per channel, seconds
    to the first answer; ``intents`` are the request types that land here."""

    id: QueueId
    names: dict[str, str] = {}
    teams: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    intents: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    answer_s: dict[str, int] = {}
    priority: int = 3
    version: int = 0
