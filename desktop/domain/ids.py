"""Ids: opaque text to everyone but the one who makes them. Made as UUIDv7 so that they sort by time.

Where one desk has several accounts, an id says which it is of: ``key~native``. The first account's key is empty and its ids
are what its system calls them.
"""

from __future__ import annotations

import os
import re
import threading
import time
from typing import Final, NewType

InteractionId = NewType("InteractionId", str)
MessageId = NewType("MessageId", str)
CustomerId = NewType("CustomerId", str)
AgentId = NewType("AgentId", str)
QueueId = NewType("QueueId", str)
TouchpointId = NewType("TouchpointId", str)
RecordId = NewType("RecordId", str)
SuggestionId = NewType("SuggestionId", str)
CommandId = NewType("CommandId", str)
FlowId = NewType("FlowId", str)
DuplicateId = NewType("DuplicateId", str)
DecisionId = NewType("DecisionId", str)

KEY: Final = re.compile(r"[a-z][a-z0-9]{0,11}")
"""What a key of a desk's further account looks like."""

LOCAL: Final = "local:"
"""What the id of a row that this desktop made for itself begins with; whose it is follows."""

_SEPARATOR: Final = "~"
_OWNED: Final = re.compile(rf"(?:{LOCAL})?({KEY.pattern}){_SEPARATOR}")

_lock = threading.Lock()
_last_ms = 0
_count = 0


def foreign_id(key: str, native: str) -> str:
    """Return the id by which a desk knows what the system of account ``key`` calls ``native``."""
    if key:
        return f"{key}{_SEPARATOR}{native}"
    # One that only looks like another account's is told apart by an empty key.
    return f"{_SEPARATOR}{native}" if native.startswith(_SEPARATOR) or _OWNED.match(native) else native


def account_of(id_: str) -> str:
    """Return the key of the account that an id is of, empty for the first."""
    if _SEPARATOR not in id_:
        return ""
    found = _OWNED.match(id_)
    return found[1] if found is not None else ""


def native_id(id_: str) -> str:
    """Return what the system of its account calls an id that ``foreign_id`` made."""
    key = account_of(id_)
    return id_[len(key) + 1 :] if key or id_.startswith(_SEPARATOR) else id_


def new_beside(known: str) -> str:
    """Return a new id of the account that ``known`` is of."""
    return foreign_id(account_of(known), new_id())


def new_id(at_ms: int | None = None) -> str:
    """Return a new UUIDv7 as text (RFC 9562, section 5.7).

    Ids made by one process without ``at_ms`` sort in the order they were made: the 12 bits after the time count up
    within a millisecond (method 1 of section 6.2). ``at_ms`` (Unix milliseconds) dates an id for imported history.
    """
    global _last_ms, _count
    if at_ms is None:
        with _lock:
            now = time.time_ns() // 1_000_000
            if now > _last_ms:
                _last_ms, _count = now, 0
            else:
                _count += 1
                if _count > 0xFFF:
                    _last_ms, _count = _last_ms + 1, 0
            ms, count = _last_ms, _count
    else:
        ms, count = at_ms, int.from_bytes(os.urandom(2), "big") & 0xFFF
    tail = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    value = (ms & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | count << 64 | tail
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
