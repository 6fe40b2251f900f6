"""The token flow: an access token while it is good, a new one when it is not, fetched by one caller for all who wait.

A refresh token works once, so that losing the new one would sign the agent out: it is in the vault before the access token
that came with it is used. A vault that fails meanwhile costs a sign-in at the next start, not the work of today: the token
is kept in memory too. Nothing here knows HTTP; whoever calls hands in the way to refresh.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

from desktop.session.vault import REFRESH_TOKEN, NoVault, Vault
from desktop.wire.shapes import Tokens

_log = logging.getLogger(__name__)

_EARLY_S: Final = 30.0


class TokenFlow:
    """The tokens of one account. ``clock`` gives seconds that only grow."""

    def __init__(self, account_id: str, vault: Vault, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._account_id = account_id
        self._vault = vault
        self._clock = clock
        self._access = ""
        self._refresh = ""
        self._good_until = 0.0
        self._turn = asyncio.Lock()

    async def adopt(self, tokens: Tokens) -> None:
        """Keep the tokens of a sign-in. Raises ``NoVault``."""
        await asyncio.to_thread(self._vault.set, self._account_id, REFRESH_TOKEN, tokens.refresh_token)
        self._use(tokens)

    async def access(self, refresh: Callable[[str], Awaitable[Tokens]], stale: str = "") -> str | None:
        """Return an access token that is not ``stale``, renewing it where needed; ``None`` where the agent has to sign in.

        Raises whatever ``refresh`` raises.
        """
        if self._is_good(stale):
            return self._access
        async with self._turn:
            if self._is_good(stale):
                return self._access
            kept = await self._kept()
            if not kept:
                return None
            # Once asked for, the new token has to reach the vault, whoever stops waiting for it meanwhile.
            await _finished(asyncio.ensure_future(self._renew(refresh, kept)))
            return self._access

    async def forget(self) -> None:
        """Sign out: the refresh token is gone. Raises ``NoVault``."""
        self._access, self._refresh, self._good_until = "", "", 0.0
        await asyncio.to_thread(self._vault.delete, self._account_id, REFRESH_TOKEN)

    async def _renew(self, refresh: Callable[[str], Awaitable[Tokens]], kept: str) -> None:
        tokens = await refresh(kept)
        try:
            await asyncio.to_thread(self._vault.set, self._account_id, REFRESH_TOKEN, tokens.refresh_token)
        except NoVault as error:
            _log.warning("the vault did not take the new token: %s", error.code)
        self._use(tokens)

    async def _kept(self) -> str:
        try:
            return await asyncio.to_thread(self._vault.get, self._account_id, REFRESH_TOKEN) or ""
        except NoVault as error:
            _log.warning("the vault did not give the token: %s", error.code)
            return self._refresh

    def _use(self, tokens: Tokens) -> None:
        early_s = min(_EARLY_S, tokens.expires_in / 5)
        self._refresh = tokens.refresh_token
        self._access, self._good_until = tokens.access_token, self._clock() + tokens.expires_in - early_s

    def _is_good(self, stale: str) -> bool:
        return bool(self._access) and self._access != stale and self._clock() < self._good_until


async def _finished(task: asyncio.Future[None]) -> None:
    """Wait for ``task`` to the end, and be cancelled only after."""
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise
