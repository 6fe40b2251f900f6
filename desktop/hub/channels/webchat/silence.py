"""Chats whose visitor has fallen silent after an answer come to their end by themselves, so that their agents have room."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.interaction import Author, Interaction, InteractionState
from desktop.hub.db import tables
from desktop.hub.db.ledger import Ledger

_STATES: Final = [str(state) for state in (InteractionState.ACTIVE, InteractionState.WAITING)]
_MOST: Final = 2000
_row = tables.record.c


async def silent(ledger: Ledger, account: str, at: datetime, minutes: int) -> list[Interaction]:
    """Return the chats of an account in which an agent said the last word ``minutes`` ago or more. One that was put on hold
    or to sleep waits for the house, not for the visitor."""
    before = at - timedelta(minutes=minutes)
    found: list[Interaction] = await ledger.find(
        Table.INTERACTION, _row.state.in_(_STATES), _row.channel == str(Channel.CHAT), limit=_MOST
    )
    return [
        one
        for one in found
        if one.account == account
        and one.last_author is Author.AGENT
        and one.last_at is not None
        and one.last_at <= before
    ]
