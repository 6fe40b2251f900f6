"""Attachments both ways. Chatwoot has no store of files: what an agent attaches travels with the message, so that it is kept
in memory between its upload and its command; what is not here any more is asked for again (``sync.uploads``).

A received file has no digest there. Instead it goes by where it is (conversation, message, attachment), from which its
address is found anew each time: addresses expire. Called by ``records``, ``orders`` and ``backend``.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections import OrderedDict
from io import BytesIO
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

from desktop.backends.base import Chunks, Offline, OnProgress, Refused
from desktop.backends.chatwoot.client import ChatwootClient, listed
from desktop.backends.chatwoot.fields import Row, number, rows, text
from desktop.backends.chatwoot.names import Names
from desktop.backends.http import HttpClient
from desktop.domain.ids import new_id
from desktop.domain.interaction import Attachment
from desktop.wire.errors import Code
from desktop.wire.shapes import BlobAnswer

LARGEST: Final = 40 * 1024 * 1024
"""Of one file, by Chatwoot's own settings."""

_KEPT_BYTES: Final = 2 * LARGEST
_HOPS: Final = 3
_KINDS: Final = {"image": "image/jpeg", "audio": "audio/mpeg", "video": "video/mp4"}
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class Spool:
    """The files on their way, by their SHA-256; the oldest make room."""

    def __init__(self, most_bytes: int = _KEPT_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    async def take(self, data: bytes | Chunks, media_type: str) -> BlobAnswer:
        """Keep a file until its message is sent. Raises ``Refused`` for one that is too large."""
        into = BytesIO()
        if isinstance(data, bytes):
            into.write(data)
        else:
            if data.size > LARGEST:
                raise Refused(Code.TOO_LARGE)
            async for piece in data:
                into.write(piece)
        body = into.getvalue()
        if len(body) > LARGEST:
            raise Refused(Code.TOO_LARGE)
        digest = hashlib.sha256(body).hexdigest()
        self._kept[digest] = body
        self._kept.move_to_end(digest)
        while sum(map(len, self._kept.values())) > self._most_bytes and len(self._kept) > 1:
            self._kept.popitem(last=False)
        return BlobAnswer(sha256=digest, size=len(body), media_type=media_type)

    def get(self, sha256: str) -> bytes | None:
        return self._kept.get(sha256)

    def drop(self, sha256: str) -> None:
        """Forget a file: its message is there."""
        self._kept.pop(sha256, None)


def attachment(row: Row, names: Names, conversation: int, message: int) -> Attachment | None:
    """Return a received file, ``None`` for what has no bytes (a place, a contact card)."""
    url, id_ = text(row, "data_url"), number(row, "id")
    if not url or id_ <= 0 or message <= 0:
        return None
    name = unquote(urlsplit(url).path.rpartition("/")[2]) or f"{text(row, 'file_type') or 'file'}-{id_}"
    media_type = mimetypes.guess_type(name)[0] or _KINDS.get(text(row, "file_type"), "application/octet-stream")
    return Attachment(
        sha256=names.file(conversation, message, id_),
        name=name[:200],
        media_type=media_type,
        size=max(number(row, "file_size"), 0),
    )


async def download(client: ChatwootClient, names: Names, place: str, on_progress: OnProgress | None) -> BytesIO:
    """Fetch a received file. Raises ``Refused`` where it is not there any more."""
    found = names.file_of(place)
    if found is None:
        raise Refused(Code.NOT_FOUND)
    conversation, message, id_ = found
    # The page that ends with the message.
    answer = await client.get(await client.path("conversations", conversation, "messages"), before=message + 1)
    for row in listed(answer, "payload"):
        for one in rows(row.get("attachments")):
            if number(row, "id") == message and number(one, "id") == id_:
                return await _fetch(client, text(one, "data_url"), on_progress)
    raise Refused(Code.NOT_FOUND)


async def _fetch(client: ChatwootClient, url: str, on_progress: OnProgress | None) -> BytesIO:
    """Follow a file's address to its bytes, which mostly lie elsewhere. No credential goes along: the address is enough."""
    url = urljoin(client.base + "/", url)
    for _ in range(_HOPS):
        target = urlsplit(url)
        if target.scheme not in ("http", "https") or (client.base.startswith("https:") and target.scheme != "https"):
            break
        into = BytesIO()
        # A company's store of files may be on another host: a connection of its own, nothing of this one's.
        other = HttpClient(f"{target.scheme}://{target.netloc}", client.settings)
        try:
            answer = await other.request(
                "GET",
                url,
                read_s=120.0,
                can_repeat=True,
                tolerated=range(300, 500),
                into=into,
                on_progress=on_progress,
            )
        finally:
            await other.close()
        if answer.status < 300:
            return into
        if answer.status in _REDIRECTS and (location := answer.headers.get("location", "")):
            url = urljoin(url, location)
            continue
        if answer.status in (403, 404, 410):
            raise Refused(Code.NOT_FOUND, status=answer.status)
        break
    raise Offline("unexpected_answer")


def form(fields: dict[str, str], attached: list[tuple[Attachment, bytes]]) -> tuple[bytes, str]:
    """Return a message with files as ``multipart/form-data`` (RFC 7578), and its media type."""
    boundary = f"dirigent-{new_id()}"
    body = BytesIO()
    for name, value in fields.items():
        body.write(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for one, data in attached:
        name = one.name.replace("\\", "_").replace('"', "%22").replace("\r", " ").replace("\n", " ")
        media_type = one.media_type if one.media_type.isascii() and one.media_type.isprintable() else ""
        body.write(
            f'--{boundary}\r\nContent-Disposition: form-data; name="attachments[]"; filename="{name}"\r\n'
            f"Content-Type: {media_type or 'application/octet-stream'}\r\n\r\n".encode()
        )
        body.write(data)
        body.write(b"\r\n")
    body.write(f"--{boundary}--\r\n".encode())
    return body.getvalue(), f"multipart/form-data; boundary={boundary}"
