"""Runs beside Erlang's formulas: with agents and customers all alike, every policy must arrive at what ``insight.queueing``
computes. Shown by ``--check``; the tests hold the engine to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from desktop.app.lab.simulation.arrivals import Poisson
from desktop.app.lab.simulation.centre import Stream, alike_workers, centre_of
from desktop.app.lab.simulation.comparison import Plan, compared
from desktop.app.lab.simulation.distributions import ENDLESS, Duration
from desktop.app.lab.simulation.figures import Estimate
from desktop.domain.agent import Queue
from desktop.domain.channels import Channel
from desktop.domain.ids import QueueId
from desktop.insight.queueing import erlang_a, erlang_b, erlang_c

ANSWER_S = 20


class Beside(Struct, frozen=True):
    """One figure of one system: by its formula, and as each policy came out."""

    system: str
    figure: str
    formula: float
    measured: dict[str, Estimate]

    def is_met(self, policy: str) -> bool:
        """Whether the formula lies within the policy's confidence interval."""
        found = self.measured[policy]
        return abs(found.mean - self.formula) <= (found.half or 0.0) + 1e-9


def beside(
    arrivals: Poisson,
    agents: int,
    handling: Duration,
    patience: Duration,
    policies: tuple[str, ...],
    runs: int,
    seed: int,
    warm_up_s: float,
) -> Iterator[Beside]:
    """Yield the figures of M/M/c/c, M/M/c+M and, where the agents suffice, M/M/c. Raises ``ValueError`` for durations that
    are not exponential: there is no formula for them."""
    if handling.kind != "exp" or (patience.kind != "exp" and not math.isinf(patience.mean)):
        raise ValueError("the closed forms are for exponential times: --handling exp:SECONDS --patience exp:SECONDS")
    queue = Queue(id=QueueId("all"), answer_s={Channel.CALL: ANSWER_S})
    centre = centre_of(alike_workers(agents), [Stream(queue, "any", Channel.CALL, 1.0, 1.0)])
    plan = Plan(
        centre=centre,
        arrivals=arrivals,
        handling=handling,
        patience=patience,
        policies=policies,
        runs=runs,
        seed=seed,
        warm_up_s=warm_up_s,
    )
    blocked = erlang_b(arrivals.per_s, handling.mean, agents)
    served = arrivals.per_s * handling.mean * (1.0 - blocked) / agents
    found = {"abandoned": blocked, "occupancy": served}
    yield from _rows("M/M/c/c (Erlang B)", msgspec.structs.replace(plan, patience=Duration("fixed", 0.0)), found)
    if not math.isinf(patience.mean):
        a = erlang_a(arrivals.per_s, handling.mean, patience.mean, agents)
        found = {"abandoned": a.abandoned, "occupancy": a.occupancy}
        found |= {"asa_s": a.average_answer_s, "service_level": a.service_level(ANSWER_S)}
        yield from _rows("M/M/c+M (Erlang A)", plan, found)
    c = erlang_c(arrivals.per_s, handling.mean, agents)
    if c.occupancy < 1.0:
        found = {"asa_s": c.average_wait_s, "occupancy": c.occupancy, "service_level": c.service_level(ANSWER_S)}
        yield from _rows("M/M/c (Erlang C)", msgspec.structs.replace(plan, patience=ENDLESS), found)


def _rows(system: str, plan: Plan, formulas: dict[str, float]) -> Iterator[Beside]:
    figures = compared(plan).figures
    for name, formula in formulas.items():
        yield Beside(system, name, formula, {policy: figures[policy][name] for policy in plan.policies})
