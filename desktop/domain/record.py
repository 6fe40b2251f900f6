"""Business records other systems own and push to us: orders, contracts, invoices, cases, and results of look-ups."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from desktop.domain.ids import CustomerId, InteractionId, RecordId


class BusinessRecord(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``kind``: ``order``, ``contract``, ``invoice``, ``case``, ``appointment``, ``query``. ``status`` is a code or a
    word of the owning system; ``is_open`` whether something is still to be done; ``fields`` whatever else it says."""

    id: RecordId
    customer_id: CustomerId | None
    kind: str
    number: str = ""
    title: str = ""
    status: str = ""
    is_open: bool = False
    amount_cents: int | None = None
    currency: str = "EUR"
    at: datetime | None = None
    interaction_id: InteractionId | None = None
    fields: dict[str, str] = {}
    source: str = ""
    version: int = 0
