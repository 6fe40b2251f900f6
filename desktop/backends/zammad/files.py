"""Attachments both ways. Zammad takes files only within the article they belong to, so that one that goes up is kept here
until its article is sent; after a restart it goes up again, as the command that names it is refused for not knowing it. It
tells no SHA-256 of what it has: such a file goes by its place, and is fetched by it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Final

from desktop.backends.base import Chunks, OnProgress, Refused
from desktop.backends.zammad.api import ZammadApi
from desktop.backends.zammad.naming import Naming
from desktop.domain.interaction import Attachment
from desktop.wire.errors import Code
from desktop.wire.shapes import BlobAnswer

LARGEST: Final = 36 * 1024 * 1024
"""In bytes: written in base64 it is what the web server before Zammad takes by default, 50 MB."""
_MOST_KEPT: Final = 3 * LARGEST


class Files:
    """Keeps what is about to be sent, and fetches what came."""

    def __init__(self, api: ZammadApi, naming: Naming) -> None:
        self._api = api
        self._naming = naming
        self._kept: dict[str, bytes] = {}

    async def keep(self, data: bytes | Chunks, media_type: str) -> BlobAnswer:
        """Take a file for the article that will name it. Raises ``Refused`` with ``too_large``."""
        whole = data if isinstance(data, bytes) else await _gathered(data)
        if len(whole) > LARGEST:
            raise Refused(Code.TOO_LARGE)
        sha256 = await asyncio.to_thread(lambda: hashlib.sha256(whole).hexdigest())
        self._kept.pop(sha256, None)
        self._kept[sha256] = whole
        while sum(map(len, self._kept.values())) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return BlobAnswer(sha256=sha256, size=len(whole), media_type=media_type)

    async def enclosed(self, attachments: Sequence[Attachment]) -> list[dict[str, str]]:
        """Return the files as an article carries them. Raises ``Refused`` with ``unknown_value`` where one is not here."""
        if sum(len(self._kept.get(one.sha256, b"")) for one in attachments) > LARGEST:
            raise Refused(Code.TOO_LARGE)
        found: list[dict[str, str]] = []
        for one in attachments:
            data = self._kept.get(one.sha256)
            if data is None:
                raise Refused(Code.UNKNOWN_VALUE)
            text = await asyncio.to_thread(base64.b64encode, data)
            found.append({"filename": one.name, "data": text.decode(), "mime-type": one.media_type})
        return found

    def sent(self, attachments: Iterable[Attachment]) -> None:
        """Keep files no longer."""
        for one in attachments:
            self._kept.pop(one.sha256, None)

    async def fetch(self, place: str, on_progress: OnProgress | None) -> BytesIO:
        """Return the bytes of an attachment. Raises ``Refused``."""
        ticket, article, file = self._naming.native_file(place)
        return await self._api.download(f"ticket_attachment/{ticket}/{article}/{file}", on_progress)


async def _gathered(data: Chunks) -> bytes:
    if data.size > LARGEST:
        raise Refused(Code.TOO_LARGE)
    whole = bytearray()
    async for piece in data:
        whole += piece
    return bytes(whole)
