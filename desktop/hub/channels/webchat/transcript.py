"""What was said in a chat as plain text, for the visitor to keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from desktop.domain.interaction import Author, Message
from desktop.hub.channels.webchat.site import Site, text


def zone_of(name: str) -> tzinfo:
    """Return a time zone by its IANA name, UTC where there is none of that name."""
    try:
        return ZoneInfo(name) if name else UTC
    except (OSError, ValueError, LookupError):
        return UTC


def transcript(site: Site, messages: Sequence[Message], language: str, zone: str) -> str:
    """Return the messages one after the other, with the time at the visitor's and who said it."""
    at = zone_of(zone)
    lines = [site.account.brand or text(language, "title")]
    if messages:
        lines[0] += f", {messages[0].sent_at.astimezone(at):%Y-%m-%d}"
    for message in messages:
        is_own = message.author is Author.CUSTOMER
        who = text(language, "you") if is_own else site.agent_name(message.author_name) or site.account.brand
        lines += ["", f"{message.sent_at.astimezone(at):%H:%M} {who}"]
        lines += [message.text] if message.text else []
        lines += [f"[{one.name}]" for one in message.attachments]
    return "\n".join(lines) + "\n"
