"""A folder watched: every new mail is handed on once, in order, and how far that went is kept in the hub's database. A crash
in between hands a mail on twice, and the desk knows it by its Message-ID. Where a server numbers its mails anew (UIDVALIDITY,
RFC 3501, section 2.3.1.1), those of the last days are handed on again, for the same reason without harm.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from desktop.hub.channels.base import ChannelDown
from desktop.hub.channels.email.mailbox import Fetched, Mailbox, Selected
from desktop.hub.channels.email.settings import Settings
from desktop.hub.channels.email.sign_in import SignIn

log = logging.getLogger(__name__)

T = TypeVar("T")

AT_ONCE: Final = 10
IDLE_S: Final = 240.0
"""Shorter than routers forget a silent connection, far shorter than the 29 minutes of RFC 2177."""

_END_S: Final = 5.0
_AGAIN_DAYS: Final = 3
"""INTERNALDATE counts in the server's days, and SINCE in whole ones."""


class Place(Struct, frozen=True):
    """How far a folder was read: all mails up to ``uid`` under this ``uidvalidity``; ``at`` is when the newest came in."""

    uidvalidity: int
    uid: int
    at: datetime


class Call(Protocol):
    """Runs something in the thread of a connection."""

    async def __call__(self, work: Callable[..., T], *values: object) -> T: ...


class Notes(Protocol):
    """Where small facts are kept."""

    async def note(self, key: str) -> str: ...

    async def set_note(self, key: str, value: str) -> None: ...


class Folder:
    """One watched folder. ``take`` takes a mail in and says whether to mark it as read."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        sign_in: SignIn,
        connection: Callable[[], Mailbox],
        notes: Notes,
        take: Callable[[Fetched], Awaitable[bool]],
    ) -> None:
        self._name = name
        self._settings = settings
        self._sign_in = sign_in
        self._connection = connection
        self._notes = notes
        self._take = take
        self._key = f"folder.{name}"

    async def run(self) -> None:
        """Watch until cancelled. Raises ``ChannelDown`` when the connection is lost."""
        mailbox = await asyncio.to_thread(self._connection)
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="imap")
        loop = asyncio.get_running_loop()

        async def call(work: Callable[..., T], *values: object) -> T:
            return await loop.run_in_executor(pool, work, *values)

        try:
            proof = await self._sign_in.imap()
            try:
                await call(mailbox.connect, proof)
            except ChannelDown as problem:
                if problem.reason == "sign_in_failed":
                    self._sign_in.forget_token()
                raise
            selected = await call(mailbox.select, self._name)
            place, since = await self._begin(selected)
            seen = (selected.uidnext, selected.modseq)
            while True:
                place = await self._take_new(mailbox, call, place, since)
                since = None
                if mailbox.can_idle:
                    await call(mailbox.idle, IDLE_S)
                    continue
                while True:
                    await asyncio.sleep(self._settings.poll_s)
                    now = await call(mailbox.changes, self._name)
                    if now != seen:
                        seen = now
                        break
        finally:
            mailbox.cut()
            last = asyncio.wrap_future(pool.submit(mailbox.close))
            pool.shutdown(wait=False)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(last, _END_S)

    async def _begin(self, selected: Selected) -> tuple[Place, date | None]:
        """Return where to go on, and from which day on where that is not by number."""
        kept = await self._notes.note(self._key)
        now = datetime.now(UTC)
        if not kept:
            oldest = now - timedelta(days=self._settings.backlog_days)
            return Place(selected.uidvalidity, 0, oldest), oldest.date()
        place = msgspec.json.decode(kept, type=Place)
        if place.uidvalidity == selected.uidvalidity:
            return place, None
        log.warning("e-mail: a folder was numbered anew; its last days are looked through again")
        return Place(selected.uidvalidity, 0, place.at), (place.at - timedelta(days=_AGAIN_DAYS)).date()

    async def _take_new(self, mailbox: Mailbox, call: Call, place: Place, since: date | None) -> Place:
        uids = await call(mailbox.new_uids, place.uid, since)
        for start in range(0, len(uids), AT_ONCE):
            batch = uids[start : start + AT_ONCE]
            done: list[int] = []
            at = place.at
            for uid in batch:  # one by one: ten of the largest would not fit into memory
                for one in await call(mailbox.fetch, [uid]):
                    if await self._take(one):
                        done.append(uid)
                    at = max(at, one.at or at)
            place = replace(place, uid=batch[-1], at=min(at, datetime.now(UTC)))
            await self._notes.set_note(self._key, msgspec.json.encode(place).decode())
            if done:
                try:
                    await call(mailbox.put_away, done)
                except ChannelDown as problem:
                    if problem.reason not in ("refused", "not_offered"):
                        raise
                    log.warning("e-mail: taken in, but the mailbox does not let it be marked")
        if not uids and since is not None:
            await self._notes.set_note(self._key, msgspec.json.encode(place).decode())
        return place
