"""How a centre hands out work, as its leads set it and as it was decided: hours, rings, policy, and each decision kept."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from desktop.domain.ids import AgentId, DecisionId, InteractionId, QueueId
from desktop.domain.suggestion import Reason


class Opening(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Open on ``days`` (0 Monday … 6 Sunday) from ``opens`` to ``closes``, ``HH:MM`` local time; ``closes`` at or before
    ``opens`` is on the next day, ``24:00`` is midnight."""

    days: tuple[int, ...]
    opens: str
    closes: str


class Hours(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Business hours in the IANA ``zone``; on ``holidays`` it is closed. Without ``openings``: always open."""

    zone: str = "UTC"
    openings: tuple[Opening, ...] = ()
    holidays: tuple[date, ...] = ()


class Ring(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """From ``after_s`` seconds of waiting on, required skill levels are lowered by ``level_drop`` and agents of ``teams``
    are asked too (bullseye)."""

    after_s: int
    level_drop: int = 0
    teams: tuple[str, ...] = ()


class RoutingPolicy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What holds for the whole centre; ``id`` is always ``policy``.

    ``interrupts`` maps a channel to those whose agents may be rung while they work on it (a call may interrupt mails);
    a channel not named goes by the built-in matrix. ``ageing_s``: each such time of waiting makes a request one priority
    more urgent (0: never). ``preferred_s``: so long is waited for the agent who knows the case. ``away_reasons`` are the
    codes agents may give for being away, by code with titles. ``silent_after_s``: an agent whose window was not heard of
    for so long is taken for dead; back within ``silent_grace_s`` they get back what nobody took. ``is_observing_told``:
    agents see that a lead reads along. ``batch``: requests and agents are matched together where several wait.
    """

    id: str = "policy"
    interrupts: dict[str, tuple[str, ...]] = {}
    ageing_s: int = 300
    preferred_s: int = 60
    sticky_days: int = 14
    away_reasons: dict[str, dict[str, str]] = {}
    silent_after_s: int = 15
    silent_grace_s: int = 120
    is_observing_told: bool = True
    batch: bool = True
    outcome_cases: int = 30
    version: int = 0


class Weighed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent who was considered: their score, or the ``obstacle`` (a code) that ruled them out."""

    agent_id: AgentId
    score: float = 0.0
    obstacle: str = ""
    reasons: tuple[Reason, ...] = ()


class RoutingDecision(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a request went to whom. ``agent_id`` is ``None`` where nobody could take it. ``considered`` holds the best, and of
    those ruled out a few of each obstacle; ``counts`` how many there were by obstacle (an empty code: fitting)."""

    id: DecisionId
    interaction_id: InteractionId
    at: datetime
    agent_id: AgentId | None = None
    queue: QueueId | None = None
    ring: int = 0
    waited_s: int = 0
    reasons: tuple[Reason, ...] = ()
    considered: tuple[Weighed, ...] = ()
    counts: dict[str, int] = {}
    version: int = 0


class AlertMeasure(StrEnum):
    """What a rule watches: of a queue, or of agents."""

    WAITING = "waiting"
    LONGEST_WAIT_S = "longest_wait_s"
    SERVICE_LEVEL = "service_level"
    ABANDONED = "abandoned"
    READY_AGENTS = "ready_agents"
    ARRIVALS_OVER_FORECAST = "arrivals_over_forecast"
    AWAY_S = "away_s"
    WRAP_UP_S = "wrap_up_s"
    CONTACT_S = "contact_s"
    MOOD = "mood"


class AlertRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Raised once ``measure`` is beyond ``threshold`` for ``for_s`` seconds, ended once it is back beyond ``clear_at``
    (hysteresis). ``is_below``: the bad side is below. ``queues`` empty: any. Silent within ``quiet`` hours."""

    id: str
    title: str
    measure: AlertMeasure
    threshold: float
    clear_at: float
    is_below: bool = False
    for_s: int = 0
    queues: tuple[QueueId, ...] = ()
    quiet: Hours | None = None
    is_active: bool = True
    version: int = 0


class Alert(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule that is, or was, beyond its threshold. ``subject`` is the id of the queue, agent or interaction; ``queue``
    is whose leads it is for, all where it is of none."""

    id: str
    rule: str
    subject: str
    queue: QueueId | None = None
    value: float
    since: datetime
    ended_at: datetime | None = None
    seen_by: AgentId | None = None
    version: int = 0


class Broadcast(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A word of a lead to agents: of ``teams``, or all where none is named; gone after ``until``."""

    id: str
    text: str
    by: AgentId
    by_name: str = ""
    at: datetime
    until: datetime | None = None
    teams: tuple[str, ...] = ()
    is_urgent: bool = False
    version: int = 0
