"""How an account says who it is: by password, or by an access token that a refresh token gets (RFC 6749, section 6).
A provider that changes the refresh token each time takes an old one for stolen: the new one is kept where the old one was.
Secrets are read when they are needed and never logged. Called by whatever opens a connection.
"""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from desktop.hub.channels.accounts import Account
from desktop.hub.channels.base import ChannelDown
from desktop.hub.channels.email.settings import Settings
from desktop.hub.channels.secrets import NoSecret, keep_secret, secret_of
from desktop.hub.db.unbroken import unbroken

log = logging.getLogger(__name__)

_EARLY_S: Final = 60.0
_TIMEOUT_S: Final = 20.0

# RFC 6749, section 5.2; interaction_required is OpenID Connect's. Asked again, the provider says the same.
_FINAL: Final = {
    "invalid_grant": "sign_in_revoked",
    "interaction_required": "sign_in_revoked",
    "invalid_client": "client_refused",
    "unauthorized_client": "client_refused",
    "invalid_request": "client_refused",
    "unsupported_grant_type": "client_refused",
    "invalid_scope": "scope_refused",
}


class Proof(Struct, frozen=True):
    """``secret`` is a password or, with ``is_token``, an access token."""

    user: str
    secret: str
    is_token: bool = False


class _Token(Struct):
    access_token: str
    expires_in: float = 3600.0
    refresh_token: str = ""


class _Refusal(Struct):
    error: str = ""


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
        self._over = asyncio.Event()
        self._why = ""

    async def imap(self) -> Proof:
        """Return the proof for the mailbox. Raises ``ChannelDown``."""
        return await self._proof(self._settings.login, "password")

    async def smtp(self) -> Proof | None:
        """Return the proof for the way out, ``None`` where none is wanted. Raises ``ChannelDown``."""
        if self._settings.smtp_auth == "none":
            return None
        name = "smtp_password" if "smtp_password" in self._account.secrets else "password"
        return await self._proof(self._settings.smtp_user or self._settings.login, name)

    def forget_token(self) -> bool:
        """The server did not take what it was given; returns whether there may be another token next time."""
        self._until = 0.0
        return self._settings.auth == "oauth2"

    async def ended(self) -> None:
        """Wait until the provider lets this account have no more tokens, for good. Raises ``ChannelDown`` then."""
        await self._over.wait()
        raise self._end()

    def _end(self) -> ChannelDown:
        return ChannelDown(self._why, is_final=True)

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
            if self._why:
                raise self._end()
            if time.monotonic() >= self._until:
                await self._renew()
            return self._token

    @unbroken  # cut off after the provider changed the refresh token, the new one would be lost
    async def _renew(self) -> None:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh or await self._secret("refresh_token"),
            "client_id": self._settings.client_id,
        }
        if self._settings.scope:
            form["scope"] = self._settings.scope
        if "client_secret" in self._account.secrets:
            form["client_secret"] = await self._secret("client_secret")
        status, content = await self._ask(form)
        if status in (400, 401, 403):
            self._refuse(content)
        if status == 429 or status >= 500:
            raise ChannelDown("token_unreachable")
        try:
            token = msgspec.json.decode(content, type=_Token, strict=False)  # some providers give a number as text
        except msgspec.DecodeError:
            raise ChannelDown("token_unreadable") from None
        self._token = token.access_token
        self._until = time.monotonic() + token.expires_in - min(_EARLY_S, token.expires_in / 10)
        if token.refresh_token and token.refresh_token != form["refresh_token"]:
            await self._keep(token.refresh_token)

    async def _ask(self, form: dict[str, str]) -> tuple[int, bytes]:
        import httpx

        try:
            context = await asyncio.to_thread(self._settings.tls, self._base)
            async with asyncio.timeout(_TIMEOUT_S), httpx.AsyncClient(timeout=_TIMEOUT_S, verify=context) as client:
                answer = await client.post(self._settings.token_url, data=form)
        except (httpx.HTTPError, OSError, TimeoutError):
            raise ChannelDown("token_unreachable") from None
        return answer.status_code, answer.content

    def _refuse(self, content: bytes) -> None:
        self._refresh = ""
        try:
            said = msgspec.json.decode(content, type=_Refusal).error
        except msgspec.DecodeError:
            said = ""
        self._why = _FINAL.get(said, "")
        if self._why:
            self._over.set()
            raise self._end()
        raise ChannelDown("sign_in_failed")

    async def _keep(self, refresh_token: str) -> None:
        if await asyncio.to_thread(keep_secret, self._account, "refresh_token", self._base, refresh_token):
            self._refresh = ""
            return
        if not self._refresh:
            log.warning("e-mail: %s: the provider changed the refresh token, and it cannot be kept", self._account.name)
        self._refresh = refresh_token
