"""What is on its way to customers: a row beside each message, written and removed in the transactions that write the message
and what became of it, so that a crash can lose neither."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert

from desktop.domain.interaction import Message
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.ledger import Ledger

row: Final = tables.outbound.c


async def queue_out(ledger: Ledger, message: Message, at: datetime) -> None:
    """Put a message to a customer on its way."""
    values = {
        "message_id": message.id,
        "interaction_id": message.interaction_id,
        "channel": str(message.channel),
        "at": micros(at),
        "next_at": micros(at),
        "attempt": 0,
        "is_begun": False,
    }
    await ledger.connection.execute(insert(tables.outbound), values)


async def settled(ledger: Ledger, message_id: str) -> None:
    """Forget a message that the channel has, or that will never go."""
    await ledger.connection.execute(delete(tables.outbound).where(row.message_id == message_id))
