"""What waits for an agent, in the order in which it is to be offered: most urgent first, then what is due first, then what
waited longest. Bounded: of a long backlog the live requests and those that wait longest are looked at."""

from __future__ import annotations

from datetime import UTC, datetime

from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.interaction import Interaction, InteractionState
from desktop.hub.db import tables
from desktop.hub.db.ledger import Ledger

LOOKED_AT = 200

_NEVER = datetime.max.replace(tzinfo=UTC)
_LIVE = [str(channel) for channel in Channel if channel.is_live]
_row = tables.record.c


def order(interaction: Interaction) -> tuple[int, datetime, datetime, str]:
    """The sort key: priority, due time, age."""
    return (
        interaction.priority,
        interaction.due_at or _NEVER,
        interaction.queued_at or interaction.created_at,
        interaction.id,
    )


async def backlog(ledger: Ledger) -> list[Interaction]:
    """Return what waits in the queues, next first."""
    waits = _row.state == str(InteractionState.QUEUED)
    found: list[Interaction] = await ledger.find(Table.INTERACTION, waits, limit=LOOKED_AT)
    if len(found) == LOOKED_AT:
        live = await ledger.find(Table.INTERACTION, waits, _row.channel.in_(_LIVE), limit=LOOKED_AT)
        found = list({one.id: one for one in (*found, *live)}.values())
    return sorted(found, key=order)
