"""Problem documents (RFC 9457) and the stable codes in them. The window makes the sentences; texts here are English
for developers and logs."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Code(StrEnum):
    """Why the hub said no. ``retryable`` ones may succeed later without anything being changed."""

    BAD_REQUEST = "bad_request"
    UNAUTHENTICATED = "unauthenticated"
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    GONE = "gone"
    CONFLICT = "conflict"
    ILLEGAL_STATE = "illegal_state"
    NOT_OWNER = "not_owner"
    OFFER_EXPIRED = "offer_expired"
    ALREADY_TAKEN = "already_taken"
    NOTHING_WAITS = "nothing_waits"
    UNKNOWN_CHANNEL = "unknown_channel"
    CHANNEL_CANNOT_SEND = "channel_cannot_send"
    NO_ADDRESS = "no_address"
    NO_CONSENT = "no_consent"
    UNKNOWN_VALUE = "unknown_value"
    UNKNOWN_REASON = "unknown_reason"
    NOT_THERE = "not_there"
    CLOSED_THEN = "closed_then"
    EMPTY_TEXT = "empty_text"
    MISSING_VALUE = "missing_value"
    TOO_LARGE = "too_large"
    TYPE_NOT_ALLOWED = "type_not_allowed"
    INFECTED = "infected"
    KEY_REUSED = "key_reused"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"

    @property
    def retryable(self) -> bool:
        return self in (Code.RATE_LIMITED, Code.UNAVAILABLE, Code.INTERNAL)


MEDIA_TYPE = "application/problem+json"


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of every answer from 400 up. ``record`` is the current one where the code is ``conflict``."""

    status: int
    code: str
    title: str = ""
    detail: str = ""
    type: str = "about:blank"
