"""Ids: opaque text to everyone but the one who makes them. Made as UUIDv7 so that they sort by time."""

from __future__ import annotations

import os
import threading
import time
from typing import NewType

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

_lock = threading.Lock()
_last_ms = 0
_count = 0


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
