"""Dirigent's own hub as a backend: ``wire`` over HTTP, an event stream that resumes, commands with idempotency keys. As a
further account of a desk its ids are told apart by ``keyed``; the live board is the first account's."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable, Container, Mapping
from contextlib import aclosing
from io import BytesIO
from typing import Any, Final, TypeVar
from urllib.parse import quote

import msgspec

from desktop.backends.base import (
    Capabilities,
    Chunks,
    Hint,
    HintKind,
    Offline,
    OnProgress,
    Refused,
    SignInNeeded,
    Throttled,
    TokenSource,
)
from desktop.backends.http import Answer, HttpClient, HttpSettings
from desktop.backends.keyed import Keyed
from desktop.domain.agent import Agent
from desktop.domain.commands import Command
from desktop.domain.ids import AgentId, CommandId, InteractionId, native_id, new_id
from desktop.wire import paths, shapes, sse
from desktop.wire.board import UPDATE, WHOLE, Board, BoardUpdate, ContactsFilter, ContactsPage, OwnFigures, updated
from desktop.wire.errors import Code
from desktop.wire.shapes import BlobAnswer, CommandAnswer, HeartbeatAnswer, Scope, Tokens

T = TypeVar("T")

SILENT_S: Final = 45.0
"""The hub pings more often than this; a stream that is silent for longer is dead."""

_OPENED: Final = ""
"""No event of a stream has this name."""

_OUTCOME_STATUSES: Final = frozenset({400, 403, 404, 409, 410, 413, 415, 422})


class HubBackend:
    """One hub, as one agent sees it. ``tokens`` may be missing until somebody signed in."""

    TITLE: Final = "Dirigent"

    def __init__(
        self,
        url: str,
        tokens: TokenSource | None = None,
        *,
        key: str = "",
        me: AgentId | None = None,
        settings: HttpSettings | None = None,
        silent_s: float = SILENT_S,
    ) -> None:
        self._http = HttpClient(url, settings)
        self._tokens = tokens
        self._silent_s = silent_s
        self._refresh_at = 0.0
        self._window = new_id()
        self._keyed = Keyed(key, me) if key else None

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(has_heartbeat=True, has_board=self._keyed is None, has_typing=True)

    async def warm_up(self) -> None:
        """Import the HTTP library and read the certificates on a thread, so that the first call need not wait for it."""
        await self._http.warm_up()

    async def sign_in(self, user: str, password: str) -> Tokens:
        try:
            answer = await self._http.request(
                "POST", paths.SIGN_IN, **_json(shapes.SignIn(user=user, password=password)), can_repeat=True
            )
        except SignInNeeded as error:
            raise Refused(error.code, status=401) from None
        return _read(Tokens, answer)

    async def refresh(self, refresh_token: str) -> Tokens:
        clock = asyncio.get_running_loop().time
        # Everybody who needs a token comes by here: told to come back later, nobody asks before.
        if (left_s := self._refresh_at - clock()) > 0:
            raise Throttled(Code.RATE_LIMITED, left_s)
        try:
            # A token works once, but the hub forgives the last one's coming again where the answer was lost.
            answer = await self._http.request(
                "POST", paths.TOKEN, **_json(shapes.RefreshToken(refresh_token=refresh_token)), can_repeat=True
            )
        except Throttled as error:
            self._refresh_at = clock() + error.retry_after_s
            raise
        return _read(Tokens, answer)

    async def me(self) -> Agent:
        there = await self._me_there()
        if self._keyed is None:
            return there
        self._keyed.native_me = there.id
        return msgspec.structs.replace(there, id=AgentId(self._keyed.inwards(there.id)))

    async def _me_there(self) -> Agent:
        return _read(Agent, await self._call("GET", paths.ME, can_repeat=True))

    async def changes(self, after: int, *, limit: int, wait_s: float = 0.0) -> bytes:
        params = {"after": str(after), "limit": str(limit)}
        headers: dict[str, str] = {}
        if wait_s > 0:
            params["wait"] = f"{wait_s:g}"
            headers[paths.WINDOW] = self._window
        answer = await self._call(
            "GET",
            paths.CHANGES,
            params=params,
            headers=headers,
            read_s=wait_s + 30.0 if wait_s else None,
            can_repeat=True,
        )
        return await self._page(answer)

    async def history(self, before: int, *, scope: Scope, limit: int) -> bytes:
        params = {"before": str(before), "scope": scope, "limit": str(limit)}
        answer = await self._call("GET", paths.CHANGES, params=params, can_repeat=True)
        return await self._page(answer)

    async def _page(self, answer: Answer) -> bytes:
        if not answer.media_type.endswith("json"):
            raise Offline("unexpected_answer")
        if self._keyed is None:
            return answer.body
        keyed = await self._known(self._keyed)
        try:
            # On a thread: a large page takes longer than the window may stand still.
            return await asyncio.to_thread(keyed.page, answer.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Offline("unexpected_answer") from None

    async def _known(self, keyed: Keyed) -> Keyed:
        """Return the ids of the account once it is known who the agent is there."""
        if not keyed.native_me:
            keyed.native_me = (await self._me_there()).id
        return keyed

    async def events(self, after: int) -> AsyncGenerator[Hint, None]:
        headers = {paths.LAST_EVENT_ID: str(after), paths.WINDOW: self._window}
        keyed = None if self._keyed is None else await self._known(self._keyed)
        async with aclosing(self._pushed(paths.EVENTS, headers)) as stream:
            async for event, seq, data in stream:
                if event == _OPENED:
                    yield Hint(HintKind.OPENED)
                elif event == sse.CHANGE and seq.isascii() and seq.isdecimal() and len(seq) < 20:
                    yield Hint(HintKind.CHANGE, int(seq), _told(data, None if keyed is None else keyed.pushed))
                elif event == sse.PULL:
                    yield Hint(HintKind.PULL)
                elif event == sse.SIGNAL:
                    yield Hint(HintKind.SIGNAL, data=_told(data, None if keyed is None else keyed.signal))

    async def board_events(self) -> AsyncGenerator[Board, None]:
        board: Board | None = None
        async with aclosing(self._pushed(paths.BOARD_EVENTS, {})) as stream:
            async for event, _, data in stream:
                if event == _OPENED:
                    board = None
                    continue
                try:
                    if event == WHOLE:
                        board = msgspec.json.decode(data, type=Board)
                    elif event == UPDATE and board is not None:
                        board = updated(board, msgspec.json.decode(data, type=BoardUpdate))
                    else:
                        continue
                except msgspec.MsgspecError:
                    raise Offline("unexpected_answer") from None
                yield board

    async def board_contacts(self, which: ContactsFilter, *, after: str = "", limit: int = 100) -> ContactsPage:
        params = {**which.as_params(), "limit": str(limit)} | ({"after": after} if after else {})
        return _read(ContactsPage, await self._call("GET", paths.BOARD_CONTACTS, params=params, can_repeat=True))

    async def own_figures(self) -> OwnFigures:
        return _read(OwnFigures, await self._call("GET", paths.BOARD_MINE, can_repeat=True))

    async def _pushed(self, path: str, headers: Mapping[str, str]) -> AsyncGenerator[tuple[str, str, str], None]:
        """Yield ``_OPENED`` and then the events of a stream; a token the hub takes no longer is renewed once."""
        token = await self._token()
        renewed = False
        while True:
            try:
                async with self._http.events(path, token=token, headers=headers, silent_s=self._silent_s) as stream:
                    yield _OPENED, "", ""
                    async with aclosing(stream):
                        async for event in stream:
                            yield event
                return
            except SignInNeeded:
                if renewed:
                    raise
            token, renewed = await self._token(stale=token), True

    async def perform(self, command_id: CommandId, command: Command) -> CommandAnswer:
        if self._keyed is None:
            return await self._perform(command_id, command)
        keyed = await self._known(self._keyed)
        return keyed.answer(await self._perform(command_id, keyed.command(command)))

    async def _perform(self, command_id: CommandId, command: Command) -> CommandAnswer:
        answer = await self._call(
            "POST",
            paths.COMMANDS,
            headers={**_JSON, paths.IDEMPOTENCY_KEY: command_id},
            content=shapes.encode(command),
            can_repeat=True,
            tolerated=_OUTCOME_STATUSES,
        )
        try:
            return msgspec.json.decode(answer.body, type=CommandAnswer)
        except msgspec.MsgspecError:
            answer.check()
            raise Offline("unexpected_answer", may_have_arrived=True) from None

    async def look_up(self, command_id: CommandId, command: Command) -> CommandAnswer | None:
        # The hub answers a key it knows with the outcome it had: asking again is looking up.
        return await self.perform(command_id, command)

    async def heartbeat(self, *, is_regular: bool) -> HeartbeatAnswer:
        beat = shapes.Heartbeat(window=self._window, is_regular=is_regular)
        return _read(HeartbeatAnswer, await self._call("POST", paths.HEARTBEAT, **_json(beat)))

    async def typing(self, interaction_id: InteractionId, *, is_typing: bool) -> None:
        native = interaction_id if self._keyed is None else native_id(interaction_id)
        told = shapes.TypingIn(interaction_id=native, is_typing=is_typing)
        await self._call("POST", paths.TYPING, **_json(told))

    async def upload(self, data: bytes | Chunks, *, media_type: str, name: str) -> BlobAnswer:
        headers = {"Content-Type": media_type, "X-File-Name": quote(name, safe="")}
        if not isinstance(data, bytes):
            headers["Content-Length"] = str(data.size)
        answer = await self._call("POST", paths.BLOBS, headers=headers, content=data, read_s=120.0, can_repeat=True)
        return _read(BlobAnswer, answer)

    async def download(self, sha256: str, *, on_progress: OnProgress | None = None) -> BytesIO:
        if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
            raise Refused(Code.NOT_FOUND)
        into = BytesIO()
        await self._call(
            "GET", f"{paths.BLOBS}/{sha256}", read_s=120.0, can_repeat=True, into=into, on_progress=on_progress
        )
        # On a thread: of a large one it takes longer than the window may stand still.
        if await asyncio.to_thread(lambda: hashlib.sha256(into.getbuffer()).hexdigest()) != sha256:
            raise Offline("unexpected_answer")
        return into

    async def close(self) -> None:
        await self._http.close()

    async def _token(self, stale: str = "") -> str:
        token = await self._tokens.access(self.refresh, stale) if self._tokens is not None else None
        if token is None:
            raise SignInNeeded(Code.UNAUTHENTICATED)
        return token

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | Chunks | None = None,
        read_s: float | None = None,
        can_repeat: bool = False,
        tolerated: Container[int] = (),
        into: BytesIO | None = None,
        on_progress: OnProgress | None = None,
    ) -> Answer:
        """Call as the signed-in agent; a token the hub takes no longer is renewed once."""

        async def call(token: str) -> Answer:
            return await self._http.request(
                method,
                path,
                token=token,
                params=params,
                headers=headers,
                content=content,
                read_s=read_s,
                can_repeat=can_repeat,
                tolerated=tolerated,
                into=into,
                on_progress=on_progress,
            )

        token = await self._token()
        try:
            return await call(token)
        except SignInNeeded:
            fresh = await self._token(stale=token)
        return await call(fresh)


_JSON: Final = {"Content-Type": "application/json"}


def _json(value: Any) -> dict[str, Any]:
    return {"content": shapes.encode(value), "headers": _JSON}


def _told(data: str, rename: Callable[[bytes], bytes] | None) -> bytes:
    """Return what was pushed with the account's ids; what cannot be read is for the reader to pass over."""
    try:
        return data.encode() if rename is None else rename(data.encode())
    except (msgspec.MsgspecError, RecursionError):
        return data.encode()


def _read(shape: type[T], answer: Answer) -> T:
    """Read an answer's body; one that is not what was asked for did not come from the hub."""
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except msgspec.MsgspecError:
        raise Offline("unexpected_answer", may_have_arrived=True) from None
