"""What is counted of a run, and how sure a mean over several runs is.

Figures are of the contacts that came after the warm-up. ``service_level`` is the share of all contacts answered within what
their queue promises; who gave up was not. Waits and abandonment are of those who wait at the other end (calls, chats,
video), or of all where there are none such: ``asa_s`` the mean wait of the answered, ``p95_wait_s`` of all, however it ended.
``match`` is the skill of whoever answered against the best in the centre, ``resolved`` the share of answered contacts
settled at once. The spread between agents: the Gini coefficient (Gini 1912) and the standard deviation of occupancy and of
contacts handled per hour on duty.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist, fmean, pstdev, stdev

from msgspec import Struct

from desktop.app.lab.simulation.centre import Centre
from desktop.app.lab.simulation.engine import ABANDONED, ANSWERED, Outcome

SHARES = ("service_level", "abandoned", "occupancy", "match", "resolved", "occupancy_sd")
"""Figures that are shares, 0 to 1; times end in ``_s``, the rest has no unit."""

_SHORTEST_DUTY_S = 1800.0
_HOUR_S = 3600.0


class Estimate(Struct, frozen=True):
    """A mean over ``runs`` and half the width of its 95 % confidence interval, ``None`` for a single run."""

    mean: float
    half: float | None
    runs: int

    @property
    def is_sure(self) -> bool:
        """Whether 0 lies outside the interval."""
        return self.half is not None and abs(self.mean) > self.half


def figures_of(outcome: Outcome, centre: Centre) -> dict[str, float]:
    """Return the figures of a run by name, in the order to print them; what has nothing to be counted of is missing."""
    counted = [one for one in outcome.contacts if one.at_s >= outcome.counts_from_s]
    live = [one for one in counted if centre.streams[one.stream].channel.is_live] or counted
    answered = [one for one in counted if outcome.state[one.number] == ANSWERED]
    found: dict[str, float] = {"contacts": float(len(counted))}
    if counted:
        kept = sum(outcome.wait_s[one.number] <= centre.streams[one.stream].answer_s for one in answered)
        found["service_level"] = kept / len(counted)
    waits = [outcome.wait_s[one.number] for one in live if outcome.state[one.number] == ANSWERED]
    if waits:
        found["asa_s"] = fmean(waits)
    if live:
        gone = [outcome.wait_s[one.number] for one in live if outcome.state[one.number] == ABANDONED]
        found["p95_wait_s"] = quantile([*waits, *gone], 0.95)
        found["abandoned"] = len(gone) / len(live)
    seats = [seat for seat in outcome.seats if seat.duty_s > 0.0]
    duty_s = sum(seat.duty_s for seat in seats)
    if duty_s:
        found["occupancy"] = sum(seat.busy_s for seat in seats) / duty_s
    if answered:
        by = outcome.agent
        found["match"] = fmean(centre.match[by[one.number]][one.stream] for one in answered)
        found["resolved"] = fmean(one.luck < centre.resolves[by[one.number]][one.stream] for one in answered)
        found["handling_s"] = fmean(outcome.handled_s[one.number] for one in answered)
    seats = [seat for seat in seats if seat.duty_s >= _SHORTEST_DUTY_S]
    if len(seats) > 1:
        shares = [seat.busy_s / seat.duty_s for seat in seats]
        paces = [seat.handled * _HOUR_S / seat.duty_s for seat in seats]
        found |= {"occupancy_gini": gini(shares), "occupancy_sd": pstdev(shares)}
        found |= {"handled_gini": gini(paces), "handled_sd": pstdev(paces)}
    unanswered = len(counted) - len(answered) - sum(outcome.state[one.number] == ABANDONED for one in counted)
    found["never_answered"] = float(unanswered)
    return found


def channel_figures(outcome: Outcome, centre: Centre) -> dict[str, float]:
    """Return service level and mean wait of the answered of each channel, as ``service_level.chat``."""
    kept: dict[str, list[float]] = {}
    waits: dict[str, list[float]] = {}
    for one in outcome.contacts:
        if one.at_s < outcome.counts_from_s:
            continue
        stream = centre.streams[one.stream]
        is_answered = outcome.state[one.number] == ANSWERED
        wait_s = outcome.wait_s[one.number]
        kept.setdefault(stream.channel, []).append(is_answered and wait_s <= stream.answer_s)
        if is_answered:
            waits.setdefault(stream.channel, []).append(wait_s)
    found = {f"service_level.{channel}": fmean(values) for channel, values in sorted(kept.items())}
    return found | {f"asa_s.{channel}": fmean(values) for channel, values in sorted(waits.items())}


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that ``share`` of all do not exceed, 0 where there are none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def gini(values: Sequence[float]) -> float:
    """Return how unequally something is shared out: 0 where all have the same, towards 1 where one has everything."""
    total = sum(values)
    if total <= 0.0:
        return 0.0
    weighted = sum(place * value for place, value in enumerate(sorted(values), start=1))
    return 2.0 * weighted / (len(values) * total) - (len(values) + 1.0) / len(values)


def estimate(values: Sequence[float]) -> Estimate:
    """Return the mean of independent runs with its confidence interval (Student 1908)."""
    count = len(values)
    if count < 2:
        return Estimate(fmean(values), None, count)
    return Estimate(fmean(values), student(count - 1) * stdev(values) / math.sqrt(count), count)


def student(freedom: int) -> float:
    """Return the 97.5 % point of Student's distribution: exact for 1 and 2 degrees of freedom, else by its expansion around
    the normal one (Abramowitz & Stegun 1964, 26.7.5), off by less than 0.3 %."""
    if freedom == 1:
        return math.tan(math.pi * 0.475)
    if freedom == 2:
        return math.sqrt(2.0 / (1.0 / 0.95**2 - 1.0))
    z = NormalDist().inv_cdf(0.975)
    terms = (
        (z**3 + z) / 4.0,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96.0,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384.0,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160.0,
    )
    return z + sum(term / float(freedom) ** (power + 1) for power, term in enumerate(terms))
