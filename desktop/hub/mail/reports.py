"""What a report says of a mail of ours that did not arrive (RFC 3464), and what can be told from the many that are not in
that form: which mail it was, whether that is final, and why as a code. Called by ``message``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from typing import Any

from msgspec import Struct

from desktop.hub.mail.headers import ids, raw_values
from desktop.hub.mail.markup import line

_READ = 200_000
_MOST_BLOCKS = 100
_OWN_ID = re.compile(r"(?im)^[\s>|]{0,12}message-id[ \t]*:\s{0,8}(<[^<>\s]{3,300}>)")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<!\d)([45]\d\d)[ -]")
_SPAM = re.compile(
    r"(?i)\b(?:spam|blacklist|block ?list|blocklisted|rbl|dnsbl|reputation|dmarc|dkim|spf|bulk mail|unsolicited)\b"
)
_FULL = re.compile(
    r"(?i)mailbox (?:is )?full|over ?quota|quota exceeded|postfach (?:ist )?voll|insufficient (?:system )?storage"
)
_LARGE = re.compile(r"(?i)too (?:large|big)|size limit|exceeds? (?:the )?(?:maximum|size)|message size")
_UNKNOWN = re.compile(
    r"(?i)user unknown|unknown user|no such (?:user|recipient|mailbox|address)|does not exist|recipient unknown|"
    r"mailbox (?:unavailable|not found)|address (?:rejected|not found)|empf(?:ä|ae)nger unbekannt|invalid recipient"
)


class Report(Struct, frozen=True, kw_only=True):
    """``ids`` are the Message-IDs the report names, the likeliest first; ``reason`` is a code as of ``reason_of``.
    ``is_failure`` is false for a delay or a confirmation, ``is_delivered`` true for the latter."""

    ids: tuple[str, ...] = ()
    is_failure: bool = False
    is_delivered: bool = False
    reason: str = ""


def reason_of(code: int, text: str) -> str:
    """Return why a mail server refused as a code: ``unknown_address``, ``mailbox_full``, ``too_large``, ``spam`` or
    ``rejected``. ``code`` is the SMTP reply (RFC 5321), 0 where there is none; ``text`` is what it said, with its enhanced
    status (RFC 3463)."""
    text = text[:4000]
    status = _STATUS.search(text)
    if status is not None:
        subject, detail = int(status[2]), int(status[3])
        if (subject, detail) in ((2, 2), (3, 1)):
            return "mailbox_full"
        if (subject, detail) in ((3, 4), (2, 3)):
            return "too_large"
        if subject == 7:
            return "spam" if _SPAM.search(text) else "rejected"
        if subject == 1 and detail in (1, 2, 3, 6, 10):
            return "unknown_address"
    for pattern, reason in (
        (_FULL, "mailbox_full"),
        (_LARGE, "too_large"),
        (_SPAM, "spam"),
        (_UNKNOWN, "unknown_address"),
    ):
        if pattern.search(text):
            return reason
    return {552: "mailbox_full", 551: "unknown_address", 553: "unknown_address"}.get(code, "rejected")


def report_of(message: Message[Any, Any], text: str) -> Report:
    """Return what a report says; ``text`` are its words."""
    blocks = list(_blocks(message))
    actions = [block["action"].lower().split()[0] for block in blocks if block.get("action", "").strip()]
    statuses = [block.get("status", "") for block in blocks]
    told = "\n".join(f"{block.get('status', '')} {block.get('diagnostic-code', '')}" for block in blocks)
    if actions:
        is_failure = "failed" in actions
        is_delivered = not is_failure and any(action in ("delivered", "relayed", "expanded") for action in actions)
    else:
        found = _STATUS.search(" ".join(statuses)) or _STATUS.search(text[:_READ]) or _REPLY.search(text[:_READ])
        is_failure = found is not None and found[1].startswith("5")
        # A report without any code is of the oldest kind, and those are all of failures unless they speak of a delay.
        is_failure = is_failure or (found is None and not re.search(r"(?i)delay|warning|verz(?:ö|oe)ger", text[:_READ]))
        is_delivered = False
    code = _REPLY.search(told or text[:_READ])
    reason = reason_of(int(code[1]) if code else 0, told if told.strip() else text[:_READ]) if is_failure else ""
    return Report(ids=_ids(message, blocks, text), is_failure=is_failure, is_delivered=is_delivered, reason=reason)


def _blocks(message: Message[Any, Any]) -> Iterator[dict[str, str]]:
    """Yield the fields of each block of the delivery status."""
    count = 0
    for part in message.walk():
        if str(part.get("content-type", "")).lower().strip().startswith("message/delivery-status"):
            payload = part.get_payload()
            for block in payload if isinstance(payload, list) else []:
                count += 1
                if count > _MOST_BLOCKS or not isinstance(block, Message):
                    return
                yield {name.lower(): line(str(value), 1000) for name, value in block.raw_items()}


def _ids(message: Message[Any, Any], blocks: list[dict[str, str]], text: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for part in message.walk():
        if part is message:
            continue
        found |= dict.fromkeys(ids(raw_values(part, "message-id")))
        kind = str(part.get("content-type", "")).lower()
        if "rfc822-headers" in kind or "text/plain" in kind:
            payload = part.get_payload()
            if isinstance(payload, str):
                found |= dict.fromkeys(ids(_OWN_ID.findall(payload[:_READ])[:5]))
    for block in blocks:
        found |= dict.fromkeys(ids([block.get("original-message-id", ""), block.get("original-envelope-id", "")]))
    found |= dict.fromkeys(ids(_OWN_ID.findall(text[:_READ])[:5]))
    for name in ("in-reply-to", "references"):
        found |= dict.fromkeys(ids(raw_values(message, name)))
    return tuple(found)[:20]
