"""Many waiting requests matched with the agents who have room, all at once: one by one, the first in the queue may take the
only agent who could have helped the second. More urgent requests still come first: one is left waiting only where placing
it would push out a more urgent one; among all ways to place the same requests, the one with the highest total score is
taken. Bounded by the candidates looked at per request.

Agents with room for several are given one in each round, so that what they took counts in the next. Rounds are not always
best where one agent would better take two at once, so one by one is tried too, and the better of both is returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from desktop.domain.ids import AgentId, InteractionId
from desktop.insight.routing.ageing import order
from desktop.insight.routing.assignment import assign
from desktop.insight.routing.request import AgentLoad, Decision, Request
from desktop.insight.routing.roster import Roster

CANDIDATES = 16
"""So many agents are looked at for each request and round; whoever finds none of them free is asked for again in the
next round."""


class _Placed(NamedTuple):
    request: Request
    agent_id: AgentId
    score: float


def match(requests: Sequence[Request], roster: Roster, now: datetime) -> dict[InteractionId, Decision]:
    """Return a decision for each request, most urgent first. The roster afterwards counts what was placed as in hand."""
    waiting = sorted(requests, key=lambda one: order(one, now, roster.policy))
    chosen = _one_by_one(waiting, roster, now)
    is_matched = False
    if roster.policy.batch and len(waiting) > 1:
        together = _together(waiting, roster, now)
        is_matched = _worth(waiting, together) > _worth(waiting, chosen)
        chosen = together if is_matched else chosen
    decisions: dict[InteractionId, Decision] = {}
    for one in chosen:
        told = roster.choose(one.request, now, one.agent_id, len(chosen) if is_matched else 0)
        decisions[one.request.interaction_id] = told
        roster.took(one.agent_id, one.request.channel)
    for request in waiting:
        if request.interaction_id not in decisions:
            decisions[request.interaction_id] = roster.choose(request, now)
    return {one.interaction_id: decisions[one.interaction_id] for one in waiting}


def _worth(waiting: Sequence[Request], placed: Sequence[_Placed]) -> tuple[tuple[bool, ...], float]:
    """Return what is compared: who is placed, most urgent first, then the total score."""
    ids = {one.request.interaction_id for one in placed}
    return tuple(one.interaction_id in ids for one in waiting), round(sum(one.score for one in placed), 6)


def _one_by_one(waiting: Sequence[Request], roster: Roster, now: datetime) -> list[_Placed]:
    placed: list[_Placed] = []
    with _Undone(roster) as trial:
        for request in waiting:
            for load, score in roster.best(request, now):
                placed.append(_Placed(request, load.agent.id, score))
                trial.took(load, request)
    return placed


def _together(waiting: Sequence[Request], roster: Roster, now: datetime) -> list[_Placed]:
    placed: list[_Placed] = []
    left = list(waiting)
    with _Undone(roster) as trial:
        while left:
            found = [roster.best(request, now, CANDIDATES) for request in left]
            loads = {load.agent.id: load for offers in found for load, _ in offers}
            agents = sorted(loads)
            column = {agent_id: n for n, agent_id in enumerate(agents)}
            taken = assign([{column[load.agent.id]: -score for load, score in offers} for offers in found])
            rest = []
            is_final = True
            for request, offers, place in zip(left, found, taken, strict=True):
                if place is not None and is_final:
                    load = loads[agents[place]]
                    score = next(score for one, score in offers if one is load)
                    placed.append(_Placed(request, load.agent.id, score))
                    trial.took(load, request)
                elif offers:
                    rest.append(request)
                    # Others than the candidates may help it: nobody less urgent is placed before that is known.
                    is_final = is_final and len(offers) < CANDIDATES
            left = rest
    return placed


class _Undone:
    """A trial on a roster: what was taken in it is given back at its end."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._before: dict[str, AgentLoad] = {}

    def __enter__(self) -> _Undone:
        return self

    def __exit__(self, *_: object) -> None:
        for load in self._before.values():
            self._roster.put(load)

    def took(self, load: AgentLoad, request: Request) -> None:
        self._before.setdefault(load.agent.id, load)
        self._roster.took(load.agent.id, request.channel)
