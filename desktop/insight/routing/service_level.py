"""How urgent a request is when it arrives and when its next answer is due: the service level of its queue, or of its
channel, in the queue's business hours. How waiting changes the urgency is ``ageing``."""

from __future__ import annotations

from datetime import datetime

from desktop.domain.agent import Queue
from desktop.domain.channels import Channel
from desktop.insight.routing.hours import after_open

DEFAULT_ANSWER_S: dict[str, int] = {
    Channel.CALL: 20,
    Channel.VIDEO: 30,
    Channel.CHAT: 60,
    Channel.MESSENGER: 600,
    Channel.IN_APP: 600,
    Channel.SMS: 900,
    Channel.SOCIAL: 3600,
    Channel.EMAIL: 4 * 3600,
    Channel.WEB: 4 * 3600,
    Channel.SHOP: 4 * 3600,
}

RAISED_SEGMENTS = frozenset({"vip", "gold", "platinum", "premium", "business", "key_account"})
URGENT_INTENTS = frozenset({"fraud_report", "account_locked"})
UPSET = -0.45
"""A mood from here down is heard in the queue."""


def priority_of(
    channel: Channel,
    queue: Queue | None = None,
    mood: float | None = None,
    segment: str = "",
    intent: str | None = None,
    is_repeat: bool = False,
) -> int:
    """Return 1 (most urgent) to 5: the queue's own, raised by one each for a live channel, an upset customer, a
    customer of a raised segment, somebody who has to ask again; fraud and a locked account are never below 2."""
    priority = queue.priority if queue is not None else 3
    priority -= channel.is_live
    priority -= mood is not None and mood <= UPSET
    priority -= segment.lower() in RAISED_SEGMENTS
    priority -= is_repeat
    if intent in URGENT_INTENTS:
        priority = min(priority, 2)
    return max(1, min(5, priority))


def answer_s_of(channel: Channel, queue: Queue | None = None) -> int:
    """Return the seconds to the next answer that the queue promises on this channel, else the default."""
    if queue is not None and channel in queue.answer_s:
        return queue.answer_s[channel]
    return DEFAULT_ANSWER_S[channel]


def due_at(arrived_at: datetime, channel: Channel, queue: Queue | None = None) -> datetime:
    """Return when the service level for the next answer runs out; it runs only within the queue's hours."""
    return after_open(queue.hours if queue is not None else None, arrived_at, answer_s_of(channel, queue))
