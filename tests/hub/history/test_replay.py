"""A recorded contact is lived through again at a real hub: the customer speaks, waits for the agent, and goes on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.agent import PresenceState
from desktop.hub.history.client import HubClient, HubRefused, HubUnreachable
from desktop.hub.history.jsonl import jsonl_reader
from desktop.hub.history.replay import ReplayOptions, ReplayReport, replay

FAST = ReplayOptions(rate_per_min=60_000, speed=100_000, patience_s=20)


def recorded(tmp_path: Path, *said: tuple[str, str], id_: str = "A", channel: str = "chat", **more: Any) -> Path:
    file = tmp_path / "history.jsonl"
    with file.open("a", encoding="utf-8") as lines:
        for second, (author, text) in enumerate(said):
            row = {
                "external_id": id_,
                "channel": channel,
                "at": 1_772_355_600 + 20 * second,
                "author": author,
                "text": text,
            }
            lines.write(json.dumps(row | {"customer_name": "Jana Weber", "customer_address": "jana"} | more) + "\n")
    return file


class Agent:
    """Somebody at a desk, by HTTP: sees what they may see and answers."""

    def __init__(self, hub: Any, user: str = "anna") -> None:
        self.hub = hub
        self.user = user
        self.records: dict[tuple[str, str], Any] = {}
        self.after = 0
        hub.set_presence(user, PresenceState.READY)

    async def sees(self, wanted: Callable[[], Any]) -> Any:
        """Wait until ``wanted`` finds something in what the hub showed."""

        def pull() -> None:
            with self.hub.client(self.user) as client:
                page = client.get("/v1/changes", params={"after": self.after, "wait": 5}).raise_for_status().json()
            self.after = page["next"]
            for change in page["changes"]:
                self.records[change["type"], change["id"]] = change.get("record")

        async with asyncio.timeout(20):
            while not (found := wanted()):
                await asyncio.to_thread(pull)
        return found

    def of(self, kind: str, **fields: Any) -> list[Any]:
        return [
            record
            for (type_, _), record in self.records.items()
            if type_ == kind and record and all(record.get(name) == value for name, value in fields.items())
        ]

    def heard(self) -> list[str]:
        said = sorted(self.of("message", author="customer"), key=lambda message: (message["sent_at"], message["id"]))
        return [message["text"] for message in said]

    async def does(self, type_: str, **fields: Any) -> None:
        answer = await asyncio.to_thread(self.hub.command, self.user, type_, **fields)
        assert answer.json()["outcome"] == "applied", answer.text

    async def takes_the_offer(self) -> str:
        [offered] = await self.sees(lambda: self.of("interaction", state="offered"))
        await self.does("accept", interaction_id=offered["id"])
        return str(offered["id"])


async def test_the_customer_waits_for_each_answer(hub: Any, tmp_path: Path) -> None:
    said = [
        ("customer", "Hello"),
        ("agent", "?"),
        ("customer", "My name is Jana"),
        ("agent", "ok"),
        ("customer", "Bye"),
    ]
    file = recorded(tmp_path, *said)
    anna = Agent(hub)
    playing = asyncio.create_task(replay(jsonl_reader(file), hub.url, hub.token("channel"), FAST))
    id_ = await anna.takes_the_offer()
    assert anna.heard() == ["Hello"]
    await anna.does("send_message", interaction_id=id_, text="What is your name?")
    await anna.sees(lambda: len(anna.heard()) == 2)
    assert anna.heard() == ["Hello", "My name is Jana"]
    await anna.does("send_message", interaction_id=id_, text="Thank you")
    report = await playing
    await anna.sees(lambda: len(anna.heard()) == 3)
    assert anna.heard() == ["Hello", "My name is Jana", "Bye"]
    assert (report.contacts, report.finished, report.messages, report.answers) == (1, 1, 3, 2)
    assert len(anna.of("interaction")) == 1


async def test_going_on_needs_no_agent(hub: Any, tmp_path: Path) -> None:
    file = recorded(tmp_path, ("customer", "Hello"), ("agent", "?"), ("customer", "Anybody?"))
    recorded(tmp_path, ("agent", "We called you"), id_="B")
    options = ReplayOptions(rate_per_min=60_000, speed=100_000, wait_for_agent=False)
    report = await replay(jsonl_reader(file), hub.url, hub.token("channel"), options)
    assert (report.contacts, report.finished, report.messages, report.silent) == (1, 1, 2, 1)


async def test_a_customer_hangs_on_no_longer_than_their_patience(hub: Any, tmp_path: Path) -> None:
    file = recorded(tmp_path, ("customer", "Hello"), ("agent", "?"), ("customer", "Anybody?"))
    options = ReplayOptions(rate_per_min=60_000, speed=100_000, patience_s=0.1)
    report = await replay(jsonl_reader(file), hub.url, hub.token("channel"), options)
    assert (report.finished, report.lost, report.messages) == (0, 1, 1)


async def test_a_contact_the_agent_closes_is_over(hub: Any, tmp_path: Path) -> None:
    file = recorded(tmp_path, ("customer", "Hello"), ("agent", "?"), ("customer", "But wait"))
    anna = Agent(hub)
    playing = asyncio.create_task(replay(jsonl_reader(file), hub.url, hub.token("channel"), FAST))
    id_ = await anna.takes_the_offer()
    await anna.does("wrap_up", interaction_id=id_, disposition="solved")
    report = await playing
    assert (report.ended, report.messages) == (1, 1)


async def test_the_same_run_again_makes_no_second_contact(hub: Any, tmp_path: Path) -> None:
    file = recorded(tmp_path, ("customer", "Hello"))
    options = ReplayOptions(rate_per_min=60_000, run="tuesday")
    for _ in range(2):
        await replay(jsonl_reader(file), hub.url, hub.token("channel"), options)
    await replay(jsonl_reader(file), hub.url, hub.token("channel"), ReplayOptions(rate_per_min=60_000))
    anna = Agent(hub)
    await anna.sees(lambda: len(anna.heard()) >= 2)
    assert anna.heard() == ["Hello", "Hello"]


async def test_no_real_address_leaves_a_replay(hub: Any, tmp_path: Path) -> None:
    file = recorded(tmp_path, ("customer", "Hello"), channel="email", customer_address="jana@example.org")
    await replay(jsonl_reader(file), hub.url, hub.token("channel"), FAST)
    anna = Agent(hub)
    [mail] = await anna.sees(lambda: anna.of("interaction"))
    assert mail["from_address"].endswith("@replay.invalid")
    assert "jana@example.org" not in json.dumps(list(anna.records.values()))


async def test_a_call_rings_is_answered_and_ends(hub: Any, tmp_path: Path) -> None:
    file = recorded(tmp_path, ("customer", "It is broken"), channel="call", customer_address="+49 30 901820")
    anna = Agent(hub)
    playing = asyncio.create_task(replay(jsonl_reader(file), hub.url, hub.token("channel"), FAST))
    id_ = await anna.takes_the_offer()
    report = await playing
    await anna.sees(lambda: anna.of("interaction", id=id_, state="wrap_up"))
    assert (report.finished, report.messages) == (1, 1)


async def test_a_wrong_token_and_a_hub_that_is_not_there_are_told_apart(hub: Any, tmp_path: Path) -> None:
    file = recorded(tmp_path, ("customer", "Hello"))
    with pytest.raises(HubRefused) as refused:
        await replay(jsonl_reader(file), hub.url, "wrong", FAST)
    assert refused.value.status == 401
    with pytest.raises(HubUnreachable):
        await replay(jsonl_reader(file), "http://127.0.0.1:1", "any", FAST)


async def test_the_hub_going_away_ends_the_replay(hub: Any, tmp_path: Path) -> None:
    file = recorded(tmp_path, ("customer", "Hello"), ("agent", "?"), ("customer", "Anybody?"))
    token = hub.token("channel")
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def play() -> ReplayReport:
        return await replay(jsonl_reader(file), hub.url, token, FAST)

    playing = asyncio.create_task(play())
    anna = Agent(hub)
    await anna.sees(lambda: anna.heard())
    loop.call_soon(begun.set)
    await asyncio.to_thread(hub.stop)
    with pytest.raises((HubUnreachable, HubRefused)):
        await playing


async def test_a_busy_hub_is_asked_again() -> None:
    """Over a socket of our own, for a real hub cannot be made to be busy on demand."""
    answers = [
        b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 422 No\r\nContent-Length: 34\r\n\r\n" + b'{"status":422,"code":"empty_text"}',
    ]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while answers:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answers.pop(0))
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1")
    async with server, HubClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "token") as client:
        assert await client.get("/x", {"a": "b c"}) == b"hello"
        with pytest.raises(HubRefused, match="422 empty_text"):
            await client.get("/x")
