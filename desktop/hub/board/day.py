"""What of a day cannot be counted again from records: shifts of agents, and how many were there when. Kept as a note in the
database, so that a restart of the hub costs a minute of it at most."""

from __future__ import annotations

import logging
from typing import Final

import msgspec
from msgspec import Struct

from desktop.hub.board.staff import Shift, Staff
from desktop.hub.board.zones import DAY_S
from desktop.hub.db.database import Database

log = logging.getLogger(__name__)

_KEY: Final = "board.day"


class Attendance(Struct):
    """How many agents were there in half hours, by queue (``q:…``) or team (``t:…``; ``t:`` alone is all): sums of samples
    and their number."""

    samples: dict[str, dict[int, tuple[int, int]]] = {}

    def note(self, key: str, half: int, count: int) -> None:
        halves = self.samples.setdefault(key, {})
        total, number = halves.get(half, (0, 0))
        halves[half] = (total + count, number + 1)

    def mean(self, key: str, half: int) -> int | None:
        """Return how many were there in the mean, ``None`` where nobody looked."""
        total, number = self.samples.get(key, {}).get(half, (0, 0))
        return round(total / number) if number else None

    def forget(self, now: float) -> None:
        for halves in self.samples.values():
            for half in [half for half in halves if half < now - 2 * DAY_S]:
                del halves[half]


class _Kept(Struct):
    day: int
    shifts: dict[str, Shift]
    attendance: Attendance


async def restore(database: Database, staff: Staff, day_start: int) -> Attendance:
    """Give agents back the shifts of the day that began at ``day_start``; returns who was there lately."""
    async with database.read() as ledger:
        raw = await ledger.note(_KEY)
    try:
        kept = msgspec.json.decode(raw, type=_Kept) if raw is not None else None
    except msgspec.MsgspecError:
        log.warning("the figures kept of a day are not readable")
        kept = None
    if kept is None:
        return Attendance()
    if kept.day == day_start:
        for id_, shift in kept.shifts.items():
            member = staff.members.get(id_)
            if member is not None:
                member.shift = shift
    return kept.attendance


async def keep(database: Database, staff: Staff, attendance: Attendance, day_start: int) -> None:
    """Keep the day as it stands."""
    shifts = {id_: member.shift for id_, member in staff.members.items() if member.shift != Shift()}
    body = msgspec.json.encode(_Kept(day_start, shifts, attendance)).decode()
    async with database.write() as ledger:
        await ledger.set_note(_KEY, body)
