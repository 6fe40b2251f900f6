"""What came before today, read from the database for the forecast of a queue: arrivals by quarter of an hour, and how long
contacts take, how long customers wait. Reads only, in pieces that keep no other work waiting."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from statistics import fmean
from typing import Final

from msgspec import Struct
from sqlalchemy import Integer, cast, func, select

from desktop.domain.agent import Queue
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.interaction import InteractionState
from desktop.hub.board.contact import Contact, handling_s, read
from desktop.hub.board.zones import DAY_S, instant
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.database import Database
from desktop.insight.routing import DEFAULT_CAPACITY, answer_s_of

BIN_S: Final = 900
"""Every zone's half hours begin with one of UTC's quarters."""

LOOKED_BACK_DAYS: Final = 400
_PIECE_DAYS: Final = 28
_LATELY_DAYS: Final = 56
_SAMPLE: Final = 200
_STATES: Final = [str(state) for state in InteractionState]
_MICROS: Final = 1_000_000
_ENDS: Final = (InteractionState.CLOSED, InteractionState.ABANDONED)
_row = tables.record.c

Arrivals = list[tuple[int, int]]
"""When a quarter of an hour began (seconds since 1970), and how many came in it."""


class Habits(Struct, frozen=True, kw_only=True):
    """How a queue's contacts go: mean seconds of work on one, after how many seconds of waiting customers give up in the
    mean (``None``: they do not), seconds to the answer that are promised, and how many of them one agent has in hand at
    once. They are those of the channel that most come by."""

    handling_s: float
    patience_s: float | None
    answer_s: int
    at_once: int


async def arrivals(database: Database, queue: str, start: float, end: float) -> Arrivals:
    """Return what came to a queue from ``start`` until before ``end``."""
    found: Arrivals = []
    while start < end:
        until = min(end, start + _PIECE_DAYS * DAY_S)
        bin_ = cast(_row.at // (BIN_S * _MICROS), Integer)
        query = (
            select(bin_, func.count())
            .where(
                _row.type == Table.INTERACTION,
                _row.state.in_(_STATES),
                _row.queue == queue,
                _row.at >= micros(instant(start)),
                _row.at < micros(instant(until)),
            )
            .group_by(bin_)
        )
        async with database.read() as ledger:
            found += [(number * BIN_S, count) for number, count in await ledger.connection.execute(query)]
        start = until
    return found


async def began(database: Database, queue: str) -> float | None:
    """Return when the first contact of a queue came, at most ``LOOKED_BACK_DAYS`` ago as the caller asks."""
    query = select(func.min(_row.at)).where(
        _row.type == Table.INTERACTION, _row.state.in_(_STATES), _row.queue == queue
    )
    async with database.read() as ledger:
        first = (await ledger.connection.execute(query)).scalar()
    return None if first is None else first / _MICROS


async def habits(database: Database, queue: Queue, now: float) -> Habits | None:
    """Return how a queue's contacts of the last weeks went, ``None`` where no agent closed one."""
    since = micros(instant(now) - timedelta(days=_LATELY_DAYS))
    done, gone = [await _sample(database, queue.id, state, since) for state in _ENDS]
    channels = Counter(contact.channel for contact in (*done, *gone))
    if not channels:
        return None
    channel = max(channels, key=lambda one: (channels[one], one))
    worked = [seconds for contact in done if contact.channel is channel and (seconds := handling_s(contact))]
    if not worked:
        return None
    counts = [await _count(database, queue.id, state, since) for state in _ENDS]
    return Habits(
        handling_s=max(1.0, fmean(worked)),
        patience_s=_patience_s(channel, done, gone, *counts),
        answer_s=answer_s_of(channel, queue),
        at_once=max(1, DEFAULT_CAPACITY.get(channel, 1)),
    )


def _patience_s(
    channel: Channel, done: list[Contact], gone: list[Contact], answered: int, abandoned: int
) -> float | None:
    """Mean patience where it is exponential: all the time that was waited, over the number of those who gave up (the
    estimate for censored times; Brown et al. 2005)."""
    if not channel.is_live or not gone or not abandoned:
        return None
    waits = [(one.answered_at - one.created_at).total_seconds() for one in done if one.answered_at is not None]
    stays = [((one.closed_at or one.updated_at) - one.created_at).total_seconds() for one in gone]
    waited = (fmean(waits) * answered if waits else 0.0) + fmean(stays) * abandoned
    return max(1.0, waited / abandoned)


async def _sample(database: Database, queue: str, state: InteractionState, since: int | None) -> list[Contact]:
    query = (
        select(_row.body)
        .where(
            _row.type == Table.INTERACTION,
            _row.state == str(state),
            _row.queue == queue,
            _row.at >= since,
            _row.is_deleted.is_(False),
        )
        .order_by(_row.at.desc())
        .limit(_SAMPLE)
    )
    async with database.read() as ledger:
        return [read(body) for body in (await ledger.connection.execute(query)).scalars()]


async def _count(database: Database, queue: str, state: InteractionState, since: int | None) -> int:
    query = select(func.count()).where(
        _row.type == Table.INTERACTION, _row.state == str(state), _row.queue == queue, _row.at >= since
    )
    async with database.read() as ledger:
        return int((await ledger.connection.execute(query)).scalar_one())
