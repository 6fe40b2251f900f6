"""The lines across a journey: the mood made smooth, and how much there was a day. Pure: numbers in, numbers out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from desktop.ui.charts.timeline import DAY

# Single words swing more than a mood does: one point for each of so many parts of what is shown.
_PARTS = 40
_SHORTEST_PART = 1800.0


def mood_curve(moods: Sequence[tuple[datetime, float]], days: int) -> list[tuple[float, float]]:
    """Return (seconds since 1970, mood -1 to 1) of a smooth line, oldest first; nothing for fewer than two moods.

    ``days`` is the stretch shown at first, 0 for all of it: the parts that are averaged are parts of that.
    """
    if len(moods) < 2:
        return []
    at = [instant.timestamp() for instant, _mood in moods]
    low = max(at[0], at[-1] - days * DAY) if days else at[0]
    part_s = max((at[-1] - low) / _PARTS, _SHORTEST_PART)
    parts: dict[int, tuple[float, float, int]] = {}
    for seconds, (_instant, mood) in zip(at, moods, strict=True):
        number = int((seconds - at[0]) // part_s)
        when, total, count = parts.get(number, (0.0, 0.0, 0))
        parts[number] = (when + seconds, total + mood, count + 1)
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
