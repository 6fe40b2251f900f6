"""Whether a text fits into a channel, and how much more does: counted at each key. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.channels import Channel
from desktop.domain.sms import MOST_PARTS, SmsSize, size_of
from desktop.viewmodels.reach import ChannelChoice

TOO_LONG, NO_FILES = "too_long", "no_files"

_NEAR = 0.9


@dataclass(frozen=True, slots=True)
class Length:
    """``code`` says what is too much (``too_long``, ``no_files``), nothing where it fits. ``sms`` is what it takes as a text
    message; on other channels ``count`` of ``limit`` characters."""

    count: int
    limit: int
    code: str = ""
    sms: SmsSize | None = None


def length_of(choice: ChannelChoice | None, text: str, files: int) -> Length | None:
    """Return how long a message is where that is worth knowing: always of a text message, else near the limit."""
    if choice is None:
        return None
    can = choice.can
    text = text.strip()
    sms = size_of(text) if choice.channel is Channel.SMS else None
    count, limit = (sms.parts, MOST_PARTS) if sms is not None else (len(text), can.max_length)
    code = NO_FILES if files and not can.has_attachments else TOO_LONG if count > limit else ""
    if not code and not (sms is not None and text) and count < limit * _NEAR:
        return None
    return Length(count, limit, code, sms)


def goes_by(choice: ChannelChoice | None, text: str, files: int) -> bool:
    """Whether a message may go by a channel, and the channel carries it."""
    if choice is None or not choice.is_allowed:
        return False
    found = length_of(choice, text, files)
    return found is None or not found.code
