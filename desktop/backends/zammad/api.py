"""Calls of Zammad's REST interface as the signed-in agent, and what its answers mean. Never repeats what had an effect.

Zammad says no by a status and an English sentence; a sentence that is not JSON with ``error`` in it came from somebody
between. Called by everything in this package that needs the network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import msgspec

from desktop.backends.base import (
    Offline,
    OnProgress,
    Refresh,
    Refused,
    SignInNeeded,
    Throttled,
    TokenSource,
)
from desktop.backends.http import Answer, HttpClient
from desktop.backends.zammad import credentials
from desktop.backends.zammad.shapes import Failure, read
from desktop.wire.errors import Code

T = TypeVar("T")

Query = Mapping[str, Any] | Sequence[tuple[str, Any]]

_REFUSALS: Final = {
    400: Code.BAD_REQUEST,
    403: Code.FORBIDDEN,
    404: Code.NOT_FOUND,
    409: Code.CONFLICT,
    410: Code.GONE,
    413: Code.TOO_LARGE,
    415: Code.TYPE_NOT_ALLOWED,
    422: Code.BAD_REQUEST,
}
_FAILURE: Final = msgspec.json.Decoder(Failure)
_LARGE_S: Final = 120.0


class ZammadApi:
    """Zammad as one agent may call it. ``refresh`` renews a token that was refused."""

    def __init__(self, http: HttpClient, tokens: TokenSource | None, refresh: Refresh) -> None:
        self._http = http
        self._tokens = tokens
        self._refresh = refresh

    async def get(self, shape: type[T], path: str, query: Query = ()) -> T:
        """Read something. What comes to nothing here has changed nothing, whatever became of the request."""
        try:
            answer = await self._call("GET", path, query=query, can_repeat=True)
            return read(shape, answer.body)
        except Throttled:
            raise
        except Offline as error:
            raise Offline(error.code, kind=error.kind) from None

    async def change(self, shape: type[T], method: str, path: str, body: Mapping[str, Any], query: Query = ()) -> T:
        """Change something. Raises ``Offline`` with ``may_have_arrived`` where it could have been done nevertheless."""
        answer = await self._call(method, path, query=query, body=msgspec.json.encode(body))
        return read(shape, answer.body, may_have_arrived=True)

    async def download(self, path: str, on_progress: OnProgress | None) -> BytesIO:
        """Return the bytes behind ``path``."""
        into = BytesIO()
        await self._call("GET", path, can_repeat=True, into=into, on_progress=on_progress)
        return into

    async def as_credential(self, shape: type[T], path: str, credential: str) -> T:
        """Read something as whoever ``credential`` is."""
        return read(shape, (await self._request("GET", path, credential, can_repeat=True)).body)

    async def anonymously(self, shape: type[T], path: str, body: Mapping[str, Any]) -> T:
        """Post something that needs no credential; ``path`` is from the root."""
        return read(shape, (await self._request("POST", path, "", body=msgspec.json.encode(body), root="/")).body)

    async def credential(self, stale: str = "") -> str:
        """Return what to call with, other than ``stale``. Raises ``SignInNeeded`` where there is nothing."""
        found = await self._tokens.access(self._refresh, stale) if self._tokens is not None else None
        if not found:
            raise SignInNeeded(Code.UNAUTHENTICATED)
        return found

    async def _call(self, method: str, path: str, **arguments: Any) -> Answer:
        """A credential that is taken no longer is renewed once: what was refused for it has had no effect."""
        credential = await self.credential()
        try:
            return await self._request(method, path, credential, **arguments)
        except SignInNeeded:
            fresh = await self.credential(stale=credential)
        return await self._request(method, path, fresh, **arguments)

    async def _request(
        self,
        method: str,
        path: str,
        credential: str,
        *,
        query: Query = (),
        body: bytes | None = None,
        can_repeat: bool = False,
        into: BytesIO | None = None,
        on_progress: OnProgress | None = None,
        root: str = "/api/v1/",
    ) -> Answer:
        headers = {"Authorization": credentials.header(credential)} if credential else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        pairs = list(query.items() if isinstance(query, Mapping) else query)
        answer = await self._http.request(
            method,
            f"{root}{path}?{urlencode(pairs)}" if pairs else root + path,
            headers=headers,
            content=body,
            can_repeat=can_repeat,
            tolerated=_REFUSALS,
            into=into,
            on_progress=on_progress,
            read_s=_LARGE_S if into is not None or len(body or b"") > 1_000_000 else None,
        )
        if answer.status in _REFUSALS:
            raise _refusal(answer)
        if into is None and not answer.media_type.endswith("json"):
            raise Offline("unexpected_answer", may_have_arrived=not can_repeat)
        return answer


def _refusal(answer: Answer) -> Exception:
    """What a refusing status means."""
    try:
        sentence = _FAILURE.decode(answer.body).error if answer.media_type.endswith("json") else None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        sentence = None
    if sentence is None:
        if answer.status == 413:
            return Refused(Code.TOO_LARGE, status=413)  # by the web server before it, in its own words
        return Offline("unexpected_answer", kind=f"HTTP {answer.status}")
    if answer.status == 403 and ("Authentication required" in sentence or "token expired" in sentence):
        return SignInNeeded(Code.UNAUTHENTICATED)
    if answer.status == 403 and "Maintenance mode" in sentence:
        return Offline(Code.UNAVAILABLE, kind="HTTP 403")
    return Refused(_REFUSALS[answer.status], status=answer.status, detail=sentence)
