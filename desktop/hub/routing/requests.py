"""A waiting interaction as the hub routes it: whether its queue is open, where it overflows to and when; what the queue asks
of an agent is ``insight.routing.waiting``'s. Pure; the floor and the desk's offers call it. A queue set up wrongly by hand is
read as far as it can be."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec.structs import replace

from desktop.domain.agent import Queue
from desktop.domain.interaction import Interaction
from desktop.insight.routing import Request, is_open, next_opening
from desktop.insight.routing.hours import after_open, mistakes
from desktop.insight.routing.waiting import began_at as began_at
from desktop.insight.routing.waiting import request_of as request_of

log = logging.getLogger(__name__)


def readable(queue: Queue) -> Queue:
    """Return a queue with hours that can be read: wrong ones are named in the log and taken for always open."""
    wrong = mistakes(queue.hours) if queue.hours is not None else ()
    if not wrong:
        return queue
    log.error("the hours of queue %s cannot be read (%s): it is taken to be always open", queue.id, ", ".join(wrong))
    return replace(queue, hours=None)


def rests_until(request: Request, at: datetime) -> datetime | None:
    """Return when a live request of a closed queue may ring again, ``None`` where it may now. Written work is handed out
    at any time: whoever is there can do it. A queue that never opens again is looked at in a year."""
    if not request.channel.is_live or is_open(request.hours, at):
        return None
    return next_opening(request.hours, at) or at.replace(year=at.year + 1, day=min(at.day, 28))


def overflows(queue: Queue, queues: Mapping[str, Queue], channel: str) -> Iterator[Queue]:
    """Yield where a queue overflows to, nearest first. A chain that comes back to where it was ends there; a queue that
    does not serve the channel is passed over."""
    seen = {queue.id}
    following = queue.overflow_to
    while following is not None and following not in seen and (found := queues.get(following)) is not None:
        seen.add(found.id)
        if not found.channels or channel in found.channels:
            yield found
        following = found.overflow_to


def overflow_at(interaction: Interaction, queue: Queue) -> datetime | None:
    """Return when an interaction has waited too long for its queue, ``None`` where it never has."""
    if queue.overflow_to is None or queue.overflow_after_s <= 0:
        return None
    return after_open(queue.hours, began_at(interaction), queue.overflow_after_s)


def overflow_of(
    interaction: Interaction, queues: Mapping[str, Queue], at: datetime
) -> tuple[Queue | None, str, datetime | None]:
    """Return the queue an interaction goes on to now with why (``closed``, ``waited``), or ``None`` and when to look again.

    What came while its queue was closed and finds it closed still goes on, and what has waited too long; only to a queue
    that is open, else it stays."""
    queue = queues.get(interaction.queue or "")
    if queue is None or queue.overflow_to is None:
        return None, "", None
    is_shut = not is_open(queue.hours, at)
    came_shut = is_shut and not is_open(queue.hours, began_at(interaction))
    late_at = overflow_at(interaction, queue)
    is_late = late_at is not None and late_at <= at
    if not came_shut and not is_late:
        return None, "", late_at
    opens: list[datetime] = []
    for target in overflows(queue, queues, interaction.channel):
        opening = next_opening(target.hours, at)
        if opening == at:
            return target, "waited" if is_late else "closed", None
        opens.extend([opening] if opening is not None else [])
    return None, "", min([*opens, *([late_at] if late_at is not None and not is_late else [])], default=None)
