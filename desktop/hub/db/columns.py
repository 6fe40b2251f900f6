"""By which columns of ``tables.record`` a record of each type is found, and shown or hidden."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from desktop.domain.agent import Agent
from desktop.domain.customer import Customer
from desktop.domain.duplicate import Duplicate
from desktop.domain.flow import Flow
from desktop.domain.interaction import SILENT_EVENTS, Interaction, InteractionState, Message, MessageKind
from desktop.domain.journey import Touchpoint
from desktop.domain.record import BusinessRecord
from desktop.domain.routing import Alert, Broadcast, RoutingDecision
from desktop.domain.suggestion import Suggestion

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMES = ("customer_id", "interaction_id", "queue", "assignee", "party", "state", "channel", "at", "timer_at", "lookup")

WHISPER: Final = "whisper"
"""The state of a message for one agent and the leads of the queue."""
LEADS_ONLY: Final = "leading"
"""The state of a message for the leads of the queue."""
LIVE: Final = "live"
"""The state of a broadcast."""


def micros(at: datetime | None) -> int | None:
    """Return an instant as the schema stores it: microseconds since 1970 UTC."""
    return None if at is None else (at - _EPOCH) // timedelta(microseconds=1)


def timer_of(interaction: Interaction) -> datetime | None:
    """Return the next instant at which the desk has to look at an interaction."""
    timer = {
        InteractionState.QUEUED: interaction.again_at,
        InteractionState.OFFERED: interaction.offer_expires_at,
        InteractionState.SNOOZED: interaction.snoozed_until,
    }.get(interaction.state)
    if (
        interaction.callback_at is None
        or interaction.state is InteractionState.OFFERED
        or not interaction.state.is_open
    ):
        return timer
    return interaction.callback_at if timer is None else min(timer, interaction.callback_at)


def columns_of(record: Any, owner: Interaction | None) -> dict[str, Any]:
    """Return the columns of ``record``; ``owner`` is the interaction that a message or suggestion is part of."""
    columns: dict[str, Any] = dict.fromkeys(_NAMES)
    match record:
        case Interaction():
            columns |= {
                "customer_id": record.customer_id,
                "queue": record.queue,
                "assignee": record.assignee,
                "party": record.consulting,
                "state": str(record.state),
                "channel": str(record.channel),
                "at": micros(record.created_at),
                "timer_at": micros(timer_of(record)),
                "lookup": record.thread or None,
            }
        case Message() | Suggestion() | Flow():
            columns |= {
                "customer_id": record.customer_id or (owner.customer_id if owner else None),
                "interaction_id": record.interaction_id,
                "queue": owner.queue if owner else None,
                "assignee": owner.assignee if owner else None,
                "party": owner.consulting if owner else None,
            }
            if isinstance(record, Message):
                columns |= {"at": micros(record.sent_at), "lookup": record.external_id or None}
                if record.kind is MessageKind.WHISPER:
                    columns |= _of_whisper(record, owner)
                elif record.event in SILENT_EVENTS:
                    columns |= {"state": LEADS_ONLY, "assignee": None, "party": None}
        case RoutingDecision():
            columns |= {
                "customer_id": owner.customer_id if owner else None,
                "interaction_id": record.interaction_id,
                "queue": owner.queue if owner else None,
                "assignee": owner.assignee if owner else None,
                "party": owner.consulting if owner else None,
                "at": micros(record.at),
            }
        case Alert():
            columns |= {"queue": record.queue}
        case Touchpoint() | BusinessRecord():
            columns |= {"customer_id": record.customer_id, "at": micros(record.at), "lookup": record.source or None}
        case Duplicate():
            columns |= {"customer_id": record.customer_id, "state": str(record.state), "lookup": record.other_id}
        case Customer():
            columns |= {"customer_id": record.id, "lookup": record.number or None}
        case Agent():
            loan = record.loan.until if record.loan else None
            columns |= {"state": str(record.presence.state), "lookup": record.user, "timer_at": micros(loan)}
        case Broadcast():
            teams = "\n".join(("", *record.teams, "")) if record.teams else None
            columns |= {"assignee": record.by, "state": LIVE, "lookup": teams, "timer_at": micros(record.until)}
        case _:
            pass
    return columns


def people_in(columns: Mapping[str, Any]) -> set[str]:
    """Return whom an interaction or a part of one is assigned to and who is asked about it."""
    return {id_ for id_ in (columns["assignee"], columns["party"]) if id_}


def whispers_of(interaction_id: str) -> str:
    """Return by which ``lookup`` the whispers of a contact are found. No id of a channel's message has a space in it."""
    return f"whisper {interaction_id}"


def team_mark(team: str) -> str:
    """Return what the ``lookup`` of a broadcast to ``team``, among others, has in it."""
    return f"\n{team}\n"


def _of_whisper(record: Message, owner: Interaction | None) -> dict[str, Any]:
    """A whisper is for whom it was said to, as long as they have the contact."""
    to = record.values.get("to")
    return {
        "assignee": to if owner is not None and owner.assignee == to else None,
        "party": to,
        "state": WHISPER,
        "lookup": whispers_of(record.interaction_id),
    }
