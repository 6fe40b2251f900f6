"""Request Tracker 5 as a backend: signing in, changes, files, and the polling in between.

RT pushes nothing: waiting for a change is asking again, each few seconds while there is something going on and ever slower
when there is not. It stores no file before the message that has it; what was uploaded is kept here until that goes out.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
from collections import OrderedDict
from io import BytesIO
from typing import Final
from urllib.parse import quote

from desktop.backends.base import Capabilities, Chunks, Offline, OnProgress, Refused, SignInNeeded, TokenSource
from desktop.backends.http import HttpClient, HttpSettings
from desktop.backends.lacking import Lacking
from desktop.backends.rt import credentials, records
from desktop.backends.rt.actions import Actions
from desktop.backends.rt.api import RtApi
from desktop.backends.rt.feed import Feed
from desktop.backends.rt.naming import Naming
from desktop.backends.rt.reader import Reader
from desktop.backends.rt.shapes import Stored, User
from desktop.backends.rt.wishes import CARRIED
from desktop.domain.agent import Agent
from desktop.domain.commands import Command, names
from desktop.domain.ids import AgentId, CommandId
from desktop.wire import shapes
from desktop.wire.errors import Code
from desktop.wire.shapes import BlobAnswer, CommandAnswer, Scope, Tokens

BUSY_S: Final = 4.0
IDLE_S: Final = 30.0
_SLOWER: Final = 1.4
_MOST_KEPT: Final = 64 * 1024 * 1024
_LARGEST: Final = 25 * 1024 * 1024


class RtBackend(Lacking):
    """One RT as one agent sees it. ``key`` marks the ids of this account, ``me`` is what the desk calls its agent.

    ``busy_s`` and ``idle_s`` are the shortest and longest rest between two looks; ``patience_s`` is how long a request whose
    answer was lost may still be under way at RT.
    """

    TITLE: Final = "Request Tracker"
    SIGN_IN: Final = ("password", "token")

    def __init__(
        self,
        url: str,
        tokens: TokenSource | None = None,
        *,
        key: str = "",
        me: AgentId | None = None,
        settings: HttpSettings | None = None,
        busy_s: float = BUSY_S,
        idle_s: float = IDLE_S,
        patience_s: float = 20.0,
    ) -> None:
        self._http = HttpClient(url.rstrip("/").removesuffix("/REST/2.0"), settings)
        self._naming = Naming(key, me)
        self._api = RtApi(self._http, tokens, self.refresh)
        self._reader = Reader(self._api, self._naming)
        self._feed = Feed(self._api, self._naming, self._reader)
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._actions = Actions(self._api, self._naming, self._reader, self._files, patience_s=patience_s)
        self._busy_s, self._idle_s = busy_s, idle_s
        self._rest_s = busy_s
        self._next_look = 0.0
        self._turn = asyncio.Lock()
        self._me: User | None = None

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            has_idempotent_send=False,
            has_events=False,
            has_replay=False,
            has_presence=False,
            has_brain=False,
            has_journey=False,
            has_channels=False,
            max_page=500,
            commands=names(*CARRIED),
        )

    async def warm_up(self) -> None:
        """Import the HTTP library on a thread, so that the first call need not wait for it."""
        await self._http.warm_up()

    # --- signing in -------------------------------------------------------------------------------------------------

    async def sign_in(self, user: str, password: str) -> Tokens:
        """Check name and password, or without a name a personal token; RT makes no tokens by its interface."""
        try:
            return await self.refresh(credentials.of_sign_in(user, password))
        except SignInNeeded as error:
            raise Refused(error.code, status=401) from None

    async def refresh(self, refresh_token: str) -> Tokens:
        who = await self._user(refresh_token)
        return Tokens(
            access_token=refresh_token,
            refresh_token=refresh_token,
            expires_in=credentials.FOREVER_S,
            agent=records.agent(who, self._naming),
        )

    async def me(self) -> Agent:
        return records.agent(await self._signed_in(), self._naming)

    async def _signed_in(self) -> User:
        """Find out once who is signed in: which of RT's users is the desk's own agent."""
        if self._me is None:
            self._me = await self._user(await self._api.credential())
        return self._me

    async def _user(self, credential: str) -> User:
        named = credentials.user_of(credential)
        if not named:
            raise SignInNeeded(Code.UNAUTHENTICATED)
        try:
            who = await self._api.as_credential(User, f"user/{quote(named, safe='')}", credential)
        except Refused as error:
            # Who has no name there, or is not allowed in, cannot work here.
            raise SignInNeeded(error.code) from None
        if not who.id:
            raise Offline("unexpected_answer")
        self._naming.mine = who.id
        return who

    # --- changes ----------------------------------------------------------------------------------------------------

    async def changes(self, after: int, *, limit: int, wait_s: float = 0.0) -> bytes:
        await self._signed_in()
        clock = asyncio.get_running_loop().time
        until = clock() + wait_s
        if wait_s <= 0:
            return await self._look(after, limit)
        while True:
            left_s = until - clock()
            rest_s = self._next_look - clock()
            if rest_s >= left_s:
                await asyncio.sleep(max(left_s, 0.0))
                page = shapes.ChangesPage(epoch=self._feed.epoch, changes=[], next=after, more=False, after=after)
                return shapes.encode(page)
            await asyncio.sleep(max(rest_s, 0.0))
            found = await self._look_once(after, limit)
            if found.changes or found.more:
                return shapes.encode(found)

    async def _look(self, after: int, limit: int) -> bytes:
        return shapes.encode(await self._look_once(after, limit))

    async def _look_once(self, after: int, limit: int) -> shapes.ChangesPage:
        async with self._turn:
            page = await self._feed.after(after, limit)
        self._rest_s = self._busy_s if page.changes else min(self._rest_s * _SLOWER, self._idle_s)
        self._next_look = asyncio.get_running_loop().time() + self._rest_s
        return page

    async def history(self, before: int, *, scope: Scope, limit: int) -> bytes:
        await self._signed_in()
        async with self._turn:
            return shapes.encode(await self._feed.before(before, scope, limit))

    # --- commands ---------------------------------------------------------------------------------------------------

    async def perform(self, command_id: CommandId, command: Command) -> CommandAnswer:
        await self._signed_in()
        self._wake()
        return await self._actions.perform(command_id, command)

    async def look_up(self, command_id: CommandId, command: Command) -> CommandAnswer | None:
        await self._signed_in()
        return await self._actions.look_up(command_id, command)

    def _wake(self) -> None:
        """What an agent does has consequences: look soon."""
        self._rest_s = self._busy_s
        self._next_look = min(self._next_look, asyncio.get_running_loop().time() + self._busy_s)

    # --- files ------------------------------------------------------------------------------------------------------

    async def upload(self, data: bytes | Chunks, *, media_type: str, name: str) -> BlobAnswer:
        size = len(data) if isinstance(data, bytes) else data.size
        if not size:
            # RT takes an empty file for none.
            raise Refused("unreadable")
        if size > _LARGEST:
            raise Refused(Code.TOO_LARGE)
        content = data if isinstance(data, bytes) else b"".join([piece async for piece in data])
        digest = await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())
        self._files.pop(digest, None)
        self._files[digest] = content
        while len(self._files) > 1 and sum(map(len, self._files.values())) > _MOST_KEPT:
            self._files.popitem(last=False)
        return BlobAnswer(sha256=digest, size=size, media_type=media_type)

    async def download(self, sha256: str, *, on_progress: OnProgress | None = None) -> BytesIO:
        if sha256 in self._files:
            return BytesIO(self._files[sha256])
        number = self._naming.file_number(sha256)
        found = await self._api.get(Stored, f"attachment/{number}")
        try:
            content = await asyncio.to_thread(base64.b64decode, found.content or "")
        except (binascii.Error, ValueError):
            raise Offline("unexpected_answer") from None
        if on_progress is not None:
            on_progress(len(content), len(content))
        return BytesIO(content)

    async def close(self) -> None:
        await self._http.close()
