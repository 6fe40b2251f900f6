"""What the open contact is about, as an agent reads and corrects it: how sure that is, what else it may be, and the choice of
one or several request types. Pure, but for the catalogue's names. Used by header and picker.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from desktop.domain.interaction import Interaction

__all__ = ["OTHER", "Certainty", "IntentChoice", "alternatives", "certainty"]

# What an agent sets where nothing fits.
OTHER = "other"
SURE, LIKELY = 0.8, 0.5
_WORTH = 0.05
_SHOWN = 5


class Certainty(StrEnum):
    """``SET`` by a person, ``SURE``, ``LIKELY``, ``UNSURE``, or ``UNKNOWN``: none of the known ones."""

    SET = "set"
    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"
    UNKNOWN = "unknown"


def certainty(row: Interaction) -> Certainty:
    """Return how sure it is what a contact is about."""
    if not row.intent:
        return Certainty.UNKNOWN
    if row.intent_confirmed:
        return Certainty.SET
    if row.intent_probability >= SURE:
        return Certainty.SURE
    return Certainty.LIKELY if row.intent_probability >= LIKELY else Certainty.UNSURE


def alternatives(row: Interaction) -> tuple[tuple[str, float], ...]:
    """Return what else a contact may be about, the likeliest first, without what is hardly possible."""
    taken = {row.intent, *row.intent_also}
    return tuple((intent, p) for intent, p in row.intent_ranked[:_SHOWN] if intent not in taken and p >= _WORTH)


@dataclass(slots=True)
class IntentChoice:
    """The request types ticked in the picker, the main one first. ``is_changed`` once they are others than at the start."""

    row: Interaction
    ticked: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.ticked = self._at_first()

    def _at_first(self) -> list[str]:
        return list(dict.fromkeys(one for one in (self.row.intent, *self.row.intent_also) if one))

    @property
    def is_changed(self) -> bool:
        return self.ticked != self._at_first()

    def toggle(self, intent: str) -> None:
        """Tick or untick one; that nothing fits is ticked alone."""
        if intent in self.ticked:
            self.ticked.remove(intent)
        elif intent == OTHER:
            self.ticked = [OTHER]
        else:
            self.ticked = [one for one in self.ticked if one != OTHER] + [intent]

    def alone(self, intent: str) -> tuple[str, tuple[str, ...] | None]:
        """Return what to set where one is chosen as the main one: what else was asked for stays."""
        if intent == OTHER:
            return OTHER, () if self.row.intent_also else None
        rest = tuple(one for one in self.row.intent_also if one != intent)
        return intent, rest if self.row.intent_also else None

    def all(self) -> tuple[str, tuple[str, ...]] | None:
        """Return what to set for those ticked, ``None`` where none is."""
        return (self.ticked[0], tuple(self.ticked[1:])) if self.ticked else None
