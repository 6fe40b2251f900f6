"""One training at a time, however many processes the hub has: whoever trains notes in the database until when. A holder that
died is waited for no longer than that.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import select

from desktop.hub.db import tables
from desktop.hub.db.ledger import Ledger

_KEY: Final = "learning.lease"


class _Lease(Struct, frozen=True):
    holder: str
    until: datetime


async def take(ledger: Ledger, holder: str, at: datetime, seconds: float) -> bool:
    """Take the lease for so long; returns whether it was free."""
    # Two transactions must not both find it free: the clock's row lets one writer in at a time.
    await ledger.connection.execute(select(tables.clock.c.seq).with_for_update())
    held = await _held(ledger)
    if held is not None and held.until > at and held.holder != holder:
        return False
    lease = _Lease(holder, at + timedelta(seconds=seconds))
    await ledger.set_note(_KEY, msgspec.json.encode(lease).decode())
    return True


async def give_back(ledger: Ledger, holder: str, at: datetime) -> None:
    """Let others train again."""
    held = await _held(ledger)
    if held is not None and held.holder == holder:
        await ledger.set_note(_KEY, msgspec.json.encode(_Lease("", at)).decode())


async def is_held(ledger: Ledger, at: datetime) -> bool:
    """Whether a training is under way."""
    held = await _held(ledger)
    return held is not None and held.until > at


async def _held(ledger: Ledger) -> _Lease | None:
    raw = await ledger.note(_KEY)
    try:
        return None if raw is None else msgspec.json.decode(raw, type=_Lease)
    except msgspec.DecodeError:
        return None
