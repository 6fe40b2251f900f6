"""How the mood moves over the messages of one contact. Knows numbers only, no texts."""

from __future__ import annotations

from collections.abc import Sequence


def trend(moods: Sequence[float]) -> float:
    """Return how the mood moved over a contact, -1 (fell from best to worst) to 1: half the rise of the fitted line."""
    count = len(moods)
    if count < 2:
        return 0.0
    middle = (count - 1) / 2
    mean = sum(moods) / count
    spread = sum((i - middle) ** 2 for i in range(count))
    slope = sum((i - middle) * (mood - mean) for i, mood in enumerate(moods)) / spread
    return max(-1.0, min(1.0, slope * (count - 1) / 2))
