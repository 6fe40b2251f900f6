"""What stands in ``channels.yaml`` for an account of kind ``webhook``. Secrets: ``key``, and ``old_key`` while keys are being
changed: what goes out is then signed with both, and what comes in may be signed with either."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from desktop.hub.channels.addresses import check_networks

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """``url`` is where answers go; without one the account only takes in. It is https, or on this machine, unless
    ``allow_plain``. An event is believed for ``tolerance_s`` seconds before and after the time it says it was signed at.
    Files travel inside of events, together at most ``largest_mb``. ``has_typing``: tell while an agent types.
    ``allowed`` are the networks from which events may come, any where it is empty; ``proxies`` the addresses whose
    ``X-Forwarded-For`` is believed."""

    url: str = ""
    timeout_s: Annotated[float, Meta(gt=0, le=120)] = 20.0
    tolerance_s: Annotated[int, Meta(ge=10, le=3600)] = 300
    largest_mb: Annotated[int, Meta(ge=1, le=10)] = 8
    has_typing: bool = True
    allow_plain: bool = False
    allowed: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if self.url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username):
            raise ValueError("url is an https address without a name and password in it")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK and not self.allow_plain:
            raise ValueError("url is http, not https; allow_plain: true overrules that")
        check_networks(self.allowed)
