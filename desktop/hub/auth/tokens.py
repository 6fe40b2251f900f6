"""Tokens. An access token is a short claim signed with HMAC-SHA256 by a key that only the hub has: both ends of it are
ours, so the choices a JWT leaves open (algorithm, key, encoding) would only be ways to get it wrong. Who the claim is
about, and whether the account and the session still stand, is looked up with each request, so that a lock-out is
immediate; the signature keeps made-up tokens from reaching the database. Refresh and machine tokens are 256 random bits
of which only the SHA-256 is stored. Several hubs on one database share one key file.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import time
from pathlib import Path
from typing import Final

import msgspec

from desktop.hub.auth.denial import Denied
from desktop.wire.errors import Code

ACCESS_S: Final = 15 * 60
REFRESH_S: Final = 14 * 24 * 3600

_ACCESS: Final = "dga1."
_KEY_BYTES: Final = 32


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """What an access token says: the agent, the session family it belongs to, and when it ends (Unix seconds)."""

    agent_id: str
    family: str
    expires_at: int


_decoder: Final = msgspec.json.Decoder(Claim)


def new_secret(kind: str) -> str:
    """Return a new random token; ``kind`` is the prefix by which secret scanners and people recognise it."""
    return f"{kind}_{secrets.token_urlsafe(32)}"


def digest(secret: str) -> str:
    """Return what is stored of a random token."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Signer:
    """Issues and reads access tokens."""

    def __init__(self, key: bytes) -> None:
        if len(key) < _KEY_BYTES:
            raise ValueError("the key that signs tokens is too short")
        self._key = key

    def issue(self, agent_id: str, family: str) -> str:
        claim = Claim(agent_id, family, int(time.time()) + ACCESS_S)
        body = _text(msgspec.json.encode(claim))
        return f"{_ACCESS}{body}.{_text(self._mac(body))}"

    def read(self, token: str, *, ignores_time: bool = False) -> Claim:
        """Return the claim of a token. Raises ``Denied`` (``unauthenticated``, ``token_expired``)."""
        body, _, mac = token.removeprefix(_ACCESS).partition(".")
        try:
            if not token.startswith(_ACCESS) or not hmac.compare_digest(_bytes(mac), self._mac(body)):
                raise ValueError
            claim = _decoder.decode(_bytes(body))
        except (ValueError, binascii.Error, msgspec.DecodeError):
            raise Denied(Code.UNAUTHENTICATED, "The token is not one of this hub.") from None
        if claim.expires_at <= time.time() and not ignores_time:
            raise Denied(Code.TOKEN_EXPIRED, "The access token has expired.")
        return claim

    def _mac(self, body: str) -> bytes:
        return hmac.digest(self._key, (_ACCESS + body).encode(), "sha256")


def load_key(path: Path) -> bytes:
    """Return the signing key of a data folder, made on first use and readable by its owner only."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    key = secrets.token_bytes(_KEY_BYTES)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
    return key


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
