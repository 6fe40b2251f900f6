"""What stands in ``channels.yaml`` for an account of kind ``matrix``. Secrets: ``access_token``, or the ``password`` of
``user``."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """``homeserver`` is its address, ``user`` who the account is there (needed with a password). ``invites`` are accepted
    from ``all``, from users of ``servers``, or not at all. ``backlog_days`` is how old a message may be that was never seen.
    ``largest_mb`` bounds a file either way. ``can_begin``: a room is opened with customers who have none with this account.
    ``encrypted_notice`` is said, once a day, in a room whose words cannot be read. ``page`` is how many events a poll brings
    of one room before the rest is fetched."""

    homeserver: str
    user: str = ""
    invites: Literal["all", "servers", "none"] = "all"
    servers: tuple[str, ...] = ()
    backlog_days: Annotated[int, Meta(ge=0, le=365)] = 3
    largest_mb: Annotated[int, Meta(ge=1, le=25)] = 20
    can_begin: bool = False
    encrypted_notice: str = ""
    page: Annotated[int, Meta(ge=1, le=1000)] = 50
    poll_s: Annotated[float, Meta(ge=1, le=120)] = 30.0
    allow_plain: bool = False

    def __post_init__(self) -> None:
        parts = urlsplit(self.homeserver)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("homeserver is an https address")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK and not self.allow_plain:
            raise ValueError("homeserver is http, not https; allow_plain: true overrules that")
        if self.invites == "servers" and not self.servers:
            raise ValueError("servers are missing")
