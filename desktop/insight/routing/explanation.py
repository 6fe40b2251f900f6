"""Why a request went to whom, as reasons with numbers, and the record of it that is kept. Makes no choice of its own.

Codes of a choice: ``routing.skills``, ``routing.wished``, ``routing.segment``, ``routing.outcome``,
``routing.knows_the_case``, ``routing.load``, ``routing.idle`` (each with the weight it added to the score), then
``routing.ring``, ``routing.aged``, ``routing.matched``, ``routing.runner_up`` and ``routing.chosen_of``; where somebody who
fits better is needed for another request, these two are ``routing.spared`` and ``routing.one_of``. Where nobody could:
``routing.none.nobody`` or ``routing.none.<obstacle>`` with how many there were of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from desktop.domain.ids import DecisionId
from desktop.domain.routing import RoutingDecision, RoutingPolicy, Weighed
from desktop.domain.suggestion import Reason
from desktop.insight.routing.ageing import aged
from desktop.insight.routing.request import Considered, Decision, Request

KEPT_BEST = 5
KEPT_OF_EACH = 3

_NONE: dict[str, str] = {
    "inactive": "routing.none.inactive",
    "queue": "routing.none.queue",
    "team": "routing.none.team",
    "skill": "routing.none.skill",
    "language": "routing.none.language",
    "not_ready": "routing.none.not_ready",
    "declined": "routing.none.declined",
    "capacity": "routing.none.capacity",
    "reserved": "routing.none.reserved",
}
"""Every obstacle, in the order in which they are looked for, with the code of its sentence."""


def decided(
    request: Request,
    considered: tuple[Considered, ...],
    counts: Mapping[str, int],
    ring: int,
    waited: float,
    again_at: datetime | None,
    policy: RoutingPolicy,
    matched: int = 0,
) -> Decision:
    """Return the decision for the first of ``considered``, made together with those for ``matched`` requests in all."""
    best = considered[0]
    reasons = [*best.reasons]
    if ring:
        reasons.append(Reason(code="routing.ring", values={"n": str(ring), "seconds": str(round(waited))}))
    priority = aged(request.priority, waited, policy.ageing_s)
    if priority < request.priority:
        values = {"from": str(request.priority), "to": str(priority), "seconds": str(round(waited))}
        reasons.append(Reason(code="routing.aged", values=values))
    if matched > 1:
        reasons.append(Reason(code="routing.matched", values={"n": str(matched)}))
    is_best = True
    if len(considered) > 1 and not considered[1].obstacle:
        second = considered[1].score
        is_best = second <= best.score or not matched
        code = "routing.runner_up" if is_best else "routing.spared"
        reasons.append(Reason(code=code, values={"score": f"{second:.2f}"}))
    values = {"n": str(counts.get("", 0)), "score": f"{best.score:.2f}"}
    reasons.append(Reason(code="routing.chosen_of" if is_best else "routing.one_of", values=values))
    return Decision(
        agent_id=best.agent_id,
        reasons=tuple(reasons),
        considered=considered,
        counts=dict(counts),
        ring=ring,
        waited_s=round(waited),
        again_at=again_at,
    )


def undecided(
    considered: tuple[Considered, ...],
    counts: Mapping[str, int],
    ring: int,
    waited: float,
    again_at: datetime | None,
) -> Decision:
    """Return the decision that nobody can take the request now: how many are kept from it by what, most first."""
    ordered = sorted(((code, n) for code, n in counts.items() if code and n), key=lambda one: (-one[1], one[0]))
    reasons = tuple(Reason(code=_NONE[code], weight=float(n), values={"n": str(n)}) for code, n in ordered)
    return Decision(
        reasons=reasons or (Reason(code="routing.none.nobody"),),
        considered=considered,
        counts=dict(counts),
        ring=ring,
        waited_s=round(waited),
        again_at=again_at,
    )


def kept(decision: Decision, request: Request, id_: DecisionId, at: datetime) -> RoutingDecision:
    """Return a decision as the record of it: the best few who fitted and a few of each obstacle, all of them counted."""
    return RoutingDecision(
        id=id_,
        interaction_id=request.interaction_id,
        at=at,
        agent_id=decision.agent_id,
        queue=request.queue,
        ring=decision.ring,
        waited_s=decision.waited_s,
        reasons=decision.reasons,
        considered=tuple(
            Weighed(agent_id=one.agent_id, score=round(one.score, 3), obstacle=one.obstacle, reasons=one.reasons)
            for one in few(decision.considered)
        ),
        counts=decision.counts,
    )


def few(considered: Iterable[Considered]) -> list[Considered]:
    """Return the best few who fitted and a few of each obstacle, in the order given."""
    seen: dict[str, int] = {}
    found = []
    for one in considered:
        seen[one.obstacle] = seen.get(one.obstacle, 0) + 1
        if seen[one.obstacle] <= (KEPT_OF_EACH if one.obstacle else KEPT_BEST):
            found.append(one)
    return found
