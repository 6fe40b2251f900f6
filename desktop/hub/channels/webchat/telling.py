"""What a page is told while it listens: what was said, how the chat stands, that the agent types. Each stream reads the
database whenever something woke it and sends what changed, so that a page that comes back after any number tells of nothing
twice and misses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from typing import Final, TypeVar

import msgspec
from msgspec.structs import replace

from desktop.domain.agent import Queue
from desktop.domain.channels import Channel
from desktop.hub.channels.webchat import conversation
from desktop.hub.channels.webchat.conversation import Contact
from desktop.hub.channels.webchat.shapes import Said, Standing
from desktop.hub.channels.webchat.site import Site
from desktop.hub.channels.webchat.streams import Streams
from desktop.hub.channels.webchat.tokens import Visitor
from desktop.hub.channels.webchat.waiting import Line, line_of
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Ledger
from desktop.hub.db.unbroken import Looks
from desktop.hub.desk.work import queue_for
from desktop.insight.routing.hours import next_opening

T = TypeVar("T")

PING: Final = b": ping\n\n"
PING_S: Final = 15.0
TYPING_S: Final = 7.0
"""Who types says so anew every few seconds; somebody who has not for so long has stopped."""

_LINE_S: Final = 0.5


class Telling:
    """One for each process of the hub."""

    def __init__(self, database: Database, streams: Streams, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._streams = streams
        self._clock = clock
        self._lines: dict[str | None, tuple[float, Line]] = {}
        self._looks = Looks()

    async def events(
        self, site: Site, visitor: Visitor, address: str, after: int, *, is_once: bool
    ) -> AsyncGenerator[bytes]:
        """Yield the event stream of a visitor's chat after a number of the feed; with ``is_once`` only until the first
        news (where a proxy holds streams back). Raises ``Denied`` before the first where too many are open."""
        with self._streams.open(visitor.thread, address) as ear:
            loop = asyncio.get_running_loop()
            ends_at = loop.time() + PING_S + 5 if is_once else None
            shown: Standing | None = None
            yield PING
            while not ear.is_ended:
                ear.clear()
                contact, standing = await self._looks.to_its_end(self._look(site, visitor, after))
                self._streams.knows(ear, contact.interaction)
                after = contact.seq
                frames = [_frame("message", said, seq) for seq, said in contact.said]
                if standing != shown:
                    frames.append(_frame("standing", standing))
                    shown = standing
                if ear.typing is not None:
                    frames.append(b'event: typing\ndata: {"on":%s}\n\n' % (b"true" if ear.typing else b"false"))
                    ear.typing = None
                if frames:
                    yield b"".join(frames)
                    if is_once and (contact.said or len(frames) > 1):
                        return
                if ends_at is not None and loop.time() >= ends_at:
                    return
                if not await ear.woken(PING_S):
                    yield PING

    async def _look(self, site: Site, visitor: Visitor, after: int) -> tuple[Contact, Standing]:
        async with self._database.read() as ledger:
            contact = await conversation.look(ledger, site, visitor, after)
            return contact, await self.standing(ledger, site, contact)

    async def standing(self, ledger: Ledger, site: Site, contact: Contact) -> Standing:
        """Return how a chat stands."""
        interaction = contact.interaction
        opens_at = await self.opens_at(ledger, site, interaction.queue if interaction is not None else None)
        standing = Standing(
            state="new", is_open=opens_at is OPEN, opens_at=opens_at if isinstance(opens_at, datetime) else None
        )
        if interaction is None:
            return standing
        standing = replace(standing, was_answered=interaction.answered_at is not None)
        if interaction.state in conversation.ENDED:
            return replace(standing, state="ended")
        if interaction.state in conversation.WAITING:
            line = await self._line(ledger, interaction.queue)
            place = line.place_of(interaction.id)
            if not standing.is_open:
                return replace(standing, state="waiting")
            return replace(standing, state="waiting", position=place.position, wait_s=place.wait_s)
        return replace(standing, state="active", agent=contact.agent)

    async def opens_at(self, ledger: Ledger, site: Site, queue: str | None) -> datetime | _Open | None:
        """Return ``OPEN``, or when the queue of a chat opens: ``None`` where nobody knows. The queue of the account's
        settings counts, else the one the chat is in, else the one where chats land."""
        queues: dict[str, Queue] = {one.id: one for one in await ledger.queues()}
        name = site.settings.queue or queue or queue_for(queues, None, Channel.CHAT) or ""
        hours = queues[name].hours if name in queues else None
        now = self._clock()
        opening = next_opening(hours, now)
        return OPEN if opening == now else opening

    async def _line(self, ledger: Ledger, queue: str | None) -> Line:
        """Read once for all who wait for the same queue."""
        now = asyncio.get_running_loop().time()
        known = self._lines.get(queue)
        if known is None or now - known[0] > _LINE_S:
            known = (now, await line_of(ledger, queue, self._clock()))
            self._lines[queue] = known
        return known[1]


class _Open:
    """The one value that says a queue is open."""


OPEN: Final = _Open()


def _frame(event: str, data: Said | Standing, seq: int | None = None) -> bytes:
    head = b"" if seq is None else b"id: %d\n" % seq
    return b"%bevent: %b\ndata: %b\n\n" % (head, event.encode(), msgspec.json.encode(data))
