"""Zammad as a ``Backend``. Puts the parts of this package together, and says how often Zammad is asked: by itself it tells
nothing, so that who waits for a change waits here until the next look is due.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from desktop.backends.base import (
    Capabilities,
    Chunks,
    Hint,
    OnProgress,
    Refused,
    SignInNeeded,
    TokenSource,
)
from desktop.backends.http import HttpClient, HttpSettings
from desktop.backends.lacking import Lacking
from desktop.backends.zammad import credentials
from desktop.backends.zammad.api import ZammadApi
from desktop.backends.zammad.articles import SETTLE_S, Articles
from desktop.backends.zammad.catalogue import Catalogue
from desktop.backends.zammad.commands import CARRIED, Commands
from desktop.backends.zammad.feed import Feed
from desktop.backends.zammad.files import Files
from desktop.backends.zammad.finding import Finder
from desktop.backends.zammad.naming import Naming
from desktop.backends.zammad.notices import SWEEP_S, Notices
from desktop.backends.zammad.records import Records
from desktop.backends.zammad.session import SocketSession
from desktop.backends.zammad.shapes import OAuthTokens, User
from desktop.backends.zammad.tickets import Tickets
from desktop.domain.agent import Agent
from desktop.domain.commands import Command, names
from desktop.domain.ids import AgentId, CommandId
from desktop.wire.shapes import (
    BlobAnswer,
    ChangesPage,
    CommandAnswer,
    Scope,
    Tokens,
    encode,
)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often Zammad is asked for changes, in seconds: ``busy_s`` while there are any, ``quiet_s`` after ``quiet_after_s``
    without, ``idle_s`` after ``idle_after_s``."""

    busy_s: float = 15.0
    quiet_s: float = 30.0
    idle_s: float = 60.0
    quiet_after_s: float = 120.0
    idle_after_s: float = 900.0

    def rest_s(self, silent_s: float) -> float:
        """Return how long to rest when nothing has happened for ``silent_s``."""
        if silent_s >= self.idle_after_s:
            return self.idle_s
        return self.quiet_s if silent_s >= self.quiet_after_s else self.busy_s


_MAX_PAGE: Final = 500


class ZammadBackend(Lacking):
    """One Zammad, as one agent sees it. ``key`` begins every id, ``me`` is what the desk calls the agent.

    ``has_socket`` opens the session's socket besides, which takes a sign-in by password.
    """

    TITLE: Final = "Zammad"
    SIGN_IN: Final = ("password", "token")
    OPTIONS: Final = (("has_socket", "bool", False),)

    def __init__(
        self,
        url: str,
        tokens: TokenSource | None = None,
        *,
        key: str = "",
        me: AgentId | None = None,
        settings: HttpSettings | None = None,
        has_socket: bool = False,
        rhythm: Rhythm | None = None,
        settle_s: float = SETTLE_S,
        sweep_s: float = SWEEP_S,
    ) -> None:
        self._http = HttpClient(url, settings)
        self._naming = Naming(key, me)
        self._has_socket = has_socket
        self._rhythm = rhythm or Rhythm()
        self._api = ZammadApi(self._http, tokens, self.refresh)
        catalogue, finder = Catalogue(self._api), Finder(self._api)
        self._records = Records(self._naming, catalogue)
        self._tickets = Tickets(self._api, catalogue, self._records, self._naming)
        notices = Notices(self._api, catalogue, finder, self._tickets, sweep_s=sweep_s)
        self._feed = Feed(self._api, catalogue, self._records, self._naming, finder, self._tickets, notices)
        self._files = Files(self._api, self._naming)
        articles = Articles(self._api, self._tickets, self._files, self._naming, settle_s=settle_s)
        self._commands = Commands(
            self._api, catalogue, self._records, self._naming, self._tickets, articles, self._feed
        )
        self._session = SocketSession(url, settings, self._tickets)
        self._asked_at: float | None = None
        self._news_at = 0.0

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            has_idempotent_send=False,
            has_events=self._has_socket,
            has_replay=False,
            has_presence=False,
            has_dispositions=False,
            has_brain=False,
            has_journey=False,
            max_page=_MAX_PAGE,
            commands=names(*CARRIED),
        )

    async def warm_up(self) -> None:
        """Import the HTTP library and read the certificates on a thread, so that the first call need not wait for it."""
        await self._http.warm_up()

    async def sign_in(self, user: str, password: str) -> Tokens:
        """Sign in by name and password, or without a name by a token (see ``credentials``)."""
        credential = credentials.of_sign_in(user, password)
        try:
            tokens = await self.refresh(credential)
            if tokens.agent.user:
                return tokens
            # Renewed by OAuth: the old refresh token is spent, so that the new one must not be lost for want of a name.
            return Tokens(
                access_token=tokens.access_token,
                refresh_token=tokens.refresh_token,
                expires_in=tokens.expires_in,
                agent=await self._who(tokens.access_token),
            )
        except SignInNeeded as error:
            raise Refused(error.code, status=401) from None

    async def refresh(self, refresh_token: str) -> Tokens:
        """Renew a token of OAuth 2. What needs no renewal is looked at, whether it is still taken, and given back."""
        renewal = credentials.renewal(refresh_token)
        if renewal is None:
            agent = await self._who(refresh_token)
            return Tokens(
                access_token=credentials.with_scheme(refresh_token),
                refresh_token=credentials.with_scheme(refresh_token),
                expires_in=credentials.FOREVER_S,
                agent=agent,
            )
        client, token = renewal
        body = {"grant_type": "refresh_token", "client_id": client, "refresh_token": token}
        try:
            fresh = await self._api.anonymously(OAuthTokens, "oauth/token", body)
        except Refused as refused:
            raise SignInNeeded(refused.code) from None
        return Tokens(
            access_token=f"Bearer {fresh.access_token}",
            refresh_token=f"OAuth {client} {fresh.refresh_token or token}",
            expires_in=fresh.expires_in,
            agent=Agent(id=AgentId(""), user="", name=""),
        )

    async def me(self) -> Agent:
        return self._as_agent(await self._api.get(User, "users/me"))

    async def changes(self, after: int, *, limit: int, wait_s: float = 0.0) -> bytes:
        now = asyncio.get_running_loop().time
        if wait_s > 0 and self._asked_at is not None:
            rest_s = self._asked_at + self._rhythm.rest_s(now() - self._news_at) - now()
            asked_at, self._asked_at = self._asked_at, None  # whoever breaks this off wants to know now
            await asyncio.sleep(max(min(rest_s, wait_s), 0.0))
            self._asked_at = asked_at
            if rest_s > wait_s:
                return encode(self._feed.still(after))
        page: ChangesPage = await self._feed.changes(after, limit=min(limit, _MAX_PAGE))
        self._asked_at = now()
        if page.changes or not self._news_at:
            self._news_at = now()
        return encode(page)

    async def history(self, before: int, *, scope: Scope, limit: int) -> bytes:
        return encode(await self._feed.history(before, scope=scope, limit=min(limit, _MAX_PAGE)))

    async def events(self, after: int) -> AsyncGenerator[Hint, None]:
        async with aclosing(self._session.hints(await self._api.credential(), after)) as hints:
            async for hint in hints:
                yield hint

    async def perform(self, command_id: CommandId, command: Command) -> CommandAnswer:
        return await self._commands.perform(command_id, command)

    async def look_up(self, command_id: CommandId, command: Command) -> CommandAnswer | None:
        return await self._commands.look_up(command_id, command)

    async def upload(self, data: bytes | Chunks, *, media_type: str, name: str) -> BlobAnswer:
        return await self._files.keep(data, media_type)

    async def download(self, sha256: str, *, on_progress: OnProgress | None = None) -> BytesIO:
        return await self._files.fetch(sha256, on_progress)

    async def close(self) -> None:
        await self._http.close()

    # --- inside -----------------------------------------------------------------------------------------------------

    async def _who(self, credential: str) -> Agent:
        return self._as_agent(await self._api.as_credential(User, "users/me", credential))

    def _as_agent(self, user: User) -> Agent:
        self._naming.mine = user.id
        return self._records.agent(user)
