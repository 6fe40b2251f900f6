"""A homeserver spoken to as the Matrix client-server API (1.11) has it: who we are, long polls, history, rooms, files. Its
refusals are values of ours; what it says in words is neither kept nor logged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import quote

import httpx
import msgspec

from desktop.hub.channels.base import ChannelDown, NotNow
from desktop.hub.channels.exchange import Reply, client, exchange
from desktop.hub.channels.matrix.settings import Settings

CLIENT: Final = "/_matrix/client/v3"
_MEDIA: Final = "/_matrix/client/v1/media/download"
_OLD_MEDIA: Final = "/_matrix/media/v3/download"
_UPLOAD: Final = "/_matrix/media/v3/upload"
_TIMEOUT_S: Final = 30.0
_LARGEST_SYNC: Final = 64 * 1024 * 1024
_LONGEST_PAUSE_S: Final = 600.0

Json = dict[str, Any]


class Rejected(Exception):
    """The homeserver will not do it; ``code`` is Matrix's own (``M_FORBIDDEN``)."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


class Homeserver:
    """One user of a homeserver. With a password it signs in when it has to, always as the same device: the server knows a
    message that is sent again by the device that sent it before."""

    def __init__(self, settings: Settings, device: str, *, token: str = "", password: str = "") -> None:
        self._settings = settings
        self._device = device
        self._token = token
        self._password = password
        self._signing_in = asyncio.Lock()
        self._http: httpx.AsyncClient | None = None
        self.user_id = ""

    async def close(self) -> None:
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    # --- who we are ---------------------------------------------------------------------------------------------------

    async def sign_in(self) -> str:
        """Return our user id. Raises ``ChannelDown``, ``NotNow``."""
        if not self.user_id:
            if not self._token:
                await self._log_in("")
            else:
                found = await self.ask("GET", f"{CLIENT}/account/whoami")
                self.user_id = str(found.get("user_id", ""))
        return self.user_id

    async def _log_in(self, stale: str) -> None:
        async with self._signing_in:
            if self._token != stale:
                return  # somebody else did meanwhile
            if not self._password:
                raise ChannelDown("sign_in_failed")
            reply = await self._send(
                "POST",
                f"{CLIENT}/login",
                body={
                    "type": "m.login.password",
                    "identifier": {"type": "m.id.user", "user": self._settings.user},
                    "password": self._password,
                    "device_id": self._device,
                    "initial_device_display_name": "Dirigent",
                },
                is_signed_in=False,
            )
            if reply.status == 429 or reply.status >= 500:
                raise NotNow("overloaded", _pause_s(reply))
            found = reply.json()
            if not reply.is_done or not found.get("access_token"):
                raise ChannelDown("sign_in_failed")
            self._token, self.user_id = str(found["access_token"]), str(found["user_id"])

    # --- asking -------------------------------------------------------------------------------------------------------

    async def ask(self, method: str, path: str, **options: Any) -> Json:
        """Return the answer to a request. Raises ``Rejected``; ``NotNow`` where nothing was done, ``ChannelDown`` where
        nobody knows or we may not sign in."""
        return (await self._ask(method, path, **options)).json()

    async def _ask(self, method: str, path: str, **options: Any) -> Reply:
        for is_again in (False, True):
            if not self._token:
                await self._log_in("")
            token = self._token
            reply = await self._send(method, path, **options)
            if reply.is_done:
                return reply
            code = str(reply.json().get("errcode", ""))
            if reply.status == 429:
                raise NotNow("rate_limited", _pause_s(reply))
            if reply.status >= 500 or reply.status == 408:
                raise ChannelDown("overloaded")
            if code == "M_UNKNOWN_TOKEN" and not is_again:
                await self._log_in(token)
                continue
            if reply.status == 401:
                raise ChannelDown("sign_in_failed")
            raise Rejected(reply.status, code)
        raise ChannelDown("sign_in_failed")

    async def _send(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        content: bytes | None = None,
        media_type: str = "application/json",
        query: dict[str, str] | None = None,
        timeout_s: float = _TIMEOUT_S,
        largest: int = 1024 * 1024,
        is_signed_in: bool = True,
    ) -> Reply:
        if self._http is None:
            self._http = client(_TIMEOUT_S)
        if body is not None:
            content = msgspec.json.encode(body)
        headers = {"authorization": f"Bearer {self._token}"} if is_signed_in else {}
        if content is not None:
            headers["content-type"] = media_type
        request = self._http.build_request(
            method,
            self._settings.homeserver.rstrip("/") + path,
            params=query,
            content=content,
            headers=headers,
            timeout=httpx.Timeout(timeout_s, connect=10.0),
        )
        return await exchange(self._http, request, largest=largest, is_cut=False)

    # --- what is asked ------------------------------------------------------------------------------------------------

    async def sync(self, since: str, filter_: str) -> Json:
        """Return what is new since a token, after a while nothing (a long poll)."""
        query = {"filter": filter_, "timeout": str(int(self._settings.poll_s * 1000) if since else 0)}
        if since:
            query["since"] = since
        timeout_s = self._settings.poll_s + _TIMEOUT_S
        return await self.ask("GET", f"{CLIENT}/sync", query=query, timeout_s=timeout_s, largest=_LARGEST_SYNC)

    async def before(self, room: str, token: str, filter_: str, limit: int) -> tuple[list[Json], str]:
        """Return events of a room before a token, the newest first, and the token to go on from ('' at the end)."""
        query = {"dir": "b", "from": token, "limit": str(limit), "filter": filter_}
        found = await self.ask("GET", f"{room_path(room)}/messages", query=query, largest=_LARGEST_SYNC)
        chunk = [one for one in found.get("chunk", []) if isinstance(one, dict)]
        end = str(found.get("end") or "")
        return chunk, "" if end == token else end

    async def name_of(self, user: str) -> str:
        """Return how somebody calls themselves, '' where they do not."""
        try:
            found = await self.ask("GET", f"{CLIENT}/profile/{quote(user, safe='')}/displayname")
        except Rejected:
            return ""
        return str(found.get("displayname") or "")

    async def upload(self, data: bytes, name: str, media_type: str) -> str:
        """Store a file and return its ``mxc`` address."""
        found = await self.ask(
            "POST", _UPLOAD, content=data, media_type=media_type, query={"filename": name}, timeout_s=120.0
        )
        return str(found.get("content_uri", ""))

    async def download(self, mxc: str, largest: int) -> AsyncIterator[bytes]:
        """Return a file; older servers have it where no sign-in is needed. Raises ``Rejected``, and ``ChannelDown`` where it
        is larger than ``largest``."""
        server, _, media = mxc.removeprefix("mxc://").partition("/")
        if not mxc.startswith("mxc://") or not server or not media or "/" in media:
            raise Rejected(400, "M_INVALID_PARAM")
        place = f"/{quote(server, safe='')}/{quote(media, safe='')}"
        try:
            reply = await self._ask("GET", _MEDIA + place, timeout_s=120.0, largest=largest)
        except Rejected as rejected:
            if rejected.code != "M_UNRECOGNIZED":
                raise
            reply = await self._ask("GET", _OLD_MEDIA + place, timeout_s=120.0, largest=largest)

        async def whole() -> AsyncIterator[bytes]:
            yield reply.body

        return whole()


def room_path(room: str) -> str:
    """Return the address of a room."""
    return f"{CLIENT}/rooms/{quote(room, safe='')}"


def _pause_s(reply: Reply) -> float | None:
    wanted = reply.json().get("retry_after_ms")
    if isinstance(wanted, int | float) and wanted >= 0:
        return min(wanted / 1000, _LONGEST_PAUSE_S)
    return reply.after_s
