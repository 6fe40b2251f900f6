"""The text and files of a message out of the attachments RT keeps of it. Pure.

RT keeps a mail as its MIME parts. What has no file name and is text is the message, plain before HTML; everything else but
the envelopes is a file of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from mimetypes import guess_extension
from typing import Final
from urllib.parse import unquote

from desktop.backends.rt.shapes import Attachment, number
from desktop.domain import interaction
from desktop.domain.filenames import safe_name
from desktop.wire.markup import Content, received, with_pictures

_TEXT_LIMIT: Final = 256 * 1024
_HTML_LIMIT: Final = 512 * 1024
_CONTENT_ID: Final = re.compile(r"^content-id:\s*<([^<>\s]{1,500})>", re.I | re.M)
_BODIES: Final = frozenset({"text/plain", "text/html"})


@dataclass(frozen=True, slots=True)
class Body:
    """What a message says: ``content`` fit to be kept, its files, and its ids as a mail."""

    content: Content
    files: tuple[interaction.Attachment, ...] = ()
    subject: str = ""
    external_id: str = ""


def is_body(part: Attachment) -> bool:
    """Whether a part is what the message says, and not a file of it."""
    return not part.filename and (part.content_type or "") in _BODIES


def body_of(parts: Sequence[Attachment], texts: dict[int, str], name_of: Callable[[int], str]) -> Body:
    """Put the parts of one message together. ``texts`` are the contents of those that are bodies by their number,
    ``name_of`` makes the id of a file of an attachment's number."""
    plain: list[str] = []
    html: list[str] = []
    files = []
    pictures: dict[str, str] = {}
    for part in sorted(parts, key=lambda one: one.id):
        media_type = (part.content_type or "").lower()
        if is_body(part):
            (html if media_type == "text/html" else plain).append(texts.get(part.id, ""))
        elif not media_type.startswith("multipart/"):
            if (found := _CONTENT_ID.search(part.headers or "")) is not None:
                pictures[f"cid:{found[1]}"] = name_of(part.id)
            files.append(
                interaction.Attachment(
                    sha256=name_of(part.id),
                    name=safe_name(part.filename or f"{part.id}{guess_extension(media_type) or ''}"),
                    media_type=media_type or "application/octet-stream",
                    size=max(number(part.content_length), 0),
                )
            )
    laid_out = with_pictures("\n".join(html), lambda address: pictures.get(unquote(address), ""))
    content = received("\n\n".join(plain), laid_out, text_limit=_TEXT_LIMIT, html_limit=_HTML_LIMIT)
    first = min(parts, key=lambda one: one.id, default=None)
    return Body(
        content,
        tuple(files),
        (first.subject or "") if first is not None else "",
        (first.message_id or "") if first is not None else "",
    )
