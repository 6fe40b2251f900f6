"""How often agents had to correct what the brain took a contact to be about. Read from the contacts themselves, newest month;
``service`` asks now and then and keeps the answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import select

from desktop.domain.changes import Table
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.ledger import Ledger

MONTH: Final = timedelta(days=30)
_PAGE: Final = 500
_row = tables.record.c


class Corrections(Struct, frozen=True, kw_only=True):
    """Of the contacts that arrived since ``since``: ``judged`` got a verdict, ``confirmed`` of these an agent's agreement,
    ``corrected`` another request type. ``labelled`` is how many a person said it of at all."""

    since: datetime
    judged: int = 0
    confirmed: int = 0
    corrected: int = 0
    labelled: int = 0

    @property
    def share(self) -> float | None:
        """The part of the judged that was corrected, from 0 to 1."""
        return self.corrected / self.judged if self.judged else None


class _Verdict(Struct, frozen=True):
    """The part of an interaction that this is about; reading the rest would cost ten times as much."""

    created_at: datetime
    id: str
    intent: str | None = None
    intent_ranked: tuple[tuple[str, float], ...] = ()
    intent_confirmed: bool = False


_decoder: Final = msgspec.json.Decoder(_Verdict)


async def corrections(ledger: Ledger, since: datetime) -> Corrections:
    """Count what came in since an instant."""
    judged = confirmed = corrected = labelled = 0
    after, last = micros(since) or 0, ""
    while True:
        # Interactions are no part of one: with that said, the database finds them by age.
        query = (
            select(_row.at, _row.id, _row.body)
            .where(
                _row.type == str(Table.INTERACTION),
                _row.interaction_id.is_(None),
                _row.is_deleted.is_(False),
                (_row.at > after) | ((_row.at == after) & (_row.id > last)),
            )
            .order_by(_row.at, _row.id)
            .limit(_PAGE)
        )
        page = (await ledger.connection.execute(query)).all()
        for row in page:
            try:
                one = _decoder.decode(row.body)
            except msgspec.DecodeError:
                continue
            labelled += one.intent_confirmed
            if one.intent_ranked:
                judged += 1
                is_same = one.intent == one.intent_ranked[0][0]
                confirmed += one.intent_confirmed and is_same
                corrected += one.intent_confirmed and not is_same
        if len(page) < _PAGE:
            break
        after, last = page[-1].at, page[-1].id
    return Corrections(since=since, judged=judged, confirmed=confirmed, corrected=corrected, labelled=labelled)
