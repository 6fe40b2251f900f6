"""Why a request went to whom, as records beside the request: one for each offer and each assignment by a person, and one
when nobody can have it for another reason than before. Called by whoever gives a request to somebody, before it is saved
as theirs; makes no choice itself."""

from __future__ import annotations

from desktop.domain.ids import AgentId, DecisionId, new_id
from desktop.domain.interaction import Interaction
from desktop.domain.suggestion import Reason
from desktop.hub.desk.work import Work
from desktop.insight.routing import Decision, Request, kept

TAKEN = "routing.taken"
TAKEN_NEXT = "routing.taken_next"
TRANSFERRED = "routing.transferred"
REASSIGNED = "routing.reassigned"
TAKEN_OVER = "routing.taken_over"
CALLBACK = "routing.callback"
CLOSED = "routing.none.closed"


async def keep(work: Work, request: Request, decision: Decision) -> None:
    """Put a decision beside the interaction, which is saved already."""
    await work.ledger.put(kept(decision, request, DecisionId(new_id()), work.at))


async def assigned(work: Work, interaction: Interaction, agent_id: AgentId, code: str) -> tuple[Request, Decision]:
    """Return the decision of a person that ``agent_id`` gets an interaction, as it was before, with what routing says to
    that: ``code`` comes first among its reasons, then how well they fit. Others are named with their numbers."""
    floor = work.floor
    await floor.catch_up(work.ledger, work.at)
    request = await floor.request(work.ledger, interaction)
    told = Reason(code=code, weight=1.0)
    if floor.load_of(agent_id) is None:
        return request, Decision(agent_id=agent_id, reasons=(told,))
    found = floor.roster.choose(request, work.at, agent_id)
    mine = found.considered[0] if found.considered else None
    return request, Decision(
        agent_id=agent_id,
        reasons=(told, *(mine.reasons if mine is not None and mine.agent_id == agent_id else ())),
        considered=found.considered,
        counts=found.counts,
        ring=found.ring,
        waited_s=found.waited_s,
    )


def is_news(interaction: Interaction, decision: Decision) -> bool:
    """Whether nobody can have an interaction for other reasons than when it was looked at last; how many are kept from it
    by each does not matter."""
    return {reason.code for reason in interaction.routed_by} != {reason.code for reason in decision.reasons}
