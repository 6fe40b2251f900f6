"""One mail (RFC 5322) from its bytes, whatever is wrong with it: the only things refused are those that are no mail at
all. Called by the readers of mailboxes and by whatever fetches mail; quoted text stays in, for it is part of what was sent.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from typing import Any

from msgspec import Struct

from desktop.hub.mail import headers
from desktop.hub.mail.automatic import Automatic, automatic
from desktop.hub.mail.body import Body, body_of
from desktop.hub.mail.headers import Mailbox
from desktop.hub.mail.markup import plain
from desktop.hub.mail.reports import Report, report_of

LARGEST = 64 * 1024 * 1024

_FROM_LINE = re.compile(rb"\A(?:>?From [^\r\n]*\r?\n)+")
_HEADER = re.compile(rb"\A[!-9;-~]{1,200}[ \t]*:")
_BLANKS = re.compile(rb"\A([!-9;-~]{1,200})[ \t]+:")
_HEAD = re.compile(rb"\A.{0,262144}?(?:\r?\n\r?\n|\r\r|\Z)", re.DOTALL)
_COMPAT: Any = policy.compat32
_MODERN: Any = policy.default


class NotMail(Exception):
    """These bytes are no mail; ``code`` says why: ``empty``, ``not_a_mail`` or ``too_large``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Envelope(Struct, frozen=True, kw_only=True):
    """What the headers of a mail say. ``message_id`` is without angle brackets, or ``sha256:…`` of the whole mail
    where it has none. ``reply_to`` is where answers are wanted. ``delivered_to`` are the mailboxes it was put into.
    ``sent_at`` may be unknown. ``automatic`` says whether a machine wrote it."""

    message_id: str
    sender: Mailbox
    reply_to: Mailbox | None = None
    recipients: tuple[Mailbox, ...] = ()
    delivered_to: tuple[str, ...] = ()
    subject: str = ""
    sent_at: datetime | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: Automatic = Automatic.NO


class Mail(Struct, frozen=True, kw_only=True):
    """``report`` is there where the mail reports on another."""

    envelope: Envelope
    body: Body
    report: Report | None = None


def envelope_of(raw: bytes, fallback: datetime | None = None) -> Envelope:
    """Read the headers alone. ``fallback`` is the date of a mail that has none. Raises ``NotMail``."""
    raw = _checked(raw)
    head = _HEAD.match(raw)
    return _envelope(BytesHeaderParser(policy=_COMPAT).parsebytes(head[0] if head else raw[:262_144]), raw, fallback)


def parse(raw: bytes, fallback: datetime | None = None) -> Mail:
    """Read a whole mail. ``fallback`` is the date of a mail that has none. Raises ``NotMail`` and nothing else."""
    raw = _checked(raw)
    envelope = envelope_of(raw, fallback)
    # The modern parser reads more (RFC 2231 names, unfolded values) and falls over more; the old one takes anything.
    for chosen in (_MODERN, _COMPAT):
        try:
            message = BytesParser(policy=chosen).parsebytes(raw)
            body = body_of(message)
            is_report = envelope.automatic is Automatic.REPORT
            report = report_of(message, body.text) if is_report else None
            return Mail(envelope=envelope, body=body, report=report)
        except (Exception, RecursionError):  # noqa: S112 - a mail must not be lost to a bug of a parser
            continue
    text = headers.decoded(_HEAD.sub(b"", raw, count=1), None)
    return Mail(envelope=envelope, body=Body(text=plain(text)))


def _checked(raw: bytes) -> bytes:
    if not raw.strip():
        raise NotMail("empty")
    if len(raw) > LARGEST:
        raise NotMail("too_large")
    raw = _FROM_LINE.sub(b"", raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    if not _HEADER.match(raw):
        raise NotMail("not_a_mail")
    head = _HEAD.match(raw)
    return raw if head is None else _mended(head[0]) + raw[head.end() :]


def _mended(head: bytes) -> bytes:
    """Return headers without the blanks before the colon that RFC 822 allowed, and without a line among them that is
    none: everything after it would be taken for the body."""
    lines = head.splitlines(keepends=True)
    last = max((n for n, row in enumerate(lines) if _known(row)), default=-1)
    kept = [
        _BLANKS.sub(rb"\1:", row, count=1)
        for n, row in enumerate(lines)
        if n > last or row[:1] in b" \t" or _HEADER.match(row)
    ]
    return b"".join(kept)


def _known(row: bytes) -> bool:
    return bool(_HEADER.match(row)) and row.partition(b":")[0].strip().decode("latin-1").lower() in headers.NAMES


def _envelope(message: Message[Any, Any], raw: bytes, fallback: datetime | None) -> Envelope:
    if not headers.is_mail(message.keys()):
        raise NotMail("not_a_mail")
    senders = headers.mailboxes(headers.raw_values(message, "from")[:1])
    if not any(mailbox.address for mailbox in senders):
        other = headers.mailboxes([*headers.raw_values(message, "reply-to"), *headers.raw_values(message, "sender")])
        senders = tuple(mailbox for mailbox in other if mailbox.address) or senders
    wanted = headers.mailboxes(headers.raw_values(message, "reply-to")[:1])
    subject = headers.text_of(message, "subject")
    sender = senders[0] if senders else Mailbox("")
    named = [name for name in ("to", "cc", "bcc") for name in headers.raw_values(message, name)]
    delivered = [
        value
        for name in ("delivered-to", "x-original-to", "envelope-to")
        for value in headers.raw_values(message, name)
    ]
    own_id = headers.ids(headers.raw_values(message, "message-id")[:1])
    replied = headers.ids(headers.raw_values(message, "in-reply-to")[:1])
    return Envelope(
        message_id=short_id(own_id[0]) if own_id else f"sha256:{hashlib.sha256(raw).hexdigest()}",
        sender=sender,
        reply_to=next((one for one in wanted if one.address), None),
        recipients=headers.mailboxes(named)[:200],
        delivered_to=tuple(m.address for m in headers.mailboxes(delivered) if m.address),
        subject=subject,
        sent_at=headers.sent_at(message, fallback),
        in_reply_to=short_id(replied[0]) if replied else "",
        references=tuple(short_id(id_) for id_ in headers.ids(headers.raw_values(message, "references"))[-100:]),
        automatic=automatic(message, sender, subject),
    )


def short_id(id_: str) -> str:
    """Return a message id as it is kept: one of more than 400 characters by its digest, for it is looked up by value."""
    return id_ if len(id_) <= 400 else f"sha256:{hashlib.sha256(id_.encode('utf-8', 'replace')).hexdigest()}"
