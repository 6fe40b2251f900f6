"""Framing of the event stream: one ``change`` event a record, ``ping`` comments, and ``pull`` for a reader too slow."""

from __future__ import annotations

from desktop.wire.shapes import Change, encode

CHANGE = "change"
PULL = "pull"
PING = b": ping\n\n"


def frame(change: Change) -> bytes:
    """Return the event of one change; JSON holds no line break, so that one ``data:`` line is enough."""
    return b"id: %d\nevent: change\ndata: %b\n\n" % (change.seq, encode(change))


def pull(seq: int) -> bytes:
    """Return the event that tells a reader that it was too slow: changes after its last id are to be pulled."""
    return b'event: pull\ndata: {"latest":%d}\n\n' % seq
