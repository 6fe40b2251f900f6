"""``ChatwootBackend``: one account of one Chatwoot as a ``Backend``. Puts the parts of this package together and owns nothing
else; made by the registry of backends, called by ``sync``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from io import BytesIO
from typing import Final

from desktop.backends.base import Capabilities, Chunks, Hint, OnProgress, TokenSource
from desktop.backends.chatwoot import files, set_up
from desktop.backends.chatwoot.cable import PRESENCE_S, SILENT_S, Cable
from desktop.backends.chatwoot.client import ChatwootClient, Pace, Profile
from desktop.backends.chatwoot.feed import Feed, Habits
from desktop.backends.chatwoot.fields import number, rows
from desktop.backends.chatwoot.ledger import Ledger
from desktop.backends.chatwoot.names import Names
from desktop.backends.chatwoot.orders import DONE_HERE, Orders
from desktop.backends.chatwoot.past import Past
from desktop.backends.chatwoot.reader import Reader
from desktop.backends.http import HttpSettings
from desktop.backends.lacking import Lacking
from desktop.domain.agent import Agent
from desktop.domain.commands import Command, names
from desktop.domain.ids import AgentId, CommandId, InteractionId
from desktop.wire.shapes import BlobAnswer, CommandAnswer, Scope, Tokens

_EPOCH: Final = "chatwoot-1"
"""Changes where a new version of this package reads the same rows into other ids."""


class ChatwootBackend(Lacking):
    """One account. ``url`` is the installation's address, or that of an account in it (``…/app/accounts/3``); ``key`` is what
    its ids begin with in the store, ``me`` what the desk calls the agent. ``pace`` says how often to read, ``habits`` how
    often to look where; ``settle_s`` is how long a request whose answer was lost may still take to arrive.
    """

    TITLE: Final = "Chatwoot"
    SIGN_IN: Final = ("password", "token")

    def __init__(
        self,
        url: str,
        tokens: TokenSource | None = None,
        *,
        key: str = "",
        me: AgentId | None = None,
        settings: HttpSettings | None = None,
        pace: Pace | None = None,
        habits: Habits | None = None,
        settle_s: float = 3.0,
        presence_s: float = PRESENCE_S,
        silent_s: float = SILENT_S,
    ) -> None:
        self._client = ChatwootClient(url, tokens, settings or HttpSettings.from_environment(), pace)
        self._names = Names(key, me)
        reader = Reader(self._client, self._names, Ledger())
        self._spool = files.Spool()
        self._feed = Feed(reader, _EPOCH, habits)
        self._past = Past(reader, self._feed, _EPOCH)
        self._orders = Orders(reader, self._spool, settle_s=settle_s)
        self._cable = Cable(
            self._client,
            self._feed,
            self._names,
            on_echo=self._orders.hear,
            presence_s=presence_s,
            silent_s=silent_s,
        )

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            has_idempotent_send=False,
            has_replay=False,
            has_long_poll=False,
            has_brain=False,
            has_journey=False,
            has_channels=False,
            has_typing=True,
            commands=names(*DONE_HERE),
        )

    async def warm_up(self) -> None:
        """Import the HTTP library and read the certificates on a thread, so that the first call need not wait for it."""
        await self._client.http.warm_up()

    async def sign_in(self, user: str, password: str) -> Tokens:
        """Sign in by e-mail address and password; without a user, ``password`` is the agent's personal token. Raises
        ``Refused`` with ``token_needed`` where a password alone does not do."""
        return await self._client.sign_in(user, password, self._agent)

    async def refresh(self, refresh_token: str) -> Tokens:
        return await self._client.refresh(refresh_token, self._agent)

    async def me(self) -> Agent:
        return self._agent(await self._client.profile())

    async def changes(self, after: int, *, limit: int, wait_s: float = 0.0) -> bytes:
        return await self._feed.page(after)

    async def history(self, before: int, *, scope: Scope, limit: int) -> bytes:
        return await self._past.page(before, scope)

    async def events(self, after: int) -> AsyncGenerator[Hint, None]:
        async with aclosing(self._cable.hints()) as hints:
            async for hint in hints:
                yield hint

    async def perform(self, command_id: CommandId, command: Command) -> CommandAnswer:
        return await self._orders.perform(command_id, command)

    async def look_up(self, command_id: CommandId, command: Command) -> CommandAnswer | None:
        return await self._orders.look_up(command_id, command)

    async def typing(self, interaction_id: InteractionId, *, is_typing: bool) -> None:
        await self._orders.typing(interaction_id, is_typing=is_typing)

    async def upload(self, data: bytes | Chunks, *, media_type: str, name: str) -> BlobAnswer:
        return await self._spool.take(data, media_type)

    async def download(self, sha256: str, *, on_progress: OnProgress | None = None) -> BytesIO:
        return await files.download(self._client, self._names, sha256, on_progress)

    async def close(self) -> None:
        await self._client.close()

    def _agent(self, profile: Profile) -> Agent:
        self._names.user = profile.user
        return set_up.agent(_in_account(profile), self._names)


def _in_account(profile: Profile) -> dict[str, object]:
    """Return a profile with what is said of the agent in their account."""
    accounts = rows(profile.row.get("accounts"))
    mine = next((one for one in accounts if number(one, "id") == profile.account), {})
    said = {name: mine[name] for name in ("role", "availability_status") if name in mine}
    return {**profile.row, **said}
