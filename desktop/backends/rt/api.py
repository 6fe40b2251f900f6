"""Calls of RT's REST interface as the signed-in agent, and what its answers mean. Never repeats what had an effect.

RT answers 200 to a change it refused: what it says of it are sentences in the language of the user, so that whoever changes
something has to look afterwards. Called by everything in this package that needs the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import msgspec

from desktop.backends.base import Bug, Offline, Refresh, Refused, SignInNeeded, Throttled, TokenSource
from desktop.backends.http import Answer, HttpClient
from desktop.backends.rt.shapes import Page, Told, read, utf8
from desktop.wire.errors import Code

T = TypeVar("T")

_ROOT: Final = "/REST/2.0/"
_REFUSALS: Final = {
    400: Code.BAD_REQUEST,
    403: Code.FORBIDDEN,
    404: Code.NOT_FOUND,
    405: Code.BAD_REQUEST,
    409: Code.CONFLICT,
    412: Code.CONFLICT,
    413: Code.TOO_LARGE,
    415: Code.TYPE_NOT_ALLOWED,
    422: Code.UNKNOWN_VALUE,
}
_LARGE_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Said:
    """What RT said of a change, for developers: it may quote what was sent. ``place`` is the address of what it made."""

    sentences: tuple[str, ...] = ()
    place: str = ""


class RtApi:
    """RT as one agent may call it. ``refresh`` renews a credential that was refused."""

    def __init__(self, http: HttpClient, tokens: TokenSource | None, refresh: Refresh) -> None:
        self._http = http
        self._tokens = tokens
        self._refresh = refresh
        self.now = datetime.now(UTC)

    async def get(self, shape: type[T], path: str, query: Mapping[str, str] | None = None) -> T:
        """Read something."""
        return (await self.marked(shape, path, query))[0]

    async def marked(self, shape: type[T], path: str, query: Mapping[str, str] | None = None) -> tuple[T, str]:
        """Read something, and the mark of its version (ETag) that a change may be bound to."""
        answer = await self._read("GET", path + (f"?{urlencode(query)}" if query else ""), None)
        return read(shape, answer.body), answer.headers.get("etag", "").strip('"')

    async def search(
        self, shape: type[T], kind: str, query: str, fields: Mapping[str, str], **more: str | list[str]
    ) -> Page[T]:
        """Search for ``kind`` (``tickets`` …). The query is posted: it may be long."""
        form = urlencode({"query": query, "per_page": "100", **fields, **more}, doseq=True).encode()
        answer = await self._read("POST", kind, form, "application/x-www-form-urlencoded")
        found: Page[T] = read(Page[shape], answer.body)  # type: ignore[valid-type]
        return found

    async def search_json(
        self, shape: type[T], kind: str, query: str, fields: Mapping[str, str], **more: str | list[str]
    ) -> Page[T]:
        """Search by a JSON query, which RT wants as the body, and the rest in the address."""
        params = urlencode({"per_page": "100", **fields, **more}, doseq=True)
        answer = await self._read("POST", f"{kind}?{params}", query.encode(), "application/json")
        found: Page[T] = read(Page[shape], answer.body)  # type: ignore[valid-type]
        return found

    async def change(
        self, method: str, path: str, body: Mapping[str, Any], *, etag: str = "", is_large: bool = False
    ) -> Said:
        """Change something. Raises ``Refused`` with ``conflict`` where it is not as ``etag`` any more, ``Offline`` with
        ``may_have_arrived`` where it could have been done nevertheless."""
        headers = {"Content-Type": "application/json"} | ({"If-Match": f'"{etag}"'} if etag else {})
        try:
            content = msgspec.json.encode(body)
        except (UnicodeEncodeError, ValueError):
            raise Bug("not_json") from None
        answer = await self._call(method, path, headers, content, read_s=_LARGE_S if is_large else 60.0)
        sentences: Any = read(Any, answer.body, may_have_arrived=True) if answer.body.strip() else []
        said = tuple(str(one) for one in sentences) if isinstance(sentences, list) else ()
        return Said(said, answer.headers.get("location", ""))

    async def as_credential(self, shape: type[T], path: str, credential: str) -> T:
        """Read something as whoever ``credential`` is."""
        headers = {"Authorization": credential}
        answer = await self._http.request("GET", _ROOT + path, headers=headers, can_repeat=True, tolerated=_REFUSALS)
        return read(shape, _checked(answer).body)

    async def credential(self, stale: str = "") -> str:
        """Return what to call with, other than ``stale``. Raises ``SignInNeeded`` where there is nothing."""
        found = await self._tokens.access(self._refresh, stale) if self._tokens is not None else None
        if not found:
            raise SignInNeeded(Code.UNAUTHENTICATED)
        return found

    async def _read(self, method: str, path: str, content: bytes | None, media_type: str = "") -> Answer:
        """What comes to nothing here has changed nothing, whatever became of the request."""
        headers = {"Content-Type": media_type} if media_type else {}
        try:
            return await self._call(method, path, headers, content, can_repeat=True, read_s=_LARGE_S)
        except Throttled:
            raise
        except Offline as error:
            raise Offline(error.code, kind=error.kind) from None

    async def _call(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        content: bytes | None,
        *,
        can_repeat: bool = False,
        read_s: float | None = None,
    ) -> Answer:
        """A credential that is taken no longer is renewed once: what was refused for it has had no effect."""

        async def call(credential: str) -> Answer:
            answer = await self._http.request(
                method,
                _ROOT + path,
                headers={**headers, "Authorization": credential},
                content=content,
                can_repeat=can_repeat,
                read_s=read_s,
                tolerated=_REFUSALS,
            )
            self._note_time(answer)
            return _checked(answer)

        credential = await self.credential()
        try:
            return await call(credential)
        except SignInNeeded:
            fresh = await self.credential(stale=credential)
        return await call(fresh)

    def _note_time(self, answer: Answer) -> None:
        try:
            self.now = parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC)
        except (ValueError, TypeError):
            self.now = datetime.now(UTC)


def _checked(answer: Answer) -> Answer:
    """Raise what RT refused. What is no JSON came from somebody between."""
    if answer.status < 300:
        if not answer.media_type.endswith("json") and answer.body.strip():
            raise Offline("unexpected_answer", may_have_arrived=True)
        return answer
    try:
        told = msgspec.json.decode(utf8(answer.body), type=Told)
    except msgspec.MsgspecError:
        raise Offline("unexpected_answer", kind=f"HTTP {answer.status}") from None
    raise Refused(_REFUSALS[answer.status], status=answer.status, detail=told.message)
