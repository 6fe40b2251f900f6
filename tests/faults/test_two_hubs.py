"""Two hub processes on one database, killed now and then, while customers write and agents do whatever they like: no request
is lost or doubled, nobody has what somebody else has, and no offer goes beyond what an agent can take."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from desktop.domain.agent import Role
from desktop.hub.auth import accounts
from desktop.hub.db.database import Database, sqlite_url

PASSWORD = "correct horse battery"
AGENTS = ("anna", "bert", "carl", "dora")
CAPACITY = 3
"""Chats at once where nothing else is set (``insight.routing.DEFAULT_CAPACITY``)."""

ENOUGH = 20
"""So many requests say something."""

IN_HAND = ("offered", "active", "on_hold", "wrap_up")


class Hub:
    """One of the processes; ``kill`` as a power cut would."""

    def __init__(self, data: Path, name: str, database: str = "") -> None:
        self._endpoint = data / f"{name}.json"
        self._log = (data / f"{name}.log").open("ab")
        self._arguments = [sys.executable, "-m", "desktop", "hub", "serve", "--data", str(data), "--port", "0"]
        self._arguments += ["--learn-at", "never", "--endpoint-file", str(self._endpoint)]
        self._arguments += ["--database", database] if database else []
        self._process: subprocess.Popen[bytes] | None = None
        self.url = self.token = ""

    def start(self) -> None:
        self._endpoint.unlink(missing_ok=True)
        self._process = subprocess.Popen(self._arguments, stdout=self._log, stderr=self._log)
        until = time.monotonic() + 30
        while not self._endpoint.exists():
            assert self._process.poll() is None, "the hub did not start"
            assert time.monotonic() < until, "the hub is slow to start"
            time.sleep(0.02)
        found = json.loads(self._endpoint.read_bytes())
        self.url, self.token = found["url"], found["token"]

    def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(20)
        self._log.close()


class Centre:
    """What customers were told was taken in, and what agents were told was done."""

    def __init__(self, hubs: list[Hub], seed: int) -> None:
        self.hubs = hubs
        self.random = random.Random(seed)
        self.is_over = threading.Event()
        self.lock = threading.Lock()
        self.taken_in: dict[str, str] = {}
        self.done: list[tuple[str, int, str, str]] = []  # interaction, version, agent, command
        self.mistakes: list[str] = []

    @property
    def is_slow(self) -> bool:
        """Whether too little happened to say anything."""
        return len(self.taken_in) <= ENOUGH or len({one[0] for one in self.done}) <= ENOUGH / 2

    def customers(self) -> None:
        """Each message is sent until somebody says that it was taken in, to whichever hub answers."""
        number = 0
        while not self.is_over.is_set():
            number += 1
            body = {
                "external_id": f"x{number}",
                "from": {"address": f"web:{number}"},
                "text": "Where is my order?",
                "thread": f"t{number}",
            }
            while not self.is_over.is_set():
                hub = self.random.choice(self.hubs)
                answer = self._ask(hub, "POST", "/v1/inbound/chat", body, hub.token)
                if answer is not None and answer.status_code in (200, 201):
                    with self.lock:
                        self.taken_in[f"x{number}"] = answer.json()["interaction_id"]
                    break
            time.sleep(0.03)

    def agent(self, name: str, seed: int) -> None:
        chance = random.Random(seed)
        tokens: dict[str, str] = {}
        known: dict[str, tuple[str, str | None]] = {}
        me, cursor = "", 0
        while not self.is_over.is_set():
            hub = chance.choice(self.hubs)
            url = hub.url
            if url not in tokens:
                answer = self._ask(hub, "POST", "/v1/sign-in", {"user": name, "password": PASSWORD})
                if answer is None or answer.status_code != 200:
                    continue
                tokens[url], me = answer.json()["access_token"], answer.json()["agent"]["id"]
                self._do(hub, tokens[url], name, {"type": "set_presence", "state": "ready"})
            self._ask(hub, "POST", "/v1/presence/heartbeat", {}, tokens[url])
            page = self._ask(hub, "GET", f"/v1/changes?after={cursor}&limit=500", None, tokens[url])
            if page is None or page.status_code != 200:
                continue
            cursor = page.json()["next"]
            for change in page.json()["changes"]:
                if change["type"] == "interaction" and change.get("record"):
                    known[change["id"]] = (change["record"]["state"], change["record"].get("assignee"))
            mine = [id_ for id_, (_, assignee) in known.items() if assignee == me]
            open_ = [id_ for id_, (state, _) in known.items() if state != "closed"]
            # Mostly what is at hand, now and then what is somebody else's: that has to be refused.
            ids = mine if mine and chance.random() < 0.7 else open_
            if ids:
                id_ = chance.choice(ids)
                self._do(hub, tokens[url], name, self._wish(chance, id_, known[id_][0]))

    def _wish(self, chance: random.Random, id_: str, state: str) -> dict[str, Any]:
        if state in ("offered", "queued") and chance.random() < 0.6:
            return {"type": "accept", "interaction_id": id_}
        kind = chance.choices(
            ("accept", "decline", "requeue", "wrap_up", "transfer", "hold", "resume", "send_message"),
            (10, 1, 1, 3, 1, 1, 1, 3),
        )[0]
        more: dict[str, Any] = {
            "wrap_up": {"disposition": "solved"},
            "transfer": {"to_queue": "general"},
            "send_message": {"text": "One moment please."},
        }.get(kind, {})
        return {"type": kind, "interaction_id": id_, **more}

    def _do(self, hub: Hub, token: str, name: str, command: dict[str, Any]) -> None:
        key = uuid.uuid4().hex
        answer = None
        for _ in range(50):  # asked until answered: the key makes it one command, whichever hub carries it out
            answer = self._ask(hub, "POST", "/v1/commands", command, token, key)
            if answer is not None or self.is_over.is_set():
                break
            time.sleep(0.05)
            hub = random.choice(self.hubs)
        if answer is None:
            return
        if answer.status_code >= 500:
            self.mistakes.append(f"{command['type']}: {answer.status_code}")
            return
        told = answer.json()
        if told.get("outcome") == "applied" and "interaction_id" in command:
            for change in told["changes"]:
                record = change.get("record")
                if change["type"] == "interaction" and record and change["id"] == command["interaction_id"]:
                    with self.lock:
                        self.done.append((change["id"], record["version"], name, command["type"]))

    def _ask(
        self, hub: Hub, method: str, path: str, body: Any, token: str = "", key: str = ""
    ) -> httpx.Response | None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if key:
            headers["Idempotency-Key"] = key
        try:
            return httpx.request(method, hub.url + path, json=body, headers=headers, timeout=20, verify=False)
        except httpx.HTTPError:
            return None


@pytest.fixture
def hubs(tmp_path: Path) -> Iterator[list[Hub]]:
    yield from two_hubs(tmp_path, "")


async def hire(url: str) -> None:
    """Let the agents work at a centre that has not opened yet."""
    database = await Database.open(url)
    # Each signs in anew at each hub that comes back; what their passwords cost is not what this is about.
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    async with database.write() as ledger:
        for name in AGENTS:
            await accounts.add(ledger, user=name, password_hash=hashed, role=Role.AGENT, team="", name=name.title())
    await database.close()


def two_hubs(data: Path, database: str) -> Iterator[list[Hub]]:
    asyncio.run(hire(database or sqlite_url(data / "hub.db")))
    hubs = [Hub(data, "one", database), Hub(data, "two", database)]
    try:
        for hub in hubs:
            hub.start()
        yield hubs
    finally:
        for hub in hubs:
            hub.stop()


def play(hubs: list[Hub], seconds: float, kills: int, seed: int, crowded: Any) -> Centre:
    """Let everybody do what they like; returns what was told. ``crowded`` reads who has more than they can take."""
    centre = Centre(hubs, seed)
    threads = [threading.Thread(target=centre.customers, name="customers")]
    threads += [
        threading.Thread(target=centre.agent, args=(name, seed + number), name=name)
        for number, name in enumerate(AGENTS)
    ]
    for thread in threads:
        thread.start()
    try:
        for turn in range(kills + 1):
            until = time.monotonic() + seconds / (kills + 1)
            while time.monotonic() < until or (turn == kills and centre.is_slow and time.monotonic() < until + 40):
                centre.mistakes += crowded()
                time.sleep(0.1)
            if turn < kills:
                hub = hubs[turn % 2]
                hub.kill()
                time.sleep(0.3)
                hub.start()
    finally:
        centre.is_over.set()
        for thread in threads:
            thread.join(30)
    return centre


def judge(centre: Centre, rows: list[dict[str, Any]]) -> None:
    """``rows`` are all interactions at the end."""
    assert centre.mistakes == []
    assert not centre.is_slow, "too little happened"
    by_id = {row["id"]: row for row in rows}
    assert len(by_id) == len(rows)
    told = set(centre.taken_in.values())
    assert len(told) == len(centre.taken_in), "two customers share a contact"
    assert told <= set(by_id), "a request was lost"
    assert len(set(by_id) - told) <= 1, "a request was doubled"  # one may have come in unheard at the end
    for row in rows:
        has_owner = row.get("assignee") is not None
        assert has_owner == (row["state"] not in ("queued",)), row["state"]
    twice = [key for key, count in Counter((id_, version) for id_, version, _, _ in centre.done).items() if count > 1]
    assert twice == [], "two commands made the same version"
    for id_ in {one[0] for one in centre.done}:
        owner = None
        for _, version, agent, command in sorted(one for one in centre.done if one[0] == id_):
            if command == "accept":
                assert owner in (None, agent), f"{agent} took at version {version} what {owner} has"
                owner = agent
            elif command in ("requeue", "transfer", "wrap_up"):
                assert owner in (None, agent), f"{agent} gave away what {owner} has"
                owner = None
            elif command == "decline":
                assert owner is None
            else:
                assert owner in (None, agent)


def sqlite_rows(data: Path) -> list[dict[str, Any]]:
    connection = sqlite3.connect(f"file:{data / 'hub.db'}?mode=ro", uri=True, timeout=10)
    try:
        found = connection.execute("SELECT body FROM record WHERE type = 'interaction' AND NOT is_deleted").fetchall()
    finally:
        connection.close()
    return [json.loads(body) for (body,) in found]


def crowded_agents(rows: list[dict[str, Any]]) -> list[str]:
    """Who has more chats in hand than fit: all come by offers."""
    counts = Counter(row["assignee"] for row in rows if row["state"] in IN_HAND and row.get("assignee"))
    return [f"an agent has {count} chats" for count in counts.values() if count > CAPACITY]


@pytest.mark.parametrize(
    ("seconds", "kills"), [(4.0, 1), pytest.param(30.0, 6, marks=[pytest.mark.long, pytest.mark.timeout(240)])]
)
def test_one_owner_at_most_and_every_request_once(hubs, tmp_path, seconds, kills) -> None:
    centre = play(hubs, seconds, kills, 7, lambda: crowded_agents(sqlite_rows(tmp_path)))
    for hub in hubs:
        hub.stop()
    judge(centre, sqlite_rows(tmp_path))
