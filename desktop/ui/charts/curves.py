"""The lines across a journey: the mood made smooth, and how much there was a day. Pure: numbers in, numbers out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from desktop.ui.charts.timeline import DAY
from desktop.viewmodels.journey import MoodSpan

# Single words swing more than a mood does: one point for each of so many parts of what is shown.
_PARTS = 40
_SHORTEST_PART = 1800.0


def mood_curve(moods: Sequence[MoodSpan], days: int) -> list[tuple[float, float]]:
    """Return (seconds since 1970, mood -1 to 1) of a smooth line, oldest first; nothing for fewer than two moods.

    ``days`` is the stretch shown at first, 0 for all of it: the parts that are averaged are parts of that.
    """
    if sum(span.number for span in moods) < 2:
        return []
    first, last = moods[0].at, moods[-1].at
    low = max(first, last - days * DAY) if days else first
    part_s = max((last - low) / _PARTS, _SHORTEST_PART)
    parts: dict[int, tuple[float, float, int]] = {}
    for seconds, mood, count in moods:
        number = int((seconds - first) // part_s)
        when, total, so_far = parts.get(number, (0.0, 0.0, 0))
        parts[number] = (when + seconds * count, total + mood * count, so_far + count)
    means = [(when / count, total / count) for _number, (when, total, count) in sorted(parts.items())]
    smooth = []
    for number, (when, _mood) in enumerate(means):
        near = [mood for _when, mood in means[max(0, number - 1) : number + 2]]
        smooth.append((when, sum(near) / len(near)))
    return smooth


def daily_counts(instants: Sequence[datetime]) -> list[tuple[float, int]]:
    """Return (noon of the day in seconds since 1970, how many instants lie in it), oldest first."""
    counts = Counter(instant.timestamp() // DAY for instant in instants)
    return [((day + 0.5) * DAY, count) for day, count in sorted(counts.items())]
