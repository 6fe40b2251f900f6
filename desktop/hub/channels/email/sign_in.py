"""How an account says who it is: by password, or by an access token that a refresh token gets (RFC 6749, section 6).
Secrets are read when they are needed and never logged. Called by whatever opens a connection.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from desktop.hub.channels.accounts import Account
from desktop.hub.channels.base import ChannelDown
from desktop.hub.channels.email.settings import Settings
from desktop.hub.channels.secrets import NoSecret, secret_of

_EARLY_S: Final = 60.0
_TIMEOUT_S: Final = 20.0


class Proof(Struct, frozen=True):
    """``secret`` is a password or, with ``is_token``, an access token."""

    user: str
    secret: str
    is_token: bool = False


class _Token(Struct):
    access_token: str
    expires_in: float = 3600.0
    refresh_token: str = ""


class SignIn:
    """The sign-in of one account; access tokens are used until they run out."""

    def __init__(self, account: Account, settings: Settings, base: Path) -> None:
        self._account = account
        self._settings = settings
        self._base = base
        self._token = ""
        self._until = 0.0
        self._refresh = ""
        self._lock = asyncio.Lock()

    async def imap(self) -> Proof:
        """Return the proof for the mailbox. Raises ``ChannelDown``."""
        return await self._proof(self._settings.login, "password")

    async def smtp(self) -> Proof | None:
        """Return the proof for the way out, ``None`` where none is wanted. Raises ``ChannelDown``."""
        if self._settings.smtp_auth == "none":
            return None
        name = "smtp_password" if "smtp_password" in self._account.secrets else "password"
        return await self._proof(self._settings.smtp_user or self._settings.login, name)

    def forget_token(self) -> None:
        """Get a new token next time: the server did not take this one."""
        self._until = 0.0

    async def _proof(self, user: str, name: str) -> Proof:
        if self._settings.auth == "oauth2":
            return Proof(user, await self._access_token(), is_token=True)
        return Proof(user, await self._secret(name))

    async def _secret(self, name: str) -> str:
        try:
            return await asyncio.to_thread(secret_of, self._account, name, self._base)
        except NoSecret as problem:
            raise ChannelDown(f"secret_{problem.code}") from None

    async def _access_token(self) -> str:
        async with self._lock:
            if time.monotonic() >= self._until:
                await self._renew()
            return self._token

    async def _renew(self) -> None:
        import httpx

        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh or await self._secret("refresh_token"),
            "client_id": self._settings.client_id,
        }
        if self._settings.scope:
            form["scope"] = self._settings.scope
        if "client_secret" in self._account.secrets:
            form["client_secret"] = await self._secret("client_secret")
        context = await asyncio.to_thread(self._settings.tls, self._base)
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT_S, verify=context) as client:
                answer = await client.post(self._settings.token_url, data=form)
        except (httpx.HTTPError, OSError):
            raise ChannelDown("token_unreachable") from None
        if answer.status_code in (400, 401, 403):
            self._refresh = ""
            raise ChannelDown("sign_in_failed")
        try:
            token = msgspec.json.decode(answer.content, type=_Token)
        except msgspec.DecodeError:
            raise ChannelDown("token_unreadable") from None
        self._token = token.access_token
        self._refresh = token.refresh_token or self._refresh
        self._until = time.monotonic() + max(0.0, token.expires_in - _EARLY_S)
