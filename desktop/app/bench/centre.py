"""A hub of the benchmark's own: a child process with one agent, some known customers, and a channel that hands their messages
in. Whoever sends runs on a thread with a connection that stays open, so that a message costs the window nothing."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from desktop.app.bench.caches import BenchFailed
from desktop.app.embedded import EmbeddedHub, HubFailed
from desktop.wire import paths

AGENT = "bench"
CUSTOMERS = 20
_TEXTS = (
    "Guten Tag, wo bleibt meine Bestellung? Sie sollte gestern ankommen.",
    "Meine Rechnung ist viel zu hoch, bitte prüfen Sie das.",
    "Ich möchte meinen Vertrag kündigen. Was muss ich tun?",
    "Seit heute früh geht das Internet nicht mehr, das ärgert mich sehr.",
    "Hello, I was charged twice for the same order. Can you help?",
)


class BenchCentre:
    """A running hub. ``channel_post`` is what a channel adapter does."""

    def __init__(self, url: str, password: str, admin: str, channel: str) -> None:
        self.url = url
        self.password = password
        self._admin = admin
        self._channel = channel
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bench-channel")

    def close(self) -> None:
        self._thread.shutdown()
        self._connection.close()

    @staticmethod
    def address(customer: int) -> str:
        return f"kim.bauer.{customer % CUSTOMERS}@example.org"

    @staticmethod
    def text(number: int) -> str:
        return _TEXTS[number % len(_TEXTS)]

    async def add_customers(self) -> None:
        """Have a CRM tell who the customers are."""
        for number in range(CUSTOMERS):
            record = {
                "name": f"Kim Bauer {number}",
                "number": f"B{1000 + number}",
                "language": "de",
                "identities": [{"kind": "email", "value": self.address(number), "is_verified": True}],
            }
            await self._send("PUT", f"{paths.CUSTOMERS}/bench/{number}", record, self._admin)

    async def epoch(self) -> str:
        """Return the epoch of the hub's change feed."""
        self._connection.close()  # while a cache was filled, the hub gave it up
        *_, page = await self._send("GET", f"{paths.CHANGES}?after=0&limit=1", None, self._admin)
        return str(page["epoch"])

    async def write(self, thread: str, customer: int, text: str) -> tuple[float, float, str]:
        """Hand a chat message in; returns when it was posted and when answered (``time.perf_counter``), and its
        interaction."""
        message = {
            "external_id": secrets.token_hex(12),
            "from": {"address": self.address(customer), "name": f"Kim Bauer {customer % CUSTOMERS}"},
            "text": text,
            "thread": thread,
        }
        began, ended, answer = await self._send("POST", f"{paths.INBOUND}/chat", message, self._channel)
        return began, ended, str(answer["interaction_id"])

    async def _send(self, method: str, path: str, body: Any, token: str) -> tuple[float, float, dict[str, Any]]:
        payload = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

        def send() -> tuple[float, float, dict[str, Any]]:
            began = time.perf_counter()
            self._connection.request(method, path, payload, headers)
            answer = self._connection.getresponse()
            said = answer.read()
            ended = time.perf_counter()
            if answer.status >= 300:
                raise BenchFailed(f"the hub answered {answer.status} to {method} {path.partition('?')[0]}")
            return began, ended, json.loads(said)

        try:
            return await asyncio.wrap_future(self._thread.submit(send))
        except (OSError, http.client.HTTPException) as error:
            raise BenchFailed(f"the hub cannot be reached: {type(error).__name__}") from error


@contextlib.asynccontextmanager
async def running(folder: Path) -> AsyncIterator[BenchCentre]:
    """A hub in ``folder`` with the agent ``AGENT`` and its customers. Raises ``BenchFailed``."""
    password = secrets.token_urlsafe(16)
    await asyncio.to_thread(add_agent, folder, password)
    async with serving(folder, password) as centre:
        await centre.add_customers()
        yield centre


@contextlib.asynccontextmanager
async def serving(folder: Path, password: str) -> AsyncIterator[BenchCentre]:
    """The hub whose data is in ``folder``; ``password`` is what ``AGENT`` was added with. Raises ``BenchFailed``."""
    hub = EmbeddedHub(folder, ["desktop", "hub", "serve", "--with-parent"])
    try:
        endpoint = await hub.start()
    except HubFailed as error:
        raise BenchFailed(str(error)) from error
    centre = BenchCentre(endpoint.url, password, hub.token, endpoint.token)
    try:
        yield centre
    finally:
        centre.close()
        await asyncio.to_thread(hub.stop)


def add_agent(folder: Path, password: str) -> None:
    """Give the hub in ``folder`` its agent ``AGENT``. Raises ``BenchFailed``."""
    command = [sys.executable, "-m", "desktop", "hub", "user", "add", AGENT, "--role", "agent", "--password-stdin"]
    skills = ["--skill", "lang:de:5", "--skill", "lang:en:5"]
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [*command, *skills, "--data", str(folder)], input=password.encode(), capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or [""]
        raise BenchFailed(f"the hub's agent could not be added: {said[0]}")
