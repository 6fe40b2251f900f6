"""The values routing works on: a request, what its queue asks of whoever takes it, the agents with what they have in hand,
and the decision with its reasons. No rule lives here."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from desktop.domain.agent import Agent, Skill
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId, QueueId
from desktop.domain.routing import Hours, Ring
from desktop.domain.suggestion import Reason


class Request(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be routed. ``teams`` may see its queue (none named: all); ``skills`` are required at their level,
    ``wished`` ones count where they are there; ``language`` (ISO 639-1, may be empty or ``und``) is required as the skill
    ``lang:xx`` of whoever has language skills at all; ``segment`` is the customer's, known to whoever has the skill
    ``segment:xx``. ``preferred`` knows the case. ``created_at`` is when it began to wait; ``hours`` are those of its queue:
    waiting widens rings and raises the priority only while it is open."""

    interaction_id: InteractionId
    channel: Channel
    queue: QueueId | None = None
    language: str = ""
    segment: str = ""
    intent: str = ""
    skills: tuple[Skill, ...] = ()
    wished: tuple[Skill, ...] = ()
    teams: tuple[str, ...] = ()
    rings: tuple[Ring, ...] = ()
    hours: Hours | None = None
    preferred: AgentId | None = None
    declined_by: tuple[AgentId, ...] = ()
    priority: int = 3
    created_at: datetime | None = None
    due_at: datetime | None = None


class Demand(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a request asks of an agent once its ring is known: the same for all requests that differ only in who asks and
    since when, so that one look at an agent answers for them all. ``language`` and ``segment`` are names of skills."""

    queue: QueueId | None = None
    teams: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    wished: tuple[Skill, ...] = ()
    language: str = ""
    segment: str = ""
    intent: str = ""


class AgentLoad(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent and what they have in hand: ``working`` counts interactions per channel that take capacity (offered,
    active, on hold, after-contact work); ``idle_since`` is when they last ended one (or became ready)."""

    agent: Agent
    working: dict[str, int] = {}
    idle_since: datetime | None = None

    @property
    def total(self) -> int:
        return sum(self.working.values())

    def with_one_more(self, channel: str) -> AgentLoad:
        """Return the same agent with one more contact of ``channel`` in hand."""
        working = {**self.working, channel: self.working.get(channel, 0) + 1}
        return AgentLoad(agent=self.agent, working=working, idle_since=self.idle_since)


class Considered(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One agent looked at: the score, or the one ``obstacle`` (a code) that ruled them out."""

    agent_id: AgentId
    score: float = 0.0
    obstacle: str = ""
    reasons: tuple[Reason, ...] = ()


class Decision(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who is offered the request and why; ``agent_id`` is ``None`` where nobody can take it now, and ``reasons`` then
    count the obstacles. ``considered`` is everybody, best first (from a roster: the best and a few of each obstacle);
    ``counts`` is how many there were by obstacle, an empty code for those who fit. ``ring`` is how far was asked after
    ``waited_s``; ``again_at`` is when time alone changes the answer, ``None`` where it never does."""

    agent_id: AgentId | None = None
    reasons: tuple[Reason, ...] = ()
    considered: tuple[Considered, ...] = ()
    counts: dict[str, int] = {}
    ring: int = 0
    waited_s: int = 0
    again_at: datetime | None = None
