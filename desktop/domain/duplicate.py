"""Two customer records that look like one person: a proposal with its evidence, never a merge by itself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from desktop.domain.ids import CustomerId, DuplicateId
from desktop.domain.suggestion import Reason


class DuplicateState(StrEnum):
    OPEN = "open"
    MERGED = "merged"
    DISTINCT = "distinct"


class Duplicate(Struct, frozen=True, kw_only=True):
    """``customer_id`` is the record proposed to survive, ``other_id`` the one to fold in; ``fields`` names what is
    proposed to be taken from the other. ``DISTINCT``: an agent said that they are two people, which is not asked again."""

    id: DuplicateId
    customer_id: CustomerId
    other_id: CustomerId
    probability: float
    reasons: tuple[Reason, ...] = ()
    fields: tuple[str, ...] = ()
    state: DuplicateState = DuplicateState.OPEN
    found_at: datetime | None = None
    version: int = 0
