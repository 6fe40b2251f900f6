"""Signatures of events: HMAC-SHA256 over id, time and body (Standard Webhooks 1.0: ``webhook-id``, ``webhook-timestamp``,
``webhook-signature``). Pure; keys never leave it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from desktop.hub.auth.denial import Denied
from desktop.hub.channels.accounts import Account
from desktop.hub.channels.secrets import NoSecret, secret_of
from desktop.wire.errors import Code

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"

KEY: Final = "key"
OLD_KEY: Final = "old_key"
_PREFIX: Final = "whsec_"
_LEAST: Final = 24
_LONGEST_ID: Final = 200
_MOST_SIGNATURES: Final = 20


class Keys:
    """The keys of an account, the newest first."""

    def __init__(self, *keys: bytes) -> None:
        self._keys = keys

    @classmethod
    def of(cls, account: Account, base: Path) -> Keys:
        """Return the keys of an account. Blocks; raises ``NoSecret``."""
        names = [KEY, *([OLD_KEY] if OLD_KEY in account.secrets else [])]
        return cls(*(_decoded(name, secret_of(account, name, base)) for name in names))

    def headers(self, id_: str, at_s: int, body: bytes) -> dict[str, str]:
        """Return the headers of an event that goes out."""
        signatures = " ".join(f"v1,{_signature(key, id_, at_s, body)}" for key in self._keys)
        return {ID: id_, TIMESTAMP: str(at_s), SIGNATURE: signatures}

    def check(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return the id of an event that came in; ``check_time`` is for its time. Raises ``Denied(unauthenticated)``."""
        id_, at_s = headers.get(ID, ""), headers.get(TIMESTAMP, "")
        given = headers.get(SIGNATURE, "").split(" ")[:_MOST_SIGNATURES]
        is_right = False
        for key in self._keys:
            wanted = f"v1,{_signature(key, id_, at_s, body)}".encode()
            for one in given:
                is_right |= hmac.compare_digest(wanted, one.encode("utf-8", "replace"))
        if not is_right:
            raise Denied(Code.UNAUTHENTICATED, "The signature is wrong.")
        return id_


def check_time(headers: Mapping[str, str], now_s: float, tolerance_s: int) -> None:
    """Look at an event's id and time, which needs neither key nor body. Raises ``Denied(unauthenticated)``."""
    id_, at_s = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not id_ or len(id_) > _LONGEST_ID or not id_.isascii() or not id_.isprintable() or not headers.get(SIGNATURE):
        raise Denied(Code.UNAUTHENTICATED, "The event is not signed.")
    if not (at_s.isascii() and at_s.isdecimal() and len(at_s) <= 12):
        raise Denied(Code.UNAUTHENTICATED, "The event has no time.")
    if abs(now_s - int(at_s)) > tolerance_s:
        raise Denied(Code.UNAUTHENTICATED, "The event is too old, or of the future.")


def _signature(key: bytes, id_: str, at_s: int | str, body: bytes) -> str:
    signed = b".".join((id_.encode(), str(at_s).encode(), body))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _decoded(name: str, secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise NoSecret(name, "malformed") from None
    if len(key) < _LEAST:
        raise NoSecret(name, "malformed")
    return key
