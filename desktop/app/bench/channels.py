"""``dirigent bench channels``: how long a customer's message takes from a page or a mail program to the desktops, in a hub
under load. Visitors write by the web chat's own public address, mails come by the intake that an adapter calls; desktops are
real clients with an event stream each, which accept what rings at them, answer, and close it. Afterwards the same goes on
while the hub is killed again and again: every message must then be there once.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import json
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from desktop.app.bench.caches import BenchFailed
from desktop.app.bench.figures import Report, Size, figure, report
from desktop.app.embedded import Endpoint, read_endpoint
from desktop.backends.base import BackendError, HintKind, Refresh
from desktop.backends.hub import HubBackend
from desktop.domain.agent import PresenceState, Role, Skill
from desktop.domain.commands import Accept, Command, SendMessage, SetPresence, WrapUp
from desktop.domain.ids import AgentId, CommandId, InteractionId, new_id
from desktop.wire import paths

CHATS_A_MINUTE: Final = 200
MAILS_A_MINUTE: Final = 50
ARRIVAL_BUDGET_MS: Final = 150.0
ORIGIN: Final = "https://shop.example"
_KILL_EVERY_S: Final = 5.0
_SETTLE_S: Final = 10.0
_MARK: Final = re.compile(rb"\[b-(\d{6})\]")
_ACCOUNT: Final = f"accounts:\n  - {{name: page, kind: webchat, channel: chat, settings: {{origins: [{ORIGIN!r}]}}}}\n"
_TEXTS: Final = (
    "Guten Tag, wo bleibt meine Bestellung? Sie sollte gestern ankommen.",
    "Meine Rechnung ist viel zu hoch, bitte prüfen Sie das.",
    "Hello, I was charged twice for the same order. Can you help?",
)


class _Token:
    """What a desktop calls with; it is good longer than a benchmark takes."""

    def __init__(self) -> None:
        self.value: str | None = None

    async def access(self, refresh: Refresh, stale: str = "") -> str | None:
        return self.value


@dataclass
class _Count:
    """When what was sent, and when which desktop had it (``time.perf_counter``)."""

    sent: dict[int, float] = field(default_factory=dict)
    answered: set[int] = field(default_factory=set)
    delays_ms: list[float] = field(default_factory=list)
    replies: int = 0
    breaks: int = 0


class _Hub:
    """A hub process on a port that stays, killed and started again at will."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.endpoint = Endpoint(url="", token="")

    async def start(self) -> None:
        file = self._folder / "endpoint.json"
        file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "desktop", "hub", "serve", "--data", str(self._folder), "--learn-at", "never"]
        command += ["--port", str(self._port), "--endpoint-file", str(file)]
        self._process = await asyncio.to_thread(self._begin, command)
        until = time.monotonic() + 30
        while (found := read_endpoint(file)) is None:
            if self._process.poll() is not None or time.monotonic() > until:
                raise BenchFailed("the hub did not start")
            await asyncio.sleep(0.02)
        self.endpoint = found
        self._port = int(found.url.rsplit(":", 1)[1])

    def _begin(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self._folder / "hub.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 - our own interpreter and module

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(20)


def measure(args: argparse.Namespace) -> Report:
    """Run a hub with ``args.desktops`` clients under load for ``args.seconds``, then kill it ``args.kills`` times."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measured(args, Path(folder)))


async def _measured(args: argparse.Namespace, folder: Path) -> Report:
    (folder / "channels.yaml").write_text(_ACCOUNT)
    password = secrets.token_urlsafe(16)
    agents = await _staff(folder, args.desktops, password)
    hub, count = _Hub(folder), _Count()
    await hub.start()
    threads = ThreadPoolExecutor(16, thread_name_prefix="bench-customer")
    try:
        async with contextlib.AsyncExitStack() as stack:
            for user, agent_id in agents.items():
                await stack.enter_async_context(_desktop(hub.endpoint.url, user, agent_id, password, count))
            await asyncio.sleep(2)
            await _customers(hub, threads, count, range(_arrivals(args.seconds)), args.seconds)
            await asyncio.sleep(2)
            delays, breaks, measured = list(count.delays_ms), count.breaks, len(count.sent)
            lost, doubled = await _through_kills(hub, threads, count, args.kills, folder)
    finally:
        threads.shutdown(wait=False)
        hub.stop()
    if not delays:
        raise BenchFailed("no message reached a desktop")
    return report(
        "channels",
        [
            figure("arrival to the event stream of each desktop", delays, budget_p95=ARRIVAL_BUDGET_MS),
            figure("messages lost through kills", [float(lost)], unit="", budget_worst=0),
            figure("messages doubled through kills", [float(doubled)], unit="", budget_worst=0),
        ],
        size=Size(messages=len(count.sent), interactions=len(count.sent), customers=len(count.sent)),
        seed=args.seed,
        runs=args.seconds,
        notes=[
            f"{args.desktops} desktops, {CHATS_A_MINUTE} chats and {MAILS_A_MINUTE} mails a minute, {measured} messages in "
            f"{args.seconds} s; in all {count.replies} contacts were answered and closed by the desktops",
            f"{breaks} streams broke while nothing was killed; then {args.kills} kills by SIGKILL",
            "mails come by the HTTP intake; the way from a mailbox to it is not in these figures",
        ],
    )


def _arrivals(seconds: float) -> int:
    return round(seconds * (CHATS_A_MINUTE + MAILS_A_MINUTE) / 60)


async def _staff(folder: Path, many: int, password: str) -> dict[str, AgentId]:
    """Make the agents of a hub that does not run yet; returns their ids by user."""
    from desktop.hub.auth import accounts
    from desktop.hub.auth.passwords import hash_now
    from desktop.hub.db.database import Database
    from desktop.hub.server import database_url

    hashed = hash_now(password)
    skills = (Skill(name="lang:de", level=5), Skill(name="lang:en", level=5))
    database = await Database.open(database_url(folder, ""))
    try:
        async with database.write() as ledger:
            made = [
                await accounts.add(ledger, user=f"agent{n}", password_hash=hashed, role=Role.AGENT, skills=skills)
                for n in range(many)
            ]
    finally:
        await database.close()
    return {agent.user: agent.id for agent in made}


# --- desktops -------------------------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def _desktop(url: str, user: str, agent_id: AgentId, password: str, count: _Count) -> AsyncIterator[None]:
    token = _Token()
    backend = HubBackend(url, token)
    await backend.warm_up()
    token.value = (await backend.sign_in(user, password)).access_token
    await backend.perform(CommandId(new_id()), SetPresence(state=PresenceState.READY))
    listening = asyncio.create_task(_listen(backend, agent_id, count))
    try:
        yield
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await backend.close()


async def _listen(backend: HubBackend, agent_id: AgentId, count: _Count) -> None:
    cursor = msgspec.json.decode(await backend.changes(0, limit=1))["latest"]
    heard: set[int] = set()
    working: set[asyncio.Task[None]] = set()
    offered = f'"assignee":"{agent_id}"'.encode()
    while True:
        with contextlib.suppress(BackendError):
            async with contextlib.aclosing(backend.events(cursor)) as hints:
                async for hint in hints:
                    if hint.kind is not HintKind.CHANGE:
                        continue
                    at, cursor = time.perf_counter(), hint.seq
                    head = hint.data[:160]
                    if b'"message"' in head and (mark := _MARK.search(hint.data)):
                        number = int(mark[1])
                        if number not in heard and number in count.sent:
                            heard.add(number)
                            count.delays_ms.append((at - count.sent[number]) * 1000)
                    elif b'"interaction"' in head and b'"state":"offered"' in hint.data and offered in hint.data:
                        task = asyncio.create_task(_serve(backend, json.loads(hint.data)["id"], count))
                        working.add(task)
                        task.add_done_callback(working.discard)
        count.breaks += 1
        await asyncio.sleep(0.2)


async def _serve(backend: HubBackend, id_: str, count: _Count) -> None:
    """Accept, answer and close, as fast as nobody could."""
    interaction = InteractionId(id_)
    steps: tuple[Command, ...] = (
        Accept(interaction_id=interaction),
        SendMessage(interaction_id=interaction, text="Thank you, I am looking into it."),
        WrapUp(interaction_id=interaction, disposition="solved"),
    )
    for step in steps:
        await asyncio.sleep(0.5)
        try:
            answer = await backend.perform(CommandId(new_id()), step)
        except BackendError:
            return
        if answer.outcome != "applied":
            return
    count.replies += 1


# --- customers ------------------------------------------------------------------------------------------------------------


async def _customers(hub: _Hub, threads: ThreadPoolExecutor, count: _Count, numbers: range, seconds: float) -> None:
    """Send messages evenly over ``seconds``; returns once all were taken in."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    under_way = []
    for place, number in enumerate(numbers):
        await asyncio.sleep(max(0.0, began + place * seconds / len(numbers) - time.perf_counter()))
        is_mail = number % (CHATS_A_MINUTE // MAILS_A_MINUTE + 1) == 0
        under_way.append(loop.run_in_executor(threads, _mail if is_mail else _chat, hub, number, count))
    await asyncio.gather(*under_way)


def _chat(hub: _Hub, number: int, count: _Count) -> None:
    """A visitor comes and writes; the page tries again until it is told that the hub has it."""
    origin = {"Origin": ORIGIN}
    session = _until_taken(hub, "/chat/page/session", {}, origin)
    said = {"key": f"bench-{number:06}", "text": _text(number)}
    headers = {**origin, "Authorization": f"Bearer {session['token']}"}
    count.sent.setdefault(number, time.perf_counter())
    _until_taken(hub, "/chat/page/messages", said, headers)
    count.answered.add(number)


def _mail(hub: _Hub, number: int, count: _Count) -> None:
    said = {
        "external_id": f"<b-{number:06}@example.org>",
        "from": {"address": f"kim.bauer.{number}@example.org", "name": "Kim Bauer"},
        "subject": "Frage",
        "text": _text(number),
    }
    count.sent.setdefault(number, time.perf_counter())
    _until_taken(hub, f"{paths.INBOUND}/email", said, None)
    count.answered.add(number)


def _text(number: int) -> str:
    return f"{_TEXTS[number % len(_TEXTS)]} [b-{number:06}]"


def _until_taken(hub: _Hub, path: str, body: Any, headers: dict[str, str] | None) -> dict[str, Any]:
    until = time.monotonic() + 60
    while True:
        parts = urlsplit(hub.endpoint.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        own = headers if headers is not None else {"Authorization": f"Bearer {hub.endpoint.token}"}
        try:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **own})
            answer = connection.getresponse()
            said = answer.read()
            if answer.status < 300:
                found: dict[str, Any] = json.loads(said)
                return found
            problem = f"the hub answered {answer.status} to POST {path}"
        except (OSError, http.client.HTTPException) as error:
            problem = f"the hub cannot be reached: {type(error).__name__}"
        finally:
            connection.close()
        if time.monotonic() > until:
            raise BenchFailed(problem)
        time.sleep(0.2)


async def _through_kills(
    hub: _Hub, threads: ThreadPoolExecutor, count: _Count, kills: int, folder: Path
) -> tuple[int, int]:
    """Kill the hub while messages arrive. Returns how many of those it said it has are not there, and how many twice."""
    seconds = kills * _KILL_EVERY_S
    if kills:
        first = len(count.sent)
        numbers = range(first, first + _arrivals(seconds))
        sending = asyncio.create_task(_customers(hub, threads, count, numbers, seconds))
        for _ in range(kills):
            await asyncio.sleep(_KILL_EVERY_S / 2)
            await asyncio.to_thread(hub.kill)
            await hub.start()
            await asyncio.sleep(_KILL_EVERY_S / 2)
        await sending
    await asyncio.sleep(_SETTLE_S if kills else 0)
    return await _lost_and_doubled(folder, count)


async def _lost_and_doubled(folder: Path, count: _Count) -> tuple[int, int]:
    from desktop.domain.changes import Table
    from desktop.domain.interaction import Message
    from desktop.hub.db.reading import reader
    from desktop.hub.server import database_url

    async with reader(database_url(folder, "")) as ledger:
        messages: list[Message] = await ledger.find(Table.MESSAGE)
    found: dict[int, int] = {}
    for message in messages:
        mark = _MARK.search(message.text.encode())
        if mark is not None:
            found[int(mark[1])] = found.get(int(mark[1]), 0) + 1
    lost = sum(number not in found for number in count.answered)
    return lost, sum(many - 1 for many in found.values())
