"""How many agents an interval needs so that enough of its customers are answered in time.

Erlang A with patience, averaged over what the rate may be: a rate that is uncertain takes more agents than its mean
(Jongbloed & Koole 2001; Steckley, Henderson & Mehrotra 2009). The search starts from square-root staffing (Halfin & Whitt
1981). Each interval stands for itself, as if its queue were in balance. Pure; called by the hub's board.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Final

from desktop.insight.forecast.expected import Expected
from desktop.insight.queueing import MOST_AGENTS, erlang_a, square_root_agents

_RATES: Final = 7
_LARGEST: Final = 50_000.0


def needed(
    expected: Sequence[Expected],
    handling_s: float,
    patience_s: float | None,
    target: float,
    answer_s: float,
    shrinkage: float = 0.0,
) -> tuple[int, ...]:
    """Return for each interval the fewest agents on the roster with whom the share ``target`` (0 to below 1) of those who
    come is answered within ``answer_s`` seconds; 0 where nobody is expected.

    ``handling_s``: mean time of a contact, after-contact work included. ``patience_s``: after which mean time those who
    wait give up; ``None``: never. ``shrinkage``: the share of their paid time that agents are not there for contacts
    (breaks, training, illness), 0 to below 1. Raises ``ValueError`` for figures outside these bounds, and for more work
    than 50,000 agents do."""
    if not (0.0 <= target < 1.0 and 0.0 <= shrinkage < 1.0):
        raise ValueError("target and shrinkage must be at least 0 and less than 1")
    if not (0.0 < handling_s < math.inf and answer_s >= 0.0):
        raise ValueError("times must be more than 0 and finite")
    patience = math.inf if patience_s is None else patience_s
    grade = NormalDist().inv_cdf(min(0.995, max(0.5, target)))
    found: dict[tuple[float, float, int], int] = {}
    agents = []
    for one in expected:
        key = (_rounded(one.mean), _rounded(one.rate_sd), one.interval_s)
        if key not in found:
            rates = [rate / one.interval_s for rate in rates_of(key[0], key[1])]
            found[key] = _fewest(rates, handling_s, patience, target, answer_s, grade)
            load = key[0] / one.interval_s * handling_s
            if load > 1.0:
                grade = (found[key] - load) / math.sqrt(load)
        agents.append(math.ceil(round(found[key] / (1.0 - shrinkage), 6)))
    return tuple(agents)


def rates_of(mean: float, deviation: float) -> list[float]:
    """Return rates, equally likely, that stand for a gamma distribution (Wilson & Hilferty 1931); their mean is ``mean``."""
    if mean <= 0.0:
        return []
    spread = (deviation / mean) ** 2
    if spread < 1e-6:
        return [mean]
    part = spread / 9.0
    normal = NormalDist()
    rates = []
    for place in range(_RATES):
        z = normal.inv_cdf((place + 0.5) / _RATES)
        rates.append(max(0.0, 1.0 - part + z * math.sqrt(part)) ** 3)
    middle = sum(rates) / _RATES
    return [mean * rate / middle for rate in rates]


def _fewest(
    rates: list[float], handling_s: float, patience_s: float, target: float, answer_s: float, grade: float
) -> int:
    come = sum(rates)
    if come <= 0.0:
        return 0
    load = come / len(rates) * handling_s
    if load > _LARGEST:
        raise ValueError("more work than 50,000 agents do")

    def suffices(agents: int) -> bool:
        in_time = 0.0
        for rate in rates:
            if rate > 0.0 and (agents > 0 or patience_s < math.inf):
                in_time += rate * erlang_a(rate, handling_s, patience_s, agents).service_level(answer_s)
        return in_time >= target * come

    agents = max(1, square_root_agents(load, grade))
    step = max(1, round(math.sqrt(load) / 8))
    if suffices(agents):
        low, high = agents - step, agents
        while low > 0 and suffices(low):
            low, high, step = low - 2 * step, low, 2 * step
        low = max(low, -1)
    else:
        low, high = agents, agents + step
        while not suffices(high):
            if high >= MOST_AGENTS:
                raise ValueError(f"not even {MOST_AGENTS} agents suffice")
            low, high, step = high, min(MOST_AGENTS, high + 2 * step), 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return high


def _rounded(figure: float) -> float:
    """Return ``figure`` to three digits: intervals alike are reckoned once."""
    return float(f"{figure:.3g}")
