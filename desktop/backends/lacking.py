"""What a backend inherits for calls that its system has nothing for: each is refused with ``unsupported``. A class of its
own overrides what it has, and says by its ``Capabilities`` what it has not, so that none of these is ever called.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from io import BytesIO
from typing import Any, Final

from desktop.backends.base import Chunks, Hint, OnProgress, Refused
from desktop.domain.ids import InteractionId
from desktop.wire.board import Board, ContactsFilter, ContactsPage, OwnFigures
from desktop.wire.shapes import BlobAnswer, HeartbeatAnswer, Scope

UNSUPPORTED: Final = "unsupported"


class Lacking:
    """The calls of ``Backend`` that a system may do without."""

    async def history(self, before: int, *, scope: Scope, limit: int) -> bytes:
        raise Refused(UNSUPPORTED)

    def events(self, after: int) -> AsyncGenerator[Hint, None]:
        return _nothing()

    async def heartbeat(self, *, is_regular: bool) -> HeartbeatAnswer:
        raise Refused(UNSUPPORTED)

    async def typing(self, interaction_id: InteractionId, *, is_typing: bool) -> None:
        raise Refused(UNSUPPORTED)

    async def upload(self, data: bytes | Chunks, *, media_type: str, name: str) -> BlobAnswer:
        raise Refused(UNSUPPORTED)

    async def download(self, sha256: str, *, on_progress: OnProgress | None = None) -> BytesIO:
        raise Refused(UNSUPPORTED)

    def board_events(self) -> AsyncGenerator[Board, None]:
        return _nothing()

    async def board_contacts(self, which: ContactsFilter, *, after: str = "", limit: int = 100) -> ContactsPage:
        raise Refused(UNSUPPORTED)

    async def own_figures(self) -> OwnFigures:
        raise Refused(UNSUPPORTED)


async def _nothing() -> AsyncGenerator[Any, None]:
    """Refuse when it is asked for its first."""
    for one in _refusal():
        yield one


def _refusal() -> tuple[Any, ...]:
    raise Refused(UNSUPPORTED)
