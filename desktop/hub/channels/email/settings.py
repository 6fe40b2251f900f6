"""What stands in ``channels.yaml`` for an account of kind ``email``. A connection is encrypted unless it stays on this
machine or the file allows otherwise in so many words. Secrets: ``password`` (and ``smtp_password`` where it differs), or
``refresh_token`` and, where the provider wants it, ``client_secret``.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

Security = Literal["tls", "starttls", "none"]
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``address`` is what customers write to and see; ``own`` are further addresses of the house that end in this mailbox.

    ``folders`` are watched. ``backlog_days`` is how old a mail may be that was there before the account was set up.
    ``poll_s`` is how often to look where the server cannot push. What was taken in is marked as read (``mark_seen``) and,
    with ``move_to``, put into that folder. ``sent_folder`` is found by its mark (RFC 6154) where none is named; with
    ``save_sent`` off the provider is taken to file what is sent by itself. ``token_url``, ``client_id`` and ``scope`` are
    the provider's for OAuth 2. ``smtp_auth: none`` is for a server that knows this machine. ``ca_file`` holds the
    certificate of an authority of the house; a relative path is below the hub's data folder. ``signature`` is put below
    each answer."""

    address: str
    own: tuple[str, ...] = ()
    imap_host: str = ""
    imap_port: int = 993
    imap_security: Security = "tls"
    smtp_host: str = ""
    smtp_port: int = 465
    smtp_security: Security = "tls"
    user: str = ""
    smtp_user: str = ""
    auth: Literal["password", "oauth2"] = "password"
    smtp_auth: Literal["account", "none"] = "account"
    token_url: str = ""
    client_id: str = ""
    scope: str = ""
    ca_file: str = ""
    allow_plain: bool = False
    folders: tuple[str, ...] = ("INBOX",)
    backlog_days: int = 3
    poll_s: float = 60.0
    mark_seen: bool = True
    move_to: str = ""
    save_sent: bool = True
    sent_folder: str = ""
    reply_to: str = ""
    signature: str = ""

    def __post_init__(self) -> None:
        if "@" not in self.address or any(c in self.address for c in " \r\n<>,;"):
            raise ValueError("address is not an e-mail address")
        for name, host, security in (
            ("imap", self.imap_host, self.imap_security),
            ("smtp", self.smtp_host, self.smtp_security),
        ):
            if host and security == "none" and host not in _LOOPBACK and not self.allow_plain:
                raise ValueError(f"{name}_security none is for this machine only; allow_plain: true overrules that")
        if self.auth == "oauth2" and not (self.token_url.startswith("https://") or self._is_local_token()):
            raise ValueError("token_url is an https address")
        if not self.imap_host and not self.smtp_host:
            raise ValueError("imap_host or smtp_host is missing")
        if self.poll_s < 1 or self.backlog_days < 0:
            raise ValueError("poll_s is at least 1, backlog_days at least 0")

    def _is_local_token(self) -> bool:
        return self.token_url.startswith(tuple(f"http://{host}:" for host in ("localhost", "127.0.0.1")))

    @property
    def login(self) -> str:
        """The user name at the IMAP server."""
        return self.user or self.address

    @property
    def addresses(self) -> frozenset[str]:
        """All addresses of the house, in lower case."""
        return frozenset(one.strip().lower() for one in (self.address, *self.own))

    def tls(self, base: Path) -> ssl.SSLContext:
        """Return how connections are encrypted. Raises ``OSError`` where ``ca_file`` cannot be read."""
        context = ssl.create_default_context()
        if self.ca_file:
            context.load_verify_locations(cafile=str(base / self.ca_file))
        return context
