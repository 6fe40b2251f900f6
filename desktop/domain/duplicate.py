"""Two customer records that look like one person: a proposal with its evidence, and what became of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from desktop.domain.ids import AgentId, CustomerId, DuplicateId
from desktop.domain.suggestion import Reason


class DuplicateState(StrEnum):
    """``DISTINCT``: an agent said that they are two people, which is not asked again. ``UNDONE``: a merge that nobody had
    proposed was taken apart again."""

    OPEN = "open"
    MERGED = "merged"
    DISTINCT = "distinct"
    UNDONE = "undone"


class Duplicate(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``customer_id`` is the record proposed to survive (once ``MERGED``: that did), ``other_id`` the one to fold in;
    ``fields`` names what is proposed to be (was) taken from the other.

    ``probability`` is 0 and ``reasons`` are empty where agents merged what nobody proposed. ``merged_by`` is empty where the
    centre's own rule merged them; ``undone_at`` tells of the latest merge that was taken apart, which that rule never
    repeats.
    """

    id: DuplicateId
    customer_id: CustomerId
    other_id: CustomerId
    probability: float
    reasons: tuple[Reason, ...] = ()
    fields: tuple[str, ...] = ()
    state: DuplicateState = DuplicateState.OPEN
    found_at: datetime | None = None
    merged_at: datetime | None = None
    merged_by: AgentId | None = None
    undone_at: datetime | None = None
    undone_by: AgentId | None = None
    version: int = 0
