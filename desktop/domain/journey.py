"""The customer's journey: every event of theirs the company saw, whether a contact, a visit or a purchase."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.ids import CustomerId, InteractionId, TouchpointId


class Stage(StrEnum):
    """How far along the relationship is (Lemon & Verhoef 2016: pre-purchase, purchase, post-purchase, here split)."""

    AWARE = "aware"
    CONSIDER = "consider"
    BUY = "buy"
    USE = "use"
    SUPPORT = "support"
    LEAVE = "leave"


class Touchpoint(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event of a journey. ``kind``: ``contact``, ``visit``, ``purchase``, ``shop_visit``, ``survey``, ``delivery``,
    ``payment`` …; ``title`` is short and shown as it is; ``rating`` is 1 to 5; ``mood`` -1 to 1; ``values`` the rest."""

    id: TouchpointId
    customer_id: CustomerId | None
    channel: Channel
    kind: str
    at: datetime
    title: str = ""
    duration_s: int = 0
    mood: float | None = None
    rating: int | None = None
    stage: Stage | None = None
    interaction_id: InteractionId | None = None
    intent: str = ""
    values: dict[str, str] = {}
    source: str = ""
    version: int = 0
