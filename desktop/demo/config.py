"""What the traffic process is told at its start: one line of JSON on its standard input, because it holds passwords."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class TrafficConfig(Struct, frozen=True, kw_only=True):
    """``token`` is a channel's (or an admin's); ``endpoint`` names the hub's file with its newest token, read where the
    first is no longer taken. ``users`` maps names to passwords (``SeedReport.users``), ``window`` is the user who sits at
    the window and is not simulated. ``seed``, ``lang`` and ``seeded_at`` are those of the ``SeedReport``; ``is_new`` says
    that the centre was seeded just now, so that its open talks stand where the seed left them. ``rate_per_min`` customers
    arrive at speed 1."""

    url: str
    token: str
    users: dict[str, str]
    window: str
    seed: int
    lang: str
    seeded_at: datetime
    speed: float = 1.0
    is_new: bool = True
    endpoint: str = ""
    rate_per_min: float = 7.0
    most_colleagues: int = 18
