"""Queues in closed form: how long customers wait, how many give up and how many agents that takes, for arrivals at random
and handling times without memory. Knows nothing of skills or channels: what these change, ``lab simulate`` plays. Called by
the forecast for staffing, and by the simulation, which is checked against it.

Sources: Erlang B and C, Erlang (1917); the recursion of B, Jagerman (1984); Erlang A (customers lose patience), Palm (1957),
Garnett, Mandelbaum & Reiman (2002); its virtual wait, Baccelli & Hebuterne (1981); its fluid limit, Whitt (2006); the
square-root rule, Halfin & Whitt (1981).
"""

from __future__ import annotations

import math

from msgspec import Struct

_NEGLIGIBLE = 1e-15
_HUGE = 1e200
_FEWEST_PANELS, _MOST_PANELS = 32, 20_000
_CROWD = 100_000.0
_FOREVER_S = 1e9
"""Thirty years: nobody gives up."""

MOST_AGENTS = 1_000_000


class Waiting(Struct, frozen=True, kw_only=True):
    """A queue in its steady state. Rates are per second, shares are of all who come.

    ``delayed`` must wait at all; ``abandoned`` give up; ``average_wait_s`` is over all who come, ``average_answer_s`` over
    those who are answered; ``occupancy`` is the share of their time that agents work; ``queue_length`` is how many wait on
    average. A queue that grows without end (no patience, more work than agents) has infinite waits.
    """

    arrivals_per_s: float
    handling_s: float
    agents: int
    patience_s: float | None
    delayed: float
    abandoned: float
    average_wait_s: float
    average_answer_s: float
    occupancy: float
    queue_length: float
    density: float
    """Probability density of the virtual wait just above 0, per second."""

    def service_level(self, within_s: float) -> float:
        """Return the share of all who come that is answered within ``within_s`` seconds; who gave up is not answered."""
        at_once = 1.0 - self.delayed
        if within_s <= 0.0 or self.density <= 0.0:
            return at_once
        drain = self.agents / self.handling_s
        if self.patience_s is None:
            late = self.delayed * math.exp(-(drain - self.arrivals_per_s) * within_s)
            return 1.0 - late
        return min(1.0 - self.abandoned, at_once + self._answered_later(within_s, drain, 1.0 / self.patience_s))

    def _answered_later(self, within_s: float, drain: float, leaving: float) -> float:
        """Integrate the virtual wait's density times the chance to have stayed (Simpson's rule)."""
        gain, start = self.arrivals_per_s / leaving, math.log(self.density)

        def height(v: float) -> float:
            return math.exp(start - gain * math.expm1(-leaving * v) - (drain + leaving) * v)

        end = 1.0 / (drain + leaving)
        while end < within_s and height(end) * end > _NEGLIGIBLE:
            end *= 2.0
        end = min(end, within_s)
        bend = abs(drain - self.arrivals_per_s) + math.sqrt(self.arrivals_per_s * leaving) + leaving
        panels = 2 * max(_FEWEST_PANELS, min(_MOST_PANELS, math.ceil(4.0 * end * bend)))
        step = end / panels
        inner = sum(height(place * step) * (4 if place % 2 else 2) for place in range(1, panels))
        return (height(0.0) + inner + height(end)) * step / 3.0


def erlang_b(arrivals_per_s: float, handling_s: float, agents: int) -> float:
    """Return the share that finds every agent busy where nobody can wait (M/M/c/c)."""
    _checked(arrivals_per_s, handling_s, agents)
    return _blocking(arrivals_per_s * handling_s, agents)


def erlang_c(arrivals_per_s: float, handling_s: float, agents: int) -> Waiting:
    """Return the queue where everybody waits as long as it takes (M/M/c)."""
    _checked(arrivals_per_s, handling_s, agents)
    load = arrivals_per_s * handling_s
    if load >= agents:
        never = math.inf if load > 0.0 else 0.0
        return Waiting(
            arrivals_per_s=arrivals_per_s,
            handling_s=handling_s,
            agents=agents,
            patience_s=None,
            delayed=1.0,
            abandoned=0.0,
            average_wait_s=never,
            average_answer_s=never,
            occupancy=1.0,
            queue_length=never,
            density=0.0,
        )
    blocked = _blocking(load, agents)
    delayed = blocked / (1.0 - load / agents * (1.0 - blocked))
    spare = (agents - load) / handling_s
    return Waiting(
        arrivals_per_s=arrivals_per_s,
        handling_s=handling_s,
        agents=agents,
        patience_s=None,
        delayed=delayed,
        abandoned=0.0,
        average_wait_s=delayed / spare,
        average_answer_s=delayed / spare,
        occupancy=load / agents,
        queue_length=arrivals_per_s * delayed / spare,
        density=delayed * spare,
    )


def erlang_a(arrivals_per_s: float, handling_s: float, patience_s: float, agents: int) -> Waiting:
    """Return the queue where each who waits gives up after a time of mean ``patience_s`` (M/M/c+M).

    ``patience_s`` may be infinite: then it is Erlang C. Raises ``ValueError`` for numbers that make no queue.
    """
    _checked(arrivals_per_s, handling_s, agents)
    if not patience_s > 0.0:
        raise ValueError("patience must be more than 0 seconds")
    if patience_s > _FOREVER_S:
        return erlang_c(arrivals_per_s, handling_s, agents)
    drain, leaving = agents / handling_s, 1.0 / patience_s
    if (arrivals_per_s - drain) * patience_s > _CROWD:
        return _crowded(arrivals_per_s, handling_s, patience_s, agents)
    # By how many wait: the chance of it, and what becomes of one who comes then. Numbers are relative until the end.
    unit = weight = _blocking(arrivals_per_s * handling_s, agents)
    idle = 1.0 - unit
    busy = answered = answered_s = waiting = passed_s = 0.0
    ahead = 0
    while True:
        pace = drain + (ahead + 1) * leaving
        passed_s += 1.0 / pace
        busy += weight
        waiting += weight * ahead
        answered += weight * drain / pace
        answered_s += weight * drain / pace * passed_s
        ahead += 1
        ratio = arrivals_per_s / pace
        weight *= ratio
        if ratio < 1.0 and weight * (ahead + 1) <= _NEGLIGIBLE * (1.0 - ratio) * busy:
            break
        if busy > _HUGE:
            unit, idle, weight, busy = unit / _HUGE, idle / _HUGE, weight / _HUGE, busy / _HUGE
            answered, answered_s, waiting = answered / _HUGE, answered_s / _HUGE, waiting / _HUGE
    total = idle + busy
    served = (idle + answered) / total
    abandoned = max(0.0, (busy - answered) / total)
    return Waiting(
        arrivals_per_s=arrivals_per_s,
        handling_s=handling_s,
        agents=agents,
        patience_s=patience_s,
        delayed=busy / total,
        abandoned=abandoned,
        average_wait_s=abandoned * patience_s,
        average_answer_s=answered_s / total / served if served > 0.0 else math.inf,
        occupancy=min(1.0, arrivals_per_s * handling_s * served / agents) if agents else 0.0,
        queue_length=waiting / total,
        density=drain * unit / total,
    )


def _crowded(arrivals_per_s: float, handling_s: float, patience_s: float, agents: int) -> Waiting:
    """Return the fluid limit, where so many wait that chance no longer counts (Whitt 2006)."""
    stays = agents / handling_s / arrivals_per_s
    return Waiting(
        arrivals_per_s=arrivals_per_s,
        handling_s=handling_s,
        agents=agents,
        patience_s=patience_s,
        delayed=1.0,
        abandoned=1.0 - stays,
        average_wait_s=(1.0 - stays) * patience_s,
        average_answer_s=-patience_s * math.log(stays) if stays > 0.0 else math.inf,
        occupancy=1.0 if agents else 0.0,
        queue_length=(1.0 - stays) * patience_s * arrivals_per_s,
        density=0.0,
    )


def agents_needed(
    arrivals_per_s: float,
    handling_s: float,
    answer_s: float,
    target: float,
    patience_s: float | None = None,
    most_abandoned: float = 1.0,
) -> int:
    """Return the fewest agents with whom the share ``target`` (below 1) is answered within ``answer_s`` seconds and no more
    than ``most_abandoned`` give up: by Erlang A, or by Erlang C without ``patience_s``."""
    if not 0.0 <= target < 1.0:
        raise ValueError("the target must be at least 0 and less than 1")
    if not most_abandoned > 0.0:
        raise ValueError("somebody always gives up: most_abandoned must be more than 0")

    def suffices(agents: int) -> bool:
        found = erlang_a(arrivals_per_s, handling_s, patience_s or math.inf, agents)
        return found.service_level(answer_s) >= target and found.abandoned <= most_abandoned

    if suffices(0):
        return 0
    step = max(1, round(math.sqrt(arrivals_per_s * handling_s)))
    low, high = 0, max(1, square_root_agents(arrivals_per_s * handling_s, 0.0))
    while not suffices(high):
        if high >= MOST_AGENTS:
            raise ValueError(f"not even {MOST_AGENTS} agents suffice")
        low, high, step = high, min(MOST_AGENTS, high + step), 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return high


def square_root_agents(load: float, grade: float) -> int:
    """Return the offered ``load`` (in agents) plus ``grade`` times its root, rounded up: grade 0 works agents to the limit,
    1 to 2 serves customers well."""
    return max(0, math.ceil(load + grade * math.sqrt(load)))


def _blocking(load: float, agents: int) -> float:
    blocked = 1.0
    for count in range(1, agents + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked


def _checked(arrivals_per_s: float, handling_s: float, agents: int) -> None:
    if not (0.0 <= arrivals_per_s < math.inf and 0.0 < handling_s < math.inf):
        raise ValueError("arrivals must be at least 0 and handling more than 0, both finite")
    if not 0 <= agents <= MOST_AGENTS:
        raise ValueError(f"agents must be between 0 and {MOST_AGENTS}")
