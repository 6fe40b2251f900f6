"""When a figure beyond its threshold becomes an alert, and when it is one no longer: not before it was beyond for a while,
and not until it is clearly back (a Schmitt trigger with a delay). Pure; called by ``alerts``."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from desktop.domain.routing import AlertRule


class Turn(StrEnum):
    NONE = "none"
    RAISED = "raised"
    ENDED = "ended"


class Standing(Struct):
    """Where a rule stands with one subject: since when the figure is beyond, and whether that is an alert."""

    beyond_since: float | None = None
    is_raised: bool = False

    def step(self, rule: AlertRule, value: float | None, now: float, *, is_quiet: bool = False) -> Turn:
        """Take in the figure at ``now``; ``None`` is no figure, so nothing is wrong with it. In quiet hours nothing is
        raised, but what is over ends."""
        if self.is_raised:
            if value is not None and not is_back(rule, value):
                return Turn.NONE
            self.is_raised, self.beyond_since = False, None
            return Turn.ENDED
        if value is None or not is_beyond(rule, value):
            self.beyond_since = None
            return Turn.NONE
        if self.beyond_since is None:
            self.beyond_since = now
        if is_quiet or now - self.beyond_since < rule.for_s:
            return Turn.NONE
        self.is_raised = True
        return Turn.RAISED


def is_beyond(rule: AlertRule, value: float) -> bool:
    return value < rule.threshold if rule.is_below else value > rule.threshold


def is_back(rule: AlertRule, value: float) -> bool:
    """Whether a figure is back at ``clear_at``; one on the bad side of the threshold is taken for the threshold."""
    if rule.is_below:
        return value >= max(rule.clear_at, rule.threshold)
    return value <= min(rule.clear_at, rule.threshold)
