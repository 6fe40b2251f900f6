"""The one shared HTTP client: how the program gets out of the house, and what a failure on the way means.

Nothing else imports httpx. It is imported on first use, or earlier by ``warm_up`` on a thread, because the first paint
must not wait for it. No token, body, query or address is ever logged or put into an error.
"""

from __future__ import annotations

import asyncio
import importlib
import ipaddress
import logging
import os
import ssl
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Container, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast
from urllib.parse import urlsplit

import msgspec

from desktop.backends.base import (
    BackendError,
    Bug,
    Chunks,
    Offline,
    OnProgress,
    Refused,
    SignInNeeded,
    Throttled,
)
from desktop.wire.errors import Code, Problem

if TYPE_CHECKING:
    import httpx

_log = logging.getLogger(__name__)

_problem: Final = msgspec.json.Decoder(Problem)
_CODE_LENGTH: Final = 64
_LONGEST_RETRY_S: Final = 3600.0
_PIECE_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """How to get out. Empty ``proxy`` means what the environment says; times are seconds.

    ``ca_file`` (PEM) is trusted beside the system's authorities; ``client_cert`` and ``client_key`` (PEM) identify this
    machine where the other side asks for it.
    """

    proxy: str = ""
    ca_file: str = ""
    client_cert: str = ""
    client_key: str = ""
    connect_s: float = 5.0
    read_s: float = 30.0

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> HttpSettings:
        """Read ``DIRIGENT_PROXY``, ``DIRIGENT_CA_FILE``, ``DIRIGENT_CLIENT_CERT`` and ``DIRIGENT_CLIENT_KEY``."""
        return cls(
            proxy=environ.get("DIRIGENT_PROXY", ""),
            ca_file=environ.get("DIRIGENT_CA_FILE", ""),
            client_cert=environ.get("DIRIGENT_CLIENT_CERT", ""),
            client_key=environ.get("DIRIGENT_CLIENT_KEY", ""),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer; the names of ``headers`` are in lower case. Body and headers stay out of its ``repr``."""

    status: int
    body: bytes = field(repr=False)
    media_type: str = ""
    retry_after: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def check(self) -> None:
        """Raise what the status means; below 300 passes."""
        status = self.status
        if status < 300:
            return
        problem = self._problem()
        code = problem.code[:_CODE_LENGTH] if problem is not None else ""
        wait_s = retry_after_s(self.retry_after)
        if status == 401:
            raise SignInNeeded(code or Code.UNAUTHENTICATED)
        if status == 429 or (status == 503 and wait_s is not None):
            raise Throttled(code or Code.RATE_LIMITED, wait_s if wait_s is not None else 1.0)
        if status >= 500:
            fallback = Code.INTERNAL if status == 500 else Code.UNAVAILABLE
            raise Offline(code or fallback, may_have_arrived=status != 503, kind=f"HTTP {status}")
        if status < 400 or status in (407, 408, 425) or problem is None:
            # A sign-in page of the hotel's network, or a proxy's own words: not the server speaking.
            raise Offline("unexpected_answer", may_have_arrived=status == 408, kind=f"HTTP {status}")
        raise Refused(code, status=status, title=problem.title, detail=problem.detail)

    def _problem(self) -> Problem | None:
        if not self.media_type.endswith("json"):
            return None
        try:
            return _problem.decode(self.body)
        except msgspec.MsgspecError:
            return None


def _load() -> ModuleType:
    if "httpx" not in sys.modules:
        # Its command line brings rich, click and pygments along where they are installed: 8 MiB that no window needs.
        # Without, httpx goes without.
        cast("dict[str, ModuleType | None]", sys.modules)["httpx._main"] = None
    module = importlib.import_module("httpx")
    importlib.import_module("httpx_sse")
    for name in ("httpx", "httpcore"):
        # Both would tell whole addresses and headers.
        logging.getLogger(name).setLevel(logging.WARNING)
    # A page of a history is large, and each piece in which it is read costs more than what is in it.
    importlib.import_module("httpcore").AsyncHTTP11Connection.READ_NUM_BYTES = _PIECE_BYTES
    return module


async def warm_up() -> None:
    """Import the HTTP library on a thread, so that the first request need not."""
    await asyncio.to_thread(_load)


def is_loopback(url: str) -> bool:
    """Whether ``url`` stays on this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class HttpClient:
    """Calls one server. Connections are kept alive and shared; made on the first call, ended by ``close``."""

    def __init__(self, url: str, settings: HttpSettings | None = None) -> None:
        self.url = url.rstrip("/")
        self._settings = settings or HttpSettings.from_environment()
        self._client: httpx.AsyncClient | None = None
        self._making = asyncio.Lock()
        self._is_closed = False
        self._httpx: Any = None

    async def request(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | Chunks | None = None,
        read_s: float | None = None,
        can_repeat: bool = False,
        tolerated: Container[int] = (),
        into: BytesIO | None = None,
        on_progress: OnProgress | None = None,
    ) -> Answer:
        """Send a request and return its whole answer; with ``into`` the body of a good one goes there, piece by piece.

        ``can_repeat`` says that carrying it out twice is the same as once: where a kept-alive connection turns out dead,
        it goes out a second time at once. Raises ``BackendError`` by the meaning of the status, but for ``tolerated`` ones.
        """
        client = await self._ready()
        request = client.build_request(
            method,
            path,
            params=params,
            headers=self._headers(token, headers),
            content=content,
            timeout=self._timeout(read_s),
        )
        try:
            try:
                answer = await _sent(client, request, into, on_progress)
            except (self._httpx.ReadError, self._httpx.WriteError, self._httpx.RemoteProtocolError):
                if not can_repeat:
                    raise
                answer = await _sent(client, request, into, on_progress)
        except Exception as error:
            self._explain(error)
        if answer.status not in tolerated:
            answer.check()
        return answer

    @asynccontextmanager
    async def events(
        self, path: str, *, token: str, headers: Mapping[str, str], silent_s: float
    ) -> AsyncIterator[AsyncGenerator[tuple[str, str, str], None]]:
        """Open an event stream and give its ``(event, id, data)``; broken when nothing, not even a ping, comes for
        ``silent_s`` seconds."""
        client = await self._ready()
        sse = importlib.import_module("httpx_sse")
        async with (
            _translated(self),
            sse.aconnect_sse(
                client, "GET", path, headers=self._headers(token, headers), timeout=self._timeout(silent_s)
            ) as source,
        ):
            if source.response.status_code >= 300:
                await source.response.aread()
                _answer(source.response).check()
            if _media_type(source.response) != "text/event-stream":
                raise Offline("unexpected_answer")

            async def read() -> AsyncGenerator[tuple[str, str, str], None]:
                stream = source.aiter_sse()
                try:
                    async for event in stream:
                        yield event.event, event.id, event.data
                except self._httpx.HTTPError as error:
                    self._explain(error)
                finally:
                    await stream.aclose()

            yield read()

    async def warm_up(self) -> None:
        """Do on a thread what the first request would have to wait for. Raises ``Refused`` for unusable settings."""
        await self._ready()

    async def close(self) -> None:
        """End all connections; what is asked for afterwards finds no way."""
        self._is_closed = True
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _ready(self) -> httpx.AsyncClient:
        if self._is_closed:
            raise Offline("closed")
        if self._client is None:
            async with self._making:
                if self._client is None:
                    self._client = await asyncio.to_thread(self._make)
        return self._client

    def _make(self) -> httpx.AsyncClient:
        self._httpx = _load()
        settings = self._settings
        try:
            return self._httpx.AsyncClient(  # type: ignore[no-any-return]
                base_url=self.url,
                # Nobody's proxy leads to this machine, whatever the environment says.
                trust_env=not is_loopback(self.url),
                proxy=settings.proxy or None,
                verify=trust(settings) if self.url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                limits=self._httpx.Limits(max_connections=20, max_keepalive_connections=8, keepalive_expiry=60.0),
                headers={"User-Agent": "Dirigent", "Accept": "application/json"},
                follow_redirects=False,
            )
        except (OSError, ssl.SSLError):
            raise Refused("bad_certificate_file") from None
        except (ValueError, self._httpx.InvalidURL):
            raise Refused("bad_address") from None

    def _timeout(self, read_s: float | None) -> Any:
        settings = self._settings
        return self._httpx.Timeout(connect=settings.connect_s, read=read_s or settings.read_s, write=30.0, pool=10.0)

    @staticmethod
    def _headers(token: str, headers: Mapping[str, str] | None) -> dict[str, str]:
        return {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}

    def _explain(self, error: Exception) -> NoReturn:
        """Raise what ``error`` means. What it says is dropped: it may name addresses."""
        httpx, kind = self._httpx, type(error).__name__
        match error:
            case BackendError():
                raise error
            case httpx.ConnectTimeout() | httpx.PoolTimeout():
                raise Offline("timed_out", kind=kind) from None
            case httpx.TimeoutException():
                raise Offline("timed_out", may_have_arrived=True, kind=kind) from None
            case httpx.ProxyError():
                raise Offline("proxy", kind=kind) from None
            case httpx.ConnectError():
                raise Offline("certificate" if _is_certificate(error) else "unreachable", kind=kind) from None
            case httpx.UnsupportedProtocol() | httpx.InvalidURL():
                raise Refused("bad_address") from None
            case httpx.LocalProtocolError() | httpx.StreamError():
                raise Bug("local_protocol") from None
            case httpx.HTTPError() | OSError():
                raise Offline("answer_lost", may_have_arrived=True, kind=kind) from None
            case _:
                raise error


def retry_after_s(value: str, now: datetime | None = None) -> float | None:
    """Return the seconds a ``Retry-After`` header asks for (RFC 9110, section 10.2.3), at most an hour; ``None`` where
    it says nothing usable."""
    value = value.strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            at = parsedate_to_datetime(value)
        except ValueError:
            return None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        seconds = (at - (now or datetime.now(UTC))).total_seconds()
    if seconds != seconds:
        return None
    return min(max(seconds, 0.0), _LONGEST_RETRY_S)


def trust(settings: HttpSettings) -> ssl.SSLContext:
    """The system's authorities (or, where it has none, certifi's) and the company's own beside them."""
    context = ssl.create_default_context()
    places = ssl.get_default_verify_paths()
    if not (places.cafile or places.capath) and not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(importlib.import_module("certifi").where())
    if settings.ca_file:
        context.load_verify_locations(settings.ca_file)
    if settings.client_cert:
        context.load_cert_chain(settings.client_cert, settings.client_key or None)
    return context


def _is_certificate(error: BaseException) -> bool:
    chain: list[BaseException | None] = [error]
    while (last := chain[-1]) is not None and len(chain) < 8:
        if isinstance(last, ssl.SSLError) or "CERTIFICATE_VERIFY_FAILED" in str(last):
            return True
        chain.append(last.__cause__ or last.__context__)
    return False


async def _sent(
    client: httpx.AsyncClient, request: httpx.Request, into: BytesIO | None, on_progress: OnProgress | None
) -> Answer:
    """Send a request and read its answer, telling of each piece that went into ``into``."""
    if into is None:
        return _answer(await client.send(request))
    response = await client.send(request, stream=True)
    try:
        if response.status_code >= 300:
            await response.aread()
            return _answer(response)
        into.seek(0)
        into.truncate()
        length = response.headers.get("content-length", "")
        async for piece in response.aiter_bytes():
            into.write(piece)
            if on_progress is not None:
                on_progress(into.tell(), int(length) if length.isdecimal() else 0)
        return _answer(response, b"")
    finally:
        await response.aclose()


def _answer(response: httpx.Response, body: bytes | None = None) -> Answer:
    """The whole of an answer that was read."""
    return Answer(
        response.status_code,
        response.content if body is None else body,
        _media_type(response),
        response.headers.get("retry-after", ""),
        dict(response.headers),
    )


def _media_type(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


@asynccontextmanager
async def _translated(client: HttpClient) -> AsyncIterator[None]:
    try:
        yield
    except Exception as error:
        client._explain(error)
