"""The choice of an agent: rule out who cannot take the request, rank the rest, name the numbers. The same code decides in
the hub and in ``lab simulate``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from desktop.domain.agent import PresenceState, Role
from desktop.domain.suggestion import Reason
from desktop.insight.routing.capacity import has_room
from desktop.insight.routing.request import AgentLoad, Considered, Decision, Request
from desktop.insight.routing.score import fit, language_skill

_NEVER_IDLE = datetime.max.replace(tzinfo=UTC)


def obstacle(request: Request, load: AgentLoad) -> str:
    """Return the first thing that rules the agent out, as a code, or an empty text where nothing does."""
    agent = load.agent
    if not agent.is_active or agent.role not in (Role.AGENT, Role.LEAD):
        return "inactive"
    if agent.presence.state is not PresenceState.READY:
        return "not_ready"
    if agent.id in request.declined_by:
        return "declined"
    if request.teams and agent.team not in request.teams:
        return "team"
    levels = {skill.name: skill.level for skill in agent.skills}
    if any(levels.get(skill.name, 0) < skill.level for skill in request.skills):
        return "skill"
    language = language_skill(request)
    # Who has no language skill on record is not known to lack one.
    if language and language not in levels and any(name.startswith("lang:") for name in levels):
        return "language"
    if not has_room(agent, load.working, request.channel):
        return "capacity"
    return ""


def choose(request: Request, agents: Sequence[AgentLoad], now: datetime) -> Decision:
    """Return who is offered ``request``: the best fit; between equals the one idle longest, then the lower id."""
    fitting: list[tuple[float, datetime, Considered]] = []
    ruled_out: list[Considered] = []
    for load in agents:
        code = obstacle(request, load)
        if code:
            ruled_out.append(Considered(agent_id=load.agent.id, obstacle=code))
            continue
        score, reasons = fit(request, load, now)
        one = Considered(agent_id=load.agent.id, score=score, reasons=reasons)
        fitting.append((round(score, 6), load.idle_since or _NEVER_IDLE, one))
    fitting.sort(key=lambda entry: (-entry[0], entry[1], entry[2].agent_id))
    considered = tuple(entry[2] for entry in fitting) + tuple(ruled_out)
    if not fitting:
        counts = Counter(one.obstacle for one in ruled_out)
        reasons = tuple(
            Reason(code=f"routing.none.{code}", weight=float(n), values={"n": str(n)})
            for code, n in counts.most_common()
        )
        return Decision(reasons=reasons or (Reason(code="routing.none.nobody"),), considered=considered)
    best = fitting[0][2]
    others = Reason(code="routing.chosen_of", values={"n": str(len(fitting)), "score": f"{best.score:.2f}"})
    return Decision(agent_id=best.agent_id, reasons=(*best.reasons, others), considered=considered)
