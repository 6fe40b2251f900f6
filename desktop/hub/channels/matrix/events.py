"""What an event of a room says. Whatever a stranger's program put into it, the answer is a value of ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal

from msgspec import Struct

MESSAGE: Final = "m.room.message"
ENCRYPTED: Final = "m.room.encrypted"
ENCRYPTION: Final = "m.room.encryption"
REDACTION: Final = "m.room.redaction"
STICKER: Final = "m.sticker"
TYPES: Final = (MESSAGE, ENCRYPTED, ENCRYPTION, REDACTION, STICKER)

MESSAGE_ID: Final = "org.dirigent.message_id"
"""Our own name of a message, in its content: by it we find what we sent."""

_MX_REPLY: Final = re.compile(r"<mx-reply>.*?</mx-reply>", re.DOTALL | re.IGNORECASE)
_MEDIA: Final = frozenset({"m.image", "m.file", "m.audio", "m.video"})


class Media(Struct, frozen=True, kw_only=True):
    """A file of a message; ``is_readable`` says that it is not encrypted."""

    mxc: str
    name: str
    media_type: str
    size: int
    is_readable: bool = True


class Said(Struct, frozen=True, kw_only=True):
    """``kind``: ``message``, ``edited`` (``target`` has this wording now), ``redacted`` (``target`` is no more),
    ``encrypted`` (there are words that we cannot read) or ``encryption`` (from here on there will be). ``is_machine``: a
    program wrote it."""

    kind: Literal["message", "edited", "redacted", "encrypted", "encryption"]
    id: str
    sender: str
    at: datetime
    text: str = ""
    html: str = ""
    target: str = ""
    in_reply_to: str = ""
    media: Media | None = None
    is_machine: bool = False
    message_id: str = ""


def said(event: Mapping[str, Any]) -> Said | None:
    """Return what an event says, ``None`` where nothing of it concerns us (or it was taken back before we saw it)."""
    id_, sender, type_ = (_text(event, name) for name in ("event_id", "sender", "type"))
    content = _object(event, "content")
    at = _instant(event.get("origin_server_ts"))
    if not id_ or not sender:
        return None
    if type_ == ENCRYPTION:
        return Said(kind="encryption", id=id_, sender=sender, at=at)
    if type_ == ENCRYPTED and content:
        return Said(kind="encrypted", id=id_, sender=sender, at=at)
    if type_ == REDACTION:
        target = _text(content, "redacts") or _text(event, "redacts")  # room version 11 and before
        return Said(kind="redacted", id=id_, sender=sender, at=at, target=target) if target else None
    if type_ == STICKER and content:
        return _message(id_, sender, at, {**content, "msgtype": "m.image"})
    if type_ == MESSAGE and content.get("msgtype"):
        return _message(id_, sender, at, content)
    return None


def _message(id_: str, sender: str, at: datetime, content: Mapping[str, Any]) -> Said:
    relation = _object(content, "m.relates_to")
    target = _text(relation, "event_id") if relation.get("rel_type") == "m.replace" else ""
    if target:
        content = _object(content, "m.new_content") or content
    kind = _text(content, "msgtype")
    reply = _text(_object(relation, "m.in_reply_to"), "event_id")
    text, html = _text(content, "body"), ""
    if reply:
        text = _without_fallback(text)
    if content.get("format") == "org.matrix.custom.html":
        html = _MX_REPLY.sub("", _text(content, "formatted_body"))
    media = _media(content) if kind in _MEDIA else None
    if media is not None:
        name = _text(content, "filename")
        text, html = (text, html) if name and name != text else ("", "")
    if kind == "m.emote":
        text, html = f"* {text}", ""
    if kind == "m.location":
        text = "\n".join(part for part in (text, _text(content, "geo_uri")) if part)
    return Said(
        kind="edited" if target else "message",
        id=id_,
        sender=sender,
        at=at,
        text=text,
        html=html,
        target=target,
        in_reply_to=reply,
        media=media,
        is_machine=kind == "m.notice",
        message_id=_text(content, MESSAGE_ID),
    )


def _media(content: Mapping[str, Any]) -> Media:
    info, locked = _object(content, "info"), _object(content, "file")
    size = info.get("size")
    return Media(
        mxc=_text(content, "url"),
        name=_text(content, "filename") or _text(content, "body") or "file",
        media_type=_text(info, "mimetype") or "application/octet-stream",
        size=size if isinstance(size, int) else 0,
        is_readable=not locked,
    )


def readers(content: Mapping[str, Any], me: str) -> list[str]:
    """Return the events up to which others have read (the content of ``m.receipt``)."""
    found = []
    for event_id, receipts in content.items():
        by = _object(receipts, "m.read") if isinstance(receipts, dict) else {}
        if any(user != me for user in by):
            found.append(str(event_id))
    return found


def server_of(user: str) -> str:
    """Return the server of a user id."""
    return user.partition(":")[2].lower()


def _without_fallback(text: str) -> str:
    """Return the words of an answer without the lines older programs repeat of what it answers."""
    lines = text.split("\n")
    at = 0
    while at < len(lines) and lines[at].startswith("> "):
        at += 1
    return "\n".join(lines[at:]).lstrip("\n") if at else text


def _instant(value: Any) -> datetime:
    try:
        return datetime.fromtimestamp(int(value) / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.now(UTC)


def _text(of: Mapping[str, Any], name: str) -> str:
    value = of.get(name)
    return value if isinstance(value, str) else ""


def _object(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = of.get(name)
    return value if isinstance(value, dict) else {}
