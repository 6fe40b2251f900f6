"""One request over HTTP and its bounded answer, for adapters. Redirects are never followed: an address is the
administrator's, and where it leads is not for the other end to say."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx
import msgspec
from msgspec import Struct

from desktop.hub.channels.base import ChannelDown, NotNow

LARGEST_ANSWER: Final = 1024 * 1024
LONGEST_PAUSE_S: Final = 3600.0


class Reply(Struct, frozen=True, kw_only=True):
    """``body`` is cut to what was asked for; names of ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_done(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> dict[str, Any]:
        """Return the body as an object, an empty one where it is none."""
        with contextlib.suppress(msgspec.DecodeError):
            found = msgspec.json.decode(self.body)
            return found if isinstance(found, dict) else {}
        return {}

    @property
    def after_s(self) -> float | None:
        """After how many seconds the other end wants to be asked again (RFC 9110, section 10.2.3)."""
        return after_s(self.headers.get("retry-after", ""))


def after_s(value: str) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, at most an hour; ``None`` where it says nothing."""
    value = value.strip()
    if value.isdecimal() and value.isascii():
        return min(float(value[:9]), LONGEST_PAUSE_S)
    try:
        at = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    wait_s = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds()
    return min(max(wait_s, 0.0), LONGEST_PAUSE_S)


def client(timeout_s: float, *, connect_s: float = 10.0) -> httpx.AsyncClient:
    """Return a client that follows nothing."""
    return httpx.AsyncClient(timeout=httpx.Timeout(timeout_s, connect=connect_s), follow_redirects=False)


async def exchange(
    http: httpx.AsyncClient, request: httpx.Request, *, largest: int = LARGEST_ANSWER, is_cut: bool = True
) -> Reply:
    """Send a request and return the answer. Raises ``NotNow`` where nothing was sent, ``ChannelDown`` where something may
    have been, or the answer is larger than ``largest`` and not to be cut (``is_cut``)."""
    try:
        answer = await http.send(request, stream=True)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError):
        raise NotNow("unreachable") from None
    except httpx.TransportError:
        raise ChannelDown("unreachable") from None
    body = bytearray()
    try:
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > largest:
                if not is_cut:
                    raise ChannelDown("answer_too_large")
                break
    except (httpx.TransportError, httpx.DecodingError):
        if not answer.is_success:
            body.clear()
        else:
            raise ChannelDown("unreachable") from None
    finally:
        await answer.aclose()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Reply(status=answer.status_code, headers=headers, body=bytes(body[:largest]))
