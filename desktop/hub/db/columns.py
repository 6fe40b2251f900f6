"""By which columns of ``tables.record`` a record of each type is found, and shown or hidden."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from desktop.domain.agent import Agent
from desktop.domain.customer import Customer
from desktop.domain.duplicate import Duplicate
from desktop.domain.flow import Flow
from desktop.domain.interaction import Interaction, InteractionState, Message
from desktop.domain.journey import Touchpoint
from desktop.domain.record import BusinessRecord
from desktop.domain.suggestion import Suggestion

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMES = ("customer_id", "interaction_id", "queue", "assignee", "state", "channel", "at", "timer_at", "lookup")


def micros(at: datetime | None) -> int | None:
    """Return an instant as the schema stores it: microseconds since 1970 UTC."""
    return None if at is None else (at - _EPOCH) // timedelta(microseconds=1)


def columns_of(record: Any, owner: Interaction | None) -> dict[str, Any]:
    """Return the columns of ``record``; ``owner`` is the interaction that a message or suggestion is part of."""
    columns: dict[str, Any] = dict.fromkeys(_NAMES)
    match record:
        case Interaction():
            timer = {
                InteractionState.OFFERED: record.offer_expires_at,
                InteractionState.SNOOZED: record.snoozed_until,
            }.get(record.state)
            columns |= {
                "customer_id": record.customer_id,
                "queue": record.queue,
                "assignee": record.assignee,
                "state": str(record.state),
                "channel": str(record.channel),
                "at": micros(record.created_at),
                "timer_at": micros(timer),
                "lookup": record.thread or None,
            }
        case Message() | Suggestion() | Flow():
            columns |= {
                "customer_id": record.customer_id or (owner.customer_id if owner else None),
                "interaction_id": record.interaction_id,
                "queue": owner.queue if owner else None,
                "assignee": owner.assignee if owner else None,
            }
            if isinstance(record, Message):
                columns |= {"at": micros(record.sent_at), "lookup": record.external_id or None}
        case Touchpoint() | BusinessRecord():
            columns |= {"customer_id": record.customer_id, "at": micros(record.at), "lookup": record.source or None}
        case Duplicate():
            columns |= {"customer_id": record.customer_id, "state": str(record.state), "lookup": record.other_id}
        case Customer():
            columns |= {"customer_id": record.id, "lookup": record.number or None}
        case Agent():
            columns |= {"state": str(record.presence.state), "lookup": record.user}
        case _:
            pass
    return columns
