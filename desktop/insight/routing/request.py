"""The values routing works on: a request, the agents with what they have in hand, and the decision with its reasons."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from desktop.domain.agent import Agent, Skill
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId
from desktop.domain.suggestion import Reason


class Request(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be routed. ``teams`` may see its queue (none named: all); ``skills`` are required at their level;
    ``language`` (ISO 639-1, may be empty or ``und``) is required as the skill ``lang:xx`` of whoever has language
    skills at all; ``preferred`` knows the case."""

    interaction_id: InteractionId
    channel: Channel
    language: str = ""
    skills: tuple[Skill, ...] = ()
    teams: tuple[str, ...] = ()
    preferred: AgentId | None = None
    declined_by: tuple[AgentId, ...] = ()
    priority: int = 3
    created_at: datetime | None = None
    due_at: datetime | None = None


class AgentLoad(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent and what they have in hand: ``working`` counts interactions per channel that take capacity (offered,
    active, on hold, wrap-up); ``idle_since`` is when they last ended one (or became ready)."""

    agent: Agent
    working: dict[str, int] = {}
    idle_since: datetime | None = None

    @property
    def total(self) -> int:
        return sum(self.working.values())


class Considered(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One agent looked at: the score, or the one ``obstacle`` (a code) that ruled them out."""

    agent_id: AgentId
    score: float = 0.0
    obstacle: str = ""
    reasons: tuple[Reason, ...] = ()


class Decision(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who is offered the request and why; ``agent_id`` is ``None`` where nobody can take it now, and ``reasons`` then
    count the obstacles. ``considered`` is everybody, best first."""

    agent_id: AgentId | None = None
    reasons: tuple[Reason, ...] = ()
    considered: tuple[Considered, ...] = ()
