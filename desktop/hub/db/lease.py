"""What only one process of the hub may do at a time: learning, running a channel's account. Whoever does it notes in the
database until when; a holder that died is waited for no longer than that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from sqlalchemy import select

from desktop.hub.db import tables
from desktop.hub.db.ledger import Ledger


class _Lease(Struct, frozen=True):
    holder: str
    until: datetime


async def take(ledger: Ledger, key: str, holder: str, at: datetime, seconds: float) -> bool:
    """Take the lease named ``key`` for so long, or longer where it is one's own; returns whether it was free."""
    # Two transactions must not both find it free: the clock's row lets one writer in at a time.
    await ledger.connection.execute(select(tables.clock.c.seq).with_for_update())
    held = await _held(ledger, key)
    if held is not None and held.until > at and held.holder != holder:
        return False
    lease = _Lease(holder, at + timedelta(seconds=seconds))
    await ledger.set_note(key, msgspec.json.encode(lease).decode())
    return True


async def give_back(ledger: Ledger, key: str, holder: str, at: datetime) -> None:
    """Let others have it."""
    held = await _held(ledger, key)
    if held is not None and held.holder == holder:
        await ledger.set_note(key, msgspec.json.encode(_Lease("", at)).decode())


async def is_held(ledger: Ledger, key: str, at: datetime) -> bool:
    """Whether somebody has it at ``at``."""
    held = await _held(ledger, key)
    return held is not None and held.until > at


async def is_last(ledger: Ledger, key: str, holder: str) -> bool:
    """Whether ``holder`` took it last: even where it ran out meanwhile, nobody else did anything since."""
    held = await _held(ledger, key)
    return held is not None and held.holder == holder


async def _held(ledger: Ledger, key: str) -> _Lease | None:
    raw = await ledger.note(key)
    try:
        return None if raw is None else msgspec.json.decode(raw, type=_Lease)
    except msgspec.DecodeError:
        return None
