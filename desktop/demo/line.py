"""A line to the hub that holds: calls are made again, with growing pauses, until the hub is back from a restart. Everything
sent carries an id of its own, so that twice is once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from desktop.domain.agent import Agent
from desktop.domain.commands import Command
from desktop.domain.ids import new_id
from desktop.hub.history.client import HubClient, HubRefused, HubUnreachable
from desktop.wire import paths, shapes
from desktop.wire.shapes import ChangesPage, CommandAnswer, SignIn, Tokens

log = logging.getLogger(__name__)

T = TypeVar("T")

_LONGEST_PAUSE_S: Final = 5.0
_LAST_WORDS_S: Final = 2.0
_UNAUTHORIZED: Final = 401


class Line:
    """Calls with one token. ``renew`` fetches another when the hub no longer takes it (after a restart, after its time)."""

    def __init__(self, url: str, token: str, renew: Callable[[], Awaitable[str]] | None = None) -> None:
        self._url = url
        self._renew = renew
        self._client = HubClient(url, token)
        self._renewing = asyncio.Lock()
        self._is_closed = False

    async def close(self) -> None:
        self._is_closed = True
        await _hang_up(self._client)

    async def post(self, path: str, value: Any) -> bytes:
        """Hand in a value. Raises ``HubRefused`` where the hub does not want it."""
        return await self._insist(lambda client: _to_the_end(client.post(path, value)))

    async def page(self, after: int, wait_s: float) -> ChangesPage:
        """Return what changed after a cursor, waiting up to ``wait_s`` for a first change."""
        query: dict[str, str | int | float] = {"after": after, "limit": 500, "wait": wait_s}
        body = await self._insist(lambda client: client.get(paths.CHANGES, query, wait_s + 15))
        return msgspec.json.decode(body, type=ChangesPage)

    async def command(self, command: Command) -> CommandAnswer | None:
        """Carry out a command once; ``None`` where the hub refused it, which in a busy centre is no accident."""
        headers = {paths.IDEMPOTENCY_KEY: new_id()}
        body = shapes.encode(command)
        try:
            answer = await self._insist(
                lambda client: _to_the_end(client.upload(paths.COMMANDS, body, "application/json", headers, 30.0))
            )
        except HubRefused as refused:
            log.debug("a command was refused: %s", refused.code)
            return None
        found = msgspec.json.decode(answer, type=CommandAnswer)
        return found if found.outcome == "applied" else None

    async def _insist(self, call: Callable[[HubClient], Awaitable[T]]) -> T:
        pause_s = 0.2
        has_new_token = False
        while True:
            client = self._client
            try:
                found = await call(client)
            except HubUnreachable:
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            except HubRefused as refused:
                if refused.status != _UNAUTHORIZED or self._renew is None or has_new_token:
                    raise
                await self._take_new_token(client)
                has_new_token = True
            else:
                if self._is_closed or client is not self._client:
                    await _hang_up(client)  # it kept its connection for a next call that will not come
                return found

    async def _take_new_token(self, refused: HubClient) -> None:
        async with self._renewing:
            if self._client is refused and self._renew is not None:
                self._client = HubClient(self._url, await self._renew())
            await _hang_up(refused)


async def _to_the_end(call: Coroutine[Any, Any, T]) -> T:
    """Wait for a short call even when nobody wants its answer any more: half a request is an error to the hub."""
    calling = asyncio.create_task(call)
    try:
        return await asyncio.shield(calling)
    except asyncio.CancelledError:
        await asyncio.wait({calling}, timeout=_LAST_WORDS_S)
        calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)
        raise


async def _hang_up(client: HubClient) -> None:
    await client.__aexit__()
    await asyncio.sleep(0)  # the transports close in the next round of the loop


def machine(url: str, token: str, endpoint: Path | None) -> Line:
    """Return the line of the channels. ``endpoint`` is the hub's file that names its newest token."""

    async def renew() -> str:
        if endpoint is None:
            return token
        return await asyncio.to_thread(_token_in, endpoint, token)

    return Line(url, token, renew)


def _token_in(endpoint: Path, otherwise: str) -> str:
    try:
        found = msgspec.json.decode(endpoint.read_bytes())
        return str(found["token"])
    except (OSError, msgspec.DecodeError, KeyError, TypeError):
        return otherwise


async def signed_in(url: str, user: str, password: str) -> tuple[Line, Agent]:
    """Sign a person in and return their line, which signs in again when their time is up. Raises ``HubRefused``."""

    async def sign_in() -> Tokens:
        door = Line(url, "")
        try:
            body = await door.post(paths.SIGN_IN, SignIn(user=user, password=password))
        finally:
            await door.close()
        return msgspec.json.decode(body, type=Tokens)

    async def renew() -> str:
        return (await sign_in()).access_token

    tokens = await sign_in()
    return Line(url, tokens.access_token, renew), tokens.agent
