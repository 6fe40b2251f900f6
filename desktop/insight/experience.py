"""What agents did next in situations like this one: counts learned from closed contacts, with back-off and smoothing.

A situation is the intent and the steps so far, looked at from the last two steps down to none; what is seen rarely leans
on what is seen more (interpolated Witten-Bell smoothing, Witten & Bell 1991). The end of a contact counts as a step,
so that "nothing more to do" takes its share of the probability.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from desktop.domain.suggestion import Reason

END = ""
"""The step that says the contact was wrapped up."""

_CONTEXT = 2
_SEPARATOR = "\x1f"


class Likely(Struct, frozen=True, kw_only=True):
    """``action`` was next with ``probability``; of ``n`` contacts in the most similar situation seen, ``k`` went so.
    ``reasons`` is what else decided, where that is known."""

    action: str
    probability: float
    n: int
    k: int
    reasons: tuple[Reason, ...] = ()


class StepCounts:
    """Counts of next steps by situation. ``observe`` learns; ``likely`` asks; ``encode`` and ``decode`` keep it as JSON."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[str, int]] = {}

    @classmethod
    def of(cls, histories: Iterable[tuple[str, Sequence[str]]]) -> StepCounts:
        """Learn from (intent, steps in order) of closed contacts."""
        counts = cls()
        for intent, steps in histories:
            counts.observe(intent, steps)
        return counts

    def observe(self, intent: str, steps: Sequence[str]) -> None:
        """Learn from one closed contact; one without steps teaches nothing."""
        if not steps:
            return
        taken = tuple(step for step in steps if step)
        for position, following in enumerate((*taken, END)):
            self.note(intent, taken[:position], following)

    def note(self, intent: str, steps: Sequence[str], following: str) -> None:
        """Learn from one decision: after ``steps`` came ``following``."""
        for key in _keys(intent, tuple(steps)):
            row = self._counts.setdefault(key, {})
            row[following] = row.get(following, 0) + 1

    def likely(self, intent: str, steps: Sequence[str]) -> list[Likely]:
        """Return what may be next, best first; ``END`` is among it. Empty where nothing was ever learned."""
        rows = [row for key in _keys(intent, tuple(steps)) if (row := self._counts.get(key))]
        if not rows:
            return []
        probabilities: dict[str, float] = {}
        for row in reversed(rows):  # from the broadest view to the closest
            total, kinds = sum(row.values()), len(row)
            trust = total / (total + kinds)
            names = probabilities.keys() | row.keys()
            probabilities = {
                name: trust * row.get(name, 0) / total + (1 - trust) * probabilities.get(name, 0.0) for name in names
            }
        closest = rows[0]
        n = sum(closest.values())
        scale = sum(probabilities.values())
        found = [
            Likely(action=name, probability=p / scale, n=n, k=closest.get(name, 0)) for name, p in probabilities.items()
        ]
        return sorted(found, key=lambda one: (-one.probability, one.action))

    def encode(self) -> bytes:
        return msgspec.json.encode(self._counts)

    @classmethod
    def decode(cls, raw: bytes) -> StepCounts:
        """Return what ``encode`` wrote. Raises ``msgspec.DecodeError`` for anything else."""
        counts = cls()
        counts._counts = msgspec.json.decode(raw, type=dict[str, dict[str, int]])
        return counts


def _keys(intent: str, steps: tuple[str, ...]) -> list[str]:
    """Name the situation from the closest view to the broadest: the last two steps, the last, where in the contact
    (first step or later) for this intent, and the last two steps and the last whatever the intent."""
    keys = []
    if intent:
        for reach in range(min(_CONTEXT, len(steps)), 0, -1):
            start = "^" if reach == len(steps) else ""
            keys.append(_SEPARATOR.join(("i", intent, start, *steps[-reach:])))
        keys.append(_SEPARATOR.join(("i", intent, "later" if steps else "first")))
    if len(steps) >= _CONTEXT:
        keys.append(_SEPARATOR.join(("any", *steps[-_CONTEXT:])))
    keys.append(_SEPARATOR.join(("any", steps[-1] if steps else "first")))
    return keys
