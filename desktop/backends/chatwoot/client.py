"""Calls to one Chatwoot as one agent: credentials, the account, the pace of reading, what a status means, the time there.

A credential is the agent's personal token, or the three headers that signing in with a password gives, as one text. Reading
waits for its turn (a whole office shares one limit by address); what an agent does goes out at once and counts. Nothing here
retries what could have had an effect.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from desktop.backends.base import Offline, Refused, SignInNeeded, Throttled, TokenSource
from desktop.backends.chatwoot.fields import Row, number, part, rows, text
from desktop.backends.http import Answer, HttpClient, HttpSettings, retry_after_s
from desktop.domain.agent import Agent
from desktop.domain.ids import AgentId
from desktop.wire.errors import Code
from desktop.wire.shapes import Tokens

RATE: Final = 2.0
BURST: Final = 10.0
"""Requests a second for reading, and how many may go out at once after a rest."""

_PROFILE: Final = "/api/v1/profile"
_SESSION: Final = ("access-token", "client", "uid")
_EVERY_STATUS: Final = range(600)
_LIFE_S: Final = 30 * 86400
_THROTTLED_S: Final = 10.0
_LONGEST_DETAIL: Final = 200
_WRONG_CLOCK_S: Final = 2.0
_CODES: Final = {
    400: Code.BAD_REQUEST,
    402: Code.FORBIDDEN,
    403: Code.FORBIDDEN,
    404: Code.NOT_FOUND,
    409: Code.CONFLICT,
    410: Code.GONE,
    413: Code.TOO_LARGE,
    415: Code.TYPE_NOT_ALLOWED,
    422: Code.BAD_REQUEST,
}


@dataclass(frozen=True, slots=True)
class Profile:
    """Who is signed in: ``user`` and ``account`` are numbers there; ``socket_token`` opens the socket."""

    user: int
    account: int
    row: Row = field(repr=False)
    socket_token: str = field(default="", repr=False)


AgentOf = Callable[[Profile], Agent]
"""Makes the agent of a profile."""


class Pace:
    """A token bucket for reading. What agents do takes a token without waiting for one."""

    def __init__(self, rate: float = RATE, burst: float = BURST) -> None:
        self._rate = rate
        self._burst = burst
        self._left = burst
        self._counted_at = 0.0
        self._line = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until one may read."""
        async with self._line:
            self._count()
            if self._left < 1:
                await asyncio.sleep((1 - self._left) / self._rate)
                self._count()
            self._left -= 1

    def spend(self) -> None:
        """Something went out that could not wait."""
        self._count()
        self._left = max(self._left - 1, -self._burst)

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        self._left = min(self._burst, self._left + max(now - self._counted_at, 0.0) * self._rate)
        self._counted_at = now


class ServerTime:
    """What time it is there, in microseconds since 1970; never goes back."""

    def __init__(self) -> None:
        self._ahead_s = 0.0
        self._last = 0

    def hear(self, date: str) -> None:
        """Take in the ``Date`` of an answer, which is whole seconds (RFC 9110, section 6.6.1)."""
        try:
            ahead_s = parsedate_to_datetime(date).timestamp() - time.time()
        except (TypeError, ValueError):
            return
        if abs(ahead_s - self._ahead_s) > _WRONG_CLOCK_S:
            self._ahead_s = ahead_s

    def now(self) -> int:
        self._last = max(self._last, round((time.time() + self._ahead_s) * 1_000_000))
        return self._last

    def of_local(self, unix_ms: int) -> int:
        """Return what time it was there at a moment of this machine's clock."""
        return round((unix_ms / 1000 + self._ahead_s) * 1_000_000)


class ChatwootClient:
    """``url`` may be the address of the installation or what a browser shows of an account (``…/app/accounts/3/…``)."""

    def __init__(self, url: str, tokens: TokenSource | None, settings: HttpSettings, pace: Pace | None = None) -> None:
        self.base, self._account = _address(url)
        self.settings = settings
        self.http = HttpClient(self.base, settings)
        self.clock = ServerTime()
        self._tokens = tokens
        self._pace = pace or Pace()
        self._profile: Profile | None = None

    async def sign_in(self, user: str, password: str, agent: AgentOf) -> Tokens:
        """Exchange a name and password, or a personal token given as the password of nobody, for tokens."""
        credential = password
        if user:
            body = {"email": user, "password": password}
            answer = await self._send("POST", "/auth/sign_in", {}, body=body, is_repeatable=True)
            if answer.status in (401, 422):
                # Another factor is asked for, or a company's own sign-in: here only a personal token helps.
                raise Refused(Code.UNAUTHENTICATED, status=answer.status)
            told = self._read(answer)
            session = {name: answer.headers.get(name, "") for name in _SESSION}
            if not all(session.values()):
                raise Refused("token_needed") if part(told) else Offline("unexpected_answer")
            credential = msgspec.json.encode(session).decode()
        try:
            return await self.refresh(credential, agent)
        except SignInNeeded:
            raise Refused(Code.UNAUTHENTICATED, status=401) from None

    async def refresh(self, credential: str, agent: AgentOf) -> Tokens:
        """Return the same credential once more: it is good as long as the server takes it."""
        answer = await self._send("GET", _PROFILE, _headers(credential), is_repeatable=True)
        self._profile = self._read_profile(self._read(answer))
        return Tokens(
            access_token=credential,
            refresh_token=credential,
            expires_in=_LIFE_S,
            agent=agent(self._profile),
        )

    async def profile(self) -> Profile:
        """Return who is signed in; asked for once."""
        if self._profile is None:
            self._profile = self._read_profile(await self.get(_PROFILE))
        return self._profile

    def forget_profile(self) -> None:
        """Ask anew next time: the socket did not take its token."""
        self._profile = None

    async def path(self, *parts: object) -> str:
        """Return the path of something in the account."""
        account = (await self.profile()).account
        return "/".join(("", "api", "v1", "accounts", str(account), *(str(one) for one in parts)))

    async def get(self, path: str, **params: object) -> Any:
        """Read something, when it is one's turn. Raises ``BackendError``."""
        await self._pace.turn()
        told = self._read(await self._call("GET", path, params={name: str(value) for name, value in params.items()}))
        if not isinstance(told, dict | list) or told == {}:
            # There is always something to say; nothing at all is said by somebody between.
            raise Offline("unexpected_answer")
        return told

    async def put(self, method: str, path: str, body: Mapping[str, object]) -> Any:
        """Have something done. Raises ``BackendError``; ``Offline`` says whether it may have arrived."""
        self._pace.spend()
        return self._read(await self._call(method, path, body=body))

    async def put_form(self, path: str, content: bytes, media_type: str) -> Any:
        """Have something done that comes with files."""
        self._pace.spend()
        return self._read(await self._call("POST", path, content=content, media_type=media_type))

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        content: bytes | None = None,
        media_type: str = "",
    ) -> Answer:
        """Call as the agent; a credential that is taken no longer is renewed once. What got a 401 was not done."""

        async def call(credential: str) -> Answer:
            return await self._send(
                method,
                path,
                _headers(credential),
                params=params,
                body=body,
                content=content,
                media_type=media_type,
                is_repeatable=method == "GET",
            )

        credential = await self._credential()
        answer = await call(credential)
        if answer.status != 401:
            return answer
        if path != _PROFILE:
            probe = await self._send("GET", _PROFILE, _headers(credential), is_repeatable=True)
            if probe.status < 300:
                # Chatwoot says the same to who may not do something as to who is not known.
                raise Refused(Code.FORBIDDEN, status=401)
        fresh = await self._credential(stale=credential)
        return answer if fresh == credential else await call(fresh)

    async def _send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        content: bytes | None = None,
        media_type: str = "application/json",
        is_repeatable: bool = False,
    ) -> Answer:
        if body is not None:
            content, media_type = msgspec.json.encode(body), "application/json"
        answer = await self.http.request(
            method,
            path,
            params=params or None,
            headers={**headers, **({"Content-Type": media_type} if content is not None else {})},
            content=content,
            read_s=120.0 if content is not None and len(content) > 100_000 else None,
            can_repeat=is_repeatable,
            tolerated=_EVERY_STATUS,
        )
        self.clock.hear(answer.headers.get("date", ""))
        return answer

    async def _credential(self, stale: str = "") -> str:
        async def renew(credential: str) -> Tokens:
            return await self.refresh(credential, _somebody)

        found = await self._tokens.access(renew, stale) if self._tokens is not None else None
        if found is None:
            raise SignInNeeded(Code.UNAUTHENTICATED)
        return found

    def _read(self, answer: Answer) -> Any:
        """Return what an answer says, or raise what its status means."""
        status, is_json = answer.status, answer.media_type.endswith("json")
        if status < 300:
            return self._decoded(answer, is_json)
        wait_s = retry_after_s(answer.retry_after)
        if status == 401:
            raise SignInNeeded(Code.UNAUTHENTICATED)
        if status == 429 or (status == 503 and wait_s is not None):
            raise Throttled(Code.RATE_LIMITED, wait_s if wait_s is not None else _THROTTLED_S)
        if status >= 500:
            code = Code.INTERNAL if status == 500 else Code.UNAVAILABLE
            raise Offline(code, may_have_arrived=status != 503, kind=f"HTTP {status}")
        code_of_status = _CODES.get(status)
        if code_of_status is None or not is_json:
            # A sign-in page of the hotel's network, or a proxy's own words: not Chatwoot speaking.
            raise Offline("unexpected_answer", may_have_arrived=status == 408, kind=f"HTTP {status}")
        raise Refused(code_of_status, status=status, detail=_detail(answer.body))

    def _decoded(self, answer: Answer, is_json: bool) -> Any:
        if not answer.body.strip():
            return {}
        try:
            if is_json:
                return msgspec.json.decode(answer.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass
        raise Offline("unexpected_answer", may_have_arrived=True)

    def _read_profile(self, row: Any) -> Profile:
        row = part(row)
        accounts = {number(one, "id") for one in rows(row.get("accounts"))}
        account = self._account or number(row, "account_id") or min(accounts, default=0)
        if not number(row, "id") or not account:
            raise Offline("unexpected_answer")
        if accounts and account not in accounts:
            raise Refused(Code.FORBIDDEN)
        return Profile(number(row, "id"), account, row, text(row, "pubsub_token"))

    async def close(self) -> None:
        await self.http.close()


def listed(told: Any, *path: str) -> list[Row]:
    """Return the rows an answer lists. Raises ``Offline`` where it lists none, not even no rows: somebody else answered."""
    found = part(told, *path[:-1]).get(path[-1]) if path else told
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise Offline("unexpected_answer")
    return found


def _somebody(profile: Profile) -> Agent:
    return Agent(id=AgentId(str(profile.user)), user=text(profile.row, "uid"), name=text(profile.row, "name"))


def _headers(credential: str) -> dict[str, str]:
    if credential.startswith("{"):
        try:
            session = msgspec.json.decode(credential, type=dict[str, str])
        except msgspec.MsgspecError:
            raise SignInNeeded(Code.UNAUTHENTICATED) from None
        return {name: session.get(name, "") for name in _SESSION} | {"token-type": "Bearer"}
    if not credential.isascii() or not credential.isprintable() or not credential:
        raise SignInNeeded(Code.UNAUTHENTICATED)
    return {"api_access_token": credential}


def _address(url: str) -> tuple[str, int]:
    """Split what was typed or copied into the address of the installation and the number of the account, 0 for none."""
    found = urlsplit(url)
    before, _, after = found.path.partition("/app/accounts/")
    account = after.partition("/")[0]
    base = f"{found.scheme}://{found.netloc}{before.removesuffix('/app').rstrip('/')}"
    return base, int(account) if account.isascii() and account.isdecimal() and len(account) < 12 else 0


def _detail(body: bytes) -> str:
    """Return a refusal's own words for developers; they may quote what was sent and stay out of errors' texts."""
    try:
        row = part(msgspec.json.decode(body))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    told = text(row, "error") or text(row, "message") or text(row, "description")
    return (told or "; ".join(text(one, "message") for one in rows(row.get("errors"))))[:_LONGEST_DETAIL]
