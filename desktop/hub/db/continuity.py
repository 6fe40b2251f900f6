"""Whether a cursor is of this history. A database that was restored from an older backup goes on counting from where the
backup stood; a reader who was further than that must not go on from there as if nothing had been (docs/decisions).

Numbers of the feed grow in steps of ``STEP``. The remainder is drawn at random each time a process opens the database, and
``tables.start`` keeps where the numbers stood then (``ended``) and from where they went on (``began``). So the numbers that
were handed out after the backup was made, and with it were forgotten, have a remainder that the restored database has not
(but for one case in ``STEP``), however far it has counted meanwhile: a reader with such a cursor is told to start over.

Where the numbers are is also noted in a file beside the database. A database that does not know that number was restored
alone, and then everybody starts over. Called by ``database`` at its opening, by ``feed``, and by the server.
"""

from __future__ import annotations

import logging
import secrets
from pathlib import Path
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from desktop.hub.db import tables

STEP: Final = 2**16
"""What a number is above the one before it. Leaves 2**37 numbers that a JSON reader holds exactly (RFC 8259, section 6)."""

_log = logging.getLogger(__name__)

_DIGITS: Final = 19
_clock = tables.clock.c
_start = tables.start.c


async def begin(connection: AsyncConnection) -> None:
    """Let the numbers go on with another remainder, within the running transaction."""
    ended = (await connection.execute(select(_clock.seq).with_for_update())).scalar_one()
    remainder = (ended + 1 + secrets.randbelow(STEP - 1)) % STEP
    began = (ended // STEP + 1) * STEP + remainder
    await connection.execute(insert(tables.start).values(began=began, ended=ended))
    await connection.execute(update(tables.clock).values(seq=began))


async def renew(connection: AsyncConnection, epoch: str) -> None:
    """Give the history another name, within the running transaction: every reader starts over."""
    await connection.execute(update(tables.clock).values(epoch=epoch))


def read_head(file: Path) -> int:
    """Return how far the numbers once were, as ``write_head`` noted it; 0 where nobody did."""
    try:
        text = file.read_text("ascii").strip()
    except (OSError, ValueError):
        return 0
    return int(text) if text.isdigit() and len(text) < _DIGITS else 0


def write_head(file: Path, head: int) -> None:
    """Note beside the database how far the numbers are. Where that is not possible the readers' own cursors have to do."""
    draft = file.with_suffix(".draft")
    try:
        draft.write_text(str(head), "ascii")
        draft.replace(file)
    except OSError as error:
        _log.warning("the head of the feed could not be noted: %s", error.strerror)


async def is_known(connection: AsyncConnection, cursor: int) -> bool:
    """Whether ``cursor`` was handed out in this history, and not in one that was forgotten."""
    if cursor == 0:
        return True
    under = select(_start.began).where(_start.began <= cursor).order_by(_start.began.desc()).limit(1)
    began = (await connection.execute(under)).scalar()
    following = select(func.min(_start.ended)).where(_start.began > cursor)
    ended = (await connection.execute(following)).scalar()
    if ended is None:
        ended = (await connection.execute(select(_clock.seq))).scalar_one()
    # What lies under no start is from before there were any; then each number followed the last.
    return cursor <= ended and (began is None or (cursor - began) % STEP == 0)
