"""What an operator can set about the desk; the defaults suit a centre of any size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from desktop.hub.db.ledger import now


class DeskOptions(Struct, frozen=True, kw_only=True):
    """``offer_s`` is how long an agent is asked before the request goes on, shorter on live channels. ``text_limit`` is
    in bytes of UTF-8, ``html_limit`` in characters. ``region`` (ISO 3166-1) is where phone numbers without country code
    are from. ``mail_domain`` ends the Message-ID of mails written here. ``learned_from`` bounds how many closed
    interactions are read at start. ``library`` is the folder with the centre's own ``playbooks`` and ``knowledge``.
    Two customer records are proposed as one person from a probability of ``duplicates_from``, and merged unasked from one of
    ``merge_from`` (never: ``None``).
    """

    live_offer_s: float = 20.0
    offer_s: float = 30.0
    text_limit: int = 256 * 1024
    html_limit: int = 512 * 1024
    region: str = "DE"
    mail_domain: str = "dirigent.invalid"
    learned_from: int = 20_000
    library: Path | None = None
    duplicates_from: float = 0.8
    merge_from: float | None = None
    clock: Callable[[], datetime] = now
