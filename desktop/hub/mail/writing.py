"""A mail of ours as bytes (RFC 5322): plain text that other programs wrap as they like (RFC 3676), files named in any script
(RFC 2231). Nothing given to it can add a header: line ends are taken out of every value. Called by the e-mail channel.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email import policy
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.quoprimime import body_encode
from email.utils import format_datetime, formataddr
from typing import Any, Final

from msgspec import Struct

from desktop.hub.mail.enclosure import Enclosure, file_name
from desktop.hub.mail.markup import line, plain

_WIDEST: Final = 72
_MOST_REFERENCES: Final = 50
_ID: Final = re.compile(r"[^\s<>\"(),;:\\]{1,200}@[^\s<>\"(),;:\\]{1,200}")
_POLICY: Final[Any] = policy.compat32.clone(linesep="\r\n", max_line_length=78)


class Draft(Struct, frozen=True, kw_only=True):
    """What a mail is made of; ids with angle brackets or without. ``sender`` and ``to`` are (name, address).
    ``is_automatic`` marks what no person wrote (RFC 3834)."""

    message_id: str
    sender: tuple[str, str]
    to: Sequence[tuple[str, str]]
    subject: str
    text: str
    at: datetime
    in_reply_to: str = ""
    references: Sequence[str] = ()
    reply_to: str = ""
    files: Sequence[Enclosure] = ()
    is_automatic: bool = False


def written(draft: Draft) -> bytes:
    """Return a mail with CRLF line ends, without ``Bcc``."""
    body = _text_part(draft.text)
    mail: MIMEBase = body
    if draft.files:
        mail = MIMEMultipart("mixed")
        mail.attach(body)
        for file in draft.files:
            mail.attach(_file_part(file))
    mail["From"] = _mailbox(*draft.sender)
    mail["To"] = ", ".join(_mailbox(name, address) for name, address in draft.to)
    if draft.reply_to:
        mail["Reply-To"] = _mailbox("", draft.reply_to)
    mail["Subject"] = _words(line(draft.subject))
    mail["Date"] = format_datetime(draft.at)
    mail["Message-ID"] = bracketed(draft.message_id)
    answered = bracketed(draft.in_reply_to)
    if answered:
        mail["In-Reply-To"] = answered
    earlier = [one for one in map(bracketed, draft.references) if one]
    if len(earlier) > _MOST_REFERENCES:
        earlier = [earlier[0], *earlier[1 - _MOST_REFERENCES :]]
    if earlier or answered:
        mail["References"] = "\r\n ".join(earlier or [answered])
    if draft.is_automatic:
        mail["Auto-Submitted"] = "auto-replied" if answered else "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
    return mail.as_bytes(policy=_POLICY)


def bracketed(id_: str) -> str:
    """Return a message id in angle brackets, or '' where it is none that a mail may carry."""
    bare = id_.strip().removeprefix("<").removesuffix(">")
    return f"<{bare}>" if _ID.fullmatch(bare) and bare.isascii() else ""


def flowed(text: str) -> str:
    """Return text as ``format=flowed``: a line that ends in a blank goes on in the next (RFC 3676, section 4.2)."""
    rows: list[str] = []
    for row in plain(text).split("\n"):
        row = row if row == "-- " else row.rstrip(" ")
        while len(row) > _WIDEST:
            cut = row.rfind(" ", 1, _WIDEST)
            cut = cut if cut > 0 else row.find(" ", _WIDEST)
            if cut < 0:
                break
            rows.append(_stuffed(row[: cut + 1]))
            row = row[cut + 1 :]
        rows.append(_stuffed(row))
    return "\n".join(rows)


def _stuffed(row: str) -> str:
    return f" {row}" if row.startswith((" ", ">", "From ")) else row


def _text_part(text: str) -> MIMEBase:
    part = MIMENonMultipart("text", "plain", charset="utf-8", format="flowed")
    # Quoted-printable keeps the blanks at line ends that flowed text lives by, through servers that trim lines.
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(body_encode(flowed(text).encode("utf-8", "replace").decode("latin-1"), maxlinelen=76, eol="\n"))
    return part


def _file_part(file: Enclosure) -> MIMEBase:
    kind, _, subtype = file.media_type.partition("/")
    if kind in ("", "text", "multipart", "message") or not re.fullmatch(r"[\w.+-]{1,80}", subtype):
        # A text part's charset is not known, and a server must not rewrite what is inside of it.
        kind, subtype = "application", "octet-stream"
    part = MIMEBase(kind, subtype)
    part.set_payload(file.data)
    encode_base64(part)
    name = file_name(file.name) or "file"
    part.add_header("Content-Disposition", "attachment", filename=name if name.isascii() else ("utf-8", "", name))
    return part


def _mailbox(name: str, address: str) -> str:
    address = "".join(c for c in line(address, 320) if c not in ' <>,;"()')
    return (
        formataddr((line(name, 200), address))
        if address.isascii()
        else f"{_words(line(name, 200))} <{address}>".strip()
    )


def _words(text: str) -> Any:
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=76)
