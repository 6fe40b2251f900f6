"""Framing of the event stream: one ``change`` event a record, ``ping`` comments, ``pull`` for a reader too slow, and
``signal`` for what a customer does at this moment, which is told once and kept nowhere."""

from __future__ import annotations

from desktop.wire.shapes import Change, CustomerSignal, encode

CHANGE = "change"
PULL = "pull"
SIGNAL = "signal"
PING = b": ping\n\n"


def frame(change: Change) -> bytes:
    """Return the event of one change; JSON holds no line break, so that one ``data:`` line is enough."""
    return b"id: %d\nevent: change\ndata: %b\n\n" % (change.seq, encode(change))


def pull(seq: int) -> bytes:
    """Return the event that tells a reader that it was too slow: changes after its last id are to be pulled."""
    return b'event: pull\ndata: {"latest":%d}\n\n' % seq


def signal(value: CustomerSignal) -> bytes:
    """Return the event of a signal. It has no number: nobody resumes from it."""
    return b"event: signal\ndata: %b\n\n" % encode(value)
