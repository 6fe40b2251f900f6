"""Several runs of several policies over the same draws, and what came of it: means with their intervals, and the paired
differences, which are far surer than the difference of two means because chance is the same on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from desktop.app.lab.simulation.arrivals import Counted, Poisson
from desktop.app.lab.simulation.centre import Centre
from desktop.app.lab.simulation.contacts import draw
from desktop.app.lab.simulation.distributions import Duration
from desktop.app.lab.simulation.engine import ANSWERED, Run
from desktop.app.lab.simulation.figures import Estimate, channel_figures, estimate, figures_of
from desktop.app.lab.simulation.policies import policy_named
from desktop.insight.routing.outcomes import Outcomes

_USUAL_LOAD = 0.8
_HISTORY_RUN = -1
"""The number of the run that is learned from: no run that is compared draws the same."""


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be played. ``history_s`` is how long the centre was at work before, by skills alone, for ``dirigent`` to
    have learned from; the first ``warm_up_s`` of a run do not count."""

    centre: Centre
    arrivals: Poisson | Counted
    handling: Duration
    patience: Duration
    policies: tuple[str, ...]
    runs: int
    seed: int
    warm_up_s: float = 0.0
    history_s: float = 0.0


class Comparison(Struct, frozen=True):
    """``figures`` by policy and name; ``differences`` of ``base`` less each other policy; ``contacts`` of all runs."""

    figures: Mapping[str, Mapping[str, Estimate]]
    by_channel: Mapping[str, Mapping[str, Estimate]]
    base: str
    differences: Mapping[str, Mapping[str, Estimate]]
    contacts: int


def compared(plan: Plan, tell: Callable[[str, int], None] = lambda policy, run: None) -> Comparison:
    """Play everything; ``tell`` hears what is played next."""
    learned = _learned(plan)
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in plan.policies}
    channels: dict[str, list[dict[str, float]]] = {name: [] for name in plan.policies}
    count = 0
    for run in range(plan.runs):
        contacts = draw(plan.centre, plan.arrivals, run, plan.seed, plan.handling, plan.patience)
        count += len(contacts)
        duties = plan.arrivals.duties(run, len(plan.centre.workers))
        for name in plan.policies:
            tell(name, run)
            policy = policy_named(name, plan.centre, learned)
            length_s = plan.arrivals.length_s(run)
            outcome = Run(plan.centre, contacts, duties, policy, length_s, plan.warm_up_s).play()
            runs[name].append(figures_of(outcome, plan.centre))
            channels[name].append(channel_figures(outcome, plan.centre))
    base = "dirigent" if "dirigent" in plan.policies else plan.policies[-1]
    return Comparison(
        figures={name: _estimates(found) for name, found in runs.items()},
        by_channel={name: _estimates(found) for name, found in channels.items()},
        base=base,
        differences={
            name: _estimates(
                [
                    {key: mine[key] - value for key, value in theirs.items() if key in mine}
                    for mine, theirs in zip(runs[base], found, strict=True)
                ]
            )
            for name, found in runs.items()
            if name != base
        },
        contacts=count,
    )


def _estimates(runs: list[dict[str, float]]) -> dict[str, Estimate]:
    return {key: estimate([one[key] for one in runs if key in one]) for key in max(runs, key=len, default={})}


def _learned(plan: Plan) -> bytes:
    """Return what can be learned from the past of the centre, nothing where it has none."""
    if plan.history_s <= 0.0 or "dirigent" not in plan.policies:
        return b""
    per_s = _USUAL_LOAD * len(plan.centre.workers) / plan.centre.work_s(plan.handling.mean)
    arrivals = Poisson(per_s, plan.history_s)
    contacts = draw(plan.centre, arrivals, _HISTORY_RUN, plan.seed, plan.handling, plan.patience)
    duties = arrivals.duties(0, len(plan.centre.workers))
    outcome = Run(plan.centre, contacts, duties, policy_named("skills", plan.centre), plan.history_s).play()
    outcomes = Outcomes()
    for one in contacts:
        if outcome.state[one.number] == ANSWERED:
            number = outcome.agent[one.number]
            outcomes.observe(
                plan.centre.workers[number].agent.id,
                plan.centre.streams[one.stream].intent,
                outcome.handled_s[one.number],
                resolved=one.luck < plan.centre.resolves[number][one.stream],
            )
    return outcomes.encode()
